"""The first page: each role begins its day where its work is, and who is not signed in is asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.page_fixtures import app, board, client, somebody
from vetting.kernel.roles import Role

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.board import BoardAtWork

__all__ = ["app", "board", "client"]


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.CASEWORKER, "/arenden"),
        (Role.PREMISES, "/snabbkoll"),
        (Role.DECISION_MAKER, "/att-besluta"),
        (Role.FINANCE, "/utbetalningar"),
        (Role.RULES_OWNER, "/regler"),
        (Role.GROUP_MEMBER, "/moten"),
    ],
)
def test_each_role_begins_where_its_work_is(board: BoardAtWork, role: Role, first: str) -> None:
    somebody_there = somebody(board, role)
    answer = somebody_there.get("/")
    assert (answer.status_code, answer.location) == (303, first)
    assert somebody_there.get(first).status_code == 200


def test_who_is_not_signed_in_is_asked_to_sign_in_and_may_read_about_accessibility(client: FlaskClient) -> None:
    assert client.get("/").location == "/logga-in"
    assert client.get("/tillganglighet").status_code == 200
