"""How the board lets its rooms: the routine to follow and print, the terms, what a booker has accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, url_for

from vetting import rules
from vetting.bookings.domain.letting import SHIPPED_TERMS, STEPS, AcceptanceChannel, letting_of
from vetting.bookings.forms import AcceptanceForm, FormsOfLetting, LettingForm, TermsForm
from vetting.bookings.models.letting import terms_of
from vetting.bookings.services import letting as service
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Action
from vetting.people.models.letting_kinds import letting_kinds
from vetting.people.models.people import Board
from vetting.web import visitor
from vetting.web.acting import actions_of_case
from vetting.web.page_actions import SinglePageActions
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from vetting.engine.criteria import Criterion
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.session import ReadingSession
    from vetting.web.forms import PostedForm


blueprint = Blueprint("letting", __name__)
case_actions = actions_of_case(blueprint)


@blueprint.get("/uthyrning")
def show() -> str:
    """The routine with what the board has chosen, and the terms in force."""
    return _render_letting()


@blueprint.get("/uthyrning/rutin")
def outside() -> str:
    """The routine to share with others, without anything of a case or a person."""
    return render_template("bookings/letting/outside.html", **_about())


@blueprint.get("/uthyrning/informationsblankett")
def information_form() -> str:
    """A blank form without names, to be filled in by hand; what is written on it is never kept here."""
    return render_template("bookings/letting/information_form.html", **_about())


def _render_letting(refused: PostedForm | None = None) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        unaccepted = service.bookings_without_acceptance(session)
    about = _about()
    return render_template(
        "bookings/letting/show.html",
        **about,
        unaccepted=unaccepted,
        refused=refused,
        forms=FormsOfLetting(about["letting"], about["terms"], refused),
        may_change=person.may(Action.MANAGE_BOARD),
    )


def _about() -> dict[str, Any]:
    person = visitor.signed_in_person()
    with reading_session() as session:
        board = session.get_one(Board, person.board_id)
        ruleset = rules.rules_in_force(session, board.id, CaseKind.BOOKING, on=visitor.today())
        versions = terms_of(session, board.id)
        return {
            "board": board,
            "contact": board.coordinator,
            "letting": letting_of(board.bookings),
            "steps": STEPS,
            "ruleset": ruleset,
            "asked_beside": _asked_beside(session, board.id, ruleset),
            "versions": versions,
            "terms": versions[0].text if versions else SHIPPED_TERMS,
            "criteria": [item for item in ruleset.criteria if CaseKind.BOOKING in item.kinds] if ruleset else [],
            "today": visitor.today(),
        }


def _asked_beside(session: ReadingSession, board_id: int, common: RuleSet | None) -> list[tuple[str, list[Criterion]]]:
    """The kinds of letting with rules of their own in force, each with what those ask beside the shared ones."""
    shared = {item.id for item in common.criteria} if common is not None else set()
    found = []
    for kind in letting_kinds(session, board_id):
        own = rules.own_ruleset(session, kind, on=visitor.today())
        if not own or kind.ended_at is not None:
            continue
        ruleset = rules.rules_in_force(session, board_id, CaseKind.BOOKING, on=visitor.today(), own=own)
        if ruleset is not None:
            found.append((kind.name, [item for item in ruleset.criteria if item.id not in shared]))
    return found


page_actions = SinglePageActions(
    blueprint,
    page=_render_letting,
    onto=lambda: url_for("letting.show"),
)
page_actions.add(
    "change", "/uthyrning", LettingForm, lambda s, form: service.change_letting(s, form.command()), key="choice"
)
page_actions.add(
    "publish", "/uthyrning/villkor", TermsForm, lambda s, form: service.publish_terms(s, form.terms.data), key="terms"
)
case_actions.add(
    "accept",
    "/villkor",
    AcceptanceForm,
    lambda session, form, number: service.note_acceptance(
        session, number, AcceptanceChannel(form.way.data), on=form.accepted_on.data or visitor.today()
    ),
    key="accept",
)
