"""Letting rooms: what a board chooses, its terms by version, who accepted them, and a booking that is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.acting import acting
from tests.board import BoardAtWork, booking_facts, refused
from tests.factories import NOW
from vetting.bookings.domain.letting import SHIPPED_TERMS, AcceptanceChannel, Letting
from vetting.bookings.domain.rescissions import NewRescission, RescissionGround
from vetting.bookings.services import answers, letting, rescissions
from vetting.bookings.services.answers import BookingAnswer
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.domain.letters import LetterKind
from vetting.casework.models.decisions import of_case
from vetting.casework.models.intake import RequestedTime
from vetting.casework.services import after_decision, decisions, letters
from vetting.casework.services.reported_decisions import report_decisions
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, run_in_transaction

if TYPE_CHECKING:
    from vetting.casework.models.cases import Case

EVENING = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
TAKEN_BACK = NewRescission(
    ground=RescissionGround.TERMS_BROKEN,
    term=SHIPPED_TERMS.splitlines()[2],
    act="Lokalen annonserades ut mot betalning.",
    heard="Styrelsen svarade att det stämmer.",
    not_heard_because="",
    proportionality="En ändrad bokning har erbjudits.",
)


@pytest.fixture
def board(board: BoardAtWork) -> BoardAtWork:
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    return board


def confirmed(board: BoardAtWork, *, accepted: bool = True) -> Case:
    use = RequestedTime(room_name="Salen", starts_at=EVENING, ends_at=EVENING + timedelta(hours=2))
    case = board.receive(booking_facts(), kind=CaseKind.BOOKING, uses=(use,))
    said = BookingAnswer(nothing_found=True, conditions=["Högst 40 personer."])
    board.do(answers.confirm_booking, case.number, said, version=None, role=Role.PREMISES)
    if accepted:
        board.do(letting.note_acceptance, case.number, AcceptanceChannel.SIGNATURE, on=NOW.date(), role=Role.PREMISES)
    board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    return board.case(case.number)


def take_back(
    board: BoardAtWork, case: Case, given: NewRescission = TAKEN_BACK, role: Role = Role.DECISION_MAKER
) -> Any:
    return board.do(rescissions.rescind_booking, case.number, given, version=None, role=role)


def is_batch_not_undone(board: BoardAtWork, case: Case, role: Role = Role.DECISION_MAKER, **more: Any) -> list[str]:
    return refused(
        board, rescissions.rescind_booking, case.number, replace(TAKEN_BACK, **more), version=None, role=role
    )[1]


@pytest.mark.both_engines
def test_a_booking_is_taken_back_with_term_hearing_and_proportion_by_whoever_may_refuse(board: BoardAtWork) -> None:
    case = confirmed(board)
    made = take_back(board, case)
    assert (made.kind, made.grounds) == ("rescission", ["terms_broken"])
    for words in ("annonserades ut", "får inte lånas eller hyras ut vidare", "det stämmer", "ändrad bokning"):
        assert words in made.reasons
    assert made.rests_on["acceptance"]
    assert board.case(case.number).state == "rescinded"
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []
    assert refused(board, rescissions.rescind_booking, case.number, TAKEN_BACK, version=None, role=Role.DECISION_MAKER)[
        0
    ] is (Obstacle.STALE)


@pytest.mark.parametrize(
    ("lacks", "where"),
    [
        ({"ground": None}, ["ground"]),
        ({"term": " "}, ["term"]),
        ({"term": "Ett påhittat villkor."}, ["term"]),
        ({"act": ""}, ["act"]),
        ({"heard": ""}, ["heard"]),
        ({"proportionality": ""}, ["proportionality"]),
        ({"act": "Föreningens ideologi och religion."}, ["acts_not_opinions"]),
    ],
)
def test_what_is_lacking_is_told_and_nothing_is_taken_back(
    board: BoardAtWork, lacks: dict[str, Any], where: list[str]
) -> None:
    case = confirmed(board)
    assert is_batch_not_undone(board, case, **lacks) == where
    assert board.case(case.number).state == "confirmed"


def test_why_there_was_no_time_stands_for_the_hearing_and_an_answered_question_for_the_opinion(
    board: BoardAtWork,
) -> None:
    case = confirmed(board)
    given = replace(
        TAKEN_BACK,
        heard="",
        not_heard_because="Det börjar om en timme.",
        acts_not_opinions=True,
        act="En religiös skrift användes som slagvapen mot en besökare.",
    )
    assert "Tiden räckte inte" in take_back(board, case, given).reasons


def test_without_accepted_terms_it_says_by_what_right(board: BoardAtWork) -> None:
    case = confirmed(board, accepted=False)
    assert is_batch_not_undone(board, case) == ["without_terms_because", "ground"]
    right = "Uppgifterna var falska från början."
    false = replace(TAKEN_BACK, ground=RescissionGround.WRONG_INFORMATION, without_terms_because=right)
    made = take_back(board, case, false)
    assert "Rätten att säga upp" in made.reasons
    assert "avtalets villkor" not in made.reasons


def test_premises_staff_whose_delegation_covers_no_refusal_take_nothing_back(board: BoardAtWork) -> None:
    case = confirmed(board)
    assert case.number in is_batch_not_undone(board, case, role=Role.PREMISES)
    grant = board.receive()
    missing, _ = refused(
        board, rescissions.rescind_booking, grant.number, TAKEN_BACK, version=None, role=Role.DECISION_MAKER
    )
    assert missing is Obstacle.MISSING


def test_whoever_is_not_asked_about_conflict_takes_nothing_back(board: BoardAtWork) -> None:
    case = confirmed(board)
    board.delegate(Role.CASEWORKER, kinds=["booking"])
    other = board.somebody(Role.DECISION_MAKER, "vikarie")
    board.staff[Role.DECISION_MAKER] = other
    board.delegate(Role.DECISION_MAKER)
    assert is_batch_not_undone(board, case) == ["conflict"]


def test_a_quashed_rescission_puts_the_booking_before_a_person_again(board: BoardAtWork) -> None:
    case = confirmed(board)
    made = take_back(board, case)
    board.do(report_decisions, [made.id], NOW.date(), "§ 5", role=Role.REGISTRAR)
    note = after_decision.NewDecisionEvent(what=DecisionEventKind.ANNOUNCED, on=NOW.date())
    board.do(after_decision.note_decision_event, made.id, note, role=Role.REGISTRAR)
    for what in (DecisionEventKind.APPEALED, DecisionEventKind.QUASHED):
        new = after_decision.NewDecisionEvent(what=what, on=NOW.date(), court="Förvaltningsrätten", number="1-26")
        board.do(after_decision.note_decision_event, made.id, new, role=Role.REGISTRAR)
    assert board.case(case.number).state == "to_check"


def test_the_terms_have_versions_and_what_was_accepted_keeps_its_own(board: BoardAtWork) -> None:
    case = confirmed(board)
    new = "Ett enda villkor om demokratisk grund."
    assert board.do(letting.publish_terms, new, role=Role.ADMINISTRATOR).version == 2
    assert refused(board, letting.publish_terms, f" {new} \n", role=Role.ADMINISTRATOR)[1] == ["terms"]
    assert refused(board, letting.publish_terms, " ", role=Role.ADMINISTRATOR)[1] == ["terms"]
    assert refused(board, letting.publish_terms, "x", role=Role.PREMISES)[0] is Obstacle.FORBIDDEN
    with open_reading(board.database) as s:
        letter = letters.preview_letter(
            acting(s, board.staff[Role.PREMISES], NOW), case.number, LetterKind.APPROVAL, of_case(s, case.id)[0].id
        )
    said = "\n".join(letter.lines)
    assert "version 1" in said
    assert new not in said
    board.do(letting.note_acceptance, case.number, AcceptanceChannel.REPLY, on=NOW.date(), role=Role.PREMISES)
    assert refused(
        board, letting.note_acceptance, case.number, AcceptanceChannel.REPLY, on=NOW.date(), role=Role.PREMISES
    )[1] == ["accepted"]


def test_the_agreement_says_time_room_purpose_organiser_conditions_and_terms_in_both_languages(
    board: BoardAtWork,
) -> None:
    case = confirmed(board)
    for language, words in (
        (
            "sv",
            (
                "Bekräftelse och avtal om lokal",
                "1 december 2026 kl. 18.00–20.00, Salen",
                "Arrangör: Kulturföreningen",
                "Högst 40 personer.",
                "demokratisk grund",
                "får inte lånas eller hyras ut vidare",
                "underskrift",
            ),
        ),
        (
            "en",
            ("Confirmation and agreement for a room", "1 December 2026, 18:00–20:00, Salen", "Organiser:", "signature"),
        ),
    ):
        with open_reading(board.database) as s:
            key = of_case(s, case.id)[0].id
            letter = letters.preview_letter(
                acting(s, board.staff[Role.PREMISES], NOW),
                case.number,
                LetterKind.APPROVAL,
                key,
                language=language,  # type: ignore[arg-type]
            )
        said = "\n".join([letter.subject, *letter.lines]).replace("\u00a0", " ")
        assert [word for word in words if word not in said] == []


def test_a_day_ahead_is_no_acceptance_and_a_called_off_booking_has_nothing_to_accept(board: BoardAtWork) -> None:
    case = confirmed(board, accepted=False)
    ahead = NOW.date() + timedelta(days=1)
    assert refused(board, letting.note_acceptance, case.number, AcceptanceChannel.REPLY, on=ahead, role=Role.PREMISES)[
        1
    ] == ["accepted_on"]
    with open_reading(board.database) as s:
        assert [
            one.number for one in letting.bookings_without_acceptance(acting(s, board.staff[Role.PREMISES], NOW))
        ] == [case.number]
        assert letting.bookings_without_acceptance(acting(s, board.staff[Role.GROUP_MEMBER], NOW)) == []
    false = replace(TAKEN_BACK, ground=RescissionGround.WRONG_INFORMATION, without_terms_because="Falska uppgifter.")
    take_back(board, case, false)
    assert refused(
        board, letting.note_acceptance, case.number, AcceptanceChannel.REPLY, on=NOW.date(), role=Role.PREMISES
    )[1] == ["accepted"]


def test_terms_and_acceptances_are_never_changed_in_the_database(board: BoardAtWork) -> None:
    confirmed(board)
    for statement in ("UPDATE letting_terms SET text = 'x'", "DELETE FROM terms_acceptances"):
        with pytest.raises(DBAPIError, match="append-only"):
            run_in_transaction(board.database, lambda s, sql=statement: s.execute(text(sql)))  # type: ignore[misc]


def test_the_boards_choices_are_kept_and_a_share_beyond_a_hundred_is_none(board: BoardAtWork) -> None:
    given = Letting(drawn_in_hundred=5, owner="lokalintendenten", review_on=date(2027, 3, 1), ask="växeln")
    board_row = board.do(letting.change_letting, given, role=Role.ADMINISTRATOR)
    assert board_row.bookings["drawn_in_hundred"] == 5
    assert refused(board, letting.change_letting, Letting(drawn_in_hundred=101), role=Role.ADMINISTRATOR)[1] == [
        "drawn_in_hundred"
    ]
    assert refused(board, letting.change_letting, given, role=Role.CASEWORKER)[0] is Obstacle.FORBIDDEN


def test_an_acceptance_is_of_the_terms_that_held_that_day(board: BoardAtWork) -> None:
    case = confirmed(board, accepted=False)
    before = NOW.date() - timedelta(days=400)
    assert refused(board, letting.note_acceptance, case.number, AcceptanceChannel.REPLY, on=before, role=Role.PREMISES)[
        1
    ] == ["accepted_on"]
