"""What a gap is called, what is asked for again, and what stands in the letter."""

from __future__ import annotations

from datetime import date

import pytest

from vetting.casework.domain.completions import (
    CompletionStage,
    Gap,
    GapState,
    asked_in_vain,
    completion_stage_of,
    due_after,
    is_email,
    to_ask,
    wrong_day,
    wrong_with_address,
)

DUE = date(2026, 12, 4)


@pytest.mark.parametrize(
    ("gap", "said", "english"),
    [
        (Gap(fact="accounts", state=GapState.MISSING), "saknas", "missing"),
        (
            Gap(fact="accounts", state=GapState.PROMISED, promised_on=DUE),
            "utlovad till 4 dec 2026",
            "promised by 4 Dec 2026",
        ),
        (
            Gap(fact="accounts", state=GapState.MISSING, promised_on=DUE),
            "saknas, var utlovad till 4 dec 2026",
            "missing, was promised by 4 Dec 2026",
        ),
        (
            Gap(fact="accounts", state=GapState.ELSEWHERE, where="VB.pdf"),
            "finns i en annan handling: VB.pdf",
            "is in another document: VB.pdf",
        ),
        (Gap(fact="accounts", state=GapState.RECEIVED, came_on=DUE), "kom in 4 dec 2026", "received on 4 Dec 2026"),
        (
            Gap(fact="accounts", state=GapState.RECEIVED, came_on=DUE, late=True),
            "kom in 4 dec 2026, efter svarsdagen men före beslutet: beaktas",
            "received on 4 Dec 2026, after the reply date but before the decision: taken into account",
        ),
        (Gap(fact="accounts", state=GapState.RECEIVED), "har kommit in", "received"),
        (Gap(fact="accounts", state=GapState.ACCEPTED), "behövs inte för beslutet", "is not needed for the decision"),
    ],
)
def test_a_gap_says_where_it_stands(gap: Gap, said: str, english: str) -> None:
    assert tuple(gap.in_words()) == (said, english)


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
        (date(2026, 11, 20), date(2026, 12, 4)),
        (date(2026, 11, 21), date(2026, 12, 7)),
        (date(2026, 11, 22), date(2026, 12, 7)),
        (date(2026, 11, 23), date(2026, 12, 7)),
    ],
)
def test_the_day_to_reply_is_a_weekday_two_weeks_on(on: date, due: date) -> None:
    assert due_after(on) == due


MISSING = Gap(fact="accounts", state=GapState.MISSING)
PROMISED = Gap(fact="annual_minutes", state=GapState.PROMISED, promised_on=date(2027, 1, 1))
BEEN, AHEAD, ON = date(2026, 11, 10), DUE, date(2026, 11, 20)


@pytest.mark.parametrize(
    ("gaps", "asked", "group"),
    [
        ([], {}, CompletionStage.ANSWERED),
        ([MISSING], {}, CompletionStage.ASK),
        ([PROMISED], {}, CompletionStage.WAITS),
        ([MISSING], {"accounts": AHEAD}, CompletionStage.WAITS),
        ([MISSING], {"accounts": BEEN}, CompletionStage.REMIND),
        ([MISSING], {"annual_minutes": BEEN}, CompletionStage.ASK),
        ([MISSING, PROMISED], {"accounts": BEEN}, CompletionStage.REMIND),
    ],
)
def test_what_is_to_be_done_about_a_case(gaps: list[Gap], asked: dict[str, date], group: CompletionStage) -> None:
    assert completion_stage_of(gaps, asked, ON, awaits=True) is group
    assert completion_stage_of([], asked, ON, awaits=False) is CompletionStage.NONE


@pytest.mark.parametrize(
    ("gaps", "asked", "in_vain"),
    [
        ([MISSING], {"accounts": BEEN}, True),
        ([MISSING], {"accounts": ON}, False),
        ([MISSING], {}, False),
        ([MISSING], {"accounts": AHEAD}, False),
        ([], {"accounts": BEEN}, False),
        ([MISSING, PROMISED], {"accounts": BEEN, "annual_minutes": BEEN}, False),
        ([MISSING, Gap(fact="signed", state=GapState.MISSING)], {"accounts": BEEN}, False),
    ],
)
def test_nobody_is_refused_for_what_they_have_not_had_the_chance_to_send_in(
    gaps: list[Gap],
    asked: dict[str, date],
    in_vain: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert asked_in_vain(gaps, asked, ON) is in_vain


def test_a_day_to_reply_lies_ahead_and_within_a_year() -> None:
    assert wrong_day(date(2026, 11, 21), ON) is None
    assert wrong_day(ON, ON) is not None
    assert wrong_day(date(2027, 11, 22), ON) is not None


@pytest.mark.parametrize(
    "address",
    [
        "a b@c.se",
        "a@b",
        "a@b.se\nBcc: x@y.se",
        "<a@b.se>",
        "a@b.se,c@d.se",
        "å@förening.se",
        "",
        "=?utf-8?b?YUBiLnNlLGM=?=@b.se",
        "198502291234@x.se",
        "a@@b.se",
        "a@b.s",
    ],
)
def test_what_is_no_address_to_write_to(address: str) -> None:
    assert not is_email(address)
    assert bool(wrong_with_address(address, [])) is bool(address)


@pytest.mark.parametrize("address", ["kassor@forening.example", "Kim.Ek+bidrag@x-y.example.se", "o'hara@a.example"])
def test_what_is_an_address(address: str) -> None:
    assert is_email(address)
    assert wrong_with_address(address, ["c/o Ek", "123 45 Provby"]) == []


def test_a_postal_address_fits_the_window_and_holds_no_personal_number() -> None:
    assert wrong_with_address("", ["rad"] * 7)
    assert wrong_with_address("", ["x" * 401])
    [problem] = wrong_with_address("", ["c/o Anna 19850228-1234"])
    assert problem.where == "postal"
