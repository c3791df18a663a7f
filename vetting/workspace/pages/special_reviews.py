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
from vetting.web.acting import act_on_case
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
    from collections.abc import Callable

    from flask import Response

    from vetting.kernel.store.session import WritingSession
    from vetting.web.forms import PostedForm

blueprint = Blueprint("special_reviews", __name__)


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
    """Opens one."""
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
    """Opens one."""
    form = posted_form(NewReviewForm)
    return act_by_form(
        form,
        lambda s: casework.open_review(
            s, association_id, SpecialReviewGround(form.ground.data), form.about.data, tip=form.tip.data
        ),
        onto=lambda row: url_for("special_reviews.show", review_number=row.number),
        again=lambda refused: _new(association_id, refused),
    )


def _act_on_review(number: str, form: PostedForm, work: Callable[[WritingSession], object]) -> Response:
    return act_by_form(
        form,
        work,
        onto=url_for("special_reviews.show", review_number=number),
        again=lambda refused: _render_review(number, refused),
    )


@blueprint.post("/kontroller/<review_number>/fraga")
def ask(review_number: str) -> Response:
    """A question to the association."""
    form = posted_form(ReviewQuestionForm, key="question")
    return _act_on_review(
        review_number,
        form,
        lambda s: casework.ask_association(s, review_number, form.question.data, form.reply_by.data),
    )


@blueprint.post("/kontroller/<review_number>/fraga/<int:question_id>")
def answer(review_number: str, question_id: int) -> Response:
    """Its answer."""
    form = posted_form(ReviewAnswerForm, key=f"answer-{question_id}")
    return _act_on_review(
        review_number, form, lambda s: casework.note_association_answer(s, review_number, question_id, form.answer.data)
    )


@blueprint.post("/kontroller/<review_number>/besok")
def visit(review_number: str) -> Response:
    """A visit, planned or made."""
    form = posted_form(ReviewVisitForm, key="visit")
    return _act_on_review(review_number, form, lambda s: casework.note_visit(s, review_number, form.command()))


@blueprint.post("/kontroller/<review_number>/besok/<int:visit_id>")
def note_seen(review_number: str, visit_id: int) -> Response:
    """What was seen at one that was planned."""
    form = posted_form(VisitSeenForm, key=f"seen-{visit_id}")
    return _act_on_review(review_number, form, lambda s: casework.note_seen(s, review_number, visit_id, form.seen.data))


@blueprint.post("/kontroller/<review_number>/avsluta")
def close(review_number: str) -> Response:
    """What came of it."""
    form = posted_form(ReviewOutcomeForm, key="close")
    return _act_on_review(
        review_number,
        form,
        lambda s: casework.close_review(
            s, review_number, SpecialReviewOutcome(form.outcome.data), form.conclusion.data
        ),
    )


@blueprint.post("/arenden/<number>/sakkunnig")
def ask_expert(number: str) -> Response:
    """Asks for a written opinion."""
    form = posted_form(ExpertForm, key="expert")
    return act_on_case(number, form, lambda s: casework.ask_expert(s, number, form.command()))


@blueprint.post("/arenden/<number>/sakkunnig/<int:opinion_id>")
def note_expert(number: str, opinion_id: int) -> Response:
    """What came back."""
    form = posted_form(ExpertAnswerForm, key=f"expert-answer-{opinion_id}")
    return act_on_case(number, form, lambda s: casework.note_expert(s, number, opinion_id, form.text.data))


@blueprint.post("/arenden/<number>/sakkunnig/<int:opinion_id>/paket.zip")
def package(number: str, opinion_id: int) -> Response:
    """What goes to the expert."""
    made = in_transaction(lambda s: expert_package(s, number, opinion_id, language=visitor_language()))
    return attachment_response(made, "application/zip", f"{number}-sakkunnig-{opinion_id}.zip")
