"""For whoever decides, and beside the case: lists, amounts, questions back, special reviews, experts."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, clean_facts, judged_again, refused
from tests.factories import NOW, TODAY
from tests.formats.papers import pdf
from vetting.associations.models.associations import Association
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.domain.special_reviews import SpecialReviewGround, SpecialReviewOutcome
from vetting.casework.models.cases import Case, visible_cases
from vetting.casework.models.decisions import DecisionDraft
from vetting.casework.models.special_reviews import find_review
from vetting.casework.services import (
    assessments,
    cases,
    decisions,
    documents,
    meetings,
    name_conflicts,
    screenings,
    special_reviews,
)
from vetting.casework.services.assessments import NewAssessment
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.facts import Facts
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailEntry, TrailNote
from vetting.kernel.text import day_in_words
from vetting.people.domain.ways_of_working import BoardLimit, BoardOption
from vetting.rules.services import ways_of_working
from vetting.workspace.services import reminders, waiting_decisions
from vetting.workspace.services.case_files import case_file
from vetting.workspace.services.expert_packages import expert_package

MAKER = Role.DECISION_MAKER
VALUE = "demokratisk-rattsstat"


def ready(board: BoardAtWork, place: int = 0, **more: Any) -> str:
    number = board.receive(clean_facts(NUMBERS[place], f"Förening {place}")).number
    board.make_ready(number)
    board.propose(number, **more)
    board.do(decisions.declare_no_conflict, number, role=MAKER)
    return number


def in_list(board: BoardAtWork, number: str, version: int | None = None) -> Any:
    version = version or board.draft_version(number)
    return board.do(waiting_decisions.decide_as_proposed, number, version, role=MAKER)


def waiting(board: BoardAtWork) -> dict[str, waiting_decisions.ReadyCase]:
    with open_reading(board.database) as s:
        return {
            item.case.number: item
            for item in waiting_decisions.cases_to_decide(acting(s, board.staff[MAKER]), on=TODAY)
        }


@pytest.mark.both_engines
def test_what_favours_is_decided_in_the_list_and_what_does_not_is_not(board: BoardAtWork) -> None:
    yes, no = (
        ready(board),
        ready(
            board, 1, outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.BUDGET,), reasons="Slut."
        ),
    )
    found = waiting(board)
    assert (found[yes].as_proposed, found[no].as_proposed) == (True, False)
    assert in_list(board, yes).outcome == "approved"
    with pytest.raises(Refused) as stopped:
        in_list(board, no)
    assert stopped.value.obstacle is Obstacle.CLOSED
    assert board.case(no).state == "ready"
    assert set(waiting(board)) == {no}


def test_a_closed_gate_and_a_changed_proposal_hold_in_the_list_too(board: BoardAtWork) -> None:
    number = board.receive().number
    board.make_ready(number)
    board.propose(number)
    assert not waiting(board)[number].as_proposed  # nobody has answered on conflict of interest
    with pytest.raises(Refused):
        in_list(board, number)
    board.do(decisions.declare_no_conflict, number, role=MAKER)
    seen = board.draft_version(number)
    board.propose(number, amount=30_000_00, outcome=DecisionOutcome.PARTLY_APPROVED, grounds=(DecisionGround.BUDGET,))
    with pytest.raises(Refused) as stopped:
        in_list(board, number, seen)
    assert stopped.value.obstacle is Obstacle.STALE
    assert in_list(board, number).amount == 30_000_00


def test_what_speaks_against_takes_a_grant_out_of_the_list(board: BoardAtWork) -> None:
    number = ready(board)
    board.do(cases.change_facts, number, Facts({"members_total": 3}), version=None)
    board.propose(number, exception="fler har anmält sig")
    assert not waiting(board)[number].as_proposed
    assert waiting(board)[number].against


def test_another_amount_is_a_new_proposal_with_its_reason_until_it_is_decided(board: BoardAtWork) -> None:
    number = ready(board)
    change: dict[str, Any] = {"role": MAKER}
    version = board.draft_version(number)
    assert refused(board, waiting_decisions.change_amount, number, 1, " ", draft_version=version, **change)[1] == [
        "because"
    ]
    assert (
        refused(board, waiting_decisions.change_amount, number, 1, "x", draft_version=99, **change)[0] is Obstacle.STALE
    )
    too_much = refused(board, waiting_decisions.change_amount, number, 90_000_00, "x", draft_version=version, **change)
    assert too_much[0] is Obstacle.INVALID
    board.do(waiting_decisions.change_amount, number, 25_000_00, "Fler ska få plats.", draft_version=version, **change)
    with open_reading(board.database) as s:
        draft = s.scalars(select(DecisionDraft)).one()
    assert (draft.outcome, draft.amount, draft.grounds) == ("partly_approved", 25_000_00, ["priority"])
    assert "25\u00a0000" in draft.reasons.replace(" ", "\u00a0")
    assert "Fler ska få plats." in draft.reasons


def test_a_question_sends_the_case_back_and_stands_in_the_file(board: BoardAtWork) -> None:
    number = ready(board)
    assert refused(board, waiting_decisions.ask_back, number, " ", role=MAKER) == (Obstacle.INVALID, ["question"])
    board.do(waiting_decisions.ask_back, number, "Hur många barn?", role=MAKER)
    assert board.case(number).state == "in_progress"
    with open_reading(board.database) as s:
        file = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)
    assert file.notes.newest[0].text == "Fråga inför beslut: Hur många barn?"
    assert file.asked_back == "Hur många barn?"
    assert refused(board, waiting_decisions.ask_back, number, "Igen?", role=MAKER)[0] is Obstacle.STALE


# special reviews


def opened(board: BoardAtWork) -> tuple[str, int, str]:
    case = board.receive(round_id=None)
    row = board.do(special_reviews.open_review, case.association_id, SpecialReviewGround.TIP, "Ett arrangemang i mars.")
    return row.number, int(case.association_id or 0), case.number


def test_a_special_review_is_opened_once_without_persons_and_returns_the_cases(board: BoardAtWork) -> None:
    case = board.receive()
    for text in ("", "Ordföranden Anna Bergsten sade det.", "Personen 19900101-1239."):
        found = refused(board, special_reviews.open_review, case.association_id, SpecialReviewGround.TIP, text)
        assert found == (Obstacle.INVALID, ["about"])
    number, association, _ = opened(board)
    assert number == "SGR-2026-0001"
    assert board.case(case.number).look_again_because == "special_review"
    again = refused(board, special_reviews.open_review, association, SpecialReviewGround.SAMPLE, "Igen.")
    assert again[0] is Obstacle.STALE


def test_a_measure_needs_the_associations_answer_and_nothing_goes_on_after_the_end(board: BoardAtWork) -> None:
    number, association, _ = opened(board)
    close: dict[str, Any] = {}
    stop = (number, SpecialReviewOutcome.STOP, "Kravet är inte uppfyllt.")
    assert refused(board, special_reviews.close_review, *stop, **close) == (Obstacle.INVALID, ["outcome"])
    question = board.do(special_reviews.ask_association, number, "Vad hände vid arrangemanget?")
    board.do(special_reviews.note_association_answer, number, question.id, "Föreningen har inte svarat.")
    assert refused(board, special_reviews.note_association_answer, number, question.id, "Mer.")[0] is Obstacle.STALE
    board.do(special_reviews.close_review, *stop, **close)
    for act, arguments in (
        (special_reviews.ask_association, ("Mer?",)),
        (special_reviews.note_association_answer, (question.id, "x")),
    ):
        assert refused(board, act, number, *arguments)[0] is Obstacle.STALE
    board.do(special_reviews.open_review, association, SpecialReviewGround.AUTHORITY, "Nytt beslut.")


def test_a_review_is_gone_for_whoever_stepped_aside_whatever_record_it_is_on(board: BoardAtWork) -> None:
    number, kept, _ = opened(board)
    other = board.receive(clean_facts(NUMBERS[1], "Kulturföreningen Provkvarnen norra"), round_id=None)
    board.do(meetings.recuse_person, other.number, ConflictGround.REPRESENTATIVE, role=Role.CASEWORKER)
    merged = int(other.association_id or 0)

    def as_one(session: Any) -> None:
        session.get_one(Association, merged).merged_into_id = kept
        session.add_entry(TrailNote(action="associations_merged", by=None, at=NOW))

    with open_reading(board.database) as s:
        assert find_review(acting(s, board.staff[Role.CASEWORKER]), number) is not None
    run_in_transaction(board.database, as_one)
    with open_reading(board.database) as s:
        assert find_review(acting(s, board.staff[Role.CASEWORKER]), number) is None


def test_a_review_is_the_boards_own_and_gone_for_whoever_steps_aside(board: BoardAtWork) -> None:
    number, association, case = opened(board)
    other = BoardAtWork(board.database, code="syd").build()
    with open_reading(board.database) as s:
        assert find_review(acting(s, other.staff[Role.CASEWORKER]), number) is None
        assert find_review(acting(s, board.staff[Role.AUDITOR]), number) is not None
    board.do(meetings.recuse_person, case, ConflictGround.REPRESENTATIVE)
    with open_reading(board.database) as s:
        assert find_review(acting(s, board.staff[Role.CASEWORKER]), number) is None
    assert refused(board, special_reviews.ask_association, number, "Vad?")[0] is Obstacle.MISSING
    again = refused(board, special_reviews.open_review, association, SpecialReviewGround.TIP, "x")
    assert again[0] is Obstacle.MISSING


def test_the_boards_own_times_count(board: BoardAtWork) -> None:
    days = {BoardLimit.REPLY: 14, BoardLimit.SPECIAL_REVIEW: 30, BoardLimit.EXPERT: 10, BoardLimit.DECISION: 60}
    wrong = days | {BoardLimit.EXPERT: 3}
    admin: dict[str, Any] = {"role": Role.ADMINISTRATOR}
    assert refused(board, ways_of_working.set_limits, wrong, **admin) == (Obstacle.INVALID, ["expert"])
    board.do(ways_of_working.set_limits, days, **admin)
    number, _, _ = opened(board)
    with open_reading(board.database) as s:
        row = find_review(acting(s, board.staff[Role.CASEWORKER]), number)
    assert row is not None
    assert row.due_on == date(2026, 12, 21)  # thirty days end on a Sunday


# experts


def test_an_expert_gets_the_question_the_note_on_secrecy_the_report_and_the_chosen_papers(board: BoardAtWork) -> None:
    number = board.receive().number
    paper = documents.NewDocument(
        name="stadgar.pdf", media_type="application/pdf", content=pdf("Stadgar"), type="", dated=None, arrived_on=TODAY
    )
    key = board.do(documents.add_document, number, paper).id
    ask, question = special_reviews.ask_expert, special_reviews.NewExpertQuestion
    wrong = question(asked_of="", question="", secrecy="", documents=(99_999,), due_on=TODAY)
    assert refused(board, ask, number, wrong)[1] == [
        "asked_of",
        "question",
        "secrecy",
        "documents",
        "due_on",
    ]
    right = question(
        asked_of="Myndigheten", question="Vad vet ni?", secrecy="Stadgarna är inte hemliga.", documents=(key,)
    )
    row = board.do(ask, number, right)
    fetch = expert_package
    made = board.do(fetch, number, row.id, language="sv")
    assert refused(board, fetch, number, row.id, language="sv", role=MAKER)[0] is Obstacle.FORBIDDEN
    with open_reading(board.database) as s:
        assert s.scalar(select(TrailEntry.action).order_by(TrailEntry.id.desc())) == "expert_package_fetched"
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        assert book.namelist() == ["0-fraga.txt", "1-tjansteutlatande.docx", "2-stadgar.pdf"]
        assert "Stadgarna är inte hemliga." in book.read("0-fraga.txt").decode()
    note = special_reviews.note_expert
    assert refused(board, note, number, row.id, " ")[0] is Obstacle.INVALID
    board.do(note, number, row.id, "Inget känt.")
    assert refused(board, note, number, row.id, "Mer.")[0] is Obstacle.STALE


def test_who_looks_after_the_board_is_told_that_its_order_changed(board: BoardAtWork) -> None:
    admin, later = board.staff[Role.ADMINISTRATOR], NOW + timedelta(days=20)

    def told(at: datetime) -> set[str]:
        with open_reading(board.database) as s:
            found = reminders.staff_reminders(acting(s, admin), on=at.date())
        return {one.login for one in found if any("1\xa0ändring av spärrar" in line.sv for line in one.lines)}

    assert told(later) == set()
    board.do(ways_of_working.set_habits, frozenset({BoardOption.SIGNED_BY_NAME}), role=Role.ADMINISTRATOR, at=later)
    assert told(later) == {"manager.norr", "auditor.norr"}
    assert told(later + timedelta(days=9)) == set()


def test_each_is_reminded_of_what_is_theirs_within_a_week_by_number_only(board: BoardAtWork) -> None:
    number = board.receive().number
    board.receive(clean_facts(NUMBERS[1], "Annan"))  # nobody handles it
    admin = board.staff[Role.ADMINISTRATOR]

    def told(at: datetime) -> dict[str, list[str]]:
        with open_reading(board.database) as s:
            found = reminders.staff_reminders(acting(s, admin), on=at.date())
        lines = {one.login: [line.sv for line in one.lines if "av spärrar" not in line.sv] for one in found}
        return {login: own for login, own in lines.items() if own}  # the board itself was set up this week

    assert told(NOW) == {}
    board.make_ready(number)
    assert told(NOW) == {"decision_maker.norr": ["1\xa0ärende är klart för beslut."]}
    due = board.case(number).due_on
    assert due is not None
    soon = datetime.combine(due - timedelta(days=7), NOW.time(), tzinfo=UTC)
    assert told(soon)["caseworker.norr"] == [f"Beslut ska fattas {number}: {day_in_words(due).sv}"]
    assert told(soon + timedelta(days=8))["caseworker.norr"][0].endswith("(har passerat)")
    assert "caseworker.norr" not in told(soon - timedelta(days=1))
    with open_reading(board.database) as s, pytest.raises(Refused):
        reminders.staff_reminders(acting(s, board.staff[Role.CASEWORKER]), on=TODAY)


def different(board: BoardAtWork) -> None:
    """Ready cases that differ in what the list says of each."""
    ready(board)
    unanswered = board.receive(clean_facts(NUMBERS[1], "Förening 1")).number  # nobody who decides has answered yet
    board.make_ready(unanswered)
    board.propose(unanswered)
    ready(board, 2, outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.BUDGET,))
    large = clean_facts(NUMBERS[3], "Förening 3", amount_applied=400_000_00)
    much = board.receive(large).number
    board.make_ready(much)
    board.propose(much, amount=300_000_00, outcome=DecisionOutcome.PARTLY_APPROVED, grounds=(DecisionGround.PRIORITY,))
    board.do(decisions.declare_no_conflict, much, role=MAKER)
    stale = ready(board, 4)
    later = NewAssessment(criterion=VALUE, answer=CriterionAnswer.MET, reasons="Läst på nytt.")
    board.do(assessments.assess, stale, later, version=None)


def said_of(item: waiting_decisions.ReadyCase) -> tuple[Any, ...]:
    return item.closed, item.against, item.advice, item.running, item.stale, item.as_proposed


@pytest.mark.parametrize("worker", ["has yet to judge", "has judged again"])
def test_the_list_says_of_each_what_is_said_of_it_alone(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch, worker: str
) -> None:
    different(board)
    if worker == "has judged again":
        judged_again(board)
    together = waiting(board)
    real = visible_cases
    monkeypatch.setattr(
        waiting_decisions,
        "current_of_many",
        lambda s, some, *given, **named: {
            case.id: screenings.screen_without_keeping(s, case, *given, **named) for case in some
        },
    )
    monkeypatch.setattr(waiting_decisions, "prefetch_for_cases", lambda *_given: None)
    monkeypatch.setattr(waiting_decisions, "prefetch_conflict_answers", lambda *_given: None)
    monkeypatch.setattr(name_conflicts, "prefetch_name_conflicts", lambda *_given: None)
    assert len(together) == 4  # the stale one is not in it
    assert len({str(said_of(item)) for item in together.values()}) >= 3
    for number, item in together.items():
        only = Case.number == number
        monkeypatch.setattr(waiting_decisions, "visible_cases", lambda *given, only=only: real(*given).where(only))
        assert waiting(board).keys() == {number}
        assert said_of(waiting(board)[number]) == said_of(item)


def test_a_longer_list_asks_no_more(board: BoardAtWork) -> None:
    asked: list[str] = []
    event.listen(board.database.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))
    found = []
    for some in ((0,), (1, 2, 3)):
        for place in some:
            ready(board, place)
        judged_again(board)
        asked.clear()
        assert len(waiting(board)) == some[-1] + 1
        found.append(len(asked))
    assert found[0] == found[1] <= 25
