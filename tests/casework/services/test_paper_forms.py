"""Forms by grant scheme: each is given out by its own rules and its own headings."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from docx import Document

from tests.factories import NOW
from tests.page_fixtures import board, kim, on_that_day
from tests.rules.published import publish_draft
from vetting.grants.services.rounds import NewRound, add_round
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.roles import Role
from vetting.rules.services import drafts

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
RULES = """\
id: lokalbidrag-2027
board: norr
kinds: [grant]
title: {sv: Riktlinjer för lokalbidrag}
source: {document: Riktlinjer för lokalbidrag}
adopted: {body: Exempelnämnden norr, on: 2026-01-15, reference: EXN 2026/9}
valid: null
builds_on: []
criteria:
  - id: hyra
    label: {sv: Hyran är högst 50 000 kr}
    applies_to: [grant]
    level: finance
    kind: automatic
    moment: before
    condition: {fact: rent_claimed, at_most: 50000}
    if_not_met: refuse
    sources: [{document: Riktlinjer för lokalbidrag, place: 4 §}]
form:
  intro: {sv: Bara för lokaler i kommunen.}
  parts:
    - {heading: {sv: Lokalen}, help: {sv: Bifoga kontraktet.}, facts: [rent_claimed, purpose]}
"""


def scheme_with_rules(board: BoardAtWork) -> int:
    key = board.do(drafts.take_in, RULES.encode(), b"", role=Role.RULES_OWNER).id
    writing = SchemeWriting(name="Lokalbidrag", ruleset="lokalbidrag-2027")
    scheme = board.do(add_scheme, writing, role=Role.RULES_OWNER)
    publish_draft(board, key)
    return int(scheme.id)


def said_in(content: bytes) -> str:
    found = Document(io.BytesIO(content))
    cells = [cell.text for table in found.tables for cell in table.columns[0].cells]
    return "\n".join([*(paragraph.text for paragraph in found.paragraphs), *cells])


def test_a_grant_scheme_with_rules_of_its_own_has_its_own_form(board: BoardAtWork, kim: Somebody) -> None:
    scheme = scheme_with_rules(board)
    page = kim.get("/blanketter").text
    assert "Ansökan om bidrag: Lokalbidrag" in page
    address = f"/blanketter/application/sv.docx?bidragsform={scheme}"
    assert address in page
    own, shared = kim.get(address).data, kim.get("/blanketter/application/sv.docx").data
    for text in ("Bara för lokaler i kommunen.", "Lokalen", "Bifoga kontraktet."):
        assert text in said_in(own)
        assert text not in said_in(shared)
    assert "Medlemmar" not in said_in(own)
    assert kim.get("/blanketter/application/sv.docx?bidragsform=999").status_code == 404
    asked = kim.get(f"/arenden/ny?omgang={round_for(board, scheme)}").text
    assert asked.index("Lokalen</h2>") < asked.index("Ekonomi</h2>")
    assert "Bifoga kontraktet." in asked


def round_for(board: BoardAtWork, scheme: int) -> int:
    new = NewRound(name="Lokaler", opens_on=NOW.date(), closes_on=NOW.date(), schemes={scheme: None}, dnr="EXN 2026/8")
    return int(board.do(add_round, new).id)
