"""The board's registers as plain tables: stable headings, typed cells, the same on screen and in Excel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.domain.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

Cell = str | int | float | date | datetime | time | None
"""Money is whole öre; what kind of cell it is, its column says."""


class RegisterName(StrEnum):
    """Registers that there are."""

    APPROVALS = "approvals"
    RECLAIMS = "reclaims"
    ASSOCIATIONS = "associations"
    OPINIONS = "opinions"
    DELEGATED = "delegated"


REGISTER_WORDS: Final[Mapping[RegisterName, Words]] = {
    RegisterName.APPROVALS: Words("Beviljade bidrag och bokningar", "Approved grants and bookings"),
    RegisterName.RECLAIMS: Words("Återkrav", "Reclaims"),
    RegisterName.ASSOCIATIONS: Words("Föreningar", "Associations"),
    RegisterName.OPINIONS: Words("Referensgruppens ställningstaganden", "The reference group's opinions"),
    RegisterName.DELEGATED: Words("Delegationsbeslut", "Delegated decisions"),
}


class ColumnKind(StrEnum):
    """What a column's cells are."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    DAY = "day"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and what its cells are."""

    heading: Words
    kind: ColumnKind = ColumnKind.TEXT
    open: bool = False
    """May be changed in the workbook and sent back."""
    options: tuple[str, ...] = ()
    """What can stand in its cells, where that is a choice."""


@dataclass(frozen=True, slots=True)
class RegisterTable:
    """One sheet of a register."""

    title: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    summed: bool = True

    @property
    def totals(self) -> tuple[int | None, ...]:
        """The sum of each column of money, in öre; nothing under the others."""
        return tuple(
            sum(row[place] for row in self.rows if isinstance(row[place], int))  # type: ignore[misc] # checked beside
            if column.kind is ColumnKind.MONEY
            else None
            for place, column in enumerate(self.columns)
        )


def _text(sv: str, en: str) -> Column:
    return Column(Words(sv, en))


def _money(sv: str, en: str) -> Column:
    return Column(Words(sv, en), ColumnKind.MONEY)


def _day(sv: str, en: str) -> Column:
    return Column(Words(sv, en), ColumnKind.DAY)


GRANT_COLUMNS: Final = (
    _text("Ärendenr", "Case no"),
    _text("Dnr", "Registry no"),
    _text("Nämnd", "Board"),
    _text("Omgång", "Round"),
    _text("Bidragsform", "Grant type"),
    _text("Förening", "Association"),
    _text("Org.nr", "Organisation no"),
    _text("Ändamål", "Purpose"),
    _day("Inkom", "Received"),
    _money("Sökt kr", "Applied SEK"),
    _money("Förslag kr", "Proposed SEK"),
    _money("Beviljat kr", "Granted SEK"),
    _money("Förra året kr", "Last year SEK"),
    _text("Referensgrupp (utfall)", "Reference group (advice)"),
    _day("Referensgrupp datum", "Reference group date"),
    _day("Beslutsdatum", "Decision date"),
    _text("Beslutsfattare (nämnd/utskott/delegat, delegationspunkt)", "Decision maker (body, delegation point)"),
    _text("§", "§ (paragraph)"),
    _text("Villkor", "Conditions"),
    _text("Förbehåll stopp/återkrav (ja/nej)", "Reservation stop/reclaim (yes/no)"),
    _day("Laga kraft", "In force"),
    _money("Utbetalt kr", "Paid SEK"),
    _day("Utbetalt datum", "Paid date"),
    _text("Stoppad (ja/nej, datum)", "Stopped (yes/no, date)"),
    _day("Redovisning senast", "Report due"),
    _text("Redovisning (inkom, godkänd)", "Report (received, approved)"),
    _money("Återkrav kr", "Reclaimed SEK"),
    _text("Regler (namn, version)", "Rules (name, version)"),
    _text("Handläggare (funktion)", "Caseworker (function)"),
)
BOOKING_COLUMNS: Final = (
    _text("Boknings-id", "Booking id"),
    _text("Lokal", "Room"),
    _day("Datum", "Date"),
    Column(Words("Från", "From"), ColumnKind.CLOCK),
    Column(Words("Till", "To"), ColumnKind.CLOCK),
    _text("Förening/arrangör", "Association/organiser"),
    _text("Org.nr", "Organisation no"),
    _text("Arrangemang", "Event"),
    _text("Öppet/slutet", "Open/closed"),
    _text("Taxa", "Rate"),
    _text("Kontroll förening (datum, giltig t.o.m.)", "Association check (date, valid until)"),
    _text("Kontroll arrangemang", "Event check"),
    _text("Av (funktion)", "By (function)"),
    _text("Villkor", "Conditions"),
    _text("Referensgrupp", "Reference group"),
)
ASSOCIATION_COLUMNS: Final = (
    _text("Namn", "Name"),
    _text("Org.nr", "Organisation no"),
    _text("Tidigare namn", "Earlier names"),
    _text("Form", "Legal form"),
    _text("Säte", "Seat"),
    _day("Senast kontrollerad", "Last checked"),
    _day("Giltig t.o.m.", "Valid until"),
    Column(Words("Öppna ärenden", "Open cases"), ColumnKind.NUMBER),
    _money("Beviljat i år kr", "Granted this year SEK"),
)
OPINION_COLUMNS: Final = (
    _day("Möte", "Meeting"),
    Column(Words("Punkt", "Item"), ColumnKind.NUMBER),
    _text("Ärendenr", "Case no"),
    _text("Förening", "Association"),
    _text("Fråga", "Question"),
    _text("Utfall", "Advice"),
    _text("Skäl", "Reasons"),
    _text("Avvikande mening", "Dissent"),
    Column(Words("Jäv (antal)", "Conflicts (number)"), ColumnKind.NUMBER),
    _text("Nämndens beslut", "Decision"),
    _text("Följt (ja/nej)", "Followed (yes/no)"),
)
DELEGATED_COLUMNS: Final = (
    _day("Beslutsdatum", "Decision date"),
    _text("Ärendenr", "Case no"),
    _text("Dnr", "Registry no"),
    _text("Förening", "Association"),
    _text("Beslut", "Decision"),
    _money("Belopp kr", "Amount SEK"),
    _text("Delegat", "Delegate"),
    _text("Delegationspunkt", "Delegation point"),
    _day("Anmält till nämnden", "Reported to the board"),
)
RECLAIM_COLUMNS: Final = (
    _text("Återkravsnr", "Reclaim no"),
    _text("Ärendenr/bokning", "Case no/booking"),
    _text("Dnr", "Registry no"),
    _text("Förening", "Association"),
    _text("Org.nr", "Organisation no"),
    _money("Bidrag kr", "Grant SEK"),
    _money("Utbetalt kr", "Paid SEK"),
    _text("Grund (kod)", "Ground (code)"),
    _text("Konstaterat (datum, underlag)", "Established (date, by what)"),
    _text("Förbehåll i beslutet", "Reservation in the decision"),
    _day("Kommunicerat", "Communicated"),
    _day("Beslut", "Decision"),
    _text("Beslutsfattare", "Decision maker"),
    _text("§", "§ (paragraph)"),
    _money("Återkrävt kr", "Reclaimed SEK"),
    _money("Nedsatt/eftergivet kr", "Reduced/waived SEK"),
    _text("Fakturanr", "Invoice no"),
    _day("Förfaller", "Due"),
    _text("Anstånd/plan", "Respite/plan"),
    _money("Inbetalt kr", "Received SEK"),
    _money("Kvar kr", "Remaining SEK"),
    _day("Påmind", "Reminded"),
    _day("Inkasso", "Collection"),
    _text("Kronofogden (datum, nr, utfall)", "Enforcement Authority (date, no, outcome)"),
    _text("Kontakter (polis, Skatteverket ...)", "Contacts (police, Tax Agency ...)"),
    _text("Status", "State"),
    _day("Avslutat", "Closed"),
)
