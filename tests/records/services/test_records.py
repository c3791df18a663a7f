"""The list of a case's documents, the list for the registry, its numbers back, and everything on one association."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, board, clean_facts, refused
from tests.casework.services.test_document_statuses import put_in
from tests.factories import NOW, TODAY
from tests.formats.papers import pdf
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.domain.letters import LetterKind
from vetting.casework.domain.records import CaseRecord, RecordClass, RecordKind
from vetting.casework.models.cases import Case
from vetting.casework.models.completions import Completion, CompletionBatch
from vetting.casework.models.decisions import Decision
from vetting.casework.models.documents import READ, DocumentText
from vetting.casework.services import (
    after_decision,
    cases,
    communications,
    completions,
    decisions,
    document_statuses,
    letters,
    meetings,
)
from vetting.casework.services.completions import NewCompletionRequest
from vetting.casework.services.records import register_record
from vetting.engine.facts import Facts
from vetting.grants.services.rounds import NewRound, add_round, register_round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import midnight
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Refused, UnreadableError
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, open_technical
from vetting.money.services import payment_batches
from vetting.records.services import records, registry
from vetting.records.services.registry import RecordTime, TakenNumbers, time_of_days
from vetting.workspace.services.todays import TodayPlace, today_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.session import WritingSession

__all__ = ["board"]
pytestmark = pytest.mark.both_engines
REGISTRAR = Role.REGISTRAR


def of_case(board: BoardAtWork, number: str, role: Role = Role.CASEWORKER) -> list[CaseRecord]:
    with open_reading(board.database) as s:
        return records.records_of_case(acting(s, board.staff[role]), board.case(number))


def told(found: Sequence[CaseRecord]) -> list[tuple[int, RecordKind, str]]:
    return [(one.place.serial, one.place.kind, one.status.value) for one in found]


def handled(board: BoardAtWork) -> str:
    """An application with one of each kind of record."""
    number = board.receive().number
    put_in(board, number, DocumentStatus.ARRIVED, "stadgar.pdf")
    put_in(board, number, DocumentStatus.WORKING, "utkast.pdf")
    board.do(cases.add_note, number, "Kassören, 850101-1234, ringde.", official=True)
    board.do(cases.add_note, number, "Min egen.", official=False)
    board.do(completions.request_completion, number, (), NewCompletionRequest(text="Skicka mer."))
    board.send_letters(number)
    board.make_ready(number)
    board.propose(number)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    made = board.decide(number, sent=False)
    row = board.do(letters.write_letter, number, LetterKind.APPROVAL, made.id)
    board.do(letters.mark_sent, row.id, "hand", at=NOW + timedelta(minutes=1))
    return number


def test_every_record_has_its_number_and_its_status_and_working_material_has_none(board: BoardAtWork) -> None:
    number = handled(board)
    found = of_case(board, number)
    kinds = {  # what asks for more is a letter, too
        RecordKind.APPLICATION,
        RecordKind.DOCUMENT,
        RecordKind.LETTER,
        RecordKind.NOTE,
        RecordKind.REPORT,
        RecordKind.DECISION,
    }
    assert sorted(kind.value for _serial, kind, _status in told(found)) == sorted([*kinds, RecordKind.LETTER])
    assert [one.place.serial for one in found] == [1, 2, 3, 4, 5, 6, 7]
    by_kind = {one.place.kind: one for one in found}
    assert any(one.place.kind is RecordKind.LETTER and one.title.sv.startswith("Komplettering") for one in found)
    assert by_kind[RecordKind.APPLICATION].status is DocumentStatus.ARRIVED
    assert by_kind[RecordKind.REPORT].place.serial < by_kind[RecordKind.DECISION].place.serial
    sent = by_kind[RecordKind.LETTER]
    assert (sent.status, sent.way.sv, sent.place.serial) == (DocumentStatus.SENT, "överlämnat", 7)
    assert [words.sv for words in by_kind[RecordKind.NOTE].doubts] == ["något som liknar ett personnummer"]
    assert [words.sv for words in by_kind[RecordKind.DOCUMENT].doubts] == ["texten är inte läst av systemet"]


def test_what_comes_in_and_goes_out_beside_letters_is_a_record_too(board: BoardAtWork) -> None:
    number = board.receive().number
    new = communications.NewCommunication(what="Underlaget.", reply_by=TODAY + timedelta(days=21), sent_to="styrelsen")
    put = board.do(communications.communicate, number, new)
    later = NOW + timedelta(days=1)
    reply = communications.NewReply(communication=put.id, reply="Vi ändrar stadgarna.", handled="Godtas.")
    board.do(communications.note_reply, number, reply, at=later)
    [came] = [one for one in of_case(board, number) if one.place.kind is RecordKind.REPLY]
    assert (came.status, came.on, came.place.at) == (DocumentStatus.ARRIVED, later.date(), later)
    with open_reading(board.database) as s:
        [(_name, ending, content)] = records.files_of_records(acting(s, board.staff[Role.CASEWORKER]), [came])
    assert (ending, content[:5]) == ("pdf", b"%PDF-")


def test_an_application_says_what_was_handed_in_whatever_became_known_later(board: BoardAtWork) -> None:
    number = board.receive().number

    def paper() -> str:
        [came] = [one for one in of_case(board, number) if one.place.kind is RecordKind.APPLICATION]
        with open_reading(board.database) as s:
            [(_name, _ending, content)] = records.files_of_records(acting(s, board.staff[Role.CASEWORKER]), [came])
        return str(pypdfium2.PdfDocument(io.BytesIO(content))[0].get_textpage().get_text_bounded())

    first = paper()
    assert "120" in first
    later = NOW + timedelta(days=3)
    board.do(cases.change_facts, number, Facts({"members_total": 77}), version=None, at=later)
    assert paper() == first


def test_a_decided_case_has_its_batch_its_report_and_its_appeal(board: BoardAtWork) -> None:
    case = board.approve()
    finance: dict[str, Any] = {"role": Role.FINANCE}
    batch = board.do(payment_batches.make_basis, TODAY + timedelta(days=300), None, **finance)
    before = {kind for _serial, kind, _status in told(of_case(board, case.number))}
    assert RecordKind.PAYMENT not in before, "a draft has gone nowhere"
    board.do(payment_batches.lock_basis, batch.number, version=None, **finance)
    with open_reading(board.database) as s:
        made = s.scalars(select(Decision).where(Decision.case_id == case.id)).one()
    appealed = after_decision.NewDecisionEvent(what=DecisionEventKind.APPEALED, on=TODAY, court="FR", number="1-26")
    board.do(after_decision.note_decision_event, made.id, appealed, role=REGISTRAR)
    found = {one.place.kind: one for one in of_case(board, case.number)}
    assert (found[RecordKind.PAYMENT].status, found[RecordKind.PAYMENT].party.sv) == (DocumentStatus.SENT, "ekonomi")
    assert found[RecordKind.COURT].title.sv == "Överklagat 1-26"


def test_a_request_that_keeps_its_own_letter_is_a_record_with_it(board: BoardAtWork) -> None:
    number = board.receive().number
    kept = {"to": "Kvarnen", "way": "post", "email": "", "postal": ["Gatan 1"], "subject": "Komplettering"}

    def ask(session: WritingSession) -> None:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        batch = CompletionBatch(board_id=case.board_id, kind=case.kind, due_on=TODAY, left=[], at=NOW)
        session.add(batch)
        session.flush()
        old = {**kept, "lines": ["Skicka mer."], "language": "sv"}
        row = Completion(case_id=case.id, batch_id=batch.id, facts=[], text="", sent_on=TODAY, due_on=TODAY, letter=old)
        session.add(row)
        session.flush()
        register_record(
            session,
            case,
            RecordKind.COMPLETION,
            row.id,
            DocumentStatus.SENT,
            party="Kvarnen",
            way="post",
        )
        session.note("completion_requested", row, case_id=case.id)

    board.do(ask)
    [found] = [one for one in of_case(board, number) if one.place.kind is RecordKind.COMPLETION]
    assert (found.status, found.way.sv, found.party.sv) == (DocumentStatus.SENT, "post", "Kvarnen")
    with open_reading(board.database) as s:
        [(_name, ending, content)] = records.files_of_records(acting(s, board.staff[Role.CASEWORKER]), [found])
    assert (ending, content[:5]) == ("pdf", b"%PDF-")


def test_a_number_stays_when_something_else_becomes_a_record(board: BoardAtWork) -> None:
    number = board.receive().number
    first = put_in(board, number, DocumentStatus.ARRIVED, "ett.pdf")
    draft = put_in(board, number, DocumentStatus.WORKING, "utkast.pdf")
    board.do(cases.add_note, number, "Ringde.", official=True, at=NOW + timedelta(minutes=2))
    before = {(one.place.kind, one.place.key): one.place.serial for one in of_case(board, number)}
    assert before[RecordKind.DOCUMENT, first.id] == 2
    new = document_statuses.NewDocumentStatus(status=DocumentStatus.DRAWN_UP)
    board.do(document_statuses.set_status, draft.id, new, role=REGISTRAR, at=NOW + timedelta(minutes=5))
    after = {(one.place.kind, one.place.key): one.place.serial for one in of_case(board, number)}
    assert {key: after[key] for key in before} == before
    assert after[RecordKind.DOCUMENT, draft.id] == 4


def test_somebody_notes_a_number_and_a_section_and_two_at_once_are_told(board: BoardAtWork) -> None:
    number = handled(board)
    note = next(one for one in of_case(board, number) if one.place.kind is RecordKind.NOTE)
    given = (number, note.place.kind, note.place.key)
    board.do(records.mark_record, *given, secrecy="21 kap. 1 §", version=1, role=REGISTRAR)
    assert refused(board, records.mark_record, *given, secrecy="", version=1, role=REGISTRAR)[0] is Obstacle.STALE
    board.do(records.mark_record, *given, registry_number="7", version=2, role=REGISTRAR)
    marked = next(one for one in of_case(board, number) if one.place.kind is RecordKind.NOTE)
    assert (marked.secrecy, marked.registry_number) == ("21 kap. 1 §", "7")
    missing = (number, RecordKind.LETTER, 99999)
    assert refused(board, records.mark_record, *missing, secrecy="x", role=REGISTRAR)[0] is Obstacle.MISSING


# the list for the registry


def in_time(board: BoardAtWork, time: RecordTime, role: Role = REGISTRAR) -> list[CaseRecord]:
    with open_reading(board.database) as s:
        return registry.records_in(acting(s, board.staff[role]), time)


def test_a_list_holds_what_became_a_record_since_the_last_one(board: BoardAtWork) -> None:
    number = handled(board)
    assert len(in_time(board, time_of_days(TODAY, TODAY))) == 7
    assert in_time(board, time_of_days(TODAY - timedelta(days=3), TODAY - timedelta(days=1))) == []
    later = NOW + timedelta(hours=1)
    row = board.do(registry.make_list, role=REGISTRAR, at=later)
    assert row.number == 7
    assert refused(board, registry.make_list, role=REGISTRAR, at=later)[0] is Obstacle.INVALID  # nothing since
    backwards = {"first": TODAY, "last": TODAY - timedelta(days=1)}
    assert refused(board, registry.make_list, role=REGISTRAR, at=later, **backwards)[0] is Obstacle.INVALID
    board.do(cases.add_note, number, "Ringde igen.", official=True, at=later + timedelta(minutes=1))
    again = board.do(registry.make_list, role=REGISTRAR, at=later + timedelta(hours=1))
    assert (again.number, again.since) == (1, row.until)
    with open_reading(board.database) as s:
        mine = today_of(acting(s, board.staff[REGISTRAR]), on=TODAY)
    assert TodayPlace.REGISTRY not in {line.place for line in mine.now.shown}


def test_plan_takes_kinds_out_of_the_diary_from_then_on(board: BoardAtWork) -> None:
    number = handled(board)
    board.do(registry.set_record_plan, {RecordKind.NOTE}, {RecordKind.LETTER}, role=Role.ADMINISTRATOR)
    board.do(cases.add_note, number, "Ringde igen.", official=True)
    assert len(in_time(board, time_of_days(TODAY, TODAY))) == 7, "what came before stands as it was"
    before, after = [one.place.record_class for one in of_case(board, number) if one.place.kind is RecordKind.NOTE]
    assert (before, after) == (RecordClass.DIARY, RecordClass.ORDER)
    refusals: tuple[tuple[set[RecordKind], set[RecordKind], str], ...] = (
        ({RecordKind.NOTE}, {RecordKind.NOTE}, "minor"),
        ({RecordKind.DECISION}, set(), "in_order"),
    )
    for in_order, minor, where in refusals:
        told_of = refused(board, registry.set_record_plan, in_order, minor, role=Role.ADMINISTRATOR)
        assert told_of == (Obstacle.INVALID, [where])
    assert refused(board, registry.set_record_plan, (), (), role=REGISTRAR)[0] is Obstacle.FORBIDDEN


def test_a_list_of_chosen_days_moves_the_next_one_only_where_it_leaves_no_gap(board: BoardAtWork) -> None:
    number = handled(board)

    def reached(at: datetime) -> datetime:
        with open_reading(board.database) as s:
            return registry.since_last(acting(s, at=at), board.case(number).board_id).since

    later = NOW + timedelta(days=3)
    begins = reached(later)
    board.do(cases.add_note, number, "Ringde.", official=True, at=NOW + timedelta(days=2))
    gap = board.do(registry.make_list, first=TODAY + timedelta(days=2), role=REGISTRAR, at=later)
    assert gap.number == 1
    assert reached(later) == begins
    until = board.do(registry.make_list, last=TODAY, role=REGISTRAR, at=later)
    assert (until.since, until.number) == (begins, 7)
    assert reached(later) == until.until == midnight(TODAY + timedelta(days=1))
    older = {"first": TODAY - timedelta(days=1), "last": TODAY}
    board.do(registry.make_list, role=REGISTRAR, at=later, **older)
    assert reached(later) == until.until
    early = {"last": TODAY - timedelta(days=20)}
    assert refused(board, registry.make_list, role=REGISTRAR, at=later, **early)[0] is Obstacle.INVALID


def test_a_text_that_was_masked_when_it_was_read_is_to_be_looked_at(board: BoardAtWork) -> None:
    number = board.receive().number
    paper = put_in(board, number, DocumentStatus.ARRIVED, "protokoll.pdf")
    with open_technical(board.database) as s:
        texts = [f"Ordförande {mask_personal_numbers('850101-1234')}"]
        given = {"state": READ, "pages": 1, "texts": texts, "folded": "", "at": NOW}
        s.add(DocumentText(id=paper.id, board_id=board.case(number).board_id, **given))
    [found] = [one for one in of_case(board, number) if one.place.kind is RecordKind.DOCUMENT]
    assert [words.sv for words in found.doubts] == ["något som liknar ett personnummer"]


def test_a_confirmed_booking_is_no_record_but_what_is_written_in_it_is(board: BoardAtWork) -> None:
    booking = board.receive(kind=CaseKind.BOOKING).number
    assert of_case(board, booking) == []
    board.do(cases.add_note, booking, "Nyckeln är borta.", official=True)
    assert told(of_case(board, booking)) == [(1, RecordKind.NOTE, "working")]  # until the case is closed


def listed(board: BoardAtWork) -> bytes:
    found = in_time(board, time_of_days(TODAY, TODAY))
    return registry.list_workbook(found, about_words=(), by=board.staff[REGISTRAR], at=NOW)


def test_the_workbook_and_the_zip_hold_the_same_in_order(board: BoardAtWork) -> None:
    number = handled(board)
    book = listed(board)
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:4] == ["Ärendenr", "Nr", "✎ Dnr", "✎ Nr i diariet"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [(row[0], row[1]) for row in rows] == [(number, serial) for serial in range(1, 8)]
    assert {row[2] for row in rows} == {"EXN 2026/200"}
    with open_reading(board.database) as s:
        content = registry.list_bundle(
            acting(s, board.staff[REGISTRAR]), in_time(board, time_of_days(TODAY, TODAY)), book
        )
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert names[-1] == "Diarieföringslista.xlsx"
    assert [name[:3] for name in names[:-1]] == [f"{place:03}" for place in range(1, 8)]
    assert all(name.endswith(".pdf") for name in names[:-1])


def numbers(board: BoardAtWork, rows: Sequence[Sequence[Any]], head: Sequence[str] = ()) -> TakenNumbers:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(head or ("Ärendenr", "Nr", "Dnr", "Nr i diariet")))
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    read = registry.read_numbers(out.getvalue(), "lista.xlsx", by=board.staff[REGISTRAR])
    return board.do(registry.take_numbers, read, role=REGISTRAR)  # type: ignore[no-any-return]


def test_the_registrys_numbers_come_back_by_list(board: BoardAtWork) -> None:
    number = board.receive(round_id=None).number
    put_in(board, number, DocumentStatus.ARRIVED, "stadgar.pdf")
    with open_reading(board.database) as s:
        assert [case.number for case in registry.without_number(acting(s, board.staff[REGISTRAR]))] == [number]
        mine = today_of(acting(s, board.staff[REGISTRAR], NOW + timedelta(minutes=1)), on=TODAY)
    assert [line.why.sv for line in mine.now.shown if line.place is TodayPlace.REGISTRY] == [
        "står inte i någon diarieföringslista",
        "har inget diarienummer",
    ]
    taken = numbers(board, [(number, 1, "EXN 2026/301", "1"), (number, 2, "EXN 2026/301", "")])
    assert (taken.cases, taken.records, taken.same, taken.left) == (1, 1, 1, [])
    assert board.case(number).dnr == "EXN 2026/301"
    found = of_case(board, number)
    assert [one.registry_number for one in found] == ["1", ""]
    assert {one.dnr for one in found} == {"EXN 2026/301"}
    again = numbers(board, [(number, 1, "EXN 2026/301", "1"), (number, 2, "", "2"), (number, 2, "", "2")])
    assert (again.cases, again.records, again.same) == (0, 1, 2)
    with open_reading(board.database) as s:
        assert not registry.without_number(acting(s, board.staff[REGISTRAR]))


def test_a_list_that_is_wrong_in_places_takes_the_rest(board: BoardAtWork) -> None:
    mine = board.receive(round_id=None).number
    put_in(board, mine, DocumentStatus.ARRIVED, "stadgar.pdf")
    other = BoardAtWork(board.database, code="soder").build()
    theirs = other.receive(clean_facts(NUMBERS[1], "Föreningen Annan"), round_id=None)
    other.do(cases.register_case, theirs.number, "SÖD 2026/1")
    taken = numbers(
        board,
        [
            ("BID-2026-0099", 1, "SÖD 2026/1", "1"),
            (mine, 9, "EXN 2026/301", "9"),
            (mine, 1, "EXN 2026/301", "1"),
            (mine, 1, "EXN 2026/302", "1"),
            (mine, 2, "EXN 2026/301", "2"),
            ("", "", "EXN 2026/9", ""),
        ],
    )
    assert [problem.where for problem in taken.left] == ["2", "3", "4", "5", "7"]
    assert (taken.cases, taken.records) == (1, 1)
    assert other.case(theirs.number).dnr == "SÖD 2026/1"
    late = numbers(board, [(mine, 1, "EXN 2026/999", "1"), (mine, 1, "EXN 2026/999", "1"), (mine, 2, "", "7")])
    assert len(late.left) == 3
    assert numbers(board, [(mine, 1, "", "2")]).left[0].what.sv.startswith("En annan handling")
    assert numbers(board, [(mine, 1, "", "")]).empty == 1


def test_odd_numbers_are_left_in_their_rows(board: BoardAtWork) -> None:
    mine = board.receive(round_id=None).number
    odd = [1.23e19, 12.5, datetime(2026, 3, 1, tzinfo=None), True, "x" * 61]
    for value in odd:
        taken = numbers(board, [(mine, 1, "", value)])
        assert [problem.where for problem in taken.left] == ["2"], value
        assert taken.records == 0
    assert numbers(board, [(mine, 1, "EXN 2026/1", 1)]).records == 1


def test_what_is_no_such_list_is_refused_whole(board: BoardAtWork) -> None:
    with pytest.raises(Refused) as wrong:
        numbers(board, [("x", "y")], head=("Förening", "Belopp"))
    assert wrong.value.problems[0].where == "file"
    for data in (b"", b"PK\x03\x04 no workbook", pdf("en pdf")):
        with pytest.raises(UnreadableError):
            registry.read_numbers(data, "x.xlsx", by=board.staff[REGISTRAR])
    with pytest.raises(Refused) as forbidden:
        registry.read_numbers(b"", "x.xlsx", by=board.staff[Role.DECISION_MAKER])
    assert forbidden.value.obstacle is Obstacle.FORBIDDEN


# everything on one association


def test_everything_on_an_association_is_what_one_may_see(board: BoardAtWork) -> None:
    number = handled(board)
    key = board.case(number).association_id
    booking = board.receive(kind=CaseKind.BOOKING).number
    board.do(cases.add_note, booking, "Nyckeln är borta.", official=True)

    def found(role: Role) -> set[str]:
        with open_reading(board.database) as s:
            seen = records.records_of_association(acting(s, board.staff[role]), key or 0)
        return {one.case_number for one in seen}

    assert found(REGISTRAR) == {number, booking}
    assert found(Role.PREMISES) == {booking}
    other = BoardAtWork(board.database, code="soder").build()
    board.staff[Role.MANAGER] = other.staff[Role.MANAGER]
    assert found(Role.MANAGER) == set()
    board.do(meetings.recuse_person, number, ConflictGround.CLOSE_PERSON)
    with pytest.raises(Refused) as left:
        found(Role.CASEWORKER)
    assert left.value.obstacle is Obstacle.MISSING


def test_a_round_gets_its_number_once_and_its_cases_have_it(board: BoardAtWork) -> None:
    new = NewRound(name="Projektbidrag", opens_on=TODAY - timedelta(days=9), closes_on=TODAY + timedelta(days=9))
    into = board.do(add_round, new)
    number = board.receive(round_id=into.id).number
    with open_reading(board.database) as s:
        assert registry.count_without_number(acting(s, board.staff[REGISTRAR])) == 1
    assert refused(board, register_round, into.id, " ", role=REGISTRAR)[0] is Obstacle.INVALID
    for _again in range(2):
        board.do(register_round, into.id, "EXN  2026/400", role=REGISTRAR)
    assert refused(board, register_round, into.id, "EXN 2026/401", role=REGISTRAR)[0] is Obstacle.STALE
    assert refused(board, register_round, into.id, "X", role=Role.DECISION_MAKER)[0] is Obstacle.FORBIDDEN
    with open_reading(board.database) as s:
        assert registry.count_without_number(acting(s, board.staff[REGISTRAR])) == 0
    assert {one.dnr for one in of_case(board, number)} == {"EXN 2026/400"}


def test_what_stands_in_a_list_of_chosen_days_is_not_counted_again(board: BoardAtWork) -> None:
    number = handled(board)
    later = NOW + timedelta(days=3)
    board.do(cases.add_note, number, "Ringde.", official=True, at=NOW + timedelta(days=2))

    def left() -> int:
        with open_reading(board.database) as s:
            return registry.count_since_last(acting(s, board.staff[REGISTRAR], later))

    assert left() == 8
    board.do(registry.make_list, first=TODAY, last=TODAY, role=REGISTRAR, at=later)
    assert left() == 1
    board.do(registry.make_list, first=TODAY - timedelta(days=3), role=REGISTRAR, at=later)
    assert left() == 0
