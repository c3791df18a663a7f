"""What the board has agreed to tell other boards, and they it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for
from sqlalchemy import select

from vetting.domain.problem import Obstacle, Refused
from vetting.services import agreements as service
from vetting.store import notices
from vetting.store.people import Board
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.views import done, onward, stored, text, whole

if TYPE_CHECKING:
    from flask import Response

    from vetting.domain.problem import Problem

blueprint = Blueprint("agreements", __name__)


@blueprint.get("/overenskommelser")
def index() -> str:
    """The other boards, and where each stands."""
    return _shown(())


def _shown(problems: tuple[Problem, ...]) -> str:
    own = visitor.person().board_id
    with stored() as session:
        boards = session.scalars(select(Board).where(Board.id != own).order_by(Board.name, Board.id)).all()
        given = {row.other_id: row for row in notices.agreements(session, own)}
        both = {board.id for board in notices.agreed(session, own)}
        return render_template(
            "agreements/index.html", others=boards, given=given, both=both, problems=problems, typed=request.form
        )


@blueprint.post("/overenskommelser")
def agree() -> Response:
    """The own board gives its word."""
    other = whole("other_id") or 0
    try:
        done(lambda session: service.agree(session, other, text("reference"), by=visitor.person(), at=visitor.now()))
    except Refused as refused:
        if refused.obstacle is Obstacle.MISSING:
            raise
        return make_response(_shown(refused.problems), STATUS[refused.obstacle])
    return onward(url_for("agreements.index"))


@blueprint.post("/overenskommelser/<int:agreement_id>/avsluta")
def end(agreement_id: int) -> Response:
    """Takes it back."""
    done(lambda session: service.end(session, agreement_id, by=visitor.person(), at=visitor.now()))
    return onward(url_for("agreements.index"))
