"""What has happened in the board since a person was last at work: counted, by kind of act, of what they may see."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from vetting.casework.models.cases import Case, seen_by
from vetting.kernel.dates import day_here, midnight
from vetting.kernel.store.trail import TrailEntry
from vetting.kernel.text import Words, _
from vetting.people.models.people import SignIn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from vetting.kernel.store.session import Session

LOOKED_THROUGH: Final = 5_000
"""The newest entries of the trail that are looked through."""
LONGEST: Final = timedelta(days=30)
TOLD: Final[Mapping[str, tuple[Words, Words]]] = {
    "case_received": (_("nytt ärende"), _("nya ärenden")),
    "document_added": (_("ärende fick en ny handling"), _("ärenden fick nya handlingar")),
    "group_advised": (_("ärende fick gruppens råd"), _("ärenden fick gruppens råd")),
    "made_ready": (_("ärende lämnades till beslut"), _("ärenden lämnades till beslut")),
    "decided": (_("ärende beslutades"), _("ärenden beslutades")),
    "decision_sent": (_("beslut skickades"), _("beslut skickades")),
    "paid": (_("bidrag betalades ut"), _("bidrag betalades ut")),
}
"""Act -> what is said of one and of several, in the order of the road."""


class SinceLast(NamedTuple):
    """Since when, and how many of each."""

    since: datetime
    lines: Sequence[tuple[int, Words, Words]]
    """How many, and what is said of one and of several."""


def since_last(session: Session, *, on: date) -> SinceLast | None:
    """What others have done since the person was last signed in on an earlier day; None where nobody can say."""
    seen = session.scalar(
        select(func.max(SignIn.seen_at)).where(
            SignIn.user_id == session.person.id,
            SignIn.board_id == session.person.board_id,
            SignIn.seen_at < midnight(on),
        )
    )
    if seen is None or day_here(seen) < on - LONGEST:
        return None
    newest = (
        select(TrailEntry.action, TrailEntry.case_id, TrailEntry.by_user_id, TrailEntry.at)
        .where(TrailEntry.board_id == session.person.board_id)
        .order_by(TrailEntry.id.desc())
        .limit(LOOKED_THROUGH)
        .subquery()
    )
    rows = session.execute(
        select(newest.c.action, func.count(newest.c.case_id.distinct()).label("many"))
        .join(Case, Case.id == newest.c.case_id)
        .where(
            newest.c.action.in_(TOLD),
            newest.c.at > seen,
            newest.c.by_user_id.is_distinct_from(session.person.id),
            seen_by(session.person),
        )
        .group_by(newest.c.action)
    )
    counted = {row.action: row.many for row in rows}
    return SinceLast(seen, [(counted[action], *words) for action, words in TOLD.items() if action in counted])
