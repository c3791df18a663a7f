"""Taking in: a case by form, mail or paper, under the rules in force that day; a list does the same with thousands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import false, or_, select

from vetting.associations import find_or_add
from vetting.associations.models.associations import Association
from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.domain.intake import IntakeFrame, is_private, kept_of_case, wrong_with_intake
from vetting.casework.models import cases as store
from vetting.casework.models.cases import Case, applications_in_round
from vetting.casework.models.facts import FactValue, GivenFacts, part_of_facts, said_in_case, values_of
from vetting.casework.models.intake import IncomingCase, RequestedTime, SubmissionContext, write_case
from vetting.casework.services.screenings import ASSOCIATION_LEVELS, screen_case
from vetting.casework.services.stated_contacts import keep_stated_contact
from vetting.casework.services.visibility import RECUSED_PROBLEM
from vetting.engine.facts import NAME, WHO, FactSupplier
from vetting.engine.stored_values import to_plain
from vetting.grants import open_round, scheme_to_apply_for
from vetting.grants.models.schemes import GrantScheme
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.text import _
from vetting.people import require_permission, require_permission_for_kind
from vetting.people.models.letting_kinds import LettingKind, letting_kind_of_room
from vetting.rules import catalogue_of_version, fix_version, own_ruleset

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Select

    from vetting.engine.facts import Catalogue, Facts
    from vetting.grants.models.rounds import Round
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.text import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """An application or booking that came in. `facts` as far as they were given."""

    kind: CaseKind
    facts: Facts
    received_on: date
    channel: str
    supplied_by: FactSupplier = FactSupplier.APPLICANT
    round_id: int | None = None
    scheme_id: int | None = None
    """The grant scheme, of a round that is for several."""
    asked_by: str | None = None
    """The rules of one grant scheme or kind of letting that a form asked by, empty of the shared; None: no form did."""
    uses: tuple[RequestedTime, ...] = ()
    unit_id: int | None = None
    doubled_because: str = ""
    """Why there is a second application of the same association in the round."""


def intake_frame(board_id: int, into: Round | None, scheme: GrantScheme | None, on: date) -> IntakeFrame:
    """What holds for all that comes in that day, into a round or none, for a grant scheme or none."""
    return IntakeFrame(
        on=on,
        source=f"board {board_id}",
        opens_on=into.opens_on if into else None,
        due_on=into.decision_on if into else None,
        answer_days=scheme.answer_days if scheme else None,
    )


ASKED_FOR_ANOTHER: Final[Mapping[CaseKind, tuple[str, Words, Words]]] = {
    CaseKind.GRANT: (
        "round_id",
        _("Omgångens bidragsform har andra regler än de som det här formuläret bygger på."),
        _("Välj en omgång i listan, eller öppna formuläret från omgångens sida."),
    ),
    CaseKind.BOOKING: (
        "room",
        _("Lokalens uthyrningsform har andra regler än de som det här formuläret bygger på."),
        _("Svara på de frågor som hör till lokalens regler, och spara igen."),
    ),
}
"""Where, what, what to do: of a form whose questions were those of other rules."""
NOT_IN_FORCE: Final[Mapping[CaseKind, tuple[Words, Words]]] = {
    CaseKind.GRANT: (
        _("Bidragsformens regler gällde inte den dag då ansökan kom in."),
        _("Rätta ankomstdagen, eller välj en annan omgång."),
    ),
    CaseKind.BOOKING: (
        _("Uthyrningsformens regler gällde inte den dag då bokningen kom in."),
        _("Rätta ankomstdagen, eller välj en annan lokal."),
    ),
}


def receive_case(session: WritingSession, new: NewCase) -> Case:
    """A new case under the rules in force that day, screened.

    Raises:
        Refused: the round is closed or another board's, the day lies ahead, the same association is in the
            round already without a reason, or it is not this person's to take in.
    """
    require_permission(session.person, Action.RECEIVE)
    require_permission_for_kind(session.person, Action.RECEIVE, new.kind)
    into = open_round(session, new.round_id) if new.round_id is not None else None
    scheme = scheme_to_apply_for(session, new.round_id, new.scheme_id) if new.kind is CaseKind.GRANT else None
    frame = intake_frame(session.person.board_id, into, scheme, session.today)
    problems = list(wrong_with_intake(new.facts.values, new.received_on, frame))
    letting_kind = _let_as(session, new) if new.kind is CaseKind.BOOKING else None
    own = own_ruleset(session, scheme or letting_kind, on=session.today)
    if new.asked_by is not None and new.asked_by != own:
        problems.append(Problem(*ASKED_FOR_ANOTHER[new.kind]))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    incoming = _incoming(session, new, scheme or letting_kind, frame)
    case = write_case(session, _handing_in(new, scheme, session.person, session.now), incoming)
    keep_stated_contact(session, case, new.facts.values)
    screening = screen_case(session, case)
    session.note(
        "case_received",
        case,
        case_id=case.id,
        reason=new.channel,
        detail={"proposal": screening.proposal.value if screening else "", "because": new.doubled_because},
    )
    return case


def _let_as(session: Session, new: NewCase) -> LettingKind | None:
    """What the room of a booking is let as: the one that its time is in, else the one that its facts say."""
    told = new.facts.values.get("room")
    named = next((use.room_name for use in new.uses if use.room_name), told if isinstance(told, str) else "")
    return letting_kind_of_room(session, session.person.board_id, named) if named else None


def receive_application(session: WritingSession, parts: Sequence[NewCase]) -> Sequence[Case]:
    """One application for several grant schemes of a round: a case for each, tied together and decided apart.

    Raises:
        Refused: as for each of them alone; then none of them is there.
    """
    made = [receive_case(session, part) for part in parts]
    for case in made if len(made) > 1 else ():
        case.tied_to_id = made[0].id
        session.note("case_tied", case, case_id=case.id, reason=made[0].number)
        session.flush()
    for case in made[1:]:
        screen_case(session, case)  # what stands beside it is no earlier application
    return made


def _handing_in(new: NewCase, scheme: GrantScheme | None, by: Person, at: datetime) -> SubmissionContext:
    return SubmissionContext(
        kind=new.kind,
        board_id=by.board_id,
        channel=new.channel,
        supplied_by=new.supplied_by,
        at=at,
        by_user_id=by.id or None,
        round_id=new.round_id,
        scheme_id=scheme.id if scheme is not None else None,
        unit_id=new.unit_id,
    )


def _incoming(
    session: WritingSession, new: NewCase, of: GrantScheme | LettingKind | None, frame: IntakeFrame
) -> IncomingCase:
    """Who it is, what it says, by which rules.

    Raises:
        Refused: the person has left the association to others, or it is in the round already without a reason.
    """
    private = is_private(new.facts.values)
    facts = new.facts.without(WHO) if private else new.facts
    starts = min((use.starts_at for use in new.uses if use.starts_at), default=None)
    kept = kept_of_case(new.kind, facts.values, frame, new.received_on, starts=starts)
    association = None if private else find_or_add(session, kept.name, kept.number, source=frame.source)
    if association is not None:
        if association.id in set(session.scalars(store.recused_associations(session.person.id))):
            raise Refused(Obstacle.CLOSED, Problem(NAME, *RECUSED_PROBLEM))
        _check_doubled(session, new, of.id if isinstance(of, GrantScheme) else None, association)
    own = own_ruleset(session, of, on=new.received_on)
    version = fix_version(session, session.person.board_id, new.kind, on=new.received_on, own=own)
    if new.asked_by and (version is None or own != new.asked_by):  # what was typed would be seen nowhere
        raise Refused(Obstacle.INVALID, Problem("received_on", *NOT_IN_FORCE[new.kind]))
    catalogue = catalogue_of_version(session, version.id if version else None)
    said = list(said_of_facts(facts, catalogue, WHO if association is not None else None))
    return IncomingCase(
        number=store.next_number(session, session.person.board_id, store.SERIES[new.kind], new.received_on.year),
        received_on=new.received_on,
        kept=kept,
        association_id=association.id if association else None,
        association=association.name if association else "",
        rule_version_id=version.id if version else None,
        letting_kind_id=of.id if isinstance(of, LettingKind) else None,
        not_asked=sorted(facts.not_asked),
        of_association=part_of_facts(value for value in said if value.of_association),
        of_case=part_of_facts(value for value in said if not value.of_association),
        uses=new.uses,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FactOrigin:
    """Where facts of a case that is there come from; the row where it is a list."""

    supplied_by: FactSupplier = FactSupplier.APPLICANT
    batch_id: int | None = None
    row: int | None = None


def keep_facts(
    session: WritingSession, case: Case, facts: Facts, origin: FactOrigin, *, catalogue: Catalogue
) -> list[str]:
    """Keeps what is said of a case that is there, as one handing-in; not what is known in the same words.

    Returns the facts that got another value than was known: a blank never takes a value away.
    """
    latest = {(row.fact, row.of_association): row for row in values_of(session, case)}
    own = WHO & {fact for fact, of_association in latest if not of_association}
    said = [
        value
        for value in said_of_facts(facts, catalogue, own if case.association_id is not None else None)
        if (was := latest.get((value.fact, value.of_association))) is None or not was.says_same(value)
    ]
    if said:
        session.add(
            GivenFacts(
                **said_in_case(case, said),
                supplied_by=origin.supplied_by,
                batch_id=origin.batch_id,
                batch_row=origin.row,
                as_of=session.today,
                entered_at=session.now,
                by_user_id=session.user_id,
            )
        )
    return [value.fact for value in said if (value.fact, value.of_association) in latest]


def said_of_facts(facts: Facts, catalogue: Catalogue, own: Collection[str] | None) -> Iterator[FactValue]:
    """What is said, fact by fact, of the case or of its association; of what the rules do not know, nothing.

    own: what is the case's whatever its level, as what it calls its association; None where it has no association.
    """
    for name in (*facts.values, *facts.absent, *facts.unreadable):
        if name in catalogue:
            yield FactValue(
                name,
                to_plain(facts.values[name]) if name in facts.values else None,
                absent=name in facts.absent,
                unreadable=name in facts.unreadable,
                of_association=own is not None and name not in own and catalogue[name].level in ASSOCIATION_LEVELS,
            )


def _check_doubled(session: WritingSession, new: NewCase, scheme_id: int | None, association: Association) -> None:
    """A second application of one association for the same in a round, or open in no round, needs a reason.

    So does a booking of the same room at the same time, and an application without a number in the same name and of the
    same sum.
    """
    if new.doubled_because:
        return
    if new.kind is CaseKind.BOOKING:
        found = session.scalar(_same_booking(new, association, session.person))
        what = _("Föreningen har redan bokat samma lokal samma tid: {other}.", other=found or "")
        without = _("Föreningen har redan bokat samma lokal samma tid.")
    else:
        others = applications_in_round(
            session.person.board_id, association.id, new.round_id, scheme_id, year=new.received_on.year
        )
        found = session.scalar(others.order_by(Case.id).limit(1))
        what = (
            _("Föreningen har redan en ansökan i omgången: {other}.", other=found or "")
            if new.round_id is not None
            else _("Föreningen har redan en öppen ansökan: {other}.", other=found or "")
        )
        without = _("Föreningen har redan en ansökan.")
        if not found and association.number is None:
            found = session.scalar(_same_without_number(new, association, session.person))
            what = _("Det finns redan en öppen ansökan i samma namn och på samma belopp: {other}.", other=found or "")
            without = _("Det finns redan en öppen ansökan i samma namn och på samma belopp.")
    if not found:
        return
    remedy = _("Öppna den, eller skriv varför båda ska finnas.")
    if session.person.system:  # whose it is and what it is called is not told outside
        what, remedy = without, _("Ska det finnas två: skicka varför i doubled_because.")
    raise Refused(Obstacle.INVALID, Problem("doubled_because", what, remedy))


def _same_booking(new: NewCase, association: Association, by: Person) -> Select[str]:
    """Numbers of bookings of an association that hold one of the rooms at one of the times asked for."""
    asked = [
        (store.Occurrence.starts_at == use.starts_at) & (store.Occurrence.room_name == use.room_name)
        for use in new.uses
        if use.starts_at and use.room_name and use.room_id is None  # a room that is let here is never taken twice
    ]
    return (
        select(Case.number)
        .join(store.Occurrence, store.Occurrence.case_id == Case.id)
        .where(
            Case.board_id == by.board_id,
            Case.association_id == association.id,
            Case.state.in_([CaseState.CONFIRMED, *OPEN]),
            store.Occurrence.state != store.LEFT_OUT,
            is_batch_not_undone(Case.batch_id),
            or_(false(), *asked),
        )
        .order_by(Case.id)
        .limit(1)
    )


def _same_without_number(new: NewCase, association: Association, by: Person) -> Select[str]:
    """Numbers of open applications of the board in the same name and of the same sum, with a number or without."""
    amount = new.facts.values.get("amount_applied")
    return (
        select(Case.number)
        .join(Association, Association.id == Case.association_id)
        .where(
            Case.board_id == by.board_id,
            Case.kind == CaseKind.GRANT,
            Case.state.in_(list(OPEN)),
            Association.id != association.id,
            Association.name_key == association.name_key,
            Case.amount_applied == (amount if isinstance(amount, int) else -1),
            is_batch_not_undone(Case.batch_id),
        )
        .order_by(Case.id)
        .limit(1)
    )
