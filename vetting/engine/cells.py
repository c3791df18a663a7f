"""A cell as the value of a fact, or as a problem that says what stands there and what should."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from vetting.engine.conditions.folding import folded_text
from vetting.engine.facts import FactDefinition, FactLevel, FactType, ListRow, Scalar, Support, Value
from vetting.kernel import organisation_numbers
from vetting.kernel.dates import FIRST_YEAR, HERE, LAST_YEAR, InvalidDayError, parse_day
from vetting.kernel.money import InvalidAmountError, check_amount, parse_amount
from vetting.kernel.organisation_numbers import (
    PERSONAL_NUMBER,
    NumberKind,
    mask_personal_numbers,
    personal_number_problem,
    read_number,
)
from vetting.kernel.problem import UnreadableValueError
from vetting.kernel.tables import Cell, CellKind
from vetting.kernel.text import Words, _, changed_words, day_in_words, join_words, number_in_words, same_in_both
from vetting.kernel.typed_text import tidy_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NOTHING: Final = frozenset(
    {"", "-", "–", "—", "?", "??", "n/a", "ej aktuellt", "vet ej", "vet inte", "--", "---", "okänt", "okänd"}
)
YES: Final = frozenset({"ja", "j", "x", "yes", "y", "sant", "true", "1", "✓", "✔", "ok"})
NO: Final = frozenset({"nej", "n", "no", "falskt", "false", "0", "ej", "inte"})
THERE: Final = YES | {
    "finns",
    "bifogad",
    "bifogat",
    "bifogade",
    "bifogas",
    "inlämnad",
    "inlämnat",
    "inkommen",
    "inkommet",
    "mottagen",
    "inskickad",
    "klar",
    "bilaga",
}
NOT_THERE: Final = NO | {
    "saknas",
    "finns ej",
    "finns inte",
    "ej inlämnad",
    "ej inlämnat",
    "ej bifogad",
    "ej bifogat",
    "ingen",
    "inget",
    "inga",
    "missing",
    "none",
}
LONGEST_NOTHING: Final = 4 * max(map(len, NOTHING | NOT_THERE))
"""A longer text says something, however it is spaced."""
OLDEST_YEAR: Final = 1990
YEARS_AHEAD: Final = 5
MAY_BE_OLD: Final = frozenset({"organisation_number_since", "statutes_adopted_on", "association_formed_on"})
"""Facts about associations that are as old as they are."""
MAY_BE_ABSENT: Final = frozenset({FactType.DOCUMENT, FactType.TEXT, FactType.URL})
_AMOUNT_LAST = re.compile(r"(\D{2,80}?)\s+(\d[\d .\u00a0]{0,14}(?:,\d\d)?\s?(?:kr|kronor|:-)?)", re.ASCII)
_ASIDE = re.compile(r"\([^)]*\)")
_SEVERAL = re.compile(r"[;\n\r]+|,\s+")
_WHOLE = re.compile(r"(-?\d{1,12})\s*(?:st\.?|stycken|pers\.?|personer|medlemmar|besökare|år)?", re.ASCII)
_DECIMAL = re.compile(r"(-?\d{1,12})(?:[.,](\d{1,6}))?\s*(%?)", re.ASCII)
_SPACES = re.compile(r"(?<=\d)[\s\u00a0\u2009\u202f](?=\d{3}(?:\D|$))")
_SEE = re.compile(r"se (?:bilaga|bifogad|bif)")
_CLOCK = re.compile(
    r"^(.{6,30}?)(?: kl\.? ?| ?T ?| )([01]?\d|2[0-3]|24(?=[:.]00))[:.]([0-5]\d)(?::[0-5]\d(?:\.\d{1,9})?)?"
    r" ?(Z|z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class CellReading:
    """What a cell said: a value, that the thing is not there, or nothing; and what a person is told."""

    value: Value | None = None
    absent: bool = False
    told: tuple[Words, Words] | None = None


def read_cell(
    definition: FactDefinition, cell: Cell, synonyms: Mapping[str, tuple[str, ...]] | None = None, *, on: date
) -> CellReading:
    """A cell under the heading of one fact.

    synonyms: for choices, other words for each option. on: today, which a day that has been cannot lie
    after. Nothing is raised: what cannot be read is told
    and the fact stays unknown.
    """
    if cell.kind is CellKind.NOT_CALCULATED:
        return CellReading(told=_NOT_CALCULATED)
    if cell.kind is CellKind.ERROR:
        return CellReading(told=_error(cell))
    text = tidy_text(cell.text)
    if cell.kind is CellKind.TEXT and len(text) <= LONGEST_NOTHING and folded_text(text) in NOTHING:
        return CellReading()
    if definition.type is FactType.ORGANISATION_NUMBER:
        return _organisation_number(text)
    masked = mask_in_cells(text) if definition.type is FactType.LIST_OF_ROWS else mask_personal_numbers(text)
    personal = cell.kind in {CellKind.TEXT, CellKind.NUMBER} and masked != text
    told = _PERSONAL_NUMBER if personal else None
    try:
        if _says_not_there(definition, text):
            return CellReading(absent=True)
        value = _READERS[definition.type](CellInput(definition, cell, masked, synonyms or {}))
        _check_past(definition, value, on)
        _check_years(definition, value, on)
    except UnreadableValueError as error:
        return CellReading(told=told or (_mask_words(error.what), _mask_words(error.remedy)))
    return CellReading(value=value, told=told)


def read_as_it_stands(cell: Cell) -> CellReading:
    """A cell of free text that no rule reads: 'nej' is the word and nothing else."""
    if cell.kind is CellKind.NOT_CALCULATED:
        return CellReading(told=_NOT_CALCULATED)
    if cell.kind is CellKind.ERROR:
        return CellReading(told=_error(cell))
    text = tidy_text(cell.text)
    if organisation_numbers.holds_personal_number(text):
        return CellReading(told=_PERSONAL_NUMBER)
    return CellReading(value=text or None)


_PERSONAL_NUMBER: Final = (PERSONAL_NUMBER, _("Ta bort personnumret ur listan."))


def _check_past(definition: FactDefinition, value: Value, on: date) -> None:
    if not definition.past or not isinstance(value, date):
        return
    last = value.date() if isinstance(value, datetime) else value
    if last > on:
        raise UnreadableValueError(_("{last} ligger i framtiden.", last=day_in_words(last)), _("Rätta datumet."))


def _check_years(definition: FactDefinition, value: Value, on: date) -> None:
    """A day before any register of grants, or years ahead, is a slip of the hand; what an association is may be old.

    Of a board's own days nothing of the kind is known: a lease may last for a generation.
    """
    if not isinstance(value, date) or definition.id in MAY_BE_OLD:
        return
    if definition.of_board or definition.id.startswith("own-"):
        return
    if OLDEST_YEAR <= value.year <= on.year + YEARS_AHEAD:
        return
    day = value.date() if isinstance(value, datetime) else value
    raise UnreadableValueError(
        _("{day} är inte ett rimligt datum här.", day=day_in_words(day)),
        _(
            "Skriv ett datum inom åren {OLDEST_YEAR}–{value}, eller töm cellen.",
            OLDEST_YEAR=OLDEST_YEAR,
            value=on.year + YEARS_AHEAD,
        ),
    )


@dataclass(frozen=True, slots=True)
class CellInput:
    """A cell on its way to a value: personal numbers in `text` are masked already."""

    definition: FactDefinition
    cell: Cell
    text: str
    synonyms: Mapping[str, tuple[str, ...]]


def _mask_words(words: Words) -> Words:
    return changed_words(words, organisation_numbers.mask_personal_numbers)


_NOT_CALCULATED: Final = (
    _("Cellen är en formel vars resultat inte är sparat."),
    _("Öppna filen i Excel, spara den och ladda upp igen, eller skriv värdet."),
)


def _error(cell: Cell) -> tuple[Words, Words]:
    shown = cell.text[:12]
    return (_("Cellen visar felet {shown}.", shown=shown), _("Rätta formeln eller skriv värdet."))


def _says_not_there(definition: FactDefinition, text: str) -> bool:
    may_be_absent = definition.type in MAY_BE_ABSENT and len(text) <= LONGEST_NOTHING
    return may_be_absent and folded_text(text) in NOT_THERE


def _organisation_number(text: str) -> CellReading:
    if folded_text(text) in NOT_THERE:
        return CellReading(absent=True)
    found = read_number(text)
    shown = organisation_numbers.mask_personal_numbers(shorten_cell_text(text))
    match found.kind:
        case NumberKind.ORGANISATION:
            return CellReading(value=found.digits)
        case NumberKind.PERSONAL:
            return CellReading(told=personal_number_problem())
        case NumberKind.WRONG_CHECK_DIGIT:
            return CellReading(
                told=(_("Kontrollsiffran i {shown} stämmer inte.", shown=shown), _("Jämför numret med underlaget."))
            )
        case NumberKind.WRONG_LENGTH:
            return CellReading(
                told=(
                    _("”{shown}” har inte tio siffror.", shown=shown),
                    _("Numret ska ha 10 siffror, till exempel 802999-0234."),
                )
            )
        case NumberKind.NOT_A_NUMBER:
            return CellReading(
                told=(
                    _("”{shown}” är inget organisationsnummer.", shown=shown),
                    _("Numret ska ha 10 siffror, till exempel 802999-0234."),
                )
            )


def shorten_cell_text(text: str) -> str:
    """At most 40 characters on one line, for showing what stood in a cell."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"  # noqa: PLR2004 - a line of a message


def _not(given: CellInput, wanted: Words, example: Words) -> UnreadableValueError:
    shown = shorten_cell_text(given.text)
    return UnreadableValueError(
        _("”{shown}” är inte {wanted}.", shown=shown, wanted=wanted), _("Skriv {example}.", example=example)
    )


def _not_from_a_list(given: CellInput) -> Value:
    raise UnreadableValueError(
        _("Handlingar läggs in i ärendet, inte i listan."),
        _("Ta bort kolumnen ”{label}”.", label=given.definition.label),
    )


LONGEST_ACCOUNT: Final = 60


def _text(given: CellInput) -> str:
    if given.definition.level is FactLevel.FINANCE and len(given.text) > LONGEST_ACCOUNT:
        what = _("”{shown}” är längre än {most} tecken.", shown=shorten_cell_text(given.text), most=LONGEST_ACCOUNT)
        raise UnreadableValueError(what, _("Skriv bara kontots nummer."))
    return given.text


def _is_sane(value: float) -> bool:
    """Whether a number can mean anything here: neither infinite nor beyond what a list can hold."""
    return abs(value) <= 1e15 and math.isfinite(value) and (value == 0 or abs(value) >= 1e-6)  # noqa: PLR2004 - exact in a float


def _whole_number(given: CellInput) -> int:
    value = given.cell.value
    if given.cell.kind is CellKind.NUMBER and isinstance(value, int | float):
        if not _is_sane(value) or not float(value).is_integer():
            raise _not(given, _("ett heltal"), _("till exempel 34"))
        return int(_in_range(given, value))
    match = _WHOLE.fullmatch(_SPACES.sub("", given.text.lower()))
    if not match:
        raise _not(given, _("ett heltal"), _("bara siffror, till exempel 34"))
    return int(_in_range(given, int(match[1])))


def _number(given: CellInput) -> float:
    value = given.cell.value
    if given.cell.kind is CellKind.NUMBER and isinstance(value, int | float) and _is_sane(value):
        return _in_range(given, value)
    match = _DECIMAL.fullmatch(_SPACES.sub("", given.text))
    if not match:
        raise _not(given, _("ett tal"), _("till exempel 0,5"))
    found = float(f"{match[1]}.{match[2] or 0}")
    return _in_range(given, found / 100 if match[3] else found)


def _in_range(given: CellInput, value: float) -> float:
    low, high = given.definition.smallest, given.definition.largest
    if (low is not None and value < low) or (high is not None and value > high):
        limits = number_in_words(low or 0) + same_in_both("–") + number_in_words(high or 0)
        shown = shorten_cell_text(given.text)
        raise UnreadableValueError(
            _("”{shown}” är inte rimligt här.", shown=shown), _("Skriv ett tal inom {limits}.", limits=limits)
        )
    return value


A_KRONA: Final = 100
"""In öre. A cell of a workbook may show 25 % and hold 0.25, and not every kind of workbook tells how it is shown."""


def _money(given: CellInput) -> int:
    value, below_nought = given.cell.value, given.definition.may_be_below_nought
    if given.cell.kind is CellKind.NUMBER and isinstance(value, int | float):
        if not _is_sane(value) or (value and not round(value * 100)):
            raise _not(given, _("ett belopp"), _("till exempel 40000"))
        found = check_amount(round(value * 100), given.text, below_nought=below_nought)
    else:
        found = parse_amount(given.text, below_nought=below_nought)
    if 0 < abs(found) < A_KRONA:
        raise InvalidAmountError(
            _("”{text}” är mindre än en krona: det kan vara en andel.", text=given.text),
            _("Skriv beloppet i kronor, till exempel 40000."),
        )
    return found


def amount_in_cell(cell: Cell | None, *, below_nought: bool = False) -> int | None:
    """What stands in a cell of kronor that no fact is read from, in öre; None where nothing does.

    Raises:
        UnreadableValueError: it is no amount.
    """
    if cell is None or not cell.text.strip():
        return None
    if cell.kind is CellKind.NUMBER and isinstance(cell.value, int | float) and _is_sane(cell.value):
        return round(cell.value * 100)
    return parse_amount(cell.text, below_nought=below_nought)


def _day(given: CellInput) -> date:
    value = given.cell.value
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise _not(given, _("ett rimligt datum"), _DAY_EXAMPLE)
        return value
    if given.cell.kind is CellKind.NUMBER and len(given.text) != 8:  # noqa: PLR2004 - 20260315
        raise _not(given, _("ett datum"), _DAY_EXAMPLE)
    moment = _moment_in_text(given.text)
    return moment.date() if moment is not None else parse_day(given.text)


def _moment_in_text(text: str) -> datetime | None:
    """A day with a clock, as local time here: with an offset from UTC turned into it, 24:00 as the next midnight."""
    match = _CLOCK.match(text)
    if match is None:
        return None
    on = parse_day(match[1].strip(" ,"))
    hour = int(match[2])
    found = datetime(on.year, on.month, on.day, hour % 24, int(match[3]))  # noqa: DTZ001 - local time as given
    found += timedelta(days=hour // 24)
    if match[4] is None:
        return found
    offset = "+0000" if match[4] in "Zz" else match[4].replace(":", "")
    away = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:])) * (-1 if offset[0] == "-" else 1)
    return found.replace(tzinfo=timezone(away)).astimezone(HERE).replace(tzinfo=None)


_DAY_EXAMPLE: Final = _("datumet så här: 2026-03-15")


def _moment(given: CellInput) -> datetime:
    value = given.cell.value
    if isinstance(value, datetime):
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise _not(given, _("ett rimligt datum"), _DAY_EXAMPLE)
        return value
    moment = _moment_in_text(given.text)
    if moment is not None:
        return moment
    on = _day(given)
    return datetime(on.year, on.month, on.day)  # noqa: DTZ001 - local time as given


def _yes_no(given: CellInput) -> bool:
    if given.cell.kind is CellKind.YES_NO:
        return bool(given.cell.value)
    answer = folded_text(given.text)
    if answer in YES:
        return True
    if answer in NO:
        return False
    raise _not(given, _("ja eller nej"), _("ja eller nej"))


def _document(given: CellInput) -> bool:
    """A paper that is in: yes, a word for it, or the date it came."""
    if given.cell.kind in {CellKind.DAY, CellKind.MOMENT} or given.cell.value is True:
        return True
    first_word = folded_text(given.text).replace(",", " ").split(" ")[0]
    if folded_text(given.text) in THERE or first_word in {"ja", "yes", "bilaga"} or _SEE.match(folded_text(given.text)):
        return True
    try:
        parse_day(given.text)
    except InvalidDayError:
        raise _not(given, _("ja eller nej"), _("ja när handlingen finns, annars nej")) from None
    return True


def _choice(given: CellInput) -> str:
    wanted = folded_text(_ASIDE.sub(" ", given.text)) or folded_text(given.text)
    for option, label in given.definition.options.items():
        words = (option, label.sv, label.en, *given.synonyms.get(option, ()))
        if wanted in {folded_text(word) for word in words}:
            return option
    options = given.definition.options.values()
    raise UnreadableValueError(
        _("”{text}” är inget av valen.", text=shorten_cell_text(given.text)),
        _("Välj bland: {options}.", options=join_words(options, ", ")),
    )


def _texts(given: CellInput) -> tuple[str, ...]:
    if folded_text(given.text) in NOT_THERE:
        return ()
    return tuple(part.strip() for part in _SEVERAL.split(given.text) if part.strip())


def _support(given: CellInput) -> tuple[Support, ...]:
    """Names, each with its amount where one stands last: 'Kulturnämnden 5 000 kr'."""
    found: list[Support] = []
    for text in _texts(given):
        lone = _lone_amount(text)
        if lone is not None and found and found[-1].amount is None:  # 'Kulturnämnden; 5 000' is one giver
            found[-1] = Support(found[-1].funder, lone)
        else:
            found.append(one_support(text))
    return tuple(found)


def _lone_amount(text: str) -> int | None:
    try:
        return parse_amount(text)
    except InvalidAmountError:
        return None


def one_support(text: str) -> Support:
    """'Kulturnämnden 5 000 kr': a giver, with the amount where one stands last."""
    match = _AMOUNT_LAST.fullmatch(text)
    if match is None:
        return Support(text)
    try:
        return Support(match[1].rstrip(" :,"), parse_amount(match[2]))
    except InvalidAmountError:
        return Support(text)


def _year(given: CellInput) -> int:
    """'2026', '2026-12-31', or what a cell holds as a number or a day."""
    value = given.cell.value
    if isinstance(value, date):
        year = value.year
    elif given.cell.kind is CellKind.NUMBER and isinstance(value, int | float) and float(value).is_integer():
        year = int(value)
    else:
        match = _YEAR.fullmatch(given.text)
        if match is None:
            raise _not(given, _("ett år"), _("året med fyra siffror, till exempel 2026"))
        year = int(match[1])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _not(given, _("ett rimligt år"), _("året med fyra siffror, till exempel 2026"))
    return year


_YEAR: Final = re.compile(r"(\d{4})(?:-\d\d-\d\d)?", re.ASCII)
MOST_ROWS: Final = 200
_CELLS: Final = re.compile(r"\s*[;\t|]\s*")


def _rows(given: CellInput) -> tuple[ListRow, ...]:
    """Rows of a list: a line each, its fields with semicolon, tab or | between them; on one line with | and ;."""
    if folded_text(given.text) in NOT_THERE:
        return ()
    text = given.text
    lines = text.splitlines() if "\n" in text or "|" not in text else text.split(";")
    fields = list(given.definition.fields.values())
    lines = [line.strip(" \r") for line in lines if line.strip(" \t\r|;")]
    if lines and _is_heading(lines[0], fields):
        lines = lines[1:]
    if len(lines) > MOST_ROWS:
        raise UnreadableValueError(
            _("Listan har {many} rader, fler än {most}.", many=len(lines), most=MOST_ROWS),
            _("Slå ihop rader, eller skicka listan som bilaga."),
        )
    return tuple(_row(given, number, line, fields) for number, line in enumerate(lines, 1))


def mask_in_cells(text: str) -> str:
    """Rows with every personal number masked; a day beside two numbers, each in a cell of its own, is none."""
    return "".join(mask_personal_numbers(part) for part in _BETWEEN_CELLS.split(text))


_BETWEEN_CELLS: Final = re.compile(r"([;\t|\r\n]+)")


def _is_heading(line: str, fields: Sequence[FactDefinition]) -> bool:
    """Whether a line only repeats what the fields are called, as the first line of a pasted table does."""
    said = [folded_text(part) for part in _CELLS.split(line)]
    return said == [folded_text(item.label.sv) for item in fields] or said == [item.id for item in fields]


def _row(given: CellInput, number: int, line: str, fields: Sequence[FactDefinition]) -> ListRow:
    parts = _CELLS.split(line)
    amount_last = _AMOUNT_LAST.fullmatch(line) if len(parts) == 1 else None
    if amount_last is not None and [item.type for item in fields] == [FactType.TEXT, FactType.MONEY]:
        parts = [amount_last[1].rstrip(" :,"), amount_last[2]]
    if len(parts) > len(fields):
        raise UnreadableValueError(
            _(
                "Rad {number} har {many} fält, men listan har {of}.",
                number=number,
                many=len(parts),
                of=len(fields),
            ),
            rows_written(given.definition),
        )
    found: list[tuple[str, Scalar]] = []
    for field, part in zip(fields, parts, strict=False):
        if folded_text(part) in NOTHING:
            continue
        try:
            value = _READERS[field.type](CellInput(field, Cell(CellKind.TEXT, part), part, {}))
        except UnreadableValueError as error:
            place = _("Rad {number}, {field}: ", number=number, field=field.label)
            raise UnreadableValueError(place + error.what, error.remedy) from None
        if not isinstance(value, tuple):
            found.append((field.id, value))
    return ListRow(tuple(found))


def rows_written(definition: FactDefinition) -> Words:
    """How its rows are written: 'En rad för varje, med semikolon emellan: Vad; Belopp.'."""
    labels = join_words((item.label for item in definition.fields.values()), "; ")
    return _("Skriv varje post på en egen rad, med semikolon mellan uppgifterna: ") + labels + same_in_both(".")


def rows_explained(definition: FactDefinition) -> Words:
    return rows_written(definition) + _(" Eller klistra in från Excel. Skriv ”inga” om det inte finns några.")


_READERS: Final[Mapping[FactType, Callable[[CellInput], Value]]] = {
    FactType.TEXT: _text,
    FactType.URL: _text,
    FactType.ORGANISATION_NUMBER: _text,
    FactType.WHOLE_NUMBER: _whole_number,
    FactType.NUMBER: _number,
    FactType.MONEY: _money,
    FactType.DATE: _day,
    FactType.DATETIME: _moment,
    FactType.YES_NO: _yes_no,
    FactType.DOCUMENT: _document,
    FactType.CHOICE: _choice,
    FactType.CHOICES: _texts,
    FactType.LIST_OF_TEXT: _texts,
    FactType.LIST_OF_PARTNERS: _texts,
    FactType.LIST_OF_CASES: _texts,
    FactType.LIST_OF_DOCUMENTS: _not_from_a_list,
    FactType.LIST_OF_SUPPORT: _support,
    FactType.LIST_OF_ROWS: _rows,
    FactType.YEAR: _year,
}
