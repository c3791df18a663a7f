"""Registers on the screen and as Excel: the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from vetting.domain.association import masked
from vetting.domain.dates import NotADay, parse_day
from vetting.domain.problem import Obstacle, Refused
from vetting.domain.registers import REGISTER_WORDS, Cell, Column, ColumnKind, RegisterName
from vetting.domain.words import OFFICIAL
from vetting.services.register_files import workbook
from vetting.services.registers import Selection, register
from vetting.web import preferences, visitor
from vetting.web.views import XLSX, attachment, rules, stored, unreadable_day

if TYPE_CHECKING:
    from datetime import date

    from flask import Response

blueprint = Blueprint("registers", __name__)
MOST_SHOWN = 500
LONG, SHORT = 24, 14


def _name(register_name: str) -> RegisterName:
    if register_name not in list(RegisterName):
        raise Refused(Obstacle.MISSING)
    return RegisterName(register_name)


def _selection() -> Selection:
    return Selection(
        first=_day("fran"), last=_day("till"), text=masked(request.args.get("q", "").strip())[:120], on=visitor.today()
    )


def _day(name: str) -> date | None:
    try:
        return parse_day(request.args[name]) if request.args.get(name) else None
    except NotADay:
        # A filter that is passed over would show rows that nobody asked for.
        raise Refused(Obstacle.INVALID, unreadable_day(name)) from None


@blueprint.get("/register")
def index() -> str:
    """The registers there are."""
    return render_template("registers/index.html", registers=REGISTER_WORDS)


@blueprint.get("/register/<register_name>")
def show(register_name: str) -> str:
    """One register with a filter."""
    name, selection = _name(register_name), _selection()
    with stored() as session:
        tables = register(session, name, selection, rules=rules(), by=visitor.person(), language=preferences.language())
    return render_template(
        "registers/show.html",
        name=name,
        words=REGISTER_WORDS[name],
        tables=tables,
        selection=selection,
        most=MOST_SHOWN,
        cell_class=_cell_class,
    )


def _cell_class(column: Column, value: Cell) -> str:
    if column.kind is ColumnKind.MONEY:
        return "num"
    if column.kind is not ColumnKind.TEXT:
        return "nowrap"
    if not isinstance(value, str) or len(value) <= SHORT:
        return "nowrap"
    return "wide" if len(value) > LONG else ""


@blueprint.get("/register/<register_name>/excel")
def excel(register_name: str) -> Response:
    """The same rows as a workbook, in the board's language whoever fetches it."""
    name, selection = _name(register_name), _selection()
    with stored() as session:
        book = workbook(
            session,
            name,
            selection,
            rules=rules(),
            by=visitor.person(),
            at=visitor.now(),
            language=OFFICIAL,
        )
    file = f"{REGISTER_WORDS[name].to(OFFICIAL)} {visitor.today().isoformat()}.xlsx"
    return attachment(book, XLSX, file)
