"""Batches of payments to the finance office: made, fetched, left or undone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request, url_for

from vetting.formats.file_bundles import bundle_files
from vetting.formats.workbook_writing import register_workbook
from vetting.formats.written_documents import document_pdf
from vetting.imports.services.outgoing_lists import find_outgoing_layout, outgoing_csv
from vetting.kernel.text import OFFICIAL, _
from vetting.payments.domain.payment_bases import BASIS_FIELD_WORDS, LEFT_OUT_WORDS
from vetting.payments.forms import (
    BasisForm,
    LeaveBasisForm,
    TakeOutForm,
    UndoBasisForm,
)
from vetting.payments.models.payment_bases import bases_of, rows_of_basis
from vetting.payments.services import payment_bases as service
from vetting.payments.services.basis_documents import about_basis, basis_document, basis_table, payment_document
from vetting.web import visitor
from vetting.web.view_moves import (
    PDF,
    XLSX,
    ZIP,
    act_by_form,
    attachment_response,
    posted_form,
    rules_in_use,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.kernel.store.session import WritingSession
    from vetting.web.forms import PostedForm

blueprint = Blueprint("payment_bases", __name__)
PAGE: Final = 25
AHEAD: Final = timedelta(days=7)
SHOWN: Final = 200


@blueprint.get("/utbetalningar/underlag")
def index() -> str:
    """What can be handed over now and what cannot, and the batches there are."""
    return _index(BasisForm())


def _index(form: BasisForm) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        until = form.until.data or visitor.today() + AHEAD
        found = service.payments_to_hand_over(session, until, rules=rules_in_use(), by=person, on=visitor.today())
        before = whole_number_in_address("efter")
        bases = bases_of(session, person, before=before, most=PAGE + 1)
    return render_template(
        "payments/payment_bases/index.html",
        form=form,
        until=until,
        ready=found.ready,
        unready=found.unready,
        total=sum(one.amount for one in found.ready),
        shown=SHOWN,
        bases=bases[:PAGE],
        more=bases[PAGE - 1].id if len(bases) > PAGE else None,
    )


@blueprint.post("/utbetalningar/underlag")
def make() -> Response:
    """Makes one of what is ready."""
    form = posted_form(BasisForm)
    return act_by_form(
        form,
        lambda session: service.make_basis(
            session,
            form.until.data or visitor.today() + AHEAD,
            form.pay_on.data,
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
        onto=lambda basis: url_for("payment_bases.show", basis_number=basis.number),
        again=lambda _refused: _index(form),
    )


@blueprint.get("/utbetalningar/underlag/<basis_number>")
def show(basis_number: str) -> str:
    """One batch: its payments, its files, and what is next."""
    return _show(basis_number)


def _show(basis_number: str, refused: PostedForm | None = None) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        basis = service.open_basis(session, basis_number, person)
        rows = rows_of_basis(session, basis, person)
        unready = (
            service.unready_in(session, basis, rules=rules_in_use(), by=person, on=visitor.today())
            if basis.is_open
            else []
        )
    inside = [row for row, _payment, _case in rows if row.out_at is None]
    return render_template(
        "payments/payment_bases/show.html",
        basis=basis,
        rows=rows,
        total=sum(row.amount for row in inside),
        count=len(inside),
        unready={one.payment.id: one.why for one in unready},
        layouts=rules_in_use().outgoing,
        left_out=LEFT_OUT_WORDS,
        fields=BASIS_FIELD_WORDS,
        refused=refused,
    )


def _act(basis_number: str, form: PostedForm, work: Callable[[WritingSession], object]) -> Response:
    return act_by_form(
        form,
        work,
        onto=url_for("payment_bases.show", basis_number=basis_number),
        again=lambda refused: _show(basis_number, refused),
    )


@blueprint.post("/utbetalningar/underlag/<basis_number>/lamnat")
def leave(basis_number: str) -> Response:
    """It has been handed to the finance office."""
    form = posted_form(LeaveBasisForm)
    return _act(
        basis_number,
        form,
        lambda session: service.leave_basis(
            session,
            basis_number,
            version=form.version.data,
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/utbetalningar/underlag/<basis_number>/ta-ut")
def take_out(basis_number: str) -> Response:
    """Takes out what is not ready any more."""
    return _act(
        basis_number,
        posted_form(TakeOutForm),
        lambda session: service.take_out_unready(
            session, basis_number, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()
        ),
    )


@blueprint.post("/utbetalningar/underlag/<basis_number>/angra")
def undo(basis_number: str) -> Response:
    """Undoes it before it has left."""
    return _act(
        basis_number,
        posted_form(UndoBasisForm),
        lambda session: service.undo_basis(session, basis_number, by=visitor.signed_in_person(), at=visitor.now()),
    )


@blueprint.get("/utbetalningar/underlag/<basis_number>/underlag.<any(pdf, xlsx, zip):basis_kind>")
def papers(basis_number: str, basis_kind: str) -> Response:
    """The papers: one of all, one of each, or a workbook."""
    person = visitor.signed_in_person()
    with reading_session() as session:
        basis = service.open_basis(session, basis_number, person)
        lines = service.basis_lines(session, basis, person)
        name = f"utbetalningsunderlag-{basis.number}.{basis_kind}"
        if basis_kind == "pdf":
            return attachment_response(document_pdf(basis_document(basis, lines, person), OFFICIAL), PDF, name)
        if basis_kind == "xlsx":
            about = [(what.to(OFFICIAL), value) for what, value in about_basis(basis, person)]
            title = _("Om listan").to(OFFICIAL)
            book = register_workbook([basis_table(lines)], lambda _rows: about, title, OFFICIAL)
            return attachment_response(book, XLSX, name)
        each = ((line.reference, "pdf", document_pdf(payment_document(line, person), OFFICIAL)) for line in lines)
        return attachment_response(bundle_files(each), ZIP, name)


@blueprint.get("/utbetalningar/underlag/<basis_number>/fil")
def layout_file(basis_number: str) -> Response:
    """A CSV file for the finance system, with the columns of a layout in the address."""
    person = visitor.signed_in_person()
    with reading_session() as session:
        basis = service.open_basis(session, basis_number, person)
        layout = find_outgoing_layout(request.args.get("layout", ""), rules_in_use())
        content = outgoing_csv(layout, service.basis_lines(session, basis, person))
    return attachment_response(content, "text/csv; charset=utf-8", f"utbetalningar-{basis.number}.csv")
