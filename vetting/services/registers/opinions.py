"""What the reference group advised and what was decided, side by side."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from vetting.domain.association import masked
from vetting.domain.criteria import CaseKind
from vetting.domain.dates import HERE
from vetting.domain.delegation import MAKER_WORDS, Maker
from vetting.domain.passage import Outcome, outcome_words
from vetting.domain.people import Action
from vetting.domain.registers import REGISTER_WORDS, RegisterName
from vetting.domain.reviews import ADVICE_WORDS, NO_OPINION, Advice, departs
from vetting.domain.words import NO_WORDS, Words, lower_first, same
from vetting.services.registers.rows import NO, YES, Sheet, day, named, newest_outcome, number, text
from vetting.store.associations import Association
from vetting.store.cases import Case, seen_by
from vetting.store.decisions import Decision
from vetting.store.meetings import Conflict, Review

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from vetting.domain.people import Person
    from vetting.services.registers.rows import Selection


class Advised(NamedTuple):
    """One opinion of the group."""

    review: Review
    case: Case
    decision: Decision | None
    aside: int


def _decided(row: Advised) -> Words:
    """What was decided, and by whom: the board, a committee or a delegate."""
    decision = row.decision
    if decision is None:
        return NO_WORDS
    what = outcome_words(CaseKind(row.case.kind), Outcome(decision.outcome))
    by = lower_first(MAKER_WORDS[Maker(decision.maker)]) if decision.maker in set(Maker) else same(decision.maker)
    return what + same(", ") + by


def _followed(row: Advised) -> Words:
    advice = Advice(row.review.outcome)
    if row.decision is None or advice in NO_OPINION:
        return NO_WORDS
    return NO if departs(advice, Outcome(row.decision.outcome)) else YES


SHEET: Final[Sheet[Advised]] = Sheet(
    REGISTER_WORDS[RegisterName.OPINIONS],
    (
        day(
            "Möte",
            "Meeting",
            lambda row: row.review.treated_at.astimezone(HERE).date() if row.review.treated_at else None,
        ),
        number("Punkt", "Item", lambda row: row.review.position or None),
        text("Ärendenr", "Case no", lambda row: row.case.number),
        text("Förening", "Association", lambda row: masked(row.case.name)),
        text("Fråga", "Question", lambda row: masked(row.review.question)),
        text("Utfall", "Advice", lambda row: ADVICE_WORDS[Advice(row.review.outcome)]),
        text(
            "Skäl", "Reasons", lambda row: masked("; ".join((row.review.opinion, *row.review.conditions)).strip("; "))
        ),
        text("Avvikande mening", "Dissent", lambda row: masked(row.review.dissent)),
        number("Jäv (antal)", "Conflicts (number)", lambda row: int(row.aside)),
        text("Beslut", "Decision", _decided),
        text("Följt (ja/nej)", "Followed (yes/no)", _followed),
    ),
)


def rows(session: Session, selection: Selection, by: Person) -> list[Advised]:
    """The opinions in cases that this person may see, in the order they were given."""
    aside = (
        select(func.count(Conflict.id))
        .where(Conflict.case_id == Case.id, Conflict.withdrawn_at.is_(None))
        .correlate(Case)
        .scalar_subquery()
    )
    wanted = [seen_by(by, Action.READ_REGISTERS), Review.outcome != "", *named(selection)]
    if selection.first:
        wanted.append(Review.treated_at >= datetime.combine(selection.first, time.min, HERE))
    if selection.last:
        wanted.append(Review.treated_at < datetime.combine(selection.last + timedelta(days=1), time.min, HERE))
    found = session.execute(
        select(Review, Case, Decision, aside)
        .join(Case, Case.id == Review.case_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .outerjoin(Decision, Decision.id == newest_outcome())
        .where(*wanted)
        .order_by(Review.treated_at, Review.id)
    )
    return [Advised(*row) for row in found]
