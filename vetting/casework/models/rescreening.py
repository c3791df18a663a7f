"""What is to be judged again: noted with every change that a screening may have read, in the same transaction.

And what recurs: a row each with its next time, taken by one worker at a time and made up for after a stop.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, Text, and_, bindparam, cast, false, func, null, or_, select, true, union_all
from sqlalchemy import case as case_when
from sqlalchemy.orm import Mapped, aliased

from vetting.associations.models.associations import Association, held_by
from vetting.casework.domain.cases import OPEN
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import Case, GrantApplication
from vetting.casework.models.documents import Document
from vetting.casework.models.facts import GivenFacts
from vetting.casework.models.screenings import StoredScreening
from vetting.grants.models.rounds import Round
from vetting.kernel.store.base import Base, public_column
from vetting.kernel.store.import_batches import ImportBatch
from vetting.kernel.store.read_cache import cached_query
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Select

    from vetting.kernel.store.session import Session

Target = tuple[int | None, int | None, int | None, int | None]
"""Board, association, case and import: what a renewal is of."""
OF_CASES: Final[Mapping[str, frozenset[str]]] = {
    "cases": frozenset({"association_id", "name", "state", "received_on", "not_asked", "batch_id"}),
    "grant_applications": frozenset({"giro"}),
    "given_facts": frozenset(),
    "assessments": frozenset(),
    "marks": frozenset(),
    "documents": frozenset(),
    "grant_reports": frozenset({"received_on", "finding", "due_on", "complete_by"}),
    "payments": frozenset({"paid_on", "stopped_on", "amount"}),
    "reclaims": frozenset({"reclaim_decision_id"}),
    "decisions": frozenset(),
    "decision_events": frozenset(),
    "reviews": frozenset({"treated_at", "outcome"}),
}
"""Tables with a case whose rows a screening reads -> the columns it reads; all of them where none is named."""
OF_BOARDS: Final[Mapping[str, frozenset[str]]] = {
    "boards": frozenset({"habits", "papers", "way_of_working"}),
    "rounds": frozenset({"report_on", "closes_on"}),
}
"""Tables whose rows the screenings of a whole board read -> the columns."""
AT_A_TIME: Final = 500
MOST_TOLD_APART: Final = 50
"""Renewals that one statement tells apart; of more, every open case may differ."""
_TOUCHED, _ACCOUNTS, _PAPERS = "touched", "accounts", "papers"
"""Parameters of the statement that finds the cases beside some."""
NEW_DAY: Final = "new_day"
"""What is done once a day, when a new one has begun."""


class RescreeningRequest(Base):
    """Cases to be judged again: of a board, of an association (in one board or in all), of an import, or one case."""

    __tablename__ = "renewals"

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int | None] = public_column()
    association_id: Mapped[int | None] = public_column()
    case_id: Mapped[int | None] = public_column()
    batch_id: Mapped[int | None] = public_column()
    done_to: Mapped[int] = public_column(default=0, server_default="0")
    """The last case that was judged, where there are many."""


class RecurringWork(Base):
    """Work that comes back."""

    __tablename__ = "recurring"

    id: Mapped[int] = public_column(primary_key=True)
    name: Mapped[str] = public_column(unique=True)
    next_at: Mapped[datetime] = public_column()
    held_until: Mapped[datetime | None] = public_column()
    """Until when a worker has it; taken up by another after that."""
    done_for: Mapped[date | None] = public_column()
    """The last day that it was done for."""


def note_rescreening(session: Session, changed: Sequence[Mapping[str, Any]]) -> None:
    """Notes what is to be judged again after what a transaction has changed; in that transaction."""
    touched: dict[str, set[int]] = {}
    new_account: set[int] = set()
    wanted: set[Target] = set()
    for change in changed:
        table, after, before = change["table"], change["after"], change.get("before", {})
        if table in OF_CASES and _is_read(change, OF_CASES[table]):
            touched.setdefault(table, set()).add(change.get("case") or after.get("made_in_case_id") or 0)
            new_account |= {change["case"]} if table == "grant_applications" and change["op"] == "update" else set()
            owners = {after.get("association_id"), before.get("association_id")} - {None}
            wanted |= {(after.get("board_id"), owner, None, None) for owner in owners}
        elif table in OF_BOARDS and change["op"] == "update" and _is_read(change, OF_BOARDS[table]):
            wanted.add((_board_of(session, table, change["id"]), None, None, None))
        elif table == "assessment_withdrawals":
            row = session.get_one(AssessmentRow, after["assessment_id"])
            wanted.add((row.board_id, row.association_id, row.case_id, None))
        elif table == "associations" and change["op"] == "update" and "merged_into_id" in after:
            records = {change["id"], after["merged_into_id"], before.get("merged_into_id")} - {None}
            wanted |= {(None, record, None, None) for record in records}
        elif table == "import_batches" and change["op"] == "update" and "state" in after:
            wanted.add((None, None, None, change["id"]))
    wanted |= _beside(session, touched) | _named_before(session, new_account)
    session.add_all(
        RescreeningRequest(board_id=board, association_id=association, case_id=case, batch_id=batch)
        for board, association, case, batch in sorted(wanted, key=str)
    )


def ask_for(session: Session, case: Case) -> None:
    """Notes that a case and the others of its association are to be judged again: what lies beside the records says."""
    owner = case.association_id
    session.add(RescreeningRequest(board_id=case.board_id, association_id=owner, case_id=None if owner else case.id))


def request_rescreening_of_association(session: Session, board_id: int, association_id: int) -> None:
    """Notes that a board's open cases of an association are to be judged again."""
    session.add(RescreeningRequest(board_id=board_id, association_id=association_id))


def _is_read(change: Mapping[str, Any], columns: frozenset[str]) -> bool:
    return not columns or change["op"] != "update" or bool(columns & change["after"].keys())


def _board_of(session: Session, table: str, key: int) -> int:
    return key if table == Board.__tablename__ else session.get_one(Round, key).board_id


def _beside(session: Session, touched: Mapping[str, set[int]]) -> set[Target]:
    """The other cases of the same association in the board (of nobody's, the case itself); and those sharing with it.

    Open cases share an account or a paper with a case; all are found by one question for some hundred cases.
    """
    found: set[Target] = set()
    accounts = touched.get("cases", set()) | touched.get("grant_applications", set())
    papers = touched.get("cases", set()) | touched.get("documents", set())
    for some in _some(set().union(*touched.values())):
        named = {
            _TOUCHED: some,
            _ACCOUNTS: sorted(accounts.intersection(some)),
            _PAPERS: sorted(papers.intersection(some)),
        }
        asked = {name: cases for name, cases in named.items() if cases}
        rows = session.execute(_beside_statement(tuple(asked)), asked)
        found |= {(board, association, case, None) for board, association, case in rows}
    return found


@cache
def _beside_statement(names: tuple[str, ...]) -> CompoundSelect[int, int | None, int | None]:
    """names: which of its parameters, lists of ids of cases, have any."""
    parts = {_TOUCHED: _owners, _ACCOUNTS: _sharing_account, _PAPERS: _sharing_paper}
    return union_all(*(parts[name](bindparam(name, expanding=True)) for name in names))


def _owners(some: BindParameter[Any]) -> Select[int, int | None, int | None]:
    own = case_when((Case.association_id.is_(None), Case.id))
    return select(Case.board_id, Case.association_id, own).where(Case.id.in_(some))


def _sharing_account(some: BindParameter[Any]) -> Select[int, int | None, int | None]:
    other, giro = aliased(Case), aliased(GrantApplication)
    return (
        _open(other)
        .join(giro, giro.case_id == other.id)
        .join(GrantApplication, and_(GrantApplication.giro == giro.giro, giro.giro != ""))
        .join(Case, and_(Case.id == GrantApplication.case_id, Case.board_id == other.board_id))
        .where(Case.id.in_(some))
    )


def _sharing_paper(some: BindParameter[Any]) -> Select[int, int | None, int | None]:
    other, theirs = aliased(Case), aliased(Document)
    return (
        _open(other)
        .join(theirs, theirs.case_id == other.id)
        .join(Document, and_(Document.sha256 == theirs.sha256, Document.board_id == theirs.board_id))
        .where(Document.case_id.in_(some))
    )


def _named_before(session: Session, new_account: set[int]) -> set[Target]:
    """Open cases that shared an account with these when they were judged last. new_account: it is another now."""
    found: set[Target] = set()
    for key in sorted(new_account):
        case = session.get_one(Case, key)
        other = aliased(Case)
        named = cast(StoredScreening.read, Text).contains(f'"{case.number}"', autoescape=True)
        rows = session.execute(
            _open(other)
            .join(StoredScreening, StoredScreening.id == other.screening_id)
            .where(other.board_id == case.board_id, named)
        )
        found |= {(board, association, other_case, None) for board, association, other_case in rows}
    return found


def _open(case: type[Case]) -> Select[int, int | None, int]:
    """Cases that are not decided, each for itself."""
    of_nobody = cast(null(), Integer)
    return select(case.board_id, of_nobody, case.id).where(case.state.in_(OPEN))


def cases_to_rescreen(renewal: RescreeningRequest) -> ColumnElement[bool]:
    """The open cases that are still to be judged again for it."""
    wanted = [Case.state.in_(OPEN), Case.id > renewal.done_to]
    if renewal.board_id is not None:
        wanted.append(Case.board_id == renewal.board_id)
    if renewal.case_id is not None:
        wanted.append(Case.id == renewal.case_id)
    elif renewal.association_id is not None:
        held = select(Association.merged_into_id).where(Association.id == renewal.association_id)
        wanted.append(or_(Case.association_id == renewal.association_id, Case.association_id.in_(held)))
    elif renewal.batch_id is not None:
        wanted.append(_named_by(renewal.batch_id))
    return and_(*wanted)


def _named_by(batch_id: int) -> ColumnElement[bool]:
    """The cases of an import, of the associations it speaks of, or that a value of it is about."""
    holds = func.coalesce(Association.merged_into_id, Association.id)
    spoken_of = [select(model.association_id).where(model.batch_id == batch_id) for model in (Case, GivenFacts)]
    same = select(ImportBatch.board_id).where(ImportBatch.id == batch_id).scalar_subquery()
    valued = select(GivenFacts.case_id).where(GivenFacts.batch_id == batch_id)
    of_those = select(holds).where(or_(*(Association.id.in_(some) for some in spoken_of)))
    came, theirs = aliased(Case), aliased(GrantApplication)
    accounts = (
        select(theirs.giro).join(came, came.id == theirs.case_id).where(came.batch_id == batch_id, theirs.giro != "")
    )
    sharing = select(GrantApplication.case_id).where(GrantApplication.giro.in_(accounts))
    return and_(
        Case.board_id == same, or_(Case.association_id.in_(of_those), Case.id.in_(valued), Case.id.in_(sharing))
    )


def pending_rescreenings(session: Session) -> Sequence[RescreeningRequest]:
    """What is still to be judged again, the oldest first."""
    return session.scalars(select(RescreeningRequest).order_by(RescreeningRequest.id).limit(AT_A_TIME)).all()


@cached_query()
def _since_midnight(session: Session) -> tuple[date | None, tuple[RescreeningRequest, ...]]:
    """The day that all cases were noted for last, and what is still to be judged again; in one question."""
    rows = session.execute(
        select(RecurringWork.done_for, RescreeningRequest)
        .outerjoin(RescreeningRequest, true())
        .where(RecurringWork.name == NEW_DAY)
        .order_by(RescreeningRequest.id)
        .limit(AT_A_TIME)
    ).all()
    found: list[RescreeningRequest | None] = [row for _, row in rows]
    return (rows[0][0] if rows else None), tuple(row for row in found if row is not None)


def not_rescreened(session: Session, cases: Sequence[Case], on: date) -> set[int]:
    """Ids of the open cases among some whose kept result may not be what it is that day."""
    ids = {case.id for case in cases if case.state in OPEN}
    done, rows = _since_midnight(session) if ids else (None, ())
    if not ids or done is None or done < on or len(rows) == AT_A_TIME:
        return ids
    found: set[int] = set()
    owners = {row.association_id for row in rows if row.association_id is not None}
    holds = held_by(session, owners) if owners else {}
    for row in rows:
        if row.batch_id is not None:
            found |= set(session.scalars(select(Case.id).where(Case.id.in_(ids), cases_to_rescreen(row))))
            continue
        of = {row.association_id, holds.get(row.association_id or 0)} - {None}
        found |= {
            case.id
            for case in cases
            if case.id in ids
            and case.id > row.done_to
            and row.board_id in {None, case.board_id}
            and row.case_id in {None, case.id}
            and (row.association_id is None or case.association_id in of)
        }
    return found


def may_differ(session: Session, on: date) -> ColumnElement[bool]:
    """For a statement: open cases whose kept result may not be what it is that day."""
    done, rows = _since_midnight(session)
    if done is None or done < on or len(rows) > MOST_TOLD_APART:
        return true()
    return or_(false(), *(cases_to_rescreen(row) for row in rows))


def _some(keys: Iterable[int]) -> Iterator[list[int]]:
    found = sorted(keys)
    for start in range(0, len(found), AT_A_TIME):
        yield found[start : start + AT_A_TIME]
