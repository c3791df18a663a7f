"""Deciding: ready, proposed, communicated, decided. Nothing goes round a gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.casework.domain.cases import OPEN, CaseState, InvalidationReason
from vetting.casework.domain.gate_checks import lacks_reason_for_exception
from vetting.casework.domain.gate_table import ClosedGate, GatedStep, closed_gates, refuse_closed
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import communications, follow_booking_state, in_conflict
from vetting.casework.models.decisions import Decision, DecisionDraft, decision_draft_of, is_ending
from vetting.casework.models.decisions import of_case as decisions_of
from vetting.casework.models.meetings import NoConflict, reviews_of_case
from vetting.casework.services import (
    before_decision,
    decision_makers,
    drafted_reasons,
    frozen_bases,
    reused_answers,
    round_money,
)
from vetting.casework.services.bookings_of_cases import BOOKINGS
from vetting.casework.services.cases import (
    change_state,
    close_notes,
    open_case,
    raise_version,
    start_handling,
    still_open,
)
from vetting.casework.services.decision_makers import AT_ONCE
from vetting.casework.services.money_of_cases import MONEY
from vetting.casework.services.readable_cases import has_answered_on_conflict
from vetting.casework.services.records import keep_group_record, register_record
from vetting.casework.services.screenings import decided_at, screen_and_keep, screen_case, screen_without_keeping
from vetting.casework.services.stale_proposals import changed_since
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.opinion_words import asked_of_opinion
from vetting.grants.domain.instalments import LONGEST_TEXT, wrong_instalments
from vetting.grants.models.board_items import drop_rulings_of_case, ruling_of_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import (
    ADVERSE,
    FAVOURABLE,
    GROUNDS_OF,
    DecisionGround,
    DecisionOutcome,
    Reservation,
)
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.text import NO_WORDS, _, join_words
from vetting.people import habits_of
from vetting.people.domain.delegation import BY_MINUTES
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.casework.models.cases import Case
    from vetting.casework.services.screenings import CaseScreening
    from vetting.engine.results import Finding
    from vetting.engine.screening import Screening
    from vetting.kernel.decision_outcomes import DecisionForm
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.people.domain.delegation import DecisionRight

DECIDABLE: Final = {
    CaseKind.GRANT: (
        DecisionOutcome.APPROVED,
        DecisionOutcome.PARTLY_APPROVED,
        DecisionOutcome.REFUSED,
        DecisionOutcome.DISMISSED,
    ),
    CaseKind.BOOKING: (DecisionOutcome.APPROVED, DecisionOutcome.REFUSED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionProposal:
    """A decision as it is proposed; the amount in öre."""

    outcome: DecisionOutcome
    amount: int | None
    reasons: str
    conditions: tuple[str, ...] = ()
    grounds: tuple[DecisionGround, ...] = ()
    reservations: tuple[Reservation, ...] = tuple(Reservation)
    against_group: str = ""
    instalments: str = ""
    """How it is paid, a line each; empty: as its grant scheme says."""
    over_frame: str = ""
    """Why it goes past what is left of its round's frame, where it does."""
    exception: str = ""
    """Why what is not met is set aside, where something is: the end of a sentence that ends in "eftersom"."""
    acts_not_opinions: bool = False
    """Whoever writes has seen the words of opinion in the reasons, and says that it rests on acts."""


def declare_no_conflict(session: WritingSession, number: str) -> None:
    """A person has looked and is not in conflict: once for all of the case's round, where it has one."""
    case = open_case(session, number, action=Action.DECLARE_CONFLICT)
    if has_answered_on_conflict(session, case, session.person.id):
        return
    in_each = BoardOption.CONFLICT_PER_CASE in habits_of(session.get_one(Board, case.board_id))
    whole = case.round_id is not None and not in_each
    row = NoConflict(
        board_id=case.board_id,
        case_id=None if whole else case.id,
        round_id=case.round_id,
        user_id=session.person.id,
        at=session.now,
    )
    session.add(row)
    session.flush()
    session.note("no_conflict", row, case_id=case.id)


def make_ready(session: WritingSession, number: str) -> Case:
    """The case can be decided.

    Raises:
        Refused: what holds it back.
    """
    case = open_case(session, number, action=Action.HANDLE)
    still_open(case)
    if case.state == CaseState.READY:
        return case
    drop_ending(session, case)
    refuse_closed(before_decision.holding_back(session, case, on=session.today))
    start_handling(case, session.person)
    change_state(case, CaseState.READY)
    screen_case(session, case)
    session.note("made_ready", case, case_id=case.id)
    return case


def drop_ending(session: WritingSession, case: Case) -> None:
    """What is tried after all is not proposed to be ended any more."""
    draft = decision_draft_of(session, case.id)
    if is_ending(draft):
        session.delete(draft)
        session.flush()


def send_back(session: WritingSession, number: str, *, action: Action = Action.HANDLE) -> Case:
    """Back to handling, from wherever it waits; also what was withdrawn, when the applicant wants it tried after all.

    action: what somebody must be allowed: whoever enters a meeting's decision sends back what the meeting did.

    Raises:
        Refused: it is decided.
    """
    case = open_case(session, number, action=action)
    if case.state is not CaseState.WITHDRAWN:
        still_open(case)
    drop_ending(session, case)
    drop_rulings_of_case(session, case.id)
    to = CaseState.IN_PROGRESS if case.kind is CaseKind.GRANT else CaseState.TO_CHECK
    if case.state != to:
        change_state(case, to)
        session.note("back_to_handling", case, case_id=case.id)
    return case


def propose_decision(
    session: WritingSession, number: str, draft: DecisionProposal, *, version: int | None
) -> DecisionDraft:
    """Writes what is proposed to whoever decides; the moment the reasons were written is kept.

    Raises:
        Refused: stale, decided, an outcome or amount that does not fit.
    """
    action = (
        Action.DECIDE
        if session.person.may(Action.DECIDE) and not session.person.may(Action.PROPOSE)
        else Action.PROPOSE
    )
    case = open_case(session, number, action=action, version=version)
    still_open(case)
    _refuse_to_be_ended(case, decision_draft_of(session, case.id))
    _check_draft(case, draft)
    round_money.refuse_past_frame(session, case, draft)
    if draft.outcome in FAVOURABLE:
        wrong = wrong_instalments(draft.instalments, draft.amount, session.today)
        if wrong:
            raise Refused(Obstacle.INVALID, *wrong)
    start_handling(case, session.person)
    raise_version(case)
    screening = screen_case(session, case)
    against = screening.against if screening is not None and draft.outcome in FAVOURABLE else ()
    _refuse_unmet(against, draft)
    reasons = draft.reasons.strip()
    drafted = drafted_reasons.of_approval(case, screening)
    if draft.outcome in FAVOURABLE:
        _refuse_silent_clash(session, case, reasons, screening)
    if draft.outcome is DecisionOutcome.APPROVED and not reasons:
        reasons = drafted
    by_the_rules = DecisionGround.REDUCED in draft.grounds  # then the drafted text says what is taken off, and for what
    if draft.outcome in ADVERSE and reasons and reasons == drafted and not by_the_rules:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "reasons",
                _("Motiveringen är bara utkastets text om att inget talar emot."),
                _("Skriv själv varför det inte beviljas helt."),
            ),
        )
    if draft.outcome in ADVERSE and DecisionGround.CRITERION in draft.grounds:
        rules_own = [words for item in screening.findings for words in item.criterion.own_words] if screening else []
        asked = asked_of_opinion(reasons, answered=draft.acts_not_opinions, own=rules_own)
        if asked:
            raise Refused(Obstacle.INVALID, *asked)
    row = decision_draft_of(session, case.id)
    amount = draft.amount if draft.outcome in FAVOURABLE else None
    given = {
        "outcome": draft.outcome.value,
        "amount": amount,
        "reasons": reasons,
        "conditions": [line for line in draft.conditions if line.strip()],
        "reservations": [name.value for name in draft.reservations],
        "grounds": [ground.value for ground in draft.grounds] if draft.outcome in ADVERSE else [],
        "against_group": draft.against_group.strip(),
        "over_frame": draft.over_frame.strip() if draft.outcome in FAVOURABLE else "",
        "set_aside": {finding.criterion.id: finding.criterion.label.sv for finding in against},
        "exception": draft.exception.strip() if against else "",
        "instalments": draft.instalments.strip()[:LONGEST_TEXT] if draft.outcome in FAVOURABLE else "",
        "written_at": session.now,
        "by_user_id": session.person.id,
        "screening_id": case.screening_id,
    }
    if row is None:
        row = DecisionDraft(case_id=case.id, **given)
        session.add(row)
    else:
        for name, value in given.items():
            setattr(row, name, value)
    session.flush()
    session.note("decision_proposed", row, case_id=case.id, detail={"outcome": draft.outcome.value, "amount": amount})
    return row


def _refuse_unmet(against: Sequence[Finding], draft: DecisionProposal) -> None:
    """Nothing is granted over what is not met unless it may be set aside, and it is said why.

    Raises:
        Refused: a value criterion is not met, or an exception is made without its reason.
    """
    set_aside = {finding.criterion.id for finding in against} if draft.exception.strip() else ()
    found = lacks_reason_for_exception(
        {finding.criterion.id: finding.criterion.label for finding in against},
        set_aside,
        values=any(finding.criterion.value_criterion for finding in against),
    )
    if found is not None:
        raise Refused(Obstacle.INVALID, Problem("exception", *found))


def _refuse_to_be_ended(case: Case, draft: DecisionDraft | None) -> None:
    """What is proposed to be ended untried was never said to be ready to be tried."""
    if is_ending(draft) and case.state is CaseState.READY:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Ärendet föreslås avskrivas."),
                _("Välj Tillbaka till handläggning först, om ansökan ska prövas."),
            ),
        )


def _check_draft(case: Case, draft: DecisionProposal) -> None:
    kind = case.kind
    problems = []
    if draft.outcome not in DECIDABLE[kind]:
        problems.append(
            Problem("outcome", _("Utfallet kan inte väljas i den här sortens ärende."), _("Välj ett annat."))
        )
    if not set(draft.grounds) <= set(GROUNDS_OF[kind]):
        problems.append(Problem("grounds", _("Grunden kan inte väljas i den här sortens ärende."), _("Välj en annan.")))
    if kind is CaseKind.GRANT and draft.outcome in FAVOURABLE:
        problems += _wrong_amount(case, draft)
    if draft.outcome in ADVERSE and not draft.grounds:
        problems.append(Problem("grounds", _("Grunden saknas."), _("Välj minst en grund.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)


def _wrong_amount(case: Case, draft: DecisionProposal) -> list[Problem]:
    if draft.amount is None or draft.amount <= 0:
        return [Problem("amount", _("Beloppet saknas."), _("Skriv vad som beviljas."))]
    applied = case.amount_applied
    if applied is None:
        return []
    if draft.amount > applied:
        return [Problem("amount", _("Beloppet är större än det sökta."), _("Skriv högst det sökta."))]
    whole = draft.amount == applied
    if whole != (draft.outcome is DecisionOutcome.APPROVED):
        return [
            Problem(
                "amount",
                _("Belopp och utfall stämmer inte med varandra."),
                _("Välj Bevilja för hela det sökta beloppet och Bevilja delvis för en del av det."),
            )
        ]
    return []


def gates_holding_decision(session: Session, case: Case, draft: DecisionDraft, *, on: date) -> tuple[ClosedGate, ...]:
    """What holds the proposed decision back from this person."""
    screened = screen_without_keeping(session, case, on=on)
    return what_holds_decision(session, case, screened, draft, on=on)


def what_holds_decision(
    session: Session, case: Case, screened: CaseScreening | None, draft: DecisionDraft, *, on: date
) -> tuple[ClosedGate, ...]:
    """The same, of a case that is screened: a list, a page and the decision itself ask no other question."""
    closed = _closed_gates(session, case, screened, draft, on=on)
    changed = changed_since(session, case, draft, screened)
    if not changed:
        return closed
    told = _("Underlaget har ändrats sedan förslaget skrevs: {what}.", what=join_words(changed, "; "))
    return (ClosedGate(PROPOSAL_STANDS, told, CHANGED_SINCE[1]), *closed)


def _closed_gates(
    session: Session, case: Case, screened: CaseScreening | None, draft: DecisionDraft, *, on: date
) -> tuple[ClosedGate, ...]:
    found = before_decision.case_situation(session, case, screened, on=on)
    return closed_gates(before_decision.with_draft(session, case, found, draft, on=on), GatedStep.DECIDE)


def _refuse_silent_clash(session: Session, case: Case, reasons: str, screening: Screening | None) -> None:
    """A booking that has its room at once with another is confirmed only with a reason of somebody's own."""
    clashes = BOOKINGS.function.clashes_of_case(session, case) if case.kind is CaseKind.BOOKING else None
    if clashes is not None and reasons.strip() in {"", drafted_reasons.of_approval(case, screening)}:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "reasons",
                _("{number} krockar med {bookings}.", number=case.number, bookings=clashes),
                _("Skriv varför båda får lokalen, eller föreslå avslag."),
            ),
        )


def decide(session: WritingSession, number: str, *, draft_version: int, form: DecisionForm = AT_ONCE) -> Decision:
    """Decides what is proposed: the one act that binds the board. Made once, by one person, with every gate open.

    Raises:
        Refused: not ready, the proposal has changed, somebody decided already, or a gate is closed.
    """
    case = open_case(session, number, action=Action.DECIDE)
    draft = decision_draft_of(session, case.id)
    if case.state not in OPEN:
        raise Refused(Obstacle.STALE, _decided_already(session, case))
    if case.state != CaseState.READY:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                number,
                _("Ärendet är inte klart för beslut."),
                _("Handläggaren ska först markera ärendet som klart för beslut."),
            ),
        )
    if draft is None or draft.version != draft_version:
        raise Refused(
            Obstacle.STALE,
            Problem(number, _("Förslaget ändrades medan du läste."), _("Läs det på nytt och besluta sedan.")),
        )
    if in_conflict(session, session.person.id, case.id):
        raise Refused(
            Obstacle.FORBIDDEN, Problem(number, SEPARATION_WORDS[SeparationOfDuties.DECIDE_IN_CONFLICT], NO_WORDS)
        )
    screened = screen_and_keep(session, case)
    on = form.decided_on or session.today
    refuse_closed(_closed_gates(session, case, screened, draft, on=on))
    if changed_since(session, case, draft, screened):
        raise Refused(Obstacle.STALE, Problem(number, *CHANGED_SINCE))
    _check_draft(case, as_draft(draft))
    if draft.outcome in FAVOURABLE:
        _refuse_silent_clash(session, case, draft.reasons, screened.screening if screened else None)
    held = before_decision.right_to(
        session,
        case,
        draft,
        on=on,
        screening=screened.screening if screened else None,
        by_minutes=bool(form.paragraph.strip()),
    )
    _refuse_beside_item(session, case, draft, held, form)
    wrong = decision_makers.wrong_with(held, form) if held is not None else []
    if wrong:
        raise Refused(Obstacle.INVALID, *wrong)
    decision = make_decision(session, case, draft, screened, held, form)
    _tell_other_cases(session, case, screened)
    return decision


def _refuse_beside_item(
    session: Session, case: Case, draft: DecisionDraft, held: DecisionRight | None, form: DecisionForm
) -> None:
    """What a meeting decided on an item is entered by whoever may enter its decisions, and there alone.

    Raises:
        Refused: why.
    """
    if form.item_decision_id is not None:
        if held is None or held.maker not in BY_MINUTES:
            raise Refused(
                Obstacle.FORBIDDEN,
                Problem(
                    case.number,
                    _("Du får inte skriva in nämndens eller ett utskotts beslut."),
                    _("Be någon som får det, eller be systemförvaltaren lägga till det i delegationsordningen."),
                ),
            )
    elif ruling_of_case(session, case.id, draft.version) is not None:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Nämnden har ändrat raden, och det är inte inskrivet än."),
                _("Skriv in beslutet på omgångens ärende, eller ta bort noteringen där."),
            ),
        )


def _tell_other_cases(session: WritingSession, case: Case, screened: CaseScreening | None) -> None:
    """A finding against the association, shown to it and decided on, works in its other cases from now on."""
    against = [
        row
        for row in session.scalars(
            select(AssessmentRow).where(
                AssessmentRow.id.in_(screened.answers.values() if screened else ()),
                AssessmentRow.case_id.is_(None),
                AssessmentRow.made_in_case_id == case.id,
                AssessmentRow.answer == CriterionAnswer.NOT_MET.value,
            )
        )
        if decided_at(session, row) is not None
    ]
    if against:
        reused_answers.return_to_queue(
            session, case.board_id, case.association_id, InvalidationReason.NOT_MET, but=case.id
        )


PROPOSAL_STANDS: Final = "forslaget-galler"
"""What is told beside the gates: the proposal rests on what its case says."""
CHANGED_SINCE: Final = (
    _("Underlaget har ändrats sedan förslaget skrevs."),
    _("Läs igenom ärendet och spara förslaget på nytt."),
)


def as_draft(row: DecisionDraft) -> DecisionProposal:
    """A kept proposal as it would be proposed now."""
    return DecisionProposal(
        outcome=row.outcome,
        amount=row.amount,
        reasons=row.reasons,
        conditions=tuple(row.conditions),
        grounds=tuple(DecisionGround(name) for name in row.grounds),
        reservations=tuple(Reservation(name) for name in row.reservations),
        against_group=row.against_group,
        instalments=row.instalments,
        over_frame=row.over_frame,
        exception=row.exception,
    )


def _decided_already(session: WritingSession, case: Case) -> Problem:
    made = session.scalar(select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1))
    return Problem(
        case.number,
        _("Ärendet är redan beslutat av {function}.", function=made.decider(by_name=True))
        if made
        else _("Ärendet är redan beslutat."),
        _("Öppna det och se beslutet."),
    )


def make_decision(
    session: WritingSession,
    case: Case,
    draft: DecisionDraft,
    screened: CaseScreening | None,
    held: DecisionRight | None,
    form: DecisionForm,
) -> Decision:
    """The decision itself with what follows from it; every gate has been looked at."""
    kind = case.kind
    outcome = draft.outcome
    executes = held is not None and held.executes(kind.value, outcome)
    earlier = next((row for row in decisions_of(session, case.id) if row.kind == kind.value), None)
    decision = Decision(
        board_id=case.board_id,
        case_id=case.id,
        kind=kind.value,
        outcome=outcome,
        amount=draft.amount,
        conditions=draft.conditions,
        reservations=draft.reservations if outcome in FAVOURABLE and kind is CaseKind.GRANT else [],
        grounds=draft.grounds,
        reasons=draft.reasons_as_sent,
        set_aside=draft.set_aside,
        exception=draft.exception,
        reasons_at=draft.written_at,
        against_group=draft.against_group,
        changes_id=earlier.id if earlier is not None else None,
        against_values=outcome not in FAVOURABLE
        and DecisionGround.CRITERION in draft.grounds
        and screened is not None
        and screened.screening.value_is_against,
        **decision_makers.signature_columns(session, held, form),
        appeal="" if executes else before_decision.appeal_for(session, case, held.maker if held else ""),
        execution=executes,
        rests_on={
            "screening": case.screening_id,
            "rules": case.rule_version_id,
            "assessments": sorted(screened.answers.values()) if screened else [],
            "reviews": [review.id for review in reviews_of_case(session, case.id)],
            "communications": [row.id for row in communications(session, case.id)],
        },
    )
    session.add(decision)
    session.flush()
    day = min(decision.decided_on, day_here(session.now))  # a meeting's decision is entered after it
    basis = frozen_bases.keep_basis(session, case, screened, draft, decision_id=decision.id, on=day)
    for review in reviews_of_case(session, case.id):  # a case that is decided holds no working material of the group
        if review.outcome:
            keep_group_record(session, case, review)
    if not executes:  # to confirm a room is execution and no record of its own: the booking system has it
        register_record(session, case, RecordKind.REPORT, basis.id, on=day)
        register_record(session, case, RecordKind.DECISION, decision.id, on=decision.decided_on)
    drop_rulings_of_case(session, case.id)
    _after(session, case, decision, draft.instalments)
    session.note("decided", decision, case_id=case.id, detail={"outcome": outcome.value, "amount": decision.amount})
    return decision


def _after(session: WritingSession, case: Case, decision: Decision, instalments: str) -> None:
    """A grant is to be paid, a booking is confirmed or refused, the rest is closed."""
    outcome = decision.outcome
    if case.kind is CaseKind.BOOKING:
        change_state(case, CaseState.CONFIRMED if outcome in FAVOURABLE else CaseState.REFUSED)
        close_notes(session, case)
        if outcome in FAVOURABLE:
            BOOKINGS.function.take_again(session, case, must=True)
        follow_booking_state(session, case)
        return
    if outcome not in FAVOURABLE:
        MONEY.function.cancel_planned_payments(session, case.id)
        ended = outcome is DecisionOutcome.DISCONTINUED
        change_state(case, CaseState.DISCONTINUED if ended else CaseState.DECIDED)
        close_notes(session, case)
        return
    left = MONEY.function.plan_grant(session, case, decision, instalments)
    change_state(case, CaseState.PAYMENT if left else CaseState.REPORTING)
