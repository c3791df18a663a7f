"""What a person answers: one criterion with its evidence, or nothing found for all value criteria at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.associations.models.associations import names_of_records, records_of
from vetting.casework.domain.cases import InvalidationReason
from vetting.casework.models.assessments import AssessmentRow, AssessmentWithdrawal, EvidenceRow, criteria_in_draft
from vetting.casework.models.cases import Case, numbers_seen
from vetting.casework.models.documents import of_case as documents_of
from vetting.casework.services import assessment_drafts, reused_answers
from vetting.casework.services.cases import open_case, raise_version, start_handling, still_open
from vetting.casework.services.documents import keep_document
from vetting.casework.services.gaps import is_initial_review_question
from vetting.casework.services.name_conflicts import refuse_unsettled
from vetting.casework.services.screenings import ASSOCIATION_LEVELS, screen_case, screen_without_keeping
from vetting.engine.criteria import CriterionKind
from vetting.engine.evidence import CriterionAnswer, Evidence, EvidenceKind, wrong_with
from vetting.engine.reasons import weighs_against
from vetting.engine.results import CriterionResult
from vetting.kernel.dates import Span
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from datetime import date

    from vetting.casework.models.documents import Document
    from vetting.casework.services.documents import NewDocument
    from vetting.engine.criteria import Criterion
    from vetting.engine.facts import Catalogue
    from vetting.engine.results import Finding
    from vetting.engine.screening import Screening
    from vetting.kernel.store.session import WritingSession

APPLICATION: Final = "application"
"""What was looked at beside the papers: what the application says."""


OTHER_PAPER: Final = _("andra handlingar")
THE_APPLICATION: Final = _("uppgifterna i ärendet")


def looked_at_in_words(name: str, catalogue: Catalogue) -> Words:
    """What was looked at: a paper by its fact, or what the application says."""
    if name == APPLICATION:
        return THE_APPLICATION
    definition = catalogue.get(name)
    return definition.wanted if definition else OTHER_PAPER


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssessment:
    """One person's answer to one criterion."""

    criterion: str
    answer: CriterionAnswer
    reasons: str = ""
    evidence: Evidence | None = None
    cut: NewDocument | None = None
    """What the source showed that day, to be kept with its digest."""


def assess(session: WritingSession, number: str, given: NewAssessment, *, version: int | None) -> Case:
    """Keeps an answer; the case is screened anew.

    Raises:
        Refused: stale, decided, no such question in the case, or an answer without what it must rest on.
    """
    case = open_case(session, number, action=Action.ASSESS, version=version)
    still_open(case)
    screening = _screening(session, case)
    finding = next((item for item in screening.findings if item.criterion.id == given.criterion), None)
    if finding is None or finding.criterion.kind not in {CriterionKind.ASSESSMENT, CriterionKind.SIGNAL}:
        raise Refused(Obstacle.MISSING)
    if finding.criterion.level in ASSOCIATION_LEVELS:
        refuse_unsettled(session, case)
    problems = wrong_with(
        given.answer,
        given.reasons,
        given.evidence,
        finding.criterion,
        on=session.today,
        known_names=(case.name, *_names(session, case)),
    )
    if given.answer is CriterionAnswer.NOTHING_FOUND and not finding.criterion.value_criterion:
        problems.append(Problem("answer", _("Det svaret kan bara ges på värdekriterier."), _("Välj ett annat svar.")))
    if _of_another_case(session, case, given.evidence):
        problems.append(
            Problem("document_id", _("Handlingen finns inte i ärendet."), _("Lägg till den i ärendet först."))
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    cut = _keep_source_copy(session, case, given)
    row = _answer_row(session, case, finding, given)
    session.add(row)
    session.flush()
    if given.evidence is not None and given.answer is CriterionAnswer.NOT_MET:
        session.add(_evidence_row(row, given.evidence, cut))
    assessment_drafts.remove_answered_draft(session, row)
    start_handling(case, session.person)
    raise_version(case)
    screen_case(session, case)
    session.note("assessed", row, case_id=case.id, detail={"criterion": given.criterion, "answer": given.answer.value})
    return case


def _names(session: WritingSession, case: Case) -> list[str]:
    """What the association and the board are called: names of no persons."""
    board = session.get_one(Board, case.board_id)
    names = names_of_records(session, case.association_id) if case.association_id is not None else ()
    return [board.name, *(row.name for row in names)]


def _keep_source_copy(session: WritingSession, case: Case, given: NewAssessment) -> Document | None:
    """The picture of the source, as a document of the case; the very same file is kept once."""
    if given.cut is None or given.answer is not CriterionAnswer.NOT_MET:
        return None
    digest = hashlib.sha256(given.cut.content).hexdigest()
    known = [document for document in documents_of(session, case.id) if document.sha256 == digest]
    return known[0] if known else keep_document(session, case, given.cut)


def _screening(session: WritingSession, case: Case) -> Screening:
    screened = screen_without_keeping(session, case, on=session.today)
    if screened is None:
        raise Refused(
            Obstacle.CLOSED, Problem(case.number, _("Inga regler gäller ärendet."), _("Kontakta regelansvarig."))
        )
    return screened.screening


def _of_another_case(session: WritingSession, case: Case, evidence: Evidence | None) -> bool:
    """Whether the paper it rests on is not in the case."""
    key = evidence.document_id if evidence is not None else None
    return key is not None and all(document.id != key for document in documents_of(session, case.id))


def _answer_row(session: WritingSession, case: Case, finding: Finding, given: NewAssessment) -> AssessmentRow:
    """An answer as it is kept: about the association where it holds for its other cases, else about the case."""
    criterion = finding.criterion
    dismissed = criterion.kind is CriterionKind.SIGNAL and given.answer is not CriterionAnswer.NOT_MET
    about_association = criterion.level in ASSOCIATION_LEVELS or dismissed
    of_association = about_association and case.association_id is not None
    marks = finding.signals | (_dismissed_before(session, case, criterion) if dismissed else frozenset())
    looked = dict.fromkeys([APPLICATION, *(document.type or "other" for document in documents_of(session, case.id))])
    return AssessmentRow(
        board_id=case.board_id,
        association_id=case.association_id if of_association else None,
        case_id=None if of_association else case.id,
        made_in_case_id=case.id,
        criterion=criterion.id,
        answer=given.answer,
        fingerprint=criterion.fingerprint,
        looked_at=list(looked),
        reasons=given.reasons.strip(),
        signals=sorted(marks),
        valid_until=_valid_until(criterion, session.today),
        on=session.today,
        at=session.now,
        by_user_id=session.person.id,
        by_name=session.person.name,
    )


def _evidence_row(answer: AssessmentRow, found: Evidence, cut: Document | None) -> EvidenceRow:
    """What an answer "not met" rests on. cut: the picture of a page, where one was handed in."""
    return EvidenceRow(
        assessment_id=answer.id,
        deed=(found.deed or EvidenceKind.ACT).value,
        act=found.act.strip(),
        role=found.role.strip(),
        inside_activity=bool(found.inside_activity),
        happened=found.happened.strip(),
        source=found.source.strip(),
        source_address=found.source_address.strip(),
        seen_on=found.seen_on,
        cut_id=cut.id if cut else None,
        document_id=found.document_id,
        place=found.place.strip(),
        speaks_for=found.speaks_for.strip(),
        verified=bool(found.verified),
        may_be_shown=bool(found.may_be_shown),
        weighed=[reason.value for reason in found.weighed],
        special_reasons=found.special_reasons.strip(),
        milder=[name.value for name in found.milder],
        proportionality=found.proportionality.strip(),
        named_because=found.named_because.strip(),
        acts_not_opinions=found.acts_not_opinions,
    )


def _dismissed_before(session: WritingSession, case: Case, criterion: Criterion) -> frozenset[str]:
    """The hits of a signal that a person has already found to be nothing, for this association in the board."""
    if case.association_id is None:
        return frozenset()
    row = session.scalar(
        select(AssessmentRow)
        .where(
            AssessmentRow.board_id == case.board_id,
            AssessmentRow.association_id.in_(records_of(case.association_id)),
            AssessmentRow.criterion == criterion.id,
            AssessmentRow.fingerprint == criterion.fingerprint,
        )
        .order_by(AssessmentRow.id.desc())
        .limit(1)
    )
    return frozenset(row.signals) if row is not None and row.answer != CriterionAnswer.NOT_MET else frozenset()


def _valid_until(criterion: Criterion, on: date) -> date | None:
    months = criterion.valid_for_months
    return Span(months=months).after(on) if months else None


def record_nothing_found(session: WritingSession, number: str) -> int:
    """Answers "nothing found" to every value criterion that is only to be looked at; those spoken against stay.

    Returns how many were answered.

    Raises:
        Refused: decided, not this person's, or there is nothing of the kind to answer.
    """
    case = open_case(session, number, action=Action.ASSESS)
    still_open(case)
    refuse_unsettled(session, case)
    in_draft = criteria_in_draft(session, case.id)
    findings = [
        item
        for item in _screening(session, case).findings
        if is_initial_review_question(item) and item.criterion.id not in in_draft
    ]
    if not findings:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                number,
                _("Inget värdekriterium i ärendet kan få det svaret."),
                _("Bedöm de punkter som återstår var för sig."),
            ),
        )
    nothing = [NewAssessment(criterion=one.criterion.id, answer=CriterionAnswer.NOTHING_FOUND) for one in findings]
    session.add_all(
        [_answer_row(session, case, finding, given) for finding, given in zip(findings, nothing, strict=True)]
    )
    start_handling(case, session.person)
    raise_version(case)
    screen_case(session, case)
    session.note(
        "nothing_found", case, case_id=case.id, detail={"criteria": [finding.criterion.id for finding in findings]}
    )
    return len(findings)


def is_left(finding: Finding) -> bool:
    """Whether somebody is to see a point before the case goes on, or it speaks against it."""
    waits = finding.result is CriterionResult.NEEDS_ASSESSMENT and not is_initial_review_question(finding)
    return waits or weighs_against(finding)


def withdraw_answer(session: WritingSession, number: str, criterion: str, reason: str) -> Case:
    """Takes the newest answer to a criterion back; it stays in the file.

    Raises:
        Refused: there is none, no reason is given, or it is decided.
    """
    case = open_case(session, number, action=Action.ASSESS)
    still_open(case)
    if not reason.strip():
        raise Refused(
            Obstacle.INVALID, Problem("reason", _("Skälet saknas."), _("Skriv varför bedömningen tas tillbaka."))
        )
    screened = screen_without_keeping(session, case, on=session.today)
    key = screened.answers.get(criterion) if screened else None
    row = session.get(AssessmentRow, key) if key else None
    gone = row and session.scalar(select(AssessmentWithdrawal.id).where(AssessmentWithdrawal.assessment_id == row.id))
    made_in = session.get(Case, row.made_in_case_id) if row else None
    if row is None or gone or (made_in and made_in.number not in numbers_seen(session, [made_in.number])):
        raise Refused(Obstacle.MISSING)
    session.add(
        AssessmentWithdrawal(assessment_id=row.id, reason=reason.strip(), at=session.now, by_user_id=session.person.id)
    )
    raise_version(case)
    screen_case(session, case)
    session.note("assessment_withdrawn", row, case_id=case.id, detail={"criterion": criterion})
    if row.case_id is None:
        reused_answers.return_to_queue(
            session, case.board_id, case.association_id, InvalidationReason.WITHDRAWN, but=case.id
        )
    return case
