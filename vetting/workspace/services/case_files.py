"""Everything that a case's page shows, read in one go for one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from vetting import casework, money
from vetting.associations.models.associations import Association
from vetting.bookings.models.letting import deviations_of_case, last_acceptance, withdrawals_of
from vetting.casework import gaps_of, missing_facts, open_case_to_read, progress_of_case
from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.domain.exact_checks import checks_of, same_application
from vetting.casework.domain.gate_table import GatedStep, closed_after
from vetting.casework.models import cases as store
from vetting.casework.models import decisions, documents, letters, meetings
from vetting.casework.models.assessments import (
    AssessmentDraft,
    EvidenceRow,
    assessment_drafts_of,
    given_answers,
)
from vetting.casework.models.cases import Case, visible_cases
from vetting.casework.models.completions import contacts, languages, requests_of
from vetting.casework.models.decisions import decision_draft_of
from vetting.casework.models.document_reads import papers_of_case
from vetting.casework.models.paper_statuses import paper_standings
from vetting.casework.models.special_reviews import opinions_of
from vetting.grants.domain.instalments import plan_in_words
from vetting.grants.models.rounds import Round, scheme_of_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import FAVOURABLE
from vetting.kernel.roles import Action
from vetting.kernel.store import trail
from vetting.kernel.store.import_batches import ImportBatch
from vetting.kernel.text import NO_WORDS, OFFICIAL, Words
from vetting.money import NO_BANK_ACCOUNT, bank_accounts_of, usual_instalments, waiting_payments
from vetting.money.models import payments
from vetting.money.models.reclaims import reclaims_of_case
from vetting.people.models.letting_kinds import LettingKind
from vetting.people.models.people import Board, names_of
from vetting.workspace.models.watches import watches_of_case
from vetting.workspace.services import association_files, ongoing_support
from vetting.workspace.services.applications import application_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.bookings.models.letting import Deviation, DeviationWithdrawal, LettingTerms, TermsAcceptance
    from vetting.casework import BasisContent, LaterFact
    from vetting.casework.domain.completions import Gap
    from vetting.casework.domain.exact_checks import ExactCheck
    from vetting.casework.domain.gate_table import ClosedGate
    from vetting.casework.domain.next_steps import CaseProgress
    from vetting.casework.domain.situations import CaseSituation, DecidedSituation
    from vetting.casework.models.cases import BookingRequest, Communication, NotesOfCase, Occurrence
    from vetting.casework.models.completions import Completion, Contact
    from vetting.casework.models.decisions import Decision, DecisionDraft
    from vetting.casework.models.document_reads import PapersOfCase
    from vetting.casework.models.documents import Document
    from vetting.casework.models.letters import Letter
    from vetting.casework.models.meetings import Review
    from vetting.casework.models.paper_statuses import PaperStatuses
    from vetting.casework.models.special_reviews import ExpertOpinion
    from vetting.engine.evidence import CriterionAnswer
    from vetting.engine.facts import Facts
    from vetting.engine.screening import Screening
    from vetting.grants.models.schemes import GrantScheme
    from vetting.kernel.decision_outcomes import Reservation
    from vetting.kernel.store.base import Plain
    from vetting.kernel.store.session import Session
    from vetting.kernel.store.trail import TrailEntry
    from vetting.kernel.text import Language
    from vetting.money import BankAccount
    from vetting.money.domain.payment_holds import WaitingPayment
    from vetting.money.models.payments import Payment
    from vetting.money.models.reclaims import Reclaim
    from vetting.workspace.models.watches import Watch
    from vetting.workspace.services.applications import ApplicationSummary
    from vetting.workspace.services.ongoing_support import RunningMatter

MOST_EVENTS = 60
MOST_NOTES = 3
MOST_RELATED = 12


class SiblingCase(NamedTuple):
    """Another case that came of the same application, for another grant scheme, with the papers that lie there."""

    case: Case
    scheme: GrantScheme | None
    papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """One case with all that belongs to it."""

    case: Case
    board: Board
    association: Association | None
    round: Round | None
    scheme: GrantScheme | None
    """The grant scheme that it is an application for."""
    letting_kind: LettingKind | None
    """What the room of a booking was let as when it came."""
    tied: Sequence[SiblingCase]
    """What else was applied for in the same application."""
    screening: Screening | None
    evidence: Mapping[str, Sequence[EvidenceRow]]
    """Criterion -> what its answer rests on."""
    reasons: Mapping[str, str]
    """Criterion -> the reasons of its answer."""
    looked_at: Mapping[str, Sequence[str]]
    situation: CaseSituation
    standing: CaseProgress
    """Where it stands for this person before its decision."""
    papers: PapersOfCase
    paper_standings: PaperStatuses
    missing: Sequence[str]
    notes: NotesOfCase
    asked_back: str
    """What whoever decides has asked, where the case waits for that."""
    gaps: Sequence[Gap]
    """What of it the association can be asked for, and what is known of each."""
    completions: Sequence[Completion]
    asked: Mapping[int, Sequence[Gap]]
    """Request -> where each thing that was asked for stands."""
    contact: Contact | None
    communications: Sequence[Communication]
    documents: Sequence[Document]
    occurrences: Sequence[Occurrence]
    request: BookingRequest | None
    """What only a booking has."""
    deviations: Sequence[Deviation]
    """What went otherwise than agreed."""
    withdrawn: Mapping[int, DeviationWithdrawal]
    """Those of the deviations that were noted wrongly."""
    accepted: tuple[TermsAcceptance, LettingTerms] | None
    """How and by which terms the booker has agreed."""
    reviews: Sequence[Review]
    usual_reservations: Sequence[Reservation]
    usual_instalments: str
    """How its grant scheme says that grants are paid, a line each."""
    usual_conditions: Sequence[str]
    """What an approval begins with: the conditions of its grant scheme, and those that the group advises."""
    draft: DecisionDraft | None
    decisions: Sequence[Decision]
    after: DecidedSituation | None
    """Where a decided case stands."""
    holding_open: Sequence[ClosedGate]
    """What holds a decided case back from being closed."""
    payments: Sequence[Payment]
    held: Mapping[int, WaitingPayment]
    """Payment -> why it is not made."""
    reclaims: Sequence[Reclaim]
    related: Sequence[Case]
    account: BankAccount
    """Where a grant is paid to."""
    checks: Sequence[ExactCheck]
    """What was compared exactly, hits first."""
    seen_cases: frozenset[str]
    """Of the cases that the checks found, those that this person may open."""
    doubts: Sequence[tuple[str, Association]]
    """Names that make it doubtful who the case is about."""
    events: Sequence[tuple[TrailEntry, Plain]]
    came_with: ImportBatch | None
    """The list that it came in."""
    names: Mapping[int, str]
    drafts: Sequence[AssessmentDraft]
    """Answers that are being written, newest first."""
    experts: Sequence[ExpertOpinion]
    """What experts were asked."""
    likeness: Mapping[str, Mapping[CriterionAnswer, int]]
    """Criterion -> how it was answered lately in the board."""
    answered_on_conflict: bool
    """Whether this person has answered on conflict of interest."""
    letters_in: Language
    """What letters to its association are written in."""
    running: Sequence[RunningMatter]
    """What runs against its association today, while it is to be decided."""
    elsewhere: Words | None
    """That something about the association is examined in another case, and whom to ask."""
    basis: BasisContent | None
    """What a decided case rested on, in the words of that day; None of an open one, and of decisions made before such
    were kept: then `screening` is the one it was decided on, made again."""
    since: Sequence[LaterFact]
    """What has come after the decision."""
    former: Sequence[tuple[Decision, BasisContent]]
    """Decisions before the one that stands, and all of a case that is open again, each with what it rested on."""
    changed_since_proposal: Sequence[Words]
    """What the proposal read that is otherwise now: on such a proposal nobody decides."""
    about: ApplicationSummary
    """What is asked for, and what was given before."""
    unsent: Sequence[Letter]
    """Letters of the case that are written and have not gone, newest first."""
    watches: Sequence[Watch] = ()
    """What somebody watches in it, the earliest first."""

    @property
    def not_met(self) -> Sequence[str]:
        """Criteria that are not met."""
        return self.situation.not_met

    @property
    def kind(self) -> CaseKind:
        """Grant or booking."""
        return self.case.kind

    @property
    def is_grant(self) -> bool:
        """An application rather than a booking."""
        return self.case.kind is CaseKind.GRANT

    @property
    def payment_plan(self) -> Words:
        """How it is proposed to be paid; nothing where that is all at once."""
        gives = self.draft is not None and self.draft.outcome in FAVOURABLE
        written = self.draft.instalments if self.draft is not None else ""
        return plan_in_words(written or self.usual_instalments) if gives else NO_WORDS

    @property
    def state(self) -> CaseState:
        """Where it stands."""
        return self.case.state

    @property
    def open(self) -> bool:
        """Before a decision."""
        return self.state in OPEN

    @property
    def shows_group(self) -> bool:
        """A small board sees none of the group, unless its rules require one."""
        return self.board.with_group or self.situation.group_required or bool(self.reviews)


def case_file(session: Session, number: str, *, on: date, all_notes: bool = False) -> CaseFile:
    """A case as this person may see it. all_notes: every note of it, not only the newest.

    Raises:
        Refused: there is no such case for them.
    """
    case, answered_on_conflict = open_case_to_read(session, number)
    is_open = case.state in OPEN
    screened = casework.screened_for(session, case, on=on)
    decided = decisions.of_case(session, case.id)
    kept = casework.find_basis(session, decided)
    standing = decisions.last_outcome(session, case.id) if not is_open else None
    found = casework.case_situation(session, case, screened, on=on)
    draft = decision_draft_of(session, case.id)
    requests = requests_of(session, case.id)[::-1]
    missing = missing_facts(case, screened.screening) if screened else ()
    marks = store.marks(session, case.id) if missing or requests else ()
    gaps = gaps_of(session, case, screened.screening if screened else None, marks, on=on)
    paid = payments.of_case(session, case.id)
    after = money.closing_situation(session, case, on=on) if case.state not in OPEN else None
    related = _related_cases(session, case)
    checks = _checks(case, related, screened.screening.facts) if screened else []
    ids = dict(screened.answers) if screened and not session.person.sees_bookings_only else {}
    given = given_answers(session, tuple(ids.values()))
    events = trail.of_case(session, case.id, most=MOST_EVENTS)
    notes = store.notes(session, case.id, most=None if all_notes else MOST_NOTES)
    batch = session.get(ImportBatch, case.batch_id) if case.batch_id is not None else None
    people = {entry.by_user_id for entry, _unused in events} | {note.by_user_id for note in notes.newest}
    people |= {case.officer_id, batch.by_user_id if batch else None}
    assesses = session.person.may(Action.ASSESS)
    writing = assessment_drafts_of(session, case.id) if assesses else ()
    people |= {row.user_id for row in writing}
    standings = paper_standings(session, case, screened.screening if screened else None)
    people |= {mark.by_user_id for mark in standings.reviewed.values()}
    deviations = deviations_of_case(session, case.id) if case.kind == CaseKind.BOOKING else ()
    owner = case.association_id or 0
    return CaseFile(
        case=case,
        board=session.get_one(Board, case.board_id),
        association=session.get(Association, case.association_id) if case.association_id else None,
        round=session.get(Round, case.round_id) if case.round_id else None,
        scheme=scheme_of_case(session, case.scheme_id, case.round_id),
        letting_kind=session.get(LettingKind, case.letting_kind_id) if case.letting_kind_id else None,
        tied=_other_parts(session, case),
        screening=screened.screening if screened else None,
        evidence={name: given[key].evidence for name, key in ids.items()},
        reasons={name: given[key].row.reasons for name, key in ids.items()},
        looked_at={name: given[key].row.looked_at for name, key in ids.items()},
        situation=found,
        standing=progress_of_case(session, case, screened, found, user_id=session.person.id, on=on),
        papers=papers_of_case(session, case),
        paper_standings=standings,
        missing=missing,
        notes=notes,
        asked_back=store.question_back(session, case),
        gaps=gaps,
        completions=requests,
        asked=casework.answered_of(session, case, requests, gaps, marks),
        contact=contacts(session, case.board_id, case.kind, [case.association_id]).get(case.association_id)
        if case.association_id
        else None,
        communications=store.communications(session, case.id),
        documents=documents.of_case(session, case.id),
        occurrences=store.occurrences(session, case.id) if case.kind == CaseKind.BOOKING else (),
        request=session.scalar(select(store.BookingRequest).where(store.BookingRequest.case_id == case.id))
        if case.kind == CaseKind.BOOKING
        else None,
        deviations=deviations,
        withdrawn=withdrawals_of(session, [row.id for row in deviations]),
        accepted=last_acceptance(session, case.id) if case.kind == CaseKind.BOOKING else None,
        reviews=meetings.reviews_of_case(session, case.id),
        usual_conditions=casework.usual_conditions(session, case),
        usual_reservations=casework.usual_reservations(session, case),
        usual_instalments=usual_instalments(session, case),
        draft=draft,
        decisions=decided,
        after=after,
        holding_open=closed_after(after, GatedStep.CLOSE) if after else (),
        payments=paid,
        held=waiting_payments(session, paid, on),
        reclaims=reclaims_of_case(session, case.id),
        related=related,
        account=bank_accounts_of(session, [case])[case.id] if case.kind == CaseKind.GRANT and paid else NO_BANK_ACCOUNT,
        checks=checks,
        seen_cases=store.numbers_seen(session, [number for check in checks for number in check.cases]),
        doubts=association_files.doubts_about_association(session, case)
        if session.person.may(Action.READ_ASSOCIATIONS)
        else (),
        events=events,
        came_with=batch,
        names=names_of(session, {key for key in people if key is not None}),
        drafts=writing,
        experts=opinions_of(session, case.id),
        likeness=casework.count_answers(session, case.board_id, screened.screening)
        if screened and assesses and case.state in OPEN
        else {},
        answered_on_conflict=answered_on_conflict,
        letters_in=languages(session, case.board_id, case.kind, [owner]).get(owner, OFFICIAL),
        running=ongoing_support.running_matters(session, [case], on=on).get(case.id, ()),
        elsewhere=casework.examined_elsewhere(session, case.board_id, [case]).get(case.id),
        basis=next((basis for row, basis in kept if standing is not None and row.id == standing.id), None),
        since=casework.changes_since_decision(session, case, standing, screened.screening if screened else None)
        if standing
        else (),
        former=[(row, basis) for row, basis in kept if standing is None or row.id != standing.id],
        changed_since_proposal=casework.changed_since(session, case, draft, screened) if is_open else (),
        watches=watches_of_case(session, case.id) if session.person.may(Action.WATCH) else (),
        about=application_of(session, case, screened.screening if screened else None, on=on),
        unsent=letters.newest_unsent(session, case.id),
    )


HANDED_OVER: Final = frozenset(
    {
        "case_received",
        "back_to_handling",
        "asked_back",
        "completion_requested",
        "reminded",
        "communicated",
        "referred",
        "made_ready",
        "ending_proposed",
        "case_withdrawn",
        "handed_to_board",
        "decision_proposed",
        "decided",
        "decision_sent",
        "paid",
        "case_reopened",
    }
)
"""Entries with which a case goes from one to another."""


def handed_over_on(file: CaseFile) -> date | None:
    """Since when whoever has the case has had it."""
    return next((day_here(entry.at) for entry, _unused in file.events if entry.action in HANDED_OVER), None)


def _other_parts(session: Session, case: Case) -> list[SiblingCase]:
    others = store.sibling_cases(session, case)
    return [
        SiblingCase(
            other,
            scheme_of_case(session, other.scheme_id, other.round_id),
            len(documents.of_case(session, other.id)),
        )
        for other in others
    ]


def _checks(case: Case, related: Sequence[Case], facts: Facts) -> list[ExactCheck]:
    """What was held against what, hits first; of an application also the association's others in the same round."""
    if case.kind is not CaseKind.GRANT:
        return checks_of(facts)
    others = [other for other in related if other.kind is case.kind and other.state in OPEN]
    twins = same_application([other.number for other in others if _place_of(other) == _place_of(case)])
    return [twins, *checks_of(facts)] if twins.hit else [*checks_of(facts), twins]


def _place_of(case: Case) -> tuple[int | None, int | None, int | None]:
    """Its round and grant scheme, or the year it came in where it is in no round."""
    return case.round_id, case.scheme_id, case.received_on.year if case.round_id is None else None


def _related_cases(session: Session, case: Case) -> Sequence[Case]:
    """The association's other cases that this person may see."""
    if case.association_id is None:
        return ()
    return session.scalars(
        visible_cases(session.person)
        .where(Case.association_id == case.association_id, Case.id != case.id)
        .order_by(Case.id.desc())
        .limit(MOST_RELATED)
    ).all()
