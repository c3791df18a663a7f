"""The overview of a board: what waits, and five pictures whose rows open their cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting.kernel.problem import Obstacle, Refused
from vetting.reporting.services.overviews import PLOTS, cases_of_row, overview
from vetting.web import visitor
from vetting.web.view_helpers import whole_number_in_address
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable

blueprint = Blueprint("overviews", __name__)
PAGE: Final = 50
BACK: Final = 3
"""Years before this one that can be chosen."""


def _year() -> int:
    """The year in the address, this one where it says none that can be chosen."""
    today = visitor.today().year
    asked = whole_number_in_address("ar") or today
    return asked if today - BACK <= asked <= today else today


@blueprint.get("/oversikt")
def show() -> str:
    """The overview of a year so far."""
    on, year = visitor.today(), _year()
    with reading_session() as session:
        found = overview(session, year, on=on)

    def row_address(name: str) -> Callable[[str], str]:
        return lambda key: url_for("overviews.cases", plot_name=name, row_key=key, ar=year)

    return render_template(
        "reporting/overviews/show.html",
        waits=found.waits,
        plots=found.plots,
        today=on,
        year=year,
        years=range(on.year, on.year - BACK - 1, -1),
        row_address=row_address,
    )


def _plot_name(given: str) -> str:
    if given not in PLOTS:
        raise Refused(Obstacle.MISSING)
    return given


@blueprint.get("/oversikt/<plot_name>/<path:row_key>")
def cases(plot_name: str, row_key: str) -> str:
    """The cases of a row, of those that this person may see."""
    year = _year()
    page = max(whole_number_in_address("sida") or 1, 1)
    with reading_session() as session:
        found = cases_of_row(session, _plot_name(plot_name), row_key, year, on=visitor.today())
        rows = session.scalars(found.wanted.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return render_template(
        "reporting/overviews/cases.html",
        label=found.label,
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        page=page,
        size=PAGE,
        plot_name=plot_name,
        key=row_key,
        year=year,
    )
