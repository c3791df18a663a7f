"""Which day a register goes by: what "from" and "to" are compared with."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.text import Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class RegisterDay(StrEnum):
    """A day that a register's rows have."""

    DECIDED = "decided"
    PLANNED = "planned"
    PAID = "paid"
    DUE = "due"
    RECEIVED = "received"
    USED = "used"
    OPENED = "opened"
    MONEY_IN = "money-in"
    TREATED = "treated"
    DONE = "done"
    HELD = "held"


REGISTER_DAY_WORDS: Final[Mapping[RegisterDay, Words]] = {
    RegisterDay.DECIDED: _("Beslutat"),
    RegisterDay.PLANNED: _("Planerad utbetalning"),
    RegisterDay.PAID: _("Betalt"),
    RegisterDay.DUE: _("Redovisning senast"),
    RegisterDay.RECEIVED: _("Inkom"),
    RegisterDay.USED: _("Dagen lokalen används"),
    RegisterDay.OPENED: _("Återkravet öppnat"),
    RegisterDay.MONEY_IN: _("Inbetalt"),
    RegisterDay.TREATED: _("Behandlat av gruppen"),
    RegisterDay.DONE: _("Gjort"),
    RegisterDay.HELD: _("Hade rollen"),
}
_BY_DECISION: Final = (RegisterDay.DECIDED,)
_DAYS: Final[Mapping[RegisterName, tuple[RegisterDay, ...]]] = {
    RegisterName.APPROVALS: (RegisterDay.DECIDED, RegisterDay.USED),
    RegisterName.REFUSALS: (RegisterDay.DECIDED, RegisterDay.USED),
    RegisterName.PAYMENTS: (RegisterDay.DECIDED, RegisterDay.PLANNED, RegisterDay.PAID),
    RegisterName.FOLLOW_UP: (RegisterDay.DECIDED, RegisterDay.DUE, RegisterDay.RECEIVED),
    RegisterName.RECLAIMS: (RegisterDay.DECIDED, RegisterDay.OPENED, RegisterDay.MONEY_IN),
    RegisterName.OPINIONS: (RegisterDay.TREATED,),
    RegisterName.DEVIATIONS: (RegisterDay.DONE,),
    RegisterName.BOOKINGS: (RegisterDay.USED, RegisterDay.DECIDED, RegisterDay.RECEIVED),
    RegisterName.ROLES: (RegisterDay.HELD,),
}
AS_OF: Final = frozenset({RegisterName.APPROVALS, RegisterName.PAYMENTS, RegisterName.FOLLOW_UP, RegisterName.RECLAIMS})
"""Registers of money, which can be asked for as it stood on a day."""
OF_ROUNDS: Final = frozenset(RegisterName) - {RegisterName.BOOKINGS, RegisterName.ROLES}
"""Registers that can be asked for by round or budget year."""


def refuse_as_of(name: RegisterName, as_of: date | None, today: date, where: str) -> None:
    """Only what is of money is kept as it stood, and only of days that have been.

    Raises:
        Refused: the register does not have that, or the day lies ahead.
    """
    if as_of is None:
        return
    if name not in AS_OF:
        what = _("Registret kan bara visas som det är nu.")
        raise Refused(Obstacle.INVALID, Problem(where, what, _("Ta bort dagen, eller välj ett register över pengar.")))
    if as_of > today:
        what = _("Dagen har inte varit än.")
        raise Refused(Obstacle.INVALID, Problem(where, what, _("Välj i dag eller en tidigare dag.")))


def refuse_of_round(name: RegisterName, where: str, *chosen: object) -> None:
    """Only what is of grants has a round or a budget year. chosen: what is asked for of those.

    Raises:
        Refused: the register has neither.
    """
    if name not in OF_ROUNDS and any(one not in {None, ""} for one in chosen):
        what = _("Registret har varken omgång eller budgetår.")
        raise Refused(Obstacle.INVALID, Problem(where, what, _("Ta bort det, eller välj ett register över bidrag.")))


def days_of(name: RegisterName) -> tuple[RegisterDay, ...]:
    """The days that a register can go by; the first where nothing is chosen."""
    return _DAYS.get(name, _BY_DECISION)


def chosen_day(name: RegisterName, wanted: str, where: str) -> RegisterDay | None:
    """The day that somebody asks a register to go by; None where nothing is asked.

    Raises:
        Refused: the register does not have that day.
    """
    if not wanted:
        return None
    if wanted not in days_of(name):
        what = _("Registret kan inte avgränsas efter den dagen.")
        remedy = _("Välj en av de här: ") + same_in_both(", ".join(days_of(name)))
        raise Refused(Obstacle.INVALID, Problem(where, what, remedy))
    return RegisterDay(wanted)
