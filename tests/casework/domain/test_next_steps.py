"""What can be done in a case: offered where it can be done, held by what comes first, and told whose it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.casework.domain.test_gate_table import CLEAN, DAY
from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.domain.gate_table import ClosedGate
from vetting.casework.domain.lead_steps import lead_step
from vetting.casework.domain.next_steps import (
    CLOSABLE,
    FOLLOW_UP_GATE,
    HOLDER_WORDS,
    IDENTITY_GATE,
    NEXT_ACTS,
    OTHER_ACTS,
    ROUTINE_GATE,
    CaseAct,
    CaseHolder,
    CaseProgress,
    acts_of,
    holder_of,
    next_steps,
    possible_acts,
)
from vetting.casework.domain.row_tags import tag_of
from vetting.casework.domain.situations import DecidedSituation
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Person, Role
from vetting.kernel.text import same_in_both

UNREGISTERED = ClosedGate("diariefort", same_in_both("Inte diariefört."), same_in_both("Skriv numret."))
STANDING = CaseProgress(
    kind=CaseKind.GRANT,
    state=CaseState.IN_PROGRESS,
    situation=CLEAN,
    decided=None,
    holding_back=(),
    holding_open=(),
    looks=0,
    has_rules=True,
    answered_on_conflict=True,
    has_decisions=False,
    has_payments=False,
    has_association=True,
    shows_group=False,
    missing=False,
    gaps=False,
    look_again=False,
    begun=False,
    several_times=False,
    waits_until=None,
)
DECIDED = DecidedSituation(
    granted=True,
    identity_checked=False,
    sent=True,
    reported=True,
    followed_up=False,
    report_left=False,
    report_come=False,
    report_late=False,
    aid_registered=True,
    extract_handed_in=True,
    appeal_open=False,
)


def person(*roles: Role) -> Person:
    return Person(id=7, name="Kim", board_id=1, board="Norr", roles=frozenset(roles))


def mine(case: CaseProgress, *roles: Role) -> list[CaseAct]:
    return [step.act for step in next_steps(case, person(*roles)) if step.mine]


@pytest.mark.parametrize(
    ("change", "role", "act"),
    [
        ({"answered_on_conflict": False}, Role.CASEWORKER, CaseAct.ANSWER_ON_CONFLICT),
        ({"situation": replace(CLEAN, papers_unopened=True)}, Role.CASEWORKER, CaseAct.OPEN_PAPERS),
        ({"looks": 2}, Role.CASEWORKER, CaseAct.NOTHING_FOUND),
        ({"situation": replace(CLEAN, basic_check=False)}, Role.CASEWORKER, CaseAct.BASIC_CHECK),
        (
            {
                "kind": CaseKind.BOOKING,
                "state": CaseState.TO_CHECK,
                "situation": replace(CLEAN, routine_followed=False),
            },
            Role.PREMISES,
            CaseAct.FOLLOW_ROUTINE,
        ),
        ({"state": CaseState.READY}, Role.DECISION_MAKER, CaseAct.PROPOSE),
        ({"state": CaseState.PAYMENT, "decided": DECIDED}, Role.CASEWORKER, CaseAct.CHECK_IDENTITY),
        (
            {
                "state": CaseState.REPORTING,
                "decided": DECIDED,
                "holding_open": (UNREGISTERED._replace(gate=FOLLOW_UP_GATE),),
            },
            Role.CASEWORKER,
            CaseAct.FOLLOW_UP,
        ),
        ({"state": CaseState.DECIDED, "has_decisions": True}, Role.DECISION_MAKER, CaseAct.RECONSIDER),
        ({"kind": CaseKind.BOOKING, "state": CaseState.CONFIRMED}, Role.PREMISES, CaseAct.RESCIND),
        ({"state": CaseState.REPORTING, "has_payments": True}, Role.CASEWORKER, CaseAct.OPEN_RECLAIM),
    ],
)
def test_one_thing_that_is_so_offers_one_act_more_to_whose_it_is(
    change: dict[str, Any], role: Role, act: CaseAct
) -> None:
    case = replace(STANDING, **change)
    assert act in mine(case, role)
    assert act not in mine(STANDING, role)
    assert act not in mine(case, Role.AUDITOR)
    told = {step.act: step for step in next_steps(case, person(Role.AUDITOR))}
    assert role in told[act].roles


@pytest.mark.parametrize(
    "change",
    [
        {"kind": CaseKind.BOOKING, "situation": replace(CLEAN, routine_followed=False, off=frozenset({ROUTINE_GATE}))},
        {"state": CaseState.PAYMENT, "decided": replace(DECIDED, off=frozenset({IDENTITY_GATE}))},
        {"state": CaseState.PAYMENT, "decided": replace(DECIDED, granted=False)},
    ],
)
def test_what_the_board_does_not_ask_is_not_offered(change: dict[str, Any]) -> None:
    offered = mine(replace(STANDING, **change), Role.CASEWORKER, Role.PREMISES)
    assert not {CaseAct.FOLLOW_ROUTINE, CaseAct.CHECK_IDENTITY} & set(offered)


def test_the_step_that_leads_on_is_the_one_unless_something_holds_it() -> None:
    held = replace(STANDING, holding_back=(UNREGISTERED,))
    for case, first, why in ((STANDING, [CaseAct.MAKE_READY], ()), (held, [], (UNREGISTERED,))):
        steps = {step.act: step for step in next_steps(case, person(Role.CASEWORKER))}
        assert [step.act for step in steps.values() if step.primary] == first
        assert steps[CaseAct.MAKE_READY].why_not == why
    closing = replace(STANDING, state=CaseState.DECIDED, decided=DECIDED, holding_open=(UNREGISTERED,))
    assert [step.why_not for step in next_steps(closing, person()) if step.act is CaseAct.CLOSE] == [(UNREGISTERED,)]


def test_premises_staff_may_do_in_a_booking_what_they_may_not_in_an_application() -> None:
    booking = replace(STANDING, kind=CaseKind.BOOKING, state=CaseState.TO_CHECK)
    assert CaseAct.MAKE_READY in acts_of(booking, person(Role.PREMISES))
    assert acts_of(STANDING, person(Role.PREMISES)) == {}
    assert [Role.PREMISES in step.roles for step in next_steps(booking, person())] == [True, True]
    assert [Role.PREMISES in step.roles for step in next_steps(STANDING, person())] == [False, False]
    assert acts_of(booking, person(Role.PREMISES))[CaseAct.WITHDRAW].label.sv == "Bokaren avbokar"


@pytest.mark.parametrize(
    ("state", "waits", "holder"),
    [
        (CaseState.RECEIVED, None, CaseHolder.OFFICER),
        (CaseState.COMPLETION, DAY, CaseHolder.ASSOCIATION),
        (CaseState.COMPLETION, DAY - timedelta(days=1), CaseHolder.OFFICER),
        (CaseState.COMMUNICATION, DAY + timedelta(days=9), CaseHolder.ASSOCIATION),
        (CaseState.IN_PROGRESS, DAY + timedelta(days=9), CaseHolder.OFFICER),
        (CaseState.REFERRED, None, CaseHolder.GROUP),
        (CaseState.READY, None, CaseHolder.OFFICER),
        (CaseState.PAYMENT, None, CaseHolder.FINANCE),
        (CaseState.REPORTING, None, CaseHolder.OFFICER),
        (CaseState.CLOSED, None, None),
        (CaseState.CONFIRMED, None, None),
        (CaseState.WITHDRAWN, None, None),
    ],
)
def test_who_has_the_next_move(state: CaseState, waits: Any, holder: CaseHolder | None) -> None:
    assert holder_of(replace(STANDING, state=state, waits_until=waits)) is holder
    if state is CaseState.READY:
        assert holder_of(replace(STANDING, state=state, is_proposed=True)) is CaseHolder.DECISION_MAKER
    if state is CaseState.REFERRED:
        alone = replace(STANDING.situation, with_coordinator=True)
        assert holder_of(replace(STANDING, state=state, situation=alone)) is CaseHolder.COORDINATOR
    assert HOLDER_WORDS.keys() == set(CaseHolder)


def test_an_amount_that_could_not_be_read_is_written_before_anything_is_signed() -> None:
    clean = replace(STANDING, state=CaseState.IN_PROGRESS, kind=CaseKind.GRANT, looks=1)
    unread = replace(clean, amount_unread=True)
    assert clean.can_be_signed
    assert not unread.can_be_signed
    officer = person(Role.CASEWORKER)
    assert lead_step(unread, possible_acts(unread), officer).awaited is CaseAct.CHANGE_FACTS
    assert tag_of(unread).words.sv == "Beloppet går inte att läsa"


@given(
    st.sampled_from(CaseState),
    st.sampled_from(CaseKind),
    st.sets(st.sampled_from(Role), max_size=3),
    st.lists(st.booleans(), min_size=10, max_size=10),
)
def test_nothing_before_a_decision_is_offered_after_it_and_the_other_way_round(
    state: CaseState, kind: CaseKind, roles: set[Role], so: list[bool]
) -> None:
    names = [
        "has_rules",
        "answered_on_conflict",
        "has_decisions",
        "has_payments",
        "has_association",
        "shows_group",
        "missing",
        "gaps",
        "look_again",
        "begun",
    ]
    case = replace(STANDING, kind=kind, state=state, **dict(zip(names, so, strict=True)))  # type: ignore[arg-type] # yes or no fields
    who = person(*roles)
    acts = acts_of(case, who)
    before = {CaseAct.MAKE_READY, CaseAct.PROPOSE, CaseAct.BASIC_CHECK, CaseAct.ASSESS, CaseAct.REQUEST_COMPLETION}
    after = {CaseAct.CLOSE, CaseAct.RECONSIDER, CaseAct.RESCIND, CaseAct.OPEN_RECLAIM, CaseAct.CHANGE_ACCOUNT}
    assert not acts.keys() & (after if state in OPEN else before)
    assert (CaseAct.CLOSE in acts) <= (state in CLOSABLE)
    assert {step.act for step in next_steps(case, who) if step.mine} <= acts.keys()
    assert all(step.roles for step in acts.values())


def test_every_act_stands_once_in_the_table() -> None:
    rows = [row.act for row in (*NEXT_ACTS, *OTHER_ACTS)]
    assert sorted(rows) == sorted(CaseAct)


def test_a_row_is_not_called_gone_through_while_a_value_criterion_waits_to_be_looked_at() -> None:
    seen = replace(STANDING, state=CaseState.IN_PROGRESS, situation=replace(STANDING.situation, basic_check=True))
    assert tag_of(seen).words.sv == "Granskad"
    assert tag_of(replace(seen, looks=2)).words.sv == "Inga hinder"


@pytest.mark.parametrize("gone_through", [False, True])
def test_a_row_with_papers_that_nobody_reviewed_says_so(*, gone_through: bool) -> None:
    situation = replace(STANDING.situation, basic_check=gone_through, papers_unopened=True)
    unread = replace(STANDING, state=CaseState.IN_PROGRESS, situation=situation)
    assert tag_of(unread).words.sv == "Handlingar inte granskade"
