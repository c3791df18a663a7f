"""What a meeting did with a round's item: entered once, row by row through its gates, then adjusted and put up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import func, select

from vetting import casework
from vetting.casework import LONGEST_PARAGRAPH, DecisionForm, changed_since, open_case, register_record, screen_and_keep
from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.cases import Case, numbers_seen, seen_by
from vetting.casework.models.decisions import Decision, decision_draft_of
from vetting.casework.models.letters import Letter
from vetting.casework.models.records import Record
from vetting.casework.models.round_cases import of_rounds
from vetting.formats.document_types import PDF, media_type
from vetting.grants import own_round
from vetting.grants.domain.board_items import BoardRuling
from vetting.grants.domain.round_days import payment_after
from vetting.grants.models.board_items import (
    ItemDecision,
    RowRuling,
    drop_rulings_of_case,
    ruling_of_case,
    sent_items,
)
from vetting.grants.models.rounds import Round
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import FAVOURABLE, DecisionGround, DecisionOutcome
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.text import NO_WORDS, _
from vetting.money.models.payments import Payment
from vetting.people import require_permission
from vetting.rounds.services.allocation_proposals import proposals_by_other_money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from vetting.casework import DecisionProposal
    from vetting.casework.models.decisions import DecisionDraft
    from vetting.kernel.store.session import Session, WritingSession

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
    voted: str = ""
    reserved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingWriting:
    """What the board made of one row instead of what was proposed; the amount in öre."""

    what: BoardRuling
    reasons: str
    amount: int | None = None


class SeenRow(NamedTuple):
    """What somebody read of a row before they entered what the board did with it."""

    draft_version: int
    ruling: int
    """The key of what the board was said to have changed; 0 where nothing was."""


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
            Problem("met_on", _("Sammanträdet har inte hållits än."), _("Skriv in beslutet när nämnden har beslutat."))
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
                _("Rätta datumet, eller lämna det tomt tills protokollet är justerat."),
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


def rule_on_row(session: WritingSession, round_id: int, number: str, new: RulingWriting) -> RowRuling:
    """Keeps what the board made of a row that it did not decide as proposed, until the decision is entered.

    Raises:
        Refused: there is no such row that waits; no reasons; or an amount that does not fit.
    """
    require_permission(session.person, Action.DECIDE)
    about = own_round(session, round_id)
    case, draft = _waiting_case(session, round_id, number)
    problems = _wrong_ruling(draft, new)
    if not new.reasons.strip():
        problems.append(
            Problem("reasons", _("Skälen saknas."), _("Skriv dem som de står i protokollet: föreningen får läsa dem."))
        )
    amount = new.amount if new.what is BoardRuling.GRANTED else None
    if new.what is BoardRuling.GRANTED:
        problems += _wrong_amount(draft, case, amount)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    drop_rulings_of_case(session, case.id)
    row = RowRuling(  # always a new row: whoever enters the decision has read this one
        round_id=about.id,
        case_id=case.id,
        draft_version=draft.version,
        what=new.what,
        amount=amount,
        reasons=new.reasons.strip()[:LONGEST],
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(row)
    session.flush()
    session.note("row_ruled", row, case_id=case.id)
    return row


def _wrong_ruling(draft: DecisionDraft, new: RulingWriting) -> list[Problem]:
    """A row that falls on something else than money is refused in its own case, with the whole assessment."""
    falls = draft.outcome in {DecisionOutcome.REFUSED, DecisionOutcome.DISMISSED}
    if new.what is BoardRuling.REFUSED and falls:
        return [
            Problem(
                "what",
                _("Ansökan är redan föreslagen till avslag eller avvisning."),
                _("Besluta den som föreslaget, eller återremittera den och ändra skälen i ärendet."),
            )
        ]
    return []


def _wrong_amount(draft: DecisionDraft, case: Case, amount: int | None) -> list[Problem]:
    if amount is None or amount <= 0:
        return [Problem("amount", _("Beloppet saknas."), _("Skriv vad nämnden beviljade."))]
    if case.amount_applied is not None and amount > case.amount_applied:
        return [Problem("amount", _("Beloppet är större än det sökta."), _("Skriv högst det sökta."))]
    if draft.amount == amount:
        return [
            Problem(
                "amount",
                _("Beloppet är det som föreslogs."),
                _("Skriv det som nämnden beslutade i stället, eller besluta ansökan som föreslaget."),
            )
        ]
    return []


def drop_ruling(session: WritingSession, round_id: int, number: str) -> None:
    """The row is decided as proposed after all.

    Raises:
        Refused: there is no such row, or nothing else is kept of it.
    """
    require_permission(session.person, Action.DECIDE)
    case, draft = _waiting_case(session, round_id, number)
    row = ruling_of_case(session, case.id, draft.version)
    if row is None:
        raise Refused(Obstacle.MISSING)
    session.note("row_ruling_dropped", row, case_id=case.id)
    session.delete(row)


def _waiting_case(session: Session, round_id: int, number: str) -> tuple[Case, DecisionDraft]:
    wanted = select(Case).where(
        Case.number == number,
        of_rounds([round_id]),
        seen_by(session.person, Action.DECIDE),
        Case.state == CaseState.READY,
    )
    case = session.scalar(wanted)
    draft = decision_draft_of(session, case.id) if case is not None else None
    if case is None or draft is None:
        raise Refused(Obstacle.MISSING)
    return case, draft


def enter_row(
    session: WritingSession, round_id: int, number: str, seen: SeenRow, meeting: MeetingWriting, *, free: bool
) -> Decision | None:
    """What the meeting did with one row: decided as proposed, otherwise, or sent back or tabled, which is no decision.

    seen: of the row, as it was read. free: whoever enters it says that they are not in conflict.

    Raises:
        Refused: the row has changed, it is not what the board had before it, or a gate holds it.
    """
    about = own_round(session, round_id)
    problems = wrong_with_meeting(meeting, session.today)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    if free:
        casework.declare_no_conflict(session, number)
    case = open_case(session, number, action=Action.DECIDE)
    draft = decision_draft_of(session, case.id)
    ruling = ruling_of_case(session, case.id, draft.version) if draft is not None else None
    read = SeenRow(draft.version if draft is not None else 0, ruling.id if ruling is not None else 0)
    if case.state is not CaseState.READY or draft is None or read != seen:
        raise Refused(
            Obstacle.STALE,
            Problem(number, _("Förslaget ändrades medan du läste."), _("Läs det på nytt och besluta sedan.")),
        )
    _refuse_other_than_sent(session, about, case, draft, ruling, meeting.met_on)
    known = meeting_record(session, about.id, meeting)
    if known is not None and number in numbers_in(known.tabled):
        what = _("Ansökan bordlades vid det här sammanträdet.")
        raise Refused(Obstacle.CLOSED, Problem(number, what, _("Ta upp den vid ett senare sammanträde.")))
    record = _record(session, about, meeting)
    if ruling is not None and ruling.what is BoardRuling.SENT_BACK:
        _send_back(session, record, case, ruling)
        return None
    if ruling is not None and ruling.what is BoardRuling.TABLED:
        _table(session, record, case, ruling)
        return None
    if ruling is not None:
        draft = _as_ruled(session, case, draft, ruling)
    how = DecisionForm(paragraph=record.paragraph, decided_on=record.met_on, item_decision_id=record.id)
    made = casework.decide(session, number, draft_version=draft.version, form=how)
    if record.extract_sha256:
        others = select(Decision.case_id).where(Decision.item_decision_id == record.id)
        extract = (Record.kind == RecordKind.EXTRACT, Record.key == record.id)
        came = session.scalar(select(func.min(Record.on)).where(Record.case_id.in_(others), *extract))
        register_record(session, case, RecordKind.EXTRACT, record.id, DocumentStatus.ARRIVED, on=came)
    if record.notice_on is not None:
        casework.announce_together(session, [made], record.notice_on)
    return made


def _refuse_other_than_sent(
    session: Session, about: Round, case: Case, draft: DecisionDraft, ruling: RowRuling | None, met_on: date
) -> None:
    """A meeting decides on what it had before it: as the item was sent, or what it is said to have changed itself.

    Raises:
        Refused: the proposal says something else than what was sent, or was written after the meeting; or, of what was
            not sent, it names another sum to share than there is.
    """
    sent = next((row for row in sent_items(session, about.id) if day_here(row.at) <= met_on), None)
    had = sent.rows.get(str(case.id)) if sent is not None else None
    same = had == [draft.outcome.value, draft.amount]
    if had is not None and not same and ruling is None:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Förslaget är ett annat än det som skickades till nämnden."),
                _("Skriv vad nämnden beslutade under Ändrades, eller ta upp ansökan vid nästa sammanträde."),
            ),
        )
    if had is None and any(row.id == case.id for row, _draft in proposals_by_other_money(session, about)):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Förslaget anger en annan summa att fördela än den som gäller."),
                _("Uppdatera först skälen på sidan Ärendet till nämnden."),
            ),
        )
    if had is None and day_here(draft.written_at) > met_on:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Förslaget skrevs efter sammanträdet: nämnden kan inte ha beslutat om det."),
                _("Rätta dagen för sammanträdet, eller ta upp ansökan vid nästa."),
            ),
        )


def _record(session: WritingSession, about: Round, meeting: MeetingWriting) -> ItemDecision:
    """The meeting's paragraph on the item: made with its first row, and the same for those that follow."""
    row = meeting_record(session, about.id, meeting)
    if row is not None:
        _complete(session, row, meeting)
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
        voted=meeting.voted.strip()[:LONGEST],
        reserved=meeting.reserved.strip()[:LONGEST],
        sent_back=[],
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(row)
    session.flush()
    session.note("item_decided", row, board_id=about.board_id)
    return row


def _complete(session: WritingSession, row: ItemDecision, meeting: MeetingWriting) -> None:
    """What was left blank with the first rows is filled in with the later ones.

    Raises:
        Refused: something else is noted already.
    """
    given: dict[str, Any] = {
        "adjusted_on": meeting.adjusted_on,
        "notice_on": meeting.notice_on,
        "absent": meeting.absent.strip()[:LONGEST],
        "voted": meeting.voted.strip()[:LONGEST],
        "reserved": meeting.reserved.strip()[:LONGEST],
    }
    given = {name: value for name, value in given.items() if value}
    other = [name for name, value in given.items() if getattr(row, name) not in {None, "", value}]
    if other:
        raise Refused(
            Obstacle.INVALID,
            *(
                Problem(
                    name,
                    _("För sammanträdet är något annat redan antecknat i fältet."),
                    _("Lämna fältet tomt, eller rätta det på beslutets sida."),
                )
                for name in other
            ),
        )
    new = {name: value for name, value in given.items() if getattr(row, name) != value}
    if meeting.at_once and not row.at_once:
        new["at_once"] = True
    for name, value in new.items():
        setattr(row, name, value)
    if "notice_on" in new:
        before = session.scalars(select(Decision).where(Decision.item_decision_id == row.id)).all()
        casework.announce_together(session, before, new["notice_on"])
    if new:
        session.note("item_minutes_noted", row, board_id=row.board_id)


def _send_back(session: WritingSession, record: ItemDecision, case: Case, ruling: RowRuling) -> None:
    casework.send_back(session, case.number, action=Action.DECIDE)
    record.sent_back = [*record.sent_back, f"{case.number} {ruling.reasons}"]
    session.note("row_sent_back", record, case_id=case.id, reason=ruling.reasons)


def _table(session: WritingSession, record: ItemDecision, case: Case, ruling: RowRuling) -> None:
    """The row waits as it is for a later meeting."""
    record.tabled = [*record.tabled, f"{case.number} {ruling.reasons}"]
    session.note("row_tabled", record, case_id=case.id, reason=ruling.reasons)
    drop_rulings_of_case(session, case.id)


def _as_ruled(session: WritingSession, case: Case, draft: DecisionDraft, ruling: RowRuling) -> DecisionDraft:
    """The proposal as the board changed it, with its own reasons.

    Raises:
        Refused: what the proposal rested on has changed: the board did not have it before it.
    """
    if changed_since(session, case, draft, screen_and_keep(session, case)):
        raise Refused(Obstacle.STALE, Problem(case.number, *casework.CHANGED_SINCE))
    new = casework.propose_decision(session, case.number, _ruled_proposal(session, case, draft, ruling), version=None)
    drop_rulings_of_case(session, case.id)
    return new


def _ruled_proposal(session: Session, case: Case, draft: DecisionDraft, ruling: RowRuling) -> DecisionProposal:
    kept = casework.as_draft(draft)
    if ruling.what is BoardRuling.REFUSED:
        outcome = DecisionOutcome.REFUSED
    else:
        whole = ruling.amount == case.amount_applied
        outcome = DecisionOutcome.APPROVED if whole else DecisionOutcome.PARTLY_APPROVED
    if outcome in FAVOURABLE and draft.outcome not in FAVOURABLE:  # nothing was to be held open of a refusal
        kept = replace(
            kept,
            conditions=tuple(casework.usual_conditions(session, case)),
            reservations=tuple(casework.usual_reservations(session, case)),
            grounds=(),
        )
    less = kept.grounds or (DecisionGround.PRIORITY,)
    return replace(
        kept,
        outcome=outcome,
        amount=ruling.amount,
        reasons=ruling.reasons,
        grounds=() if outcome is DecisionOutcome.APPROVED else less,
        against_group=kept.against_group or ruling.reasons,
        over_frame=kept.over_frame or ruling.reasons,
        exception=kept.exception or ruling.reasons,
    )


def whole_sent_back(session: Session, records: Sequence[ItemDecision]) -> set[int]:
    """Those of some meetings' paragraphs on an item that decided and tabled nothing: they sent it back."""
    made = select(Decision.item_decision_id).where(Decision.item_decision_id.in_([row.id for row in records]))
    decided = set(session.scalars(made.distinct()))
    return {row.id for row in records if row.id not in decided and row.sent_back and not row.tabled}


def record_of_item(session: Session, key: int) -> ItemDecision:
    """What a meeting of the own board did with an item.

    Raises:
        Refused: there is none.
    """
    found = session.scalar(
        select(ItemDecision).where(ItemDecision.id == key, ItemDecision.board_id == session.person.board_id)
    )
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def decided_rows(session: Session, key: int, *which: ColumnElement[bool]) -> Sequence[DecidedRow]:
    """The decisions that a meeting made on an item, all or some, of those that this person may see, by name."""
    wanted = (
        select(Case, Decision)
        .join(Decision, Decision.case_id == Case.id)
        .where(Decision.item_decision_id == key, seen_by(session.person), *which)
    )
    return [DecidedRow(case, made) for case, made in session.execute(wanted.order_by(Case.name, Case.id))]


def decided_by_all(session: Session, record: ItemDecision) -> Sequence[Decision]:
    """All decisions of a meeting on an item, for whoever takes part in each of them.

    Raises:
        Refused: there is one that this person takes no part in.
    """
    wanted = select(Decision).join(Case, Case.id == Decision.case_id).where(Decision.item_decision_id == record.id)
    if session.scalar(wanted.where(~seen_by(session.person)).limit(1)) is not None:
        clash = SEPARATION_WORDS[SeparationOfDuties.DECIDE_IN_CONFLICT]
        raise Refused(Obstacle.FORBIDDEN, Problem("", clash, NO_WORDS))
    return session.scalars(wanted).all()


def note_minutes(
    session: WritingSession, key: int, *, adjusted_on: date | None, notice_on: date | None
) -> ItemDecision:
    """When the minutes were adjusted and their notice put up: the time to appeal starts for every row at once.

    Raises:
        Refused: there is no such decision; days that cannot be; the notice was put up already, on another day.
    """
    require_permission(session.person, Action.REGISTER_CASE)
    record = record_of_item(session, key)
    every = decided_by_all(session, record)
    problems = wrong_with_minutes(record.met_on, adjusted_on, notice_on, session.today)
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
    session.flush()
    if notice_on is not None:
        casework.announce_together(session, every, notice_on)
    _plan_payments_anew(session, record, every)
    session.note("item_minutes_noted", record, board_id=record.board_id)
    return record


def _plan_payments_anew(session: WritingSession, record: ItemDecision, made: Sequence[Decision]) -> None:
    """What is not paid of a meeting's grants is planned by when its minutes were adjusted and put up."""
    of_round = session.get_one(Round, record.round_id).payment_on
    planned = payment_after(record.notice_on) if record.notice_on is not None else of_round
    wanted = select(Payment).where(Payment.decision_id.in_([row.id for row in made]), Payment.paid_on.is_(None))
    if planned is None or planned < session.today:
        return
    for payment in session.scalars(wanted):
        payment.planned_on = planned


def _keep_extract(session: WritingSession, record: ItemDecision) -> None:
    """The extract of the minutes is a record of each case that it decides."""
    decided = select(Case).join(Decision, Decision.case_id == Case.id).where(Decision.item_decision_id == record.id)
    for case in session.scalars(decided.order_by(Case.id)):
        register_record(session, case, RecordKind.EXTRACT, record.id, DocumentStatus.ARRIVED)


def take_extract(session: WritingSession, key: int, content: bytes, name: str) -> ItemDecision:
    """Takes in the extract of the minutes that the board's secretary has made; a new one replaces it.

    Raises:
        Refused: there is no such decision, or the file is no PDF.
    """
    require_permission(session.person, Action.REGISTER_CASE)
    record = record_of_item(session, key)
    decided_by_all(session, record)
    gone = select(Letter.id).join(Decision, Decision.id == Letter.decision_id)
    if session.scalar(gone.where(Decision.item_decision_id == key, Letter.sent_at.is_not(None)).limit(1)) is not None:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "extract",
                _("Brev har skickats med det utdrag som finns, så det kan inte bytas ut."),
                _("Skicka ett rättat utdrag från varje ärende."),
            ),
        )
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
    _keep_extract(session, record)
    session.note("item_extract_taken", record, board_id=record.board_id)
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
    """'86' as '§ 86'."""
    said = " ".join(paragraph.split())[:LONGEST_PARAGRAPH]
    return f"§ {said}" if said[:1].isdigit() else said


def read_row(session: Session, round_id: int, number: str) -> SeenRow:
    """A row as it stands: for whoever has just said themselves what the board made of it.

    Raises:
        Refused: there is no such row that waits.
    """
    case, draft = _waiting_case(session, round_id, number)
    ruling = ruling_of_case(session, case.id, draft.version)
    return SeenRow(draft.version, ruling.id if ruling is not None else 0)


def count_hidden(session: Session, key: int) -> int:
    """How many of a meeting's decisions on an item this person does not see."""
    wanted = select(func.count(Decision.id)).join(Case, Case.id == Decision.case_id)
    return int(session.scalar(wanted.where(Decision.item_decision_id == key, ~seen_by(session.person))) or 0)


def numbers_in(lines: Sequence[str]) -> list[str]:
    """The cases' numbers that lines of what was sent back or tabled begin with."""
    return [line.partition(" ")[0] for line in lines]


def lines_seen(session: Session, lines: Sequence[str]) -> list[str]:
    """What was sent back or tabled and why, of the cases that this person may see."""
    numbers = numbers_in(lines)
    seen = numbers_seen(session, numbers)
    return [line for line, number in zip(lines, numbers, strict=True) if number in seen]
