"""The scheme of delegation, absences with substitutes, and the list of delegated decisions to report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting import people as service
from vetting.casework.forms.delegation import AbsenceForm, DelegationForm, FormsOfDelegation, ReportForm
from vetting.casework.services import reported_decisions
from vetting.casework.services.delegation_lists import delegation_list
from vetting.formats.letters import DOCX
from vetting.kernel.roles import ROLE_WORDS, Action, Role
from vetting.kernel.text import OFFICIAL, same_in_both
from vetting.people import add_delegation, answer_delegation, end_delegation, may_agree, paper_docx
from vetting.people.domain.delegation import ACT_WORDS, DECISION_AUTHORITY_WORDS, KINDS
from vetting.people.models.delegation import absences, delegations
from vetting.people.models.people import colleagues, names_of
from vetting.web import visitor
from vetting.web.forms import AnswerForm, PostedForm
from vetting.web.view_helpers import act_by_form, attachment_response, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.kernel.store.session import WritingSession

blueprint = Blueprint("delegation", __name__)


@blueprint.get("/delegation")
def index() -> str:
    return _render_scheme()


def _render_scheme(refused: PostedForm | None = None) -> str:
    person = visitor.signed_in_person()
    forms = FormsOfDelegation(refused)
    with reading_session() as session:
        scheme = delegations(session, person.board_id)
        away = absences(session, person.board_id, visitor.today())
        makers = {
            user.id: same_in_both(user.name) for user in colleagues(session, person.board_id, Role.DECISION_MAKER)
        }
        people = {user.id: same_in_both(user.name) for user in colleagues(session, person.board_id, *Role)}
        stand_in = makers if person.id in makers else people
        ids = {row.user_id for row in scheme if row.user_id} | {row.user_id for row in away}
        names = names_of(session, ids | {row.substitute_id for row in away})
    return render_template(
        "casework/delegation/index.html",
        scheme=scheme,
        away=away,
        decides=person.id in makers,
        works_here=person.id in people,
        names=names,
        refused=refused,
        row_form=forms.row(makers),
        absence_form=forms.absence({key: name for key, name in stand_in.items() if key != person.id}),
        kinds=KINDS,
        act_words=ACT_WORDS,
        maker_words=DECISION_AUTHORITY_WORDS,
        roles=ROLE_WORDS,
        today=visitor.today(),
        may_change=person.may(Action.MANAGE_BOARD),
        may_agree=lambda row: may_agree(person, row.asked_by_id, row.user_id),
    )


def _act_on_scheme(form: PostedForm, work: Callable[[WritingSession], object]) -> Response:
    return act_by_form(form, work, onto=url_for("delegation.index"), again=_render_scheme)


@blueprint.post("/delegation")
def add() -> Response:
    form = posted_form(DelegationForm, key="row")

    def take_in(s: WritingSession) -> None:
        row = form.command(visitor.today())
        if add_delegation(s, row).waits:
            form.tell_waiting()

    return _act_on_scheme(form, take_in)


@blueprint.post("/delegation/<int:delegation_id>/svar")
def answer(delegation_id: int) -> Response:
    """The second person's yes or no to a row."""
    form = posted_form(AnswerForm)
    return _act_on_scheme(form, lambda s: answer_delegation(s, delegation_id, yes=form.is_yes))


@blueprint.post("/delegation/<int:delegation_id>/avsluta")
def end(delegation_id: int) -> Response:
    """Ends a row today."""
    last = visitor.today()
    return _act_on_scheme(posted_form(PostedForm), lambda s: end_delegation(s, delegation_id, last))


@blueprint.post("/delegation/franvaro")
def be_absent() -> Response:
    """Somebody else decides for some days."""
    form = posted_form(AbsenceForm, key="absence")
    return _act_on_scheme(
        form,
        lambda s: service.be_absent(
            s,
            visitor.signed_in_person().id,
            form.substitute_id.key,
            form.first_on.data or visitor.today(),
            form.last_on.day,
        ),
    )


@blueprint.post("/delegation/franvaro/<int:absence_id>/avsluta")
def come_back(absence_id: int) -> Response:
    """Ends an absence."""
    return _act_on_scheme(posted_form(PostedForm), lambda s: service.come_back(s, absence_id))


@blueprint.get("/delegation/anmal")
def unreported_decisions() -> str:
    """Delegated decisions that the board has not been told of."""
    return _render_unreported(ReportForm(known={"on": visitor.today()}))


def _render_unreported(form: ReportForm) -> str:
    with reading_session() as session:
        waiting = reported_decisions.unreported_decisions(session, Action.READ_REGISTERS)
        number = reported_decisions.count_unreported(session, Action.READ_REGISTERS)
    return render_template(
        "casework/delegation/unreported_decisions.html",
        waiting=waiting,
        number=number,
        form=form,
        may_note=visitor.signed_in_person().may(Action.REGISTER_CASE),
    )


@blueprint.get("/delegation/anmal.docx")
def unreported_as_word() -> Response:
    """The list to the board as Word, in the board's language and template."""
    by, on = visitor.signed_in_person(), visitor.today()
    with reading_session() as session:
        made = paper_docx(session, by.board_id, delegation_list(session, on=on), OFFICIAL)
    return attachment_response(made, DOCX, f"anmalan-delegationsbeslut-{on.isoformat()}.docx")


@blueprint.post("/delegation/anmal")
def report() -> Response:
    form = posted_form(ReportForm)
    return act_by_form(
        form,
        lambda s: reported_decisions.report_decisions(s, form.decision.keys, form.on.day, form.paragraph.data),
        onto=url_for("delegation.unreported_decisions"),
        again=_render_unreported,
    )
