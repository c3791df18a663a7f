"""The trail and what was opened, for whoever looks after the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from vetting.kernel.dates import InvalidDayError, parse_day
from vetting.people.domain.sealed_reads import READ_WORDS
from vetting.records.services import trail_pages as service
from vetting.records.services.trail_pages import TrailSelection
from vetting.rules import rules_in_use
from vetting.web import visitor
from vetting.web.view_helpers import whole_number_in_address
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from datetime import date

blueprint = Blueprint("trail", __name__)


@blueprint.get("/spar")
def index() -> str:
    wanted = _selection()
    with reading_session() as session:
        lines = service.entries_of(session, wanted, rules_in_use().folder.book.gates)
        people = service.readers_and_doers(session)
    return render_template("records/trail/index.html", lines=lines, people=people, wanted=wanted, more=_more(lines))


@blueprint.get("/spar/last")
def reads() -> str:
    wanted = _selection()
    with reading_session() as session:
        lines = service.reads_of(session, wanted)
        people = service.readers_and_doers(session)
        unusual = service.unusual_readers(session, as_of=visitor.now())
    return render_template(
        "records/trail/reads.html",
        lines=lines,
        people=people,
        wanted=wanted,
        unusual=unusual,
        words=READ_WORDS,
        more=_more(lines),
    )


def _more(lines: list[service.TrailLine] | list[service.ReadLine]) -> int | None:
    """Where the next page begins; None on the last."""
    return lines[-1].id if len(lines) == service.AT_A_TIME else None


def _selection() -> TrailSelection:
    return TrailSelection(
        user_id=whole_number_in_address("person"),
        first=_day("fran"),
        last=_day("till"),
        before=whole_number_in_address("fore"),
    )


def _day(name: str) -> date | None:
    try:
        return parse_day(request.args.get(name, "")) if request.args.get(name) else None
    except InvalidDayError:
        return None
