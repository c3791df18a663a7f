"""Reclaims to their end: what each ground rests on, the ledger's steps, waived by another, written off, told once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import board, refused
from tests.bookings.services.test_deviations import held
from tests.factories import NOW, TODAY
from tests.money.services.test_closing import unreported
from vetting.casework.domain.letters import LetterKind
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision
from vetting.casework.services import decisions, letters
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.text import long_day
from vetting.kernel.working_days import deadline
from vetting.money.domain.reclaims import (
    CollectionStep,
    EstablishedBy,
    ReclaimGround,
    ReclaimState,
    limitation_day,
)
from vetting.money.domain.reports import ReportWay
from vetting.money.models.reclaims import Reclaim, amount_to_come
from vetting.money.services import reclaims
from vetting.money.services.letter_contents import REMINDER_DAYS
from vetting.money.services.reclaims import NewCollectionNote, NewReclaim
from vetting.money.services.reports import ReceivedReport, receive_report
from vetting.registers import reclaims as register
from vetting.registers.columns import RegisterSelection

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.casework.models.letters import Letter

__all__ = ["board"]
KR = 100
ALL = 1_000 * KR
LATER = NOW + timedelta(days=40)
MAKER: dict[str, Any] = {"role": Role.DECISION_MAKER}
FINANCE: dict[str, Any] = {"role": Role.FINANCE}


def new(ground: ReclaimGround, **own: Any) -> NewReclaim:
    said: dict[str, Any] = {"ground": ground, "amount": ALL, "reasons": "Enligt beräkningen i ärendet."}
    return NewReclaim(**said | own)


def kept(board: BoardAtWork, number: str) -> Reclaim:
    with open_reading(board.database) as s:
        return s.scalars(select(Reclaim).where(Reclaim.number == number)).one()


def decided(board: BoardAtWork) -> str:
    """The number of a reclaim of a report that never came, told and decided."""
    case = unreported(board)
    number: str = board.do(reclaims.open_reclaim, case, new(ReclaimGround.NOT_REPORTED)).number
    board.do(reclaims.communicate_reclaim, number, reply_by=TODAY + timedelta(days=21))
    board.do(decisions.declare_no_conflict, case, **MAKER)
    board.do(reclaims.decide_reclaim, number, version=None, at=LATER, **MAKER)
    return number


def left(board: BoardAtWork, number: str) -> int:
    with open_reading(board.database) as s:
        return amount_to_come(s, s.scalars(select(Reclaim).where(Reclaim.number == number)).one())


def case_of(board: BoardAtWork) -> str:
    with open_reading(board.database) as s:
        return s.scalars(select(Case.number).join(Reclaim, Reclaim.case_id == Case.id)).one()


def row(board: BoardAtWork) -> Any:
    with open_reading(board.database) as s:
        [found] = register.reclaim_rows(acting(s, board.staff[Role.AUDITOR]), RegisterSelection())
        return {one.column.heading.sv: one.get(found) for one in register.SHEET.headings}


def test_each_ground_rests_on_what_the_records_say(board: BoardAtWork) -> None:
    case = unreported(board)
    for ground in (ReclaimGround.UNUSED, ReclaimGround.NOT_FOR_PURPOSE):  # nobody has said what was used
        assert refused(board, reclaims.open_reclaim, case, new(ground)) == (Obstacle.INVALID, ["ground"])
    number = board.do(reclaims.open_reclaim, case, new(ReclaimGround.NOT_REPORTED)).number
    row = kept(board, number)
    assert (row.established_by, row.established_on) == (EstablishedBy.MISSING_REPORT, TODAY - timedelta(days=1))
    told = ReceivedReport(received_on=TODAY, way=ReportWay.PAPER, used=5 * KR, activity="Möten.")
    board.do(receive_report, case, told)
    assert refused(board, reclaims.open_reclaim, case, new(ReclaimGround.NOT_REPORTED)) == (
        Obstacle.INVALID,
        ["ground"],
    )
    number = board.do(reclaims.open_reclaim, case, new(ReclaimGround.UNUSED)).number
    assert (kept(board, number).established_by, kept(board, number).established_on) == (EstablishedBy.REPORT, TODAY)
    number = board.do(reclaims.open_reclaim, case, new(ReclaimGround.WRONGLY_PAID)).number
    assert kept(board, number).established_by is EstablishedBy.CALCULATION


@pytest.mark.parametrize(
    ("own", "where"),
    [
        ({}, ["established_by", "reference"]),
        ({"established_by": EstablishedBy.JUDGMENT}, ["reference"]),
        ({"established_by": EstablishedBy.JUDGMENT, "reference": "B 1-26"}, ["reference"]),
        (
            {
                "established_by": EstablishedBy.JUDGMENT,
                "reference": "B 1-26",
                "established_on": TODAY + timedelta(days=1),
            },
            ["reference"],
        ),
    ],
)
def test_the_democracy_condition_alone_asks_who_has_established_it(
    board: BoardAtWork, own: dict[str, Any], where: list[str]
) -> None:
    case = unreported(board)
    asked = new(ReclaimGround.DEMOCRACY_CONDITION, **own)
    assert refused(board, reclaims.open_reclaim, case, asked) == (Obstacle.INVALID, where)


@pytest.mark.both_engines
def test_a_claim_is_followed_as_the_ledger_says_until_it_is_written_off(board: BoardAtWork) -> None:
    number = decided(board)
    steps = [
        NewCollectionNote(step=CollectionStep.INVOICED, on=TODAY, number="880017"),
        NewCollectionNote(step=CollectionStep.REMINDED, on=TODAY),
        NewCollectionNote(step=CollectionStep.PLAN, on=TODAY, until=TODAY + timedelta(days=90), text="3 delar"),
        NewCollectionNote(step=CollectionStep.COLLECTION, on=TODAY),
        NewCollectionNote(step=CollectionStep.ENFORCEMENT, on=TODAY, number="U-1-26"),
        NewCollectionNote(step=CollectionStep.ENFORCEMENT_ENDED, on=TODAY, text="saknar tillgångar"),
    ]
    for step in steps:
        board.do(reclaims.note_collection, number, step, at=LATER, **FINANCE)
    contact = NewCollectionNote(step=CollectionStep.CONTACT, on=TODAY, text="Skatteverket: avförd ur registret.")
    board.do(reclaims.note_collection, number, contact, at=LATER)
    assert kept(board, number).due_on == TODAY + timedelta(days=90)
    board.do(reclaims.receive_payment, number, 100 * KR, on=TODAY, at=LATER, **FINANCE)
    board.do(reclaims.write_off, number, "Kronofogden: inga tillgångar.", at=LATER, role=Role.DECISION_MAKER)
    assert (kept(board, number).state, left(board, number)) == (ReclaimState.WRITTEN_OFF, 0)
    told = row(board)
    assert told["Fakturanr"] == "880017"
    assert told["Påmind"] == TODAY.isoformat()
    assert told["Anstånd/plan"] == f"{TODAY}, avbetalningsplan, t.o.m. {TODAY + timedelta(days=90)}, 3 delar"
    assert told["Kronofogden (datum, nr, utfall)"] == (
        f"{TODAY}, till Kronofogden, U-1-26; {TODAY}, utfall hos Kronofogden, saknar tillgångar"
    )
    assert told["Kontakter (polis, Skatteverket ...)"] == f"{TODAY}, Skatteverket: avförd ur registret."
    money = ("Inbetalt kr", "Nedsatt/eftergivet kr", "Avskrivet i bokföringen kr", "Kvar kr")
    assert [told[name] for name in money] == [100 * KR, 0, 900 * KR, 900 * KR]  # the claim lives
    assert told["Avslutat"] == LATER.date()
    assert refused(board, reclaims.write_off, number, "x", at=LATER, role=Role.DECISION_MAKER)[0] is Obstacle.STALE
    assert refused(board, reclaims.write_off, number, "x", at=LATER, **FINANCE)[0] is Obstacle.FORBIDDEN
    board.do(reclaims.receive_payment, number, 900 * KR, on=TODAY, at=LATER, **FINANCE)
    assert kept(board, number).state is ReclaimState.PAID
    assert (row(board)["Kvar kr"], row(board)["Status"].sv) == (0, "Betalt")
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.parametrize(
    ("step", "where"),
    [
        (NewCollectionNote(step=CollectionStep.INVOICED, on=TODAY), ["number"]),
        (NewCollectionNote(step=CollectionStep.PLAN, on=TODAY, text="x"), ["until"]),
        (NewCollectionNote(step=CollectionStep.PLAN, on=TODAY, until=date(2020, 1, 1), text="x"), ["until"]),
        (NewCollectionNote(step=CollectionStep.REMINDED, on=LATER.date() + timedelta(days=1)), ["on"]),
        (NewCollectionNote(step=CollectionStep.ENFORCEMENT_ENDED, on=TODAY), ["text"]),
    ],
)
def test_a_step_says_what_it_needs(board: BoardAtWork, step: NewCollectionNote, where: list[str]) -> None:
    number = decided(board)
    told = refused(board, reclaims.note_collection, number, step, at=LATER, **FINANCE)
    assert told == (Obstacle.INVALID, where)


def test_what_is_waived_is_decided_by_another_and_told_as_waived(board: BoardAtWork) -> None:
    number = decided(board)
    own = refused(board, reclaims.waive_reclaim, number, 400 * KR, "Föreningen är nystartad.", at=LATER, **MAKER)
    assert own == (Obstacle.INVALID, [number])  # whoever decided the reclaim does not waive it
    other = board.somebody(Role.DECISION_MAKER, "nya")
    board.delegate(Role.DECISION_MAKER, user_id=other.id)
    case = case_of(board)

    def by_other(service: Any, *arguments: Any) -> Any:
        return run_in_transaction(board.database, lambda s: service(s, *arguments), Acting(other, LATER))

    by_other(decisions.declare_no_conflict, case)
    for amount, reasons, where in ((400 * KR, " ", "reasons"), (ALL + 1, "Skäl.", "amount"), (0, "Skäl.", "amount")):
        with pytest.raises(Refused) as wrong:
            by_other(reclaims.waive_reclaim, number, amount, reasons)
        assert [problem.where for problem in wrong.value.problems] == [where]
    made = by_other(reclaims.waive_reclaim, number, 400 * KR, "Föreningen är nystartad.")
    assert (left(board, number), kept(board, number).state) == (600 * KR, ReclaimState.DECIDED)
    with open_reading(board.database) as s:
        by = board.staff[Role.CASEWORKER]
        letter = letters.preview_letter(acting(s, by, LATER), case, LetterKind.WAIVER, made.id)
    assert any("Belopp som inte behöver betalas tillbaka: 400" in line for line in letter.lines)
    by_other(reclaims.waive_reclaim, number, 600 * KR, "Föreningen är nystartad.")
    assert (left(board, number), kept(board, number).state) == (0, ReclaimState.WAIVED)
    told = row(board)
    assert (told["Nedsatt/eftergivet kr"], told["Inbetalt kr"], told["Kvar kr"]) == (ALL, 0, 0)


def test_ten_years_later_the_claim_is_too_old() -> None:
    assert limitation_day(date(2026, 3, 1)) == date(2036, 3, 1)
    assert limitation_day(date(2028, 2, 29)) == date(2038, 2, 28)


def test_the_letter_says_what_it_rests_on_and_that_a_court_can_try_it(board: BoardAtWork) -> None:
    number = decided(board)
    with open_reading(board.database) as s:
        made = s.scalars(select(Decision).where(Decision.kind == "reclaim")).one()
        by = board.staff[Role.CASEWORKER]
        letter = letters.preview_letter(acting(s, by, LATER), case_of(board), LetterKind.RECLAIM, made.id)
    said = " ".join(letter.lines)
    assert "Det bygger på att redovisningen inte har kommit in; den skulle ha kommit" in said
    assert "prövas då av allmän domstol" in said
    assert number in said


def test_a_reminder_asks_for_what_is_left_until_the_authority_collects_it(board: BoardAtWork) -> None:
    number = decided(board)
    board.do(reclaims.receive_payment, number, 200 * KR, on=TODAY, at=LATER, **FINANCE)
    past = LATER + timedelta(days=100)

    def reminders() -> list[Letter]:
        with open_reading(board.database) as s:
            by, case = board.staff[Role.CASEWORKER], case_of(board)
            found = letters.writable_letters(s, board.case(case), on=past.date())
            return [
                letters.preview_letter(acting(s, by, past), case, item.kind, item.key)
                for item in found
                if item.kind is LetterKind.REMINDER
            ]

    (letter,) = reminders()
    said = " ".join(letter.lines).replace("\u00a0", " ")
    assert f"Betala senast den {long_day(deadline(past.date(), REMINDER_DAYS)).sv}." in said
    assert "som beviljades den" in said
    assert "Betalat hittills: 200 kr. Kvar att betala: 800 kr." in said
    assert f"Ange {number}" in said
    to_authority = NewCollectionNote(step=CollectionStep.ENFORCEMENT, on=LATER.date(), number="U-1-26")
    board.do(reclaims.note_collection, number, to_authority, at=past, **FINANCE)
    assert reminders() == []
    back = NewCollectionNote(step=CollectionStep.ENFORCEMENT_ENDED, on=LATER.date(), text="återkallat")
    board.do(reclaims.note_collection, number, back, at=past, **FINANCE)
    assert len(reminders()) == 1


@pytest.mark.both_engines
def test_the_rate_of_a_room_is_charged_afterwards_on_the_same_road(board: BoardAtWork) -> None:
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    number = held(board).number
    rate = new(ReclaimGround.RATE, without_reservation="Uppgiften om öppet arrangemang var felaktig.")
    assert refused(board, reclaims.open_reclaim, number, rate) == (Obstacle.CLOSED, [number])  # nothing is held yet
    on_the_day: dict[str, Any] = {"at": NOW + timedelta(days=11)}
    wrong = new(ReclaimGround.WRONGLY_PAID, without_reservation="x")
    assert refused(board, reclaims.open_reclaim, number, wrong, **on_the_day) == (Obstacle.INVALID, ["ground"])
    for own, where in (({"amount": 0}, "amount"), ({"without_reservation": ""}, "without_reservation")):
        lacking = new(ReclaimGround.RATE, **{"without_reservation": "Fel uppgift.", **own})
        assert refused(board, reclaims.open_reclaim, number, lacking, **on_the_day)[1] == [where]
    claim = board.do(reclaims.open_reclaim, number, rate, **on_the_day).number
    reply_by = TODAY + timedelta(days=40)
    board.do(reclaims.communicate_reclaim, claim, reply_by=reply_by, **on_the_day)
    board.do(decisions.declare_no_conflict, number, **MAKER)
    late = NOW + timedelta(days=50)
    decision = board.do(reclaims.decide_reclaim, claim, version=None, at=late, **MAKER)
    with open_reading(board.database) as s:
        by = board.staff[Role.CASEWORKER]
        letter = letters.preview_letter(acting(s, by, late), number, LetterKind.RECLAIM, decision.id)
    told = "\n".join([letter.subject, *letter.lines]).replace("\u00a0", " ")
    for words in ("taxa i efterhand", "skillnaden till den taxa", "Belopp att betala: 1 000 kr.", "allmän domstol"):
        assert words in told
    assert "bidrag" not in told
    board.do(reclaims.receive_payment, claim, ALL, on=late.date(), at=late, **FINANCE)
    assert kept(board, claim).state is ReclaimState.PAID
    told_row = row(board)
    assert (told_row["Ärendenr/bokning"], told_row["Bidrag kr"], told_row["Kvar kr"]) == (number, None, 0)
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def test_a_rate_is_no_ground_in_a_grant(board: BoardAtWork) -> None:
    case = unreported(board)
    assert refused(board, reclaims.open_reclaim, case, new(ReclaimGround.RATE))[1] == ["ground"]


@pytest.mark.both_engines
def test_what_comes_in_too_much_is_said_told_as_a_credit_and_paid_back(board: BoardAtWork) -> None:
    number = decided(board)
    day: dict[str, Any] = {"on": LATER.date(), "at": LATER, **FINANCE}
    assert refused(board, reclaims.receive_payment, number, ALL + 5 * KR, **day) == (Obstacle.INVALID, ["amount"])
    assert refused(board, reclaims.note_refund, number, **day)[0] is Obstacle.STALE
    board.do(reclaims.receive_payment, number, ALL + 5 * KR, more=True, **day)
    assert (kept(board, number).state, left(board, number)) == (ReclaimState.PAID, 0)
    told = row(board)
    assert (told["Kvar kr"], told["Inbetalt kr"]) == (0, ALL + 5 * KR)
    assert told["Status"].sv.replace("\u00a0", " ") == "Betalt, tillgodo 5 kr"
    board.do(reclaims.note_refund, number, **day)
    assert row(board)["Inbetalt kr"] == ALL
    assert row(board)["Status"].sv == "Betalt"
    assert refused(board, reclaims.note_refund, number, **day)[0] is Obstacle.STALE
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []
