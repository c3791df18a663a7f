"""Rounds: those there are, a new one, one with its applications, and a list into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.grants import models as store
from vetting.grants import services as service
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import _
from vetting.office.services import queues
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import (
    in_transaction,
    posted_amount,
    posted_day,
    posted_text,
    redirect_after_post,
    rules_in_use,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.grants.models import Round

blueprint = Blueprint("grants", __name__)


@blueprint.get("/omgangar")
def index() -> str:
    """The board's rounds."""
    with reading_session() as session:
        return render_template(
            "grants/index.html", rounds=store.rounds(session, visitor.signed_in_person()), today=visitor.today()
        )


@blueprint.get("/omgangar/ny")
def new() -> str:
    """The form for a round."""
    return render_template("grants/new.html", problems=(), typed=request.form)


@blueprint.post("/omgangar/ny")
def create() -> Response:
    """Adds the round."""
    opens, closes = posted_day("opens_on"), posted_day("closes_on")
    try:
        if opens is None or closes is None:
            raise Refused(Obstacle.INVALID, _days_missing("opens_on" if opens is None else "closes_on"))
        given = service.NewRound(
            name=posted_text("name"),
            opens_on=opens,
            closes_on=closes,
            decision_on=posted_day("decision_on"),
            report_on=posted_day("report_on"),
            budget=posted_amount("budget"),
            dnr=posted_text("dnr"),
            grant_type=posted_text("grant_type"),
        )
        found = in_transaction(
            lambda session: service.add_round(session, given, by=visitor.signed_in_person(), at=visitor.now())
        )
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        page = render_template("grants/new.html", problems=refused.problems, typed=request.form)
        return make_response(page, STATUS[Obstacle.INVALID])
    return redirect_after_post(url_for("grants.show", round_id=found.id))


def _days_missing(name: str) -> Problem:
    return Problem(name, _("Datumet saknas."), _("Skriv det så här: 2026-03-15."))


def _round(round_id: int) -> Round:
    with reading_session() as session:
        found = store.round_of(session, visitor.signed_in_person(), round_id)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


@blueprint.get("/omgangar/<int:round_id>")
def show(round_id: int) -> str:
    """A round with its applications in figures, and the way to hand in a list."""
    return _render_round(round_id, ())


def _render_round(round_id: int, problems: tuple[Problem, ...]) -> str:
    found = _round(round_id)
    with reading_session() as session:
        filters = queues.QueueFilters(kind=CaseKind.GRANT, round_id=round_id, closed=True)
        listed = queues.case_queue(session, filters, rules_in_use(), by=visitor.signed_in_person(), on=visitor.today())
    return render_template("grants/show.html", round=found, listed=listed, problems=problems, today=visitor.today())


@blueprint.post("/omgangar/<int:round_id>/avsluta")
def close(round_id: int) -> Response:
    """No more applications into it."""
    in_transaction(
        lambda session: service.close_round(session, round_id, by=visitor.signed_in_person(), at=visitor.now())
    )
    return redirect_after_post(url_for("grants.show", round_id=round_id))
