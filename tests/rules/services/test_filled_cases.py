"""What worked cases show of a draft, and what nobody has seen: told before, and lacking before it is published."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.factories import TODAY
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.formats.yaml_reading import read_text
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
        return drafts.report_on_draft(s, draft, on=TODAY)


def test_what_no_case_shows_is_told(board: BoardAtWork) -> None:
    told = [words.sv for words in filled_cases.not_shown(report(board, WITH_AMOUNT, CASES))]
    assert told == ["när ”Ledaren är utbildad” inte är uppfyllt", "vilket belopp reglerna ger"]


def test_an_amount_that_no_accepted_case_shows_is_lacking_and_the_filled_case_shows_it(board: BoardAtWork) -> None:
    found = report(board, WITH_AMOUNT, CASES)
    assert found.problems == ()
    (lacking,) = filled_cases.lacking_cases(found)
    assert lacking.what.sv == "Inget godtaget typfall visar vilket belopp reglerna ger."
    filled = filled_cases.accepted_texts(filled_cases.filled_text(found, TODAY).text)
    assert "rent_claimed: 1000" in filled
    assert "amount: 500" in filled
    again = report(board, WITH_AMOUNT.replace("hundkultur-2027", "hundar-2027"), filled)
    assert again.problems == ()
    assert filled_cases.lacking_cases(again) == []
    assert filled_cases.not_shown(again) == []
    assert filled_cases.lacking_cases(report(board, GUIDELINE.replace("hundkultur-2027", "utan-belopp"), CASES)) == []


def test_made_cases_follow_the_rules_and_a_persons_own_are_kept(board: BoardAtWork) -> None:
    first = filled_cases.filled_text(report(board, WITH_AMOUNT, CASES), TODAY)
    assert (first.added > 1, first.anew, first.out) == (True, 0, 0)
    accepted = filled_cases.accepted_texts(first.text)
    same = filled_cases.filled_text(report(board, renamed(1), accepted), TODAY + timedelta(days=40))
    assert same == filled_cases.FilledText(accepted), "nothing is made anew where the rules are as they were"
    twice = renamed(2).replace("{share: 0.5, of: rent_claimed}", "{share: 0.25, of: rent_claimed}")
    after = filled_cases.filled_text(report(board, twice, accepted), TODAY)
    assert (after.added, after.out) == (0, 0)
    assert after.anew == accepted.count("amount: 500")
    assert "amount: 250" in after.text
    assert "amount: 500" not in after.text
    own = [entry for entry in read_text(after.text.encode(), "cases").data if not entry.get("made")]
    assert own == read_text(CASES.encode(), "cases").data
    unread = [entry for entry in read_text(after.text.encode(), "cases").data if entry.get("accepted") is False]
    assert {bool(entry["made"]) for entry in unread} == {True}, "what is made anew is read anew"
    start, end = (renamed(3).index(f"  - id: {name}") for name in ("utbildad-ledare", "ord-i-beskrivningen"))
    left = filled_cases.without_criterion(accepted, "utbildad-ledare")
    gone = filled_cases.filled_text(report(board, renamed(3)[:start] + renamed(3)[end:], left), TODAY)
    assert gone.out == 1
    assert "made: utbildad-ledare" in accepted
    assert "made: utbildad-ledare" not in gone.text


def renamed(number: int) -> str:
    return WITH_AMOUNT.replace("hundkultur-2027", f"hundkultur-{number}")
