"""Rules that a board writes: kept byte for byte, tried on its cases, published by two, never changed afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, clean_facts, rules
from tests.factories import NOW, TODAY
from tests.operations.jobs.working_off import work_off
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.casework.models.cases import Case
from vetting.casework.models.meetings import Conflict
from vetting.casework.services import assessments, cases, explanations, meetings, rule_moves, what_if
from vetting.casework.services.screenings import screen_without_keeping
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.facts import Facts
from vetting.engine.frozen_rules import thaw_rules
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused, UnreadableError
from vetting.kernel.roles import Role
from vetting.kernel.store import trail, trail_verification
from vetting.kernel.store.jobs import Job
from vetting.kernel.store.session import open_reading, open_technical, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.operations.jobs.worker import Worker
from vetting.rules import models as store
from vetting.rules.models import RuleDraft
from vetting.rules.services import drafts, publishing, versions, word_list_uses
from vetting.rules.services.drafts import NewAdoption, NewRuleDraft, RuleDraftChange, StaleDraftError
from vetting.rules.services.publishing import PublicationApproval
from vetting.rules.services.rule_trials import CaseSelection, ask_for

if TYPE_CHECKING:
    from vetting.casework.services.explanations import Explanation
    from vetting.kernel.roles import Person
    from vetting.rules.models import RulePublication

OWNER = Role.RULES_OWNER


def second(board: BoardAtWork) -> Person:
    return board.staff[Role.MANAGER]


def draft(board: BoardAtWork, text: str = GUIDELINE, worked: str = CASES) -> RuleDraft:
    found: RuleDraft = board.do(drafts.take_in, text.encode(), worked.encode(), role=OWNER)
    return found


def look(board: BoardAtWork, key: int, role: Role = OWNER) -> drafts.RuleDraftReport:
    with open_reading(board.database) as session:
        return drafts.read_draft(acting(session, board.staff[role]), key, on=TODAY)


def tried(board: BoardAtWork, key: int, which: CaseSelection | None = None) -> Job:
    job: Job = board.do(ask_for, key, which or CaseSelection(), role=OWNER)
    worker = Worker(board.database, rules(), lambda: NOW)
    work_off(worker)
    with open_reading(board.database) as session:
        return session.get_one(Job, job.id)


def publish(board: BoardAtWork, key: int, role: Role = Role.MANAGER, **more: Any) -> RulePublication:
    with open_reading(board.database) as session:
        version = session.get_one(RuleDraft, key).version
    given = PublicationApproval(key=key, version=version, warnings_read=True, taken_away_read=True)
    found: RulePublication = board.do(publishing.publish_rules, given, role=role, **more)
    return found


def published(board: BoardAtWork, text: str = GUIDELINE, worked: str = CASES) -> RulePublication:
    made = draft(board, text, worked)
    tried(board, made.id)
    board.do(drafts.hand_over, made.id, role=OWNER)
    return publish(board, made.id)


def refused(board: BoardAtWork, service: Any, *arguments: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as error:
        board.do(service, *arguments, **more)
    return error.value


def said(error: Refused) -> str:
    return " ".join(problem.what.sv for problem in error.problems)


@pytest.mark.both_engines
def test_a_guideline_is_written_tried_and_published_by_two_and_new_cases_come_under_it(board: BoardAtWork) -> None:
    before = board.receive()
    publication = published(board)
    assert (publication.number, publication.second_name) == (1, "Person manager")
    assert publication.authors == ["Person rules_owner"]
    assert publication.adopted_reference == "EXN 2026/310"
    after = board.receive(clean_facts(NUMBERS[1], "Hundklubben Nosen", dogs_in_activity=1, dog_leader=True))
    with open_reading(board.database) as session:
        assert session.get_one(Case, before.id).rule_version_id == before.rule_version_id
        screened = screen_without_keeping(session, session.get_one(Case, after.id), on=TODAY)
    assert after.rule_version_id == publication.id
    assert screened is not None
    results = {finding.criterion.id: finding.result.value for finding in screened.screening.findings}
    assert results["minst-tva-hundar"] == "not_met"
    assert results["utbildad-ledare"] == "met"


def test_the_files_of_a_version_are_byte_for_byte_what_came_in(board: BoardAtWork) -> None:
    crlf = GUIDELINE.replace("\n", "\r\n")
    publication = published(board, crlf)
    assert publishing.published_texts(publication)["hundkultur-2027.yaml"] == crlf.encode()
    assert publishing.published_texts(publication)["hundkultur-2027.cases.yaml"] == CASES.encode()


@pytest.mark.parametrize("table", ["rule_publications", "rule_versions", "rule_withdrawals"])
@pytest.mark.parametrize("how", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_a_published_version_cannot_be_changed_past_the_program(board: BoardAtWork, table: str, how: str) -> None:
    publication = published(board)
    board.do(publishing.withdraw_rules, publication.id, "Fel datum", role=Role.MANAGER)
    with board.database.engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
        connection.execute(text(how.format(table)))


def test_nobody_publishes_what_they_wrote_in_whatever_roles_they_hold(board: BoardAtWork) -> None:
    made = draft(board)
    tried(board, made.id)
    board.do(drafts.hand_over, made.id, role=OWNER)
    board.staff[OWNER] = replace(board.staff[OWNER], roles=frozenset({OWNER, Role.MANAGER}))
    with pytest.raises(Refused) as error:
        publish(board, made.id, role=OWNER)
    assert "En annan person måste publicera" in said(error.value)


def test_a_draft_that_is_not_tried_as_it_is_now_is_not_published(board: BoardAtWork) -> None:
    made = draft(board)
    board.do(drafts.hand_over, made.id, role=OWNER)
    with pytest.raises(Refused) as error:
        publish(board, made.id)
    assert "inte prövat" in said(error.value)
    tried(board, made.id)
    board.do(drafts.give_back, made.id, "Skriv om 2 §", role=Role.MANAGER)
    changed = GUIDELINE.replace("at_least: 2", "at_least: 3")
    with open_reading(board.database) as session:
        version = session.get_one(RuleDraft, made.id).version
    worked = CASES.replace("{dogs_in_activity: 2}", "{dogs_in_activity: 3}")
    board.do(
        drafts.save_draft_text, RuleDraftChange(key=made.id, version=version, text=changed, cases=worked), role=OWNER
    )
    board.do(drafts.hand_over, made.id, role=OWNER)
    with pytest.raises(Refused) as error:
        publish(board, made.id)
    assert "inte prövat" in said(error.value)


def test_a_red_worked_case_stops_a_draft_from_being_handed_over(board: BoardAtWork) -> None:
    made = draft(board, worked=CASES.replace("minst-tva-hundar: not_met", "minst-tva-hundar: met"))
    error = refused(board, drafts.hand_over, made.id, role=OWNER)
    assert "En ensam hund behöver bedömas" in said(error)
    assert error.problems[0].where == "hundkultur-2027.cases.yaml:1"


def test_a_draft_without_worked_cases_is_not_handed_over(board: BoardAtWork) -> None:
    made = draft(board, worked="")
    assert "inga typfall" in said(refused(board, drafts.hand_over, made.id, role=OWNER))


def test_warnings_must_be_read(board: BoardAtWork) -> None:
    made = draft(board, GUIDELINE.replace("review_on: 2027-10-01", "review_on: 2026-11-01"))
    tried(board, made.id)
    board.do(drafts.hand_over, made.id, role=OWNER)
    with open_reading(board.database) as session:
        version = session.get_one(RuleDraft, made.id).version
    given = PublicationApproval(key=made.id, version=version, warnings_read=False)
    error = refused(board, publishing.publish_rules, given, role=Role.MANAGER)
    assert "Varningarna" in said(error)
    assert publish(board, made.id).number == 1


def test_two_owners_at_one_draft_the_second_sees_what_stands_and_loses_nothing(board: BoardAtWork) -> None:
    made = draft(board)
    other = board.somebody(OWNER, "other")
    board.do(drafts.save_draft_text, RuleDraftChange(key=made.id, version=1, text=GUIDELINE + "# mitt\n"), role=OWNER)
    board.staff[Role.GROUP_MEMBER] = other
    with pytest.raises(StaleDraftError) as error:
        board.do(
            drafts.save_draft_text,
            RuleDraftChange(key=made.id, version=1, text=GUIDELINE + "# ditt\n"),
            role=Role.GROUP_MEMBER,
        )
    assert error.value.text == GUIDELINE + "# mitt\n"
    board.do(
        drafts.save_draft_text,
        RuleDraftChange(key=made.id, version=2, text=GUIDELINE + "# mitt\n# ditt\n"),
        role=Role.GROUP_MEMBER,
    )
    assert look(board, made.id).draft.authors == sorted([str(board.staff[OWNER].id), str(other.id)])


def test_what_if_tells_who_would_turn_and_why_and_touches_nothing(board: BoardAtWork) -> None:
    board.receive()
    board.receive(clean_facts(NUMBERS[1], "Kören Provtonen"))
    with open_reading(board.database) as session:
        before = [(row.id, row.screening_id, row.version) for row in session.scalars(select(Case).order_by(Case.id))]
    made = draft(
        board,
        GUIDELINE.replace("builds_on: [socialnamnden-2019-med-grundkrav]", "builds_on: []").replace(
            "condition: {fact: dogs_in_activity, at_least: 2}", "condition: {fact: members_total, at_least: 200}"
        ),
        worked="- name: A\n  kind: grant\n  on: 2027-01-01\n  facts: {members_total: 1}\n  expect: {proposal: complete}\n",
    )
    job = tried(board, made.id)
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert (job.result["cases"], job.result["turned"]) == (2, 2)
    assert job.result["criteria"]["minst-tva-hundar|not_asked>not_met"] == 2
    told = job.result["told"][0]
    assert told["number"].startswith("BID-")
    reason = next(item for item in told["criteria"] if item["criterion"] == "minst-tva-hundar")
    assert "Antal medlemmar: 120. Krav: minst 200." in reason["why_sv"]
    assert job.result["criteria"]["utbildad-ledare|not_asked>unknown"] == 2
    assert all(item["criterion"] != "utbildad-ledare" for item in told["criteria"])
    with open_reading(board.database) as session:
        after = [(row.id, row.screening_id, row.version) for row in session.scalars(select(Case).order_by(Case.id))]
    assert before == after


def test_the_same_rules_turn_nothing(board: BoardAtWork) -> None:
    board.receive()
    board.receive(clean_facts(NUMBERS[1], "Kören Provtonen", members_total=3))
    begun = board.do(
        drafts.begin_draft, NewRuleDraft(ruleset="samma", builds_on="socialnamnden-2019-med-grundkrav"), role=OWNER
    )
    job = tried(board, begun.id)
    assert (job.result["cases"], job.result["turned"]) == (2, 0)


def test_what_nobody_was_asked_for_then_is_not_held_against_a_case(board: BoardAtWork) -> None:
    board.receive()
    made = draft(board)
    job = tried(board, made.id)
    assert job.result["criteria"]["utbildad-ledare|not_asked>unknown"] == 1
    assert job.result["turned"] == 0
    assert not any(turn.endswith(">complete") for turn in job.result["proposals"])


def test_a_what_if_is_stopped_and_a_round_or_year_is_chosen(board: BoardAtWork) -> None:
    board.receive()
    made = draft(board)
    assert tried(board, made.id, CaseSelection(year=2020)).result["cases"] == 0
    assert tried(board, made.id, CaseSelection(year=TODAY.year)).result["cases"] == 1
    assert tried(board, made.id, CaseSelection(round_id=board.round_id)).result["cases"] == 1
    with open_reading(board.database) as session:
        ruleset = drafts.report_on_draft(session, session.get_one(RuleDraft, made.id), on=TODAY).ruleset
    assert ruleset is not None
    tally = what_if.try_on_cases(
        board.database, ruleset, CaseSelection(), by=board.staff[OWNER], heard=lambda _done, _total: False
    )
    assert tally.cases == 0


def test_a_job_that_is_stopped_half_way_stays_stopped_and_tells_nothing(board: BoardAtWork) -> None:
    board.receive()
    made = draft(board)
    job: Job = board.do(ask_for, made.id, CaseSelection(), role=OWNER)

    class Interrupted(Worker):
        def report_progress(self, job: Job, done: int, total: int) -> bool:
            if done:
                with open_technical(board.database) as session:
                    session.get_one(Job, job.id).state = "stopped"
            return super().report_progress(job, done, total)

    assert Interrupted(board.database, rules(), lambda: NOW).run_next()
    with open_reading(board.database) as session:
        ended = session.get_one(Job, job.id)
    assert (ended.state, ended.result) == ("stopped", {})


def test_a_draft_changed_or_thrown_away_while_it_is_tried_harms_nothing(board: BoardAtWork) -> None:
    board.receive()
    made = draft(board)
    job: Job = board.do(ask_for, made.id, CaseSelection(), role=OWNER)
    board.do(drafts.discard_rule_draft, made.id, role=OWNER)
    assert Worker(board.database, rules(), lambda: NOW).run_next()
    with open_reading(board.database) as session:
        assert session.get_one(Job, job.id).state == "done"


def test_a_version_that_a_draft_builds_on_is_withdrawn_while_the_draft_is_tried(board: BoardAtWork) -> None:
    board.receive()
    publication = published(board)
    text = GUIDELINE.replace("id: hundkultur-2027", "id: hund-och-katt")
    text = text.replace("builds_on: [socialnamnden-2019-med-grundkrav]", "builds_on: [hundkultur-2027]")
    text = text[: text.index("facts:\n")] + "criteria: []\n"
    made = draft(board, text, "")
    job: Job = board.do(ask_for, made.id, CaseSelection(), role=OWNER)
    board.do(publishing.withdraw_rules, publication.id, "Fel", role=Role.MANAGER)
    assert Worker(board.database, rules(), lambda: NOW).run_next()
    with open_reading(board.database) as session:
        ended = session.get_one(Job, job.id)
        kept = session.get_one(RuleDraft, made.id)
    assert ended.state == "failed"
    assert "'hundkultur-2027' finns inte" in ended.told["problems"][0][1]
    assert kept.text == text


def test_a_job_of_a_kind_that_nobody_knows_ends_and_the_worker_goes_on(board: BoardAtWork) -> None:
    board.receive()
    made = draft(board)
    with open_technical(board.database) as session:
        session.add(
            Job(
                board_id=board.board_id,
                kind="okänd",
                arguments={},
                result={},
                told={},
                created_at=NOW,
                by_user_id=board.staff[OWNER].id,
            )
        )
    job = board.do(ask_for, made.id, CaseSelection(), role=OWNER)
    worker = Worker(board.database, rules(), lambda: NOW)
    assert worker.run_next()
    assert worker.run_next()
    assert not worker.run_next()
    with open_reading(board.database) as session:
        assert {row.kind: row.state for row in session.scalars(select(Job))} == {"okänd": "failed", "what_if": "done"}
        assert session.get_one(Job, job.id).done == 1


def test_a_job_whose_worker_died_is_taken_up_again(board: BoardAtWork) -> None:
    board.receive()
    made = draft(board)
    job = board.do(ask_for, made.id, CaseSelection(), role=OWNER)
    with open_technical(board.database) as session:
        row = session.get_one(Job, job.id)
        row.state, row.heard_at = "running", NOW
    assert not Worker(board.database, rules(), lambda: NOW + timedelta(seconds=30)).run_next()
    assert Worker(board.database, rules(), lambda: NOW + timedelta(minutes=5)).run_next()
    with open_reading(board.database) as session:
        assert session.get_one(Job, job.id).state == "done"


def test_a_withdrawn_version_takes_no_new_cases_and_those_under_it_keep_it(board: BoardAtWork) -> None:
    publication = published(board)
    case = board.receive(clean_facts(dogs_in_activity=2, dog_leader=True))
    board.do(publishing.withdraw_rules, publication.id, "Fel diarienummer", role=Role.MANAGER)
    later = board.receive(clean_facts(NUMBERS[1], "Kören Provtonen"))
    assert case.rule_version_id == publication.id
    assert later.rule_version_id != publication.id
    with open_reading(board.database) as session:
        assert screen_without_keeping(session, session.get_one(Case, case.id), on=TODAY) is not None
    error = refused(board, publishing.withdraw_rules, publication.id, "Igen", role=Role.MANAGER)
    assert error.obstacle is Obstacle.STALE


def test_open_cases_are_moved_by_choice_with_the_difference_seen_and_decided_ones_never(board: BoardAtWork) -> None:
    decided = board.approve()
    first = board.receive(clean_facts(NUMBERS[1], "Kören Provtonen", members_total=40))
    other = board.receive(clean_facts(NUMBERS[2], "Kören Provklangen"))
    publication = published(board)
    with open_reading(board.database) as session:
        choice = rule_moves.could_move(acting(session, board.staff[Role.CASEWORKER]), publication.id, on=TODAY)
    assert [moved.case.number for moved in choice.cases] == [first.number, other.number]
    assert {turn.after.criterion.id for turn in choice.cases[0].turned if turn.after} >= {"minst-tva-hundar"}
    moved = board.do(rule_moves.move_cases, [first.number], publication.id)
    assert moved == 1
    error = refused(board, rule_moves.move_cases, [decided.number], publication.id)
    assert "beslutat" in said(error)
    with open_reading(board.database) as session:
        assert session.get_one(Case, first.id).rule_version_id == publication.id
        assert session.get_one(Case, other.id).rule_version_id == other.rule_version_id
        assert session.get_one(Case, decided.id).rule_version_id == decided.rule_version_id
        screened = screen_without_keeping(session, session.get_one(Case, first.id), on=TODAY)
    assert screened is not None
    assert screened.screening.ruleset.version == 1
    assert "dogs_in_activity" in screened.screening.facts.not_asked
    assert choice.cases[0].after is screened.screening.proposal
    assert screened.screening.ruleset.id == "hundkultur-2027"


def test_the_next_version_has_the_next_number_and_says_what_differs(board: BoardAtWork) -> None:
    published(board)
    with open_reading(board.database) as session:
        in_force = store.in_force(session, board.board_id, "grant", TODAY)
    assert in_force is not None
    again = board.do(drafts.begin_draft, NewRuleDraft(version=in_force.id), role=OWNER)
    assert again.text == GUIDELINE
    changed = GUIDELINE.replace("at_least: 2}", "at_least: 4}").replace("hundkamp*", "hundstrid*")
    worked = CASES.replace("{dogs_in_activity: 2}", "{dogs_in_activity: 4}")
    board.do(drafts.save_draft_text, RuleDraftChange(key=again.id, version=1, text=changed, cases=worked), role=OWNER)
    found = look(board, again.id)
    told = {difference.about.sv: (difference.before.sv, difference.after.sv) for difference in found.changed}
    assert "minst 2" in told["Bidrag: Minst två hundar är med"][0]
    assert "minst 4" in told["Bidrag: Minst två hundar är med"][1]
    assert told["Listan ord-att-titta-pa"] == ("hundkamp*", "hundstrid*")
    tried(board, again.id)
    board.do(drafts.hand_over, again.id, role=OWNER)
    assert publish(board, again.id).number == 2


def test_rules_hold_from_their_first_day(board: BoardAtWork) -> None:
    later = TODAY + timedelta(days=30)
    published(board, GUIDELINE.replace("valid: null", f"valid: {{from: {later}}}"))
    with open_reading(board.database) as session:
        now = versions.rules_in_force(session, board.board_id, CaseKind.GRANT, on=TODAY)
        then = versions.rules_in_force(session, board.board_id, CaseKind.GRANT, on=later)
    assert now is not None
    assert now.id == "socialnamnden-2019-med-grundkrav"
    assert then is not None
    assert then.id == "hundkultur-2027"


def test_a_plans_set_becomes_the_boards_own_with_its_adoption_and_its_worked_cases(board: BoardAtWork) -> None:
    adopted = NewAdoption(body="Exempelnämnden norr", on=TODAY, reference="EXN 2026/1")
    new = NewRuleDraft(ruleset="var-plan", builds_on="farsta-2021-med-grundkrav", adopted=adopted)
    made = board.do(drafts.begin_draft, new, role=OWNER)
    found = look(board, made.id)
    assert found.problems == ()
    assert found.ruleset is not None
    assert found.ruleset.adopted.reference == "EXN 2026/1"
    assert len(found.read.cases) > 0
    assert {gate.id for gate in found.ruleset.gates} >= {gate.id for gate in rules().folder.sets["farsta-2021"].gates}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id: [", "inte giltig YAML"),
        ("a: &x [1]\nid: *x\n", "Ankare och alias"),
        ("x: 1\n", "inget 'id'"),
        ("id: hundkultur-2027\n" + "# " + "x" * 1_200_000, None),
        ("id: djup\ncriteria: " + "[" * 10_000 + "]" * 10_000, "Djupare än"),
    ],
)
def test_a_file_that_cannot_be_rules_is_told_and_nothing_is_kept(
    board: BoardAtWork, text: str, words: str | None
) -> None:
    if words is None:
        assert "för stor" in look(board, draft(board, text, "").id).problems[0].what.sv
        return
    with pytest.raises((Refused, UnreadableError)) as error:
        draft(board, text, "")
    raised = error.value
    found = raised.problem if isinstance(raised, UnreadableError) else raised.problems[0]  # type: ignore[attr-defined]
    assert words in found.what.sv
    with open_reading(board.database) as session:
        assert session.scalars(select(RuleDraft)).all() == []


def test_ten_thousand_nested_conditions_and_sets_that_build_on_themselves_are_told_by_line(board: BoardAtWork) -> None:
    simple = "{fact: dogs_in_activity, at_least: 2}"
    made = draft(board)
    for depth, words in ((10, "nästlat djupare än 8"), (10_000, "Djupare än 40 nivåer")):
        deep = GUIDELINE.replace(simple, "{not: " * depth + simple + "}" * depth)
        version = look(board, made.id).draft.version
        board.do(drafts.save_draft_text, RuleDraftChange(key=made.id, version=version, text=deep), role=OWNER)
        assert words in " ".join(problem.what.sv for problem in look(board, made.id).problems)
    board.do(drafts.discard_rule_draft, made.id, role=OWNER)
    circle = draft(board, GUIDELINE.replace("[socialnamnden-2019-med-grundkrav]", "[hundkultur-2027]"))
    assert "bygger på sig själv" in " ".join(problem.what.sv for problem in look(board, circle.id).problems)


def test_a_worked_case_that_cannot_be_read_is_told_by_line(board: BoardAtWork) -> None:
    made = draft(board, worked=CASES.replace("dogs_in_activity: 1", "dogs_in_activity: många"))
    found = look(board, made.id)
    assert found.problems[0].where == "hundkultur-2027.cases.yaml:4"


def test_everything_written_is_in_the_trail_and_it_verifies(board: BoardAtWork) -> None:
    publication = published(board)
    board.do(publishing.withdraw_rules, publication.id, "Fel", role=Role.MANAGER)
    with open_reading(board.database) as session:
        assert trail_verification.verify_trail(session).problems == []
        actions = {entry.action for entry in session.scalars(select(trail.TrailEntry))}
    assert actions >= {"rules_begun", "rules_tried", "rules_handed_over", "rules_published", "rules_withdrawn"}


def test_roles_without_the_right_write_and_publish_nothing(board: BoardAtWork) -> None:
    for role in set(Role) - {OWNER}:
        assert refused(board, drafts.take_in, GUIDELINE.encode(), b"", role=role).obstacle is Obstacle.FORBIDDEN
    made = draft(board)
    for role in set(Role) - {OWNER, Role.MANAGER}:
        given = PublicationApproval(key=made.id, version=1, warnings_read=True, taken_away_read=True)
        assert refused(board, publishing.publish_rules, given, role=role).obstacle is Obstacle.FORBIDDEN


def test_the_form_asks_for_a_boards_own_fact_and_the_case_keeps_it(board: BoardAtWork) -> None:
    from vetting.engine.form_facts import asked_facts

    published(board)
    with open_reading(board.database) as session:
        ruleset = versions.rules_in_force(session, board.board_id, CaseKind.GRANT, on=TODAY)
    assert ruleset is not None
    asked = {fact.id for facts in asked_facts(ruleset, CaseKind.GRANT).values() for fact in facts}
    assert {"dogs_in_activity", "dog_leader"} <= asked
    case = board.receive(clean_facts(dogs_in_activity=3))
    changed = Facts({"dogs_in_activity": 4, "dog_leader": True})
    board.do(cases.change_facts, case.number, changed, version=None)
    with open_reading(board.database) as session:
        screened = screen_without_keeping(session, session.get_one(Case, case.id), on=TODAY)
    assert screened is not None
    assert screened.screening.facts.values["dogs_in_activity"] == 4
    assert screened.screening.facts.values["dog_leader"] is True


SIGNAL = "ord-i-beskrivningen"


def asked_in(board: BoardAtWork, case: Case) -> str:
    with open_reading(board.database) as session:
        screened = screen_without_keeping(session, session.get_one(Case, case.id), on=TODAY)
    assert screened is not None
    return next(item.result.value for item in screened.screening.findings if item.criterion.id == SIGNAL)


def applied(board: BoardAtWork, purpose: str, place: int = 1) -> Case:
    facts = clean_facts(NUMBERS[place], f"Hundklubben {place}", purpose=purpose, dogs_in_activity=2, dog_leader=True)
    return board.receive(facts, round_id=None)


def dismiss(board: BoardAtWork, case: Case) -> None:
    given = assessments.NewAssessment(
        criterion=SIGNAL, answer=CriterionAnswer.MET, reasons="Avser en film om djurskydd."
    )
    board.do(assessments.assess, case.number, given, version=None)


def test_a_dismissed_hit_is_remembered_for_the_same_text_and_association_and_nothing_else(board: BoardAtWork) -> None:
    published(board)
    first = applied(board, "film om hundkamper")
    assert asked_in(board, first) == "needs_assessment"
    dismiss(board, first)
    assert asked_in(board, applied(board, "film om hundkamper")) == "met"
    other_text = applied(board, "träning för hundkamper")
    assert asked_in(board, other_text) == "needs_assessment"
    assert asked_in(board, applied(board, "film om hundkamper", place=2)) == "needs_assessment"
    dismiss(board, other_text)
    assert asked_in(board, applied(board, "film om hundkamper")) == "met"
    assert asked_in(board, applied(board, "träning för hundkamper")) == "met"


def test_a_new_word_that_finds_the_same_text_is_a_new_hit(board: BoardAtWork) -> None:
    publication = published(board)
    dismiss(board, applied(board, "film om hundkamper i grannskapet"))
    again = board.do(drafts.begin_draft, NewRuleDraft(version=publication.id), role=OWNER)
    entry = "      - {entry: grannskap*, why: Nytt, source: Ny, by: Den, on: 2026-11-01, review_on: 2027-11-01}\n"
    longer = GUIDELINE.replace("criteria:\n", entry + "criteria:\n", 1)
    board.do(drafts.save_draft_text, RuleDraftChange(key=again.id, version=1, text=longer), role=OWNER)
    tried(board, again.id)
    board.do(drafts.hand_over, again.id, role=OWNER)
    publish(board, again.id)
    assert asked_in(board, applied(board, "film om hundkamper i grannskapet")) == "needs_assessment"


def test_a_word_counts_a_hit_once_for_each_case_and_names_none(board: BoardAtWork) -> None:
    published(board)
    case = applied(board, "film om hundkamper")
    dismiss(board, case)
    applied(board, "konsert", place=2)
    lists = board_lists(board)
    with open_reading(board.database) as session:
        found = word_list_uses.word_uses_of_board(acting(session, board.staff[OWNER]), lists, on=TODAY)
    use = found["ord-att-titta-pa", "hundkamp*"]
    assert (use.hits, use.cases, use.last, use.unused) == (1, 2, TODAY, False)
    assert use.rate == 0.5


def board_lists(board: BoardAtWork) -> Any:
    with open_reading(board.database) as session:
        ruleset = versions.rules_in_force(session, board.board_id, CaseKind.GRANT, on=TODAY)
    assert ruleset is not None
    return ruleset.lists


def test_a_word_that_found_nothing_for_a_year_is_taken_out_of_the_next_version(board: BoardAtWork) -> None:
    publication = published(board)
    again = board.do(drafts.begin_draft, NewRuleDraft(version=publication.id), role=OWNER)
    later = NOW + timedelta(days=400)
    with open_reading(board.database) as session:
        found = word_list_uses.word_uses_of_board(
            acting(session, board.staff[OWNER]), board_lists(board), on=later.date()
        )
    assert found["ord-att-titta-pa", "hundkamp*"].unused
    kept = board.do(word_list_uses.retire_unused_words, again.id, 1, role=OWNER, at=NOW)
    assert "hundkamp*" in kept.text
    gone = board.do(word_list_uses.retire_unused_words, again.id, 1, role=OWNER, at=later)
    assert "hundkamp*" not in gone.text
    assert "# Minst två hundar" in gone.text
    with open_reading(board.database) as session:
        assert "hundkamp*" in session.get_one(store.RulePublication, publication.id).text


def in_conflict_with(board: BoardAtWork, case: Case, role: Role) -> None:
    def declared(session: Any) -> None:
        by = board.staff[role]
        row = Conflict(board_id=board.board_id, case_id=case.id, user_id=by.id, ground="other", at=NOW)
        session.add(row)
        session.flush()
        session.add_entry(TrailNote(action="conflict_declared", by=by, at=NOW, subject=row, case_id=case.id))

    run_in_transaction(board.database, declared)


def explained(board: BoardAtWork, number: str, role: Role) -> Explanation:
    with open_reading(board.database) as session:
        return explanations.explain_criterion_result(
            acting(session, board.staff[role]), number, "medlemmar-minst", on=TODAY
        )


def test_an_explanation_tells_where_a_value_came_from_and_is_closed_like_its_case(group_board: BoardAtWork) -> None:
    board = group_board
    case = board.receive(clean_facts(members_total=3))
    found = explained(board, case.number, Role.CASEWORKER)
    ((_, root),) = found.trees
    assert root.read[0].origin.sv.startswith("uppgiven av föreningen, ")
    assert found.letter is not None
    assert "Antal medlemmar: 3." in found.letter.sv
    board.do(meetings.refer_to_group, case.number, "Fråga?")
    with pytest.raises(Refused) as unanswered:
        explained(board, case.number, Role.GROUP_MEMBER)
    assert unanswered.value.obstacle is Obstacle.CLOSED
    in_conflict_with(board, case, Role.CASEWORKER)
    with pytest.raises(Refused) as in_conflict:
        explained(board, case.number, Role.CASEWORKER)
    assert in_conflict.value.obstacle is Obstacle.MISSING


def test_a_what_if_leaves_out_cases_in_conflict(board: BoardAtWork) -> None:
    board.receive()
    made = draft(board)
    assert tried(board, made.id).result["cases"] == 1
    case = board.receive(clean_facts(NUMBERS[1], "Kören Provtonen"))
    in_conflict_with(board, case, OWNER)
    assert tried(board, made.id).result["cases"] == 1


def test_a_plans_set_is_not_published_before_the_board_says_that_it_has_adopted_it(board: BoardAtWork) -> None:
    new = NewRuleDraft(ruleset="var-plan", builds_on="farsta-2021-med-grundkrav")
    made = board.do(drafts.begin_draft, new, role=OWNER)
    tried(board, made.id)
    board.do(drafts.hand_over, made.id, role=OWNER)
    with pytest.raises(Refused) as error:
        publish(board, made.id)
    assert "som en annan nämnd har antagit" in said(error.value)


def test_the_same_rules_are_not_published_twice_not_even_after_they_were_withdrawn(board: BoardAtWork) -> None:
    publication = published(board)
    board.do(publishing.withdraw_rules, publication.id, "Fel", role=Role.MANAGER)
    again = board.do(drafts.begin_draft, NewRuleDraft(version=publication.id), role=OWNER)
    tried(board, again.id)
    board.do(drafts.hand_over, again.id, role=OWNER)
    with pytest.raises(Refused) as error:
        publish(board, again.id)
    assert "desamma som i version 1" in said(error.value)


def test_only_a_trial_on_all_cases_opens_for_publishing(board: BoardAtWork) -> None:
    made = draft(board)
    tried(board, made.id, CaseSelection(year=1990))
    board.do(drafts.hand_over, made.id, role=OWNER)
    with pytest.raises(Refused) as error:
        publish(board, made.id)
    assert "inte prövat" in said(error.value)
    error_at = refused(board, ask_for, made.id, CaseSelection(round_id=99999), role=OWNER)
    assert error_at.obstacle is Obstacle.MISSING


def test_rules_that_would_have_ended_are_not_published(board: BoardAtWork) -> None:
    made = draft(board, GUIDELINE.replace("valid: null", "valid: {from: 2020-01-01, to: 2021-01-01}"))
    tried(board, made.id)
    board.do(drafts.hand_over, made.id, role=OWNER)
    with pytest.raises(Refused) as error:
        publish(board, made.id)
    assert "slutat gälla" in said(error.value)


def test_no_case_is_moved_to_a_version_that_has_not_begun(board: BoardAtWork) -> None:
    case = board.receive()
    publication = published(board, GUIDELINE.replace("valid: null", "valid: {from: 2030-01-01}"))
    assert "gäller inte i dag" in said(refused(board, rule_moves.move_cases, [case.number], publication.id))


def test_a_correction_goes_before_the_version_it_corrects_whichever_begins_first(board: BoardAtWork) -> None:
    later = TODAY + timedelta(days=30)
    first = published(board, GUIDELINE.replace("valid: null", f"valid: {{from: {later}}}"))
    again = board.do(drafts.begin_draft, NewRuleDraft(version=first.id), role=OWNER)
    board.do(drafts.save_draft_text, RuleDraftChange(key=again.id, version=1, text=GUIDELINE), role=OWNER)
    tried(board, again.id)
    board.do(drafts.hand_over, again.id, role=OWNER)
    correction = publish(board, again.id)
    with open_reading(board.database) as session:
        found = store.in_force(session, board.board_id, "grant", later + timedelta(days=1))
    assert found is not None
    assert found.id == correction.id


@pytest.mark.parametrize("on", ["i höstas", "2026-11", "'20260101'"])
def test_a_day_of_adoption_that_is_no_day_is_told(board: BoardAtWork, on: str) -> None:
    made = draft(board, GUIDELINE.replace("on: 2026-11-01, reference", f"on: {on}, reference"))
    assert "varken ett datum eller ett år" in " ".join(problem.what.sv for problem in look(board, made.id).problems)


def test_what_is_refused_for_its_meaning_today_does_not_break_what_was_published(board: BoardAtWork) -> None:
    publication = published(board)
    with open_reading(board.database) as session:
        content = session.get_one(store.RuleVersion, publication.id).content
    content["lists"]["ord-att-titta-pa"]["entries"][0]["entry"] = "muslim*"
    assert thaw_rules(content, rules().folder.book.catalogue).lists["ord-att-titta-pa"].words == ("muslim*",)


def test_a_worked_case_with_half_a_support_is_told_and_the_draft_can_be_opened(board: BoardAtWork) -> None:
    worked = (
        "- {name: a, kind: grant, on: 2026-01-01, facts: {other_support: [{amount: 1}]}, expect: {proposal: approve}}\n"
    )
    made = draft(board, GUIDELINE, worked)
    assert "passar inte other_support" in look(board, made.id).problems[0].what.sv
