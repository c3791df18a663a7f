"""For whoever decides, and beside the case: lists, amounts, questions back, special reviews, experts, calendars."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.factories import NOW, TODAY
from tests.files.papers import pdf
from tests.town import ACT, NUMBERS, Town, clean_facts, refused, rules
from vetting.domain.evidence import Answer
from vetting.domain.passage import Ground, Outcome
from vetting.domain.people import Role
from vetting.domain.problem import Obstacle, Refused
from vetting.domain.reviews import ConflictGround
from vetting.domain.special_reviews import ReviewGround, ReviewOutcome
from vetting.domain.ways import Habit, Limit
from vetting.domain.words import day
from vetting.services import (
    assessments,
    board_order,
    calendars,
    deciding,
    decisions,
    documents,
    meetings,
    reminders,
    special_reviews,
)
from vetting.services.assessments import Given
from vetting.services.case_files import case_file
from vetting.store.associations import Association
from vetting.store.decisions import DecisionDraft
from vetting.store.session import reading, write
from vetting.store.special_reviews import review_numbered
from vetting.store.trail import Noted, TrailEntry

MAKER = Role.DECISION_MAKER


def ready(town: Town, place: int = 0, **more: Any) -> str:
    number = town.receive(clean_facts(NUMBERS[place], f"Förening {place}")).number
    town.make_ready(number)
    town.propose(number, **more)
    town.do(decisions.declare_no_conflict, number, role=MAKER)
    return number


def in_list(town: Town, number: str, version: int | None = None) -> Any:
    version = version or town.draft_version(number)
    return town.do(deciding.decide_as_proposed, number, version, rules=rules(), role=MAKER)


def waiting(town: Town) -> dict[str, deciding.Waiting]:
    with reading(town.database) as s:
        return {item.case.number: item for item in deciding.waiting(s, rules(), by=town.staff[MAKER], on=TODAY)}


def test_what_favours_is_decided_in_the_list_and_what_does_not_is_not(town: Town) -> None:
    yes, no = (
        ready(town),
        ready(town, 1, outcome=Outcome.REFUSED, amount=None, grounds=(Ground.BUDGET,), reasons="Slut."),
    )
    found = waiting(town)
    assert (found[yes].as_proposed, found[no].as_proposed) == (True, False)
    assert in_list(town, yes).outcome == "approved"
    with pytest.raises(Refused) as stopped:
        in_list(town, no)
    assert stopped.value.obstacle is Obstacle.CLOSED
    assert town.case(no).state == "ready"
    assert set(waiting(town)) == {no}


def test_a_closed_gate_and_a_changed_proposal_hold_in_the_list_too(town: Town) -> None:
    number = town.receive().number
    town.make_ready(number)
    town.propose(number)
    assert not waiting(town)[number].as_proposed  # nobody has answered on conflict of interest
    with pytest.raises(Refused):
        in_list(town, number)
    town.do(decisions.declare_no_conflict, number, role=MAKER)
    seen = town.draft_version(number)
    town.propose(number, amount=30_000_00, outcome=Outcome.PARTLY_APPROVED, grounds=(Ground.BUDGET,))
    with pytest.raises(Refused) as stopped:
        in_list(town, number, seen)
    assert stopped.value.obstacle is Obstacle.STALE
    assert in_list(town, number).amount == 30_000_00


def test_what_speaks_against_takes_a_grant_out_of_the_list(town: Town) -> None:
    number = ready(town)
    town.do(decisions.send_back, number)
    given = Given(criterion="demokratisk-rattsstat", answer=Answer.NOT_MET, reasons="Se protokollet.", evidence=ACT)
    town.do(assessments.assess, number, given, version=None, rules=rules())
    town.do(decisions.make_ready, number, rules=rules())
    town.propose(number)
    assert not waiting(town)[number].as_proposed
    assert waiting(town)[number].against


def test_another_amount_is_a_new_proposal_with_its_reason_until_it_is_decided(town: Town) -> None:
    number = ready(town)
    change: dict[str, Any] = {"rules": rules(), "role": MAKER}
    version = town.draft_version(number)
    assert refused(town, deciding.change_amount, number, 1, " ", draft_version=version, **change)[1] == ["because"]
    assert refused(town, deciding.change_amount, number, 1, "x", draft_version=99, **change)[0] is Obstacle.STALE
    too_much = refused(town, deciding.change_amount, number, 90_000_00, "x", draft_version=version, **change)
    assert too_much[0] is Obstacle.INVALID
    town.do(deciding.change_amount, number, 25_000_00, "Fler ska få plats.", draft_version=version, **change)
    with reading(town.database) as s:
        draft = s.scalars(select(DecisionDraft)).one()
    assert (draft.outcome, draft.amount, draft.grounds) == ("partly_approved", 25_000_00, ["priority"])
    assert "25\u00a0000" in draft.reasons.replace(" ", "\u00a0")
    assert "Fler ska få plats." in draft.reasons


def test_a_question_sends_the_case_back_and_stands_in_the_file(town: Town) -> None:
    number = ready(town)
    assert refused(town, deciding.ask_back, number, " ", role=MAKER) == (Obstacle.INVALID, ["question"])
    town.do(deciding.ask_back, number, "Hur många barn?", role=MAKER)
    assert town.case(number).state == "in_progress"
    with reading(town.database) as s:
        file = case_file(s, number, rules=rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
    assert file.notes[0].text == "Fråga inför beslut: Hur många barn?"
    assert refused(town, deciding.ask_back, number, "Igen?", role=MAKER)[0] is Obstacle.STALE


# special reviews


def opened(town: Town) -> tuple[str, int, str]:
    case = town.receive(round_id=None)
    row = town.do(
        special_reviews.open_review, case.association_id, ReviewGround.TIP, "Ett arrangemang i mars.", rules=rules()
    )
    return row.number, int(case.association_id or 0), case.number


def test_a_special_review_is_opened_once_without_persons_and_returns_the_cases(town: Town) -> None:
    case = town.receive()
    for text in ("", "Ordföranden Anna Bergsten sade det.", "Personen 19900101-1239."):
        found = refused(town, special_reviews.open_review, case.association_id, ReviewGround.TIP, text, rules=rules())
        assert found == (Obstacle.INVALID, ["about"])
    number, association, _ = opened(town)
    assert number == "SGR-2026-0001"
    assert town.case(case.number).look_again_because == "special_review"
    again = refused(town, special_reviews.open_review, association, ReviewGround.SAMPLE, "Igen.", rules=rules())
    assert again[0] is Obstacle.STALE


def test_a_measure_needs_the_associations_answer_and_nothing_goes_on_after_the_end(town: Town) -> None:
    number, association, _ = opened(town)
    close: dict[str, Any] = {"rules": rules()}
    stop = (number, ReviewOutcome.STOP, "Kravet är inte uppfyllt.")
    assert refused(town, special_reviews.close, *stop, **close) == (Obstacle.INVALID, ["outcome"])
    question = town.do(special_reviews.ask, number, "Vad hände vid arrangemanget?")
    town.do(special_reviews.answer, number, question.id, "Föreningen har inte svarat.")
    assert refused(town, special_reviews.answer, number, question.id, "Mer.")[0] is Obstacle.STALE
    town.do(special_reviews.close, *stop, **close)
    for act, arguments in ((special_reviews.ask, ("Mer?",)), (special_reviews.answer, (question.id, "x"))):
        assert refused(town, act, number, *arguments)[0] is Obstacle.STALE
    town.do(special_reviews.open_review, association, ReviewGround.AUTHORITY, "Nytt beslut.", rules=rules())


def test_a_review_is_gone_for_whoever_stepped_aside_whatever_record_it_is_on(town: Town) -> None:
    number, kept, _ = opened(town)
    other = town.receive(clean_facts(NUMBERS[1], "Kulturföreningen Provkvarnen norra"), round_id=None)
    town.do(meetings.step_aside, other.number, ConflictGround.REPRESENTATIVE, role=Role.CASEWORKER)
    merged = int(other.association_id or 0)

    def as_one(session: Any) -> None:
        session.get_one(Association, merged).merged_into_id = kept
        session.note(Noted(action="associations_merged", by=None, at=NOW))

    with reading(town.database) as s:
        assert review_numbered(s, town.staff[Role.CASEWORKER], number) is not None
    write(town.database, as_one)
    with reading(town.database) as s:
        assert review_numbered(s, town.staff[Role.CASEWORKER], number) is None


def test_a_review_is_the_boards_own_and_gone_for_whoever_steps_aside(town: Town) -> None:
    number, association, case = opened(town)
    other = Town(town.database, code="syd").build()
    with reading(town.database) as s:
        assert review_numbered(s, other.staff[Role.CASEWORKER], number) is None
        assert review_numbered(s, town.staff[Role.AUDITOR], number) is not None
    town.do(meetings.step_aside, case, ConflictGround.REPRESENTATIVE)
    with reading(town.database) as s:
        assert review_numbered(s, town.staff[Role.CASEWORKER], number) is None
    assert refused(town, special_reviews.ask, number, "Vad?")[0] is Obstacle.MISSING
    again = refused(town, special_reviews.open_review, association, ReviewGround.TIP, "x", rules=rules())
    assert again[0] is Obstacle.MISSING


def test_the_boards_own_times_count(town: Town) -> None:
    days = {Limit.REPLY: 14, Limit.SPECIAL_REVIEW: 30, Limit.EXPERT: 10}
    wrong = days | {Limit.EXPERT: 3}
    admin: dict[str, Any] = {"rules": rules(), "role": Role.ADMINISTRATOR}
    assert refused(town, board_order.set_limits, wrong, **admin) == (Obstacle.INVALID, ["limit-expert"])
    town.do(board_order.set_limits, days, **admin)
    number, _, _ = opened(town)
    with reading(town.database) as s:
        row = review_numbered(s, town.staff[Role.CASEWORKER], number)
    assert row is not None
    assert row.due_on == date(2026, 12, 21)  # thirty days end on a Sunday


# experts


def test_an_expert_gets_the_question_the_note_on_secrecy_the_report_and_the_chosen_papers(town: Town) -> None:
    number = town.receive().number
    paper = documents.NewDocument(
        name="stadgar.pdf", media_type="application/pdf", content=pdf("Stadgar"), type="", dated=None, arrived_on=TODAY
    )
    key = town.do(documents.add, number, paper, rules=rules()).id
    ask = special_reviews.ask_expert
    assert refused(town, ask, number, "", "", "", [99_999], TODAY)[1] == [
        "asked_of",
        "question",
        "secrecy",
        "documents",
        "due_on",
    ]
    row = town.do(ask, number, "Myndigheten", "Vad vet ni?", "Stadgarna är inte hemliga.", [key], None)
    fetch = special_reviews.package
    made = town.do(fetch, number, row.id, rules=rules(), language="sv")
    assert refused(town, fetch, number, row.id, rules=rules(), language="sv", role=MAKER)[0] is Obstacle.FORBIDDEN
    with reading(town.database) as s:
        assert s.scalar(select(TrailEntry.action).order_by(TrailEntry.id.desc())) == "expert_package_fetched"
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        assert book.namelist() == ["0-fraga.txt", "1-tjansteutlatande.docx", "2-stadgar.pdf"]
        assert "Stadgarna är inte hemliga." in book.read("0-fraga.txt").decode()
    note = special_reviews.note_expert
    assert refused(town, note, number, row.id, " ")[0] is Obstacle.INVALID
    town.do(note, number, row.id, "Inget känt.")
    assert refused(town, note, number, row.id, "Mer.")[0] is Obstacle.STALE


# calendars


def secret_of(town: Town, role: Role) -> str:
    return write(town.database, lambda s: calendars.open_calendar(s, by=town.staff[role], at=NOW))


def entries(town: Town, secret: str, at: Any = NOW) -> list[str]:
    with reading(town.database) as s:
        made = calendars.feed(s, secret, at=at, language="sv")
    return [str(event["summary"]) for event in Calendar.from_ical(made).walk("VEVENT")]


def test_a_calendar_says_numbers_and_days_and_never_a_name(group_town: Town) -> None:
    town = group_town
    number = town.receive().number
    town.do(meetings.refer, number, "", rules=rules())
    town.do(meetings.call, NOW + timedelta(days=3), "rum 3", role=Role.GROUP_SECRETARY)
    secret = secret_of(town, Role.GROUP_MEMBER)
    assert sorted(entries(town, secret)) == [f"Beslut ska fattas {number}", "Referensgruppen"]
    with reading(town.database) as s:
        assert b"Provkvarnen" not in calendars.feed(s, secret, at=NOW, language="sv")


def test_a_calendar_knows_when_its_owner_steps_aside_and_an_old_address_is_worth_nothing(group_town: Town) -> None:
    town = group_town
    number = town.receive().number
    old = secret_of(town, Role.CASEWORKER)
    assert entries(town, old) == [f"Beslut ska fattas {number}"]
    town.do(meetings.step_aside, number, ConflictGround.OTHER)
    assert entries(town, old) == []
    secret_of(town, Role.CASEWORKER)
    for secret in (old, "", "x" * 43):
        with pytest.raises(Refused):
            entries(town, secret)


def test_who_looks_after_the_board_is_told_that_its_order_changed(town: Town) -> None:
    admin, later = town.staff[Role.ADMINISTRATOR], NOW + timedelta(days=20)

    def told(at: datetime) -> set[str]:
        with reading(town.database) as s:
            found = reminders.reminders(s, rules(), by=admin, on=at.date())
        return {one.login for one in found if any("1\xa0ändring av spärrar" in line.sv for line in one.lines)}

    assert told(later) == set()
    town.do(board_order.set_habits, frozenset({Habit.SIGNED_BY_NAME}), rules=rules(), role=Role.ADMINISTRATOR, at=later)
    assert told(later) == {"manager.norr", "auditor.norr"}
    assert told(later + timedelta(days=9)) == set()


def test_each_is_reminded_of_what_is_theirs_within_a_week_by_number_only(town: Town) -> None:
    number = town.receive().number
    town.receive(clean_facts(NUMBERS[1], "Annan"))  # nobody handles it
    admin = town.staff[Role.ADMINISTRATOR]

    def told(at: datetime) -> dict[str, list[str]]:
        with reading(town.database) as s:
            found = reminders.reminders(s, rules(), by=admin, on=at.date())
        lines = {one.login: [line.sv for line in one.lines if "av spärrar" not in line.sv] for one in found}
        return {login: own for login, own in lines.items() if own}  # the town itself was set up this week

    assert told(NOW) == {}
    town.make_ready(number)
    assert told(NOW) == {"decision_maker.norr": ["1\xa0ärende är klart för beslut."]}
    due = town.case(number).due_on
    assert due is not None
    soon = datetime.combine(due - timedelta(days=7), NOW.time(), tzinfo=UTC)
    assert told(soon)["caseworker.norr"] == [f"Beslut ska fattas {number}: {day(due).sv}"]
    assert told(soon + timedelta(days=8))["caseworker.norr"][0].endswith("(har passerat)")
    assert "caseworker.norr" not in told(soon - timedelta(days=1))
    with reading(town.database) as s, pytest.raises(Refused):
        reminders.reminders(s, rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
