"""Stops of payments: each decision to stop, its terms, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from vetting.associations.models.associations import Association
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision, quashed_decisions
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterName
from vetting.kernel.roles import Action
from vetting.kernel.text import NO_WORDS, Words, _
from vetting.money.models.payments import StopTerms
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
    with_point,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.registers.columns import RegisterSelection


class StopRegisterRow(NamedTuple):
    """One decision to stop a payment."""

    stop: Decision
    case: Case
    number: str | None
    terms: StopTerms | None
    release: Decision | None
    decider: Words = NO_WORDS
    lifted_by: Words = NO_WORDS


SHEET: Final[SheetDefinition[StopRegisterRow]] = SheetDefinition(
    REGISTER_WORDS[RegisterName.PAYMENT_STOPS],
    (
        text_column(_("Ärendenr"), lambda row: row.case.number),
        text_column(_("Förening"), lambda row: mask_personal_numbers(row.case.name)),
        text_column(_("Org.nr"), lambda row: format_number(row.number) if row.number else ""),
        money_column(_("Belopp stoppat kr"), lambda row: row.stop.amount, total=None),
        text_column(_("Grund"), lambda row: mask_personal_numbers(row.stop.reasons)),
        text_column(_("Så kan det rättas"), lambda row: row.terms.cure if row.terms is not None else ""),
        day_column(_("Beslutat"), lambda row: row.stop.decided_on),
        text_column(_("Beslutsfattare"), lambda row: with_point(row.decider, row.stop)),
        day_column(_("Omprövas senast"), lambda row: row.terms.review_on if row.terms is not None else None),
        day_column(_("Hävt datum"), lambda row: row.release.decided_on if row.release is not None else None),
        text_column(_("Hävt av"), lambda row: row.lifted_by),
    ),
    leading=(
        "Förening",
        "Ärendenr",
        "Org.nr",
        "Belopp stoppat kr",
        "Grund",
        "Så kan det rättas",
        "Beslutat",
        "Beslutsfattare",
        "Omprövas senast",
        "Hävt datum",
        "Hävt av",
    ),
    brief=("Förening", "Belopp stoppat kr", "Omprövas senast", "Hävt datum"),
)


def stop_rows(session: Session, selection: RegisterSelection) -> list[StopRegisterRow]:
    """The stops in cases that this person may see, by the day they were decided."""
    release = aliased(Decision)
    found = session.execute(
        select(Decision, Case, Association.number, StopTerms, release)
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(StopTerms, StopTerms.decision_id == Decision.id)
        .outerjoin(
            release,
            (release.changes_id == Decision.id)
            & (release.kind == "payment_release")
            & release.id.not_in(quashed_decisions()),
        )
        .outerjoin(Association, Association.id == Case.association_id)
        .where(*_conditions(selection, session.person), *of_keys(selection, Decision.id))
        .order_by(Decision.decided_on, Decision.id)
    )
    rows, decider = [StopRegisterRow(*row) for row in found], decider_words(session)
    return [row._replace(decider=decider(row.stop), lifted_by=decider(row.release)) for row in rows]


def stop_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The decisions of the rows, the newest first."""
    return decision_keys(by, _conditions(selection, by, by_key=True))


def _conditions(selection: RegisterSelection, by: Person, *, by_key: bool = False) -> list[ColumnElement[bool]]:
    return [
        seen_by(by, Action.READ_REGISTERS, by_key=by_key or selection.keys is not None),
        Decision.kind == "payment_stop",
        *decided_between(selection),
        *cases_chosen(selection),
    ]
