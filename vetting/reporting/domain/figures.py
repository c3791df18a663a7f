"""What a board counts: tallies of cases by what became of them, each cell with the records behind it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.casework.domain.advice import NO_OPINION, Advice, departs_from_advice
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.proposal import PROPOSAL_WORDS
from vetting.kernel.decision_outcomes import (
    GROUND_WORDS,
    OUTCOME_WORDS,
    DecisionGround,
    DecisionOutcome,
)
from vetting.kernel.text import Words, _, in_context
from vetting.money.domain.reclaims import LEDGER_WORDS, RECLAIM_GROUND_WORDS, LedgerKind, ReclaimGround

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Raw = tuple[str, ...]
"""What the records say of a row that is counted, as the source gives it."""


class Tally(NamedTuple):
    """Some rows counted: how many, their sum (öre), and of how many the amount is not known."""

    number: int = 0
    total: int = 0
    unknown: int = 0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(self.number + other.number, self.total + other.total, self.unknown + other.unknown)


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    total = Tally()
    for tally in tallies:
        total = total.plus(tally)
    return total


class FigureSource(StrEnum):
    """What is counted: each a question to the records. A value stands in the address of its cases."""

    APPLICATIONS = "ansokningar"
    DECISIONS = "beslut"
    OPINIONS = "yttranden"
    HEARINGS = "kommunicerade"
    STOPS = "stopp"
    CLAIMS = "aterkrav"
    LEDGER = "reskontra"
    PAYMENTS = "utbetalningar"
    REPORTS = "redovisningar"
    SIGNALS = "signaler"
    BOOKINGS = "bokningar"
    APPEALS = "overklaganden"
    FOLLOWED = "uppfoljda"
    TIMES = "tider"


class ReportPart(StrEnum):
    """The sections of a report, in order."""

    APPLICATIONS = "applications"
    DECISIONS = "decisions"
    GROUP = "group"
    MONEY = "money"
    FOLLOW_UP = "follow_up"
    BOOKINGS = "bookings"
    TIMES = "times"


PART_WORDS: Final[Mapping[ReportPart, Words]] = {
    ReportPart.APPLICATIONS: _("Ansökningar"),
    ReportPart.DECISIONS: _("Beslut"),
    ReportPart.GROUP: _("Referensgruppen"),
    ReportPart.MONEY: _("Utbetalning, stopp och återkrav"),
    ReportPart.FOLLOW_UP: _("Uppföljning"),
    ReportPart.BOOKINGS: _("Bokningar"),
    ReportPart.TIMES: _("Handläggningstider"),
}


class FigureGroup(StrEnum):
    """Cells that are told with their sum. A value stands in the address of its cases."""

    RECEIVED = "inkomna"
    PROPOSALS = "forslag"
    OUTCOMES = "utfall"
    GROUNDS = "grunder"
    HEARD = "horda"
    APPEALED = "overklagade"
    FOLLOWED_ADVICE = "foljda-yttranden"
    PAID = "betalda"
    STOPS = "stoppade"
    CLAIMS = "aterkravda"
    RECOVERED = "aterbetalt"
    IN_TIME = "i-tid"
    COVERAGE = "uppfoljda"
    SIGNALS = "signaler"
    SHOWN = "visade"
    ANSWERED = "besvarade"
    TIMES = "tider"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDefinition:
    """How a group is counted: from which source, which raw rows are which cell, what each cell is called.

    cell_of: None leaves the row out. cells: in order; empty: those that come, named by the source. money: what the
    amounts are called, where the rows have any.
    """

    part: ReportPart
    title: Words
    source: FigureSource
    cell_of: Callable[[Raw], str | None]
    cells: Mapping[str, Words]
    money: Words | None = None
    note: Words | None = None


NOT_JUDGED, OTHER = "", "other"


def _first(raw: Raw) -> str:
    return raw[0]


def _second(raw: Raw) -> str:
    return raw[1]


def _whether_followed(raw: Raw) -> str:
    """How an opinion was met.

    raw: the advice, the newest outcome (empty where nothing is decided), and whether that has conditions.
    """
    advice, outcome = Advice(raw[0]), raw[1]
    if advice in NO_OPINION:
        return "no_opinion"
    if not outcome or outcome == DecisionOutcome.DISCONTINUED.value:
        return "undecided"
    return (
        "departed" if departs_from_advice(advice, DecisionOutcome(outcome), has_conditions=bool(raw[2])) else "followed"
    )


GROUNDS_IN_ORDER: Final = (
    DecisionGround.CRITERION,
    DecisionGround.NOT_COMPLETE,
    DecisionGround.NOT_ENTITLED,
    DecisionGround.TOO_LATE,
    DecisionGround.PRIORITY,
    DecisionGround.BUDGET,
    DecisionGround.REDUCED,
)
"""A refusal on several grounds is counted on the first of these: what is said of the association before money."""
REFUSALS: Final = frozenset({DecisionOutcome.REFUSED.value, DecisionOutcome.DISMISSED.value})


def _ground(raw: Raw) -> str | None:
    """Of a refused or dismissed application its first ground: raw is the outcome and the ground."""
    return raw[1] if raw[0] in REFUSALS else None


ANSWERED_STATES: Final = frozenset({"confirmed", "refused", "rescinded", "cancelled"})
FIGURES: Final[Mapping[FigureGroup, GroupDefinition]] = {
    FigureGroup.RECEIVED: GroupDefinition(
        part=ReportPart.APPLICATIONS,
        title=_("Inkomna ansökningar efter bidragsform"),
        source=FigureSource.APPLICATIONS,
        cell_of=_first,
        cells={},
        money=_("Sökt, kronor"),
    ),
    FigureGroup.PROPOSALS: GroupDefinition(
        part=ReportPart.APPLICATIONS,
        title=_("Reglernas förslag för ansökningarna"),
        source=FigureSource.APPLICATIONS,
        cell_of=_second,
        cells={
            **{proposal.value: words for proposal, words in PROPOSAL_WORDS.items()},
            NOT_JUDGED: _("Inte kontrollerade än"),
        },
        note=_("Förslaget som det står nu. En person bedömer och beslutar."),
    ),
    FigureGroup.OUTCOMES: GroupDefinition(
        part=ReportPart.DECISIONS,
        title=_("Beslut om bidrag"),
        source=FigureSource.DECISIONS,
        cell_of=_first,
        cells={outcome.value: OUTCOME_WORDS[outcome] for outcome in DecisionOutcome},
        money=_("Beviljat, kronor"),
        note=_("Beslut som gäller, och avslag som en domstol har upphävt."),
    ),
    FigureGroup.GROUNDS: GroupDefinition(
        part=ReportPart.DECISIONS,
        title=_("Avslag och avvisningar efter grund"),
        source=FigureSource.DECISIONS,
        cell_of=_ground,
        cells={ground.value: GROUND_WORDS[ground] for ground in GROUNDS_IN_ORDER} | {OTHER: _("Annan grund")},
        note=_("Ett beslut med flera grunder räknas på den som står först här."),
    ),
    FigureGroup.HEARD: GroupDefinition(
        part=ReportPart.DECISIONS,
        title=_("Föreningar som fick yttra sig före ett beslut"),
        source=FigureSource.HEARINGS,
        cell_of=_first,
        cells={"replied": _("Svarade"), "silent": _("Svarade inte"), "time_left": _("Har tid kvar att svara")},
    ),
    FigureGroup.APPEALED: GroupDefinition(
        part=ReportPart.DECISIONS,
        title=_("Överklagade beslut"),
        source=FigureSource.APPEALS,
        cell_of=_first,
        cells={
            "quashed": _("Domstolen upphävde"),
            "upheld": _("Domstolen ändrade inte"),
            "appeal_ended": _("Återkallat eller avvisat"),
            "waiting": _("Inte avgjort"),
        },
    ),
    FigureGroup.FOLLOWED_ADVICE: GroupDefinition(
        part=ReportPart.GROUP,
        title=_("Yttranden, och hur de följdes"),
        source=FigureSource.OPINIONS,
        cell_of=_whether_followed,
        cells={
            "followed": _("Beslut enligt yttrandet"),
            "departed": _("Beslut mot yttrandet, med skäl"),
            "undecided": _("Inte beslutat"),
            "no_opinion": _("Återlämnat eller uppskjutet"),
        },
    ),
    FigureGroup.PAID: GroupDefinition(
        part=ReportPart.MONEY,
        title=_("Utbetalt"),
        source=FigureSource.PAYMENTS,
        cell_of=_first,
        cells={},
        money=_("Utbetalt, kronor"),
    ),
    FigureGroup.STOPS: GroupDefinition(
        part=ReportPart.MONEY,
        title=_("Utbetalningsstopp"),
        source=FigureSource.STOPS,
        cell_of=_first,
        cells={"payment_stop": _("Beslut att stoppa"), "payment_release": _("Beslut att häva")},
    ),
    FigureGroup.CLAIMS: GroupDefinition(
        part=ReportPart.MONEY,
        title=_("Beslutade återkrav efter grund"),
        source=FigureSource.CLAIMS,
        cell_of=_first,
        cells={ground.value: RECLAIM_GROUND_WORDS[ground] for ground in ReclaimGround},
        money=_("Återkrävt, kronor"),
    ),
    FigureGroup.RECOVERED: GroupDefinition(
        part=ReportPart.MONEY,
        title=_("Vad som hände med återkraven"),
        source=FigureSource.LEDGER,
        cell_of=_first,
        cells={kind.value: LEDGER_WORDS[kind] for kind in LedgerKind},
        money=_("Kronor"),
    ),
    FigureGroup.IN_TIME: GroupDefinition(
        part=ReportPart.FOLLOW_UP,
        title=_("Redovisningar som skulle lämnas in"),
        source=FigureSource.REPORTS,
        cell_of=_first,
        cells={
            "in_time": _("Kom i tid"),
            "late": _("Kom sent"),
            "incomplete": _("Kom, ska kompletteras"),
            "missing": _("Har inte kommit"),
            "unknown": _("Kom, okänt när"),
        },
    ),
    FigureGroup.COVERAGE: GroupDefinition(
        part=ReportPart.FOLLOW_UP,
        title=_("Föreningar med beviljat bidrag"),
        source=FigureSource.FOLLOWED,
        cell_of=_first,
        cells={"followed": _("Följda upp i år"), "left": _("Inte följda upp i år")},
        note=_("Föreningar med bidrag beslutat i år eller förra året."),
    ),
    FigureGroup.SIGNALS: GroupDefinition(
        part=ReportPart.FOLLOW_UP,
        title=_("Träffar som en person har svarat på"),
        source=FigureSource.SIGNALS,
        cell_of=lambda raw: "nothing" if raw[0] != CriterionAnswer.NOT_MET.value else "not_met",
        cells={
            "nothing": _("Ledde inte till något"),
            "not_met": _("Ledde till Ej uppfyllt, med agerande eller uttalande"),
        },
    ),
    FigureGroup.SHOWN: GroupDefinition(
        part=ReportPart.BOOKINGS,
        title=_("Inkomna bokningar"),
        source=FigureSource.BOOKINGS,
        cell_of=lambda raw: "clear" if raw[0] in {"", "none"} else "shown",
        cells={"clear": _("Utan frågor"), "shown": _("Behövde granskas")},
    ),
    FigureGroup.ANSWERED: GroupDefinition(
        part=ReportPart.BOOKINGS,
        title=_("Bokningarnas utfall"),
        source=FigureSource.BOOKINGS,
        cell_of=lambda raw: raw[1] if raw[1] in ANSWERED_STATES else OTHER,
        cells={
            "confirmed": _("Bekräftade"),
            "refused": _("Nekade"),
            "rescinded": _("Avbokade av förvaltningen"),
            "cancelled": _("Avbokade av bokaren"),
            OTHER: _("Inte besvarade"),
        },
    ),
    FigureGroup.TIMES: GroupDefinition(
        part=ReportPart.TIMES,
        title=_("Dagar, efter steg"),
        source=FigureSource.TIMES,
        cell_of=_first,
        cells={
            "decision": _("Från ansökan till beslut"),
            "completion": _("Väntan på komplettering"),
            "hearing": _("Från att föreningen fick yttra sig till svaret"),
            "letter": _("Från beslut till att det skickades"),
            "payment": _("Från beslut till första utbetalning"),
            "report": _("Från inkommen redovisning till genomgången"),
            "booking": _("Från bokning till svar"),
        },
        note=_(
            "Visas aldrig per person. Median: hälften gick fortare. Den andra siffran: inom den "
            "tiden var nio av tio klara."
        ),
    ),
}
"""Every group, in order."""
UNNAMED: Final = in_context("grant scheme", "Ingen bidragsform angiven")


def by_cell(definition: GroupDefinition, counted: Mapping[Raw, Tally]) -> dict[str, Tally]:
    """Cell -> what is counted in it."""
    found: dict[str, Tally] = {}
    for raw, tally in counted.items():
        cell = definition.cell_of(raw)
        if cell is not None:
            found[cell] = found.get(cell, Tally()).plus(tally)
    return found


class Duration(NamedTuple):
    """How long something took, in days: half of them at most the first, nine in ten at most the second."""

    number: int
    median: int
    ninetieth: int


def durations(days: Mapping[int, int]) -> Duration | None:
    """Of days -> how many took so long. Of an even number the longer of the two in the middle; None of nothing.

    A time is told that some case took, never one between two.
    """
    number = sum(days.values())
    if not number:
        return None
    return Duration(number, _nth(days, number // 2 + 1), _nth(days, -(-number * 9 // 10)))


def _nth(days: Mapping[int, int], place: int) -> int:
    passed = 0
    for day in sorted(days):
        passed += days[day]
        if passed >= place:
            return day
    raise ValueError(place)
