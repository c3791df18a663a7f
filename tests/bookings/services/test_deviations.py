"""After an event: an act noted with a photo, never a person; seen on the association's page by whoever may."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests.acting import acting
from tests.board import BoardAtWork, booking_facts, refused
from tests.factories import NOW
from vetting.bookings.domain.deviations import DeviationKind
from vetting.bookings.services import answers, deviations
from vetting.bookings.services.answers import BookingAnswer
from vetting.casework.models.intake import RequestedTime
from vetting.casework.services.documents import NewDocument
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.workspace.services.association_files import association_file

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.casework.models.cases import Case

KIND = DeviationKind.OTHER_ORGANISER
AFTER = NOW + timedelta(days=30)


@pytest.fixture
def board(board: BoardAtWork) -> BoardAtWork:
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    return board


def held(board: BoardAtWork, days: int = 10) -> Case:
    starts = NOW + timedelta(days=days)
    use = RequestedTime(room_name="Stora Salen", starts_at=starts, ends_at=starts + timedelta(hours=2))
    case = board.receive(booking_facts(), kind=CaseKind.BOOKING, uses=(use,))
    said = BookingAnswer(nothing_found=True)
    board.do(answers.confirm_booking, case.number, said, version=None, role=Role.PREMISES)
    return case


def picture() -> NewDocument:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return NewDocument(
        name="salen.png", media_type="image/png", content=out.getvalue(), type="", dated=None, arrived_on=NOW.date()
    )


def given(what: str = "En annan förening höll ett möte i Stora Salen.", **more: Any) -> dict[str, Any]:
    return {
        "what": what,
        "kind": KIND,
        "on": NOW.date(),
        "photo": None,
        "role": Role.PREMISES,
        "at": AFTER,
        **more,
    }


def new_deviation(told: dict[str, Any]) -> deviations.NewDeviation:
    """Takes out of what is given what the deviation itself says."""
    said = {name: told.pop(name) for name in ("kind", "what", "on", "photo")}
    return deviations.NewDeviation(**said)


def not_noted(board: BoardAtWork, case: Case, **more: Any) -> list[str]:
    told = given(**more)
    return refused(board, deviations.note_deviation, case.number, new_deviation(told), **told)[1]


def note(board: BoardAtWork, case: Case, **more: Any) -> Any:
    told = given(**more)
    return board.do(deviations.note_deviation, case.number, new_deviation(told), **told)


@pytest.mark.both_engines
def test_a_deviation_is_noted_with_a_photo_and_stands_on_the_associations_page(board: BoardAtWork) -> None:
    case = held(board)
    row = note(board, case, photo=picture())
    assert row.document_id
    with open_reading(board.database) as s:
        for role, seen in ((Role.PREMISES, 1), (Role.CASEWORKER, 1)):
            file = association_file(acting(s, board.staff[role]), case.association_id or 0, on=NOW.date())
            assert len(file.deviations) == seen
        assert trail_verification.verify_trail(s).problems == []
    other = BoardAtWork(board.database, code="soder").build()
    with open_reading(board.database) as s:
        file = association_file(acting(s, other.staff[Role.CASEWORKER]), case.association_id or 0, on=NOW.date())
        assert file.deviations == []


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"kind": None}, ["kind"]),
        ({"what": " "}, ["what"]),
        ({"what": "Mannen hette Sven Svensson och var arg."}, ["what"]),
        ({"what": "Han med 19121212-1212 var där."}, ["what"]),
        ({"on": AFTER.date() + timedelta(days=1)}, ["on"]),
    ],
)
def test_a_person_a_day_ahead_or_nothing_said_is_told(
    board: BoardAtWork, more: dict[str, Any], where: list[str]
) -> None:
    assert not_noted(board, held(board), **more) == where


def test_nothing_deviates_before_the_event_or_in_a_grant(board: BoardAtWork) -> None:
    case = held(board)
    early: datetime = NOW + timedelta(days=1)
    assert not_noted(board, case, at=early, on=date(2026, 11, 1)) == [case.number]
    told = given()
    grant = board.receive()
    missing, _ = refused(
        board,
        deviations.note_deviation,
        grant.number,
        new_deviation(told),
        **{**told, "role": Role.CASEWORKER},
    )
    assert missing is Obstacle.MISSING


def test_a_deviation_takes_nothing_from_the_association_by_itself(board: BoardAtWork) -> None:
    case = held(board)
    note(board, case)
    assert board.case(case.number).state == "confirmed"
    assert board.case(case.number).look_again_at is None


def test_a_deviation_noted_wrongly_is_taken_back_with_why_once_and_stays_to_be_read(board: BoardAtWork) -> None:
    case = held(board)
    row = note(board, case)

    def not_withdrawn(because: str, number: str = case.number) -> tuple[Obstacle, list[str]]:
        return refused(board, deviations.withdraw_deviation, number, row.id, because, role=Role.PREMISES)

    assert not_withdrawn(" ")[1] == ["because"]
    assert not_withdrawn("Det var Sven Svensson som hade fel.")[1] == ["because"]
    assert not_withdrawn("Fel bokning.", held(board, 11).number)[0] is Obstacle.MISSING
    board.do(deviations.withdraw_deviation, case.number, row.id, "Det gällde ett annat rum.", role=Role.PREMISES)
    assert not_withdrawn("En gång till.")[1] == ["because"]
    with open_reading(board.database) as s:
        file = association_file(acting(s, board.staff[Role.CASEWORKER]), case.association_id or 0, on=NOW.date())
        assert [one.id for one, _ in file.deviations] == [row.id]
        assert file.withdrawn[row.id].because == "Det gällde ett annat rum."
        assert trail_verification.verify_trail(s).problems == []
