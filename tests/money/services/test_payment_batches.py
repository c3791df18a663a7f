"""A batch to the finance office: made of what is ready, undone before it leaves, answered by the ledger's list."""

from __future__ import annotations

import csv
import io
import random
import threading
from collections import Counter
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.acting import acting
from tests.board import NUMBERS, board, refused, rules
from tests.factories import NOW, TODAY
from tests.money.services.test_payment_holds import granted, planned
from tests.page_fixtures import on_that_day
from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.models.cases import GrantApplication
from vetting.casework.services import cases, decisions
from vetting.casework.services.after_decision import reconsider_case
from vetting.grants.models.rounds import BudgetLine, RoundScheme
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.problem import Faults, Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.lists.models.staged_files import StagedFile, StagedProblem
from vetting.lists.services import import_batches
from vetting.money.domain.attests import AttestKind
from vetting.money.domain.bank_accounts import AccountCheck
from vetting.money.domain.payment_batches import (
    LeftOutReason,
    PaymentBatchLine,
    giro_kind_of,
    split_reference,
)
from vetting.money.domain.payment_holds import HoldReason
from vetting.money.models.payment_batches import (
    PaymentBatch,
    PaymentBatchFile,
    PaymentBatchRow,
    earlier_rows,
    find_basis,
)
from vetting.money.models.payments import BankAccountChange, Payment
from vetting.money.services import bank_accounts, payment_batches, payment_stops, payments
from vetting.money.services.attests import attest
from vetting.money.services.basis_documents import basis_document
from vetting.money.services.basis_files import outgoing_csv
from vetting.money.services.payment_holds import pause_payment
from vetting.people.domain.ways_of_working import BoardOption
from vetting.rules.domain.outgoing_layouts import BasisField, parse_outgoing_layout
from vetting.rules.services import ways_of_working

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.casework.models.cases import Case
    from vetting.money.services.ready_payments import SortedPayments

__all__ = ["board", "on_that_day"]
FINANCE: dict[str, Any] = {"role": Role.FINANCE}
FAR = date(2028, 12, 31)
MONDAY = date(2026, 11, 23)
NAMES = ("Kören Provspelet", "Dansföreningen Övningsnäs", "Schackklubben Typsta")


def neighbours(board: BoardAtWork, many: int = 3) -> list[Case]:
    """Grants of some associations, all to be paid at once."""
    others = [granted(board, "", number=NUMBERS[place], name=NAMES[place - 1]) for place in range(1, many)]
    return [granted(board), *others]


def make(board: BoardAtWork, until: date = FAR, pay_on: date | None = MONDAY, **who: Any) -> PaymentBatch:
    made: PaymentBatch = board.do(payment_batches.make_basis, until, pay_on, **(FINANCE | who))
    return made


def lock(board: BoardAtWork, basis: PaymentBatch, *, loaded: bool = True) -> PaymentBatch:
    made: PaymentBatch = board.do(payment_batches.lock_basis, basis.number, version=None, **FINANCE)
    if loaded:
        board.do(payment_batches.note_loaded, made.number, **FINANCE)
    return made


def sorted_payments(board: BoardAtWork, until: date = FAR) -> SortedPayments:
    with open_reading(board.database) as s:
        by = board.staff[Role.FINANCE]
        return payment_batches.payments_to_hand_over(acting(s, by), until, on=TODAY)


def lines(board: BoardAtWork, basis: PaymentBatch) -> list[PaymentBatchLine]:
    with open_reading(board.database) as s:
        found = find_basis(acting(s, board.staff[Role.FINANCE]), basis.number)
        assert found is not None
        return payment_batches.basis_lines(acting(s, board.staff[Role.FINANCE]), found)


def answer(board: BoardAtWork, *rows: str, heading: str = "Vår referens;Belopp;Betaldatum;Verifikation") -> list[str]:
    """What is told of the ledger's list; it goes in where nothing stops it."""
    key = board.staged("\n".join([heading, *rows, ""]).encode(), into_round=False, role=Role.FINANCE)
    with open_reading(board.database) as s:
        told = list(s.scalars(select(StagedProblem.what_sv).where(StagedProblem.staged_id == key)))
        good = s.get_one(StagedFile, key).counts["good"]
    if good:
        board.do(import_batches.confirm_import, key, good_only=True, **FINANCE)
    return told


def state(board: BoardAtWork, case: Case) -> tuple[str, date | None, str]:
    payment = planned(board, case)[0]
    return board.case(case.number).state.value, payment.paid_on, payment.verification


@pytest.mark.both_engines
def test_a_batch_takes_what_is_ready_leaves_and_is_answered(board: BoardAtWork) -> None:
    first, second, third = neighbours(board)
    board.do(pause_payment, planned(board, third)[0].id, HoldReason.STOP_PREPARED)
    found = sorted_payments(board)
    assert {one.case.number for one in found.ready} == {first.number, second.number}
    assert [(one.case.number, one.why.what.sv[:8]) for one in found.unready] == [(third.number, "Avvaktar")]
    basis = make(board)
    assert lines(board, basis) == []  # a draft says no account
    assert refused(board, payment_batches.make_basis, FAR, MONDAY, **FINANCE)[1] == ["until"]
    basis = lock(board, basis)
    assert basis.number == "UTB-2026-0001"
    assert {line.reference for line in lines(board, basis)} == {f"{first.number}-1", f"{second.number}-1"}
    assert refused(board, payment_batches.undo_basis, basis.number, **FINANCE)[0] is Obstacle.STALE
    assert answer(board, f"{first.number}-1;40 000,00;{TODAY};V 881", f"{second.number};40 000;{TODAY};V 882") == []
    assert state(board, first) == ("reporting", TODAY, "V 881")
    assert state(board, second) == ("reporting", TODAY, "V 882")
    assert state(board, third) == ("payment", None, "")
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def test_what_each_payment_says_is_what_the_finance_office_needs(board: BoardAtWork) -> None:
    scheme = board.do(add_scheme, SchemeWriting(name="Projektbidrag"), role=Role.RULES_OWNER)
    with board.database.engine.begin() as connection:
        own = {"board_id": board.board_id, "name": "Föreningsbidrag", "year": 2027, "account": "4520-1310"}
        connection.execute(insert(BudgetLine).values(**own, preliminary=False))
        key = connection.execute(select(BudgetLine.id)).scalar_one()
        row = {"round_id": board.round_id, "scheme_id": scheme.id, "line_id": key}
        connection.execute(insert(RoundScheme).values(**row))
    attesting(board)
    case = granted(board)
    both(board, case)
    basis = lock(board, make(board))
    (line,) = lines(board, basis)
    said = {field: line.value(field) for field in BasisField}
    assert said[BasisField.PAYEE] == "Kulturföreningen Provkvarnen"
    assert (said[BasisField.AMOUNT], said[BasisField.PAY_ON]) == (40_000_00, MONDAY)
    assert (said[BasisField.ACCOUNT], said[BasisField.DNR]) == ("4520-1310", "EXN 2026/200")
    assert said[BasisField.GIRO_KIND] == "bankgiro"
    assert said[BasisField.DECIDED_ON] == TODAY
    assert str(said[BasisField.ATTESTED_FACTS]).startswith("Person caseworker, Handläggare, ")
    assert str(said[BasisField.ATTESTED_DECISION]).startswith("Person manager, ")
    assert PaymentBatchLine.read(line.kept()) == line
    by = board.staff[Role.FINANCE]
    whole = basis_document(basis, [line], by)
    cells = [cell for section in whole.sections if section.table for row_ in section.table.rows for cell in row_]
    assert "4520-1310" in cells
    assert basis.checksum in whole.top[3].sv
    assert "1 utbetalningar" in whole.top[2].sv or "1 utbetalning" in whole.top[2].sv


def attesting(board: BoardAtWork) -> None:
    here = frozenset({BoardOption.ATTEST_HERE})
    board.do(ways_of_working.set_habits, here, because="", role=Role.ADMINISTRATOR)


def both(board: BoardAtWork, case: Case) -> None:
    """Two answer for the first payment of a case."""
    key = planned(board, case)[0].id
    board.do(attest, key, AttestKind.FACTS, version=None)
    board.do(attest, key, AttestKind.DECISION, version=None, role=Role.MANAGER)


@pytest.mark.both_engines
def test_the_database_lets_no_batch_leave_with_what_is_stopped_or_not_attested(board: BoardAtWork) -> None:
    attesting(board)
    case = granted(board)
    assert [one.why.what.sv for one in sorted_payments(board).unready] == ["Inte attesterad"]
    both(board, case)
    basis = make(board)
    leaving = update(PaymentBatch).values(left_at=NOW)
    for undone in (
        "UPDATE payments SET stopped_on = '2026-11-20'",
        "DELETE FROM payment_attests WHERE kind = 'decision'",
        "UPDATE payments SET paid_on = '2026-11-20'",
    ):
        with board.database.engine.connect() as connection:
            connection.execute(text(undone))
            with pytest.raises(DBAPIError, match="payment_bases_ready"):
                connection.execute(leaving)
            connection.rollback()
    lock(board, basis)


def test_a_stop_that_comes_while_the_batch_lies_ready_holds_it_until_it_is_taken_out(board: BoardAtWork) -> None:
    first, second = neighbours(board, 2)
    basis = make(board)
    board.do(
        payment_stops.stop_payment, planned(board, first)[0].id, "Årsmötet är inte hållet.", role=Role.DECISION_MAKER
    )
    obstacle, where = refused(board, payment_batches.lock_basis, basis.number, version=None, **FINANCE)
    assert (obstacle, where) == (Obstacle.CLOSED, [first.number])
    board.do(payment_batches.take_out_unready, basis.number, **FINANCE)
    stale = refused(board, payment_batches.lock_basis, basis.number, version=basis.version, **FINANCE)
    assert stale[0] is Obstacle.STALE  # the files that were fetched said another sum
    assert [line.case_number for line in lines(board, lock(board, basis))] == [second.number]


def test_what_was_stopped_after_it_left_is_marked_as_the_ledger_says_and_told(board: BoardAtWork) -> None:
    case = granted(board)
    lock(board, make(board))
    board.do(
        payment_stops.stop_payment, planned(board, case)[0].id, "Årsmötet är inte hållet.", role=Role.DECISION_MAKER
    )
    told = answer(board, f"{case.number}-1;40 000;{TODAY};V 1")
    assert told == ["Utbetalningen stoppades sedan underlaget hade lämnats, men är betald."]
    assert state(board, case) == ("reporting", TODAY, "V 1")


def test_a_batch_that_is_undone_lets_its_payments_into_another(board: BoardAtWork) -> None:
    granted(board)
    basis = make(board)
    board.do(payment_batches.undo_basis, basis.number, **FINANCE)
    again = make(board)
    assert again.number != basis.number
    assert refused(board, payment_batches.take_out_unready, again.number, **FINANCE)[0] is Obstacle.STALE


@pytest.mark.parametrize(
    ("pay_on", "why"),
    [(date(2026, 12, 25), "juldagen"), (date(2026, 11, 22), "en söndag"), (date(2026, 1, 2), "har passerat")],
)
def test_a_day_when_nothing_is_paid_is_told_with_one_that_is(board: BoardAtWork, pay_on: date, why: str) -> None:
    granted(board)
    with pytest.raises(Refused) as stopped:
        make(board, pay_on=pay_on)
    (problem,) = stopped.value.problems
    assert problem.where == "pay_on"
    assert why in problem.what.sv


def test_why_a_payment_is_not_ready_is_told_of_each(board: BoardAtWork) -> None:
    without, changed, decided = neighbours(board)
    with board.database.engine.begin() as connection:
        connection.execute(update(GrantApplication).where(GrantApplication.case_id == without.id).values(giro=""))
        connection.execute(delete(BankAccountChange).where(BankAccountChange.case_id == without.id))
    board.do(bank_accounts.change_bank_account, changed.number, "5050-1055", "Mejl")
    board.do(ways_of_working.set_habits, frozenset({BoardOption.PAY_IN_FORCE}), because="", role=Role.ADMINISTRATOR)
    whys = {one.case.number: one.why.what.sv for one in sorted_payments(board).unready}
    assert set(whys) == {without.number, changed.number, decided.number}
    assert all("laga kraft" in why or "överklagas" in why for why in whys.values())
    board.do(ways_of_working.set_habits, frozenset(), because="", role=Role.ADMINISTRATOR)
    whys = {one.case.number: one.why.what.sv for one in sorted_payments(board).unready}
    assert whys == {without.number: "Kontot saknas", changed.number: "Kontot är ändrat efter beslutet"}
    own = board.staff[Role.FINANCE]
    with board.database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS decisions_no_update"))
        connection.execute(text(f"UPDATE decisions SET by_user_id = {own.id} WHERE case_id = {decided.id}"))
    assert len(sorted_payments(board).ready) == 0  # whoever decided does not pay


@pytest.mark.both_engines
def test_two_who_make_a_batch_at_once_pay_nothing_twice(board: BoardAtWork) -> None:
    neighbours(board)
    outcomes: list[str] = []

    def work() -> None:
        try:
            outcomes.append(make(board).number)
        except Refused:
            outcomes.append("")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in outcomes if one]) == 1
    with open_reading(board.database) as s:
        rows = s.scalars(select(PaymentBatchRow.payment_id)).all()
        assert len(rows) == len(set(rows)) == 3


def test_what_came_back_is_paid_anew_in_another_batch(board: BoardAtWork) -> None:
    case = granted(board)
    lock(board, make(board))
    reference = f"{case.number}-1"
    assert answer(board, f"{reference};40 000;{TODAY};V 7") == []
    assert answer(board, f"{reference};-40 000;{TODAY};V 8") == []
    payment = planned(board, case)[0]
    assert (payment.paid_on, payment.returned_on, payment.verification) == (None, TODAY, "")
    assert board.case(case.number).state is CaseState.PAYMENT
    lock(board, make(board))
    assert answer(board, f"{reference};40 000;{TODAY};V 9") == []
    assert state(board, case)[2] == "V 9"


def test_the_ledgers_odd_rows_are_told_and_change_nothing(board: BoardAtWork) -> None:
    case = granted(board)
    lock(board, make(board))
    reference = f"{case.number}-1"
    before, ahead = TODAY - timedelta(days=400), TODAY + timedelta(days=1)
    for row, words in {
        f"{reference};15 000;{TODAY};V 1": "På raden står 15 000 kr, utbetalningen är på 40 000 kr.",
        f"BID-2026-0999-1;40 000;{TODAY};V 1": "Ingen planerad utbetalning på 40 000 kr stämmer med raden.",
        f"{reference};40 000;{before};V 1": "ligger före beslutet eller i framtiden.",
        f"{reference};40 000;{ahead};V 1": "framtiden",
        f"{reference};-40 000;{TODAY};V 1": "Ingen gjord utbetalning på 40 000 kr stämmer med raden.",
    }.items():
        told = [what.replace("\u00a0", " ") for what in answer(board, row)]
        assert len(told) == 1, row
        assert words in told[0], told
    assert state(board, case)[1] is None
    twice = answer(board, f"{reference};40 000;{TODAY};V 1", f"{reference};40 000;{TODAY};V 1")
    assert len(twice) == 1
    again = answer(board, f"{reference};40 000;{TODAY};V 1")
    assert again[0].startswith("Utbetalningen är redan markerad som betald")


def test_what_is_marked_as_paid_and_is_not_in_the_ledgers_list_is_told(board: BoardAtWork) -> None:
    first, second, third = neighbours(board)
    for case, later in ((first, 0), (second, 0), (third, 3)):
        key, at = planned(board, case)[0].id, NOW + timedelta(days=later)
        paid: dict[str, Any] = {"paid_on": at.date(), "version": None, "at": at}
        board.do(payments.mark_paid, key, **paid, **FINANCE)
    told = answer(board, f"{first.number};40000;{TODAY};V 1")
    assert [line.split(":")[0] for line in told if "står inte i listan" in line] == [second.number]  # not of other days
    assert any("redan markerad som betald" in line for line in told)


def test_the_csv_of_a_batch_has_the_columns_of_its_layout(board: BoardAtWork) -> None:
    neighbours(board, 2)
    found = lines(board, lock(board, make(board)))
    (layout,) = [one for one in rules().outgoing if one.name == "exempel-kolumner"]
    content = outgoing_csv(layout, found)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert list(rows[0]) == ["Underlag", "Referens", "Leverantör", "Giro", "Belopp", "Förfallodatum", "Kontering"]
    assert [(row["Belopp"], row["Förfallodatum"]) for row in rows] == [("40000.00", "2026-11-23")] * 2
    assert {row["Leverantör"] for row in rows} == {"Kören Provspelet", "Kulturföreningen Provkvarnen"}


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"columns": [{"field": "belopp"}]}, ("columns", 0, "field")),
        ({"columns": [{"field": "payee"}]}, ("columns",)),
        ({"columns": []}, ("columns",)),
        ({"columns": [{"field": "amount", "width": 4}]}, ("columns", 0, "width")),
        ({"shape": "fixed"}, ("shape",)),
    ],
)
def test_a_layout_that_cannot_be_used_says_where(changed: dict[str, Any], where: tuple[str | int, ...]) -> None:
    title = {"sv": "Egen", "en": "Own"}
    whole = {"name": "egen", "kind": "payments", "direction": "out", "title": title, "columns": [{"field": "amount"}]}
    faults = Faults()
    assert parse_outgoing_layout(whole, faults) is not None
    assert parse_outgoing_layout(whole | changed, faults) is None
    assert [fault.path for fault in faults.found] == [where]


def test_a_new_decision_takes_its_payment_out_of_the_batch_and_its_set_offs_end(board: BoardAtWork) -> None:
    case = granted(board)
    basis = lock(board, make(board))
    board.do(reconsider_case, case.number, "Fel belopp.", role=Role.DECISION_MAKER)
    later = NOW + timedelta(minutes=1)
    board.do(cases.mark_case, case.number, CaseMarkKind.BASIC_CHECK, at=later)
    board.do(decisions.make_ready, case.number, at=later)
    board.propose(case.number, outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.BUDGET,))
    board.decide(case.number)
    assert planned(board, case) == []
    assert lines(board, basis) == []
    with open_reading(board.database) as s:
        (row,) = s.scalars(select(PaymentBatchRow)).all()
        assert (row.payment_id, row.out_because, row.case_id) == (None, LeftOutReason.REPLACED, case.id)
        assert trail_verification.verify_trail(s).problems == []
    told = answer(board, f"{case.number}-1;40 000;{TODAY};V 1")
    assert told[0].startswith("Ingen planerad utbetalning")


def test_a_reference_says_case_and_instalment() -> None:
    assert split_reference("BID-2026-0007-2") == ("BID-2026-0007", 2)
    assert split_reference("BID-2026-0007") == ("BID-2026-0007", None)
    assert [giro_kind_of(c.replace("-", ""), c) for c in ("5050-1055", "12345-6", "991-2346", "1234567")] == [
        "bankgiro",
        "plusgiro",
        "bankgiro",
        "bankgiro",
    ]


def test_only_the_finance_office_makes_and_hands_over(board: BoardAtWork) -> None:
    granted(board)
    for role in (Role.CASEWORKER, Role.DECISION_MAKER, Role.MANAGER):
        assert refused(board, payment_batches.make_basis, FAR, MONDAY, role=role)[0] is Obstacle.FORBIDDEN
    basis = make(board)
    other = type(board)(board.database, code="syd").build()
    assert refused(other, payment_batches.undo_basis, basis.number, **FINANCE)[0] is Obstacle.MISSING


def test_a_locked_batch_has_the_same_files_as_often_as_they_are_fetched_and_a_draft_has_none(
    board: BoardAtWork,
) -> None:
    neighbours(board, 2)
    draft = make(board)
    assert files(board, draft) == {}
    locked = lock(board, draft, loaded=False)
    made = files(board, locked)
    assert sorted(name.rsplit(".", 1)[1] for name in made) == ["csv", "pdf", "xlsx"]
    assert all(sha256(content).hexdigest() == digest for digest, content in made.values())
    with board.database.engine.begin() as connection:
        connection.execute(update(GrantApplication).values(giro="5050-1055"))
    assert files(board, locked) == made
    with pytest.raises(DBAPIError), board.database.engine.begin() as connection:
        connection.execute(update(PaymentBatchFile).values(content=b"another account"))
    again = refused(board, payment_batches.lock_basis, draft.number, version=None, **FINANCE)
    assert again[0] is Obstacle.STALE


def files(board: BoardAtWork, basis: PaymentBatch) -> dict[str, tuple[str, bytes]]:
    with open_reading(board.database) as s:
        rows = s.scalars(select(PaymentBatchFile).where(PaymentBatchFile.basis_id == basis.id))
        return {row.name: (row.sha256, row.content) for row in rows}


def test_before_it_is_loaded_it_is_taken_back_and_after_that_another_names_it(board: BoardAtWork) -> None:
    first, second = neighbours(board, 2)
    locked = lock(board, make(board), loaded=False)
    board.do(payment_batches.withdraw_basis, locked.number, **FINANCE)
    anew = lock(board, make(board))
    assert (locked.number, anew.number) == ("UTB-2026-0001", "UTB-2026-0002")
    assert refused(board, payment_batches.withdraw_basis, anew.number, **FINANCE)[0] is Obstacle.CLOSED
    key = planned(board, first)[0].id
    board.do(payment_batches.note_not_paid, anew.number, key, **FINANCE)
    assert refused(board, payment_batches.note_not_paid, anew.number, key, **FINANCE)[0] is Obstacle.STALE
    third = make(board)
    with open_reading(board.database) as s:
        basis = find_basis(acting(s, board.staff[Role.FINANCE]), third.number)
        assert basis is not None
        assert earlier_rows(s, basis) == {key: ("UTB-2026-0002", f"{first.number}-1")}
    assert [line.case_number for line in lines(board, anew)] == [second.number]


def test_what_is_marked_as_paid_meanwhile_holds_a_draft(board: BoardAtWork) -> None:
    first, _second = neighbours(board, 2)
    draft = make(board)
    key = planned(board, first)[0].id
    board.do(payments.mark_paid, key, paid_on=TODAY, version=None, **FINANCE)
    found = refused(board, payment_batches.lock_basis, draft.number, version=None, **FINANCE)
    assert found == (Obstacle.CLOSED, [first.number])


@pytest.mark.parametrize("seed", range(6))
def test_in_whatever_order_no_payment_leaves_twice_or_stopped(board: BoardAtWork, seed: int) -> None:
    drawn = random.Random(seed)
    cases_ = neighbours(board)
    amounts = {planned(board, case)[0].id: planned(board, case)[0].amount for case in cases_}
    acts = ("make", "lock", "stop", "lift", "pay", "account", "check", "withdraw", "load", "unpaid", "return", "undo")
    done = Counter[str]()
    before = set[int]()
    for step in range(60):
        act, key = drawn.choices(acts, (3, 6, 1, 3, 1, 1, 3, 1, 1, 1, 1, 1))[0], drawn.choice(sorted(amounts))
        bases = _bases(board)
        basis = bases[-1] if bases else "utkast-1"
        case = next(one for one in cases_ if planned(board, one)[0].id == key)
        try:
            _act(board, act, case.number, key, basis, NOW + timedelta(seconds=step))
        except Refused:
            continue
        done[act] += 1
        with open_reading(board.database) as s:
            rows = s.execute(
                select(PaymentBatchRow.payment_id, PaymentBatchRow.amount, Payment.stopped_on)
                .join(PaymentBatch, PaymentBatch.id == PaymentBatchRow.basis_id)
                .join(Payment, Payment.id == PaymentBatchRow.payment_id)
                .where(PaymentBatch.left_at.is_not(None), PaymentBatchRow.out_at.is_(None))
            ).all()
            left: Counter[int] = Counter()
            for payment_id, amount, stopped in rows:
                left[payment_id or 0] += amount
                assert act != "lock" or stopped is None or payment_id in before
            assert all(left[one] <= amounts[one] for one in left)
            before = set(left)
    assert done["make"]
    assert done["lock"]


def _bases(board: BoardAtWork) -> list[str]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(PaymentBatch.number).order_by(PaymentBatch.id)))


def _act(board: BoardAtWork, act: str, number: str, key: int, basis: str, at: Any) -> None:
    money: dict[str, Any] = {"role": Role.FINANCE, "at": at}
    decides: dict[str, Any] = {"role": Role.DECISION_MAKER, "at": at}
    match act:
        case "make":
            board.do(payment_batches.make_basis, FAR, MONDAY, **money)
        case "lock":
            board.do(payment_batches.lock_basis, basis, version=None, **money)
        case "withdraw" | "load" | "undo":
            service = {
                "withdraw": payment_batches.withdraw_basis,
                "load": payment_batches.note_loaded,
                "undo": payment_batches.undo_basis,
            }[act]
            board.do(service, basis, **money)
        case "unpaid":
            board.do(payment_batches.note_not_paid, basis, key, **money)
        case "return":
            board.do(payments.note_returned, key, TODAY, **money)
        case "pay":
            board.do(payments.mark_paid, key, paid_on=TODAY, version=None, **money)
        case "stop":
            board.do(payment_stops.stop_payment, key, "Årsmötet är inte hållet.", **decides)
        case "lift":
            board.do(payment_stops.lift_stop, key, "Det är hållet.", **decides)
        case "account":
            board.do(bank_accounts.change_bank_account, number, "5050-1055", "Mejl", at=at)
        case _:
            board.do(bank_accounts.check_bank_account, key, "5050-1055", AccountCheck.CALL, **money)
