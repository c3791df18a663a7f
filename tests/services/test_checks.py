"""The quick check: what is answered, kept for thirty days, taken further; nothing of private persons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import NOW, TODAY
from tests.town import NUMBERS, Town, rules
from vetting.domain.association import NumberKind
from vetting.domain.criteria import CaseKind
from vetting.domain.facts import Facts
from vetting.domain.people import Role
from vetting.domain.problem import Obstacle, Refused
from vetting.domain.quick_checks import FOUR_QUESTIONS, asked, question, reply_by, unanswered
from vetting.domain.screening import Part
from vetting.services import checks
from vetting.services.cases import Use
from vetting.store import verifying
from vetting.store.associations import Association
from vetting.store.quick_checks import QuickCheck
from vetting.store.session import reading

DESK = Role.PREMISES
EVENT = Facts(
    {
        "organiser_of_record": "Kulturföreningen Provkvarnen",
        "event_purpose": "körövning",
        "responsible_person": "Exempelperson",
        "expected_visitors": 20,
    }
)


@pytest.fixture
def town(town: Town) -> Town:
    town.receive()  # the association is in the register
    return town


def checked(
    town: Town, wanted: str = NUMBERS[0], kind: CaseKind = CaseKind.BOOKING, role: Role = DESK, **more: Any
) -> checks.Checked:
    with reading(town.database) as s:
        return checks.check(s, wanted, kind=kind, chosen=None, rules=rules(), by=town.staff[role], at=NOW, **more)


def association(town: Town) -> int:
    with reading(town.database) as s:
        return int(s.scalars(select(Association.id)).first() or 0)


def kept(town: Town) -> list[QuickCheck]:
    with reading(town.database) as s:
        return list(s.scalars(select(QuickCheck).order_by(QuickCheck.id)))


def refused(town: Town, service: Any, *arguments: Any, **more: Any) -> Obstacle:
    with pytest.raises(Refused) as found:
        town.do(service, *arguments, **more)
    return found.value.obstacle


def test_a_booking_has_both_parts_and_an_unstated_event_asks_the_four_questions(town: Town) -> None:
    found = checked(town)
    assert set(found.parts) == {Part.ASSOCIATION, Part.EVENT}
    assert found.parts[Part.EVENT] == "complete"
    assert found.screening
    assert set(FOUR_QUESTIONS) <= set(asked(found.screening))
    text = question(found.screening, TODAY)
    assert "väntat antal besökare" in text.sv
    assert not any(
        word in f"{text.sv} {text.en}".lower() for word in ("misstänk", "krav", "suspic", "extrem", "demokrat")
    )


def test_a_stated_event_is_judged_and_asks_no_more(town: Town) -> None:
    found = checked(town, stated=EVENT)
    assert found.screening
    assert unanswered(found.screening) == ()
    whole = EVENT.with_values({"organiser_is_booker": True, "external_speakers": False})
    assert checked(town, stated=whole).parts[Part.EVENT] != "complete"
    assert not set(FOUR_QUESTIONS) & set(asked(found.screening))


def test_a_grant_has_only_the_association(town: Town) -> None:
    assert set(checked(town, kind=CaseKind.GRANT).parts) == {Part.ASSOCIATION}


def test_when_and_at_what_somebody_looked_is_told(town: Town) -> None:
    before = checked(town, role=Role.CASEWORKER).about
    assert before is not None
    assert (before.looked_on, before.looked_at) == (None, ())
    town.handle("BID-2026-0001")
    after = checked(town, role=Role.CASEWORKER).about
    assert after is not None
    assert after.looked_on == TODAY
    assert after.looked_at


def test_a_check_is_kept_thirty_days_without_persons(town: Town) -> None:
    town.do(checks.keep, association(town), CaseKind.BOOKING, EVENT, rules=rules(), role=DESK)
    [row] = kept(town)
    assert row.stated == {
        "organiser_of_record": "Kulturföreningen Provkvarnen",
        "event_purpose": "körövning",
        "expected_visitors": 20,
    }
    later = {"rules": rules(), "role": DESK}
    town.do(checks.keep, association(town), CaseKind.BOOKING, EVENT, at=NOW + timedelta(days=30), **later)
    assert len(kept(town)) == 2
    town.do(checks.keep, association(town), CaseKind.BOOKING, EVENT, at=NOW + timedelta(days=30, minutes=1), **later)
    assert [found.id for found in kept(town)] != [row.id]
    assert row.id not in {found.id for found in kept(town)}
    with reading(town.database) as s:
        assert verifying.verify(s).problems == []
        own = checks.own_checks(s, by=town.staff[DESK], at=NOW + timedelta(days=31))
        assert len(own) == 2
        assert checks.own_checks(s, by=town.staff[Role.CASEWORKER], at=NOW) == []


def test_of_a_private_person_or_nobody_nothing_is_kept(town: Town) -> None:
    private = Facts({"booker_is_private": True})
    keep: dict[str, Any] = {"rules": rules(), "role": DESK}
    assert refused(town, checks.keep, association(town), CaseKind.BOOKING, private, **keep) is Obstacle.INVALID
    assert refused(town, checks.keep, 99_999, CaseKind.BOOKING, EVENT, **keep) is Obstacle.MISSING
    assert kept(town) == []
    assert not checked(town, "19850101-0001").may_be_kept


def test_what_is_taken_further_is_a_booking_and_its_check_stays_with_it(town: Town) -> None:
    town.do(checks.keep, association(town), CaseKind.BOOKING, EVENT, rules=rules(), role=DESK)
    facts = EVENT.with_values(
        {"organisation_number": NUMBERS[0], "name_in_application": "Kulturföreningen Provkvarnen"}
    )
    case = town.do(checks.take, facts, (Use(room_name="Salen"),), rules=rules(), role=DESK)
    assert (case.kind, case.channel, case.association_id) == ("booking", "counter", association(town))
    assert kept(town)[0].case_id == case.id
    town.do(
        checks.keep, association(town), CaseKind.BOOKING, EVENT, rules=rules(), role=DESK, at=NOW + timedelta(days=90)
    )
    assert kept(town)[0].case_id == case.id  # a check that a case was made of stays


def test_somebody_new_is_added_with_the_questions_left_open(town: Town) -> None:
    facts = Facts({"name_in_application": "Läsecirkeln Typsta"})
    case = town.do(checks.take, facts, (), rules=rules(), role=DESK)
    assert town.case(case.number).proposal == "complete"
    with reading(town.database) as s:
        assert s.scalar(select(Association.name).where(Association.id == case.association_id)) == "Läsecirkeln Typsta"
    assert refused(town, checks.take, Facts(), (), rules=rules(), role=DESK) is Obstacle.INVALID
    assert refused(town, checks.take, facts, (), rules=rules(), role=Role.AUDITOR) is Obstacle.FORBIDDEN


def test_a_personal_number_is_said_to_be_one_and_finds_nobody(town: Town) -> None:
    found = checked(town, "850101-1236")
    assert (found.number, found.matches, found.may_be_kept) == (NumberKind.PERSONAL, [], False)
    assert "850101" not in found.wanted


def test_an_answer_is_asked_for_before_the_event() -> None:
    assert reply_by(TODAY, None) == TODAY + timedelta(days=7)
    assert reply_by(TODAY, TODAY + timedelta(days=30)) == TODAY + timedelta(days=7)
    assert reply_by(TODAY, TODAY + timedelta(days=3)) == TODAY + timedelta(days=2)
    assert reply_by(TODAY, TODAY) == TODAY
