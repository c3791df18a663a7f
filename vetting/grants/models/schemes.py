"""Grant schemes as they are kept: what a board gives money for, by which rules."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint, event, false, select
from sqlalchemy.orm import Mapped

from vetting.kernel.decision_outcomes import IncompleteTreatment, Reservation
from vetting.kernel.store.base import Base, Texts, public_column, register_enum_types
from vetting.kernel.store.read_cache import cached_query, pin_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.session import Session


class GrantPeriod(StrEnum):
    """What time a grant is for."""

    CALENDAR_YEAR = "calendar_year"
    SCHOOL_YEAR = "school_year"
    PROJECT = "project"


class StateAid(StrEnum):
    """What a board has found of a kind of grant by the rules on state aid."""

    NO_ECONOMIC_ACTIVITY = "no_economic_activity"
    DE_MINIMIS = "de_minimis"
    """Aid of minor importance: declared by the applicant, and entered in the central register once granted.

    Source: Commission Regulation (EU) 2023/2831, articles 3 and 6.
    """


register_enum_types(GrantPeriod, IncompleteTreatment, StateAid)


def all_reservations() -> Texts:
    """Every reservation by name: what a grant holds open unless its scheme says otherwise."""
    return [item.value for item in Reservation]


class GrantScheme(Base):
    """A kind of grant of a board (*bidragsform*): what it is for, and the rule set that judges what is applied for."""

    __tablename__ = "grant_schemes"
    __table_args__ = (UniqueConstraint("board_id", "name"), Index(None, "board_id", "ruleset"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    name: Mapped[str] = public_column()
    purpose: Mapped[str] = public_column(default="")
    ruleset: Mapped[str] = public_column(default="")
    """Its own rule set; empty where the rules that the board has for all grants judge it."""
    period: Mapped[GrantPeriod | None] = public_column()
    answer_days: Mapped[int | None] = public_column()
    """Of one that is applied for all the year (*löpande*): within how many days it is answered. None: by a last day."""
    not_completed: Mapped[IncompleteTreatment] = public_column(
        default=IncompleteTreatment.AS_IT_STANDS, server_default=IncompleteTreatment.AS_IT_STANDS.value
    )
    conditions: Mapped[str] = public_column(default="", server_default="")
    """Conditions and reservations of each approval, one on a line."""
    letter_text: Mapped[str] = public_column(default="", server_default="")
    """What stands in each letter on a decision, after the decision."""
    reservations: Mapped[Texts] = public_column(
        default=all_reservations, server_default='["stop", "report", "reclaim"]'
    )
    """What each approval holds open, Reservation by name."""
    state_aid: Mapped[StateAid | None] = public_column()
    """None: the board has said nothing of it."""
    report_days: Mapped[int | None] = public_column()
    """Days from the decision to the report, of a grant whose round says no day."""
    report_below: Mapped[int | None] = public_column()
    """A grant under this, in öre, is told of simply: an amount used. None: each is told of in full."""
    report_sample: Mapped[int | None] = public_column()
    """Of those under it, so many per cent are drawn to be told of in full."""
    report_participants: Mapped[bool] = public_column(default=False, server_default=false())
    """Whether a report in full says how many took part, by sex."""
    instalments: Mapped[str] = public_column(default="", server_default="")
    """How its grants are paid, a line each; empty: at once."""
    ended_at: Mapped[datetime | None] = public_column()
    """Since when no new round is for it."""


event.listen(GrantScheme, "load", pin_row)


def schemes(session: Session, board_id: int) -> Sequence[GrantScheme]:
    """The board's grant schemes by name."""
    found = select(GrantScheme).where(GrantScheme.board_id == board_id).order_by(GrantScheme.name, GrantScheme.id)
    return session.scalars(found).all()


def schemes_with(session: Session, board_id: int, ruleset: str) -> Sequence[GrantScheme]:
    """The board's grant schemes that a rule set is the own rules of."""
    return [item for item in schemes(session, board_id) if item.ruleset == ruleset]


def scheme_of(session: Session, key: int) -> GrantScheme | None:
    return session.scalar(
        select(GrantScheme).where(GrantScheme.board_id == session.person.board_id, GrantScheme.id == key)
    )


@cached_query(GrantScheme)
def rulesets_of_schemes(session: Session, board_id: int) -> frozenset[str]:
    """The rule sets that judge some grant schemes only, those that have ended too."""
    found = select(GrantScheme.ruleset).where(GrantScheme.board_id == board_id, GrantScheme.ruleset != "")
    return frozenset(session.scalars(found))
