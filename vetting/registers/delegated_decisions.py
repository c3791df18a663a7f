"""Decisions by delegation, and when the board was told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from vetting.associations.models.associations import Association
from vetting.casework import outcome_in_words
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision, DecisionEvent
from vetting.grants.models.rounds import Round
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterName
from vetting.kernel.roles import Action
from vetting.kernel.text import NO_WORDS, Words, _
from vetting.people.domain.delegation import DELEGATED_AUTHORITIES
from vetting.registers.columns import (
    SheetDefinition,
    cases_chosen,
    day_column,
    decided_between,
    decider_words,
    decision_keys,
    money_column,
    of_keys,
    text_column,
)

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.registers.columns import RegisterSelection


class DelegatedDecisionRegisterRow(NamedTuple):
    """One decision."""

    decision: Decision
    case: Case
    round_dnr: str | None
    told_on: date | None
    decider: Words = NO_WORDS


def _decision_in_words(row: DelegatedDecisionRegisterRow) -> Words:
    made = row.decision
    return outcome_in_words(made.kind, made.outcome, by_exception=made.set_aside)


SHEET: Final[SheetDefinition[DelegatedDecisionRegisterRow]] = SheetDefinition(
    REGISTER_WORDS[RegisterName.DELEGATED],
    (
        day_column(_("Beslutsdatum"), lambda row: row.decision.decided_on),
        text_column(_("Ärendenr"), lambda row: row.case.number),
        text_column(_("Dnr"), lambda row: row.case.dnr or row.round_dnr or ""),
        text_column(_("Förening"), lambda row: mask_personal_numbers(row.case.name)),
        text_column(_("Beslut"), _decision_in_words),
        # Grants, stops and reclaims stand in one column: their sum would say nothing.
        money_column(_("Belopp kr"), lambda row: row.decision.amount, total=None),
        text_column(_("Delegat"), lambda row: row.decider),
        text_column(_("Delegationspunkt"), lambda row: row.decision.delegation_point),
        day_column(_("Anmält till nämnden"), lambda row: row.told_on),
    ),
    leading=(
        "Förening",
        "Ärendenr",
        "Dnr",
        "Beslutsdatum",
        "Beslut",
        "Belopp kr",
        "Delegat",
        "Delegationspunkt",
        "Anmält till nämnden",
    ),
    brief=("Förening", "Beslut", "Belopp kr"),
)


def delegated_rows(session: Session, selection: RegisterSelection) -> list[DelegatedDecisionRegisterRow]:
    """The decisions in cases that this person may see, by day; those that do not hold any more, too."""
    told = (
        select(func.min(DecisionEvent.on))
        .where(DecisionEvent.decision_id == Decision.id, DecisionEvent.what == DecisionEventKind.REPORTED.value)
        .correlate(Decision)
        .scalar_subquery()
    )
    found = session.execute(
        select(Decision, Case, Round.dnr, told)
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(Round, Round.id == Case.round_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(*_conditions(selection, session.person), *of_keys(selection, Decision.id))
        .order_by(Decision.decided_on, Decision.id)
    )
    rows, decider = [DelegatedDecisionRegisterRow(*row) for row in found], decider_words(session)
    return [row._replace(decider=decider(row.decision)) for row in rows]


def delegated_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The decisions of the rows, the newest first."""
    return decision_keys(by, _conditions(selection, by, by_key=True))


def _conditions(selection: RegisterSelection, by: Person, *, by_key: bool = False) -> list[ColumnElement[bool]]:
    return [
        seen_by(by, Action.READ_REGISTERS, by_key=by_key or selection.keys is not None),
        Decision.maker.in_(DELEGATED_AUTHORITIES),
        Decision.execution.is_(False),
        *decided_between(selection),
        *cases_chosen(selection),
    ]
