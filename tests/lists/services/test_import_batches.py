"""Lists into a board: everything or only the good rows, once, as a person with them in hand would; and taken back."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select, text

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, clean_facts, rules
from tests.factories import NOW, TODAY
from tests.formats import hostile
from tests.operations.jobs.working_off import work_off
from vetting.associations.models.associations import TO_CONFIRM, Association, AssociationName
from vetting.associations.services.associations import search_associations
from vetting.casework.models.cases import Case, Occurrence, visible_cases
from vetting.casework.models.completions import contacts
from vetting.casework.models.facts import GivenFacts
from vetting.casework.services import assessments, cases
from vetting.casework.services.cases_under_rules import word_hits
from vetting.casework.services.screenings import facts_of_case, screen_without_keeping
from vetting.engine.facts import Facts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail, trail_verification
from vetting.kernel.store.import_batches import DONE, UNDONE, ImportBatch
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.text import day_in_words
from vetting.lists.models.staged_files import (
    CONFIRMED,
    FAILED,
    READY,
    UNKNOWN,
    ImportLayout,
    StagedFile,
    StagedProblem,
    StagedRow,
)
from vetting.lists.services import correction_files, import_batches, list_reading, staged_files
from vetting.operations.jobs.retention import remove_old
from vetting.operations.jobs.worker import Worker
from vetting.rules.models import WordHit
from vetting.shipped import shipped_folder
from vetting.workspace.services.case_files import case_file

HEADINGS = "Förening;Org.nr;Medlemmar;Sökt;Ändamål;Inkom;Bankgiro;Stadgar bifogade"
SAMPLES = shipped_folder("imports") / "samples"


def rows(*lines: str) -> bytes:
    return "\n".join([HEADINGS, *lines]).encode()


def one(number: str = NUMBERS[0], name: str = "Kulturföreningen Provkvarnen", members: str = "120") -> str:
    return f"{name};{number};{members};40 000;kurser;{TODAY.isoformat()};1234-5678;ja"


def confirmed(board: BoardAtWork, data: bytes, **more: Any) -> ImportBatch:
    key = board.staged(data, into_round=more.pop("into_round", True))
    batch: ImportBatch = board.do(import_batches.confirm_import, key, good_only=more.pop("good_only", False), **more)
    return batch


def screened(board: BoardAtWork, batch: ImportBatch) -> None:
    import_batches.screen_batch(board.database, batch.id, at=NOW, heard=lambda _done, _total: True)


def seen(board: BoardAtWork, role: Role = Role.CASEWORKER) -> list[Case]:
    with open_reading(board.database) as s:
        return list(s.scalars(visible_cases(board.staff[role]).order_by(Case.id)))


def faults(board: BoardAtWork) -> list[Any]:
    with open_reading(board.database) as s:
        return trail_verification.verify_trail(s).problems


def count(board: BoardAtWork, model: Any) -> int:
    with open_reading(board.database) as s:
        return int(s.scalar(select(func.count()).select_from(model)) or 0)


def test_every_row_becomes_a_case_with_its_facts_and_one_entry_tells_of_all(board: BoardAtWork) -> None:
    before = count(board, trail.TrailEntry)
    batch = confirmed(board, rows(one(), one(NUMBERS[1], "Dansföreningen Provgården")))
    assert count(board, trail.TrailEntry) == before + 1
    found = seen(board)
    assert [(case.number, case.name, case.amount_applied) for case in found] == [
        ("BID-2026-0001", "Kulturföreningen Provkvarnen", 40_000_00),
        ("BID-2026-0002", "Dansföreningen Provgården", 40_000_00),
    ]
    with open_reading(board.database) as s:
        facts = facts_of_case(s, found[0], rules().folder.book.catalogue)
        assert facts.values["members_total"] == 120
        assert facts.values["giro_number"] == "1234-5678"
        assert facts.values["received_on"] == TODAY
        assert "annual_minutes" in facts.not_asked
        assert s.get_one(ImportBatch, batch.id).digest
    assert faults(board) == []


def test_a_case_from_a_list_is_screened_as_one_by_form_is(board: BoardAtWork) -> None:
    batch = confirmed(board, rows(one(members="3")))
    screened(board, batch)
    (case,) = seen(board)
    assert case.screening_id is not None
    assert case.proposal == "refuse"
    with open_reading(board.database) as s:
        found = screen_without_keeping(s, case, on=TODAY)
        assert found is not None
        assert found.screening.proposal.value == case.proposal
    assert faults(board) == []


def test_the_whole_sample_goes_in_and_is_screened_and_the_trail_holds(board: BoardAtWork) -> None:
    batch = confirmed(board, (SAMPLES / "ansokningar.xlsx").read_bytes())
    screened(board, batch)
    found = seen(board)
    assert len(found) == 60
    assert all(case.screening_id for case in found)
    assert [case.number for case in found] == [f"BID-2026-{n:04}" for n in range(1, 61)]
    assert faults(board) == []


def test_bookings_come_in_with_room_and_time(board: BoardAtWork) -> None:
    data = "Lokal;Förening;Org.nr;Datum;Från;Till;Syfte\nSal A;Kören Prov;{};2026-12-01;18:00;20.30;körövning\n"
    batch = confirmed(board, data.format(NUMBERS[0]).encode(), into_round=False)
    assert batch.kind == "booking"
    with open_reading(board.database) as s:
        use = s.scalars(select(Occurrence)).one()
        assert use.starts_at is not None
        assert use.ends_at is not None
        assert (use.room_name, use.starts_at.hour, (use.ends_at - use.starts_at)) == ("Sal A", 17, timedelta(hours=2.5))
    assert faults(board) == []


def test_a_private_persons_booking_names_nobody_and_makes_no_association(board: BoardAtWork) -> None:
    data = "Lokal;Kund;Datum;Privat;Antal\nSal A;Kim Ek;2026-12-01;ja;30\n"
    confirmed(board, data.encode(), into_round=False)
    assert [case.name for case in seen(board)] == ["Privatperson"]
    assert count(board, Association) == 0


def test_rows_that_cannot_go_in_stop_all_unless_only_the_good_are_asked_for(board: BoardAtWork) -> None:
    data = rows(one(), f";123;20;1000;x;{TODAY.isoformat()};;ja")
    key = board.staged(data)
    with pytest.raises(Refused) as refused:
        board.do(import_batches.confirm_import, key, good_only=False)
    assert "kan inte läsas in" in refused.value.problems[0].what.sv
    assert seen(board) == []
    board.do(import_batches.confirm_import, key, good_only=True)
    assert [case.name for case in seen(board)] == ["Kulturföreningen Provkvarnen"]


def test_an_application_from_before_the_round_opened_is_told_and_stops_its_row(board: BoardAtWork) -> None:
    data = rows(f"Föreningen Tidig;{NUMBERS[1]};20;1000;x;2026-08-01;;ja")
    key = board.staged(data)
    with open_reading(board.database) as s:
        assert s.get_one(StagedFile, key).counts["refused"] == 1
        told = s.scalars(select(StagedProblem).where(StagedProblem.stops)).one()
    assert "före" in told.what_sv
    assert "1 September 2026" in told.what_en or "1 Sep" in told.what_en


@pytest.mark.parametrize("said", ["1985-01-01", "i somras"])
def test_a_day_of_arrival_that_cannot_be_used_is_told_as_taken_for_today(board: BoardAtWork, said: str) -> None:
    data = rows(one().replace(TODAY.isoformat(), said))
    key = board.staged(data, "lista.csv")
    with open_reading(board.database) as s:
        row = s.scalars(select(StagedRow).where(StagedRow.staged_id == key)).one()
        told = s.scalars(select(StagedProblem.what_sv).where(StagedProblem.staged_id == key)).all()
    assert row.received_on == TODAY
    assert f"Ankomstdagen kunde inte användas. Raden läses in som inkommen {day_in_words(TODAY).sv}." in told


def test_every_problem_says_sheet_cell_value_what_and_remedy(board: BoardAtWork) -> None:
    key = board.staged((SAMPLES / "ansokningar.xlsx").read_bytes())
    with open_reading(board.database) as s:
        told = {row.where: row for row in s.scalars(select(StagedProblem).where(StagedProblem.staged_id == key))}
    amount = told["Ansökningar!H21"]
    assert (amount.sheet, amount.row, amount.column, amount.value) == ("Ansökningar", 21, 8, "12O 000")
    assert all(row.what_sv and row.what_en and row.remedy_sv and row.remedy_en for row in told.values())
    assert not any("850229" in row.value + row.what_sv for row in told.values())


def test_the_same_file_again_does_nothing(board: BoardAtWork) -> None:
    first = confirmed(board, rows(one()))
    again = confirmed(board, rows(one()))
    assert again.id == first.id
    assert len(seen(board)) == 1


def test_an_import_taken_back_counts_for_nothing_and_can_come_again(board: BoardAtWork) -> None:
    batch = confirmed(board, rows(one()))
    screened(board, batch)
    number = seen(board)[0].number
    board.do(import_batches.undo_import, batch.id)
    assert seen(board) == []
    with open_reading(board.database) as s:
        assert list(search_associations(s, NUMBERS[0])) == []
        assert list(search_associations(s, "provkvarnen")) == []
    with pytest.raises(Refused) as refused, open_reading(board.database) as s:
        case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)
    assert refused.value.obstacle is Obstacle.MISSING
    assert faults(board) == []
    again = confirmed(board, rows(one()))
    assert again.id != batch.id
    assert [case.number for case in seen(board)] == ["BID-2026-0002"]
    with open_reading(board.database) as s:
        assert [found.association.name for found in search_associations(s, NUMBERS[0])] == [
            "Kulturföreningen Provkvarnen"
        ]
        assert s.scalar(select(func.count()).select_from(Association)) == 1
    assert faults(board) == []


def test_what_was_taken_back_is_no_fact_of_the_association_any_more(board: BoardAtWork) -> None:
    board.receive()
    batch = confirmed(board, rows(one(members="7")), at=NOW + timedelta(hours=1))
    (first, _) = seen(board)

    def members() -> Any:
        with open_reading(board.database) as s:
            return facts_of_case(s, s.get_one(Case, first.id), rules().folder.book.catalogue).values["members_total"]

    assert members() == 7
    board.do(import_batches.undo_import, batch.id)
    assert members() == 120


def test_an_import_that_something_was_built_on_is_not_taken_back_and_says_what(board: BoardAtWork) -> None:
    batch = confirmed(board, rows(one(), one(NUMBERS[1], "Dansföreningen Provgården")))
    screened(board, batch)
    board.do(cases.add_note, "BID-2026-0002", "Ringde föreningen.", official=True)
    with pytest.raises(Refused) as refused:
        board.do(import_batches.undo_import, batch.id)
    (problem,) = refused.value.problems
    assert problem.where == "BID-2026-0002"
    assert "skrev en tjänsteanteckning" in problem.what.sv
    assert len(seen(board)) == 2


def test_a_register_is_taken_back_until_a_case_names_one_of_its_associations(board: BoardAtWork) -> None:
    register = f"Namn;Orgnr;Kommun;Typ\nKulturföreningen Provkvarnen;{NUMBERS[0]};Provby;Kultur\n".encode()
    batch = confirmed(board, register, into_round=False)
    assert batch.kind == "associations"
    board.do(import_batches.undo_import, batch.id)
    assert confirmed(board, register, into_round=False).id != batch.id
    board.receive()
    with open_reading(board.database) as s:
        standing = s.scalars(select(ImportBatch).where(ImportBatch.state == DONE)).one()
    with pytest.raises(Refused) as refused:
        board.do(import_batches.undo_import, standing.id)
    assert "lästes in med listan" in refused.value.problems[0].what.sv


def test_an_association_of_an_import_taken_back_is_known_again_when_somebody_names_it(board: BoardAtWork) -> None:
    register = f"Namn;Orgnr;Kommun;Typ\nKulturföreningen Provkvarnen;{NUMBERS[0]};Provby;Kultur\n".encode()
    board.do(import_batches.undo_import, confirmed(board, register, into_round=False).id)
    board.receive()
    with open_reading(board.database) as s:
        assert [found.association.name for found in search_associations(s, NUMBERS[0])] == [
            "Kulturföreningen Provkvarnen"
        ]
    assert count(board, Association) == 1
    assert faults(board) == []


def test_another_name_at_a_known_number_waits_for_a_person(board: BoardAtWork) -> None:
    board.receive()
    confirmed(board, rows(one(name="Kvarnens Vänner i Provby")))
    with open_reading(board.database) as s:
        kinds = {row.name: row.kind for row in s.scalars(select(AssociationName))}
    assert kinds == {"Kulturföreningen Provkvarnen": "current", "Kvarnens Vänner i Provby": TO_CONFIRM}


def test_a_large_batch_goes_in_piece_by_piece_and_is_seen_when_it_is_whole(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_batches, "LARGEST_BATCH", 2)
    names = ["Almen", "Björken", "Cedern", "Duvan", "Eken"]
    key = board.staged(rows(*(one("", f"Föreningen {name}") for name in names)))
    batch = board.do(import_batches.confirm_import, key, good_only=False)
    looks: list[tuple[int, int]] = []

    def heard(done: int, total: int) -> bool:
        assert seen(board) == []
        assert faults(board) == []
        looks.append((done, total))
        return True

    import_batches.move_on(board.database, key, at=NOW, heard=heard)
    assert looks == [(0, 5), (2, 5), (4, 5), (5, 5)]
    assert [case.number for case in seen(board)] == [f"BID-2026-{n:04}" for n in range(1, 6)]
    with open_reading(board.database) as s:
        assert s.get_one(ImportBatch, batch.id).state == DONE
        assert s.scalar(select(func.count()).select_from(StagedRow)) == 0
    assert faults(board) == []


def test_whoever_takes_in_a_case_meanwhile_gets_a_number_of_their_own(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_batches, "LARGEST_BATCH", 1)
    key = board.staged(rows(one("", "Föreningen Almen"), one("", "Föreningen Björken")))
    board.do(import_batches.confirm_import, key, good_only=False)
    done = iter(range(9))

    def heard(_done: int, _total: int) -> bool:
        if next(done) == 1:
            board.receive()
        return True

    import_batches.move_on(board.database, key, at=NOW, heard=heard)
    assert sorted(case.number for case in seen(board)) == ["BID-2026-0001", "BID-2026-0002", "BID-2026-0003"]
    assert faults(board) == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE cases SET name = 'en annan' WHERE id = 2",
        "UPDATE grant_applications SET giro = '9-9' WHERE id = 2",
        "UPDATE associations SET name = 'en annan' WHERE id = 2",
        "DELETE FROM grant_applications WHERE id = 2",
        "UPDATE cases SET not_asked = '[]' WHERE id = 2",
    ],
)
def test_a_moved_row_that_is_changed_past_the_program_is_named(board: BoardAtWork, tampering: str) -> None:
    batch = confirmed(board, rows(one(), one(NUMBERS[1], "Dansföreningen Provgården")))
    screened(board, batch)
    board.do(cases.register_case, "BID-2026-0002", "EXN 2026/1")
    assert faults(board) == []
    with board.database.engine.begin() as connection:
        connection.execute(text(tampering))
    (problem,) = faults(board)
    assert problem.where.endswith(" 2")


def test_what_a_list_said_can_be_changed_and_assessed_like_any_other(board: BoardAtWork) -> None:
    batch = confirmed(board, rows(one(members="3")))
    screened(board, batch)
    (case,) = seen(board)
    board.do(cases.change_facts, case.number, Facts({"members_total": 30, "giro_number": "9-9"}), version=None)
    board.do(assessments.record_nothing_found, case.number)
    with open_reading(board.database) as s:
        facts = facts_of_case(s, s.get_one(Case, case.id), rules().folder.book.catalogue)
    assert (facts.values["members_total"], facts.values["giro_number"]) == (30, "9-9")
    assert faults(board) == []


def test_a_shared_giro_in_a_list_is_seen_between_cases(board: BoardAtWork) -> None:
    batch = confirmed(board, rows(one(), one(NUMBERS[1], "Dansföreningen Provgården")))
    screened(board, batch)
    with open_reading(board.database) as s:
        facts = facts_of_case(s, s.get_one(Case, seen(board)[1].id), rules().folder.book.catalogue)
    assert facts.values["other_cases"] == ("BID-2026-0001",)


def test_a_file_nobody_knows_is_mapped_and_known_the_next_time(board: BoardAtWork) -> None:
    unknown = f"Vem;Ident;Hur mycket\nKulturföreningen Provkvarnen;{NUMBERS[0]};40000\n"
    key = board.staged(unknown.encode())
    with open_reading(board.database) as s:
        assert s.get_one(StagedFile, key).state == UNKNOWN
    chosen = {
        "kind": "grant",
        "sheet": "CSV",
        "row": 1,
        "facts": {"1": "name_in_application", "2": "organisation_number", "3": "amount_applied"},
    }
    staged_files.choose_columns(
        board.database,
        key,
        chosen,
        name="Gamla registret",
        rules=rules(),
        by=board.staff[Role.CASEWORKER],
        at=NOW,
        wait_above=10_000,
    )
    assert list_reading.read_staged_file(board.database, key, rules(), at=NOW) == READY
    with open_reading(board.database) as s:
        assert "sheets" not in s.get_one(StagedFile, key).found  # its first rows are kept only to be mapped
    board.do(import_batches.confirm_import, key, good_only=False)
    assert seen(board)[0].amount_applied == 40_000_00
    again = board.staged(f"Vem;Ident;Hur mycket\nDansföreningen Provgården;{NUMBERS[1]};5000\n".encode())
    with open_reading(board.database) as s:
        assert (s.get_one(StagedFile, again).state, s.get_one(StagedFile, again).layout) == (READY, "Gamla registret")
    gone = board.staged(f"Vem;Ident;Annat\nTeaterföreningen Prov;{NUMBERS[2]};x\n".encode())
    with open_reading(board.database) as s:
        told = s.scalars(select(StagedProblem.what_sv).where(StagedProblem.staged_id == gone)).all()
    assert any("hurmycket" in what and "finns inte i filen" in what for what in told)
    assert faults(board) == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"1": "name_in_application", "2": "name_in_application"}, "betyder båda"),
        ({"1": "purpose", "2": "amount_applied"}, "behöver kolumnen"),
        ({"1": "name_in_application", "2": "finns_inte"}, "kan inte läsas in"),
        ({"1": "name_in_application", "9": "purpose"}, "har ingen rubrik"),
    ],
)
def test_columns_that_cannot_be_are_told(board: BoardAtWork, facts: dict[str, str], words: str) -> None:
    key = board.staged(b"Vem;Ident;Hur mycket\nA;B;C\n")
    with pytest.raises(Refused) as refused:
        staged_files.choose_columns(
            board.database,
            key,
            {"kind": "grant", "sheet": "CSV", "row": 1, "facts": facts},
            name="",
            rules=rules(),
            by=board.staff[Role.CASEWORKER],
            at=NOW,
            wait_above=10_000,
        )
    assert any(words in problem.what.sv for problem in refused.value.problems)


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"nonsense\x00"])
def test_a_file_that_cannot_be_read_says_why(board: BoardAtWork, data: bytes) -> None:
    key = board.staged(data)
    with open_reading(board.database) as s:
        staged = s.get_one(StagedFile, key)
        assert staged.state == FAILED
        assert all(staged.problem["what"])
        assert all(staged.problem["remedy"])


def test_nothing_and_too_much_are_refused_before_anything_is_kept(board: BoardAtWork) -> None:
    from vetting.formats import limits
    from vetting.kernel.problem import UnreadableError

    with pytest.raises(Refused):
        board.staged(b"")
    with pytest.raises(UnreadableError):
        board.staged(b"x" * (limits.IMPORT_BYTES + 1))
    assert count(board, StagedFile) == 0


def test_another_board_sees_neither_file_nor_import(board: BoardAtWork) -> None:
    other = BoardAtWork(board.database, code="syd").build()
    key = board.staged(rows(one()))
    batch = board.do(import_batches.confirm_import, key, good_only=False)
    for service, thing in ((import_batches.undo_import, batch.id), (import_batches.confirm_import, key)):
        more = {"good_only": True} if service is import_batches.confirm_import else {}
        with pytest.raises(Refused) as refused:
            other.do(service, thing, **more)
        assert refused.value.obstacle is Obstacle.MISSING
    assert seen(other) == []


def test_payments_in_a_finance_list_are_marked_and_taken_back(board: BoardAtWork) -> None:
    case = board.approve()
    data = f"Ärendenr;Belopp;Betaldatum\n{case.number};40 000,00;{TODAY.isoformat()}\n".encode()
    key = board.staged(data, into_round=False, role=Role.FINANCE)
    batch = board.do(import_batches.confirm_import, key, good_only=False, role=Role.FINANCE)
    assert board.case(case.number).state == "reporting"
    board.do(import_batches.undo_import, batch.id, role=Role.FINANCE)
    assert board.case(case.number).state == "payment"
    assert faults(board) == []


def test_a_payment_nobody_planned_or_of_another_amount_is_told(board: BoardAtWork) -> None:
    case = board.approve()
    data = (
        f"Ärendenr;Belopp;Betaldatum\n{case.number};39 000;{TODAY.isoformat()}\nBID-2026-0099;5;{TODAY.isoformat()}\n"
        f"{case.number};;{TODAY.isoformat()}\n"
    ).encode()
    key = board.staged(data, into_round=False, role=Role.FINANCE)
    with open_reading(board.database) as s:
        staged = s.get_one(StagedFile, key)
        assert (staged.counts["good"], staged.counts["refused"]) == (0, 3)
        told = s.scalars(select(StagedProblem.what_sv).where(StagedProblem.stops)).all()
    assert sum("Ingen planerad utbetalning" in what for what in told) == 1
    assert any("På raden står 39 000" in what.replace("\u00a0", " ") for what in told)


def test_whoever_may_not_pay_marks_no_payments_by_list(board: BoardAtWork) -> None:
    case = board.approve()
    data = f"Ärendenr;Belopp;Betaldatum\n{case.number};40 000,00;{TODAY.isoformat()}\n".encode()
    key = board.staged(data, into_round=False)
    with pytest.raises(Refused) as refused:
        board.do(import_batches.confirm_import, key, good_only=False)
    assert refused.value.obstacle is Obstacle.FORBIDDEN


def test_the_worker_reads_moves_and_screens_and_is_where_it_was_after_a_stop(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_batches, "LARGEST_BATCH", 2)
    worker = Worker(board.database, rules(), lambda: NOW)
    by = board.staff[Role.CASEWORKER]
    lines = rows(*(one("", f"Föreningen {name}") for name in ("Almen", "Björken", "Cedern")))
    key = staged_files.hand_in(board.database, lines, "l.csv", round_id=board.round_id, by=by, at=NOW, wait=True)
    assert worker.run_next()
    with open_reading(board.database) as s:
        assert s.get_one(StagedFile, key).state == READY
    board.do(import_batches.confirm_import, key, good_only=False)
    assert worker.run_next()
    with open_reading(board.database) as s:
        assert s.get_one(StagedFile, key).state == CONFIRMED
    assert worker.run_next()
    assert all(case.screening_id for case in seen(board))
    assert not worker.run_next()
    assert faults(board) == []


def test_the_marked_copy_has_the_cells_coloured_with_comments_and_a_list_of_them(board: BoardAtWork) -> None:
    key = board.staged((SAMPLES / "ansokningar.xlsx").read_bytes())
    with open_reading(board.database) as s:
        book = openpyxl.load_workbook(io.BytesIO(correction_files.marked_copy(s, s.get_one(StagedFile, key), "sv")))
    cell = book["Ansökningar"]["H21"]
    assert cell.value == "12O 000"
    assert cell.comment is not None
    assert "är inte ett belopp" in cell.comment.text
    assert cell.fill.fgColor.rgb.endswith("FAE6C6")
    listed = [[cell.value for cell in row] for row in book["Att rätta i listan"].iter_rows()]
    assert listed[0] == ["Var", "I listan står", "Vad", "Gör så här", "Raden läses in"]
    assert ["Ansökningar!H21", "12O 000"] in [row[:2] for row in listed]


def test_of_a_large_file_what_is_wrong_comes_as_a_list(board: BoardAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correction_files, "LARGEST_MARKED", 1)
    key = board.staged(rows(one(members="många"), one(NUMBERS[1])))
    with open_reading(board.database) as s:
        book = openpyxl.load_workbook(io.BytesIO(correction_files.marked_copy(s, s.get_one(StagedFile, key), "en")))
    assert [cell.value for cell in book.worksheets[0][2]][:2] == ["CSV!C2", "många"]


def test_a_file_thrown_away_leaves_nothing_but_that_it_was_there(board: BoardAtWork) -> None:
    key = board.staged(rows(one()))
    staged_files.discard_file(board.database, key, by=board.staff[Role.CASEWORKER])
    assert count(board, StagedRow) == 0
    with pytest.raises(Refused):
        board.do(import_batches.confirm_import, key, good_only=False)


def test_staged_files_are_forgotten_after_their_time(board: BoardAtWork) -> None:
    board.staged(rows(one()))
    late = NOW + timedelta(days=91)
    staged_files.hand_in(
        board.database, rows(one(NUMBERS[1])), "b.csv", round_id=None, by=board.staff[Role.CASEWORKER], at=late
    )
    remove_old(board.database, at=late)
    with open_reading(board.database) as s:
        assert s.scalars(select(StagedFile.file)).all() == ["b.csv"]
        assert s.scalar(select(func.count()).select_from(StagedRow)) == 0


def test_several_tables_and_sheets_of_a_file_all_come_in(board: BoardAtWork) -> None:
    book = openpyxl.Workbook()
    spring, autumn = book.worksheets[0], book.create_sheet("Hösten")
    for sheet, number, name in ((spring, NUMBERS[0], "Föreningen Almen"), (autumn, NUMBERS[1], "Föreningen Björken")):
        sheet.append(["Förening", "Org.nr", "Sökt"])
        sheet.append([name, number, 1000])
    autumn.append([])
    autumn.append(["Sökt", "Org.nr", "Förening"])
    autumn.append([500, NUMBERS[2], "Föreningen Cedern"])
    out = io.BytesIO()
    book.save(out)
    confirmed(board, out.getvalue())
    assert [(case.name, case.amount_applied) for case in seen(board)] == [
        ("Föreningen Almen", 1000_00),
        ("Föreningen Björken", 1000_00),
        ("Föreningen Cedern", 500_00),
    ]
    assert count(board, GivenFacts) == 3
    assert faults(board) == []


def test_a_case_keeps_the_rules_of_the_day_it_came(board: BoardAtWork) -> None:
    confirmed(board, rows(one().replace(TODAY.isoformat(), "2026-10-02"), one(NUMBERS[1], "Föreningen Björken")))
    assert [case.received_on for case in seen(board)] == [date(2026, 10, 2), TODAY]
    assert all(case.rule_version_id for case in seen(board))
    assert {case.kind for case in seen(board)} == {CaseKind.GRANT.value}
    assert count(board, ImportBatch) == 1
    with open_reading(board.database) as s:
        assert s.scalars(select(ImportBatch.state)).all() != [UNDONE]


REGISTER = f"Namn;Orgnr;Kommun;Typ\nKulturföreningen Provkvarnen;{NUMBERS[0]};Provby;Kultur\n".encode()


def found_by(board: BoardAtWork, wanted: str) -> list[str]:
    with open_reading(board.database) as s:
        return [found.association.name for found in search_associations(s, wanted)]


def test_a_correction_after_an_import_holds_whatever_the_clock_of_the_office(board: BoardAtWork) -> None:
    here = NOW.astimezone(HERE)
    confirmed(board, rows(one(members="3")), at=here)
    (case,) = seen(board)
    board.do(
        cases.change_facts, case.number, Facts({"members_total": 30}), version=None, at=here + timedelta(minutes=10)
    )
    with open_reading(board.database) as s:
        assert facts_of_case(s, s.get_one(Case, case.id), rules().folder.book.catalogue).values["members_total"] == 30
        given = s.scalars(select(GivenFacts.entered_at).where(GivenFacts.batch_id.is_not(None))).one()
    assert given == NOW
    assert faults(board) == []


def test_a_payment_to_a_number_that_cannot_be_read_is_nobodys(board: BoardAtWork) -> None:
    board.approve()
    data = f"Org.nr;Belopp;Betaldatum\n802999-0235;40 000;{TODAY.isoformat()}\n".encode()
    key = board.staged(data, into_round=False, role=Role.FINANCE)
    with open_reading(board.database) as s:
        assert s.get_one(StagedFile, key).counts["good"] == 0
        assert "går inte att läsa" in s.scalars(select(StagedProblem.what_sv)).one()


def test_an_amount_alone_is_nobodys_payment(board: BoardAtWork) -> None:
    board.approve()
    data = f"Dnr;Mottagare;Belopp;Betaldatum\n;Annan Förening;40 000;{TODAY.isoformat()}\n".encode()
    key = board.staged(data, into_round=False, role=Role.FINANCE)
    with open_reading(board.database) as s:
        assert s.get_one(StagedFile, key).counts["good"] == 0


def test_a_payment_list_is_not_taken_back_when_something_was_done_after_the_payment(board: BoardAtWork) -> None:
    case = board.approve()
    data = f"Ärendenr;Belopp;Betaldatum\n{case.number};40 000,00;{TODAY.isoformat()}\n".encode()
    key = board.staged(data, into_round=False, role=Role.FINANCE)
    batch = board.do(import_batches.confirm_import, key, good_only=False, role=Role.FINANCE)
    board.do(cases.add_note, case.number, "Föreningen ringde.", official=True)
    with pytest.raises(Refused) as refused:
        board.do(import_batches.undo_import, batch.id, role=Role.FINANCE)
    assert "skrev en tjänsteanteckning" in refused.value.problems[0].what.sv


def test_a_batch_that_stopped_on_its_way_is_taken_up_by_whoever_hands_the_file_in_again(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_batches, "LARGEST_BATCH", 1)
    data = rows(one("", "Föreningen Almen"), one("", "Föreningen Björken"))
    first = confirmed(board, data)
    assert seen(board) == []
    assert import_batches.moving_file(open_reading(board.database).__enter__(), first.id) is not None
    with board.database.engine.begin() as connection:
        connection.execute(text("UPDATE jobs SET state = 'failed'"))
    again = confirmed(board, data)
    assert again.id == first.id
    worker = Worker(board.database, rules(), lambda: NOW)
    work_off(worker)
    assert len(seen(board)) == 2
    assert faults(board) == []


def test_what_happens_between_the_pieces_of_a_large_import_is_no_fault_of_the_trail(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_batches, "LARGEST_BATCH", 1)
    key = board.staged(rows(one(), one(NUMBERS[1], "Dansföreningen Provgården")))
    board.do(import_batches.confirm_import, key, good_only=False)
    turns = iter(range(9))

    def heard(_done: int, _total: int) -> bool:
        if next(turns) == 1:
            board.receive(round_id=None)
            confirmed(
                board,
                b"Lokal;F\xc3\xb6rening;Datum\nSal A;Kulturf\xc3\xb6reningen Provkvarnen;2026-12-01\n",
                into_round=False,
            )
        return True

    import_batches.move_on(board.database, key, at=NOW, heard=heard)
    assert faults(board) == []
    assert len(seen(board)) == 4


def test_of_two_readings_of_one_file_the_later_holds(board: BoardAtWork) -> None:
    by = board.staff[Role.CASEWORKER]
    key = staged_files.hand_in(board.database, rows(one()), "l.csv", round_id=None, by=by, at=NOW)
    begun: list[int] = []

    def meanwhile(_done: int, _total: int) -> bool:
        return True

    real = list_reading._lay

    def lay(database: Any, now: Any) -> None:
        if not begun:
            begun.append(1)
            assert list_reading.read_staged_file(board.database, key, rules(), at=NOW) == READY
        real(database, now)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(list_reading, "_lay", lay)
        list_reading.read_staged_file(board.database, key, rules(), at=NOW, heard=meanwhile)
    assert count(board, StagedRow) == 1
    board.do(import_batches.confirm_import, key, good_only=False)
    assert list_reading.read_staged_file(board.database, key, rules(), at=NOW) == CONFIRMED
    assert len(seen(board)) == 1


def test_a_reading_that_fails_with_us_says_so_and_the_file_can_be_thrown_away(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = board.staff[Role.CASEWORKER]
    key = staged_files.hand_in(board.database, rows(one()), "l.csv", round_id=None, by=by, at=NOW)

    def failing(*_: Any, **__: Any) -> Any:
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(list_reading, "_prepare_reading", failing)
    with pytest.raises(KeyError):
        list_reading.read_staged_file(board.database, key, rules(), at=NOW)
    with open_reading(board.database) as s:
        assert "fel i programmet" in s.get_one(StagedFile, key).problem["what"][0]
    staged_files.discard_file(board.database, key, by=by)


def test_a_layout_with_a_fact_that_is_no_more_is_read_without_it(board: BoardAtWork) -> None:
    layout = ImportLayout(
        board_id=board.board_id,
        name="Gammal",
        kind="grant",
        at=NOW,
        headings={"vem": "name_in_application", "ident": "organisation_number", "annat": "finns_inte_langre"},
    )

    def kept(session: Any) -> None:
        session.add(layout)
        session.flush()
        session.add_entry(
            trail.TrailNote(action="layout_kept", by=None, at=NOW, subject=layout, board_id=board.board_id)
        )

    run_in_transaction(board.database, kept)
    key = board.staged(f"Vem;Ident;Annat\nFöreningen Prov;{NUMBERS[0]};x\n".encode())
    with open_reading(board.database) as s:
        assert s.get_one(StagedFile, key).state == READY


def test_into_a_round_go_applications_only(board: BoardAtWork) -> None:
    key = board.staged(b"Vem;Var\nF\xc3\xb6reningen Prov;Sal A\n")
    chosen = {"kind": "booking", "sheet": "CSV", "row": 1, "facts": {"1": "name_in_application", "2": "room"}}
    with pytest.raises(Refused) as refused:
        staged_files.choose_columns(
            board.database,
            key,
            chosen,
            name="",
            rules=rules(),
            by=board.staff[Role.CASEWORKER],
            at=NOW,
            wait_above=9999,
        )
    assert "Bara ansökningar" in refused.value.problems[0].what.sv


def test_nobody_supplies_by_list_what_the_program_computes(board: BoardAtWork) -> None:
    key = board.staged(b"Vem;Ident;Forsta\nF\xc3\xb6reningen Prov;802999-0234;ja\n")
    facts = {"1": "name_in_application", "2": "organisation_number", "3": "first_application"}
    with pytest.raises(Refused) as refused:
        staged_files.choose_columns(
            board.database,
            key,
            {"kind": "grant", "sheet": "CSV", "row": 1, "facts": facts},
            name="",
            rules=rules(),
            by=board.staff[Role.CASEWORKER],
            at=NOW,
            wait_above=9999,
        )
    assert "kan inte läsas in" in refused.value.problems[0].what.sv


def test_a_booking_whose_time_cannot_be_read_has_no_time(board: BoardAtWork) -> None:
    data = "Lokal;Förening;Datum;Från;Till\nSal A;Kören Prov;2026-12-01;kvällen;20:00\n"
    confirmed(board, data.encode(), into_round=False)
    with open_reading(board.database) as s:
        assert s.scalars(select(Occurrence.starts_at)).one() is None
        facts = facts_of_case(s, seen(board)[0], rules().folder.book.catalogue)
    assert "event_starts_at" not in facts.values
    assert "event_starts_at" in facts.unreadable


def test_taking_a_register_back_hides_nothing_that_another_register_named_too(board: BoardAtWork) -> None:
    first = confirmed(board, REGISTER, into_round=False)
    confirmed(board, REGISTER + b"\n", into_round=False)
    board.do(import_batches.undo_import, first.id)
    assert found_by(board, NUMBERS[0]) == ["Kulturföreningen Provkvarnen"]
    assert found_by(board, "provkvarnen") == ["Kulturföreningen Provkvarnen"]
    assert faults(board) == []


def test_taking_a_register_back_hides_nothing_of_another_board(board: BoardAtWork) -> None:
    other = BoardAtWork(board.database, code="syd").build()
    first = confirmed(board, REGISTER, into_round=False)
    other.receive()
    board.do(import_batches.undo_import, first.id)
    assert found_by(board, NUMBERS[0]) == ["Kulturföreningen Provkvarnen"]
    assert faults(board) == []


def test_an_alias_of_a_list_that_was_taken_back_is_there_again_when_somebody_uses_it(board: BoardAtWork) -> None:
    board.receive()
    batch = confirmed(board, rows(one(name="Kvarnens Vänner i Provby")))
    board.do(import_batches.undo_import, batch.id)
    assert found_by(board, "kvarnens vänner") == []
    board.receive(clean_facts(name="Kvarnens Vänner i Provby"), doubled_because="ny ansökan")
    assert found_by(board, "kvarnens vänner") == ["Kulturföreningen Provkvarnen"]
    assert faults(board) == []


def test_personal_numbers_are_kept_nowhere_of_what_lies_ready(board: BoardAtWork) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "19800101-1234"
    sheet.append(["Namn", "Kommun", "Typ", "Ort"])
    sheet.append(["Provby Kör", "Provby 19800101-1234", "Anna 19800101-1234", "x 800101-1234"])
    out = io.BytesIO()
    book.save(out)
    key = board.staged(out.getvalue(), into_round=False)
    board.staged(
        f"Mottagare;Ver.nr;Belopp;Betaldatum\nAnna;19800101-1234;nej Kontaktperson Anna Andersson i styrelsen 19800101-1234;{TODAY}\n".encode(),
        into_round=False,
        role=Role.FINANCE,
    )
    board.do(import_batches.confirm_import, key, good_only=False)
    with board.database.engine.connect() as connection:
        for table in ("staged_rows", "staged_problems", "associations", "association_names", "import_batches"):
            said = str(connection.execute(text(f"SELECT * FROM {table}")).all())
            assert "800101" not in said, table


def test_finance_sees_no_list_of_applications(board: BoardAtWork) -> None:
    key = board.staged(rows(one()))
    with open_reading(board.database) as s:
        assert staged_files.waiting_files(acting(s, board.staff[Role.FINANCE]), most=9) == []
        with pytest.raises(Refused) as refused:
            staged_files.of_person(acting(s, board.staff[Role.FINANCE]), key)
    assert refused.value.obstacle is Obstacle.MISSING


def test_an_endless_sheet_name_is_cut(board: BoardAtWork) -> None:
    data = hostile.changed(
        hostile.workbook(hostile.ROW),
        "xl/workbook.xml",
        lambda xml: xml.replace(b'name="Sheet"', b'name="' + b"x" * 200_000 + b'"'),
    )
    key = board.staged(data)
    with open_reading(board.database) as s:
        assert len(str(s.get_one(StagedFile, key).found)) < 5_000


def test_a_file_of_endless_tables_is_refused(board: BoardAtWork) -> None:
    shapes = ["Förening;Org.nr\nA;802999-0234\n\n", "Org.nr;Förening\n802999-0234;A\n\n"]
    key = board.staged("".join(shapes[n % 2] for n in range(400)).encode())
    with open_reading(board.database) as s:
        assert "fler än 50 tabeller" in s.get_one(StagedFile, key).problem["what"][0]


def test_the_hits_of_words_in_a_list_that_was_taken_back_do_not_count(board: BoardAtWork) -> None:
    def hit(session: Any) -> None:
        found = WordHit(board_id=board.board_id, case_id=seen(board)[0].id, list="ord", entry="x", on=TODAY)
        session.add(found)
        session.flush()
        session.add_entry(
            trail.TrailNote(action="cases_screened", by=None, at=NOW, subject=found, board_id=board.board_id)
        )

    batch = confirmed(board, rows(one()))
    run_in_transaction(board.database, hit)
    with open_reading(board.database) as s:
        assert word_hits(s, board.board_id)
    board.do(import_batches.undo_import, batch.id)
    with open_reading(board.database) as s:
        assert word_hits(s, board.board_id) == {}


def test_cases_that_rested_on_a_list_are_screened_anew_when_it_is_taken_back(board: BoardAtWork) -> None:
    first = board.receive().number
    worker = Worker(board.database, rules(), lambda: NOW + timedelta(hours=2))
    batch = confirmed(board, rows(one(members="3")), at=NOW + timedelta(hours=1))
    board.do(cases.add_note, first, "Ringde.", official=True)
    board.do(cases.change_facts, first, Facts({"purpose": "annat"}), version=None, at=NOW + timedelta(hours=1))
    assert board.case(first).proposal == "refuse"
    board.do(import_batches.undo_import, batch.id)
    work_off(worker)
    assert board.case(first).proposal != "refuse"
    assert faults(board) == []


def test_a_booking_that_ends_before_it_begins_is_told(board: BoardAtWork) -> None:
    key = board.staged(
        b"Lokal;F\xc3\xb6rening;Start;Arrangemanget slutar\nSal A;K\xc3\xb6ren;2026-12-01 18:00;2026-12-01 17:00\n",
        into_round=False,
    )
    with open_reading(board.database) as s:
        assert s.get_one(StagedFile, key).counts["good"] == 1
        assert any("inte efter starttiden" in what for what in s.scalars(select(StagedProblem.what_sv)))


def test_letters_go_to_the_address_that_a_list_states(board: BoardAtWork) -> None:
    headings, said = "Kontaktperson;E-post;Tfn", "Kim Norr;kassor@koren.example;070-1234567"
    data = f"Förening;Org.nr;Sökt;{headings}\nKören;{NUMBERS[0]};1 000;{said}".encode()
    batch = confirmed(board, data)
    screened(board, batch)
    [case] = seen(board)
    with open_reading(board.database) as s:
        found = contacts(s, case.board_id, case.kind, [case.association_id or 0])
        facts = facts_of_case(s, case, rules().folder.book.catalogue)
    assert [row.email for row in found.values()] == ["kassor@koren.example"]
    assert (facts.values["contact_person"], facts.values["contact_phone"]) == ("Kim Norr", "070-1234567")
    assert faults(board) == []
