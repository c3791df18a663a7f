"""The head of the trail goes elsewhere once a day, and a chain written anew is found by it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from tests.board import NUMBERS, BoardAtWork, board, clean_facts
from tests.factories import NOW
from tests.operations.cli.test_commands import vetting
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail_anchors import AnchorLine, TrailAnchor, anchors_kept, parse_anchor
from vetting.kernel.store.trail_verification import verify_trail
from vetting.operations.jobs.anchoring import Anchoring, anchor_trail
from vetting.operations.jobs.recurring_work import do_due
from vetting.operations.jobs.surroundings import ExternalTargets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage
    from pathlib import Path

__all__ = ["board"]
pytestmark = pytest.mark.both_engines
KEY = "en nyckel som ligger någon helt annanstans"


def problems(board: BoardAtWork, anchors: Sequence[AnchorLine], key: str = "") -> list[str]:
    with open_reading(board.database) as s:
        return [problem.what.sv for problem in verify_trail(s, anchors=anchors, key=key).problems]


def test_a_days_head_goes_to_the_file_and_by_mail_and_a_quiet_day_has_none(board: BoardAtWork, tmp_path: Path) -> None:
    sent: list[EmailMessage] = []
    file = tmp_path / "spar.txt"
    anchoring = Anchoring(file=file, key=KEY, send=sent.append, sender="a@x.example", receiver="b@x.example")
    first = anchor_trail(board.database, anchoring, at=NOW)
    assert first is not None
    assert anchor_trail(board.database, anchoring, at=NOW + timedelta(days=1)) is None
    board.receive(clean_facts(NUMBERS[0], "Föreningen Eken"))
    second = anchor_trail(board.database, anchoring, at=NOW + timedelta(days=2))
    lines = [parse_anchor(line) for line in file.read_text(encoding="ascii").splitlines()]
    assert lines == [first, second]
    assert [message.get_content().strip() for message in sent] == [line.text() for line in lines if line]
    assert "Föreningen" not in "".join(map(str, sent))
    assert problems(board, [first], KEY) == []
    with open_reading(board.database) as s:
        assert anchors_kept(s) == [first, second]


def test_a_file_that_cannot_be_written_is_tried_again(board: BoardAtWork, tmp_path: Path) -> None:
    gone = Anchoring(file=tmp_path / "finns-inte" / "spar.txt")
    with pytest.raises(OSError, match="finns-inte"):
        anchor_trail(board.database, gone, at=NOW)
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(TrailAnchor)) == 0
    assert anchor_trail(board.database, Anchoring(file=tmp_path / "spar.txt"), at=NOW) is not None


@pytest.mark.guards("a chain written anew by whoever keeps the database", "16.4.2")
def test_a_chain_written_anew_a_forged_line_and_a_line_without_its_seal_are_found(board: BoardAtWork) -> None:
    kept = anchor_trail(board.database, Anchoring(key=KEY), at=NOW)
    assert kept is not None
    for wrong, key, told in (
        (kept._replace(hash="0" * 64), "", "inte som den var"),
        (kept._replace(entry_id=kept.entry_id + 1), "", "inte som den var"),
        (kept._replace(entry_id=99_999), "", "inte som den var"),
        (kept, KEY + "x", "inte gjord med nyckeln"),
        (kept._replace(seal="0" * 64), KEY, "inte gjord med nyckeln"),
    ):
        found = problems(board, [wrong], key)
        assert any(told in line for line in found), (wrong, found)
    later = kept._replace(seal="-")
    assert problems(board, [later], KEY) == []  # from before there was a key
    assert problems(board, [kept, later], KEY) != []


def test_the_clock_does_it_and_the_command_looks_at_the_file(board: BoardAtWork, tmp_path: Path) -> None:
    file = tmp_path / "spar.txt"
    while do_due(board.database, at=NOW, beside=ExternalTargets(anchoring=Anchoring(file=file, key=KEY))):
        pass
    assert len(file.read_text(encoding="ascii").splitlines()) == 1
    address = board.database.engine.url.render_as_string(hide_password=False)
    settings = {"VETTING_DATABASE_URL": address, "VETTING_AUDIT_FILE": str(file), "VETTING_AUDIT_KEY": KEY}
    assert vetting("audit", "verify", env=settings).returncode == 0
    with board.database.engine.begin() as raw:
        raw.execute(text("UPDATE trail_anchors SET hash = :hash"), {"hash": "0" * 64})
    told = vetting("audit", "verify", env=settings)
    assert told.returncode == 1
    assert "kontrollpunkten" in told.stderr
    file.write_text("inte en rad\n", encoding="ascii")
    assert vetting("audit", "verify", "--anchors", file, env=settings).returncode == 2
    with board.database.engine.begin() as raw:
        raw.execute(text("DELETE FROM trail_anchors"))
