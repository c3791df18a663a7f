"""Who changed what holds for everybody - gates, habits, roles, delegation - for those who look after that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, and_, func, select

from vetting.casework.domain.trail_events import EVENT_WORDS
from vetting.kernel.dates import midnight
from vetting.kernel.money import kronor
from vetting.kernel.roles import ROLE_WORDS, Role
from vetting.kernel.store.trail import TrailEntry
from vetting.kernel.text import NO_WORDS, Words, _, join_words, same_in_both
from vetting.people.domain.delegation import ACT_WORDS, in_order
from vetting.people.domain.separations import SEPARATED_ACTS
from vetting.people.domain.ways_of_working import HABIT_WORDS, BoardOption
from vetting.people.models.delegation import Absence, Delegation
from vetting.people.models.people import User, names_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from vetting.engine.gate_definitions import Gate
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session

WATCHES: Final = frozenset({Role.MANAGER, Role.AUDITOR})
REMINDER_SPAN: Final = timedelta(days=7)
"""What somebody is told of; the page shows more."""
SHOWN_SPAN: Final = timedelta(days=90)
MOST: Final = 30
OF_THE_BOARD: Final = (
    "order_changed",
    "delegation_added",
    "delegation_agreed",
    "delegation_refused",
    "delegation_ended",
    "absence_added",
    "absence_ended",
    "user_added",
    "user_deactivated",
    "role_asked",
    "role_given",
    "role_agreed",
    "sessions_ended",
    "role_ahead",
    "role_last_day_set",
    "role_refused",
    "role_withdrawn",
    "role_ended",
    "role_over",
    "invitation_made",
    "password_set",
    "identity_added",
    "passkey_added",
    "passkey_removed",
    "factor_added",
    "factor_removed",
    "recovery_code_used",
)
WHAT: Final = {
    "way": _("arbetssätt"),
    "habits": _("rutiner"),
    "limits": _("tider"),
    "court": _("förvaltningsrätt"),
    "pay_to": _("konto för återbetalning"),
    "pay_to_asked": _("någon vill ha ett annat konto för återbetalning"),
    "pay_to_kept": _("någon sade nej till ett annat konto för återbetalning"),
    "name": _("namn och enhet"),
    "rules": _("regler"),
    "information": _("information om personuppgifter"),
    "retention": _("gallring"),
    "register": _("registrens kolumner"),
    "records": _("vad som förs i diariet"),
    "factor": _("roller som kräver inloggning i två steg"),
}
SHOWN_AS_WRITTEN: Final = frozenset({"court", "pay_to", "pay_to_asked"})
_SWITCHED: Final = re.compile(r"(?P<kind>gate|habit): (?P<name>[\w-]+), on: (?P<on>\w+), (?P<because>.*)", re.DOTALL)
_ON: Final = {
    "asked": _("någon vill stänga av den"),
    "kept": _("någon sade nej till att stänga av den"),
    "True": _("på"),
    "False": _("av"),
    "None": _("enligt arbetssättet"),
}
_APART: Final = {
    "asked": _("någon vill att en person får göra båda"),
    "kept": _("någon sade nej till att en person får göra båda"),
    "False": _("en person får göra båda"),
}
_PAIRS: Final = {
    str(pair.habit): pair.first + same_in_both(" ") + _("och") + same_in_both(" ") + pair.second
    for pair in SEPARATED_ACTS
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChange:
    """One change: when, by whom, what; empty names where the machine did it, or the account is gone."""

    at: datetime
    by: str
    what: Words


def count_recent_changes(session: Session, person: Person, on: date) -> int:
    """How many changes of the last week somebody is to be told of."""
    if not person.roles & WATCHES:
        return 0
    found = select(func.count(TrailEntry.id)).where(_since(person.board_id, on - REMINDER_SPAN))
    return int(session.scalar(found) or 0)


def recent_changes(session: Session, gates: Mapping[str, Gate], *, on: date) -> list[SettingsChange]:
    """The newest changes, the last first, for whoever looks after them; gates: all there are, for their names."""
    if not session.person.roles & WATCHES:
        return []
    wanted = (
        select(TrailEntry)
        .where(_since(session.person.board_id, on - SHOWN_SPAN))
        .order_by(TrailEntry.id.desc())
        .limit(MOST)
    )
    rows = session.scalars(wanted).all()
    names = names_of(session, {row.by_user_id for row in rows if row.by_user_id})
    told = told_of(session, rows, gates)
    return [SettingsChange(at=row.at, by=names.get(row.by_user_id or 0, ""), what=told[row.id]) for row in rows]


def told_of(session: Session, rows: Sequence[TrailEntry], gates: Mapping[str, Gate]) -> dict[int, Words]:
    """Entry -> what it says, of those among the rows that are about who may do what."""
    own = [row for row in rows if row.action in OF_THE_BOARD]
    accounts = {row.object_id for row in own if row.object_type == User.__tablename__}
    of_whom = names_of(session, {key for key in accounts if key is not None})
    rights_of = _rights(session, own)
    return {row.id: EVENT_WORDS[row.action] + _more(row, gates, of_whom, rights_of) for row in own}


def _rights(session: Session, rows: Sequence[TrailEntry]) -> dict[str, dict[int, Words]]:
    """Table -> row -> whose right to decide it is, and how far it goes, or who stands in for whom."""
    found: dict[str, dict[int, Words]] = {Delegation.__tablename__: {}, Absence.__tablename__: {}}
    keys = {table: {row.object_id for row in rows if row.object_type == table} for table in found}
    delegated = session.scalars(select(Delegation).where(Delegation.id.in_(keys[Delegation.__tablename__]))).all()
    away = session.scalars(select(Absence).where(Absence.id.in_(keys[Absence.__tablename__]))).all()
    names = names_of(
        session,
        {row.user_id for row in delegated if row.user_id}
        | {key for row in away for key in (row.user_id, row.substitute_id)},
    )
    for row in delegated:
        whom = ROLE_WORDS[Role(row.function)] if row.function else same_in_both(names.get(row.user_id or 0, ""))
        most = same_in_both(", ") + kronor(row.largest) if row.largest else _(", utan tak")
        acts = join_words((ACT_WORDS[act] for act in in_order(row.acts)), ", ")
        given = same_in_both(": ") + acts if row.acts else NO_WORDS
        found[Delegation.__tablename__][row.id] = same_in_both(": ") + whom + most + given
    for absence in away:
        found[Absence.__tablename__][absence.id] = same_in_both(
            f": {names.get(absence.user_id, '')} → {names.get(absence.substitute_id, '')}"
        )
    return found


def _more(
    row: TrailEntry,
    gates: Mapping[str, Gate],
    of_whom: Mapping[int, str],
    rights_of: Mapping[str, Mapping[int, Words]],
) -> Words:
    """What was changed, where the entry says more than its kind."""
    switched = _SWITCHED.fullmatch(row.reason)
    if switched is not None:
        name, on = switched["name"], switched["on"]
        of_gate = switched["kind"] == "gate"
        label = gates[name].label if name in gates else _PAIRS.get(name, same_in_both(name))
        because = same_in_both(f" ({switched['because'].strip()})" if switched["because"].strip() else "")
        return (
            same_in_both(": ") + label + same_in_both(", ") + (_ON if of_gate else _APART).get(on, NO_WORDS) + because
        )
    if row.object_type == User.__tablename__:
        whom = of_whom.get(row.object_id or 0)
        role = same_in_both(", ") + ROLE_WORDS[Role(row.reason)] if row.reason in set(Role) else same_in_both("")
        return same_in_both(f": {whom}") + role if whom else same_in_both("")
    if row.object_type in rights_of:
        return rights_of[row.object_type].get(row.object_id or 0, same_in_both(""))
    name, _unused, value = row.reason.partition(": ")
    if name not in WHAT:
        return same_in_both("")
    if name == "habits":
        return same_in_both(": ") + WHAT[name] + _habits_told(value)
    shown = same_in_both(f": {value}") if name in SHOWN_AS_WRITTEN and value else same_in_both("")
    return same_in_both(": ") + WHAT[name] + shown


def _habits_told(value: str) -> Words:
    """Which were begun or ended; entries from before do not say."""
    found = [part.partition(" ") for part in value.split(", ")]
    told = [
        HABIT_WORDS[BoardOption(habit)] + same_in_both(": ") + _ON[str(on == "on")]
        for habit, _unused, on in found
        if habit in set(BoardOption)
    ]
    return same_in_both(" (") + join_words(told, "; ") + same_in_both(")") if told else NO_WORDS


def _since(board_id: int, day: date) -> ColumnElement[bool]:
    """Entries of the board since a day."""
    return and_(TrailEntry.at >= midnight(day), TrailEntry.board_id == board_id, TrailEntry.action.in_(OF_THE_BOARD))
