"""A whole report as it is told and kept: its times, its sections, and the plan's activities."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vetting.kernel.text import Words
from vetting.reporting.domain.period_reports import ReportColumn, sections_as_kept, sections_kept
from vetting.reporting.domain.periods import TimeWindow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.reporting.domain.period_reports import ReportSection


DIGEST_BYTES: Final = 6


class ToldActivity(NamedTuple):
    """An activity of the plan as a report tells it: how it stands, and how it stood last year."""

    text: str
    responsible: str
    status: Words
    note: str
    before: Words
    control: str
    """Of a control: what, how many drawn, found, measure; empty of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedReport:
    """The report of a period. until: the last day that was counted, where the period had not ended."""

    code: str
    board: str
    until: date
    ended: bool
    columns: Sequence[ReportColumn]
    sections: Sequence[ReportSection]
    activities: Sequence[ToldActivity]


def content_to_json(content: CountedReport) -> dict[str, Any]:
    """As plain data."""
    return {
        "code": content.code,
        "board": content.board,
        "until": content.until.isoformat(),
        "ended": content.ended,
        "columns": [
            [[column.label.sv, column.label.en], *(day.isoformat() for day in column.window)]
            for column in content.columns
        ],
        "sections": sections_as_kept(content.sections),
        "activities": [
            [
                one.text,
                one.responsible,
                [one.status.sv, one.status.en],
                one.note,
                [one.before.sv, one.before.en],
                one.control,
            ]
            for one in content.activities
        ],
    }


def digest_of_content(content: CountedReport) -> int:
    """Tells whether a report says the same as another, word for word and figure for figure."""
    told = json.dumps(content_to_json(content), sort_keys=True, ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:DIGEST_BYTES])


def content_from_json(kept: Mapping[str, Any]) -> CountedReport:
    return CountedReport(
        code=kept["code"],
        board=kept["board"],
        until=date.fromisoformat(kept["until"]),
        ended=kept["ended"],
        columns=[
            ReportColumn(Words(*label), TimeWindow(date.fromisoformat(first), date.fromisoformat(last)))
            for label, first, last in kept["columns"]
        ],
        sections=sections_kept(kept["sections"]),
        activities=[
            ToldActivity(text, responsible, Words(*status), note, Words(*before), control)
            for text, responsible, status, note, before, control in kept["activities"]
        ],
    )
