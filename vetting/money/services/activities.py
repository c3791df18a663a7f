"""A board's plan: activities added, changed, read from a table, taken from an example, begun anew each year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.money.domain.activities import ActivityFields, ActivityStatus, wrong_with_activity
from vetting.money.models.activities import PlanActivity, activities_of_year, find_activity
from vetting.people import require_permission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.session import WritingSession

FIRST_YEAR, LAST_YEAR = 2010, 2100


def add_activities(session: WritingSession, year: int, given: Sequence[ActivityFields]) -> list[PlanActivity]:
    """Adds some to a year, after those that it has; all of them, or none.

    Raises:
        Refused: not this person's to add, no year, none given, or one lacks something or stands there already.
    """
    require_permission(session.person, Action.FOLLOW_UP)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(Obstacle.INVALID, Problem("year", _("Det är inget år."), _("Skriv det så här: 2026.")))
    standing = activities_of_year(session, session.person.board_id, year)
    known = {_place_in_plan(row) for row in standing}
    problems = [problem for one in given for problem in wrong_with_activity(one)]
    for one in given:
        if _place_in_plan(one) in known:
            what = _("Aktiviteten finns redan det året: ”{text}”.", text=one.text[:80])
            problems.append(Problem("text", what, _("Ändra den som finns i stället.")))
        known.add(_place_in_plan(one))
    if not given:
        problems.append(Problem("table", _("Det finns inget att lägga till."), _("Skriv minst en aktivitet.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    last = max((row.place for row in standing), default=0)
    rows = []
    for place, one in enumerate(given, last + 1):
        row = PlanActivity(
            board_id=session.person.board_id, year=year, place=place, at=session.now, by_user_id=session.person.id
        )
        row.put(one)
        rows.append(row)
    return _add_rows(session, rows)


def _add_rows(session: WritingSession, rows: list[PlanActivity]) -> list[PlanActivity]:
    session.add_all(rows)
    session.flush()
    for row in rows:
        session.note("activity_added", row, board_id=session.person.board_id)
    return rows


def _place_in_plan(of: ActivityFields | PlanActivity) -> tuple[str, str]:
    """What tells it from the others: a plan may say the same under two headings."""
    return of.clause.strip().lower(), of.text.strip().lower()


def change_activity(session: WritingSession, key: int, given: ActivityFields, *, version: int | None) -> PlanActivity:
    """What is said of an activity now; the trail keeps what was said before.

    Raises:
        Refused: not this person's to change, no such activity, something is missing, or another has changed it.
    """
    require_permission(session.person, Action.FOLLOW_UP)
    row = find_activity(session, session.person.board_id, key)
    if row is None:
        raise Refused(Obstacle.MISSING)
    if row.version != version:
        what = _("Någon annan har ändrat aktiviteten.")
        raise Refused(Obstacle.STALE, Problem("note", what, _("Läs det som står där nu.")))
    problems = wrong_with_activity(given)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row.put(given)
    row.at, row.by_user_id = session.now, session.person.id
    session.flush()
    session.note("activity_changed", row, board_id=session.person.board_id, reason=given.status.value)
    return row


def begin_year(session: WritingSession, year: int) -> list[PlanActivity]:
    """A year begins with what the year before had and did not drop: not begun, each beside the row it goes on from.

    Raises:
        Refused: not this person's, the year has begun, or the year before has nothing.
    """
    require_permission(session.person, Action.FOLLOW_UP)
    if activities_of_year(session, session.person.board_id, year):
        what = _("Året har redan aktiviteter.")
        raise Refused(Obstacle.STALE, Problem("year", what, _("Lägg till dem som saknas.")))
    before = [
        row
        for row in activities_of_year(session, session.person.board_id, year - 1)
        if row.status is not ActivityStatus.DROPPED
    ]
    if not before:
        what = _("Året före har inga aktiviteter.")
        raise Refused(Obstacle.INVALID, Problem("year", what, _("Läs in planens tabell, eller börja med ett exempel.")))
    rows = [
        PlanActivity(
            board_id=session.person.board_id,
            year=year,
            place=place,
            text=row.text,
            clause=row.clause,
            responsible=row.responsible,
            time="",
            due_on=None,
            channels=list(row.channels),
            status=ActivityStatus.NOT_BEGUN,
            controlled=row.controlled,
            follows_id=row.id,
            at=session.now,
            by_user_id=session.person.id,
        )
        for place, row in enumerate(before, 1)
    ]
    return _add_rows(session, rows)
