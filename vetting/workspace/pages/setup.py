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
from vetting.web.page_actions import SinglePageActions
from vetting.web.visitor import reading_session
from vetting.workspace.forms.settings import BoardNameForm, FormsOfSetup, LetterheadForm, RulesForm, SkipForm, WayForm

if TYPE_CHECKING:
    from vetting.kernel.text import Words
    from vetting.web.forms import PostedForm

blueprint = Blueprint("setup", __name__)


@blueprint.get(
    "/kom-igang",
)
def show() -> str:
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


setup_actions = SinglePageActions(
    blueprint,
    page=_render_setup,
    onto=lambda: url_for("setup.show"),
)
setup_actions.add(
    "skip", "/kom-igang/hoppa-over", SkipForm, lambda s, form: rules.skip_step(s, SetupStep(form.step.data)), key="skip"
)
setup_actions.add(
    "name_board",
    "/kom-igang/namnd",
    BoardNameForm,
    lambda s, form: rules.name_board(s, form.name.data, form.unit.data),
    key="board",
)
setup_actions.add(
    "set_way", "/kom-igang/arbetssatt", WayForm, lambda s, form: rules.set_way(s, form.command()), key="way"
)
setup_actions.add(
    "choose_rules", "/kom-igang/regler", RulesForm, lambda s, form: rules.choose_rules(s, form.command()), key="rules"
)
setup_actions.add(
    "letterhead",
    "/kom-igang/brevhuvud",
    LetterheadForm,
    lambda s, form: people.set_letterhead(s, form.letterhead.data),
    key="letterhead",
)
