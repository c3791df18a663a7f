"""Kinds of letting: those the board tells apart, a new one, and one with its rules and rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting import rules
from vetting.bookings.forms import LettingKindForm
from vetting.bookings.services import letting_kinds as service
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import same_in_both
from vetting.people.models.letting_kinds import letting_kinds, rooms_let_as
from vetting.rules import open_letting_kind, rulesets_to_choose
from vetting.web import visitor
from vetting.web.forms import PostedForm
from vetting.web.page_actions import PageActions
from vetting.web.view_helpers import act_by_form, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.kernel.store.session import ReadingSession
    from vetting.kernel.text import Words
    from vetting.people.models.letting_kinds import LettingKind
    from vetting.rules.models import RulePublication

blueprint = Blueprint("letting_kinds", __name__)


@blueprint.get("/uthyrningsformer")
def index() -> str:
    """The board's kinds of letting, each with its rooms and its rules, and the form for one more."""
    return _index(LettingKindForm())


def _index(form: LettingKindForm) -> str:
    by = visitor.signed_in_person()
    form.ruleset.options = _rules_to_choose()
    with reading_session() as session:
        found = letting_kinds(session, by.board_id)
        return render_template(
            "bookings/letting_kinds/index.html",
            kinds=found,
            rooms={item.id: rooms_let_as(session, item.id) for item in found},
            rules={item.id: _own_rules(session, item) for item in found},
            common=rules.rules_in_force(session, by.board_id, CaseKind.BOOKING, on=visitor.today()),
            form=form,
        )


def _own_rules(session: ReadingSession, item: LettingKind) -> RulePublication | None:
    """The version of its own rules that holds today."""
    if not item.ruleset:
        return None
    return rules.publication_in_force(session, item.board_id, CaseKind.BOOKING, on=visitor.today(), own=item.ruleset)


def _rules_to_choose() -> dict[str, Words]:
    with reading_session() as session:
        found = rulesets_to_choose(session)
    return {name: same_in_both(title) for name, title in found.items()}


@blueprint.post("/uthyrningsformer")
def create() -> Response:
    """Adds the kind of letting."""
    form = posted_form(LettingKindForm)
    return act_by_form(
        form,
        lambda session: service.add_letting_kind(session, form.name.data, form.ruleset.data),
        onto=lambda found: url_for("letting_kinds.show", kind_id=found.id),
        again=_index,
    )


@blueprint.get("/uthyrningsformer/<int:kind_id>")
def show(kind_id: int) -> str:
    """A kind of letting: its rules, its rooms, and the form that changes it."""
    return _show(kind_id)


def _show(kind_id: int, refused: PostedForm | None = None) -> str:
    by = visitor.signed_in_person()
    with reading_session() as session:
        found = open_letting_kind(session, kind_id)
        form = refused if isinstance(refused, LettingKindForm) else LettingKindForm(known=_as_known(found))
        form.ruleset.options = _rules_to_choose() | (
            {found.ruleset: same_in_both(found.ruleset)} if found.ruleset else {}
        )
        return render_template(
            "bookings/letting_kinds/show.html",
            item=found,
            rooms=rooms_let_as(session, found.id),
            own=_own_rules(session, found),
            common=rules.rules_in_force(session, by.board_id, CaseKind.BOOKING, on=visitor.today()),
            form=form,
            refused=refused,
        )


def _as_known(found: LettingKind) -> dict[str, object]:
    return {"name": found.name, "ruleset": found.ruleset}


kind_actions = PageActions[int](
    blueprint,
    "/uthyrningsformer/<int:kind_id>",
    page=_show,
    onto=lambda kind_id: url_for("letting_kinds.show", kind_id=kind_id),
)
kind_actions.add(
    "change",
    "",
    LettingKindForm,
    lambda session, form, kind_id: service.change_letting_kind(session, kind_id, form.name.data, form.ruleset.data),
)
kind_actions.add(
    "end", "/avsluta", PostedForm, lambda session, _form, kind_id: service.end_letting_kind(session, kind_id), key="end"
)
