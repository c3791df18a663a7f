"""The board's own columns: which there are, a new one, and closing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting.cases.forms.own_columns import NewColumnForm, offer_rounds
from vetting.cases.models.own_columns import columns
from vetting.cases.services import own_columns as service
from vetting.cases.services.own_columns import TYPE_WORDS
from vetting.grants.models.rounds import rounds
from vetting.web import visitor
from vetting.web.view_moves import (
    act_by_form,
    in_transaction,
    posted_form,
    redirect_after_post,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response


blueprint = Blueprint("own_columns", __name__)


@blueprint.get("/egna-kolumner")
def index() -> str:
    """The columns, and the form for one more."""
    return _render_columns(NewColumnForm(known={"about": str(whole_number_in_address("omgang") or "")}))


def _render_columns(form: NewColumnForm) -> str:
    with reading_session() as session:
        found = columns(session, visitor.signed_in_person().board_id)
        offered = rounds(session, visitor.signed_in_person())
    return render_template(
        "cases/own_columns/index.html",
        columns=found,
        form=offer_rounds(form, offered),
        rounds={row.id: row.name for row in offered},
        types=TYPE_WORDS,
    )


@blueprint.post("/egna-kolumner")
def add() -> Response:
    """One more column."""
    form = posted_form(NewColumnForm)
    return act_by_form(
        form,
        lambda session: service.add_column(session, form.command(), by=visitor.signed_in_person(), at=visitor.now()),
        onto=url_for("own_columns.index"),
        again=_render_columns,
    )


@blueprint.post("/egna-kolumner/<int:column_id>/avsluta")
def close(column_id: int) -> Response:
    """The column is not shown any more."""
    in_transaction(
        lambda session: service.close_column(session, column_id, by=visitor.signed_in_person(), at=visitor.now())
    )
    return redirect_after_post(url_for("own_columns.index"))
