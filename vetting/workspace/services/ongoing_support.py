"""What runs against an association today, beside the case that is decided: told where it is decided, never a reason."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, bindparam, cast, literal, null, select, union_all

from vetting.associations.models.associations import merged_among
from vetting.casework.domain.cases import OPEN
from vetting.casework.models import special_reviews
from vetting.casework.models.cases import Case, seen_by
from vetting.kernel.money import kronor
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.text import Words, _, day_in_words, lower_first, same_in_both
from vetting.money.domain.reclaims import ENDED, RECLAIM_STATE_WORDS
from vetting.money.models.owed_reports import overdue_reports
from vetting.money.models.payments import Payment
from vetting.money.models.reclaims import Reclaim
from vetting.money.models.reports import report_due

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import InstrumentedAttribute

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session

LATE_REPORT, STOPPED_PAYMENT, UNPAID_RECLAIM = range(3)
"""What is told first of what runs."""
ENDED_RECLAIM_STATES = tuple(sorted(state.value for state in ENDED))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningMatter:
    """One thing: what it is, and the case, reclaim or special review where it stands."""

    what: Words
    case: str = ""
    reclaim: str = ""
    review: str = ""


def running_matters(session: Session, cases: Iterable[Case], *, on: date) -> dict[int, list[RunningMatter]]:
    """Case -> what runs against its association in the board that day, of what this person may see.

    Overdue reports, payments that are stopped, reclaims that are not paid, special reviews that are open. Only of cases
    that are still to be decided. A few questions, whatever the number of cases.
    """
    asked = [case for case in cases if case.association_id is not None and case.state in OPEN]
    owners = {case.association_id for case in asked if case.association_id is not None}
    if not owners:
        return {}
    merged = merged_among(session, owners)
    records = [*owners, *merged]
    found: dict[int, list[tuple[int, RunningMatter]]] = {}
    for association, key, one in _all(session, records, on):
        found.setdefault(merged.get(association, association), []).append((key, one))
    return {
        case.id: told
        for case in asked
        if (told := [one for key, one in found.get(case.association_id or 0, ()) if key != case.id])
    }


def _all(session: Session, records: Sequence[int], on: date) -> Iterator[tuple[int, int, RunningMatter]]:
    """(association, the case it stands in, what)."""
    for row in session.execute(_of_records(session.person), {"records": list(records), "on": on}):
        yield row.association_id or 0, row.case_id, _in_words(row, row.since or on)
    if session.person.may(Action.READ_SPECIAL_REVIEWS):
        for review in special_reviews.open_of(session, records):
            what = _("Fördjupad kontroll pågår sedan ") + day_in_words(review.opened_on)
            yield review.association_id, 0, RunningMatter(what=what, review=review.number)


@lru_cache(maxsize=1024)
def _of_records(by: Person) -> Select[*tuple[Any, ...]]:
    """What a person may see of the matters of some records on a day, which are its parameters."""
    late = _late_reports()
    asked = [late, _stopped_payments(), _unpaid_reclaims()] if by.may(Action.READ_PAYMENTS) else [late]
    of_these = Case.association_id.in_(bindparam("records", expanding=True))
    own = (seen_by(by), of_these, is_batch_not_undone(Case.batch_id))
    rows = union_all(*(query.where(*own) for query in asked)).subquery()
    return select(rows).order_by(rows.c.kind, rows.c.place)


def _matters(
    kind: int,
    place: InstrumentedAttribute[int],
    number: InstrumentedAttribute[str],
    amount: ColumnElement[int] | InstrumentedAttribute[int],
    since: ColumnElement[date | None] | InstrumentedAttribute[date | None],
    state: ColumnElement[str] | InstrumentedAttribute[str],
) -> Select[*tuple[Any, ...]]:
    """A query of matters of one kind: whose, where they stand, and what their words are made of."""
    return select(
        literal(kind).label("kind"),
        place.label("place"),
        Case.association_id.label("association_id"),
        Case.id.label("case_id"),
        number.label("number"),
        amount.label("amount"),
        since.label("since"),
        state.label("state"),
    )


def _late_reports() -> Select[Any]:
    found = _matters(LATE_REPORT, Case.id, Case.number, literal(0), report_due(), literal(""))
    return found.where(overdue_reports(bindparam("on", type_=Date)))


def _stopped_payments() -> Select[Any]:
    found = _matters(STOPPED_PAYMENT, Payment.id, Case.number, Payment.amount, Payment.stopped_on, literal(""))
    return found.join(Payment, Payment.case_id == Case.id).where(
        Payment.stopped_on.is_not(None), Payment.paid_on.is_(None)
    )


def _unpaid_reclaims() -> Select[Any]:
    found = _matters(UNPAID_RECLAIM, Reclaim.id, Reclaim.number, Reclaim.amount, cast(null(), Date), Reclaim.state)
    return found.join(Reclaim, Reclaim.case_id == Case.id).where(Reclaim.state.not_in(ENDED_RECLAIM_STATES))


def _in_words(row: Row[Any], since: date) -> RunningMatter:
    if row.kind == LATE_REPORT:
        late = _("Redovisning ej inkommen, skulle ha kommit ") + day_in_words(since)
        return RunningMatter(what=late, case=row.number)
    if row.kind == STOPPED_PAYMENT:
        stopped = _("Utbetalning stoppad sedan ") + day_in_words(since)
        return RunningMatter(what=stopped + same_in_both(": ") + kronor(row.amount), case=row.number)
    state = lower_first(RECLAIM_STATE_WORDS[row.state])
    return RunningMatter(what=_("Återkrav, ") + state + same_in_both(": ") + kronor(row.amount), reclaim=row.number)
