"""Samples: drawn, drawn again to be checked, and what was found in each case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting.kernel.problem import Obstacle, Refused
from vetting.money.domain.samples import (
    RISK_WORDS,
    SAMPLE_RESULT_WORDS,
    SAMPLE_WAY_WORDS,
    SAMPLED_WORDS,
    RiskFact,
    SampleResult,
)
from vetting.money.forms.follow_up import NewSampleForm, SampleResultForm
from vetting.money.models.grant_routines import grant_routine
from vetting.money.models.samples import drawn_cases, find_sample, numbers_drawn, samples
from vetting.money.services import samples as service
from vetting.people.models.people import names_of
from vetting.web import visitor
from vetting.web.forms import FormsOfPage
from vetting.web.view_helpers import act_by_form, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.web.forms import PostedForm

blueprint = Blueprint("samples", __name__)


@blueprint.get("/uppfoljning/stickprov")
def index() -> str:
    """The samples that were drawn, and a new one."""
    return _index()


def _index(refused: PostedForm | None = None) -> str:
    by = visitor.signed_in_person()
    with reading_session() as session:
        rows = samples(session, by.board_id)
        routine = grant_routine(session, by.board_id)
    year = visitor.today().replace(month=1, day=1)
    return render_template(
        "money/samples/index.html",
        rows=rows,
        routine=routine,
        kinds=SAMPLED_WORDS,
        ways=SAMPLE_WAY_WORDS,
        risks=RISK_WORDS,
        form=FormsOfPage(refused).form(NewSampleForm, "sample", {"first": year, "last": visitor.today(), "size": 10}),
        refused=refused,
    )


@blueprint.post("/uppfoljning/stickprov")
def draw() -> Response:
    """Draws one."""
    form = posted_form(NewSampleForm, key="sample")
    return act_by_form(
        form,
        lambda session: service.draw(session, form.command()),
        onto=lambda sample: url_for("samples.show", sample_number=sample.number),
        again=_index,
    )


@blueprint.get("/uppfoljning/stickprov/<sample_number>")
def show(sample_number: str) -> str:
    """What was drawn and why, drawn again, and what was found."""
    return _show(sample_number)


def _show(sample_number: str, refused: PostedForm | None = None) -> str:
    by = visitor.signed_in_person()
    with reading_session() as session:
        sample = find_sample(session, by.board_id, sample_number)
        if sample is None:
            raise Refused(Obstacle.MISSING)
        rows = drawn_cases(session, sample.id)
        drawn = len(numbers_drawn(session, sample.id))
        again = service.draw_again(session, sample)
        people = names_of(session, {row.by_user_id for row, _case in rows if row.by_user_id} | {sample.by_user_id})
    return render_template(
        "money/samples/show.html",
        sample=sample,
        rows=rows,
        again=again,
        people=people,
        unseen=drawn - len(rows),
        kinds=SAMPLED_WORDS,
        ways=SAMPLE_WAY_WORDS,
        risks={fact.value: RISK_WORDS[fact] for fact in RiskFact},
        results=SAMPLE_RESULT_WORDS,
        forms=FormsOfPage(refused),
        new_form=SampleResultForm,
        refused=refused,
    )


@blueprint.post("/uppfoljning/stickprov/<sample_number>/<number>")
def note(sample_number: str, number: str) -> Response:
    form = posted_form(SampleResultForm, key=f"result-{number}")
    return act_by_form(
        form,
        lambda session: service.note_result(
            session, sample_number, number, SampleResult(form.result.data), form.text.data, version=form.version.data
        ),
        onto=url_for("samples.show", sample_number=sample_number),
        again=lambda refused: _show(sample_number, refused),
    )
