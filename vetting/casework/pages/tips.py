"""The page of tips about an association: number, day and question; never what was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting.casework.domain.tips import TIP_OUTCOME_WORDS, TipOutcome
from vetting.casework.forms.tips import FormsOfTips, NewTipForm, TipOutcomeForm
from vetting.casework.models.special_reviews import numbers_of
from vetting.casework.services import tips as service
from vetting.casework.services.identities import find_association
from vetting.kernel.problem import Obstacle, Refused
from vetting.people.domain.personal_data import RetentionKind, retention_days
from vetting.people.models.people import Board
from vetting.rules import value_criteria_in_force
from vetting.web import visitor
from vetting.web.view_helpers import act_by_form, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.web.forms import PostedForm

blueprint = Blueprint("tips", __name__)


@blueprint.get("/foreningar/<int:association_id>/tips")
def index(association_id: int) -> str:
    """Tips about an association, and one more."""
    return _index(association_id)


def _index(association_id: int, refused: PostedForm | None = None, tip_id: int | None = None) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        association = find_association(session, association_id)
        rows = service.kept_tips(session, association.id)
        if tip_id is not None and tip_id not in {row.id for row in rows}:
            raise Refused(Obstacle.MISSING)
        criteria = value_criteria_in_force(session, person.board_id, on=visitor.today())
        return render_template(
            "casework/tips/index.html",
            association=association,
            rows=rows,
            reviews=numbers_of(session, [row.special_review_id for row in rows if row.special_review_id]),
            criteria=criteria,
            outcomes=TIP_OUTCOME_WORDS,
            forms=FormsOfTips(refused, criteria),
            refused=refused,
            retention_days=retention_days(session.get_one(Board, person.board_id).retention, RetentionKind.TIPS),
        )


@blueprint.post("/foreningar/<int:association_id>/tips")
def register(association_id: int) -> Response:
    """Notes one."""
    form = posted_form(NewTipForm, key="new")
    return act_by_form(
        form,
        lambda s: service.register_tip(s, association_id, form.command()),
        onto=url_for("tips.index", association_id=association_id),
        again=lambda refused: _index(association_id, refused),
    )


@blueprint.post("/foreningar/<int:association_id>/tips/<int:tip_id>")
def close(association_id: int, tip_id: int) -> Response:
    form = posted_form(TipOutcomeForm, key=f"close-{tip_id}")
    return act_by_form(
        form,
        lambda s: service.close_tip(s, association_id, tip_id, TipOutcome(form.outcome.data)),
        onto=url_for("tips.index", association_id=association_id),
        again=lambda refused: _index(association_id, refused, tip_id),
    )
