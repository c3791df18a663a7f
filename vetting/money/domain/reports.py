"""A report on a grant: how much must be told, what was used, what is left, what a person found."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.kernel.money import InvalidAmountError, kronor, parse_amount
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LONGEST_ROW: Final = 120
MOST_ROWS: Final = 60
MOST_PARTICIPANTS: Final = 1_000_000


class ReportWay(StrEnum):
    """How a report came."""

    FORM = "form"
    MAIL = "mail"
    PAPER = "paper"
    LIST = "list"


WAY_WORDS: Final[Mapping[ReportWay, Words]] = {
    ReportWay.FORM: _("Nämndens blankett"),
    ReportWay.MAIL: _("Mejl"),
    ReportWay.PAPER: _("Papper"),
    ReportWay.LIST: _("Lista"),
}


class ReportFinding(StrEnum):
    """What a person found when they had gone through a report."""

    APPROVED = "approved"
    DEVIATES = "deviates"
    INCOMPLETE = "incomplete"
    """Something is missing: the association is to complete it."""


FINDING_WORDS: Final[Mapping[ReportFinding, Words]] = {
    ReportFinding.APPROVED: _("Godkänd"),
    ReportFinding.DEVIATES: _("Godtagen med avvikelse"),
    ReportFinding.INCOMPLETE: _("Ska kompletteras"),
}


class ReportScope(StrEnum):
    """How much an association must tell."""

    FULL = "full"
    SIMPLE = "simple"


class ReportRules(NamedTuple):
    """What a grant scheme says of its reports. below: öre; a sample is in per cent of those below."""

    below: int | None = None
    """A grant under this is told of simply: an amount and a sentence."""
    sample: int | None = None
    """Of those, so many are drawn to tell everything."""
    participants: bool = False
    """Whether it asks for participants by sex."""


def is_drawn(number: str, percent: int) -> bool:
    """Whether a case is in the sample: drawn by its number, so that nobody chooses and anybody can draw it again."""
    drawn = int.from_bytes(hashlib.sha256(number.encode()).digest()[:4]) % 100
    return drawn < percent


def report_scope(rules: ReportRules, granted: int | None, number: str) -> ReportScope:
    """How much must be told of a grant, in öre."""
    if rules.below is None or granted is None or granted >= rules.below:
        return ReportScope.FULL
    return ReportScope.FULL if is_drawn(number, rules.sample or 0) else ReportScope.SIMPLE


class UseRow(NamedTuple):
    """What some of the money went to; öre."""

    what: str
    amount: int


def read_use_rows(text: str) -> tuple[list[UseRow], list[Problem]]:
    """Rows like 'Lokalhyra 12 000', one on each line, and what is wrong with those that say no amount."""
    rows: list[UseRow] = []
    problems: list[Problem] = []
    for place, line in enumerate((line.strip() for line in text.splitlines() if line.strip()), 1):
        row = _read_row(line)
        if row is not None:
            rows.append(row)
            continue
        what = _("Rad {place} har inget belopp: ”{line}”.", place=place, line=line[:LONGEST_ROW])
        problems.append(Problem("rows", what, _("Skriv vad pengarna gick till och sedan beloppet: Lokalhyra 12 000.")))
    if len(rows) > MOST_ROWS:
        what = _("Det är fler än {most} rader.", most=MOST_ROWS)
        problems.append(Problem("rows", what, _("Slå ihop dem som gäller samma sak.")))
    return rows, problems


def _read_row(line: str) -> UseRow | None:
    """The words before the longest end of a line that is an amount."""
    words = line.replace("\t", " ").replace(";", " ").split()
    for place in range(1, len(words)):
        what = " ".join(words[:place]).rstrip(":–-")
        if not any(sign.isalpha() for sign in what):
            continue
        try:
            return UseRow(what[:LONGEST_ROW], parse_amount(" ".join(words[place:])))
        except InvalidAmountError:
            continue
    return None


def use_rows_as_text(rows: Iterable[UseRow]) -> str:
    """The rows as they are typed."""
    return "\n".join(f"{row.what} {kronor(row.amount).sv}" for row in rows)


def amount_left(paid: int, used: int | None) -> int:
    """Öre of what was paid that an association says that it has not used; nothing where it does not say."""
    return max(0, paid - used) if used is not None else 0


def wrong_with_use(
    rules: ReportRules, scope: ReportScope, *, rows: Sequence[UseRow], used: int | None, activity: str, people: int
) -> list[Problem]:
    """What a report lacks to be gone through; what must be told stands in its scheme. people: participants told of."""
    found = []
    if used is None and not rows:
        found.append(
            Problem("used", _("Det står inte hur mycket som är använt."), _("Skriv beloppet, 0 om inget är använt."))
        )
    if rows and used is not None and used != sum(row.amount for row in rows):
        total = kronor(sum(row.amount for row in rows))
        found.append(
            Problem(
                "used",
                _("Raderna stämmer inte med det använda beloppet. De blir tillsammans ") + total + same_in_both("."),
                _("Rätta beloppet eller en rad."),
            )
        )
    if scope is ReportScope.FULL and not activity.strip():
        found.append(
            Problem("activity", _("Det står inte vad som har gjorts."), _("Skriv det kort, ur redovisningen."))
        )
    if scope is ReportScope.FULL and rules.participants and not people:
        found.append(
            Problem("women", _("Deltagarna saknas."), _("Skriv antalet som föreningen uppger, minst i en ruta."))
        )
    return found
