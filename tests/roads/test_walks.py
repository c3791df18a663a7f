"""Random walks over the services: whatever is tried in whatever order, only allowed states and held gates come out."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections import Counter
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any
from unittest import mock

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from tests.board import ACT, NUMBERS, SMALL, BoardAtWork, clean_facts
from tests.factories import NOW
from tests.page_fixtures import TOKEN
from vetting.app.application import create_app
from vetting.casework.domain import gate_table
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.domain.cases import CaseMarkKind, CaseState, may_follow
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.models.assessments import EvidenceRow
from vetting.casework.models.cases import Case, Communication
from vetting.casework.models.cases import marks as marks_of
from vetting.casework.models.decisions import Decision, quashed_decisions
from vetting.casework.services import (
    after_decision,
    assessments,
    cases,
    communications,
    completions,
    decisions,
    meetings,
)
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.readable_cases import has_answered_on_conflict
from vetting.config import Config
from vetting.engine.evidence import CriterionAnswer, Evidence
from vetting.engine.facts import Facts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import ADVERSE, FAVOURABLE, DecisionGround, DecisionOutcome
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.kernel.working_days import first_open
from vetting.money.models.payments import Payment
from vetting.money.services import closing, payments
from vetting.operations.cli import vetting
from vetting.operations.database import schema
from vetting.workspace.services import waiting_decisions

pytestmark = pytest.mark.long

VALUE = "demokratisk-rattsstat"
DECIDED: Counter[str] = Counter()


@cache
def start() -> BoardAtWork:
    """The board that every walk begins in, closed: made once and copied."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = BoardAtWork(schema.open_database(f"sqlite:///{folder}/walk.db"), ruleset=SMALL).build(largest=35_000_00)
    made.database.close()
    return made


class Walk(RuleBasedStateMachine):
    """One case; every act is tried, whether it fits or not."""

    @initialize(
        members=st.sampled_from([2, 120]),
        minutes=st.sampled_from([True, None]),
        prepared=st.booleans(),
        lacks=st.just(""),
    )
    def begin(self, *, members: int, minutes: bool | None, prepared: bool, lacks: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.address = f"sqlite:///{shutil.copy(str(start().database.engine.url.database), self.folder.name)}"
        self.board = replace(start(), database=connect_database(self.address), staff=dict(start().staff))
        self.app: Any = None
        self.clients: dict[Role, Any] = {}
        self.number = self.board.receive(clean_facts(NUMBERS[0], members_total=members, annual_minutes=minutes)).number
        self.now = NOW
        self.before = CaseState.RECEIVED
        self.lacks = lacks if prepared else None
        if prepared:  # near a decision, so that walks get there
            self.prepare(lacks)
            self.before = CaseState.IN_PROGRESS
        self.amount = 39_000_00 if lacks == "behorig-beslutsfattare" else 30_000_00

    def prepare(self, lacks: str) -> None:
        """All that a decision needs, but for what one gate holds."""
        for service, arguments, role, gate in (
            (cases.mark_case, (CaseMarkKind.PAPERS_OPENED,), Role.CASEWORKER, ""),
            (assessments.record_nothing_found, (), Role.CASEWORKER, ""),
            (cases.mark_case, (CaseMarkKind.BASIC_CHECK,), Role.CASEWORKER, "grundkontroll-klar"),
            (decisions.declare_no_conflict, (), Role.CASEWORKER, "jav-provat"),
            (decisions.declare_no_conflict, (), Role.DECISION_MAKER, ""),
        ):
            if not lacks or lacks != gate:
                with suppress(Refused):  # where the walk has been since, it may not fit
                    self.board.do(service, self.number, *arguments, at=self.now, role=role)

    def teardown(self) -> None:
        if hasattr(self, "board"):
            if self.lacks is not None:  # no time to reply runs any longer, and what the walk took away is done anew
                self.now += timedelta(days=60)
                self.try_it(cases.mark_case, self.number, CaseMarkKind.GAP_ACCEPTED, text="Räcker.")
                self.prepare(self.lacks)
            self.go_for_a_decision(refuse=False, ground=DecisionGround.BUDGET)  # every walk ends with a try
            self.board.database.close()
            self.folder.cleanup()

    def try_it(self, service: Any, *arguments: Any, **more: Any) -> None:
        with suppress(Refused):
            self.board.do(service, *arguments, at=self.now, **more)
        self.only_allowed()

    @rule(days=st.integers(1, 20))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(kind=st.sampled_from([CaseMarkKind.PAPERS_OPENED, CaseMarkKind.BASIC_CHECK]))
    def mark(self, kind: CaseMarkKind) -> None:
        self.try_it(cases.mark_case, self.number, kind)

    @rule(text=st.sampled_from(["", "Räcker."]))
    def accept_gap(self, text: str) -> None:
        self.try_it(cases.mark_case, self.number, CaseMarkKind.GAP_ACCEPTED, text=text)

    @rule()
    def nothing_found(self) -> None:
        self.try_it(assessments.record_nothing_found, self.number)

    @rule(answer=st.sampled_from(list(CriterionAnswer)), evidence=st.sampled_from([None, ACT]))
    def assess(self, answer: CriterionAnswer, evidence: Evidence | None) -> None:
        given = NewAssessment(criterion=VALUE, answer=answer, reasons="x", evidence=evidence)
        self.try_it(assessments.assess, self.number, given, version=None)

    @rule()
    def withdraw_answer(self) -> None:
        self.try_it(assessments.withdraw_answer, self.number, VALUE, "Nytt.")

    @rule(members=st.integers(0, 10))
    def change(self, members: int) -> None:
        self.try_it(cases.change_facts, self.number, Facts({"members_total": members}), version=None)

    @rule()
    def complete(self) -> None:
        self.try_it(
            completions.request_completion, self.number, ("annual_minutes",), completions.NewCompletionRequest()
        )

    @rule()
    def ready(self) -> None:
        self.try_it(decisions.make_ready, self.number)

    @rule()
    def back(self) -> None:
        self.try_it(decisions.send_back, self.number)

    @rule(role=st.sampled_from([Role.CASEWORKER, Role.DECISION_MAKER]))
    def no_conflict(self, role: Role) -> None:
        self.try_it(decisions.declare_no_conflict, self.number, role=role)

    @rule()
    def communicate(self) -> None:
        self.try_it(
            communications.communicate,
            self.number,
            communications.NewCommunication(what="x", reply_by=first_open(self.now.date() + timedelta(days=10))),
        )

    @rule(
        outcome=st.sampled_from(list(DecisionOutcome)),
        amount=st.sampled_from([None, 30_000_00, 40_000_00]),
        ground=st.sampled_from(
            [(), (DecisionGround.CRITERION,), (DecisionGround.BUDGET,), (DecisionGround.NOT_COMPLETE,)]
        ),
        reasons=st.sampled_from(["", "Skäl."]),
    )
    def propose(
        self, outcome: DecisionOutcome, amount: int | None, ground: tuple[DecisionGround, ...], reasons: str
    ) -> None:
        draft = decisions.DecisionProposal(outcome=outcome, amount=amount, grounds=ground, reasons=reasons)
        self.try_it(decisions.propose_decision, self.number, draft, version=None)

    @rule(role=st.sampled_from(list(Role)))
    def decide_as(self, role: Role) -> None:
        self.decide(role)

    def decide(self, role: Role) -> None:
        self.try_it(decisions.decide, self.number, draft_version=self.board.draft_version(self.number), role=role)

    @rule(refuse=st.booleans(), ground=st.sampled_from([DecisionGround.BUDGET, DecisionGround.CRITERION]))
    def go_for_a_decision(self, *, refuse: bool, ground: DecisionGround) -> None:
        outcome = DecisionOutcome.REFUSED if refuse else DecisionOutcome.PARTLY_APPROVED
        draft = decisions.DecisionProposal(outcome=outcome, amount=self.amount, grounds=(ground,), reasons="Skäl.")
        self.try_it(decisions.propose_decision, self.number, draft, version=None)
        self.try_it(decisions.make_ready, self.number)
        self.decide(Role.DECISION_MAKER)

    @rule(what=st.sampled_from(list(DecisionEventKind)))
    def happens(self, what: DecisionEventKind) -> None:
        """Something happens to the newest decision: a court may quash it."""
        with open_reading(self.board.database) as s:
            key = s.scalar(select(func.max(Decision.id)).where(Decision.kind == "grant")) or 0
        new = after_decision.NewDecisionEvent(what=what, on=self.now.date(), court="Domstolen", number="T 1")
        self.try_it(after_decision.note_decision_event, key, new)

    @rule(because=st.sampled_from(["", "Något var fel."]))
    def reconsider(self, because: str) -> None:
        self.try_it(after_decision.reconsider_case, self.number, because)

    @rule()
    def close(self) -> None:
        self.try_it(closing.close_case, self.number)

    @rule(text=st.sampled_from(["", "Hur många?"]))
    def ask_back(self, text: str) -> None:
        self.try_it(waiting_decisions.ask_back, self.number, text, role=Role.DECISION_MAKER)

    @rule(amount=st.sampled_from([1, 30_000_00, 90_000_00]))
    def change_amount(self, amount: int) -> None:
        version = self.board.draft_version(self.number)
        self.try_it(
            waiting_decisions.change_amount,
            self.number,
            amount,
            "Skäl.",
            draft_version=version,
            role=Role.DECISION_MAKER,
        )

    @rule()
    def decide_in_list(self) -> None:
        version = self.board.draft_version(self.number)
        self.try_it(waiting_decisions.decide_as_proposed, self.number, version, role=Role.DECISION_MAKER)

    @rule()
    def hear(self) -> None:
        self.try_it(
            communications.note_hearing,
            self.number,
            communications.NewHearing(what="x", said="y", met="z", because="I morgon."),
        )

    @rule(
        role=st.sampled_from([Role.CASEWORKER, Role.DECISION_MAKER, Role.FINANCE, Role.AUDITOR]),
        act=st.sampled_from(["klar", "tillbaka", "inget", "avsluta", "aterkallad", "beslut/bekrafta", "jav"]),
    )
    def by_web(self, role: Role, act: str) -> None:
        """The same acts as somebody clicks them: refused ones are pages, never errors."""
        client = self.visitor(role)
        page = client.get("/tillganglighet").text
        found = TOKEN.search(page)
        assert found
        form = {"csrf_token": found[1], "answer": "no", "draft_version": str(self.board.draft_version(self.number))}
        with mock.patch("vetting.clock.now", return_value=self.now):
            answer = client.post(f"/arenden/{self.number}/{act}", data=form)
        assert answer.status_code in {303, 403, 404, 409, 422}, (act, answer.status_code)
        self.only_allowed()

    def visitor(self, role: Role) -> Any:
        """Somebody signed in, kept for the walk."""
        if role not in self.clients:
            self.app = self.app or create_app(Config(), self.board.database)
            client = self.app.test_client()
            found = TOKEN.search(client.get("/logga-in").text)
            assert found
            client.post(
                "/logga-in",
                data={"csrf_token": found[1], "login": f"{role.value}.norr", "password": "korrekt häst batteri"},
            )
            self.clients[role] = client
        return self.clients[role]

    @rule(command=st.sampled_from([("audit", "verify"), ("remind", "--board", "norr")]))
    def by_command(self, command: tuple[str, ...]) -> None:
        """The command line finds the trail whole, and changes nothing of the case."""
        with mock.patch.dict(os.environ, {"VETTING_DATABASE_URL": self.address}):
            done = CliRunner().invoke(vetting, list(command), standalone_mode=False)
        assert done.exception is None, done.exception
        assert not done.return_value, (command, done.output)
        self.only_allowed()

    @rule(role=st.sampled_from([Role.FINANCE, Role.DECISION_MAKER]))
    def pay(self, role: Role) -> None:
        self.try_it(payments.mark_paid, 1, paid_on=self.now.date(), version=None, role=role)

    @rule()
    def refer(self) -> None:
        self.try_it(meetings.refer_to_group, self.number, "?")

    @precondition(lambda self: self.now > NOW + timedelta(days=60))
    @rule()
    def withdraw(self) -> None:
        self.try_it(cases.withdraw_case, self.number)

    @precondition(lambda self: self.now > NOW + timedelta(days=60))
    @rule()
    def aside(self) -> None:
        self.try_it(meetings.recuse_person, self.number, ConflictGround.OTHER, role=Role.DECISION_MAKER)

    @invariant()
    def only_allowed(self) -> None:
        if not hasattr(self, "board"):
            return
        with open_reading(self.board.database) as s:
            case = s.scalars(select(Case)).one()
            made = s.scalars(select(Decision).order_by(Decision.id)).all()
            fallen = set(s.scalars(quashed_decisions()))
            paid = s.scalars(select(Payment)).all()
            state = CaseState(case.state)
            assert state is self.before or any_path(self.before, state)
            self.before = state
            assert [d.changes_id for d in made] == [None, *(d.id for d in made)][: len(made)]
            after = {CaseState.PAYMENT, CaseState.REPORTING, CaseState.DECIDED, CaseState.CLOSED}
            assert state not in after or made
            assert state in after or not made or case.reopened_at is not None
            out = sum(p.amount for p in paid if p.paid_on is not None)
            owed = sum(p.amount for p in paid if p.paid_on is None)
            last = made[-1] if made else None
            gives = last is not None and DecisionOutcome(last.outcome) in FAVOURABLE and last.id not in fallen
            assert not owed or (
                gives and state is CaseState.PAYMENT and last is not None and out + owed <= (last.amount or 0)
            )
            assert state is not CaseState.PAYMENT or owed
            assert all(p.paid_on is None or p.paid_by_id == self.board.staff[Role.FINANCE].id for p in paid)
            DECIDED.update(decision.outcome for decision in made)
            if last is not None and state in after:
                self.held_every_gate(s, case, last)

    def held_every_gate(self, s: Any, case: Case, decision: Decision) -> None:
        assert decision.by_user_id == self.board.staff[Role.DECISION_MAKER].id
        assert decision.reasons.strip()
        assert decision.appeal
        assert decision.reasons_at <= decision.decided_at
        assert (decision.amount or 0) <= 35_000_00
        assert case.officer_id is not None
        assert has_answered_on_conflict(s, case, case.officer_id)
        kinds = {mark.kind for mark in marks_of(s, case.id)}
        assert CaseMarkKind.BASIC_CHECK in kinds
        if DecisionOutcome(decision.outcome) in FAVOURABLE:
            assert set(decision.reservations) == {"stop", "report", "reclaim"}
        if DecisionOutcome(decision.outcome) in ADVERSE and set(decision.grounds) & {"criterion", "not_complete"}:
            told = s.scalars(select(Communication)).all()
            # Heard by word of mouth, or its answer met: then nobody waits out the time to reply.
            assert any(row.reply_by < decision.decided_on or (row.replied_on and row.handled) for row in told)
            by_person = s.scalars(select(EvidenceRow)).all()
            assert all(row.may_be_shown and row.inside_activity and row.verified for row in by_person)


def any_path(before: CaseState, after: CaseState) -> bool:
    """Whether one act may lead there; handling a received case and moving it on are one act."""
    return may_follow(before, after, CaseKind.GRANT) or (
        before is CaseState.RECEIVED and may_follow(CaseState.IN_PROGRESS, after, CaseKind.GRANT)
    )


def any_walks(count: int) -> settings:
    """So many walks, the same each time."""
    return settings(WALKS, max_examples=count)


WALKS = settings(
    max_examples=20,
    stateful_step_count=50,
    derandomize=True,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.guards("going round a gate", "2.3.1")
def test_no_walk_passes_a_gate_and_some_come_to_decisions() -> None:
    run_state_machine_as_test(Walk, settings=WALKS)
    assert DECIDED["approved"] + DECIDED["partly_approved"] > 0


WITHOUT = ("grundkontroll-klar", "jav-provat", "behorig-beslutsfattare")


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("gate", WITHOUT)
def test_a_gate_that_is_taken_away_is_caught(gate: str, *, taken: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """See it fail: a walk that lacks one thing ends in a decision only where the gate for it is gone, and is told."""
    if taken:
        left = tuple(row for row in gate_table.BEFORE_DECISION if row.id != gate)
        monkeypatch.setattr(gate_table, "BEFORE_DECISION", left)
    walk = Walk()
    walk.begin(members=120, minutes=True, prepared=True, lacks=gate)
    with pytest.raises(AssertionError) if taken else nullcontext():
        walk.teardown()
    walk.folder.cleanup()
