"""A batch of payments as a paper and as a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.kernel.dates import day_here
from vetting.kernel.money import kronor
from vetting.kernel.register_tables import RegisterColumn, RegisterTable
from vetting.kernel.text import OFFICIAL, Words, _, day_in_words, same_in_both
from vetting.kernel.written_documents import DocumentSection, DocumentTable, WrittenDocument
from vetting.money.domain.payment_batches import (
    AMOUNTS,
    BANKGIRO,
    DAYS,
    PLUSGIRO,
    column_kind,
)
from vetting.rules.domain.outgoing_layouts import BASIS_FIELD_WORDS, BasisField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.roles import Person
    from vetting.money.domain.payment_batches import PaymentBatchLine
    from vetting.money.models.payment_batches import PaymentBatch

TITLE: Final = _("Utbetalningsunderlag")
GIRO_WORDS: Final = {BANKGIRO: same_in_both("Bankgiro"), PLUSGIRO: same_in_both("Plusgiro")}
OF_ALL: Final = (
    BasisField.REFERENCE,
    BasisField.PAYEE,
    BasisField.GIRO,
    BasisField.AMOUNT,
    BasisField.ACCOUNT,
    BasisField.DECIDED_ON,
    BasisField.PARAGRAPH,
)
"""What the paper says of each; the workbook says everything."""
IN_FINANCE_SYSTEM: Final = _("Görs i ekonomisystemet")


def said_of(line: PaymentBatchLine, field: BasisField) -> str:
    value = line.value(field)
    if field in AMOUNTS:
        return kronor(int(str(value))).to(OFFICIAL)
    if field is BasisField.GIRO_KIND:
        return GIRO_WORDS[str(value)].to(OFFICIAL)
    if field in {BasisField.ATTESTED_FACTS, BasisField.ATTESTED_DECISION} and not value:
        return IN_FINANCE_SYSTEM.to(OFFICIAL)
    return str(value)


def basis_document(basis: PaymentBatch, lines: Sequence[PaymentBatchLine], by: Person) -> WrittenDocument:
    """The paper of all payments of a batch, with how many and how much."""
    rows = [[said_of(line, field) for field in OF_ALL] for line in lines]
    table = DocumentTable([BASIS_FIELD_WORDS[field] for field in OF_ALL], rows)
    total = kronor(sum(line.amount for line in lines))
    summed = _("{count} utbetalningar, tillsammans ", count=len(lines)) + total + same_in_both(".")
    return WrittenDocument(
        TITLE + same_in_both(f" {basis.number}"),
        [
            same_in_both(by.board),
            _("Betalas ") + day_in_words(basis.pay_on) + same_in_both("."),
            summed,
            _("Kontrollsumma: {checksum}", checksum=basis.checksum),
        ],
        [DocumentSection(_("Utbetalningar"), (), table=table)],
        [],
    )


def basis_table(lines: Sequence[PaymentBatchLine]) -> RegisterTable:
    """Everything that is told of each payment, as a sheet with real amounts and days."""
    columns = tuple(RegisterColumn(BASIS_FIELD_WORDS[field], column_kind(field)) for field in BasisField)
    rows = tuple(
        tuple(line.value(field) if field in AMOUNTS | DAYS else said_of(line, field) for field in BasisField)
        for line in lines
    )
    return RegisterTable(TITLE, columns, rows)


def about_basis(basis: PaymentBatch, by: Person) -> list[tuple[Words, str]]:
    return [
        (_("Nämnd"), by.board),
        (_("Underlag"), basis.number),
        (_("Betalas"), basis.pay_on.isoformat()),
        (_("Låst"), day_here(basis.left_at).isoformat() if basis.left_at else ""),
        (_("Kontrollsumma"), basis.checksum),
        (_("Av (funktion)"), by.function),
    ]
