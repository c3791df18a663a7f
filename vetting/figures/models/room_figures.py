"""The questions behind the use of rooms: who books, and what the control cost and gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Text, cast, func, select

from vetting.associations.models.associations import records_of
from vetting.associations.models.booker_kinds import SaidBookerKind
from vetting.bookings.models.letting import Deviation, DeviationWithdrawal
from vetting.cases.models.cases import Case
from vetting.cases.models.completions import Completion
from vetting.figures.models.figure_sources import of_board
from vetting.kernel.case_kinds import CaseKind

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from vetting.figures.domain.periods import TimeWindow
    from vetting.kernel.roles import Person

SHOWN_NOT = ("", "none")


class ControlFigures(NamedTuple):
    """What the control of bookings cost and gave in some days."""

    checked: int
    shown: int
    """To a person."""
    asked: int
    """Bookers that were asked for more."""
    refused: int
    fine: int
    """Shown, confirmed, and nothing was noted of them afterwards."""
    deviated: int
    """Shown, confirmed, and something went otherwise than agreed."""


def _of_days(by: Person, window: TimeWindow) -> tuple[ColumnElement[bool], ...]:
    return (of_board(by.board_id), Case.kind == CaseKind.BOOKING, Case.received_on.between(*window))


def kinds_of_bookers(session: Session, by: Person, window: TimeWindow) -> dict[str, int]:
    """Kind of booker -> how many bookings came in; empty: nobody has said what the booker is."""
    said = (
        select(cast(SaidBookerKind.kind, Text))
        .where(
            SaidBookerKind.board_id == by.board_id, SaidBookerKind.association_id.in_(records_of(Case.association_id))
        )
        .order_by(SaidBookerKind.at.desc(), SaidBookerKind.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    kind = func.coalesce(said, "")
    rows = session.execute(select(kind, func.count()).where(*_of_days(by, window)).group_by(kind))
    return {str(found): int(number) for found, number in rows}


def control_figures(session: Session, by: Person, window: TimeWindow) -> ControlFigures:
    """The bookings that came in on some days, and what became of those that were shown."""
    shown = Case.attention.not_in(SHOWN_NOT)
    asked = select(Completion.id).where(Completion.case_id == Case.id).correlate(Case).exists()
    withdrawn = select(DeviationWithdrawal.id).where(DeviationWithdrawal.deviation_id == Deviation.id)
    deviated = select(Deviation.id).where(Deviation.case_id == Case.id, ~withdrawn.exists()).correlate(Case).exists()
    confirmed = shown & (Case.state == "confirmed")
    row = session.execute(
        select(
            func.count(),
            func.count().filter(shown),
            func.count().filter(asked),
            func.count().filter(Case.state == "refused"),
            func.count().filter(confirmed, ~deviated),
            func.count().filter(confirmed, deviated),
        ).where(*_of_days(by, window))
    ).one()
    return ControlFigures(*(int(number) for number in row))
