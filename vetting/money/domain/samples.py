"""Samples of grants and bookings: drawn by chance or by risk facts of a closed list, and the same each time."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

MOST_DRAWN: Final = 500
LEAST_CHANGE, MOST_CHANGE = 1, 1_000


SAMPLED_WORDS: Final[Mapping[CaseKind, Words]] = {
    CaseKind.GRANT: _("Bidrag, efter beslutsdag"),
    CaseKind.BOOKING: _("Bekräftade bokningar, efter den dag de kom in"),
}
"""What can be drawn of, and by which day."""


class SampleWay(StrEnum):
    """How cases are drawn."""

    CHANCE = "chance"
    RISK = "risk"


SAMPLE_WAY_WORDS: Final[Mapping[SampleWay, Words]] = {
    SampleWay.CHANCE: _("Slumpvis"),
    SampleWay.RISK: _("Efter riskfaktorer i rutinen"),
}


class RiskFact(StrEnum):
    """What may make a case be drawn sooner. Nothing else can be chosen: no fact here is about what anybody thinks."""

    AMOUNT = "amount"
    FIRST_TIME = "first_time"
    CHANGE = "change"
    LATE_REPORT = "late_report"
    ACCOUNT_CHANGED = "account_changed"


RISK_WORDS: Final[Mapping[RiskFact, Words]] = {
    RiskFact.AMOUNT: _("Stort belopp"),
    RiskFact.FIRST_TIME: _("Första gången hos nämnden"),
    RiskFact.CHANGE: _("Stor ändring mot förra året"),
    RiskFact.LATE_REPORT: _("Sen eller saknad redovisning"),
    RiskFact.ACCOUNT_CHANGED: _("Bytt konto"),
}
OF_BOOKINGS: Final = frozenset({RiskFact.FIRST_TIME, RiskFact.LATE_REPORT})
"""What can be known of a booking: it has no amount and no account."""


class SampleResult(StrEnum):
    """What a person found in a case that was drawn."""

    CLEAR = "clear"
    REMARK = "remark"
    MEASURE = "measure"


SAMPLE_RESULT_WORDS: Final[Mapping[SampleResult, Words]] = {
    SampleResult.CLEAR: _("Utan anmärkning"),
    SampleResult.REMARK: _("Med anmärkning"),
    SampleResult.MEASURE: _("Ledde till en åtgärd"),
}


class Candidate(NamedTuple):
    """A case that can be drawn, with the risk facts that hold of it."""

    number: str
    facts: frozenset[RiskFact] = frozenset()


class DrawnCase(NamedTuple):
    """One that was drawn, and why: the facts that hold; none where it was drawn by chance."""

    number: str
    why: tuple[RiskFact, ...]


def draw_sample(
    candidates: Iterable[Candidate], *, size: int, seed: str, facts: Sequence[RiskFact] = ()
) -> list[DrawnCase]:
    """The first of the cases, ordered by how many of the facts hold and then by a digest of seed and number.

    Nobody chooses the order, and anybody can draw again: the same seed, cases and facts give the same sample. A case
    that comes or goes moves no other but the last. facts: none draws by chance alone; a case of which none of the
    facts holds is not drawn by risk.
    """
    wanted = frozenset(facts)
    placed = []
    for candidate in candidates:
        why = tuple(fact for fact in RiskFact if fact in candidate.facts & wanted)
        if wanted and not why:
            continue
        digest = hashlib.sha256(f"{seed} {candidate.number}".encode()).digest()
        placed.append((-len(why), digest, DrawnCase(candidate.number, why)))
    return [drawn for _count, _digest, drawn in sorted(placed, key=lambda one: one[:2])[:size]]


def wrong_with_sample(
    first: date | None, last: date | None, size: int | None, way: SampleWay, facts: Sequence[RiskFact], today: date
) -> list[Problem]:
    """What keeps a sample from being drawn. facts: those of the board's routine that can be known of the cases."""
    found = []
    if first is None or last is None or first > last or last > today:
        what = _("Perioden stämmer inte.")
        found.append(Problem("first", what, _("Skriv en första och en sista dag, den sista i dag eller tidigare.")))
    if size is None or not 1 <= size <= MOST_DRAWN:
        found.append(
            Problem(
                "size",
                _("Det står inte hur många som ska dras."),
                _("Skriv ett tal från 1 till {most}.", most=MOST_DRAWN),
            )
        )
    if way is SampleWay.RISK and not facts:
        what = _("Rutinen har inga riskfaktorer för den sortens ärenden.")
        found.append(Problem("way", what, _("Välj dem i den skrivna rutinen först, eller dra slumpvis.")))
    return found
