"""Many asked in one act with each its letter and one day; promises, papers inside papers, reminders, late answers."""

from __future__ import annotations

import email
import email.policy
import io
import zipfile
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, booking_facts, clean_facts, judged_again
from tests.factories import NOW, TODAY
from tests.formats import mails
from tests.formats.mails import PDF
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.domain.completions import CompletionStage, GapState
from vetting.casework.domain.next_steps import CaseHolder, holder_of
from vetting.casework.models.completions import Completion, CompletionBatch, Contact
from vetting.casework.models.incoming import IncomingPost
from vetting.casework.models.letters import letters_of_requests
from vetting.casework.services import (
    before_decision,
    cases,
    completions,
    contacts,
    documents,
    incoming,
    incoming_proposals,
    meetings,
)
from vetting.casework.services import completion_letters as letters
from vetting.casework.services.completions import NewCompletionRequest, NewGapNote
from vetting.casework.services.letters import mark_sent
from vetting.casework.services.screenings import screen_without_keeping
from vetting.casework.services.stated_contacts import NewContact
from vetting.casework.services.unsent_letters import bundle_of_letters, unsent_letters
from vetting.engine.facts import Facts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from vetting.casework.services.completions import CompletionOverview
    from vetting.workspace.services.case_files import CaseFile

DUE = TODAY + timedelta(days=14)


def lacking(board: BoardAtWork, place: int = 0, *facts: str) -> str:
    given = dict.fromkeys(facts or ("accounts",))
    return board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}", **given)).number


def write(board: BoardAtWork, *numbers: str, at: Any = NOW, **more: Any) -> CompletionBatch:
    found: CompletionBatch = board.do(completions.request_of_many, numbers, NewCompletionRequest(**more), at=at)
    return found


def ask(board: BoardAtWork, *numbers: str, at: Any = NOW, **more: Any) -> CompletionBatch:
    """Asks by letters that are sent."""
    return send(board, write(board, *numbers, at=at, **more), at)


def send(board: BoardAtWork, batch: CompletionBatch, at: Any = NOW) -> CompletionBatch:
    """Notes the letters of an act as sent."""
    with open_reading(board.database) as s:
        keys = [row.id for row in letters_of_requests(s, batch)]
    for key in keys:
        board.do(mark_sent, key, "hand", at=at)
    return batch


def seen(board: BoardAtWork, at: Any = NOW, **more: Any) -> CompletionOverview:
    with open_reading(board.database) as s:
        return completions.completion_overview(
            acting(s, board.staff[Role.CASEWORKER]), CaseKind.GRANT, on=at.date(), **more
        )


def groups(board: BoardAtWork, at: Any = NOW, **more: Any) -> dict[str, list[str]]:
    found = seen(board, at, **more)
    return {group.value: [row.case.number for row in rows] for group, rows in found.groups.items() if group}


def opened(board: BoardAtWork, number: str, on: date = TODAY) -> CaseFile:
    with open_reading(board.database) as s:
        return case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=on)


def add_paper(board: BoardAtWork, number: str, type_: str, at: Any = NOW) -> int:
    new = documents.NewDocument(
        name=f"{type_}.pdf",
        media_type="application/pdf",
        content=PDF + f"{number}{type_}".encode(),
        type=type_,
        dated=None,
        arrived_on=at.date(),
    )
    key: int = board.do(documents.add_document, number, new, at=at).id
    return key


def reach(board: BoardAtWork, number: str, address: str = "", postal: str = "") -> None:
    board.do(contacts.set_contact, number, NewContact(email=address, postal=postal))


@pytest.mark.both_engines
def test_many_are_asked_in_one_act_each_with_its_own_letter_and_the_same_day(board: BoardAtWork) -> None:
    one, other, clean = (
        lacking(board),
        lacking(board, 1, "annual_minutes", "statutes_document"),
        lacking(board, 2, "purpose"),
    )
    assert groups(board)["ask"] == [one, other]
    batch = ask(board, one, other, due_on=DUE, text="Ring oss.")
    assert groups(board) == {"ask": [], "remind": [], "waits": [one, other], "answered": []}
    with open_reading(board.database) as s:
        rows = s.scalars(select(Completion).order_by(Completion.id)).all()
        assert [set(row.facts) for row in rows] == [{"accounts"}, {"annual_minutes", "statutes_document"}]
        assert {row.due_on for row in rows} == {DUE}
        assert {row.batch_id for row in rows} == {batch.id}
        first, second = ("\n".join(row.lines) for row in letters_of_requests(s, batch))
        assert one in first
        assert other in second
        assert "Ring oss." in first
        assert first != second.replace(other, one)
        assert trail_verification.verify_trail(s).problems == []
    assert board.case(one).state == "completion"
    assert board.case(clean).state == "received"
    assert [entry.action for entry, _ in opened(board, one).events if entry.action == "completion_requested"]


def test_what_was_never_asked_for_is_asked_for_now(board: BoardAtWork) -> None:
    values = {name: value for name, value in clean_facts().values.items() if name != "activity_report"}
    number = board.receive(Facts(values, frozenset(), frozenset({"activity_report"}))).number
    assert groups(board)["ask"] == [number]
    ask(board, number)
    assert board.case(number).not_asked == []
    assert board.case(number).proposal == "complete"


def test_letters_go_by_mail_where_there_is_an_address_and_the_rest_are_one_pdf(board: BoardAtWork) -> None:
    by_mail, by_post, nowhere = (lacking(board, place) for place in range(3))
    reach(board, by_mail, "kassor@forening.example")
    reach(board, by_post, postal="c/o Ek\n\nStorgatan 4\n123 45 Provby")
    batch = write(board, by_mail, by_post, nowhere)
    by = board.staff[Role.CASEWORKER]
    with open_reading(board.database) as s:
        found = letters.letters_of(acting(s, by), batch)
        archive = zipfile.ZipFile(io.BytesIO(bundle_of_letters(acting(s, by), [row.id for row, _case in found])))
        [name] = [name for name in archive.namelist() if name.endswith(".eml")]
        [printed] = [name for name in archive.namelist() if name.endswith(".pdf")]
        assert by_mail in name
        draft = email.message_from_bytes(archive.read(name), policy=email.policy.default)
        assert (draft["To"], draft["X-Unsent"], draft["From"]) == ("kassor@forening.example", "1", None)
        assert by_mail in draft["Subject"]
        body = draft.get_body()
        assert body is not None
        assert "balansräkning" in body.get_content()
        assert archive.read(printed).startswith(b"%PDF-")
        assert b"/Type/Pages/Count 2/" in archive.read(printed)
    assert {row.name: row.postal for row, _case in found}["Föreningen 1"] == ["c/o Ek", "Storgatan 4", "123 45 Provby"]


def test_a_case_waits_for_the_association_only_when_the_letter_has_gone(board: BoardAtWork) -> None:
    number = lacking(board)
    batch = write(board, number)
    written = opened(board, number).standing
    assert (written.letter_unsent, written.waits_on_association) == (True, False)
    assert holder_of(written) is CaseHolder.OFFICER
    [row] = seen(board).groups[CompletionStage.WAITS]
    assert row.is_unsent
    later = NOW + timedelta(days=2)
    send(board, batch, later)
    sent = opened(board, number, later.date()).standing
    assert (sent.letter_unsent, sent.waits_on_association) == (False, True)
    with open_reading(board.database) as s:
        assert s.scalars(select(Completion.sent_on)).all() == [later.date()]


def test_a_letter_that_had_no_address_goes_to_the_one_that_is_written_since(board: BoardAtWork) -> None:
    number, other = lacking(board), lacking(board, 1)
    reach(board, other, "kassor@forening.example")
    write(board, number, other)
    reach(board, number, postal="c/o Ek\n123 45 Provby")
    reach(board, other, "ny@forening.example")
    with open_reading(board.database) as s:
        found = {
            case.number: (row.email, row.postal)
            for row, case in unsent_letters(acting(s, board.staff[Role.CASEWORKER]))
        }
        assert found[number] == ("", ["c/o Ek", "123 45 Provby"])
        assert found[other][0] == "kassor@forening.example", "what was written to somebody stays so"
        assert trail_verification.verify_trail(s).problems == []


def test_a_letter_that_asks_by_a_passed_day_is_written_anew(board: BoardAtWork) -> None:
    number = lacking(board)
    batch = write(board, number)
    later = NOW + timedelta(days=14)
    with pytest.raises(Refused, match="has passed"):
        send(board, batch, later)
    assert groups(board, later)["ask"] == [number]
    assert not opened(board, number, later.date()).standing.asked_before
    ask(board, number, at=later)
    with open_reading(board.database) as s:
        assert unsent_letters(acting(s, board.staff[Role.CASEWORKER])) == []


def test_a_letter_answered_by_mail_finds_its_case_and_a_known_sender_gets_the_next(board: BoardAtWork) -> None:
    number = lacking(board)
    ask(board, number)
    by = board.staff[Role.CASEWORKER]
    data = mails.eml(f"SV: Komplettering av ärende {number}", files=[("Bokslut.pdf", PDF)], sender="Kim <k@x.example>")
    [key] = incoming.hand_in(
        board.database,
        [incoming.UploadedFile(name="svar.eml", content=data)],
        kind=CaseKind.GRANT,
        case="",
        by=by,
        at=NOW,
    )
    with open_reading(board.database) as s:
        found = incoming_proposals.propose_filing(acting(s, by), s.get_one(IncomingPost, key), on=TODAY)
    assert (found.case, list(found.types.values())) == (number, ["accounts"])
    choice = incoming.PostFiling(case=number, received_on=TODAY, types=found.types)
    board.do(incoming.put_in, key, choice)
    assert groups(board)["answered"] == [number]
    with open_reading(board.database) as s:
        [row] = completions.incomplete_cases(s, [board.case(number)], {}, marks={}, on=TODAY)
    assert (row.email, row.by_sender) == ("k@x.example", True)


def test_what_is_promised_is_not_asked_for_until_its_day_has_been(board: BoardAtWork) -> None:
    number = lacking(board, 0, "accounts", "annual_minutes")
    note = NewGapNote(fact="accounts", state=GapState.PROMISED, promised_on=TODAY + timedelta(days=7))
    board.do(completions.note_gap, number, note)
    ask(board, number)
    with open_reading(board.database) as s:
        assert s.scalars(select(Completion.facts)).all() == [["annual_minutes"]]
    add_paper(board, number, "annual_minutes")
    assert groups(board)["waits"] == [number]
    after = NOW + timedelta(days=8)
    assert groups(board, after)["ask"] == [number]
    [gap] = seen(board, after).groups[CompletionStage.ASK][0].gaps
    assert gap.broken(after.date())


def test_a_paper_inside_another_is_in(board: BoardAtWork) -> None:
    number = lacking(board, 0, "accounts")
    paper = add_paper(board, number, "activity_report")
    ask(board, number)
    board.do(completions.note_gap, number, NewGapNote(fact="accounts", state=GapState.ELSEWHERE, document_id=paper))
    found = opened(board, number)
    assert found.gaps == ()
    [gap] = found.asked[found.completions[0].id]
    assert (gap.state, gap.where) == (GapState.ELSEWHERE, "activity_report.pdf")
    assert groups(board)["answered"] == [number]


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (NewGapNote(fact="accounts", state=GapState.PROMISED), "date promised is missing"),
        (NewGapNote(fact="accounts", state=GapState.PROMISED, promised_on=TODAY - timedelta(days=1)), "already passed"),
        (NewGapNote(fact="accounts", state=GapState.ELSEWHERE), "No document has been chosen"),
        (NewGapNote(fact="accounts", state=GapState.ELSEWHERE, document_id=99999), "No document has been chosen"),
        (NewGapNote(fact="giro_number", state=GapState.ELSEWHERE, document_id=1), "is not a document"),
        (NewGapNote(fact="statutes_document", state=GapState.PROMISED, promised_on=DUE), "not missing from the case"),
    ],
)
def test_a_note_that_cannot_be_true_is_refused(board: BoardAtWork, note: NewGapNote, words: str) -> None:
    number = lacking(board, 0, "accounts", "giro_number")
    add_paper(board, number, "activity_report")
    with pytest.raises(Refused, match=words):
        board.do(completions.note_gap, number, note)


def test_a_late_answer_before_the_decision_counts_and_says_so(board: BoardAtWork) -> None:
    number = lacking(board)
    ask(board, number, due_on=TODAY + timedelta(days=3))
    late = NOW + timedelta(days=5)
    assert groups(board, late)["remind"] == [number]
    add_paper(board, number, "accounts", at=late)
    found = opened(board, number, late.date())
    [gap] = found.asked[found.completions[0].id]
    assert (gap.state, gap.came_on, gap.late) == (GapState.RECEIVED, late.date(), True)
    assert board.case(number).proposal != "complete"
    assert groups(board, late)["answered"] == [number]


def test_a_reminder_asks_for_what_is_still_missing_and_gives_a_new_day(board: BoardAtWork) -> None:
    number = lacking(board, 0, "accounts", "annual_minutes")
    ask(board, number, due_on=TODAY + timedelta(days=3))
    add_paper(board, number, "annual_minutes")
    later = NOW + timedelta(days=4)
    ask(board, number, at=later, reminder=True)
    with open_reading(board.database) as s:
        _, reminder = s.scalars(select(Completion).order_by(Completion.id)).all()
        [letter] = letters_of_requests(s, s.get_one(CompletionBatch, reminder.batch_id))
    assert (reminder.facts, reminder.reminder, reminder.due_on) == (
        ["accounts"],
        True,
        later.date() + timedelta(days=14),
    )
    assert "Vi bad er att komplettera ärendet senast den 23 november 2026." in "\n".join(letter.lines)
    assert groups(board, later)["waits"] == [number]
    assert "reminded" in [entry.action for entry, _ in opened(board, number).events]


def test_nobody_is_reminded_before_the_day(board: BoardAtWork) -> None:
    number = lacking(board)
    ask(board, number)
    with pytest.raises(Refused, match="has not passed"):
        ask(board, number, reminder=True)


def test_cases_that_changed_meanwhile_are_left_and_told(board: BoardAtWork) -> None:
    one, mended, decided = lacking(board), lacking(board, 1), lacking(board, 2)
    add_paper(board, mended, "accounts")
    board.do(cases.withdraw_case, decided)
    batch = ask(board, one, mended, decided, one)
    assert {number for number, _, _ in batch.left} == {mended, decided}
    with open_reading(board.database) as s:
        assert len(s.scalars(select(Completion)).all()) == 1
    with pytest.raises(Refused, match="Nothing is missing"):
        ask(board, mended)


def test_a_gap_that_was_accepted_is_not_asked_for(board: BoardAtWork) -> None:
    number = lacking(board)
    board.do(cases.mark_case, number, CaseMarkKind.GAP_ACCEPTED, text="Behövs inte.")
    assert groups(board)["ask"] == []


@pytest.mark.parametrize(
    ("more", "words"),
    [({"due_on": TODAY}, "must be in the future"), ({"text": "Ring 19850229-1234"}, "personal identity number")],
)
def test_an_act_that_cannot_be_is_refused_whole(board: BoardAtWork, more: dict[str, Any], words: str) -> None:
    number = lacking(board)
    with pytest.raises(Refused, match=words):
        ask(board, number, **more)
    with pytest.raises(Refused, match="No case"):
        ask(board)
    with open_reading(board.database) as s:
        assert s.scalars(select(CompletionBatch)).all() == []
    assert board.case(number).state == "received"


def test_nobody_asks_for_a_case_that_is_not_theirs(board: BoardAtWork) -> None:
    number = lacking(board)
    with pytest.raises(Refused) as premises:
        board.do(completions.request_of_many, [number], NewCompletionRequest(), role=Role.PREMISES)
    assert premises.value.obstacle is Obstacle.MISSING
    other = BoardAtWork(board.database, code="syd").build()
    with pytest.raises(Refused) as foreign:
        other.do(completions.request_of_many, [number], NewCompletionRequest())
    assert foreign.value.obstacle is Obstacle.MISSING
    batch = ask(board, number)
    with pytest.raises(Refused), open_reading(board.database) as s:
        letters.completion_batch_of_person(acting(s, other.staff[Role.CASEWORKER]), batch.id)
    recused = board.somebody(Role.CASEWORKER, "jäv")
    run_in_transaction(
        board.database, lambda s: meetings.recuse_person(acting(s, recused, NOW), number, ConflictGround.OTHER)
    )
    with open_reading(board.database) as s:
        assert letters.letters_of(acting(s, recused), batch) == []


def test_the_list_goes_on_where_it_stopped(board: BoardAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [lacking(board, place) for place in range(3)]
    monkeypatch.setattr(completions, "PAGE", 2)
    first = seen(board)
    assert [row.case.number for row in first.groups[CompletionStage.ASK]] == numbers[:2]
    rest = seen(board, after=first.more)
    assert ([row.case.number for row in rest.groups[CompletionStage.ASK]], rest.more) == (numbers[2:], 0)


def asked_in_vain(board: BoardAtWork, number: str, at: Any) -> bool:
    with open_reading(board.database) as s:
        case = board.case(number)
        return before_decision.case_situation(
            s, case, screen_without_keeping(s, case, on=at.date()), on=at.date()
        ).asked_to_complete


def test_nobody_is_refused_for_what_was_not_asked_is_promised_or_has_its_day_ahead(board: BoardAtWork) -> None:
    later = NOW + timedelta(days=20)
    never = lacking(board, 0, "accounts", "annual_minutes")
    board.do(completions.request_completion, never, ("accounts",), completions.NewCompletionRequest())
    add_paper(board, never, "accounts")
    assert not asked_in_vain(board, never, later)
    promised = lacking(board, 1, "accounts")
    ask(board, promised)
    note = NewGapNote(fact="accounts", state=GapState.PROMISED, promised_on=later.date() + timedelta(days=5))
    board.do(completions.note_gap, promised, note)
    assert not asked_in_vain(board, promised, later)
    reminded = lacking(board, 2, "accounts")
    ask(board, reminded)
    assert asked_in_vain(board, reminded, later)
    ask(board, reminded, at=later, reminder=True)
    assert not asked_in_vain(board, reminded, later)
    in_words = lacking(board, 3, "accounts")
    board.do(completions.request_completion, in_words, (), completions.NewCompletionRequest(text="Skicka mer."))
    assert not asked_in_vain(board, in_words, later)


def test_the_same_is_asked_once(board: BoardAtWork) -> None:
    number = lacking(board)
    ask(board, number)
    with pytest.raises(Refused, match="already been requested"):
        ask(board, number)
    other = lacking(board, 1)
    given = (completions.request_completion, other, ("accounts",), completions.NewCompletionRequest())
    first = board.do(*given)
    assert board.do(*given).id == first.id, "a double click asks once, and is told what was saved"
    own = board.staff[Role.CASEWORKER]
    board.staff[Role.CASEWORKER] = board.somebody(Role.CASEWORKER, "lo")
    with pytest.raises(Refused, match="already been requested"):  # somebody else has
        board.do(*given)
    board.staff[Role.CASEWORKER] = own
    board.do(
        completions.request_completion, other, ("accounts",), completions.NewCompletionRequest(text="Och ett kvitto.")
    )


def test_a_case_that_lies_with_the_group_is_left_to_the_group(board: BoardAtWork) -> None:
    here, away = lacking(board), lacking(board, 1)
    board.do(meetings.refer_to_group, away, "Fråga?")
    batch = ask(board, here, away)
    assert [entry[0] for entry in batch.left] == [away]
    assert board.case(away).state == "referred"
    asked = lacking(board, 2)
    ask(board, asked, due_on=TODAY + timedelta(days=2))
    board.do(meetings.refer_to_group, asked, "Fråga?")
    assert asked in groups(board, NOW + timedelta(days=5))["waits"]


def test_only_what_an_association_can_give_is_asked_of_it(board: BoardAtWork) -> None:
    number = lacking(board)
    with pytest.raises(Refused, match="what is to be sent in"):
        board.do(completions.request_completion, number, ("bankrupt", "board_area"), completions.NewCompletionRequest())


def test_an_accepted_gap_has_not_come(board: BoardAtWork) -> None:
    number = lacking(board)
    ask(board, number)
    board.do(cases.mark_case, number, CaseMarkKind.GAP_ACCEPTED, text="Behövs inte.")
    found = opened(board, number)
    [gap] = found.asked[found.completions[0].id]
    assert (gap.state, gap.came_on) == (GapState.ACCEPTED, None)


def test_what_comes_after_the_case_was_taken_back_counts_for_nothing(board: BoardAtWork) -> None:
    number = lacking(board)
    ask(board, number, due_on=TODAY + timedelta(days=1))
    board.do(cases.withdraw_case, number)
    add_paper(board, number, "accounts", at=NOW + timedelta(days=3))
    found = opened(board, number, TODAY + timedelta(days=3))
    [gap] = found.asked[found.completions[0].id]
    assert (gap.state, gap.late) == (GapState.RECEIVED, False)


def test_an_address_that_the_office_keeps_goes_before_whoever_wrote_last(board: BoardAtWork) -> None:
    number = lacking(board)
    by = board.staff[Role.CASEWORKER]
    data = mails.eml("Klagomål", f"Gäller {number}.", sender="Granne <granne@x.example>")
    [key] = incoming.hand_in(
        board.database, [incoming.UploadedFile(name="a.eml", content=data)], kind=CaseKind.GRANT, case="", by=by, at=NOW
    )
    board.do(incoming.put_in, key, incoming.PostFiling(case=number, received_on=TODAY, types={}))
    reach(board, number, postal="c/o Ek\n123 45 Provby")
    batch = ask(board, number)
    with open_reading(board.database) as s:
        [(letter, _case)] = letters.letters_of(acting(s, by), batch)
    assert (letter.email, letter.postal) == ("", ["c/o Ek", "123 45 Provby"])


def test_premises_staff_do_not_say_where_letters_about_grants_go(board: BoardAtWork) -> None:
    grant = lacking(board)
    booking = board.receive(booking_facts(NUMBERS[0], "Föreningen 0"), kind=CaseKind.BOOKING).number
    reach(board, grant, "kassor@forening.example")
    board.do(contacts.set_contact, booking, NewContact(email="annan@x.example", postal=""), role=Role.PREMISES)
    batch = ask(board, grant)
    with open_reading(board.database) as s:
        [(letter, _case)] = letters.letters_of(acting(s, board.staff[Role.CASEWORKER]), batch)
    assert letter.email == "kassor@forening.example"


@pytest.mark.parametrize(
    ("email_", "postal"), [("a@b.se\nBcc: x@y.se", ""), ("198502281234@x.se", ""), ("", "c/o 19850228-1234")]
)
def test_an_address_that_is_none_is_refused_and_not_kept(board: BoardAtWork, email_: str, postal: str) -> None:
    number = lacking(board)
    with pytest.raises(Refused):
        reach(board, number, email_, postal)
    with open_reading(board.database) as s:
        assert s.scalars(select(Contact)).all() == []


def test_what_a_page_of_cases_lacks_is_asked_of_the_database_once(board: BoardAtWork) -> None:
    counted: list[str] = []

    def count() -> int:
        counted.clear()
        with open_reading(board.database) as s:
            event.listen(s.get_bind(), "before_cursor_execute", heard)
            completions.completion_overview(acting(s, board.staff[Role.CASEWORKER]), CaseKind.GRANT, on=TODAY)
            event.remove(s.get_bind(), "before_cursor_execute", heard)
        return len(counted)

    def heard(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        counted.append(statement)

    lacking(board)
    judged_again(board)
    one = count()
    for place in range(1, 6):
        lacking(board, place)
    judged_again(board)
    assert count() == one <= 12
