"""The forms of a case's page, each as it is to be shown: blank, with what is known, or as it was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import request

from vetting.casework.domain.completions import GapState
from vetting.casework.domain.next_steps import CaseAct
from vetting.engine.facts import FactSupplier
from vetting.kernel.hooks import Hook
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.text import Words, _, same_in_both
from vetting.web.forms import FormsOfPage, PostedForm
from vetting.web.preferences import visitor_language
from vetting.web.view_helpers import whole_number_in_address
from vetting.workspace.forms.assessments import ANSWERS, NOTHING_FOUND, AssessmentForm, PointForm, WithdrawAnswerForm
from vetting.workspace.forms.bookings import DeviationWithdrawalForm
from vetting.workspace.forms.case_acts import (
    AidRegisteredForm,
    CompletionForm,
    FollowedUpForm,
    GapAcceptedForm,
    NoteForm,
    RegisterForm,
    SecondLookForm,
    UnreportedForm,
)
from vetting.workspace.forms.completions import ContactForm, GapForm
from vetting.workspace.forms.deciding import (
    MET,
    CommunicationForm,
    HearingForm,
    ReconsiderationForm,
    ReplyForm,
    ReplyTimeForm,
    reply_form,
)
from vetting.workspace.forms.endings import HandoverForm
from vetting.workspace.forms.group import ConflictForm, ExpertAnswerForm, ExpertForm, ReferralForm
from vetting.workspace.forms.incoming import DocumentForm, HandedInFilesForm
from vetting.workspace.pages.case_steps import STEP_LOOKS
from vetting.workspace.pages.case_wording import adverse_points, catalogue_of, own_draft, paper_types, point_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetting.casework.models.cases import Communication
    from vetting.engine.results import Finding
    from vetting.workspace.services.case_files import CaseFile

LONGEST_PLACE = 80
FOLDED_AWAY: Final = (
    CaseAct.ACCEPT_TERMS,
    CaseAct.CHANGE_ACCOUNT,
    CaseAct.CHANGE_CONTACT,
    CaseAct.REGISTER,
    CaseAct.REFER,
    CaseAct.STEP_ASIDE,
    CaseAct.HAND_TO_BOARD,
)
"""Acts whose forms stand together at the end of the page."""

ACCOUNT_FORM: Final = Hook[type[PostedForm]]("the form of a new account")
ACCEPTANCE_FORM: Final = Hook[type[PostedForm]]("the form of accepted terms")
LEAVE_OUT_FORM: Final = Hook[type[PostedForm]]("the form of a time that is left out")
"""Forms of acts whose views lie with money and bookings."""


class FormsOfCase(FormsOfPage):
    """What a case's page draws its forms from. refused: the one that was posted and refused, if any."""

    def __init__(self, file: CaseFile, refused: PostedForm | None) -> None:
        super().__init__(refused)
        self._file = file

    @property
    def opened(self) -> str:
        """The criterion whose point stands open."""
        if isinstance(self.refused, PointForm):
            return self.refused.criterion.typed
        return "" if self.refused is not None else request.args.get("punkt", "")

    def opens_in(self, findings: Iterable[Finding]) -> bool:
        """Whether the open point is one of them."""
        return any(finding.criterion.id == self.opened for finding in findings)

    def at_work(self, criterion: str) -> bool:
        """Whether this person is answering it just now: refused, left as a draft, or with a paper chosen for it."""
        refused = isinstance(self.refused, PointForm) and self.opened == criterion
        return refused or self.shows_draft(criterion) or bool(self._paper())

    def of_act(self, act: CaseAct) -> PostedForm:
        """The form by which an act is done."""
        form: PostedForm = getattr(self, STEP_LOOKS[act].form)
        return form

    def shows_form(self, act: CaseAct) -> bool:
        """Whether the form of an act stands open: asked for, or refused."""
        if self.refused is not None:
            return self.of_act(act) is self.refused
        return request.args.get("oppna") == act

    @property
    def shows_more(self) -> bool:
        """Whether one of the forms that are folded away at the end of the page stands open."""
        return any(self.shows_form(act) for act in FOLDED_AWAY)

    @property
    def about_point(self) -> bool:
        """Whether what was refused is told in the open point rather than first on the page."""
        return isinstance(self.refused, AssessmentForm)

    @property
    def register(self) -> RegisterForm:
        """The case's number in the registry."""
        return self.form(RegisterForm, "register")

    @property
    def gap_accepted(self) -> GapAcceptedForm:
        """Why the case can be decided though something is missing."""
        return self.form(GapAcceptedForm, "mark-gap_accepted", {"kind": "gap_accepted"})

    @property
    def followed_up(self) -> FollowedUpForm:
        return self.form(FollowedUpForm, "mark-followed_up", {"kind": "followed_up"})

    @property
    def unreported(self) -> UnreportedForm:
        """Why the case is closed though no report has been gone through."""
        return self.form(UnreportedForm, "close")

    @property
    def aid_registered(self) -> AidRegisteredForm:
        """When the aid was entered in the register."""
        return self.form(AidRegisteredForm, "mark-aid_registered", {"kind": "aid_registered"})

    @property
    def second_look(self) -> SecondLookForm:
        return self.form(SecondLookForm, "look-again")

    @property
    def note(self) -> NoteForm:
        """A note."""
        return self.form(NoteForm, "note")

    @property
    def completion(self) -> CompletionForm:
        """What the association is asked for: what is missing is ticked."""
        file, catalogue = self._file, catalogue_of(self._file)
        lacking = tuple(gap.fact for gap in file.gaps if gap.state == "missing")
        form = self.form(CompletionForm, "completion", {"fact": lacking})
        form.fact.options = {
            fact: catalogue[fact].label
            for fact in file.missing
            if catalogue[fact].supplied_by is FactSupplier.APPLICANT
        }
        return form

    @property
    def gap(self) -> GapForm:
        file, catalogue = self._file, catalogue_of(self._file)
        form = self.form(GapForm, "gap", {"state": GapState.PROMISED.value})
        form.fact.options = {gap.fact: catalogue[gap.fact].label for gap in file.gaps}
        form.state.options = {GapState.PROMISED.value: _("Föreningen har lovat att skicka in det")}
        if file.documents:
            form.state.options |= {GapState.ELSEWHERE.value: _("Det finns i en annan handling")}
        if file.documents:
            form.document.options = self._documents()
        elif "document" in form:
            del form.document
        return form

    @property
    def contact(self) -> ContactForm:
        """Where letters go."""
        known = self._file.contact
        if known is None:
            return self.form(ContactForm, "contact")
        return self.form(
            ContactForm,
            "contact",
            {
                "function": known.function,
                "email": known.email,
                "postal": known.postal,
                "letter_language": known.language,
            },
        )

    @property
    def document(self) -> DocumentForm:
        """A document into the case."""
        catalogue = catalogue_of(self._file)
        form = self.form(DocumentForm, "document")
        form.type.options = {name: catalogue[name].label for name in paper_types(self._file)}
        return form

    @property
    def communication(self) -> CommunicationForm:
        known = self._file.contact
        return self.form(
            CommunicationForm,
            "communicate",
            {
                "what": adverse_points(self._file).to(visitor_language()),
                "sent_to": known.email if known is not None else "",
            },
        )

    @property
    def hearing(self) -> HearingForm:
        return self.form(HearingForm, "hear", {"what": adverse_points(self._file).to(visitor_language())})

    def reply(self, row: Communication) -> ReplyForm:
        several = row.points if len(row.points) > 1 else ()
        labels = {point: point_label(self._file, point) for point in several}
        known = {f"{MET}{point}": row.met.get(point, "") for point in several}
        return self.form(
            ReplyForm,
            f"reply-{row.id}",
            {"communication": row.id, "reply": row.reply, **known},
            reply_form(labels),
        ).with_words(labels)

    def reply_time(self, row: Communication) -> ReplyTimeForm:
        return self.form(ReplyTimeForm, f"extend-{row.id}", {"communication": row.id})

    @property
    def reconsideration(self) -> ReconsiderationForm:
        """Why the case is opened again."""
        return self.form(ReconsiderationForm, "reconsider")

    @property
    def expert(self) -> ExpertForm:
        form = self.form(ExpertForm, "expert")
        form.documents.options = {str(key): name for key, name in self._documents().items()}
        return form

    def expert_answer(self, opinion_id: int) -> ExpertAnswerForm:
        return self.form(ExpertAnswerForm, f"expert-answer-{opinion_id}")

    @property
    def referral(self) -> ReferralForm:
        """A question to the reference group."""
        return self.form(ReferralForm, "refer")

    @property
    def handover(self) -> HandoverForm:
        return self.form(HandoverForm, "handover")

    @property
    def conflict(self) -> ConflictForm:
        """Why one leaves the case."""
        form = self.form(ConflictForm, "conflict", {"answer": "yes"})
        form.ground.hint = _(
            "Du ser inte ärendet efter det, och inte heller föreningens andra ärenden. Den som bara har deltagit i ett "
            "tidigare beslut lämnar bara det här ärendet."
        )
        return form

    @property
    def account(self) -> PostedForm:
        return self.form(ACCOUNT_FORM.function, "account")

    @property
    def acceptance(self) -> PostedForm:
        """How the terms were accepted."""
        return self.form(ACCEPTANCE_FORM.function, "accept")

    def deviation_withdrawal(self, deviation_id: int) -> DeviationWithdrawalForm:
        """Why a deviation is taken back."""
        return self.form(DeviationWithdrawalForm, f"deviation-{deviation_id}")

    def leave_out(self, use_id: int) -> PostedForm:
        """Why one time of several is left out."""
        return self.form(LEAVE_OUT_FORM.function, f"leave-out-{use_id}", {"version": self._file.case.version})

    def withdrawal(self, criterion: str) -> WithdrawAnswerForm:
        """Why an answer is taken back."""
        return self.form(WithdrawAnswerForm, f"withdraw-{criterion}", {"criterion": criterion})

    def assessment(self, finding: Finding) -> AssessmentForm:
        """One's own answer: as it was refused, as it was left, or blank but for a paper that was chosen for it."""
        key = finding.criterion.id
        if isinstance(self.refused, AssessmentForm) and self.refused.key == key:
            form = self.refused
        elif self.shows_draft(key):
            form = AssessmentForm(own_draft(self._file, key), key=key)
        else:
            form = AssessmentForm(key=key, known=self._paper() if self.opened == key else {})
        form.carry(version=self._file.case.version, criterion=key)
        form.answer.options = {**(NOTHING_FOUND if finding.criterion.value_criterion else {}), **ANSWERS}
        form.document_id.options = self._documents()
        return form

    def shows_draft(self, criterion: str) -> bool:
        """Whether what is shown at a point is one's own draft."""
        refused = isinstance(self.refused, AssessmentForm) and self.refused.key == criterion
        return not refused and bool(own_draft(self._file, criterion))

    def _documents(self) -> dict[int, Words]:
        return {document.id: same_in_both(document.name) for document in self._file.documents}

    def _paper(self) -> dict[str, object]:
        """The fields that a paper that was chosen as evidence fills in."""
        key = whole_number_in_address("underlag")
        paper = next((document for document in self._file.documents if document.id == key), None)
        if paper is None:
            return {}
        place = mask_personal_numbers(request.args.get("plats", "").strip())[:LONGEST_PLACE]
        return {"document_id": paper.id, "source": ", ".join(filter(None, (paper.name, place)))}

    @property
    def hand_in(self) -> HandedInFilesForm:
        """Files that came for the case."""
        return HandedInFilesForm(key="mail", known={"kind": self._file.case.kind, "case": self._file.case.number})
