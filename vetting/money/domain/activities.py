"""A plan's activities: what the board has said that it does, where it is told, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.dates import InvalidDayError, parse_day
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

LONGEST: Final = 1_000
LONGEST_LINE: Final = 200
MOST_ROWS: Final = 200


class ActivityStatus(StrEnum):
    """How an activity stands; the plans ask for last year's beside this year's."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    DONE = "done"
    CONTINUES = "continues"
    DROPPED = "dropped"


STATUS_WORDS: Final[Mapping[ActivityStatus, Words]] = {
    ActivityStatus.NOT_BEGUN: _("Inte påbörjad"),
    ActivityStatus.UNDER_WAY: _("Pågår"),
    ActivityStatus.DONE: _("Genomförd"),
    ActivityStatus.CONTINUES: _("Görs löpande"),
    ActivityStatus.DROPPED: _("Utgår"),
}
OVER: Final = frozenset({ActivityStatus.DONE, ActivityStatus.CONTINUES, ActivityStatus.DROPPED})
"""Nothing waits to be done any longer because of a day."""


class FollowUpChannel(StrEnum):
    """Where an activity is followed up."""

    T1 = "T1"
    T2 = "T2"
    VB = "VB"
    ILS = "ILS"


CHANNEL_WORDS: Final[Mapping[FollowUpChannel, Words]] = {
    FollowUpChannel.T1: _("T1, tertialrapport 1"),
    FollowUpChannel.T2: _("T2, tertialrapport 2"),
    FollowUpChannel.VB: _("VB, verksamhetsberättelsen"),
    FollowUpChannel.ILS: _("ILS, ledningssystemet"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFields:
    """What is said of an activity. A control of the board's internal control plan says what is controlled, too."""

    text: str
    clause: str = ""
    """Where in the plan it stands."""
    responsible: str = ""
    """A function."""
    time: str = ""
    """As the plan says it."""
    due_on: date | None = None
    channels: tuple[FollowUpChannel, ...] = ()
    status: ActivityStatus = ActivityStatus.NOT_BEGUN
    note: str = ""
    controlled: str = ""
    """Of a control: what is controlled."""
    drawn: int | None = None
    """How many were drawn; None is not known."""
    found: str = ""
    measure: str = ""


def wrong_with_activity(given: ActivityFields) -> list[Problem]:
    found = []
    if not given.text.strip():
        found.append(
            Problem("text", _("Det står inte vad som ska göras."), _("Skriv aktiviteten som den står i planen."))
        )
    if given.status is ActivityStatus.DROPPED and not given.note.strip():
        found.append(Problem("note", _("Det står inte varför aktiviteten utgår."), _("Skriv det kort i anteckningen.")))
    if given.drawn is not None and given.drawn < 0:
        found.append(Problem("drawn", _("Antalet kan inte stämma."), _("Skriv 0 eller mer.")))
    if (given.drawn is not None or given.found or given.measure) and not given.controlled.strip():
        found.append(Problem("controlled", _("Det står inte vad som kontrolleras."), _("Skriv vad kontrollen gäller.")))
    return found


HEADINGS: Final[Mapping[str, str]] = {
    "aktivitet": "text",
    "aktiviteter": "text",
    "åtgärd": "text",
    "activity": "text",
    "avsnitt": "clause",
    "klausul": "clause",
    "clause": "clause",
    "ansvarig": "responsible",
    "ansvarig enhetschef": "responsible",
    "responsible": "responsible",
    "tid": "time",
    "tidplan": "time",
    "klart": "time",
    "time": "time",
    "senast": "due_on",
    "due": "due_on",
    "uppföljning": "channels",
    "följs upp": "channels",
    "uppföljning i": "channels",
    "follow-up": "channels",
    "status": "status",
    "anteckning": "note",
    "kommentar": "note",
    "note": "note",
}
"""Headings of tables as plans write them, in small letters -> the field."""


def read_activity_rows(table: Iterable[Sequence[str]]) -> tuple[list[ActivityFields], list[Problem]]:
    """Activities of a table whose first row that is not empty has the headings; each problem says which row.

    A row without an activity that says something is told; what stands in a column that is not known is not read.
    """
    rows = [
        (place, cells) for place, cells in enumerate(([cell.strip() for cell in row] for row in table), 1) if any(cells)
    ]
    if not rows:
        return [], [Problem("table", _("Tabellen är tom."), _("Klistra in den med rubrikerna, eller välj en fil."))]
    places = {HEADINGS[cell.lower()]: at for at, cell in enumerate(rows[0][1]) if cell.lower() in HEADINGS}
    if "text" not in places:
        what = _("Ingen kolumn heter Aktivitet.")
        return [], [Problem("table", what, _("Den första raden ska ha rubrikerna, som Aktivitet, Ansvarig, Tidplan."))]
    if len(rows) - 1 > MOST_ROWS:
        what = _("Det är fler än {most} rader.", most=MOST_ROWS)
        return [], [Problem("table", what, _("Läs in planens egen tabell, utan andra blad."))]
    found, problems = [], []
    for place, cells in rows[1:]:
        said = {name: cells[at] for name, at in places.items() if at < len(cells)}
        if not said.get("text"):
            what = _("Rad {place} har ingen aktivitet.", place=place)
            problems.append(Problem("table", what, _("Fyll i den, eller ta bort raden.")))
            continue
        fields, wrong = _fields_of(said, place)
        found.append(fields)
        problems += wrong
    return found, problems


def _fields_of(said: Mapping[str, str], place: int) -> tuple[ActivityFields, list[Problem]]:
    problems = []
    due = None
    if said.get("due_on"):
        try:
            due = parse_day(said["due_on"])
        except InvalidDayError:
            what = _("Rad {place}: ”{said}” är inget datum.", place=place, said=said["due_on"][:40])
            problems.append(Problem("table", what, _("Skriv det så här: 2026-10-15.")))
    status = ActivityStatus.NOT_BEGUN
    if said.get("status"):
        known = {words.to(language).lower(): one for one, words in STATUS_WORDS.items() for language in ("sv", "en")}
        asked = said["status"].lower()
        if asked in known:
            status = known[asked]
        else:
            what = _("Rad {place}: statusen ”{said}” är inte känd.", place=place, said=said["status"][:40])
            remedy = _("Skriv Inte påbörjad, Pågår, Genomförd, Görs löpande eller Utgår.")
            problems.append(Problem("table", what, remedy))
    fields = ActivityFields(
        text=said["text"][:LONGEST],
        clause=said.get("clause", "")[:LONGEST_LINE],
        responsible=said.get("responsible", "")[:LONGEST_LINE],
        time=said.get("time", "")[:LONGEST_LINE],
        due_on=due,
        channels=tuple(channels_in(said.get("channels", ""))),
        status=status,
        note=said.get("note", "")[:LONGEST],
    )
    return fields, problems


def channels_in(text: str) -> Iterator[FollowUpChannel]:
    """The channels that a cell names, as `T1, T2 och VB`."""
    words = {word.strip(".,;:()").upper() for word in text.replace("/", " ").split()}
    for channel in FollowUpChannel:
        if channel.value in words:
            yield channel


@dataclass(frozen=True, slots=True)
class ExamplePlan:
    """The activities of a plan that ships as an example."""

    id: str
    title: str
    year: int
    activities: tuple[ActivityFields, ...] = field(default=())
