"""An appeal of what a meeting decided on an item: which rows it touches, what the court did, what must be put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, select

from vetting.casework import NewDecisionEvent, note_decision_event, register_record
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.legal_force import DecisionEventKind, running_appeals
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision, DecisionEvent, as_events, events_of, quashed_decisions
from vetting.grants.models.board_items import ItemAppeal, ItemDecision, appeals_of_item
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _, same_in_both
from vetting.money.models.payments import Payment
from vetting.people import require_permission
from vetting.rounds.services.board_decisions import DecidedRow, decided_by_all, decided_rows, record_of_item

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from vetting.kernel.store.session import Session, WritingSession

BY_COURT: Final = (
    DecisionEventKind.INHIBITED,
    DecisionEventKind.INHIBITION_LIFTED,
    DecisionEventKind.APPEAL_ENDED,
    DecisionEventKind.UPHELD,
    DecisionEventKind.QUASHED,
)
"""What a court does with an appeal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItemAppeal:
    """An appeal as somebody notes it. numbers: the cases that it touches; None: all of the item."""

    court: str
    number: str
    on: date
    numbers: Collection[str] | None = None
    inhibited: bool = False
    statement_by: date | None = None


@dataclass(frozen=True, slots=True)
class PaidRow:
    """Money that was paid on a decision that a court has quashed; in öre."""

    case: Case
    amount: int
    paid_on: date


def appeal_item(session: WritingSession, key: int, new: NewItemAppeal) -> ItemAppeal:
    """Notes an appeal on the item and on each decision that it touches.

    Raises:
        Refused: there is no such decision; no row is named; a row cannot be appealed; the statement is due before.
    """
    require_permission(session.person, Action.REGISTER_CASE)
    record = record_of_item(session, key)
    every = decided_by_all(session, record)
    quashed = set(session.scalars(quashed_decisions().where(DecisionEvent.decision_id.in_([row.id for row in every]))))
    numbers = _numbers(session, [row for row in every if row.id not in quashed])
    wanted = list(numbers) if new.numbers is None else [name for name in numbers if name in new.numbers]
    problems = []
    if not wanted:
        problems.append(
            Problem("row", _("Inget beslut är valt."), _("Välj vilka beslut överklagandet gäller, eller alla."))
        )
    told = {(row.court, row.number) for row in appeals_of_item(session, key)}
    if (new.court.strip(), new.number.strip()) in told:
        problems.append(
            Problem("number", _("Målet är redan antecknat."), _("Anteckna i stället på målet vad domstolen har gjort."))
        )
    if new.statement_by is not None and new.statement_by < new.on:
        problems.append(
            Problem("statement_by", _("Yttrandet ska lämnas före överklagandet kom in."), _("Rätta datumet."))
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = ItemAppeal(
        item_decision_id=key,
        court=new.court.strip(),
        number=new.number.strip(),
        on=new.on,
        statement_by=new.statement_by,
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(row)
    session.flush()
    session.note("item_appealed", row, board_id=record.board_id)
    steps = [DecisionEventKind.APPEALED, *([DecisionEventKind.INHIBITED] if new.inhibited else [])]
    for name in wanted:
        for what in steps:
            event = NewDecisionEvent(what=what, on=new.on, court=row.court, number=row.number)
            try:
                note_decision_event(session, numbers[name], event)
            except Refused as refused:
                raise Refused(refused.obstacle, *_of_case(name, refused.problems)) from None
    return row


def _of_case(number: str, problems: Sequence[Problem]) -> list[Problem]:
    """What is wrong in one case, with its number before it."""
    return [Problem(one.where, same_in_both(f"{number}: ") + one.what, one.remedy) for one in problems]


def _numbers(session: Session, decided: Sequence[Decision]) -> dict[str, int]:
    """A case's number -> its decision."""
    wanted = select(Case.id, Case.number).where(Case.id.in_({made.case_id for made in decided}))
    names = {key: number for key, number in session.execute(wanted)}  # noqa: C416 - dict() of rows carries no types
    return {names[made.case_id]: made.id for made in decided}


def appeal_of_board(session: Session, key: int) -> tuple[ItemAppeal, ItemDecision]:
    """An appeal of an item of the own board.

    Raises:
        Refused: there is none.
    """
    row = session.get(ItemAppeal, key)
    if row is None:
        raise Refused(Obstacle.MISSING)
    return row, record_of_item(session, row.item_decision_id)


def _touches(appeal: ItemAppeal) -> ColumnElement[bool]:
    """Decisions that an appeal touches."""
    noted = exists().where(
        DecisionEvent.decision_id == Decision.id,
        DecisionEvent.what == DecisionEventKind.APPEALED,
        DecisionEvent.court == appeal.court,
        DecisionEvent.number == appeal.number,
    )
    return (Decision.item_decision_id == appeal.item_decision_id) & noted


def touched_rows(session: Session, appeal: ItemAppeal) -> Sequence[DecidedRow]:
    """The decisions that an appeal touches, of those that this person may see, by name."""
    return decided_rows(session, appeal.item_decision_id, _touches(appeal))


def note_court(
    session: WritingSession, key: int, what: DecisionEventKind, on: date, *, numbers: Collection[str] | None = None
) -> int:
    """Notes what the court did, on each decision that the appeal touches or on some of them. Returns on how many.

    Raises:
        Refused: there is no such appeal, no row is named, or it cannot have happened.
    """
    require_permission(session.person, Action.REGISTER_CASE)
    appeal, record = appeal_of_board(session, key)
    every = decided_by_all(session, record)
    events = events_of(session, session.scalars(select(Decision.id).where(_touches(appeal))).all())
    asked = (appeal.court, appeal.number)
    touched = {made for made, noted in events.items() if asked in running_appeals(as_events(noted))}
    chosen = [
        made
        for name, made in _numbers(session, [row for row in every if row.id in touched]).items()
        if numbers is None or name in numbers
    ]
    if what not in BY_COURT or not chosen:
        raise Refused(
            Obstacle.INVALID,
            Problem("row", _("Inget beslut är valt."), _("Välj vilka beslut det gäller, eller alla.")),
        )
    for decision_id in chosen:
        event = NewDecisionEvent(what=what, on=on, court=appeal.court, number=appeal.number)
        note_decision_event(session, decision_id, event)
    return len(chosen)


def note_statement(session: WritingSession, key: int, on: date) -> ItemAppeal:
    """The board's own statement has gone to the court.

    Raises:
        Refused: there is no such appeal, or a day before it or in the future.
    """
    require_permission(session.person, Action.REGISTER_CASE)
    appeal, record = appeal_of_board(session, key)
    if not appeal.on <= on <= session.today:
        raise Refused(
            Obstacle.INVALID,
            Problem("stated_on", _("Dagen ligger före överklagandet eller i framtiden."), _("Rätta datumet.")),
        )
    appeal.stated_on = on
    touched = select(Case).join(Decision, Decision.case_id == Case.id).where(_touches(appeal))
    for case in session.scalars(touched.order_by(Case.id)):
        register_record(session, case, RecordKind.STATEMENT, appeal.id, DocumentStatus.SENT, on=on, party=appeal.court)
    session.note("item_statement_sent", appeal, board_id=record.board_id)
    return appeal


def statements_due(session: Session) -> Sequence[tuple[ItemAppeal, ItemDecision]]:
    """Statements to courts that the own board has not made, the first due first."""
    wanted = (
        select(ItemAppeal, ItemDecision)
        .join(ItemDecision, ItemDecision.id == ItemAppeal.item_decision_id)
        .where(
            ItemDecision.board_id == session.person.board_id,
            ItemAppeal.stated_on.is_(None),
            ItemAppeal.statement_by.is_not(None),
        )
        .order_by(ItemAppeal.statement_by, ItemAppeal.id)
    )
    return [(appeal, record) for appeal, record in session.execute(wanted)]


def paid_on_quashed(session: Session, key: int) -> Sequence[PaidRow]:
    """What was paid on decisions of a meeting that a court has quashed: it must be put right, by name."""
    wanted = (
        select(Case, Payment.amount, Payment.paid_on)
        .join(Payment, Payment.case_id == Case.id)
        .join(Decision, Decision.id == Payment.decision_id)
        .where(
            Decision.item_decision_id == key,
            Decision.id.in_(quashed_decisions()),
            Payment.paid_on.is_not(None),
            seen_by(session.person),
        )
        .order_by(Case.name, Case.id)
    )
    return [PaidRow(case, amount, day) for case, amount, day in session.execute(wanted) if day is not None]
