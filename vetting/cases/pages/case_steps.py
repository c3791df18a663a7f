"""What a case's page offers: where the case stands for the acts there are, and how each next step is drawn."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import url_for

from vetting.cases.pages.case_wording import look_findings
from vetting.gates.domain.next_steps import CaseAct, CaseStanding, NextStep
from vetting.kernel.text import NO_WORDS, Words, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from vetting.cases.pages.case_forms import FormsOfCase
    from vetting.office.services.case_files import CaseFile
    from vetting.web.forms import PostedForm


def standing_of(file: CaseFile, now: datetime) -> CaseStanding:
    """Where the case stands for whoever opened it."""
    return CaseStanding(
        kind=file.kind,
        state=file.state,
        situation=file.situation,
        decided=file.after,
        holding_back=tuple(file.holding_back),
        holding_open=tuple(file.holding_open),
        looks=len(look_findings(file)),
        has_rules=file.screening is not None,
        answered_on_conflict=file.answered_on_conflict,
        has_decisions=bool(file.decisions),
        has_payments=bool(file.payments),
        has_association=file.association is not None,
        has_own_columns=bool(file.own),
        shows_group=file.shows_group,
        missing=bool(file.missing),
        gaps=bool(file.gaps),
        look_again=file.case.look_again_at is not None,
        begun=any(use.starts_at is not None and use.starts_at <= now for use in file.occurrences),
        several_times=len(file.occurrences) > 1,
        waits_until=_waits_until(file),
    )


def _waits_until(file: CaseFile) -> date | None:
    """The last day on which the association can answer what it was asked or told."""
    days = [row.due_on for row in file.completions]
    days += [row.reply_by for row in file.communications if row.replied_on is None]
    return max(days, default=None)


class StepShape(StrEnum):
    """How a step is drawn."""

    BUTTON = "button"
    LINK = "link"
    FORM = "form"
    FOLDED = "folded"


class StepLook(NamedTuple):
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

    def address(self, number: str) -> str:
        """Where it leads in a case."""
        return url_for(self.endpoint, number=number) if self.of_case else url_for(self.endpoint)


def _folded_form(endpoint: str, form: str, heading: Words, *, of_case: bool = True) -> StepLook:
    return StepLook(endpoint, StepShape.FOLDED, form=form, heading=heading, of_case=of_case)


STEP_LOOKS: Final[Mapping[CaseAct, StepLook]] = {
    CaseAct.ANSWER_ON_CONFLICT: StepLook("case_acts.conflict", fields={"answer": "no"}),
    CaseAct.OPEN_PAPERS: StepLook("case_acts.mark", fields={"kind": "papers_opened"}, anchor="papers"),
    CaseAct.NOTHING_FOUND: StepLook("case_acts.nothing_found", anchor="nothing"),
    CaseAct.FOLLOW_ROUTINE: StepLook("case_acts.mark", fields={"kind": "routine_followed"}, anchor="routine"),
    CaseAct.BASIC_CHECK: StepLook("case_acts.mark", fields={"kind": "basic_check"}, anchor="basic"),
    CaseAct.MAKE_READY: StepLook("case_acts.make_ready", anchor="ready"),
    CaseAct.PROPOSE: StepLook("deciding.draft", StepShape.LINK),
    CaseAct.SEND_BACK: StepLook("case_acts.send_back", variant="tertiary"),
    CaseAct.CHECK_IDENTITY: StepLook("case_acts.mark", fields={"kind": "identity_checked"}, anchor="identity"),
    CaseAct.FOLLOW_UP: StepLook("case_acts.mark", StepShape.FORM, form="followed_up"),
    CaseAct.CLOSE: StepLook("case_acts.close", anchor="close"),
    CaseAct.RECONSIDER: _folded_form("communications.reconsider", "reconsideration", _("Nytt beslut i ärendet")),
    CaseAct.NOTE_GAP: _folded_form("completions.note_gap", "gap", _("Utlovad, eller i en annan handling")),
    CaseAct.ACCEPT_GAP: _folded_form("case_acts.mark", "gap_accepted", _("Godta att uppgifterna saknas")),
    CaseAct.ASK_EXPERT: _folded_form("special_reviews.ask_expert", "expert", _("Be om ett yttrande")),
    CaseAct.HEAR: _folded_form("communications.hear", "hearing", _("Tiden är för kort för brev: hörd muntligt")),
    CaseAct.ACCEPT_TERMS: _folded_form("letting.accept", "acceptance", _("Anteckna godkännande")),
    CaseAct.ADD_DOCUMENT: _folded_form("case_acts.add_document", "document", _("Lägg till en handling")),
    CaseAct.HAND_IN: _folded_form(
        "incoming.hand_in", "hand_in", _("Lägg in ett mejl eller flera filer"), of_case=False
    ),
    CaseAct.CHANGE_ACCOUNT: _folded_form("payments.change_account", "account", _("Föreningen har bytt konto")),
    CaseAct.CHANGE_CONTACT: _folded_form("completions.contact", "contact", _("Ändra adressen")),
    CaseAct.FILL_OWN_COLUMNS: _folded_form("case_acts.own_values", "own", _("Fyll i")),
    CaseAct.STEP_ASIDE: _folded_form("case_acts.conflict", "conflict", _("Jag är jävig och lämnar ärendet")),
    CaseAct.RESCIND: StepLook("rescissions.new", StepShape.LINK, variant=""),
    CaseAct.OPEN_RECLAIM: StepLook("payments.new_reclaim", StepShape.LINK, variant=""),
    CaseAct.WRITE_PROPOSAL: StepLook("deciding.draft", StepShape.LINK, variant=""),
}


class DrawnStep(NamedTuple):
    """A next step as the page draws it."""

    step: NextStep
    look: StepLook
    address: str
    variant: str
    form: PostedForm | None


def drawn_steps(file: CaseFile, steps: Iterable[NextStep], forms: FormsOfCase) -> list[DrawnStep]:
    """Those of the next steps that this person may take."""
    return [_draw(step, file, forms) for step in steps if step.mine]


def _draw(step: NextStep, file: CaseFile, forms: FormsOfCase) -> DrawnStep:
    look = STEP_LOOKS[step.act]
    return DrawnStep(
        step,
        look,
        address=look.address(file.case.number),
        variant="primary" if step.primary and look.variant else look.variant,
        form=getattr(forms, look.form) if look.shape is StepShape.FORM else None,
    )
