"""Rounds: those there are, a new one, one with its applications, and a list into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.domain.criteria import CaseKind
from vetting.domain.problem import Obstacle, Problem, Refused
from vetting.domain.words import Words
from vetting.services import queues
from vetting.services import rounds as service
from vetting.store import rounds as store
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.views import amount, day, done, onward, rules, stored, text

if TYPE_CHECKING:
    from flask import Response

    from vetting.store.rounds import Round

blueprint = Blueprint("rounds", __name__)


@blueprint.get("/omgangar")
def index() -> str:
    """The board's rounds."""
    with stored() as session:
        return render_template(
            "rounds/index.html", rounds=store.rounds(session, visitor.person()), today=visitor.today()
        )


@blueprint.get("/omgangar/ny")
def new() -> str:
    """The form for a round."""
    return render_template("rounds/new.html", problems=(), typed=request.form)


@blueprint.post("/omgangar/ny")
def create() -> Response:
    """Adds the round."""
    opens, closes = day("opens_on"), day("closes_on")
    try:
        if opens is None or closes is None:
            raise Refused(Obstacle.INVALID, _days_missing("opens_on" if opens is None else "closes_on"))
        given = service.NewRound(
            name=text("name"),
            opens_on=opens,
            closes_on=closes,
            decision_on=day("decision_on"),
            report_on=day("report_on"),
            budget=amount("budget"),
            dnr=text("dnr"),
            grant_type=text("grant_type"),
        )
        found = done(lambda session: service.add(session, given, by=visitor.person(), at=visitor.now()))
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        page = render_template("rounds/new.html", problems=refused.problems, typed=request.form)
        return make_response(page, STATUS[Obstacle.INVALID])
    return onward(url_for("rounds.show", round_id=found.id))


def _days_missing(name: str) -> Problem:
    return Problem(
        name,
        Words("Datumet saknas.", "The date is missing."),
        Words("Skriv det så här: 2026-03-15.", "Write it like this: 2026-03-15."),
    )


def _round(round_id: int) -> Round:
    with stored() as session:
        found = store.round_of(session, visitor.person(), round_id)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


@blueprint.get("/omgangar/<int:round_id>")
def show(round_id: int) -> str:
    """A round with its applications in figures, and the way to hand in a list."""
    return _shown(round_id, ())


def _shown(round_id: int, problems: tuple[Problem, ...]) -> str:
    found = _round(round_id)
    with stored() as session:
        filters = queues.Filters(kind=CaseKind.GRANT, round_id=round_id, closed=True)
        listed = queues.queue(session, filters, rules(), by=visitor.person(), on=visitor.today())
    return render_template("rounds/show.html", round=found, listed=listed, problems=problems, today=visitor.today())


@blueprint.post("/omgangar/<int:round_id>/avsluta")
def close(round_id: int) -> Response:
    """No more applications into it."""
    done(lambda session: service.close(session, round_id, by=visitor.person(), at=visitor.now()))
    return onward(url_for("rounds.show", round_id=round_id))
