"""How the papers of a case stand in words: only stated, kept since an earlier case, in, or reviewed by an act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.models.cases import current_marks
from vetting.casework.models.document_reads import papers_of_case
from vetting.casework.models.documents import Document
from vetting.engine.reasons import STATED
from vetting.kernel.dates import day_here
from vetting.kernel.text import Words, _, day_in_words, join_words, lower_first, upper_first

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from vetting.casework.models.cases import Case, CaseMark
    from vetting.engine.facts import Catalogue
    from vetting.engine.screening import Screening
    from vetting.kernel.store.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperStatuses:
    """How the papers of a case stand."""

    papers: Sequence[Document]
    reviewed: Mapping[int, CaseMark]
    """Paper -> the act that reviewed it."""
    stated: Sequence[str]
    """Types that the case says are there, of which none is in it."""
    kept_since: Mapping[str, int]
    """Type of those -> the year in which one came in another case of the association."""

    def of_paper(self, paper: Document) -> Words:
        """How one paper that is in the case stands: reviewed, with the day, or not."""
        act = self.reviewed.get(paper.id)
        return _("granskad {day}", day=day_in_words(day_here(act.at))) if act else _("inlämnad, inte granskad")

    def of_types(self, types: Iterable[str]) -> Words:
        """Papers of some types together: as the one of them that is least sure."""
        return min((self._of_type(name) for name in types), key=lambda found: found[0])[1]

    def not_here(self, catalogue: Catalogue) -> list[tuple[Words, Words]]:
        """What the case says is there and is not in it: how that stands, and the papers' names."""
        by_words: dict[str, tuple[Words, list[Words]]] = {}
        for name in self.stated:
            words = self._of_type(name)[1]
            words = _("Uppgivna av föreningen, inte inlämnade") if words == STATED else words
            by_words.setdefault(words.sv, (words, []))[1].append(lower_first(catalogue[name].label))
        return [(words, join_words(names, ", ")) for words, names in by_words.values()]

    def _of_type(self, name: str) -> tuple[int, Words]:
        """How sure it is, and in words."""
        here = [paper for paper in self.papers if paper.type == name]
        if here:
            unread = next((paper for paper in here if paper.id not in self.reviewed), None)
            return (2 if unread else 3), upper_first(self.of_paper(unread or here[-1]))
        if name in self.kept_since:
            return 1, _("Inlämnad {year} i ett annat ärende", year=self.kept_since[name])
        return 0, STATED


def paper_standings(session: Session, case: Case, screening: Screening | None) -> PaperStatuses:
    """How the papers of a case stand, by what it says and what somebody has done."""
    papers = papers_of_case(session, case)
    here = {paper.type for paper in papers.all}
    stated = [name for name in screening.stated_papers if name not in here] if screening else []
    return PaperStatuses(
        papers=papers.all,
        reviewed=papers.reviewed_by(current_marks(session, case)),
        stated=stated,
        kept_since=_kept_since(session, case, stated),
    )


def _kept_since(session: Session, case: Case, types: Collection[str]) -> dict[str, int]:
    if case.association_id is None or not types:
        return {}
    rows = session.execute(
        select(Document.type, func.max(Document.arrived_on))
        .where(
            Document.board_id == case.board_id,
            Document.association_id == case.association_id,
            Document.case_id != case.id,
            Document.type.in_(types),
            Document.state == DocumentStatus.ARRIVED,
        )
        .group_by(Document.type)
    )
    return {name: on.year for name, on in rows}
