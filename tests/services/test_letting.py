"""Letting rooms: what a board chooses, its terms by version, who accepted them, and a booking that is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.factories import NOW
from tests.town import Town, booking_facts, refused, rules
from vetting.domain.after_decision import Happened
from vetting.domain.criteria import CaseKind
from vetting.domain.letters import LetterKind
from vetting.domain.letting import SHIPPED_TERMS, Accepted, Letting
from vetting.domain.people import Role
from vetting.domain.problem import Obstacle
from vetting.domain.rescissions import Rescission, RescissionGround
from vetting.services import aftermath, booking_answers, decisions, delegations, letters, letting, rescissions
from vetting.services.booking_answers import Said
from vetting.services.cases import Use
from vetting.store import verifying
from vetting.store.decisions import of_case
from vetting.store.session import reading, write

if TYPE_CHECKING:
    from vetting.store.cases import Case

EVENING = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
TAKEN_BACK = Rescission(
    ground=RescissionGround.TERMS_BROKEN,
    term=SHIPPED_TERMS.splitlines()[2],
    act="Lokalen annonserades ut mot betalning.",
    heard="Styrelsen svarade att det stämmer.",
    not_heard_because="",
    proportionality="En ändrad bokning har erbjudits.",
)


@pytest.fixture
def town(town: Town) -> Town:
    town.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    return town


def confirmed(town: Town, *, accepted: bool = True) -> Case:
    use = Use(room_name="Salen", starts_at=EVENING, ends_at=EVENING + timedelta(hours=2))
    case = town.receive(booking_facts(), kind=CaseKind.BOOKING, uses=(use,))
    said = Said(nothing_found=True, conditions=["Högst 40 personer."])
    town.do(booking_answers.confirm, case.number, said, version=None, rules=rules(), role=Role.PREMISES)
    if accepted:
        town.do(letting.accept, case.number, Accepted.SIGNATURE, on=NOW.date(), role=Role.PREMISES)
    town.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    return town.case(case.number)


def take_back(town: Town, case: Case, given: Rescission = TAKEN_BACK, role: Role = Role.DECISION_MAKER) -> Any:
    return town.do(rescissions.rescind, case.number, given, version=None, role=role)


def not_taken_back(town: Town, case: Case, role: Role = Role.DECISION_MAKER, **more: Any) -> list[str]:
    return refused(town, rescissions.rescind, case.number, replace(TAKEN_BACK, **more), version=None, role=role)[1]


def test_a_booking_is_taken_back_with_term_hearing_and_proportion_by_whoever_may_refuse(town: Town) -> None:
    case = confirmed(town)
    made = take_back(town, case)
    assert (made.kind, made.grounds) == ("rescission", ["terms_broken"])
    for words in ("annonserades ut", "får inte lånas eller hyras ut vidare", "det stämmer", "ändrad bokning"):
        assert words in made.reasons
    assert made.rests_on["acceptance"]
    assert town.case(case.number).state == "rescinded"
    with reading(town.database) as s:
        assert verifying.verify(s).problems == []
    assert refused(town, rescissions.rescind, case.number, TAKEN_BACK, version=None, role=Role.DECISION_MAKER)[0] is (
        Obstacle.STALE
    )


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
def test_what_is_lacking_is_told_and_nothing_is_taken_back(town: Town, lacks: dict[str, Any], where: list[str]) -> None:
    case = confirmed(town)
    assert not_taken_back(town, case, **lacks) == where
    assert town.case(case.number).state == "confirmed"


def test_why_there_was_no_time_stands_for_the_hearing_and_an_answered_question_for_the_opinion(town: Town) -> None:
    case = confirmed(town)
    given = replace(
        TAKEN_BACK,
        heard="",
        not_heard_because="Det börjar om en timme.",
        acts_not_opinions=True,
        act="En religiös skrift användes som slagvapen mot en besökare.",
    )
    assert "Tiden räckte inte" in take_back(town, case, given).reasons


def test_without_accepted_terms_it_says_by_what_right(town: Town) -> None:
    case = confirmed(town, accepted=False)
    assert not_taken_back(town, case) == ["without_terms_because", "ground"]
    right = "Uppgifterna var falska från början."
    false = replace(TAKEN_BACK, ground=RescissionGround.WRONG_INFORMATION, without_terms_because=right)
    made = take_back(town, case, false)
    assert "Rätten att säga upp" in made.reasons
    assert "avtalets villkor" not in made.reasons


def test_premises_staff_whose_delegation_covers_no_refusal_take_nothing_back(town: Town) -> None:
    case = confirmed(town)
    assert case.number in not_taken_back(town, case, role=Role.PREMISES)
    grant = town.receive()
    missing, _ = refused(town, rescissions.rescind, grant.number, TAKEN_BACK, version=None, role=Role.DECISION_MAKER)
    assert missing is Obstacle.MISSING


def test_whoever_is_not_asked_about_conflict_takes_nothing_back(town: Town) -> None:
    case = confirmed(town)
    town.delegate(Role.CASEWORKER, kinds=["booking"])
    other = town.somebody(Role.DECISION_MAKER, "vikarie")
    town.staff[Role.DECISION_MAKER] = other
    town.delegate(Role.DECISION_MAKER)
    assert not_taken_back(town, case) == ["conflict"]


def test_a_quashed_rescission_puts_the_booking_before_a_person_again(town: Town) -> None:
    case = confirmed(town)
    made = take_back(town, case)
    town.do(delegations.report, [made.id], NOW.date(), "§ 5", role=Role.REGISTRAR)
    note = aftermath.NewEvent(what=Happened.ANNOUNCED, on=NOW.date())
    town.do(aftermath.note, made.id, note, rules=rules(), role=Role.REGISTRAR)
    for what in (Happened.APPEALED, Happened.QUASHED):
        new = aftermath.NewEvent(what=what, on=NOW.date(), court="Förvaltningsrätten", number="1-26")
        town.do(aftermath.note, made.id, new, rules=rules(), role=Role.REGISTRAR)
    assert town.case(case.number).state == "to_check"


def test_the_terms_have_versions_and_what_was_accepted_keeps_its_own(town: Town) -> None:
    case = confirmed(town)
    new = "Ett enda villkor om demokratisk grund."
    assert town.do(letting.publish_terms, new, role=Role.ADMINISTRATOR).version == 2
    assert refused(town, letting.publish_terms, f" {new} \n", role=Role.ADMINISTRATOR)[1] == ["terms"]
    assert refused(town, letting.publish_terms, " ", role=Role.ADMINISTRATOR)[1] == ["terms"]
    assert refused(town, letting.publish_terms, "x", role=Role.PREMISES)[0] is Obstacle.FORBIDDEN
    with reading(town.database) as s:
        letter = letters.preview(
            s,
            case.number,
            LetterKind.APPROVAL,
            of_case(s, case.id)[0].id,
            rules=rules(),
            by=town.staff[Role.PREMISES],
            at=NOW,
        )
    said = "\n".join(letter.lines)
    assert "version 1" in said
    assert new not in said
    town.do(letting.accept, case.number, Accepted.REPLY, on=NOW.date(), role=Role.PREMISES)
    assert refused(town, letting.accept, case.number, Accepted.REPLY, on=NOW.date(), role=Role.PREMISES)[1] == [
        "accepted"
    ]


def test_the_agreement_says_time_room_purpose_organiser_conditions_and_terms_in_both_languages(town: Town) -> None:
    case = confirmed(town)
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
            ("Confirmation and agreement on a room", "1 December 2026, 18:00–20:00, Salen", "Organiser:", "signature"),
        ),
    ):
        with reading(town.database) as s:
            key = of_case(s, case.id)[0].id
            letter = letters.preview(
                s,
                case.number,
                LetterKind.APPROVAL,
                key,
                language=language,  # type: ignore[arg-type]
                rules=rules(),
                by=town.staff[Role.PREMISES],
                at=NOW,
            )
        said = "\n".join([letter.subject, *letter.lines]).replace("\u00a0", " ")
        assert [word for word in words if word not in said] == []


def test_a_day_ahead_is_no_acceptance_and_a_called_off_booking_has_nothing_to_accept(town: Town) -> None:
    case = confirmed(town, accepted=False)
    ahead = NOW.date() + timedelta(days=1)
    assert refused(town, letting.accept, case.number, Accepted.REPLY, on=ahead, role=Role.PREMISES)[1] == [
        "accepted_on"
    ]
    with reading(town.database) as s:
        assert [one.number for one in letting.unaccepted(s, by=town.staff[Role.PREMISES], at=NOW)] == [case.number]
        assert letting.unaccepted(s, by=town.staff[Role.GROUP_MEMBER], at=NOW) == []
    false = replace(TAKEN_BACK, ground=RescissionGround.WRONG_INFORMATION, without_terms_because="Falska uppgifter.")
    take_back(town, case, false)
    assert refused(town, letting.accept, case.number, Accepted.REPLY, on=NOW.date(), role=Role.PREMISES)[1] == [
        "accepted"
    ]


def test_terms_and_acceptances_are_never_changed_in_the_database(town: Town) -> None:
    confirmed(town)
    for statement in ("UPDATE letting_terms SET text = 'x'", "DELETE FROM terms_acceptances"):
        with pytest.raises(DBAPIError, match="append-only"):
            write(town.database, lambda s, sql=statement: s.execute(text(sql)))  # type: ignore[misc]


def test_the_boards_choices_are_kept_and_a_share_beyond_a_hundred_is_none(town: Town) -> None:
    given = Letting(drawn_in_hundred=5, owner="lokalintendenten", review_on=date(2027, 3, 1), ask="växeln")
    board = town.do(letting.change, given, role=Role.ADMINISTRATOR)
    assert board.bookings["drawn_in_hundred"] == 5
    assert refused(town, letting.change, Letting(drawn_in_hundred=101), role=Role.ADMINISTRATOR)[1] == [
        "drawn_in_hundred"
    ]
    assert refused(town, letting.change, given, role=Role.CASEWORKER)[0] is Obstacle.FORBIDDEN


def test_an_acceptance_is_of_the_terms_that_held_that_day(town: Town) -> None:
    case = confirmed(town, accepted=False)
    before = NOW.date() - timedelta(days=400)
    assert refused(town, letting.accept, case.number, Accepted.REPLY, on=before, role=Role.PREMISES)[1] == [
        "accepted_on"
    ]
