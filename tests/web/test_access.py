"""Every route x every role x an own, another board's and a missing object: nothing opens that the table does not open."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from flask import url_for
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from tests.acting import acting
from tests.api.asking import new_system
from tests.board import GROUP, NUMBERS, BoardAtWork, booking_facts, clean_facts, rules
from tests.browsers import token_of
from tests.factories import NOW, TODAY
from tests.formats.papers import pdf
from tests.operations.jobs.working_off import work_off
from tests.page_fixtures import TOKEN
from tests.rules.services.guideline import GUIDELINE
from tests.rules.services.test_publishing import published, tried
from vetting import clock
from vetting.api.services.systems import add_system
from vetting.app.application import create_app
from vetting.bookings.services import letting_kinds, room_bookings
from vetting.bookings.services.room_bookings import NewRoom
from vetting.casework.domain.advice import Advice
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.domain.letters import LetterKind
from vetting.casework.domain.special_reviews import SpecialReviewGround, SpecialReviewOutcome
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision
from vetting.casework.models.meetings import Review
from vetting.casework.services import (
    assessments,
    cases,
    completions,
    contacts,
    decisions,
    documents,
    incoming,
    letters,
    meetings,
    seats,
    special_reviews,
    tips,
)
from vetting.casework.services.stated_contacts import NewContact
from vetting.config import Config, TrialAccess
from vetting.grants.models.board_items import ItemAppeal, ItemDecision, SentItem
from vetting.grants.models.outside_decisions import OutsideDecision
from vetting.grants.services.budget_lines import LineWriting, add_line
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import ROLE_PERMISSIONS, Action, CaseReach, Person, Role
from vetting.kernel.store.session import open_reading
from vetting.lists.services import import_batches
from vetting.lists.services.outside_decisions import OutsideRow, import_outside_list
from vetting.money.domain.activities import ActivityFields
from vetting.money.domain.reclaims import EstablishedBy, ReclaimGround
from vetting.money.domain.reports import ReportFinding, ReportWay
from vetting.money.domain.samples import SampleWay
from vetting.money.models.payment_batches import PaymentBatch, PaymentBatchFile
from vetting.money.models.payments import Payment, SetOff
from vetting.money.models.reclaims import Reclaim
from vetting.money.models.support_endings import SupportEnding
from vetting.money.services import payment_batches, payments, reclaims
from vetting.money.services.activities import add_activities
from vetting.money.services.reclaims import NewReclaim
from vetting.money.services.reports import ReceivedReport, read_report, receive_report
from vetting.money.services.samples import NewSample, draw
from vetting.money.services.unused_money import ask_unused_back
from vetting.operations.jobs.worker import Worker
from vetting.people.models.delegation import Delegation
from vetting.people.services import delegation, roles
from vetting.records.services import registry
from vetting.registers import RegisterSelection, workbook_jobs
from vetting.reporting.services.period_reports import count_report, find_period, keep_report
from vetting.rules.services import drafts
from vetting.rules.services.versions import value_criteria_in_force
from vetting.web.access import ACCESS, Access, RouteEntry, entry_for
from vetting.workspace.domain.watches import WatchedThing
from vetting.workspace.services import watches

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.databases import Databases

PASSWORD = "korrekt häst batteri"
MISSING = {
    "number": "BID-2026-9999",
    "room_id": 99999,
    "use_id": 99999,
    "deviation_id": 99999,
    "document_id": 99999,
    "round_id": 99999,
    "outside_id": 99999,
    "scheme_id": 99999,
    "kind_id": 99999,
    "line_id": 99999,
    "meeting_id": 99999,
    "review_id": 99999,
    "decision_id": 99999,
    "item_decision_id": 99999,
    "sent_id": 99999,
    "appeal_id": 99999,
    "payment_id": 99999,
    "reclaim_number": "ATK-2026-9999",
    "sample_number": "STP-2026-9999",
    "period_code": "2026-FINNSINTE",
    "group_name": "finns-inte",
    "cell_name": "finns-inte",
    "report_id": 99999,
    "report_file": "docx",
    "plot_name": "finns-inte",
    "row_key": "finns-inte",
    "activity_id": 99999,
    "year": 2026,
    "basis_number": "UTB-2026-9999",
    "file_id": 999999,
    "set_off_id": 99999,
    "ending_id": 99999,
    "tip_id": 99999,
    "visit_id": 99999,
    "kind": "faktura",
    "register_name": "finns-inte",
    "name": "finns-inte",
    "filename": "finns-inte",
    "version_id": 99999,
    "other_id": 99999,
    "draft_id": 99999,
    "job_id": 99999,
    "workbook_id": 99999,
    "watch_id": 99999,
    "system_id": 99999,
    "form_id": "finns-inte",
    "session_id": 99999,
    "ruleset_name": "finns-inte",
    "place": "99",
    "way": "upp",
    "choice": "bort",
    "which": "regler",
    "file_kind": "docx",
    "basis_kind": "pdf",
    "criterion_id": "finns-inte",
    "key": "finns-inte",
    "fact_id": "finns-inte",
    "list_id": "finns-inte",
    "staged_id": 99999,
    "batch_id": 99999,
    "post_id": 99999,
    "completion_batch_id": 99999,
    "form_kind": "finns-inte",
    "form_file": "sv.docx",
    "association_id": 99999,
    "record_id": 99999,
    "page": 1,
    "gate_id": "finns-inte",
    "habit_name": "finns-inte",
    "delegation_id": 99999,
    "absence_id": 99999,
    "seat_id": 99999,
    "letter_id": 99999,
    "note_id": 99999,
    "review_number": "SGR-2000-0001",
    "question_id": 99999,
    "opinion_id": 99999,
    "secret": "finns-inte",
    "form": "pdf",
    "user_id": 99999,
    "record_key": 99999,
    "registry_list_id": 99999,
    "ask_id": 99999,
    "role_name": "finns-inte",
}
SHARED = {
    "week": "2026-W49",
    "period_code": "2026-VB",
    "group_name": "inkomna",
    "cell_name": "total",
    "report_file": "docx",
    "plot_name": "steg",
    "row_key": "received",
    "year": 2026,
    "on": "2026-12-01",
    "page": 1,
    "kind": "paper",
    "register_name": "approvals",
    "form_id": "booking",
    "sheet_number": 1,
    "name": "ansokningar.xlsx",
    "filename": "app.css",
    "ruleset_name": "farsta-2021",
    "place": "0",
    "way": "upp",
    "choice": "bort",
    "which": "regler",
    "file_kind": "docx",
    "basis_kind": "pdf",
    "criterion_id": "demokratisk-rattsstat",
    "key": "ansokan",
    "fact_id": "dogs_in_activity",
    "list_id": "ord-att-titta-pa",
    "form_kind": "booking",
    "form_file": "sv.docx",
    "gate_id": "kommunicerat",
    "habit_name": "other_pays",
    "form": "pdf",
    "secret": "x",
    "record_kind": "document",
    "session_id": 1,
}


@dataclass
class World:
    app: Flask
    own: dict[str, Any]
    """A grant that everybody with any sight of grants may see: granted, paid, reclaimed, heard by the group."""
    booking: dict[str, Any]
    other: dict[str, Any]
    workbooks: dict[Role, int]
    """The workbook that somebody of each role has asked for, where they may: nobody else has it."""
    watches: dict[Role, int]
    """What somebody of each role watches, where they may."""

    def of_role(self, role: Role, *, booking: bool) -> dict[str, Any]:
        """What a role may come upon in its own board."""
        of_role = {"workbook_id": self.workbooks.get(role, 99999), "watch_id": self.watches.get(role, 99999)}
        return SHARED | (self.booking if booking else self.own) | of_role


def objects(board: BoardAtWork, kind: CaseKind) -> dict[str, Any]:
    """One of everything in a board, hanging on one case."""
    booking = kind is CaseKind.BOOKING
    number_of = {"norr": 0, "syd": 2}[board.code] + booking
    facts = (booking_facts if booking else clean_facts)(NUMBERS[number_of], f"Förening {board.code} {kind.value}")
    number = board.receive(facts, kind=kind).number
    paper = documents.NewDocument(
        name="bokslut.pdf",
        media_type="application/pdf",
        content=pdf(f"{board.code} {kind}"),
        type="accounts",
        dated=None,
        arrived_on=TODAY,
    )
    document = board.do(documents.add_document, number, paper)
    board.do(meetings.refer_to_group, number, "Fråga?")
    board.do(meetings.call_meeting, NOW + timedelta(days=3), "rum 3", role=Role.GROUP_SECRETARY)
    with open_reading(board.database) as s:
        review = s.scalars(select(Review).where(Review.case_id == document.case_id)).one()
    for role in (Role.GROUP_SECRETARY, Role.GROUP_MEMBER, Role.VBE_COORDINATOR):
        board.do(meetings.declare_conflicts, review.meeting_id, {}, role=role)
    there = [board.staff[role].id for role in (Role.GROUP_SECRETARY, Role.GROUP_MEMBER, Role.VBE_COORDINATOR)]
    board.do(meetings.note_attendance, review.meeting_id, there, role=Role.GROUP_SECRETARY)
    opinion = meetings.Opinion(advice=Advice.NO_OBJECTION, text="")
    board.do(meetings.record_advice, review.meeting_id, review.id, opinion, version=None, role=Role.GROUP_SECRETARY)
    record = board.receive(clean_facts("", f"Namnlika {board.code} {kind}"), round_id=None).association_id
    found = {
        "association_id": document.association_id,
        "record_id": record,
        "number": number,
        "document_id": document.id,
        "record_key": document.id,
        "meeting_id": review.meeting_id,
        "review_id": review.id,
        "round_id": board.round_id,
    }
    writing = SchemeWriting(name=f"Bidrag för {kind}")
    found["kind_id"] = board.do(letting_kinds.add_letting_kind, f"Hallar för {kind}", "", role=Role.RULES_OWNER).id
    found["scheme_id"] = board.do(add_scheme, writing, role=Role.RULES_OWNER).id
    rows = [OutsideRow(2, "", NUMBERS[number], 2025, "", "", 1, 1, None, "", None) for number in range(6)]
    board.do(import_outside_list, rows, giver="", source=f"{kind}.csv")
    with open_reading(board.database) as s:
        wanted = select(OutsideDecision.id).where(OutsideDecision.board_id == board.board_id)
        found["outside_id"] = s.scalars(wanted.order_by(OutsideDecision.id.desc())).first()
    found["sent_id"], found["item_decision_id"], found["appeal_id"] = board.do(meetings_decision, board.round_id, kind)
    plan = [ActivityFields(text=f"Följa upp {board.code} {kind}.")]
    found["activity_id"] = board.do(add_activities, 2026, plan)[0].id
    with open_reading(board.database) as s:
        manager = board.staff[Role.MANAGER]
        period = find_period(acting(s, manager), "2026-VB", on=NOW.date())
        content = count_report(acting(s, manager), period, on=NOW.date())
    found["report_id"] = board.do(keep_report, "2026-VB", content).id
    found["line_id"] = board.do(add_line, LineWriting(name=f"Budget för {kind}", year=2027)).id
    listed = f"Förening;Org.nr;Typ\nRegister {board.code} {kind};{NUMBERS[5]};Musik\n".encode()
    post = [incoming.UploadedFile(name="stadgar.pdf", content=b"%PDF-1.7 " + kind.value.encode())]
    by = board.staff[Role.CASEWORKER]
    [found["post_id"]] = incoming.hand_in(board.database, post, kind=kind, case="", by=by, at=NOW)
    found["staged_id"] = board.staged(listed, "register.csv", into_round=False)
    found["batch_id"] = board.do(import_batches.confirm_import, found["staged_id"], good_only=True).id
    board.do(contacts.set_contact, number, NewContact(email="kontakt@forening.example", postal=""))
    asked = board.do(completions.request_completion, number, (), completions.NewCompletionRequest(text="Skicka mer."))
    expert = board.do(
        special_reviews.ask_expert,
        number,
        special_reviews.NewExpertQuestion(asked_of="Länsstyrelsen", question="Vad vet ni?", secrecy="Inget."),
    )
    found["opinion_id"] = expert.id
    found["completion_batch_id"] = asked.batch_id
    board.do(decisions.declare_no_conflict, number)
    board.do(cases.mark_case, number, CaseMarkKind.PAPERS_OPENED)
    board.do(assessments.record_nothing_found, number)
    board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK)
    board.do(decisions.make_ready, number)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.propose(number, **({"amount": None} if booking else {}))
    board.decide(number)
    with open_reading(board.database) as s:
        found["decision_id"] = s.scalars(
            select(Decision.id).join(Case).where(Case.number == number, Case.board_id == board.board_id)
        ).one()
        paying = s.scalars(
            select(Payment.id).join(Case).where(Case.number == number, Case.board_id == board.board_id)
        ).all()
    approval = LetterKind.APPROVAL
    letter = board.do(letters.write_letter, number, approval, found["decision_id"])
    found["letter_id"] = letter.id
    found["note_id"] = board.do(cases.add_note, found["number"], "Ring.", official=False).id
    if paying:
        far = TODAY + timedelta(days=400)
        for _ in range(number_of // 2):  # the other board's number is none of this board's
            board.do(payment_batches.withdraw_basis, locked_basis(board, far), role=Role.FINANCE)
        found["basis_number"] = locked_basis(board, far)
        with open_reading(board.database) as s:
            of_basis = select(PaymentBatchFile.id).join(PaymentBatch, PaymentBatch.id == PaymentBatchFile.basis_id)
            found["file_id"] = s.scalars(of_basis.where(PaymentBatch.board_id == board.board_id)).all()[-1]
        board.do(payments.mark_paid, paying[0], paid_on=TODAY, version=None, role=Role.FINANCE)
        new = NewReclaim(
            ground=ReclaimGround.NOT_REPORTED,
            amount=1_000_00,
            established_by=EstablishedBy.BOARD_DECISION,
            established_on=TODAY,
            reference="§ 1",
            reasons="x",
        )
        found |= rules_of(board)
        found |= {"payment_id": paying[0], "reclaim_number": _claims_of(board, number, new)}
        of_year = NewSample(kind=kind, way=SampleWay.CHANCE, first=TODAY, last=TODAY, size=1)
        for _ in range(1 + number_of // 2):  # the other board's number is none of this board's
            found["sample_number"] = board.do(draw, of_year).number
        found["set_off_id"], found["ending_id"] = board.do(money_rows, paying[0], found["reclaim_number"])
    return found


def locked_basis(board: BoardAtWork, until: date) -> str:
    """The number of a batch of all that is ready, with its files."""
    draft = board.do(payment_batches.make_basis, until, None, role=Role.FINANCE).number
    made = board.do(payment_batches.lock_basis, draft, version=None, role=Role.FINANCE)
    return str(made.number)


def money_rows(session: Any, payment_id: int, claim: str) -> tuple[int, int]:
    """What is set off against a payment, and the proposal to stop it: the rows alone."""
    payment = session.get(Payment, payment_id)
    reclaim_id = session.scalar(
        select(Reclaim.id).where(Reclaim.number == claim, Reclaim.board_id == session.person.board_id)
    )
    set_off = SetOff(
        payment_id=payment_id,
        reclaim_id=reclaim_id,
        amount=1,
        basis="§ 1",
        at=session.now,
        by_user_id=session.person.id,
        by_function="",
        done_on=TODAY,
    )
    ending = SupportEnding(
        board_id=session.person.board_id,
        case_id=payment.case_id,
        payment_id=payment_id,
        reasons="x",
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add_all([set_off, ending])
    session.flush()
    for row in (set_off, ending):
        session.note("set_off_made", row, board_id=session.person.board_id)
    return set_off.id, ending.id


def _claims_of(board: BoardAtWork, number: str, new: NewReclaim) -> str:
    """A reclaim that is decided, beside unused money that is asked back: each has what its invoice is made by."""
    claim: str = board.do(reclaims.open_reclaim, number, new).number
    board.do(reclaims.communicate_reclaim, claim, reply_by=None)
    board.do(reclaims.note_reclaim_reply, claim, "Ja.", replied_on=TODAY)
    board.do(reclaims.decide_reclaim, claim, version=None, weighed="Svaret ändrar inget.", role=Role.DECISION_MAKER)
    told = ReceivedReport(received_on=TODAY, way=ReportWay.PAPER, used=0, activity="Inget.")
    board.do(receive_report, number, told)
    board.do(read_report, number, ReportFinding.APPROVED, "", version=None)
    board.do(ask_unused_back, number, 1_00, None)
    return claim


def meetings_decision(session: Any, round_id: int, kind: CaseKind) -> tuple[int, int, int]:
    """What was sent to a meeting, and what it did with it: the rows alone, of no case."""
    sent = SentItem(round_id=round_id, sha256="", content=b"PK", rows={}, at=session.now, by_user_id=session.person.id)
    decided = ItemDecision(
        board_id=session.person.board_id,
        round_id=round_id,
        met_on=TODAY,
        paragraph=kind,
        sent_back=[],
        at=session.now,
        by_user_id=session.person.id,
    )
    decided.extract, decided.extract_name, decided.extract_sha256 = b"%PDF-1.7", "utdrag.pdf", "0" * 64
    session.add_all([sent, decided])
    session.flush()
    session.note("item_sent", sent, board_id=session.person.board_id)
    session.note("item_decided", decided, board_id=session.person.board_id)
    appeal = ItemAppeal(
        item_decision_id=decided.id, court="", number="", on=TODAY, at=session.now, by_user_id=session.person.id
    )
    session.add(appeal)
    session.flush()
    session.note("item_appealed", appeal, board_id=session.person.board_id)
    return sent.id, decided.id, appeal.id


def rules_of(board: BoardAtWork) -> dict[str, Any]:
    """A published version, and a draft of the next that has been tried."""
    text = GUIDELINE.replace("board: norr", f"board: {board.code}")
    publication = published(board, text)
    draft = board.do(drafts.begin_draft, drafts.NewRuleDraft(version=publication.id), role=Role.RULES_OWNER)
    return {
        "version_id": publication.id,
        "other_id": publication.id,
        "draft_id": draft.id,
        "job_id": tried(board, draft.id).id,
    }


def delegation_of(board: BoardAtWork) -> dict[str, Any]:
    """A row of the scheme, and an absence."""
    other = board.somebody(Role.DECISION_MAKER, "ersattare")
    maker = board.staff[Role.DECISION_MAKER]
    away = board.do(delegation.be_absent, maker.id, other.id, TODAY, TODAY, role=Role.DECISION_MAKER)
    with open_reading(board.database) as s:
        row = s.scalars(select(Delegation.id).where(Delegation.board_id == board.board_id)).first()
    number = {"norr": 3, "syd": 4}[board.code]
    about = board.receive(clean_facts(NUMBERS[number], f"Kontrollerad {board.code}"), round_id=None).association_id
    special = board.do(special_reviews.open_review, about, SpecialReviewGround.SAMPLE, "Ett stickprov.")
    if board.code == "syd":  # numbers are counted in each board: this must not be one of the other's
        again = board.receive(
            clean_facts(NUMBERS[number], f"En till {board.code}"),
            round_id=None,
            received_on=TODAY,
            doubled_because="Två.",
        )
        board.do(special_reviews.close_review, special.number, SpecialReviewOutcome.NONE, "Inget.")
        special = board.do(special_reviews.open_review, again.association_id, SpecialReviewGround.SAMPLE, "x.")
    question = board.do(special_reviews.ask_association, special.number, "Vad gjordes?")
    planned = special_reviews.NewVisit(on=TODAY, place="Lokalen", announced=True)
    visit = board.do(special_reviews.note_visit, special.number, planned)
    with open_reading(board.database) as s:
        asked = tuple(value_criteria_in_force(s, board.board_id, on=TODAY))[:1]
    tip = tips.NewTip(number="N 2026/9", came_on=TODAY, question="Får alla rösta?", criteria=asked)
    board.do(room_bookings.switch_own_bookings, on=True, role=Role.ADMINISTRATOR)
    room = board.do(room_bookings.set_room, None, NewRoom(name="Salen", hours={}), role=Role.ADMINISTRATOR)
    seat = board.do(seats.take_seat, "Ledamot utan konto", "", None, deputy=False, role=Role.GROUP_SECRETARY)
    colleague = roles.Colleague(login=f"ny.{board.code}", name="Ny", board=board.code, roles=(Role.FINANCE,))
    user = board.do(roles.give_roles, colleague, role=Role.ADMINISTRATOR).user
    with open_reading(board.database) as s:
        ask = roles.waiting_role_requests(s, board.board_id)[-1].id
    return {
        "user_id": user.id,
        "ask_id": ask,
        "role_name": "finance",
        "delegation_id": row,
        "registry_list_id": board.do(registry.make_list, role=Role.REGISTRAR, at=NOW + timedelta(minutes=1)).id,
        "absence_id": away.id,
        "seat_id": seat.id,
        "review_number": special.number,
        "question_id": question.id,
        "visit_id": visit.id,
        "tip_id": board.do(tips.register_tip, about, tip).id,
        "room_id": room.id,
        "use_id": 1,
        "deviation_id": 1,
    }


@pytest.fixture(scope="module")
def world(databases: Databases) -> World:
    from vetting.kernel.store.engine import connect_database

    database = connect_database(databases.sqlite())
    norr = BoardAtWork(database, code="norr", way="group", ruleset=GROUP).build()
    syd = BoardAtWork(database, code="syd", way="group", ruleset=GROUP).build()
    other = objects(syd, CaseKind.GRANT)
    objects(syd, CaseKind.BOOKING)
    booking = objects(norr, CaseKind.BOOKING)
    own = objects(norr, CaseKind.GRANT)
    # Numbers are counted in each board: the other board's must not happen to be one of this board's.
    for _ in range(3):
        last = syd.receive(clean_facts(NUMBERS[4], "Sist i syd"), round_id=None)
    norr.receive(clean_facts(NUMBERS[5], "Öppen i norr"), round_id=None)
    new = NewReclaim(
        ground=ReclaimGround.NOT_REPORTED,
        amount=1_00,
        established_by=EstablishedBy.JUDGMENT,
        established_on=TODAY,
        reference="T 1-26",
        reasons="x",
    )
    other["reclaim_number"] = syd.do(reclaims.open_reclaim, other["number"], new).number
    for board, one in ((norr, own), (syd, other)):
        one["system_id"] = system_of(board)
        one.update(delegation_of(board))
    workbooks = {role: workbook_of(norr, role) for role in Role if Action.READ_REGISTERS in ROLE_PERMISSIONS[role]}
    world = World(
        create_app(Config(), database),
        own,
        booking | {k: own[k] for k in own if k not in booking},
        other
        | {
            "number": last.number,
            "workbook_id": workbook_of(syd, Role.AUDITOR),
            "watch_id": watch_of(syd, Role.MANAGER, other, other),
        },
        workbooks,
        {role: watch_of(norr, role, own, booking) for role in Role if Action.WATCH in ROLE_PERMISSIONS[role]},
    )
    signed_in(world, Role.MANAGER, board="syd")  # session 1 is never that of whoever tries the addresses
    return world


def system_of(board: BoardAtWork) -> int:
    """A system with a token."""
    key: int = board.do(add_system, new_system(), role=Role.ADMINISTRATOR)[0].id
    return key


def watch_of(board: BoardAtWork, role: Role, own: dict[str, Any], booking: dict[str, Any]) -> int:
    """What somebody watches: a round, a meeting or a booking, the first that they may see."""
    if Action.READ_REGISTERS in ROLE_PERMISSIONS[role]:
        about, key = WatchedThing.ROUND, board.round_id
    elif Action.READ_MEETINGS in ROLE_PERMISSIONS[role]:
        about, key = WatchedThing.MEETING, own["meeting_id"]
    else:
        about, key = WatchedThing.CASE, board.case(booking["number"]).id
    new = watches.NewWatch(about=about, key=key, on=TODAY, text="Se efter.")
    return int(board.do(watches.add_watch, new, role=role).id)


def workbook_of(board: BoardAtWork, role: Role) -> int:
    """The register of approvals as a job has made it for somebody."""
    wanted = RegisterSelection(on=TODAY)
    job = board.do(workbook_jobs.ask_for, RegisterName.APPROVALS, wanted, role=role, at=clock.now())  # it lies a day
    worker = Worker(board.database, rules(), clock.now)
    work_off(worker)
    key: int = job.id
    return key


def signed_in(world: World, role: Role, board: str = "norr") -> FlaskClient:
    client = world.app.test_client()
    found = TOKEN.search(client.get("/logga-in").text)
    assert found
    login = {"login": f"{role.value}.{board}", "password": PASSWORD}
    answer = client.post("/logga-in", data={"csrf_token": found[1]} | login)
    assert answer.status_code == 303
    return client


def routes(app: Flask) -> list[tuple[str, str, Any]]:
    return [
        (rule.endpoint, method, rule)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if rule.endpoint != "static"
    ]


def ask(client: FlaskClient, app: Flask, rule: Any, method: str, values: dict[str, Any]) -> int:
    with app.test_request_context():
        from flask import url_for

        address = url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
    if method == "GET":
        return client.get(address).status_code
    return client.post(address, data={"csrf_token": token_of(client)}).status_code


def of_an_object(rule: Any) -> bool:
    return bool(rule.arguments - SHARED.keys())


ASSOCIATIONS = {endpoint for endpoint in ACCESS if endpoint.startswith("associations.")} | {
    "special_reviews.new",
    "special_reviews.create",
    "tips.index",
    "tips.register",
    "records.association",
    "records.excel",
    "records.bundle",
}
"""Who is who is shared by all boards; what a board has of an association is its own (see below)."""
OTHERS_LISTS = {
    *(
        (role, endpoint)
        for role in (Role.FINANCE, Role.PREMISES)
        for endpoint in ("imports.show", "imports.marked_copy")
    ),
    (Role.PREMISES, "board_decisions.rule"),
    (Role.PREMISES, "reports.show"),
}
"""The list that lies there holds associations: whoever may only pay, or sees bookings, is told that there is none.

No booking is a row of a round's item, and none is reported on.
"""
SAFE = {
    "sign_in.leave",
    "sign_in.board",
    "sign_in.enter",
    "preferences.choose",
    "case_acts.conflict",
    "meetings.declare",
    "associations.merge",
}
"""Sent for real elsewhere: they would change who is asking."""


HREF = re.compile(r'(?:href|formaction)="(/[^"#?]*)')


OFTEN = frozenset({Role.CASEWORKER, Role.PREMISES})
"""Roles whose links are followed each time; the others' in the long run."""


@pytest.mark.parametrize(
    "role", [role if role in OFTEN else pytest.param(role, marks=pytest.mark.long) for role in Role]
)
def test_no_link_is_offered_that_answers_forbidden(world: World, role: Role) -> None:
    """Each page that opens, with what stands on it; what a link leads to is read in the table of who may open what."""
    client = signed_in(world, role)
    person = Person(id=0, name="", board_id=1, board="", roles=frozenset({role}))
    sights = ROLE_PERMISSIONS[role].get(Action.READ_CASES)
    own = world.of_role(role, booking=sights is CaseReach.BOOKINGS)
    adapter = world.app.url_map.bind("localhost")
    offered: set[tuple[str, str]] = set()
    for endpoint, method, rule in routes(world.app):
        if method != "GET" or entry_for(endpoint, person, TrialAccess.EVERYONE) is not RouteEntry.OPEN:
            continue
        with world.app.test_request_context():
            values: dict[str, Any] = {name: own[name] for name in rule.arguments}
            address = url_for(endpoint, **values)
        page = client.get(address)
        if page.mimetype != "text/html" or page.status_code != 200:
            continue
        for where in set(HREF.findall(html.unescape(page.text))):
            with suppress(HTTPException):
                to, _ = adapter.match(where, method="GET")
                if entry_for(to, person, TrialAccess.EVERYONE) is RouteEntry.FORBIDDEN:
                    offered.add((rule.rule, to))
    assert offered == set()


OF_BOOKINGS = {"rescissions.new", "rescissions.decide", "deviations.new", "deviations.note"}
"""Of a grant they are not there for anybody."""


@pytest.mark.guards("another board's cases", "8.1.1")
@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_the_table_opens_and_nothing_else(world: World, role: Role) -> None:
    client = signed_in(world, role)
    for endpoint, method, rule in routes(world.app):
        if endpoint in SAFE:
            continue
        access = ACCESS[endpoint]
        if access is Access.SYSTEM:  # whoever is signed in is nobody there
            assert ask(client, world.app, rule, method, world.of_role(role, booking=False)) == 401
            continue
        sights = (
            {ROLE_PERMISSIONS[role][access]}
            if isinstance(access, Action) and access in ROLE_PERMISSIONS[role]
            else set()
        )
        own = world.of_role(role, booking=sights == {CaseReach.BOOKINGS} or endpoint in OF_BOOKINGS)
        status = ask(client, world.app, rule, method, own)
        where = f"{role} {method} {rule.rule}: {status}"
        if isinstance(access, Access):
            assert status < 500, where
            assert status != 403, where
        elif not sights:
            assert status == 403, where
            continue
        else:
            assert status < 500, where
            assert status not in {401, 302}, where
            if (role, endpoint) in OTHERS_LISTS:
                assert status == 404, where
            elif method == "GET":
                assert status in {200, 303}, where
        if of_an_object(rule):
            found = [ask(client, world.app, rule, method, SHARED | values) for values in (world.other, MISSING)]
            # A form that nobody got from us is 400 before anything is looked up: then both are.
            others, missing = found
            assert missing in {400, 404}, f"{role} {method} {rule.rule}: {found}"
            if endpoint in ASSOCIATIONS:
                assert others < 500, f"{role} {method} {rule.rule}: {found}"
            else:
                assert others == missing, f"{role} {method} {rule.rule}: {found}"


OPEN_TO_EVERYONE = {
    *("static", "health.alive", "health.ready", "preferences.choose", "api.description"),
    *("start_pages.start", "start_pages.accessibility", "help_pages.index", "help_pages.show"),
    *("trial.ask", "trial.answer", "trial.workbook", "trial.sample"),
    *("sign_in.ask", "sign_in.enter", "sign_in.leave", "directory.begin", "directory.answer"),
    *("second_factor.ask", "second_factor.enter", "people.welcome", "people.set_password"),
}


def test_what_is_open_to_everyone_is_written_down_twice() -> None:
    assert {
        endpoint for endpoint, rule in ACCESS.items() if rule in {Access.EVERYONE, Access.TRIAL}
    } == OPEN_TO_EVERYONE


@pytest.mark.parametrize("which", ["own", "other", "missing"])
def test_nobody_opens_anything_without_signing_in(world: World, which: str) -> None:
    values = (
        SHARED | {"own": world.of_role(Role.AUDITOR, booking=False), "other": world.other, "missing": MISSING}[which]
    )
    for endpoint, method, rule in routes(world.app):
        if ACCESS[endpoint] in {Access.EVERYONE, Access.TRIAL}:
            continue
        status = ask(world.app.test_client(), world.app, rule, method, values)
        assert status == (401 if ACCESS[endpoint] is Access.SYSTEM else 303), f"{method} {rule.rule}: {status}"


@pytest.mark.parametrize("role", [role for role in Role if Action.READ_ASSOCIATIONS in ROLE_PERMISSIONS[role]])
def test_an_association_of_another_board_shows_nothing_of_that_boards(world: World, role: Role) -> None:
    page = signed_in(world, role).get(f"/foreningar/{world.other['association_id']}")
    assert page.status_code == 200
    assert "År för år" not in page.text
    for words in (world.other["number"], "BID-", "BOK-", "bokslut.pdf", "Bedömd av", "kontakt@forening.example"):
        assert words not in page.text


def test_every_action_is_somebodys_and_every_role_has_one() -> None:
    given = {action for actions in ROLE_PERMISSIONS.values() for action in actions}
    assert given == set(Action)
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert all(ROLE_PERMISSIONS.values())


@pytest.mark.guards("another board's cases")
def test_other_boards_cases_are_in_no_list_count_or_export(world: World) -> None:
    import io

    import openpyxl

    client = signed_in(world, Role.CASEWORKER)
    for path in (
        "/arenden?avslutade=1",
        "/bokningar?avslutade=1",
        "/omgangar",
        "/moten",
        "/utbetalningar",
        "/aterkrav",
        "/register/approvals",
        "/register/reclaims",
        "/arenden?q=Sist+i+syd&avslutade=1",
    ):
        page = client.get(path).text
        assert "Förening syd" not in page, path
        assert "Exempelnämnden syd" not in page, path
    for name in ("approvals", "reclaims"):
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"/register/{name}/excel").data))
        text = str([[cell.value for cell in row] for sheet in book for row in sheet.rows])
        assert "syd" not in text
    assert "Ansökningar, 4 öppna" in client.get("/arenden?alla=1").text


def test_a_quick_check_of_another_boards_association_tells_nothing_of_its_cases(world: World) -> None:
    page = signed_in(world, Role.PREMISES).get("/snabbkoll?q=8029990044&typ=bokning").text
    assert "Förening syd grant" in page  # the register of names is shared
    assert "BID-2026" not in page
    assert "Tittade" not in page


def test_finance_sees_decided_cases_only(world: World) -> None:
    client = signed_in(world, Role.FINANCE)
    assert client.get(f"/arenden/{world.own['number']}").status_code == 200
    database = world.app.extensions["vetting_database"]
    with open_reading(database) as s:
        open_case = s.scalars(select(Case.number).where(Case.state == "received", Case.board_id == 1)).first()
    assert open_case
    assert client.get(f"/arenden/{open_case}").status_code == 404
    assert open_case not in client.get("/arenden").text


def test_a_mutant_of_the_table_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """See it fail: a route opened to everyone who is signed in must turn the matrix red."""
    monkeypatch.setitem(ACCESS, "registers.show", Access.SIGNED_IN)
    client = signed_in(world, Role.ADMINISTRATOR)
    assert client.get("/register/approvals").status_code == 403
