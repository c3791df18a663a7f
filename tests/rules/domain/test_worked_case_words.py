"""What a person reads of a worked case: the whole of the first, of the next only what differs."""

from __future__ import annotations

from dataclasses import replace

from tests.board import rules
from tests.factories import NOW
from vetting.engine.facts import Facts
from vetting.engine.proposal import Proposal
from vetting.engine.results import CriterionResult
from vetting.engine.worked_cases import WorkedCase
from vetting.kernel.case_kinds import CaseKind
from vetting.rules.domain.worked_case_words import cases_to_read

SHIPPED = rules().folder.sets["grundkrav-bidrag"]
FIRST = WorkedCase(
    name="Allt uppfyllt",
    kind=CaseKind.GRANT,
    moment=SHIPPED.criteria[0].moment,
    on=NOW.date(),
    facts=Facts({"members_total": 20, "members_in_municipality": 12, "seat_municipality": "Exempelby"}),
    assessments={},
    proposal=Proposal.APPROVE,
    attention=None,
    results={SHIPPED.criteria[0].id: CriterionResult.MET},
    amount=500_000,
    accepted=False,
)
FEW = replace(
    FIRST,
    name="För få",
    facts=Facts({"members_total": 3, "members_in_municipality": 12}, frozenset({"statutes"})),
    proposal=Proposal.REFUSE,
    results={SHIPPED.criteria[0].id: CriterionResult.NOT_MET},
    amount=None,
)


def plain(words: object) -> str:
    return str(words).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_first_is_told_whole_and_the_next_by_what_differs() -> None:
    first, few = cases_to_read([FIRST, FEW], SHIPPED)
    assert (first.like, first.given[0].sv) == ("", "Antal medlemmar: 20")
    assert [plain(line.sv) for line in first.expected] == [
        "Förslag: Inga hinder hittade i det som kontrollerats",
        "Belopp enligt reglerna, före avdrag: 5 000 kr",
        "Uppfyllda krav: 1",
    ]
    assert few.like == ""  # three of three lines differ: told whole
    near = replace(FEW, facts=Facts({**FIRST.facts.values, "members_total": 3}))
    _first, told = cases_to_read([FIRST, near], SHIPPED)
    assert (told.like, [line.sv for line in told.given]) == ("Allt uppfyllt", ["Antal medlemmar: 3"])
    assert told.expected[-1].sv.endswith(": ej uppfyllt")


def test_what_the_first_says_and_the_next_does_not_is_told_too() -> None:
    silent = replace(FIRST, name="Utan säte", facts=FIRST.facts.without(["seat_municipality"]))
    _first, told = cases_to_read([FIRST, silent], SHIPPED)
    assert [line.sv.endswith(": inte angivet") for line in told.given] == [True]


def test_accepted_cases_are_not_read_again_and_keep_their_places() -> None:
    (told,) = cases_to_read([replace(FIRST, accepted=True), replace(FEW, place=1)], SHIPPED)
    assert told.case.place == 1
