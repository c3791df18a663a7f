"""The work queue: counts, groups by deadline, pages by key; every query starts from what the person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, or_, select, tuple_, union

from vetting import casework
from vetting.associations.models.associations import Association, AssociationName
from vetting.casework import ProposalStatus, may_open_case, stale_of, standing_of_many
from vetting.casework.domain.cases import OPEN, CaseMarkKind, CaseState
from vetting.casework.models.assessments import AssessmentDraft
from vetting.casework.models.cases import BookingRequest, Case, CaseMark, in_states, past_due, seen_by, visible_cases
from vetting.casework.models.rescreening import may_differ
from vetting.engine.proposal import Attention
from vetting.grants.models.rounds import Round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import WITHOUT_RINGS, fold_name, read_number
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.money.models.owed_reports import late_reports
from vetting.money.models.reports import report_due
from vetting.people.models.people import User

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import CTE, ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Words

WITH_OTHERS: Final = frozenset({CaseState.COMPLETION, CaseState.REFERRED, CaseState.COMMUNICATION, CaseState.READY})
"""States in which somebody else than the officer has the next move, or has had it."""
FRESH: Final = frozenset({CaseState.RECEIVED, CaseState.IN_PROGRESS, CaseState.REQUESTED, CaseState.TO_CHECK})
AT_HAND: Final = frozenset(
    {CaseState.RECEIVED, CaseState.IN_PROGRESS, CaseState.REQUESTED, CaseState.TO_CHECK, CaseState.COMPLETION}
)
"""States in which an officer works on a case."""
PAGE: Final = 50
MOST_PAGES: Final = 4
"""So many are looked through for one page, where cases wait to be judged and a filter leaves few of them."""
LAST: Final = date(9999, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilters:
    """What a list is narrowed to; all of it stands in the address."""

    kind: CaseKind | None = None
    state: CaseState | None = None
    attention: Attention | None = None
    mine: bool = False
    late: bool = False
    round_id: int | None = None
    text: str = ""
    closed: bool = False
    unassigned: bool = False
    officer_id: int | None = None
    with_others: bool = False
    """What waits for the association, the group or whoever decides."""
    unreported: bool = False
    """Grants whose report should have come, and that nobody has gone through a report of."""
    without_questions: bool = False
    """What nothing stands in the way of, by the kept judgement."""
    after: tuple[date, int] | None = None
    """The last row of the page before: its day and id."""


NOT_TOLD: Final = ProposalStatus("", "", assessed=False)
"""Of a case whose reader has yet to say that they are in no conflict of interest."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of cases, and where the next begins."""

    cases: Sequence[Case]
    standing: Mapping[int, ProposalStatus]
    """Case -> what is proposed today, and who it waits for."""
    more: tuple[date, int] | None
    stale: Mapping[int, tuple[Words, ...]]
    """Case -> what has changed since its proposal was made: it cannot be decided on, nor is it listed as ready."""
    counts: Mapping[str, int]


def case_queue(session: Session, filters: QueueFilters, *, on: date) -> Queue:
    """Cases by the day something is due, the earliest first; those without a day last."""
    stale = _stale(session, filters, on=on)
    found = _apply_filters(session, visible_cases(session.person), filters, stale, on)
    after, cases = filters.after, list[Case]()
    standing: dict[int, ProposalStatus] = {}
    for _ in range(MOST_PAGES):
        rows = _rows_after(session, found, after, closed=filters.closed and filters.state is None)
        some, of_these = _as_they_stand(session, rows[:PAGE], filters, on)
        cases, standing = [*cases, *some], {**standing, **of_these}
        after = _place(rows[PAGE - 1]) if len(rows) > PAGE else None
        if after is None or len(cases) >= PAGE or filters.attention is None:
            break
    if len(cases) > PAGE:
        cases, after = cases[:PAGE], _place(cases[PAGE - 1])
    standing = {case.id: standing[case.id] if may_open_case(session, case) else NOT_TOLD for case in cases}
    counts = _counts(session, filters.kind, stale, on=on, round_id=filters.round_id)
    return Queue(cases, standing, after, stale, counts)


def _rows_after(
    session: Session, found: Select[Case], after: tuple[date, int] | None, *, closed: bool
) -> Sequence[Case]:
    """A page of cases and one more, by due day, those without one last.

    closed: all that were ever closed are among them. Then each part is read along an index of its own.
    """
    if closed:
        day, key = after or (date.min, 0)
        dated = found.where(Case.due_on.is_not(None), tuple_(Case.due_on, Case.id) > (day, key))
        rows = [*session.scalars(dated.order_by(Case.due_on, Case.id).limit(PAGE + 1))] if day < LAST else []
        undated = found.where(Case.due_on.is_(None), Case.id > (key if day == LAST else 0))
        left = PAGE + 1 - len(rows)
        return [*rows, *session.scalars(undated.order_by(Case.id).limit(left))] if left else rows
    due = func.coalesce(Case.due_on, LAST)
    if after is not None:
        day, key = after
        found = found.where(or_(due > day, and_(due == day, Case.id > key)))
    return session.scalars(found.order_by(due, Case.id).limit(PAGE + 1)).all()


def _stale(session: Session, filters: QueueFilters, *, on: date) -> dict[int, tuple[Words, ...]]:
    """Of the list's kind, and of its round where it is of one."""
    wanted = visible_cases(session.person).where(Case.kind.in_(_kinds(filters.kind)))
    if filters.round_id is not None:
        wanted = wanted.where(Case.round_id == filters.round_id)
    return stale_of(session, wanted, on=on)


def _kinds(kind: CaseKind | None) -> list[str]:
    return [kind.value] if kind else [each.value for each in CaseKind]


def _place(case: Case) -> tuple[date, int]:
    return (case.due_on or LAST), case.id


def all_of(
    session: Session, filters: QueueFilters, *, on: date, most: int
) -> tuple[Sequence[Case], Mapping[int, ProposalStatus]]:
    """Every case of a list that the person may work on, in the list's order, with where each stands.

    most: so many and no more are read; as many as that may be too many, and nothing is said of them.
    """
    stale = _stale(session, filters, on=on) if filters.state is CaseState.READY else {}
    found = _apply_filters(session, visible_cases(session.person, Action.HANDLE), filters, stale, on)
    rows = session.scalars(found.order_by(func.coalesce(Case.due_on, LAST), Case.id).limit(most)).all()
    if len(rows) == most:
        return rows, {}
    return _as_they_stand(session, rows, filters, on)


def _as_they_stand(
    session: Session, rows: Sequence[Case], filters: QueueFilters, on: date
) -> tuple[Sequence[Case], Mapping[int, ProposalStatus]]:
    """The cases as they are today; of those that wait to be judged again the ones that the filter wants."""
    standing = standing_of_many(session, rows, on=on)
    wanted = filters.attention
    return [case for case in rows if not wanted or standing[case.id].attention == wanted.value], standing


def _apply_filters(
    session: Session, cases: Select[Case], filters: QueueFilters, stale: Mapping[int, object], on: date
) -> Select[Case]:
    """Of some cases those that the filters leave; without a state, those at work. stale: cases that are not ready."""
    if not filters.state and not filters.closed and not filters.unreported:
        at_work = _at_work(session.person)
        cases = cases.join(at_work, at_work.c.id == Case.id)
    if filters.attention:
        cases = cases.where(or_(Case.attention == filters.attention.value, may_differ(session, on)))
    if filters.state is CaseState.READY and stale:
        cases = cases.where(Case.id.not_in(stale))
    return cases.where(*_conditions(filters, session.person, on))


def _conditions(filters: QueueFilters, by: Person, on: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.kind:
        found.append(Case.kind == filters.kind)
    if filters.state:
        found.append(Case.state == filters.state)
    if filters.mine:
        found.append(Case.officer_id == by.id)
    if filters.late:
        found.append(past_due(on))
    if filters.unassigned:
        found.append(Case.officer_id.is_(None))
    if filters.officer_id is not None:
        found.append(Case.officer_id == filters.officer_id)
    if filters.with_others:
        found.append(in_states(WITH_OTHERS))
    if filters.unreported:
        found.append(late_reports(on))
    if filters.without_questions:
        found.append(_without_questions(on))
    if filters.round_id is not None:
        found.append(Case.round_id == filters.round_id)
    if filters.text:
        found.append(_matching(filters.text))
    return found


def count_late_reports(session: Session, on: date) -> tuple[int, date | None]:
    """How many grants' reports should have come, of those this person handles; and the day of the one most late."""
    wanted = _late_reports(session.person, on).with_only_columns(func.count(Case.id), func.min(report_due()))
    number, first = session.execute(wanted).one()
    return int(number), first


def _late_reports(by: Person, on: date) -> Select[Any]:
    return select(func.count(Case.id)).where(
        seen_by(by, Action.HANDLE),
        late_reports(on),
    )


def _without_questions(on: date) -> ColumnElement[bool]:
    """Cases at hand that one signature covers, or that are gone through and can be proposed: as they were judged."""
    drafts = select(AssessmentDraft.id).where(AssessmentDraft.case_id == Case.id)
    signed = select(CaseMark.id).where(
        CaseMark.case_id == Case.id, CaseMark.kind == CaseMarkKind.BASIC_CHECK, CaseMark.withdrawn_at.is_(None)
    )
    named = select(Round.id).where(Round.id == Case.round_id, Round.dnr != "")
    unsettled = select(AssociationName.id).where(
        AssociationName.association_id == Case.association_id,
        AssociationName.kind.in_(casework.UNSETTLED_KINDS),
        is_batch_not_undone(AssociationName.batch_id),
    )
    return and_(
        in_states(FRESH),
        Case.clear,
        Case.look_again_at.is_(None),
        or_(Case.sleeps_until.is_(None), Case.sleeps_until <= on),
        ~drafts.exists(),
        ~unsettled.exists(),
        or_(~signed.exists(), Case.attention == Attention.LOOK.value, Case.dnr != "", named.exists()),
    )


def _matching(text: str) -> ColumnElement[bool]:
    number = read_number(text).digits
    if number:
        return Case.association_id.in_(select(Association.id).where(Association.number == number))
    words = fold_name(text).split()
    named = select(Association.id).where(*map(_name_contains, words))
    return or_(
        Case.number == text.strip().upper(),
        Case.dnr == text.strip(),
        Case.id.in_(select(BookingRequest.case_id).where(BookingRequest.reference == text.strip())),
        Case.association_id.in_(named) if words else Case.number == "",
        Case.name.icontains(text.strip(), autoescape=True),
    )


def _name_contains(word: str) -> ColumnElement[bool]:
    """å, ä and ö are found by a and o, and not the other way round."""
    if word != word.translate(WITHOUT_RINGS):
        return Association.name_key.contains(word, autoescape=True)
    plain = func.replace(func.replace(func.replace(Association.name_key, "å", "a"), "ä", "a"), "ö", "o")
    return plain.contains(word, autoescape=True)


def _at_work(by: Person) -> CTE:
    """Ids of the board's cases that are open, or that somebody is to look at again: each found by its own index.

    The few there are lead to their cases; the database is not left to go through all that were ever closed.
    """
    own = Case.board_id == by.board_id
    found = union(
        select(Case.id).where(own, in_states(OPEN)),
        select(Case.id).where(own, Case.look_again_at.is_not(None)),
    )
    return found.cte("at_work").prefix_with("MATERIALIZED")


def _open_states() -> list[str]:
    return sorted(state.value for state in OPEN)


def _counts(
    session: Session, kind: CaseKind | None, stale: Collection[int], *, on: date, round_id: int | None = None
) -> dict[str, int]:
    """The figures over the queue, each a link to its list; of one round where the list is."""
    is_open = Case.state.in_(_open_states())
    own = [seen_by(session.person, by_key=True), Case.kind.in_(_kinds(kind))]
    if round_id is not None:
        own.append(Case.round_id == round_id)
    wanted = {
        "open": is_open,
        "mine": Case.officer_id == session.person.id,
        "late": past_due(on),
        "completion": Case.state == CaseState.COMPLETION,
        "referred": Case.state == CaseState.REFERRED,
        "ready": Case.state == CaseState.READY,
        "unassigned": Case.officer_id.is_(None),
        "others": in_states(WITH_OTHERS),
        "unquestioned": _without_questions(on),
        "again": ~is_open,
    }
    applied = func.coalesce(func.sum(Case.amount_applied).filter(is_open), 0)
    late_reports = _late_reports(session.person, on).correlate(None).scalar_subquery()
    at_work = _at_work(session.person)
    rows = session.execute(
        select(*(func.count().filter(condition) for condition in wanted.values()), applied, late_reports)
        .select_from(Case)
        .join(at_work, at_work.c.id == Case.id)
        .where(*own)
    ).one()
    found = dict(zip((*wanted, "applied", "late_reports"), map(int, rows), strict=True))
    return {**found, "ready": found["ready"] - len(stale)}


def case_queue_counts(session: Session, kind: CaseKind, *, on: date) -> dict[str, int]:
    """The figures of a list whose proposals are not looked at: those that no proposal changes."""
    return _counts(session, kind, {}, on=on)


def open_by_officer(session: Session, kind: CaseKind) -> list[tuple[int, str, int]]:
    """How many open cases each officer has: id, name, number; by name, and nothing of how long anything took."""
    rows = session.execute(
        select(User.id, User.name, func.count())
        .join(Case, Case.officer_id == User.id)
        .where(seen_by(session.person), Case.kind == kind, in_states(OPEN))
        .group_by(User.id, User.name)
        .order_by(User.name, User.id)
    )
    return [(key, name, int(number)) for key, name, number in rows]


def case_named(session: Session, text: str) -> str:
    """The number of the one case that a text names by its own, its registry's or its booking's number; else empty."""
    wanted = text.strip()
    own = or_(
        Case.number == wanted.upper(),
        Case.dnr.in_({wanted, wanted.upper()}),
        Case.id.in_(select(BookingRequest.case_id).where(BookingRequest.reference == wanted)),
    )
    found = (
        session.scalars(visible_cases(session.person).with_only_columns(Case.number).where(own).limit(2)).all()
        if wanted
        else []
    )
    return found[0] if len(found) == 1 else ""


def round_named(session: Session, text: str) -> int | None:
    """The key of the round that a text names by its registry's number, which its cases have, too."""
    wanted = text.strip()
    own = select(Round.id).where(
        Round.board_id == session.person.board_id, Round.dnr.in_({wanted, wanted.upper()} - {""})
    )
    return session.scalar(own.order_by(Round.id.desc()).limit(1))


def case_after(session: Session, case: Case, filters: QueueFilters, *, on: date) -> str:
    """The number of the next case in the list's order, of this person's own or nobody's; empty of the last.

    What waits for others is left out: it is the next that somebody can work on. filters: how the list was narrowed;
    whoever chose an officer or those of others goes through these.
    """
    day = case.due_on or LAST
    due = func.coalesce(Case.due_on, LAST)
    wanted = _conditions(filters, session.person, on)
    if filters.state is None and not filters.with_others:
        wanted.append(in_states(AT_HAND))
    if filters.officer_id is None:
        wanted.append(or_(Case.officer_id == session.person.id, Case.officer_id.is_(None)))
    found = session.scalar(
        visible_cases(session.person, Action.HANDLE)
        .with_only_columns(Case.number)
        .where(*wanted, or_(due > day, and_(due == day, Case.id > case.id)))
        .order_by(due, Case.id)
        .limit(1)
    )
    return found or ""


def group_by_due_day(cases: Sequence[Case], on: date) -> dict[str, list[Case]]:
    """Late, this week, later, without a day."""
    week_end = on + timedelta(days=6 - on.weekday())
    found: dict[str, list[Case]] = {"late": [], "week": [], "later": [], "none": []}
    for case in cases:
        if case.due_on is None or case.state not in OPEN:
            found["none"].append(case)  # what is decided is due no more, though somebody looks at it again
        elif case.due_on < on:
            found["late"].append(case)
        elif case.due_on <= week_end:
            found["week"].append(case)
        else:
            found["later"].append(case)
    return {name: rows for name, rows in found.items() if rows}
