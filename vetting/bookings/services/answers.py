"""Answers to bookings: confirmed one by one or many at once, what was asked for filled in where it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import exists, func, select

from vetting import casework
from vetting.bookings.domain.bookers import asks_organiser
from vetting.bookings.domain.room_bookings import PriceClass
from vetting.bookings.models.clashes import clashes_in_words, clashes_of
from vetting.bookings.services import bookers, weeks
from vetting.bookings.services.weeks import NO_QUESTIONS
from vetting.casework import (
    AT_ONCE,
    NewAssessment,
    change_state,
    is_initial_review_question,
    open_case,
    put_mark,
    raise_version,
    screen_and_keep,
    screen_without_keeping,
    start_handling,
)
from vetting.casework.domain.cases import OPEN, CaseMarkKind, CaseState
from vetting.casework.domain.gate_table import GatedStep, closed_gates, refuse_closed
from vetting.casework.models.cases import BookingRequest, Case, current_marks, occurrences, visible_cases
from vetting.casework.models.decisions import DecisionDraft, decision_draft_of
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.proposal import Proposal
from vetting.engine.results import CriterionResult
from vetting.engine.screening import BookerKind
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailEntry
from vetting.kernel.text import _
from vetting.people.domain.delegation import DelegatedAct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.casework import DecisionForm, NameConflict
    from vetting.casework.models.decisions import Decision
    from vetting.engine.screening import Screening
    from vetting.kernel.store.session import Session, WritingSession

CONFIRMS: Final = frozenset({DelegatedAct.CONFIRM_ROOM})

MOST_AT_ONCE: Final = 300
WAITING: Final = frozenset({CaseState.REFERRED, CaseState.COMMUNICATION})
"""Somebody else has been asked, and has not answered."""
MOST_CONDITIONS: Final = 20
LONGEST_CONDITION: Final = 1000
NO_OBSTACLES: Final = "Inga hinder har hittats i det som har kontrollerats."


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingAnswer:
    """What somebody says in confirming a booking."""

    conditions: Sequence[str] = ()
    """What is to hold for it, a line each."""
    nothing_found: bool = False
    """They have looked, and nothing has come up."""
    met: Mapping[str, str] = field(default_factory=dict)
    """Criterion -> why it is met, of those that a person is to assess."""
    despite_clash: str = ""
    """Why the room is promised although another booking has, or wants, it at the same time."""
    without_questions: bool = False
    """It is confirmed with others in one stroke; refused where there is something to ask."""


NOTHING_SAID: Final = BookingAnswer()


def confirm_booking(
    session: WritingSession,
    number: str,
    said: BookingAnswer = NOTHING_SAID,
    *,
    version: int | None,
    form: DecisionForm = AT_ONCE,
) -> Decision:
    """Confirms a booking from the week: gone through, by somebody not in conflict, decided, all in one act.

    Whoever confirms says by it that they are in no conflict of interest. version: the booking as it was seen.

    Raises:
        Refused: answered already, changed since, something speaks against it or is not assessed, or this person
            has no delegation for bookings.
    """
    case = open_case(session, number, action=Action.DECIDE)
    if case.kind is not CaseKind.BOOKING:
        raise Refused(Obstacle.MISSING)
    if case.state not in OPEN:
        raise Refused(Obstacle.STALE, _already_answered(case))
    if version is not None:
        open_case(session, number, action=Action.DECIDE, version=version)  # as it was seen
    if case.state in WAITING or (said.without_questions and case.state is CaseState.COMPLETION):
        raise Refused(
            Obstacle.CLOSED,
            Problem(number, _("{number} väntar på svar från någon annan.", number=number), _("Anteckna svaret först.")),
        )
    draft = decision_draft_of(session, case.id)
    if (draft is not None and draft.outcome != DecisionOutcome.APPROVED) or (
        said.without_questions and draft is not None
    ):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                number, _("Ett förslag till beslut finns i {number}.", number=number), _("Öppna bokningen och läs det.")
            ),
        )
    casework.refuse_unsettled(session, case)
    casework.declare_no_conflict(session, number)
    start_handling(case, session.person)
    _gone_through(session, case)
    if said.nothing_found:
        _nothing_found(session, case)
    for criterion, because in said.met.items():
        given = NewAssessment(criterion=criterion, answer=CriterionAnswer.MET, reasons=because)
        casework.assess(session, number, given, version=None)
    screened = screen_and_keep(session, case)
    screening = screened.screening if screened is not None else None
    _refuse_in_list(case, screening, without_questions=said.without_questions)
    if said.without_questions and _is_shown(session, case, screening):
        raise Refused(Obstacle.CLOSED, _already_asked(number))
    told = _said_of_clash(session, case, said.despite_clash)
    row = draft or DecisionDraft(case_id=case.id)
    _write(session, row, case, screening, said.conditions, told)
    found = casework.with_draft(
        session, case, casework.case_situation(session, case, screened, on=session.today), row, on=session.today
    )
    refuse_closed(closed_gates(found, GatedStep.DECIDE))
    held = casework.delegation_for(
        session, case.kind, on=session.today, outcome=DecisionOutcome.APPROVED, needed=CONFIRMS
    )
    wrong = casework.wrong_with(held, form) if held is not None else []
    if wrong:
        raise Refused(Obstacle.INVALID, *wrong)
    if case.state is not CaseState.READY:
        change_state(case, CaseState.READY)
    if said.without_questions:
        put_mark(session, case, CaseMarkKind.WITHOUT_QUESTIONS)
    case.look_again_at, case.look_again_because = None, ""
    raise_version(case)
    return casework.make_decision(session, case, row, screened, held, form)


class SeenBookings(NamedTuple):
    """How some bookings of a list stand against what was seen of them."""

    unchanged: frozenset[str]
    answered: frozenset[str]
    since: int
    """The newest entry of the board's in the trail when this was found."""


def compare_seen(session: Session, seen: Mapping[str, int]) -> SeenBookings:
    """Which of some bookings are as they were seen, and which have been answered since.

    seen: number -> the version that was seen. What is confirmed of one is known of the next of its association, and the
    program judges them anew meanwhile: only what a person does after this is a change.
    """
    rows = session.execute(
        visible_cases(session.person)
        .with_only_columns(Case.number, Case.version, Case.state)
        .where(Case.number.in_(seen))
    ).all()
    return SeenBookings(
        unchanged=frozenset(number for number, version, _state in rows if seen[number] == version),
        answered=frozenset(number for number, _version, state in rows if state not in OPEN),
        since=session.scalar(select(func.max(TrailEntry.place)).where(TrailEntry.chain == session.person.board_id))
        or 0,
    )


def confirm_unchanged(
    session: WritingSession, number: str, said: BookingAnswer, *, since: int, form: DecisionForm = AT_ONCE
) -> Decision:
    """Confirms one of many that was as it was seen. since: the newest entry of the trail when that was found.

    Raises:
        Refused: as for one by itself; another person has done something in it since.
    """
    newer = (TrailEntry.chain == session.person.board_id) & (TrailEntry.place > since)
    other = (TrailEntry.case_id == Case.id) & newer & (TrailEntry.by_user_id != session.person.id)
    if session.scalar(
        select(Case.id).where(Case.number == number, Case.board_id == session.person.board_id, exists().where(other))
    ):
        raise Refused(Obstacle.STALE, changed_problem(number))
    return confirm_booking(session, number, said, version=None, form=form)


def changed_problem(number: str) -> Problem:
    """What is said of a booking of a list that is not as it was seen."""
    return Problem(
        number,
        _("{number} har ändrats sedan sidan visades, och är inte bekräftad.", number=number),
        _("Läs den som den är nu och kryssa igen."),
    )


def may_be_confirmed(case: Case, screening: Screening | None, conflict: NameConflict | None = None) -> bool:
    """Whether whoever has looked can confirm it in the week: the rest is weighed, asked for or settled first."""
    if conflict is not None or screening is None or case.state not in OPEN - WAITING:
        return False
    left = [item for item in screening.findings if item.effect and item.effect.value not in NO_QUESTIONS]
    return all(item.result is CriterionResult.NEEDS_ASSESSMENT for item in left)


def _already_answered(case: Case) -> Problem:
    return Problem(case.number, _("{number} är redan besvarad.", number=case.number), _("Ladda om veckan."))


def _said_of_clash(session: WritingSession, case: Case, because: str) -> str:
    """What the decision says of another booking of the room at the same time; nothing where there is none.

    Raises:
        Refused: there is one, and nobody has said why both get the room.
    """
    clashes = clashes_of(session, case.board_id, [case.id]).get(case.id, ())
    if not clashes:
        return ""
    others, why = clashes_in_words(clashes), because.strip()[:LONGEST_CONDITION]
    if not why:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("{number} krockar med {bookings}.", number=case.number, bookings=others),
                _("Öppna bokningen: neka den ena, eller skriv varför båda får lokalen."),
            ),
        )
    return _("Lokalen är lovad trots krock med {bookings}. Skäl: {why}", bookings=others, why=why).sv


def _already_asked(number: str) -> Problem:
    return Problem(
        number, _("En fråga har kommit upp om {number}.", number=number), _("Ladda om veckan och öppna bokningen.")
    )


def _is_shown(session: WritingSession, case: Case, screening: Screening | None) -> bool:
    """Whether a person is to look at it whatever the rules say: the zero rate, a sample, a very long time."""
    if casework.of_case(session, case) is not None:
        return True
    kind = bookers.kinds_of(session, case.board_id, [case]).get(case.id)
    if kind is BookerKind.OWN_UNIT:
        return False
    if kind is BookerKind.STUDY_ASSOCIATION and asks_organiser(case.name, screening):
        return True
    if casework.examined_elsewhere(session, case.board_id, [case]):
        return True
    if case.look_again_at is not None or case.reopened_at is not None or weeks.is_long(occurrences(session, case.id)):
        return True
    rate = session.scalars(select(BookingRequest.rate).where(BookingRequest.case_id == case.id)).one()
    return rate == PriceClass.ZERO or weeks.is_drawn(session, case)


def _nothing_found(session: WritingSession, case: Case) -> None:
    screened = screen_without_keeping(session, case, on=session.today)
    if screened is not None and any(is_initial_review_question(item) for item in screened.screening.findings):
        casework.record_nothing_found(session, case.number)


def _gone_through(session: WritingSession, case: Case) -> None:
    """Whoever answers has gone through the booking and followed the board's routine: the page says so."""
    marked = {mark.kind for mark in current_marks(session, case)}
    for kind in (CaseMarkKind.BASIC_CHECK, CaseMarkKind.ROUTINE_FOLLOWED):
        if kind not in marked:
            put_mark(session, case, kind)


def _refuse_in_list(case: Case, screening: Screening | None, *, without_questions: bool) -> None:
    """What speaks against an association is weighed on the booking's own page, not with a button in a list."""
    if screening is None:
        raise Refused(
            Obstacle.CLOSED,
            Problem(case.number, _("Inga regler gäller {number}.", number=case.number), _("Kontakta regelansvarig.")),
        )
    if without_questions and screening.proposal.value not in NO_QUESTIONS:
        raise Refused(Obstacle.CLOSED, _already_asked(case.number))
    against = [item for item in screening.findings if item.effect and item.result is CriterionResult.NOT_MET]
    if against or screening.proposal in {Proposal.REFUSE, Proposal.PAUSE_PAYMENT, Proposal.RECLAIM}:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Något talar emot {number}.", number=case.number),
                _("Öppna bokningen och bedöm den där."),
            ),
        )


def _write(
    session: WritingSession,
    row: DecisionDraft,
    case: Case,
    screening: Screening | None,
    conditions: Sequence[str],
    told: str,
) -> None:
    """What is confirmed, as a proposal that is decided at once."""
    row.outcome, row.amount, row.grounds, row.reservations = DecisionOutcome.APPROVED, None, [], []
    row.conditions = [line.strip()[:LONGEST_CONDITION] for line in conditions if line.strip()][:MOST_CONDITIONS]
    row.reasons = "\n".join(filter(None, [casework.of_approval(case, screening) or NO_OBSTACLES, told]))
    row.set_aside, row.exception = {}, ""
    row.against_group, row.written_at, row.by_user_id = row.against_group or "", session.now, session.person.id
    row.screening_id = case.screening_id
    session.add(row)
    session.flush()
