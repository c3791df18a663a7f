"""The questions behind the figures: of each source the rows of some days, what they are, and whose case it is.

They are asked of the whole board: a figure that somebody's conflict of interest made smaller would be none of the
board's. The cases behind it are shown to whoever may see them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, and_, case, cast, func, literal, or_, select, union
from sqlalchemy.orm import aliased

from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.models.assessments import AssessmentRow, AssessmentWithdrawal
from vetting.casework.models.cases import Case, Communication
from vetting.casework.models.completions import Completion
from vetting.casework.models.decisions import (
    Decision,
    DecisionEvent,
    current_decisions,
    current_grants,
    is_sent,
    quashed_decisions,
)
from vetting.casework.models.granted_associations import granted_associations, last_followed
from vetting.casework.models.meetings import Review
from vetting.grants.models.rounds import Round, id_of_scheme
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import midnight
from vetting.kernel.decision_outcomes import FAVOURABLE, Reservation
from vetting.kernel.store.day_counts import day_in_sweden, days_between
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.money.domain.reports import ReportFinding
from vetting.money.models.owed_reports import awaits_report
from vetting.money.models.payments import Payment
from vetting.money.models.reclaims import LedgerEntry, Reclaim
from vetting.money.models.reports import GrantReport, has_legacy_report
from vetting.reporting.domain.figures import GROUNDS_IN_ORDER, OTHER, REFUSALS, FigureSource, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.reporting.domain.figures import Raw
    from vetting.reporting.domain.periods import TimeWindow

DAY: Final = timedelta(days=1)


def of_board(board_id: int) -> ColumnElement[bool]:
    """The cases of a board that stand."""
    return and_(Case.board_id == board_id, is_batch_not_undone(Case.batch_id))


def _moments(column: Any, window: TimeWindow) -> ColumnElement[bool]:  # noqa: ANN401 - a mapped column
    """That a moment lies on the days of a window, here in Sweden."""
    found: ColumnElement[bool] = and_(column >= midnight(window.first), column < midnight(window.last + DAY))
    return found


def _rows(of: Any, raw: tuple[Any, ...], amount: Any, case_id: Any = Case.id) -> Select[Any]:  # noqa: ANN401 - columns
    """Rows of a table: what each is, its amount, and its case."""
    names = [cast(part, Text).label(f"raw{place}") for place, part in enumerate(raw)]
    found: Select[Any] = select(*names, amount.label("amount"), case_id.label("case_id"))  # type: ignore[assignment] # as many as there are
    return found.select_from(of)


NO_AMOUNT: Final = literal(0)


def _scheme() -> ColumnElement[int]:
    """The grant scheme of a case; 0 where none is said."""
    return func.coalesce(id_of_scheme(Case.scheme_id, Case.round_id), 0)


def _applications(by: Person, window: TimeWindow) -> Select[Any]:
    return _rows(Case, (_scheme(), Case.proposal), Case.amount_applied).where(
        of_board(by.board_id), Case.kind == CaseKind.GRANT, Case.received_on.between(*window)
    )


def _bookings(by: Person, window: TimeWindow) -> Select[Any]:
    return _rows(Case, (Case.attention, Case.state), NO_AMOUNT).where(
        of_board(by.board_id), Case.kind == CaseKind.BOOKING, Case.received_on.between(*window)
    )


def _decisions(by: Person, window: TimeWindow) -> Select[Any]:
    """As the registers of approvals and refusals have them."""
    grounds = cast(Decision.grounds, Text)
    first = case(*((grounds.like(f'%"{ground.value}"%'), ground.value) for ground in GROUNDS_IN_ORDER), else_=OTHER)
    given = case((Decision.outcome.in_(FAVOURABLE), Decision.amount), else_=0)
    return (
        _rows(Decision, (Decision.outcome, first), given)
        .join(Case, Case.id == Decision.case_id)
        .where(
            of_board(by.board_id),
            Decision.board_id == by.board_id,
            Decision.kind == CaseKind.GRANT.value,
            Decision.decided_on.between(*window),
            or_(
                current_decisions(),
                and_(Decision.outcome.in_(sorted(REFUSALS)), Decision.id.in_(quashed_decisions())),
            ),
        )
    )


def _opinions(by: Person, window: TimeWindow) -> Select[Any]:
    """By the decision that came after each: one that a court has quashed, or that was there before it, met nothing."""
    last = aliased(Decision)
    newest = (
        select(func.max(last.id))
        .where(
            last.case_id == Case.id,
            last.kind == cast(Case.kind, Text),
            last.decided_at >= Review.treated_at,
            last.id.not_in(quashed_decisions()),
        )
        .correlate(Case, Review)
        .scalar_subquery()
    )
    conditions = case((cast(Decision.conditions, Text).not_in(["[]", "null"]), "conditions"), else_="")
    return (
        _rows(Review, (Review.outcome, func.coalesce(cast(Decision.outcome, Text), ""), conditions), NO_AMOUNT)
        .join(Case, Case.id == Review.case_id)
        .outerjoin(Decision, Decision.id == newest)
        .where(of_board(by.board_id), Review.outcome != "", _moments(Review.treated_at, window))
    )


def _hearings(by: Person, window: TimeWindow) -> Select[Any]:
    """By whether an answer has come, and if none has, whether the time to answer was over when the days ended."""
    replied = case(
        (Communication.replied_on.is_not(None), "replied"),
        (Communication.reply_by > window.last, "time_left"),
        else_="silent",
    )
    return (
        _rows(Communication, (replied,), NO_AMOUNT)
        .join(Case, Case.id == Communication.case_id)
        .where(of_board(by.board_id), Case.kind == CaseKind.GRANT, Communication.sent_on.between(*window))
    )


def _appeals(by: Person, window: TimeWindow) -> Select[Any]:
    """Decisions appealed on those days, by what the court had made of them since."""
    later = aliased(DecisionEvent)
    ended = (DecisionEventKind.QUASHED, DecisionEventKind.UPHELD, DecisionEventKind.APPEAL_ENDED)
    newest = (
        select(cast(later.what, Text))
        .where(later.decision_id == DecisionEvent.decision_id, later.what.in_(ended), later.id > DecisionEvent.id)
        .order_by(later.id.desc())
        .limit(1)
        .correlate(DecisionEvent)
        .scalar_subquery()
    )
    return (
        _rows(DecisionEvent, (func.coalesce(newest, "waiting"),), NO_AMOUNT)
        .join(Case, Case.id == DecisionEvent.case_id)
        .where(
            of_board(by.board_id),
            DecisionEvent.board_id == by.board_id,
            DecisionEvent.what == DecisionEventKind.APPEALED,
            DecisionEvent.on.between(*window),
        )
    )


def _stops(by: Person, window: TimeWindow) -> Select[Any]:
    return (
        _rows(Decision, (Decision.kind,), NO_AMOUNT)
        .join(Case, Case.id == Decision.case_id)
        .where(
            of_board(by.board_id),
            Decision.board_id == by.board_id,
            Decision.kind.in_(["payment_stop", "payment_release"]),
            Decision.decided_on.between(*window),
            Decision.id.not_in(quashed_decisions()),
        )
    )


def _claims(by: Person, window: TimeWindow) -> Select[Any]:
    return (
        _rows(Reclaim, (Reclaim.ground,), Reclaim.amount)
        .join(Case, Case.id == Reclaim.case_id)
        .join(Decision, Decision.id == Reclaim.reclaim_decision_id)
        .where(
            of_board(by.board_id),
            Reclaim.board_id == by.board_id,
            Decision.decided_on.between(*window),
            Decision.id.not_in(quashed_decisions()),
        )
    )


def _ledger(by: Person, window: TimeWindow) -> Select[Any]:
    return (
        _rows(LedgerEntry, (LedgerEntry.kind,), LedgerEntry.amount)
        .join(Reclaim, Reclaim.id == LedgerEntry.reclaim_id)
        .join(Case, Case.id == Reclaim.case_id)
        .where(of_board(by.board_id), Reclaim.board_id == by.board_id, LedgerEntry.on.between(*window))
    )


def _payments(by: Person, window: TimeWindow) -> Select[Any]:
    return (
        _rows(Payment, (_scheme(),), Payment.amount)
        .join(Case, Case.id == Payment.case_id)
        .where(of_board(by.board_id), Payment.board_id == by.board_id, Payment.paid_on.between(*window))
    )


def _reports(by: Person, window: TimeWindow) -> Select[Any]:
    """Grants that are to be reported, by the day that the report was first to come, and whether it had."""
    due = func.coalesce(GrantReport.due_on, Round.report_on)
    rounds = select(Round.id).where(Round.board_id == by.board_id, Round.report_on.between(*window))
    of_round = select(Case.id).where(Case.board_id == by.board_id, Case.round_id.in_(rounds))
    own = select(GrantReport.case_id).where(GrantReport.board_id == by.board_id, GrantReport.due_on.between(*window))
    found = union(of_round, own).cte("due")
    return (
        _rows(Case, (how_report_came(due), due), NO_AMOUNT)
        .join(found.prefix_with("MATERIALIZED"), found.c.id == Case.id)
        .outerjoin(GrantReport, GrantReport.case_id == Case.id)
        .outerjoin(Round, Round.id == Case.round_id)
        .where(of_board(by.board_id), is_to_be_reported(), due.between(*window))
    )


def is_to_be_reported() -> ColumnElement[bool]:
    """Of cases those whose grant holds, was given on the condition of a report, and is paid: else none is owed."""
    asked = select(Decision.id).where(
        Decision.case_id == Case.id,
        current_grants(),
        cast(Decision.reservations, Text).like(f'%"{Reservation.REPORT.value}"%'),
    )
    return and_(
        Case.kind == CaseKind.GRANT,
        Case.state.in_(["reporting", "closed"]),
        asked.correlate(Case).exists(),
    )


def how_report_came(due: ColumnElement[Any]) -> ColumnElement[str]:
    """Of cases with their report, if there is one: in time, late, not, not whole, or nobody knows when.

    One that had to be completed came when it first came, once it is whole. due: the day it was first to come.
    """
    came = func.coalesce(GrantReport.first_received_on, GrantReport.received_on)
    return case(
        (GrantReport.finding == ReportFinding.INCOMPLETE.value, "incomplete"),
        (came <= due, "in_time"),
        (came.is_not(None), "late"),
        (has_legacy_report(), "unknown"),
        (awaits_report(), "missing"),
        else_="unknown",  # gone through without it
    )


def _signals(by: Person, window: TimeWindow) -> Select[Any]:
    """Answers of persons that a signal had asked for, and that stand."""
    withdrawn = select(AssessmentWithdrawal.id).where(AssessmentWithdrawal.assessment_id == AssessmentRow.id)
    return (
        _rows(AssessmentRow, (AssessmentRow.answer,), NO_AMOUNT)
        .join(Case, Case.id == AssessmentRow.made_in_case_id)
        .where(
            of_board(by.board_id),
            AssessmentRow.board_id == by.board_id,
            AssessmentRow.on.between(*window),
            cast(AssessmentRow.signals, Text) != "[]",
            ~withdrawn.exists(),
        )
    )


def _coverage(by: Person, window: TimeWindow) -> Select[Any]:
    """Granted associations, each with its newest grant, by whether it was followed up in the year by then."""
    year = window.last.year
    base = granted_associations(by, year, until=window.last).subquery()
    followed = last_followed(by.board_id, base.c.association, until=window.last)
    done = case((followed >= date(year, 1, 1), "followed"), else_="left")
    return _rows(base, (done,), NO_AMOUNT, base.c.case).join(Case, Case.id == base.c.case)


def _times(by: Person, window: TimeWindow) -> list[tuple[str, Any, Select[Any]]]:
    """Step -> the days that each took, and its rows: those that ended on the days of the window."""
    own = of_board(by.board_id)
    decided = (
        Decision.board_id == by.board_id,
        Decision.kind == CaseKind.GRANT.value,
        Decision.decided_on.between(*window),
        current_decisions(),
    )
    sent = (
        select(func.min(DecisionEvent.on))
        .where(DecisionEvent.decision_id == Decision.id, DecisionEvent.what == DecisionEventKind.SENT)
        .correlate(Decision)
        .scalar_subquery()
    )
    paid = (
        select(func.min(Payment.paid_on))
        .where(Payment.decision_id == Decision.id)
        .correlate(Decision)
        .scalar_subquery()
    )
    of_decision = select(Case.id.label("case_id")).join(Decision, Decision.case_id == Case.id).where(own)
    answered = Decision.kind == CaseKind.BOOKING.value
    return [
        ("decision", days_between(Case.received_on, Decision.decided_on), of_decision.where(*decided)),
        (
            "completion",
            days_between(Completion.sent_on, Completion.ended_on),
            select(Case.id.label("case_id"))
            .join(Completion, Completion.case_id == Case.id)
            .where(own, Case.kind == CaseKind.GRANT, Completion.ended_on.between(*window)),
        ),
        (
            "hearing",
            days_between(Communication.sent_on, Communication.replied_on),
            select(Case.id.label("case_id"))
            .join(Communication, Communication.case_id == Case.id)
            .where(own, Case.kind == CaseKind.GRANT, Communication.replied_on.between(*window)),
        ),
        ("letter", days_between(Decision.decided_on, sent), of_decision.where(*decided, is_sent())),
        ("payment", days_between(Decision.decided_on, paid), of_decision.where(*decided, paid.is_not(None))),
        (
            "report",
            days_between(GrantReport.received_on, day_in_sweden(GrantReport.read_at)),
            select(Case.id.label("case_id"))
            .join(GrantReport, GrantReport.case_id == Case.id)
            .where(own, GrantReport.received_on.is_not(None), _moments(GrantReport.read_at, window)),
        ),
        (
            "booking",
            days_between(Case.received_on, Decision.decided_on),
            of_decision.where(
                Decision.board_id == by.board_id, answered, Decision.decided_on.between(*window), current_decisions()
            ),
        ),
    ]


SOURCES: Final[Mapping[FigureSource, Callable[[Person, TimeWindow], Select[Any]]]] = {
    FigureSource.APPLICATIONS: _applications,
    FigureSource.DECISIONS: _decisions,
    FigureSource.OPINIONS: _opinions,
    FigureSource.HEARINGS: _hearings,
    FigureSource.STOPS: _stops,
    FigureSource.CLAIMS: _claims,
    FigureSource.LEDGER: _ledger,
    FigureSource.PAYMENTS: _payments,
    FigureSource.REPORTS: _reports,
    FigureSource.SIGNALS: _signals,
    FigureSource.BOOKINGS: _bookings,
    FigureSource.APPEALS: _appeals,
    FigureSource.FOLLOWED: _coverage,
}
"""What each source counts; the times are counted otherwise."""


def tallies(session: Session, source: FigureSource, reader: Person, window: TimeWindow) -> dict[Raw, Tally]:
    """Kind of row -> (number of rows, their sum in öre), of one source within a span of days."""
    rows = SOURCES[source](reader, window).subquery()
    raw = [column for column in rows.c if column.name.startswith("raw")]
    amount = rows.c.amount
    counted = select(*raw, func.count(), func.coalesce(func.sum(amount), 0), func.count(amount)).group_by(*raw)
    return {
        tuple(str(part) for part in said): Tally(int(number), int(total), int(number) - int(known))
        for *said, number, total, known in session.execute(counted)
    }


def days_taken(session: Session, reader: Person, window: TimeWindow) -> dict[str, dict[int, int]]:
    """Step -> days -> how many took so long."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for step, days, rows in _times(reader, window):
        taken = rows.add_columns(days.label("days")).subquery()
        for many, number in session.execute(
            select(taken.c.days, func.count()).where(taken.c.days.is_not(None)).group_by(taken.c.days)
        ):
            found[step][int(many)] = int(number)
    return dict(found)


def cases_counted(source: FigureSource, by: Person, window: TimeWindow) -> Select[Any]:
    """The rows of a source in some days: raw0, raw1 ... and case_id; of times, the step and the case."""
    if source is not FigureSource.TIMES:
        return select(SOURCES[source](by, window).subquery())
    parts = [rows.add_columns(literal(step).label("raw0")) for step, _days, rows in _times(by, window)]
    return select(parts[0].union_all(*parts[1:]).subquery())


def first_days(session: Session, reader: Person) -> dict[CaseKind, date]:
    """Kind of case -> the day of the board's first: from then on the records know something."""
    first = select(Case.received_on).where(of_board(reader.board_id)).order_by(Case.received_on, Case.id).limit(1)
    days = session.execute(select(*(first.where(Case.kind == kind).scalar_subquery() for kind in CaseKind))).one()
    return {kind: day for kind, day in zip(CaseKind, days, strict=True) if day is not None}
