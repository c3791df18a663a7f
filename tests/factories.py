"""Plain makers of what a test needs; each names only what matters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from vetting.casework.models.cases import Case
from vetting.kernel.roles import Person, Role
from vetting.kernel.store.session import run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.people.models.people import Board, RoleAssignment, User

if TYPE_CHECKING:
    from vetting.kernel.store.engine import Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def a_board(database: Database, code: str = "norr", **more: Any) -> Board:
    def work(session: Any) -> Board:
        board = Board(
            code=code, name=f"Exempelnämnden {code}", rules={"grant": "grundkrav-bidrag"}, created_at=NOW, **more
        )
        session.add(board)
        session.flush()
        session.add_entry(TrailNote(action="board_added", by=None, at=NOW, subject=board, board_id=board.id))
        return board

    return run_in_transaction(database, work)


def a_person(database: Database, board: Board, *roles: Role, name: str = "Kim Ek") -> Person:
    held = roles or (Role.CASEWORKER,)

    def work(session: Any) -> int:
        user = User(
            login=f"{name}.{board.code}".casefold().replace(" ", "."), name=name, password_hash="", created_at=NOW
        )
        session.add(user)
        session.flush()
        session.add_all([RoleAssignment(user_id=user.id, board_id=board.id, role=role.value) for role in held])
        session.add_entry(TrailNote(action="user_added", by=None, at=NOW, subject=user))
        return user.id

    return Person(
        id=run_in_transaction(database, work), name=name, board_id=board.id, board=board.name, roles=frozenset(held)
    )


def a_case(database: Database, by: Person, number: str = "BID-2026-0001", **more: Any) -> Case:
    def work(session: Any) -> Case:
        case = Case(
            **{
                "board_id": by.board_id,
                "kind": "grant",
                "number": number,
                "name": "Kulturföreningen Provkvarnen",
                "state": "received",
                "received_on": TODAY,
                "received_at": NOW,
                "channel": "form",
                "not_asked": [],
            }
            | more
        )
        session.add(case)
        session.flush()
        session.add_entry(TrailNote(action="case_received", by=by, at=NOW, subject=case, case_id=case.id))
        return case

    return run_in_transaction(database, work)
