"""The page that takes a confirmed booking back: everything it asks for, kept as typed, decided once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import sent
from tests.board import BoardAtWork, booking_facts
from tests.factories import NOW
from tests.page_fixtures import board, on_that_day, somebody
from vetting.bookings.domain.letting import SHIPPED_TERMS, AcceptanceChannel
from vetting.bookings.services import answers, letting
from vetting.bookings.services.answers import BookingAnswer
from vetting.casework.models.intake import RequestedTime
from vetting.casework.services import decisions
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
TYPED = {
    "ground": "terms_broken",
    "term": SHIPPED_TERMS.splitlines()[2],
    "act": "Lokalen annonserades ut mot betalning.",
    "heard": "Styrelsen svarade att det stämmer.",
    "proportionality": "En ändrad bokning har erbjudits.",
}


@pytest.fixture
def confirmed(board: BoardAtWork) -> str:
    """A booking whose terms are accepted, and whose decision maker is in no conflict."""
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    starts = NOW + timedelta(days=10)
    use = RequestedTime(room_name="Salen", starts_at=starts, ends_at=starts + timedelta(hours=2))
    number = board.receive(booking_facts(), kind=CaseKind.BOOKING, uses=(use,)).number
    said = BookingAnswer(nothing_found=True)
    board.do(answers.confirm_booking, number, said, version=None, role=Role.PREMISES)
    board.do(letting.note_acceptance, number, AcceptanceChannel.SIGNATURE, on=NOW.date(), role=Role.PREMISES)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    return number


def test_a_booking_is_taken_back_once_and_the_decision_is_shown(board: BoardAtWork, confirmed: str) -> None:
    mona, path = somebody(board, Role.DECISION_MAKER), f"/arenden/{confirmed}/avboka"
    fields = TYPED | {"version": sent.fields(mona.get(path).text)["version"]}
    answer = mona.send(path, **fields)
    assert answer.status_code == 303
    assert "Lokalen annonserades ut mot betalning." in mona.get(answer.location).text
    assert board.case(confirmed).state == "rescinded"
    assert mona.send(path, **fields).status_code == 409
    assert "inget att ta tillbaka" in mona.get(path).text


@pytest.mark.parametrize("lacking", ["ground", "act", "heard", "proportionality"])
def test_what_is_lacking_is_told_beside_its_field_and_the_rest_stays(
    board: BoardAtWork, confirmed: str, lacking: str
) -> None:
    mona, path = somebody(board, Role.DECISION_MAKER), f"/arenden/{confirmed}/avboka"
    answer = mona.send(path, **TYPED | {lacking: "", "version": sent.fields(mona.get(path).text)["version"]})
    assert answer.status_code == 422
    assert f'id="{lacking}-error"' in answer.text
    kept = "act" if lacking != "act" else "heard"
    assert TYPED[kept] in answer.text
    assert board.case(confirmed).state == "confirmed"


def test_an_opinion_is_asked_about_before_it_is_decided_on(board: BoardAtWork, confirmed: str) -> None:
    mona, path = somebody(board, Role.DECISION_MAKER), f"/arenden/{confirmed}/avboka"
    assert 'name="acts_not_opinions"' not in mona.get(path).text
    fields = TYPED | {"act": "Föreningens ideologi.", "version": sent.fields(mona.get(path).text)["version"]}
    answer = mona.send(path, **fields)
    assert answer.status_code == 422
    assert 'name="acts_not_opinions"' in answer.text
    assert mona.send(path, **fields | {"acts_not_opinions": "1"}).status_code == 303


def test_a_grant_cannot_be_taken_back_by_this_page(board: BoardAtWork) -> None:
    number = board.receive().number
    assert somebody(board, Role.DECISION_MAKER).get(f"/arenden/{number}/avboka").status_code == 404
