"""Answers about an association that are used again: what rests on them, and what happens when one falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, or_, select

from vetting.associations.models.associations import records_of
from vetting.casework.domain.cases import AT_WORK_STATE, OPEN, CaseState, InvalidationReason
from vetting.casework.models.cases import Case, Occurrence
from vetting.casework.services.cases import add_note, change_state, open_case, raise_version
from vetting.casework.services.screenings import screen_case
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.session import WritingSession

RUNNING: Final = frozenset({CaseState.PAYMENT, CaseState.REPORTING})
"""Support that goes on after its decision."""


def resting_on(session: WritingSession, board_id: int, association_id: int) -> Sequence[Case]:
    """The cases that an answer about the association still matters to: open, running, or a booking ahead."""
    ahead = exists().where(Occurrence.case_id == Case.id, Occurrence.ends_at > session.now)
    return session.scalars(
        select(Case)
        .where(
            Case.board_id == board_id,
            Case.association_id.in_(records_of(association_id)),
            is_batch_not_undone(Case.batch_id),
            or_(
                Case.state.in_(OPEN | RUNNING),
                (Case.state == CaseState.CONFIRMED) & ahead,
            ),
        )
        .order_by(Case.id)
    ).all()


def return_to_queue(
    session: WritingSession,
    board_id: int,
    association_id: int | None,
    because: InvalidationReason,
    *,
    but: int | None = None,
) -> int:
    """Something new has come: everything that rests on what was known is judged anew and shown again.

    but: the case where it came, which somebody looks at already. Returns how many other cases were returned.
    """
    if association_id is None:
        return 0
    session.flush()
    returned = 0
    for case in resting_on(session, board_id, association_id):
        if case.id == but:
            continue
        if case.state is CaseState.READY:
            change_state(case, AT_WORK_STATE[case.kind])
        if case.state in OPEN:
            screen_case(session, case)
        case.look_again_at, case.look_again_because = session.now, because.value
        session.note("returned_to_queue", case, case_id=case.id, board_id=board_id, detail={"because": because.value})
        returned += 1
    return returned


def note_second_look(session: WritingSession, number: str, text: str) -> Case:
    """Somebody has looked at a returned case again and says what follows from it.

    Raises:
        Refused: nothing has fallen in the case, or it is not said what follows.
    """
    case = open_case(session, number, action=Action.HANDLE)
    if case.look_again_at is None:
        raise Refused(
            Obstacle.STALE,
            Problem(
                number, _("Någon har redan tagit ställning till de nya uppgifterna."), _("Se händelserna i ärendet.")
            ),
        )
    if not text.strip():
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "text",
                _("Det står inte vad de nya uppgifterna leder till."),
                _("Skriv vad du har kommit fram till och vad som görs nu."),
            ),
        )
    add_note(session, number, text, official=True)
    case.look_again_at, case.look_again_because = None, ""
    raise_version(case)
    session.note("looked_again", case, case_id=case.id)
    return case
