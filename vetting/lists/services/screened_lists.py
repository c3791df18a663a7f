"""Screen a list: read it, understand it, judge every row, and give it back with the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.engine.facts import NAME, NUMBER
from vetting.engine.screening import screen
from vetting.formats.workbook_reading import bytes_from_child, read_workbook
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.text import OR, _, list_words
from vetting.lists.domain import shared_applicants
from vetting.lists.domain.annotations import annotate_list
from vetting.lists.domain.case_lists import (
    hidden_sheet_problems,
    missing_number_problem,
    other_table_problems,
    read_list,
)
from vetting.lists.domain.column_suggestions import suggest_list
from vetting.lists.domain.headings import ColumnReading, find_list, read_also
from vetting.lists.domain.screened_lists import ScreenedCase, ScreenedList
from vetting.rules.domain.layouts import FOREIGN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from vetting.engine.facts import Catalogue
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.tables import Sheet
    from vetting.kernel.text import Language
    from vetting.lists.domain.column_suggestions import UnknownList
    from vetting.rules.domain.layouts import Layout

CASE_KIND_COUNTS = {CaseKind.GRANT: (_("ansökan"), _("ansökningar")), CaseKind.BOOKING: (_("bokning"), _("bokningar"))}
KIND_WORDS = {CaseKind.GRANT: _("ansökningar om bidrag"), CaseKind.BOOKING: _("bokningar")}


class UnknownListError(UnreadableError):
    """A list whose headings are not known: a person can say what its columns are."""

    def __init__(self, problem: Problem, found: UnknownList, catalogue: Catalogue) -> None:
        super().__init__(problem)
        self.found, self.catalogue = found, catalogue


def screen_list(
    data: bytes,
    file: str,
    *,
    ruleset: RuleSet,
    layouts: tuple[Layout, ...],
    kind: CaseKind | None = None,
    on: date,
    chosen: Mapping[int, str] | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> ScreenedList:
    """Every row of a workbook or csv file judged with one rule set.

    Args:
        data: the file's bytes; nothing is stored.
        file: its name, for messages.
        ruleset: the rules.
        layouts: those that may recognise the list.
        kind: grant or booking; told by the headings when not given.
        on: today.
        chosen: column -> fact, of columns that no layout knows, or of a list that none knows; what the rules do not
            know is not read.
        progress: called with (rows done, rows in all).

    Raises:
        UnknownListError: nobody knows its headings.
        UnreadableError: the file, or no list in it, can be used.
    """
    book = read_workbook(data, file)
    picked = {column: fact for column, fact in (chosen or {}).items() if fact in ruleset.catalogue}
    columns, others = _understood(book.sheets, layouts, ruleset, kind, file, picked)
    columns = read_also(columns, picked)
    sheet = next(sheet for sheet in book.sheets if sheet.name == columns.sheet)
    found = read_list(sheet, columns, ruleset.catalogue, on=on)
    problems = (
        *hidden_sheet_problems(book.hidden, file),
        *other_table_problems(others),
        *missing_number_problem(columns),
        *found.problems,
    )
    read_as = columns.layout.kind.case or CaseKind.GRANT
    if not found.cases:
        raise UnreadableError(_no_rows(columns))
    facts = shared_applicants.of_a_list(found.cases)
    cases = []
    for done, (row, known) in enumerate(zip(found.cases, facts, strict=True), start=1):
        cases.append(ScreenedCase(row, screen(ruleset, known, kind=read_as, on=on)))
        progress(done, len(found.cases))
    return ScreenedList(
        ruleset=ruleset,
        kind=read_as,
        columns=columns,
        cases=tuple(cases),
        problems=problems,
        not_asked=found.not_asked,
        left_out=found.left_out,
    )


def _understood(
    sheets: tuple[Sheet, ...],
    layouts: tuple[Layout, ...],
    ruleset: RuleSet,
    kind: CaseKind | None,
    file: str,
    picked: Mapping[int, str],
) -> tuple[ColumnReading, tuple[ColumnReading, ...]]:
    wanted = tuple(layout for layout in layouts if (layout.kind.case if kind is None else layout.kind.case is kind))
    if kind is not None and kind not in ruleset.kinds:
        raise UnreadableError(_wrong_kind(file, ruleset, kind))
    listed = find_list(sheets, tuple(sorted(wanted, key=lambda layout: layout.kind.case not in ruleset.kinds)))
    if listed is None:
        kinds = [own for own in FOREIGN if own.case in ruleset.kinds and kind in {None, own.case}]
        unknown = suggest_list(sheets, wanted, kinds)
        listed = unknown.read(sheets, picked) if unknown is not None else None
        if listed is None:
            problem = _no_headings(file, ruleset)
            raise UnreadableError(problem) if unknown is None else UnknownListError(problem, unknown, ruleset.catalogue)
    found = listed[0].layout.kind.case
    if found is not None and found not in ruleset.kinds:
        raise UnreadableError(_wrong_kind(file, ruleset, found))
    return listed


def _wrong_kind(file: str, ruleset: RuleSet, kind: CaseKind) -> Problem:
    holds_for = list_words([KIND_WORDS[own] for own in sorted(ruleset.kinds)], OR)
    return Problem(
        file,
        _(
            "Listan innehåller {item}, men ”{title}” gäller {holds_for}.",
            item=KIND_WORDS[kind],
            title=ruleset.title,
            holds_for=holds_for,
        ),
        _("Välj en annan regeluppsättning."),
    )


def _no_headings(file: str, ruleset: RuleSet) -> Problem:
    labels = [ruleset.catalogue[fact].label for fact in (NAME, NUMBER)]
    named = list_words(labels, OR)
    return Problem(
        file,
        _("Ingen rubrikrad hittades bland de första raderna."),
        _("Listan behöver en kolumn som heter {named} och minst en till.", named=named),
    )


def _no_rows(columns: ColumnReading) -> Problem:
    return Problem(
        f"{columns.shown_sheet}!{columns.heading_row}",
        _("Under rubrikerna finns inga ärenden."),
        _("Fyll i minst en rad."),
    )


def annotated_copy(data: bytes, file: str, screened: ScreenedList, language: Language, *, at: datetime) -> bytes:
    """The same workbook with columns, comments and sheets added, as xlsx.

    Raises:
        UnreadableError: the workbook cannot be written back.
    """
    order = annotate_list(screened, language, file=file, at=at).as_data() | {"task": "annotate"}
    return bytes_from_child(order, data, file)
