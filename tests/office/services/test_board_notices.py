"""Notices between boards: that there is a decision in force, never why; only where both have agreed, gone when it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import BoardAtWork, clean_facts
from tests.factories import TODAY
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.office.models.board_notices import Notice, notices
from vetting.office.services import board_notices
from vetting.office.services.association_files import association_file
from vetting.office.services.quick_checks import quick_check
from vetting.payments.models.payments import Payment
from vetting.payments.services import payment_stops

if TYPE_CHECKING:
    from vetting.cases.models.cases import Case


@pytest.fixture
def boards(board: BoardAtWork) -> tuple[BoardAtWork, BoardAtWork]:
    return board, BoardAtWork(board.database, code="syd").build()


def told(board: BoardAtWork, of: Case, days: int = 0) -> list[Notice]:
    assert of.association_id is not None
    with open_reading(board.database) as s:
        return notices(s, board.board_id, of.association_id, on=TODAY + timedelta(days=days))


def agree(board: BoardAtWork, other: BoardAtWork) -> int:
    return int(board.do(board_notices.agree, other.board_id, "KS 2026/1", role=Role.ADMINISTRATOR).id)


def stopped(board: BoardAtWork) -> tuple[Case, int]:
    case = board.approve()
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id).where(Payment.board_id == board.board_id)).one()
    board.do(payment_stops.stop_payment, key, "Kravet är inte längre uppfyllt.", role=Role.DECISION_MAKER)
    return case, key


@pytest.mark.both_engines
def test_a_stop_is_told_when_both_boards_have_agreed_and_not_before(boards: tuple[BoardAtWork, BoardAtWork]) -> None:
    board, other = boards
    case, _ = stopped(other)
    assert told(board, case) == []
    agree(board, other)
    assert told(board, case) == []
    agree(other, board)
    [notice] = told(board, case)
    assert (notice.board, notice.kind, notice.on) == ("Exempelnämnden syd", "stop", TODAY)
    assert told(other, case) == []  # a board's own decisions stand with its cases


def test_a_notice_says_no_number_ground_or_amount(boards: tuple[BoardAtWork, BoardAtWork]) -> None:
    board, other = boards
    case, _ = stopped(other)
    agree(board, other)
    agree(other, board)
    [notice] = told(board, case)
    words = f"{notice.board} {notice.ask} {notice.kind} {notice.on}"
    for secret in (case.number, "Kravet", "40", "000"):
        assert secret not in words.replace("2026", "")


def test_a_notice_is_gone_when_the_decision_ends_or_the_agreement_does(boards: tuple[BoardAtWork, BoardAtWork]) -> None:
    board, other = boards
    case, payment = stopped(other)
    agree(board, other)
    key = agree(other, board)
    assert len(told(board, case)) == 1
    other.do(board_notices.end_agreement, key, role=Role.ADMINISTRATOR)
    assert told(board, case) == []
    agree(other, board)
    other.do(payment_stops.lift_stop, payment, "Årsmötet är hållet.", role=Role.DECISION_MAKER)
    assert told(board, case) == []


def test_a_notice_stands_on_the_associations_page_and_in_the_quick_check(
    boards: tuple[BoardAtWork, BoardAtWork],
) -> None:
    from tests.board import rules
    from vetting.kernel.case_kinds import CaseKind

    board, other = boards
    case, _ = stopped(other)
    agree(board, other)
    agree(other, board)
    by = board.staff[Role.CASEWORKER]
    with open_reading(board.database) as s:
        file = association_file(s, case.association_id or 0, rules=rules(), by=by, on=TODAY)
        found = quick_check(
            s,
            str(clean_facts().values["organisation_number"]),
            kind=CaseKind.GRANT,
            chosen=None,
            rules=rules(),
            by=by,
            at=case.received_at,
        )
    assert [notice.kind for notice in file.notices] == ["stop"]
    assert [notice.kind for notice in (found.about.notices if found.about else ())] == ["stop"]
    assert file.cases == []


def test_only_the_administrator_agrees_and_once(boards: tuple[BoardAtWork, BoardAtWork]) -> None:
    board, other = boards
    for role in (Role.CASEWORKER, Role.MANAGER):
        with pytest.raises(Refused) as forbidden:
            board.do(board_notices.agree, other.board_id, "KS 1", role=role)
        assert forbidden.value.obstacle is Obstacle.FORBIDDEN
    key = agree(board, other)
    for again, obstacle in (
        (other.board_id, Obstacle.STALE),
        (board.board_id, Obstacle.MISSING),
        (999, Obstacle.MISSING),
    ):
        with pytest.raises(Refused) as refused:
            board.do(board_notices.agree, again, "KS 1", role=Role.ADMINISTRATOR)
        assert refused.value.obstacle is obstacle
    with pytest.raises(Refused):
        other.do(board_notices.end_agreement, key, role=Role.ADMINISTRATOR)  # not theirs to end
    with pytest.raises(Refused) as unsaid:
        other.do(board_notices.agree, board.board_id, " ", role=Role.ADMINISTRATOR)
    assert unsaid.value.obstacle is Obstacle.INVALID
