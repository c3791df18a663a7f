"""What the columns of an unknown list may be: from their headings, and from what stands in them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from vetting.engine.facts import CUSTOMER_NUMBER, NAME, NUMBER, FactSupplier, FactType
from vetting.kernel.dates import InvalidDayError, parse_day
from vetting.kernel.money import InvalidAmountError, parse_amount
from vetting.kernel.organisation_numbers import NumberKind, mask_personal_numbers, read_number
from vetting.kernel.text import Words, _
from vetting.lists.domain.headings import find_list
from vetting.rules.domain.layouts import (
    FIELDS,
    FOREIGN,
    KIND_WORDS,
    LONGEST_HEADING,
    Layout,
    ListKind,
    folded_heading,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from vetting.engine.facts import Catalogue
    from vetting.kernel.tables import Sheet
    from vetting.lists.domain.headings import ColumnReading

LIKE: Final = 0.84
"""How like a known heading another must be to be taken for it."""
MOSTLY: Final = 0.6
FEWEST: Final = 2
FIRST_ROWS: Final = 12
"""Rows of a sheet that are shown to anyone who says what its columns are."""
FIRST_COLUMNS: Final = 60
NOT_OFFERED: Final = frozenset({FactType.LIST_OF_CASES, FactType.LIST_OF_DOCUMENTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Which row holds the headings, what the list holds, and what each column may be."""

    row: int
    kind: ListKind
    facts: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownList:
    """The first rows of a sheet whose headings no layout knows, with what its columns may be."""

    sheet: str
    rows: Sequence[tuple[int, Mapping[int, str]]]
    """Row -> column -> text."""
    suggestion: Suggestion

    @property
    def headings(self) -> Mapping[int, str]:
        """Column -> text of the row that holds the headings."""
        return next((cells for row, cells in self.rows if row == self.suggestion.row), {})

    @property
    def columns(self) -> list[int]:
        """All columns with something in them."""
        return sorted({column for _row, cells in self.rows for column in cells})

    @property
    def samples(self) -> dict[int, list[str]]:
        """Column -> the first texts under its heading."""
        return {
            column: [cells[column] for row, cells in self.rows if row > self.suggestion.row and column in cells][:3]
            for column in self.columns
        }

    def read(
        self, sheets: Iterable[Sheet], facts: Mapping[int, str]
    ) -> tuple[ColumnReading, tuple[ColumnReading, ...]] | None:
        """The list as a person says that its columns are, and the tables below it; None where they are too few.

        facts: column -> fact.
        """
        kind = self.suggestion.kind
        named = {folded_heading(self.headings.get(column, "")): fact for column, fact in facts.items()}
        headings = {heading: fact for heading, fact in named.items() if heading}
        layout = Layout(name="", kind=kind, title=KIND_WORDS[kind], headings=headings)
        own = [sheet for sheet in sheets if mask_personal_numbers(sheet.name) == self.sheet]
        listed = find_list(own, (layout,))
        if listed is None or listed[0].heading_row != self.suggestion.row:
            return listed
        table, others = listed  # by their columns: two may have one heading, or none
        unread = {column: text for column, text in self.headings.items() if column not in facts and text}
        table = replace(
            table, facts=dict(facts), unread=tuple(unread.values()), unread_columns=tuple(unread), doubled={}
        )
        return table, others


def suggest_list(sheets: Iterable[Sheet], layouts: Sequence[Layout], kinds: Sequence[ListKind]) -> UnknownList | None:
    """The sheet with the most in its first rows, and what its columns may be; None where it has no headings."""
    read = [(sheet.name, first_rows(sheet)) for sheet in sheets]
    name, rows = max(read, key=lambda one: sum(len(cells) for _row, cells in one[1]), default=("", []))
    if not rows:
        return None
    found = UnknownList(
        sheet=mask_personal_numbers(name), rows=rows, suggestion=suggest_reading(rows, layouts, kinds=kinds)
    )
    return None if any(map(_is_number, found.headings.values())) else found


def first_rows(sheet: Sheet) -> list[tuple[int, dict[int, str]]]:
    """The first rows and columns of a sheet as texts, personal numbers masked."""
    return [
        (
            row.number,
            {
                column: mask_personal_numbers(cell.text)[:LONGEST_HEADING]
                for column, cell in row.cells.items()
                if column <= FIRST_COLUMNS
            },
        )
        for row in sheet.rows[:FIRST_ROWS]
    ]


def column_choices(kind: ListKind, catalogue: Catalogue) -> Mapping[str, Words]:
    if kind in FIELDS:
        return FIELDS[kind]
    return {
        name: item.label
        for name, item in catalogue.items()
        if item.supplied_by is not FactSupplier.COMPUTED and item.type not in NOT_OFFERED
    }


USUAL: Final[Mapping[ListKind, tuple[str, ...]]] = {
    ListKind.GRANT: (
        *(NAME, NUMBER, "received_on", "amount_applied", "purpose", "activity_description", "legal_form"),
        *("contact_person", "contact_function", "contact_email", "contact_phone", "postal_address", "giro_number"),
        *("seat_municipality", "members_total", "members_in_age_span", "members_in_municipality"),
        *("annual_meeting_held_on", "budget_total", "other_support", "unreported_grants"),
    ),
    ListKind.BOOKING: (
        *(NAME, NUMBER, CUSTOMER_NUMBER, "booking_reference", "room", "event_starts_at", "event_ends_at"),
        *("event_title", "event_purpose", "open_to_public", "expected_visitors", "rate_applied_for"),
        *("responsible_person", "contact_email", "contact_phone", "other_organiser", "received_on"),
    ),
}
"""The facts that lists of cases usually hold, in the order that they are offered."""


def grouped_choices(kind: ListKind, catalogue: Catalogue) -> list[tuple[Words, Mapping[str, Words]]]:
    """The facts that a column can be: the usual ones, then the others in the order of their labels."""
    every = column_choices(kind, catalogue)
    usual = {fact: every[fact] for fact in USUAL.get(kind, tuple(every)) if fact in every}
    others = sorted((label.sv.casefold(), fact) for fact, label in every.items() if fact not in usual)
    rest = {fact: every[fact] for _label, fact in others}
    return [(_("Vanligt i en sådan lista"), usual), *([(_("Allt annat"), rest)] if rest else [])]


def suggest_reading(
    rows: Sequence[tuple[int, Mapping[int, str]]],
    layouts: Sequence[Layout],
    *,
    row: int | None = None,
    kinds: Sequence[ListKind] = FOREIGN,
) -> Suggestion:
    """The likeliest reading of the first rows of a sheet; what a person has chosen already is kept."""
    heading = row if row is not None else _heading_row(rows)
    headings = next((cells for number, cells in rows if number == heading), {})
    below = [cells for number, cells in rows if number > heading]
    found = {each: _by_heading(headings, [item for item in layouts if item.kind is each]) for each in kinds}
    best = max(found, key=lambda each: len(found[each]))
    facts = found[best]
    for column, fact in _by_content(below, best).items():
        if column in headings and column not in facts and fact not in facts.values():
            facts[column] = fact
    return Suggestion(row=heading, kind=best, facts=facts)


def _heading_row(rows: Sequence[tuple[int, Mapping[int, str]]]) -> int:
    """The first row whose cells are as many as any row's and are words rather than figures."""
    widest = max((len(cells) for _, cells in rows), default=0)
    for number, cells in rows:
        words = [text for text in cells.values() if not any(c.isdigit() for c in text)]
        if len(cells) >= max(FEWEST, round(widest * MOSTLY)) and len(words) >= len(cells) * MOSTLY:
            return number
    return rows[0][0] if rows else 1


def _by_heading(headings: Mapping[int, str], layouts: Sequence[Layout]) -> dict[int, str]:
    """What headings say, word for word first, then nearly."""
    known: dict[str, str] = {}
    for layout in layouts:
        for heading, fact in layout.headings.items():
            known.setdefault(heading, fact)
    found: dict[int, str] = {}
    keys = {column: folded_heading(text) for column, text in headings.items()}
    for exact in (True, False):
        for column, key in keys.items():
            if column in found or not key:
                continue
            near = [key] if exact else get_close_matches(key, known, n=1, cutoff=LIKE)
            fact = known.get(near[0], "") if near else ""
            if fact and fact not in found.values():
                found[column] = fact
    return found


def _by_content(below: Sequence[Mapping[int, str]], kind: ListKind) -> dict[int, str]:
    """Organisation numbers show what they are; a column of names is told by there being nothing but words."""
    texts: dict[int, list[str]] = defaultdict(list)
    for cells in below:
        for column, text in cells.items():
            texts[column].append(text)
    number, name = ("number", "name") if kind.case is None else (NUMBER, NAME)
    tests: list[tuple[str, Callable[[str], bool]]] = [(number, _is_number)]
    if kind is ListKind.PAYMENTS:
        tests += [("paid_on", _is_day), ("amount", _is_amount)]
    tests.append((name, _is_name))
    found: dict[int, str] = {}
    for fact, holds in tests:
        for column, said in sorted(texts.items()):
            if column not in found and fact not in found.values() and _mostly(said, holds):
                found[column] = fact
    return found


def _mostly(texts: Sequence[str], holds: Callable[[str], bool]) -> bool:
    return len(texts) >= FEWEST and sum(map(holds, texts)) >= len(texts) * MOSTLY


def _is_number(text: str) -> bool:
    return read_number(text).kind is NumberKind.ORGANISATION


def _is_day(text: str) -> bool:
    try:
        parse_day(text)
    except InvalidDayError:
        return False
    return True


def _is_amount(text: str) -> bool:
    try:
        parse_amount(text)
    except InvalidAmountError:
        return False
    return True


def _is_name(text: str) -> bool:
    letters = sum(c.isalpha() for c in text)
    return " " in text and letters >= len(text) * MOSTLY and not any(c.isdigit() for c in text)
