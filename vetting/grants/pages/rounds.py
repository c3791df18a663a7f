"""Rounds: those there are, a new one, one with its applications, and a list into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting.cases.models.cases import cases_by_state
from vetting.gates.domain.round_steps import RoundStanding, round_step
from vetting.grants.forms import NewRoundForm, RoundNumberForm, new_round_form
from vetting.grants.models import rounds as store
from vetting.grants.models.schemes import schemes
from vetting.grants.services import rounds as service
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.text import same_in_both
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

    from vetting.grants.models.rounds import Round
    from vetting.grants.models.schemes import GrantScheme
    from vetting.kernel.store.session import ReadingSession


blueprint = Blueprint("rounds", __name__)


@blueprint.get("/omgangar")
def index() -> str:
    """The board's rounds."""
    with reading_session() as session:
        return render_template(
            "grants/rounds/index.html", rounds=store.rounds(session, visitor.signed_in_person()), today=visitor.today()
        )


@blueprint.get("/omgangar/ny")
def new() -> str:
    """The form for a round."""
    return _new(_form_type()())


def _form_type() -> type[NewRoundForm]:
    """The form with what the board offers, and each of them with its budget line."""
    with reading_session() as session:
        by = visitor.signed_in_person()
        lines = [line for line in store.lines(session, by.board_id) if line.ended_at is None]
        return new_round_form(_schemes_on_offer(session), lines)


def _schemes_on_offer(session: ReadingSession) -> list[GrantScheme]:
    board_id = visitor.signed_in_person().board_id
    return [scheme for scheme in schemes(session, board_id) if scheme.ended_at is None]


def _new(form: NewRoundForm) -> str:
    with reading_session() as session:
        form.schemes.options = {str(scheme.id): same_in_both(scheme.name) for scheme in _schemes_on_offer(session)}
    if not form.schemes.options:
        del form.schemes
    return render_template("grants/rounds/new.html", form=form)


@blueprint.post("/omgangar/ny")
def create() -> Response:
    """Adds the round."""
    form = posted_form(_form_type())
    return act_by_form(
        form,
        lambda session: service.add_round(session, form.command(), by=visitor.signed_in_person(), at=visitor.now()),
        onto=lambda found: url_for("rounds.show", round_id=found.id),
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
        onto=url_for("rounds.show", round_id=round_id),
        again=lambda refused: _render_round(round_id, refused),
    )


def _render_round(round_id: int, refused: RoundNumberForm | None = None) -> str:
    found = _round(round_id)
    with reading_session() as session:
        filters = queues.QueueFilters(kind=CaseKind.GRANT, round_id=round_id, closed=True)
        listed = queues.case_queue(session, filters, rules_in_use(), by=visitor.signed_in_person(), on=visitor.today())
        offered = store.offered_in_round(session, round_id)
        states = cases_by_state(session, round_id, visitor.signed_in_person())
    standing = RoundStanding(found.opens_on, found.closes_on, found.closed_at is not None, states)
    return render_template(
        "grants/rounds/show.html",
        round=found,
        offered=offered,
        schemes_by_id={item.scheme.id: item.scheme for item in offered} if len(offered) > 1 else {},
        today=visitor.today(),
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
    return redirect_after_post(url_for("rounds.show", round_id=round_id))
