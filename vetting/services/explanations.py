"""Why a point in a case came out as it did, with where every value came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetting.domain.criteria import CriterionKind
from vetting.domain.explanations import Changes, Node, for_letter, trees, what_would_change
from vetting.domain.facts import SuppliedBy
from vetting.domain.problem import Obstacle, Refused
from vetting.domain.words import Words, day, joined, same
from vetting.services import bases, earlier_answers
from vetting.services.case_files import opened
from vetting.services.screenings import answers
from vetting.store.facts import values_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from vetting.domain.people import Person
    from vetting.domain.screening import Finding, Screening
    from vetting.services.earlier_answers import EarlierAnswer
    from vetting.services.rules import Rules
    from vetting.store.cases import Case
    from vetting.store.facts import FactValue

_FROM = {
    SuppliedBy.APPLICANT: Words("föreningen", "the association"),
    SuppliedBy.STAFF: Words("handläggaren", "the caseworker"),
    SuppliedBy.IMPORT: Words("en inläst lista", "an imported list"),
    SuppliedBy.COMPUTED: Words("räknat ur ärendena", "worked out from the cases"),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One point of a case, explained."""

    case: Case
    screening: Screening
    finding: Finding
    letter: Words | None
    trees: tuple[tuple[Words, Node], ...]
    changes: Changes
    earlier: Sequence[EarlierAnswer]
    """How the same question was answered in other cases, for those who assess."""

    @property
    def asks_a_person(self) -> bool:
        """Whether it is a person who answers it."""
        return asks_a_person(self.finding)


def explain(session: Session, number: str, criterion: str, *, rules: Rules, by: Person, on: date) -> Explanation:
    """Why a criterion came out as it did in a case.

    Raises:
        Refused: the person sees no such case, or the criterion is not asked in it.
    """
    case, _ = opened(session, number, by)
    screened = bases.screened_for(session, case, rules, on=on)
    if screened is None:
        raise Refused(Obstacle.MISSING)
    screening = screened.screening
    finding = next((item for item in screening.findings if item.criterion.id == criterion), None)
    if finding is None:
        raise Refused(Obstacle.MISSING)
    given, _ = answers(session, case)
    origins = {row.fact: origin(row) for row in values_of(session, case)}
    return Explanation(
        case,
        screening,
        finding,
        for_letter(finding, screening),
        trees(finding, screening, {**_from_records(screening), **origins}),
        what_would_change(finding, screening, given),
        earlier_answers.cases_of(session, criterion, case, by) if asks_a_person(finding) else (),
    )


def asks_a_person(finding: Finding) -> bool:
    """Whether it is a person who answers it."""
    return finding.criterion.kind in {CriterionKind.ASSESSMENT, CriterionKind.SIGNAL}


def _from_records(screening: Screening) -> dict[str, Words]:
    """What the program knows itself stands in no row."""
    return dict.fromkeys(screening.facts.values, _FROM[SuppliedBy.COMPUTED])


def origin(row: FactValue) -> Words:
    """'föreningen, 15 sep 2026' or 'en inläst lista, rad 12, …'."""
    source = _FROM[SuppliedBy(row.supplied_by)] if row.supplied_by in set(SuppliedBy) else same(row.supplied_by)
    paper = Words("genom en handling", "by a paper") if row.document_id is not None else same("")
    line = Words(f"rad {row.batch_row}", f"row {row.batch_row}") if row.batch_row is not None else same("")
    return joined((item for item in (source, paper, line, day(row.as_of)) if item.sv), same(", "))
