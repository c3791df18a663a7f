"""A report as files for others: a document to paste from and a workbook with real cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.formats.workbook_writing import register_workbook
from vetting.kernel.dates import HERE
from vetting.kernel.money import kronor
from vetting.kernel.register_tables import RegisterColumn, RegisterColumnKind, RegisterTable
from vetting.kernel.text import OFFICIAL, Words, _, day_in_words, join_words, number_in_words, same_in_both
from vetting.kernel.written_documents import DocumentSection, DocumentTable, WrittenDocument
from vetting.people import paper_docx
from vetting.reporting.domain.period_reports import MEASURE_WORDS, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from vetting.kernel.register_tables import Cell
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.reporting.domain.period_reports import Figure, ReportColumn, ReportLine, ReportTable
    from vetting.reporting.domain.report_content import CountedReport

UNKNOWN: Final = _("okänt")
PLAN: Final = _("Planens aktiviteter")
PLAN_HEADINGS: Final = (_("Aktivitet"), _("Ansvarig"), _("Status"), _("Anteckning"), _("Förra året"))
KINDS: Final = {
    Measure.NUMBER: RegisterColumnKind.NUMBER,
    Measure.MONEY: RegisterColumnKind.MONEY,
    Measure.MEDIAN: RegisterColumnKind.NUMBER,
    Measure.NINETIETH: RegisterColumnKind.NUMBER,
}


def title_of(content: CountedReport) -> Words:
    return _("Uppföljning {code}", code=content.code)


def days_of(content: CountedReport) -> Words:
    """Which days were counted, and whether the period had ended."""
    window = content.columns[0].window
    told = day_in_words(window.first) + same_in_both(" – ") + day_in_words(window.last)
    return told if content.ended else told + _(", perioden pågår")


def cell_in_words(cell: Figure, measure: Measure) -> Words:
    """A figure as it is told."""
    if cell is None:
        return UNKNOWN
    return kronor(cell) if measure is Measure.MONEY else number_in_words(cell)


def headings_of(table: ReportTable, columns: Sequence[ReportColumn]) -> list[Words]:
    return [
        join_words([MEASURE_WORDS[measure], column.label], ", ") if len(table.measures) > 1 else column.label
        for measure in table.measures
        for column in columns
    ]


def lines_of(table: ReportTable) -> list[ReportLine]:
    """Its lines, and their sum last."""
    return [*table.lines, *([table.total] if table.total is not None else [])]


def report_document(content: CountedReport) -> WrittenDocument:
    """The report as it is written: of each section the sentences, then its tables, then the plan."""
    return WrittenDocument(
        title_of(content),
        (same_in_both(content.board), days_of(content)),
        (*_sections(content), *_plan(content)),
        (),
    )


def _sections(content: CountedReport) -> Iterator[DocumentSection]:
    for section in content.sections:
        yield DocumentSection(section.title, tuple(section.sentences))
        for table in section.tables:
            rows = [[line.label.to(OFFICIAL), *_texts_of(line, table)] for line in lines_of(table)]
            headings = (same_in_both(" "), *headings_of(table, content.columns))
            yield DocumentSection(table.title, tuple(table.notes), table=DocumentTable(headings, rows))


def _texts_of(line: ReportLine, table: ReportTable) -> list[str]:
    return [cell_in_words(cell, measure).to(OFFICIAL) for measure in table.measures for cell in line.cells[measure]]


def _plan(content: CountedReport) -> Iterator[DocumentSection]:
    if content.activities:
        yield DocumentSection(PLAN, (), table=DocumentTable(PLAN_HEADINGS, _rows_of_plan(content)))


def _rows_of_plan(content: CountedReport) -> list[list[str]]:
    return [
        [
            one.text,
            one.responsible,
            one.status.to(OFFICIAL),
            " ".join(part for part in (one.note, one.control) if part),
            one.before.to(OFFICIAL),
        ]
        for one in content.activities
    ]


def report_docx(session: Session, content: CountedReport) -> bytes:
    """The report as .docx, in the board's own template where it has one."""
    return paper_docx(session, session.person.board_id, report_document(content), OFFICIAL)


def report_xlsx(content: CountedReport, *, by: Person, at: datetime) -> bytes:
    """The report as a workbook: a sheet for each section, numbers as numbers."""
    tables = [
        RegisterTable(
            section.title,
            (
                RegisterColumn(_("Tabell")),
                RegisterColumn(_("Rad")),
                *(_column(measure, column) for measure in _measures(section.tables) for column in content.columns),
            ),
            tuple(
                (table.title.to(OFFICIAL), line.label.to(OFFICIAL), *_cells(line, _measures(section.tables), content))
                for table in section.tables
                for line in lines_of(table)
            ),
        )
        for section in content.sections
        if section.tables
    ]
    said = RegisterTable(
        _("Meningar"),
        (RegisterColumn(_("Avsnitt")), RegisterColumn(_("Text"))),
        tuple(
            (section.title.to(OFFICIAL), one.to(OFFICIAL)) for section in content.sections for one in section.sentences
        ),
    )
    plan = RegisterTable(
        PLAN,
        tuple(RegisterColumn(heading) for heading in PLAN_HEADINGS),
        tuple(tuple(row) for row in _rows_of_plan(content)),
    )
    about = [
        (_("Nämnd").to(OFFICIAL), content.board),
        (_("Period").to(OFFICIAL), f"{content.code}, {days_of(content).to(OFFICIAL)}"),
        (_("Av (funktion)").to(OFFICIAL), by.function),
        (_("Datum").to(OFFICIAL), at.astimezone(HERE).strftime("%Y-%m-%d %H:%M")),
    ]
    return register_workbook(
        [said, *tables, *([plan] if content.activities else [])],
        lambda _rows: about,
        _("Om rapporten").to(OFFICIAL),
        OFFICIAL,
    )


def _column(measure: Measure, column: ReportColumn) -> RegisterColumn:
    return RegisterColumn(join_words([MEASURE_WORDS[measure], column.label], ", "), KINDS[measure], summed=False)


def _measures(tables: Sequence[ReportTable]) -> list[Measure]:
    return [measure for measure in Measure if any(measure in table.measures for table in tables)]


def _cells(line: ReportLine, measures: Sequence[Measure], content: CountedReport) -> Iterator[Cell]:
    """As cells: what is unknown is a word, and never nothing."""
    for measure in measures:
        for place in range(len(content.columns)):
            if measure not in line.cells:
                yield None
                continue
            cell = line.cells[measure][place]
            yield UNKNOWN.to(OFFICIAL) if cell is None else cell
