"""Kom igång: six steps that a new board sets up, each with a default, each can be skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for
from sqlalchemy import select

from vetting.domain.criteria import CaseKind
from vetting.domain.problem import Obstacle
from vetting.domain.ways import Way
from vetting.services import board_order as service
from vetting.services import boards
from vetting.services.board_order import ChosenRules, SetupStep
from vetting.store.people import Board, Unit
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.views import act, chosen, day, rules, stored, text, unreadable_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.domain.problem import Problem
    from vetting.store.session import WritingSession

blueprint = Blueprint("setup", __name__)


@blueprint.get("/kom-igang")
def show() -> str:
    """What is done, what remains."""
    return _shown((), "")


def _shown(problems: tuple[Problem, ...], form: str) -> str:
    own = visitor.person().board_id
    with stored() as session:
        board = session.get_one(Board, own)
        sets = {
            kind.value: [
                (ruleset.id, ruleset.title) for ruleset in rules().folder.sets.values() if kind in ruleset.kinds
            ]
            for kind in CaseKind
        }
        return render_template(
            "setup/show.html",
            steps=service.steps(session, board),
            problems=problems,
            form=form,
            sets=sets,
            order=service.order_of(session, own, rules(), on=visitor.today()),
            unit=session.scalar(select(Unit.name).where(Unit.board_id == own).order_by(Unit.id).limit(1)) or "",
            typed=request.form,
            today=visitor.today(),
        )


def _acted(form: str, work: Callable[[WritingSession], object]) -> Response:
    return act(work, url_for("setup.show"), lambda problems: _shown(problems, form))


@blueprint.post("/kom-igang/hoppa-over")
def skip() -> Response:
    """Leaves a step for now."""
    step = chosen("step", SetupStep)
    return _acted(step.value, lambda s: service.skip(s, step, rules=rules(), by=visitor.person(), at=visitor.now()))


@blueprint.post("/kom-igang/namnd")
def name_board() -> Response:
    """The board and its unit."""
    return _acted(
        "board",
        lambda s: service.name_board(
            s, text("name"), text("unit"), rules=rules(), by=visitor.person(), at=visitor.now()
        ),
    )


@blueprint.post("/kom-igang/arbetssatt")
def set_way() -> Response:
    """The way of working."""
    way = chosen("way", Way)
    return _acted("way", lambda s: service.set_way(s, way, rules=rules(), by=visitor.person(), at=visitor.now()))


@blueprint.post("/kom-igang/regler")
def choose_rules() -> Response:
    """The rules, and when the board adopted them."""
    adopted = day("adopted_on")
    if text("adopted_on") and adopted is None:
        return make_response(_shown((unreadable_day("adopted_on"),), "rules"), STATUS[Obstacle.INVALID])
    given = ChosenRules(grant=text("grant"), booking=text("booking"), adopted_on=adopted, adopted_as=text("adopted_as"))
    return _acted(
        "rules", lambda s: service.choose_rules(s, given, rules=rules(), by=visitor.person(), at=visitor.now())
    )


@blueprint.post("/kom-igang/brevhuvud")
def letterhead() -> Response:
    """What stands first on letters."""
    return _acted(
        "letterhead", lambda s: boards.set_letterhead(s, text("letterhead"), by=visitor.person(), at=visitor.now())
    )
