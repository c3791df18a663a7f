"""Where the board's money stands on a day: a page of lists, and the same as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request

from vetting.formats.workbook_writing import register_workbook
from vetting.kernel.dates import HERE
from vetting.kernel.text import OFFICIAL, _
from vetting.office.forms import MonthEndForm
from vetting.office.services.month_ends import month_end
from vetting.web import visitor
from vetting.web.view_moves import XLSX, attachment_response
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from datetime import date

    from flask import Response

blueprint = Blueprint("month_ends", __name__)
SHOWN: Final = 100


def _day_in_address() -> tuple[MonthEndForm, date]:
    """The day in the address, today where it says none; what is no day is told."""
    form = MonthEndForm(request.args)
    day = form.dag.data if form.validate() and form.dag.data else visitor.today()
    return form, day


@blueprint.get("/utbetalningar/stallning")
def show() -> str:
    """The lists of a day."""
    form, day = _day_in_address()
    with reading_session() as session:
        lists = month_end(session, visitor.signed_in_person(), day)
    return render_template("office/month_ends/show.html", form=form, day=day, lists=lists, shown=SHOWN)


@blueprint.get("/utbetalningar/stallning.xlsx")
def workbook() -> Response:
    """The same as sheets."""
    _form, day = _day_in_address()
    by = visitor.signed_in_person()
    with reading_session() as session:
        lists = month_end(session, by, day)
    about = [
        (_("Nämnd").to(OFFICIAL), by.board),
        (_("Ställning per").to(OFFICIAL), day.isoformat()),
        (_("Av (funktion)").to(OFFICIAL), by.function),
        (_("Datum").to(OFFICIAL), visitor.now().astimezone(HERE).strftime("%Y-%m-%d %H:%M")),
    ]
    tables = [one.table() for one in lists]
    book = register_workbook(tables, lambda _rows: about, _("Om listan").to(OFFICIAL), OFFICIAL)
    return attachment_response(book, XLSX, f"stallning-{day.isoformat()}.xlsx")
