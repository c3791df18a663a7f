"""One evaluation: what is to be judged again is judged again, some cases at a time, beside the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.boards.models.people import Board
from vetting.cases.models.cases import Case
from vetting.cases.models.renewals import Renewal, cases_to_rescreen, waiting_renewals
from vetting.cases.services.screenings import is_out_of_date, judge_again, one_of_many
from vetting.kernel.dates import HERE
from vetting.kernel.store.session import open_reading, open_technical, run_in_transaction

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import WritingSession
    from vetting.rules.services.rulebook import Rules

AT_A_TIME: Final = 40
"""Cases that are looked at between two looks for other work."""


def note_new_day(database: Database) -> None:
    """Every open case is judged again: what expires, is due or has come of age does so with the day."""
    with open_technical(database) as session:
        session.add_all(Renewal(board_id=key) for key in session.scalars(select(Board.id)))


def rescreen_waiting_cases(database: Database, rules: Rules, *, at: datetime) -> bool:
    """Judges some of the waiting cases again, and keeps what has become of those it is otherwise for.

    Nobody waits for it: the cases are judged without holding the database, and only those that differ are written.
    Returns whether anything waited.
    """
    done: dict[int, int | None] = {}
    differs: dict[int, bool] = {}
    with open_reading(database) as session:
        room = AT_A_TIME
        for row in waiting_renewals(session):
            wanted = select(Case).where(cases_to_rescreen(row)).order_by(Case.id).limit(room)
            found = session.scalars(wanted).all()
            new = [case for case in found if case.id not in differs]  # several things may have touched one case
            differs |= {case.id: _differs(session, case, rules, at) for case in new}
            done[row.id] = None if len(found) < room else found[-1].id
            room -= len(found)
            if room <= 0:
                break
    for key in [key for key, other in differs.items() if other]:
        _judge(database, key, rules, at)
    if done:
        with open_technical(database) as session:
            _note(session, done)
    return bool(done)


def renew_all(database: Database, rules: Rules, *, at: datetime) -> None:
    """Until nothing waits: for a database that is filled before anybody sees it, and for tests."""
    while rescreen_waiting_cases(database, rules, at=at):
        pass


def _differs(session: Session, case: Case, rules: Rules, at: datetime) -> bool:
    on = at.astimezone(HERE).date()
    return bool(one_of_many(case.id, lambda: is_out_of_date(session, case, rules, on=on)))


def _judge(database: Database, key: int, rules: Rules, at: datetime) -> None:
    """One case, in a transaction of its own."""

    def judged(session: WritingSession) -> None:
        judge_again(session, session.get_one(Case, key), rules, at=at)

    one_of_many(key, lambda: run_in_transaction(database, judged))


def _note(session: Session, done: Mapping[int, int | None]) -> None:
    """What is done is gone; of what is not, how far it has come."""
    for key, last in done.items():
        row = session.get(Renewal, key)
        if row is not None and last is None:
            session.delete(row)
        elif row is not None and last is not None:
            row.done_to = last
