"""How rooms are used."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from vetting.figures.domain.periods import TimeWindow
from vetting.figures.services.room_use import room_figures
from vetting.kernel.dates import InvalidDayError, parse_day
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import _
from vetting.web import visitor
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from datetime import date

blueprint = Blueprint("room_use", __name__)
WEEKS = 4


def _day(name: str, otherwise: date) -> date:
    given = request.args.get(name, "")
    try:
        return parse_day(given) if given else otherwise
    except InvalidDayError:
        what, remedy = _("Det är inget datum."), _("Skriv datumet så här: 2026-03-15.")
        raise Refused(Obstacle.INVALID, Problem(name, what, remedy)) from None


@blueprint.get("/lokaler/anvandning")
def show() -> str:
    """Of some days, the last four weeks where the address says none."""
    today = visitor.today()
    last = _day("till", today + timedelta(days=6 - today.weekday()))
    window = TimeWindow(_day("fran", last - timedelta(days=7 * WEEKS - 1)), last)
    with reading_session() as session:
        found = room_figures(session, visitor.signed_in_person(), window)
    return render_template("figures/room_use/show.html", found=found)
