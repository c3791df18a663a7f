"""What those who book are: said once, known in the lists that follow, and what each kind is spared or asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, booking_facts, refused
from tests.factories import NOW
from tests.lists.services.test_weekly_lists import HEADINGS, staged, taken
from vetting.associations.models.associations import Association
from vetting.associations.models.booker_kinds import BookerKindRecord
from vetting.bookings.domain.bookers import suggested_kind, wrong_kind
from vetting.bookings.domain.letting import Letting
from vetting.bookings.domain.weeks import WeekReviewReason, WeekSection
from vetting.bookings.services import answers, bookers, letting, weeks
from vetting.bookings.services.answers import BookingAnswer
from vetting.casework.models.cases import Case, Occurrence
from vetting.casework.models.decisions import of_case
from vetting.casework.models.facts import GivenFacts
from vetting.casework.models.intake import RequestedTime
from vetting.casework.services import cases
from vetting.casework.services.screenings import screen_without_keeping
from vetting.engine.facts import Facts
from vetting.engine.results import ResultReason
from vetting.engine.screening import BookerKind
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from vetting.engine.screening import Screening

MONDAY = date(2026, 11, 30)
EVENING = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)


@pytest.fixture
def board(board: BoardAtWork) -> BoardAtWork:
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    board.do(letting.change_letting, Letting(drawn_in_hundred=100), role=Role.ADMINISTRATOR)
    return board


def book(board: BoardAtWork, number: str | None = NUMBERS[0], name: str = "Föreningen Prov", **more: Any) -> Case:
    use = RequestedTime(room_name="Salen", starts_at=EVENING, ends_at=EVENING + timedelta(hours=2))
    values = dict(booking_facts(number or "", name, **more).values)
    given = Facts({fact: value for fact, value in values.items() if value not in ("", None)})
    return board.receive(given, kind=CaseKind.BOOKING, uses=(use,))


def say(board: BoardAtWork, case: Case, kind: BookerKind) -> int:
    return int(board.do(bookers.say_kinds, {case.association_id: kind}, role=Role.PREMISES))


def judged(board: BoardAtWork, case: Case) -> Screening:
    with open_reading(board.database) as s:
        found = screen_without_keeping(s, s.get_one(Case, case.id), on=NOW.date())
    assert found is not None
    return found.screening


def reasons(screening: Screening) -> set[ResultReason]:
    return {finding.reason for finding in screening.findings}


def the_week(board: BoardAtWork) -> weeks.Week:
    with open_reading(board.database) as s:
        return weeks.bookings_of_week(acting(s, board.staff[Role.PREMISES]), MONDAY, on=NOW.date())


@pytest.mark.both_engines
def test_an_own_unit_is_counted_and_never_asked(board: BoardAtWork) -> None:
    case = book(board, None, "Ungdomens hus", open_to_public=True, expected_visitors=400, external_speakers=True)
    assert the_week(board).of(WeekSection.LOOK)
    assert say(board, case, BookerKind.OWN_UNIT) == 1
    found = the_week(board)
    assert [item.case.number for item in found.of(WeekSection.PLAIN)] == [case.number]  # not drawn for control either
    assert (found.tally.own_units, found.tally.without_questions, found.tally.shown) == (1, 1, 0)
    screening = judged(board, case)
    assert reasons(screening) == {ResultReason.OWN_UNIT}
    assert (screening.proposal.value, screening.nothing_checked) == ("approve", False)
    decision = board.do(
        answers.confirm_booking,
        case.number,
        BookingAnswer(without_questions=True),
        version=board.case(case.number).version,
        role=Role.PREMISES,
    )
    with open_reading(board.database) as s:
        assert "inte prövats" in next(iter(of_case(s, case.id))).reasons
        assert "inget som talar emot" not in s.get_one(type(decision), decision.id).reasons
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.parametrize("kind", [BookerKind.COMPANY, BookerKind.PARTY, BookerKind.PRIVATE_PERSON])
def test_of_those_that_are_no_association_only_the_event_is_assessed(board: BoardAtWork, kind: BookerKind) -> None:
    case = book(board, None, "Provbolaget", open_to_public=True, expected_visitors=400)
    before = {finding.criterion.id for finding in judged(board, case).findings if finding.effect}
    values = {finding.criterion.id for finding in judged(board, case).findings if finding.criterion.value_criterion}
    say(board, case, kind)
    screening = judged(board, case)
    after = {finding.criterion.id for finding in screening.findings if finding.effect}
    assert before & values
    assert not after & values


def test_what_speaks_against_is_asked_of_a_company_too(board: BoardAtWork) -> None:
    case = book(board, None, "Provbolaget", tip_received_on=date(2026, 11, 1), channel="tidning")
    say(board, case, BookerKind.COMPANY)
    asked = {finding.criterion.id for finding in judged(board, case).findings if finding.effect}
    assert asked


def test_a_study_association_is_asked_who_arranges_until_another_is_named(board: BoardAtWork) -> None:
    case = book(board, NUMBERS[0], "Studieförbundet Prov")
    say(board, case, BookerKind.STUDY_ASSOCIATION)
    board.do(letting.change_letting, Letting(drawn_in_hundred=0), role=Role.ADMINISTRATOR)
    [item] = the_week(board).of(WeekSection.LOOK)
    assert WeekReviewReason.ORGANISER in item.why
    told = Facts({"organiser_of_record": "Kören Prov"})
    board.do(cases.change_facts, case.number, told, version=None)
    assert all(WeekReviewReason.ORGANISER not in one.why for one in the_week(board).bookings)


def test_a_study_association_without_organiser_is_not_confirmed_in_one_stroke(board: BoardAtWork) -> None:
    board.do(letting.change_letting, Letting(drawn_in_hundred=0), role=Role.ADMINISTRATOR)
    case = book(board, NUMBERS[0], "Studieförbundet Prov")
    say(board, case, BookerKind.STUDY_ASSOCIATION)
    obstacle, _ = refused(
        board,
        answers.confirm_booking,
        case.number,
        BookingAnswer(without_questions=True, nothing_found=True),
        version=None,
        role=Role.PREMISES,
    )
    assert obstacle is Obstacle.CLOSED


@pytest.mark.parametrize(
    ("number", "kind", "may"),
    [
        ("8029990234", BookerKind.OWN_UNIT, False),
        ("8029990234", BookerKind.COMPANY, False),
        ("8029990234", BookerKind.PARTY, True),
        ("8029990234", BookerKind.PRIVATE_PERSON, False),
        ("2120000142", BookerKind.OWN_UNIT, True),
        ("2120000142", BookerKind.COMPANY, False),
        ("5560360793", BookerKind.COMPANY, True),
        ("5560360793", BookerKind.PARTY, False),
        ("9696000001", BookerKind.COMPANY, True),
        ("3160000001", BookerKind.OWN_UNIT, False),
        ("3160000001", BookerKind.ASSOCIATION, True),
        ("", BookerKind.OWN_UNIT, True),
    ],
)
def test_a_number_speaks_against_a_kind_that_it_is_not_of(number: str, kind: BookerKind, *, may: bool) -> None:
    assert (wrong_kind(kind, number, "Provet") is None) is may


def test_only_a_company_is_told_by_its_number_alone() -> None:
    assert suggested_kind("5560360793") is BookerKind.COMPANY
    assert [suggested_kind(number) for number in ("8029990234", "2120000142", "", "3160000001")] == [None] * 4


def test_an_association_cannot_be_made_an_own_unit_and_nothing_of_the_rest_is_kept(board: BoardAtWork) -> None:
    case, other = book(board, NUMBERS[0]), book(board, None, "Ungdomens hus")
    said = {other.association_id: BookerKind.OWN_UNIT, case.association_id: BookerKind.OWN_UNIT}
    found = refused(board, bookers.say_kinds, said, role=Role.PREMISES)
    assert found == (Obstacle.INVALID, [f"kind-{case.association_id}"])
    gone, _ = refused(board, bookers.say_kinds, {9_999: BookerKind.PARTY}, role=Role.PREMISES)
    assert gone is Obstacle.STALE
    with open_reading(board.database) as s:
        assert s.scalars(select(BookerKindRecord)).all() == []


def test_saying_the_same_again_notes_nothing(board: BoardAtWork) -> None:
    case = book(board)
    assert [say(board, case, BookerKind.PARTY), say(board, case, BookerKind.PARTY)] == [1, 0]
    assert say(board, case, BookerKind.ASSOCIATION) == 1
    with open_reading(board.database) as s:
        assert [row.kind for row in s.scalars(select(BookerKindRecord))] == [BookerKind.ASSOCIATION]


def test_a_private_persons_name_stays_out_of_the_lists_that_follow(board: BoardAtWork) -> None:
    headings = HEADINGS + ";Kundnr"
    row = ("B1", "Salen", "Kim Exempelsson", "", "Kalas", "2026-12-01", "18:00", "20:00", "20", "K7")
    taken(board, row, headings=headings)
    with open_reading(board.database) as s:
        case = s.scalars(select(Case)).one()
    say(board, case, BookerKind.PRIVATE_PERSON)
    again = staged(board, row, headings=headings)
    assert (again.counts["same"], again.counts["good"], again.counts["gone"]) == (1, 0, 0)
    new = ("B2", *row[1:5], "2026-12-08", *row[6:])
    taken(board, row, new, headings=headings, at=NOW + timedelta(days=1))
    with open_reading(board.database) as s:
        found = s.scalars(select(Case).order_by(Case.id.desc())).first()
        assert found is not None
        assert (found.name, found.association_id) == ("Privatperson", None)
        said = [
            (part.of_association, part.of_case) for part in s.scalars(select(GivenFacts).filter_by(case_id=found.id))
        ]
        assert "Exempelsson" not in str(said)
        assert "K7" not in str(said)
        assert len(s.scalars(select(Association.id)).all()) == 1
        assert s.scalars(select(Occurrence.starts_at).filter_by(case_id=found.id)).one() is not None
        assert trail_verification.verify_trail(s).problems == []


def test_those_that_nobody_has_told_of_come_first(board: BoardAtWork) -> None:
    first, second = book(board, NUMBERS[0], "Aftonkören"), book(board, NUMBERS[1], "Bykören")
    book(board, NUMBERS[1], "Bykören")
    say(board, first, BookerKind.ASSOCIATION)
    with open_reading(board.database) as s:
        found = bookers.bookers_ahead(acting(s, board.staff[Role.PREMISES], NOW))
        assert [(one.association.id, one.bookings, one.kind) for one in found] == [
            (second.association_id, 2, None),
            (first.association_id, 1, BookerKind.ASSOCIATION),
        ]
        assert bookers.bookers_ahead(acting(s, board.staff[Role.PREMISES], EVENING + timedelta(days=1))) == []
