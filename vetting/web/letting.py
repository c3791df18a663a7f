"""How the board lets its rooms: the routine to follow and print, the terms, what a booker has accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.domain.criteria import CaseKind
from vetting.domain.letting import SHIPPED_TERMS, STEPS, Accepted, Letting, letting_of
from vetting.domain.people import Action
from vetting.domain.problem import Obstacle, Refused
from vetting.services import letting as service
from vetting.services import rule_versions
from vetting.store.letting import terms_of
from vetting.store.people import Board
from vetting.web import visitor
from vetting.web.cases import acted
from vetting.web.errors import STATUS
from vetting.web.views import chosen, day, done, onward, rules, stored, text, unreadable_day, whole

if TYPE_CHECKING:
    from flask import Response

    from vetting.domain.problem import Problem
    from vetting.store.session import WritingSession

blueprint = Blueprint("letting", __name__)


@blueprint.get("/uthyrning")
def show() -> str:
    """The routine with what the board has chosen, and the terms in force."""
    return _shown(())


@blueprint.get("/uthyrning/rutin")
def outside() -> str:
    """The routine to share with others, without anything of a case or a person."""
    return render_template("letting/outside.html", **_about())


@blueprint.get("/uthyrning/informationsblankett")
def information_form() -> str:
    """A blank form without names, to be filled in by hand; what is written on it is never kept here."""
    return render_template("letting/information_form.html", **_about())


def _shown(problems: tuple[Problem, ...]) -> str:
    person = visitor.person()
    with stored() as session:
        unaccepted = service.unaccepted(session, by=person, at=visitor.now())
    return render_template(
        "letting/show.html",
        **_about(),
        unaccepted=unaccepted,
        problems=problems,
        typed=request.form,
        may_change=person.may(Action.MANAGE_BOARD),
    )


def _about() -> dict[str, Any]:
    """What the routine and the terms are made from."""
    person = visitor.person()
    with stored() as session:
        board = session.get_one(Board, person.board_id)
        ruleset = rule_versions.chosen(session, board.id, CaseKind.BOOKING, rules(), on=visitor.today())
        versions = terms_of(session, board.id)
        return {
            "board": board,
            "contact": board.contact,
            "letting": letting_of(board.bookings),
            "steps": STEPS,
            "ruleset": ruleset,
            "versions": versions,
            "terms": versions[0].text if versions else SHIPPED_TERMS,
            "criteria": [item for item in ruleset.criteria if CaseKind.BOOKING in item.kinds] if ruleset else [],
            "today": visitor.today(),
        }


@blueprint.post("/uthyrning")
def change() -> Response:
    """What the board chooses."""
    review = day("review_on")
    if text("review_on") and review is None:
        return _refused((unreadable_day("review_on"),))
    share = whole("drawn_in_hundred")
    given = Letting(
        drawn_in_hundred=share if share is not None else -1,
        owner=text("owner"),
        anchored=text("anchored"),
        review_on=review,
        ask=text("ask"),
    )
    try:
        done(lambda s: service.change(s, given, by=visitor.person(), at=visitor.now()))
    except Refused as refused:
        return _refused(refused.problems)
    return onward(url_for("letting.show"))


@blueprint.post("/uthyrning/villkor")
def publish() -> Response:
    """A new version of the terms."""
    try:
        done(lambda s: service.publish_terms(s, text("terms"), by=visitor.person(), at=visitor.now()))
    except Refused as refused:
        return _refused(refused.problems)
    return onward(url_for("letting.show"))


def _refused(problems: tuple[Problem, ...]) -> Response:
    if not problems:
        raise Refused(Obstacle.FORBIDDEN)
    return make_response(_shown(problems), STATUS[Obstacle.INVALID])


@blueprint.post("/arenden/<number>/villkor")
def accept(number: str) -> Response:
    """How and when the booker accepted the terms."""
    way = chosen("way", Accepted)
    on = day("accepted_on") if text("accepted_on") else visitor.today()

    def work(session: WritingSession) -> object:
        if on is None:
            raise Refused(Obstacle.INVALID, unreadable_day("accepted_on"))
        return service.accept(session, number, way, on=on, by=visitor.person(), at=visitor.now())

    return acted(number, "accept", work)
