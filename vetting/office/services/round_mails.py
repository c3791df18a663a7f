"""A mail to many about a round: to whom, what it proposes to say, and the draft of it. Nothing is sent from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, true

from vetting.associations.models.associations import Association, held_by
from vetting.boards.services.sign_in import require_permission
from vetting.cases.domain.cases import GIVEN_UP
from vetting.cases.models.cases import Case, seen_by
from vetting.cases.models.completions import contacts
from vetting.cases.models.round_cases import of_rounds
from vetting.cases.services.facts_from_records import awaits_report
from vetting.grants.domain.round_calendar import RoundMoment
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import NO_WORDS, Words, _, day_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from vetting.grants.models.rounds import Round
    from vetting.kernel.roles import Person

"""Applications that are nobody's any more: no receipt is sent for them."""


@dataclass(frozen=True, slots=True)
class MailRecipient:
    """An association, and where it is written to; empty where nobody knows, or mail comes back."""

    association_id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class RoundMail:
    """A mail that is to go to many."""

    recipients: Sequence[MailRecipient]
    subject: Words
    text: Words

    @property
    def reached(self) -> list[MailRecipient]:
        """Those that have an address."""
        return [item for item in self.recipients if item.email]

    @property
    def unreached(self) -> list[MailRecipient]:
        """Those that must be told in another way."""
        return [item for item in self.recipients if not item.email]


def round_mail(session: Session, about: Round, moment: RoundMoment, *, by: Person) -> RoundMail:
    """The mail of one step of a round.

    Raises:
        Refused: nobody is written to at that step.
    """
    require_permission(by, Action.MANAGE_ROUNDS)
    here = _applicants(session, [about.id], by=by)
    last = _applicants(session, [about.copied_from_id], by=by) if about.copied_from_id is not None else set()
    match moment:
        case RoundMoment.INVITATION:
            to = last
        case RoundMoment.REMINDER:
            to = last - here
        case RoundMoment.RECEIPT:
            to = _applicants(session, [about.id], by=by, of=Case.state.not_in(sorted(GIVEN_UP)))
        case RoundMoment.REPORT_REMINDER | RoundMoment.REPORT_OVERDUE:
            to = _applicants(session, [about.id], by=by, of=awaits_report())
        case _:
            raise Refused(
                Obstacle.INVALID,
                Problem("moment", _("Inget mejl hör till det steget."), _("Gå tillbaka till omgången.")),
            )
    return RoundMail(recipients_of(session, to, by=by), _subject(about, moment), _text(about, moment, by))


def _applicants(
    session: Session, rounds: Iterable[int], *, by: Person, of: ColumnElement[bool] | None = None
) -> set[int]:
    """The associations that applied in some rounds, each by the record that holds. of: only some of their cases."""
    wanted = select(Case.association_id).where(of_rounds(rounds), seen_by(by), of if of is not None else true())
    keys = {key for key in session.scalars(wanted) if key is not None}
    merged = held_by(session, keys)
    return {merged.get(key, key) for key in keys}


def recipients_of(session: Session, keys: Iterable[int], *, by: Person) -> list[MailRecipient]:
    """Associations with where letters about grants go to them, by name."""
    wanted = set(keys)
    known = contacts(session, by.board_id, CaseKind.GRANT, wanted)
    rows = session.execute(select(Association.id, Association.name).where(Association.id.in_(wanted)))
    found = []
    for key, name in rows:
        contact = known.get(key)
        found.append(MailRecipient(key, name, contact.working_email if contact is not None else ""))
    return sorted(found, key=lambda item: (item.name.casefold(), item.association_id))


def _subject(about: Round, moment: RoundMoment) -> Words:
    words: Mapping[RoundMoment, Words] = {
        RoundMoment.INVITATION: _("Nu kan ni söka {name}", name=about.name),
        RoundMoment.REMINDER: _("Sista dag att söka {name} är {day}", name=about.name, day=_last_day(about)),
        RoundMoment.RECEIPT: _("Vi har fått er ansökan om {name}", name=about.name),
        RoundMoment.REPORT_REMINDER: _("Dags att redovisa {name}", name=about.name),
        RoundMoment.REPORT_OVERDUE: _("Vi saknar er redovisning av {name}", name=about.name),
    }
    return words[moment]


def _last_day(about: Round) -> Words:
    day = day_in_words(about.closes_on)
    return day + _(" klockan {time}", time=about.closes_at.replace(":", ".")) if about.closes_at else day


def _text(about: Round, moment: RoundMoment, by: Person) -> Words:
    report = day_in_words(about.report_on) if about.report_on is not None else _("[dag]")
    words: Mapping[RoundMoment, Words] = {
        RoundMoment.INVITATION: _(
            "Hej!\n\nNi sökte bidrag hos oss förra året. Nu kan ni söka {name}. Sista ansökningsdag är {day}.\n\n"
            "Läs villkoren innan ni söker. En ansökan som kommer in senare hanteras enligt bidragets regler.",
            name=about.name,
            day=_last_day(about),
        ),
        RoundMoment.REMINDER: _(
            "Hej!\n\nNi sökte bidrag hos oss förra året. Vi har inte fått någon ansökan från er om {name} i år."
            " Sista ansökningsdag är {day}.\n\nTänker ni inte söka behöver ni inte göra något.",
            name=about.name,
            day=_last_day(about),
        ),
        RoundMoment.RECEIPT: _(
            "Hej!\n\nVi har fått er ansökan om {name}. Vi hör av oss om något saknas.", name=about.name
        )
        + (
            _(" Nämnden planerar att besluta {day}.", day=day_in_words(about.decision_on))
            if about.decision_on is not None
            else NO_WORDS
        ),
        RoundMoment.REPORT_REMINDER: _(
            "Hej!\n\nNi har fått bidrag ur {name}. Det ska redovisas senast {day}.", name=about.name, day=report
        ),
        RoundMoment.REPORT_OVERDUE: _(
            "Hej!\n\nNi har fått bidrag ur {name}. Det skulle redovisas senast {day}. Vi har inte gått igenom någon"
            " redovisning från er. Har ni inte skickat den, gör det snarast eller hör av er till oss.",
            name=about.name,
            day=report,
        ),
    }
    return words[moment] + _("\n\nHälsningar\n{board}", board=by.board)
