"""A round of the board of whoever asks, or a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.grants.models.rounds import round_of
from vetting.kernel.problem import Obstacle, Refused

if TYPE_CHECKING:
    from vetting.grants.models.rounds import Round
    from vetting.kernel.store.session import Session


def own_round(session: Session, key: int) -> Round:
    """A round of the board.

    Raises:
        Refused: there is none.
    """
    found = round_of(session, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found
