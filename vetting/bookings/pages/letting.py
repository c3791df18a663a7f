"""How the board lets its rooms: the routine to follow and print, the terms, what a booker has accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.boards.models.people import Board
from vetting.bookings.domain.letting import SHIPPED_TERMS, STEPS, AcceptanceChannel, Letting, letting_of
from vetting.bookings.forms import AcceptanceForm
from vetting.bookings.models.letting import terms_of
from vetting.bookings.services import letting as service
from vetting.cases.pages.cases import act_on_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.rules.services import versions as rule_versions
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import (
    in_transaction,
    posted_day,
    posted_form,
    posted_text,
    posted_whole_number,
    redirect_after_post,
    rules_in_use,
    unreadable_day,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.kernel.problem import Problem

blueprint = Blueprint("letting", __name__)


@blueprint.get("/uthyrning")
def show() -> str:
    """The routine with what the board has chosen, and the terms in force."""
    return _render_letting(())


@blueprint.get("/uthyrning/rutin")
def outside() -> str:
    """The routine to share with others, without anything of a case or a person."""
    return render_template("bookings/letting/outside.html", **_about())


@blueprint.get("/uthyrning/informationsblankett")
def information_form() -> str:
    """A blank form without names, to be filled in by hand; what is written on it is never kept here."""
    return render_template("bookings/letting/information_form.html", **_about())


def _render_letting(problems: tuple[Problem, ...]) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        unaccepted = service.bookings_without_acceptance(session, by=person, at=visitor.now())
    return render_template(
        "bookings/letting/show.html",
        **_about(),
        unaccepted=unaccepted,
        problems=problems,
        typed=request.form,
        may_change=person.may(Action.MANAGE_BOARD),
    )


def _about() -> dict[str, Any]:
    """What the routine and the terms are made from."""
    person = visitor.signed_in_person()
    with reading_session() as session:
        board = session.get_one(Board, person.board_id)
        ruleset = rule_versions.rules_in_force(session, board.id, CaseKind.BOOKING, rules_in_use(), on=visitor.today())
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
    review = posted_day("review_on")
    if posted_text("review_on") and review is None:
        return _refusal_page((unreadable_day("review_on"),))
    share = posted_whole_number("drawn_in_hundred")
    given = Letting(
        drawn_in_hundred=share if share is not None else -1,
        owner=posted_text("owner"),
        anchored=posted_text("anchored"),
        review_on=review,
        ask=posted_text("ask"),
    )
    try:
        in_transaction(lambda s: service.change_letting(s, given, by=visitor.signed_in_person(), at=visitor.now()))
    except Refused as refused:
        return _refusal_page(refused.problems)
    return redirect_after_post(url_for("letting.show"))


@blueprint.post("/uthyrning/villkor")
def publish() -> Response:
    """A new version of the terms."""
    try:
        in_transaction(
            lambda s: service.publish_terms(s, posted_text("terms"), by=visitor.signed_in_person(), at=visitor.now())
        )
    except Refused as refused:
        return _refusal_page(refused.problems)
    return redirect_after_post(url_for("letting.show"))


def _refusal_page(problems: tuple[Problem, ...]) -> Response:
    if not problems:
        raise Refused(Obstacle.FORBIDDEN)
    return make_response(_render_letting(problems), STATUS[Obstacle.INVALID])


@blueprint.post("/arenden/<number>/villkor")
def accept(number: str) -> Response:
    """How and when the booker accepted the terms."""
    form = posted_form(AcceptanceForm, key="accept")
    return act_on_case(
        number,
        form,
        lambda session: service.note_acceptance(
            session,
            number,
            AcceptanceChannel(form.way.data),
            on=form.accepted_on.data or visitor.today(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )
