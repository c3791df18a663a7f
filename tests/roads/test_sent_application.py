"""An application is sent by the example that an e-service begins from, to a served installation; its paper is read."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.api.asking import new_system
from tests.board import BoardAtWork
from tests.browser.conftest import free_port, start_server
from tests.formats.papers import pdf
from vetting import clock
from vetting.api.domain.rights import SystemRight
from vetting.api.services.systems import add_system, agree_system
from vetting.grants.services.rounds import NewRound, add_round
from vetting.kernel.roles import Role
from vetting.operations.database import schema

if TYPE_CHECKING:
    from tests.databases import Databases

pytestmark = pytest.mark.long

EXAMPLE = Path(__file__).parents[2] / "docs" / "develop" / "skicka-ansokan.py"


def send(port: int, token: str, paper: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(EXAMPLE), f"http://127.0.0.1:{port}", token, str(paper)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_the_example_sends_an_application_and_is_told_how_it_is_going(databases: Databases, tmp_path: Path) -> None:
    address = databases.sqlite()
    today = clock.now().date()
    with closing(schema.open_database(address)) as database:
        board = BoardAtWork(database).build()
        at, day = clock.now(), today.replace(day=1)
        new = NewRound(name="Bidrag nu", opens_on=day, closes_on=today)
        board.do(add_round, new, at=at)
        system = new_system(SystemRight.APPLY, last_day=today)
        row, token = board.do(add_system, system, role=Role.ADMINISTRATOR, at=at)
        board.do(agree_system, row.id, role=Role.MANAGER, at=at)
    paper = tmp_path / "stadgar.pdf"
    paper.write_bytes(pdf("Stadgar för Exempelkörens Vänner"))
    port = free_port()
    server = start_server(port, Path(address.removeprefix("sqlite:///")))
    try:
        done = send(port, token, paper)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert "received; stadgar.pdf" in done.stdout
        again = send(port, token, paper)
        assert again.returncode == 1
        assert "redan en ansökan" in again.stderr
        refused = send(port, "vtg_fel", paper)
        assert (refused.returncode, "401" in refused.stderr) == (1, True)
    finally:
        server.terminate()
        server.wait(300)
