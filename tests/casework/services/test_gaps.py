"""What the amount of the rules is worked out from is asked for like what a requirement reads."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import NUMBERS, clean_facts, rules
from tests.factories import TODAY
from tests.page_fixtures import board, kim, on_that_day, one_line
from tests.rules.published import publish_draft
from vetting.casework.models.completions import Completion
from vetting.casework.models.letters import Letter
from vetting.casework.services import cases, completions
from vetting.casework.services.completions import NewCompletionRequest
from vetting.casework.services.gaps import missing_facts
from vetting.casework.services.screenings import screen_without_keeping
from vetting.engine.facts import Facts
from vetting.grants.services.rounds import NewRound, add_round
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.rules.services import drafts

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
FACT = "members_in_age_span"
RULES = """\
id: lokalstod-2027
board: norr
kinds: [grant]
title: {sv: Riktlinjer för lokalstöd}
source: {document: Riktlinjer för lokalstöd}
adopted: {body: Exempelnämnden norr, on: 2026-01-15, reference: EXN 2026/9}
valid: null
builds_on: []
criteria:
  - id: inte-i-konkurs
    label: {sv: Föreningen är inte i konkurs}
    applies_to: [grant]
    level: association
    kind: automatic
    moment: before
    condition: {fact: bankrupt, equal: false}
    if_not_met: refuse
    sources: [{document: Riktlinjer för lokalstöd, place: 4 §}]
amount:
  parts: [{per: members_in_age_span, each: 100}]
"""


def applied(board: BoardAtWork, *, bankrupt: bool) -> str:
    key = board.do(drafts.take_in, RULES.encode(), b"", role=Role.RULES_OWNER).id
    writing = SchemeWriting(name="Lokalstöd", ruleset="lokalstod-2027")
    scheme = board.do(add_scheme, writing, role=Role.RULES_OWNER)
    publish_draft(board, key)
    new = NewRound(name="Lokalstöd", opens_on=date(2026, 9, 1), closes_on=date(2026, 12, 31), schemes={scheme.id: None})
    round_id = board.do(add_round, new).id
    number: str = board.receive(clean_facts(NUMBERS[0], bankrupt=bankrupt), round_id=round_id).number
    return number


def missing(board: BoardAtWork, number: str) -> tuple[str, ...]:
    case = board.case(number)
    with open_reading(board.database) as session:
        screened = screen_without_keeping(session, case, on=TODAY)
        assert screened is not None
        return missing_facts(case, screened.screening)


def test_what_the_amount_lacks_is_asked_for_and_worked_out_when_it_has_come(board: BoardAtWork, kim: Somebody) -> None:
    number = applied(board, bankrupt=False)
    assert missing(board, number) == (FACT,)
    wanted = rules().folder.book.catalogue[FACT].wanted.sv

    board.do(completions.request_of_many, [number], NewCompletionRequest())

    with open_reading(board.database) as session:
        asked = session.scalars(select(Completion)).one()
        lines = session.scalars(select(Letter.lines)).one()
    assert asked.facts == [FACT]
    assert wanted.casefold() in " ".join(lines).casefold()
    board.do(cases.change_facts, number, Facts({FACT: 30}), version=None)
    assert missing(board, number) == ()
    assert "3 000 kr" in one_line(kim.get(f"/arenden/{number}").text.replace("\u00a0", " ").replace("\u202f", " "))


def test_nothing_is_asked_for_an_amount_that_is_not_to_be_granted(board: BoardAtWork) -> None:
    assert missing(board, applied(board, bankrupt=True)) == ()
