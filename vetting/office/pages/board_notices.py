"""What the board has agreed to tell other boards, and they it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for
from sqlalchemy import select

from vetting.boards.models.people import Board
from vetting.kernel.text import same_in_both
from vetting.office.forms import AgreementForm
from vetting.office.models import board_notices
from vetting.office.services import board_notices as service
from vetting.web import visitor
from vetting.web.view_moves import (
    act_by_form,
    in_transaction,
    posted_form,
    redirect_after_post,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response


blueprint = Blueprint("board_notices", __name__)


@blueprint.get("/overenskommelser")
def index() -> str:
    """The other boards, and where each stands."""
    return _render_index(AgreementForm())


def _render_index(form: AgreementForm) -> str:
    own = visitor.signed_in_person().board_id
    with reading_session() as session:
        boards = session.scalars(select(Board).where(Board.id != own).order_by(Board.name, Board.id)).all()
        given = {row.other_id: row for row in board_notices.agreements(session, own)}
        both = {board.id for board in board_notices.agreeing_boards(session, own)}
        form.other_id.options = {board.id: same_in_both(board.name) for board in boards if board.id not in given}
        return render_template(
            "office/board_notices/index.html",
            others=boards,
            given=given,
            both=both,
            form=form,
        )


@blueprint.post("/overenskommelser")
def agree() -> Response:
    """The own board gives its word."""
    form = posted_form(AgreementForm)
    return act_by_form(
        form,
        lambda session: service.agree(
            session, form.other_id.key, form.reference.data, by=visitor.signed_in_person(), at=visitor.now()
        ),
        onto=url_for("board_notices.index"),
        again=_render_index,
    )


@blueprint.post("/overenskommelser/<int:agreement_id>/avsluta")
def end(agreement_id: int) -> Response:
    """Takes it back."""
    in_transaction(
        lambda session: service.end_agreement(session, agreement_id, by=visitor.signed_in_person(), at=visitor.now())
    )
    return redirect_after_post(url_for("board_notices.index"))
