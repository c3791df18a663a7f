"""The log: who came in, who was refused, what was taken out, who was given what; ids and never a word."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from tests.board import BoardAtWork, booking_facts
from tests.identity.false_provider import SECRET, FalseProvider
from tests.page_fixtures import Somebody, board
from tests.people.pages.test_directory import go
from vetting.app.application import create_app
from vetting.casework.services import documents
from vetting.config import Config
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.web.log import LOG, JsonFormatter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["board"]


class Lines(logging.Handler):
    """What would be written, line by line."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))

    def last(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.written[-1])
        return found


@pytest.fixture
def lines() -> Iterator[Lines]:
    found = Lines()
    LOG.addHandler(found)
    LOG.setLevel(logging.INFO)
    yield found
    LOG.removeHandler(found)


@pytest.mark.guards("16.1.1")
def test_sign_ins_and_failed_ones_are_told_without_a_name(board: BoardAtWork, lines: Lines) -> None:
    app = create_app(Config(), board.database)
    kim = Somebody(board, app, Role.CASEWORKER)
    told = lines.last()
    assert (told["message"], told["user"], told["status"]) == ("signed_in", board.staff[Role.CASEWORKER].id, 303)
    assert told["at"].endswith("+00:00")
    assert len(told["request"]) == 16
    kim.send("/logga-ut")
    assert lines.last()["message"] == "signed_out"
    before = len(lines.written)
    assert kim.send("/bekrafta", proof="x").status_code == 303
    assert len(lines.written) == before, "whoever is sent to the sign-in has proved nothing"
    kim.send("/logga-in", login="caseworker.norr", password="fel lösenord helt")
    failed = lines.last()
    assert (failed["message"], failed["status"], failed["account"]) == ("sign_in_failed", 422, told["account"])
    assert not any(word in line for line in lines.written for word in ("caseworker.norr", "lösenord", "batteri"))


@pytest.mark.guards("a log that tells of persons", "16.2.5")
def test_a_refusal_an_export_and_a_change_of_roles_are_told_with_ids(board: BoardAtWork, lines: Lines) -> None:
    app = create_app(Config(), board.database)
    number = board.receive(booking_facts(name="Föreningen Hemlig"), CaseKind.BOOKING).number
    paper = documents.NewDocument(
        name="Om Kim Ek.txt",
        media_type="text/plain",
        content=b"Kim",
        type="",
        dated=None,
        arrived_on=board.case(number).received_on,
    )
    key = board.do(documents.add_document, number, paper).id
    kim, her = Somebody(board, app, Role.CASEWORKER), Somebody(board, app, Role.ADMINISTRATOR)
    answer = kim.get("/personer")
    told = lines.last()
    assert (told["message"], told["endpoint"], told["status"]) == ("refused", "people.index", 403)
    assert (told["user"], told["board"]) == (board.staff[Role.CASEWORKER].id, board.board_id)
    assert answer.headers["X-Request-ID"] == told["request"]
    kim.get(f"/handlingar/{key}")
    told = lines.last()
    assert (told["message"], told["document_id"], told["bytes"]) == ("taken_out", key, 3)
    kim.get("/register/approvals/excel")
    assert lines.last()["endpoint"] == "registers.excel"
    her.send("/personer", login="ny.norr", name="Ny Man", email="", role="caseworker")
    assert (lines.last()["message"], lines.last()["endpoint"]) == ("rights_changed", "people.take_in")
    before = len(lines.written)
    kim.get(f"/arenden/{number}")
    assert len(lines.written) == before  # what is only read is not told here
    for word in ("Hemlig", "Kim Ek", "ny.norr", "Ny Man"):
        assert not any(word in line for line in lines.written)


def test_a_link_for_a_password_is_in_no_line(board: BoardAtWork, lines: Lines) -> None:
    app = create_app(Config(), board.database)
    Somebody(board, app, Role.CASEWORKER).send("/valkommen/hemligheten", new="x", again="x")
    assert not any("hemligheten" in line for line in lines.written)


def test_a_failure_has_the_id_that_its_page_and_its_answer_tell(
    board: BoardAtWork, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(Config(), board.database)

    def broken() -> str:
        raise ValueError

    app.view_functions["start_pages.accessibility"] = broken
    answer = app.test_client().get("/tillganglighet")
    assert answer.headers["X-Request-ID"] in answer.text
    assert answer.headers["X-Request-ID"] in caplog.text


@pytest.mark.guards("16.3.1")
def test_a_second_step_and_a_sign_in_by_the_directory_are_told(
    board: BoardAtWork, lines: Lines, tmp_path: Path
) -> None:
    provider = FalseProvider()
    provider.claims["groups"] = ["g"]
    server = provider.serve()
    file = tmp_path / "g.yaml"
    file.write_text("groups:\n  - {group: g, board: norr, roles: [caseworker]}\n", encoding="utf-8")
    config = Config(oidc_issuer=provider.issuer, oidc_client="vetting", oidc_secret=SECRET, oidc_roles=file)
    client = create_app(config, board.database).test_client()
    go(client)
    told = lines.last()
    assert (told["message"], told["endpoint"]) == ("signed_in", "directory.answer")
    assert told["user"]
    provider.claims["groups"] = []
    go(client)
    assert lines.last()["message"] == "sign_in_failed"
    assert not any("Kim Ek" in line for line in lines.written)
    server.shutdown()
    server.server_close()
