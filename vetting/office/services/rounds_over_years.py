"""A board's rounds over the years: how many applied for how much, and how much of it was granted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from vetting.boards.services.sign_in import require_permission
from vetting.cases.models.cases import Case, seen_by
from vetting.decisions.models.decisions import Decision, standing_decisions
from vetting.grants.models.outside_decisions import OutsideDecision
from vetting.grants.models.rounds import Round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import FAVOURABLE
from vetting.kernel.roles import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person


class RoundFigures(NamedTuple):
    """A round, or what a list says of a year, in figures. Amounts in öre."""

    round_id: int | None
    """None of what was decided outside the program."""
    name: str
    year: int
    applications: int
    applied: int
    decided: int
    """Applications of which something is decided."""
    grants: int
    granted: int

    @property
    def share(self) -> int | None:
        """How much of what was applied for was granted, in percent; None where nothing was applied for."""
        return round(100 * self.granted / self.applied) if self.applied else None


class YearFigures(NamedTuple):
    """A year with its rounds."""

    year: int
    rounds: Sequence[RoundFigures]

    @property
    def applied(self) -> int:
        """What was applied for, in öre."""
        return sum(one.applied for one in self.rounds)

    @property
    def granted(self) -> int:
        """What was granted, in öre."""
        return sum(one.granted for one in self.rounds)


def rounds_over_years(session: Session, by: Person) -> list[YearFigures]:
    """All rounds of the board by the year of their decision, else of their last day; the latest year first.

    Of the cases that this person may see.
    """
    require_permission(by, Action.READ_REGISTERS)
    found = [*_rounds(session, by), *_outside(session, by)]
    return [
        YearFigures(year, [one for one in found if one.year == year])
        for year in sorted({one.year for one in found}, reverse=True)
    ]


def _rounds(session: Session, by: Person) -> list[RoundFigures]:
    own = Round.board_id == by.board_id
    applied = {
        key: (many, asked)
        for key, many, asked in session.execute(
            select(Case.round_id, func.count(Case.id), func.sum(Case.amount_applied))
            .join(Round, Round.id == Case.round_id)
            .where(own, seen_by(by, Action.READ_REGISTERS))
            .group_by(Case.round_id)
        )
    }
    made: dict[int | None, tuple[int, int, int]] = {}
    for key, outcome, many, amount in session.execute(
        select(Case.round_id, Decision.outcome, func.count(Decision.id), func.sum(Decision.amount))
        .join(Case, Case.id == Decision.case_id)
        .join(Round, Round.id == Case.round_id)
        .where(own, Decision.kind == CaseKind.GRANT.value, standing_decisions(), seen_by(by, Action.READ_REGISTERS))
        .group_by(Case.round_id, Decision.outcome)
    ):
        decided, grants, granted = made.get(key, (0, 0, 0))
        gives = outcome in FAVOURABLE
        made[key] = (decided + many, grants + (many if gives else 0), granted + (int(amount or 0) if gives else 0))
    listed = []
    for about in session.scalars(select(Round).where(own).order_by(Round.closes_on, Round.id)):
        many, asked = applied.get(about.id, (0, 0))
        decided, grants, granted = made.get(about.id, (0, 0, 0))
        year = (about.decision_on or about.closes_on).year
        listed.append(RoundFigures(about.id, about.name, year, int(many), int(asked or 0), decided, grants, granted))
    return listed


def _outside(session: Session, by: Person) -> list[RoundFigures]:
    """The own board's decisions of earlier years, as lists say them."""
    gives = func.coalesce(OutsideDecision.granted, 0) > 0
    year = func.extract("year", func.coalesce(Round.decision_on, Round.closes_on))
    decided_here = (
        select(Decision.id)
        .join(Case, Case.id == Decision.case_id)
        .join(Round, Round.id == Case.round_id)
        .where(
            Case.board_id == by.board_id,
            Case.association_id == OutsideDecision.association_id,
            Decision.kind == CaseKind.GRANT.value,
            standing_decisions(),
            year == OutsideDecision.year,
        )
        .correlate(OutsideDecision)
    )
    wanted = (
        select(
            OutsideDecision.year,
            func.count(OutsideDecision.id),
            func.sum(OutsideDecision.applied),
            func.count(OutsideDecision.id).filter(gives),
            func.sum(OutsideDecision.granted),
        )
        .where(
            OutsideDecision.board_id == by.board_id,
            OutsideDecision.giver == "",
            OutsideDecision.taken_back_at.is_(None),
            ~decided_here.exists(),  # what the program decided itself is not counted again from a list
        )
        .group_by(OutsideDecision.year)
    )
    return [
        RoundFigures(None, "", year, many, int(asked or 0), many, int(grants), int(granted or 0))
        for year, many, asked, grants, granted in session.execute(wanted)
    ]
