"""A board's order, its delegation and what follows a decision: chosen as data, checked when it is used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import NOW, TODAY
from tests.town import GROUP, NUMBERS, Town, clean_facts, refused, rules
from vetting.domain.after_decision import Force, Happened
from vetting.domain.cases import Marked
from vetting.domain.delegation import Maker
from vetting.domain.gates import Must
from vetting.domain.people import Action, Person, Role
from vetting.domain.problem import Obstacle, Refused
from vetting.domain.ways import Habit, Held, Way
from vetting.services import (
    aftermath,
    board_order,
    cases,
    closing,
    decisions,
    delegations,
    order_changes,
    payments,
    people,
)
from vetting.services.aftermath import NewEvent
from vetting.services.board_order import ChosenRules, SetupStep
from vetting.services.case_files import case_file
from vetting.services.makers import Form
from vetting.store import verifying
from vetting.store.decisions import Decision, Delegation
from vetting.store.decisions import of_case as decisions_of
from vetting.store.payments import Payment
from vetting.store.people import Board
from vetting.store.session import reading, write

ADMIN = Role.ADMINISTRATOR


def order(town: Town) -> board_order.Order:
    with reading(town.database) as s:
        return board_order.order_of(s, town.board_id, rules(), on=TODAY)


def holding(town: Town, number: str) -> list[str]:
    with reading(town.database) as s:
        found = case_file(s, number, rules=rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
        return [gate.gate for gate in found.holding_back]


# ways of working


def test_each_way_has_its_gates_and_the_locked_ones_are_in_all(town: Town) -> None:
    on = {}
    for way in Way:
        town.do(board_order.set_way, way, rules=rules(), role=ADMIN)
        on[way] = {name for name, state in order(town).gates.items() if state.on}
    assert "referensgrupp-har-granskat" not in on[Way.SMALL]
    assert on[Way.GROUP] - on[Way.SMALL] == {"referensgrupp-har-granskat"}
    assert {"sarskilda-skal-vagda", "firmatecknare-legitimation-kontrollerad"} <= on[Way.FULL] - on[Way.GROUP]
    locked = {name for name, state in order(town).gates.items() if state.held is Held.ALWAYS}
    assert locked <= on[Way.SMALL]
    assert Habit.PAY_IN_FORCE in order(town).habits


def test_a_locked_gate_stays_and_an_open_one_is_the_boards_choice(town: Town) -> None:
    assert refused(town, board_order.set_gate, "behorig-beslutsfattare", "", on=False, rules=rules(), role=ADMIN) == (
        Obstacle.CLOSED,
        ["behorig-beslutsfattare"],
    )
    case = town.receive()
    assert "grundkontroll-klar" in holding(town, case.number)
    town.do(
        board_order.set_gate,
        "grundkontroll-klar",
        "Egen regel",
        on=False,
        because="Liten nämnd.",
        rules=rules(),
        role=ADMIN,
    )
    assert "grundkontroll-klar" not in holding(town, case.number)
    state = order(town).gates["grundkontroll-klar"]
    assert (state.on, state.held, state.legal) == (False, Held.CHOSEN, "Egen regel")
    town.do(board_order.set_gate, "grundkontroll-klar", "", on=None, rules=rules(), role=ADMIN)
    assert "grundkontroll-klar" in holding(town, case.number)


def test_a_gate_that_the_rules_in_force_require_is_on_whatever_the_board_chose(town: Town) -> None:
    town.do(
        board_order.set_gate,
        "referensgrupp-har-granskat",
        "",
        on=False,
        because="Ingen grupp.",
        rules=rules(),
        role=ADMIN,
    )
    given = ChosenRules(grant=GROUP, booking=GROUP, adopted_on=TODAY, adopted_as="EXN 1")
    found = town.do(board_order.choose_rules, given, rules=rules(), role=ADMIN)
    assert found.shows_group
    assert found.gates["referensgrupp-har-granskat"].held is Held.BY_RULES
    assert "referensgrupp-har-granskat" in holding(town, town.receive().number)
    with reading(town.database) as s:
        assert s.get_one(Board, town.board_id).with_group


def test_no_rules_at_all_are_never_chosen_by_an_empty_form(town: Town) -> None:
    nothing = ChosenRules(grant="", booking="", adopted_on=None, adopted_as="")
    assert refused(town, board_order.choose_rules, nothing, rules=rules(), role=ADMIN) == (Obstacle.INVALID, ["grant"])
    unknown = ChosenRules(grant="finns-inte", booking=GROUP, adopted_on=TODAY + timedelta(days=1), adopted_as="")
    assert refused(town, board_order.choose_rules, unknown, rules=rules(), role=ADMIN)[1] == ["grant", "adopted_on"]


def test_nobody_but_the_administrator_changes_the_order(town: Town) -> None:
    for role in set(Role) - {ADMIN}:
        assert refused(town, board_order.set_way, Way.FULL, rules=rules(), role=role)[0] is Obstacle.FORBIDDEN


def test_conflict_is_answered_in_every_case_where_the_board_has_that_habit(town: Town) -> None:
    first, second = town.receive(), town.receive(clean_facts(NUMBERS[1], "Andra"))
    town.do(decisions.declare_no_conflict, first.number)
    with reading(town.database) as s:
        seen = case_file(s, second.number, rules=rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
        assert seen.answered_on_conflict
    town.do(board_order.set_habits, frozenset({Habit.CONFLICT_PER_CASE}), rules=rules(), role=ADMIN)
    with reading(town.database) as s:
        seen = case_file(s, second.number, rules=rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
        assert not seen.answered_on_conflict


def test_the_steps_of_setting_up_are_done_or_skipped_and_count_what_is_there(town: Town) -> None:
    def steps() -> dict[SetupStep, str]:
        with reading(town.database) as s:
            return board_order.steps(s, s.get_one(Board, town.board_id))

    assert [step for step, state in steps().items() if not state] == [
        SetupStep.BOARD,
        SetupStep.WAY,
        SetupStep.LETTERHEAD,
    ]
    town.do(board_order.name_board, "Nya nämnden", "Kulturenheten", rules=rules(), role=ADMIN)
    town.do(board_order.skip, SetupStep.LETTERHEAD, rules=rules(), role=ADMIN)
    assert (steps()[SetupStep.BOARD], steps()[SetupStep.LETTERHEAD]) == ("done", "skipped")
    assert refused(town, board_order.name_board, " ", "", rules=rules(), role=ADMIN) == (Obstacle.INVALID, ["name"])


# delegation


def ready(town: Town, **more: Any) -> str:
    number = town.receive().number
    town.make_ready(number)
    town.propose(number, **more)
    town.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    return number


def row(town: Town, **more: Any) -> Delegation:
    given = {
        "user_id": town.staff[Role.DECISION_MAKER].id,
        "function": None,
        "maker": Maker.DELEGATE,
        "point": "9",
        "kinds": ("grant",),
        "largest": None,
        "refusals": True,
        "valid_from": date(2026, 1, 1),
        "valid_to": None,
    } | more
    found: Delegation = town.do(delegations.add, delegations.NewRow(**given), role=ADMIN)
    assert found.waits
    agreed: Delegation = town.do(delegations.answer, found.id, yes=True, role=Role.MANAGER)
    return agreed


def end_all(town: Town, last: date) -> None:
    with reading(town.database) as s:
        keys = s.scalars(
            select(Delegation.id).where(Delegation.board_id == town.board_id, Delegation.valid_to.is_(None))
        ).all()
    for key in keys:
        town.do(delegations.end, key, last, role=ADMIN)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"user_id": None}, "user_id"),
        ({"function": Role.MANAGER}, "user_id"),
        ({"kinds": ()}, "kinds"),
        ({"kinds": ("everything",)}, "kinds"),
        ({"valid_to": date(2025, 1, 1)}, "valid_to"),
        ({"largest": 0}, "largest"),
        ({"user_id": None, "function": Role.GROUP_MEMBER}, "function"),
    ],
)
def test_a_row_that_cannot_be_is_refused_and_a_group_never_gets_one(town: Town, change: Any, where: str) -> None:
    with pytest.raises(Refused) as refused:
        row(town, **change)
    assert [problem.where for problem in refused.value.problems] == [where]


def test_only_decision_makers_of_the_board_can_be_named(town: Town) -> None:
    other = Town(town.database, code="syd").build()
    for user in (town.staff[Role.CASEWORKER], other.staff[Role.DECISION_MAKER]):
        with pytest.raises(Refused):
            row(town, user_id=user.id)


def test_a_right_that_has_ended_decides_nothing(town: Town) -> None:
    number = ready(town)
    end_all(town, TODAY - timedelta(days=1))
    assert undecidable(town, number) == (Obstacle.CLOSED, ["behorig-beslutsfattare"])
    row(town)
    assert town.decide(number).delegation_point == "9"


def undecidable(town: Town, number: str) -> tuple[Obstacle, list[str]]:
    """How a decision is refused."""
    with pytest.raises(Refused) as refused:
        town.decide(number)
    return refused.value.obstacle, [problem.where for problem in refused.value.problems]


def test_a_right_that_has_ended_is_not_revived_by_ending_it_again(town: Town) -> None:
    gone = row(town, valid_to=date(2026, 2, 1))
    assert refused(town, delegations.end, gone.id, TODAY, role=ADMIN) == (Obstacle.STALE, ["valid_to"])
    ahead = row(town, valid_from=TODAY + timedelta(days=10))
    assert town.do(delegations.end, ahead.id, TODAY, role=ADMIN).valid_to < ahead.valid_from


def test_a_quashed_decision_takes_every_later_one_and_every_unpaid_payment_with_it(town: Town) -> None:
    number, first = decided(town)
    for minute in (1, 2):
        later = {"at": NOW + timedelta(minutes=minute)}
        town.do(aftermath.reconsider, number, "Fel.", rules=rules(), role=Role.DECISION_MAKER, **later)
        after = {"at": NOW + timedelta(minutes=minute, seconds=30)}
        town.do(cases.mark, number, Marked.BASIC_CHECK, rules=rules(), **after)
        town.do(decisions.make_ready, number, rules=rules(), **after)
        town.propose(number)
        town.decide(number)
    assert payments_left(town) == [40_000_00]
    note(town, first.id, Happened.APPEALED, court="Förvaltningsrätten", number="T 1")
    note(town, first.id, Happened.QUASHED)
    assert payments_left(town) == []
    with reading(town.database) as s:
        stands = [aftermath.standing_of(s, one, TODAY).force for one in decisions_of(s, town.case(number).id)]
    assert stands == [Force.QUASHED] * 3


def test_a_substitute_decides_by_the_absent_ones_right_and_the_decision_says_so(town: Town) -> None:
    number = ready(town)
    away, other = town.staff[Role.DECISION_MAKER], town.somebody(Role.DECISION_MAKER, "ersattare")
    town.staff[Role.MANAGER] = other
    town.do(decisions.declare_no_conflict, number, role=Role.MANAGER)
    assert _refused_decision(town, number) == ["behorig-beslutsfattare"]
    row_ = town.do(delegations.be_absent, away.id, other.id, TODAY, TODAY, role=Role.DECISION_MAKER)
    decision = town.decide(number, role=Role.MANAGER)
    assert (decision.substitute_for, decision.delegation_point) == (away.name, "4.2")
    town.do(delegations.come_back, row_.id, role=Role.DECISION_MAKER)
    with pytest.raises(Refused):
        town.do(delegations.come_back, row_.id, role=Role.DECISION_MAKER)


def _refused_decision(town: Town, number: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        town.decide(number, role=Role.MANAGER)
    return [problem.where for problem in refused.value.problems]


def test_an_absence_is_ones_own_to_note_and_names_another_decision_maker(town: Town) -> None:
    own, other = town.staff[Role.DECISION_MAKER], town.somebody(Role.DECISION_MAKER, "ersattare")
    be = delegations.be_absent
    assert refused(town, be, own.id, other.id, TODAY, TODAY, role=Role.CASEWORKER)[0] is Obstacle.FORBIDDEN
    assert refused(town, be, own.id, own.id, TODAY, TODAY, role=Role.DECISION_MAKER)[1] == ["substitute_id"]
    assert refused(town, be, own.id, other.id, TODAY, TODAY - timedelta(days=1), role=Role.DECISION_MAKER)[1] == [
        "last_on"
    ]
    assert refused(town, be, own.id, town.staff[Role.CASEWORKER].id, TODAY, TODAY, role=ADMIN)[1] == [
        "user_id",
        "substitute_id",
    ]
    assert refused(town, be, own.id, other.id, TODAY, TODAY, role=ADMIN)[1] == ["user_id"]  # power given by one person
    too_long = TODAY + timedelta(days=367)
    assert refused(town, be, own.id, other.id, TODAY, too_long, role=Role.DECISION_MAKER)[1] == ["last_on"]


def test_whoever_holds_a_function_decides_by_it(town: Town) -> None:
    number = ready(town)
    end_all(town, TODAY - timedelta(days=1))
    both = town.staff[Role.DECISION_MAKER]
    town.staff[Role.DECISION_MAKER] = Person(
        id=both.id,
        name=both.name,
        board_id=both.board_id,
        board=both.board,
        roles=frozenset({Role.DECISION_MAKER, Role.MANAGER}),
    )
    row(town, user_id=None, function=Role.MANAGER, point="7.1")
    assert town.decide(number).delegation_point == "7.1"


def test_the_board_decides_by_a_paragraph_and_the_chair_only_what_cannot_wait(town: Town) -> None:
    number = ready(town)
    end_all(town, TODAY - timedelta(days=1))
    row(town, maker=Maker.BOARD, point="")
    assert undecidable(town, number) == (Obstacle.INVALID, ["paragraph"])
    end_all(town, TODAY - timedelta(days=1))
    row(town, maker=Maker.CHAIR, point="ordf", valid_from=TODAY)
    assert undecidable(town, number) == (Obstacle.INVALID, ["urgent_because"])
    decision = town.decide(number, form=Form(urgent_because="Evenemanget är i morgon."))
    assert (decision.maker, decision.urgent_because) == ("chair", "Evenemanget är i morgon.")


def test_delegated_decisions_wait_until_they_are_reported_once(town: Town) -> None:
    town.approve()
    with reading(town.database) as s:
        [(decision, _)] = delegations.unreported(s, town.staff[Role.REGISTRAR], Action.REGISTER_CASE)
    report = delegations.report
    assert refused(town, report, [], TODAY, "§ 5", role=Role.REGISTRAR)[1] == ["decision"]
    assert refused(town, report, [decision.id], TODAY - timedelta(days=9), "§ 5", role=Role.REGISTRAR)[1] == ["on"]
    town.do(report, [decision.id], TODAY, "§ 5", role=Role.REGISTRAR)
    assert refused(town, report, [decision.id], TODAY, "§ 5", role=Role.REGISTRAR)[0] is Obstacle.STALE


# after the decision


def note(town: Town, key: int, what: Happened, on: date = TODAY, at: Any = NOW, **more: Any) -> None:
    town.do(aftermath.note, key, NewEvent(what=what, on=on, **more), rules=rules(), at=at)


def decided(town: Town) -> tuple[str, Decision]:
    case = town.approve()
    with reading(town.database) as s:
        return case.number, decisions_of(s, case.id)[0]


def payments_left(town: Town) -> list[int | None]:
    with reading(town.database) as s:
        return [row.amount for row in s.scalars(select(Payment).order_by(Payment.id))]


def note_refused(town: Town, key: int, what: Happened) -> list[str]:
    """What a note about a decision is refused for."""
    event = aftermath.NewEvent(what=what, on=TODAY)
    return refused(town, aftermath.note, key, event, rules=rules(), role=Role.REGISTRAR)[1]


def force_of(town: Town, decision: Any, on: Any) -> Force:
    with reading(town.database) as s:
        return aftermath.standing_of(s, s.get_one(Decision, decision.id), on).force


def test_a_delegates_decision_gains_force_from_the_notice_of_the_minutes_where_it_was_reported(town: Town) -> None:
    _, decision = decided(town)
    month = TODAY + timedelta(days=30)
    assert force_of(town, decision, month) is Force.NOT_REPORTED
    town.do(delegations.report, [decision.id], TODAY, "§ 5", role=Role.REGISTRAR)
    assert force_of(town, decision, month) is Force.NOT_ANNOUNCED
    note(town, decision.id, Happened.ANNOUNCED)
    assert force_of(town, decision, TODAY) is Force.APPEAL_RUNNING
    assert force_of(town, decision, month) is Force.IN_FORCE


def test_a_board_that_keeps_a_special_record_counts_from_its_notice(town: Town) -> None:
    town.do(board_order.set_habits, frozenset({Habit.SPECIAL_RECORD}), rules=rules(), role=ADMIN)
    _, decision = decided(town)
    note(town, decision.id, Happened.ANNOUNCED)
    assert force_of(town, decision, TODAY + timedelta(days=30)) is Force.IN_FORCE


def test_hearing_is_switched_off_only_with_basis_reason_and_a_second_person(town: Town) -> None:
    off: dict[str, Any] = {"on": False, "rules": rules()}
    gate = "kommunicerat"
    assert refused(town, board_order.set_gate, gate, "", **off, role=ADMIN) == (
        Obstacle.INVALID,
        ["gate-because", "legal"],
    )
    town.do(board_order.set_gate, gate, "Nämndens beslut § 3", because="Prövas.", **off, role=ADMIN)
    town.do(board_order.set_gate, gate, "Nämndens beslut § 3", because="Prövas.", **off, role=ADMIN)
    assert (order(town).gates[gate].on, order(town).gates[gate].waits) == (True, True)
    town.staff[Role.MANAGER] = town.somebody(Role.ADMINISTRATOR, "second")
    town.do(board_order.set_gate, gate, "Nämndens beslut § 3", because="Prövas.", **off, role=Role.MANAGER)
    assert (order(town).gates[gate].on, order(town).gates[gate].because) == (False, "Prövas.")


@pytest.mark.parametrize("gate", ["motivering-finns", "bedomningar-klara", "jav-provat", "manniska-har-beslutat"])
def test_what_law_demands_cannot_be_switched_off(town: Town, gate: str) -> None:
    act = refused(town, board_order.set_gate, gate, "x", on=False, because="x", rules=rules(), role=ADMIN)
    assert act == (Obstacle.CLOSED, [gate])


def test_payment_waits_for_force_where_the_board_waits(town: Town) -> None:
    _, decision = decided(town)
    town.do(board_order.set_habits, frozenset({Habit.PAY_IN_FORCE}), rules=rules(), role=ADMIN)
    with reading(town.database) as s:
        key = s.scalars(select(Payment.id)).one()
    assert note_refused(town, decision.id, Happened.ANNOUNCED) == ["what"]  # a delegate's: reported to the board first
    town.do(delegations.report, [decision.id], TODAY, "§ 5", role=Role.REGISTRAR)
    note(town, decision.id, Happened.ANNOUNCED)
    pay: dict[str, Any] = {"version": None, "rules": rules(), "role": Role.FINANCE}
    assert refused(town, payments.mark_paid, key, paid_on=TODAY, **pay)[0] is Obstacle.CLOSED
    later = TODAY + timedelta(days=22)
    town.do(payments.mark_paid, key, paid_on=later, at=NOW + timedelta(days=23), **pay)


def test_a_suspended_or_quashed_decision_is_never_paid(town: Town) -> None:
    _, decision = decided(town)
    with reading(town.database) as s:
        key = s.scalars(select(Payment.id)).one()
    note(town, decision.id, Happened.APPEALED, court="Förvaltningsrätten", number="T 1")
    note(town, decision.id, Happened.INHIBITED)
    pay: dict[str, Any] = {"paid_on": TODAY, "version": None, "rules": rules(), "role": Role.FINANCE}
    assert refused(town, payments.mark_paid, key, **pay)[0] is Obstacle.CLOSED
    note(town, decision.id, Happened.QUASHED)
    assert payments_left(town) == []
    assert refused(town, payments.mark_paid, key, **pay)[0] is Obstacle.MISSING


def test_a_quashed_decision_opens_its_case_returns_others_and_counts_for_nothing(town: Town) -> None:
    number, decision = decided(town)
    other = town.receive(round_id=None)
    assert _looked(town, other.number) is not None
    note(town, decision.id, Happened.APPEALED, court="Förvaltningsrätten", number="T 1")
    note(town, decision.id, Happened.QUASHED)
    assert town.case(number).state == "in_progress"
    assert town.case(other.number).look_again_because == "quashed"
    assert _looked(town, other.number) is None
    with reading(town.database) as s:
        assert aftermath.standing_of(s, decision, TODAY).force is Force.QUASHED
        assert verifying.verify(s).problems == []


def _looked(town: Town, number: str) -> Any:
    with reading(town.database) as s:
        file = case_file(s, number, rules=rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
        assert file.screening
        return file.screening.facts.values.get("previously_vetted_on")


def test_a_new_decision_points_to_the_old_and_only_the_difference_is_paid(town: Town) -> None:
    number, old = decided(town)
    assert refused(town, aftermath.reconsider, number, " ", rules=rules(), role=Role.DECISION_MAKER) == (
        Obstacle.INVALID,
        ["because"],
    )
    town.do(aftermath.reconsider, number, "Fel belopp i beslutet.", rules=rules(), role=Role.DECISION_MAKER)
    assert town.case(number).state == "in_progress"
    with reading(town.database) as s:
        key = s.scalars(select(Payment.id)).one()
    pay: dict[str, Any] = {"paid_on": TODAY, "version": None, "rules": rules(), "role": Role.FINANCE}
    assert refused(town, payments.mark_paid, key, **pay)[0] is Obstacle.CLOSED  # not while the case is open
    assert holding(town, number) == ["grundkontroll-klar"]  # a case that was opened again is gone through again
    town.do(cases.mark, number, Marked.BASIC_CHECK, rules=rules(), at=NOW + timedelta(minutes=1))
    town.do(decisions.make_ready, number, rules=rules())
    town.propose(number)
    new = town.decide(number)
    assert new.changes_id == old.id
    assert payments_left(town) == [40_000_00]


def test_what_is_paid_is_not_reconsidered_but_reclaimed(town: Town) -> None:
    number, _ = decided(town)
    with reading(town.database) as s:
        key = s.scalars(select(Payment.id)).one()
    town.do(payments.mark_paid, key, paid_on=TODAY, version=None, rules=rules(), role=Role.FINANCE)
    assert refused(town, aftermath.reconsider, number, "Fel.", rules=rules())[0] is Obstacle.CLOSED


def test_a_case_is_closed_when_it_is_sent_reported_and_cannot_be_appealed(town: Town) -> None:
    number, decision = decided(town)
    close = closing.close
    assert refused(town, close, number, rules=rules())[0] is Obstacle.CLOSED
    with reading(town.database) as s:
        key = s.scalars(select(Payment.id)).one()
    town.do(payments.mark_paid, key, paid_on=TODAY, version=None, rules=rules(), role=Role.FINANCE)
    # The rules of the town's board require that a granted association is followed up.
    assert refused(town, close, number, rules=rules())[1] == [
        "underrattelse-och-overklagande",
        "delegationsbeslut-anmalt",
        "beviljad-forening-uppfoljd",
    ]
    note(town, decision.id, Happened.SENT)
    town.do(delegations.report, [decision.id], TODAY, "§ 5", role=Role.REGISTRAR)
    note(town, decision.id, Happened.ANNOUNCED)
    mark = cases.mark
    assert refused(town, mark, number, Marked.FOLLOWED_UP, rules=rules()) == (Obstacle.INVALID, ["text"])
    town.do(mark, number, Marked.FOLLOWED_UP, text="Besökt i juni.", rules=rules())
    assert refused(town, close, number, rules=rules()) == (Obstacle.CLOSED, [number])
    town.do(close, number, rules=rules(), at=NOW + timedelta(days=23))
    assert town.case(number).state == "closed"


def test_the_signatory_is_identified_before_payment_where_that_is_required(town: Town) -> None:
    town.do(board_order.set_gate, "firmatecknare-legitimation-kontrollerad", "", on=True, rules=rules(), role=ADMIN)
    number, _ = decided(town)
    with reading(town.database) as s:
        key = s.scalars(select(Payment.id)).one()
    pay: dict[str, Any] = {"paid_on": TODAY, "version": None, "rules": rules(), "role": Role.FINANCE}
    assert refused(town, payments.mark_paid, key, **pay) == (
        Obstacle.CLOSED,
        ["firmatecknare-legitimation-kontrollerad"],
    )
    town.do(cases.mark, number, Marked.IDENTITY_CHECKED, rules=rules())
    town.do(payments.mark_paid, key, **pay)


def test_manager_and_auditor_read_what_was_changed_by_whom_and_the_others_do_not(town: Town) -> None:
    def changes(role: Role) -> list[tuple[str, str]]:
        with reading(town.database) as s:
            order = board_order.order_of(s, town.board_id, rules(), on=TODAY)
            found = order_changes.recent(s, order.gates, by=town.staff[role], on=TODAY)
        return [(one.what.sv, one.by) for one in found]

    def change(service: Any, *given: Any, **more: Any) -> None:
        town.do(service, *given, **more, rules=rules(), role=Role.ADMINISTRATOR)

    change(board_order.set_way, Way.SMALL)
    change(board_order.set_court, "Förvaltningsrätten i Exempelstad")
    with reading(town.database) as s:
        gates = board_order.order_of(s, town.board_id, rules(), on=TODAY).gates
    open_gate = next(
        name
        for name, state in gates.items()
        if state.on and not state.locked and state.gate.must is not Must.TWO_PERSONS
    )
    change(board_order.set_gate, open_gate, "", on=False, because="Få ärenden.")
    change(board_order.set_gate, "kommunicerat", "Nämndens beslut § 4.", on=False, because="Bråttom.")
    by = town.staff[Role.ADMINISTRATOR].name
    told = changes(Role.MANAGER)
    assert changes(Role.AUDITOR) == told
    assert changes(Role.CASEWORKER) == []
    assert all(who == by for what, who in told if what.startswith("Ändrade"))
    said = [what for what, _ in told]
    assert "någon vill stänga av den (Bråttom.)" in said[0]
    assert "av (Få ärenden.)" in said[1]
    assert said[2] == "Ändrade nämndens ordning: förvaltningsrätt: Förvaltningsrätten i Exempelstad"
    assert said[3] == "Ändrade nämndens ordning: arbetssätt"
    assert any(what.startswith("Lade till ett konto: ") for what in said)
    write(town.database, lambda s: people.deactivate(s, "registrar.norr", by=None, at=NOW))
    assert changes(Role.AUDITOR)[0][0].startswith("Avslutade ett konto: ")
