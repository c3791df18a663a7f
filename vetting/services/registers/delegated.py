"""Decisions by delegation, and when the board was told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from vetting.domain.after_decision import Happened
from vetting.domain.association import masked
from vetting.domain.criteria import CaseKind
from vetting.domain.delegation import DELEGATED
from vetting.domain.passage import MEASURE_WORDS, Outcome, outcome_words
from vetting.domain.people import Action, function_in_words
from vetting.domain.registers import REGISTER_WORDS, RegisterName
from vetting.domain.words import Words, same
from vetting.services.registers.rows import Sheet, day, decided_between, money, named, text
from vetting.store.associations import Association
from vetting.store.cases import Case, seen_by
from vetting.store.decisions import Decision, DecisionEvent
from vetting.store.rounds import Round

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from vetting.domain.people import Person
    from vetting.services.registers.rows import Selection


class Delegated(NamedTuple):
    """One decision."""

    decision: Decision
    case: Case
    round_dnr: str | None
    told_on: date | None


def _what(row: Delegated) -> Words:
    decision = row.decision
    if decision.kind in set(CaseKind):
        return outcome_words(CaseKind(decision.kind), Outcome(decision.outcome))
    return MEASURE_WORDS.get(decision.kind, same(decision.kind))


SHEET: Final[Sheet[Delegated]] = Sheet(
    REGISTER_WORDS[RegisterName.DELEGATED],
    (
        day("Beslutsdatum", "Decision date", lambda row: row.decision.decided_on),
        text("Ärendenr", "Case no", lambda row: row.case.number),
        text("Dnr", "Registry no", lambda row: row.case.dnr or row.round_dnr or ""),
        text("Förening", "Association", lambda row: masked(row.case.name)),
        text("Beslut", "Decision", _what),
        # Grants, stops and reclaims stand in one column: their sum would say nothing.
        money("Belopp kr", "Amount SEK", lambda row: row.decision.amount, summed=False),
        text("Delegat", "Delegate", lambda row: function_in_words(row.decision.by_function)),
        text("Delegationspunkt", "Delegation point", lambda row: row.decision.delegation_point),
        day("Anmält till nämnden", "Reported to the board", lambda row: row.told_on),
    ),
)


def rows(session: Session, selection: Selection, by: Person) -> list[Delegated]:
    """The decisions in cases that this person may see, by day; those that do not hold any more, too."""
    told = (
        select(func.min(DecisionEvent.on))
        .where(DecisionEvent.decision_id == Decision.id, DecisionEvent.what == Happened.REPORTED.value)
        .correlate(Decision)
        .scalar_subquery()
    )
    found = session.execute(
        select(Decision, Case, Round.dnr, told)
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(Round, Round.id == Case.round_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(
            seen_by(by, Action.READ_REGISTERS),
            Decision.maker.in_([maker.value for maker in DELEGATED]),
            Decision.execution.is_(False),
            *decided_between(selection),
            *named(selection),
        )
        .order_by(Decision.decided_on, Decision.id)
    )
    return [Delegated(*row) for row in found]
