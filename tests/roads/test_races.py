"""Several people at once: one wins, the others are told, and nothing is done twice."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests import browsers
from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.factories import NOW, TODAY, a_board
from tests.page_fixtures import Somebody
from tests.soak.test_rivals import compete
from vetting.associations.models.associations import Association, AssociationMerge, AssociationName
from vetting.associations.models.name_index import load_names
from vetting.casework.domain.document_statuses import MAIL
from vetting.casework.domain.letters import LetterKind
from vetting.casework.models.cases import Case, Note
from vetting.casework.models.decisions import Decision, DecisionDraft
from vetting.casework.models.records import Record
from vetting.casework.services import clean_reviews, contacts, decisions, intake, letters, merging
from vetting.casework.services.intake import NewCase
from vetting.casework.services.stated_contacts import NewContact
from vetting.grants.services.rounds import NewRound, add_round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_bulk_rows, trail_verification
from vetting.kernel.store.import_batches import ImportBatch
from vetting.kernel.store.session import open_reading, open_writing, run_in_transaction
from vetting.kernel.store.trail import SHARED, TrailEntry, TrailNote
from vetting.lists.services import import_batches
from vetting.money.models.payments import Payment
from vetting.money.services import payments
from vetting.operations.database import schema
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.databases import Databases
    from vetting.kernel.store.session import WritingSession


RIVALS = 20


def at_once(work: Callable[[int], Any]) -> Counter[str]:
    """How it went for each of twenty who did the same at the same moment."""
    outcomes: list[str] = []
    start = threading.Barrier(RIVALS)

    def one(number: int) -> None:
        start.wait()
        try:
            work(number)
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.obstacle.value)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(RIVALS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


@pytest.mark.guards("two at once", "2.3.2")
def test_twenty_who_decide_one_case_leave_one_decision(board: BoardAtWork) -> None:
    case = board.receive()
    board.make_ready(case.number)
    board.propose(case.number)
    board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    version = board.draft_version(case.number)
    assert at_once(lambda _: board.decide(case.number, version=version)) == {
        "done": 1,
        Obstacle.STALE.value: RIVALS - 1,
    }
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(Decision)) == 1
        assert s.scalar(select(func.count()).select_from(Payment)) == 1
        assert trail_verification.verify_trail(s).problems == []


def test_twenty_who_pay_one_payment_pay_it_once(board: BoardAtWork) -> None:
    board.approve()
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id)).one()
    done = at_once(lambda _: board.do(payments.mark_paid, key, paid_on=TODAY, version=None, role=Role.FINANCE))
    assert done == {"done": 1, Obstacle.STALE.value: RIVALS - 1}


@pytest.mark.long
@pytest.mark.guards("two at once")
def test_one_form_that_is_sent_twenty_times_makes_one_note(board: BoardAtWork) -> None:
    number = board.receive().number
    kim = Somebody.at_work(board, f"caseworker.{board.code}")
    typed = {"csrf_token": kim.token(), "text": "Ordföranden ringde om protokollet.", "official": "ja"}
    names = (browsers.COOKIE, kim.client.application.config["SESSION_COOKIE_NAME"])
    cookies = [(name, found.value) for name in names if (found := kim.client.get_cookie(name))]
    answers: list[str] = []

    def press(_: int) -> None:
        window = browsers.browser_on(board.database)
        for name, value in cookies:
            window.set_cookie(name, value)
        answer = window.post(f"/arenden/{number}/anteckning", data=typed)
        answers.append(f"{answer.status_code} {answer.headers['Location']}")

    at_once(press)
    assert Counter(answers) == {answers[0]: RIVALS}
    assert answers[0].startswith("303 ")
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count(Note.id)).where(Note.text.startswith("Ordföranden"))) == 1
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.long
def test_twenty_who_take_in_one_corrected_list_correct_it_once(board: BoardAtWork) -> None:
    def listed(raised: int) -> bytes:
        rows = (f"Övningsföreningen {n};{NUMBERS[n]};120;{n + 1 + raised} 000;kurser" for n in range(5))
        return "\n".join(["Förening;Org.nr;Medlemmar;Sökt;Ändamål", *rows]).encode()

    board.do(import_batches.confirm_import, board.staged(listed(0)), good_only=True)
    keys = [board.staged(listed(10)) for _ in range(4)]
    at_once(lambda n: board.do(import_batches.confirm_import, keys[n % 4], good_only=True))
    with open_reading(board.database) as s:
        assert s.scalars(select(Case.amount_applied).order_by(Case.id)).all() == [n * 1_000_00 for n in range(11, 16)]
        changed = [batch.counts["updated"] for batch in s.scalars(select(ImportBatch).order_by(ImportBatch.id))]
        assert (changed[:2], sum(changed)) == ([0, 5], 5)
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.long
def test_twenty_who_sign_and_propose_the_same_cases_do_each_once(board: BoardAtWork) -> None:
    """Signed by lists of the same rows, and proposed past no frame: 100 000 kr are two cases of 40 000 kr."""
    tight = NewRound(
        name="Trång",
        opens_on=date(2026, 9, 1),
        closes_on=date(2026, 12, 1),
        budget=100_000_00,
        dnr="EXN 2026/300",
    )
    round_id = board.do(add_round, tight).id
    made = [board.receive(clean_facts(NUMBERS[n], f"Förening {n}"), round_id=round_id) for n in range(4)]
    cases = [made[0], made[1], made[3]]  # the third is drawn to be read whole
    seen = {case.number: case.version for case in cases}

    def sign(number: int) -> None:
        case = cases[number % 3].number
        board.do(clean_reviews.sign_review, case, version=seen[case], in_list=True)

    assert at_once(sign) == Counter(done=3, stale=RIVALS - 3)
    seen = {case.number: board.case(case.number).version for case in cases}

    def propose(number: int) -> None:
        case = cases[number % 3].number
        board.do(clean_reviews.propose_approval, case, version=seen[case])

    assert at_once(propose)["done"] == 2
    with open_reading(board.database) as s:
        assert s.scalars(select(DecisionDraft.amount)).all() == [40_000_00, 40_000_00]
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.long
def test_twenty_who_note_one_letter_as_sent_leave_one_record(board: BoardAtWork) -> None:
    number = board.approve(sent=False).number
    board.do(contacts.set_contact, number, NewContact(email="styrelsen@provkvarnen.example", postal=""))
    with open_reading(board.database) as s:
        kinds = letters.writable_letters(s, board.case(number), on=TODAY)
        key = next(one.key for one in kinds if one.kind is LetterKind.APPROVAL)
    letter = board.do(letters.write_letter, number, LetterKind.APPROVAL, key)
    with open_reading(board.database) as s:
        before = s.scalar(select(func.count(Record.id)))
    done = at_once(lambda _: board.do(letters.mark_sent, letter.id, MAIL))
    assert done == {"done": 1, Obstacle.STALE.value: RIVALS - 1}
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count(Record.id))) == (before or 0) + 1
        assert trail_verification.verify_trail(s).problems == []


def test_twenty_who_take_in_one_file_take_it_in_once(board: BoardAtWork) -> None:
    data = (shipped_folder("imports") / "samples" / "ansokningar.xlsx").read_bytes()
    keys = [board.staged(data) for _ in range(4)]
    at_once(lambda n: board.do(import_batches.confirm_import, keys[n % 4], good_only=False))
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(Case)) == 60
        assert len(set(s.scalars(select(Case.number)))) == 60
        assert s.scalar(select(func.count()).select_from(ImportBatch)) == 1
        assert trail_verification.verify_trail(s).problems == []


def test_twenty_who_merge_one_pair_merge_it_once(board: BoardAtWork) -> None:
    kept = board.receive(clean_facts(NUMBERS[0], "Sjöviks Byalag")).association_id
    merged = board.receive(clean_facts("", "Byalaget Sjövik"), round_id=None).association_id

    def merge(number: int) -> None:
        pair = (kept, merged) if number % 2 else (merged, kept)  # half of them the other way round
        board.do(merging.merge_records, *pair, {})

    assert at_once(merge) == Counter(done=1, stale=RIVALS - 1)
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count(AssociationMerge.id))) == 1
        assert {case.association_id for case in s.scalars(select(Case))} == {kept}
        assert trail_verification.verify_trail(s).problems == []


def test_twenty_who_take_in_applications_get_a_number_each(board: BoardAtWork) -> None:
    new = [
        NewCase(
            kind=CaseKind.GRANT,
            facts=clean_facts(NUMBERS[n % 6], f"Förening {n % 6}"),
            received_on=TODAY,
            channel="form",
            doubled_because="Flera ändamål.",
        )
        for n in range(RIVALS)
    ]
    assert at_once(lambda n: board.do(intake.receive_case, new[n])) == {"done": RIVALS}
    with open_reading(board.database) as s:
        assert sorted(s.scalars(select(Case.number)).all()) == [f"BID-2026-{n:04}" for n in range(1, RIVALS + 1)]
        assert trail_verification.verify_trail(s).problems == []


def test_a_list_that_fails_in_its_middle_leaves_nothing(board: BoardAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    key = board.staged((shipped_folder("imports") / "samples" / "ansokningar.xlsx").read_bytes())
    real, calls = trail_bulk_rows.bulk_of, iter(range(100))

    def failing(*arguments: Any) -> Any:
        if next(calls) == 2:
            raise OSError
        return real(*arguments)

    monkeypatch.setattr(trail_bulk_rows, "bulk_of", failing)
    with pytest.raises(OSError):  # noqa: PT011 - the disk's own
        board.do(import_batches.confirm_import, key, good_only=False)
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(Case)) == 0
        assert s.scalar(select(func.count()).select_from(ImportBatch)) == 0
        assert trail_verification.verify_trail(s).problems == []
    monkeypatch.setattr(trail_bulk_rows, "bulk_of", real)
    board.do(import_batches.confirm_import, key, good_only=False)


BOARDS = ("norr", "mitt", "syd", "vaster")


def two_boards(board: BoardAtWork) -> list[BoardAtWork]:
    """The board and three more, each with staff of its own."""
    return [board, *(BoardAtWork(board.database, code=code).build() for code in BOARDS[1:])]


def test_boards_that_take_in_the_same_new_associations_share_one_record_of_each(board: BoardAtWork) -> None:
    """Five of each of four boards at once, all of the same five associations that nobody knew before."""
    boards = two_boards(board)
    new = [
        NewCase(
            kind=CaseKind.GRANT,
            facts=clean_facts(NUMBERS[n % 5], f"Förening {n % 5}"),
            received_on=TODAY,
            channel="form",
        )
        for n in range(RIVALS)
    ]
    assert at_once(lambda n: boards[n // 5].do(intake.receive_case, new[n])) == {"done": RIVALS}
    with open_reading(board.database) as s:
        assert set(s.scalars(select(Association.number))) == set(NUMBERS[:5])
        assert s.scalar(select(func.count()).select_from(Association)) == 5
        rows = s.execute(select(Case.board_id, Case.number).order_by(Case.board_id, Case.number)).all()
        assert [tuple(row) for row in rows] == [
            (one.board_id, f"BID-2026-{n:04}") for one in boards for n in range(1, 6)
        ]
        places = s.execute(select(TrailEntry.chain, TrailEntry.place).order_by(TrailEntry.chain, TrailEntry.place))
        told: dict[int, list[int | None]] = {}
        for chain, place in places:
            told.setdefault(chain, []).append(place)
        assert all(found == list(range(1, len(found) + 1)) for found in told.values())
        assert {one.board_id for one in boards} <= told.keys()
        assert trail_verification.verify_trail(s).problems == []


def test_boards_that_import_at_once_each_take_in_their_own(board: BoardAtWork) -> None:
    data = (shipped_folder("imports") / "samples" / "ansokningar.xlsx").read_bytes()
    boards = two_boards(board)
    keys = [one.staged(data) for one in boards]
    done = at_once(lambda n: boards[n % 4].do(import_batches.confirm_import, keys[n % 4], good_only=False))
    assert done["done"] >= len(boards)
    with open_reading(board.database) as s:
        for one in boards:
            number = select(func.count()).select_from(Case).where(Case.board_id == one.board_id)
            assert s.scalar(number) == 60
        assert s.scalar(select(func.count()).select_from(ImportBatch)) == len(boards)
        assert trail_verification.verify_trail(s).problems == []


def test_whoever_has_read_the_names_to_the_newest_has_read_them_all(databases: Databases) -> None:
    """A board that adds a name waits for another that has added one: else the later id would be seen before the other."""
    database = schema.open_database(databases.postgresql(empty=True))
    one, other = (a_board(database, code=code).id for code in BOARDS[:2])

    def add(session: WritingSession, board_id: int, name: str) -> None:
        row = Association(number=None, name=name, name_key=name.casefold(), source="form", created_at=NOW)
        session.add(row)
        session.flush()
        session.add(AssociationName(association_id=row.id, name=name, name_key=name.casefold(), kind="current"))
        session.flush()
        session.add_entry(TrailNote(action="association_added", by=None, at=NOW, subject=row, board_id=board_id))

    later = threading.Thread(
        target=lambda: run_in_transaction(database, lambda s: add(s, other, "Den Senare"), boards=[other])
    )
    with open_writing(database, boards=[one, SHARED]) as session:
        add(session, one, "Den Första")
        later.start()
        later.join(timeout=1.0)
        assert later.is_alive()
        assert load_names(database) == 0
    later.join()
    assert load_names(database) == 2
    with open_reading(database) as s:
        assert trail_verification.verify_trail(s).problems == []
    database.close()


@pytest.mark.long
def test_twenty_rivals_of_two_processes_have_one_winner_each_time(databases: Databases, tmp_path: Path) -> None:
    """As many rounds as there is time for here; a thousand of them are a long test."""
    compete(databases, tmp_path, 12)
