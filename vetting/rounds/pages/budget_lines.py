"""The lines of the board's budget: those there are, one more, one changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting import grants
from vetting.grants.models import rounds as store
from vetting.rounds.forms import BudgetLineForm
from vetting.rounds.services.budget_figures import figures_of_lines
from vetting.web import visitor
from vetting.web.view_helpers import (
    act_by_form,
    in_transaction,
    posted_form,
    redirect_after_post,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response


blueprint = Blueprint("budget_lines", __name__)


@blueprint.get("/omgangar/budget")
def index() -> str:
    """The lines of the board's budget, and the form for one more."""
    return _lines(BudgetLineForm())


def _lines(form: BudgetLineForm) -> str:
    with reading_session() as session:
        found = store.lines(session, visitor.signed_in_person().board_id)
        figures = figures_of_lines(session, found)
    return render_template("rounds/budget_lines/index.html", lines=found, figures=figures, form=form)


@blueprint.post("/omgangar/budget")
def add() -> Response:
    """Adds the budget line."""
    form = posted_form(BudgetLineForm)
    return act_by_form(
        form, lambda session: grants.add_line(session, form.command()), onto=url_for("budget_lines.index"), again=_lines
    )


@blueprint.get("/omgangar/budget/<int:line_id>")
def show(line_id: int) -> str:
    """A budget line, to be changed."""
    return _line(line_id)


def _line(line_id: int, refused: BudgetLineForm | None = None) -> str:
    with reading_session() as session:
        found = grants.open_line(session, line_id)
        known = {name: getattr(found, name) for name in ("name", "year", "amount", "account", "preliminary")}
        return render_template(
            "rounds/budget_lines/show.html",
            line=found,
            figures=figures_of_lines(session, [found])[found.id],
            form=refused or BudgetLineForm(known=known),
        )


@blueprint.post("/omgangar/budget/<int:line_id>")
def change(line_id: int) -> Response:
    _line(line_id)
    form = posted_form(BudgetLineForm)
    return act_by_form(
        form,
        lambda session: grants.change_line(session, line_id, form.command()),
        onto=url_for("budget_lines.index"),
        again=lambda refused: _line(line_id, refused),
    )


@blueprint.post("/omgangar/budget/<int:line_id>/avsluta")
def end(line_id: int) -> Response:
    """Nothing new is granted from it."""
    in_transaction(lambda session: grants.end_line(session, line_id))
    return redirect_after_post(url_for("budget_lines.index"))
