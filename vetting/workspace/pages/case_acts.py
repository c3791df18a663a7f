"""What is done in a case from its page: each act is one form, one service, and back to the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, abort, url_for

from vetting import casework, money
from vetting.casework.models.cases import Case
from vetting.rules import rules_in_use
from vetting.web import visitor
from vetting.web.acting import act_on_case
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


@blueprint.post("/arenden/<number>/diarienummer")
def register(number: str) -> Response:
    """Gives the case its registry number."""
    form = posted_form(RegisterForm, key="register")
    return act_on_case(number, form, lambda session: casework.register_case(session, number, form.dnr.data))


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


@blueprint.post("/arenden/<number>/inget")
def nothing_found(number: str) -> Response:
    """Nothing found, for all value criteria that are only to be looked at."""
    return act_on_case(
        number, posted_form(PostedForm, key="nothing"), lambda session: casework.record_nothing_found(session, number)
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
        lambda session: act(
            session, number, version=version, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()
        ),
    )


@blueprint.post("/arenden/<number>/sett-igen")
def look_again(number: str) -> Response:
    """What follows from something new in a case that was returned to the queue."""
    form = posted_form(SecondLookForm, key="look-again")
    return act_on_case(number, form, lambda session: casework.note_second_look(session, number, form.text.data))


@blueprint.post("/arenden/<number>/komplettering")
def request_completion(number: str) -> Response:
    """Asks the association for what is missing."""
    form = posted_form(CompletionForm, key="completion")
    return act_on_case(
        number, form, lambda session: casework.request_completion(session, number, form.fact.data, form.command())
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


@blueprint.post("/arenden/<number>/handling")
def add_document(number: str) -> Response:
    """A document into the case."""
    form = posted_form(DocumentForm, key="document")
    return act_on_case(
        number, form, lambda session: casework.add_document(session, number, form.command(today=visitor.today()))
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


@blueprint.post("/arenden/<number>/klar")
def make_ready(number: str) -> Response:
    """Ready for decision."""
    return act_on_case(
        number, posted_form(ReadyForm, key="ready"), lambda session: casework.make_ready(session, number)
    )


@blueprint.post("/arenden/<number>/tillbaka")
def send_back(number: str) -> Response:
    """Back to handling."""
    return act_on_case(
        number, posted_form(SendBackForm, key="back"), lambda session: casework.send_back(session, number)
    )


@blueprint.post("/arenden/<number>/avsluta")
def close(number: str) -> Response:
    """Nothing more is to be done in a decided case."""
    form = posted_form(UnreportedForm, key="close")
    return act_on_case(number, form, lambda session: money.close_case(session, number, unreported=form.text.data or ""))


@blueprint.post("/arenden/<number>/aterkallad")
def withdraw(number: str) -> Response:
    """The applicant takes it back."""
    return act_on_case(
        number, posted_form(WithdrawalForm, key="withdraw"), lambda session: casework.withdraw_case(session, number)
    )


@blueprint.post("/arenden/<number>/referensgrupp")
def refer(number: str) -> Response:
    """To the reference group."""
    form = posted_form(ReferralForm, key="refer")
    return act_on_case(
        number,
        form,
        lambda session: casework.refer_to_group(session, number, form.question.data),
    )
