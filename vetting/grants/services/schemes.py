"""What is done with a board's grant schemes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import select

from vetting.grants.domain.instalments import LONGEST_TEXT, read_instalments, share_out
from vetting.grants.models.rounds import (
    rounds_of_scheme,
)
from vetting.grants.models.schemes import GrantPeriod, GrantScheme, StateAid, scheme_of
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import IncompleteTreatment, Reservation
from vetting.kernel.hooks import Hook
from vetting.kernel.money import LARGEST
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people import require_permission

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetting.kernel.store.session import Session, WritingSession


LONGEST_ANSWER: Final = 365
LONGEST_REPORT: Final = 1095


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeWriting:
    """What somebody writes of a grant scheme. ruleset: its own rules; empty where the board's for all grants hold."""

    name: str
    purpose: str = ""
    ruleset: str = ""
    period: GrantPeriod | None = None
    answer_days: int | None = None
    not_completed: IncompleteTreatment = IncompleteTreatment.AS_IT_STANDS
    conditions: str = ""
    letter_text: str = ""
    reservations: tuple[Reservation, ...] = tuple(Reservation)
    state_aid: StateAid | None = None
    report_days: int | None = None
    report_below: int | None = None
    report_sample: int | None = None
    report_participants: bool = False
    instalments: str = ""
    """How its grants are paid, a line each; empty: at once."""

    def columns(self) -> dict[str, Any]:
        return {
            "purpose": self.purpose.strip(),
            "ruleset": self.ruleset,
            "period": self.period,
            "answer_days": self.answer_days,
            "not_completed": self.not_completed,
            "conditions": self.conditions.strip(),
            "letter_text": self.letter_text.strip(),
            "reservations": [item.value for item in self.reservations],
            "state_aid": self.state_aid,
            "report_days": self.report_days,
            "report_below": self.report_below,
            "report_sample": self.report_sample,
            "report_participants": self.report_participants,
            "instalments": self.instalments.strip()[:LONGEST_TEXT],
        }


def open_scheme(session: Session, key: int) -> GrantScheme:
    """A grant scheme of the board.

    Raises:
        Refused: there is none.
    """
    found = scheme_of(session, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def add_scheme(session: WritingSession, new: SchemeWriting) -> GrantScheme:
    """A new grant scheme of the board.

    Raises:
        Refused: no name, a name that is taken, or rules that nobody writes, or that are handed over or published.
    """
    require_permission(session.person, Action.WRITE_RULES)
    name = _check_scheme(session, new, None)
    found = GrantScheme(board_id=session.person.board_id, name=name, **new.columns())
    session.add(found)
    session.flush()
    session.note("scheme_added", found)
    return found


def change_scheme(session: WritingSession, key: int, new: SchemeWriting) -> GrantScheme:
    """Another name, purpose or choice of rules. Rules that a round has begun under are changed by publishing them anew.

    Raises:
        Refused: as when one is added; there is none; other rules although a round is for it.
    """
    require_permission(session.person, Action.WRITE_RULES)
    found = open_scheme(session, key)
    name = _check_scheme(session, new, found)
    columns = {"name": name} | new.columns()
    if any(getattr(found, column) != value for column, value in columns.items()):
        for column, value in columns.items():
            setattr(found, column, value)
        session.note("scheme_changed", found)
    return found


def _check_scheme(session: Session, new: SchemeWriting, found: GrantScheme | None) -> str:
    """The name as it is kept."""
    problems = []
    name = " ".join(new.name.split())[:120]
    taken = select(GrantScheme.id).where(GrantScheme.board_id == session.person.board_id, GrantScheme.name == name)
    if not name:
        problems.append(Problem("name", _("Namnet saknas."), _("Skriv till exempel Lokalbidrag.")))
    elif session.scalar(taken) not in {None, found.id if found is not None else None}:
        problems.append(Problem("name", _("Det finns redan en bidragsform med det namnet."), _("Välj ett annat.")))
    if new.answer_days is not None and not 1 <= new.answer_days <= LONGEST_ANSWER:
        problems.append(
            Problem(
                "answer_days",
                _("Svarstiden kan inte vara {days} dagar.", days=new.answer_days),
                _("Skriv mellan 1 och {most}.", most=LONGEST_ANSWER),
            )
        )
    problems += _wrong_report(new)
    problems += _wrong_instalments(new.instalments)
    was = found.ruleset if found is not None else ""
    if new.ruleset != was:
        problems += wrong_rules(session, new.ruleset, found)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    return name


def _wrong_report(new: SchemeWriting) -> Iterator[Problem]:
    if new.report_days is not None and not 1 <= new.report_days <= LONGEST_REPORT:
        yield Problem(
            "report_days",
            _("Tiden att redovisa kan inte vara {days} dagar.", days=new.report_days),
            _("Skriv mellan 1 och {most}.", most=LONGEST_REPORT),
        )
    if new.report_sample is not None and not 0 <= new.report_sample <= 100:  # noqa: PLR2004 - per cent
        yield Problem("report_sample", _("Stickprovet är en andel i procent."), _("Skriv mellan 0 och 100."))
    if new.report_sample is not None and new.report_below is None:
        yield Problem(
            "report_below",
            _("Stickprovet dras bland bidrag som redovisas förenklat, men ingen gräns är satt."),
            _("Skriv under vilket belopp redovisningen är förenklad, eller ta bort stickprovet."),
        )


def _wrong_instalments(text: str) -> list[Problem]:
    """A scheme's grants are of all sizes: its plan can say shares, and days of any year."""
    rows, problems = read_instalments(text)
    if not problems and any(row.amount is not None or len(row.day) > len("07-01") for row in rows):
        problems.append(
            Problem(
                "instalments",
                _("Bidragsformens delbetalningar gäller bidrag av alla storlekar, år efter år."),
                _("Skriv andelar i procent, ”resten”, och dagen som månad och dag: 07-01."),
            )
        )
    return problems or (share_out(rows, LARGEST, date(2000, 1, 1))[1] if rows else [])


class OwnRulesCheck(Protocol):
    """Finds what is wrong with a rule set as the own rules of one thing. was: those that it has had."""

    def __call__(self, session: Session, ruleset: str, was: str, kind: CaseKind, /) -> Iterator[Problem]:
        """Finds it."""


OWN_RULES: Final = Hook[OwnRulesCheck]("rules of a grant scheme's own")


def wrong_rules(session: Session, ruleset: str, found: GrantScheme | None) -> Iterator[Problem]:
    """Finds what is wrong with a rule set as a grant scheme's own: a round of the scheme, or other use of the rules."""
    if found is not None and rounds_of_scheme(session, found.id):
        yield Problem(
            "ruleset",
            _("Bidragsformen har redan en omgång: reglerna kan inte bytas."),
            _("Ändra reglerna genom att publicera en ny version av dem, eller lägg till en ny bidragsform."),
        )
    was = found.ruleset if found is not None else ""
    yield from OWN_RULES.function(session, ruleset, was, CaseKind.GRANT)


def end_scheme(session: WritingSession, key: int) -> GrantScheme:
    """No new round is for it; those there are go on.

    Raises:
        Refused: there is no such grant scheme in the board.
    """
    require_permission(session.person, Action.WRITE_RULES)
    found = open_scheme(session, key)
    if found.ended_at is None:
        found.ended_at = session.now
        session.note("scheme_ended", found)
    return found
