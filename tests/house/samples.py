"""Makes the two sample workbooks of imports/samples/, invented from beginning to end; the same every time."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.styles import Font, PatternFill

from vetting.kernel.organisation_numbers import format_number, has_valid_check_digit
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.cell.cell import Cell as OpenCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

SEED = 2027
FORMS = (
    "Kulturföreningen",
    "Idrottsföreningen",
    "Ungdomsföreningen",
    "Teatergruppen",
    "Hembygdsföreningen",
    "Kören",
    "Schackklubben",
    "Kvinnoföreningen",
    "Pensionärsföreningen",
    "Odlarföreningen",
    "Dansföreningen",
    "Scoutkåren",
)
PLACES = (
    "Provkvarnen",
    "Testlyktan",
    "Exempelstigen",
    "Provspelet",
    "Fyren X",
    "Stegexempel",
    "Provhuset",
    "Mönsterbacken",
    "Exempelbygden",
    "Provbryggan",
    "Testgården",
    "Låtsasdalen",
    "Exempelängen",
    "Påhittet",
    "Provskogen",
)
HEADING = Font(name="Calibri", size=11, bold=True)
SHADE = PatternFill("solid", fgColor="DDE6EF")
Cell = str | int | float | date | datetime | None


def organisation_number(serial: int) -> str:
    """The serial's number in the invented series 802999, with its check digit."""
    body = f"802999{serial:03}"
    return next(f"{body}{digit}" for digit in range(10) if has_valid_check_digit(f"{body}{digit}"))


def names(count: int) -> list[str]:
    """So many different invented names."""
    chooser = random.Random(SEED)
    pairs = [f"{form} {place}" for form in FORMS for place in PLACES]
    return chooser.sample(pairs, count)


def as_written(digits: str, style: int) -> Cell:
    """An organisation number as lists have it: dash, none, number, century, en dash, no-break space."""
    ways: tuple[Callable[[], Cell], ...] = (
        lambda: format_number(digits),
        lambda: digits,
        lambda: int(digits),
        lambda: f"16{digits}",
        lambda: f"{digits[:6]}–{digits[6:]}",
        lambda: f"{digits[:6]}\u00a0{digits[6:]}",
        lambda: float(digits),
    )
    return ways[style % len(ways)]()


def day_as_written(day: date, style: int) -> Cell:
    """A day as lists have it."""
    months = (
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    )
    ways: tuple[Callable[[], Cell], ...] = (
        lambda: datetime(day.year, day.month, day.day),
        day.isoformat,
        lambda: f"{day.day}/{day.month} {day.year}",
        lambda: f"{day.day} {months[day.month - 1]} {day.year}",
        lambda: f"{day:%Y%m%d}",
    )
    return ways[style % len(ways)]()


def amount_as_written(kronor: int, style: int) -> Cell:
    """An amount as lists have it."""
    ways: tuple[Callable[[], Cell], ...] = (
        lambda: kronor,
        lambda: f"{kronor:,} kr".replace(",", " "),
        lambda: f"{kronor}:-",
        lambda: f"{kronor:,},50".replace(",", " ", 1) if kronor < 1_000_000 else kronor,
        lambda: float(kronor),
    )
    return ways[style % len(ways)]()


GRANT_HEADINGS = (
    "Nr",
    "Inkom",
    "Förening",
    "Org.nr",
    "Form",
    "Medlemmar",
    "Medlemmar i fjol",
    "Sökt (kr)",
    "Ändamål",
    "Stadgar",
    "Årsmötesprotokoll",
    "Protokoll undertecknat",
    "Årsmöte",
    "Styrelse vald",
    "Verks.ber.",
    "Bokslut",
    "Rev.ber.",
    "Rev.ber. undertecknad",
    "Undertecknad av",
    "Undertecknad datum",
    "Bankgiro",
    "Giro i föreningens namn",
    "Ej redovisade bidrag",
    "Anteckning",
)
PURPOSES = ("Verksamhet för barn", "Öppna träffar", "Lokalhyra", "Kurser för nya medlemmar", "Sommarläger", "Konserter")
YES = ("ja", "Ja", "x", "bifogad", "JA ")


def application(serial: int, name: str, chooser: random.Random) -> dict[str, Cell]:
    """A complete application, written as differently as people write."""
    members = chooser.randint(8, 240)
    met = date(2026, chooser.randint(1, 5), chooser.randint(1, 28))
    signed = date(2026, 9, chooser.randint(1, 28))
    received = signed + timedelta(days=chooser.randint(0, 2))
    yes = chooser.choice(YES)
    return {
        "Nr": serial,
        "Inkom": day_as_written(received, serial),
        "Förening": name,
        "Org.nr": as_written(organisation_number(300 + serial), serial),
        "Form": chooser.choice(("Ideell förening", "ideell", "ideell fören.")),
        "Medlemmar": members if serial % 4 else f"{members} st",
        "Medlemmar i fjol": max(5, members + chooser.randint(-3, 3)),
        "Sökt (kr)": amount_as_written(chooser.randint(8, 120) * 1000, serial),
        "Ändamål": chooser.choice(PURPOSES),
        "Stadgar": yes,
        "Årsmötesprotokoll": yes,
        "Protokoll undertecknat": "ja",
        "Årsmöte": day_as_written(met, serial + 1),
        "Styrelse vald": day_as_written(met, serial + 2),
        "Verks.ber.": yes,
        "Bokslut": yes,
        "Rev.ber.": yes,
        "Rev.ber. undertecknad": "ja",
        "Undertecknad av": chooser.choice(("ordförande", "ordf. och kassör", "firmatecknare")),
        "Undertecknad datum": day_as_written(signed, serial + 3),
        "Bankgiro": f"{900 + serial}-{1000 + serial * 7}",
        "Giro i föreningens namn": "ja",
        "Ej redovisade bidrag": 0,
        "Anteckning": None,
    }


# What is wrong in which row of the list (by its Nr): as they really come.
FAULTS: dict[int, dict[str, Cell]] = {
    3: {"Stadgar": None},
    5: {"Medlemmar": 4, "Medlemmar i fjol": 4, "Anteckning": "För få medlemmar?"},
    7: {"Rev.ber.": "nej", "Rev.ber. undertecknad": None},
    8: {"Org.nr": "802999-3085"},
    10: {"Årsmöte": "2025-03-02", "Anteckning": "Gammalt protokoll"},
    12: {"Bokslut": None, "Rev.ber.": None, "Rev.ber. undertecknad": None},
    13: {"Form": "AB"},
    14: {"Undertecknad av": None, "Undertecknad datum": None},
    16: {"Org.nr": "850229-1234", "Anteckning": "Står ett personnummer här?"},
    17: {"Sökt (kr)": "12O 000"},
    19: {"Verks.ber.": "saknas"},
    21: {"Medlemmar i fjol": 20, "Medlemmar": 75},
    22: {"Giro i föreningens namn": "nej"},
    24: {"Årsmöte": "2026-02-30"},
    25: {"Org.nr": None, "Anteckning": "Nybildad, inget nummer än"},
    27: {"Ej redovisade bidrag": 1},
    28: {"Medlemmar": "ca 50"},
    30: {"Styrelse vald": None},
    32: {"Bankgiro": None, "Giro i föreningens namn": None},
    33: {"Protokoll undertecknat": "nej"},
    35: {"Medlemmar": 3, "Medlemmar i fjol": 3, "Stadgar": None},
    36: {"Rev.ber.": None, "Rev.ber. undertecknad": None},
    38: {"Org.nr": "80299-012"},
    40: {"Form": "stiftelse"},
    41: {"Stadgar": "nej", "Årsmötesprotokoll": "nej"},
    43: {"Årsmöte": None, "Styrelse vald": None},
    46: {"Ej redovisade bidrag": 2},
    48: {"Verks.ber.": None, "Bokslut": None},
    50: {"Medlemmar": None},
    52: {"Rev.ber. undertecknad": "nej"},
    55: {"Undertecknad datum": "kommer"},
    57: {"Stadgar": "?"},
}
SAME_ASSOCIATION_TWICE = (44, 9)
SAME_NUMBER_ANOTHER_NAME = (53, 26)


def applications() -> openpyxl.Workbook:
    """60 applications under two title rows, with a totals row."""
    chooser = random.Random(SEED)
    rows = [
        application(serial, name, chooser) | FAULTS.get(serial, {}) for serial, name in enumerate(names(60), start=1)
    ]
    again, first = SAME_ASSOCIATION_TWICE
    rows[again - 1] |= {key: rows[first - 1][key] for key in ("Förening", "Org.nr", "Bankgiro")}
    borrowed, owner = SAME_NUMBER_ANOTHER_NAME
    rows[borrowed - 1]["Org.nr"] = rows[owner - 1]["Org.nr"]
    book, sheet = _book("Ansökningar")
    sheet["A1"] = "Exempelnämnden: föreningsbidrag 2027"
    sheet["A2"] = "Ansökningar som kommit in till och med 30 september 2026. Påhittade uppgifter."
    sheet["A1"].font = Font(name="Calibri", bold=True, size=14)
    _table(sheet, 4, GRANT_HEADINGS, rows)
    sheet.cell(66, 3, "Summa").font = HEADING
    sheet.cell(66, 8, "=SUM(H5:H64)")
    return book


BOOKING_HEADINGS = (
    "Bokningsnr",
    "Lokal",
    "Datum",
    "Tid",
    "Förening",
    "Org.nr",
    "Arrangemang",
    "Syfte",
    "Arrangör",
    "Bokare är arrangör",
    "Antal besökare",
    "Ansvarig på plats",
    "Öppet för allmänheten",
    "Externa föreläsare",
    "Medarrangörer",
    "Privatperson",
)
ROOMS = ("Sal A", "Sal B", "Verkstad", "Dansstudio", "Kök", "Mötesrum 1", "Mötesrum 2", "Idrottshall")
EVENTS = (
    "Träning",
    "Körövning",
    "Styrelsemöte",
    "Medlemsmöte",
    "Kurs",
    "Repetition",
    "Språkcafé",
    "Läxhjälp",
    "Schackkväll",
)


def booking(serial: int, name: str, number: str, chooser: random.Random) -> dict[str, Cell]:
    """An ordinary booking."""
    event = chooser.choice(EVENTS)
    start = chooser.randint(9, 20)
    return {
        "Bokningsnr": f"B{48000 + serial}",
        "Lokal": chooser.choice(ROOMS),
        "Datum": day_as_written(date(2026, 11, 23) + timedelta(days=serial % 7), serial % 2),
        "Tid": f"{start:02}.00–{start + 2:02}.00",
        "Förening": name,
        "Org.nr": as_written(number, serial % 2),
        "Arrangemang": event,
        "Syfte": f"{event} för medlemmar",
        "Arrangör": name,
        "Bokare är arrangör": "ja",
        "Antal besökare": chooser.randint(4, 60),
        "Ansvarig på plats": chooser.choice(("ledare", "ordförande", "kursledare")),
        "Öppet för allmänheten": "nej",
        "Externa föreläsare": "nej",
        "Medarrangörer": None,
        "Privatperson": "nej",
    }


def without_clashes(rows: list[dict[str, Cell]]) -> list[dict[str, Cell]]:
    """The same, each in a room that is free: its own, else another at that time, else at another."""
    taken: set[tuple[str, str, int]] = set()
    for row in rows:
        day, begins = str(row["Datum"])[:10], int(str(row["Tid"])[:2])
        rooms = [str(row["Lokal"]), *(room for room in ROOMS if room != row["Lokal"])]
        hours = sorted(range(9, 21), key=lambda hour: abs(hour - begins))
        room, hour = next(
            (room, hour) for hour in hours for room in rooms if not taken & {(day, room, hour), (day, room, hour + 1)}
        )
        taken |= {(day, room, hour), (day, room, hour + 1)}
        row["Lokal"] = room
        if hour != begins:
            row["Tid"] = f"{hour:02}.00–{hour + 2:02}.00"
    return rows


def bookings() -> openpyxl.Workbook:
    """200 bookings of one week from 45 associations, a few of which need a person."""
    chooser = random.Random(SEED + 1)
    associations = [(name, organisation_number(400 + place)) for place, name in enumerate(names(45))]
    rows = without_clashes([booking(serial, *chooser.choice(associations), chooser) for serial in range(1, 201)])
    for serial in range(9, 200, 16):
        rows[serial]["Öppet för allmänheten"] = "ja"
    for serial in (20, 77, 140):
        rows[serial] |= {"Externa föreläsare": "ja", "Arrangemang": "Föreläsning", "Syfte": "Föreläsning om närmiljön"}
    for serial in (33, 121):
        rows[serial]["Medarrangörer"] = "Föreningen Exempelbacken; Studiegruppen Prov"
    for serial in (50, 98, 163):
        rows[serial] |= {
            "Förening": "Privatperson",
            "Org.nr": None,
            "Arrangör": None,
            "Bokare är arrangör": None,
            "Privatperson": "ja",
            "Arrangemang": "Kalas",
            "Syfte": "Födelsedagskalas",
            "Antal besökare": 30,
        }
    for serial in (14, 61, 109, 152, 188):
        rows[serial]["Syfte"] = None
    for serial in (28, 115):
        rows[serial]["Ansvarig på plats"] = None
    rows[70]["Antal besökare"] = 160
    rows[84] |= {"Bokare är arrangör": "nej", "Arrangör": None}
    rows[131] |= {"Bokare är arrangör": "nej", "Arrangör": "Föreningen Exempelbacken"}
    rows[145]["Org.nr"] = "802999-1234"
    book, sheet = _book("Vecka 48")
    sheet["A1"] = "Huset Exempel: bokningar vecka 48, 2026. Påhittade uppgifter."
    sheet["A1"].font = Font(name="Calibri", bold=True, size=14)
    _table(sheet, 3, BOOKING_HEADINGS, rows)
    return book


def _book(title: str) -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    book.properties.creator = ""
    book.properties.created = book.properties.modified = datetime(2026, 11, 20)
    sheet = book.worksheets[0]
    sheet.title = title
    return book, sheet


def _table(sheet: Worksheet, heading_row: int, headings: tuple[str, ...], rows: list[dict[str, Cell]]) -> None:
    for column, heading in enumerate(headings, start=1):
        cell = sheet.cell(heading_row, column, heading)
        cell.font, cell.fill = HEADING, SHADE
        sheet.column_dimensions[cell.column_letter].width = max(12, min(34, len(heading) + 4))
    for number, row in enumerate(rows, start=heading_row + 1):
        for column, heading in enumerate(headings, start=1):
            _put(sheet.cell(number, column), row[heading])
    sheet.column_dimensions["C"].width = 34


def _put(cell: OpenCell | MergedCell, value: Cell) -> None:
    cell.value = value
    if isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd"


def register() -> bytes:
    """80 associations as Interbook exports them: semicolons, Windows-1252, some without a number or with another's."""
    chooser = random.Random(SEED + 2)
    lines = ["Kundnr;Kundnamn;Organisationsnummer;Kundkategori;Postort"]
    for serial, name in enumerate(names(80), start=1):
        number = "" if serial % 9 == 0 else organisation_number(200 + serial - (serial % 20 == 0))
        form = chooser.choice(("Idrott", "Kultur", "Hembygd", "Ungdom", "Övrigt"))
        lines.append(f"{7000 + serial};{name};{number[:6]}-{number[6:]};{form};PROVBY".replace(";-;", ";;"))
    return "\r\n".join([*lines, ""]).encode("cp1252")


def week() -> bytes:
    """60 bookings of a week as RBOK exports them: tabs, UTF-16, the time of day in columns of its own."""
    chooser = random.Random(SEED + 3)
    lines = ["Bokningsnummer\tResurs\tHyresgäst\tOrg.nr\tÄndamål\tStartdatum\tStarttid\tSluttid\tAntal"]
    taken: dict[tuple[str, date], list[int]] = {}
    for serial, name in enumerate(names(60), start=1):
        begins = chooser.randint(9, 20)
        day = date(2026, 11, 30) + timedelta(days=serial % 7)
        drawn = chooser.choice(ROOMS)
        free = [room for room in (drawn, *ROOMS) if all(abs(begins - hour) > 2 for hour in taken.get((room, day), ()))]
        taken.setdefault((free[0], day), []).append(begins)
        lines.append(
            f"R{9000 + serial}\t{free[0]}\t{name}\t{organisation_number(200 + serial)}\t"
            f"{chooser.choice(EVENTS)}\t{day}\t{begins:02}:00\t{begins + 2:02}:30\t{chooser.randint(5, 60)}"
        )
    return "\r\n".join([*lines, ""]).encode("utf-16")


SAMPLES = {"ansokningar.xlsx": applications, "bokningar.xlsx": bookings}
TEXTS = {"interbook-foreningar.csv": register, "rbok-bokningar.txt": week}


def main() -> None:
    """Writes the workbooks and the texts."""
    folder = Path(shipped_folder("imports")) / "samples"
    folder.mkdir(exist_ok=True)
    for name, make in SAMPLES.items():
        make().save(folder / name)
    for name, write in TEXTS.items():
        (folder / name).write_bytes(write())


if __name__ == "__main__":
    main()
