"""Which cases a person may open to read: the question of conflict of interest comes first for some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from vetting.casework.models import cases as store
from vetting.casework.models.cases import Case, in_conflict
from vetting.casework.models.meetings import Conflict, NoConflict
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action, CaseReach
from vetting.kernel.store.read_cache import cached_query, prime_query_cache
from vetting.kernel.text import _
from vetting.people import habits_of, require_permission
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetting.kernel.store.session import Session


ANSWER_FIRST = (
    _("Du har inte svarat på frågan om jäv i ärendet."),
    _("Öppna mötet och svara för hela listan, så öppnas handlingarna."),
)


@cached_query(NoConflict, Conflict, Board, Case.association_id, Case.round_id)
def has_answered_on_conflict(session: Session, case: Case, user_id: int) -> bool:
    """Whether somebody has said they are not in conflict: in the case, or once for its round."""
    own = NoConflict.case_id == case.id
    in_each = BoardOption.CONFLICT_PER_CASE in habits_of(session.get_one(Board, case.board_id))
    if case.round_id is not None and not in_each:
        own = own | (NoConflict.round_id == case.round_id)
    answered = session.scalar(select(NoConflict.id).where(NoConflict.user_id == user_id, own).limit(1))
    return answered is not None and not in_conflict(session, user_id, case.id)


def prefetch_conflict_answers(session: Session, asked: Iterable[tuple[Case, int]]) -> None:
    """Asks the same for many cases and persons at once, for a list that goes through them."""
    pairs = list(asked)
    users = {user_id for _case, user_id in pairs}
    if not pairs:
        return
    answered = session.execute(
        select(NoConflict.user_id, NoConflict.case_id, NoConflict.round_id).where(
            NoConflict.user_id.in_(users),
            or_(
                NoConflict.case_id.in_({case.id for case, _user in pairs}),
                NoConflict.round_id.in_({case.round_id for case, _user in pairs if case.round_id is not None}),
            ),
        )
    ).all()
    own, whole = {(row[0], row[1]) for row in answered}, {(row[0], row[2]) for row in answered}
    aside = store.conflicts_of(session, users)
    found = {}
    for case, user_id in pairs:
        in_each = BoardOption.CONFLICT_PER_CASE in habits_of(session.get_one(Board, case.board_id))
        by_round = case.round_id is not None and not in_each and (user_id, case.round_id) in whole
        said = by_round or (user_id, case.id) in own
        found[case, user_id] = said and not any(conflict.holds_for(case) for conflict in aside.get(user_id, ()))
    prime_query_cache(session, has_answered_on_conflict, found)


def open_case_to_read(session: Session, number: str) -> tuple[Case, bool]:
    """A case to read, and whether the person has said that they are in no conflict of interest in it.

    Whoever sees only what is referred to them answers before anything is read.

    Raises:
        Refused: there is no such case for them, or the answer comes first.
    """
    require_permission(session.person, Action.READ_CASES)
    case = store.find_case(session, number)
    if case is None:
        raise Refused(Obstacle.MISSING)
    if not may_open_case(session, case):
        raise Refused(Obstacle.CLOSED, Problem(number, *ANSWER_FIRST))
    return case, has_answered_on_conflict(session, case, session.person.id)


def may_open_case(session: Session, case: Case) -> bool:
    """Whether a case that a person sees in a list may be read by them: the group answers on conflict first."""
    return session.person.sights(Action.READ_CASES) != {CaseReach.REFERRED} or has_answered_on_conflict(
        session, case, session.person.id
    )


NOT_ANSWERED: Final = (_("Du har inte svarat på frågan om jäv i ärendet."), _("Öppna ärendet och svara."))
