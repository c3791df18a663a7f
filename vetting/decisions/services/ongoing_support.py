"""What runs against an association today, beside the case that is decided: told where it is decided, never a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from vetting.associations.models.associations import merged_among
from vetting.cases.domain.cases import OPEN, CaseState
from vetting.cases.models.cases import Case, seen_by
from vetting.cases.services.facts_from_records import overdue_reports
from vetting.grants.models import Round
from vetting.group.models import special_reviews
from vetting.kernel.money import kronor
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import not_taken_back
from vetting.kernel.text import Words, _, day_in_words, lower_first, same_in_both
from vetting.payments.domain.reclaims import RECLAIM_STATE_WORDS, ReclaimState
from vetting.payments.models import Payment, Reclaim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person

ENDED_RECLAIM_STATES = (ReclaimState.PAID.value, ReclaimState.QUASHED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningMatter:
    """One thing: what it is, and the case, reclaim or special review where it stands."""

    what: Words
    case: str = ""
    reclaim: str = ""
    review: str = ""


def running_matters(session: Session, cases: Iterable[Case], *, by: Person, on: date) -> dict[int, list[RunningMatter]]:
    """Case -> what runs against its association in the board that day, of what this person may see.

    Overdue reports, payments that are stopped, reclaims that are not paid, special reviews that are open. Only of cases
    that are still to be decided. A few questions, whatever the number of cases.
    """
    asked = [case for case in cases if case.association_id is not None and CaseState(case.state) in OPEN]
    owners = {case.association_id for case in asked if case.association_id is not None}
    if not owners:
        return {}
    merged = merged_among(session, owners)
    records = [*owners, *merged]
    found: dict[int, list[tuple[int, RunningMatter]]] = {}
    for association, key, one in _all(session, records, by, on):
        found.setdefault(merged.get(association, association), []).append((key, one))
    return {
        case.id: told
        for case in asked
        if (told := [one for key, one in found.get(case.association_id or 0, ()) if key != case.id])
    }


def _all(session: Session, records: Sequence[int], by: Person, on: date) -> Iterator[tuple[int, int, RunningMatter]]:
    """(association, the case it stands in, what)."""
    own = (seen_by(by), Case.association_id.in_(records), not_taken_back(Case.batch_id))
    reports = (
        select(Case.association_id, Case.id, Case.number, Round.report_on)
        .join(Round, Round.id == Case.round_id)
        .where(*own, overdue_reports(on))
        .order_by(Case.id)
    )
    for association, key, number, due in session.execute(reports):
        late = _("Redovisning ej inkommen, skulle ha kommit ") + day_in_words(due or on)
        yield association or 0, key, RunningMatter(what=late, case=number)
    if by.may(Action.READ_PAYMENTS):
        stops = (
            select(Case.association_id, Case.id, Case.number, Payment.amount, Payment.stopped_on)
            .join(Payment, Payment.case_id == Case.id)
            .where(*own, Payment.stopped_on.is_not(None), Payment.paid_on.is_(None))
            .order_by(Payment.id)
        )
        for association, key, number, amount, since in session.execute(stops):
            stopped = _("Utbetalning stoppad sedan ") + day_in_words(since or on)
            yield association or 0, key, RunningMatter(what=stopped + same_in_both(": ") + kronor(amount), case=number)
        reclaims = (
            select(Case.association_id, Case.id, Reclaim)
            .join(Reclaim, Reclaim.case_id == Case.id)
            .where(*own, Reclaim.state.not_in(ENDED_RECLAIM_STATES))
            .order_by(Reclaim.id)
        )
        for association, key, row in session.execute(reclaims):
            state = lower_first(RECLAIM_STATE_WORDS[ReclaimState(row.state)])
            what = _("Återkrav, ") + state + same_in_both(": ") + kronor(row.amount)
            yield association or 0, key, RunningMatter(what=what, reclaim=row.number)
    if by.may(Action.READ_SPECIAL_REVIEWS):
        for review in special_reviews.open_of(session, records, by):
            what = _("Fördjupad kontroll pågår sedan ") + day_in_words(review.opened_on)
            yield review.association_id, 0, RunningMatter(what=what, review=review.number)
