"""What the board has agreed to tell other boards, and they it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for
from sqlalchemy import select

from vetting.boards.models.people import Board
from vetting.kernel.problem import Obstacle, Refused
from vetting.office.models import board_notices
from vetting.office.services import board_notices as service
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import in_transaction, posted_text, posted_whole_number, redirect_after_post
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.kernel.problem import Problem

blueprint = Blueprint("board_notices", __name__)


@blueprint.get("/overenskommelser")
def index() -> str:
    """The other boards, and where each stands."""
    return _render_index(())


def _render_index(problems: tuple[Problem, ...]) -> str:
    own = visitor.signed_in_person().board_id
    with reading_session() as session:
        boards = session.scalars(select(Board).where(Board.id != own).order_by(Board.name, Board.id)).all()
        given = {row.other_id: row for row in board_notices.agreements(session, own)}
        both = {board.id for board in board_notices.agreeing_boards(session, own)}
        return render_template(
            "office/board_notices/index.html",
            others=boards,
            given=given,
            both=both,
            problems=problems,
            typed=request.form,
        )


@blueprint.post("/overenskommelser")
def agree() -> Response:
    """The own board gives its word."""
    other = posted_whole_number("other_id") or 0
    try:
        in_transaction(
            lambda session: service.agree(
                session, other, posted_text("reference"), by=visitor.signed_in_person(), at=visitor.now()
            )
        )
    except Refused as refused:
        if refused.obstacle is Obstacle.MISSING:
            raise
        return make_response(_render_index(refused.problems), STATUS[refused.obstacle])
    return redirect_after_post(url_for("board_notices.index"))


@blueprint.post("/overenskommelser/<int:agreement_id>/avsluta")
def end(agreement_id: int) -> Response:
    """Takes it back."""
    in_transaction(
        lambda session: service.end_agreement(session, agreement_id, by=visitor.signed_in_person(), at=visitor.now())
    )
    return redirect_after_post(url_for("board_notices.index"))
