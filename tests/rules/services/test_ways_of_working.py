"""A board's order, its delegation and what follows a decision: chosen as data, checked when it is used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import GROUP, NUMBERS, BoardAtWork, clean_facts, refused, rules
from tests.factories import NOW, TODAY
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.domain.legal_force import DecisionEventKind, DecisionForce
from vetting.casework.models.decisions import Decision
from vetting.casework.models.decisions import of_case as decisions_of
from vetting.casework.services import after_decision, cases, decisions, reported_decisions
from vetting.casework.services.after_decision import NewDecisionEvent
from vetting.casework.services.reported_decisions import count_unreported, report_decisions, unreported_decisions
from vetting.engine.gate_definitions import GateObligation
from vetting.kernel.decision_outcomes import DecisionForm
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action, Person, Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.money.models.payments import Payment
from vetting.money.services import closing, payments
from vetting.people.domain.delegation import DecisionAuthority
from vetting.people.domain.ways_of_working import BoardOption, GateReason, WayOfWorking, mark_of
from vetting.people.models.delegation import Delegation
from vetting.people.models.people import Board
from vetting.people.services import delegation, role_endings, roles, sign_in
from vetting.people.services.setup_steps import SetupStep
from vetting.records.services import settings_changes
from vetting.rules.services import ways_of_working
from vetting.rules.services.ways_of_working import ChosenRules
from vetting.workspace.services.case_files import case_file

ADMIN = Role.ADMINISTRATOR


def order(board: BoardAtWork) -> ways_of_working.BoardSettings:
    with open_reading(board.database) as s:
        return ways_of_working.settings_of_board(s, board.board_id, on=TODAY)


def holding(board: BoardAtWork, number: str) -> list[str]:
    with open_reading(board.database) as s:
        found = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)
        return [gate.gate for gate in found.standing.holding_back]


# ways of working


@pytest.mark.both_engines
def test_each_way_has_its_gates_and_the_locked_ones_are_in_all(board: BoardAtWork) -> None:
    on = {}
    for way in WayOfWorking:
        board.do(ways_of_working.set_way, way, role=ADMIN)
        on[way] = {name for name, state in order(board).gates.items() if state.on}
    assert "referensgrupp-har-granskat" not in on[WayOfWorking.SMALL]
    assert on[WayOfWorking.GROUP] - on[WayOfWorking.SMALL] == {"referensgrupp-har-granskat"}
    assert {"sarskilda-skal-vagda", "firmatecknare-legitimation-kontrollerad"} <= on[WayOfWorking.FULL] - on[
        WayOfWorking.GROUP
    ]
    locked = {name for name, state in order(board).gates.items() if state.held is GateReason.ALWAYS}
    assert locked <= on[WayOfWorking.SMALL]
    assert BoardOption.PAY_IN_FORCE in order(board).habits


def answer_gate(board: BoardAtWork, gate: str, *, yes: bool, role: Role = Role.MANAGER) -> None:
    seen = mark_of(order(board).board.gates[gate])
    board.do(ways_of_working.answer_gate, gate, yes=yes, seen=seen, role=role)


def agree(board: BoardAtWork, gate: str, *, yes: bool = True) -> None:
    answer_gate(board, gate, yes=yes)


def off(board: BoardAtWork, gate: str, because: str = "Få ärenden.") -> None:
    board.do(ways_of_working.set_gate, gate, "", on=False, because=because, role=ADMIN)


@pytest.mark.guards("one person who gives herself power")
def test_a_gate_is_switched_off_when_a_second_person_agrees(board: BoardAtWork) -> None:
    gate = "grundkontroll-klar"
    off(board, gate)
    off(board, gate)  # the same person twice is one person
    assert (order(board).gates[gate].on, order(board).gates[gate].waits) == (True, True)
    with open_reading(board.database) as s:
        assert roles.waiting_for(acting(s, board.staff[Role.MANAGER])) == (0, 0, 1, 0, 0)
        assert roles.waiting_for(acting(s, board.staff[ADMIN])) == (0, 0, 0, 0, 0)
    seen = mark_of(order(board).board.gates[gate])
    given = {"yes": True, "seen": seen}
    own = refused(board, ways_of_working.answer_gate, gate, role=ADMIN, **given)
    assert own[0] is Obstacle.CLOSED
    forbidden = refused(board, ways_of_working.answer_gate, gate, role=Role.CASEWORKER, **given)
    assert forbidden[0] is Obstacle.FORBIDDEN
    agree(board, gate, yes=False)
    assert (order(board).gates[gate].on, order(board).gates[gate].waits) == (True, False)
    assert refused(board, ways_of_working.answer_gate, gate, role=Role.MANAGER, **given)[0] is Obstacle.MISSING
    off(board, gate)
    answer_gate(board, gate, yes=False, role=ADMIN)  # taken back
    assert not order(board).gates[gate].waits
    off(board, gate)
    agree(board, gate)
    assert (order(board).gates[gate].on, order(board).gates[gate].because) == (False, "Få ärenden.")
    off(board, gate, "Nytt skäl.")  # off already: another reason needs nobody's yes
    assert (order(board).gates[gate].on, order(board).gates[gate].because) == (False, "Nytt skäl.")


def test_another_way_of_working_takes_no_gate_away_alone(board: BoardAtWork) -> None:
    board.do(ways_of_working.set_way, WayOfWorking.FULL, role=ADMIN)
    lost = "sarskilda-skal-vagda"
    assert order(board).gates[lost].on
    board.do(ways_of_working.set_way, WayOfWorking.SMALL, role=ADMIN)
    found = order(board)
    assert (found.way, found.gates[lost].on, found.gates[lost].waits) == (WayOfWorking.SMALL, True, True)
    board.do(ways_of_working.set_gate, lost, "", on=None, because="Som arbetssättet.", role=ADMIN)
    assert (order(board).gates[lost].on, order(board).gates[lost].waits) == (True, True)
    agree(board, lost, yes=False)
    assert (order(board).gates[lost].on, order(board).gates[lost].waits) == (True, False)
    board.do(ways_of_working.set_gate, lost, "", on=None, because="Som arbetssättet.", role=ADMIN)
    agree(board, lost)
    assert not order(board).gates[lost].on


@pytest.mark.guards("one person who gives herself power")
def test_a_yes_is_to_what_was_read_and_to_nothing_that_is_asked_for_later(board: BoardAtWork) -> None:
    """The attack: one basis is shown, another is put in its place, and the yes is taken for both."""
    gate = "kommunicerat"

    def ask(legal: str) -> str:
        given = {"on": False, "because": "Prövas.", "role": ADMIN}
        board.do(ways_of_working.set_gate, gate, legal, **given)
        return mark_of(order(board).board.gates[gate])

    seen = ask("Nämndens beslut § 1")
    ask("Nämndens beslut § 2")
    late = {"yes": True, "seen": seen, "role": Role.MANAGER}
    assert refused(board, ways_of_working.answer_gate, gate, **late)[0] is Obstacle.CLOSED
    assert order(board).gates[gate].on
    agree(board, gate)
    assert not order(board).gates[gate].on
    ask("Nämndens beslut § 3")  # what takes two is agreed to anew
    assert (order(board).gates[gate].on, order(board).gates[gate].waits) == (True, True)
    other = "grundkontroll-klar"
    off(board, other)
    agree(board, other)
    off(board, other, "Nytt skäl.")
    assert "agreed_by" not in order(board).board.gates[other]  # nobody has agreed to that reason


def test_another_account_for_what_is_asked_back_waits_for_a_second_person(board: BoardAtWork) -> None:
    """The attack: money that is asked back is led to an account of one's own."""

    def ask(account: str) -> str:
        board.do(ways_of_working.set_pay_to, account, role=ADMIN)
        return mark_of(order(board).board.pay_to_asked)

    def answer(seen: str, *, yes: bool, role: Role = Role.MANAGER) -> str:
        board.do(ways_of_working.answer_pay_to, yes=yes, seen=seen, role=role)
        return order(board).board.pay_to

    seen = ask("bankgiro 123-4567")
    assert order(board).board.pay_to == ""
    with open_reading(board.database) as s:
        assert roles.waiting_for(acting(s, board.staff[Role.MANAGER])).accounts == 1
        assert roles.waiting_for(acting(s, board.staff[ADMIN])).accounts == 0
    for role in (ADMIN, Role.CASEWORKER):
        why = Obstacle.CLOSED if role is ADMIN else Obstacle.FORBIDDEN
        given = {"yes": True, "seen": seen, "role": role}
        assert refused(board, ways_of_working.answer_pay_to, **given)[0] is why
    assert answer(seen, yes=True) == "bankgiro 123-4567"
    seen = ask("plusgiro 1-2")
    ask("plusgiro 3-4")
    late = {"yes": True, "seen": seen, "role": Role.MANAGER}
    assert refused(board, ways_of_working.answer_pay_to, **late)[0] is Obstacle.CLOSED
    assert answer("", yes=False, role=ADMIN) == "bankgiro 123-4567"  # taken back
    assert refused(board, ways_of_working.answer_pay_to, **late)[0] is Obstacle.MISSING
    ask("bankgiro 123-4567")
    assert order(board).board.pay_to_asked == {}  # as it is: nothing to ask


def test_the_boards_decision_to_adopt_its_rules_is_not_one_persons_to_change(board: BoardAtWork) -> None:
    """The attack: rules that a refusal rests on are said to have been adopted long before."""
    with open_reading(board.database) as s:
        held = s.get_one(Board, board.board_id).rules

    def chosen(on: date | None) -> ChosenRules:
        names = {kind: str(held.get(kind, "")) for kind in ("grant", "booking")}
        return ChosenRules(**names, adopted_on=on, adopted_as="PÅHITT 1" if on else "")

    given = {"role": ADMIN}
    assert refused(board, ways_of_working.choose_rules, chosen(date(1999, 1, 1)), **given)[0] is Obstacle.CLOSED


@pytest.mark.guards("one person who gives herself power")
def test_acts_are_kept_apart_until_a_second_person_agrees(board: BoardAtWork) -> None:
    def choose(*chosen: BoardOption) -> frozenset[BoardOption]:
        board.do(ways_of_working.set_habits, frozenset(chosen), role=ADMIN)
        return order(board).habits

    decides, pays, named = BoardOption.OTHER_DECIDES, BoardOption.OTHER_PAYS, BoardOption.SIGNED_BY_NAME
    assert choose(decides, pays, named) == {decides, pays, named}  # to keep apart takes nobody's yes
    assert choose() == {decides, pays}
    assert choose(decides) == {decides, pays}  # what waits is not decided by saving the others anew
    with open_reading(board.database) as s:
        assert roles.waiting_for(acting(s, board.staff[Role.MANAGER])).pairs == 2
        assert roles.waiting_for(acting(s, board.staff[ADMIN])).pairs == 0

    def answer(habit: str, role: Role, *, yes: bool) -> frozenset[BoardOption]:
        board.do(ways_of_working.answer_habit, habit, yes=yes, role=role)
        return order(board).habits

    for role, why in ((ADMIN, Obstacle.CLOSED), (Role.CASEWORKER, Obstacle.FORBIDDEN)):
        assert refused(board, ways_of_working.answer_habit, decides, yes=True, role=role)[0] is why
    assert answer(decides, Role.MANAGER, yes=True) == {pays}
    assert answer(pays, Role.MANAGER, yes=False) == {pays}
    for habit in (decides, pays, named, "waits", "because"):
        answered = refused(board, ways_of_working.answer_habit, habit, yes=True, role=Role.MANAGER)
        assert answered[0] is Obstacle.MISSING
    choose()
    assert answer(pays, ADMIN, yes=False) == {pays}  # taken back
    assert choose(pays, named) == {pays, named}


def test_another_way_of_working_joins_no_acts_alone(board: BoardAtWork) -> None:
    apart = {BoardOption.OTHER_DECIDES, BoardOption.OTHER_PAYS, BoardOption.OTHER_LIFTS}

    def waiting(way: WayOfWorking) -> int:
        board.do(ways_of_working.set_way, way, role=ADMIN)
        with open_reading(board.database) as s:
            return roles.waiting_for(acting(s, board.staff[Role.MANAGER])).pairs

    assert waiting(WayOfWorking.FULL) == 0
    assert waiting(WayOfWorking.SMALL) == 3
    assert order(board).habits == apart
    assert waiting(WayOfWorking.FULL) == 0  # there is nothing to ask any more
    assert waiting(WayOfWorking.GROUP) == 3
    board.do(ways_of_working.answer_habit, "other_pays", yes=True, role=Role.MANAGER)
    assert order(board).habits == apart - {BoardOption.OTHER_PAYS}


def test_where_nobody_else_can_agree_a_gate_is_switched_off_at_once_but_hearing_is_not(board: BoardAtWork) -> None:
    boss = board.staff[Role.MANAGER].id
    run_in_transaction(
        board.database,
        lambda s: role_endings.end_role(acting(s, None, NOW), boss, Role.MANAGER, board_id=board.board_id),
    )
    off(board, "grundkontroll-klar")
    assert not order(board).gates["grundkontroll-klar"].on
    for habits in ({BoardOption.OTHER_PAYS}, set()):
        board.do(ways_of_working.set_habits, frozenset(habits), role=ADMIN)
        assert order(board).habits == habits
    legal = {"because": "Prövas.", "on": False, "role": ADMIN}
    board.do(ways_of_working.set_gate, "kommunicerat", "Nämndens beslut § 3", **legal)
    assert order(board).gates["kommunicerat"].on


def test_a_locked_gate_stays_and_an_open_one_is_the_boards_choice(board: BoardAtWork) -> None:
    assert refused(board, ways_of_working.set_gate, "behorig-beslutsfattare", "", on=False, role=ADMIN) == (
        Obstacle.CLOSED,
        ["behorig-beslutsfattare"],
    )
    case = board.receive()
    assert "grundkontroll-klar" in holding(board, case.number)
    board.do(ways_of_working.set_gate, "grundkontroll-klar", "Egen regel", on=False, because="Liten nämnd.", role=ADMIN)
    assert "grundkontroll-klar" in holding(board, case.number)
    agree(board, "grundkontroll-klar")
    assert "grundkontroll-klar" not in holding(board, case.number)
    state = order(board).gates["grundkontroll-klar"]
    assert (state.on, state.held, state.legal) == (False, GateReason.CHOSEN, "Egen regel")
    board.do(ways_of_working.set_gate, "grundkontroll-klar", "", on=None, role=ADMIN)
    assert "grundkontroll-klar" in holding(board, case.number)


def test_a_gate_that_the_rules_in_force_require_is_on_whatever_the_board_chose(board: BoardAtWork) -> None:
    board.do(ways_of_working.set_gate, "referensgrupp-har-granskat", "", on=False, because="Ingen grupp.", role=ADMIN)
    given = ChosenRules(grant=GROUP, booking=GROUP, adopted_on=TODAY, adopted_as="EXN 1")
    assert refused(board, ways_of_working.choose_rules, given, role=ADMIN) == (
        Obstacle.CLOSED,  # rules that hold are not swapped by one person
        ["grant"],
    )
    server = Person(id=0, name="vetting", board_id=board.board_id, board="", roles=frozenset({ADMIN}))
    found = run_in_transaction(board.database, lambda s: ways_of_working.choose_rules(acting(s, server, NOW), given))
    assert found.shows_group
    assert found.gates["referensgrupp-har-granskat"].held is GateReason.BY_RULES
    assert "referensgrupp-har-granskat" in holding(board, board.receive().number)
    with open_reading(board.database) as s:
        assert s.get_one(Board, board.board_id).with_group


def test_no_rules_at_all_are_never_chosen_by_an_empty_form(board: BoardAtWork) -> None:
    nothing = ChosenRules(grant="", booking="", adopted_on=None, adopted_as="")
    assert refused(board, ways_of_working.choose_rules, nothing, role=ADMIN) == (Obstacle.INVALID, ["grant"])
    unknown = ChosenRules(grant="finns-inte", booking=GROUP, adopted_on=TODAY + timedelta(days=1), adopted_as="")
    assert refused(board, ways_of_working.choose_rules, unknown, role=ADMIN)[1] == ["grant", "adopted_on"]


def test_nobody_but_the_administrator_changes_the_order(board: BoardAtWork) -> None:
    for role in set(Role) - {ADMIN}:
        assert refused(board, ways_of_working.set_way, WayOfWorking.FULL, role=role)[0] is Obstacle.FORBIDDEN


def test_conflict_is_answered_in_every_case_where_the_board_has_that_habit(board: BoardAtWork) -> None:
    first, second = board.receive(), board.receive(clean_facts(NUMBERS[1], "Andra"))
    board.do(decisions.declare_no_conflict, first.number)
    with open_reading(board.database) as s:
        seen = case_file(acting(s, board.staff[Role.CASEWORKER]), second.number, on=TODAY)
        assert seen.answered_on_conflict
    board.do(ways_of_working.set_habits, frozenset({BoardOption.CONFLICT_PER_CASE}), role=ADMIN)
    with open_reading(board.database) as s:
        seen = case_file(acting(s, board.staff[Role.CASEWORKER]), second.number, on=TODAY)
        assert not seen.answered_on_conflict


def test_the_steps_of_setting_up_are_done_or_skipped_and_count_what_is_there(board: BoardAtWork) -> None:
    def steps() -> dict[SetupStep, str]:
        with open_reading(board.database) as s:
            return ways_of_working.setup_steps(s, s.get_one(Board, board.board_id))

    assert [step for step, state in steps().items() if not state] == [
        SetupStep.BOARD,
        SetupStep.WAY,
        SetupStep.LETTERHEAD,
    ]
    board.do(ways_of_working.name_board, "Nya nämnden", "Kulturenheten", role=ADMIN)
    board.do(ways_of_working.skip_step, SetupStep.LETTERHEAD, role=ADMIN)
    assert (steps()[SetupStep.BOARD], steps()[SetupStep.LETTERHEAD]) == ("done", "skipped")
    assert refused(board, ways_of_working.name_board, " ", "", role=ADMIN) == (Obstacle.INVALID, ["name"])


# delegation


def ready(board: BoardAtWork, **more: Any) -> str:
    number = board.receive().number
    board.make_ready(number)
    board.propose(number, **more)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    return number


def row(board: BoardAtWork, **more: Any) -> Delegation:
    given = {
        "user_id": board.staff[Role.DECISION_MAKER].id,
        "function": None,
        "maker": DecisionAuthority.DELEGATE,
        "point": "9",
        "kinds": ("grant",),
        "largest": None,
        "refusals": True,
        "valid_from": date(2026, 1, 1),
        "valid_to": None,
    } | more
    found: Delegation = board.do(delegation.add_delegation, delegation.NewDelegationRow(**given), role=ADMIN)
    assert found.waits
    agreed: Delegation = board.do(delegation.answer_delegation, found.id, yes=True, role=Role.MANAGER)
    return agreed


def end_all(board: BoardAtWork, last: date) -> None:
    with open_reading(board.database) as s:
        keys = s.scalars(
            select(Delegation.id).where(Delegation.board_id == board.board_id, Delegation.valid_to.is_(None))
        ).all()
    for key in keys:
        board.do(delegation.end_delegation, key, last, role=ADMIN)


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
def test_a_row_that_cannot_be_is_refused_and_a_group_never_gets_one(
    board: BoardAtWork, change: Any, where: str
) -> None:
    with pytest.raises(Refused) as refused:
        row(board, **change)
    assert [problem.where for problem in refused.value.problems] == [where]


def test_only_decision_makers_of_the_board_can_be_named(board: BoardAtWork) -> None:
    other = BoardAtWork(board.database, code="syd").build()
    for user in (board.staff[Role.CASEWORKER], other.staff[Role.DECISION_MAKER]):
        with pytest.raises(Refused):
            row(board, user_id=user.id)


def test_a_right_that_has_ended_decides_nothing(board: BoardAtWork) -> None:
    number = ready(board)
    end_all(board, TODAY - timedelta(days=1))
    assert undecidable(board, number) == (Obstacle.CLOSED, ["behorig-beslutsfattare"])
    row(board)
    assert board.decide(number).delegation_point == "9"


def undecidable(board: BoardAtWork, number: str) -> tuple[Obstacle, list[str]]:
    """How a decision is refused."""
    with pytest.raises(Refused) as refused:
        board.decide(number)
    return refused.value.obstacle, [problem.where for problem in refused.value.problems]


def test_a_right_that_has_ended_is_not_revived_by_ending_it_again(board: BoardAtWork) -> None:
    gone = row(board, valid_to=date(2026, 2, 1))
    assert refused(board, delegation.end_delegation, gone.id, TODAY, role=ADMIN) == (Obstacle.STALE, ["valid_to"])
    ahead = row(board, valid_from=TODAY + timedelta(days=10))
    assert board.do(delegation.end_delegation, ahead.id, TODAY, role=ADMIN).valid_to < ahead.valid_from


def test_a_quashed_decision_takes_every_later_one_and_every_unpaid_payment_with_it(board: BoardAtWork) -> None:
    number, first = decided(board)
    for minute in (1, 2):
        later = {"at": NOW + timedelta(minutes=minute)}
        board.do(after_decision.reconsider_case, number, "Fel.", role=Role.DECISION_MAKER, **later)
        after = {"at": NOW + timedelta(minutes=minute, seconds=30)}
        board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK, **after)
        board.do(decisions.make_ready, number, **after)
        board.propose(number)
        board.decide(number)
    assert payments_left(board) == [40_000_00]
    note(board, first.id, DecisionEventKind.APPEALED, court="Förvaltningsrätten", number="T 1")
    note(board, first.id, DecisionEventKind.QUASHED)
    assert payments_left(board) == []
    with open_reading(board.database) as s:
        stands = [after_decision.standing_of(s, one, TODAY).force for one in decisions_of(s, board.case(number).id)]
    assert stands == [DecisionForce.QUASHED] * 3


def test_a_substitute_decides_by_the_absent_ones_right_and_the_decision_says_so(board: BoardAtWork) -> None:
    number = ready(board)
    away, other = board.staff[Role.DECISION_MAKER], board.somebody(Role.DECISION_MAKER, "ersattare")
    board.staff[Role.MANAGER] = other
    board.do(decisions.declare_no_conflict, number, role=Role.MANAGER)
    assert _refused_decision(board, number) == ["behorig-beslutsfattare"]
    row_ = board.do(delegation.be_absent, away.id, other.id, TODAY, TODAY, role=Role.DECISION_MAKER)
    decision = board.decide(number, role=Role.MANAGER)
    assert (decision.substitute_for, decision.delegation_point) == (away.name, "4.2")
    board.do(delegation.come_back, row_.id, role=Role.DECISION_MAKER)
    with pytest.raises(Refused):
        board.do(delegation.come_back, row_.id, role=Role.DECISION_MAKER)


def _refused_decision(board: BoardAtWork, number: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        board.decide(number, role=Role.MANAGER)
    return [problem.where for problem in refused.value.problems]


def test_an_absence_is_ones_own_to_note_and_names_another_decision_maker(board: BoardAtWork) -> None:
    own, other = board.staff[Role.DECISION_MAKER], board.somebody(Role.DECISION_MAKER, "ersattare")
    be = delegation.be_absent
    assert refused(board, be, own.id, other.id, TODAY, TODAY, role=Role.CASEWORKER)[0] is Obstacle.FORBIDDEN
    assert refused(board, be, own.id, own.id, TODAY, TODAY, role=Role.DECISION_MAKER)[1] == ["substitute_id"]
    assert refused(board, be, own.id, other.id, TODAY, TODAY - timedelta(days=1), role=Role.DECISION_MAKER)[1] == [
        "last_on"
    ]
    assert refused(board, be, own.id, board.staff[Role.CASEWORKER].id, TODAY, TODAY, role=ADMIN)[1] == [
        "user_id",
        "substitute_id",
    ]
    assert refused(board, be, own.id, other.id, TODAY, TODAY, role=ADMIN)[1] == ["user_id"]  # power given by one person
    too_long = TODAY + timedelta(days=367)
    assert refused(board, be, own.id, other.id, TODAY, too_long, role=Role.DECISION_MAKER)[1] == ["last_on"]


def test_whoever_holds_a_function_decides_by_it(board: BoardAtWork) -> None:
    number = ready(board)
    end_all(board, TODAY - timedelta(days=1))
    both = board.staff[Role.DECISION_MAKER]
    board.staff[Role.DECISION_MAKER] = Person(
        id=both.id,
        name=both.name,
        board_id=both.board_id,
        board=both.board,
        roles=frozenset({Role.DECISION_MAKER, Role.MANAGER}),
    )
    row(board, user_id=None, function=Role.MANAGER, point="7.1")
    assert board.decide(number).delegation_point == "7.1"


def test_the_board_decides_by_a_paragraph_and_the_chair_only_what_cannot_wait(board: BoardAtWork) -> None:
    number = ready(board)
    end_all(board, TODAY - timedelta(days=1))
    row(board, maker=DecisionAuthority.BOARD, point="")
    assert undecidable(board, number) == (Obstacle.INVALID, ["paragraph"])
    end_all(board, TODAY - timedelta(days=1))
    row(board, maker=DecisionAuthority.CHAIR, point="ordf", valid_from=TODAY)
    assert undecidable(board, number) == (Obstacle.INVALID, ["urgent_because"])
    decision = board.decide(number, form=DecisionForm(urgent_because="Evenemanget är i morgon."))
    assert (decision.maker, decision.urgent_because) == ("chair", "Evenemanget är i morgon.")


def test_delegated_decisions_wait_until_they_are_reported_once(board: BoardAtWork) -> None:
    board.approve()
    with open_reading(board.database) as s:
        [(decision, _)] = unreported_decisions(acting(s, board.staff[Role.REGISTRAR]), Action.REGISTER_CASE)
    report = report_decisions
    assert refused(board, report, [], TODAY, "§ 5", role=Role.REGISTRAR)[1] == ["decision"]
    assert refused(board, report, [decision.id], TODAY - timedelta(days=9), "§ 5", role=Role.REGISTRAR)[1] == ["on"]
    board.do(report, [decision.id], TODAY, "§ 5", role=Role.REGISTRAR)
    assert refused(board, report, [decision.id], TODAY, "§ 5", role=Role.REGISTRAR)[0] is Obstacle.STALE


def test_the_board_is_told_of_so_many_decisions_at_once_the_oldest_first(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reported_decisions, "MOST_TOLD", 2)
    registrar = board.staff[Role.REGISTRAR]
    for serial in NUMBERS[:3]:
        board.approve(clean_facts(serial, f"Föreningen {serial}"))

    def waiting() -> tuple[list[int], int]:
        with open_reading(board.database) as s:
            found = unreported_decisions(acting(s, registrar), Action.REGISTER_CASE)
            return [row.id for row, _ in found], count_unreported(acting(s, registrar), Action.REGISTER_CASE)

    first, number = waiting()
    assert (len(first), number) == (2, 3)
    report = report_decisions
    assert refused(board, report, [*first, first[-1] + 1], TODAY, "§ 5", role=Role.REGISTRAR)[0] is Obstacle.STALE
    board.do(report, first, TODAY, "§ 5", role=Role.REGISTRAR)
    rest, number = waiting()
    assert (len(rest), number) == (1, 1)
    assert not set(rest) & set(first)
    board.do(report, rest, TODAY, "§ 6", role=Role.REGISTRAR)
    assert waiting() == ([], 0)


# after the decision


def note(board: BoardAtWork, key: int, what: DecisionEventKind, on: date = TODAY, at: Any = NOW, **more: Any) -> None:
    board.do(after_decision.note_decision_event, key, NewDecisionEvent(what=what, on=on, **more), at=at)


def decided(board: BoardAtWork, *, sent: bool = True) -> tuple[str, Decision]:
    case = board.approve(sent=sent)
    with open_reading(board.database) as s:
        return case.number, decisions_of(s, case.id)[0]


def payments_left(board: BoardAtWork) -> list[int | None]:
    with open_reading(board.database) as s:
        return [row.amount for row in s.scalars(select(Payment).order_by(Payment.id))]


def note_refused(board: BoardAtWork, key: int, what: DecisionEventKind) -> list[str]:
    """What a note about a decision is refused for."""
    event = after_decision.NewDecisionEvent(what=what, on=TODAY)
    return refused(board, after_decision.note_decision_event, key, event, role=Role.REGISTRAR)[1]


def force_of(board: BoardAtWork, decision: Any, on: Any) -> DecisionForce:
    with open_reading(board.database) as s:
        return after_decision.standing_of(s, s.get_one(Decision, decision.id), on).force


def test_a_delegates_decision_gains_force_from_the_notice_of_the_minutes_where_it_was_reported(
    board: BoardAtWork,
) -> None:
    _, decision = decided(board)
    month = TODAY + timedelta(days=30)
    assert force_of(board, decision, month) is DecisionForce.NOT_REPORTED
    board.do(report_decisions, [decision.id], TODAY, "§ 5", role=Role.REGISTRAR)
    assert force_of(board, decision, month) is DecisionForce.NOT_ANNOUNCED
    note(board, decision.id, DecisionEventKind.ANNOUNCED)
    assert force_of(board, decision, TODAY) is DecisionForce.APPEAL_RUNNING
    assert force_of(board, decision, month) is DecisionForce.IN_FORCE


def test_a_board_that_keeps_a_special_record_counts_from_its_notice(board: BoardAtWork) -> None:
    board.do(ways_of_working.set_habits, frozenset({BoardOption.SPECIAL_RECORD}), role=ADMIN)
    _, decision = decided(board)
    note(board, decision.id, DecisionEventKind.ANNOUNCED)
    assert force_of(board, decision, TODAY + timedelta(days=30)) is DecisionForce.IN_FORCE


def test_hearing_is_switched_off_only_with_basis_reason_and_a_second_person(board: BoardAtWork) -> None:
    off: dict[str, Any] = {"on": False}
    gate = "kommunicerat"
    assert refused(board, ways_of_working.set_gate, gate, "", **off, role=ADMIN) == (
        Obstacle.INVALID,
        ["because", "legal"],
    )
    board.do(ways_of_working.set_gate, gate, "Nämndens beslut § 3", because="Prövas.", **off, role=ADMIN)
    board.do(ways_of_working.set_gate, gate, "Nämndens beslut § 3", because="Prövas.", **off, role=ADMIN)
    assert (order(board).gates[gate].on, order(board).gates[gate].waits) == (True, True)
    board.staff[Role.MANAGER] = board.somebody(Role.ADMINISTRATOR, "second")
    board.do(ways_of_working.set_gate, gate, "Nämndens beslut § 3", because="Prövas.", **off, role=Role.MANAGER)
    assert (order(board).gates[gate].on, order(board).gates[gate].because) == (False, "Prövas.")


@pytest.mark.parametrize("gate", ["motivering-finns", "bedomningar-klara", "jav-provat", "manniska-har-beslutat"])
def test_what_law_demands_cannot_be_switched_off(board: BoardAtWork, gate: str) -> None:
    act = refused(board, ways_of_working.set_gate, gate, "x", on=False, because="x", role=ADMIN)
    assert act == (Obstacle.CLOSED, [gate])


def test_payment_waits_for_force_where_the_board_waits(board: BoardAtWork) -> None:
    _, decision = decided(board)
    board.do(ways_of_working.set_habits, frozenset({BoardOption.PAY_IN_FORCE}), role=ADMIN)
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id)).one()
    assert note_refused(board, decision.id, DecisionEventKind.ANNOUNCED) == [
        "what"
    ]  # a delegate's: reported to the board first
    board.do(report_decisions, [decision.id], TODAY, "§ 5", role=Role.REGISTRAR)
    note(board, decision.id, DecisionEventKind.ANNOUNCED)
    pay: dict[str, Any] = {"version": None, "role": Role.FINANCE}
    assert refused(board, payments.mark_paid, key, paid_on=TODAY, **pay)[0] is Obstacle.CLOSED
    later = TODAY + timedelta(days=22)
    board.do(payments.mark_paid, key, paid_on=later, at=NOW + timedelta(days=23), **pay)


def test_a_suspended_or_quashed_decision_is_never_paid(board: BoardAtWork) -> None:
    _, decision = decided(board)
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id)).one()
    note(board, decision.id, DecisionEventKind.APPEALED, court="Förvaltningsrätten", number="T 1")
    note(board, decision.id, DecisionEventKind.INHIBITED)
    pay: dict[str, Any] = {"paid_on": TODAY, "version": None, "role": Role.FINANCE}
    assert refused(board, payments.mark_paid, key, **pay)[0] is Obstacle.CLOSED
    note(board, decision.id, DecisionEventKind.QUASHED)
    assert payments_left(board) == []
    assert refused(board, payments.mark_paid, key, **pay)[0] is Obstacle.MISSING


def test_a_quashed_decision_opens_its_case_returns_others_and_counts_for_nothing(board: BoardAtWork) -> None:
    number, decision = decided(board)
    other = board.receive(round_id=None)
    assert _looked(board, other.number) is not None
    note(board, decision.id, DecisionEventKind.APPEALED, court="Förvaltningsrätten", number="T 1")
    note(board, decision.id, DecisionEventKind.QUASHED)
    assert board.case(number).state == "in_progress"
    assert board.case(other.number).look_again_because == "quashed"
    assert _looked(board, other.number) is None
    with open_reading(board.database) as s:
        assert after_decision.standing_of(s, decision, TODAY).force is DecisionForce.QUASHED
        assert trail_verification.verify_trail(s).problems == []


def _looked(board: BoardAtWork, number: str) -> Any:
    with open_reading(board.database) as s:
        file = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)
        assert file.screening
        return file.screening.facts.values.get("previously_vetted_on")


def test_a_new_decision_points_to_the_old_and_only_the_difference_is_paid(board: BoardAtWork) -> None:
    number, old = decided(board)
    assert refused(board, after_decision.reconsider_case, number, " ", role=Role.DECISION_MAKER) == (
        Obstacle.INVALID,
        ["because"],
    )
    board.do(after_decision.reconsider_case, number, "Fel belopp i beslutet.", role=Role.DECISION_MAKER)
    assert board.case(number).state == "in_progress"
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id)).one()
    pay: dict[str, Any] = {"paid_on": TODAY, "version": None, "role": Role.FINANCE}
    assert refused(board, payments.mark_paid, key, **pay)[0] is Obstacle.CLOSED  # not while the case is open
    assert holding(board, number) == ["grundkontroll-klar"]  # a case that was opened again is gone through again
    board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK, at=NOW + timedelta(minutes=1))
    board.do(decisions.make_ready, number)
    board.propose(number)
    new = board.decide(number)
    assert new.changes_id == old.id
    assert payments_left(board) == [40_000_00]


def test_what_is_paid_is_not_reconsidered_but_reclaimed(board: BoardAtWork) -> None:
    number, _ = decided(board)
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id)).one()
    board.do(payments.mark_paid, key, paid_on=TODAY, version=None, role=Role.FINANCE)
    assert refused(board, after_decision.reconsider_case, number, "Fel.")[0] is Obstacle.CLOSED


def test_a_case_is_closed_when_it_is_sent_reported_and_cannot_be_appealed(board: BoardAtWork) -> None:
    number, decision = decided(board, sent=False)
    close = closing.close_case
    assert refused(board, close, number)[0] is Obstacle.CLOSED
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id)).one()
    board.do(payments.pay_with_override, key, "Hyran.", role=Role.FINANCE)
    board.do(payments.mark_paid, key, paid_on=TODAY, version=None, role=Role.FINANCE)
    # The rules of the board's board require that a granted association is followed up.
    assert refused(board, close, number)[1] == [
        "underrattelse-och-overklagande",
        "delegationsbeslut-anmalt",
        "beviljad-forening-uppfoljd",
    ]
    note(board, decision.id, DecisionEventKind.SENT)
    board.do(report_decisions, [decision.id], TODAY, "§ 5", role=Role.REGISTRAR)
    note(board, decision.id, DecisionEventKind.ANNOUNCED)
    mark = cases.mark_case
    assert refused(board, mark, number, CaseMarkKind.FOLLOWED_UP) == (Obstacle.INVALID, ["text"])
    board.do(mark, number, CaseMarkKind.FOLLOWED_UP, text="Besökt i juni.")
    assert refused(board, close, number) == (Obstacle.CLOSED, [number])
    board.do(close, number, at=NOW + timedelta(days=23))
    assert board.case(number).state == "closed"


def test_the_signatory_is_identified_before_payment_where_that_is_required(board: BoardAtWork) -> None:
    board.do(ways_of_working.set_gate, "firmatecknare-legitimation-kontrollerad", "", on=True, role=ADMIN)
    number, _ = decided(board)
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id)).one()
    pay: dict[str, Any] = {"paid_on": TODAY, "version": None, "role": Role.FINANCE}
    assert refused(board, payments.mark_paid, key, **pay) == (
        Obstacle.CLOSED,
        ["firmatecknare-legitimation-kontrollerad"],
    )
    board.do(cases.mark_case, number, CaseMarkKind.IDENTITY_CHECKED)
    board.do(payments.mark_paid, key, **pay)


def test_manager_and_auditor_read_what_was_changed_by_whom_and_the_others_do_not(board: BoardAtWork) -> None:
    def changes(role: Role) -> list[tuple[str, str]]:
        with open_reading(board.database) as s:
            found = settings_changes.recent_changes(acting(s, board.staff[role]), rules().folder.book.gates, on=TODAY)
        return [(one.what.sv, one.by) for one in found]

    def change(service: Any, *given: Any, **more: Any) -> None:
        board.do(service, *given, **more, role=Role.ADMINISTRATOR)

    change(ways_of_working.set_way, WayOfWorking.SMALL)
    change(ways_of_working.set_court, "Förvaltningsrätten i Exempelstad")
    with open_reading(board.database) as s:
        gates = ways_of_working.settings_of_board(s, board.board_id, on=TODAY).gates
    open_gate = next(
        name
        for name, state in gates.items()
        if state.on and not state.locked and state.gate.must is not GateObligation.TWO_PERSONS
    )
    change(ways_of_working.set_gate, open_gate, "", on=False, because="Få ärenden.")
    agree(board, open_gate)
    change(ways_of_working.set_gate, "kommunicerat", "Nämndens beslut § 4.", on=False, because="Bråttom.")
    by = board.staff[Role.ADMINISTRATOR].name
    told = changes(Role.MANAGER)
    assert changes(Role.AUDITOR) == told
    assert changes(Role.CASEWORKER) == []
    yes = board.staff[Role.MANAGER].name
    assert [who for what, who in told if what.startswith("Ändrade")] == [by, yes, by, by, by]
    said = [what for what, _ in told]
    assert "någon vill stänga av den (Bråttom.)" in said[0]
    assert "av (Få ärenden.)" in said[1]
    assert "någon vill stänga av den (Få ärenden.)" in said[2]
    assert said[3] == "Ändrade hur nämnden arbetar: förvaltningsrätt: Förvaltningsrätten i Exempelstad"
    assert said[4] == "Ändrade hur nämnden arbetar: arbetssätt"
    assert any(what.startswith("Lade till ett användarkonto: ") for what in said)
    run_in_transaction(board.database, lambda s: sign_in.deactivate_user(acting(s, None, NOW), "registrar.norr"))
    assert changes(Role.AUDITOR)[0][0].startswith("Avslutade ett användarkonto: ")
