"""What all grants have in common is published once and is in force in every grant scheme that has rules of its own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.factories import NOW, TODAY
from tests.rules.published import publish_draft, published_version, tried_draft
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.grants.services.rounds import NewRound, add_round
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.rules.models import RuleDraft, RulePublication, RuleVersion, open_rule_drafts
from vetting.rules.services import drafts, publishing, versions
from vetting.rules.services.publishing import PublicationApproval

if TYPE_CHECKING:
    from vetting.casework.models.cases import Case

OWNER = Role.RULES_OWNER
DOGS = "hundkultur-2027"
_MEMBERS = GUIDELINE[GUIDELINE.index("  - use: medlemmar-minst") : GUIDELINE.index("routine:")]
OWN = GUIDELINE.replace("builds_on: [socialnamnden-2019-med-grundkrav]", "builds_on: []").replace(_MEMBERS, "")
OWN_CASES = """\
- name: Två hundar räcker
  kind: grant
  on: 2027-02-01
  facts: {dogs_in_activity: 2, dog_leader: true, purpose: Hundar, members_total: 12}
  expect: {proposal: approve, results: {minst-tva-hundar: met}}
"""
COMMON = """\
id: gemensamt-2027
board: norr
kinds: [grant]
title: {sv: Gemensamma villkor}
source: {document: Gemensamma villkor}
adopted: {body: Exempelnämnden norr, on: 2026-11-01, reference: EXN 2026/311}
valid: null
builds_on: []
criteria:
  - id: antal-medlemmar
    label: {sv: Föreningen har minst tio medlemmar}
    applies_to: [grant]
    level: association
    kind: automatic
    moment: before
    condition: {fact: members_total, at_least: 10}
    if_not_met: refuse
    sources: [{document: Gemensamma villkor, place: 2 §}]
"""
COMMON_CASES = """\
- name: Många medlemmar
  kind: grant
  on: 2027-02-01
  facts: {members_total: 40}
  expect: {proposal: approve, results: {antal-medlemmar: met}}
- name: Få medlemmar
  kind: grant
  on: 2027-02-01
  facts: {members_total: 3}
  expect: {proposal: refuse, results: {antal-medlemmar: not_met}}
"""


@pytest.fixture
def dogs(board: BoardAtWork) -> int:
    """A round for a grant scheme whose own rules are published with the common ones."""
    published_version(board, COMMON, COMMON_CASES)
    key = board.do(drafts.take_in, OWN.encode(), OWN_CASES.encode(), role=OWNER).id
    scheme = board.do(add_scheme, SchemeWriting(name="Hundkulturbidrag", ruleset=DOGS), role=OWNER)
    publish_draft(board, key)
    new = NewRound(name="Hundar", opens_on=date(2026, 9, 1), closes_on=date(2027, 12, 1), schemes={scheme.id: None})
    round_id: int = board.do(add_round, new).id
    return round_id


def applied(board: BoardAtWork, round_id: int | None, place: int, **facts: object) -> Case:
    given = {"dogs_in_activity": 3, "dog_leader": True, "members_total": 40, **facts}
    return board.receive(clean_facts(NUMBERS[place], f"Klubben {place}", **given), round_id=round_id)


def asked_of(board: BoardAtWork, case: Case) -> set[str]:
    with open_reading(board.database) as s:
        ruleset = versions.read_version(s, case.rule_version_id)
        assert ruleset is not None
        return {criterion.id for criterion in ruleset.criteria}


def publication_of(board: BoardAtWork, case: Case) -> RulePublication:
    with open_reading(board.database) as s:
        return s.get_one(RulePublication, case.rule_version_id)


def new_common(board: BoardAtWork, least: int, valid: str = "null") -> int:
    """The common rules with another least number of members, handed over and tried."""
    text = COMMON.replace("at_least: 10", f"at_least: {least}").replace("valid: null", f"valid: {valid}")
    key: int = board.do(drafts.take_in, text.encode(), COMMON_CASES.encode(), role=OWNER).id
    return key


def approval(board: BoardAtWork, key: int) -> PublicationApproval:
    tried_draft(board, key)
    board.do(drafts.hand_over, key, role=OWNER)
    with open_reading(board.database) as s:
        version = s.get_one(RuleDraft, key).version
    return PublicationApproval(key=key, version=version, warnings_read=True, taken_away_read=True)


@pytest.mark.both_engines
def test_a_case_keeps_the_pair_of_its_day_and_common_rules_are_published_once_for_all(
    board: BoardAtWork, dogs: int
) -> None:
    before = applied(board, dogs, 0)
    assert asked_of(board, before) == {
        *("antal-medlemmar", "minst-tva-hundar", "utbildad-ledare", "ord-i-beskrivningen")
    }
    plain = applied(board, None, 1)
    assert asked_of(board, plain) == {"antal-medlemmar"}
    assert publication_of(board, before).common_id == plain.rule_version_id
    publish_draft(board, new_common(board, 12))
    after, also = applied(board, dogs, 2, members_total=11), applied(board, None, 3, members_total=11)
    assert after.proposal == also.proposal == "refuse"
    pair = publication_of(board, after)
    assert (pair.ruleset, pair.number, pair.common_id) == (DOGS, 2, also.rule_version_id)
    assert pair.text == publication_of(board, before).text
    with open_reading(board.database) as s:
        whole = s.get_one(RuleVersion, pair.id)
        assert len(whole.fingerprint) == 64
        assert whole.content["fingerprint"] == whole.fingerprint
        assert whole.content["fingerprint"] != s.get_one(RuleVersion, before.rule_version_id).fingerprint
        assert trail_verification.verify_trail(s).problems == []


def test_common_rules_that_turn_a_schemes_worked_case_red_stop_until_it_is_mended_in_the_same_publication(
    board: BoardAtWork, dogs: int
) -> None:
    given = approval(board, new_common(board, 20))
    with pytest.raises(Refused) as told:
        board.do(publishing.publish_rules, given, role=Role.MANAGER)
    [problem] = told.value.problems
    assert "Hundkulturbidrag: " in problem.what.sv
    with open_reading(board.database) as s:
        assert len(s.scalars(select(RulePublication)).all()) == 2
    mended = OWN_CASES.replace("members_total: 12", "members_total: 25")
    key = board.do(drafts.take_in, OWN.encode(), mended.encode(), role=OWNER).id
    board.do(drafts.hand_over, key, role=OWNER)
    board.do(publishing.publish_rules, given, role=Role.MANAGER)
    assert applied(board, dogs, 0, members_total=15).proposal == "refuse"
    with open_reading(board.database) as s:
        assert s.get_one(RuleDraft, key).state == "published"
        assert not open_rule_drafts(s, board.board_id)
        newest = s.scalars(select(RulePublication).order_by(RulePublication.id.desc())).first()
        assert newest is not None
        assert newest.cases == mended
    refuse_second(board)


def refuse_second(board: BoardAtWork) -> None:
    """Whoever wrote the mending does not publish it with the common rules of somebody else."""
    given = approval(board, new_common(board, 30))
    cases = OWN_CASES.replace("members_total: 12", "members_total: 35")
    key = board.do(drafts.take_in, OWN.encode(), cases.encode(), role=OWNER).id
    board.do(drafts.hand_over, key, role=OWNER)
    with pytest.raises(Refused) as told:
        board.do(publishing.publish_rules, given, role=OWNER)
    assert {one.where for one in told.value.problems} == {"gemensamt-2027", DOGS}


def test_common_rules_that_begin_later_hold_for_a_scheme_from_that_day(board: BoardAtWork, dogs: int) -> None:
    publish_draft(board, new_common(board, 12, "{from: 2027-03-01}"))
    assert applied(board, dogs, 0, members_total=11).proposal != "refuse"
    changed = OWN.replace("at_least: 2", "at_least: 3")
    cases = OWN_CASES.replace("dogs_in_activity: 2,", "dogs_in_activity: 3,")
    publish_draft(board, board.do(drafts.take_in, changed.encode(), cases.encode(), role=OWNER).id)
    with open_reading(board.database) as s:
        for day, least in ((TODAY, 10), (date(2027, 3, 1), 12)):
            found = versions.rules_in_force(s, board.board_id, CaseKind.GRANT, on=day, own=DOGS)
            assert found is not None
            by_id = {criterion.id: criterion for criterion in found.criteria}
            assert by_id["antal-medlemmar"].data["condition"]["at_least"] == least
            assert by_id["minst-tva-hundar"].data["condition"]["at_least"] == 3


def test_withdrawn_common_rules_leave_a_scheme_with_those_that_hold_then(board: BoardAtWork, dogs: int) -> None:
    version = publish_draft(board, new_common(board, 12))
    later = NOW + timedelta(days=1)
    board.do(publishing.withdraw_rules, version, "Fel tal.", role=Role.MANAGER, at=later)
    assert applied(board, dogs, 0, members_total=11).proposal != "refuse"
    with open_reading(board.database) as s:
        [first] = s.scalars(select(RulePublication).where(RulePublication.ruleset == "gemensamt-2027").limit(1)).all()
    board.do(publishing.withdraw_rules, first.id, "Allt var fel.", role=Role.MANAGER, at=later)
    now = applied(board, dogs, 1)
    assert "antal-medlemmar" not in asked_of(board, now)
    assert "minst-tva-hundar" in asked_of(board, now)


def test_a_schemes_own_word_goes_before_the_common_and_the_common_before_what_is_built_on(board: BoardAtWork) -> None:
    published_version(board, COMMON, COMMON_CASES)
    own = GUIDELINE
    key = board.do(drafts.take_in, own.encode(), CASES.encode(), role=OWNER).id
    board.do(add_scheme, SchemeWriting(name="Hundkulturbidrag", ruleset=DOGS), role=OWNER)
    with open_reading(board.database) as s:
        found = drafts.report_on_draft(s, s.get_one(RuleDraft, key), on=TODAY)
        assert found.read.ruleset is not None, [one.what.sv for one in found.problems]
        assert found.common is not None
        by_id = {criterion.id: criterion for criterion in found.read.ruleset.criteria}
    assert by_id["antal-medlemmar"].data["condition"]["at_least"] == 10
    assert "minst-tva-hundar" in by_id
    assert len(by_id) > 6


def test_what_a_scheme_leaves_out_of_the_common_rules_is_named_to_the_second_person(
    board: BoardAtWork, dogs: int
) -> None:
    without = OWN.replace("builds_on: []", "builds_on: []\nleaves_out: [antal-medlemmar]")
    key = board.do(drafts.take_in, without.encode(), OWN_CASES.encode(), role=OWNER).id
    publish_draft(board, key)
    assert "antal-medlemmar" not in asked_of(board, applied(board, dogs, 0))
    wrong = OWN.replace("builds_on: []", "builds_on: []\nleaves_out: [minst-tva-hundar, finns-inte]")
    key = board.do(drafts.take_in, wrong.encode(), OWN_CASES.encode(), role=OWNER).id
    with open_reading(board.database) as s:
        found = drafts.report_on_draft(s, s.get_one(RuleDraft, key), on=TODAY)
    assert [one.what.sv for one in found.problems] == [
        "'minst-tva-hundar' ärvs inte: det finns inget att ta bort.",
        "'finns-inte' ärvs inte: det finns inget att ta bort.",
    ]
