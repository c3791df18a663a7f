"""Special reviews of associations, and expert opinions in a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for

from vetting import casework
from vetting.associations.models.associations import Association
from vetting.casework import in_conflict
from vetting.casework.domain.special_reviews import (
    ANNOUNCED_WORDS,
    REVIEW_GROUND_WORDS,
    REVIEW_OUTCOME_WORDS,
    SpecialReviewGround,
    SpecialReviewOutcome,
)
from vetting.casework.models import special_reviews as store
from vetting.kernel.problem import Obstacle, Refused
from vetting.web import visitor
from vetting.web.acting import actions_of_case
from vetting.web.page_actions import PageActions
from vetting.web.preferences import visitor_language
from vetting.web.view_helpers import act_by_form, attachment_response, in_transaction, posted_form
from vetting.web.visitor import reading_session
from vetting.workspace.forms.group import (
    ExpertAnswerForm,
    ExpertForm,
    FormsOfReview,
    NewReviewForm,
    ReviewAnswerForm,
    ReviewOutcomeForm,
    ReviewQuestionForm,
    ReviewVisitForm,
    VisitSeenForm,
)
from vetting.workspace.services.expert_packages import expert_package

if TYPE_CHECKING:
    from flask import Response

    from vetting.web.forms import PostedForm

blueprint = Blueprint("special_reviews", __name__)
case_actions = actions_of_case(blueprint)


@blueprint.get("/kontroller")
def index() -> str:
    """The board's special reviews, open ones first."""
    with reading_session() as session:
        rows = store.reviews(session)
        names = {row.association_id: session.get_one(Association, row.association_id).name for row in rows}
    return render_template(
        "workspace/special_reviews/index.html",
        rows=rows,
        names=names,
        grounds=REVIEW_GROUND_WORDS,
        outcomes=REVIEW_OUTCOME_WORDS,
        today=visitor.today(),
    )


@blueprint.get("/kontroller/<review_number>")
def show(review_number: str) -> str:
    """One of them: why, questions and answers, what came of it."""
    return _render_review(review_number)


def _render_review(review_number: str, refused: PostedForm | None = None) -> str:
    with reading_session() as session:
        row = store.find_review(session, review_number)
        if row is None:
            raise Refused(Obstacle.MISSING)
        return render_template(
            "workspace/special_reviews/show.html",
            row=row,
            association=session.get_one(Association, row.association_id),
            questions=store.questions(session, row.id),
            visits=store.visits_of(session, row.id),
            announced=ANNOUNCED_WORDS,
            grounds=REVIEW_GROUND_WORDS,
            outcomes=REVIEW_OUTCOME_WORDS,
            refused=refused,
            forms=FormsOfReview(refused),
            today=visitor.today(),
        )


@blueprint.get("/foreningar/<int:association_id>/kontroll")
def new(association_id: int) -> str:
    tip = request.args.get("tip", "")
    return _new(association_id, NewReviewForm(known={"ground": SpecialReviewGround.TIP, "tip": tip} if tip else None))


def _new(association_id: int, form: NewReviewForm) -> str:
    with reading_session() as session:
        association = session.get(Association, association_id)
        if association is None or in_conflict(session, association_id):
            raise Refused(Obstacle.MISSING)
        return render_template(
            "workspace/special_reviews/new.html",
            association=association,
            form=form.offer(casework.kept_tips(session, association_id)),
        )


@blueprint.post("/foreningar/<int:association_id>/kontroll")
def create(association_id: int) -> Response:
    form = posted_form(NewReviewForm)
    return act_by_form(
        form,
        lambda s: casework.open_review(
            s, association_id, SpecialReviewGround(form.ground.data), form.about.data, tip=form.tip.data
        ),
        onto=lambda row: url_for("special_reviews.show", review_number=row.number),
        again=lambda refused: _new(association_id, refused),
    )


review_actions = PageActions[str](
    blueprint,
    "/kontroller/<review_number>",
    page=_render_review,
    onto=lambda number: url_for("special_reviews.show", review_number=number),
)
review_actions.add(
    "ask",
    "/fraga",
    ReviewQuestionForm,
    lambda s, form, review_number: casework.ask_association(s, review_number, form.question.data, form.reply_by.data),
    key="question",
)
review_actions.add_of_row(
    "answer",
    "/fraga/<int:question_id>",
    ReviewAnswerForm,
    lambda s, form, review_number, question_id: casework.note_association_answer(
        s, review_number, question_id, form.answer.data
    ),
    key="answer-{1}",
)
review_actions.add(
    "visit",
    "/besok",
    ReviewVisitForm,
    lambda s, form, review_number: casework.note_visit(s, review_number, form.command()),
    key="visit",
)
review_actions.add_of_row(
    "note_seen",
    "/besok/<int:visit_id>",
    VisitSeenForm,
    lambda s, form, review_number, visit_id: casework.note_seen(s, review_number, visit_id, form.seen.data),
    key="seen-{1}",
)
review_actions.add(
    "close",
    "/avsluta",
    ReviewOutcomeForm,
    lambda s, form, review_number: casework.close_review(
        s, review_number, SpecialReviewOutcome(form.outcome.data), form.conclusion.data
    ),
    key="close",
)
case_actions.add(
    "ask_expert",
    "/sakkunnig",
    ExpertForm,
    lambda s, form, number: casework.ask_expert(s, number, form.command()),
    key="expert",
)
case_actions.add_of_row(
    "note_expert",
    "/sakkunnig/<int:opinion_id>",
    ExpertAnswerForm,
    lambda s, form, number, opinion_id: casework.note_expert(s, number, opinion_id, form.text.data),
    key="expert-answer-{1}",
)


@blueprint.post("/arenden/<number>/sakkunnig/<int:opinion_id>/paket.zip")
def package(number: str, opinion_id: int) -> Response:
    made = in_transaction(lambda s: expert_package(s, number, opinion_id, language=visitor_language()))
    return attachment_response(made, "application/zip", f"{number}-sakkunnig-{opinion_id}.zip")
