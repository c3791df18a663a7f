"""The overview of a board: what waits, and five pictures whose rows open their cases; each picture as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting.figures.services.overviews import PLOTS, cases_of_row, overview, plot_named
from vetting.formats.plot_images import png_of_svg
from vetting.kernel.problem import Obstacle, Refused
from vetting.web import visitor
from vetting.web.view_moves import attachment_response, whole_number_in_address
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

blueprint = Blueprint("overviews", __name__)
PAGE: Final = 50
BACK: Final = 3
"""Years before this one that can be chosen."""
PICTURE_STYLE: Final = """
text{font:400 12px Inter,Arial,sans-serif;fill:#5b5d60}.t,.tb{fill:#292c30}.tb{font-weight:600}
.c,.cw,.ct{text-anchor:middle}.ct{fill:#292c30}.e{text-anchor:end}.w,.cw{fill:#fff}
.p1{fill:#0062ba}.p2{fill:#a9cbe8;stroke:#2a7cc5}.p3{fill:#e4e7ea;stroke:#808183}.p4{fill:#24405c}
.over{fill:#b81a1a}.grid{stroke:#dfe3e7}.mark{stroke:#292c30;stroke-width:2}
"""
"""What a picture looks like outside its page: the light colours, carried in the file."""


def _year() -> int:
    """The year in the address, this one where it says none that can be chosen."""
    today = visitor.today().year
    asked = whole_number_in_address("ar") or today
    return asked if today - BACK <= asked <= today else today


@blueprint.get("/oversikt")
def show() -> str:
    """The overview of a year so far."""
    by, on, year = visitor.signed_in_person(), visitor.today(), _year()
    with reading_session() as session:
        found = overview(session, by, year, on=on)

    def row_address(name: str) -> Callable[[str], str]:
        return lambda key: url_for("overviews.cases", plot_name=name, row_key=key, ar=year)

    return render_template(
        "figures/overviews/show.html",
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
    by, year = visitor.signed_in_person(), _year()
    page = max(whole_number_in_address("sida") or 1, 1)
    with reading_session() as session:
        found = cases_of_row(session, by, _plot_name(plot_name), row_key, year, on=visitor.today())
        rows = session.scalars(found.wanted.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return render_template(
        "figures/overviews/cases.html",
        label=found.label,
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        page=page,
        size=PAGE,
        plot_name=plot_name,
        key=row_key,
        year=year,
    )


@blueprint.get("/oversikt/<plot_name>.<any(svg, png):picture_kind>")
def picture(plot_name: str, picture_kind: str) -> Response:
    """One picture as a file, in the light colours."""
    by, year = visitor.signed_in_person(), _year()
    with reading_session() as session:
        plot = plot_named(session, by, _plot_name(plot_name), year, on=visitor.today())
    if plot.is_empty:
        raise Refused(Obstacle.MISSING)
    svg = render_template("figures/overviews/picture.html", plot=plot, style=PICTURE_STYLE).strip()
    name = f"{plot_name}-{year}.{picture_kind}"
    if picture_kind == "svg":
        return attachment_response(svg.encode(), "image/svg+xml", name)
    return attachment_response(png_of_svg(svg), "image/png", name)
