"""What the reference group advised and what was decided, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from vetting.associations.models.associations import Association
from vetting.casework.domain.advice import ADVICE_WORDS, NO_OPINION, Advice, departs_from_advice
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision
from vetting.casework.models.meetings import Conflict, Review
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import DecisionOutcome, outcome_words
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.roles import Action
from vetting.kernel.text import NO_WORDS, Words, _, in_context, same_in_both
from vetting.registers.columns import (
    NO,
    YES,
    SheetDefinition,
    cases_chosen,
    day_column,
    decider_words,
    newest_outcome,
    number_column,
    of_keys,
    on_moments,
    text_column,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.registers.columns import RegisterSelection


class OpinionRegisterRow(NamedTuple):
    """One opinion of the group."""

    review: Review
    case: Case
    decision: Decision | None
    aside: int
    decider: Words = NO_WORDS


def _decision_in_words(row: OpinionRegisterRow) -> Words:
    """What was decided, and by whom: the board, a committee or a delegate."""
    decision = row.decision
    if decision is None:
        return NO_WORDS
    what = outcome_words(row.case.kind, decision.outcome, by_exception=bool(decision.set_aside))
    return what + same_in_both(", ") + row.decider


def _whether_followed(row: OpinionRegisterRow) -> Words:
    advice = Advice(row.review.outcome)
    untried = row.decision is not None and row.decision.outcome is DecisionOutcome.DISCONTINUED
    if row.decision is None or untried or advice in NO_OPINION:
        return NO_WORDS
    return (
        NO if departs_from_advice(advice, row.decision.outcome, has_conditions=bool(row.decision.conditions)) else YES
    )


SHEET: Final[SheetDefinition[OpinionRegisterRow]] = SheetDefinition(
    _("Gruppens ställningstaganden"),
    (
        day_column(_("Möte"), lambda row: day_here(row.review.treated_at) if row.review.treated_at else None),
        number_column(_("Punkt"), lambda row: row.review.position or None),
        text_column(_("Ärendenr"), lambda row: row.case.number),
        text_column(_("Förening"), lambda row: mask_personal_numbers(row.case.name)),
        text_column(in_context("heading", "Fråga"), lambda row: mask_personal_numbers(row.review.question)),
        text_column(in_context("heading", "Utfall"), lambda row: ADVICE_WORDS[Advice(row.review.outcome)]),
        text_column(
            _("Skäl"),
            lambda row: mask_personal_numbers("; ".join((row.review.opinion, *row.review.conditions)).strip("; ")),
        ),
        text_column(_("Avvikande mening"), lambda row: mask_personal_numbers(row.review.dissent)),
        number_column(_("Jäv (antal)"), lambda row: int(row.aside)),
        text_column(_("Beslut"), _decision_in_words),
        text_column(_("Följt (ja/nej)"), _whether_followed),
    ),
    leading=(
        "Förening",
        "Ärendenr",
        "Möte",
        "Punkt",
        "Fråga",
        "Utfall",
        "Skäl",
        "Avvikande mening",
        "Jäv (antal)",
        "Beslut",
        "Följt (ja/nej)",
    ),
    brief=("Förening", "Utfall", "Följt (ja/nej)"),
)


def opinion_rows(session: Session, selection: RegisterSelection) -> list[OpinionRegisterRow]:
    """The opinions in cases that this person may see, in the order they were given."""
    aside = (
        select(func.count(Conflict.id))
        .where(Conflict.case_id == Case.id, Conflict.withdrawn_at.is_(None))
        .correlate(Case)
        .scalar_subquery()
    )
    found = session.execute(
        select(Review, Case, Decision, aside)
        .join(Case, Case.id == Review.case_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .outerjoin(Decision, Decision.id == newest_outcome())
        .where(*_conditions(selection, session.person), *of_keys(selection, Review.id))
        .order_by(Review.treated_at, Review.id)
    )
    rows, decider = [OpinionRegisterRow(*row) for row in found], decider_words(session)
    return [row._replace(decider=decider(row.decision)) for row in rows]


def opinion_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The opinions of the rows, the newest first."""
    return (
        select(Review.id)
        .join(Case, Case.id == Review.case_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(*_conditions(selection, by))
        .order_by(Review.treated_at.desc(), Review.id.desc())
    )


def _conditions(selection: RegisterSelection, by: Person) -> list[ColumnElement[bool]]:
    return [
        seen_by(by, Action.READ_REGISTERS, by_key=selection.keys is not None),
        Review.outcome != "",
        *cases_chosen(selection),
        *on_moments(selection, Review.treated_at),
    ]
