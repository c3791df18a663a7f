"""What is added to the user's own workbook: columns beside their rows, an overview, and a sheet about the check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.criteria import ReviewMoment
from vetting.engine.facts import NAME as NAME_FACT
from vetting.engine.proposal import PROPOSAL_WORDS, Proposal
from vetting.engine.reasons import main_reasons, missing_in_words, result_in_words, weighs_against
from vetting.engine.results import CriterionResult
from vetting.engine.ruleset import adoption_in_words
from vetting.kernel import organisation_numbers
from vetting.kernel.text import Words, _
from vetting.lists.domain.screened_lists import RowWork

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from vetting.engine.results import Finding
    from vetting.engine.screening import Screening
    from vetting.kernel.text import Language
    from vetting.lists.domain.screened_lists import ScreenedCase, ScreenedList


class Tone(StrEnum):
    """The colour behind a word; the word says the same."""

    OK = "ok"
    NOT = "not"
    ASSESS = "assess"
    UNKNOWN = "unknown"
    LOOKED = "looked"
    """A person has looked: neither good nor bad."""
    PLAIN = "plain"


RESULT_TONES: Final[Mapping[CriterionResult, Tone]] = {
    CriterionResult.MET: Tone.OK,
    CriterionResult.NOTHING_FOUND: Tone.LOOKED,
    CriterionResult.NOT_MET: Tone.NOT,
    CriterionResult.NEEDS_ASSESSMENT: Tone.ASSESS,
    CriterionResult.UNKNOWN: Tone.UNKNOWN,
    CriterionResult.NOT_APPLICABLE: Tone.PLAIN,
}
PROPOSAL_TONES: Final[Mapping[Proposal, Tone]] = {
    Proposal.RECLAIM: Tone.NOT,
    Proposal.PAUSE_PAYMENT: Tone.NOT,
    Proposal.DISMISS: Tone.NOT,
    Proposal.REFUSE: Tone.NOT,
    Proposal.COMPLETE: Tone.UNKNOWN,
    Proposal.ASSESS: Tone.ASSESS,
    Proposal.REFER: Tone.ASSESS,
    Proposal.APPROVE: Tone.OK,
}
_WORK_TONES: Final[Mapping[RowWork, Tone]] = {
    RowWork.PERSON: Tone.ASSESS,
    RowWork.CORRECT: Tone.UNKNOWN,
    RowWork.PAPERS: Tone.UNKNOWN,
}

PROPOSAL: Final = _("Förslag")
WORK: Final = _("Att göra")
MISSING: Final = _("Saknas")
ROW: Final = _("Rad")
NAME: Final = _("Förening")
NUMBER: Final = _("Organisationsnummer")
REASONS: Final = _("Skäl")
OVERVIEW: Final = _("Översikt")
ABOUT: Final = _("Om granskningen")
PROBLEMS: Final = _("Att rätta i listan")
_ADDED_FIRST: Final = (WORK, PROPOSAL, MISSING)
BY_THE_PROGRAM: Final = _("Systemet lämnar förslag. En person bedömer och beslutar.")


@dataclass(frozen=True, slots=True)
class NewCell:
    """A cell that is added: its words, its colour and a comment."""

    text: str
    tone: Tone = Tone.PLAIN
    comment: str = ""

    def as_data(self) -> list[str]:
        """For the child process."""
        return [self.text, self.tone.value, self.comment]


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet that is added; its first row is a heading row where `table` is set."""

    title: str
    rows: tuple[tuple[NewCell, ...], ...]
    widths: tuple[int, ...]
    table: bool


@dataclass(frozen=True, slots=True)
class Annotation:
    """Everything that is added, in one language."""

    sheet: str
    heading_row: int
    last_column: int
    headings: tuple[str, ...]
    name_column: int
    """Which column names the association; 0 where none does."""
    quiet: tuple[int, ...]
    """Places of added columns that say the same in every row."""
    cells: Mapping[int, tuple[NewCell, ...]]
    sheets: tuple[NewSheet, ...]

    def as_data(self) -> dict[str, Any]:
        """Plain data, for the child process that opens the workbook."""
        return {
            "sheet": self.sheet,
            "heading_row": self.heading_row,
            "last_column": self.last_column,
            "headings": list(self.headings),
            "name_column": self.name_column,
            "quiet": list(self.quiet),
            "cells": {str(row): [cell.as_data() for cell in cells] for row, cells in self.cells.items()},
            "sheets": [
                {
                    "title": sheet.title,
                    "rows": [[cell.as_data() for cell in row] for row in sheet.rows],
                    "widths": list(sheet.widths),
                    "table": sheet.table,
                }
                for sheet in self.sheets
            ],
        }


def annotate_list(screened: ScreenedList, language: Language, *, file: str, at: datetime) -> Annotation:
    """What to add to the workbook that the list came from."""
    criteria = [finding.criterion for finding in screened.cases[0].screening.findings] if screened.cases else []
    headings = [*_ADDED_FIRST, *(criterion.label for criterion in criteria)]
    return Annotation(
        sheet=screened.columns.sheet,
        heading_row=screened.columns.heading_row,
        last_column=screened.columns.last,
        headings=tuple(words.to(language) for words in headings),
        name_column=next((column for column, fact in screened.columns.facts.items() if fact == NAME_FACT), 0),
        quiet=_quiet_columns(screened),
        cells={case.row.row: _added_cells(case, language) for case in screened.cases},
        sheets=(
            _overview(screened, language),
            _about(screened, language, file=file, at=at),
            *_problems(screened, language),
        ),
    )


def _added_cells(case: ScreenedCase, language: Language) -> tuple[NewCell, ...]:
    screening = case.screening
    return (
        NewCell(case.work_in_words.to(language), _WORK_TONES.get(case.work, Tone.PLAIN), _why(case, language)),
        NewCell(PROPOSAL_WORDS[screening.proposal].to(language), PROPOSAL_TONES[screening.proposal]),
        NewCell(missing_in_words(screening).to(language)),
        *(_finding_cell(finding, language) for finding in screening.findings),
    )


def _why(case: ScreenedCase, language: Language) -> str:
    """The one comment of a row, where something in it is to be done that the words do not say."""
    said = case.work in {RowWork.PERSON, RowWork.CORRECT, RowWork.PAPERS}
    return _reasons(case.screening, language) if said else ""


def _finding_cell(finding: Finding, language: Language) -> NewCell:
    return NewCell(result_in_words(finding).to(language), RESULT_TONES[finding.result])


def _quiet_columns(screened: ScreenedList) -> tuple[int, ...]:
    """Places among the added columns in which every row says the same, and nothing that is against anybody: folded."""
    if len(screened.cases) == 1:
        return ()
    by_criterion = zip(*(case.screening.findings for case in screened.cases), strict=True)
    return tuple(
        place
        for place, findings in enumerate(by_criterion, start=len(_ADDED_FIRST))
        if len({result_in_words(finding) for finding in findings}) == 1 and not weighs_against(findings[0])
    )


def _overview(screened: ScreenedList, language: Language) -> NewSheet:
    """The rows by how much of a person they need."""
    heading = tuple(NewCell(words.to(language)) for words in (ROW, NAME, NUMBER, WORK, PROPOSAL, MISSING, REASONS))
    rows = tuple(_overview_row(case, language) for case in screened.by_work)
    return NewSheet(OVERVIEW.to(language), (heading, *rows), (7, 34, 22, 24, 30, 34, 90), table=True)


def _overview_row(case: ScreenedCase, language: Language) -> tuple[NewCell, ...]:
    row, screening = case
    return (
        NewCell(str(row.row)),
        NewCell(organisation_numbers.mask_personal_numbers(row.name)),
        NewCell(organisation_numbers.format_number(row.number) if row.number else ""),
        NewCell(case.work_in_words.to(language), _WORK_TONES.get(case.work, Tone.PLAIN)),
        NewCell(PROPOSAL_WORDS[screening.proposal].to(language), PROPOSAL_TONES[screening.proposal]),
        NewCell(missing_in_words(screening).to(language)),
        NewCell(_reasons(screening, language)),
    )


def _reasons(screening: Screening, language: Language) -> str:
    return "\n".join(reason.to(language) for reason in main_reasons(screening))


def _about(screened: ScreenedList, language: Language, *, file: str, at: datetime) -> NewSheet:
    ruleset = screened.ruleset
    catalogue = ruleset.catalogue
    asked = [c for c in ruleset.for_kind(screened.kind) if c.moment in {ReviewMoment.BEFORE, ReviewMoment.BOTH}]
    lines: list[tuple[Words, str, Tone]] = [
        (_("Fil"), organisation_numbers.mask_personal_numbers(file), Tone.PLAIN),
        (_("Blad"), screened.columns.shown_sheet, Tone.PLAIN),
        (_("Granskad"), f"{at:%Y-%m-%d %H:%M}", Tone.PLAIN),
        (_("Regeluppsättning"), ruleset.title.to(language), Tone.PLAIN),
        (_("Id"), ruleset.id, Tone.PLAIN),
        (_("Version"), str(ruleset.version), Tone.PLAIN),
        (_("Fingeravtryck (SHA-256)"), ruleset.fingerprint, Tone.PLAIN),
        (_("Antagen"), adoption_in_words(ruleset).to(language), Tone.PLAIN),
        (_("Antal ärenden"), str(len(screened.cases)), Tone.PLAIN),
        *(
            (PROPOSAL_WORDS[Proposal(name)], str(count), PROPOSAL_TONES[Proposal(name)])
            for name, count in screened.counts.items()
            if name != "cases"
        ),
        *(
            (_("Listan säger inget om"), catalogue[fact].label.to(language), Tone.PLAIN)
            for fact in screened.not_checked
        ),
        *((_("Kolumn som inte lästs"), heading, Tone.PLAIN) for heading in screened.columns.unread if heading),
        *((_("Observera"), note.to(language), Tone.PLAIN) for note in screened.notes(at.date())),
        *((_("Rad som inte är ett ärende"), str(row), Tone.PLAIN) for row in screened.left_out[:50]),
        (
            _("Färger"),
            _("Streckad ram: systemets förslag. Ingen person har gjort någon bedömning.").to(language),
            Tone.PLAIN,
        ),
        (_("Läs så här"), BY_THE_PROGRAM.to(language), Tone.PLAIN),
        *(
            (criterion.label, "\n".join(source.line() for source in criterion.sources), Tone.PLAIN)
            for criterion in asked
        ),
    ]
    rows = tuple((NewCell(name.to(language)), NewCell(text, tone)) for name, text, tone in lines)
    return NewSheet(ABOUT.to(language), rows, (60, 100), table=False)


def _problems(screened: ScreenedList, language: Language) -> tuple[NewSheet, ...]:
    if not screened.problems:
        return ()
    heading = tuple(NewCell(words.to(language)) for words in (_WHERE, _WHAT, _REMEDY))
    rows = tuple(
        (NewCell(problem.where), NewCell(problem.what.to(language)), NewCell(problem.remedy.to(language)))
        for problem in screened.problems
    )
    return (NewSheet(PROBLEMS.to(language), (heading, *rows), (24, 70, 70), table=True),)


_WHERE, _WHAT, _REMEDY = _("Var"), _("Vad"), _("Gör så här")
