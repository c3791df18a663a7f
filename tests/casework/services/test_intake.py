"""A case that comes by form and the same that comes by list are the same case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, booking_facts, clean_facts, rules
from tests.factories import NOW, TODAY
from vetting.casework.models.cases import BookingRequest, Case, GrantApplication, Occurrence
from vetting.casework.models.completions import contacts
from vetting.casework.models.facts import GivenFacts, value_between
from vetting.casework.models.intake import RequestedTime
from vetting.casework.services import cases, intake
from vetting.casework.services.contacts import set_contact
from vetting.casework.services.stated_contacts import NewContact
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.base import table_of
from vetting.kernel.store.session import open_reading
from vetting.lists.models.staged_files import StagedFile, StagedProblem
from vetting.lists.services import import_batches
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from vetting.engine.facts import Facts

OTHERWISE = {
    *("id", "case_id", "number", "association_id", "name", "batch_id", "batch_row", "channel", "supplied_by"),
    *("not_asked", "screening_id", "proposal", "attention", "clear", "version", "digest"),
}
"""What is another from case to case, or tells how it came."""
WHO = ("name_in_application", "organisation_number")
NAMES = {"Kulturföreningen Provkvarnen": NUMBERS[0], "Kören Provspelet": NUMBERS[1]}
STARTS = datetime(2026, 12, 1, 0, 30)


def test_where_an_application_says_it_is_answered_letters_go_unless_the_office_has_said(board: BoardAtWork) -> None:
    said = clean_facts().with_values(
        {"contact_email": "kassor@provkvarnen.example", "postal_address": "Torggatan 1\n123 45 Norrby"}
    )
    case = board.receive(said, round_id=None)
    assert case.association_id is not None
    assert contact_of(board, case) == ("kassor@provkvarnen.example", "Torggatan 1\n123 45 Norrby")
    given = NewContact(email="kansli@provkvarnen.example", postal="")
    board.do(set_contact, case.number, given)
    again = board.receive(said, round_id=None)
    assert contact_of(board, again) == ("kansli@provkvarnen.example", "")


def test_what_is_said_again_in_the_same_words_is_kept_once(board: BoardAtWork) -> None:
    said = clean_facts()
    case = board.receive(said)
    facts_written(board, case, said)
    with open_reading(board.database) as session:
        assert session.scalar(select(func.count(GivenFacts.id)).where(GivenFacts.case_id == case.id)) == 1
    facts_written(board, case, said.with_values({"purpose": "Något annat"}))
    with open_reading(board.database) as session:
        assert session.scalar(select(func.count(GivenFacts.id)).where(GivenFacts.case_id == case.id)) == 2


def facts_written(board: BoardAtWork, case: Case, facts: Facts) -> None:
    board.do(cases.change_facts, case.number, facts, version=None)


@pytest.mark.parametrize("email", ["ingen adress", "19811218-9876@x.example"])
def test_what_is_no_address_stays_a_fact_only(board: BoardAtWork, email: str) -> None:
    case = board.receive(clean_facts(NUMBERS[1], "Kören").with_values({"contact_email": email}), round_id=None)
    assert contact_of(board, case) is None


def contact_of(board: BoardAtWork, case: Case) -> tuple[str, str] | None:
    with open_reading(board.database) as session:
        found = contacts(session, case.board_id, case.kind, [case.association_id or 0]).get(case.association_id or 0)
    return (found.email, found.postal) if found is not None else None


def in_a_list(facts: Facts, *more: tuple[str, str]) -> bytes:
    """The same as a list with one row under the labels of the facts."""
    catalogue = rules().folder.book.catalogue
    cells = [(catalogue[fact].label.sv, as_written(fact, value)) for fact, value in facts.values.items()]
    cells += [(catalogue[fact].label.sv, "") for fact in facts.absent]
    columns = zip(*cells, *more, strict=True)
    return "\n".join(";".join(line) for line in columns).encode()


def as_written(fact: str, value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if fact == "amount_applied":
        return f"{value // 100} kr"
    return {"ideell_forening": "ideell", "zero": "nolltaxa"}.get(value, str(value))


def by_list(board: BoardAtWork, data: bytes, *, into_round: bool) -> None:
    key = board.staged(data, into_round=into_round)
    with open_reading(board.database) as s:
        told = s.scalars(select(StagedProblem.what_sv).where(StagedProblem.staged_id == key)).all()
    assert told == []
    board.do(import_batches.confirm_import, key, good_only=False)


def kept(board: BoardAtWork, name: str) -> dict[str, list[dict[str, Any]]]:
    """Table -> what its rows of somebody's case say, but for who it is and how it came."""
    with open_reading(board.database) as s:
        case = s.scalars(select(Case.id).where(Case.name == name)).one()
        found: dict[str, list[dict[str, Any]]] = {}
        for model in (Case, GrantApplication, BookingRequest, Occurrence, GivenFacts):
            table: Any = table_of(model)
            key = table.c.id if model is Case else table.c.case_id
            rows = s.execute(select(table).where(key == case).order_by(table.c.id)).mappings()
            found[table.name] = [{k: v for k, v in row.items() if k not in OTHERWISE} for row in rows]
    for row in found["given_facts"]:
        said = [row["of_case"]["values"].pop(fact) for fact in WHO]  # who it is, is the case's own
        assert all(said)
    return found


def test_an_application_by_form_and_by_list_is_the_same_case(board: BoardAtWork) -> None:
    (first, number), (second, other) = NAMES.items()
    facts = clean_facts(number, first, giro_number="5805-6201", annual_meeting_held_on=date(2026, 3, 1))
    facts = facts.without(("board_area",))  # which no list has a column for
    new = intake.NewCase(kind=CaseKind.GRANT, facts=facts, received_on=TODAY, channel="e-post", round_id=board.round_id)
    board.do(intake.receive_case, new)
    by_list(board, in_a_list(facts.with_values(dict(zip(WHO, (second, other), strict=True)))), into_round=True)
    form, listed = kept(board, first), kept(board, second)
    assert form["cases"][0]["amount_applied"] == 40_000_00
    assert form["cases"][0]["due_on"] == date(2026, 12, 18)
    assert form["grant_applications"] == [{"grant_type": "", "giro": "5805-6201"}]
    assert len(form["given_facts"][0]["of_association"]["values"]) > 5
    assert form == listed


def test_a_booking_by_form_and_by_list_is_the_same_case(board: BoardAtWork) -> None:
    (first, number), (second, other) = NAMES.items()
    facts = booking_facts(number, first, event_starts_at=STARTS, booking_reference="B 17", rate_applied_for="zero")
    starts = STARTS.replace(tzinfo=HERE)
    use = RequestedTime(room_name="Stora salen", starts_at=starts, ends_at=starts + timedelta(hours=1))
    new = intake.NewCase(kind=CaseKind.BOOKING, facts=facts, received_on=TODAY, channel="telefon", uses=(use,))
    board.do(intake.receive_case, new)
    said = facts.with_values(dict(zip(WHO, (second, other), strict=True)) | {"organiser_of_record": first})
    by_list(board, in_a_list(said, ("Lokal", "Stora salen")), into_round=False)
    form, listed = kept(board, first), kept(board, second)
    assert form["cases"][0]["due_on"] == date(2026, 11, 30)  # half past midnight here is the evening before elsewhere
    assert form["occurrences"][0]["starts_at"] == starts
    (listed["given_facts"][0]["of_case"] or {})["values"].pop("room", None)  # a form says it beside the facts
    assert form == listed


def test_a_second_application_in_a_round_is_asked_about_by_form_and_told_by_list(board: BoardAtWork) -> None:
    first = board.receive()
    with pytest.raises(Refused) as refused:
        board.receive()
    [problem] = refused.value.problems
    key = board.staged(in_a_list(clean_facts(purpose="Ett annat").without(("board_area",))))
    other = board.staged(in_a_list(clean_facts(NUMBERS[1], "Kören Provspelet").without(("board_area",))), "annan.csv")
    with open_reading(board.database) as s:
        told = s.scalars(select(StagedProblem).where(StagedProblem.staged_id == key)).one()
        assert s.get_one(StagedFile, key).counts["problems"] == 1
        assert s.scalars(select(StagedProblem).where(StagedProblem.staged_id == other)).all() == []
    assert (problem.what.sv, told.stops) == (told.what_sv, False)
    assert first.number in told.what_sv


def test_a_second_open_application_in_no_round_is_asked_about_the_same_year(board: BoardAtWork) -> None:
    first = board.receive(round_id=None)
    with pytest.raises(Refused) as refused:
        board.receive(round_id=None, doubled_because="")
    [problem] = refused.value.problems
    assert problem.where == "doubled_because"
    assert first.number in problem.what.sv
    board.receive(round_id=None, doubled_because="", received_on=TODAY - timedelta(days=365))
    second = board.receive(round_id=None)
    with open_reading(board.database) as s:
        by = board.staff[Role.CASEWORKER]
        [check] = [
            one for one in case_file(acting(s, by), second.number, on=TODAY).checks if one.id == "same_application"
        ]
    assert (check.hit, check.cases) == (True, (first.number,))


@pytest.mark.parametrize(
    ("changed", "received_on"),
    [
        (dict.fromkeys(WHO), TODAY),
        ({}, date(2026, 8, 1)),
    ],
)
def test_what_stops_a_form_stops_a_row_in_the_same_words(
    board: BoardAtWork, changed: dict[str, Any], received_on: date
) -> None:
    facts = clean_facts(**changed)
    new = intake.NewCase(
        kind=CaseKind.GRANT, facts=facts, received_on=received_on, channel="e-post", round_id=board.round_id
    )
    with pytest.raises(Refused) as refused:
        board.do(intake.receive_case, new)
    key = board.staged(in_a_list(facts, ("Inkom", received_on.isoformat())))
    with open_reading(board.database) as s:
        told = s.scalars(select(StagedProblem).where(StagedProblem.staged_id == key, StagedProblem.stops)).one()
    assert [(one.what.sv, one.remedy.sv) for one in refused.value.problems] == [(told.what_sv, told.remedy_sv)]


def test_what_is_said_again_of_an_association_is_said_of_that_year_too(board: BoardAtWork) -> None:
    """Next year is compared with what was said this year, also where it was what was known."""
    board.receive(clean_facts(members_total=120), received_on=date(2026, 9, 1), round_id=None)
    again = board.receive(clean_facts(members_total=120), received_on=TODAY, round_id=None)
    with open_reading(board.database) as s:
        case = s.get_one(Case, again.id)
        assert value_between(s, case, "members_total", TODAY, TODAY) == 120
        assert value_between(s, case, "members_total", NOW.date() - timedelta(days=5), NOW.date()) == 120
        assert value_between(s, case, "members_total", date(2020, 1, 1), date(2021, 1, 1)) is None


def test_the_same_room_at_the_same_time_again_is_asked_about(board: BoardAtWork) -> None:
    name, number = next(iter(NAMES.items()))
    starts = STARTS.replace(tzinfo=HERE)
    use = RequestedTime(room_name="Stora salen", starts_at=starts, ends_at=starts + timedelta(hours=1))
    facts = booking_facts(number, name, event_starts_at=STARTS)

    def book(hall: str = "Stora salen", **more: Any) -> Case:
        uses = (replace(use, room_name=hall),)
        new = intake.NewCase(
            kind=CaseKind.BOOKING, facts=facts, received_on=TODAY, channel="telefon", uses=uses, **more
        )
        found: Case = board.do(intake.receive_case, new)
        return found

    first = book()
    with pytest.raises(Refused) as refused:
        book()
    [problem] = refused.value.problems
    assert first.number in problem.what.sv
    assert book("Lilla salen").number != book(doubled_because="Två rum i salen.").number


def test_missing_number_uncertain_name_and_open_sum_are_asked_about(board: BoardAtWork) -> None:
    first = board.receive(round_id=None)
    without = clean_facts(organisation_number=None)
    with pytest.raises(Refused) as refused:
        board.receive(without, round_id=None, doubled_because="")
    assert first.number in refused.value.problems[0].what.sv
    board.receive(without.with_values({"amount_applied": 1_00}), round_id=None, doubled_because="")
