"""Kom igång: six steps that a new board sets up, each with a default, each can be skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for
from sqlalchemy import select

from vetting.boards.domain.ways_of_working import WayOfWorking
from vetting.boards.models.people import Board, Unit
from vetting.boards.services import boards
from vetting.boards.services import ways_of_working as service
from vetting.boards.services.ways_of_working import ChosenRules, SetupStep
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import act_and_redirect, choice_of, posted_day, posted_text, rules_in_use, unreadable_day
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.kernel.problem import Problem
    from vetting.kernel.store.session import WritingSession

blueprint = Blueprint("setup", __name__)


@blueprint.get("/kom-igang")
def show() -> str:
    """What is done, what remains."""
    return _render_setup((), "")


def _render_setup(problems: tuple[Problem, ...], form: str) -> str:
    own = visitor.signed_in_person().board_id
    with reading_session() as session:
        board = session.get_one(Board, own)
        sets = {
            kind.value: [
                (ruleset.id, ruleset.title) for ruleset in rules_in_use().folder.sets.values() if kind in ruleset.kinds
            ]
            for kind in CaseKind
        }
        return render_template(
            "boards/setup/show.html",
            steps=service.setup_steps(session, board),
            problems=problems,
            form=form,
            sets=sets,
            order=service.order_of(session, own, rules_in_use(), on=visitor.today()),
            unit=session.scalar(select(Unit.name).where(Unit.board_id == own).order_by(Unit.id).limit(1)) or "",
            typed=request.form,
            today=visitor.today(),
        )


def _act_on_setup(form: str, work: Callable[[WritingSession], object]) -> Response:
    return act_and_redirect(work, url_for("setup.show"), lambda problems: _render_setup(problems, form))


@blueprint.post("/kom-igang/hoppa-over")
def skip() -> Response:
    """Leaves a step for now."""
    step = choice_of("step", SetupStep)
    return _act_on_setup(
        step.value,
        lambda s: service.skip_step(s, step, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()),
    )


@blueprint.post("/kom-igang/namnd")
def name_board() -> Response:
    """The board and its unit."""
    return _act_on_setup(
        "board",
        lambda s: service.name_board(
            s,
            posted_text("name"),
            posted_text("unit"),
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/kom-igang/arbetssatt")
def set_way() -> Response:
    """The way of working."""
    way = choice_of("way", WayOfWorking)
    return _act_on_setup(
        "way", lambda s: service.set_way(s, way, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now())
    )


@blueprint.post("/kom-igang/regler")
def choose_rules() -> Response:
    """The rules, and when the board adopted them."""
    adopted = posted_day("adopted_on")
    if posted_text("adopted_on") and adopted is None:
        return make_response(_render_setup((unreadable_day("adopted_on"),), "rules"), STATUS[Obstacle.INVALID])
    given = ChosenRules(
        grant=posted_text("grant"),
        booking=posted_text("booking"),
        adopted_on=adopted,
        adopted_as=posted_text("adopted_as"),
    )
    return _act_on_setup(
        "rules",
        lambda s: service.choose_rules(s, given, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()),
    )


@blueprint.post("/kom-igang/brevhuvud")
def letterhead() -> Response:
    """What stands first on letters."""
    return _act_on_setup(
        "letterhead",
        lambda s: boards.set_letterhead(s, posted_text("letterhead"), by=visitor.signed_in_person(), at=visitor.now()),
    )
