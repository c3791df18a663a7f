"""Granted associations of a year, and when each was last followed up: what every count of them is made of."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from vetting.casework.domain.cases import FOLLOW_UPS
from vetting.casework.models.cases import Case, CaseMark, seen_by
from vetting.casework.models.decisions import Decision, current_grants
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Action
from vetting.kernel.store.day_counts import day_in_sweden

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, ScalarSelect, Select

    from vetting.kernel.roles import Person

MARKS: Final = tuple(sorted(kind.value for kind in FOLLOW_UPS))


def mark_day() -> ColumnElement[date]:
    """The day of a follow-up: its own, else the day that it was noted."""
    return func.coalesce(CaseMark.on, day_in_sweden(CaseMark.at))


def granted_associations(
    by: Person, year: int, *, until: date | None = None
) -> Select[int | None, int, int | None, date]:
    """(association, newest case, öre, newest day) of each with a grant decided in a year or the one before.

    Support that is granted in December runs in the year that follows. until: the last day that counts.
    """
    return (
        select(
            Case.association_id.label("association"),
            func.max(Case.id).label("case"),
            func.sum(Decision.amount).label("granted"),
            func.max(Decision.decided_on).label("decided_on"),
        )
        .join(Decision, Decision.case_id == Case.id)
        .where(
            Decision.board_id == by.board_id,
            Decision.decided_on.between(date(year - 1, 1, 1), until or date(year, 12, 31)),
            Case.association_id.is_not(None),
            current_grants(),
            seen_by(by, Action.READ_REGISTERS, by_key=True),
        )
        .group_by(Case.association_id)
    )


def last_followed(board_id: int, association: ColumnElement[int], *, until: date | None = None) -> ScalarSelect[date]:
    """When an association was last followed up in a board. until: the last day that counts."""
    own = aliased(Case)
    wanted = select(func.max(mark_day())).where(
        CaseMark.case_id == own.id,
        own.board_id == board_id,
        own.association_id == association,
        own.kind == CaseKind.GRANT,
        CaseMark.kind.in_(MARKS),
        CaseMark.withdrawn_at.is_(None),
    )
    if until is not None:
        wanted = wanted.where(mark_day() <= until)
    return wanted.correlate_except(CaseMark, own).scalar_subquery()
