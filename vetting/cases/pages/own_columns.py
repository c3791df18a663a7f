"""The board's own columns: which there are, a new one, and closing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.cases.models.own_columns import columns
from vetting.cases.services import own_columns as service
from vetting.cases.services.own_columns import TYPE_WORDS, ColumnType, NewColumn
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import choice_of, in_transaction, posted_text, redirect_after_post
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.kernel.problem import Problem

blueprint = Blueprint("own_columns", __name__)


@blueprint.get("/egna-kolumner")
def index() -> str:
    """The columns, and the form for one more."""
    return _render_columns(())


def _render_columns(problems: tuple[Problem, ...]) -> str:
    with reading_session() as session:
        found = columns(session, visitor.signed_in_person().board_id)
    return render_template(
        "cases/own_columns/index.html",
        columns=found,
        problems=problems,
        typed=request.form,
        types=TYPE_WORDS,
        kinds=list(CaseKind),
    )


@blueprint.post("/egna-kolumner")
def add() -> Response:
    """One more column."""
    new = NewColumn(
        kind=choice_of("kind", CaseKind),
        name=posted_text("name"),
        type=choice_of("type", ColumnType),
        options=tuple(posted_text("options").splitlines()),
    )
    try:
        in_transaction(
            lambda session: service.add_column(session, new, by=visitor.signed_in_person(), at=visitor.now())
        )
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        return make_response(_render_columns(refused.problems), STATUS[refused.obstacle])
    return redirect_after_post(url_for("own_columns.index"))


@blueprint.post("/egna-kolumner/<int:column_id>/avsluta")
def close(column_id: int) -> Response:
    """The column is not shown any more."""
    in_transaction(
        lambda session: service.close_column(session, column_id, by=visitor.signed_in_person(), at=visitor.now())
    )
    return redirect_after_post(url_for("own_columns.index"))
