"""A batch of payments as the finance office gets it: its rows, what they say, and why one is taken out."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from vetting.kernel.register_tables import RegisterColumnKind
from vetting.kernel.text import Words, _
from vetting.rules.domain.outgoing_layouts import BasisField

if TYPE_CHECKING:
    from collections.abc import Mapping


class LeftOutReason(StrEnum):
    """Why a payment is taken out of a batch."""

    UNDONE = "undone"
    NOT_READY = "not_ready"
    WITHDRAWN = "withdrawn"
    NOT_PAID = "not_paid"
    RETURNED = "returned"
    REPLACED = "replaced"
    """A new decision on the grant took its place."""


LEFT_OUT_WORDS: Final[Mapping[LeftOutReason, Words]] = {
    LeftOutReason.UNDONE: _("Underlaget ångrades"),
    LeftOutReason.NOT_READY: _("Var inte längre klar att betala"),
    LeftOutReason.WITHDRAWN: _("Underlaget togs tillbaka"),
    LeftOutReason.NOT_PAID: _("Betaldes inte av ekonomi"),
    LeftOutReason.RETURNED: _("Betalningen kom i retur"),
    LeftOutReason.REPLACED: _("Ersatt av ett nytt beslut"),
}


AMOUNTS: Final = frozenset({BasisField.AMOUNT, BasisField.GRANTED, BasisField.SET_OFF})
DAYS: Final = frozenset({BasisField.PAY_ON, BasisField.DECIDED_ON})


def column_kind(field: BasisField | None) -> RegisterColumnKind:
    """What the cells of a field are in a workbook; None: what every row says alike."""
    if field in AMOUNTS:
        return RegisterColumnKind.MONEY
    return RegisterColumnKind.DAY if field in DAYS else RegisterColumnKind.TEXT


BANKGIRO, PLUSGIRO = "bankgiro", "plusgiro"
_LONGEST_BANKGIRO: Final = 8


class PaymentBatchLine(NamedTuple):
    """A row with everything that a file may say; amounts in öre."""

    batch: str
    row: int
    reference: str
    payee: str
    organisation_number: str
    giro: str
    giro_kind: str
    amount: int
    granted: int
    set_off: int
    pay_on: date
    account: str
    case_number: str
    dnr: str
    decided_on: date
    paragraph: str
    decided_by: str
    attested_facts: str
    attested_decision: str
    text: str

    def value(self, field: BasisField) -> str | int | date:
        found: str | int | date = getattr(self, field.value)
        return found

    def kept(self) -> dict[str, str | int]:
        """As it is kept: days as text."""
        return {name: str(value) if isinstance(value, date) else value for name, value in self._asdict().items()}

    def checked(self) -> str:
        """The same as one line of text, which a checksum is counted on."""
        return "\t".join(str(value) for value in self.kept().values())

    @classmethod
    def read(cls, kept: Mapping[str, object]) -> Self:
        """A line from what is kept."""
        values = {name: kept[name] for name in cls._fields}
        days = {field.value: date.fromisoformat(str(kept[field.value])) for field in DAYS}
        return cls(**(values | days))  # type: ignore[arg-type]


_REFERENCE: Final = re.compile(r"(?P<case>[A-ZÅÄÖ]+-\d{4}-\d+)-(?P<place>\d{1,3})")


def split_reference(text: str) -> tuple[str, int | None]:
    """The case number and the instalment of a reference; a case number alone says no instalment."""
    found = _REFERENCE.fullmatch(text)
    return (found["case"], int(found["place"])) if found else (text, None)


def payment_reference(case_number: str, place: int) -> str:
    """'BID-2026-0007-2': what a payment is known by in the supplier ledger."""
    return f"{case_number}-{place}"


def giro_kind_of(digits: str, written: str) -> str:
    """Bankgiro or plusgiro: by how it is written, else by how many digits there are."""
    head, dash, tail = written.replace(" ", "").partition("-")
    if dash and len(tail) == 1:
        return PLUSGIRO
    if dash and len(tail) == len("5678") and len(head) in {3, 4}:
        return BANKGIRO
    return BANKGIRO if len(digits) in {_LONGEST_BANKGIRO - 1, _LONGEST_BANKGIRO} else PLUSGIRO
