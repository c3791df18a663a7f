"""What a case rested on when it was decided or its meeting was closed: kept in words then, shown from then on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Protocol

from vetting.casework.domain.cases import OPEN
from vetting.casework.domain.officer_reports import ALIKE
from vetting.casework.models.assessments import given_answers
from vetting.casework.models.cases import Case, communications, visible_cases
from vetting.casework.models.decisions import Decision, last_outcome
from vetting.casework.models.decisions import of_case as decisions_of
from vetting.casework.models.documents import of_case as documents_of
from vetting.casework.models.facts import values_of
from vetting.casework.models.frozen_bases import Basis, of_decisions, of_reviews
from vetting.casework.models.meetings import reviews_of_case
from vetting.casework.models.paper_statuses import paper_standings
from vetting.casework.models.screenings import StoredScreening
from vetting.casework.services import officer_reports
from vetting.casework.services.assessments import looked_at_in_words
from vetting.casework.services.examinations_elsewhere import EXAMINED_ELSEWHERE
from vetting.casework.services.screenings import (
    CaseScreening,
    counting_answers,
    pending_elsewhere,
    repeat_screening,
    screen_without_keeping,
)
from vetting.engine import reasons
from vetting.engine.evidence import (
    EVIDENCE_KIND_WORDS,
    MILDER_WORDS,
    SPECIAL_REASON_WORDS,
    MilderMeasure,
    SpecialReason,
)
from vetting.engine.results import CriterionResult
from vetting.engine.screening import part_of
from vetting.engine.stored_values import from_plain, to_plain
from vetting.grants.models.rounds import Round
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import MEASURE_DECISION_WORDS
from vetting.kernel.privacy import Privacy
from vetting.kernel.roles import function_in_words
from vetting.kernel.text import Words, _, day_in_words, in_context, join_words, same_in_both
from vetting.kernel.written_documents import DocumentSection, WrittenDocument
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from vetting.casework.models.assessments import EvidenceRow
    from vetting.casework.models.cases import Communication
    from vetting.casework.models.decisions import DecisionDraft
    from vetting.casework.models.meetings import Review
    from vetting.casework.models.paper_statuses import PaperStatuses
    from vetting.engine.results import Finding
    from vetting.engine.screening import Screening
    from vetting.kernel.case_kinds import CaseKind
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session, WritingSession

Both = dict[str, str]
"""A text as it is kept: {"sv", "en"}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisMaterial:
    """What is kept of a case: read where it is decided or where its meeting is closed."""

    case: Case
    board: Board
    round: Round | None
    screening: Screening | None
    not_met: Sequence[str]
    reasons: Mapping[str, str]
    looked_at: Mapping[str, Sequence[str]]
    evidence: Mapping[str, Sequence[EvidenceRow]]
    communications: Sequence[Communication]
    reviews: Sequence[Review]
    draft: DecisionDraft | None
    paper_standings: PaperStatuses

    @property
    def kind(self) -> CaseKind:
        """Grant or booking."""
        return self.case.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisContent:
    """A basis as it is shown: texts in both languages, as they were rendered then."""

    at: datetime
    proposal: Both
    rules: Both
    lines: Sequence[Both]
    points: Sequence[Mapping[str, Any]]
    facts: Sequence[tuple[Both, Both]]
    report: Sequence[Mapping[str, Any]]
    documents: Sequence[int]
    signed: Sequence[Both] = ()
    """The officer's name and title on the report; empty in bases from before they were kept."""

    def report_for(self, by: Person, seen: frozenset[str], *, outside: bool) -> WrittenDocument:
        """The officer's report; of other cases only those that whoever reads may open, and none for outsiders."""
        sections = []
        for kept in self.report:
            alike = _words(kept["heading"]) == ALIKE
            lines = [_words(line) for line in kept["lines"] if not alike or (not outside and line.get("case") in seen)]
            if lines:
                sections.append(DocumentSection(_words(kept["heading"]), lines, listed=kept["listed"]))
        signed = [_words(line) for line in self.signed] or [function_in_words(by.function)]
        return WrittenDocument(officer_reports.TITLE, [_words(line) for line in self.lines], sections, signed)

    @property
    def assessed(self) -> list[Words]:
        return [
            _words(point["label"]) + same_in_both(f": {point['by']}, ") + day_in_words(date.fromisoformat(point["on"]))
            for point in self.points
            if point["by"]
        ]

    @property
    def facts_in_words(self) -> list[tuple[Words, Words]]:
        return [(_words(label), _words(value)) for label, value in self.facts]

    @property
    def cases(self) -> list[str]:
        """Numbers of the other cases that the report names."""
        return [line["case"] for part in self.report for line in part["lines"] if line.get("case")]


@dataclass(frozen=True, slots=True)
class LaterFact:
    """One thing that has come after a decision; it changes nothing of what the decision rested on."""

    on: date
    what: Words
    source: Words


def keep_basis(
    session: WritingSession,
    case: Case,
    screened: CaseScreening | None,
    draft: DecisionDraft | None,
    *,
    decision_id: int | None = None,
    review_id: int | None = None,
    on: date | None = None,
) -> Basis:
    """Keeps what a case rests on now, in words. on: the report's day, where that is before today."""
    material = _material(session, case, screened, draft)
    row = Basis(
        board_id=case.board_id,
        case_id=case.id,
        decision_id=decision_id,
        review_id=review_id,
        screening_id=case.screening_id,
        at=session.now,
        content=_content(session, material, on=on or day_here(session.now)),
    )
    session.add(row)
    session.flush()
    return row


def _material(
    session: Session, case: Case, screened: CaseScreening | None, draft: DecisionDraft | None
) -> BasisMaterial:
    ids = dict(screened.answers) if screened else {}
    given = given_answers(session, tuple(ids.values()))
    screening = screened.screening if screened else None
    return BasisMaterial(
        case=case,
        board=session.get_one(Board, case.board_id),
        round=session.get(Round, case.round_id) if case.round_id is not None else None,
        screening=screening,
        not_met=tuple(item.criterion.id for item in screening.findings if item.result is CriterionResult.NOT_MET)
        if screening
        else (),
        reasons={name: given[key].row.reasons for name, key in ids.items()},
        looked_at={name: given[key].row.looked_at for name, key in ids.items()},
        evidence={name: given[key].evidence for name, key in ids.items()},
        communications=communications(session, case.id),
        reviews=reviews_of_case(session, case.id),
        draft=draft,
        paper_standings=paper_standings(session, case, screening),
    )


def _content(session: Session, material: BasisMaterial, *, on: date) -> dict[str, Any]:
    screening = material.screening
    shown: dict[Words, Words] = {}
    for finding in screening.findings if screening else ():
        shown |= dict(reasons.shown_facts(finding, screening)) if screening else {}
    report = officer_reports.officer_report(session, material, on=on)
    return {
        "proposal": _both(reasons.proposal_in_words(screening)) if screening else _both(reasons.NO_RULES),
        "rules": _both(screening.ruleset.title + same_in_both(f", version {screening.ruleset.version}"))
        if screening
        else _both(same_in_both("")),
        "lines": [_both(line) for line in report.top],
        "points": [_point(item, screening, material) for item in screening.findings] if screening else [],
        "facts": [[_both(label), _both(value)] for label, value in shown.items()],
        "report": [
            {"heading": _both(part.heading), "listed": part.listed, "lines": [_line(line) for line in part.lines]}
            for part in report.sections
        ],
        "documents": [document.id for document in documents_of(session, material.case.id)],
        "signed": [_both(line) for line in report.signed],
    }


def _point(finding: Finding, screening: Screening, material: BasisMaterial) -> dict[str, Any]:
    key, answer = finding.criterion.id, finding.answer
    by_person = answer is not None and finding.result is not CriterionResult.NEEDS_ASSESSMENT
    fold = reasons.fold_of(finding)
    quiet = fold.value if fold else "met" if finding.result is CriterionResult.MET and not by_person else ""
    return {
        "criterion": key,
        "part": part_of(finding, screening.kind).value,
        "label": _both(finding.criterion.label),
        "value": finding.criterion.value_criterion,
        "result": finding.result.value,
        "author": finding.author.value,
        "state": _both(reasons.result_in_words(finding, material.paper_standings.of_types)),
        "quiet": quiet,
        "checked": reasons.was_checked(finding),
        "by": answer.by if answer is not None and by_person else "",
        "on": answer.on.isoformat() if answer is not None and by_person else "",
        "why": _both(reasons.reason_for_finding(finding, screening)),
        "given": [[_both(label), _both(value)] for label, value in reasons.shown_facts(finding, screening)],
        "reasons": material.reasons.get(key, "") if by_person else "",
        "looked_at": [
            _both(looked_at_in_words(name, screening.ruleset.catalogue)) for name in material.looked_at.get(key, ())
        ]
        if by_person
        else [],
        "evidence": [_evidence(row) for row in material.evidence.get(key, ())] if by_person else [],
        "sources": [source.line() for source in finding.criterion.sources],
    }


_EVIDENCE: Final = (
    ("role", _("Roll")),
    ("happened", _("När")),
    ("source", _("Källa")),
    ("place", _("Sida eller paragraf")),
    ("speaks_for", _("Talar för föreningen")),
    ("special_reasons", _("Särskilda skäl")),
    ("proportionality", _("Proportionalitet")),
)


def _evidence(row: EvidenceRow) -> list[list[Both]]:
    told = [[_both(EVIDENCE_KIND_WORDS[row.deed]), _both(same_in_both(row.act))]]
    told += [[_both(label), _both(same_in_both(getattr(row, name)))] for name, label in _EVIDENCE if getattr(row, name)]
    weighed = join_words([SPECIAL_REASON_WORDS[SpecialReason(name)] for name in row.weighed], "; ")
    milder = join_words([MILDER_WORDS[MilderMeasure(name)] for name in row.milder], "; ")
    told += [[_both(_("Finns")), _both(weighed)]] if row.weighed else []
    told += [[_both(_("Mindre ingripande åtgärder som prövats")), _both(milder)]] if row.milder else []
    return told


def find_basis(session: Session, decisions: Sequence[Decision]) -> list[tuple[Decision, BasisContent]]:
    """Each decision of a case that has a basis, with it; newest first."""
    rows = of_decisions(session, [decision.id for decision in decisions])
    return [(decision, _basis_content(rows[decision.id])) for decision in decisions if decision.id in rows]


def of_meeting(session: Session, reviews: Iterable[Review]) -> dict[int, BasisContent]:
    """Item of a meeting -> what its papers said when it was closed."""
    return {key: _basis_content(row) for key, row in of_reviews(session, [review.id for review in reviews]).items()}


def _basis_content(row: Basis) -> BasisContent:
    found = row.content
    return BasisContent(
        at=row.at,
        proposal=found["proposal"],
        rules=found["rules"],
        lines=found["lines"],
        points=found["points"],
        facts=[(label, value) for label, value in found["facts"]],
        report=found["report"],
        documents=found["documents"],
        signed=found.get("signed", ()),
    )


def as_it_stood(session: Session, case: Case) -> CaseScreening | None:
    """The screening that a case that is no longer open ended with: by its decision, else the last that was kept."""
    decision = last_outcome(session, case.id)
    key = (decision.rests_on.get("screening") if decision is not None else None) or case.screening_id
    stored = session.get(StoredScreening, key) if key is not None else None
    return CaseScreening(repeat_screening(session, stored, case), stored.answers) if stored is not None else None


def screened_for(session: Session, case: Case, *, on: date) -> CaseScreening | None:
    """What the rules say of a case: of an open one today, of any other as it stood when it was decided or ended."""
    return screen_without_keeping(session, case, on=on) if is_open(case) else as_it_stood(session, case)


def changes_since_decision(
    session: Session, case: Case, decision: Decision, screening: Screening | None
) -> tuple[LaterFact, ...]:
    """What has come after a decision, the newest first: facts that it read, answers, measures."""
    if screening is None:
        return ()
    found = [*_facts_since(session, case, decision, screening), *_answers_since(session, case, decision, screening)]
    found += [
        LaterFact(row.decided_on, MEASURE_DECISION_WORDS[row.kind], row.decider(by_name=False))
        for row in decisions_of(session, case.id)
        if row.id > decision.id and row.kind in MEASURE_DECISION_WORDS
    ]
    return tuple(sorted(found, key=lambda one: one.on, reverse=True))


_SUPPLIED: Final = {
    "applicant": _("föreningen"),
    "staff": _("förvaltningen"),
    "import": in_context("in a sentence", "lista"),
}


def _facts_since(session: Session, case: Case, decision: Decision, screening: Screening) -> list[LaterFact]:
    catalogue, then = screening.ruleset.catalogue, screening.facts
    read = {fact for finding in screening.findings for fact in finding.criterion.facts_and_shown}
    found = []
    for row in values_of(session, case):
        definition = catalogue.get(row.fact)
        if row.source.entered_at <= decision.decided_at or row.fact not in read or definition is None:
            continue
        was = then.values.get(row.fact)
        if row.value is None or definition.privacy is Privacy.SEALED or to_plain(was) == row.value:
            continue
        what = definition.change_in_words(was, from_plain(definition, row.value))
        found.append(LaterFact(row.source.as_of, what, _SUPPLIED.get(row.source.supplied_by, _SUPPLIED["staff"])))
    return found


def _answers_since(session: Session, case: Case, decision: Decision, screening: Screening) -> list[LaterFact]:
    labels = {finding.criterion.id: finding.criterion.label for finding in screening.findings}
    found = [
        LaterFact(given.row.on, EXAMINED_ELSEWHERE, same_in_both("")) for given in pending_elsewhere(session, case)
    ]
    for given in counting_answers(session, case):
        row = given.row
        if row.at > decision.decided_at and row.criterion in labels and not given.withdrawn:
            answer = labels[row.criterion] + same_in_both(": ") + reasons.ANSWER_WORDS[row.answer]
            found.append(LaterFact(row.on, answer, same_in_both(row.by_name)))
    return list(dict.fromkeys(found))


class CaseMaterial(officer_reports.ReportMaterial, Protocol):
    """A case's file, with what it rested on if it is decided."""

    @property
    def basis(self) -> BasisContent | None: ...


def report_of(session: Session, file: CaseMaterial, *, on: date, outside: bool = False) -> WrittenDocument:
    """The officer's report of a case: as it stood at the decision, of an open case as it is now."""
    made = (
        file.basis.report_for(session.person, seen_cases(session, file.basis), outside=outside)
        if file.basis is not None
        else officer_reports.officer_report(session, file, on=on, outside=outside)
    )
    dnr = file.case.dnr or (file.round.dnr if file.round else "")
    placed = {"board": same_in_both(file.board.name), "kind": officer_reports.TITLE, "dnr": same_in_both(dnr)}
    return replace(made, facts=placed)


def kept_report(session: Session, row: Basis) -> WrittenDocument:
    """The officer's report that was kept with a decision."""
    content = _basis_content(row)
    return content.report_for(session.person, seen_cases(session, content), outside=False)


def seen_cases(session: Session, kept: BasisContent) -> frozenset[str]:
    """Of the other cases that a kept report names, those that this person may open."""
    if not kept.cases:
        return frozenset()
    wanted = visible_cases(session.person).with_only_columns(Case.number).where(Case.number.in_(kept.cases))
    return frozenset(session.scalars(wanted))


def is_open(case: Case) -> bool:
    """Before a decision, or opened again after one."""
    return case.state in OPEN


def _both(words: Words) -> Both:
    return {"sv": words.sv, "en": words.en}


def _line(words: Words) -> dict[str, str]:
    """A line of the report; one about another case says which."""
    number = officer_reports.case_named(words)
    return _both(words) | ({"case": number} if number else {})


def _words(kept: Mapping[str, str]) -> Words:
    return Words(kept["sv"], kept["en"])
