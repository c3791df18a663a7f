"""What cases lack, asked for in one act: the list, the letters of an act, and what is noted in one case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for

from vetting import casework
from vetting.casework.domain.completions import CompletionStage, due_after
from vetting.casework.models.completions import latest_batches
from vetting.grants.models.rounds import rounds
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Action
from vetting.people.models.people import names_of
from vetting.web import visitor
from vetting.web.acting import actions_of_case
from vetting.web.view_helpers import act_by_form, posted_form, posted_value, whole_number_in_address
from vetting.web.visitor import reading_session
from vetting.workspace.forms.completions import (
    ASK,
    REMIND,
    ContactForm,
    FormsOfCompletions,
    GapForm,
    ListGapsForm,
    ManyCompletionsForm,
)

if TYPE_CHECKING:
    from flask import Response

    from vetting.web.forms import PostedForm

blueprint = Blueprint("completions", __name__)
case_actions = actions_of_case(blueprint)


@blueprint.get("/kompletteringar")
def index() -> str:
    return _render_index()


def _render_index(refused: PostedForm | None = None) -> str:
    person = visitor.signed_in_person()
    kinds = person.kinds(Action.HANDLE)
    wanted = CaseKind.BOOKING if request.values.get("typ") == "bokning" else CaseKind.GRANT
    kind = wanted if wanted in kinds else kinds[0]
    round_id = whole_number_in_address("omgang") if kind is CaseKind.GRANT else None
    with reading_session() as session:
        found = casework.completion_overview(
            session, kind, on=visitor.today(), round_id=round_id, after=whole_number_in_address("efter") or 0
        )
        earlier = latest_batches(session, person.board_id, kind.value)
        people = names_of(session, {batch.by_user_id for batch in earlier if batch.by_user_id})
        known_rounds = rounds(session) if kind is CaseKind.GRANT else ()
    return render_template(
        "workspace/completions/index.html",
        kind=kind,
        groups=found.groups,
        Group=CompletionStage,
        more=found.more,
        refused=refused,
        of_list=found.of_list,
        accept=FormsOfCompletions(refused).list_gaps,
        forms={act: FormsOfCompletions(refused).letter(act, due_after(visitor.today())) for act in (ASK, REMIND)},
        batches=earlier,
        names=people,
        rounds=known_rounds,
        round_id=round_id,
        today=visitor.today(),
        both=len(kinds) > 1,
        page=casework.PAGE,
    )


@blueprint.post("/kompletteringar")
def ask() -> Response:
    """Asks every chosen association for what its case lacks, or reminds it."""
    form = posted_form(ManyCompletionsForm, key=REMIND if posted_value("act") == REMIND else ASK)
    return act_by_form(
        form,
        lambda session: casework.request_of_many(session, form.number.data, form.command()),
        onto=lambda batch: url_for("completions.show", completion_batch_id=batch.id),
        again=_render_index,
    )


@blueprint.post("/kompletteringar/godta")
def accept() -> Response:
    """What the list of several cases does not have is accepted as lacking, with one reason."""
    form = posted_form(ListGapsForm, key="gaps")
    return act_by_form(
        form,
        lambda session: casework.accept_list_gaps(session, form.number.data, form.fact.data, form.reason.data),
        onto=url_for("completions.index", typ=form.typ.data or None, omgang=form.omgang.data),
        again=_render_index,
    )


@blueprint.get("/kompletteringar/<int:completion_batch_id>")
def show(completion_batch_id: int) -> str:
    """The letters of one act."""
    with reading_session() as session:
        batch = casework.completion_batch_of_person(session, completion_batch_id)
        found = casework.letters_of(session, batch)
        left = casework.left_of(session, batch)
        people = names_of(session, {batch.by_user_id} if batch.by_user_id else set())
    return render_template(
        "workspace/completions/show.html",
        batch=batch,
        letters=found,
        left=left,
        names=people,
        unsent=sum(letter.sent_at is None for letter, _case in found),
    )


case_actions.add(
    "note_gap",
    "/brist",
    GapForm,
    lambda session, form, number: casework.note_gap(session, number, form.command()),
    key="gap",
)
case_actions.add(
    "contact",
    "/kontakt",
    ContactForm,
    lambda session, form, number: casework.set_contact(session, number, form.command()),
    key="contact",
)
