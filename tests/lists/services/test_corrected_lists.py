"""A list of applications that comes again, corrected: new, changed cell by cell, unchanged, gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.board import NUMBERS, BoardAtWork, board, clean_facts
from tests.factories import NOW, TODAY
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.models.cases import Case, Note
from vetting.casework.models.screenings import StoredScreening
from vetting.casework.services import cases, meetings
from vetting.casework.services.screenings import is_out_of_date
from vetting.engine.facts import Facts
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.import_batches import ImportBatch
from vetting.kernel.store.session import open_reading
from vetting.lists.models.staged_files import StagedFile, StagedProblem, distinct_problems
from vetting.lists.services import earlier_lists, import_batches

__all__ = ["board"]
HEADINGS = "Förening;Org.nr;Medlemmar;Sökt;Ändamål;Inkom"
LATER = NOW + timedelta(days=400)
FIRST = ("A", "10 000"), ("B", "20 000"), ("C", "30 000")


def line(letter: str, amount: str, members: str = "120", purpose: str = "kurser") -> str:
    number = NUMBERS["ABCDE".index(letter)]
    return f"Övningsföreningen {letter};{number};{members};{amount};{purpose};{TODAY.isoformat()}"


def staged(board: BoardAtWork, *lines: str, into_round: bool = True) -> int:
    return board.staged("\n".join([HEADINGS, *lines]).encode(), into_round=into_round)


def taken_in(board: BoardAtWork, key: int, **more: Any) -> ImportBatch:
    batch: ImportBatch = board.do(import_batches.confirm_import, key, good_only=True, **more)
    return batch


def first_list(board: BoardAtWork) -> None:
    taken_in(board, staged(board, *(line(*one) for one in FIRST)))


def amounts(board: BoardAtWork) -> dict[str, int | None]:
    with open_reading(board.database) as s:
        return {case.name[-1]: case.amount_applied for case in s.scalars(select(Case).order_by(Case.id))}


def counts(board: BoardAtWork, key: int) -> tuple[int, int, int, int]:
    with open_reading(board.database) as s:
        found = s.get_one(StagedFile, key).counts
    return found["good"], found["changed"], found["same"], found["gone"]


def notes(board: BoardAtWork, letter: str) -> list[str]:
    with open_reading(board.database) as s:
        wanted = select(Note).join(Case, Case.id == Note.case_id).where(Case.name.endswith(f" {letter}"))
        return [note.text.replace("\u00a0", " ") for note in s.scalars(wanted) if note.official]


def told(board: BoardAtWork, key: int) -> list[str]:
    with open_reading(board.database) as s:
        wanted = select(StagedProblem.what_sv).where(StagedProblem.staged_id == key).order_by(StagedProblem.id)
        return [what.replace("\u00a0", " ") for what in s.scalars(wanted)]


@pytest.mark.both_engines
def test_a_corrected_list_changes_what_it_corrects_and_makes_what_is_new(board: BoardAtWork) -> None:
    first_list(board)
    key = staged(board, line("A", "99 999", members="125"), line("B", "20 000"), line("D", "5 000"))
    assert counts(board, key) == (1, 1, 1, 1)
    with open_reading(board.database) as s:
        found = s.get_one(StagedFile, key).found
        [changed] = found["changed"]
        assert set(changed[1]) == {"amount_applied", "members_total"}
        assert (changed[4]["amount_applied"], changed[5]["amount_applied"]) == (10_000_00, 99_999_00)
        assert found["gone"] == [s.scalars(select(Case.number).where(Case.name.endswith(" C"))).one()]
    batch = taken_in(board, key)
    assert [batch.counts[name] for name in ("created", "updated", "unchanged")] == [1, 1, 1]
    assert amounts(board) == {"A": 99_999_00, "B": 20_000_00, "C": 30_000_00, "D": 5_000_00}
    again = staged(
        board, line("A", "99 999", members="125"), line("B", "20 000"), line("C", "30 000"), line("D", "5 000")
    )
    assert counts(board, again) == (0, 0, 4, 0)
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.parametrize("into_round", [True, False])
def test_the_same_rows_in_another_file_make_no_second_set_of_cases(board: BoardAtWork, *, into_round: bool) -> None:
    rows = [line(*one) for one in FIRST]
    for some in (rows, list(reversed(rows)), [*rows, ""], [rows[1], rows[0], rows[2], "Summa;;;60 000;;"]):
        taken_in(board, staged(board, *some, into_round=into_round))
    assert amounts(board) == {"A": 10_000_00, "B": 20_000_00, "C": 30_000_00}


def test_an_application_by_form_is_known_in_a_list(board: BoardAtWork) -> None:
    board.receive(clean_facts(NUMBERS[0], "Övningsföreningen A"))
    key = staged(board, line("A", "10 000", purpose=""))
    assert counts(board, key)[0] == 0
    other = staged(board, line("A", "12 000", purpose="ett läger"))
    assert counts(board, other)[0] == 1
    assert any("har redan en ansökan i omgången" in what for what in told(board, other))


def test_several_applications_of_one_association_are_told_apart_by_purpose(board: BoardAtWork) -> None:
    taken_in(board, staged(board, line("A", "1 000", purpose="läger"), line("A", "2 000", purpose="kurser")))
    key = staged(board, line("A", "2 500", purpose="kurser"), line("A", "1 000", purpose="läger"))
    assert counts(board, key) == (0, 1, 1, 0)


def test_a_sum_raised_after_closing_is_told_and_waits_for_the_officer(board: BoardAtWork) -> None:
    first_list(board)
    key = staged(board, line("A", "99 999"), line("B", "15 000"), line("C", "30 000"))
    assert counts(board, key) == (0, 2, 1, 0)
    with pytest.raises(Refused) as refused:  # in time when it was read, and not any more
        taken_in(board, key, at=LATER)
    assert refused.value.obstacle is Obstacle.STALE
    earlier_lists.renew_comparison(board.database, key, by=board.staff[Role.CASEWORKER], on=LATER.date())
    assert counts(board, key) == (0, 1, 2, 0)
    taken_in(board, key, at=LATER)
    assert amounts(board) == {"A": 10_000_00, "B": 15_000_00, "C": 30_000_00}
    [note] = notes(board, "A")
    assert "10 000 kr → 99 999 kr. Beloppet höjs inte genom en lista efter sista ansökningsdagen." in note


def test_what_was_changed_in_the_case_is_not_overwritten(board: BoardAtWork) -> None:
    first_list(board)
    board.do(cases.change_facts, "BID-2026-0001", Facts({"members_total": 80}), version=None)
    key = staged(board, line("A", "11 000", members="130"), line("B", "20 000"), line("C", "30 000"))
    assert counts(board, key) == (0, 1, 2, 0)
    [what] = [one for one in told(board, key) if "har ändrats i ärendet" in one]
    assert "80" not in what  # whoever reads the list may not see the case
    taken_in(board, key)
    assert amounts(board)["A"] == 11_000_00
    [note] = notes(board, "A")
    assert "80 → 130. Uppgiften har ändrats i ärendet" in note
    same = staged(board, line("A", "11 000"), line("B", "20 000"), line("C", "30 000"))
    assert counts(board, same) == (0, 0, 3, 0)  # what the list says as before is no change of it


def test_a_decided_case_stands_and_the_list_says_so(board: BoardAtWork) -> None:
    case = board.approve(clean_facts(NUMBERS[0], "Övningsföreningen A"))
    key = staged(board, line("A", "99 999", members="4", purpose=""))
    assert counts(board, key) == (0, 0, 1, 0)
    assert all("beslutat" in what for what in told(board, key))
    taken_in(board, key)
    assert board.case(case.number).amount_applied == case.amount_applied
    assert len(notes(board, "A")) == 1


def test_a_row_with_somebody_elses_number_is_no_correction_of_their_case(board: BoardAtWork) -> None:
    first_list(board)
    other = f"Bågskytteklubben;{NUMBERS[0]};10;5 000;kurser;{TODAY.isoformat()}"
    assert counts(board, staged(board, other))[:3] == (1, 0, 0)


def test_what_an_officer_changed_by_a_returned_list_is_not_overwritten(board: BoardAtWork) -> None:
    first_list(board)
    with open_reading(board.database) as s:
        batch = s.scalars(select(ImportBatch.id)).one()
    known = Facts({"amount_applied": 8_000_00})
    board.do(cases.change_facts_in_list, "BID-2026-0001", known, batch_id=batch, row=2)
    key = staged(board, line("A", "10 000"), line("B", "20 000"), line("C", "31 000"))
    assert counts(board, key) == (0, 1, 2, 0)
    taken_in(board, key)
    assert amounts(board)["A"] == 8_000_00


def test_in_no_round_another_purpose_is_another_application_and_asked_about(board: BoardAtWork) -> None:
    taken_in(board, staged(board, line("A", "1 000", purpose="sommarläger"), into_round=False))
    key = staged(board, line("A", "9 000", purpose="julfest"), into_round=False)
    assert counts(board, key)[:3] == (1, 0, 0)
    assert any("har redan en öppen ansökan: BID-2026-0001" in what for what in told(board, key))
    slip = staged(board, line("A", "1 000", purpose="sommarlägret"), into_round=False)
    assert counts(board, slip)[:3] == (0, 1, 0)


def test_two_applications_without_a_purpose_are_known_by_sum_and_order(board: BoardAtWork) -> None:
    both = line("A", "1 000", purpose=""), line("A", "2 000", purpose="")
    taken_in(board, staged(board, *both, line("B", "3 000")))
    assert counts(board, staged(board, *both, line("B", "4 000"))) == (0, 1, 2, 0)
    other = staged(board, both[1], line("A", "1 500", purpose=""), line("B", "3 000"))
    assert counts(board, other) == (0, 1, 2, 0)


def test_a_withdrawn_application_does_not_come_back_with_its_list(board: BoardAtWork) -> None:
    first_list(board)
    board.do(cases.withdraw_case, "BID-2026-0001")
    key = staged(board, line("A", "10 000"), line("B", "20 000"), line("C", "31 000"))
    assert counts(board, key) == (0, 1, 2, 0)
    anew = staged(board, line("A", "15 000", purpose="ett läger"), line("B", "20 000"), line("C", "30 000"))
    assert counts(board, anew) == (1, 0, 2, 0)


def test_a_corrected_case_is_judged_by_what_is_said_now(board: BoardAtWork) -> None:
    first_list(board)
    batch = taken_in(board, staged(board, line("A", "10 000", members="2"), line("B", "20 000"), line("C", "30 000")))
    import_batches.screen_batch(board.database, batch.id, at=NOW, heard=lambda _done, _total: True)
    with open_reading(board.database) as s:
        case = s.get_one(Case, board.case("BID-2026-0001").id)
        kept = s.get_one(StoredScreening, case.screening_id)
        assert not is_out_of_date(s, case, on=TODAY)
        assert kept.on == TODAY


def test_who_has_left_a_case_to_others_changes_it_by_no_list(board: BoardAtWork) -> None:
    first_list(board)
    key = staged(board, line("A", "11 000"), line("B", "20 000"), line("C", "30 000"))
    board.do(meetings.recuse_person, "BID-2026-0001", ConflictGround.OTHER)
    with pytest.raises(Refused) as refused:
        taken_in(board, key)
    assert refused.value.obstacle is Obstacle.CLOSED
    assert amounts(board)["A"] == 10_000_00


def test_a_day_of_arrival_that_a_list_corrects_is_told_and_stays(board: BoardAtWork) -> None:
    first_list(board)
    later = line("A", "10 000").replace(TODAY.isoformat(), (TODAY - timedelta(days=1)).isoformat())
    key = staged(board, later, *(line(*one) for one in FIRST[1:]))
    assert any("Den dag då ansökan först kom in gäller." in what for what in told(board, key))
    taken_in(board, key)
    with open_reading(board.database) as s:
        assert {case.received_on for case in s.scalars(select(Case))} == {TODAY}


def test_rows_that_differ_in_an_unread_column_are_two_applications(board: BoardAtWork) -> None:
    rows = [f"{line('A', '10 000')};{section}" for section in ("Damer", "Herrar", "Damer")]
    key = board.staged("\n".join([f"{HEADINGS};Sektion", *rows]).encode())
    assert counts(board, key)[0] == 2
    assert told(board, key) == ["Samma organisationsnummer som på rad 2.", "Raden är likadan som rad 2."]


def test_an_equal_row_of_the_same_list_is_not_read_twice(board: BoardAtWork) -> None:
    key = staged(board, line("A", "10 000"), line("B", "10 000"), line("A", "10 000"), line("A", "10 000", purpose=""))
    assert told(board, key) == [
        "Raden är likadan som rad 2.",
        "Samma organisationsnummer som på rad 2.",
    ]
    taken_in(board, key)
    with open_reading(board.database) as s:
        assert [case.name[-1] for case in s.scalars(select(Case).order_by(Case.id))] == ["A", "B", "A"]


@pytest.mark.both_engines
@pytest.mark.parametrize("into_round", [True, False])
def test_an_application_for_the_same_in_another_round_is_told(board: BoardAtWork, *, into_round: bool) -> None:
    taken_in(board, staged(board, line("A", "10 000"), line("B", "10 000"), into_round=not into_round))
    key = staged(board, line("A", "10 000"), line("B", "20 000"), into_round=into_round)
    where = "utan omgång" if into_round else "i en annan omgång"
    assert told(board, key) == [f"Föreningen har en öppen ansökan {where} om samma sak: BID-2026-0001."]
    assert counts(board, key)[0] == 2


def test_problems_that_differ_in_the_value_only_are_told_once(board: BoardAtWork) -> None:
    key = staged(board, *(line("A", amount, purpose=amount) for amount in ("x1", "x2", "10 000", "x3")), line("B", ""))
    with open_reading(board.database) as s:
        shown = [(one.what.sv, one.what.en, one.more) for one in distinct_problems(s, key, 100)]
    assert ("”…” är inte ett belopp.", "“…” is not an amount.", 2) in shown
    assert len(shown) == 2
