"""One step is next in a case: the true one, for whose it is; else who has it, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.casework.domain.test_gate_table import CLEAN, DAY
from tests.casework.domain.test_next_steps import DECIDED, STANDING, person
from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.gate_table import ClosedGate
from vetting.casework.domain.lead_steps import LeadStep, lead_step, signed_statements
from vetting.casework.domain.next_steps import CaseAct, CaseHolder, CaseProgress, possible_acts
from vetting.casework.domain.situations import CommunicationRound
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.kernel.text import same_in_both

OFFICER = Role.CASEWORKER
HELD = (ClosedGate("grundkontroll-klar", same_in_both("Inte klar."), same_in_both("Markera.")),)
UNCHECKED = replace(CLEAN, basic_check=False)
WRITTEN = CommunicationRound(
    points=frozenset({"a"}), reply_by=DAY + timedelta(days=9), replied=False, handled=False, unsent=True
)
GAP = (same_in_both("antal medlemmar"),)
NAMED = (same_in_both("Numret är en annans."), same_in_both("Red ut det."))


def lead(role: Role, **change: Any) -> LeadStep:
    case = replace(STANDING, **change)
    return lead_step(case, possible_acts(case), person(role))


def act(role: Role, **change: Any) -> CaseAct | None:
    step = lead(role, **change).step
    return step.act if step is not None else None


@pytest.mark.parametrize(
    ("change", "next_act"),
    [
        ({"situation": UNCHECKED, "holding_back": HELD}, CaseAct.REVIEW),
        ({"looks": 3, "situation": UNCHECKED}, CaseAct.REVIEW),
        ({"answered_on_conflict": False}, CaseAct.REVIEW),
        ({"approval": 54_000_00}, CaseAct.PROPOSE_APPROVAL),
        ({}, CaseAct.WRITE_PROPOSAL),
        ({"points_to_see": 1, "situation": UNCHECKED}, CaseAct.SEE_POINT),
        ({"situation": replace(UNCHECKED, gaps=GAP), "missing": True}, CaseAct.REQUEST_COMPLETION),
        (
            {"situation": replace(UNCHECKED, papers_unopened=True, papers_to_open=(4,))},
            CaseAct.READ_PAPERS,
        ),
        ({"situation": replace(UNCHECKED, papers_unopened=True)}, CaseAct.OPEN_PAPERS),
        ({"situation": replace(UNCHECKED, name_in_conflict=NAMED)}, CaseAct.SETTLE_NAME),
        ({"situation": replace(UNCHECKED, registered=False)}, CaseAct.REGISTER),
        ({"situation": replace(UNCHECKED, not_met=("a",))}, CaseAct.COMMUNICATE),
        (
            {"situation": replace(CLEAN, not_met=("a",), told=(WRITTEN,)), "waits_until": DAY + timedelta(days=9)},
            CaseAct.SEND_LETTER,
        ),
        (
            {"situation": replace(CLEAN, group_required=True, group_done=False), "shows_group": True},
            CaseAct.REFER,
        ),
        ({"state": CaseState.READY, "approval": 54_000_00}, CaseAct.PROPOSE_APPROVAL),
        ({"state": CaseState.READY}, CaseAct.PROPOSE),
        (
            {"state": CaseState.PAYMENT, "decided": replace(DECIDED, sent=False), "has_decisions": True},
            CaseAct.SEND_DECISION,
        ),
        ({"state": CaseState.PAYMENT, "decided": DECIDED, "has_decisions": True}, CaseAct.CHECK_IDENTITY),
    ],
)
def test_an_officer_is_shown_the_act_that_is_next(change: dict[str, Any], next_act: CaseAct) -> None:
    assert act(OFFICER, **change) is next_act
    assert lead(Role.AUDITOR, **change).step is None
    assert lead(Role.AUDITOR, **change).awaited is next_act


@pytest.mark.parametrize(
    ("change", "role", "next_act", "holder"),
    [
        ({"state": CaseState.READY, "is_proposed": True}, Role.DECISION_MAKER, CaseAct.DECIDE, "DECISION_MAKER"),
        (
            {"state": CaseState.PAYMENT, "decided": replace(DECIDED, identity_checked=True), "has_decisions": True},
            Role.FINANCE,
            CaseAct.PAY,
            "FINANCE",
        ),
        (
            {"state": CaseState.REPORTING, "decided": replace(DECIDED, reported=False), "has_decisions": True},
            Role.REGISTRAR,
            CaseAct.REPORT_DECISION,
            "REGISTRAR",
        ),
    ],
)
def test_what_is_anothers_is_their_act_and_tells_the_others_who_has_it(
    change: dict[str, Any], role: Role, next_act: CaseAct, holder: str
) -> None:
    assert act(role, **change) is next_act
    told = lead(Role.AUDITOR, **change)
    assert (told.step, told.holder) == (None, CaseHolder[holder])


def test_while_the_association_can_answer_nobody_has_a_button_and_the_last_day_is_told() -> None:
    until = DAY + timedelta(days=3)
    change = {"state": CaseState.COMPLETION, "waits_until": until, "situation": replace(UNCHECKED, gaps=GAP)}
    assert lead(OFFICER, **change) == LeadStep(None, CaseHolder.ASSOCIATION, until, None)
    over = {**change, "waits_until": DAY - timedelta(days=1), "missing": True}
    assert act(OFFICER, **over) is CaseAct.REQUEST_COMPLETION


def test_with_the_group_it_is_the_groups() -> None:
    told = lead(OFFICER, state=CaseState.REFERRED, situation=replace(UNCHECKED, referred=True))
    assert (told.step, told.holder) == (None, CaseHolder.GROUP)


def test_nothing_is_next_in_a_case_that_is_closed() -> None:
    assert lead(OFFICER, state=CaseState.CLOSED, decided=DECIDED) == LeadStep(None, None, None, None)


@pytest.mark.parametrize(
    "change",
    [
        {"points_to_see": 1},
        {"situation": replace(UNCHECKED, gaps=GAP)},
        {"situation": replace(UNCHECKED, not_met=("a",))},
        {"situation": replace(UNCHECKED, papers_unopened=True)},
        {"situation": replace(UNCHECKED, name_in_conflict=NAMED)},
        {"has_rules": False},
        {"state": CaseState.READY},
        {"state": CaseState.REFERRED, "situation": replace(UNCHECKED, referred=True)},
        {"state": CaseState.COMPLETION, "waits_until": DAY},
        {"situation": CLEAN},
    ],
)
def test_a_signature_covers_only_a_case_that_nothing_stands_in_the_way_of(change: dict[str, Any]) -> None:
    base = replace(STANDING, situation=UNCHECKED, looks=2)
    assert base.can_be_signed
    case = replace(base, **({"looks": 0} | change if change == {"situation": CLEAN} else change))
    assert not case.can_be_signed


def lines(case: CaseProgress, **more: Any) -> list[str]:
    return [words.to("sv").replace("\u00a0", " ") for words in signed_statements(case, **more)]


def test_what_is_signed_says_only_what_is_so() -> None:
    case = replace(STANDING, situation=UNCHECKED, papers=5, looks=1, answered_on_conflict=False)
    assert lines(case, opened=3, of_round=True) == [
        "uppgifterna i ärendet är lästa",
        "du har öppnat 3 av 5 handlingar, resten är inte granskade",
        "inget har framkommit om föreningen, 1 värdekriterium",
        "du är inte jävig i omgången",
        "grundkontrollen är klar",
    ]
    answered = replace(STANDING, situation=CLEAN, papers=0)
    assert lines(answered, opened=0, of_round=False, in_list=True) == [
        "uppgifterna i listan är lästa",
        "inga handlingar ligger i ärendet",
    ]


def test_the_routine_for_rooms_is_signed_for_where_nobody_has_said_that_it_was_followed() -> None:
    case = replace(
        STANDING,
        kind=CaseKind.BOOKING,
        state=CaseState.TO_CHECK,
        situation=replace(CLEAN, kind=CaseKind.BOOKING, routine_followed=False),
    )
    assert "rutinen för lokaluthyrning är följd" in lines(case, opened=0, of_round=False)
