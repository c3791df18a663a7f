"""A passkey answers the question that was asked, for this site and this account, and is the last to go."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import BoardAtWork, board
from tests.factories import NOW
from tests.identity.soft_key import SoftKey
from vetting.boards.domain import sign_in as signing_in
from vetting.boards.models.second_factors import Passkey, codes_left, has_factor
from vetting.boards.services import passkeys, second_factor, sign_in
from vetting.boards.services.passkeys import PasskeyQuestion, PasskeySite
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailContent, TrailEntry, TrailPart

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["board"]
pytestmark = pytest.mark.both_engines
SITE = PasskeySite(host="localhost", origin="http://localhost", name="Föreningsstöd")
LATER = NOW + timedelta(hours=1)


def login(board: BoardAtWork, role: Role, at: datetime = NOW) -> sign_in.NewSignIn:
    return sign_in.sign_in(board.database, f"{role.value}.{board.code}", "korrekt häst batteri", address="", at=at)


def add(board: BoardAtWork, key: SoftKey, role: Role = Role.FINANCE, challenge: str = "") -> list[str]:
    token, by = login(board, role).token, board.staff[role]
    with open_reading(board.database) as s:
        asked = passkeys.ask_for_new(s, site=SITE, by=by)
    return run_in_transaction(
        board.database,
        lambda s: passkeys.add_passkey(
            s, key.make(asked.options), challenge or asked.challenge, "Jobb", site=SITE, by=by, token=token, at=NOW
        ),
    )


def asked_of(board: BoardAtWork, role: Role = Role.FINANCE) -> PasskeyQuestion:
    with open_reading(board.database) as s:
        found = passkeys.ask_for_proof(s, board.staff[role].id, site=SITE)
    assert found is not None
    return found


def finish(board: BoardAtWork, token: str, answer: str, challenge: str, at: datetime = LATER) -> sign_in.NewSignIn:
    return passkeys.finish_sign_in_by_passkey(board.database, token, answer, challenge, site=SITE, at=at)


def test_with_a_passkey_the_password_alone_opens_nothing_and_the_key_does(board: BoardAtWork) -> None:
    key = SoftKey()
    codes = add(board, key)
    assert len(codes) == 10
    waiting = login(board, Role.FINANCE, LATER)
    assert waiting.waits
    asked = asked_of(board)
    done = finish(board, waiting.token, key.prove(asked.options), asked.challenge)
    with open_reading(board.database) as s:
        assert sign_in.visit_of_token(s, done.token, at=LATER) is not None
        assert sign_in.visit_of_token(s, waiting.token, at=LATER) is None
    again = login(board, Role.FINANCE, LATER)
    assert second_factor.finish_sign_in(board.database, again.token, codes[0], at=LATER).token
    assert add(board, SoftKey(), Role.REGISTRAR)  # another account has its own


def test_another_site_another_question_another_account_or_a_copied_device_is_refused(board: BoardAtWork) -> None:
    key, other = SoftKey(), SoftKey()
    add(board, key)
    add(board, other, Role.REGISTRAR)
    waiting = login(board, Role.FINANCE, LATER).token
    asked, earlier = asked_of(board), asked_of(board)
    evil = SoftKey(origin="http://evil.example", host="evil.example", id=key.id, key=key.key)
    used = key.prove(asked.options)
    wrong = (
        (evil.prove(asked.options), asked.challenge),
        (key.prove(earlier.options), asked.challenge),
        (other.prove(asked.options), asked.challenge),
        ("{}", asked.challenge),
    )
    for answer, challenge in wrong:
        with pytest.raises(Refused) as refused:
            finish(board, waiting, answer, challenge)
        assert refused.value.obstacle is Obstacle.INVALID
    assert finish(board, waiting, used, asked.challenge).token
    copied = SoftKey(id=key.id, key=key.key, count=0)
    fresh, waiting = asked_of(board), login(board, Role.FINANCE, LATER).token
    with pytest.raises(Refused):
        finish(board, waiting, copied.prove(fresh.options), fresh.challenge)


@pytest.mark.parametrize("answer", ["", "x", "[]", '{"id": 1}', '{"id": "x", "response": {}}', "null", "\x00"])
def test_what_is_no_answer_is_refused_and_counted(board: BoardAtWork, answer: str) -> None:
    add(board, SoftKey())
    waiting, asked = login(board, Role.FINANCE, LATER).token, asked_of(board)
    attempt = partial(finish, board, waiting, answer, asked.challenge)
    for _ in range(signing_in.MOST_FAILURES):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.obstacle is Obstacle.INVALID
    with pytest.raises(Refused) as refused:
        attempt()
    assert refused.value.obstacle is Obstacle.WAIT


def test_a_key_is_not_made_for_another_question_nor_twice(board: BoardAtWork) -> None:
    key = SoftKey()
    with pytest.raises(Refused):
        add(board, key, challenge="AAAA")
    with pytest.raises(Refused):
        add(board, SoftKey(origin="http://evil.example"))
    add(board, key)
    with pytest.raises(Refused):
        add(board, key, Role.REGISTRAR)


def test_the_last_factor_of_a_role_that_demands_one_stays(board: BoardAtWork) -> None:
    add(board, SoftKey())
    by = board.staff[Role.FINANCE]
    with open_reading(board.database) as s:
        key = s.scalars(select(Passkey.id).where(Passkey.user_id == by.id)).one()
    board.do(second_factor.demand_factor, {Role.FINANCE}, role=Role.ADMINISTRATOR)
    with pytest.raises(Refused) as refused:
        board.do(passkeys.remove_passkey, key, role=Role.FINANCE)
    assert refused.value.obstacle is Obstacle.CLOSED
    with pytest.raises(Refused) as refused:
        board.do(passkeys.remove_passkey, key, role=Role.REGISTRAR)
    assert refused.value.obstacle is Obstacle.MISSING
    run_in_transaction(board.database, lambda s: second_factor.remove_app_of(s, by.id, by=None, at=LATER))
    with open_reading(board.database) as s:
        assert not has_factor(s, by.id)
        assert codes_left(s, by.id) == 0


def test_a_passkey_that_goes_takes_its_codes_and_the_trail_has_neither(board: BoardAtWork) -> None:
    key = SoftKey()
    [code, *_rest] = add(board, key)
    by = board.staff[Role.FINANCE]
    with open_reading(board.database) as s:
        kept = s.scalars(select(Passkey).where(Passkey.user_id == by.id)).one()
    board.do(passkeys.remove_passkey, kept.id, role=Role.FINANCE)
    with open_reading(board.database) as s:
        assert codes_left(s, by.id) == 0
        bodies = [*s.scalars(select(TrailContent.body)), *s.scalars(select(TrailPart.body))]
        assert {"passkey_added", "passkey_removed"} <= set(s.scalars(select(TrailEntry.action)))
        assert not trail_verification.verify_trail(s).problems
    for word in (kept.credential, kept.public_key, code.replace("-", "")):
        assert not any(word in (body or "") for body in bodies)
    assert not login(board, Role.FINANCE, LATER).waits
