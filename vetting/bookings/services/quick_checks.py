"""The quick check: one association, what the board knows of it, what is left to ask; kept, or taken further."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting import casework
from vetting.associations import AssociationMatch, search_associations
from vetting.associations.domain.name_differences import told_of_letters
from vetting.associations.models.associations import Association, records_of, with_numbers
from vetting.bookings.domain.quick_checks import parts_of, proposal_of
from vetting.bookings.models import quick_checks as store
from vetting.bookings.models.quick_checks import QuickCheck
from vetting.bookings.services import room_bookings
from vetting.casework import (
    RECUSED_PROBLEM,
    answers_for_case,
    facts_of_case,
    may_open_case,
    progress_for,
    visibility_of,
)
from vetting.casework.domain.cases import OPEN
from vetting.casework.domain.next_steps import HOLDER_WORDS, CaseHolder, holder_of
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import Case, in_states, visible_cases
from vetting.engine.criteria import ReviewMoment
from vetting.engine.facts import Facts
from vetting.engine.screening import BookingPart, Screening, screen
from vetting.engine.stored_values import to_plain
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import MASK, NumberKind, mask_personal_numbers, numbers_near, read_number
from vetting.kernel.privacy import Privacy
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import Words, _
from vetting.people import kept_for, require_permission, require_permission_for_kind
from vetting.people.domain.personal_data import RetentionKind
from vetting.people.models.people import names_of
from vetting.rules import rules_in_force

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.bookings.services.room_bookings import BookingSeries
    from vetting.casework.models.intake import RequestedTime
    from vetting.engine.facts import Catalogue
    from vetting.engine.proposal import Proposal
    from vetting.kernel.store.session import Session, WritingSession

MOST_EARLIER: Final = 8
MOST_OWN: Final = 5
AFTER_ALL: Final = 2**62
"""The id of a case that would come now."""
COUNTER: Final = "counter"
NOTHING_STATED: Final = Facts()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickCheckFindings:
    """What the board's records say of one association that asks now."""

    screening: Screening | None
    """None where the board has chosen no rules."""
    earlier: Sequence[Case]
    looked_on: date | None
    """When the association was last looked at in this board."""
    looked_at: Sequence[str]
    """What was looked at then."""
    elsewhere: Words | None = None
    """That something about the association is examined in a case, and whom to ask: never what."""
    aside: bool = False
    """The one who asks has left the association to others: nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickCheckResult:
    """What a quick check says. Without an association: choose one of the matches; none: it is not in the register."""

    wanted: str
    number: NumberKind | None
    """What the number that was written is, if it was one."""
    matches: Sequence[AssociationMatch]
    further: Sequence[AssociationMatch]
    """The rest of a small register, best first: names that are less like what was asked for."""
    association: Association | None
    about: QuickCheckFindings | None
    near: Sequence[Association]
    """Those whose number is one digit away from a number that cannot be right."""
    calls: Sequence[CallLine]
    """How the association's open applications go, for whoever calls and asks."""
    letters: Words | None
    """That what was written holds letters of another alphabet that look like ours."""

    @property
    def screening(self) -> Screening | None:
        return self.about.screening if self.about is not None else None

    @property
    def parts(self) -> dict[BookingPart, Proposal]:
        """The proposal of each part."""
        return parts_of(self.screening) if self.screening is not None else {}

    @property
    def proposal(self) -> Proposal | None:
        return proposal_of(self.screening) if self.screening is not None else None

    @property
    def may_be_kept(self) -> bool:
        """Whether it says something of an association, and of no private person."""
        return self.screening is not None and self.number is not NumberKind.PERSONAL


def quick_check(
    session: Session, wanted: str, *, kind: CaseKind, chosen: int | None, stated: Facts = NOTHING_STATED
) -> QuickCheckResult:
    """Nothing is kept: what the board's records say of an association that asks now. stated: what is said of the event.

    Raises:
        Refused: not this person's to ask.
    """
    require_permission(session.person, Action.QUICK_CHECK)
    wanted = mask_personal_numbers(wanted.strip()[:120])
    number = _number_in(wanted)
    found = search_associations(session, wanted, whole=True) if wanted and number is not NumberKind.PERSONAL else []
    if chosen is not None:
        found = [replace(item, close=True) for item in found if item.association.id == chosen]
    matches = [item for item in found if item.close]
    exact = [item for item in matches if item.exact]
    association = None
    if chosen is not None and matches:
        association = matches[0].association
    elif len(exact) == 1:
        # One association has this very name: answered at once. Where names are only alike a person chooses.
        association = exact[0].association
    return QuickCheckResult(
        wanted=wanted,
        number=number,
        matches=matches,
        further=[item for item in found if not item.close],
        association=association,
        about=_about(session, association, kind, stated, on=session.today) if association else None,
        letters=told_of_letters(wanted),
        near=with_numbers(session, numbers_near(wanted)) if number is NumberKind.WRONG_CHECK_DIGIT else (),
        calls=call_lines(session, association.id, on=session.today)
        if association is not None and kind is CaseKind.GRANT
        else (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """What can be said on the phone of one application: nothing of how it is assessed."""

    case: Case
    missing: Sequence[Words]
    where: Words
    """Whose it is to do something now."""
    next_day: date | None
    officer: str


def call_lines(session: Session, association_id: int, *, on: date) -> list[CallLine]:
    """The association's open applications that this person may open, as they can be told to it."""
    if not session.person.may(Action.READ_CASES) or CaseKind.GRANT not in session.person.kinds(Action.READ_CASES):
        return []
    if visibility_of(session, association_id).aside:
        return []
    found = session.scalars(
        visible_cases(session.person)
        .where(Case.association_id.in_(records_of(association_id)), Case.kind == CaseKind.GRANT, in_states(OPEN))
        .order_by(Case.id.desc())
        .limit(MOST_EARLIER)
    ).all()
    names = names_of(session, {case.officer_id for case in found if case.officer_id is not None})
    lines = []
    for case in found:
        if not may_open_case(session, case):
            continue
        standing = progress_for(session, case, on=on)
        waits = standing.waits_until if standing.waits_on_association else None
        lines.append(
            CallLine(
                case=case,
                missing=standing.situation.gaps,
                where=HOLDER_WORDS[holder_of(standing) or CaseHolder.OFFICER],
                next_day=waits or case.due_on,
                officer=names.get(case.officer_id or 0, ""),
            )
        )
    return lines


def _number_in(wanted: str) -> NumberKind | None:
    """What a number in it is; a personal one is masked already."""
    if MASK in wanted:
        return NumberKind.PERSONAL
    return read_number(wanted).kind if any(c.isdigit() for c in wanted) else None


def _about(
    session: Session, association: Association, kind: CaseKind, stated: Facts, *, on: date
) -> QuickCheckFindings:
    sight = visibility_of(session, association.id)
    if sight.aside:
        return QuickCheckFindings(screening=None, earlier=(), looked_on=None, looked_at=(), aside=True)
    earlier = sight.known(
        session.scalars(
            visible_cases(session.person)
            .where(Case.association_id == association.id)
            .order_by(Case.id.desc())
            .limit(MOST_EARLIER)
        ).all()
    )
    ruleset = rules_in_force(session, session.person.board_id, kind, on=on)
    if ruleset is None:
        return QuickCheckFindings(screening=None, earlier=earlier, looked_on=None, looked_at=())
    asking = Case(
        id=AFTER_ALL,
        board_id=session.person.board_id,
        kind=kind,
        association_id=association.id,
        name=association.name,
        received_on=on,
        not_asked=[],
    )
    given, ids = answers_for_case(session, asking)
    facts = facts_of_case(session, asking, ruleset.catalogue, on=on).with_values(
        {"name_in_application": association.name}
        | ({"organisation_number": association.number} if association.number else {})
        | dict(stated.values)
    )
    looked_on = max((answer.on for answer in given.values()), default=None) if sight.whole else None
    last = [ids[name] for name, answer in given.items() if answer.on == looked_on]
    rows = session.scalars(select(AssessmentRow.looked_at).where(AssessmentRow.id.in_(last)).order_by(AssessmentRow.id))
    return QuickCheckFindings(
        screening=screen(ruleset, facts, given, kind=kind, moment=ReviewMoment.BEFORE, on=on),
        earlier=earlier,
        looked_on=looked_on,
        looked_at=tuple(dict.fromkeys(name for names in rows for name in names)),
        elsewhere=casework.examined_elsewhere(session, session.person.board_id, [asking]).get(asking.id)
        if sight.whole
        else None,
    )


def keep_quick_check(session: WritingSession, association_id: int, kind: CaseKind, stated: Facts) -> QuickCheck:
    """Keeps a check for thirty days; those whose time is over go.

    Raises:
        Refused: no such association, no rules to check by, or it is about a private person.
    """
    require_permission(session.person, Action.QUICK_CHECK)
    delete_expired(session, session.person.board_id)
    association = session.get(Association, association_id)
    if association is None or association.merged_into_id is not None:
        raise Refused(Obstacle.MISSING)
    if stated.values.get("booker_is_private") is True:
        raise Refused(
            Obstacle.INVALID,
            Problem("q", _("En kontroll av en privatperson sparas inte."), _("Skapa ett ärende, eller lämna sidan.")),
        )
    about = _about(session, association, kind, stated, on=session.today)
    if about.aside:
        raise Refused(Obstacle.CLOSED, Problem("q", *RECUSED_PROBLEM))
    if about.screening is None:
        raise Refused(
            Obstacle.CLOSED, Problem("q", _("Nämnden har inte valt några regler."), _("Be regelansvarig välja regler."))
        )
    catalogue = about.screening.ruleset.catalogue
    row = QuickCheck(
        board_id=session.person.board_id,
        association_id=association.id,
        kind=kind,
        stated=_without_persons(stated, catalogue),
        proposal=proposal_of(about.screening).value,
        parts={part.value: proposal.value for part, proposal in parts_of(about.screening).items()},
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(row)
    session.flush()
    session.note("quick_check_kept", row, board_id=session.person.board_id)
    return row


def _without_persons(stated: Facts, catalogue: Catalogue) -> dict[str, object]:
    return {
        name: to_plain(value)
        for name, value in stated.values.items()
        if name in catalogue and catalogue[name].privacy is Privacy.PUBLIC
    }


def delete_expired(session: WritingSession, board_id: int) -> int:
    """Removes a board's checks whose time is over and that no case was made of. Returns how many."""
    gone = store.past_quick_checks(session, board_id, session.now - kept_for(session, board_id, RetentionKind.CHECKS))
    for row in gone:
        session.delete(row)
    if gone:
        session.flush()
        session.add_entry(TrailNote(action="quick_checks_forgotten", by=None, at=session.now, board_id=board_id))
    return len(gone)


def own_quick_checks(session: Session) -> Sequence[tuple[QuickCheck, Association]]:
    return store.latest_quick_checks(
        session, session.now - kept_for(session, session.person.board_id, RetentionKind.CHECKS), MOST_OWN
    )


def book_from_quick_check(
    session: WritingSession, facts: Facts, uses: tuple[RequestedTime, ...], *, series: BookingSeries | None = None
) -> Case:
    """Makes a booking of what was said at the counter; an association that is not in the register is added.

    A check of the same association that the same person kept stays with the case. series: the time of the room that
    is held for it, where rooms are booked here.

    Raises:
        Refused: neither name nor number, not this person's to take in, or the room is taken.
    """
    require_permission(session.person, Action.RECEIVE)
    require_permission_for_kind(session.person, Action.RECEIVE, CaseKind.BOOKING)
    new = casework.NewCase(kind=CaseKind.BOOKING, facts=facts, received_on=session.today, channel=COUNTER, uses=uses)
    case = room_bookings.book_room(session, new, series) if series is not None else casework.receive_case(session, new)
    for row, association in own_quick_checks(session):
        if case.association_id == association.id and row.case_id is None and row.kind == case.kind:
            row.case_id = case.id
            session.note("quick_check_taken", row, case_id=case.id)
    return case
