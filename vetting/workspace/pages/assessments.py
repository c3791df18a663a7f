"""Answers to criteria: given with their evidence, kept while they are written, taken back."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from flask import Blueprint, url_for

from vetting import casework
from vetting.kernel.problem import Refused
from vetting.kernel.text import _
from vetting.web import visitor
from vetting.web.acting import CASE_PAGE, act_on_case
from vetting.web.view_helpers import act_by_form, in_transaction, posted_form, posted_value
from vetting.workspace.forms.assessments import AssessmentForm, PointForm, WithdrawAnswerForm

if TYPE_CHECKING:
    from flask import Response

    from vetting.kernel.store.session import WritingSession

blueprint = Blueprint("assessments", __name__)
DRAFT_KEPT: Final = _(
    "Utkastet är sparat. Saknar det svar, eller är svaret ej uppfyllt, är punkten öppen för alla: "
    "ärendet kan inte signeras eller föreslås i ett steg."
)


@blueprint.post("/arenden/<number>/bedom")
def assess(number: str) -> Response:
    """One answer to one criterion, with its evidence; one that is refused is kept as a draft too."""
    form = posted_form(AssessmentForm, key=posted_value("criterion"))
    return act_by_form(
        form,
        lambda session: casework.assess(
            session, number, form.command(arrived_on=visitor.today()), version=form.version.data
        ),
        onto=url_for("cases.show", number=number) + f"#{form.criterion.data}",
        again=lambda refused: _kept_and_again(number, refused),
    )


def _kept_and_again(number: str, form: AssessmentForm) -> str:
    if form.draft():
        with suppress(Refused):
            in_transaction(lambda session: _save(session, number, form))
    return CASE_PAGE.function(number, form)


def _save(session: WritingSession, number: str, form: AssessmentForm) -> object:
    return casework.save_draft(session, number, form.criterion.data, form.draft())


@blueprint.post("/arenden/<number>/utkast")
def save_draft(number: str) -> Response:
    """Keeps an answer that is being written."""
    point = posted_form(PointForm, key=posted_value("criterion"))
    written = posted_form(AssessmentForm, key=point.key)
    point.receipt = DRAFT_KEPT
    return act_on_case(
        number,
        point,
        lambda session: _save(session, number, written),
        onto=url_for("cases.show", number=number, punkt=point.criterion.data),
    )


@blueprint.post("/arenden/<number>/utkast/kasta")
def discard_draft(number: str) -> Response:
    """Throws an answer that was being written away."""
    form = posted_form(PointForm, key=posted_value("criterion"))
    return act_on_case(number, form, lambda session: casework.discard_draft(session, number, form.criterion.data))


@blueprint.post("/arenden/<number>/aterta")
def withdraw(number: str) -> Response:
    form = posted_form(WithdrawAnswerForm, key=f"withdraw-{posted_value('criterion')}")
    return act_on_case(
        number, form, lambda session: casework.withdraw_answer(session, number, form.criterion.data, form.reason.data)
    )
