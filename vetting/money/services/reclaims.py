"""Reclaims: opened on a ground, told, answered, decided, followed through the finance office's ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from vetting import casework
from vetting.casework import (
    AT_ONCE,
    NOT_ANSWERED,
    has_answered_on_conflict,
    open_case,
    ordinary_deadline,
    raise_version,
    register_record,
    register_text_record,
    wrong_deadline,
)
from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.records import REPLIED, TOLD, RecordKind
from vetting.casework.models import cases
from vetting.casework.models.cases import Case, scheduled_times
from vetting.casework.models.decisions import Decision
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import DecisionOutcome, Reservation
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.text import NO_WORDS, _, in_context, same_in_both
from vetting.money.domain.reclaims import (
    GROUNDS_OF,
    NUMBERED,
    OF_OTHERS,
    RESTS_ON,
    SAID_IN_WORDS,
    UNTIL_A_DAY,
    CollectionStep,
    EstablishedBy,
    LedgerKind,
    ReclaimAct,
    ReclaimDays,
    ReclaimGround,
    ReclaimState,
    ReclaimStep,
    next_reclaim_step,
)
from vetting.money.models.owed_reports import overdue_reports
from vetting.money.models.reclaims import (
    CollectionNote,
    LedgerEntry,
    Reclaim,
    amount_to_come,
    credit_of,
    still_claimed,
)
from vetting.money.models.reports import report_due, report_of
from vetting.money.services.reports import amount_paid
from vetting.money.services.set_offs import refuse_beside_set_off
from vetting.people import require_permission
from vetting.people.domain.delegation import SINGLE, DelegatedAct

if TYPE_CHECKING:
    from datetime import date

    from vetting.casework import DecisionForm
    from vetting.kernel.store.session import Session, WritingSession

DUE_AFTER: Final = timedelta(days=30)
SERIES: Final = "ATK"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReclaim:
    """What is asked back and why; the amount in öre."""

    ground: ReclaimGround
    amount: int
    established_by: EstablishedBy | None = None
    """Whose decision it rests on; None where it rests on the report, its absence or a calculation."""
    established_on: date | None = None
    reference: str = ""
    reasons: str
    without_reservation: str = ""


def open_reclaim(session: WritingSession, number: str, new: NewReclaim) -> Reclaim:
    """Opens a reclaim of a paid grant, or of the rate of a booking that has been held.

    A decision that holds nothing open is told and needs its own reason.

    Raises:
        Refused: nothing is paid or held, more than was paid is asked, it rests on nothing established, or no
            reservation.
    """
    case = open_case(session, number, action=Action.RECLAIM)
    decision = session.scalar(
        select(Decision)
        .where(Decision.case_id == case.id, Decision.kind == case.kind)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    paid = amount_paid(session, case.id)
    claimed = int(
        session.scalar(
            select(func.coalesce(func.sum(Reclaim.amount), 0)).where(
                Reclaim.case_id == case.id, Reclaim.state != ReclaimState.QUASHED.value
            )
        )
        or 0
    )
    if decision is None:
        raise Refused(Obstacle.MISSING)
    reserved = Reservation.RECLAIM.value in decision.reservations
    of_booking = case.kind == CaseKind.BOOKING
    if of_booking and (case.state not in CHARGED_STATES or not _has_begun(session, case)):
        what = _("Inget tillfälle i bokningen har ägt rum: det finns ingen taxa att debitera.")
        raise Refused(Obstacle.CLOSED, Problem(number, what, _("Vänta tills det första tillfället har börjat.")))
    problems = _wrong_reclaim(new, None if of_booking else paid - claimed, reserved=reserved)
    if new.ground not in GROUNDS_OF[case.kind]:
        what = _("Den grunden passar inte ärendet.")
        problems.append(Problem("ground", what, _("Välj en annan grund.")))
    rests = _basis(session, case, new, session.today)
    problems += rests.problems
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    reclaim = Reclaim(
        board_id=case.board_id,
        number=cases.next_number(session, case.board_id, SERIES, session.now.year),
        case_id=case.id,
        decision_id=decision.id,
        ground=new.ground,
        amount=new.amount,
        established_by=rests.by,
        established_on=rests.on,
        reference=rests.reference,
        reservation=reserved,
        without_reservation=new.without_reservation.strip(),
        reasons=new.reasons.strip(),
        contacts=[],
        opened_at=session.now,
        by_user_id=session.person.id,
    )
    session.add(reclaim)
    raise_version(case)
    session.flush()
    session.note("reclaim_opened", reclaim, case_id=case.id, detail={"amount": new.amount})
    return reclaim


class ReclaimBasis(NamedTuple):
    """What a reclaim rests on, from which day, by which number; or what is wrong with that."""

    by: EstablishedBy
    on: date
    reference: str
    problems: list[Problem]


def _basis(session: Session, case: Case, new: NewReclaim, on: date) -> ReclaimBasis:
    """What it rests on: on the democracy condition somebody's decision, else what the records say themselves."""
    if new.established_by in OF_OTHERS or new.ground is ReclaimGround.DEMOCRACY_CONDITION:
        problems = []
        if new.established_by is None:
            problems.append(
                Problem(
                    "established_by",
                    _("Det står inte vems beslut som har konstaterat det."),
                    _("Välj nämndens beslut, en dom eller en annan myndighets beslut. En misstanke räcker inte."),
                )
            )
        if not new.reference.strip() or new.established_on is None or new.established_on > on:
            problems.append(
                Problem(
                    "reference",
                    _("Det står inte hur felet har konstaterats."),
                    _("Skriv vilket beslut eller vilken dom, med datum och nummer. En misstanke räcker inte."),
                )
            )
        by = new.established_by or EstablishedBy.BOARD_DECISION
        return ReclaimBasis(by, new.established_on or on, new.reference.strip(), problems)
    return _own_basis(session, case, new, on)


def _own_basis(session: Session, case: Case, new: NewReclaim, on: date) -> ReclaimBasis:
    by = RESTS_ON[new.ground]
    report = report_of(session, case.id)
    received = report.received_on if report is not None else None
    if by is EstablishedBy.REPORT and received is None:
        what = _("Ingen redovisning har kommit in: det går inte att säga vad som inte har använts.")
        remedy = _("Välj att det inte är redovisat, eller anteckna redovisningen först.")
        return ReclaimBasis(by, on, "", [Problem("ground", what, remedy)])
    if by is EstablishedBy.MISSING_REPORT:
        due = session.scalar(select(report_due()).where(Case.id == case.id, overdue_reports(on)))
        problems = []
        if due is None:
            what = _("Redovisningen har kommit in, eller är inte försenad.")
            problems.append(
                Problem(
                    "ground",
                    what,
                    _("Välj en annan grund, eller vänta tills sista dagen för redovisningen har passerat."),
                )
            )
        return ReclaimBasis(by, due or on, "", problems)
    return ReclaimBasis(by, received if by is EstablishedBy.REPORT and received else on, new.reference.strip(), [])


CHARGED_STATES: Final = frozenset({CaseState.CONFIRMED, CaseState.RESCINDED})


def _has_begun(session: Session, case: Case) -> bool:
    """Whether a time of a booking has begun."""
    return any(use.starts_at is not None and use.starts_at <= session.now for use in scheduled_times(session, case.id))


def _wrong_reclaim(new: NewReclaim, left: int | None, *, reserved: bool) -> list[Problem]:
    """left: what can be asked back of what is paid; None of a rate, which nobody has paid."""
    found = []
    if left is None and new.amount <= 0:
        found.append(Problem("amount", _("Beloppet saknas."), _("Skriv skillnaden till den taxa som gäller.")))
    elif left is not None and (new.amount <= 0 or new.amount > left):
        found.append(
            Problem(
                "amount",
                _("Beloppet är inte mellan noll och det som är utbetalt: ") + kronor(max(left, 0)) + same_in_both("."),
                _("Skriv högst det."),
            )
        )
    if not new.reasons.strip():
        found.append(Problem("reasons", _("Motiveringen saknas."), _("Skriv vad återkravet bygger på.")))
    if not reserved and not new.without_reservation.strip():
        found.append(
            Problem(
                "without_reservation",
                _("Bidragsbeslutet har inget förbehåll om återkrav.")
                if left is not None
                else _("Beslutet om bokningen har inget förbehåll om taxan."),
                _(
                    "Ett gynnande beslut får inte ändras utan förbehåll, tvingande säkerhetsskäl eller felaktiga "
                    "uppgifter. Skriv vilket som gäller."
                ),
            )
        )
    return found


def _reclaim(session: WritingSession, number: str, action: Action) -> tuple[Reclaim, Case]:
    require_permission(session.person, action)
    found = session.execute(
        select(Reclaim, Case)
        .join(Case, Case.id == Reclaim.case_id)
        .where(cases.seen_by(session.person, action), Reclaim.number == number)
    ).one_or_none()
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found[0], found[1]


def _in_state(reclaim: Reclaim, *states: ReclaimState) -> None:
    if reclaim.state not in states:
        raise Refused(
            Obstacle.STALE,
            Problem(reclaim.number, _("Återkravet är redan i ett senare steg."), _("Öppna det på nytt.")),
        )


def communicate_reclaim(session: WritingSession, number: str, *, reply_by: date | None) -> Reclaim:
    """The association is told, with time to answer: the board's own, where no day is said.

    Raises:
        Refused: told already, or too short a time.
    """
    reclaim, case = _reclaim(session, number, Action.RECLAIM)
    _in_state(reclaim, ReclaimState.PROPOSED)
    reply_by = reply_by or ordinary_deadline(session, case.board_id, session.today)
    problems = wrong_deadline("reply_by", reply_by, session.today)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    reclaim.communicated_on, reclaim.reply_by, reclaim.state = session.today, reply_by, ReclaimState.COMMUNICATED
    told = [(TOLD, reclaim.reasons.splitlines())]
    register_text_record(session, case, RecordKind.CLAIM_TOLD, told, DocumentStatus.SENT)
    session.note("reclaim_communicated", reclaim, case_id=case.id)
    return reclaim


def note_reclaim_reply(session: WritingSession, number: str, reply: str, *, replied_on: date) -> Reclaim:
    """What the association answered.

    Raises:
        Refused: nothing was sent, or no text.
    """
    reclaim, case = _reclaim(session, number, Action.RECLAIM)
    _in_state(reclaim, ReclaimState.COMMUNICATED)
    told_on = reclaim.communicated_on
    if not reply.strip() or replied_on > session.today or (told_on is not None and replied_on < told_on):
        raise Refused(
            Obstacle.INVALID,
            Problem("reply", in_context("from an association", "Svaret saknas."), _("Skriv vad föreningen svarade.")),
        )
    reclaim.reply, reclaim.replied_on = reply.strip(), replied_on
    register_text_record(session, case, RecordKind.CLAIM_REPLY, [(REPLIED, reclaim.reply.splitlines())], on=replied_on)
    session.note("reclaim_reply", reclaim, case_id=case.id)
    return reclaim


def reclaim_step(reclaim: Reclaim, decided_on: date | None, on: date) -> ReclaimStep | None:
    days = ReclaimDays(
        day_here(reclaim.opened_at),
        reclaim.communicated_on,
        reclaim.reply_by,
        reclaim.replied_on,
        decided_on,
        reclaim.due_on,
    )
    return next_reclaim_step(reclaim.state, days, on)


RECLAIMS: Final = frozenset({DelegatedAct.RECLAIM})


def decide_reclaim(
    session: WritingSession, number: str, *, version: int | None, weighed: str = "", form: DecisionForm = AT_ONCE
) -> Decision:
    """Decides the reclaim: with a delegation that covers it, after the association could answer.

    weighed: how what it answered is judged; it stands last among the reasons.

    Raises:
        Refused: changed or decided meanwhile, not communicated, the time to reply runs, a reply that is not weighed, or
            no delegation.
    """
    reclaim, case = _reclaim(session, number, Action.DECIDE)
    _in_state(reclaim, ReclaimState.PROPOSED, ReclaimState.COMMUNICATED)
    if version is not None and reclaim.version != version:
        _in_state(reclaim)
    on = session.today
    step = reclaim_step(reclaim, None, on)
    if step is None or step.act is not ReclaimAct.DECIDE:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                number,
                _("Föreningen har inte fått underlaget, eller så har svarstiden inte gått ut."),
                _("Skicka underlaget, och vänta ut svarstiden."),
            ),
        )
    if not has_answered_on_conflict(session, case, session.person.id):
        raise Refused(Obstacle.CLOSED, Problem(number, *NOT_ANSWERED))
    held = casework.delegation_for(
        session, "reclaim", on=on, outcome=DecisionOutcome.APPROVED, amount=reclaim.amount, needed=RECLAIMS
    )
    if held is None or not held.covers(DecisionOutcome.APPROVED, reclaim.amount, RECLAIMS):
        raise Refused(
            Obstacle.FORBIDDEN,
            Problem(number, _("Du har ingen delegation för det här återkravet."), _("Skicka det till nämnden.")),
        )
    wrong = list(casework.wrong_with(held, form))
    judged = mask_personal_numbers(weighed.strip())[:LONGEST_NOTE]
    if reclaim.replied_on is not None and not judged:
        what = _("Föreningen har svarat, och det står inte hur svaret bedöms.")
        wrong.append(Problem("weighed", what, _("Skriv vad svaret ändrar, eller varför det inte ändrar något.")))
    if wrong:
        raise Refused(Obstacle.INVALID, *wrong)
    decision = Decision(
        board_id=case.board_id,
        case_id=case.id,
        kind="reclaim",
        changes_id=reclaim.decision_id,
        outcome=DecisionOutcome.APPROVED,
        amount=reclaim.amount,
        conditions=[],
        reservations=[],
        grounds=[reclaim.ground],
        reasons="\n\n".join(filter(None, [reclaim.reasons, judged])),
        reasons_at=session.now if judged else reclaim.opened_at,
        appeal=casework.appeal_for(session, case, held.maker),
        rests_on={"reclaim": reclaim.id, "decision": reclaim.decision_id},
        **casework.signature_columns(session, held, form),
    )
    session.add(decision)
    session.flush()
    register_record(session, case, RecordKind.DECISION, decision.id, on=decision.decided_on)
    reclaim.reclaim_decision_id, reclaim.state, reclaim.due_on = decision.id, ReclaimState.DECIDED, on + DUE_AFTER
    session.note("reclaim_decided", decision, case_id=case.id, detail={"amount": reclaim.amount})
    return decision


def receive_payment(session: WritingSession, number: str, amount: int, *, on: date, more: bool = False) -> LedgerEntry:
    """Money that came back on a reclaim, also on one that was written off in the books; paid when nothing remains.

    more: somebody has said that more came in than remains; what is too much is the association's to have back.

    Raises:
        Refused: not decided, more than remains without that being said, or a day that has not been.
    """
    reclaim, case = _reclaim(session, number, Action.PAY)
    if reclaim.state is not ReclaimState.WRITTEN_OFF:
        _in_state(reclaim, ReclaimState.DECIDED)
    left = still_claimed(session, reclaim)
    refuse_beside_set_off(session, reclaim, amount)
    if amount <= 0 or (amount > left and not more) or on > session.today:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "amount",
                _("Beloppet eller dagen stämmer inte. Kvar att betala: ") + kronor(left) + same_in_both("."),
                _("Rätta det. Om mer har kommit in, kryssa i det i formuläret: resten blir då tillgodo."),
            ),
        )
    entry = LedgerEntry(
        reclaim_id=reclaim.id,
        kind=LedgerKind.PAYMENT,
        amount=amount,
        on=on,
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(entry)
    if left <= amount:
        reclaim.state = ReclaimState.PAID
    session.flush()
    session.note("reclaim_payment", entry, case_id=case.id, detail={"amount": amount})
    return entry


def note_refund(session: WritingSession, number: str, *, on: date) -> LedgerEntry:
    """What came in too much has been paid back to the association.

    Raises:
        Refused: nothing is to be paid back, or a day that has not been.
    """
    reclaim, case = _reclaim(session, number, Action.PAY)
    credit = credit_of(session, reclaim)
    if not credit:
        raise Refused(
            Obstacle.STALE, Problem(number, _("Återkravet har inget belopp tillgodo."), _("Öppna det på nytt."))
        )
    if on > session.today:
        raise Refused(Obstacle.INVALID, Problem("on", _("Dagen ligger i framtiden."), _("Skriv dagen då det hände.")))
    entry = LedgerEntry(
        reclaim_id=reclaim.id,
        kind=LedgerKind.REFUND,
        amount=-credit,
        on=on,
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(entry)
    session.flush()
    session.note("reclaim_refunded", entry, case_id=case.id, detail={"amount": credit})
    return entry


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCollectionNote:
    """What the finance office's ledger says of a claim."""

    step: CollectionStep
    on: date
    until: date | None = None
    number: str = ""
    text: str = ""


def note_collection(session: WritingSession, number: str, new: NewCollectionNote) -> CollectionNote:
    """Notes a step of a claim: invoiced, reminded, a plan, Kronofogden; or a contact, with what was asked and answered.

    Raises:
        Refused: not decided, a day that has not been, or what the step needs is not said.
    """
    action = Action.RECLAIM if new.step is CollectionStep.CONTACT else Action.PAY
    reclaim, case = _reclaim(session, number, action)
    if new.step is not CollectionStep.CONTACT:
        _in_state(reclaim, ReclaimState.DECIDED)
    problems = wrong_with_note(new, session.today)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = CollectionNote(
        reclaim_id=reclaim.id,
        step=new.step,
        on=new.on,
        until=new.until if new.step in UNTIL_A_DAY else None,
        number=" ".join(new.number.split())[:60] if new.step in NUMBERED else "",
        text=mask_personal_numbers(new.text.strip())[:LONGEST_NOTE],
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(row)
    if new.step is CollectionStep.INVOICED:
        reclaim.invoice = row.number
    if new.step in UNTIL_A_DAY and new.until is not None:
        reclaim.due_on = new.until
    session.flush()
    if new.step is CollectionStep.INVOICED:
        register_record(session, case, RecordKind.INVOICE, row.id, DocumentStatus.SENT, on=row.on)
    session.note("reclaim_followed", row, case_id=case.id, detail={"step": new.step.value})
    return row


def wrong_with_note(new: NewCollectionNote, on: date) -> list[Problem]:
    """What a step lacks: a day that has been, its number, its last day, its words."""
    found = []
    if new.on > on:
        found.append(Problem("on", _("Dagen ligger i framtiden."), _("Skriv dagen då det hände.")))
    if new.step in NUMBERED and not new.number.strip():
        found.append(Problem("number", _("Numret saknas."), _("Skriv fakturans eller målets nummer.")))
    if new.step in UNTIL_A_DAY and (new.until is None or new.until < new.on):
        found.append(
            Problem(
                "until",
                _("Sista dagen saknas eller är tidigare än dagen ovan."),
                _("Skriv till och med vilken dag anståndet eller planen gäller."),
            )
        )
    if new.step in SAID_IN_WORDS and not new.text.strip():
        found.append(
            Problem("text", _("Det står inte vad planen, utfallet eller kontakten gäller."), _("Skriv det kort."))
        )
    return found


def waive_reclaim(
    session: WritingSession, number: str, amount: int, reasons: str, *, form: DecisionForm = AT_ONCE
) -> Decision:
    """Decides that a part or all of what is left is not asked for, for special reasons; another than who decided it.

    Raises:
        Refused: not decided, more than is left, no reasons, decided by oneself, no delegation or no answer on conflict.
    """
    reclaim, case = _reclaim(session, number, Action.DECIDE)
    _in_state(reclaim, ReclaimState.DECIDED)
    refuse_beside_set_off(session, reclaim, amount)
    asked = session.get_one(Decision, reclaim.reclaim_decision_id)
    problems = _wrong_waiver(amount, reasons, amount_to_come(session, reclaim))
    if not has_answered_on_conflict(session, case, session.person.id):
        problems.append(Problem(number, *NOT_ANSWERED))
    held = casework.delegation_for(
        session, "reclaim", on=session.today, outcome=DecisionOutcome.APPROVED, amount=amount, needed=RECLAIMS
    )
    if held is None or not held.covers(DecisionOutcome.APPROVED, amount, RECLAIMS):
        problems.append(
            Problem(
                number, _("Din delegation omfattar inte eftergiften."), _("Lämna den till nämnden eller en kollega.")
            )
        )
    elif held.maker in SINGLE and asked.by_user_id == session.person.id:
        problems.append(Problem(number, SEPARATION_WORDS[SeparationOfDuties.DECIDE_OWN_RECLAIM_AND_WAIVE], NO_WORDS))
    if held is not None:
        problems += casework.wrong_with(held, form)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    decision = Decision(
        board_id=case.board_id,
        case_id=case.id,
        kind="reclaim_waiver",
        changes_id=asked.id,
        outcome=DecisionOutcome.APPROVED,
        amount=amount,
        conditions=[],
        reservations=[],
        grounds=[reclaim.ground],
        reasons=reasons.strip(),
        reasons_at=session.now,
        appeal=casework.appeal_for(session, case, held.maker if held is not None else ""),
        rests_on={"reclaim": reclaim.id, "decision": asked.id},
        **casework.signature_columns(session, held, form),
    )
    session.add(decision)
    session.flush()
    register_record(session, case, RecordKind.DECISION, decision.id, on=decision.decided_on)
    _take_away(session, reclaim, LedgerKind.WAIVER, amount, reasons)
    session.note("reclaim_waived", decision, case_id=case.id, detail={"amount": amount})
    return decision


def _wrong_waiver(amount: int, reasons: str, left: int) -> list[Problem]:
    found = []
    if not 0 < amount <= left:
        what = _("Beloppet är inte mellan noll och det som är kvar: ") + kronor(left) + same_in_both(".")
        found.append(Problem("amount", what, _("Skriv högst det.")))
    if not reasons.strip():
        found.append(
            Problem("reasons", _("De särskilda skälen saknas."), _("Skriv varför det inte ska betalas tillbaka."))
        )
    return found


def write_off(session: WritingSession, number: str, text: str) -> LedgerEntry:
    """Somebody who may has decided that what is left is written off in the books: the claim lives, it is no waiver.

    Raises:
        Refused: not decided, nothing says why, or no delegation for it.
    """
    reclaim, case = _reclaim(session, number, Action.DECIDE)
    _in_state(reclaim, ReclaimState.DECIDED)
    left = amount_to_come(session, reclaim)
    problems = []
    if not text.strip():
        problems.append(Problem("text", _("Det står inte varför den skrivs av."), _("Skriv utfallet kort.")))
    held = casework.delegation_for(
        session, "reclaim", on=session.today, outcome=DecisionOutcome.APPROVED, amount=left, needed=RECLAIMS
    )
    if held is None or not held.covers(DecisionOutcome.APPROVED, left, RECLAIMS):
        what = _("Din delegation omfattar inte att skriva av fordran.")
        problems.append(Problem(number, what, _("Lämna den till någon vars delegation omfattar det.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    refuse_beside_set_off(session, reclaim, left)
    entry = _take_away(session, reclaim, LedgerKind.WRITE_OFF, left, text)
    session.note("reclaim_written_off", entry, case_id=case.id, detail={"amount": entry.amount})
    return entry


_ENDS_AS: Final = {LedgerKind.WAIVER: ReclaimState.WAIVED, LedgerKind.WRITE_OFF: ReclaimState.WRITTEN_OFF}


def _take_away(session: WritingSession, reclaim: Reclaim, kind: LedgerKind, amount: int, text: str) -> LedgerEntry:
    """An entry that takes away from what is left; where nothing is, the reclaim has ended so."""
    entry = LedgerEntry(
        reclaim_id=reclaim.id,
        kind=kind,
        amount=amount,
        on=session.today,
        text=text.strip(),
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(entry)
    session.flush()
    if amount_to_come(session, reclaim) == 0:
        reclaim.state = _ENDS_AS[kind]
        session.flush()
    return entry


LONGEST_NOTE: Final = 2000
