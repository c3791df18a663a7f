"""What is written in the table of a round's money: rows, all of them or none, never over what somebody else wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from vetting.casework.domain.cases import GIVEN_UP, OPEN, CaseState
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import DecisionDraft
from vetting.casework.models.round_cases import of_rounds
from vetting.grants import own_round
from vetting.grants.domain.allocations import WRITABLE, RowLock, RowValues, wrong_with_row
from vetting.grants.models.allocations import WrittenRow, written_rows
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people import require_permission
from vetting.people.models.people import names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vetting.kernel.store.session import Session, WritingSession

_POINTS: Final = re.compile(r"(\S+)[\s;]+(\d{1,6}(?:[.,]\d{1,4})?)", re.ASCII)
"""A pasted line: the number of the case, and its points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEdit:
    """What somebody writes in a row. seen: the digest of what they saw in it."""

    case_id: int
    seen: str
    values: RowValues


class RowName(NamedTuple):
    """A row by its number and its name."""

    number: str
    name: str


class _OpenRow(NamedTuple):
    number: str
    state: CaseState
    applied: int | None


def lock_of(state: CaseState, *, proposed: bool = False) -> RowLock | None:
    """Why nothing is proposed from a case's row. proposed: a proposal is written in the case."""
    if state is CaseState.COMMUNICATION:
        return RowLock.HEARING
    if state is CaseState.READY and proposed:
        return RowLock.LAID
    if state in GIVEN_UP:
        return RowLock.WITHDRAWN
    return None if state in OPEN else RowLock.DECIDED


def current_row_values(session: Session, cases: Iterable[int]) -> dict[int, tuple[RowValues, bool]]:
    """Case -> what its row says, and whether a proposal is written in the case.

    The amount is the proposal's where that lies before whoever decides, or where the row has none of its own.
    """
    keys = list(cases)
    rows = written_rows(session, keys)
    wanted = select(DecisionDraft.case_id, DecisionDraft.amount, Case.state).join(
        Case, Case.id == DecisionDraft.case_id
    )
    drafts = {row.case_id: row for row in session.execute(wanted.where(DecisionDraft.case_id.in_(keys)))}
    found = {}
    for key in keys:
        row, draft = rows.get(key), drafts.get(key)
        said = RowValues(proposed=row.amount, reason=row.reason, points=row.points) if row is not None else RowValues()
        if draft is not None and (said.proposed is None or draft.state == CaseState.READY):
            said = replace(said, proposed=draft.amount)
        found[key] = (said, draft is not None)
    return found


def visible_rows(session: Session, round_id: int) -> dict[int, RowName]:
    """The rows of a round that a person may read: case -> what it is called."""
    rows = session.execute(
        select(Case.id, Case.number, Case.name).where(of_rounds([round_id]), seen_by(session.person))
    )
    return {key: RowName(number, name) for key, number, name in rows}


def write_rows(session: WritingSession, round_id: int, edits: Sequence[RowEdit]) -> Sequence[WrittenRow]:
    """Writes rows: all that were changed, or none.

    Raises:
        Refused: there is no such round or row for this person; an amount that cannot be proposed, a reason too long;
            somebody has written in a row, or it was locked, since it was read.
    """
    require_permission(session.person, Action.PROPOSE)
    about = own_round(session, round_id)
    edits = [replace(edit, values=_clean_values(edit.values)) for edit in edits]
    rows = _rows(session, round_id, [edit.case_id for edit in edits])
    if any(edit.case_id not in rows for edit in edits):
        raise Refused(Obstacle.MISSING)
    standing = current_row_values(session, rows)
    changed = [
        edit for edit in edits if edit.values.digest not in {edit.seen, standing[edit.case_id][0].digest}
    ]  # a row that was left as it was shown says nothing of what others wrote since
    wrong = [
        Problem(f"{problem.where}-{edit.case_id}", problem.what, problem.remedy)
        for edit in changed
        for problem in wrong_with_row(edit.values, rows[edit.case_id].applied)
    ]
    overtaken = list(_overtaken(session, changed, rows, standing))
    if wrong or overtaken:
        raise Refused(Obstacle.INVALID if wrong else Obstacle.STALE, *wrong, *overtaken)
    kept = written_rows(session, [edit.case_id for edit in changed])
    for edit in changed:
        if edit.case_id not in kept:
            kept[edit.case_id] = WrittenRow(case_id=edit.case_id, round_id=about.id)
            session.add(kept[edit.case_id])
        row, values = kept[edit.case_id], edit.values
        row.amount, row.reason, row.points = values.proposed, values.reason, values.points
        row.at, row.by_user_id = session.now, session.person.id
    if kept:
        session.flush()
        session.note("allocation_written", about)
    return list(kept.values())


def write_points(session: WritingSession, round_id: int, pasted: str) -> Sequence[WrittenRow]:
    """Points that were pasted, one row a line: the number of the case and its points; all of them or none.

    Raises:
        Refused: a line that says something else, or of no row that this person may write in.
    """
    require_permission(session.person, Action.PROPOSE)
    own_round(session, round_id)
    rows = {row.number: key for key, row in _rows(session, round_id, None).items()}
    points: dict[int, float] = {}
    wrong = []
    for place, line in enumerate(pasted.splitlines(), 1):
        found = _POINTS.fullmatch(line.strip())
        key = rows.get(found[1].upper()) if found else None
        if found is not None and key is not None and key not in points:
            points[key] = float(found[2].replace(",", "."))
        elif line.strip():
            where = _("Rad {place} går inte att föra in: {line}", place=place, line=line.strip()[:60])
            wrong.append(Problem("pasted", where, _("Skriv ett ärendenummer i omgången och poängen, en gång var.")))
    if wrong:
        raise Refused(Obstacle.INVALID, *wrong)
    standing = current_row_values(session, points)
    edits = [
        RowEdit(case_id=key, seen=standing[key][0].digest, values=replace(standing[key][0], points=given))
        for key, given in points.items()
    ]
    return write_rows(session, round_id, edits)


def _clean_values(values: RowValues) -> RowValues:
    return replace(values, reason=" ".join(mask_personal_numbers(values.reason).split()))


def _rows(session: Session, round_id: int, cases: Iterable[int] | None) -> dict[int, _OpenRow]:
    """The rows of a round that a person may write in. cases: only of these."""
    wanted = select(Case.id, Case.number, Case.state, Case.amount_applied).where(
        of_rounds([round_id]), seen_by(session.person, Action.PROPOSE)
    )
    if cases is not None:
        wanted = wanted.where(Case.id.in_(list(cases)))
    return {row.id: _OpenRow(row.number, CaseState(row.state), row.amount_applied) for row in session.execute(wanted)}


def _overtaken(
    session: Session,
    changed: Sequence[RowEdit],
    rows: Mapping[int, _OpenRow],
    standing: Mapping[int, tuple[RowValues, bool]],
) -> Iterable[Problem]:
    """Rows that nobody may write in, or that somebody has written in since they were read."""
    kept = written_rows(session, [edit.case_id for edit in changed])
    names = names_of(session, {row.by_user_id for row in kept.values()})
    for edit in changed:
        now, laid = standing[edit.case_id]
        where = f"amount-{edit.case_id}"
        if lock_of(rows[edit.case_id].state, proposed=laid) not in WRITABLE:
            yield Problem(
                where,
                _("Raden är beslutad, återkallad eller väntar på beslut."),
                _("Ändra i ärendet, eller låt raden stå."),
            )
        elif edit.seen != now.digest:
            who = names.get(kept[edit.case_id].by_user_id, "") if edit.case_id in kept else ""
            said = (
                kronor(now.proposed) if now.proposed is not None else "–",
                now.reason or "–",
                f"{now.points:g}" if now.points is not None else "–",
            )
            yield Problem(
                where,
                _(
                    "{who} har ändrat raden sedan du läste den: förslag {amount}, poäng {points}, skäl {reason}.",
                    who=who or _("Någon annan"),
                    amount=said[0],
                    reason=said[1],
                    points=said[2],
                ),
                _("Spara igen om det som du har skrivit ska gälla."),
            )
