"""The files of a locked batch of payments: as PDF, in Excel, and as CSV by each layout of `imports/`."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from vetting.formats.document_types import PDF, XLSX
from vetting.formats.outgoing_lists import register_csv
from vetting.formats.workbook_writing import register_workbook
from vetting.formats.written_documents import document_pdf
from vetting.kernel.register_tables import RegisterColumn, RegisterTable
from vetting.kernel.text import OFFICIAL, Words, _, same_in_both
from vetting.money.domain.payment_batches import column_kind
from vetting.money.models.payment_batches import PaymentBatchFile
from vetting.money.services.basis_documents import about_basis, basis_document, basis_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vetting.kernel.roles import Person
    from vetting.money.domain.payment_batches import PaymentBatchLine
    from vetting.money.models.payment_batches import PaymentBatch
    from vetting.rules.domain.outgoing_layouts import OutgoingLayout

CSV: Final = "text/csv; charset=utf-8"


def files_of(
    basis: PaymentBatch, lines: Sequence[PaymentBatchLine], layouts: Iterable[OutgoingLayout], by: Person
) -> list[PaymentBatchFile]:
    """What the finance office gets of a batch, made once."""
    about = [(what.to(OFFICIAL), value) for what, value in about_basis(basis, by)]
    book = register_workbook([basis_table(lines)], lambda _rows: about, _("Om listan").to(OFFICIAL), OFFICIAL)
    name = f"utbetalningsunderlag-{basis.number}"
    found = [
        _file(basis, f"{name}.pdf", _("Underlag, PDF"), PDF, document_pdf(basis_document(basis, lines, by), OFFICIAL)),
        _file(basis, f"{name}.xlsx", _("Underlag, Excel"), XLSX, book),
    ]
    for layout in layouts:
        title = _("{name} som CSV", name=layout.title)
        found.append(_file(basis, f"{name}-{layout.name}.csv", title, CSV, outgoing_csv(layout, lines)))
    return found


def _file(basis: PaymentBatch, name: str, title: Words, kind: str, content: bytes) -> PaymentBatchFile:
    said = {"sv": title.sv, "en": title.en}
    digest = sha256(content).hexdigest()
    return PaymentBatchFile(basis_id=basis.id, name=name, title=said, kind=kind, sha256=digest, content=content)


def outgoing_csv(layout: OutgoingLayout, lines: Sequence[PaymentBatchLine]) -> bytes:
    """The payments of a batch, a row each, in the columns of a layout."""
    columns = tuple(RegisterColumn(same_in_both(one.heading), column_kind(one.field)) for one in layout.columns)
    rows = tuple(tuple(line.value(one.field) for one in layout.columns) for line in lines)
    return register_csv(RegisterTable(_("Utbetalningar"), columns, rows), OFFICIAL)
