"""After an event: an act noted with a photo, never a person; seen on the association's page by whoever may."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests.factories import NOW
from tests.town import Town, booking_facts, refused, rules
from vetting.domain.criteria import CaseKind
from vetting.domain.deviations import DeviationKind
from vetting.domain.people import Role
from vetting.domain.problem import Obstacle
from vetting.services import booking_answers, deviations
from vetting.services.association_files import association_file
from vetting.services.booking_answers import Said
from vetting.services.cases import Use
from vetting.services.documents import NewDocument
from vetting.store import verifying
from vetting.store.session import reading

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.store.cases import Case

KIND = DeviationKind.OTHER_ORGANISER
AFTER = NOW + timedelta(days=30)


@pytest.fixture
def town(town: Town) -> Town:
    town.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    return town


def held(town: Town) -> Case:
    starts = NOW + timedelta(days=10)
    use = Use(room_name="Stora Salen", starts_at=starts, ends_at=starts + timedelta(hours=2))
    case = town.receive(booking_facts(), kind=CaseKind.BOOKING, uses=(use,))
    said = Said(nothing_found=True)
    town.do(booking_answers.confirm, case.number, said, version=None, rules=rules(), role=Role.PREMISES)
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
        "rules": rules(),
        "role": Role.PREMISES,
        "at": AFTER,
        **more,
    }


def not_noted(town: Town, case: Case, **more: Any) -> list[str]:
    told = given(**more)
    return refused(town, deviations.note, case.number, told.pop("kind"), told.pop("what"), **told)[1]


def note(town: Town, case: Case, **more: Any) -> Any:
    told = given(**more)
    return town.do(deviations.note, case.number, told.pop("kind"), told.pop("what"), **told)


def test_a_deviation_is_noted_with_a_photo_and_stands_on_the_associations_page(town: Town) -> None:
    case = held(town)
    row = note(town, case, photo=picture())
    assert row.document_id
    with reading(town.database) as s:
        for role, seen in ((Role.PREMISES, 1), (Role.CASEWORKER, 1)):
            file = association_file(s, case.association_id or 0, rules=rules(), by=town.staff[role], on=NOW.date())
            assert len(file.deviations) == seen
        assert verifying.verify(s).problems == []
    other = Town(town.database, code="soder").build()
    with reading(town.database) as s:
        file = association_file(
            s, case.association_id or 0, rules=rules(), by=other.staff[Role.CASEWORKER], on=NOW.date()
        )
        assert file.deviations == []


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"kind": None}, ["kind"]),
        ({"what": " "}, ["what"]),
        ({"on": None}, ["on"]),
        ({"what": "Mannen hette Sven Svensson och var arg."}, ["what"]),
        ({"what": "Han med 19121212-1212 var där."}, ["what"]),
        ({"on": AFTER.date() + timedelta(days=1)}, ["on"]),
    ],
)
def test_a_person_a_day_ahead_or_nothing_said_is_told(town: Town, more: dict[str, Any], where: list[str]) -> None:
    assert not_noted(town, held(town), **more) == where


def test_nothing_deviates_before_the_event_or_in_a_grant(town: Town) -> None:
    case = held(town)
    early: datetime = NOW + timedelta(days=1)
    assert not_noted(town, case, at=early, on=date(2026, 11, 1)) == [case.number]
    told = given()
    grant = town.receive()
    missing, _ = refused(
        town, deviations.note, grant.number, told.pop("kind"), told.pop("what"), **{**told, "role": Role.CASEWORKER}
    )
    assert missing is Obstacle.MISSING


def test_a_deviation_takes_nothing_from_the_association_by_itself(town: Town) -> None:
    case = held(town)
    note(town, case)
    assert town.case(case.number).state == "confirmed"
    assert town.case(case.number).look_again_at is None


def test_a_deviation_noted_wrongly_is_taken_back_with_why_once_and_stays_to_be_read(town: Town) -> None:
    case = held(town)
    row = note(town, case)

    def not_withdrawn(because: str, number: str = case.number) -> tuple[Obstacle, list[str]]:
        return refused(town, deviations.withdraw, number, row.id, because, role=Role.PREMISES)

    assert not_withdrawn(" ")[1] == ["because"]
    assert not_withdrawn("Det var Sven Svensson som hade fel.")[1] == ["because"]
    assert not_withdrawn("Fel bokning.", held(town).number)[0] is Obstacle.MISSING
    town.do(deviations.withdraw, case.number, row.id, "Det gällde ett annat rum.", role=Role.PREMISES)
    assert not_withdrawn("En gång till.")[1] == ["because"]
    with reading(town.database) as s:
        file = association_file(
            s, case.association_id or 0, rules=rules(), by=town.staff[Role.CASEWORKER], on=NOW.date()
        )
        assert [one.id for one, _ in file.deviations] == [row.id]
        assert file.withdrawn[row.id].because == "Det gällde ett annat rum."
        assert verifying.verify(s).problems == []
