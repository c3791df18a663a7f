"""Letters of the golden record: the first of each kind that a case of each board can send."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

from sqlalchemy import select

from tests.acting import acting
from tests.board import rules
from tests.golden import record
from tests.golden.frozen import MOMENT
from vetting import clock
from vetting.casework.models.cases import Case, visible_cases
from vetting.casework.services import letters
from vetting.kernel.roles import Action, Role
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.people.models.people import Board, RoleAssignment, User, find_person
from vetting.rules.services.rulebook import use_rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vetting.casework.models.letters import Letter
    from vetting.kernel.store.session import Session

OF_A_KIND = 1


def every(session: Session, language: str) -> Iterator[tuple[Case, letters.WritableLetter, Letter]]:
    """Each letter that a case of some board can send, as it would be written now by a caseworker of the board."""
    holders = select(RoleAssignment.user_id, RoleAssignment.board_id).join(Board, Board.id == RoleAssignment.board_id)
    first = holders.join(User, User.id == RoleAssignment.user_id).where(
        RoleAssignment.role == Role.CASEWORKER, User.login == "caseworker." + Board.code
    )
    for user, board in session.execute(first.order_by(Board.id)).all():
        by = find_person(session, user, board)
        if by is None:
            raise LookupError(user)
        at = clock.now()
        acting(session, by, at)
        for case in session.scalars(visible_cases(by, Action.READ_CASES).order_by(Case.id)):
            for item in letters.writable_letters(session, case, on=at.date()):
                written = letters.preview_letter(
                    session,
                    case.number,
                    item.kind,
                    item.key,
                    language=language,  # type: ignore[arg-type]
                )
                yield case, item, written


def of_letters(folder: Path, source: Path, language: str) -> None:
    """Writes the first letters of each kind, of applications and of bookings, board by board."""
    database = connect_database(f"sqlite:///{source}")
    use_rules(database, rules)
    kept: dict[tuple[int, str, str], int] = {}
    with mock.patch.object(clock, "now", return_value=MOMENT), open_reading(database) as session:
        for case, item, written in every(session, language):
            kind = case.board_id, case.kind.value, item.kind.value
            kept[kind] = kept.get(kind, 0) + 1
            if kept[kind] <= OF_A_KIND:
                name = f"{item.kind.value} {case.number} board {case.board_id}"
                text = "\n".join([written.subject, "", *written.lines])
                record.keep(folder / f"{record.name_of(name)}.txt", record.shortened(text))
    database.close()
