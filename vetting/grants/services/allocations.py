"""What is written in a round's sheet: cells, each with who, when and what it was; conflicts, undoing, scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from vetting.boards.models.people import names_of
from vetting.boards.services.sign_in import require_permission
from vetting.cases.domain.cases import GIVEN_UP, OPEN, CaseState
from vetting.cases.models.cases import Case, seen_by
from vetting.cases.models.round_cases import of_rounds
from vetting.decisions.models.decisions import DecisionDraft
from vetting.grants.domain.allocations import (
    LONGEST_REASON,
    WRITABLE,
    AllocationField,
    RowLock,
    ScenarioKind,
    wrong_with_amount,
)
from vetting.grants.models.allocations import (
    AllocationEntry,
    AllocationScenario,
    entries_by_id,
    entries_of_act,
    entries_of_person,
    newest_entries,
    scenarios_of,
)
from vetting.grants.services.own_rounds import own_round
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.grants.models.rounds import Round
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession

MOST_SCENARIOS: Final = 30
MOST_UNDONE: Final = 2_000
"""So many cells back one can take back."""
LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class CellEdit:
    """What somebody writes in a cell. seen: the entry that they saw there, 0 where there was none."""

    case_id: int
    field: AllocationField
    seen: int
    amount: int | None = None
    text: str = ""

    @property
    def value(self) -> int | str | None:
        """What is written."""
        return self.amount if self.field is AllocationField.AMOUNT else self.text


class CellConflict(NamedTuple):
    """The cell was written in since, in another window too: what this person wrote, what stands there and whose."""

    edit: CellEdit
    theirs: AllocationEntry
    by_name: str


class SheetWriting(NamedTuple):
    """What came of writing: what was kept, what was not because the cell had been written in since."""

    kept: Sequence[AllocationEntry]
    conflicts: Sequence[CellConflict]
    locked: Sequence[CellEdit]
    """Rows that were decided or taken back meanwhile."""


def lock_of(state: CaseState, *, proposed: bool = False) -> RowLock | None:
    """Why a case's row is not written in. proposed: a proposal is written in the case."""
    if state is CaseState.COMMUNICATION:
        return RowLock.HEARING
    if state is CaseState.READY and proposed:
        return RowLock.LAID
    if state in GIVEN_UP:
        return RowLock.WITHDRAWN
    return None if state in OPEN else RowLock.DECIDED


def initial_amounts(session: Session, cases: Iterable[int]) -> dict[int, int | None]:
    """Case -> the amount of a proposal that was written beside the sheet."""
    wanted = select(DecisionDraft.case_id, DecisionDraft.amount).where(DecisionDraft.case_id.in_(list(cases)))
    return {key: amount for key, amount in session.execute(wanted)}  # noqa: C416 - dict() of rows carries no types


def standing_amount(entry: AllocationEntry | None, case_id: int, initial: Mapping[int, int | None]) -> int | None:
    """What is proposed of a row: what was written last in the sheet, else in the case. initial: as above."""
    return entry.amount if entry is not None else initial.get(case_id)


def write_cells(
    session: WritingSession, round_id: int, edits: Sequence[CellEdit], *, by: Person, at: datetime
) -> SheetWriting:
    """Writes cells as one act; those that were written in since are left, and told.

    Raises:
        Refused: there is no such round in the board, or an amount is none that can be proposed.
    """
    found = _round(session, round_id, by)
    rows = _rows(session, round_id, {edit.case_id for edit in edits}, by)
    applied = amounts_applied(session, rows)
    problems = [problem for edit in edits for problem in _wrong_with(edit, applied.get(edit.case_id))]
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    newest = newest_entries(session, round_id, rows.keys())
    before = entries_by_id(session, round_id, {edit.seen for edit in edits if edit.seen})
    initial = initial_amounts(session, rows)
    names = names_of(session, {entry.by_user_id for entry in newest.values()})
    to_keep, conflicts, locked = [], [], []
    for edit in edits:
        state = rows.get(edit.case_id)
        if state is None:
            raise Refused(Obstacle.MISSING)
        stands = newest.get((edit.case_id, edit.field))
        unset = standing_amount(None, edit.case_id, initial) if edit.field is AllocationField.AMOUNT else ""
        seen = before[edit.seen].value if edit.seen in before else unset
        if edit.value in (seen, stands.value if stands is not None else unset):
            continue
        if lock_of(state, proposed=edit.case_id in initial) not in WRITABLE:
            locked.append(edit)
        elif stands is not None and stands.id > edit.seen:
            conflicts.append(CellConflict(edit, stands, names.get(stands.by_user_id, "")))
        else:
            to_keep.append(edit)
    return SheetWriting(_keep(session, found, to_keep, by=by, at=at), conflicts, locked)


def _round(session: Session, round_id: int, by: Person) -> Round:
    require_permission(by, Action.PROPOSE)
    return own_round(session, round_id, by)


def _rows(session: Session, round_id: int, cases: Iterable[int], by: Person) -> dict[int, CaseState]:
    """The rows of a sheet that a person may write in, with the state of each."""
    wanted = select(Case.id, Case.state).where(
        of_rounds([round_id]), seen_by(by, Action.PROPOSE), Case.id.in_(list(cases))
    )
    return {key: CaseState(state) for key, state in session.execute(wanted)}


def amounts_applied(session: Session, cases: Iterable[int]) -> dict[int, int | None]:
    """Case -> what it applied for."""
    wanted = select(Case.id, Case.amount_applied).where(Case.id.in_(list(cases)))
    return {key: amount for key, amount in session.execute(wanted)}  # noqa: C416 - dict() of rows carries no types


class RowName(NamedTuple):
    """A row of a sheet by its number and its name."""

    number: str
    name: str


def visible_rows(session: Session, round_id: int, by: Person) -> dict[int, RowName]:
    """The rows of a sheet that a person may read: case -> what it is called."""
    rows = session.execute(select(Case.id, Case.number, Case.name).where(of_rounds([round_id]), seen_by(by)))
    return {key: RowName(number, name) for key, number, name in rows}


def _wrong_with(edit: CellEdit, applied: int | None) -> Iterable[Problem]:
    where = f"{edit.field}-{edit.case_id}"
    if edit.field is AllocationField.AMOUNT and edit.amount is not None:
        yield from (Problem(where, one.what, one.remedy) for one in wrong_with_amount(edit.amount, applied))
    elif len(edit.text) > LONGEST_REASON:
        yield Problem(where, _("Skälet är för långt."), _("Skriv högst {most} tecken.", most=LONGEST_REASON))


def _keep(
    session: WritingSession,
    about: Round,
    edits: Sequence[CellEdit],
    *,
    by: Person,
    at: datetime,
    takes_back: int | None = None,
) -> list[AllocationEntry]:
    """The cells as entries of one act."""
    kept = [
        AllocationEntry(
            round_id=about.id,
            case_id=edit.case_id,
            field=edit.field,
            amount=edit.amount,
            text=" ".join(mask_personal_numbers(edit.text).split()),
            act_id=takes_back,
            takes_back=takes_back is not None,
            at=at,
            by_user_id=by.id,
        )
        for edit in edits
    ]
    session.add_all(kept[:1])
    session.flush()
    for row in kept[1:]:
        row.act_id = takes_back if takes_back is not None else kept[0].id
    session.add_all(kept[1:])
    session.flush()
    if kept:
        action = "allocation_undone" if takes_back is not None else "allocation_written"
        session.note(TrailNote(action=action, by=by, at=at, subject=about))
    return kept


def act_to_undo(session: Session, round_id: int, by: Person) -> int | None:
    """The newest act of a person's own that they have not taken back; None where there is none."""
    own = entries_of_person(session, round_id, by.id, MOST_UNDONE)
    undone = {entry.act_id for entry in own if entry.takes_back}
    acts = [entry.act_id or entry.id for entry in own if not entry.takes_back]
    return next((act for act in acts if act not in undone), None)


def undo_last_act(session: WritingSession, round_id: int, *, by: Person, at: datetime) -> list[AllocationEntry]:
    """Takes back a person's newest act: each cell says what it said before, unless somebody has written there since.

    Raises:
        Refused: there is no such round in the board, or nothing to take back.
    """
    found = _round(session, round_id, by)
    act = act_to_undo(session, round_id, by)
    if act is None:
        raise Refused(Obstacle.INVALID, Problem("undo", _("Det finns inget att ångra."), _("Läs sidan på nytt.")))
    of_act = entries_of_act(session, round_id, act)
    cases = {entry.case_id for entry in of_act}
    newest = newest_entries(session, round_id, cases)
    earlier = newest_entries(session, round_id, cases, before=act)
    states = _rows(session, round_id, cases, by)
    initial = initial_amounts(session, states)
    edits = []
    for entry in of_act:
        open_to_write = entry.case_id in states and (
            lock_of(states[entry.case_id], proposed=entry.case_id in initial) in WRITABLE
        )
        if newest[entry.case_id, entry.field].by_user_id != by.id or not open_to_write:
            continue
        was = earlier.get((entry.case_id, entry.field))
        amount = standing_amount(was, entry.case_id, initial)
        text = was.text if was is not None else ""
        is_amount = entry.field is AllocationField.AMOUNT
        edits.append(
            CellEdit(
                case_id=entry.case_id,
                field=entry.field,
                seen=entry.id,
                amount=amount if is_amount else None,
                text="" if is_amount else text,
            )
        )
    if not edits:
        raise Refused(
            Obstacle.STALE,
            Problem("undo", _("Någon annan har skrivit i cellerna sedan dess."), _("Ändra dem för hand.")),
        )
    for scenario in scenarios_of(session, round_id):
        if scenario.chosen_at is not None and scenario.chosen_at == of_act[0].at:
            scenario.chosen_at = scenario.chosen_by_id = None
    return _keep(session, found, edits, by=by, at=at, takes_back=act)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewScenario:
    """A scenario that is to be kept: its name, how it was counted, and what it gives each case, in öre."""

    name: str
    kind: ScenarioKind
    settings: Mapping[str, object]
    amounts: Mapping[int, int | None]
    reasons: Mapping[int, str]


def keep_scenario(
    session: WritingSession, round_id: int, new: NewScenario, *, by: Person, at: datetime
) -> AllocationScenario:
    """Keeps a scenario, or the sheet as it stands, under a name.

    Raises:
        Refused: there is no such round in the board, no name, or more of them than anybody compares.
    """
    found = _round(session, round_id, by)
    name = " ".join(new.name.split())[:LONGEST_NAME]
    kept = scenarios_of(session, round_id)
    if not name:
        raise Refused(Obstacle.INVALID, Problem("name", _("Namnet saknas."), _("Skriv till exempel inför presidiet.")))
    if any(row.name == name for row in kept):
        raise Refused(
            Obstacle.INVALID, Problem("name", _("Det finns redan ett scenario med det namnet."), _("Välj ett annat."))
        )
    if len(kept) >= MOST_SCENARIOS:
        raise Refused(
            Obstacle.INVALID,
            Problem("name", _("Det finns redan {most} scenarier.", most=MOST_SCENARIOS), _("Släng något.")),
        )
    row = AllocationScenario(
        round_id=found.id,
        name=name,
        kind=new.kind,
        settings=dict(new.settings),
        amounts={str(case): amount for case, amount in new.amounts.items()},
        reasons={str(case): text for case, text in new.reasons.items() if text},
        at=at,
        by_user_id=by.id,
    )
    session.add(row)
    session.flush()
    session.note(TrailNote(action="scenario_kept", by=by, at=at, subject=row, board_id=by.board_id))
    return row


def _scenario(session: Session, round_id: int, key: int) -> AllocationScenario:
    found = next((row for row in scenarios_of(session, round_id) if row.id == key), None)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def choose_scenario(
    session: WritingSession, round_id: int, key: int, *, by: Person, at: datetime
) -> Sequence[AllocationEntry]:
    """The amounts of a scenario go into the sheet as one act, which can be taken back; locked rows are left.

    Raises:
        Refused: there is no such round or scenario.
    """
    found = _round(session, round_id, by)
    chosen = _scenario(session, round_id, key)
    states = _rows(session, round_id, [int(case) for case in chosen.amounts], by)
    newest = newest_entries(session, round_id)
    initial = initial_amounts(session, states)
    edits = []
    for case, state in states.items():
        if lock_of(state, proposed=case in initial) is not None:
            continue
        amount = chosen.amounts[str(case)]
        stands = newest.get((case, AllocationField.AMOUNT))
        says_nothing = amount is None and chosen.kind is not ScenarioKind.KEPT
        if not says_nothing and amount != standing_amount(stands, case, initial):
            edits.append(CellEdit(case_id=case, field=AllocationField.AMOUNT, seen=0, amount=amount))
        reason = newest.get((case, AllocationField.REASON))
        text = str(chosen.reasons.get(str(case), ""))
        if chosen.kind is ScenarioKind.KEPT and text != (reason.text if reason is not None else ""):
            edits.append(CellEdit(case_id=case, field=AllocationField.REASON, seen=0, text=text))
    for row in scenarios_of(session, round_id):
        row.chosen_at = row.chosen_by_id = None
    chosen.chosen_at, chosen.chosen_by_id = at, by.id
    session.flush()
    session.note(TrailNote(action="scenario_chosen", by=by, at=at, subject=chosen, board_id=by.board_id))
    return _keep(session, found, edits, by=by, at=at)


def drop_scenario(session: WritingSession, round_id: int, key: int, *, by: Person, at: datetime) -> None:
    """A scenario is compared no more; what was chosen from it stays in the sheet.

    Raises:
        Refused: there is no such round or scenario.
    """
    _round(session, round_id, by)
    found = _scenario(session, round_id, key)
    found.dropped_at = at
    session.flush()
    session.note(TrailNote(action="scenario_dropped", by=by, at=at, subject=found, board_id=by.board_id))
