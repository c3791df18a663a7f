"""What one act asked for: its letters, and the cases that nothing was asked of. Letters are sent as all others are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.casework.models.cases import Case, visible_cases
from vetting.casework.models.completions import CompletionBatch
from vetting.casework.models.letters import letters_of_requests
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.people import require_permission, require_permission_for_kind

if TYPE_CHECKING:
    from vetting.casework.models.letters import Letter
    from vetting.kernel.store.session import Session


def completion_batch_of_person(session: Session, key: int) -> CompletionBatch:
    """An act of the board, if the person handles such cases.

    Raises:
        Refused: there is none for them.
    """
    require_permission(session.person, Action.HANDLE)
    found = session.get(CompletionBatch, key)
    if found is None or found.board_id != session.person.board_id:
        raise Refused(Obstacle.MISSING)
    require_permission_for_kind(session.person, Action.HANDLE, found.kind)
    return found


def letters_of(session: Session, batch: CompletionBatch) -> list[tuple[Letter, Case]]:
    """The letters of an act with their cases, of those that the person may see."""
    rows = letters_of_requests(session, batch)
    seen = visible_cases(session.person).where(Case.id.in_([row.case_id for row in rows]))
    cases = {case.id: case for case in session.scalars(seen)}
    return [(row, cases[row.case_id]) for row in rows if row.case_id in cases]


def left_of(session: Session, batch: CompletionBatch) -> list[list[str]]:
    """[case number, why sv, why en] of the chosen cases that nothing was asked of, those that the person may see."""
    numbers = [number for number, _, _ in batch.left]
    seen = set(
        session.scalars(visible_cases(session.person).with_only_columns(Case.number).where(Case.number.in_(numbers)))
    )
    return [entry for entry in batch.left if entry[0] in seen]
