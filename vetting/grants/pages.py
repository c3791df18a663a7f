"""Rounds: those there are, a new one, one with its applications, and a list into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting.cases.models.cases import cases_by_state
from vetting.gates.domain.round_steps import RoundStanding, round_step
from vetting.grants import models as store
from vetting.grants import services as service
from vetting.grants.forms import NewRoundForm, RoundNumberForm
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.office.services import queues
from vetting.web import visitor
from vetting.web.view_moves import (
    act_by_form,
    in_transaction,
    posted_form,
    redirect_after_post,
    rules_in_use,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.grants.models import Round

blueprint = Blueprint("grants", __name__)


@blueprint.get("/omgangar")
def index() -> str:
    """The board's rounds."""
    with reading_session() as session:
        return render_template(
            "grants/index.html", rounds=store.rounds(session, visitor.signed_in_person()), today=visitor.today()
        )


@blueprint.get("/omgangar/ny")
def new() -> str:
    """The form for a round."""
    return _new(NewRoundForm())


def _new(form: NewRoundForm) -> str:
    return render_template("grants/new.html", form=form)


@blueprint.post("/omgangar/ny")
def create() -> Response:
    """Adds the round."""
    form = posted_form(NewRoundForm)
    return act_by_form(
        form,
        lambda session: service.add_round(session, form.command(), by=visitor.signed_in_person(), at=visitor.now()),
        onto=lambda found: url_for("grants.show", round_id=found.id),
        again=_new,
    )


def _round(round_id: int) -> Round:
    with reading_session() as session:
        found = store.round_of(session, visitor.signed_in_person(), round_id)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


@blueprint.get("/omgangar/<int:round_id>")
def show(round_id: int) -> str:
    """A round with its applications in figures, and the way to hand in a list."""
    return _render_round(round_id)


@blueprint.post("/omgangar/<int:round_id>/diarienummer")
def register(round_id: int) -> Response:
    """The round's number in the registry."""
    _round(round_id)
    form = posted_form(RoundNumberForm)
    return act_by_form(
        form,
        lambda session: service.register_round(
            session, round_id, form.dnr.data, by=visitor.signed_in_person(), at=visitor.now()
        ),
        onto=url_for("grants.show", round_id=round_id),
        again=lambda refused: _render_round(round_id, refused),
    )


def _render_round(round_id: int, refused: RoundNumberForm | None = None) -> str:
    found = _round(round_id)
    with reading_session() as session:
        filters = queues.QueueFilters(kind=CaseKind.GRANT, round_id=round_id, closed=True)
        listed = queues.case_queue(session, filters, rules_in_use(), by=visitor.signed_in_person(), on=visitor.today())
        states = cases_by_state(session, round_id, visitor.signed_in_person())
    standing = RoundStanding(found.opens_on, found.closes_on, found.closed_at is not None, states)
    return render_template(
        "grants/show.html",
        round=found,
        number_form=refused or RoundNumberForm(),
        listed=listed,
        states=states,
        step=round_step(standing, visitor.signed_in_person(), visitor.today()),
    )


@blueprint.post("/omgangar/<int:round_id>/avsluta")
def close(round_id: int) -> Response:
    """No more applications into it."""
    in_transaction(
        lambda session: service.close_round(session, round_id, by=visitor.signed_in_person(), at=visitor.now())
    )
    return redirect_after_post(url_for("grants.show", round_id=round_id))
