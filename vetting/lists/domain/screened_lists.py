"""A whole list after screening: counts, what it says nothing about, and the same as plain data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vetting.casework.domain.intake import whole_amount
from vetting.engine import written_rules
from vetting.engine.conditions.wording import APPLICATION_DAYS
from vetting.engine.criteria import AsOfDay, ReviewMoment
from vetting.engine.facts import FactSupplier, FactType, Value, name_of_item
from vetting.engine.proposal import Attention, Proposal
from vetting.engine.reasons import reason_for_finding, unreadable_in_words
from vetting.engine.screening import PROGRAMS_OWN, Screening
from vetting.kernel import organisation_numbers
from vetting.kernel.money import KRONA
from vetting.kernel.privacy import Privacy
from vetting.kernel.text import Words, _, same_in_both
from vetting.lists.domain.column_suggestions import column_choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.facts import FactDefinition
    from vetting.engine.results import Finding
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.case_kinds import CaseKind
    from vetting.kernel.problem import Problem
    from vetting.kernel.text import Language
    from vetting.lists.domain.case_lists import CaseRow
    from vetting.lists.domain.headings import ColumnReading


class RowWork(StrEnum):
    """What is to be done about a row, in the order it is done."""

    PERSON = "person"
    CORRECT = "correct"
    PAPERS = "papers"
    LOOK = "look"
    NONE = "none"


ROW_WORK_WORDS: Final[Mapping[RowWork, Words]] = {
    RowWork.PERSON: _("Kräver en bedömning"),
    RowWork.CORRECT: _("Bara celler att rätta"),
    RowWork.PAPERS: _("Uppgifter saknas"),
    RowWork.LOOK: _("Se över"),
    RowWork.NONE: _("Inget att göra nu"),
}
"""The same on the page, in its filter, and in the workbook."""
_WORK_ORDER: Final = tuple(RowWork)
_PROPOSAL_ORDER: Final = tuple(Proposal)


class ScreenedCase(NamedTuple):
    """One row of the list and what the rules say about it."""

    row: CaseRow
    screening: Screening

    @property
    def work(self) -> RowWork:
        """What is to be done: a cell that could not be read is to be corrected, and is nobody's question."""
        level, unreadable = self.screening.attention, self.row.facts.unreadable
        if not unreadable or level not in {Attention.PERSON, Attention.PAPERS}:
            return RowWork(level.value)
        behind = [finding for finding in self.screening.findings if finding.effect and finding.attention is level]
        # Only where unreadable cells are all that the row waits for: what else it says against the association
        # is for a person, or for the association to complete.
        to_correct = bool(behind) and all(unreadable & {*finding.criterion.facts} for finding in behind)
        return RowWork.CORRECT if to_correct else RowWork(level.value)

    @property
    def work_in_words(self) -> Words:
        """All that is to be done about it: a row that waits for papers may have cells to correct too."""
        words = ROW_WORK_WORDS[self.work]
        if self.work is RowWork.CORRECT or not unreadable_in_words(self.screening).sv:
            return words
        return words + same_in_both("; ") + _("celler att rätta")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedList:
    """A list of one kind of cases, screened with one rule set."""

    ruleset: RuleSet
    kind: CaseKind
    columns: ColumnReading
    cases: tuple[ScreenedCase, ...]
    problems: tuple[Problem, ...]
    not_asked: frozenset[str]
    left_out: tuple[int, ...] = ()
    """Rows that are no cases: totals, repeated headings, notes."""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows came to each proposal, and how many there are."""
        proposals = Counter(case.screening.proposal for case in self.cases)
        return {"cases": len(self.cases)} | {
            proposal.value: proposals[proposal] for proposal in Proposal if proposals[proposal]
        }

    @property
    def work(self) -> dict[RowWork, int]:
        """How many rows there are of each work, the first to be done first."""
        found = Counter(case.work for case in self.cases)
        return {work: found[work] for work in _WORK_ORDER}

    @property
    def by_work(self) -> tuple[ScreenedCase, ...]:
        """The rows that need most of a person first; otherwise as the list has them."""
        return tuple(
            sorted(
                self.cases,
                key=lambda case: (
                    _WORK_ORDER.index(case.work),
                    _PROPOSAL_ORDER.index(case.screening.proposal),
                    case.row.row,
                ),
            )
        )

    @property
    def cells_to_correct(self) -> tuple[Problem, ...]:
        wrong = {
            self.columns.where(case.row.row, column)
            for case in self.cases
            if case.row.facts.unreadable
            for column, fact in (*self.columns.facts.items(), *self.columns.clocks.items())
            if fact in case.row.facts.unreadable
        }
        return tuple(problem for problem in self.problems if problem.where in wrong)

    @property
    def other_problems(self) -> tuple[Problem, ...]:
        """What is to be seen in the list beside cells: doubles, hidden rows, columns that mean the same."""
        cells = set(self.cells_to_correct)
        return tuple(problem for problem in self.problems if problem not in cells)

    @property
    def columns_to_choose(self) -> dict[int, str]:
        """Column -> its heading, of those that are not read."""
        unread = zip(self.columns.unread_columns, self.columns.unread, strict=True)
        return {column: heading for column, heading in unread if column not in self.columns.doubled}

    @property
    def facts_to_choose(self) -> dict[str, Words]:
        """What a column that is not read could be: facts that the rules ask for and no column has."""
        choices = column_choices(self.columns.layout.kind, self.ruleset.catalogue)
        return {fact: choices[fact] for fact in self.not_checked if fact in choices}

    @property
    def not_checked(self) -> tuple[str, ...]:
        """The facts that the rules read and the list has no column for: told once, held against nobody."""
        catalogue = self.ruleset.catalogue
        known = {fact for case in self.cases for fact in case.screening.facts.values}
        asked = [
            item for item in self.ruleset.for_kind(self.kind) if item.moment in {ReviewMoment.BEFORE, ReviewMoment.BOTH}
        ]
        read = dict.fromkeys(fact for criterion in asked for fact in criterion.facts)
        if any(item.counts_back and item.as_of is AsOfDay.APPLICATION for item in asked) and not (
            set(APPLICATION_DAYS) - self.not_asked
        ):
            read[APPLICATION_DAYS[0]] = None
        return tuple(
            fact
            for fact in read
            if fact in self.not_asked
            and fact not in PROGRAMS_OWN
            and not (_worked_out(catalogue[fact]) and fact in known)
        )

    def notes(self, on: date) -> tuple[Words, ...]:
        """What holds for the whole list: rules out of date, no rules, what the rules require besides."""
        ruleset = self.ruleset
        told = []
        if not ruleset.in_force(on):
            told.append(
                _("Regeluppsättningen gäller inte i dag. ")
                + written_rules.validity_in_words(ruleset)
                + same_in_both(".")
            )
        if not ruleset.for_kind(self.kind):
            told.append(written_rules.NO_REQUIREMENTS)
        return (*told, *written_rules.handling_in_words(ruleset, self.kind))


def _worked_out(definition: FactDefinition) -> bool:
    return definition.supplied_by is FactSupplier.COMPUTED


def as_document(screened: ScreenedList, language: Language) -> dict[str, Any]:
    """The list as the JSON document of `vetting screen --json`; personal numbers never appear in it."""
    ruleset = screened.ruleset
    return {
        "rules": {"id": ruleset.id, "version": ruleset.version, "fingerprint": ruleset.fingerprint},
        "counts": screened.counts,
        "not_checked": list(screened.not_checked),
        "cases": [_case(case) for case in screened.cases],
        "problems": [
            {"where": problem.where, "what": problem.what.to(language), "remedy": problem.remedy.to(language)}
            for problem in screened.problems
        ],
    }


def _case(case: ScreenedCase) -> dict[str, Any]:
    row, screening = case
    return {
        "row": row.row,
        "association": organisation_numbers.mask_personal_numbers(row.name),
        "organisation_number": organisation_numbers.format_number(row.number) if row.number else None,
        "kind": screening.kind.value,
        "proposal": screening.proposal.value,
        "attention": screening.attention.value,
        "reductions": _reductions(screening),
        "findings": [finding_document(finding, screening) for finding in screening.findings],
    }


def _reductions(screening: Screening) -> list[dict[str, Any]]:
    """What the rules take off, by criterion: a share or an amount in kronor, and the sum where the amount is known."""
    applied = whole_amount(screening.facts.values.get("amount_applied"))
    return [
        {
            "criterion": item.criterion.id,
            "share": float(step.share) if step.share is not None else None,
            "amount": step.amount / KRONA if step.amount is not None else None,
            "sum": step.of(applied) / KRONA if applied is not None else None,
        }
        for item in screening.reductions
        if (step := item.reduction) is not None
    ]


def finding_document(finding: Finding, screening: Screening) -> dict[str, Any]:
    """One finding of a JSON document, with what it read."""
    reason = reason_for_finding(finding, screening)
    catalogue = screening.ruleset.catalogue
    return {
        "criterion": finding.criterion.id,
        "result": finding.result.value,
        "why": {"sv": reason.sv, "en": reason.en},
        "facts": {
            fact: _plain(catalogue[fact], screening.facts.values)
            for fact in dict.fromkeys(finding.criterion.facts_and_shown)
            if catalogue[fact].privacy is not Privacy.SEALED
        },
        "source": finding.criterion.sources[0].line(),
    }


def _plain(definition: FactDefinition, values: Mapping[str, Value]) -> Any:  # noqa: ANN401 - JSON
    value = values.get(definition.id)
    if value is None:
        return None
    if definition.type is FactType.MONEY and isinstance(value, int):
        return value / 100
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [organisation_numbers.mask_personal_numbers(name_of_item(item)) for item in value]
    return organisation_numbers.mask_personal_numbers(value) if isinstance(value, str) else value
