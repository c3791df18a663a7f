"""The rows of the work queue: how each case stands, its next step, what was given before, when a booking is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.domain.lead_steps import lead_step
from vetting.casework.domain.next_steps import CaseAct, possible_acts
from vetting.casework.domain.row_tags import RowTag, next_in_words, tag_beside_list, tag_of
from vetting.casework.models.cases import Case, Occurrence, current_marks
from vetting.casework.models.decisions import Decision, decision_draft_of, quashed_decisions
from vetting.casework.models.screenings import StoredScreening
from vetting.casework.services import before_decision, name_conflicts
from vetting.casework.services.case_progress import progress_of_case
from vetting.casework.services.completions import ASKABLE, shared_facts
from vetting.casework.services.gaps import gaps_of_list
from vetting.casework.services.money_of_cases import MONEY
from vetting.casework.services.readable_cases import may_open_case, prefetch_conflict_answers
from vetting.casework.services.screenings import current_of_many
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import FAVOURABLE
from vetting.kernel.roles import Action
from vetting.kernel.store.case_rows import prefetch_for_cases
from vetting.kernel.store.read_cache import pin_rows
from vetting.kernel.text import _, day_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from vetting.casework.domain.next_steps import CaseProgress
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Words


class FirstTime(NamedTuple):
    """When and where a booking begins."""

    starts_at: datetime | None
    ends_at: datetime | None
    room_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One case of the queue: how it stands, for one reader on one day."""

    case: Case
    tag: RowTag | None = None
    """None of a case whose reader has yet to answer on conflict of interest."""
    next_step: Words | None = None
    mine: bool = False
    """The next step is this person's."""
    can_be_signed: bool = False
    can_be_proposed: bool = False
    """The next step is to propose all that is applied for."""
    can_be_referred: bool = False
    """The next step is to let the reference group hear it."""
    may_be_laid: bool = False
    """Nothing holds it back from a decision but that nothing is proposed: a row of the round's money can do that."""
    granted: int | None = None
    """What the association was last granted before it, in öre."""
    first_time: FirstTime | None = None
    times: int = 0
    not_in_list: frozenset[str] = frozenset()
    """What the rules ask for and its list had no column for."""
    gaps: int = 0
    """How much it lacks in all, where its list lacks something."""


def queue_rows(session: Session, cases: Sequence[Case], *, on: date) -> list[QueueRow]:
    """The rows of some cases, each with its next step for this person; by few questions for all of them."""
    if not cases:
        return []
    rows = _make_rows(session, cases, on=on)
    shared = shared_facts(row.not_in_list for row in rows)
    return [_beside_list(row, shared) if row.not_in_list & shared else row for row in rows]


def _make_rows(session: Session, cases: Sequence[Case], *, on: date) -> list[QueueRow]:
    prefetch_for_cases(session, cases)
    name_conflicts.prefetch_name_conflicts(session, cases)
    pairs = [(case, key) for case in cases for key in {case.officer_id, session.person.id} - {None} if key is not None]
    prefetch_conflict_answers(session, pairs)
    before_decision.prefetch_review_participants(session, cases)
    readable = [case for case in cases if may_open_case(session, case)]
    drafts = [draft.screening_id for case in readable if (draft := decision_draft_of(session, case.id)) is not None]
    then = [key for key in drafts if key is not None]
    pin_rows(session, session.scalars(select(StoredScreening).where(StoredScreening.id.in_(then))) if then else ())
    judged = current_of_many(session, readable, on=on)
    before = _granted_before(session, cases)
    times = _times_of(session, cases)
    reports = _report_steps(session, cases, on)
    found = []
    for case in cases:
        uses = times.get(case.id, ())
        first = FirstTime(uses[0].starts_at, uses[0].ends_at, uses[0].room_name) if uses else None
        row = QueueRow(case=case, granted=before.get(case.id), first_time=first, times=len(uses))
        if case in readable:
            screened = judged.get(case.id)
            seen = before_decision.case_situation(session, case, screened, on=on)
            row = _with_standing(
                row,
                progress_of_case(session, case, screened, seen, user_id=session.person.id, on=on, in_list=True),
                session.person,
            )
            if case.not_asked and screened is not None and case.state in ASKABLE:
                marks = current_marks(session, case)
                row = replace(row, not_in_list=gaps_of_list(case, screened.screening, marks), gaps=len(seen.gaps))
            if case.id in reports:
                words, act = reports[case.id]
                row = replace(row, next_step=words, mine=act is not None and session.person.may(act))
        if case.sleeps_until is not None and case.sleeps_until > on and case.state in OPEN:
            row = _asleep(row, case.sleeps_until)
        found.append(row)
    return found


def _report_steps(session: Session, cases: Sequence[Case], on: date) -> dict[int, tuple[Words, Action | None]]:
    """Of some cases those whose grant is paid -> what is next with their report, and what it takes to do that."""
    paid = [case.id for case in cases if case.state is CaseState.REPORTING]
    wanted = select(
        Case.id, MONEY.function.report_is_unread(), MONEY.function.awaits_report(), MONEY.function.report_due()
    ).where(Case.id.in_(paid))
    found: dict[int, tuple[Words, Action | None]] = {}
    for key, unread, awaited, due in session.execute(wanted) if paid else ():
        if unread:
            found[key] = (_("Gå igenom redovisningen"), Action.ASSESS)
        elif awaited and due is not None and due < on:
            found[key] = (_("Påminn om redovisningen"), Action.HANDLE)
        elif awaited and due is not None:
            found[key] = (_("Redovisas senast {day}", day=day_in_words(due)), None)
    return found


def _asleep(row: QueueRow, until: date) -> QueueRow:
    """A row of a case that waits for a day: it asks nothing of anybody until then."""
    rests = _("Vilar till ") + day_in_words(until)
    return replace(row, next_step=rests, mine=False, can_be_signed=False, can_be_proposed=False, can_be_referred=False)


def _beside_list(row: QueueRow, shared: frozenset[str]) -> QueueRow:
    """A row that does not say again what is told once for the list."""
    if row.tag is None:
        return row
    return replace(row, tag=tag_beside_list(row.tag, row.gaps - len(row.not_in_list & shared)))


def told_once(rows: Sequence[QueueRow]) -> tuple[int, int]:
    """How many things the list of several cases does not have, and how many cases lack them."""
    shared = shared_facts(row.not_in_list for row in rows)
    return len(shared), sum(bool(row.not_in_list & shared) for row in rows)


def _with_standing(row: QueueRow, standing: CaseProgress, by: Person) -> QueueRow:
    """A row with how its case stands."""
    lead = lead_step(standing, possible_acts(standing), by)
    return replace(
        row,
        tag=tag_of(standing),
        next_step=next_in_words(standing, lead),
        mine=lead.step is not None,
        can_be_signed=lead.step is not None and lead.awaited is CaseAct.REVIEW,
        can_be_proposed=lead.step is not None and lead.awaited is CaseAct.PROPOSE_APPROVAL,
        can_be_referred=lead.step is not None and lead.awaited is CaseAct.REFER,
        may_be_laid=not (standing.holding_back or standing.situation.not_met),
    )


def _granted_before(session: Session, cases: Sequence[Case]) -> Mapping[int, int]:
    """Case -> what its association was granted last before it came, of the same board."""
    wanted = {case.association_id for case in cases if case.kind is CaseKind.GRANT and case.association_id is not None}
    if not wanted:
        return {}
    rows = session.execute(
        select(Case.id, Case.association_id, Decision.decided_on, Decision.amount)
        .join(Decision, Decision.case_id == Case.id)
        .where(
            Case.board_id == cases[0].board_id,
            Case.association_id.in_(wanted),
            Decision.kind == CaseKind.GRANT.value,
            Decision.outcome.in_([outcome.value for outcome in FAVOURABLE]),
            Decision.id.not_in(quashed_decisions()),
        )
        .order_by(Decision.decided_on.desc(), Decision.id.desc())
    ).all()
    found: dict[int, int] = {}
    for case in cases:
        for key, association, decided_on, amount in rows:
            if association == case.association_id and key != case.id and decided_on <= case.received_on:
                found[case.id] = amount or 0
                break
    return found


def _times_of(session: Session, cases: Sequence[Case]) -> Mapping[int, list[Occurrence]]:
    """Booking -> its times, the first first."""
    wanted = [case.id for case in cases if case.kind is CaseKind.BOOKING]
    if not wanted:
        return {}
    found: dict[int, list[Occurrence]] = {}
    rows = session.scalars(
        select(Occurrence).where(Occurrence.case_id.in_(wanted)).order_by(Occurrence.starts_at, Occurrence.id)
    )
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found
