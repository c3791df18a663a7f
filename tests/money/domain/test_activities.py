"""The plan's activities: tables as plans write them, each row that cannot be read told by its number."""

from __future__ import annotations

from datetime import date

import pytest

from vetting.money.domain.activities import (
    ActivityFields,
    ActivityStatus,
    FollowUpChannel,
    channels_in,
    read_activity_rows,
    wrong_with_activity,
)

T1, T2, VB, ILS = FollowUpChannel


def test_a_table_as_a_plan_has_it_is_read() -> None:
    rows, problems = read_activity_rows(
        [
            ["", "", ""],
            ["Aktivitet", "Ansvarig enhetschef", "Tidplan", "Uppföljning", "Senast", "Status"],
            ["Följa upp föreningar.", "Utredare", "Löpande", "Följs upp i T1, T2 och VB.", "2026-10-15", "pågår"],
            [],
            ["Granska nya föreningar.", "Utredare"],
        ]
    )
    assert problems == []
    assert rows == [
        ActivityFields(
            text="Följa upp föreningar.",
            responsible="Utredare",
            time="Löpande",
            channels=(T1, T2, VB),
            due_on=date(2026, 10, 15),
            status=ActivityStatus.UNDER_WAY,
        ),
        ActivityFields(text="Granska nya föreningar.", responsible="Utredare"),
    ]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([], "tom"),
        ([["Ansvarig", "Tid"], ["Utredare", "Löpande"]], "Aktivitet"),
        ([["Aktivitet", "Ansvarig"], ["", "Utredare"]], "Rad 2"),
        ([["Aktivitet", "Senast"], ["Gör det.", "i höst"]], "i höst"),
        ([["Aktivitet", "Status"], ["Gör det.", "snart"]], "snart"),
        ([["Aktivitet"], *([f"Sak {place}"] for place in range(300))], "fler än"),
    ],
)
def test_what_cannot_be_read_is_told(table: list[list[str]], said: str) -> None:
    _rows, problems = read_activity_rows(table)
    assert [said in problem.what.sv for problem in problems] == [True]


def test_channels_are_words_of_their_own() -> None:
    assert list(channels_in("ILS / VB 2018")) == [VB, ILS]
    assert list(channels_in("Kvartal T10 och vbx")) == []


def test_what_an_activity_lacks_is_told() -> None:
    lacking = ActivityFields(text=" ", status=ActivityStatus.DROPPED, drawn=0)
    assert [problem.where for problem in wrong_with_activity(lacking)] == ["text", "note", "controlled"]
    whole = ActivityFields(text="Granska.", controlled="Att kvitton finns.", drawn=0)
    assert wrong_with_activity(whole) == []
