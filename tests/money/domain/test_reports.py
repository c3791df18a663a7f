"""What a report must say, how its rows are read, who is drawn, what is left."""

from __future__ import annotations

import pytest

from vetting.money.domain.reports import (
    MOST_ROWS,
    ReportRules,
    ReportScope,
    UseRow,
    amount_left,
    is_drawn,
    read_use_rows,
    report_scope,
    use_rows_as_text,
    wrong_with_use,
)

KR = 100


@pytest.mark.parametrize(
    ("line", "what", "ore"),
    [
        ("Lokalhyra 12 000", "Lokalhyra", 12_000 * KR),
        ("Lokalhyra: 12 000 kr", "Lokalhyra", 12_000 * KR),
        ("Ledare, 4 personer 8 000,50", "Ledare, 4 personer", 800_050),
        ("Resor\t350", "Resor", 350 * KR),
        ("Hyra 2026 1 200:-", "Hyra 2026", 1_200 * KR),
    ],
)
def test_a_row_is_words_and_an_amount(line: str, what: str, ore: int) -> None:
    assert read_use_rows(line) == ([UseRow(what, ore)], [])


@pytest.mark.parametrize("line", ["Lokalhyra", "12 000", "Hyra -5", "Hyra tolvtusen"])
def test_a_row_without_an_amount_is_told_by_its_place(line: str) -> None:
    rows, [problem] = read_use_rows(f"Resor 10\n\n{line}")
    assert rows == [UseRow("Resor", 1_000)]
    assert (problem.where, problem.what.sv) == ("rows", f"Rad 2 har inget belopp: ”{line}”.")


def test_rows_read_back_as_they_are_written_and_are_not_endless() -> None:
    rows = [UseRow("Lokalhyra", 12_000 * KR), UseRow("Fika", 99_50)]
    assert read_use_rows(use_rows_as_text(rows)) == (rows, [])
    assert [one.where for one in read_use_rows("\n".join(["Resor 1"] * (MOST_ROWS + 1)))[1]] == ["rows"]


def test_small_grants_are_told_of_simply_but_for_those_that_are_drawn() -> None:
    numbers = [f"BID-2026-{place:04}" for place in range(1, 401)]
    drawn = [number for number in numbers if is_drawn(number, 25)]
    assert 70 < len(drawn) < 130
    assert drawn == [number for number in numbers if is_drawn(number, 25)]
    assert not any(is_drawn(number, 0) for number in numbers)
    assert all(is_drawn(number, 100) for number in numbers)
    rules = ReportRules(below=20_000 * KR, sample=25)
    assert report_scope(rules, 20_000 * KR, "BID-2026-0001") is ReportScope.FULL
    assert {report_scope(rules, 19_999 * KR, number) for number in drawn} == {ReportScope.FULL}
    assert {report_scope(rules, 1, number) for number in set(numbers) - set(drawn)} == {ReportScope.SIMPLE}
    assert report_scope(rules, None, "BID-2026-0002") is ReportScope.FULL  # what is unknown is not small
    assert report_scope(ReportRules(), 1, "BID-2026-0002") is ReportScope.FULL


def test_what_is_left_is_what_the_association_says_and_never_below_nothing() -> None:
    assert (amount_left(100, 30), amount_left(100, 130), amount_left(100, None)) == (70, 0, 0)


@pytest.mark.parametrize(
    ("scope", "participants", "told", "wrong"),
    [
        (ReportScope.FULL, False, {"used": 10, "activity": "Möten"}, []),
        (ReportScope.FULL, False, {"used": None, "activity": ""}, ["used", "activity"]),
        (ReportScope.FULL, True, {"used": 10, "activity": "Möten"}, ["women"]),
        (ReportScope.FULL, True, {"used": 10, "activity": "Möten", "people": 3}, []),
        (ReportScope.SIMPLE, True, {"used": 0, "activity": ""}, []),
        (ReportScope.SIMPLE, False, {"used": None, "activity": ""}, ["used"]),
        (ReportScope.FULL, False, {"rows": [UseRow("Hyra", 10)], "used": None, "activity": "Möten"}, []),
        (ReportScope.FULL, False, {"rows": [UseRow("Hyra", 10)], "used": 11, "activity": "Möten"}, ["used"]),
    ],
)
def test_what_must_be_told_stands_in_the_scheme(
    scope: ReportScope, *, participants: bool, told: dict[str, object], wrong: list[str]
) -> None:
    said: dict[str, object] = {"rows": [], "used": None, "activity": "", "people": 0} | told
    found = wrong_with_use(ReportRules(participants=participants), scope, **said)  # type: ignore[arg-type] # as above
    assert [problem.where for problem in found] == wrong
