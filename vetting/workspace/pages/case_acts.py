"""What is done in a case from its page: each act is one form, one service, and back to the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, abort, url_for

from vetting import casework, money
from vetting.casework.models.cases import Case
from vetting.web import visitor
from vetting.web.acting import act_on_case, actions_of_case
from vetting.web.forms import PostedForm
from vetting.web.view_helpers import posted_form, posted_value
from vetting.workspace.forms.case_acts import (
    AidRegisteredForm,
    ApprovalForm,
    CompletionForm,
    FollowedUpForm,
    GapAcceptedForm,
    MarkForm,
    NoteForm,
    ReadyForm,
    RegisterForm,
    SecondLookForm,
    SendBackForm,
    SignatureForm,
    UnreportedForm,
    WithdrawalForm,
)
from vetting.workspace.forms.group import ConflictForm, NoConflictForm, ReferralForm
from vetting.workspace.forms.incoming import DocumentForm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response

    from vetting.kernel.store.session import WritingSession

blueprint = Blueprint("case_acts", __name__)
case_actions = actions_of_case(blueprint)


case_actions.add(
    "register",
    "/diarienummer",
    RegisterForm,
    lambda session, form, number: casework.register_case(session, number, form.dnr.data),
    key="register",
)


MARKS: Final[Mapping[str, type[MarkForm]]] = {
    "gap_accepted": GapAcceptedForm,
    "followed_up": FollowedUpForm,
    "aid_registered": AidRegisteredForm,
}
"""The marks that say why."""


@blueprint.post("/arenden/<number>/markera")
def mark(number: str) -> Response:
    """Papers opened, basic check done, a gap accepted."""
    given = posted_value("kind")
    form = posted_form(MARKS.get(given, MarkForm), key=f"mark-{given}")
    kind = form.mark
    if kind is None:
        abort(400)
    return act_on_case(number, form, lambda session: casework.mark_case(session, number, kind, text=form.text.data))


case_actions.add(
    "nothing_found",
    "/inget",
    PostedForm,
    lambda session, _form, number: casework.record_nothing_found(session, number),
    key="nothing",
)


@blueprint.post("/arenden/<number>/granskat")
def review(number: str) -> Response:
    """Signs that the case is gone through and nothing stands in its way."""
    form = posted_form(SignatureForm, key="review")
    return _of_clean_case(number, form, casework.sign_review)


@blueprint.post("/arenden/<number>/foresla-bevilja")
def propose_approval(number: str) -> Response:
    """Proposes all that is applied for, with the reasons that the points give."""
    form = posted_form(ApprovalForm, key="propose")
    return _of_clean_case(number, form, casework.propose_approval)


def _of_clean_case(number: str, form: SignatureForm | ApprovalForm, act: Callable[..., object]) -> Response:
    """An act in a case in whose way nothing stands, as it was when its page was read."""
    version = form.version.data
    if isinstance(form, ApprovalForm):
        form.undone_by = url_for("case_acts.send_back", number=number)
    return act_on_case(
        number,
        form,
        lambda session: act(session, number, version=version),
    )


case_actions.add(
    "look_again",
    "/sett-igen",
    SecondLookForm,
    lambda session, form, number: casework.note_second_look(session, number, form.text.data),
    key="look-again",
)
case_actions.add(
    "request_completion",
    "/komplettering",
    CompletionForm,
    lambda session, form, number: casework.request_completion(session, number, form.fact.data, form.command()),
    key="completion",
)


@blueprint.post("/arenden/<number>/anteckning")
def add_note(number: str) -> Response:
    """An official note, or a working note of one's own."""
    form = posted_form(NoteForm, key="note")

    def work(session: WritingSession) -> None:
        by = visitor.signed_in_person()
        note = casework.add_note(session, number, form.text.data, official=form.is_official, corrects=form.corrected)
        case = session.get_one(Case, note.case_id)
        form.tell_doubts(casework.doubts_about_note(note.text, (case.name, by.board)))

    return act_on_case(number, form, work, onto=url_for("cases.show", number=number, oppna="notes", _anchor="notes"))


@blueprint.post("/arenden/<number>/anteckning/<int:note_id>/ta-bort")
def remove_note(number: str, note_id: int) -> Response:
    """Throws a note of one's own away."""
    return act_on_case(
        number,
        posted_form(PostedForm, key="remove_note"),
        lambda session: casework.remove_note(session, number, note_id),
        onto=url_for("cases.show", number=number, oppna="notes", _anchor="notes"),
    )


case_actions.add(
    "add_document",
    "/handling",
    DocumentForm,
    lambda session, form, number: casework.add_document(session, number, form.command(today=visitor.today())),
    key="document",
)


BACK_TO: Final = {
    "decision": "deciding.draft",
    "review": "deciding.review",
    "rescission": "rescissions.new",
    "reclaims": "payments.reclaims",
    "payments": "payments.index",
}
"""Where the answer on conflict was given, and one goes on."""


@blueprint.post("/arenden/<number>/jav")
def conflict(number: str) -> Response:
    """Not in conflict, or stepping aside: then the case is gone for this person."""
    if posted_value("answer") == "no":
        return _not_in_conflict(number)
    form = posted_form(ConflictForm, key="conflict")
    return act_on_case(
        number,
        form,
        lambda session: casework.recuse_person(session, number, form.command()),
        onto=url_for("start_pages.start"),
    )


def _not_in_conflict(number: str) -> Response:
    form = posted_form(NoConflictForm, key="no-conflict")
    back = BACK_TO.get(form.back.data or "")
    return act_on_case(
        number,
        form,
        lambda session: casework.declare_no_conflict(session, number),
        onto=url_for(back, number=number) if back else "",
    )


case_actions.add(
    "make_ready", "/klar", ReadyForm, lambda session, _form, number: casework.make_ready(session, number), key="ready"
)
case_actions.add(
    "send_back",
    "/tillbaka",
    SendBackForm,
    lambda session, _form, number: casework.send_back(session, number),
    key="back",
)
case_actions.add(
    "close",
    "/avsluta",
    UnreportedForm,
    lambda session, form, number: money.close_case(session, number, unreported=form.text.data or ""),
    key="close",
)
case_actions.add(
    "withdraw",
    "/aterkallad",
    WithdrawalForm,
    lambda session, _form, number: casework.withdraw_case(session, number),
    key="withdraw",
)
case_actions.add(
    "refer",
    "/referensgrupp",
    ReferralForm,
    lambda session, form, number: casework.refer_to_group(session, number, form.question.data),
    key="refer",
)
