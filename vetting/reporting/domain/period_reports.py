"""The report of a period: tables of figures beside the time before and last year."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vetting.kernel.text import Words, _
from vetting.reporting.domain.figures import (
    FIGURES,
    PART_WORDS,
    UNNAMED,
    FigureGroup,
    FigureSource,
    ReportPart,
    Tally,
    by_cell,
    durations,
    sum_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.reporting.domain.figures import GroupDefinition, Raw
    from vetting.reporting.domain.periods import TimeWindow

TOTAL: Final = "total"
"""The cell of all the others together."""


class Measure(StrEnum):
    """What a column of a table says of its line."""

    NUMBER = "number"
    MONEY = "money"
    MEDIAN = "median"
    NINETIETH = "ninetieth"


MEASURE_WORDS: Final[Mapping[Measure, Words]] = {
    Measure.NUMBER: _("Antal"),
    Measure.MONEY: _("Kronor"),
    Measure.MEDIAN: _("Median, dagar"),
    Measure.NINETIETH: _("Nio av tio, dagar"),
}


Figure = int | None
"""A figure: None is not known. Money is öre."""


class ReportLine(NamedTuple):
    """One cell of a group: what it is called, and each measure in each of the report's times."""

    code: str
    label: Words
    cells: Mapping[Measure, Sequence[Figure]]

    def now(self, measure: Measure = Measure.NUMBER) -> Figure:
        """The figure of the period itself."""
        return self.cells[measure][0]


class ReportTable(NamedTuple):
    """A group with its lines; total: all of them together, where that says something."""

    group: FigureGroup
    title: Words
    measures: Sequence[Measure]
    lines: Sequence[ReportLine]
    total: ReportLine | None
    notes: Sequence[Words] = ()

    def line(self, code: str) -> ReportLine | None:
        return next((line for line in self.lines if line.code == code), None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted in any of the times that are known."""
        if self.total is None:
            return not self.lines
        return not any(self.total.cells[Measure.NUMBER])


class ReportSection(NamedTuple):
    """A part of the report: sentences to be used as they are, then the tables."""

    part: ReportPart
    title: Words
    sentences: Sequence[Words]
    tables: Sequence[ReportTable]


class ReportColumn(NamedTuple):
    """A time that is told: what it is called, and its days."""

    label: Words
    window: TimeWindow


class CountedTime(NamedTuple):
    """The figures of one period. A missing source is unknown; days: None where no handling times are counted."""

    tallies: Mapping[FigureSource, Mapping[Raw, Tally]]
    days: Mapping[str, Mapping[int, int]] | None


class FigureReport(NamedTuple):
    """All tables of a report, by group."""

    columns: Sequence[ReportColumn]
    tables: Mapping[FigureGroup, ReportTable]

    def of_part(self, part: ReportPart) -> list[ReportTable]:
        """The tables of a part, in order."""
        return [table for group, table in self.tables.items() if FIGURES[group].part is part]


def report_tables(
    columns: Sequence[ReportColumn], counted: Sequence[CountedTime], names: Mapping[str, Words]
) -> FigureReport:
    """Every table. counted: of each column; names: what cells are called that the records name, as grant schemes."""
    found = [_by_group(one.tallies) for one in counted]
    tables = {}
    for group, definition in FIGURES.items():
        if definition.source is FigureSource.TIMES:
            tables[group] = _times_table(group, definition, [one.days for one in counted])
        else:
            tables[group] = _table(group, definition, [one.get(group) for one in found], names)
    return FigureReport(columns, tables)


def _by_group(counted: Mapping[FigureSource, Mapping[Raw, Tally]]) -> dict[FigureGroup, dict[str, Tally]]:
    return {
        group: by_cell(definition, counted[definition.source])
        for group, definition in FIGURES.items()
        if definition.source in counted
    }


def _table(
    group: FigureGroup,
    definition: GroupDefinition,
    found: Sequence[Mapping[str, Tally] | None],
    names: Mapping[str, Words],
) -> ReportTable:
    measures = (Measure.NUMBER, Measure.MONEY) if definition.money is not None else (Measure.NUMBER,)

    def cells(code: str) -> dict[Measure, list[Figure]]:
        made: dict[Measure, list[Figure]] = {measure: [] for measure in measures}
        for one in found:
            tally = None if one is None else sum_of(one.values()) if code == TOTAL else one.get(code, Tally())
            made[Measure.NUMBER].append(None if tally is None else tally.number)
            if Measure.MONEY in measures:
                made[Measure.MONEY].append(None if tally is None else tally.total)
        return made

    lines = [
        ReportLine(code, label, cells(code))
        for code, label in _codes(definition, found, names).items()
        if any(one is not None and one.get(code, Tally()).number for one in found)
    ]
    now = found[0]
    unknown = sum_of(now.values()).unknown if now else 0
    notes = [] if definition.note is None else [definition.note]
    if definition.money is not None and unknown:
        notes.append(_("Beloppet är okänt i några ärenden: summan är minst den som visas."))
    return ReportTable(
        group, definition.title, measures, lines, ReportLine(TOTAL, _("Summa"), cells(TOTAL)), tuple(notes)
    )


def _codes(
    definition: GroupDefinition, found: Sequence[Mapping[str, Tally] | None], names: Mapping[str, Words]
) -> dict[str, Words]:
    """The cells in order with what they are called: those that are known beforehand, else those that came, by name."""
    if definition.cells:
        return dict(definition.cells)
    came = {code for one in found if one is not None for code in one}
    named = {code: names.get(code, UNNAMED) for code in came}
    return dict(sorted(named.items(), key=lambda one: (one[1].sv, one[0])))


def _times_table(
    group: FigureGroup,
    definition: GroupDefinition,
    found: Sequence[Mapping[str, Mapping[int, int]] | None],
) -> ReportTable:
    measures = (Measure.NUMBER, Measure.MEDIAN, Measure.NINETIETH)
    lines = []
    for step, label in definition.cells.items():
        cells: dict[Measure, list[Figure]] = {measure: [] for measure in measures}
        for one in found:
            taken = durations(one.get(step, {})) if one is not None else None
            cells[Measure.NUMBER].append(None if one is None else taken.number if taken is not None else 0)
            cells[Measure.MEDIAN].append(taken.median if taken else None)
            cells[Measure.NINETIETH].append(taken.ninetieth if taken else None)
        if any(cells[Measure.NUMBER]):
            lines.append(ReportLine(step, label, cells))
    notes = () if definition.note is None else (definition.note,)
    return ReportTable(group, definition.title, measures, lines, None, notes)


def sections_of(report: FigureReport, sentences: Mapping[ReportPart, Sequence[Words]]) -> list[ReportSection]:
    """The parts with their sentences and those tables in which something was counted."""
    return [
        ReportSection(
            part,
            words,
            sentences.get(part, ()),
            [table for table in report.of_part(part) if not table.is_empty],
        )
        for part, words in PART_WORDS.items()
    ]


def _both(words: Words) -> list[str]:
    return [words.sv, words.en]


def _words(said: Sequence[str]) -> Words:
    return Words(said[0], said[1])


def sections_as_kept(sections: Sequence[ReportSection]) -> list[dict[str, Any]]:
    """As plain data, word for word: what was reported stays what it was when rules, names and cases change."""
    return [
        {
            "part": section.part.value,
            "title": _both(section.title),
            "sentences": [_both(one) for one in section.sentences],
            "tables": [
                {
                    "group": table.group.value,
                    "title": _both(table.title),
                    "measures": [measure.value for measure in table.measures],
                    "lines": [_line_as_kept(line) for line in table.lines],
                    "total": _line_as_kept(table.total) if table.total is not None else None,
                    "notes": [_both(note) for note in table.notes],
                }
                for table in section.tables
            ],
        }
        for section in sections
    ]


def _line_as_kept(line: ReportLine) -> dict[str, Any]:
    cells = {measure.value: list(found) for measure, found in line.cells.items()}
    return {"code": line.code, "label": _both(line.label), "cells": cells}


def sections_kept(kept: Sequence[Mapping[str, Any]]) -> list[ReportSection]:
    return [
        ReportSection(
            ReportPart(section["part"]),
            _words(section["title"]),
            [_words(one) for one in section["sentences"]],
            [
                ReportTable(
                    FigureGroup(table["group"]),
                    _words(table["title"]),
                    tuple(Measure(name) for name in table["measures"]),
                    [_line_kept(line) for line in table["lines"]],
                    _line_kept(table["total"]) if table["total"] is not None else None,
                    tuple(_words(note) for note in table["notes"]),
                )
                for table in section["tables"]
            ],
        )
        for section in kept
    ]


def _line_kept(kept: Mapping[str, Any]) -> ReportLine:
    cells = {Measure(name): [_figure_kept(cell) for cell in found] for name, found in kept["cells"].items()}
    return ReportLine(kept["code"], _words(kept["label"]), cells)


def _figure_kept(kept: Figure | Sequence[Figure]) -> Figure:
    """A figure; one kept while small numbers were hidden in files stands beside whether it was."""
    return kept[0] if isinstance(kept, list) else kept  # type: ignore[return-value] # of a list the first is a figure


OF_NOW: Final = frozenset({FigureGroup.PROPOSALS})
"""Groups that tell how things stand: another day they stand otherwise, and nothing that was said is changed."""


class ChangedFigure(NamedTuple):
    """A figure that is another now than what was reported: cases opened again, records merged, or noted late."""

    title: Words
    label: Words
    reported: int | None
    now: int | None


def changed_since(kept: Sequence[ReportSection], now: Sequence[ReportSection]) -> list[ChangedFigure]:
    """The numbers of the period itself that differ; a line that is gone counts nothing."""
    before, after = _numbers(kept), _numbers(now)
    return [
        ChangedFigure(*(before.get(key) or after[key])[:2], _value(before, key), _value(after, key))
        for key in dict.fromkeys((*before, *after))
        if _value(before, key) != _value(after, key)
    ]


def _numbers(sections: Sequence[ReportSection]) -> dict[tuple[str, str], tuple[Words, Words, int | None]]:
    return {
        (table.group.value, line.code): (table.title, line.label, line.now())
        for section in sections
        for table in section.tables
        for line in table.lines
        if table.group not in OF_NOW
    }


def _value(found: Mapping[tuple[str, str], tuple[Words, Words, int | None]], key: tuple[str, str]) -> int | None:
    return found[key][2] if key in found else 0
