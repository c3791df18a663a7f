"""Layouts of lists that go out: columns, widths, signs and codes, as a finance system wants a batch of payments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from vetting.engine.rule_file_fields import FieldReader, mapping_at
from vetting.kernel.text import Words, _, same_in_both
from vetting.payments.domain.payment_bases import AMOUNTS, BASIS_FIELD_WORDS, DAYS, BasisField

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.kernel.problem import Faults
    from vetting.payments.domain.payment_bases import BasisLine

OUT: Final = "out"
LAYOUT_KEYS: Final = (
    *("name", "kind", "direction", "title", "shape", "encoding", "separator", "headings"),
    *("amount", "sign", "day", "codes", "columns"),
)
COLUMN_KEYS: Final = ("field", "value", "heading", "width", "align", "fill")
WIDEST: Final = 200
CUT: Final = frozenset({BasisField.PAYEE, BasisField.TEXT, BasisField.DECIDED_BY, BasisField.ATTESTED_FACTS})
CUT_TOO: Final = frozenset({BasisField.ATTESTED_DECISION, BasisField.PARAGRAPH})
"""Texts that are cut where a column is narrow; a number or an amount never is."""


class OutgoingShape(StrEnum):
    """What kind of file."""

    XLSX = "xlsx"
    SEPARATED = "separated"
    FIXED = "fixed"


class FileEncoding(StrEnum):
    """How letters are written."""

    UTF_8 = "utf-8"
    UTF_8_SIG = "utf-8-sig"
    LATIN_1 = "latin-1"
    WINDOWS_1252 = "windows-1252"


class WrittenAmount(StrEnum):
    """How an amount is written: 12500,50 or 12500.50 or 1250050."""

    KRONOR = "kronor"
    KRONOR_POINT = "kronor_point"
    ORE = "ore"


class AmountSign(StrEnum):
    """Whether an amount that is paid out has a minus."""

    PLUS = "plus"
    MINUS = "minus"


class DayForm(StrEnum):
    """How a day is written: 2026-11-27, 20261127 or 261127."""

    ISO = "iso"
    COMPACT = "compact"
    SHORT = "short"


DAY_FORMS: Final[Mapping[DayForm, str]] = {DayForm.ISO: "%Y-%m-%d", DayForm.COMPACT: "%Y%m%d", DayForm.SHORT: "%y%m%d"}
SHAPE_WORDS: Final[Mapping[OutgoingShape, Words]] = {
    OutgoingShape.XLSX: same_in_both("Excel"),
    OutgoingShape.SEPARATED: _("Text med skiljetecken"),
    OutgoingShape.FIXED: _("Text med fast bredd"),
}
ENDINGS: Final[Mapping[OutgoingShape, str]] = {
    OutgoingShape.XLSX: "xlsx",
    OutgoingShape.SEPARATED: "csv",
    OutgoingShape.FIXED: "txt",
}


class OutgoingColumn(NamedTuple):
    """A column: a field of the row, or what every row says there."""

    field: BasisField | None
    value: str
    heading: str
    width: int
    """In characters; 0 where the shape has no widths."""
    right: bool
    fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingLayout:
    """How a batch of payments is written as a file."""

    name: str
    title: Words
    shape: OutgoingShape
    encoding: FileEncoding = FileEncoding.UTF_8
    separator: str = ";"
    headings: bool = True
    amount: WrittenAmount = WrittenAmount.KRONOR
    sign: AmountSign = AmountSign.PLUS
    day: DayForm = DayForm.ISO
    codes: Mapping[BasisField, Mapping[str, str]]
    columns: Sequence[OutgoingColumn]
    own: bool = False
    """A board's own rather than shipped."""


class TooLong(NamedTuple):
    """A value that does not fit into its column."""

    reference: str
    heading: str
    value: str
    width: int


def parse_outgoing_layout(data: object, faults: Faults, *, own: bool = False) -> OutgoingLayout | None:
    """A layout from plain data, as in a file of `imports/` with `direction: out`."""
    found = mapping_at(data, (), faults)
    if found is None:
        return None
    before = len(faults)
    fields = FieldReader(found, (), faults)
    fields.refuse_unknown(LAYOUT_KEYS)
    shape = fields.one_of("shape", OutgoingShape)
    layout = OutgoingLayout(
        name=fields.text("name"),
        title=fields.words("title"),
        shape=shape,
        encoding=_choice(fields, "encoding", FileEncoding, FileEncoding.UTF_8),
        separator=str(found.get("separator", ";")),
        headings=bool(found.get("headings", True)),
        amount=_choice(fields, "amount", WrittenAmount, WrittenAmount.KRONOR),
        sign=_choice(fields, "sign", AmountSign, AmountSign.PLUS),
        day=_choice(fields, "day", DayForm, DayForm.ISO),
        codes=_codes(fields),
        columns=_columns(fields, fixed=shape is OutgoingShape.FIXED) if len(faults) == before else (),
        own=own,
    )
    if len(layout.separator) != 1:
        faults.add(
            fields.at("separator"),
            _("Skiljetecknet ska vara ett tecken."),
            _("Skriv semikolon, komma eller tabb."),
        )
    if len(faults) == before and not any(column.field is BasisField.AMOUNT for column in layout.columns):
        faults.add(fields.at("columns"), _("Ingen kolumn säger beloppet."), _("Lägg till kolumnen amount."))
    return layout if len(faults) == before else None


E = TypeVar("E", bound=StrEnum)


def _choice(fields: FieldReader, key: str, kind: type[E], default: E) -> E:
    return fields.one_of(key, kind) if key in fields.data else default


def _codes(fields: FieldReader) -> dict[BasisField, dict[str, str]]:
    found: dict[BasisField, dict[str, str]] = {}
    for name, values in (mapping_at(fields.data.get("codes", {}), fields.at("codes"), fields.faults) or {}).items():
        path = (*fields.at("codes"), name)
        inner = mapping_at(values, path, fields.faults)
        if name not in set(BasisField):
            fields.faults.add(path, _("{field} är inget fält.", field=name), FIELDS_ARE)
        elif inner is not None:
            found[BasisField(name)] = {str(key): str(value) for key, value in inner.items()}
    return found


FIELDS_ARE: Final = _("Välj bland: ") + Words(
    ", ".join(field.value for field in BasisField), ", ".join(field.value for field in BasisField)
)


def _columns(fields: FieldReader, *, fixed: bool) -> tuple[OutgoingColumn, ...]:
    rows = fields.data.get("columns")
    if not isinstance(rows, list) or not rows:
        fields.faults.add(fields.at("columns"), _("Kolumnerna saknas."), _("Skriv minst en."))
        return ()
    found = []
    for place, row in enumerate(rows):
        path = (*fields.at("columns"), place)
        given = mapping_at(row, path, fields.faults)
        if given is None:
            continue
        inner = FieldReader(given, path, fields.faults)
        inner.refuse_unknown(COLUMN_KEYS)
        name = given.get("field")
        if name is not None and name not in set(BasisField):
            fields.faults.add(inner.at("field"), _("{field} är inget fält.", field=str(name)), FIELDS_ARE)
            continue
        field = BasisField(name) if name is not None else None
        width = given.get("width", 0)
        if not isinstance(width, int) or not 0 <= width <= WIDEST or (fixed and width == 0):
            fields.faults.add(
                inner.at("width"),
                _("Bredden saknas eller är orimlig."),
                _("Skriv hur många tecken kolumnen är, 1 till {most}.", most=WIDEST),
            )
            continue
        fill = str(given.get("fill", " "))
        if len(fill) != 1:
            fields.faults.add(inner.at("fill"), _("Utfyllnaden ska vara ett tecken."), _("Skriv 0 eller inget."))
            continue
        heading = str(given.get("heading") or (BASIS_FIELD_WORDS[field].sv if field is not None else ""))
        right = given.get("align") == "right" or fill == "0"
        found.append(OutgoingColumn(field, str(given.get("value", "")), heading, width, right, fill))
    return tuple(found)


def text_of(layout: OutgoingLayout, column: OutgoingColumn, line: BasisLine) -> str:
    """What a row says in a column, before it is cut or filled."""
    if column.field is None:
        return column.value
    value = line.value(column.field)
    if column.field in AMOUNTS:
        return _amount(layout, int(str(value)))
    if column.field in DAYS:
        return _day(layout, value)
    said = str(value)
    return layout.codes.get(column.field, {}).get(said, said)


def _amount(layout: OutgoingLayout, ore: int) -> str:
    signed = -ore if layout.sign is AmountSign.MINUS else ore
    if layout.amount is WrittenAmount.ORE:
        return str(signed)
    minus, whole, rest = "-" if signed < 0 else "", abs(signed) // 100, abs(signed) % 100
    point = "." if layout.amount is WrittenAmount.KRONOR_POINT else ","
    return f"{minus}{whole}{point}{rest:02}"


def _day(layout: OutgoingLayout, value: str | int | date) -> str:
    return value.strftime(DAY_FORMS[layout.day]) if not isinstance(value, str | int) else str(value)


def outgoing_rows(layout: OutgoingLayout, lines: Sequence[BasisLine]) -> tuple[list[list[str]], list[TooLong]]:
    """The cells of each row, cut and filled to their widths; and the numbers that do not fit."""
    rows: list[list[str]] = []
    wrong: list[TooLong] = []
    for line in lines:
        cells = []
        for column in layout.columns:
            said = text_of(layout, column, line)
            if column.width and len(said) > column.width:
                if column.field is None or column.field not in CUT | CUT_TOO:
                    wrong.append(TooLong(line.reference, column.heading, said, column.width))
                said = said[: column.width]
            if layout.shape is OutgoingShape.FIXED:
                said = _pad_cell(said, column)
            cells.append(said)
        rows.append(cells)
    return rows, wrong


def _pad_cell(said: str, column: OutgoingColumn) -> str:
    """To the width; a minus stands before what it is filled with."""
    if column.right and column.fill == "0" and said.startswith("-"):
        return "-" + said[1:].rjust(column.width - 1, "0")
    return said.rjust(column.width, column.fill) if column.right else said.ljust(column.width, column.fill)


def columns_from_text(text: str) -> list[dict[str, Any]]:
    """Columns as a form has them, a line each: 'amount; Belopp; 13; 0', or '"10"; Posttyp; 2' of what each row says."""
    found: list[dict[str, Any]] = []
    for line in (line.strip() for line in text.splitlines() if line.strip()):
        parts = [part.strip() for part in line.split(";")]
        name = parts[0]
        quoted = len(name) > 1 and name[0] == name[-1] == '"'
        column: dict[str, Any] = {"value": name[1:-1]} if quoted else {"field": _field_named(name)}
        if len(parts) > 1 and parts[1]:
            column["heading"] = parts[1]
        if len(parts) > 2 and parts[2]:  # noqa: PLR2004 - the third part
            column["width"] = int(parts[2]) if parts[2].isascii() and parts[2].isdigit() else -1
        if len(parts) > 3 and parts[3]:  # noqa: PLR2004 - the fourth part
            column |= {"align": "right"} if parts[3] in RIGHT else {"fill": parts[3]}
        found.append(column)
    return found


def _field_named(name: str) -> str:
    """A field by its id, or by what it is called; what is none as it was typed."""
    said = name.casefold()
    return next((field.value for field, words in BASIS_FIELD_WORDS.items() if said in _names_of(words)), name)


def _names_of(words: Words) -> set[str]:
    return {words.sv.casefold(), words.en.casefold()}


RIGHT: Final = frozenset({"höger", "right"})


def columns_as_text(columns: Sequence[OutgoingColumn]) -> str:
    """Columns as they are typed."""
    lines = []
    for column in columns:
        name = column.field.value if column.field is not None else f'"{column.value}"'
        filled = column.fill if column.fill != " " else "höger" if column.right else ""
        parts = [name, column.heading, str(column.width) if column.width else "", filled]
        lines.append("; ".join(parts).rstrip("; "))
    return "\n".join(lines)


def codes_from_text(text: str) -> dict[str, dict[str, str]]:
    """Codes as a form has them, a line each: 'giro_kind bankgiro = BG'."""
    found: dict[str, dict[str, str]] = {}
    for line in (line.strip() for line in text.splitlines() if line.strip()):
        said, _sign, code = line.partition("=")
        field, _space, value = said.strip().partition(" ")
        found.setdefault(field, {})[value.strip()] = code.strip()
    return found


def codes_as_text(codes: Mapping[BasisField, Mapping[str, str]]) -> str:
    """Codes as they are typed."""
    return "\n".join(f"{field} {value} = {code}" for field, some in codes.items() for value, code in some.items())
