"""What can be done in a case, by whom, and what holds it: the one table of acts that a case's page draws."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.casework.domain.cases import OPEN, CaseState
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import ROLE_PERMISSIONS, Action, CaseReach, Role
from vetting.kernel.text import NO_WORDS, Words, _, in_context

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from vetting.casework.domain.gate_table import ClosedGate
    from vetting.casework.domain.situations import CaseSituation, DecidedSituation
    from vetting.kernel.roles import Person


class CaseAct(StrEnum):
    """What a person can do in a case from its page."""

    ANSWER_ON_CONFLICT = "answer_on_conflict"
    REVIEW = "review"
    SETTLE_NAME = "settle_name"
    SEE_POINT = "see_point"
    READ_PAPERS = "read_papers"
    OPEN_PAPERS = "open_papers"
    NOTHING_FOUND = "nothing_found"
    FOLLOW_ROUTINE = "follow_routine"
    BASIC_CHECK = "basic_check"
    MAKE_READY = "make_ready"
    PROPOSE_APPROVAL = "propose_approval"
    PROPOSE = "propose"
    DECIDE = "decide"
    SEND_LETTER = "send_letter"
    SEND_DECISION = "send_decision"
    REPORT_DECISION = "report_decision"
    PAY = "pay"
    SEND_BACK = "send_back"
    CHECK_IDENTITY = "check_identity"
    FOLLOW_UP = "follow_up"
    REMIND_REPORT = "remind_report"
    READ_REPORT = "read_report"
    NOTE_REPORT = "note_report"
    REGISTER_AID = "register_aid"
    CLOSE = "close"
    CLOSE_UNREPORTED = "close_unreported"
    RECONSIDER = "reconsider"
    RESCIND = "rescind"
    OPEN_RECLAIM = "open_reclaim"
    CHARGE_RATE = "charge_rate"
    WRITE_PROPOSAL = "write_proposal"
    LOOK_AGAIN = "look_again"
    CHANGE_FACTS = "change_facts"
    ASSESS = "assess"
    REQUEST_COMPLETION = "request_completion"
    NOTE_GAP = "note_gap"
    ACCEPT_GAP = "accept_gap"
    NOTE_REPLY = "note_reply"
    EXTEND_REPLY = "extend_reply"
    ASK_EXPERT = "ask_expert"
    NOTE_EXPERT = "note_expert"
    COMMUNICATE = "communicate"
    HEAR = "hear"
    ACCEPT_TERMS = "accept_terms"
    NOTE_DEVIATION = "note_deviation"
    WITHDRAW_DEVIATION = "withdraw_deviation"
    LEAVE_OUT = "leave_out"
    ADD_DOCUMENT = "add_document"
    HAND_IN = "hand_in"
    CHANGE_ACCOUNT = "change_account"
    CHANGE_CONTACT = "change_contact"
    CHANGE_GRANT = "change_grant"
    REGISTER = "register"
    REFER = "refer"
    ADD_NOTE = "add_note"
    STEP_ASIDE = "step_aside"
    WITHDRAW = "withdraw"
    END = "end"
    HAND_TO_BOARD = "hand_to_board"
    DISCONTINUE = "discontinue"


class CaseHolder(StrEnum):
    """Who has the next move."""

    OFFICER = "officer"
    ASSOCIATION = "association"
    GROUP = "group"
    COORDINATOR = "coordinator"
    DECISION_MAKER = "decision_maker"
    FINANCE = "finance"
    REGISTRAR = "registrar"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProgress:
    """Where a case stands for one person, as far as it says what can be done."""

    kind: CaseKind
    state: CaseState
    situation: CaseSituation
    decided: DecidedSituation | None = None
    """Of a decided case."""
    holding_back: tuple[ClosedGate, ...] = ()
    """What holds it from being ready."""
    holding_open: tuple[ClosedGate, ...] = ()
    """What holds a decided case from being closed."""
    looks: int
    """Value criteria that one look answers."""
    has_rules: bool
    answered_on_conflict: bool
    has_decisions: bool = False
    has_payments: bool = False
    has_association: bool
    shows_group: bool
    missing: bool
    gaps: bool
    """Something of what is missing can be asked of the association."""
    look_again: bool
    begun: bool = False
    """A booking whose first time has come."""
    several_times: bool = False
    waits_until: date | None
    """The last day the association has to answer."""
    points_to_see: int = 0
    """Points to assess beside the value criteria that one look answers."""
    in_draft: int = 0
    """Points that somebody is answering: that they are not met, or not yet how."""
    approval: int | None = None
    """What an approval in full would be, in öre, where its reasons can be drafted; None where they cannot."""
    ending_proposed: bool = False
    """It is proposed to end it without trying it."""
    is_proposed: bool = False
    """A decision is proposed, and nothing under it has changed."""
    other_proposal: bool = False
    """What is proposed is somebody's own: not the approval of all that is applied for that one press writes."""
    reply_unmet: bool = False
    """The association has answered, and nobody has said how that was weighed in."""
    assessed_against: bool = False
    """A person has assessed that something is not met."""
    request_unsent: bool = False
    """What asks for completion is written, and has not gone."""
    answered_elsewhere: int = 0
    """Value criteria that an answer given in another case of the association answers."""
    papers: int = 0
    """How many there are."""
    amount_unread: bool = False
    """What is applied for stands in its list and could not be read."""
    asked_before: bool = False
    """What is missing has been asked for, and the time to answer is out."""

    @property
    def open(self) -> bool:
        """Before a decision."""
        return self.state in OPEN

    @property
    def in_hand(self) -> bool:
        """Before a decision, and not yet said to be ready for one."""
        return self.open and self.state is not CaseState.READY

    @property
    def waits_to_end(self) -> bool:
        """It is withdrawn, or proposed to be ended without being tried."""
        return self.state is CaseState.WITHDRAWN or (self.state is CaseState.READY and self.ending_proposed)

    @property
    def waits_for_decision(self) -> bool:
        return self.state is CaseState.READY and not self.ending_proposed

    @property
    def is_gone_through(self) -> bool:
        """The basic check is done, and no value criterion waits to be looked at."""
        return self.situation.basic_check and not self.looks

    @property
    def can_be_signed(self) -> bool:
        """One person's signature covers all that is left: nothing is missing, unread, unclear or against it."""
        seen = self.situation
        clear = not (self.points_to_see or seen.gaps or seen.not_met or seen.papers_unopened or seen.name_in_conflict)
        clear = clear and not self.amount_unread and not self.in_draft
        left = self.looks or not seen.basic_check or not self.answered_on_conflict or self.is_routine_left
        return self.in_hand and self.has_rules and clear and bool(left) and not self.is_with_others

    @property
    def is_routine_left(self) -> bool:
        """Nobody has said that the routine for rooms was followed."""
        return _routine_is_left(self)

    @property
    def is_with_others(self) -> bool:
        """It lies with the group, or the association has time left to answer."""
        return self.situation.referred or self.waits_on_association

    @property
    def waits_on_association(self) -> bool:
        """It was asked or told something, and can still answer."""
        asked = self.state in {CaseState.COMPLETION, CaseState.COMMUNICATION} and not self.letter_unsent
        return asked and self.waits_until is not None and self.waits_until >= self.situation.on

    @property
    def letter_unsent(self) -> bool:
        """What is asked of the association or speaks against it is written to it, and has not gone."""
        return self.open and (self.request_unsent or any(told.unsent for told in self.situation.told))

    @property
    def is_grant(self) -> bool:
        """An application rather than a booking."""
        return self.kind is CaseKind.GRANT


class NextStep(NamedTuple):
    """An act that is open in a case."""

    act: CaseAct
    label: Words
    primary: bool
    why_not: tuple[ClosedGate, ...]
    """What must be done first."""
    mine: bool
    """Whether whoever looks may do it."""
    roles: tuple[Role, ...]
    """Who may."""


class ActRow(NamedTuple):
    """An act: what it is called, what it takes to do it, and in which cases it is open."""

    act: CaseAct
    label: Words
    needs: tuple[Action, ...]
    """One of them."""
    is_open: Callable[[CaseProgress], bool]
    held_by: Callable[[CaseProgress], tuple[ClosedGate, ...]] = lambda _case: ()
    leads: bool = False
    """It is what the case is to come to, once nothing holds it."""
    of_booking: Words = NO_WORDS
    """What it is called in a booking, where that is otherwise."""


CLOSABLE: Final = frozenset({CaseState.DECIDED, CaseState.REPORTING})
ENDED_BOOKINGS: Final = frozenset({CaseState.REFUSED, CaseState.CANCELLED, CaseState.RESCINDED})
FOLLOW_UP_GATE: Final = "beviljad-forening-uppfoljd"
AID_GATE: Final = "stod-av-mindre-betydelse-registrerat"
IDENTITY_GATE: Final = "firmatecknare-legitimation-kontrollerad"
ROUTINE_GATE: Final = "lokalrutin-foljd"


def _routine_is_left(case: CaseProgress) -> bool:
    wanted = not case.is_grant and ROUTINE_GATE not in case.situation.off
    return case.in_hand and wanted and not case.situation.routine_followed


def _identity_is_left(case: CaseProgress) -> bool:
    decided = case.decided
    if decided is None or not case.is_grant or case.state is not CaseState.PAYMENT:
        return False
    return decided.granted and not decided.identity_checked and IDENTITY_GATE not in decided.off


def _follow_up_is_left(case: CaseProgress) -> bool:
    held = any(gate.gate == FOLLOW_UP_GATE for gate in case.holding_open)
    return case.state in CLOSABLE and held and not _report_is_left(case)


def _report_is_to_be_read(case: CaseProgress) -> bool:
    return case.decided is not None and case.decided.report_left and case.decided.report_come


def _report_is_late(case: CaseProgress) -> bool:
    return case.decided is not None and case.decided.report_late


def _report_is_awaited(case: CaseProgress) -> bool:
    return case.decided is not None and case.decided.report_left and not case.decided.report_come


def _can_end(case: CaseProgress) -> bool:
    """Nothing more is to be paid in it."""
    return case.state in CLOSABLE and not (case.decided is not None and case.decided.payments_left)


def _report_is_left(case: CaseProgress) -> bool:
    return case.decided is not None and case.decided.report_left


def _aid_is_unregistered(case: CaseProgress) -> bool:
    decided = case.decided
    if decided is None or case.open or AID_GATE in decided.off:
        return False
    return decided.granted and not decided.aid_registered


def _speaks_against(case: CaseProgress) -> bool:
    return case.open and bool(case.situation.not_met)


def _approval_is_ready(case: CaseProgress) -> bool:
    handled = case.in_hand or (case.waits_for_decision and not case.is_proposed)
    clear = not (case.holding_back or case.looks or case.in_draft or case.other_proposal)
    return case.is_grant and handled and case.approval is not None and clear


def _decision_is_unsent(case: CaseProgress) -> bool:
    told = case.is_grant or case.state is CaseState.REFUSED  # a confirmed booking is told of by its booking system
    made = case.decided is not None and case.has_decisions and case.state not in OPEN
    return told and made and not (case.decided is not None and case.decided.sent)


def _is_unreported(case: CaseProgress) -> bool:
    return case.decided is not None and case.has_decisions and not case.decided.reported


NEXT_ACTS: Final[tuple[ActRow, ...]] = (
    ActRow(
        CaseAct.ANSWER_ON_CONFLICT,
        _("Nej, jag är inte jävig"),
        (Action.DECLARE_CONFLICT,),
        lambda case: case.open and not case.answered_on_conflict,
    ),
    ActRow(
        CaseAct.SETTLE_NAME,
        _("Kontrollera namn och nummer"),
        (Action.MATCH_ASSOCIATIONS,),
        lambda case: case.open and case.situation.name_in_conflict is not None and case.has_association,
    ),
    ActRow(
        CaseAct.SEE_POINT,
        _("Se över punkten"),
        (Action.ASSESS,),
        lambda case: case.in_hand and case.points_to_see > 0,
    ),
    ActRow(
        CaseAct.READ_PAPERS,
        _("Öppna handlingarna"),
        (Action.ASSESS,),
        lambda case: case.in_hand and bool(case.situation.papers_to_open),
    ),
    ActRow(
        CaseAct.OPEN_PAPERS,
        _("Handlingarna är lästa där de förvaras"),
        (Action.ASSESS,),
        lambda case: case.in_hand and case.situation.papers_unopened and not case.situation.papers_to_open,
    ),
    ActRow(CaseAct.REVIEW, _("Granskat: inget hinder"), (Action.ASSESS,), lambda case: case.can_be_signed),
    ActRow(
        CaseAct.NOTHING_FOUND,
        _("Inget har framkommit"),
        (Action.ASSESS,),
        lambda case: case.in_hand and case.looks > 0,
    ),
    ActRow(CaseAct.FOLLOW_ROUTINE, _("Rutinen är följd"), (Action.ASSESS,), _routine_is_left),
    ActRow(
        CaseAct.BASIC_CHECK,
        _("Grundkontroll klar"),
        (Action.ASSESS,),
        lambda case: case.in_hand and not case.situation.basic_check,
    ),
    ActRow(
        CaseAct.MAKE_READY,
        _("Markera klar för beslut"),
        (Action.HANDLE,),
        lambda case: case.in_hand,
        lambda case: case.holding_back,
        leads=True,
    ),
    ActRow(
        CaseAct.SEND_LETTER, _("Skicka brevet"), (Action.COMMUNICATE, Action.HANDLE), lambda case: case.letter_unsent
    ),
    ActRow(CaseAct.PROPOSE_APPROVAL, _("Föreslå bevilja"), (Action.PROPOSE,), _approval_is_ready, leads=True),
    ActRow(
        CaseAct.DECIDE,
        _("Läs och besluta"),
        (Action.DECIDE,),
        lambda case: case.waits_for_decision and case.is_proposed,
        leads=True,
    ),
    ActRow(
        CaseAct.PROPOSE,
        _("Förslag till beslut"),
        (Action.PROPOSE, Action.DECIDE),
        lambda case: case.waits_for_decision,
        leads=True,
    ),
    ActRow(CaseAct.DISCONTINUE, _("Avskriv ärendet"), (Action.DECIDE,), lambda case: case.waits_to_end, leads=True),
    ActRow(
        CaseAct.SEND_BACK,
        _("Tillbaka till handläggning"),
        (Action.HANDLE,),
        lambda case: case.state is CaseState.READY or case.state is CaseState.WITHDRAWN,
    ),
    ActRow(CaseAct.SEND_DECISION, _("Skicka beslutet"), (Action.HANDLE,), _decision_is_unsent),
    ActRow(CaseAct.REPORT_DECISION, _("Anmäl till nämnden"), (Action.REGISTER_CASE,), _is_unreported),
    ActRow(CaseAct.PAY, _("Till utbetalningen"), (Action.PAY,), lambda case: case.state is CaseState.PAYMENT),
    ActRow(CaseAct.CHECK_IDENTITY, _("Legitimationen är kontrollerad"), (Action.ASSESS,), _identity_is_left),
    ActRow(CaseAct.READ_REPORT, _("Gå igenom redovisningen"), (Action.ASSESS,), _report_is_to_be_read),
    ActRow(CaseAct.REMIND_REPORT, _("Påminn om redovisningen"), (Action.HANDLE,), _report_is_late),
    ActRow(CaseAct.NOTE_REPORT, _("Anteckna redovisningen"), (Action.ADD_DOCUMENT,), _report_is_awaited),
    ActRow(CaseAct.FOLLOW_UP, _("Uppföljningen är gjord"), (Action.ASSESS,), _follow_up_is_left),
    ActRow(CaseAct.REGISTER_AID, _("Stödet är infört i registret"), (Action.ASSESS,), _aid_is_unregistered),
    ActRow(
        CaseAct.CLOSE,
        _("Avsluta ärendet"),
        (Action.HANDLE,),
        lambda case: _can_end(case) and not _report_is_left(case),
        lambda case: case.holding_open,
    ),
    ActRow(
        CaseAct.CLOSE_UNREPORTED,
        _("Avsluta utan redovisning"),
        (Action.HANDLE,),
        lambda case: _can_end(case) and _report_is_left(case),
        lambda case: tuple(gate for gate in case.holding_open if gate.gate != FOLLOW_UP_GATE),
    ),
    ActRow(
        CaseAct.RECONSIDER,
        _("Öppna ärendet igen"),
        (Action.RECONSIDER,),
        lambda case: not case.open and (case.has_decisions or case.state is CaseState.CLOSED),
    ),
    ActRow(
        CaseAct.RESCIND, _("Ta tillbaka bokningen"), (Action.DECIDE,), lambda case: case.state is CaseState.CONFIRMED
    ),
    ActRow(
        CaseAct.CHANGE_GRANT,
        _("Begäran om ändring"),
        (Action.HANDLE,),
        lambda case: case.is_grant and case.state in {CaseState.PAYMENT, CaseState.REPORTING},
    ),
    ActRow(
        CaseAct.OPEN_RECLAIM,
        _("Öppna återkrav"),
        (Action.RECLAIM,),
        lambda case: not case.open and case.is_grant and case.has_payments,
    ),
    ActRow(
        CaseAct.CHARGE_RATE,
        _("Debitera taxa i efterhand"),
        (Action.RECLAIM,),
        lambda case: case.begun and case.state in {CaseState.CONFIRMED, CaseState.RESCINDED},
    ),
    ActRow(CaseAct.WRITE_PROPOSAL, _("Skriv förslag till beslut"), (Action.PROPOSE,), lambda case: case.in_hand),
)
"""What brings a case on, in the order of the road."""
OTHER_ACTS: Final[tuple[ActRow, ...]] = (
    ActRow(
        CaseAct.LOOK_AGAIN,
        _("Jag har tagit ställning till de nya uppgifterna"),
        (Action.HANDLE,),
        lambda case: case.look_again,
    ),
    ActRow(CaseAct.CHANGE_FACTS, _("Ändra uppgifter"), (Action.HANDLE,), lambda case: case.open and case.has_rules),
    ActRow(CaseAct.ASSESS, _("Spara bedömning"), (Action.ASSESS,), lambda case: case.open and case.has_rules),
    ActRow(
        CaseAct.REQUEST_COMPLETION,
        _("Begär komplettering"),
        (Action.HANDLE,),
        lambda case: case.open and case.missing,
    ),
    ActRow(CaseAct.NOTE_GAP, _("Anteckna"), (Action.HANDLE,), lambda case: case.open and case.gaps),
    ActRow(CaseAct.ACCEPT_GAP, _("Godta"), (Action.ASSESS,), lambda case: case.open and case.missing),
    ActRow(CaseAct.NOTE_REPLY, _("Bemöt svaret"), (Action.COMMUNICATE,), lambda case: case.open),
    ActRow(CaseAct.EXTEND_REPLY, _("Förläng"), (Action.COMMUNICATE,), lambda case: case.open),
    ActRow(CaseAct.ASK_EXPERT, _("Fråga"), (Action.HANDLE,), lambda case: case.open),
    ActRow(CaseAct.NOTE_EXPERT, _("Anteckna svaret"), (Action.HANDLE,), lambda _case: True),
    ActRow(CaseAct.COMMUNICATE, _("Skriv brevet till föreningen"), (Action.COMMUNICATE,), _speaks_against),
    ActRow(CaseAct.HEAR, _("Spara samtalet"), (Action.COMMUNICATE,), _speaks_against),
    ActRow(
        CaseAct.ACCEPT_TERMS,
        _("Anteckna"),
        (Action.HANDLE,),
        lambda case: not case.is_grant and case.state not in ENDED_BOOKINGS,
    ),
    ActRow(
        CaseAct.NOTE_DEVIATION,
        _("Anteckna en avvikelse"),
        (Action.HANDLE,),
        lambda case: case.begun and case.state in {CaseState.CONFIRMED, CaseState.RESCINDED},
    ),
    ActRow(CaseAct.WITHDRAW_DEVIATION, _("Återta avvikelsen"), (Action.HANDLE,), lambda case: not case.is_grant),
    ActRow(
        CaseAct.LEAVE_OUT,
        _("Stryk"),
        (Action.HANDLE,),
        lambda case: case.several_times and case.state not in ENDED_BOOKINGS,
    ),
    ActRow(CaseAct.ADD_DOCUMENT, _("Lägg till"), (Action.ADD_DOCUMENT,), lambda case: case.open or case.is_grant),
    ActRow(CaseAct.HAND_IN, _("Läs mejlet eller filerna"), (Action.RECEIVE,), lambda case: case.open),
    ActRow(
        CaseAct.CHANGE_ACCOUNT,
        _("Anteckna det nya kontot"),
        (Action.HANDLE,),
        lambda case: case.has_association and not case.open and case.is_grant and case.has_payments,
    ),
    ActRow(CaseAct.CHANGE_CONTACT, _("Spara adressen"), (Action.HANDLE,), lambda case: case.has_association),
    ActRow(
        CaseAct.REGISTER,
        _("Diarieför"),
        (Action.REGISTER_CASE,),
        lambda case: case.open and not case.situation.registered,
    ),
    ActRow(
        CaseAct.REFER,
        _("Lämna till referensgruppen"),
        (Action.HANDLE,),
        lambda case: case.open and case.is_grant and case.shows_group and case.state is not CaseState.REFERRED,
    ),
    ActRow(CaseAct.ADD_NOTE, _("Tjänsteanteckning"), (Action.HANDLE,), lambda _case: True),
    ActRow(CaseAct.STEP_ASIDE, _("Lämna ärendet"), (Action.DECLARE_CONFLICT,), lambda case: case.open),
    ActRow(
        CaseAct.WITHDRAW,
        _("Sökanden återkallar"),
        (Action.HANDLE,),
        lambda case: (case.open and not case.waits_to_end) or case.state is CaseState.CONFIRMED,
        of_booking=_("Bokaren avbokar"),
    ),
    ActRow(
        CaseAct.HAND_TO_BOARD,
        _("Överlämna"),
        (Action.HANDLE,),
        lambda case: case.is_grant and case.open and not case.waits_to_end,
    ),
    ActRow(
        CaseAct.END,
        _("Avskriv utan prövning"),
        (Action.PROPOSE,),
        lambda case: case.is_grant and case.open and not case.waits_to_end,
    ),
)
"""What can be done beside the road."""
_ROWS_OF: Final[Mapping[CaseAct, tuple[ActRow, ...]]] = {
    act: tuple(row for row in (*NEXT_ACTS, *OTHER_ACTS) if row.act is act) for act in CaseAct
}


def next_steps(case: CaseProgress, by: Person) -> tuple[NextStep, ...]:
    """What can bring the case on now, whoever may do it; what something else must come before says what."""
    return _steps(NEXT_ACTS, case, by)


def possible_acts(case: CaseProgress) -> frozenset[CaseAct]:
    """Everything that somebody may do in the case now, whoever it is."""
    return frozenset(row.act for row in (*NEXT_ACTS, *OTHER_ACTS) if row.is_open(case) and not row.held_by(case))


def acts_of(case: CaseProgress, by: Person) -> dict[CaseAct, NextStep]:
    """Everything that this person may do in the case now."""
    return {step.act: step for step in _steps((*NEXT_ACTS, *OTHER_ACTS), case, by) if step.mine}


def own_act(case: CaseProgress, act: CaseAct, by: Person) -> NextStep | None:
    """One act, where it is this person's to do now: what `acts_of` has at it."""
    found = [step for step in _steps(_ROWS_OF[act], case, by) if step.mine]
    return found[-1] if found else None


def _steps(rows: tuple[ActRow, ...], case: CaseProgress, by: Person) -> tuple[NextStep, ...]:
    return tuple(_step(row, case, by) for row in rows if row.is_open(case))


def _step(row: ActRow, case: CaseProgress, by: Person) -> NextStep:
    held = row.held_by(case)
    return NextStep(
        row.act,
        row.of_booking if row.of_booking.sv and not case.is_grant else row.label,
        primary=row.leads and not held,
        why_not=held,
        mine=any(case.kind in by.kinds(action) for action in row.needs),
        roles=_roles(row.needs, case.kind),
    )


@cache
def _roles(needs: tuple[Action, ...], kind: CaseKind) -> tuple[Role, ...]:
    """Who may do one of the actions in a case of that kind."""
    reaches = {role: {actions[need] for need in needs if need in actions} for role, actions in ROLE_PERMISSIONS.items()}
    only_bookings = {CaseReach.BOOKINGS}
    return tuple(
        role for role, found in reaches.items() if found and (kind is CaseKind.BOOKING or found != only_bookings)
    )


_HOLDERS: Final[Mapping[CaseState, CaseHolder]] = {
    CaseState.REFERRED: CaseHolder.GROUP,
    CaseState.READY: CaseHolder.DECISION_MAKER,
    CaseState.PAYMENT: CaseHolder.FINANCE,
    CaseState.DECIDED: CaseHolder.OFFICER,
    CaseState.REPORTING: CaseHolder.OFFICER,
}
HOLDER_WORDS: Final[Mapping[CaseHolder, Words]] = {
    CaseHolder.OFFICER: in_context("holder", "handläggaren"),
    CaseHolder.ASSOCIATION: in_context("holder", "föreningen"),
    CaseHolder.GROUP: in_context("holder", "referensgruppen"),
    CaseHolder.COORDINATOR: in_context("holder", "samordnaren"),
    CaseHolder.DECISION_MAKER: in_context("holder", "beslutsfattaren"),
    CaseHolder.FINANCE: in_context("holder", "ekonomi"),
    CaseHolder.REGISTRAR: in_context("holder", "registratorn"),
}


def holder_of(case: CaseProgress) -> CaseHolder | None:
    """Who has the next move; nobody in a case that is ended, or a booking that only is to be held."""
    if case.waits_on_association:
        return CaseHolder.ASSOCIATION
    if case.situation.with_coordinator:
        return CaseHolder.COORDINATOR
    if case.state is CaseState.READY and not case.is_proposed:
        return CaseHolder.OFFICER
    return _HOLDERS.get(case.state, CaseHolder.OFFICER if case.open else None)
