"""What a list says of a case is what its own page says, whatever anybody has done anywhere and whatever day it is."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import ACT, booking_facts, clean_facts, rules
from tests.demonstration import put_into
from tests.registers.test_money_totals import parts_of_rows
from tests.registers.test_sheets import readers, sums
from tests.reporting.services.test_overviews import plots_of_rows
from tests.reporting.services.test_period_reports import figures_of_registers, late_reports, money_of_budget_years
from vetting import clock
from vetting.associations.models.associations import (
    ALIAS,
    CURRENT,
    FORMER,
    TO_CONFIRM,
    WRONG,
    Association,
    AssociationMerge,
    AssociationName,
)
from vetting.bookings.domain.rescissions import NewRescission, RescissionGround
from vetting.bookings.domain.weeks import monday_before
from vetting.bookings.services import answers, quick_checks, rescissions, weeks
from vetting.casework.domain.advice import Advice
from vetting.casework.domain.cases import OPEN, CaseMarkKind, CaseState
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.domain.special_reviews import SpecialReviewGround
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import Case, GrantApplication, Occurrence
from vetting.casework.models.decisions import Decision, DecisionDraft
from vetting.casework.models.letters import of_case as letters_of
from vetting.casework.models.meetings import Meeting, Review
from vetting.casework.models.rescreening import RescreeningRequest
from vetting.casework.services import (
    after_decision,
    assessments,
    booking_referrals,
    case_progress,
    cases,
    communications,
    completions,
    decisions,
    documents,
    identities,
    intake,
    merging,
    rule_moves,
    special_reviews,
    stale_proposals,
    unmerging,
)
from vetting.casework.services import meetings as meetings_service
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.documents import NewDocument
from vetting.casework.services.intake import NewCase
from vetting.casework.services.meetings import Opinion
from vetting.casework.services.name_conflicts import UNSETTLED_KINDS
from vetting.casework.services.screenings import changed_screening, screen_without_keeping
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.facts import Facts
from vetting.engine.proposal import Attention
from vetting.engine.reasons import assessed_behind
from vetting.grants.domain.allocations import RowLock
from vetting.grants.models.rounds import Round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE, midnight
from vetting.kernel.decision_outcomes import DecisionForm, DecisionGround, DecisionOutcome, Reservation
from vetting.kernel.money import kronor
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Person, Role
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.engine import Database, connect_database
from vetting.kernel.store.import_batches import DONE, ImportBatch
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.working_days import first_open
from vetting.lists.services import import_batches, list_reading, staged_files
from vetting.money.domain.reclaims import EstablishedBy, ReclaimGround, ReclaimState
from vetting.money.models.payments import Payment
from vetting.money.models.reclaims import Reclaim
from vetting.money.services import closing, payment_stops, payments, reclaims
from vetting.operations.jobs.worker import Worker
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board, RoleAssignment, find_person
from vetting.registers import register_pages, sheets_of
from vetting.registers.approved_grants import grant_rows
from vetting.registers.columns import RegisterSelection
from vetting.registers.payments import payment_rows
from vetting.rounds.services.allocation_tables import allocation_table
from vetting.rules.models import RuleVersion
from vetting.rules.services import ways_of_working
from vetting.rules.services.rulebook import use_rules
from vetting.rules.services.ways_of_working import GROUP_GATE
from vetting.workspace.services import queues, waiting_decisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.databases import Databases
    from tests.demonstration import FilledOnce

pytestmark = pytest.mark.long

TRIES = 15
"""So many cases are tried with one act before it is given up."""
DAYS = (1, 1, 2, 10, 30, 1, 60, 120, 200, 1)
"""What passes before each midnight that is looked at, when it is looked at thoroughly; else the first and the longest."""
FEW_DAYS = (1, 10, 60, 200)
AT_ONCE = 20
NEIGHBOURS = 0.7
"""So often somebody works on an association that has other cases, too: what is done there must be seen here."""


class Nothing(Refused):
    """Nobody has anything to do it with: another try finds nothing either."""


@dataclass
class Office:
    """A board of the demonstration at work: whoever may does something somewhere."""

    database: Database
    drawn: random.Random
    now: datetime
    staff: dict[Role, Person] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    refused: dict[str, str] = field(default_factory=dict)
    """Act -> why it was not done last."""
    tried: set[tuple[str, int]] = field(default_factory=set)
    """What the act at hand has been tried on: table and row."""

    def __post_init__(self) -> None:
        with open_reading(self.database) as s:
            board_row = s.scalars(select(Board).where(Board.code == "norr")).one()
            for held in s.scalars(select(RoleAssignment).where(RoleAssignment.board_id == board_row.id)):
                found = find_person(s, held.user_id, board_row.id)
                assert found
                self.staff.setdefault(Role(held.role), found)
        self.board_id = board_row.id

    def do(self, service: Any, *arguments: Any, role: Role = Role.CASEWORKER, **more: Any) -> Any:
        return run_in_transaction(
            self.database, lambda s: service(s, *arguments, **more), Acting(self.staff[role], self.now)
        )

    def read(self, wanted: Any) -> list[Any]:
        with open_reading(self.database) as s:
            return list(s.scalars(wanted))

    def some_case(self, *states: CaseState, kind: CaseKind = CaseKind.GRANT) -> Case:
        wanted = select(Case).where(
            Case.board_id == self.board_id,
            Case.kind == kind.value,
            Case.state.in_([state.value for state in states or OPEN]),
        )
        found = self.read(wanted.order_by(Case.id))
        several = Counter(case.association_id for case in self.read(select(Case).where(Case.state.in_(OPEN))))
        with_others = [case for case in found if case.association_id and several[case.association_id] > 1]
        left = [case for case in with_others if ("Case", case.id) not in self.tried]
        case: Case = self.chosen(left if left and self.drawn.random() < NEIGHBOURS else found)
        return case

    def some_association(self) -> Association:
        """Mostly one that has a case already."""
        known = select(Association).where(Association.number.is_not(None), Association.merged_into_id.is_(None))
        handled = select(Case.association_id).where(Case.board_id == self.board_id, Case.state.in_(OPEN))
        if self.drawn.random() < NEIGHBOURS:
            known = known.where(Association.id.in_(handled))
        found: Association = self.chosen(self.read(known.order_by(Association.id)))
        return found

    def chosen(self, found: list[Any]) -> Any:
        new = [item for item in found if (type(item).__name__, getattr(item, "id", 0)) not in self.tried]
        if not new:
            raise Nothing(Obstacle.MISSING)
        chosen = self.drawn.choice(new)
        if hasattr(chosen, "id"):
            self.tried.add((type(chosen).__name__, chosen.id))
        return chosen

    def some_criterion(self, case: Case) -> str:
        with open_reading(self.database) as s:
            found = screen_without_keeping(s, case, on=self.now.date())
        if found is None or not found.screening.findings:
            raise Refused(Obstacle.MISSING)
        return str(self.chosen([item.criterion.id for item in found.screening.findings]))

    # What everybody does. Each raises Refused where it does not fit.

    def assesses(self) -> None:
        case = self.some_case(kind=self.drawn.choice(list(CaseKind)))
        answer = self.drawn.choice([CriterionAnswer.MET, CriterionAnswer.NOT_MET, CriterionAnswer.NOT_MET])
        given = NewAssessment(
            criterion=self.some_criterion(case), answer=answer, reasons="Se protokollet.", evidence=ACT
        )
        role = Role.CASEWORKER if case.kind == CaseKind.GRANT else Role.PREMISES
        self.do(assessments.assess, case.number, given, version=None, role=role)

    def finds_nothing(self) -> None:
        kind = self.drawn.choice(list(CaseKind))
        role = Role.CASEWORKER if kind is CaseKind.GRANT else Role.PREMISES
        done = self.do(assessments.record_nothing_found, self.some_case(kind=kind).number, role=role)
        if not done:
            raise Refused(Obstacle.INVALID)

    def takes_an_answer_back(self) -> None:
        row = self.chosen(self.read(select(AssessmentRow).where(AssessmentRow.board_id == self.board_id)))
        case = self.read(select(Case).where(Case.id == row.made_in_case_id))[0]
        self.do(assessments.withdraw_answer, case.number, row.criterion, "Nytt har kommit.")

    def changes_facts(self) -> None:
        facts = Facts({"members_total": self.drawn.choice([3, 5, 40, 80])})
        self.do(cases.change_facts, self.some_case().number, facts, version=None)

    def changes_an_account(self) -> None:
        giro = self.chosen(self.read(select(GrantApplication.giro).where(GrantApplication.giro != "").limit(12)))
        facts = Facts({"giro_number": giro})
        self.do(cases.change_facts, self.some_case().number, facts, version=None)

    def marks(self) -> None:
        kind = self.drawn.choice([CaseMarkKind.PAPERS_OPENED, CaseMarkKind.BASIC_CHECK])
        self.do(cases.mark_case, self.some_case().number, kind)

    def asks_for_papers(self) -> None:
        self.do(
            completions.request_completion,
            self.some_case().number,
            ("annual_minutes",),
            completions.NewCompletionRequest(),
        )

    def adds_a_paper(self) -> None:
        paper = NewDocument(
            name="protokoll.pdf",
            media_type="application/pdf",
            content=b"%PDF-" + bytes([self.drawn.randrange(3)]),
            type="annual_minutes",
            dated=self.now.date() - timedelta(days=30),
            arrived_on=self.now.date(),
        )
        self.do(documents.add_document, self.some_case().number, paper)

    def declares(self, number: str) -> None:
        for role in (Role.CASEWORKER, Role.DECISION_MAKER):
            with suppress(Refused):
                self.do(decisions.declare_no_conflict, number, role=role)

    def proposes(self) -> None:
        self.proposed()

    def proposed(self) -> Case:
        case = self.some_case(CaseState.IN_PROGRESS, CaseState.READY, CaseState.COMPLETION)
        self.declares(case.number)
        amount = min((case.amount_applied or 10_000_00) // 2, 20_000_00)
        draft = decisions.DecisionProposal(
            outcome=DecisionOutcome.PARTLY_APPROVED,
            amount=amount,
            reasons="Medlen räcker inte till mer.",
            grounds=(DecisionGround.BUDGET,),
            reservations=tuple(Reservation),
        )
        for kind in (CaseMarkKind.PAPERS_OPENED, CaseMarkKind.BASIC_CHECK):
            with suppress(Refused):
                self.do(cases.mark_case, case.number, kind)
        with suppress(Refused):
            self.do(assessments.record_nothing_found, case.number)
        self.do(decisions.propose_decision, case.number, draft, version=None)
        self.do(decisions.make_ready, case.number)
        return case

    def decides(self) -> None:
        case = self.proposed()
        draft = self.read(select(DecisionDraft).where(DecisionDraft.case_id == case.id))[0]
        self.do(decisions.decide, case.number, draft_version=draft.version, role=Role.DECISION_MAKER)

    def sends_back(self) -> None:
        self.do(decisions.send_back, self.some_case(CaseState.READY).number)

    def asks_back(self) -> None:
        self.do(
            waiting_decisions.ask_back, self.some_case(CaseState.READY).number, "Hur många?", role=Role.DECISION_MAKER
        )

    def communicates(self) -> None:
        case = self.some_case()
        self.do(
            communications.communicate,
            case.number,
            communications.NewCommunication(
                what="Protokollet § 4.", sent_to="styrelsen", reply_by=first_open(self.now.date() + timedelta(days=21))
            ),
        )

    def refers(self) -> None:
        self.do(meetings_service.refer_to_group, self.some_case().number, "Är det i ordning?")

    def asks_about_a_booking(self) -> None:
        case = self.some_case(kind=CaseKind.BOOKING)
        self.do(
            booking_referrals.refer_booking,
            case.number,
            booking_referrals.ReferralRecipient.COORDINATOR,
            "Känner ni till dem?",
            role=Role.PREMISES,
        )

    def confirms_a_booking(self) -> None:
        case = self.some_case(kind=CaseKind.BOOKING)
        said = answers.BookingAnswer(nothing_found=True)
        self.do(answers.confirm_booking, case.number, said, version=None, role=Role.PREMISES)

    def rescinds_a_booking(self) -> None:
        case = self.some_case(CaseState.CONFIRMED, kind=CaseKind.BOOKING)
        self.declares(case.number)
        given = NewRescission(
            ground=RescissionGround.WRONG_INFORMATION,
            term="Uppgifterna ska vara riktiga.",
            act="Rummet hyrdes ut vidare den 3 november, enligt vaktmästaren.",
            heard="De medger det.",
            not_heard_because="",
            proportionality="En tillsägelse har getts utan resultat.",
            without_terms_because="Villkoren skrevs inte under.",
        )
        self.do(rescissions.rescind_booking, case.number, given, version=None, role=Role.DECISION_MAKER)

    def pays(self) -> None:
        row = self.chosen(
            self.read(select(Payment).where(Payment.board_id == self.board_id, Payment.paid_on.is_(None)))
        )
        self.do(payments.mark_paid, row.id, paid_on=self.now.date(), version=None, role=Role.FINANCE)

    def stops(self) -> None:
        row = self.chosen(
            self.read(select(Payment).where(Payment.board_id == self.board_id, Payment.paid_on.is_(None)))
        )
        case = self.read(select(Case).where(Case.id == row.case_id))[0]
        self.declares(case.number)
        self.do(payment_stops.stop_payment, row.id, "Rapporten saknas.", role=Role.DECISION_MAKER)

    def lifts(self) -> None:
        wanted = select(Payment).where(Payment.board_id == self.board_id, Payment.stopped_on.is_not(None))
        row = self.chosen(self.read(wanted))
        case = self.read(select(Case).where(Case.id == row.case_id))[0]
        self.declares(case.number)
        self.do(payment_stops.lift_stop, row.id, "Rapporten har kommit.", role=Role.DECISION_MAKER)

    def quashes(self) -> None:
        wanted = select(Decision).where(Decision.board_id == self.board_id, Decision.kind == "grant")
        row = self.chosen(self.read(wanted.order_by(Decision.id)))
        for what in (DecisionEventKind.APPEALED, DecisionEventKind.QUASHED):
            new = after_decision.NewDecisionEvent(
                what=what, on=self.now.date(), court="Förvaltningsrätten", number="1-26"
            )
            self.do(after_decision.note_decision_event, row.id, new)

    def reconsiders(self) -> None:
        case = self.some_case(CaseState.DECIDED, CaseState.PAYMENT, CaseState.REPORTING)
        self.declares(case.number)
        self.do(after_decision.reconsider_case, case.number, "Något var fel.", role=Role.DECISION_MAKER)

    def settles_a_name(self) -> None:
        unsettled = select(AssociationName).where(AssociationName.kind == TO_CONFIRM)
        handled = select(Case.association_id).where(Case.board_id == self.board_id)
        name = self.chosen(self.read(unsettled.where(AssociationName.association_id.in_(handled))))
        kind = self.drawn.choice([CURRENT, FORMER, ALIAS, WRONG])
        self.do(identities.settle_name, name.association_id, name.id, kind, since=None)

    def holds_a_meeting(self) -> None:
        """The group answers on conflict of interest, goes through its list, and its secretary writes what it said."""
        planned = self.read(select(Meeting).where(Meeting.board_id == self.board_id, Meeting.state == "planned"))
        chair = Role.GROUP_SECRETARY
        if not planned:
            self.refers()
        meeting = planned[0] if planned else self.do(meetings_service.call_meeting, self.now, "Rum 3", role=chair)
        waiting = self.read(select(Review).where(Review.meeting_id == meeting.id, Review.outcome == ""))
        if not waiting:
            raise Nothing(Obstacle.INVALID)
        there = (chair, Role.GROUP_MEMBER, Role.VBE_COORDINATOR)
        for role in there:
            self.do(meetings_service.declare_conflicts, meeting.id, {}, role=role)
        seen = [self.staff[role].id for role in there]
        self.do(meetings_service.note_attendance, meeting.id, seen, role=chair)
        for review in waiting:
            advice = self.drawn.choice([Advice.NO_OBJECTION, Advice.ADVISES_AGAINST])
            said = Opinion(advice=advice, text="Gruppen har läst protokollet.")
            with suppress(Refused):  # one whose case was closed meanwhile
                self.do(meetings_service.record_advice, meeting.id, review.id, said, version=None, role=chair)

    def opens_a_reclaim(self) -> None:
        case, on = self.some_case(CaseState.REPORTING), self.now.date()
        new = reclaims.NewReclaim(
            ground=ReclaimGround.NOT_REPORTED,
            amount=1_000_00,
            established_by=EstablishedBy.BOARD_DECISION,
            established_on=on,
            reference="§ 7",
            reasons="Redovisningen har inte kommit in.",
            without_reservation="Felaktiga uppgifter.",
        )
        opened = self.do(reclaims.open_reclaim, case.number, new)
        reply_by = first_open(on + timedelta(days=21))
        self.do(reclaims.communicate_reclaim, opened.number, reply_by=reply_by)

    def decides_a_reclaim(self) -> None:
        wanted = select(Reclaim).where(Reclaim.board_id == self.board_id, Reclaim.state == ReclaimState.COMMUNICATED)
        row, on = self.chosen(self.read(wanted)), self.now.date()
        if row.replied_on is None:
            self.do(reclaims.note_reclaim_reply, row.number, "Föreningen delar bedömningen.", replied_on=on)
        self.declares(self.read(select(Case).where(Case.id == row.case_id))[0].number)
        noted = DecisionForm(paragraph="§ 9")
        decided = {"version": None, "weighed": "Svaret ändrar inget.", "form": noted}
        self.do(reclaims.decide_reclaim, row.number, **decided, role=Role.DECISION_MAKER)

    def takes_money_back(self) -> None:
        wanted = select(Reclaim).where(Reclaim.board_id == self.board_id, Reclaim.state == ReclaimState.DECIDED)
        row = self.chosen(self.read(wanted))
        self.do(reclaims.receive_payment, row.number, 500_00, on=self.now.date(), role=Role.FINANCE)

    def closes(self) -> None:
        self.do(closing.close_case, self.some_case(CaseState.DECIDED, CaseState.REPORTING).number)

    def takes_a_report(self) -> None:
        case = self.some_case(CaseState.REPORTING)
        self.do(cases.mark_case, case.number, CaseMarkKind.FOLLOWED_UP, text="Rapporten är genomgången.")

    def withdraws(self) -> None:
        self.do(cases.withdraw_case, self.some_case().number)

    def takes_in_an_application(self) -> None:
        known = self.some_association()
        facts = clean_facts(str(known.number), known.name)
        if self.drawn.random() < 0.4:  # of one that nobody can place by its number
            facts = clean_facts(str(known.number), f"Nya {known.name}", organisation_number=None)
        new = NewCase(
            kind=CaseKind.GRANT,
            facts=facts,
            channel="form",
            received_on=self.now.date(),
        )
        self.do(intake.receive_case, new)

    def takes_in_a_booking(self) -> None:
        known = self.some_association()
        starts = (self.now + timedelta(days=7)).replace(tzinfo=None, microsecond=0)
        facts = booking_facts(str(known.number), known.name, event_starts_at=starts)
        new = NewCase(kind=CaseKind.BOOKING, facts=facts, channel="form", received_on=self.now.date())
        self.do(intake.receive_case, new, role=Role.PREMISES)

    def merges(self) -> None:
        known = select(Association).where(Association.merged_into_id.is_(None))
        first = self.chosen(self.read(known.where(Association.number.is_(None))))
        second = self.chosen(self.read(known.where(Association.id != first.id)))
        self.do(merging.merge_records, first.id, second.id, {})

    def takes_a_merge_apart(self) -> None:
        row = self.chosen(self.read(select(AssociationMerge).where(AssociationMerge.undone_at.is_(None))))
        self.do(unmerging.undo_merge, row.id)

    def chooses_habits(self) -> None:
        board_row = self.read(select(Board).where(Board.id == self.board_id))[0]
        now_on = {BoardOption(name) for name, on in board_row.habits.items() if on and name in set(BoardOption)}
        self.do(
            ways_of_working.set_habits,
            frozenset(now_on ^ {BoardOption.ANSWERS_FOR_BOTH}),
            because="Nämndens beslut.",
            role=Role.ADMINISTRATOR,
        )

    def moves_to_other_rules(self) -> None:
        case = self.some_case()
        versions = self.read(select(RuleVersion.id).where(RuleVersion.board_id == self.board_id))
        others = [version for version in versions if version != case.rule_version_id]
        self.do(rule_moves.move_cases, [case.number], self.chosen(others))

    def opens_a_special_review(self) -> None:
        known = self.chosen(self.read(select(Association).where(Association.merged_into_id.is_(None))))
        self.do(special_reviews.open_review, known.id, SpecialReviewGround.TIP, "Ett tips.")

    def imports_a_list(self) -> None:
        known = self.some_association()
        headings = "Förening;Org.nr;Medlemmar;Sökt;Ändamål;Inkom;Bankgiro;Stadgar bifogade"
        members = self.drawn.randrange(2, 90)
        row = f"{known.name};{known.number};{members};40 000;kurser;{self.now.date().isoformat()};1234-5678;ja"
        data, by = f"{headings}\n{row}".encode(), self.staff[Role.CASEWORKER]
        key = staged_files.hand_in(self.database, data, "lista.csv", round_id=None, by=by, at=self.now)
        list_reading.read_staged_file(self.database, key, rules(), at=self.now)
        self.do(import_batches.confirm_import, key, good_only=False)

    def takes_an_import_back(self) -> None:
        wanted = select(ImportBatch.id).where(ImportBatch.board_id == self.board_id, ImportBatch.state == DONE)
        self.do(import_batches.undo_import, self.chosen(self.read(wanted)))


HELPERS = {"do", "read", "some_case", "chosen", "some_criterion", "some_association", "declares", "proposed"}
ACTS_OF_ALL: dict[str, Callable[[Office], None]] = {
    name: act
    for name, act in vars(Office).items()
    if callable(act) and not name.startswith("_") and name not in HELPERS
}


@pytest.fixture
def office(engine: str, databases: Databases, demonstration: FilledOnce, tmp_path: Path) -> Iterator[Office]:
    """The demonstration, seen from the board with a group."""
    on_sqlite = engine == "sqlite"
    address = f"sqlite:///{demonstration.copy(tmp_path)}" if on_sqlite else databases.postgresql()
    if not on_sqlite:
        put_into(address, demonstration.path)
    database, began = connect_database(address), clock.now()
    use_rules(database, rules)
    yield Office(database, random.Random(19), began)
    database.close()
    databases.drop(address)


def worked_off(office: Office) -> None:
    """What the worker does until it has nothing more to do."""
    worker = Worker(office.database, rules(), lambda: office.now)
    while worker.run_due() or worker.run_next() or worker.run_renewal():
        pass


def do_some(office: Office, names: list[str]) -> None:
    for name in names:
        office.tried.clear()
        for _ in range(TRIES):
            try:
                ACTS_OF_ALL[name](office)
            except Nothing as nothing:
                office.refused[name] = str(nothing)
                break
            except Refused as refused:
                office.refused[name] = str(refused)
            else:
                office.done[name] += 1
                break


def differences(office: Office, *, settled: bool = True) -> list[str]:
    """Where a list says something else than the page of its row, today.

    settled: the worker has nothing more to do: what is kept is what the pages say, at the counter and filtered, too.
    """
    on, told = office.now.date(), []
    with open_reading(office.database) as s:
        cases_open = s.scalars(
            select(Case).where(Case.board_id == office.board_id, Case.state.in_([state.value for state in OPEN]))
        ).all()
        pages = {case.id: screen_without_keeping(s, case, on=on) for case in cases_open}
        if settled:
            assert not s.scalars(select(RescreeningRequest)).all()
            told += [f"kept {case.number}" for case in cases_open if changed_screening(s, case, on=on)]
        for kind, role in ((CaseKind.GRANT, Role.CASEWORKER), (CaseKind.BOOKING, Role.PREMISES)):
            told += [f"queue {line}" for line in _queue(s, kind, office.staff[role], pages, on, wholly=settled)]
        told += [f"without questions {line}" for line in _clear(s, office, on)] if settled else []
        told += [f"money {line}" for line in _money(s, office, on)]
        told += [f"week {line}" for line in _weeks(s, office.staff[Role.PREMISES], pages, on)]
        told += [f"to decide {line}" for line in _to_decide(s, office, pages, on)]
        told += [f"quick check {line}" for line in _checked(s, office, pages)] if settled else []
    return told


def _queue(s: Any, kind: CaseKind, by: Person, pages: Any, on: Any, *, wholly: bool) -> Iterator[str]:
    after, rows = None, 0
    while True:
        found = queues.case_queue(acting(s, by), queues.QueueFilters(kind=kind, after=after), on=on)
        for case in found.cases:
            page = pages.get(case.id)
            if page is not None:
                rows += 1
                shown = found.standing[case.id]
                now = page.screening
                if shown != (now.proposal.value, now.attention.value, bool(assessed_behind(now))):
                    yield f"{case.number} {shown} {page.screening.proposal}"
        after = found.more
        if after is None:
            break
    assert rows > 10
    for attention in Attention if wholly else ():
        wanted = {key for key, page in pages.items() if page is not None and page.screening.attention is attention}
        found = queues.case_queue(acting(s, by), queues.QueueFilters(kind=kind, attention=attention), on=on)
        yield from (
            f"{case.number} under {attention}" for case in found.cases if case.id in pages and case.id not in wanted
        )


def _clear(s: Any, office: Office, on: Any) -> Iterator[str]:
    """What the list without questions counts is what one can sign, or propose when it is gone through."""
    by = office.staff[Role.CASEWORKER]
    counted = queues.case_queue_counts(acting(s, by), CaseKind.GRANT, on=on)["unquestioned"]
    listed, after = set(), None
    while True:
        filters = queues.QueueFilters(kind=CaseKind.GRANT, without_questions=True, after=after)
        found = queues.case_queue(acting(s, by), filters, on=on)
        listed |= {case.number for case in found.cases}
        after = found.more
        if after is None:
            break
    if counted != len(listed):
        yield f"{counted} counted, {len(listed)} listed"
    unsettled = set(s.scalars(select(AssociationName.association_id).where(AssociationName.kind.in_(UNSETTLED_KINDS))))
    fresh = s.scalars(
        select(Case).where(
            Case.board_id == office.board_id, Case.kind == CaseKind.GRANT.value, Case.state.in_(list(queues.FRESH))
        )
    )
    for case in fresh:
        stands = case_progress.progress_for(acting(s, by), case, on=on)
        held = [gate.gate for gate in stands.holding_back if gate.gate != GROUP_GATE]  # it is handed to the group
        gone_through = stands.situation.basic_check and not stands.situation.not_met and not held
        can = stands.can_be_signed or gone_through
        if case.association_id in unsettled:
            continue  # it is not listed while it may be another's
        can = can and case.look_again_at is None and not (case.sleeps_until and case.sleeps_until > on)
        if can is not (case.number in listed):
            yield f"{case.number} can: {can}, listed: {case.number in listed}, {case.state} {held}"


def _money(s: Any, office: Office, on: Any) -> Iterator[str]:
    """A grant has one sum: in its decision, the registers, its letter and the table of its round."""
    by = office.staff[Role.MANAGER]
    planned: Counter[int] = Counter()
    for payment in payment_rows(acting(s, by), RegisterSelection(on=on)):
        planned[payment.payment.decision_id] += payment.payment.amount
    granted = {}
    for row in grant_rows(acting(s, by), RegisterSelection(on=on)):
        said = row.decision.amount or 0
        granted[row.case.id] = said
        office.done["grants compared"] += 1
        if planned[row.decision.id] != said:
            yield f"{row.case.number} grants {said}, its payments are {planned[row.decision.id]}"
        for letter in letters_of(s, row.case.id):
            if letter.decision_id == row.decision.id and not any(
                kronor(said).to("en" if letter.language == "en" else "sv") in line for line in letter.lines
            ):
                yield f"{row.case.number} grants {said}, its letter {letter.id} does not"
    for about in s.scalars(select(Round).where(Round.board_id == office.board_id)):
        for line in allocation_table(acting(s, by), about).rows:
            if line.lock is RowLock.DECIDED and line.counted != granted.get(line.case_id, 0):
                yield f"{line.number} takes {line.counted} of {about.name}, its decision gives {granted.get(line.case_id)}"


def _weeks(s: Any, by: Person, pages: Any, on: Any) -> Iterator[str]:
    open_times = select(Occurrence.starts_at).join(Case, Case.id == Occurrence.case_id)
    times = s.scalars(open_times.where(Case.board_id == by.board_id, Occurrence.starts_at.is_not(None)))
    for monday in sorted({monday_before(at.astimezone(HERE).date()) for at in times}):
        for item in weeks.bookings_of_week(acting(s, by), monday, on=on).bookings:
            page = pages.get(item.case.id)
            if page is None:
                continue
            asked = page.screening.proposal.value not in weeks.NO_QUESTIONS
            if item.screening is None and asked:
                yield f"{item.case.number} has questions that the week does not know"
            elif item.screening is not None:
                other = _results(item.screening).items() ^ _results(page.screening).items()
                if other:
                    yield f"{item.case.number} {other}"


def _results(screening: Any) -> dict[str, tuple[str, str]]:
    return {item.criterion.id: (item.result.value, item.reason.value) for item in screening.findings}


def _to_decide(s: Any, office: Office, pages: Any, on: Any) -> Iterator[str]:
    by = office.staff[Role.DECISION_MAKER]
    listed = {item.case.id for item in waiting_decisions.cases_to_decide(acting(s, by), on=on)}
    ready = s.scalars(select(Case).where(Case.board_id == office.board_id, Case.state == CaseState.READY.value)).all()
    stale = stale_proposals.stale_among(s, ready, on=on)
    for case in ready:
        draft = s.scalar(select(DecisionDraft).where(DecisionDraft.case_id == case.id))
        changed = bool(stale_proposals.changed_since(s, case, draft, pages[case.id]))
        if changed is (case.id in listed) or changed is not (case.id in stale):
            yield f"{case.number} changed: {changed}, listed: {case.id in listed}, told: {case.id in stale}"


def _checked(s: Any, office: Office, pages: Any) -> Iterator[str]:
    """What persons have answered of an association says the same at the counter as on the page of its booking."""
    by = office.staff[Role.PREMISES]
    open_bookings = s.scalars(
        select(Case).where(
            Case.id.in_(list(pages)), Case.kind == CaseKind.BOOKING.value, Case.association_id.is_not(None)
        )
    ).all()
    for case in open_bookings:
        page, association = pages[case.id], s.get(Association, case.association_id)
        found = quick_checks.quick_check(
            acting(s, by, office.now),
            association.number or association.name,
            kind=CaseKind.BOOKING,
            chosen=association.id,
        )
        if (
            page is None
            or found.screening is None
            or page.screening.ruleset.fingerprint != found.screening.ruleset.fingerprint
        ):
            continue
        theirs = {item.criterion.id: item for item in found.screening.findings}
        for item in page.screening.findings:
            other = theirs.get(item.criterion.id)
            here = s.get(AssessmentRow, page.answers.get(item.criterion.id, 0))
            if (
                other is None
                or not item.criterion.value_criterion
                or (here is not None and here.made_in_case_id == case.id)
            ):
                continue
            office.done["compared at the counter"] += 1
            if other.result is not item.result:
                yield f"{case.number} {item.criterion.id} {other.result} {item.result}"


def _recompute(s: Any, on: date) -> None:
    """Every sum and figure of registers, reports and money is that of the rows, after whatever has been done."""
    for name in RegisterName:
        for by in readers(s):
            chosen = RegisterSelection(on=on)
            for place, sheet in enumerate(sheets_of(name, rules()), 1):
                whole = sheet.definition.table(sheet.rows(acting(s, by), chosen), "sv")
                given: dict[str, Any] = {"language": "sv"}
                page = register_pages(s, name, chosen, sheet=place, page=1, **given)[place]
                assert list(page.totals) == sums(whole), name
    assert parts_of_rows(s, on, None)
    assert parts_of_rows(s, on, on - timedelta(days=60))
    assert figures_of_registers(s, on)
    late_reports(s, on + timedelta(days=60))
    assert money_of_budget_years(s, on)
    assert plots_of_rows(s, on)


def test_acts_of_every_kind_over_many_midnights_leave_every_list_like_its_pages(
    office: Office, pytestconfig: pytest.Config
) -> None:
    midnights = DAYS if pytestconfig.getoption("--thorough") else FEW_DAYS
    names = [name for _ in range(AT_ONCE * len(midnights) // len(ACTS_OF_ALL) + 1) for name in ACTS_OF_ALL]
    office.drawn.shuffle(names)
    for _ in range(10):
        do_some(office, ["takes_in_an_application", "takes_in_a_booking"])
    worked_off(office)
    assert not differences(office)
    for turn, days in enumerate(midnights):
        do_some(office, names[turn * AT_ONCE : (turn + 1) * AT_ONCE])
        do_some(office, [name for name in ACTS_OF_ALL if not office.done[name]] if turn else [])
        told = differences(office, settled=False)  # as the lists are before the worker has come to it
        assert not told, (turn, told)
        worked_off(office)
        told = differences(office)
        assert not told, (turn, told)
        office.now = midnight((office.now + timedelta(days=days)).astimezone(HERE).date()) + timedelta(minutes=1)
    with open_reading(office.database) as s:
        _recompute(s, office.now.date())
    missing = set(ACTS_OF_ALL) - set(office.done)
    assert not missing, {name: office.refused[name] for name in missing}
    assert office.done["compared at the counter"]
    assert office.done["grants compared"] > 20
