"""What a case's page offers: where the case stands for the acts there are, and how each next step is drawn."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import url_for

from vetting.casework.domain.letters import OF_OUTCOME, LetterKind
from vetting.casework.domain.next_steps import CaseAct
from vetting.kernel.money import kronor
from vetting.kernel.text import NO_WORDS, Words, _, count_in_words, same_in_both
from vetting.workspace.pages.case_wording import first_to_see

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from vetting.casework.domain.lead_steps import LeadStep
    from vetting.casework.domain.next_steps import CaseProgress, NextStep
    from vetting.web.forms import PostedForm
    from vetting.workspace.pages.case_forms import FormsOfCase
    from vetting.workspace.services.case_files import CaseFile


def standing_of(file: CaseFile, now: datetime) -> CaseProgress:
    """Where the case stands for whoever opened it, also after its decision."""
    return replace(
        file.standing,
        decided=file.after,
        holding_open=tuple(file.holding_open),
        has_decisions=bool(file.decisions),
        has_payments=bool(file.payments),
        shows_group=file.shows_group,
        begun=any(use.starts_at is not None and use.starts_at <= now for use in file.occurrences),
        several_times=len(file.occurrences) > 1,
    )


class StepShape(StrEnum):
    """How a step is drawn."""

    BUTTON = "button"
    LINK = "link"
    FORM = "form"
    FOLDED = "folded"


class StepDisplay(NamedTuple):
    """Where a step leads, and how it is drawn."""

    endpoint: str
    shape: StepShape = StepShape.BUTTON
    variant: str = "secondary"
    """Of the button; a plain link has none."""
    fields: Mapping[str, str] = {}
    form: str = ""
    """Its form among those of the page."""
    heading: Words = NO_WORDS
    """What a folded form is called."""
    anchor: str = ""
    of_case: bool = True
    """Whether its address names the case."""
    leads_to: Callable[[CaseFile], str] | None = None
    """Where it leads, where that is more than the case's number says."""

    def address(self, number: str) -> str:
        """Where its form leads in a case."""
        return url_for(self.endpoint, number=number) if self.of_case else url_for(self.endpoint)

    def address_in(self, file: CaseFile) -> str:
        """Where it leads in a case, as the case stands."""
        return self.leads_to(file) if self.leads_to is not None else self.address(file.case.number)


def _folded_form(endpoint: str, form: str, heading: Words, *, of_case: bool = True) -> StepDisplay:
    return StepDisplay(endpoint, StepShape.FOLDED, form=form, heading=heading, of_case=of_case)


def _link(endpoint: str, leads_to: Callable[[CaseFile], str] | None = None, *, of_case: bool = True) -> StepDisplay:
    return StepDisplay(endpoint, StepShape.LINK, leads_to=leads_to, of_case=of_case)


def _of_page(file: CaseFile, anchor: str, *, act: str | None = None, point: str | None = None) -> str:
    """A place of the case's own page, with the form of an act or a point opened."""
    return url_for("cases.show", number=file.case.number, oppna=act, punkt=point, _anchor=anchor)


def _point_to_see(file: CaseFile) -> str:
    """The first point that a person has to see, opened."""
    points = first_to_see(file)
    return _of_page(file, points[0], point=points[0]) if points else _of_page(file, "points-heading")


def _paper_to_open(file: CaseFile) -> str:
    keys = file.situation.papers_to_open
    return url_for("documents.show", document_id=keys[0]) if keys else _of_page(file, "documents")


def _who_it_is(file: CaseFile) -> str:
    if file.association is None:
        return _of_page(file, "main")
    return url_for("associations.show", association_id=file.association.id)


def _letter_to_send(file: CaseFile) -> str:
    """The letter that is written and has not gone; where the decision's is not written, as it would be."""
    if file.unsent:
        return url_for("letters.show", letter_id=file.unsent[0].id)
    made = next((row for row in file.decisions if row.kind == file.kind.value), None)
    if made is None:
        return url_for("letters.index", number=file.case.number)
    kind = OF_OUTCOME.get(made.outcome, LetterKind.REFUSAL)
    return url_for("letters.index", number=file.case.number, typ=kind.value, om=made.id)


def _reminder_of_report(file: CaseFile) -> str:
    """The letter that reminds of the report, as it would be written; where that is written, the letter."""
    written = next((row for row in file.unsent if row.kind is LetterKind.REPORT_REMINDER), None)
    if written is not None:
        return url_for("letters.show", letter_id=written.id)
    kind = LetterKind.REPORT_REMINDER.value
    return url_for("letters.index", number=file.case.number, typ=kind, om=file.case.id)


STEP_LOOKS: Final[Mapping[CaseAct, StepDisplay]] = {
    CaseAct.ANSWER_ON_CONFLICT: StepDisplay("case_acts.conflict", fields={"answer": "no"}),
    CaseAct.REVIEW: StepDisplay("case_acts.review", anchor="review"),
    CaseAct.PROPOSE_APPROVAL: StepDisplay("case_acts.propose_approval", anchor="propose"),
    CaseAct.SETTLE_NAME: _link("associations.show", _who_it_is),
    CaseAct.SEE_POINT: _link("cases.show", _point_to_see),
    CaseAct.READ_PAPERS: _link("documents.show", _paper_to_open),
    CaseAct.REQUEST_COMPLETION: _link("cases.show", lambda file: _of_page(file, "completion")),
    CaseAct.COMMUNICATE: _link("cases.show", lambda file: _of_page(file, "communicate")),
    CaseAct.NOTE_REPLY: _link("cases.show", lambda file: _of_page(file, "sent")),
    CaseAct.LOOK_AGAIN: _link("cases.show", lambda file: _of_page(file, "again-heading")),
    CaseAct.SEND_LETTER: _link("letters.index", _letter_to_send),
    CaseAct.SEND_DECISION: _link("letters.index", _letter_to_send),
    CaseAct.REPORT_DECISION: _link("delegation.unreported_decisions", of_case=False),
    CaseAct.PAY: _link("payments.index", of_case=False),
    CaseAct.DECIDE: _link("deciding.review"),
    CaseAct.DISCONTINUE: _link("endings.index", of_case=False),
    CaseAct.REGISTER: _folded_form("case_acts.register", "register", _("Diarieför")),
    CaseAct.REFER: _folded_form("case_acts.refer", "referral", _("Lämna till referensgruppen")),
    CaseAct.OPEN_PAPERS: StepDisplay("case_acts.mark", fields={"kind": "papers_opened"}, anchor="papers"),
    CaseAct.NOTHING_FOUND: StepDisplay("case_acts.nothing_found", anchor="nothing"),
    CaseAct.FOLLOW_ROUTINE: StepDisplay("case_acts.mark", fields={"kind": "routine_followed"}, anchor="routine"),
    CaseAct.BASIC_CHECK: StepDisplay("case_acts.mark", fields={"kind": "basic_check"}, anchor="basic"),
    CaseAct.MAKE_READY: StepDisplay("case_acts.make_ready", anchor="ready"),
    CaseAct.PROPOSE: StepDisplay("deciding.draft", StepShape.LINK),
    CaseAct.SEND_BACK: StepDisplay("case_acts.send_back", variant="tertiary"),
    CaseAct.CHECK_IDENTITY: StepDisplay("case_acts.mark", fields={"kind": "identity_checked"}, anchor="identity"),
    CaseAct.READ_REPORT: _link("reports.show"),
    CaseAct.REMIND_REPORT: _link("letters.index", _reminder_of_report),
    CaseAct.NOTE_REPORT: StepDisplay("reports.show", StepShape.LINK, variant=""),
    CaseAct.FOLLOW_UP: StepDisplay("case_acts.mark", StepShape.FORM, form="followed_up"),
    CaseAct.REGISTER_AID: StepDisplay("case_acts.mark", StepShape.FORM, form="aid_registered"),
    CaseAct.CLOSE: StepDisplay("case_acts.close", anchor="close"),
    CaseAct.CLOSE_UNREPORTED: _folded_form("case_acts.close", "unreported", _("Avsluta utan redovisning")),
    CaseAct.RECONSIDER: _folded_form("communications.reconsider", "reconsideration", _("Öppna ärendet igen")),
    CaseAct.NOTE_GAP: _folded_form("completions.note_gap", "gap", _("Utlovad, eller i en annan handling")),
    CaseAct.ACCEPT_GAP: _folded_form("case_acts.mark", "gap_accepted", _("Godta att uppgifterna saknas")),
    CaseAct.ASK_EXPERT: _folded_form("special_reviews.ask_expert", "expert", _("Be om ett yttrande")),
    CaseAct.HEAR: _folded_form("communications.hear", "hearing", _("För kort tid för brev: anteckna muntligt samtal")),
    CaseAct.ACCEPT_TERMS: _folded_form("letting.accept", "acceptance", _("Anteckna att villkoren är godtagna")),
    CaseAct.ADD_DOCUMENT: _folded_form("case_acts.add_document", "document", _("Lägg till en handling")),
    CaseAct.HAND_IN: _folded_form(
        "incoming.hand_in", "hand_in", _("Lägg in ett mejl eller flera filer"), of_case=False
    ),
    CaseAct.CHANGE_ACCOUNT: _folded_form("payments.change_account", "account", _("Föreningen har bytt konto")),
    CaseAct.CHANGE_CONTACT: _folded_form("completions.contact", "contact", _("Ändra adressen")),
    CaseAct.HAND_TO_BOARD: _folded_form("endings.hand_to_board", "handover", _("Överlämna till en annan nämnd")),
    CaseAct.STEP_ASIDE: _folded_form("case_acts.conflict", "conflict", _("Jag är jävig och lämnar ärendet")),
    CaseAct.RESCIND: StepDisplay("rescissions.new", StepShape.LINK, variant=""),
    CaseAct.CHANGE_GRANT: StepDisplay("grant_changes.show", StepShape.LINK, variant=""),
    CaseAct.CHARGE_RATE: StepDisplay("payments.new_reclaim", StepShape.LINK, variant=""),
    CaseAct.OPEN_RECLAIM: StepDisplay("payments.new_reclaim", StepShape.LINK, variant=""),
    CaseAct.WRITE_PROPOSAL: StepDisplay("deciding.draft", StepShape.LINK, variant=""),
    CaseAct.CHANGE_FACTS: StepDisplay("cases.facts", StepShape.LINK, variant=""),
}


class DrawnStep(NamedTuple):
    """A next step as the page draws it."""

    step: NextStep
    label: Words
    look: StepDisplay
    address: str
    form: PostedForm | None
    fields: Mapping[str, str]


COVERED_BY_SIGNATURE: Final = frozenset(
    {
        CaseAct.ANSWER_ON_CONFLICT,
        CaseAct.NOTHING_FOUND,
        CaseAct.FOLLOW_ROUTINE,
        CaseAct.BASIC_CHECK,
        CaseAct.MAKE_READY,
    }
)
"""Acts that one signature does together: where it can be given, they are not offered one by one."""
WITH_VERSION: Final = frozenset({CaseAct.REVIEW, CaseAct.PROPOSE_APPROVAL})
"""Acts that are of the case as it was seen."""


def drawn_step(file: CaseFile, step: NextStep, forms: FormsOfCase) -> DrawnStep:
    look = STEP_LOOKS[step.act]
    number = file.case.number
    folded = look.shape is StepShape.FOLDED
    address = _of_page(file, f"form-{step.act}", act=step.act.value) if folded else look.address_in(file)
    fields = dict(look.fields)
    if step.act in WITH_VERSION:
        fields["version"] = str(file.case.version)
    return DrawnStep(
        step,
        _label_of(file, step),
        look,
        address=look.address(number) if look.shape is StepShape.FORM else address,
        form=getattr(forms, look.form) if look.shape is StepShape.FORM else None,
        fields=fields,
    )


def _label_of(file: CaseFile, step: NextStep) -> Words:
    """What a step is called in this case: with its amount, its paper, its letter."""
    if step.act is CaseAct.PROPOSE_APPROVAL and file.standing.approval is not None:
        return step.label + same_in_both(" ") + kronor(file.standing.approval)
    if step.act is CaseAct.READ_PAPERS:
        return _("Öppna ") + count_in_words(len(file.situation.papers_to_open), _("handling"), _("handlingar"))
    if step.act is CaseAct.SEND_DECISION and not file.unsent:
        return _("Skriv och skicka beslutet")
    if step.act is CaseAct.REQUEST_COMPLETION and file.standing.asked_before:
        return _("Påminn om det som saknas")
    return step.label


def other_steps(steps: Iterable[NextStep], lead: LeadStep) -> list[NextStep]:
    """What this person may do beside the step that is next and is not held by anything."""
    first = lead.step.act if lead.step is not None else None
    covered = COVERED_BY_SIGNATURE if first is CaseAct.REVIEW else frozenset[CaseAct]()
    return [
        step for step in steps if step.mine and not step.why_not and step.act is not first and step.act not in covered
    ]
