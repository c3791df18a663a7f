"""Grant schemes: each with its own rules or the shared ones, and publishing one touches no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, clean_facts, refused, rules
from tests.factories import NOW, TODAY
from tests.rules.published import accept_filled_cases, publish_draft, published_version, tried_draft
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.domain.next_steps import AID_GATE
from vetting.casework.models.cases import Case
from vetting.casework.services import before_decision, cases, decisions, rule_moves
from vetting.grants.models.schemes import GrantScheme, StateAid
from vetting.grants.services.rounds import NewRound, add_round
from vetting.grants.services.schemes import SchemeWriting, add_scheme, change_scheme, end_scheme
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import Reservation
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.lists.services import downloaded_lists, import_batches
from vetting.money.models.owed_reports import awaits_report
from vetting.money.models.payments import Payment
from vetting.money.services import closing, payments
from vetting.people.domain.ways_of_working import GateReason
from vetting.people.models.people import Board
from vetting.rules.models import RuleDraft
from vetting.rules.services import drafts, publishing, versions, ways_of_working
from vetting.rules.services.publishing import PublicationApproval

if TYPE_CHECKING:
    from vetting.grants.models.rounds import Round

OWNER = Role.RULES_OWNER
DOGS = "hundkultur-2027"
LIST = "Förening;Org.nr;Sökt;Ändamål\nHundklubben Nosen;;25000;Öppna hundkvällar\n".encode()
BOTH_KINDS = GUIDELINE.replace("kinds: [grant]", "kinds: [grant, booking]")


def add(board: BoardAtWork, name: str, ruleset: str = "") -> GrantScheme:
    found: GrantScheme = board.do(add_scheme, SchemeWriting(name=name, ruleset=ruleset), role=OWNER)
    return found


def draft(board: BoardAtWork, text: str = GUIDELINE, worked: str = CASES) -> RuleDraft:
    found: RuleDraft = board.do(drafts.take_in, text.encode(), worked.encode(), role=OWNER)
    return found


def round_for(board: BoardAtWork, scheme: GrantScheme) -> int:
    new = NewRound(
        name=scheme.name,
        opens_on=date(2026, 9, 1),
        closes_on=date(2026, 12, 1),
        schemes={scheme.id: None},
        dnr="EXN 2026/4",
    )
    found: Round = board.do(add_round, new)
    return found.id


@pytest.mark.both_engines
def test_cases_of_two_schemes_of_a_board_stand_under_different_rules(board: BoardAtWork) -> None:
    """The rules of one grant are published, and every other grant keeps those that it had."""
    before = board.receive()
    key = draft(board).id
    dogs = round_for(board, add(board, "Hundkulturbidrag", DOGS))
    version = publish_draft(board, key)
    own = board.receive(
        clean_facts(NUMBERS[1], "Hundklubben Nosen", dogs_in_activity=1, dog_leader=True), round_id=dogs
    )
    other = board.receive(clean_facts(NUMBERS[2], "Schackklubben Bonden"))
    assert own.rule_version_id == version
    assert other.rule_version_id == before.rule_version_id != version
    with open_reading(board.database) as s:
        common = versions.rules_in_force(s, board.board_id, CaseKind.GRANT, on=TODAY)
        assert common is not None
        assert common.id != DOGS
        assert trail_verification.verify_trail(s).problems == []


def test_until_its_own_rules_are_published_the_common_ones_hold_for_a_scheme(board: BoardAtWork) -> None:
    draft(board)
    dogs = round_for(board, add(board, "Hundkulturbidrag", DOGS))
    case = board.receive(clean_facts(NUMBERS[1], "Hundklubben Nosen"), round_id=dogs)
    common = board.receive(clean_facts(NUMBERS[2], "Katthemmet Prov"))
    assert case.rule_version_id == common.rule_version_id
    assert case.rule_version_id is not None
    assert case.proposal
    with open_reading(board.database) as s:
        assert versions.rules_in_force(s, board.board_id, CaseKind.GRANT, on=TODAY, own=DOGS) is None
        assert DOGS not in {ruleset.id for ruleset in versions.all_in_force(s, board.board_id, CaseKind, on=TODAY)}


@pytest.mark.both_engines
def test_a_list_into_a_schemes_round_is_judged_by_its_rules(board: BoardAtWork) -> None:
    key = draft(board).id
    dogs = round_for(board, add(board, "Hundkulturbidrag", DOGS))
    version = publish_draft(board, key)
    into = replace(board, round_id=dogs)
    into.do(import_batches.confirm_import, into.staged(LIST, "hundar.csv"), good_only=False)
    board.do(import_batches.confirm_import, board.staged(LIST, "andra.csv"), good_only=False)
    with open_reading(board.database) as s:
        found = s.execute(select(Case.round_id, Case.rule_version_id).order_by(Case.id)).all()
    assert [(row.round_id, row.rule_version_id == version) for row in found] == [(dogs, True), (board.round_id, False)]


def test_a_draft_of_a_scheme_is_tried_on_its_cases_alone_and_shared_rules_on_the_others(board: BoardAtWork) -> None:
    board.receive()
    key = draft(board).id
    dogs = round_for(board, add(board, "Hundkulturbidrag", DOGS))
    assert tried_draft(board, key).told["cases"] == 0
    publish_draft(board, key)
    board.receive(clean_facts(NUMBERS[1], "Hundklubben Nosen", dogs_in_activity=3, dog_leader=True), round_id=dogs)
    again = draft(board, GUIDELINE.replace("at_least: 2", "at_least: 4"))
    assert tried_draft(board, again.id).told["cases"] == 1
    shared = draft(board, GUIDELINE.replace("id: hundkultur-2027", "id: allmant-2027"))
    assert tried_draft(board, shared.id).told["cases"] == 1


def test_a_case_moves_only_between_versions_for_its_scheme(board: BoardAtWork) -> None:
    case = board.receive()
    key = draft(board).id
    dogs = round_for(board, add(board, "Hundkulturbidrag", DOGS))
    waiting = board.receive(clean_facts(NUMBERS[1], "Hundklubben Nosen"), round_id=dogs)
    version = publish_draft(board, key)
    with open_reading(board.database) as s:
        by = board.staff[Role.CASEWORKER]
        choice = rule_moves.could_move(acting(s, by), version, on=TODAY)
        assert [move.case.number for move in choice.cases] == [waiting.number]
    assert refused(board, rule_moves.move_cases, [case.number], version) == (Obstacle.CLOSED, [case.number])
    assert board.do(rule_moves.move_cases, [waiting.number], version) == 1
    with open_reading(board.database) as s:
        assert s.get_one(Case, waiting.id).rule_version_id == version


def test_the_shared_rules_and_rules_of_no_board_cannot_be_given_to_one_scheme(board: BoardAtWork) -> None:
    new = SchemeWriting(name="Hundkulturbidrag", ruleset=DOGS)
    assert refused(board, add_scheme, new, role=OWNER) == (Obstacle.INVALID, ["ruleset"])
    published_version(board)  # now the rules for every grant
    assert refused(board, add_scheme, new, role=OWNER) == (Obstacle.INVALID, ["ruleset"])
    assert refused(board, add_scheme, new, role=Role.CASEWORKER)[0] is Obstacle.FORBIDDEN


def test_nobody_alone_makes_a_schemes_rules_the_shared_ones_or_the_shared_ones_a_schemes(board: BoardAtWork) -> None:
    """What two have published as one scheme's own stays that, although no round is for the scheme yet."""
    key = draft(board).id
    scheme = add(board, "Hundkulturbidrag", DOGS)
    version = publish_draft(board, key)
    loose = SchemeWriting(name="Hundkulturbidrag")
    assert refused(board, change_scheme, scheme.id, loose, role=OWNER) == (
        Obstacle.INVALID,
        ["ruleset"],
    )
    other = SchemeWriting(name="Hundutställning", ruleset=DOGS)
    assert refused(board, add_scheme, other, role=OWNER) == (Obstacle.INVALID, ["ruleset"])
    board.do(publishing.withdraw_rules, version, "Avbrutet.", role=Role.MANAGER)
    board.do(change_scheme, scheme.id, loose, role=OWNER)
    with open_reading(board.database) as s:
        common = versions.rules_in_force(s, board.board_id, CaseKind.GRANT, on=TODAY)
    assert common is not None
    assert common.id != DOGS


def test_rules_that_are_to_be_shared_one_day_are_given_to_no_scheme(board: BoardAtWork) -> None:
    published_version(board, GUIDELINE.replace("valid: null", "valid: {from: 2027-06-01}"))
    new = SchemeWriting(name="Hundkulturbidrag", ruleset=DOGS)
    assert refused(board, add_scheme, new, role=OWNER) == (Obstacle.INVALID, ["ruleset"])


def test_whom_rules_are_for_is_not_changed_while_a_second_person_reads_them(board: BoardAtWork) -> None:
    key = draft(board).id
    scheme = add(board, "Hundkulturbidrag", DOGS)
    tried_draft(board, key)
    board.do(drafts.hand_over, key, role=OWNER)
    loose, taken = SchemeWriting(name="Hundkulturbidrag"), SchemeWriting(name="Annat", ruleset=DOGS)
    assert refused(board, change_scheme, scheme.id, loose, role=OWNER) == (Obstacle.INVALID, ["ruleset"])
    assert refused(board, add_scheme, taken, role=OWNER) == (Obstacle.INVALID, ["ruleset"])


def test_rules_that_have_ended_stay_what_they_were_for(board: BoardAtWork) -> None:
    """What came while they held, and is registered today, is judged by them still."""
    published_version(board, GUIDELINE.replace("valid: null", "valid: {to: 2026-11-21}"))
    new = SchemeWriting(name="Hundkulturbidrag", ruleset=DOGS)
    later = NOW + timedelta(days=9)
    assert refused(board, add_scheme, new, role=OWNER, at=later) == (Obstacle.INVALID, ["ruleset"])


def test_a_booking_keeps_its_rules_and_a_form_is_for_the_rules_it_asked_by(board: BoardAtWork) -> None:
    key = draft(board).id
    dogs = round_for(board, add(board, "Hundkulturbidrag", DOGS))
    publish_draft(board, key)
    plain = board.receive(clean_facts(NUMBERS[1], "Hundklubben Nosen"), kind=CaseKind.BOOKING, round_id=None)
    strange = board.receive(clean_facts(NUMBERS[1], "Hundklubben Nosen"), kind=CaseKind.BOOKING, round_id=dogs)
    assert plain.rule_version_id == strange.rule_version_id is not None
    with pytest.raises(Refused) as told:
        board.receive(clean_facts(NUMBERS[2], "Hundklubben Svansen"), round_id=dogs, asked_by="")
    assert [problem.where for problem in told.value.problems] == ["round_id"]
    board.receive(clean_facts(NUMBERS[2], "Hundklubben Svansen"), round_id=dogs, asked_by=DOGS)


def test_what_was_tried_on_one_schemes_cases_is_not_tried_for_all(board: BoardAtWork) -> None:
    key = draft(board).id
    scheme = add(board, "Hundkulturbidrag", DOGS)
    tried_draft(board, key)
    board.do(change_scheme, scheme.id, SchemeWriting(name="Hundkulturbidrag"), role=OWNER)
    board.do(drafts.hand_over, key, role=OWNER)
    with open_reading(board.database) as s:
        version = s.get_one(RuleDraft, key).version
    given = PublicationApproval(key=key, version=version, warnings_read=True, taken_away_read=True)
    with pytest.raises(Refused) as told:
        board.do(publishing.publish_rules, given, role=Role.MANAGER)
    assert "inte prövat" in told.value.problems[0].what.sv


def test_rules_for_bookings_too_are_not_published_as_one_schemes_own(board: BoardAtWork) -> None:
    key = draft(board).id
    scheme = add(board, "Hundkulturbidrag", DOGS)
    board.do(drafts.discard_rule_draft, key, 1, role=OWNER)
    key = draft(board, BOTH_KINDS).id
    with pytest.raises(Refused) as told:
        publish_draft(board, key)
    assert [problem.what.sv for problem in told.value.problems] == [
        "Reglerna är en bidragsforms egna, men gäller inte bara bidrag."
    ]
    assert scheme.ruleset == DOGS


def test_a_scheme_is_changed_until_a_round_is_for_it_and_offered_until_it_is_ended(board: BoardAtWork) -> None:
    draft(board)
    scheme = add(board, "Hundbidrag")
    change = SchemeWriting(name=" Hundkulturbidrag ", purpose="Hundar i kulturlivet", ruleset=DOGS)
    board.do(change_scheme, scheme.id, change, role=OWNER)
    round_for(board, scheme)
    shared = SchemeWriting(name="Hundkulturbidrag")
    assert refused(board, change_scheme, scheme.id, shared, role=OWNER) == (
        Obstacle.INVALID,
        ["ruleset"],
    )
    assert refused(board, add_scheme, shared, role=OWNER) == (Obstacle.INVALID, ["name"])
    assert refused(board, add_scheme, SchemeWriting(name=" "), role=OWNER)[1] == ["name"]
    board.do(end_scheme, scheme.id, role=OWNER)
    late = NewRound(name="Sen", opens_on=TODAY, closes_on=TODAY + timedelta(days=9), schemes={scheme.id: None})
    assert refused(board, add_round, late) == (Obstacle.INVALID, ["schemes"])
    with open_reading(board.database) as s:
        kept = s.get_one(GrantScheme, scheme.id)
        assert (kept.name, kept.purpose, kept.ruleset) == ("Hundkulturbidrag", "Hundar i kulturlivet", DOGS)


def test_another_boards_scheme_is_not_there(board: BoardAtWork) -> None:
    scheme = add(board, "Lokalbidrag")
    other = BoardAtWork(board.database, code="soder").build()
    with pytest.raises(Refused) as told:
        other.do(change_scheme, scheme.id, SchemeWriting(name="Annat"), role=OWNER)
    assert told.value.obstacle is Obstacle.MISSING
    assert refused(other, end_scheme, scheme.id, role=OWNER)[0] is Obstacle.MISSING
    taken = NewRound(name="Fel", opens_on=TODAY, closes_on=TODAY, schemes={scheme.id: None})
    assert refused(other, add_round, taken) == (Obstacle.INVALID, ["schemes"])


IDENTITY = "firmatecknare-legitimation-kontrollerad"


def test_a_gate_of_one_schemes_rules_is_its_cases_and_the_page_of_the_board_says_whose(board: BoardAtWork) -> None:
    key = draft(board, GUIDELINE + f"gates: [{IDENTITY}]\n").id
    scheme = add(board, "Hundkulturbidrag", DOGS)
    publish_draft(board, key)
    own = board.receive(clean_facts(NUMBERS[1], "Hundklubben Nosen"), round_id=round_for(board, scheme))
    other = board.receive()
    with open_reading(board.database) as s:
        order = ways_of_working.settings_of_board(s, board.board_id, on=TODAY)
        states = {
            case.number: before_decision.gates_under(
                s.get_one(Board, board.board_id), versions.read_version(s, case.rule_version_id), rules()
            )[IDENTITY].held
            for case in (own, other)
        }
    assert [title.sv for title in order.demanded[IDENTITY]] == ["Riktlinjer för hundkultur 2027"]
    assert order.gates[IDENTITY].held is not GateReason.BY_RULES
    assert states[own.number] is GateReason.BY_RULES
    assert states[other.number] is not GateReason.BY_RULES


def test_aid_of_minor_importance_is_registered_before_the_case_is_closed(board: BoardAtWork) -> None:
    writing = SchemeWriting(name="Näringsbidrag", state_aid=StateAid.DE_MINIMIS)
    scheme: GrantScheme = board.do(add_scheme, writing, role=OWNER)
    board.round_id = round_for(board, scheme)
    number = board.approve().number
    with open_reading(board.database) as s:
        held = {gate.gate for gate in closing.holding_open(s, board.case(number), on=TODAY)}
    assert AID_GATE in held
    for text in ("", "i tisdags", (TODAY + timedelta(days=1)).isoformat()):
        assert refused(board, cases.mark_case, number, CaseMarkKind.AID_REGISTERED, text=text) == (
            Obstacle.INVALID,
            ["text"],
        )
    board.do(cases.mark_case, number, CaseMarkKind.AID_REGISTERED, text=TODAY.isoformat())
    with open_reading(board.database) as s:
        assert AID_GATE not in {gate.gate for gate in closing.holding_open(s, board.case(number), on=TODAY)}
    board.round_id = round_for(board, add(board, "Kulturbidrag"))
    with open_reading(board.database) as s:
        other = board.approve(clean_facts(NUMBERS[1], "Kören")).number
        assert AID_GATE not in {gate.gate for gate in closing.holding_open(s, board.case(other), on=TODAY)}


def test_a_scheme_says_what_its_approvals_hold_open(board: BoardAtWork) -> None:
    kept = (Reservation.STOP, Reservation.RECLAIM)
    scheme: GrantScheme = board.do(add_scheme, SchemeWriting(name="Startbidrag", reservations=kept), role=OWNER)
    board.round_id = round_for(board, scheme)
    case = board.receive()
    board.make_ready(case.number)
    board.propose(case.number, reservations=(Reservation.STOP,))
    board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    with pytest.raises(Refused) as stopped:
        board.decide(case.number)
    assert "forbehall-i-beslutet" in [problem.where for problem in stopped.value.problems]
    board.propose(case.number, reservations=kept)
    decision = board.decide(case.number)
    assert decision.reservations == ["stop", "reclaim"]
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id)).one()
    board.do(payments.mark_paid, key, paid_on=TODAY, version=None, role=Role.FINANCE)
    with open_reading(board.database) as s:
        waits = s.scalars(select(Case.number).where(awaits_report())).all()
        assert board.case(case.number).state == "reporting"
    assert case.number not in waits, "nobody is asked for a report that the decision does not ask for"


def test_a_downloaded_list_has_the_columns_of_every_schemes_rules(board: BoardAtWork) -> None:
    with open_reading(board.database) as s:
        shared = downloaded_lists.open_columns(s, board.board_id, CaseKind.GRANT, on=TODAY)
        bookings = downloaded_lists.open_columns(s, board.board_id, CaseKind.BOOKING, on=TODAY)
    key = draft(board).id
    add(board, "Hundkulturbidrag", DOGS)
    publish_draft(board, key)
    with open_reading(board.database) as s:
        every = downloaded_lists.open_columns(s, board.board_id, CaseKind.GRANT, on=TODAY)
        assert downloaded_lists.open_columns(s, board.board_id, CaseKind.BOOKING, on=TODAY) == bookings
    names = [column.key for column in every]
    assert {column.key for column in shared} < set(names)
    assert set(names) >= {"dogs_in_activity", "dog_leader"}


def test_a_fact_that_two_schemes_mean_differently_has_no_column(board: BoardAtWork) -> None:
    """A cell of it would say two things."""
    key = draft(board).id
    add(board, "Hundkulturbidrag", DOGS)
    publish_draft(board, key)
    other = GUIDELINE.replace("type: whole_number", "type: number").replace("id: hundkultur-2027", "id: hundsport-2027")
    key = draft(board, other).id
    add(board, "Hundsportbidrag", "hundsport-2027")
    publish_draft(board, key)
    with open_reading(board.database) as s:
        names = {column.key for column in downloaded_lists.open_columns(s, board.board_id, CaseKind.GRANT, on=TODAY)}
    assert "dogs_in_activity" not in names
    assert "dog_leader" in names


def test_what_a_version_takes_away_is_named_and_has_a_yes_of_its_own(board: BoardAtWork) -> None:
    """Against what judges those cases today: of a scheme that is new with its own rules, the shared ones."""
    with open_reading(board.database) as s:
        shared = versions.rules_in_force(s, board.board_id, CaseKind.GRANT, on=TODAY)
    assert shared is not None
    values = ", ".join(item.id for item in shared.for_kind(CaseKind.GRANT) if item.value_criterion)
    worked = CASES[: CASES.index("- name: Allt som krävs finns")]
    key = draft(board, GUIDELINE.replace("facts:\n", f"leaves_out: [{values}]\nfacts:\n", 1), worked).id
    add(board, "Hundkulturbidrag", DOGS)
    with open_reading(board.database) as s:
        look = drafts.read_draft(acting(s, board.staff[OWNER]), key, on=TODAY)
        now = versions.rules_in_force(s, board.board_id, CaseKind.GRANT, on=TODAY)
    assert now is not None
    lost = [item.label.sv for item in now.for_kind(CaseKind.GRANT) if item.value_criterion]
    assert lost
    assert [words.sv for words in look.removed_safeguards][: len(lost)] == [
        f"Värdekriteriet ”{label}”" for label in lost
    ]
    accept_filled_cases(board, key)
    tried_draft(board, key)
    board.do(drafts.hand_over, key, role=OWNER)
    with open_reading(board.database) as s:
        version = s.get_one(RuleDraft, key).version
    given = PublicationApproval(key=key, version=version, warnings_read=True)
    assert refused(board, publishing.publish_rules, given, role=Role.MANAGER) == (Obstacle.CLOSED, ["taken_away_read"])
    whole = PublicationApproval(key=key, version=version, warnings_read=True, taken_away_read=True)
    board.do(publishing.publish_rules, whole, role=Role.MANAGER)
    with open_reading(board.database) as s:
        common = versions.rules_in_force(s, board.board_id, CaseKind.GRANT, on=TODAY)
    assert common is not None
    assert common.fingerprint == now.fingerprint
