"""A late application: reduced by its grant scheme's rules, decided by a person, told in the letter; or not taken up."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests import sent
from tests.board import NUMBERS, clean_facts
from tests.factories import TODAY
from tests.page_fixtures import board, kim, on_that_day, one_line
from tests.rules.published import publish_draft
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.domain.letters import LetterKind
from vetting.casework.services import cases, communications, decisions, letters
from vetting.grants.services.rounds import NewRound, add_round
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.rules.services import drafts

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody
    from vetting.casework.models.cases import Case
    from vetting.casework.models.letters import Letter

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
OWNER = Role.RULES_OWNER
KEPT = ["stop", "report", "reclaim"]
RULES = """\
id: lokalstod-2027
board: norr
kinds: [grant]
title: {sv: Riktlinjer för lokalstöd}
source: {document: Riktlinjer för lokalstöd}
adopted: {body: Exempelnämnden norr, on: 2026-01-15, reference: EXN 2026/9}
valid: null
builds_on: []
criteria:
  - id: ansokan-i-tid
    label: {sv: Ansökan kom in i tid, en: The application was received time}
    applies_to: [grant]
    level: application
    kind: automatic
    moment: before
    condition: {fact: received_on, at_most: {fact: deadline}}
    if_not_met: reduce
    reduction:
      - {when: {fact: deadline, within: {days: 7}, of: {fact: received_on}}, share: 0.1}
      - {share: 0.25}
    sources: [{document: Riktlinjer för lokalstöd, place: 4 §}]
  - id: inte-alldeles-for-sen
    label: {sv: Ansökan kom in senast två veckor efter sista dagen}
    applies_to: [grant]
    level: application
    kind: automatic
    moment: before
    condition: {fact: deadline, within: {days: 14}, of: {fact: received_on}}
    only_if: {not: {fact: received_on, at_most: {fact: deadline}}}
    if_not_met: dismiss
    sources: [{document: Riktlinjer för lokalstöd, place: 5 §}]
"""
CASES = """\
- name: Alldeles för sent
  kind: grant
  on: 2026-12-01
  facts: {received_on: 2026-11-20, deadline: 2026-11-01}
  expect: {proposal: dismiss, results: {inte-alldeles-for-sen: not_met}}
"""


def into_round(board: BoardAtWork, closes_on: date) -> int:
    """A round for a scheme with those rules."""
    key = board.do(drafts.take_in, RULES.encode(), CASES.encode(), role=OWNER).id
    writing = SchemeWriting(
        name="Lokalstöd",
        ruleset="lokalstod-2027",
        conditions="Lokalen ska vara öppen för alla.\n",
        letter_text="Pengarna betalas ut i två delar.",
    )
    scheme = board.do(add_scheme, writing, role=OWNER)
    publish_draft(board, key)
    new = NewRound(
        name="Lokalstöd", opens_on=date(2026, 9, 1), closes_on=closes_on, schemes={scheme.id: None}, dnr="EXN 2026/7"
    )
    found: int = board.do(add_round, new).id
    return found


def applied(board: BoardAtWork, closes_on: date, place: int = 0) -> Case:
    return board.receive(clean_facts(NUMBERS[place]), round_id=into_round(board, closes_on))


def letter(board: BoardAtWork, number: str, kind: LetterKind) -> Letter:
    with open_reading(board.database) as s:
        key = next(item.key for item in letters.writable_letters(s, board.case(number), on=TODAY) if item.kind is kind)
    found: Letter = board.do(letters.write_letter, number, kind, key)
    return found


def plain(text: str) -> str:
    return one_line(text.replace("\u00a0", " ").replace("\u202f", " "))


def test_a_late_application_is_reduced_by_a_person_and_the_letter_says_why(board: BoardAtWork, kim: Somebody) -> None:
    number = applied(board, TODAY - timedelta(days=3)).number
    page = plain(kim.get(f"/arenden/{number}").text)
    assert "Avdrag enligt reglerna</dt><dd><b>4 000 kr" in page
    assert "Kvar efter avdrag</dt> <dd><b>36 000 kr" in page or "Kvar efter avdrag</dt><dd><b>36 000 kr" in page
    assert "Ansökan kom in i tid: " in page
    board.handle(number)
    board.do(decisions.make_ready, number)
    assert "Föreslå att bevilja 40 000 kr" not in plain(kim.get(f"/arenden/{number}").text)
    form = kim.get(f"/arenden/{number}/beslut").text
    fields = sent.fields(form)
    assert re.search(r'value="partly_approved"\s+checked', form)
    assert re.search(r'value="reduced"\s+checked', form)
    assert fields["amount"] == "36000"
    assert fields["conditions"] == "Lokalen ska vara öppen för alla."
    said = plain(fields["reasons"])
    assert "10 % avdrag: 4 000 kr." in said
    assert "Av 40 000 kr beviljas därför 36 000 kr." in said
    typed = {name: fields[name] for name in ("version", "amount", "conditions", "reasons")}
    answer = kim.send(
        f"/arenden/{number}/beslut", **typed, outcome="partly_approved", ground="reduced", reservation=KEPT
    )
    assert answer.status_code == 303, plain(answer.text)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.decide(number)
    text = plain("\n".join(letter(board, number, LetterKind.PARTIAL).lines))
    for words in (
        "Sökt belopp: 40 000 kr.",
        "Beviljat belopp: 36 000 kr",
        "Ansökan kom in i tid: ",
        "10 % avdrag: 4 000 kr.",
        "- Lokalen ska vara öppen för alla.",
        "Pengarna betalas ut i två delar.",
    ):
        assert words in text, words


def test_an_application_that_is_too_late_is_proposed_to_be_dismissed_before_anything_in_it_is_tried(
    board: BoardAtWork, kim: Somebody
) -> None:
    case = applied(board, TODAY - timedelta(days=30))
    number = case.number
    assert case.proposal == "dismiss"
    assert "Kan inte tas upp till prövning" in kim.get(f"/arenden/{number}").text
    form = kim.get(f"/arenden/{number}/beslut").text
    assert re.search(r'value="dismissed"\s+checked', form)
    assert re.search(r'value="too_late"\s+checked', form)
    assert "Därför tas ansökan inte upp till prövning." in sent.fields(form)["reasons"]
    board.do(decisions.declare_no_conflict, number)
    asked = communications.NewCommunication(
        what="Ansökan kom in 30 dagar efter sista ansökningsdag.", reply_by=date(2026, 12, 4), sent_to="styrelsen"
    )
    told = board.do(communications.communicate, number, asked)
    answer = communications.NewReply(communication=told.id, reply="Vi glömde.", handled="Vägt.", replied_on=TODAY)
    board.do(communications.note_reply, number, answer)
    draft = {
        "outcome": DecisionOutcome.DISMISSED,
        "amount": None,
        "reasons": "Ansökan kom in 30 dagar efter sista ansökningsdag.",
    }
    board.propose(number, grounds=(DecisionGround.CRITERION,), **draft)
    with pytest.raises(Refused):  # on another ground it is tried, and something in it is left to look at
        board.do(decisions.make_ready, number)
    board.propose(number, grounds=(DecisionGround.TOO_LATE,), **draft)
    board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK)
    board.do(decisions.make_ready, number)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.decide(number)
    text = plain("\n".join(letter(board, number, LetterKind.DISMISSAL).lines))
    assert "Er ansökan har avvisats: det ni ansöker om har inte prövats." in text
    assert "30 dagar efter sista ansökningsdag" in text
    assert "Pengarna betalas ut i två delar." in text


def test_a_late_application_is_taken_in_and_marked_wherever_it_is_listed(board: BoardAtWork, kim: Somebody) -> None:
    case = applied(board, TODAY - timedelta(days=3))
    for page in (f"/arenden/{case.number}", f"/omgangar/{case.round_id}"):
        assert "3 dagar efter sista ansökningsdag" in plain(kim.get(page).text)
    board.receive(clean_facts(NUMBERS[1]), round_id=board.round_id)
    assert "efter sista ansökningsdag" not in plain(kim.get(f"/omgangar/{board.round_id}").text)
