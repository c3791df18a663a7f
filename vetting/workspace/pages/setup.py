"""Kom igång: six steps that a new board sets up, each with a default, each can be skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for
from sqlalchemy import select

from vetting import people, rules
from vetting.kernel.case_kinds import CaseKind
from vetting.people import SetupStep
from vetting.people.models.people import Board, Unit
from vetting.rules import rules_in_use
from vetting.web import visitor
from vetting.web.view_helpers import act_by_form, posted_form
from vetting.web.visitor import reading_session
from vetting.workspace.forms.settings import BoardNameForm, FormsOfSetup, LetterheadForm, RulesForm, SkipForm, WayForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.kernel.store.session import WritingSession
    from vetting.kernel.text import Words
    from vetting.web.forms import PostedForm

blueprint = Blueprint("setup", __name__)


@blueprint.get("/kom-igang")
def show() -> str:
    """What is done, what remains."""
    return _render_setup()


def _render_setup(refused: PostedForm | None = None) -> str:
    own = visitor.signed_in_person().board_id
    with reading_session() as session:
        board = session.get_one(Board, own)
        order = rules.settings_of_board(session, own, on=visitor.today())
        unit = session.scalar(select(Unit.name).where(Unit.board_id == own).order_by(Unit.id).limit(1)) or ""
        return render_template(
            "workspace/setup/show.html",
            steps=rules.setup_steps(session, board),
            refused=refused,
            forms=FormsOfSetup(refused, order, unit),
            sets={kind: _sets_of(kind) for kind in CaseKind},
            order=order,
        )


def _sets_of(kind: CaseKind) -> dict[str, Words]:
    return {ruleset.id: ruleset.title for ruleset in rules_in_use().folder.sets.values() if kind in ruleset.kinds}


def _act_on_setup(form: PostedForm, work: Callable[[WritingSession], object]) -> Response:
    return act_by_form(form, work, onto=url_for("setup.show"), again=_render_setup)


@blueprint.post("/kom-igang/hoppa-over")
def skip() -> Response:
    """Leaves a step for now."""
    form = posted_form(SkipForm, key="skip")
    return _act_on_setup(form, lambda s: rules.skip_step(s, SetupStep(form.step.data)))


@blueprint.post("/kom-igang/namnd")
def name_board() -> Response:
    """The board and its unit."""
    form = posted_form(BoardNameForm, key="board")
    return _act_on_setup(
        form,
        lambda s: rules.name_board(s, form.name.data, form.unit.data),
    )


@blueprint.post("/kom-igang/arbetssatt")
def set_way() -> Response:
    """The way of working."""
    form = posted_form(WayForm, key="way")
    return _act_on_setup(form, lambda s: rules.set_way(s, form.command()))


@blueprint.post("/kom-igang/regler")
def choose_rules() -> Response:
    """The rules, and when the board adopted them."""
    form = posted_form(RulesForm, key="rules")
    return _act_on_setup(form, lambda s: rules.choose_rules(s, form.command()))


@blueprint.post("/kom-igang/brevhuvud")
def letterhead() -> Response:
    """What stands first on letters."""
    form = posted_form(LetterheadForm, key="letterhead")
    return _act_on_setup(
        form,
        lambda s: people.set_letterhead(s, form.letterhead.data),
    )
