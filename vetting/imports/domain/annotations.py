"""What is added to the user's own workbook: columns beside their rows, an overview, and a sheet about the check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.criteria import ReviewMoment
from vetting.engine.proposal import ATTENTION_WORDS, PROPOSAL_WORDS, Attention, Proposal
from vetting.engine.reasons import main_reasons, missing_in_words, reason_for_finding, result_in_words, was_checked
from vetting.engine.results import CriterionResult
from vetting.engine.ruleset import adoption_in_words
from vetting.kernel import organisation_numbers
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from vetting.engine.results import Finding
    from vetting.engine.screening import Screening
    from vetting.imports.domain.screened_lists import ScreenedCase, ScreenedList
    from vetting.kernel.text import Language


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
    Proposal.REFUSE: Tone.NOT,
    Proposal.COMPLETE: Tone.UNKNOWN,
    Proposal.ASSESS: Tone.ASSESS,
    Proposal.REFER: Tone.ASSESS,
    Proposal.APPROVE: Tone.OK,
}
_EXPLAINED: Final = frozenset({CriterionResult.NOT_MET, CriterionResult.UNKNOWN, CriterionResult.NEEDS_ASSESSMENT})

PROPOSAL: Final = _("Förslag")
ATTENTION: Final = _("Uppmärksamhet")
MISSING: Final = _("Saknas")
ROW: Final = _("Rad")
NAME: Final = _("Förening")
NUMBER: Final = _("Organisationsnummer")
REASONS: Final = _("Skäl")
OVERVIEW: Final = _("Översikt")
ABOUT: Final = _("Om granskningen")
PROBLEMS: Final = _("Att rätta i listan")
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
    cells: Mapping[int, tuple[NewCell, ...]]
    sheets: tuple[NewSheet, ...]

    def as_data(self) -> dict[str, Any]:
        """Plain data, for the child process that opens the workbook."""
        return {
            "sheet": self.sheet,
            "heading_row": self.heading_row,
            "last_column": self.last_column,
            "headings": list(self.headings),
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
    headings = [PROPOSAL, ATTENTION, MISSING, *(criterion.label for criterion in criteria)]
    return Annotation(
        sheet=screened.columns.sheet,
        heading_row=screened.columns.heading_row,
        last_column=screened.columns.last,
        headings=tuple(words.to(language) for words in headings),
        cells={case.row.row: _added_cells(case.screening, language) for case in screened.cases},
        sheets=(
            _overview(screened, language),
            _about(screened, language, file=file, at=at),
            *_problems(screened, language),
        ),
    )


def _added_cells(screening: Screening, language: Language) -> tuple[NewCell, ...]:
    return (
        NewCell(
            PROPOSAL_WORDS[screening.proposal].to(language),
            PROPOSAL_TONES[screening.proposal],
            _reasons(screening, language),
        ),
        NewCell(ATTENTION_WORDS[screening.attention].to(language), _attention_tone(screening.attention)),
        NewCell(missing_in_words(screening).to(language)),
        *(_finding_cell(finding, screening, language) for finding in screening.findings),
    )


def _attention_tone(attention: Attention) -> Tone:
    return {Attention.PERSON: Tone.ASSESS, Attention.PAPERS: Tone.UNKNOWN}.get(attention, Tone.PLAIN)


def _finding_cell(finding: Finding, screening: Screening, language: Language) -> NewCell:
    explained = finding.result in _EXPLAINED or not was_checked(finding)
    comment = reason_for_finding(finding, screening).to(language) if explained else ""
    return NewCell(result_in_words(finding).to(language), RESULT_TONES[finding.result], comment)


def _overview(screened: ScreenedList, language: Language) -> NewSheet:
    """The rows by how much of a person they need."""
    heading = tuple(NewCell(words.to(language)) for words in (ROW, NAME, NUMBER, PROPOSAL, ATTENTION, MISSING, REASONS))
    rows = tuple(_overview_row(case, language) for case in screened.by_attention)
    return NewSheet(OVERVIEW.to(language), (heading, *rows), (7, 34, 22, 30, 18, 34, 90), table=True)


def _overview_row(case: ScreenedCase, language: Language) -> tuple[NewCell, ...]:
    row, screening = case
    return (
        NewCell(str(row.row)),
        NewCell(organisation_numbers.mask_personal_numbers(row.name)),
        NewCell(organisation_numbers.format_number(row.number) if row.number else ""),
        NewCell(PROPOSAL_WORDS[screening.proposal].to(language), PROPOSAL_TONES[screening.proposal]),
        NewCell(ATTENTION_WORDS[screening.attention].to(language), _attention_tone(screening.attention)),
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
