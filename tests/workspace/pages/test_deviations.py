"""The page of a deviation: a sentence and a photo, kept as typed when something is wrong, taken back with a reason."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from tests.board import BoardAtWork, booking_facts
from tests.factories import NOW, TODAY
from tests.page_fixtures import board, somebody
from vetting import clock
from vetting.bookings.models.letting import Deviation, DeviationWithdrawal
from vetting.bookings.services import answers
from vetting.bookings.services.answers import BookingAnswer
from vetting.casework.models.intake import RequestedTime
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

__all__ = ["board"]
WHAT = "En annan förening höll ett möte i Salen."


@pytest.fixture
def held(board: BoardAtWork, monkeypatch: pytest.MonkeyPatch) -> str:
    """A confirmed booking, the day after its event."""
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    starts = NOW + timedelta(days=10)
    use = RequestedTime(room_name="Salen", starts_at=starts, ends_at=starts + timedelta(hours=2))
    number = board.receive(booking_facts(), kind=CaseKind.BOOKING, uses=(use,)).number
    said = BookingAnswer(nothing_found=True)
    board.do(answers.confirm_booking, number, said, version=None, role=Role.PREMISES)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=11))
    return number


def noted(board: BoardAtWork) -> list[Deviation]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(Deviation)))


def withdrawn(board: BoardAtWork) -> list[str]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(DeviationWithdrawal.because)))


def photo(width: int = 40) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, 30), 50).save(out, "PNG")
    return out.getvalue()


def test_a_deviation_is_noted_with_its_photo_and_stands_on_the_booking(board: BoardAtWork, held: str) -> None:
    staff = somebody(board, Role.PREMISES)
    day = (TODAY + timedelta(days=10)).isoformat()
    answer = staff.send(
        f"/arenden/{held}/avvikelse", kind="other_organiser", what=WHAT, on=day, photo=(photo(20_000), "salen.png")
    )
    assert answer.status_code == 303
    [row] = noted(board)
    assert (row.what, row.on.isoformat(), row.document_id is None) == (WHAT, day, False)
    assert WHAT in staff.get(f"/arenden/{held}").text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"kind": "något annat"}, "kind"),
        ({"on": "i går"}, "on"),
        ({"photo": (b"inte en bild", "salen.txt")}, "photo"),
    ],
)
def test_what_is_wrong_is_told_with_the_way_to_its_field_and_the_sentence_stays(
    board: BoardAtWork, held: str, wrong: dict[str, object], told: str
) -> None:
    typed = {"kind": "other_organiser", "what": WHAT, "on": TODAY.isoformat()} | wrong
    answer = somebody(board, Role.PREMISES).send(f"/arenden/{held}/avvikelse", **typed)
    assert answer.status_code == 422
    assert f'href="#{told}"' in answer.text
    assert WHAT in answer.text
    assert noted(board) == []


def test_a_deviation_of_a_grant_is_no_page_at_all(board: BoardAtWork, held: str) -> None:
    number = board.receive().number
    assert somebody(board, Role.CASEWORKER).get(f"/arenden/{number}/avvikelse").status_code == 404
    assert somebody(board, Role.CASEWORKER).get(f"/arenden/{held}/avvikelse").status_code == 200


def test_one_that_was_noted_wrongly_is_taken_back_only_with_a_reason(board: BoardAtWork, held: str) -> None:
    staff = somebody(board, Role.PREMISES)
    day = (TODAY + timedelta(days=10)).isoformat()
    staff.send(f"/arenden/{held}/avvikelse", kind="other_organiser", what=WHAT, on=day)
    [row] = noted(board)
    path = f"/arenden/{held}/avvikelse/{row.id}/aterta"
    assert staff.send(path, because="").status_code == 422
    assert withdrawn(board) == []
    assert staff.send(path, because="Fel lokal.").status_code == 303
    assert withdrawn(board) == ["Fel lokal."]
