"""The plan's activities: a year's list beside last year's, one activity, and a list read from a table."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final, TypeVar

from flask import Blueprint, render_template, request, url_for

from vetting.formats.workbook_reading import read_workbook
from vetting.kernel.problem import Obstacle, Refused
from vetting.money.domain.activities import CHANNEL_WORDS, OVER, STATUS_WORDS, read_activity_rows
from vetting.money.forms.follow_up import ActivitiesForm, ActivityForm, BegunYearForm
from vetting.money.models.activities import (
    activities_by_id,
    activities_of_year,
    channels_of,
    find_activity,
    years_of_activities,
)
from vetting.money.services import activities as service
from vetting.money.services.plan_examples import example_plans
from vetting.web import visitor
from vetting.web.forms import FormsOfPage, PostedForm
from vetting.web.view_helpers import act_by_form, act_in_steps, in_transaction, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Response

    from vetting.kernel.tables import Sheet
    from vetting.money.domain.activities import ActivityFields

blueprint = Blueprint("activities", __name__)
YEAR_DIGITS: Final = 4
F = TypeVar("F", bound=PostedForm)


def _year_in_address() -> int:
    given = request.args.get("ar", "")
    if (
        given.isascii()
        and given.isdigit()
        and len(given) == YEAR_DIGITS
        and service.FIRST_YEAR <= int(given) <= service.LAST_YEAR
    ):
        return int(given)
    return visitor.today().year


@blueprint.get("/uppfoljning/aktiviteter")
def index() -> str:
    """A year's activities, each with how it stood last year."""
    return _index(_year_in_address())


def _index(year: int, refused: PostedForm | None = None) -> str:
    by = visitor.signed_in_person()
    with reading_session() as session:
        rows = activities_of_year(session, by.board_id, year)
        before = activities_by_id(session, [row.follows_id for row in rows if row.follows_id])
        years = years_of_activities(session, by.board_id)
        last_year = bool(activities_of_year(session, by.board_id, year - 1))
    forms = FormsOfPage(refused)
    return render_template(
        "money/activities/index.html",
        year=year,
        years=sorted({*years, visitor.today().year, year}, reverse=True),
        rows=[(row, channels_of(row), before.get(row.follows_id or 0)) for row in rows],
        over=sum(row.status in OVER for row in rows),
        statuses=STATUS_WORDS,
        today=visitor.today(),
        last_year=last_year,
        table=forms.form(ActivitiesForm, "table"),
        begun=forms.form(BegunYearForm, "begin"),
        one=forms.form(ActivityForm, "new", {"status": "not_begun"}),
        refused=refused,
    )


@blueprint.post("/uppfoljning/aktiviteter/<int:year>")
def add(year: int) -> Response:
    form = posted_form(ActivityForm, key="new")
    return _add(year, form, lambda given: [given.command()])


@blueprint.post("/uppfoljning/aktiviteter/<int:year>/tabell")
def read_table(year: int) -> Response:
    """Those of a table that is pasted or a file, or of one of the plans that ship."""
    form = posted_form(ActivitiesForm, key="table")
    return _add(year, form, _rows_of)


def _add(year: int, form: F, rows: Callable[[F], Sequence[ActivityFields]]) -> Response:
    """What the form brings is read before anything is written: a file takes its time."""

    def add_what_is_read() -> object:
        given = rows(form)
        return in_transaction(lambda session: service.add_activities(session, year, given))

    return act_in_steps(
        form,
        add_what_is_read,
        onto=url_for("activities.index", ar=year),
        again=lambda refused: _index(year, refused),
    )


def _rows_of(form: ActivitiesForm) -> Sequence[ActivityFields]:
    """What the form brings.

    Raises:
        Refused: a row cannot be read; says which.
        UnreadableError: the file cannot be used.
    """
    chosen = example_plans().get(form.example.data)
    if chosen is not None:
        return chosen.activities
    content = form.file.content
    if content:
        book = read_workbook(content, form.file.name_of_file)
        table = _table_of(book.sheets[0]) if book.sheets else []
    else:
        table = list(csv.reader(io.StringIO(form.table.data, newline=""), delimiter="\t"))
    rows, problems = read_activity_rows(table)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    return rows


def _table_of(sheet: Sheet) -> list[list[str]]:
    """A sheet's cells as texts, each row in its own place."""
    table: list[list[str]] = [[] for _row in range(max((row.number for row in sheet.rows), default=0))]
    for row in sheet.rows:
        cells = [""] * max(row.cells, default=0)
        for column, cell in row.cells.items():
            cells[column - 1] = str(cell.value)
        table[row.number - 1] = cells
    return table


@blueprint.post("/uppfoljning/aktiviteter/<int:year>/borja")
def begin(year: int) -> Response:
    """A year begins with last year's."""
    return act_by_form(
        posted_form(BegunYearForm, key="begin"),
        lambda session: service.begin_year(session, year),
        onto=url_for("activities.index", ar=year),
        again=lambda refused: _index(year, refused),
    )


@blueprint.get("/uppfoljning/aktivitet/<int:activity_id>")
def show(activity_id: int) -> str:
    return _show(activity_id)


def _show(key: int, refused: PostedForm | None = None) -> str:
    by = visitor.signed_in_person()
    with reading_session() as session:
        row = find_activity(session, by.board_id, key)
        if row is None:
            raise Refused(Obstacle.MISSING)
        before = activities_by_id(session, [row.follows_id]).get(row.follows_id) if row.follows_id else None
    return render_template(
        "money/activities/show.html",
        row=row,
        channels=[CHANNEL_WORDS[channel] for channel in channels_of(row)],
        before=before,
        statuses=STATUS_WORDS,
        form=FormsOfPage(refused).form(ActivityForm, "activity", row.known | {"version": row.version}),
        refused=refused,
    )


@blueprint.post("/uppfoljning/aktivitet/<int:activity_id>")
def change(activity_id: int) -> Response:
    form = posted_form(ActivityForm, key="activity")
    with reading_session() as session:
        row = find_activity(session, visitor.signed_in_person().board_id, activity_id)
        year = row.year if row is not None else visitor.today().year
    return act_by_form(
        form,
        lambda session: service.change_activity(session, activity_id, form.command(), version=form.version.data),
        onto=url_for("activities.index", ar=year),
        again=lambda refused: _show(activity_id, refused),
    )
