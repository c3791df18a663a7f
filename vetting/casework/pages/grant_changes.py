"""A request to change a decided grant: what is asked, what is proposed, the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting.casework.domain.grant_changes import GRANT_CHANGE_STATE_WORDS, GRANT_CHANGE_WORDS
from vetting.casework.forms.decisions import DecidedChangeForm, GrantChangeForm, ProposedChangeForm
from vetting.casework.models.decisions import Decision
from vetting.casework.models.grant_changes import changes_of_case
from vetting.casework.services import before_decision
from vetting.casework.services import grant_changes as service
from vetting.casework.services.readable_cases import has_answered_on_conflict, open_case_to_read
from vetting.web import visitor
from vetting.web.forms import FormsOfPage
from vetting.web.page_actions import PageActions
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from vetting.web.forms import PostedForm

blueprint = Blueprint("grant_changes", __name__)


@blueprint.get("/arenden/<number>/andring")
def show(number: str) -> str:
    """What has been asked and decided, and what is next."""
    return _show(number)


def _show(number: str, refused: PostedForm | None = None) -> str:
    person = visitor.signed_in_person()
    forms = FormsOfPage(refused)
    with reading_session() as session:
        case, _answered = open_case_to_read(session, number)
        rows = changes_of_case(session, case.id)
        keys = [row.decision_id for row in rows if row.decision_id is not None]
        decisions = {key: session.get_one(Decision, key) for key in keys}
        makers = before_decision.makers_of(session, visitor.today())
        answered = has_answered_on_conflict(session, case, person.id)
    waiting = next((row for row in rows if row.decision_id is None), None)
    return render_template(
        "casework/grant_changes/show.html",
        case=case,
        rows=rows,
        waiting=waiting,
        decisions=decisions,
        kind_words=GRANT_CHANGE_WORDS,
        state_words_of=GRANT_CHANGE_STATE_WORDS,
        can_change=case.state in service.CHANGED,
        makers=makers,
        answered_on_conflict=answered,
        refused=refused,
        ask=forms.form(GrantChangeForm, "ask"),
        propose_form=forms.form(ProposedChangeForm, "propose"),
        decide_form=forms.form(DecidedChangeForm, "decide", {"version": waiting.version if waiting else 0}),
    )


def _onto(number: str) -> str:
    return url_for("grant_changes.show", number=number)


page_actions = PageActions[str](
    blueprint,
    "/arenden/<number>",
    page=_show,
    onto=_onto,
)
page_actions.add(
    "ask",
    "/andring",
    GrantChangeForm,
    lambda session, form, number: service.ask_for_change(session, number, form.command(visitor.today())),
    key="ask",
)
page_actions.add(
    "propose",
    "/andring/forslag",
    ProposedChangeForm,
    lambda session, form, number: service.propose_change(
        session, number, approves=form.approves.data, reasons=form.reasons.data, report_on=form.report_on.data
    ),
    key="propose",
)
page_actions.add(
    "decide",
    "/andring/beslut",
    DecidedChangeForm,
    lambda session, form, number: service.decide_change(session, number, version=form.version.data, form=form.how()),
    key="decide",
)
