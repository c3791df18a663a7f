"""The app, its codes and the recovery codes: each works once, is kept as little as can be, and can be lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pyotp
import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import BoardAtWork, board
from tests.factories import NOW
from vetting.kernel.dates import HERE
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, open_technical, run_in_transaction
from vetting.kernel.store.trail import TrailContent, TrailEntry, TrailPart
from vetting.people.domain import sign_in as signing_in
from vetting.people.domain.second_factor import LASTS_WAITING, RECOVERY_CODES, STEP
from vetting.people.models.people import Board, SignIn
from vetting.people.models.second_factors import RecoveryCode, codes_left
from vetting.people.services import second_factor, sign_in

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.people.services.sign_in import NewSignIn

__all__ = ["board"]
pytestmark = pytest.mark.both_engines
PASSWORD = "korrekt häst batteri"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LATER = NOW + timedelta(hours=1)


def code_at(moment: datetime, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(moment)


def login_of(board: BoardAtWork, role: Role) -> str:
    return f"{role.value}.{board.code}"


def sign_in_as(board: BoardAtWork, role: Role, at: datetime = NOW) -> NewSignIn:
    return sign_in.sign_in(board.database, login_of(board, role), PASSWORD, address="192.0.2.1", at=at)


def an_app(board: BoardAtWork, role: Role = Role.FINANCE, at: datetime = NOW) -> tuple[NewSignIn, list[str]]:
    """Connected in the session that is given back."""
    began = sign_in_as(board, role, at)
    codes = run_in_transaction(
        board.database,
        lambda s: second_factor.add_app(acting(s, board.staff[role], at), SECRET, code_at(at), token=began.token),
    )
    return began, codes


def is_open(board: BoardAtWork, token: str, at: datetime) -> bool:
    with open_reading(board.database) as s:
        return sign_in.session_of_token(acting(s, at=at), token) is not None


@pytest.mark.guards("a stolen password")
def test_with_an_app_the_password_alone_opens_nothing(board: BoardAtWork) -> None:
    an_app(board)
    began = sign_in_as(board, Role.FINANCE, LATER)
    assert began.waits
    assert not is_open(board, began.token, LATER)
    done = second_factor.finish_sign_in(board.database, began.token, code_at(LATER), at=LATER)
    assert done.token != began.token
    assert is_open(board, done.token, LATER)
    assert not is_open(board, began.token, LATER)
    with pytest.raises(Refused):  # the one that waited is used up
        second_factor.finish_sign_in(board.database, began.token, code_at(LATER + timedelta(minutes=1)), at=LATER)


def test_what_is_typed_into_a_sign_in_that_waits_is_not_kept_for_the_owner(board: BoardAtWork) -> None:
    an_app(board)
    began = sign_in_as(board, Role.FINANCE, LATER)
    assert sign_in.keep_text(board.database, sign_in.digest_of(began.token), "/x", {"a": ["b"]}, at=LATER) is None


@pytest.mark.guards("a stolen password", "6.5.1")
def test_a_code_is_taken_once(board: BoardAtWork) -> None:
    _began, _codes = an_app(board)
    again = sign_in_as(board, Role.FINANCE)
    with pytest.raises(Refused) as refused:  # the one that connected the app
        second_factor.finish_sign_in(board.database, again.token, code_at(NOW), at=NOW)
    assert refused.value.obstacle is Obstacle.INVALID
    soon = NOW + timedelta(seconds=STEP)
    assert second_factor.finish_sign_in(board.database, again.token, code_at(soon), at=soon).token


def test_four_who_send_one_code_at_once_get_one_session(board: BoardAtWork) -> None:
    an_app(board)
    waiting = [sign_in_as(board, Role.FINANCE, LATER).token for _ in range(4)]

    def finish(token: str) -> bool:
        try:
            second_factor.finish_sign_in(board.database, token, code_at(LATER), at=LATER)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(finish, waiting)) == [False, False, False, True]


@pytest.mark.guards("a stolen password")
def test_wrong_codes_meet_the_brakes_and_a_right_one_lets_go(board: BoardAtWork) -> None:
    an_app(board)
    waiting = sign_in_as(board, Role.FINANCE, LATER).token
    finish = partial(second_factor.finish_sign_in, board.database, waiting)
    for _ in range(signing_in.MOST_FAILURES):
        with pytest.raises(Refused) as refused:
            finish("000000", at=LATER)
        assert refused.value.obstacle is Obstacle.INVALID
    with pytest.raises(Refused) as refused:
        finish(code_at(LATER), at=LATER)
    assert refused.value.obstacle is Obstacle.WAIT
    soon = LATER + signing_in.FIRST_WAIT
    assert finish(code_at(soon), at=soon).token


def test_a_clock_five_minutes_off_is_told_what_the_time_is_here(board: BoardAtWork) -> None:
    an_app(board)
    waiting = sign_in_as(board, Role.FINANCE, LATER).token
    with pytest.raises(Refused) as refused:
        second_factor.finish_sign_in(board.database, waiting, code_at(LATER + timedelta(minutes=5)), at=LATER)
    assert "klocka" in refused.value.problems[0].remedy.sv
    assert f"{LATER.astimezone(HERE):%H:%M}" in refused.value.problems[0].remedy.sv


def test_a_password_waits_ten_minutes_for_its_code(board: BoardAtWork) -> None:
    an_app(board)
    waiting = sign_in_as(board, Role.FINANCE, LATER).token
    late = LATER + LASTS_WAITING + timedelta(seconds=1)
    with pytest.raises(Refused) as refused:
        second_factor.finish_sign_in(board.database, waiting, code_at(late), at=late)
    assert refused.value.obstacle is Obstacle.MISSING


@pytest.mark.guards("6.5.2")
def test_a_recovery_code_works_once_and_is_told(board: BoardAtWork) -> None:
    _began, codes = an_app(board)
    assert len(set(codes)) == RECOVERY_CODES
    first = sign_in_as(board, Role.FINANCE, LATER).token
    assert second_factor.finish_sign_in(board.database, first, codes[3].lower(), at=LATER).token
    again = sign_in_as(board, Role.FINANCE, LATER).token
    with pytest.raises(Refused):
        second_factor.finish_sign_in(board.database, again, codes[3], at=LATER)
    with open_reading(board.database) as s:
        assert codes_left(s, board.staff[Role.FINANCE].id) == RECOVERY_CODES - 1
        assert "recovery_code_used" in s.scalars(select(TrailEntry.action)).all()


def test_new_recovery_codes_end_the_old_ones_and_another_account_has_none_of_them(board: BoardAtWork) -> None:
    _began, old = an_app(board)
    an_app(board, Role.REGISTRAR)
    fresh = run_in_transaction(
        board.database,
        lambda s: second_factor.make_recovery_codes(acting(s, board.staff[Role.FINANCE], LATER)),
    )
    for role, code in ((Role.FINANCE, old[0]), (Role.REGISTRAR, fresh[0])):
        waiting = sign_in_as(board, role, LATER).token
        with pytest.raises(Refused):
            second_factor.finish_sign_in(board.database, waiting, code, at=LATER)


def test_an_app_is_connected_by_a_code_of_it_and_ends_sessions_begun_without(board: BoardAtWork) -> None:
    elsewhere = sign_in_as(board, Role.FINANCE)
    own = sign_in_as(board, Role.FINANCE)
    with pytest.raises(Refused):
        run_in_transaction(
            board.database,
            lambda s: second_factor.add_app(
                acting(s, board.staff[Role.FINANCE], NOW), SECRET, "000000", token=own.token
            ),
        )
    began, _codes = an_app(board)
    assert is_open(board, began.token, NOW)
    assert not is_open(board, elsewhere.token, NOW)
    assert not is_open(board, own.token, NOW)


@pytest.mark.guards("a stolen password", "6.3.3")
def test_a_demanded_factor_is_needed_until_it_is_given(board: BoardAtWork) -> None:
    began = sign_in_as(board, Role.FINANCE)
    with open_reading(board.database) as s:
        visit = sign_in.session_of_token(acting(s, at=NOW), began.token)
        assert visit is not None
        assert not visit.needs_factor
    admin = board.staff[Role.ADMINISTRATOR]
    run_in_transaction(board.database, lambda s: second_factor.demand_factor(acting(s, admin, NOW), {Role.FINANCE}))
    with open_reading(board.database) as s:  # while its holder is signed in
        visit = sign_in.session_of_token(acting(s, at=NOW), began.token)
        assert visit is not None
        assert visit.needs_factor
    run_in_transaction(
        board.database,
        lambda s: second_factor.add_app(
            acting(s, board.staff[Role.FINANCE], NOW), SECRET, code_at(NOW), token=began.token
        ),
    )
    with open_reading(board.database) as s:
        visit = sign_in.session_of_token(acting(s, at=NOW), began.token)
        assert visit is not None
        assert not visit.needs_factor
    with pytest.raises(Refused) as refused:
        run_in_transaction(
            board.database, lambda s: second_factor.remove_own_app(acting(s, board.staff[Role.FINANCE], NOW))
        )
    assert refused.value.obstacle is Obstacle.CLOSED


def test_from_the_pages_the_demand_only_grows(board: BoardAtWork) -> None:
    admin = Role.ADMINISTRATOR
    for more in (frozenset({Role.FINANCE}), frozenset(), frozenset({Role.REGISTRAR})):
        board.do(second_factor.demand_factor, more, role=admin)
    with open_reading(board.database) as s:
        assert set(s.get_one(Board, board.board_id).factor_roles) == {"finance", "registrar"}
    with pytest.raises(Refused):
        run_in_transaction(
            board.database,
            lambda s: second_factor.demand_factor(acting(s, board.staff[Role.CASEWORKER], NOW), set()),
        )


@pytest.mark.guards("6.4.4")
def test_a_lost_app_is_ended_by_an_administrator_but_not_of_an_account_that_weighs(board: BoardAtWork) -> None:
    admin = board.staff[Role.ADMINISTRATOR]
    began, codes = an_app(board, Role.CASEWORKER)
    run_in_transaction(
        board.database,
        lambda s: second_factor.remove_app_of(acting(s, admin, LATER), board.staff[Role.CASEWORKER].id),
    )
    assert not is_open(board, began.token, LATER)
    assert not sign_in_as(board, Role.CASEWORKER, LATER).waits
    with open_reading(board.database) as s:
        assert codes_left(s, board.staff[Role.CASEWORKER].id) == 0
    assert codes
    an_app(board, Role.FINANCE)
    with pytest.raises(Refused) as refused:
        run_in_transaction(
            board.database,
            lambda s: second_factor.remove_app_of(acting(s, admin, LATER), board.staff[Role.FINANCE].id),
        )
    assert "vetting user factor-end" in refused.value.problems[0].remedy.sv
    run_in_transaction(
        board.database,
        lambda s: second_factor.remove_app_of(acting(s, None, LATER), board.staff[Role.FINANCE].id),
    )
    assert not sign_in_as(board, Role.FINANCE, LATER).waits


def test_an_administrator_ends_no_app_of_another_board(board: BoardAtWork) -> None:
    other_board = BoardAtWork(board.database, code="soder").build()
    an_app(other_board, Role.CASEWORKER)
    with pytest.raises(Refused) as refused:
        run_in_transaction(
            board.database,
            lambda s: second_factor.remove_app_of(
                acting(s, board.staff[Role.ADMINISTRATOR], LATER), other_board.staff[Role.CASEWORKER].id
            ),
        )
    assert refused.value.obstacle is Obstacle.MISSING


def test_no_secret_and_no_code_is_in_the_trail_which_stands(board: BoardAtWork) -> None:
    _began, codes = an_app(board)
    with open_reading(board.database) as s:
        bodies = [*s.scalars(select(TrailContent.body)), *s.scalars(select(TrailPart.body))]
        kept = s.scalars(select(RecoveryCode.digest)).all()
        actions = s.scalars(select(TrailEntry.action)).all()
        assert not trail_verification.verify_trail(s).problems
    plain = codes[0].replace("-", "")
    assert not any(SECRET in (body or "") or plain in (body or "") for body in bodies)
    assert plain not in kept
    assert "factor_added" in actions


def test_who_goes_to_another_board_brings_what_was_proved(board: BoardAtWork) -> None:
    began, _codes = an_app(board)
    with open_technical(board.database) as s:
        row = s.scalars(select(SignIn).where(SignIn.token == sign_in.digest_of(began.token))).one()
        proved, given = row.proved_at, row.factor_at
        row.id_token = "of the directory"
    moved = sign_in.work_in(board.database, began.token, board.staff[Role.FINANCE], board.board_id, at=LATER)
    assert moved is not None
    with open_technical(board.database) as s:
        row = s.scalars(select(SignIn).where(SignIn.token == sign_in.digest_of(moved.token))).one()
        assert (row.proved_at, row.factor_at, row.id_token) == (proved, given, "of the directory")


def test_a_proof_is_the_code_where_there_is_an_app_and_the_password_alone_is_none(board: BoardAtWork) -> None:
    began, _codes = an_app(board)
    prove = partial(
        second_factor.prove, board.database, board.staff[Role.FINANCE], token=began.token, address="", at=LATER
    )
    with pytest.raises(Refused):
        prove(PASSWORD)
    prove(code_at(LATER))
    with open_reading(board.database) as s:
        visit = sign_in.session_of_token(acting(s, at=NOW + timedelta(minutes=1)), began.token)
        assert visit is not None
        assert visit.proved_at == LATER
