"""Who changed what holds for everybody - gates, habits, roles, delegation - for those who look after that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from vetting.domain.dates import midnight
from vetting.domain.events import EVENT_WORDS
from vetting.domain.people import Role
from vetting.domain.words import Words, same
from vetting.store.people import RoleHeld, User, names_of
from vetting.store.trail import TrailEntry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.domain.people import Person
    from vetting.domain.ways import GateState

WATCHES: Final = frozenset({Role.MANAGER, Role.AUDITOR})
TOLD: Final = timedelta(days=7)
"""What somebody is told of; the page shows more."""
SHOWN: Final = timedelta(days=90)
MOST: Final = 30
OF_THE_BOARD: Final = ("order_changed", "delegation_added", "delegation_ended", "user_added")
WHAT: Final = {
    "way": Words("arbetssätt", "way of working"), "habits": Words("vanor", "habits"), "limits": Words("tider", "times"),
    "court": Words("förvaltningsrätt", "administrative court"),
    "pay_to": Words("konto för återbetalning", "account for repayments"),
    "name": Words("namn och enhet", "name and unit"),
    "rules": Words("regler", "rules"),
}  # fmt: skip
SHOWN_AS_WRITTEN: Final = frozenset({"court", "pay_to"})
_GATE: Final = re.compile(r"gate: (?P<gate>[\w-]+), on: (?P<on>\w+), (?P<because>.*)", re.DOTALL)
_ON: Final = {
    "asked": Words("någon vill stänga av den", "somebody wants to switch it off"),
    "True": Words("på", "on"), "False": Words("av", "off"), "None": Words("som arbetssättet", "as the way of working"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """One change: when, by whom, what; empty names where the machine did it, or the account is gone."""

    at: datetime
    by: str
    what: Words


def count(session: Session, person: Person, on: date) -> int:
    """How many changes of the last week somebody is to be told of."""
    if not person.roles & WATCHES:
        return 0
    found = select(func.count(TrailEntry.id)).where(_since(person.board_id, on - TOLD))
    return int(session.scalar(found) or 0)


def recent(session: Session, gates: Mapping[str, GateState], *, by: Person, on: date) -> list[OrderChange]:
    """The newest changes, the last first, for whoever looks after them; gates: the board's, for their names."""
    if not by.roles & WATCHES:
        return []
    wanted = select(TrailEntry).where(_since(by.board_id, on - SHOWN)).order_by(TrailEntry.id.desc()).limit(MOST)
    rows = session.scalars(wanted).all()
    names = names_of(session, {row.by_user_id for row in rows if row.by_user_id})
    accounts = {row.object_id for row in rows if row.object_type == User.__tablename__}
    of_whom = names_of(session, {key for key in accounts if key is not None})
    return [
        OrderChange(
            at=row.at, by=names.get(row.by_user_id or 0, ""),
            what=EVENT_WORDS[row.action] + _more(row, gates, of_whom),
        )
        for row in rows
    ]  # fmt: skip


def _more(row: TrailEntry, gates: Mapping[str, GateState], of_whom: Mapping[int, str]) -> Words:
    """What was changed, where the entry says more than its kind."""
    gate = _GATE.fullmatch(row.reason)
    if gate is not None:
        state = gates.get(gate["gate"])
        label = state.gate.label if state is not None else same(gate["gate"])
        because = same(f" ({gate['because'].strip()})" if gate["because"].strip() else "")
        return same(": ") + label + same(", ") + _ON.get(gate["on"], same("")) + because
    if row.object_type == User.__tablename__:
        whom = of_whom.get(row.object_id or 0)
        return same(f": {whom}") if whom else same("")
    name, _, value = row.reason.partition(": ")
    if name not in WHAT:
        return same("")
    shown = same(f": {value}") if name in SHOWN_AS_WRITTEN and value else same("")
    return same(": ") + WHAT[name] + shown


def _since(board_id: int, day: date) -> ColumnElement[bool]:
    """Entries of the board since a day; an account that was ended is of every board where it held a role."""
    held = select(RoleHeld.user_id).where(RoleHeld.board_id == board_id)
    ended = and_(
        TrailEntry.board_id.is_(None), TrailEntry.action == "user_deactivated",
        TrailEntry.object_type == User.__tablename__, TrailEntry.object_id.in_(held),
    )  # fmt: skip
    own = and_(TrailEntry.board_id == board_id, TrailEntry.action.in_(OF_THE_BOARD))
    return and_(TrailEntry.at >= midnight(day), or_(own, ended))
