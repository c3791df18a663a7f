"""Rules that a board writes: kept byte for byte, tried on its cases, published by two, never changed afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests.factories import NOW, TODAY
from tests.services.guideline import CASES, GUIDELINE
from tests.town import NUMBERS, Town, clean_facts, rules
from vetting.domain.criteria import CaseKind
from vetting.domain.evidence import Answer
from vetting.domain.facts import Facts
from vetting.domain.frozen_rules import thawed
from vetting.domain.people import Role
from vetting.domain.problem import Obstacle, Refused, UnreadableError
from vetting.jobs.worker import Worker
from vetting.services import (
    assessments,
    cases,
    explanations,
    meetings,
    rule_drafts,
    rule_moves,
    rule_publishing,
    rule_versions,
    what_if,
    word_uses,
)
from vetting.services.rule_drafts import Adopted, Begin, Save, StaleDraftError
from vetting.services.rule_publishing import Publish
from vetting.services.screenings import of_case
from vetting.store import rules as store
from vetting.store import trail, verifying
from vetting.store.cases import Case
from vetting.store.jobs import Job
from vetting.store.meetings import Conflict
from vetting.store.rules import RuleDraft
from vetting.store.session import reading, technical, write
from vetting.store.trail import Noted

if TYPE_CHECKING:
    from vetting.domain.people import Person
    from vetting.services.explanations import Explanation
    from vetting.store.rules import RulePublication

OWNER = Role.RULES_OWNER


def second(town: Town) -> Person:
    return town.staff[Role.MANAGER]


def draft(town: Town, text: str = GUIDELINE, worked: str = CASES) -> RuleDraft:
    found: RuleDraft = town.do(rule_drafts.take_in, text.encode(), worked.encode(), role=OWNER)
    return found


def look(town: Town, key: int, role: Role = OWNER) -> rule_drafts.Look:
    with reading(town.database) as session:
        return rule_drafts.look(session, key, rules=rules(), by=town.staff[role], on=TODAY)


def tried(town: Town, key: int, which: what_if.Which | None = None) -> Job:
    job: Job = town.do(what_if.ask_for, key, which or what_if.Which(), rules=rules(), role=OWNER)
    worker = Worker(town.database, rules(), lambda: NOW)
    while worker.run_next():
        pass
    with reading(town.database) as session:
        return session.get_one(Job, job.id)


def publish(town: Town, key: int, role: Role = Role.MANAGER, **more: Any) -> RulePublication:
    with reading(town.database) as session:
        version = session.get_one(RuleDraft, key).version
    given = Publish(key=key, version=version, warnings_read=True)
    found: RulePublication = town.do(rule_publishing.publish, given, rules=rules(), role=role, **more)
    return found


def published(town: Town, text: str = GUIDELINE, worked: str = CASES) -> RulePublication:
    made = draft(town, text, worked)
    tried(town, made.id)
    town.do(rule_drafts.hand_over, made.id, rules=rules(), role=OWNER)
    return publish(town, made.id)


def refused(town: Town, service: Any, *arguments: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as error:
        town.do(service, *arguments, **more)
    return error.value


def said(error: Refused) -> str:
    return " ".join(problem.what.sv for problem in error.problems)


def test_a_guideline_is_written_tried_and_published_by_two_and_new_cases_come_under_it(town: Town) -> None:
    before = town.receive()
    publication = published(town)
    assert (publication.number, publication.second_name) == (1, "Person manager")
    assert publication.authors == ["Person rules_owner"]
    assert publication.adopted_reference == "EXN 2026/310"
    after = town.receive(clean_facts(NUMBERS[1], "Hundklubben Nosen", dogs_in_activity=1, dog_leader=True))
    with reading(town.database) as session:
        assert session.get_one(Case, before.id).rule_version_id == before.rule_version_id
        screened = of_case(session, session.get_one(Case, after.id), rules(), on=TODAY)
    assert after.rule_version_id == publication.id
    assert screened is not None
    results = {finding.criterion.id: finding.result.value for finding in screened.screening.findings}
    assert results["minst-tva-hundar"] == "not_met"
    assert results["utbildad-ledare"] == "met"


def test_the_files_of_a_version_are_byte_for_byte_what_came_in(town: Town) -> None:
    crlf = GUIDELINE.replace("\n", "\r\n")
    publication = published(town, crlf)
    assert rule_publishing.texts(publication)["hundkultur-2027.yaml"] == crlf.encode()
    assert rule_publishing.texts(publication)["hundkultur-2027.cases.yaml"] == CASES.encode()


@pytest.mark.parametrize("table", ["rule_publications", "rule_versions", "rule_withdrawals"])
@pytest.mark.parametrize("how", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_a_published_version_cannot_be_changed_past_the_program(town: Town, table: str, how: str) -> None:
    publication = published(town)
    town.do(rule_publishing.withdraw, publication.id, "Fel datum", role=Role.MANAGER)
    with town.database.engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
        connection.execute(text(how.format(table)))


def test_nobody_publishes_what_they_wrote_in_whatever_roles_they_hold(town: Town) -> None:
    made = draft(town)
    tried(town, made.id)
    town.do(rule_drafts.hand_over, made.id, rules=rules(), role=OWNER)
    town.staff[OWNER] = replace(town.staff[OWNER], roles=frozenset({OWNER, Role.MANAGER}))
    with pytest.raises(Refused) as error:
        publish(town, made.id, role=OWNER)
    assert "En annan person måste publicera" in said(error.value)


def test_a_draft_that_is_not_tried_as_it_is_now_is_not_published(town: Town) -> None:
    made = draft(town)
    town.do(rule_drafts.hand_over, made.id, rules=rules(), role=OWNER)
    with pytest.raises(Refused) as error:
        publish(town, made.id)
    assert "inte prövat" in said(error.value)
    tried(town, made.id)
    town.do(rule_drafts.give_back, made.id, "Skriv om 2 §", role=Role.MANAGER)
    changed = GUIDELINE.replace("at_least: 2", "at_least: 3")
    with reading(town.database) as session:
        version = session.get_one(RuleDraft, made.id).version
    worked = CASES.replace("{dogs_in_activity: 2}", "{dogs_in_activity: 3}")
    town.do(rule_drafts.save, Save(key=made.id, version=version, text=changed, cases=worked), role=OWNER)
    town.do(rule_drafts.hand_over, made.id, rules=rules(), role=OWNER)
    with pytest.raises(Refused) as error:
        publish(town, made.id)
    assert "inte prövat" in said(error.value)


def test_a_red_worked_case_stops_a_draft_from_being_handed_over(town: Town) -> None:
    made = draft(town, worked=CASES.replace("minst-tva-hundar: not_met", "minst-tva-hundar: met"))
    error = refused(town, rule_drafts.hand_over, made.id, rules=rules(), role=OWNER)
    assert "En ensam hund behöver bedömas" in said(error)
    assert error.problems[0].where == "hundkultur-2027.cases.yaml:1"


def test_a_draft_without_worked_cases_is_not_handed_over(town: Town) -> None:
    made = draft(town, worked="")
    assert "inga typfall" in said(refused(town, rule_drafts.hand_over, made.id, rules=rules(), role=OWNER))


def test_warnings_must_be_read(town: Town) -> None:
    made = draft(town, GUIDELINE.replace("review_on: 2027-10-01", "review_on: 2026-11-01"))
    tried(town, made.id)
    town.do(rule_drafts.hand_over, made.id, rules=rules(), role=OWNER)
    with reading(town.database) as session:
        version = session.get_one(RuleDraft, made.id).version
    given = Publish(key=made.id, version=version, warnings_read=False)
    error = refused(town, rule_publishing.publish, given, rules=rules(), role=Role.MANAGER)
    assert "Varningarna" in said(error)
    assert publish(town, made.id).number == 1


def test_two_owners_at_one_draft_the_second_sees_what_stands_and_loses_nothing(town: Town) -> None:
    made = draft(town)
    other = town.somebody(OWNER, "other")
    town.do(rule_drafts.save, Save(key=made.id, version=1, text=GUIDELINE + "# mitt\n"), role=OWNER)
    town.staff[Role.GROUP_MEMBER] = other
    with pytest.raises(StaleDraftError) as error:
        town.do(rule_drafts.save, Save(key=made.id, version=1, text=GUIDELINE + "# ditt\n"), role=Role.GROUP_MEMBER)
    assert error.value.text == GUIDELINE + "# mitt\n"
    town.do(rule_drafts.save, Save(key=made.id, version=2, text=GUIDELINE + "# mitt\n# ditt\n"), role=Role.GROUP_MEMBER)
    assert look(town, made.id).draft.authors == sorted([str(town.staff[OWNER].id), str(other.id)])


def test_what_if_tells_who_would_turn_and_why_and_touches_nothing(town: Town) -> None:
    town.receive()
    town.receive(clean_facts(NUMBERS[1], "Kören Provtonen"))
    with reading(town.database) as session:
        before = [(row.id, row.screening_id, row.version) for row in session.scalars(select(Case).order_by(Case.id))]
    made = draft(
        town,
        GUIDELINE.replace("builds_on: [socialnamnden-2019-med-grundkrav]", "builds_on: []").replace(
            "condition: {fact: dogs_in_activity, at_least: 2}", "condition: {fact: members_total, at_least: 200}"
        ),
        worked="- name: A\n  kind: grant\n  on: 2027-01-01\n  facts: {members_total: 1}\n  expect: {proposal: complete}\n",
    )
    job = tried(town, made.id)
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert (job.result["cases"], job.result["turned"]) == (2, 2)
    assert job.result["criteria"]["minst-tva-hundar|not_asked>not_met"] == 2
    told = job.result["told"][0]
    assert told["number"].startswith("BID-")
    reason = next(item for item in told["criteria"] if item["criterion"] == "minst-tva-hundar")
    assert "Antal medlemmar: 120. Krav: minst 200." in reason["why_sv"]
    assert job.result["criteria"]["utbildad-ledare|not_asked>unknown"] == 2
    assert all(item["criterion"] != "utbildad-ledare" for item in told["criteria"])
    with reading(town.database) as session:
        after = [(row.id, row.screening_id, row.version) for row in session.scalars(select(Case).order_by(Case.id))]
    assert before == after


def test_the_same_rules_turn_nothing(town: Town) -> None:
    town.receive()
    town.receive(clean_facts(NUMBERS[1], "Kören Provtonen", members_total=3))
    begun = town.do(
        rule_drafts.begin,
        Begin(ruleset="samma", builds_on="socialnamnden-2019-med-grundkrav"),
        rules=rules(),
        role=OWNER,
    )
    job = tried(town, begun.id)
    assert (job.result["cases"], job.result["turned"]) == (2, 0)


def test_what_nobody_was_asked_for_then_is_not_held_against_a_case(town: Town) -> None:
    town.receive()
    made = draft(town)
    job = tried(town, made.id)
    assert job.result["criteria"]["utbildad-ledare|not_asked>unknown"] == 1
    assert job.result["turned"] == 0
    assert not any(turn.endswith(">complete") for turn in job.result["proposals"])


def test_a_what_if_is_stopped_and_a_round_or_year_is_chosen(town: Town) -> None:
    town.receive()
    made = draft(town)
    assert tried(town, made.id, what_if.Which(year=2020)).result["cases"] == 0
    assert tried(town, made.id, what_if.Which(year=TODAY.year)).result["cases"] == 1
    assert tried(town, made.id, what_if.Which(round_id=town.round_id)).result["cases"] == 1
    with reading(town.database) as session:
        ruleset = rule_drafts.looked(session, session.get_one(RuleDraft, made.id), rules=rules(), on=TODAY).ruleset
    assert ruleset is not None
    tally = what_if.try_on_cases(
        town.database, ruleset, what_if.Which(), by=town.staff[OWNER], heard=lambda _done, _total: False
    )
    assert tally.cases == 0


def test_a_job_that_is_stopped_half_way_stays_stopped_and_tells_nothing(town: Town) -> None:
    town.receive()
    made = draft(town)
    job: Job = town.do(what_if.ask_for, made.id, what_if.Which(), rules=rules(), role=OWNER)

    class Interrupted(Worker):
        def heard_of(self, key: int, done: int, total: int) -> bool:
            if done:
                with technical(town.database) as session:
                    session.get_one(Job, key).state = "stopped"
            return super().heard_of(key, done, total)

    assert Interrupted(town.database, rules(), lambda: NOW).run_next()
    with reading(town.database) as session:
        ended = session.get_one(Job, job.id)
    assert (ended.state, ended.result) == ("stopped", {})


def test_a_draft_changed_or_thrown_away_while_it_is_tried_harms_nothing(town: Town) -> None:
    town.receive()
    made = draft(town)
    job: Job = town.do(what_if.ask_for, made.id, what_if.Which(), rules=rules(), role=OWNER)
    town.do(rule_drafts.discard, made.id, role=OWNER)
    assert Worker(town.database, rules(), lambda: NOW).run_next()
    with reading(town.database) as session:
        assert session.get_one(Job, job.id).state == "done"


def test_a_version_that_a_draft_builds_on_is_withdrawn_while_the_draft_is_tried(town: Town) -> None:
    town.receive()
    publication = published(town)
    text = GUIDELINE.replace("id: hundkultur-2027", "id: hund-och-katt")
    text = text.replace("builds_on: [socialnamnden-2019-med-grundkrav]", "builds_on: [hundkultur-2027]")
    text = text[: text.index("facts:\n")] + "criteria: []\n"
    made = draft(town, text, "")
    job: Job = town.do(what_if.ask_for, made.id, what_if.Which(), rules=rules(), role=OWNER)
    town.do(rule_publishing.withdraw, publication.id, "Fel", role=Role.MANAGER)
    assert Worker(town.database, rules(), lambda: NOW).run_next()
    with reading(town.database) as session:
        ended = session.get_one(Job, job.id)
        kept = session.get_one(RuleDraft, made.id)
    assert ended.state == "failed"
    assert "'hundkultur-2027' finns inte" in ended.told["problems"][0][1]
    assert kept.text == text


def test_a_job_of_a_kind_that_nobody_knows_ends_and_the_worker_goes_on(town: Town) -> None:
    town.receive()
    made = draft(town)
    with technical(town.database) as session:
        session.add(
            Job(
                board_id=town.board_id,
                kind="okänd",
                arguments={},
                result={},
                told={},
                created_at=NOW,
                by_user_id=town.staff[OWNER].id,
            )
        )
    job = town.do(what_if.ask_for, made.id, what_if.Which(), rules=rules(), role=OWNER)
    worker = Worker(town.database, rules(), lambda: NOW)
    assert worker.run_next()
    assert worker.run_next()
    assert not worker.run_next()
    with reading(town.database) as session:
        assert {row.kind: row.state for row in session.scalars(select(Job))} == {"okänd": "failed", "what_if": "done"}
        assert session.get_one(Job, job.id).done == 1


def test_a_job_whose_worker_died_is_taken_up_again(town: Town) -> None:
    town.receive()
    made = draft(town)
    job = town.do(what_if.ask_for, made.id, what_if.Which(), rules=rules(), role=OWNER)
    with technical(town.database) as session:
        row = session.get_one(Job, job.id)
        row.state, row.heard_at = "running", NOW
    assert not Worker(town.database, rules(), lambda: NOW + timedelta(seconds=30)).run_next()
    assert Worker(town.database, rules(), lambda: NOW + timedelta(minutes=5)).run_next()
    with reading(town.database) as session:
        assert session.get_one(Job, job.id).state == "done"


def test_a_withdrawn_version_takes_no_new_cases_and_those_under_it_keep_it(town: Town) -> None:
    publication = published(town)
    case = town.receive(clean_facts(dogs_in_activity=2, dog_leader=True))
    town.do(rule_publishing.withdraw, publication.id, "Fel diarienummer", role=Role.MANAGER)
    later = town.receive(clean_facts(NUMBERS[1], "Kören Provtonen"))
    assert case.rule_version_id == publication.id
    assert later.rule_version_id != publication.id
    with reading(town.database) as session:
        assert of_case(session, session.get_one(Case, case.id), rules(), on=TODAY) is not None
    error = refused(town, rule_publishing.withdraw, publication.id, "Igen", role=Role.MANAGER)
    assert error.obstacle is Obstacle.STALE


def test_open_cases_are_moved_by_choice_with_the_difference_seen_and_decided_ones_never(town: Town) -> None:
    decided = town.approve()
    first = town.receive(clean_facts(NUMBERS[1], "Kören Provtonen", members_total=40))
    other = town.receive(clean_facts(NUMBERS[2], "Kören Provklangen"))
    publication = published(town)
    with reading(town.database) as session:
        choice = rule_moves.could_move(session, publication.id, rules=rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
    assert [moved.case.number for moved in choice.cases] == [first.number, other.number]
    assert {turn.after.criterion.id for turn in choice.cases[0].turned if turn.after} >= {"minst-tva-hundar"}
    moved = town.do(rule_moves.move, [first.number], publication.id, rules=rules())
    assert moved == 1
    error = refused(town, rule_moves.move, [decided.number], publication.id, rules=rules())
    assert "beslutat" in said(error)
    with reading(town.database) as session:
        assert session.get_one(Case, first.id).rule_version_id == publication.id
        assert session.get_one(Case, other.id).rule_version_id == other.rule_version_id
        assert session.get_one(Case, decided.id).rule_version_id == decided.rule_version_id
        screened = of_case(session, session.get_one(Case, first.id), rules(), on=TODAY)
    assert screened is not None
    assert screened.screening.ruleset.version == 1
    assert "dogs_in_activity" in screened.screening.facts.not_asked
    assert choice.cases[0].after is screened.screening.proposal
    assert screened.screening.ruleset.id == "hundkultur-2027"


def test_the_next_version_has_the_next_number_and_says_what_differs(town: Town) -> None:
    published(town)
    with reading(town.database) as session:
        in_force = store.in_force(session, town.board_id, "grant", TODAY)
    assert in_force is not None
    again = town.do(rule_drafts.begin, Begin(version=in_force.id), rules=rules(), role=OWNER)
    assert again.text == GUIDELINE
    changed = GUIDELINE.replace("at_least: 2}", "at_least: 4}").replace("hundkamp*", "hundstrid*")
    worked = CASES.replace("{dogs_in_activity: 2}", "{dogs_in_activity: 4}")
    town.do(rule_drafts.save, Save(key=again.id, version=1, text=changed, cases=worked), role=OWNER)
    found = look(town, again.id)
    told = {difference.about.sv: (difference.before.sv, difference.after.sv) for difference in found.changed}
    assert "minst 2" in told["Bidrag: Minst två hundar är med"][0]
    assert "minst 4" in told["Bidrag: Minst två hundar är med"][1]
    assert told["Listan ord-att-titta-pa"] == ("hundkamp*", "hundstrid*")
    tried(town, again.id)
    town.do(rule_drafts.hand_over, again.id, rules=rules(), role=OWNER)
    assert publish(town, again.id).number == 2


def test_rules_hold_from_their_first_day(town: Town) -> None:
    later = TODAY + timedelta(days=30)
    published(town, GUIDELINE.replace("valid: null", f"valid: {{from: {later}}}"))
    with reading(town.database) as session:
        now = rule_versions.chosen(session, town.board_id, CaseKind.GRANT, rules(), on=TODAY)
        then = rule_versions.chosen(session, town.board_id, CaseKind.GRANT, rules(), on=later)
    assert now is not None
    assert now.id == "socialnamnden-2019-med-grundkrav"
    assert then is not None
    assert then.id == "hundkultur-2027"


def test_a_plans_set_becomes_the_boards_own_with_its_adoption_and_its_worked_cases(town: Town) -> None:
    adopted = Adopted(body="Exempelnämnden norr", on=TODAY, reference="EXN 2026/1")
    new = Begin(ruleset="var-plan", builds_on="farsta-2021-med-grundkrav", adopted=adopted)
    made = town.do(rule_drafts.begin, new, rules=rules(), role=OWNER)
    found = look(town, made.id)
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
def test_a_file_that_cannot_be_rules_is_told_and_nothing_is_kept(town: Town, text: str, words: str | None) -> None:
    if words is None:
        assert "för stor" in look(town, draft(town, text, "").id).problems[0].what.sv
        return
    with pytest.raises((Refused, UnreadableError)) as error:
        draft(town, text, "")
    raised = error.value
    found = raised.problem if isinstance(raised, UnreadableError) else raised.problems[0]  # type: ignore[attr-defined]
    assert words in found.what.sv
    with reading(town.database) as session:
        assert session.scalars(select(RuleDraft)).all() == []


def test_ten_thousand_nested_conditions_and_sets_that_build_on_themselves_are_told_by_line(town: Town) -> None:
    simple = "{fact: dogs_in_activity, at_least: 2}"
    made = draft(town)
    for depth, words in ((10, "nästlat djupare än 8"), (10_000, "Djupare än 40 nivåer")):
        deep = GUIDELINE.replace(simple, "{not: " * depth + simple + "}" * depth)
        version = look(town, made.id).draft.version
        town.do(rule_drafts.save, Save(key=made.id, version=version, text=deep), role=OWNER)
        assert words in " ".join(problem.what.sv for problem in look(town, made.id).problems)
    town.do(rule_drafts.discard, made.id, role=OWNER)
    circle = draft(town, GUIDELINE.replace("[socialnamnden-2019-med-grundkrav]", "[hundkultur-2027]"))
    assert "bygger på sig själv" in " ".join(problem.what.sv for problem in look(town, circle.id).problems)


def test_a_worked_case_that_cannot_be_read_is_told_by_line(town: Town) -> None:
    made = draft(town, worked=CASES.replace("dogs_in_activity: 1", "dogs_in_activity: många"))
    found = look(town, made.id)
    assert found.problems[0].where == "hundkultur-2027.cases.yaml:4"


def test_everything_written_is_in_the_trail_and_it_verifies(town: Town) -> None:
    publication = published(town)
    town.do(rule_publishing.withdraw, publication.id, "Fel", role=Role.MANAGER)
    with reading(town.database) as session:
        assert verifying.verify(session).problems == []
        actions = {entry.action for entry in session.scalars(select(trail.TrailEntry))}
    assert actions >= {"rules_begun", "rules_tried", "rules_handed_over", "rules_published", "rules_withdrawn"}


def test_roles_without_the_right_write_and_publish_nothing(town: Town) -> None:
    for role in set(Role) - {OWNER}:
        assert refused(town, rule_drafts.take_in, GUIDELINE.encode(), b"", role=role).obstacle is Obstacle.FORBIDDEN
    made = draft(town)
    for role in set(Role) - {OWNER, Role.MANAGER}:
        given = Publish(key=made.id, version=1, warnings_read=True)
        assert refused(town, rule_publishing.publish, given, rules=rules(), role=role).obstacle is Obstacle.FORBIDDEN


def test_the_form_asks_for_a_boards_own_fact_and_the_case_keeps_it(town: Town) -> None:
    from vetting.domain.asked import asked_facts

    published(town)
    with reading(town.database) as session:
        ruleset = rule_versions.chosen(session, town.board_id, CaseKind.GRANT, rules(), on=TODAY)
    assert ruleset is not None
    asked = {fact.id for facts in asked_facts(ruleset, CaseKind.GRANT).values() for fact in facts}
    assert {"dogs_in_activity", "dog_leader"} <= asked
    case = town.receive(clean_facts(dogs_in_activity=3))
    changed = Facts({"dogs_in_activity": 4, "dog_leader": True})
    town.do(cases.change_facts, case.number, changed, version=None, rules=rules())
    with reading(town.database) as session:
        screened = of_case(session, session.get_one(Case, case.id), rules(), on=TODAY)
    assert screened is not None
    assert screened.screening.facts.values["dogs_in_activity"] == 4
    assert screened.screening.facts.values["dog_leader"] is True


SIGNAL = "ord-i-beskrivningen"


def asked_in(town: Town, case: Case) -> str:
    with reading(town.database) as session:
        screened = of_case(session, session.get_one(Case, case.id), rules(), on=TODAY)
    assert screened is not None
    return next(item.result.value for item in screened.screening.findings if item.criterion.id == SIGNAL)


def applied(town: Town, purpose: str, place: int = 1) -> Case:
    facts = clean_facts(NUMBERS[place], f"Hundklubben {place}", purpose=purpose, dogs_in_activity=2, dog_leader=True)
    return town.receive(facts, round_id=None)


def dismiss(town: Town, case: Case) -> None:
    given = assessments.Given(criterion=SIGNAL, answer=Answer.MET, reasons="Avser en film om djurskydd.")
    town.do(assessments.assess, case.number, given, version=None, rules=rules())


def test_a_dismissed_hit_is_remembered_for_the_same_text_and_association_and_nothing_else(town: Town) -> None:
    published(town)
    first = applied(town, "film om hundkamper")
    assert asked_in(town, first) == "needs_assessment"
    dismiss(town, first)
    assert asked_in(town, applied(town, "film om hundkamper")) == "met"
    other_text = applied(town, "träning för hundkamper")
    assert asked_in(town, other_text) == "needs_assessment"
    assert asked_in(town, applied(town, "film om hundkamper", place=2)) == "needs_assessment"
    dismiss(town, other_text)
    assert asked_in(town, applied(town, "film om hundkamper")) == "met"
    assert asked_in(town, applied(town, "träning för hundkamper")) == "met"


def test_a_new_word_that_finds_the_same_text_is_a_new_hit(town: Town) -> None:
    publication = published(town)
    dismiss(town, applied(town, "film om hundkamper i grannskapet"))
    again = town.do(rule_drafts.begin, Begin(version=publication.id), rules=rules(), role=OWNER)
    entry = "      - {entry: grannskap*, why: Nytt, source: Ny, by: Den, on: 2026-11-01, review_on: 2027-11-01}\n"
    longer = GUIDELINE.replace("criteria:\n", entry + "criteria:\n", 1)
    town.do(rule_drafts.save, Save(key=again.id, version=1, text=longer), role=OWNER)
    tried(town, again.id)
    town.do(rule_drafts.hand_over, again.id, rules=rules(), role=OWNER)
    publish(town, again.id)
    assert asked_in(town, applied(town, "film om hundkamper i grannskapet")) == "needs_assessment"


def test_a_word_counts_a_hit_once_for_each_case_and_names_none(town: Town) -> None:
    published(town)
    case = applied(town, "film om hundkamper")
    dismiss(town, case)
    applied(town, "konsert", place=2)
    lists = town_lists(town)
    with reading(town.database) as session:
        found = word_uses.uses(session, lists, by=town.staff[OWNER], on=TODAY)
    use = found["ord-att-titta-pa", "hundkamp*"]
    assert (use.hits, use.cases, use.last, use.unused) == (1, 2, TODAY, False)
    assert use.rate == 0.5


def town_lists(town: Town) -> Any:
    with reading(town.database) as session:
        ruleset = rule_versions.chosen(session, town.board_id, CaseKind.GRANT, rules(), on=TODAY)
    assert ruleset is not None
    return ruleset.lists


def test_a_word_that_found_nothing_for_a_year_is_taken_out_of_the_next_version(town: Town) -> None:
    publication = published(town)
    again = town.do(rule_drafts.begin, Begin(version=publication.id), rules=rules(), role=OWNER)
    later = NOW + timedelta(days=400)
    with reading(town.database) as session:
        found = word_uses.uses(session, town_lists(town), by=town.staff[OWNER], on=later.date())
    assert found["ord-att-titta-pa", "hundkamp*"].unused
    kept = town.do(word_uses.retire, again.id, 1, role=OWNER, at=NOW)
    assert "hundkamp*" in kept.text
    gone = town.do(word_uses.retire, again.id, 1, role=OWNER, at=later)
    assert "hundkamp*" not in gone.text
    assert "# Minst två hundar" in gone.text
    with reading(town.database) as session:
        assert "hundkamp*" in session.get_one(store.RulePublication, publication.id).text


def in_conflict_with(town: Town, case: Case, role: Role) -> None:
    def declared(session: Any) -> None:
        by = town.staff[role]
        row = Conflict(board_id=town.board_id, case_id=case.id, user_id=by.id, ground="other", at=NOW)
        session.add(row)
        session.flush()
        session.note(Noted(action="conflict_declared", by=by, at=NOW, subject=row, case_id=case.id))

    write(town.database, declared)


def explained(town: Town, number: str, role: Role) -> Explanation:
    with reading(town.database) as session:
        return explanations.explain(session, number, "medlemmar-minst", rules=rules(), by=town.staff[role], on=TODAY)


def test_an_explanation_tells_where_a_value_came_from_and_is_closed_like_its_case(group_town: Town) -> None:
    town = group_town
    case = town.receive(clean_facts(members_total=3))
    found = explained(town, case.number, Role.CASEWORKER)
    ((_, root),) = found.trees
    assert root.read[0].origin.sv.startswith("föreningen, ")
    assert found.letter is not None
    assert "Antal medlemmar: 3." in found.letter.sv
    town.do(meetings.refer, case.number, "Fråga?", rules=rules())
    with pytest.raises(Refused) as unanswered:
        explained(town, case.number, Role.GROUP_MEMBER)
    assert unanswered.value.obstacle is Obstacle.CLOSED
    in_conflict_with(town, case, Role.CASEWORKER)
    with pytest.raises(Refused) as in_conflict:
        explained(town, case.number, Role.CASEWORKER)
    assert in_conflict.value.obstacle is Obstacle.MISSING


def test_a_what_if_leaves_out_cases_in_conflict(town: Town) -> None:
    town.receive()
    made = draft(town)
    assert tried(town, made.id).result["cases"] == 1
    case = town.receive(clean_facts(NUMBERS[1], "Kören Provtonen"))
    in_conflict_with(town, case, OWNER)
    assert tried(town, made.id).result["cases"] == 1


def test_a_plans_set_is_not_published_before_the_board_says_that_it_has_adopted_it(town: Town) -> None:
    new = Begin(ruleset="var-plan", builds_on="farsta-2021-med-grundkrav")
    made = town.do(rule_drafts.begin, new, rules=rules(), role=OWNER)
    tried(town, made.id)
    town.do(rule_drafts.hand_over, made.id, rules=rules(), role=OWNER)
    with pytest.raises(Refused) as error:
        publish(town, made.id)
    assert "som en annan nämnd har antagit" in said(error.value)


def test_the_same_rules_are_not_published_twice_not_even_after_they_were_withdrawn(town: Town) -> None:
    publication = published(town)
    town.do(rule_publishing.withdraw, publication.id, "Fel", role=Role.MANAGER)
    again = town.do(rule_drafts.begin, Begin(version=publication.id), rules=rules(), role=OWNER)
    tried(town, again.id)
    town.do(rule_drafts.hand_over, again.id, rules=rules(), role=OWNER)
    with pytest.raises(Refused) as error:
        publish(town, again.id)
    assert "desamma som i version 1" in said(error.value)


def test_only_a_trial_on_all_cases_opens_for_publishing(town: Town) -> None:
    made = draft(town)
    tried(town, made.id, what_if.Which(year=1990))
    town.do(rule_drafts.hand_over, made.id, rules=rules(), role=OWNER)
    with pytest.raises(Refused) as error:
        publish(town, made.id)
    assert "inte prövat" in said(error.value)
    error_at = refused(town, what_if.ask_for, made.id, what_if.Which(round_id=99999), rules=rules(), role=OWNER)
    assert error_at.obstacle is Obstacle.MISSING


def test_rules_that_would_have_ended_are_not_published(town: Town) -> None:
    made = draft(town, GUIDELINE.replace("valid: null", "valid: {from: 2020-01-01, to: 2021-01-01}"))
    tried(town, made.id)
    town.do(rule_drafts.hand_over, made.id, rules=rules(), role=OWNER)
    with pytest.raises(Refused) as error:
        publish(town, made.id)
    assert "slutat gälla" in said(error.value)


def test_no_case_is_moved_to_a_version_that_has_not_begun(town: Town) -> None:
    case = town.receive()
    publication = published(town, GUIDELINE.replace("valid: null", "valid: {from: 2030-01-01}"))
    assert "gäller inte i dag" in said(refused(town, rule_moves.move, [case.number], publication.id, rules=rules()))


def test_a_correction_goes_before_the_version_it_corrects_whichever_begins_first(town: Town) -> None:
    later = TODAY + timedelta(days=30)
    first = published(town, GUIDELINE.replace("valid: null", f"valid: {{from: {later}}}"))
    again = town.do(rule_drafts.begin, Begin(version=first.id), rules=rules(), role=OWNER)
    town.do(rule_drafts.save, Save(key=again.id, version=1, text=GUIDELINE), role=OWNER)
    tried(town, again.id)
    town.do(rule_drafts.hand_over, again.id, rules=rules(), role=OWNER)
    correction = publish(town, again.id)
    with reading(town.database) as session:
        found = store.in_force(session, town.board_id, "grant", later + timedelta(days=1))
    assert found is not None
    assert found.id == correction.id


@pytest.mark.parametrize("on", ["i höstas", "2026-11", "'20260101'"])
def test_a_day_of_adoption_that_is_no_day_is_told(town: Town, on: str) -> None:
    made = draft(town, GUIDELINE.replace("on: 2026-11-01, reference", f"on: {on}, reference"))
    assert "varken ett datum eller ett år" in " ".join(problem.what.sv for problem in look(town, made.id).problems)


def test_what_is_refused_for_its_meaning_today_does_not_break_what_was_published(town: Town) -> None:
    publication = published(town)
    with reading(town.database) as session:
        content = session.get_one(store.RuleVersion, publication.id).content
    content["lists"]["ord-att-titta-pa"]["entries"][0]["entry"] = "muslim*"
    assert thawed(content, rules().folder.book.catalogue).lists["ord-att-titta-pa"].words == ("muslim*",)


def test_a_worked_case_with_half_a_support_is_told_and_the_draft_can_be_opened(town: Town) -> None:
    worked = (
        "- {name: a, kind: grant, on: 2026-01-01, facts: {other_support: [{amount: 1}]}, expect: {proposal: approve}}\n"
    )
    made = draft(town, GUIDELINE, worked)
    assert "passar inte other_support" in look(town, made.id).problems[0].what.sv
