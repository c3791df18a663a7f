"""What worked cases show of a draft, and what nobody has seen: told before, and lacking before it is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.board import rules
from tests.factories import TODAY
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.rules.services import drafts, filled_cases

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.rules.services.drafts import RuleDraftReport

AMOUNT = "amount:\n  parts:\n    - {share: 0.5, of: rent_claimed}\n"
WITH_AMOUNT = GUIDELINE.replace("routine:\n", AMOUNT + "routine:\n")


def report(board: BoardAtWork, text: str, cases: str) -> RuleDraftReport:
    draft = board.do(drafts.take_in, text.encode(), cases.encode(), role=Role.RULES_OWNER)
    with open_reading(board.database) as s:
        return drafts.report_on_draft(s, draft, rules=rules(), on=TODAY)


def test_what_no_case_shows_is_told(board: BoardAtWork) -> None:
    told = [words.sv for words in filled_cases.not_shown(report(board, WITH_AMOUNT, CASES))]
    assert told == ["när ”Ledaren är utbildad” inte är uppfyllt", "vilket belopp reglerna ger"]


def test_an_amount_that_no_accepted_case_shows_is_lacking_and_the_filled_case_shows_it(board: BoardAtWork) -> None:
    found = report(board, WITH_AMOUNT, CASES)
    assert found.problems == ()
    (lacking,) = filled_cases.lacking_cases(found)
    assert lacking.what.sv == "Inget godtaget typfall visar vilket belopp reglerna ger."
    filled = filled_cases.accepted_texts(filled_cases.filled_text(found, TODAY))
    assert "rent_claimed: 1000" in filled
    assert "amount: 500" in filled
    again = report(board, WITH_AMOUNT.replace("hundkultur-2027", "hundar-2027"), filled)
    assert again.problems == ()
    assert filled_cases.lacking_cases(again) == []
    assert filled_cases.not_shown(again) == []
    assert filled_cases.lacking_cases(report(board, GUIDELINE.replace("hundkultur-2027", "utan-belopp"), CASES)) == []
