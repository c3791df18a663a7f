"""Rounds: those there are, a new one, one with its applications, and a list into it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting import grants
from vetting.casework.domain.round_steps import RoundProgress, round_step
from vetting.casework.models.cases import cases_by_state
from vetting.grants import own_round
from vetting.grants.domain.round_days import days_in_order, same_day_next_year
from vetting.grants.models import rounds as store
from vetting.grants.models.board_items import item_decisions
from vetting.grants.models.schemes import schemes
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.money import kronor
from vetting.kernel.text import _, same_in_both
from vetting.rounds import CHANGED, change_round
from vetting.web import visitor
from vetting.web.view_helpers import (
    act_by_form,
    in_transaction,
    posted_form,
    redirect_after_post,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session
from vetting.workspace.forms.rounds import LINE, ChangeRoundForm, NewRoundForm, RoundNumberForm, new_round_form
from vetting.workspace.services import queues

if TYPE_CHECKING:
    from flask import Response

    from vetting.grants.models.rounds import Round
    from vetting.grants.models.schemes import GrantScheme
    from vetting.kernel.store.session import ReadingSession


blueprint = Blueprint("rounds", __name__)
COPIES: Final = 4
"""So many rounds are offered to copy."""
A_YEAR: Final = timedelta(days=364)
"""So that a weekday stays the same."""


@blueprint.get("/omgangar")
def index() -> str:
    """The board's rounds."""
    with reading_session() as session:
        return render_template("workspace/rounds/index.html", rounds=store.rounds(session), today=visitor.today())


@blueprint.get("/omgangar/ny")
def new() -> str:
    """The form for a round; a copy of one that is named is filled in from it, a year later."""
    form_type = _form_type()
    last = _last_round()
    return _new(form_type(known=_a_year_later(last)) if last is not None else form_type(), last)


def _last_round() -> Round | None:
    """The round that is copied, where the address names one."""
    last_id = whole_number_in_address("fran")
    return _round(last_id) if last_id is not None else None


def _a_year_later(last: Round) -> dict[str, object]:
    """What a copy begins with: the days of a year later, the same grant schemes, next year's budget lines."""
    by = visitor.signed_in_person()
    with reading_session() as session:
        offered = store.offered_in_round(session, last.id)
        lines = {(line.name, line.year): line.id for line in store.lines(session, by.board_id) if not line.ended_at}
    on_offer = [item for item in offered if item.scheme.ended_at is None]
    known: dict[str, object] = {
        "name": grants.name_a_year_later(last.name, (last.closes_on + A_YEAR).year),
        **{
            name: same_day_next_year(day) if name == "report_on" else day + A_YEAR
            for name, _words, day in days_in_order(last, with_group=True)
        },
        "closes_at": last.closes_at,
        "schemes": tuple(str(item.scheme.id) for item in on_offer),
    }
    for item in on_offer:
        if item.line is not None:
            known[f"{LINE}{item.scheme.id}"] = lines.get((item.line.name, item.line.year + 1))
    return known


def _form_type() -> type[NewRoundForm]:
    """The form with what the board offers, and each of them with its budget line."""
    with reading_session() as session:
        by = visitor.signed_in_person()
        lines = [line for line in store.lines(session, by.board_id) if line.ended_at is None]
        return new_round_form(_schemes_on_offer(session), lines)


def _schemes_on_offer(session: ReadingSession) -> list[GrantScheme]:
    board_id = visitor.signed_in_person().board_id
    return [scheme for scheme in schemes(session, board_id) if scheme.ended_at is None]


def _new(form: NewRoundForm, last: Round | None = None) -> str:
    with reading_session() as session:
        form.schemes.options = {str(scheme.id): same_in_both(scheme.name) for scheme in _schemes_on_offer(session)}
        by = visitor.signed_in_person()
        known = [item for item in store.rounds(session) if last is None or item.id != last.id]
    if not form.schemes.options:
        del form.schemes
    if not by.with_group:
        del form.group_on
    if last is not None and last.budget:
        form.budget.hint = _("Förra årets var {amount}.", amount=kronor(last.budget))
    return render_template("workspace/rounds/new.html", form=form, last=last, known=known[:COPIES])


@blueprint.post("/omgangar/ny")
def create() -> Response:
    """Adds the round."""
    form = posted_form(_form_type())
    return act_by_form(
        form,
        lambda session: grants.add_round(session, form.command()),
        onto=lambda found: url_for("rounds.show", round_id=found.id),
        again=lambda refused: _new(refused, _last_round()),
    )


def _round(round_id: int) -> Round:
    with reading_session() as session:
        return own_round(session, round_id)


@blueprint.get("/omgangar/<int:round_id>/andra")
def change(round_id: int) -> str:
    """A round's name, days and budget, and what another day would change."""
    return _render_change(round_id)


def _render_change(round_id: int, refused: ChangeRoundForm | None = None) -> str:
    found = _round(round_id)
    form = refused or ChangeRoundForm(known={name: getattr(found, name) for name in CHANGED})
    if not visitor.signed_in_person().with_group:
        del form.group_on
    asks = any(problem.where == form.agreed.id for problem in form.problems) or bool(form.agreed.data)
    return render_template("workspace/rounds/change.html", round=found, form=form, asks=asks)


@blueprint.post("/omgangar/<int:round_id>/andra")
def save_change(round_id: int) -> Response:
    """Another name, other days or another budget; where something rests on a day, once that has been read."""
    _round(round_id)
    form = posted_form(ChangeRoundForm)
    return act_by_form(
        form,
        lambda session: change_round(session, round_id, form.command()),
        onto=url_for("rounds.show", round_id=round_id),
        again=lambda refused: _render_change(round_id, refused),
    )


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
        lambda session: grants.register_round(session, round_id, form.dnr.data),
        onto=url_for("rounds.show", round_id=round_id),
        again=lambda refused: _render_round(round_id, refused),
    )


def _render_round(round_id: int, refused: RoundNumberForm | None = None) -> str:
    found = _round(round_id)
    with reading_session() as session:
        filters = queues.QueueFilters(kind=CaseKind.GRANT, round_id=round_id, closed=True)
        listed = queues.case_queue(session, filters, on=visitor.today())
        offered = store.offered_in_round(session, round_id)
        states = cases_by_state(session, round_id)
        decided = item_decisions(session, round_id)
    standing = RoundProgress(found.opens_on, found.closes_on, found.closed_at is not None, states)
    return render_template(
        "workspace/rounds/show.html",
        round=found,
        offered=offered,
        all_year={item.scheme.id for item in offered if item.scheme.answer_days is not None},
        schemes_by_id={item.scheme.id: item.scheme for item in offered} if len(offered) > 1 else {},
        days=days_in_order(found, with_group=visitor.signed_in_person().with_group),
        today=visitor.today(),
        number_form=refused or RoundNumberForm(),
        listed=listed,
        decided=decided,
        states=states,
        step=round_step(standing, visitor.signed_in_person(), visitor.today()),
    )


@blueprint.post("/omgangar/<int:round_id>/avsluta")
def close(round_id: int) -> Response:
    """No more applications into it."""
    in_transaction(lambda session: grants.close_round(session, round_id))
    return redirect_after_post(url_for("rounds.show", round_id=round_id))
