"""Registers on the screen and as Excel: the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from vetting.kernel.dates import InvalidDayError, parse_day
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.register_tables import REGISTER_WORDS, Cell, RegisterColumn, RegisterColumnKind, RegisterName
from vetting.kernel.text import OFFICIAL, _
from vetting.registers import RegisterSelection, register_pages
from vetting.registers.sheets import MOST_SUMMED, PAGE
from vetting.registers.workbooks import workbook_of_register
from vetting.web import preferences, visitor
from vetting.web.view_moves import XLSX, attachment_response, rules_in_use, whole_number_in_address
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from datetime import date

    from flask import Response

blueprint = Blueprint("registers", __name__)
LONG, SHORT = 24, 14


def _name(register_name: str) -> RegisterName:
    if register_name not in list(RegisterName):
        raise Refused(Obstacle.MISSING)
    return RegisterName(register_name)


def _selection() -> RegisterSelection:
    return RegisterSelection(
        first=_day("fran"),
        last=_day("till"),
        text=mask_personal_numbers(request.args.get("q", "").strip())[:120],
        on=visitor.today(),
    )


def _day(name: str) -> date | None:
    try:
        return parse_day(request.args[name]) if request.args.get(name) else None
    except InvalidDayError:
        # A filter that is passed over would show rows that nobody asked for.
        told = Problem(name, _("Det är inget datum."), _("Skriv datumet så här: 2026-03-15."))
        raise Refused(Obstacle.INVALID, told) from None


@blueprint.get("/register")
def index() -> str:
    """The registers there are."""
    return render_template("registers/index.html", registers=REGISTER_WORDS)


@blueprint.get("/register/<register_name>")
def show(register_name: str) -> str:
    """One register with a filter."""
    name, selection = _name(register_name), _selection()
    with reading_session() as session:
        pages = register_pages(
            session,
            name,
            selection,
            sheet=whole_number_in_address("blad"),
            page=max(whole_number_in_address("sida") or 1, 1),
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            language=preferences.visitor_language(),
        )
    return render_template(
        "registers/show.html",
        name=name,
        words=REGISTER_WORDS[name],
        pages=pages,
        selection=selection,
        size=PAGE,
        most=MOST_SUMMED,
        cell_class=_cell_class,
    )


def _cell_class(column: RegisterColumn, value: Cell) -> str:
    if column.kind is RegisterColumnKind.MONEY:
        return "num"
    if column.kind is not RegisterColumnKind.TEXT:
        return "nowrap"
    if not isinstance(value, str) or len(value) <= SHORT:
        return "nowrap"
    return "wide" if len(value) > LONG else ""


@blueprint.get("/register/<register_name>/excel")
def excel(register_name: str) -> Response:
    """The same rows as a workbook, in the board's language whoever fetches it."""
    name, selection = _name(register_name), _selection()
    with reading_session() as session:
        book = workbook_of_register(
            session,
            name,
            selection,
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
            language=OFFICIAL,
        )
    file = f"{REGISTER_WORDS[name].to(OFFICIAL)} {visitor.today().isoformat()}.xlsx"
    return attachment_response(book, XLSX, file)
