"""Instalments of a grant: a line each, shared out so that they always sum to what is granted."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.kernel.money import InvalidAmountError, kronor, parse_amount
from vetting.kernel.problem import Problem
from vetting.kernel.text import NO_WORDS, Words, _, day_in_words, lower_first, same_in_both
from vetting.kernel.working_days import first_open

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_ROWS: Final = 12
LONGEST_TEXT: Final = 2000
FIELD: Final = "instalments"
WHOLE: Final = 100
_DAY: Final = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2}|\d{2}-\d{2})(?:\s+|$)", re.ASCII)
_SHARE: Final = re.compile(r"(?P<share>\d{1,3})\s*(?:%|procent|per cent|percent)", re.ASCII)
_REST: Final = frozenset({"resten", "the rest", "rest"})


class InstalmentCondition(StrEnum):
    """What must have come before an instalment is paid."""

    REPORT = "report"
    """The report on what was paid before has been gone through."""
    PAPERS = "papers"
    """Papers that the decision asks for; an officer notes that they have come."""
    IN_FORCE = "in_force"


CONDITION_WORDS: Final[Mapping[InstalmentCondition, Words]] = {
    InstalmentCondition.REPORT: _("Redovisning först"),
    InstalmentCondition.PAPERS: _("Handlingar först"),
    InstalmentCondition.IN_FORCE: _("Laga kraft först"),
}
PAID_WHEN: Final[Mapping[InstalmentCondition, Words]] = {
    InstalmentCondition.REPORT: _("när redovisningen av det som är utbetalt har godkänts"),
    InstalmentCondition.PAPERS: _("när handlingarna som beslutet begär har kommit in"),
    InstalmentCondition.IN_FORCE: _("när beslutet har fått laga kraft"),
}


class InstalmentRow(NamedTuple):
    """A line of a plan. share in per cent, amount in öre; neither says the rest."""

    day: str
    """2027-01-15, or 07-01 of whatever year; empty is the day that the grant is planned to be paid."""
    share: int | None
    amount: int | None
    after: InstalmentCondition | None


class PlannedInstalment(NamedTuple):
    """An instalment of one grant; the amount in öre."""

    on: date
    amount: int
    after: InstalmentCondition | None


def read_instalments(text: str) -> tuple[list[InstalmentRow], list[Problem]]:
    """The lines of a plan, and what is wrong with them: '2027-01-15 50 %', '07-01 resten; redovisning först'."""
    rows: list[InstalmentRow] = []
    problems: list[Problem] = []
    for place, line in enumerate((line.strip() for line in text.splitlines() if line.strip()), 1):
        row = _read_row(line)
        if isinstance(row, InstalmentRow):
            rows.append(row)
        else:
            what = _("Delbetalning {place}, ”{line}”: ", place=place, line=line[:80]) + row
            problems.append(Problem(FIELD, what, HOW_IT_IS_WRITTEN))
    if len(rows) > MOST_ROWS:
        what = _("Det är fler än {most} delbetalningar.", most=MOST_ROWS)
        problems.append(Problem(FIELD, what, _("Slå ihop några.")))
    return rows, problems


HOW_IT_IS_WRITTEN: Final = _(
    "Skriv dag, belopp eller andel, och villkor efter semikolon: 07-01 50 %; redovisning först."
)


def _read_row(line: str) -> InstalmentRow | Words:
    """The row, or what is wrong with it."""
    said, _sign, condition = line.partition(";")
    after = _condition(condition)
    if isinstance(after, Words):
        return after
    found = _DAY.match(said)
    day = found["day"] if found else ""
    if day and day_of(day, date(2000, 1, 1)) is None:
        return _("{day} är ingen dag.", day=day)
    rest = " ".join(said[found.end() if found else 0 :].replace("\u00a0", " ").split())
    if rest.casefold() in _REST:
        return InstalmentRow(day, None, None, after)
    share = _SHARE.fullmatch(rest.casefold())
    if share:
        whole = int(share["share"])
        return InstalmentRow(day, whole, None, after) if 0 < whole <= WHOLE else _("andelen är inte mellan 1 och 100.")
    try:
        amount = parse_amount(rest)
    except InvalidAmountError:
        return _("beloppet går inte att läsa.")
    return InstalmentRow(day, None, amount, after) if amount > 0 else _("beloppet är noll.")


def _condition(text: str) -> InstalmentCondition | Words | None:
    tidy = " ".join(text.casefold().split()).rstrip(".")
    if not tidy:
        return None
    for condition, words in CONDITION_WORDS.items():
        if tidy in {words.sv.casefold(), words.en.casefold(), condition.value}:
            return condition
    return _("villkoret ska vara redovisning först, handlingar först eller laga kraft först.")


def day_of(day: str, planned: date) -> date | None:
    """The day that a row says: its own, or the next such day of a year from the planned day; None where it is none."""
    try:
        if len(day) == len("07-01"):
            month, number = (int(part) for part in day.split("-"))
            same_year = date(planned.year, month, number)
            return same_year if same_year >= planned else date(planned.year + 1, month, number)
        return date.fromisoformat(day)
    except ValueError:
        return None


def share_out(
    rows: Sequence[InstalmentRow], total: int, planned: date
) -> tuple[list[PlannedInstalment], list[Problem]]:
    """The instalments of a grant of so much, in öre; the last takes the rest of shares. A closed day moves to an open.

    planned: the day that the grant is planned to be paid. Problems: amounts that are not the total, days that have
    been.
    """
    problems: list[Problem] = []
    shared: list[PlannedInstalment] = []
    left = total
    for place, row in enumerate(rows, 1):
        last = place == len(rows)
        amount = _amount_of(row, total, left, last=last)
        day = day_of(row.day, planned) if row.day else planned
        if day is None:
            problems.append(Problem(FIELD, _("{day} är ingen dag.", day=row.day), HOW_IT_IS_WRITTEN))
            continue
        left -= amount
        shared.append(PlannedInstalment(first_open(day), amount, row.after))
    if left != 0 or any(one.amount <= 0 for one in shared):
        what = _("Delbetalningarna blir inte tillsammans ") + kronor(total) + same_in_both(".")
        problems.append(Problem(FIELD, what, _("Skriv ”resten” på den sista, så blir summan alltid rätt.")))
    return shared, problems


def _amount_of(row: InstalmentRow, total: int, left: int, *, last: bool) -> int:
    if row.amount is not None:
        return row.amount
    if row.share is None:
        return left if last else 0
    rounded_off = abs(left * WHOLE - total * row.share) < WHOLE * MOST_ROWS
    return left if last and rounded_off else total * row.share // WHOLE


def days_that_have_been(rows: Sequence[InstalmentRow], on: date) -> list[Problem]:
    """Days of a plan that lie before the day it is written."""
    found = []
    for row in rows:
        day = day_of(row.day, on) if row.day else None
        if day is not None and day < on:
            what = _("Delbetalningen ") + day_in_words(day) + _(" ligger i det förflutna.")
            found.append(Problem(FIELD, what, _("Skriv en kommande dag.")))
    return found


def not_yet_paid(plan: Iterable[PlannedInstalment], paid: int) -> list[PlannedInstalment]:
    """What is left of a plan when so much has been paid: the first are taken by it."""
    found = []
    for one in plan:
        taken = min(one.amount, paid)
        paid -= taken
        if one.amount > taken:
            found.append(one._replace(amount=one.amount - taken))
    return found


def instalment_in_words(one: PlannedInstalment) -> Words:
    """'20 000 kr den 1 juli 2027, när redovisningen ... har godkänts'."""
    when = same_in_both(", ") + PAID_WHEN[one.after] if one.after is not None else NO_WORDS
    return kronor(one.amount) + same_in_both(" ") + day_in_words(one.on) + when


def plan_in_words(text: str) -> Words:
    """A plan as a grant scheme says it, on one line; nothing where it says none."""
    rows, _problems = read_instalments(text)
    said = []
    for row in rows:
        share = same_in_both(f"{row.share} %") if row.share is not None else _("resten")
        amount = kronor(row.amount) if row.amount is not None else share
        after = (
            same_in_both(" (") + lower_first(CONDITION_WORDS[row.after]) + same_in_both(")") if row.after else NO_WORDS
        )
        said.append((same_in_both(f"{row.day} ") if row.day else NO_WORDS) + amount + after)
    found = NO_WORDS
    for place, words in enumerate(said):
        found = found + (same_in_both(", ") if place else NO_WORDS) + words
    return found


def wrong_instalments(text: str, amount: int | None, on: date) -> list[Problem]:
    """What is wrong with the instalments of a proposal, on the day that it is written; amount in öre."""
    rows, problems = read_instalments(text)
    if problems or not rows or not amount:
        return problems
    return days_that_have_been(rows, on) or share_out(rows, amount, on)[1]
