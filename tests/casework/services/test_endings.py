"""Cases that end without being tried: who may, why, what the letter says, and what stands in the registers."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, board, clean_facts, refused
from tests.casework.services.test_document_statuses import put_in
from tests.factories import NOW, TODAY
from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.domain.letters import LetterKind
from vetting.casework.models.decisions import Decision, decision_draft_of, events_of
from vetting.casework.models.decisions import of_case as decisions_of
from vetting.casework.models.letters import Letter, newest_unsent
from vetting.casework.models.letters import of_case as letters_of
from vetting.casework.services import (
    after_decision,
    cases,
    contacts,
    decisions,
    endings,
    letters,
    meetings,
    other_boards,
    unsent_letters,
)
from vetting.casework.services.after_decision import NewDecisionEvent
from vetting.casework.services.endings import NewEnding
from vetting.casework.services.other_boards import NewCopy, NewHandover
from vetting.casework.services.stated_contacts import NewContact
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionForm, DecisionGround, DecisionOutcome
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.models.payments import of_case as payments_of
from vetting.money.services import payments
from vetting.people.domain.delegation import ENDING, DecisionAuthority
from vetting.records.services.records import records_of_case
from vetting.registers.columns import RegisterSelection
from vetting.registers.delegated_decisions import SHEET, delegated_rows
from vetting.workspace.services import waiting_decisions
from vetting.workspace.services.case_files import case_file
from vetting.workspace.services.todays import TodayPlace, today_of

__all__ = ["board"]
pytestmark = pytest.mark.both_engines
MAKER = Role.DECISION_MAKER
LAPSED = NewEnding(ground=DecisionGround.LAPSED, text="Projektet är inställt.")


@pytest.fixture(autouse=True)
def may_end(board: BoardAtWork) -> None:
    board.delegate(MAKER, kinds=[ENDING], point="5.1")


def propose(board: BoardAtWork, number: str, new: NewEnding = LAPSED, **more: Any) -> Any:
    return board.do(endings.propose_ending, number, new, version=None, **more)


def end(board: BoardAtWork, number: str, **more: Any) -> Decision:
    return board.do(endings.discontinue, number, version=None, **{"role": MAKER, **more})  # type: ignore[no-any-return]


def letter(board: BoardAtWork, number: str) -> Letter:
    with open_reading(board.database) as s:
        return letters_of(s, board.case(number).id)[0]


def waiting(board: BoardAtWork, role: Role = MAKER) -> list[tuple[str, DecisionGround]]:
    with open_reading(board.database) as s:
        return [(item.case.number, item.ground) for item in endings.cases_to_end(acting(s, board.staff[role]))]


def test_what_is_withdrawn_waits_to_be_ended_and_ends_in_a_decision_with_its_letter(board: BoardAtWork) -> None:
    number = board.receive().number
    board.do(cases.withdraw_case, number)
    assert waiting(board) == [(number, DecisionGround.WITHDRAWN)]
    decision = end(board, number)
    assert (decision.outcome, decision.delegation_point) == (DecisionOutcome.DISCONTINUED, "5.1")
    assert decision.grounds == ["withdrawn"]
    assert decision.reasons == "Sökanden har återkallat ansökan."
    assert not decision.execution
    assert board.case(number).state is CaseState.DISCONTINUED
    written = letter(board, number)
    assert written.kind is LetterKind.DISCONTINUATION
    assert {"Ärendet har avskrivits: ansökan prövas inte.", "Sökanden har återkallat ansökan."} <= set(written.lines)
    assert written.decision_id == decision.id
    assert waiting(board) == []


def test_a_lapsed_case_needs_to_say_what_happened_and_is_no_decision_to_try_it(board: BoardAtWork) -> None:
    number = board.receive().number
    bare = NewEnding(ground=DecisionGround.LAPSED)
    assert refused(board, endings.propose_ending, number, bare, version=None)[0] is Obstacle.INVALID
    propose(board, number)
    assert (board.case(number).state, waiting(board)) == (CaseState.READY, [(number, DecisionGround.LAPSED)])
    with open_reading(board.database) as s:
        assert waiting_decisions.cases_to_decide(acting(s, board.staff[MAKER]), on=TODAY) == []
        assert board.draft_version(number)
        found = today_of(acting(s, board.staff[MAKER]), on=TODAY)
    places = {line.place for line in found.now.shown}
    assert TodayPlace.END in places
    assert TodayPlace.DECIDE not in places
    assert end(board, number).reasons == "Det som ansökan gällde är inte längre aktuellt. Projektet är inställt."
    lines = letter(board, number).lines
    assert "Projektet är inställt." in lines
    assert "Det som ansökan gällde är inte längre aktuellt." in lines


def test_a_proposal_to_end_is_dropped_when_the_case_is_tried_after_all(board: BoardAtWork) -> None:
    number = board.receive().number
    propose(board, number)
    board.do(decisions.send_back, number)
    with open_reading(board.database) as s:
        assert decision_draft_of(s, board.case(number).id) is None
    assert refused(board, endings.discontinue, number, version=None, role=MAKER)[0] is Obstacle.STALE
    board.do(cases.withdraw_case, number)
    board.do(decisions.send_back, number)
    assert board.case(number).state is CaseState.IN_PROGRESS
    board.make_ready(number)
    assert waiting(board) == []


def test_a_double_names_the_application_that_is_tried(board: BoardAtWork) -> None:
    first = board.receive().number
    double = board.receive(doubled_because="Skickades två gånger.").number
    other = board.receive(clean_facts(NUMBERS[1], "Föreningen Annan")).number
    new = NewEnding(ground=DecisionGround.DOUBLE)
    for wrong in (other, double, "BID-2026-9999"):
        given = NewEnding(ground=DecisionGround.DOUBLE, twin=wrong)
        assert refused(board, endings.propose_ending, double, given, version=None)[0] is Obstacle.INVALID
    assert refused(board, endings.propose_ending, other, new, version=None)[0] is Obstacle.INVALID
    propose(board, double, new)
    assert end(board, double).reasons == f"Ansökan är en dubblett av {first}."
    assert f"Ansökan är en dubblett av {first}." in letter(board, double).lines


def test_only_whoever_has_the_row_ends_and_the_board_by_its_paragraph(board: BoardAtWork) -> None:
    number = board.receive().number
    board.do(cases.withdraw_case, number)
    lo = board.somebody(MAKER, "lo")
    own, board.staff[MAKER] = board.staff[MAKER], lo
    board.delegate(MAKER)  # grants, bookings and reclaims: not endings
    assert refused(board, endings.discontinue, number, version=None, role=MAKER)[0] is Obstacle.CLOSED
    board.delegate(MAKER, maker=DecisionAuthority.BOARD, kinds=["grant"], point="")
    assert refused(board, endings.discontinue, number, version=None, role=MAKER)[1] == ["paragraph"]
    made = end(board, number, form=DecisionForm(paragraph="§ 7"))
    assert (made.maker, made.paragraph) == (DecisionAuthority.BOARD, "§ 7")
    board.staff[MAKER] = own


def test_what_is_paid_decided_or_a_booking_is_not_ended(board: BoardAtWork) -> None:
    approved = board.approve().number
    assert refused(board, endings.propose_ending, approved, LAPSED, version=None)[0] is Obstacle.STALE
    booking = board.receive(kind=CaseKind.BOOKING).number
    assert refused(board, endings.propose_ending, booking, LAPSED, version=None)[0] is Obstacle.CLOSED
    board.do(cases.mark_case, approved, CaseMarkKind.IDENTITY_CHECKED)
    with open_reading(board.database) as s:
        [payment] = payments_of(s, board.case(approved).id)
        [decision] = decisions_of(s, board.case(approved).id)
    board.do(payments.mark_paid, payment.id, paid_on=TODAY, version=None, role=Role.FINANCE)
    for what in (DecisionEventKind.APPEALED, DecisionEventKind.QUASHED):
        new = NewDecisionEvent(what=what, on=TODAY, court="Förvaltningsrätten", number="T 1")
        board.do(after_decision.note_decision_event, decision.id, new)
    assert board.case(approved).state is CaseState.IN_PROGRESS
    for act, more in ((endings.propose_ending, {"version": None}), (cases.withdraw_case, {})):
        given = (approved, LAPSED) if more else (approved,)
        assert refused(board, act, *given, **more)[0] is Obstacle.CLOSED


def test_two_at_once_end_it_once(board: BoardAtWork) -> None:
    number = board.receive().number
    board.do(cases.withdraw_case, number)
    seen = board.case(number).version
    end(board, number)
    told = refused(board, endings.discontinue, number, version=seen, role=MAKER)
    assert told[0] is Obstacle.STALE
    assert refused(board, endings.propose_ending, number, LAPSED, version=seen)[0] is Obstacle.STALE
    with open_reading(board.database) as s:
        assert len(s.scalars(select(Decision)).all()) == 1


def test_it_stands_in_the_register_and_can_be_opened_again(board: BoardAtWork) -> None:
    number = board.receive().number
    board.do(cases.withdraw_case, number)
    end(board, number)
    with open_reading(board.database) as s:
        [row] = delegated_rows(acting(s, board.staff[Role.AUDITOR]), RegisterSelection())
        table = SHEET.table([row], "sv")
        assert case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY).decisions
    told = dict(zip([column.heading.sv for column in table.columns], table.rows[0], strict=True))
    assert (told["Beslut"], told["Delegationspunkt"]) == ("Avskriv", "5.1")
    board.do(after_decision.reconsider_case, number, "Föreningen vill söka ändå.")
    assert board.case(number).state is CaseState.IN_PROGRESS


def test_several_are_ended_and_their_letters_fetched_and_sent(board: BoardAtWork) -> None:
    for place in range(4):
        number = board.receive(clean_facts(NUMBERS[place], f"Förening {place}")).number
        if place % 2:
            board.do(contacts.set_contact, number, NewContact(email=f"f{place}@exempel.se", postal=""))
        propose(board, number)
        end(board, number)
    with open_reading(board.database) as s:
        found = unsent_letters.unsent_letters(acting(s, board.staff[Role.CASEWORKER]))
        assert [bool(one.letter.email) for one in found] == [False, True, False, True]
        assert unsent_letters.unsent_letters(acting(s, board.staff[MAKER])) == []
        content = unsent_letters.bundle_of_letters(
            acting(s, board.staff[Role.CASEWORKER]), [one.letter.id for one in found]
        )
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert [name[-4:] for name in names] == [".eml", ".eml", ".pdf"]


def test_another_boards_matter_is_handed_over_with_a_receipt_and_the_applicant_is_told(board: BoardAtWork) -> None:
    number = board.receive().number
    new = NewHandover(to="Kulturnämnden", address="kultur@exempel.se", text="Det gäller hela staden.")
    assert refused(board, other_boards.hand_to_board, number, NewHandover(to=" "))[0] is Obstacle.INVALID
    receipt, told = board.do(other_boards.hand_to_board, number, new)
    assert board.case(number).state is CaseState.CLOSED
    assert (receipt.name, receipt.email) == ("Kulturnämnden", "kultur@exempel.se")
    assert any("Kvittens" in line for line in receipt.lines)
    assert any("Kulturnämnden" in line for line in told.lines)
    with open_reading(board.database) as s:
        file = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY + timedelta(days=1))
    assert [note.text for note in file.notes.newest] == ["Överlämnat till Kulturnämnden. Det gäller hela staden."]
    assert refused(board, other_boards.hand_to_board, number, new)[0] is Obstacle.CLOSED


def test_a_copy_of_a_decision_is_registered_when_it_is_sent(board: BoardAtWork) -> None:
    number = board.receive().number
    propose(board, number)
    end(board, number)
    with open_reading(board.database) as s:
        decision = s.scalars(select(Decision).order_by(Decision.id.desc())).first()
    assert decision is not None
    assert refused(board, other_boards.copy_decision, decision.id, NewCopy(to=" "))[1] == ["to"]
    assert refused(board, other_boards.copy_decision, 99_999, NewCopy(to="x"))[0] is Obstacle.MISSING
    to = [NewCopy(to="Kulturnämnden", address="kultur@exempel.se"), NewCopy(to="Skolnämnden", address="Torget 1")]
    first, second = (board.do(other_boards.copy_decision, decision.id, one) for one in to)
    assert (first.email, first.decision_id) == ("kultur@exempel.se", None)
    with open_reading(board.database) as s:
        own = next(one.letter for one in unsent_letters.unsent_letters(acting(s, board.staff[Role.CASEWORKER])))
        assert first.lines[2 : 2 + 3] == own.lines[:3]
        waiting = [one.letter for one in unsent_letters.unsent_letters(acting(s, board.staff[Role.CASEWORKER]))]
        assert [one.name for one in waiting if one.kind is LetterKind.COPY] == ["Kulturnämnden", "Skolnämnden"]
        assert [one.name for one in newest_unsent(s, decision.case_id) if one.kind is LetterKind.COPY] == [
            "Skolnämnden",
            "Kulturnämnden",
        ]
    board.do(letters.mark_sent, second.id, "post")
    with open_reading(board.database) as s:
        assert "sent" not in {event.what for event in events_of(s, [decision.id]).get(decision.id, ())}
        listed = records_of_case(acting(s, board.staff[Role.REGISTRAR]), board.case(number))
        assert [one for one in listed if "Kopia för kännedom" in str(one)]


DOUBLE = DecisionGround.DOUBLE


def test_no_two_are_doubles_of_each_other_and_none_of_what_is_to_end(board: BoardAtWork) -> None:
    first = board.receive().number
    second = board.receive(doubled_because="Skickades två gånger.").number
    third = board.receive(doubled_because="Och en gång till.").number
    booking = board.receive(kind=CaseKind.BOOKING).number
    assert refused(board, endings.propose_ending, first, NewEnding(ground=DOUBLE, twin=booking), version=None)[1] == [
        "twin"
    ]
    propose(board, first, NewEnding(ground=DOUBLE, twin=second))
    back = NewEnding(ground=DOUBLE, twin=first)
    assert refused(board, endings.propose_ending, second, back, version=None) == (Obstacle.INVALID, ["twin"])
    propose(board, second)  # lapsed: the first doubles what is to end now
    assert refused(board, endings.discontinue, first, version=None, role=MAKER)[1] == ["twin"]
    board.do(cases.withdraw_case, third)
    assert refused(board, endings.propose_ending, first, NewEnding(ground=DOUBLE, twin=third), version=None)[1] == [
        "twin"
    ]
    board.do(decisions.send_back, second)
    assert end(board, first).reasons == f"Ansökan är en dubblett av {second}."


def test_of_what_was_granted_one_can_be_a_double(board: BoardAtWork) -> None:
    granted = board.approve().number
    double = board.receive(doubled_because="Skickades två gånger.").number
    propose(board, double, NewEnding(ground=DOUBLE))
    assert end(board, double).reasons == f"Ansökan är en dubblett av {granted}."


def test_what_is_tried_ends_by_a_new_decision_only_also_when_it_is_opened_again(board: BoardAtWork) -> None:
    number = board.approve().number
    board.do(after_decision.reconsider_case, number, "Nya uppgifter.", role=MAKER)
    assert board.case(number).state is CaseState.IN_PROGRESS
    new = NewHandover(to="Kulturnämnden")
    assert refused(board, endings.propose_ending, number, LAPSED, version=None)[0] is Obstacle.CLOSED
    assert refused(board, other_boards.hand_to_board, number, new)[0] is Obstacle.CLOSED
    assert refused(board, cases.withdraw_case, number)[0] is Obstacle.CLOSED
    assert board.case(number).state is CaseState.IN_PROGRESS
    with open_reading(board.database) as s:
        assert len(decisions_of(s, board.case(number).id)) == 1


def test_no_grant_is_proposed_over_an_ending(board: BoardAtWork) -> None:
    number = board.receive().number
    propose(board, number)
    with pytest.raises(Refused) as told:
        board.propose(number)
    assert told.value.obstacle is Obstacle.CLOSED
    assert waiting(board) == [(number, DecisionGround.LAPSED)]


def test_a_mistaken_handover_is_opened_again_and_its_letters_wait_no_more(board: BoardAtWork) -> None:
    number = board.receive().number
    put_in(board, number, DocumentStatus.WORKING, "utkast.pdf")
    put_in(board, number, DocumentStatus.ARRIVED, "stadgar.pdf")
    receipt, _told = board.do(other_boards.hand_to_board, number, NewHandover(to="Kulturnämnden"))
    assert "- stadgar.pdf" in receipt.lines
    assert "- utkast.pdf" not in receipt.lines
    staff = board.staff[Role.CASEWORKER]
    with open_reading(board.database) as s:
        assert len(unsent_letters.unsent_letters(acting(s, staff))) == 2
    later = NOW + timedelta(hours=1)
    board.do(after_decision.reconsider_case, number, "Det är vårt ändå.", at=later)
    assert board.case(number).state is CaseState.IN_PROGRESS
    with open_reading(board.database) as s:
        assert unsent_letters.unsent_letters(acting(s, staff)) == []
        assert unsent_letters.count_unsent(acting(s, staff)) == 0
        assert unsent_letters.tells_what_is_over(s, receipt)


def test_an_ended_case_leaves_the_groups_meeting_and_comes_back_when_it_is_tried_after_all(board: BoardAtWork) -> None:
    secretary = Role.GROUP_SECRETARY
    ended, stays = board.receive().number, board.receive(clean_facts(NUMBERS[1], "Föreningen Annan")).number
    for number in (ended, stays):
        board.do(meetings.refer_to_group, number, "")
    meeting = board.do(meetings.call_meeting, NOW + timedelta(days=3), "", role=secretary)
    board.do(cases.withdraw_case, ended)
    end(board, ended)

    def on_list() -> list[str]:
        with open_reading(board.database) as s:
            named = [
                number for _review, number, _name in meetings.cases_on_list(acting(s, board.staff[secretary]), meeting)
            ]
            assert [
                case.number for _review, case in meetings.agenda(acting(s, board.staff[secretary]), meeting)
            ] == named
            return named

    assert on_list() == [stays]
    held_at = NOW + timedelta(days=3, hours=1)
    board.do(meetings.declare_conflicts, meeting.id, {}, role=secretary)
    board.do(meetings.note_attendance, meeting.id, [board.staff[secretary].id], role=secretary, at=held_at)
    board.do(meetings.record_consent, meeting.id, role=secretary, at=held_at)
    board.do(meetings.hold_meeting, meeting.id, "", role=secretary, at=held_at)
    board.do(after_decision.reconsider_case, ended, "Föreningen vill söka ändå.", at=held_at)
    with open_reading(board.database) as s:
        assert [row.case_id for row in meetings.reviews_without_meeting(s, board.case(ended).board_id)] == [
            board.case(ended).id
        ]


def test_what_is_withdrawn_after_it_was_proposed_as_lapsed_ends_as_withdrawn(board: BoardAtWork) -> None:
    number = board.receive().number
    propose(board, number)
    board.do(cases.withdraw_case, number)
    assert waiting(board) == [(number, DecisionGround.WITHDRAWN)]
    assert end(board, number).grounds == ["withdrawn"]


def test_a_letter_of_the_old_decision_is_not_among_those_to_send_however_late_it_is_written(board: BoardAtWork) -> None:
    number = board.approve().number
    later = NOW + timedelta(hours=1)
    board.do(after_decision.reconsider_case, number, "Nya uppgifter.", role=MAKER, at=later)
    with open_reading(board.database) as s:
        [old] = decisions_of(s, board.case(number).id)
    board.do(letters.write_letter, number, LetterKind.APPROVAL, old.id, at=later + timedelta(hours=1))
    with open_reading(board.database) as s:
        assert unsent_letters.unsent_letters(acting(s, board.staff[Role.CASEWORKER])) == []
