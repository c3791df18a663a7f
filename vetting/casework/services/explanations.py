"""Why a point in a case came out as it did, with where every value came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetting.casework.models.documents import of_case
from vetting.casework.models.facts import values_of
from vetting.casework.models.paper_statuses import paper_standings
from vetting.casework.services import earlier_answers, frozen_bases
from vetting.casework.services.readable_cases import open_case_to_read
from vetting.casework.services.screenings import answers_for_case
from vetting.engine.criteria import CriterionKind
from vetting.engine.explanations import Counterfactuals, ExplanationNode, condition_trees, for_letter, what_would_change
from vetting.engine.facts import FactSupplier
from vetting.engine.reasons import result_in_words
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.text import Words, _, day_in_words, join_words, lower_first, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.casework.models.cases import Case
    from vetting.casework.models.facts import FactValue
    from vetting.casework.services.earlier_answers import EarlierAnswer
    from vetting.engine.results import Finding
    from vetting.engine.screening import Screening
    from vetting.kernel.store.session import Session

_FROM = {
    FactSupplier.APPLICANT: _("uppgiven av föreningen"),
    FactSupplier.STAFF: _("handläggaren har skrivit in den"),
    FactSupplier.IMPORT: _("ur en inläst lista"),
    FactSupplier.COMPUTED: _("beräknat ur ärendena"),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One point of a case, explained."""

    case: Case
    screening: Screening
    finding: Finding
    result: Words
    letter: Words | None
    trees: tuple[tuple[Words, ExplanationNode], ...]
    changes: Counterfactuals
    earlier: Sequence[EarlierAnswer]
    """How the same question was answered in other cases, for those who assess."""

    @property
    def asks_a_person(self) -> bool:
        """Whether it is a person who answers it."""
        return asks_a_person(self.finding)


def explain_criterion_result(session: Session, number: str, criterion: str, *, on: date) -> Explanation:
    """Why a criterion came out as it did in a case.

    Raises:
        Refused: the person sees no such case, or the criterion is not asked in it.
    """
    case, _unused = open_case_to_read(session, number)
    screened = frozen_bases.screened_for(session, case, on=on)
    if screened is None:
        raise Refused(Obstacle.MISSING)
    screening = screened.screening
    finding = next((item for item in screening.findings if item.criterion.id == criterion), None)
    if finding is None:
        raise Refused(Obstacle.MISSING)
    given = answers_for_case(session, case)[0]
    catalogue = screening.ruleset.catalogue
    papers = {
        paper.id: catalogue[paper.type].label if paper.type in catalogue else same_in_both(paper.name)
        for paper in of_case(session, case.id)
    }
    origins = {row.fact: origin_in_words(row, papers) for row in values_of(session, case)}
    return Explanation(
        case,
        screening,
        finding,
        result_in_words(finding, paper_standings(session, case, screening).of_types),
        for_letter(finding, screening),
        condition_trees(finding, screening, {**_from_records(screening), **origins}),
        what_would_change(finding, screening, given),
        earlier_answers.cases_of(session, criterion, case) if asks_a_person(finding) else (),
    )


def asks_a_person(finding: Finding) -> bool:
    """Whether it is a person who answers it."""
    return finding.criterion.kind in {CriterionKind.ASSESSMENT, CriterionKind.SIGNAL}


def _from_records(screening: Screening) -> dict[str, Words]:
    """What the program knows itself stands in no row."""
    return dict.fromkeys(screening.facts.values, _FROM[FactSupplier.COMPUTED])


def origin_in_words(value: FactValue, papers: Mapping[int, Words]) -> Words:
    """'uppgiven av föreningen, 15 sep 2026' or 'ur en inläst lista, rad 12, …'. papers: those of the case, named."""
    row = value.source
    source = _FROM[row.supplied_by]
    named = papers.get(row.document_id, _("en handling")) if row.document_id is not None else None
    paper = _("styrkt av ") + lower_first(named) if named is not None else same_in_both("")
    line = _("rad {batch_row}", batch_row=row.batch_row) if row.batch_row is not None else same_in_both("")
    return join_words((item for item in (source, paper, line, day_in_words(row.as_of)) if item.sv), ", ")
