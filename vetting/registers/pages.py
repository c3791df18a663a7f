"""Registers on the screen and as Excel: the same rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, render_template, request, url_for

from vetting.formats.document_types import XLSX
from vetting.formats.outgoing_lists import register_csv
from vetting.grants.models.rounds import lines, rounds
from vetting.kernel.dates import InvalidDayError, day_here, parse_day
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.register_days import (
    AS_OF,
    OF_ROUNDS,
    REGISTER_DAY_WORDS,
    chosen_day,
    days_of,
    refuse_as_of,
    refuse_of_round,
)
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterColumn, RegisterColumnKind, RegisterName
from vetting.kernel.store.jobs import DONE, ENDED_STATES, Job
from vetting.kernel.text import OFFICIAL, _
from vetting.registers import (
    RegisterSelection,
    is_long_register,
    register_pages,
    register_sheets,
    registers_of,
    require_register,
    workbook_jobs,
)
from vetting.registers.models import content_of_job, workbook_job
from vetting.registers.sheets import MOST_SUMMED, PAGE, SHORT
from vetting.registers.workbooks import workbook_of_register
from vetting.web import preferences, visitor
from vetting.web.access import SENSITIVE_REGISTERS
from vetting.web.forms import PostedForm
from vetting.web.sub_path import path_here
from vetting.web.view_helpers import (
    act_by_form,
    attachment_response,
    posted_form,
    redirect_after_post,
    stop_job,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.kernel.store.session import ReadingSession

blueprint = Blueprint("registers", __name__)
OF_YEAR: Final = "ar-"
"""Before a budget year in the address, where a round has its number."""


def _any_name(register_name: str) -> RegisterName:
    """A register by its name in the address, whoever may read it."""
    if register_name not in list(RegisterName):
        raise Refused(Obstacle.MISSING)
    return RegisterName(register_name)


def _name(register_name: str) -> RegisterName:
    name = _any_name(register_name)
    require_register(visitor.signed_in_person(), name)
    return name


def _selection(name: RegisterName) -> RegisterSelection:
    as_of, (round_id, year) = _day("lage"), _round_or_year()
    refuse_as_of(name, as_of, visitor.today(), "lage")
    refuse_of_round(name, "omgang", round_id, year)
    return RegisterSelection(
        by=chosen_day(name, request.args.get("dag", ""), "dag"),
        first=_day("fran"),
        last=_day("till"),
        as_of=as_of,
        round_id=round_id,
        year=year,
        text=mask_personal_numbers(request.args.get("q", "").strip())[:120],
        on=visitor.today(),
    )


def _in_address(selection: RegisterSelection) -> dict[str, Any]:
    return {
        "q": selection.text or None,
        "fran": selection.first,
        "till": selection.last,
        "dag": selection.by,
        "lage": selection.as_of,
        "omgang": selection.round_id if selection.year is None else f"{OF_YEAR}{selection.year}",
    }


def _round_or_year() -> tuple[int | None, int | None]:
    """The round that is chosen by its id, or the budget year."""
    wanted = request.args.get("omgang", "")
    number = wanted.removeprefix(OF_YEAR)
    if not number:
        return None, None
    if not (number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004 - as ids are
        told = Problem("omgang", _("Det finns ingen sådan omgång."), _("Välj en omgång eller ett budgetår i listan."))
        raise Refused(Obstacle.INVALID, told)
    return (None, int(number)) if wanted.startswith(OF_YEAR) else (int(number), None)


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
    registers = {name: REGISTER_WORDS[name] for name in registers_of(visitor.signed_in_person())}
    return render_template("registers/index.html", registers=registers)


@blueprint.get("/register/<register_name>")
def show(register_name: str) -> str:
    return _register(register_name)


def _register(register_name: str, refused: PostedForm | None = None) -> str:
    name = _name(register_name)
    selection = _selection(name)
    by, sheet = visitor.signed_in_person(), whole_number_in_address("blad")
    with reading_session() as session:
        pages = register_pages(
            session,
            name,
            selection,
            sheet=sheet,
            page=max(whole_number_in_address("sida") or 1, 1),
            language=preferences.visitor_language(),
        )
        long = any(page.too_many for page in pages.values()) or (
            sheet is not None and is_long_register(session, name, selection)
        )
        found_rounds = rounds(session) if name in OF_ROUNDS else ()
        years = sorted({line.year for line in lines(session, by.board_id)}, reverse=True) if found_rounds else []
        job = workbook_jobs.usable_job(session, name, selection) if long else None
        session.expunge_all()
    return render_template(
        "registers/show.html",
        name=name,
        words=REGISTER_WORDS[name],
        pages=pages,
        selection=selection,
        chosen=_in_address(selection),
        long=long,
        job=job,
        refused=refused,
        size=PAGE,
        most=MOST_SUMMED,
        cell_class=_cell_class,
        is_cut=lambda place, value, layout: place in layout.cut and len(str(value)) > SHORT,
        days=[(day, REGISTER_DAY_WORDS[day]) for day in days_of(name)],
        day_words=REGISTER_DAY_WORDS,
        now=visitor.now(),
        has_as_of=name in AS_OF,
        rounds=[(str(row.id), row.name) for row in found_rounds],
        years=[(f"{OF_YEAR}{year}", year) for year in years],
    )


def _cell_class(column: RegisterColumn, cut: bool) -> str:  # noqa: FBT001 - asked in a template
    if column.kind is RegisterColumnKind.MONEY:
        return "num"
    return "cut" if cut else "nowrap"


@blueprint.get("/register/<register_name>/csv")
def comma_separated(register_name: str) -> Response:
    """The same rows of one sheet as CSV, in the board's language; of many rows the workbook is asked for."""
    name = _name(register_name)
    selection = _selection(name)
    sheet = whole_number_in_address("blad") or 1
    with reading_session() as session:
        if is_long_register(session, name, selection):
            return redirect_after_post(url_for(".show", register_name=name, **_in_address(selection)))
        tables = register_sheets(session, name, selection, language=OFFICIAL)
        if not 1 <= sheet <= len(tables):
            raise Refused(Obstacle.MISSING)
        content = register_csv(tables[sheet - 1], OFFICIAL)
    beside = f"-{sheet}" if len(tables) > 1 else ""
    return attachment_response(content, "text/csv", f"{name.value}{beside}-{visitor.today().isoformat()}.csv")


@blueprint.get("/register/<register_name>/excel")
def excel(register_name: str) -> Response:
    """The same rows as a workbook, in the board's language whoever fetches it; of many rows it is asked for first."""
    name = _name(register_name)
    selection = _selection(name)
    with reading_session() as session:
        if is_long_register(session, name, selection):
            return redirect_after_post(url_for(".show", register_name=name, **_in_address(selection)))
        book = workbook_of_register(session, name, selection, language=OFFICIAL)
    return attachment_response(book, XLSX, _file_name(name, visitor.today()))


def _file_name(name: RegisterName, day: date) -> str:
    return f"{REGISTER_WORDS[name].to(OFFICIAL)} {day.isoformat()}.xlsx"


@blueprint.post("/register/<register_name>/excel")
def make(register_name: str) -> Response:
    """Begins a job that makes the workbook of many rows."""
    name = _name(register_name)
    selection = _selection(name)
    return act_by_form(
        posted_form(PostedForm, key="make"),
        lambda session: workbook_jobs.ask_for(session, name, selection),
        onto=lambda job: url_for(".workbook", workbook_id=job.id),
        again=lambda refused: _register(register_name, refused),
    )


def _job(session: ReadingSession, workbook_id: int) -> Job:
    found = workbook_job(session, workbook_id)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


@blueprint.get("/register/excel/<int:workbook_id>")
def workbook(workbook_id: int) -> str:
    """How far the workbook has come; then where it is fetched, as long as it lies there."""
    with reading_session() as session:
        job = _job(session, workbook_id)
        session.expunge_all()
    selection = workbook_jobs.selection_of(job)
    return render_template(
        "registers/workbook.html",
        job=job,
        ended=job.state in ENDED_STATES,
        lies=job.state == DONE and visitor.now() < workbook_jobs.kept_until(job),
        kept_until=workbook_jobs.kept_until(job),
        read_at=datetime.fromisoformat(job.told["read_at"]) if job.state == DONE else None,
        words=REGISTER_WORDS[RegisterName(job.about)],
        register=url_for(".show", register_name=job.about, **_in_address(selection)),
        chosen=_in_address(selection),
        selection=selection,
        day=REGISTER_DAY_WORDS[selection.by or days_of(RegisterName(job.about))[0]],
    )


@blueprint.post("/register/excel/<int:workbook_id>/stoppa")
def stop(workbook_id: int) -> Response:
    with reading_session() as session:
        _job(session, workbook_id)
    stop_job(workbook_id)
    return redirect_after_post(url_for(".workbook", workbook_id=workbook_id))


@blueprint.get("/register/excel/<int:workbook_id>/fil")
def fetch(workbook_id: int) -> Response:
    """The workbook that was made."""
    with reading_session() as session:
        job = _job(session, workbook_id)
        sensitive = job.about in SENSITIVE_REGISTERS
        book = content_of_job(session, workbook_id) if visitor.now() < workbook_jobs.kept_until(job) else None
    if book is None or job.ended_at is None:
        raise Refused(Obstacle.MISSING)
    if sensitive and not visitor.is_proved_now():
        return redirect_after_post(url_for("second_factor.ask_proof", next=path_here()))
    return attachment_response(book, XLSX, _file_name(RegisterName(job.about), day_here(job.ended_at)))
