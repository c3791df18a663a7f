"""What a meeting did with a round's item: entered once, row by row through its gates, then adjusted and put up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.boards.services.sign_in import require_permission
from vetting.cases.domain.cases import CaseState
from vetting.cases.models.cases import Case, seen_by
from vetting.cases.models.round_cases import of_rounds
from vetting.cases.services.cases import open_case
from vetting.decisions.models.decisions import Decision, decision_draft_of
from vetting.decisions.services import after_decision, decisions
from vetting.decisions.services.decision_makers import LONGEST_PARAGRAPH, DecisionForm
from vetting.formats.document_types import PDF, media_type
from vetting.grants.domain.board_items import BoardRuling
from vetting.grants.models.board_items import ItemDecision, RowRuling, rulings_of_round
from vetting.grants.services.own_rounds import own_round
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import NO_WORDS, _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.decisions.models.decisions import DecisionDraft
    from vetting.decisions.services.decisions import DecisionProposal
    from vetting.grants.models.rounds import Round
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.rules.services.rulebook import Rules

LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingWriting:
    """A meeting's paragraph on an item, as somebody enters it."""

    met_on: date
    paragraph: str
    at_once: bool = False
    adjusted_on: date | None = None
    notice_on: date | None = None
    absent: str = ""
    reserved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingWriting:
    """What the board made of one row instead of what was proposed; the amount in öre."""

    what: BoardRuling
    reasons: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A case with the decision that a meeting made in it."""

    case: Case
    decision: Decision


def wrong_with_meeting(new: MeetingWriting, today: date) -> list[Problem]:
    """Why a meeting cannot have decided so: its days, in their order."""
    found = []
    if not new.paragraph.strip():
        found.append(Problem("paragraph", _("Paragrafen saknas."), _("Skriv till exempel § 47.")))
    if new.met_on > today:
        found.append(
            Problem("met_on", _("Sammanträdet har inte varit än."), _("Skriv in beslutet när nämnden har beslutat."))
        )
    return found + wrong_with_minutes(new.met_on, new.adjusted_on, new.notice_on, today)


def wrong_with_minutes(met_on: date, adjusted_on: date | None, notice_on: date | None, today: date) -> list[Problem]:
    """Why minutes cannot have been adjusted, and their notice put up, on those days."""
    found = []
    if adjusted_on is not None and not met_on <= adjusted_on <= today:
        found.append(
            Problem(
                "adjusted_on",
                _("Protokollet kan inte ha justerats den dagen: före sammanträdet eller i framtiden."),
                _("Rätta datumet, eller lämna det tomt tills det är justerat."),
            )
        )
    if notice_on is not None and not (adjusted_on or met_on) <= notice_on <= today:
        found.append(
            Problem(
                "notice_on",
                _("Anslaget kan inte ha satts upp den dagen: före justeringen eller i framtiden."),
                _("Rätta datumet, eller lämna det tomt tills anslaget är uppe."),
            )
        )
    return found


def rule_on_row(
    session: WritingSession, round_id: int, number: str, new: RulingWriting, *, by: Person, at: datetime
) -> RowRuling:
    """Keeps what the board made of a row that it did not decide as proposed, until the decision is entered.

    Raises:
        Refused: there is no such row that waits; no reasons; or an amount that does not fit.
    """
    require_permission(by, Action.DECIDE)
    about, case = own_round(session, round_id, by), _waiting_case(session, round_id, number, by)
    problems = []
    if not new.reasons.strip():
        problems.append(
            Problem("reasons", _("Skälen saknas."), _("Skriv dem som de står i protokollet: föreningen får läsa dem."))
        )
    amount = new.amount if new.what is BoardRuling.GRANTED else None
    if new.what is BoardRuling.GRANTED:
        problems += _wrong_amount(session, case, amount)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = rulings_of_round(session, about.id).get(case.id) or RowRuling(round_id=about.id, case_id=case.id)
    row.what, row.amount, row.reasons = new.what, amount, new.reasons.strip()[:LONGEST]
    row.at, row.by_user_id = at, by.id
    session.add(row)
    session.flush()
    session.note(TrailNote(action="row_ruled", by=by, at=at, subject=row, case_id=case.id))
    return row


def _wrong_amount(session: Session, case: Case, amount: int | None) -> list[Problem]:
    draft = decision_draft_of(session, case.id)
    if amount is None or amount <= 0:
        return [Problem("amount", _("Beloppet saknas."), _("Skriv vad nämnden beviljade."))]
    if case.amount_applied is not None and amount > case.amount_applied:
        return [Problem("amount", _("Beloppet är större än det sökta."), _("Skriv högst det sökta."))]
    if draft is not None and draft.amount == amount:
        return [
            Problem(
                "amount",
                _("Beloppet är det som föreslogs."),
                _("Skriv det som nämnden beslutade i stället, eller besluta raden som föreslaget."),
            )
        ]
    return []


def drop_ruling(session: WritingSession, round_id: int, number: str, *, by: Person, at: datetime) -> None:
    """The row is decided as proposed after all.

    Raises:
        Refused: there is no such row, or nothing else is kept of it.
    """
    require_permission(by, Action.DECIDE)
    case = _waiting_case(session, round_id, number, by)
    row = rulings_of_round(session, round_id).get(case.id)
    if row is None:
        raise Refused(Obstacle.MISSING)
    session.note(TrailNote(action="row_ruling_dropped", by=by, at=at, subject=row, case_id=case.id))
    session.delete(row)


def _waiting_case(session: Session, round_id: int, number: str, by: Person) -> Case:
    wanted = select(Case).where(
        Case.number == number, of_rounds([round_id]), seen_by(by, Action.DECIDE), Case.state == CaseState.READY
    )
    case = session.scalar(wanted)
    if case is None or decision_draft_of(session, case.id) is None:
        raise Refused(Obstacle.MISSING)
    return case


def enter_row(
    session: WritingSession,
    round_id: int,
    number: str,
    version: int,
    meeting: MeetingWriting,
    *,
    free: bool,
    rules: Rules,
    by: Person,
    at: datetime,
) -> Decision | None:
    """What the meeting did with one row: decided as proposed, otherwise, or sent back, which is no decision.

    version: of the proposal that the board had before it. free: whoever enters it says that they are not in conflict.

    Raises:
        Refused: the row has changed, the proposal is younger than the meeting, or a gate holds it.
    """
    about = own_round(session, round_id, by)
    problems = wrong_with_meeting(meeting, at.date())
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    if free:
        decisions.declare_no_conflict(session, number, by=by, at=at)
    case = open_case(session, number, by=by, action=Action.DECIDE)
    draft = decision_draft_of(session, case.id)
    if case.state is not CaseState.READY or draft is None or draft.version != version:
        raise Refused(
            Obstacle.STALE,
            Problem(number, _("Förslaget ändrades medan du läste."), _("Läs det på nytt och besluta sedan.")),
        )
    if day_here(draft.written_at) > meeting.met_on:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                number,
                _("Förslaget skrevs efter sammanträdet: nämnden kan inte ha beslutat om det."),
                _("Rätta dagen för sammanträdet, eller ta upp raden vid nästa."),
            ),
        )
    record = _record(session, about, meeting, by=by, at=at)
    ruling = rulings_of_round(session, about.id).get(case.id)
    if ruling is not None and ruling.what is BoardRuling.SENT_BACK:
        _send_back(session, record, case, ruling, by=by, at=at)
        return None
    if ruling is not None:
        draft = _as_ruled(session, case, draft, ruling, rules=rules, by=by, at=at)
    how = DecisionForm(paragraph=record.paragraph, decided_on=record.met_on, item_decision_id=record.id)
    made = decisions.decide(session, number, draft_version=draft.version, rules=rules, by=by, at=at, form=how)
    if record.notice_on is not None:
        after_decision.announce_together(session, [made], record.notice_on, by=by, at=at)
    return made


def _record(
    session: WritingSession, about: Round, meeting: MeetingWriting, *, by: Person, at: datetime
) -> ItemDecision:
    """The meeting's paragraph on the item: made with its first row, and the same for those that follow."""
    row = meeting_record(session, about.id, meeting)
    if row is not None:
        return row
    row = ItemDecision(
        board_id=about.board_id,
        round_id=about.id,
        met_on=meeting.met_on,
        paragraph=_tidy_paragraph(meeting.paragraph),
        at_once=meeting.at_once,
        adjusted_on=meeting.adjusted_on,
        notice_on=meeting.notice_on,
        absent=meeting.absent.strip()[:LONGEST],
        reserved=meeting.reserved.strip()[:LONGEST],
        sent_back=[],
        at=at,
        by_user_id=by.id,
    )
    session.add(row)
    session.flush()
    session.note(TrailNote(action="item_decided", by=by, at=at, subject=row, board_id=about.board_id))
    return row


def _send_back(
    session: WritingSession, record: ItemDecision, case: Case, ruling: RowRuling, *, by: Person, at: datetime
) -> None:
    decisions.send_back(session, case.number, by=by, at=at, action=Action.DECIDE)
    record.sent_back = [*record.sent_back, f"{case.number} {ruling.reasons}"]
    session.note(
        TrailNote(action="row_sent_back", by=by, at=at, subject=record, case_id=case.id, reason=ruling.reasons)
    )
    session.delete(ruling)


def _as_ruled(
    session: WritingSession,
    case: Case,
    draft: DecisionDraft,
    ruling: RowRuling,
    *,
    rules: Rules,
    by: Person,
    at: datetime,
) -> DecisionDraft:
    """The proposal as the board changed it, with its own reasons."""
    new = decisions.propose_decision(
        session,
        case.number,
        _ruled_proposal(draft, ruling, case.amount_applied),
        version=None,
        rules=rules,
        by=by,
        at=at,
    )
    session.delete(ruling)
    return new


def _ruled_proposal(draft: DecisionDraft, ruling: RowRuling, applied: int | None) -> DecisionProposal:
    kept = decisions.as_draft(draft)
    if ruling.what is BoardRuling.REFUSED:
        outcome = DecisionOutcome.REFUSED
    else:
        outcome = DecisionOutcome.APPROVED if ruling.amount == applied else DecisionOutcome.PARTLY_APPROVED
    by_priority = () if outcome is DecisionOutcome.APPROVED else (DecisionGround.PRIORITY,)
    return replace(
        kept,
        outcome=outcome,
        amount=ruling.amount,
        reasons=ruling.reasons,
        grounds=by_priority,
        against_group=kept.against_group or ruling.reasons,
    )


def record_of_item(session: Session, key: int, by: Person) -> ItemDecision:
    """What a meeting of the own board did with an item.

    Raises:
        Refused: there is none.
    """
    found = session.scalar(select(ItemDecision).where(ItemDecision.id == key, ItemDecision.board_id == by.board_id))
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def decided_rows(session: Session, key: int, by: Person, action: Action = Action.READ_CASES) -> Sequence[DecidedRow]:
    """The decisions that a meeting made on an item, of those that this person may see with an action, by name."""
    wanted = (
        select(Case, Decision)
        .join(Decision, Decision.case_id == Case.id)
        .where(Decision.item_decision_id == key, seen_by(by, action))
    )
    return [DecidedRow(case, made) for case, made in session.execute(wanted.order_by(Case.name, Case.id))]


def decided_by_all(
    session: Session, record: ItemDecision, by: Person, action: Action = Action.READ_CASES
) -> Sequence[Decision]:
    """All decisions of a meeting on an item, for whoever takes part in each of them.

    Raises:
        Refused: there is one that this person takes no part in.
    """
    wanted = select(Decision).join(Case, Case.id == Decision.case_id).where(Decision.item_decision_id == record.id)
    if session.scalar(wanted.where(~seen_by(by, action)).limit(1)) is not None:
        clash = SEPARATION_WORDS[SeparationOfDuties.DECIDE_IN_CONFLICT]
        raise Refused(Obstacle.FORBIDDEN, Problem("", clash, NO_WORDS))
    return session.scalars(wanted).all()


def note_minutes(
    session: WritingSession,
    key: int,
    *,
    adjusted_on: date | None,
    notice_on: date | None,
    by: Person,
    at: datetime,
) -> ItemDecision:
    """When the minutes were adjusted and their notice put up: the time to appeal starts for every row at once.

    Raises:
        Refused: there is no such decision; days that cannot be; the notice was put up already, on another day.
    """
    require_permission(by, Action.REGISTER_CASE)
    record = record_of_item(session, key, by)
    every = decided_by_all(session, record, by)
    problems = wrong_with_minutes(record.met_on, adjusted_on, notice_on, at.date())
    if record.notice_on is not None and notice_on != record.notice_on:
        problems.append(
            Problem(
                "notice_on",
                _("Anslaget är redan antecknat: tiden att överklaga räknas från den dagen."),
                _("Låt dagen stå. Om den är fel, anteckna det i varje ärende."),
            )
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    if (record.adjusted_on, record.notice_on) == (adjusted_on, notice_on):
        return record
    record.adjusted_on, record.notice_on = adjusted_on, notice_on
    if notice_on is not None:
        after_decision.announce_together(session, every, notice_on, by=by, at=at)
    session.note(TrailNote(action="item_minutes_noted", by=by, at=at, subject=record, board_id=record.board_id))
    return record


def take_extract(
    session: WritingSession, key: int, content: bytes, name: str, *, by: Person, at: datetime
) -> ItemDecision:
    """Takes in the extract of the minutes that the board's secretary has made; a new one replaces it.

    Raises:
        Refused: there is no such decision, or the file is no PDF.
    """
    require_permission(by, Action.REGISTER_CASE)
    record = record_of_item(session, key, by)
    decided_by_all(session, record, by)
    try:
        kind = media_type(content, name)
    except UnreadableError as error:
        raise Refused(Obstacle.INVALID, Problem("extract", error.problem.what, error.problem.remedy)) from None
    if kind != PDF:
        raise Refused(
            Obstacle.INVALID,
            Problem("extract", _("Protokollsutdraget är ingen PDF."), _("Spara det som PDF och lämna in det igen.")),
        )
    record.extract, record.extract_name = content, name[:200]
    record.extract_sha256 = hashlib.sha256(content).hexdigest()
    session.note(TrailNote(action="item_extract_taken", by=by, at=at, subject=record, board_id=record.board_id))
    return record


def meeting_record(session: Session, round_id: int, meeting: MeetingWriting) -> ItemDecision | None:
    """What a meeting did with an item by that paragraph, where it is entered."""
    wanted = select(ItemDecision).where(
        ItemDecision.round_id == round_id,
        ItemDecision.met_on == meeting.met_on,
        ItemDecision.paragraph == _tidy_paragraph(meeting.paragraph),
    )
    return session.scalar(wanted)


def _tidy_paragraph(paragraph: str) -> str:
    return " ".join(paragraph.split())[:LONGEST_PARAGRAPH]
