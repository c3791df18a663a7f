"""Each gate alone: open in a clean case, closed by the one thing it looks at, and every one of them in rules/gates.yaml."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.casework.domain.advice import Advice, departs_from_advice
from vetting.casework.domain.cases import FIRST, NEXT, OPEN, CaseState, may_follow
from vetting.casework.domain.gate_table import GATE_IDS, HELD_ELSEWHERE, GatedStep, closed_gates
from vetting.casework.domain.situations import CaseSituation, CommunicationRound, Competence, GateProposal
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome, Reservation
from vetting.kernel.text import same_in_both
from vetting.money.domain.reclaims import remaining_amount

if TYPE_CHECKING:
    from vetting.rules.services.rule_files import RulesFolder

DAY = date(2026, 11, 20)
APPROVAL = GateProposal(
    outcome=DecisionOutcome.APPROVED,
    amount=100,
    reasons="Skäl.",
    grounds=frozenset(),
    reservations=frozenset(Reservation),
    against_group="",
    appeal="Så överklagas beslutet.",
    written_at=datetime(2026, 11, 19, tzinfo=UTC),
)
REFUSAL = replace(APPROVAL, outcome=DecisionOutcome.REFUSED, amount=None, grounds=frozenset({DecisionGround.CRITERION}))
HEARD = CommunicationRound(points=frozenset({"a"}), reply_by=DAY - timedelta(days=1), replied=False, handled=False)
CLEAN = CaseSituation(
    kind=CaseKind.GRANT,
    on=DAY,
    registered=True,
    officer_checked_for_conflict=True,
    decider_checked_for_conflict=True,
    gaps=(),
    asked_to_complete=False,
    to_assess=(),
    papers_unopened=False,
    basic_check=True,
    group_required=True,
    group_done=True,
    group_advises_otherwise=False,
    not_met=(),
    not_met_without_act=(),
    told=(),
    adopted=date(2026, 1, 1),
    received_on=DAY,
    proposed=APPROVAL,
    competence=Competence(one=True, covers_kind=True, refusals=True, largest=100),
)
ADVERSE = replace(CLEAN, proposed=REFUSAL, not_met=("a",), told=(HEARD,))


def gates(case: CaseSituation, step: GatedStep = GatedStep.DECIDE) -> list[str]:
    return [gate.gate for gate in closed_gates(case, step)]


def test_a_clean_case_meets_no_closed_gate() -> None:
    assert gates(CLEAN) == gates(CLEAN, GatedStep.READY) == gates(ADVERSE) == []


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"registered": False}, "diariefort"),
        ({"gaps": (same_in_both("stadgar"),)}, "ansokan-komplett"),
        ({"to_assess": (same_in_both("x"),)}, "bedomningar-klara"),
        ({"papers_unopened": True}, "bedomningar-klara"),
        ({"basic_check": False}, "grundkontroll-klar"),
        ({"name_in_conflict": (same_in_both("x"), same_in_both("y"))}, "ratt-forening"),
        ({"coordinator_missing": True}, "referensgrupp-har-granskat"),
        ({"decided_by_person": False}, "manniska-har-beslutat"),
        ({"officer_checked_for_conflict": False}, "jav-provat"),
        ({"decider_checked_for_conflict": False}, "jav-provat"),
        ({"group_done": False}, "referensgrupp-har-granskat"),
        ({"group_advises_otherwise": True}, "referensgrupp-har-granskat"),
        ({"proposed": replace(APPROVAL, reasons=" ")}, "motivering-finns"),
        ({"competence": None}, "behorig-beslutsfattare"),
        (
            {"competence": Competence(one=False, covers_kind=True, refusals=True, largest=None)},
            "behorig-beslutsfattare",
        ),
        (
            {"competence": Competence(one=True, covers_kind=False, refusals=True, largest=None)},
            "behorig-beslutsfattare",
        ),
        ({"competence": Competence(one=True, covers_kind=True, refusals=True, largest=99)}, "behorig-beslutsfattare"),
        ({"proposed": replace(APPROVAL, reservations=frozenset({Reservation.STOP}))}, "forbehall-i-beslutet"),
        ({"proposed": replace(APPROVAL, appeal="")}, "underrattelse-och-overklagande"),
    ],
)
def test_an_approval_is_held_by_the_one_gate(change: dict[str, Any], gate: str) -> None:
    assert gates(replace(CLEAN, **change)) == [gate]


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"told": ()}, "kommunicerat"),
        ({"told": (replace(HEARD, points=frozenset({"b"})),)}, "kommunicerat"),
        ({"told": (replace(HEARD, reply_by=DAY),)}, "kommunicerat"),
        ({"told": (replace(HEARD, replied=True),)}, "kommunicerat"),
        ({"not_met_without_act": (same_in_both("x"),)}, "grund-ar-handling"),
        ({"adopted": None}, "regelverk-fanns-i-forvag"),
        ({"adopted": DAY + timedelta(days=1)}, "regelverk-fanns-i-forvag"),
        (
            {"competence": Competence(one=True, covers_kind=True, refusals=False, largest=None)},
            "behorig-beslutsfattare",
        ),
        ({"not_met": (), "told": (replace(HEARD, points=frozenset(), general=True),)}, "grund-ar-handling"),
        ({"told": (replace(HEARD, unsent=True),)}, "kommunicerat"),
    ],
)
def test_a_refusal_is_held_by_the_one_gate(change: dict[str, Any], gate: str) -> None:
    assert gates(replace(ADVERSE, **change)) == [gate]


def test_lack_of_money_is_no_adverse_finding() -> None:
    poor = replace(CLEAN, proposed=replace(REFUSAL, grounds=frozenset({DecisionGround.BUDGET})), adopted=None)
    assert gates(poor) == []


def test_what_is_incomplete_is_refused_only_after_the_chance_to_complete() -> None:
    incomplete = replace(
        CLEAN,
        gaps=(same_in_both("stadgar"),),
        told=(replace(HEARD, points=frozenset(), general=True),),
        proposed=replace(REFUSAL, grounds=frozenset({DecisionGround.NOT_COMPLETE})),
    )
    assert gates(incomplete) == ["komplettering-begard"]
    assert gates(replace(incomplete, asked_to_complete=True)) == []
    assert gates(replace(incomplete, asked_to_complete=True, told=(HEARD,))) == ["kommunicerat"]


def test_every_gate_of_the_table_is_named_and_sourced_in_the_rules(rules: RulesFolder) -> None:
    assert GATE_IDS | HELD_ELSEWHERE.keys() == rules.book.gates.keys()
    assert not HELD_ELSEWHERE.keys() & GATE_IDS


@given(st.data())
def test_a_gate_more_never_opens_another(data: st.DataObject) -> None:
    """Whatever else is lacking, what is closed stays closed."""
    one = data.draw(st.sampled_from(["registered", "basic_check", "group_done", "officer_checked_for_conflict"]))
    other = data.draw(st.sampled_from(["registered", "basic_check", "group_done", "decider_checked_for_conflict"]))
    both = set(gates(replace(CLEAN, **{one: False, other: False})))  # type: ignore[arg-type] # yes or no fields
    assert set(gates(replace(CLEAN, **{one: False}))) <= both  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("advice", "outcome", "against"),
    [
        (None, DecisionOutcome.REFUSED, False),
        (Advice.RECOMMENDS, DecisionOutcome.APPROVED, False),
        (Advice.RECOMMENDS, DecisionOutcome.REFUSED, True),
        (Advice.NO_OBJECTION, DecisionOutcome.DISMISSED, True),
        (Advice.ADVISES_AGAINST, DecisionOutcome.APPROVED, True),
        (Advice.ADVISES_AGAINST, DecisionOutcome.REFUSED, False),
        (Advice.POSTPONES, DecisionOutcome.APPROVED, False),
        (Advice.ADVISES_AGAINST, DecisionOutcome.PARTLY_APPROVED, True),
    ],
)
def test_when_a_decision_departs_from_the_advice(
    advice: Advice | None, outcome: DecisionOutcome, *, against: bool
) -> None:
    assert departs_from_advice(advice, outcome, has_conditions=False) is against


def test_a_yes_departs_from_advice_with_conditions_when_it_has_none() -> None:
    asked = Advice.WITH_CONDITIONS
    assert departs_from_advice(asked, DecisionOutcome.APPROVED, has_conditions=False)
    assert not departs_from_advice(asked, DecisionOutcome.APPROVED, has_conditions=True)
    assert departs_from_advice(asked, DecisionOutcome.REFUSED, has_conditions=True)


@pytest.mark.parametrize("kind", list(CaseKind))
def test_states_lead_only_to_states_and_an_end(kind: CaseKind) -> None:
    reached, waiting = set(), {FIRST[kind]}
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting |= set(NEXT[kind].get(state, ())) - reached
    ends = {state for state in reached if not NEXT[kind].get(state)}
    assert ends <= {CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.REFUSED, CaseState.CANCELLED, CaseState.RESCINDED}
    decided = {CaseState.PAYMENT, CaseState.CONFIRMED, CaseState.REFUSED}
    for state in OPEN - {CaseState.READY}:
        assert not any(may_follow(state, then, kind) for then in decided), state


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**10), max_size=6))
def test_nothing_below_nothing_remains(claimed: int, entries: list[int]) -> None:
    left = remaining_amount(claimed, entries)
    assert left >= 0
    assert left == max(0, claimed - sum(entries))
