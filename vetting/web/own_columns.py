"""The board's own columns: which there are, a new one, and closing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.domain.criteria import CaseKind
from vetting.domain.problem import Obstacle, Refused
from vetting.services import own_columns as service
from vetting.services.own_columns import TYPE_WORDS, ColumnType, NewColumn
from vetting.store.own_columns import columns
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.views import chosen, done, onward, stored, text

if TYPE_CHECKING:
    from flask import Response

    from vetting.domain.problem import Problem

blueprint = Blueprint("own_columns", __name__)


@blueprint.get("/egna-kolumner")
def index() -> str:
    """The columns, and the form for one more."""
    return _shown(())


def _shown(problems: tuple[Problem, ...]) -> str:
    with stored() as session:
        found = columns(session, visitor.person().board_id)
    return render_template(
        "own_columns/index.html",
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
        kind=chosen("kind", CaseKind),
        name=text("name"),
        type=chosen("type", ColumnType),
        options=tuple(text("options").splitlines()),
    )
    try:
        done(lambda session: service.add(session, new, by=visitor.person(), at=visitor.now()))
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        return make_response(_shown(refused.problems), STATUS[refused.obstacle])
    return onward(url_for("own_columns.index"))


@blueprint.post("/egna-kolumner/<int:column_id>/avsluta")
def close(column_id: int) -> Response:
    """The column is not shown any more."""
    done(lambda session: service.close(session, column_id, by=visitor.person(), at=visitor.now()))
    return onward(url_for("own_columns.index"))
