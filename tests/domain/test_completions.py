"""What a gap is called, what is asked for again, and what stands in the letter."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from vetting.domain.completions import Asked, Gap, GapState, completion_letter, due_after, to_ask
from vetting.domain.criteria import CaseKind

if TYPE_CHECKING:
    from vetting.files.rules_reading import RulesFolder

DUE = date(2026, 12, 4)


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (Gap(fact="accounts", state=GapState.MISSING), "saknas"),
        (Gap(fact="accounts", state=GapState.PROMISED, promised_on=DUE), "utlovad till 4\u00a0dec\u00a02026"),
        (Gap(fact="accounts", state=GapState.MISSING, promised_on=DUE), "saknas, var utlovad till 4\u00a0dec\u00a02026"),
        (Gap(fact="accounts", state=GapState.ELSEWHERE, where="VB.pdf"), "finns i en annan handling: VB.pdf"),
        (Gap(fact="accounts", state=GapState.RECEIVED, came_on=DUE), "har kommit 4\u00a0dec\u00a02026"),
        (Gap(fact="accounts", state=GapState.RECEIVED, came_on=DUE, late=True),
         "har kommit 4\u00a0dec\u00a02026, efter svarsdagen men före beslutet: räknas"),
        (Gap(fact="accounts", state=GapState.RECEIVED), "har kommit"),
    ],
)  # fmt: skip
def test_a_gap_says_where_it_stands(gap: Gap, said: str) -> None:
    assert gap.in_words().sv.replace(" dec", "\u00a0dec").replace("dec ", "dec\u00a0") == said
    assert gap.in_words().en


def test_what_is_promised_is_not_asked_for_until_the_day_has_been() -> None:
    promised = Gap(fact="accounts", state=GapState.PROMISED, promised_on=DUE)
    late = Gap(fact="annual_minutes", state=GapState.MISSING, promised_on=DUE)
    assert to_ask([promised, late, Gap(fact="signed", state=GapState.RECEIVED)]) == ("annual_minutes",)
    assert late.broken(date(2026, 12, 5))
    assert not late.broken(DUE)
    assert not promised.broken(date(2026, 12, 5))


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2026, 11, 20), date(2026, 12, 4)), (date(2026, 11, 21), date(2026, 12, 7)),
        (date(2026, 11, 22), date(2026, 12, 7)), (date(2026, 11, 23), date(2026, 12, 7)),
    ],
)  # fmt: skip
def test_the_day_to_reply_is_a_weekday_two_weeks_on(on: date, due: date) -> None:
    assert due_after(on) == due


def test_a_letter_says_what_why_until_when_and_what_happens_otherwise(rules: RulesFolder) -> None:
    asked = Asked(
        kind=CaseKind.GRANT, number="BID-2026-0147", name="Provkvarnen", purpose="kurser", facts=["annual_minutes"],
        received_on=date(2026, 11, 1), text="Ring oss.", due_on=DUE,
    )  # fmt: skip
    letter = completion_letter(asked, rules.book.catalogue, board="Nämnden", by="Kim Ek", language="sv")
    text = "\n".join(letter.lines)
    assert letter.subject == "Komplettering av ärende BID-2026-0147"
    assert f"- {rules.book.catalogue['annual_minutes'].wanted.sv}" in letter.lines
    for words in (
        "er ansökan",
        ": kurser.",
        "Ring oss.",
        "BID-2026-0147.",
        "före beslutet, räknas också",
        "Kim Ek\nNämnden",
    ):
        assert words in text
    english = completion_letter(asked, rules.book.catalogue, board="Nämnden", by="", language="en")
    assert english.subject == "Completion of case BID-2026-0147"
    assert english.lines[-2:] == ("Yours sincerely", "Nämnden")


def test_a_reminder_says_which_day_has_been(rules: RulesFolder) -> None:
    asked = Asked(
        kind=CaseKind.BOOKING, number="BOK-2026-0002", name="P", purpose="", facts=["event_purpose"], text="",
        received_on=date(2026, 11, 1), due_on=DUE, first_due_on=date(2026, 11, 18),
    )  # fmt: skip
    letter = completion_letter(asked, rules.book.catalogue, board="Nämnden", by="", language="sv")
    assert letter.subject.startswith("Påminnelse")
    assert "er bokningsförfrågan" in letter.lines[0]
    assert "Vi bad om en komplettering senast den 18" in letter.lines[1]
    assert "Det här har inte kommit in än:" in letter.lines
