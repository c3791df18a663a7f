"""Layouts of the CSV file that goes with a batch of payments: which columns, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.engine.rule_file_fields import FieldReader, mapping_at
from vetting.kernel.text import Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.kernel.problem import Faults


class BasisField(StrEnum):
    """What a row of a batch says; a layout of the file names columns by these."""

    BATCH = "batch"
    ROW = "row"
    REFERENCE = "reference"
    PAYEE = "payee"
    ORGANISATION_NUMBER = "organisation_number"
    GIRO = "giro"
    GIRO_KIND = "giro_kind"
    AMOUNT = "amount"
    GRANTED = "granted"
    SET_OFF = "set_off"
    PAY_ON = "pay_on"
    ACCOUNT = "account"
    CASE_NUMBER = "case_number"
    DNR = "dnr"
    DECIDED_ON = "decided_on"
    PARAGRAPH = "paragraph"
    DECIDED_BY = "decided_by"
    ATTESTED_FACTS = "attested_facts"
    ATTESTED_DECISION = "attested_decision"
    TEXT = "text"


BASIS_FIELD_WORDS: Final[Mapping[BasisField, Words]] = {
    BasisField.BATCH: _("Underlag"),
    BasisField.ROW: _("Löpnr"),
    BasisField.REFERENCE: _("Vår referens"),
    BasisField.PAYEE: _("Mottagare"),
    BasisField.ORGANISATION_NUMBER: _("Org.nr"),
    BasisField.GIRO: same_in_both("Giro"),
    BasisField.GIRO_KIND: _("Sorts giro"),
    BasisField.AMOUNT: _("Att betala"),
    BasisField.GRANTED: _("Delbetalningens belopp"),
    BasisField.SET_OFF: _("Kvittas"),
    BasisField.PAY_ON: _("Betalas"),
    BasisField.ACCOUNT: _("Kontosträng"),
    BasisField.CASE_NUMBER: _("Ärendenr"),
    BasisField.DNR: _("Dnr"),
    BasisField.DECIDED_ON: _("Beslutsdatum"),
    BasisField.PARAGRAPH: _("§"),
    BasisField.DECIDED_BY: _("Beslutad av"),
    BasisField.ATTESTED_FACTS: _("Sakattest"),
    BasisField.ATTESTED_DECISION: _("Beslutsattest"),
    BasisField.TEXT: _("Text"),
}


OUT: Final = "out"
LAYOUT_KEYS: Final = ("name", "kind", "direction", "title", "columns")
COLUMN_KEYS: Final = ("field", "heading")
FIELDS_ARE: Final = _("Välj bland: ") + Words(
    ", ".join(field.value for field in BasisField), ", ".join(field.value for field in BasisField)
)


class OutgoingColumn(NamedTuple):
    """A field of a payment, and the heading of its column."""

    field: BasisField
    heading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingLayout:
    """Which columns a CSV file of a batch of payments has."""

    name: str
    title: Words
    columns: Sequence[OutgoingColumn]


def parse_outgoing_layout(data: object, faults: Faults) -> OutgoingLayout | None:
    """A layout from plain data, as in a file of `imports/` with `direction: out`."""
    found = mapping_at(data, (), faults)
    if found is None:
        return None
    before = len(faults)
    fields = FieldReader(found, (), faults)
    fields.refuse_unknown(LAYOUT_KEYS)
    layout = OutgoingLayout(name=fields.text("name"), title=fields.words("title"), columns=_columns(fields))
    if len(faults) == before and not any(column.field is BasisField.AMOUNT for column in layout.columns):
        faults.add(fields.at("columns"), _("Ingen kolumn anger beloppet."), _("Lägg till kolumnen amount."))
    return layout if len(faults) == before else None


def _columns(fields: FieldReader) -> tuple[OutgoingColumn, ...]:
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
        if name not in set(BasisField):
            fields.faults.add(inner.at("field"), _("{field} är inget fält.", field=str(name)), FIELDS_ARE)
            continue
        field = BasisField(name)
        found.append(OutgoingColumn(field, str(given.get("heading") or BASIS_FIELD_WORDS[field].sv)))
    return tuple(found)
