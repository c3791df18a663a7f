"""Batches of payments to the finance office: drafts, locked ones and their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting.kernel.problem import Obstacle, Refused
from vetting.money.domain.payment_batches import LEFT_OUT_WORDS
from vetting.money.forms.payments import (
    PREPARED_AHEAD,
    BasisForm,
    LoadedBasisForm,
    LockBasisForm,
    NotPaidForm,
    TakeOutForm,
    UndoBasisForm,
    WithdrawBasisForm,
)
from vetting.money.models.payment_batches import PaymentBatchFile, bases_of, earlier_rows, files_of_basis, rows_of_basis
from vetting.money.services import payment_batches as service
from vetting.people.domain.sealed_reads import ReadKind
from vetting.people.models.people import names_of
from vetting.people.models.sealed_reads import reads_about
from vetting.web import visitor
from vetting.web.page_actions import PageActions
from vetting.web.view_helpers import act_by_form, attachment_response, posted_form, whole_number_in_address
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.web.forms import PostedForm

blueprint = Blueprint("payment_bases", __name__)
PAGE: Final = 25
SHOWN: Final = 200


@blueprint.get("/utbetalningar/underlag")
def index() -> str:
    """What can be handed over now and what cannot, and the batches there are."""
    return _index(BasisForm())


def _index(form: BasisForm) -> str:
    with reading_session() as session:
        until = form.until.data or visitor.today() + PREPARED_AHEAD
        found = service.payments_to_hand_over(session, until, on=visitor.today())
        before = whole_number_in_address("efter")
        bases = bases_of(session, before=before, most=PAGE + 1)
    return render_template(
        "money/payment_bases/index.html",
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
            session, form.until.data or visitor.today() + PREPARED_AHEAD, form.pay_on.data
        ),
        onto=lambda basis: url_for("payment_bases.show", basis_number=basis.number),
        again=lambda _refused: _index(form),
    )


@blueprint.get("/utbetalningar/underlag/<basis_number>")
def show(basis_number: str) -> str:
    """A draft with what stands in its way, or a locked batch with its files, and what is next."""
    return _show(basis_number)


def _show(basis_number: str, refused: PostedForm | None = None) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        basis = service.open_basis(session, basis_number)
        rows = rows_of_basis(session, basis)
        found = service.sorted_in(session, basis, on=visitor.today())
        files = files_of_basis(session, basis)
        corrects = earlier_rows(session, basis)
        fetched = reads_about(session, person.board_id, ReadKind.EXPORT, f"payment_bases.fetch {basis.number}")
        people = {basis.made_by_id, basis.left_by_id, *(row.user_id for row in fetched)}
        names = names_of(session, {key for key in people if key is not None})
    inside = [row for row, _payment, _case in rows if row.out_at is None]
    ready = sum(one.amount for one in found.ready)
    return render_template(
        "money/payment_bases/show.html",
        basis=basis,
        rows=rows,
        total=sum(row.amount for row in inside),
        count=len(inside),
        ready=(len(found.ready), ready),
        unready={one.payment.id: one.why for one in found.unready if one.payment.paid_on is None or basis.is_open},
        files=files,
        fetched=fetched,
        corrects=corrects,
        names=names,
        left_out=LEFT_OUT_WORDS,
        refused=refused,
    )


@blueprint.post("/utbetalningar/underlag/<basis_number>/las")
def lock(basis_number: str) -> Response:
    """Locks it and hands it to the finance office."""
    form = posted_form(LockBasisForm)
    return act_by_form(
        form,
        lambda session: service.lock_basis(session, basis_number, version=form.version.data),
        onto=lambda basis: url_for("payment_bases.show", basis_number=basis.number),
        again=lambda refused: _show(basis_number, refused),
    )


page_actions = PageActions[str](
    blueprint,
    "/utbetalningar/underlag/<basis_number>",
    page=_show,
    onto=lambda basis_number: url_for("payment_bases.show", basis_number=basis_number),
)
page_actions.add(
    "withdraw",
    "/ta-tillbaka",
    WithdrawBasisForm,
    lambda session, _form, basis_number: service.withdraw_basis(session, basis_number),
)
page_actions.add(
    "note_loaded",
    "/inlast",
    LoadedBasisForm,
    lambda session, _form, basis_number: service.note_loaded(session, basis_number),
)
page_actions.add_of_row(
    "not_paid",
    "/rad/<int:payment_id>",
    NotPaidForm,
    lambda session, _form, basis_number, payment_id: service.note_not_paid(session, basis_number, payment_id),
)
page_actions.add(
    "take_out",
    "/ta-ut",
    TakeOutForm,
    lambda session, _form, basis_number: service.take_out_unready(session, basis_number),
)
page_actions.add(
    "undo", "/angra", UndoBasisForm, lambda session, _form, basis_number: service.undo_basis(session, basis_number)
)


@blueprint.get("/utbetalningar/underlag/<basis_number>/filer/<int:file_id>")
def fetch(basis_number: str, file_id: int) -> Response:
    """A file of a locked batch, as it was made when it was locked."""
    with reading_session() as session:
        basis = service.open_basis(session, basis_number)
        found = session.get(PaymentBatchFile, file_id)
        if found is None or found.basis_id != basis.id:
            raise Refused(Obstacle.MISSING)
        return attachment_response(found.content, found.kind, found.name)
