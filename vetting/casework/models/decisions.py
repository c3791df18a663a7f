"""Decisions and their drafts, and who may decide what."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ForeignKey, Index, and_, exists, false, select
from sqlalchemy.orm import Mapped, aliased

from vetting.casework.domain.exceptions import exception_sentence
from vetting.casework.domain.legal_force import DecisionEventFact, DecisionEventKind
from vetting.grants.models.board_items import ItemDecision
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.chunking import in_chunks
from vetting.kernel.decision_outcomes import FAVOURABLE, DecisionOutcome
from vetting.kernel.roles import ROLE_WORDS, Role, function_in_words
from vetting.kernel.store.base import Base, Plain, Texts, personal_column, public_column, register_enum_types
from vetting.kernel.store.case_rows import case_row, case_rows
from vetting.kernel.text import NO_WORDS, join_words, same_in_both
from vetting.people.domain.delegation import (
    DECISION_AUTHORITY_WORDS,
    DELEGATED_AUTHORITIES,
    DecisionAuthority,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Words

register_enum_types(DecisionAuthority, DecisionEventKind, DecisionOutcome)


class DecisionDraft(Base):
    """A decision being written: the proposal to whoever decides."""

    __tablename__ = "decision_drafts"

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), unique=True)
    outcome: Mapped[DecisionOutcome] = public_column()
    amount: Mapped[int | None] = public_column()
    reasons: Mapped[str] = public_column(default="")
    conditions: Mapped[Texts] = public_column()
    reservations: Mapped[Texts] = public_column(server_default="[]")
    grounds: Mapped[Texts] = public_column()
    against_group: Mapped[str] = public_column(default="")
    """Why it departs from the reference group's opinion."""
    instalments: Mapped[str] = public_column(default="", server_default="")
    """How it is paid, a line each; empty: as its grant scheme says, else at once."""
    over_frame: Mapped[str] = public_column(default="", server_default="")
    """Why it goes past what is left of its round's frame."""
    set_aside: Mapped[Plain] = public_column(server_default="{}")
    """Criterion -> label, of what is not met and yet granted over."""
    exception: Mapped[str] = public_column(default="", server_default="")
    """Why these are set aside."""
    screening_id: Mapped[int | None] = public_column()
    """The screening it was written on: a decision on another is no decision on this proposal."""
    written_at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name

    @property
    def reasons_as_sent(self) -> str:
        """The reasons as the decision will have them, with what is set aside and why."""
        return "\n".join(filter(None, [self.reasons, exception_sentence(self.set_aside.values(), self.exception)]))


class Decision(Base):
    """A decision. Only a correction of an evident slip changes it; another view of the matter is a new decision."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index(None, "case_id", "id"),
        Index(None, "board_id", "decided_on", "id"),
        Index(None, "board_id", "kind", "decided_on", "id"),
    )

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    kind: Mapped[str] = public_column()
    """grant, booking, payment_stop, payment_release, reclaim"""
    changes_id: Mapped[int | None] = public_column(ForeignKey("decisions.id"))
    outcome: Mapped[DecisionOutcome] = public_column()
    amount: Mapped[int | None] = public_column()
    conditions: Mapped[Texts] = public_column()
    reservations: Mapped[Texts] = public_column()
    """stop, report, reclaim: what the decision holds open."""
    grounds: Mapped[Texts] = public_column()
    reasons: Mapped[str] = public_column()
    set_aside: Mapped[Plain] = public_column(server_default="{}")
    """Criterion -> label, of what was not met and granted over."""
    exception: Mapped[str] = public_column(default="", server_default="")
    """Why; the reasons say it too."""
    reasons_at: Mapped[datetime] = public_column()
    against_group: Mapped[str] = public_column(default="")
    maker: Mapped[DecisionAuthority] = public_column()
    delegation_point: Mapped[str] = public_column(default="")
    paragraph: Mapped[str] = public_column(default="")
    decided_on: Mapped[date] = public_column()
    decided_at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    by_name: Mapped[str] = personal_column()
    by_function: Mapped[str] = public_column()
    substitute_for: Mapped[str] = personal_column(default="", server_default="")
    """Whose delegation it was made by, where a substitute made it."""
    urgent_because: Mapped[str] = public_column(default="", server_default="")
    """Why the chair could not wait for the board."""
    appeal: Mapped[str] = public_column()
    against_values: Mapped[bool] = public_column(default=False, server_default=false())
    """Whether it says no on a value criterion: nobody signs that by name."""
    execution: Mapped[bool] = public_column(default=False, server_default=false())
    """Execution, no decision: not reported to the board, no appeal, no force."""
    item_decision_id: Mapped[int | None] = public_column(ForeignKey("item_decisions.id"), index=True)
    """Where a meeting made it with others, on one item of a round."""
    rests_on: Mapped[Plain] = public_column()
    """The ids of the screening, answers, reviews and communications it rested on, and the rules."""

    @property
    def title(self) -> Words:
        """The delegate's title, else the role; empty for the role Beslutsfattare, which is no title."""
        untold = ROLE_WORDS[Role.DECISION_MAKER].sv in self.by_function.split(", ")
        return NO_WORDS if untold else function_in_words(self.by_function)

    def decider(self, *, by_name: bool) -> Words:
        """The decision maker: nämnd, utskott or ordförande, else the delegate's title, or the name without one.

        by_name: the board signs by name, and the title stands beside it; never where it refuses on a value criterion.
        """
        if self.maker is not DecisionAuthority.DELEGATE:
            return DECISION_AUTHORITY_WORDS[self.maker]
        if self.against_values:
            return self.title if self.title.sv else DECISION_AUTHORITY_WORDS[self.maker]
        name = same_in_both(self.by_name) if by_name or not self.title.sv else NO_WORDS
        return join_words([part for part in (name, self.title) if part.sv], ", ")


def decision_draft_of(session: Session, case_id: int) -> DecisionDraft | None:
    """The proposal that is written in a case, where there is one."""
    return case_row(session, DecisionDraft, case_id)


def is_ending(draft: DecisionDraft | None) -> bool:
    """Whether what is proposed is to end a case without trying it."""
    return draft is not None and draft.outcome is DecisionOutcome.DISCONTINUED


def endings_proposed() -> Select[int]:
    """Cases that are proposed to be ended without being tried: ready for that, and for no other decision."""
    return select(DecisionDraft.case_id).where(DecisionDraft.outcome == DecisionOutcome.DISCONTINUED)


def of_case(session: Session, case_id: int) -> Sequence[Decision]:
    """A case's decisions, newest first."""
    return case_rows(session, Decision, case_id, Decision.id.desc())


class DecisionEvent(Base):
    """What happened to a decision after it was made; never changed."""

    __tablename__ = "decision_events"
    __table_args__ = (
        Index(None, "decision_id", "id"),
        Index(None, "board_id", "what", "on"),
        Index(None, "what", "decision_id"),
    )

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    decision_id: Mapped[int] = public_column(ForeignKey("decisions.id"))
    what: Mapped[DecisionEventKind] = public_column()
    on: Mapped[date] = public_column()
    court: Mapped[str] = public_column(default="")
    number: Mapped[str] = public_column(default="")
    text: Mapped[str] = public_column(default="")
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


def events_of(session: Session, decision_ids: Iterable[int]) -> dict[int, list[DecisionEvent]]:
    """Decision -> what happened to it, in the order it was noted."""
    found: dict[int, list[DecisionEvent]] = {}
    for some in in_chunks(decision_ids, 5_000):
        wanted = select(DecisionEvent).where(DecisionEvent.decision_id.in_(some)).order_by(DecisionEvent.id)
        for row in session.scalars(wanted):
            found.setdefault(row.decision_id, []).append(row)
    return found


def as_events(rows: Iterable[DecisionEvent]) -> list[DecisionEventFact]:
    """Kept events as the rules of standing take them."""
    return [DecisionEventFact(what=row.what, on=row.on, court=row.court, number=row.number) for row in rows]


def waits_for_report() -> ColumnElement[bool]:
    """Decisions of delegates that the board has not been told of (7 kap. 8 § kommunallagen)."""
    event = aliased(DecisionEvent)
    told = exists().where(event.decision_id == Decision.id, event.what == DecisionEventKind.REPORTED)
    return and_(Decision.maker.in_(DELEGATED_AUTHORITIES), Decision.execution.is_(False), ~told.correlate(Decision))


@cache
def is_sent() -> ColumnElement[bool]:
    """Decisions that are noted to have gone to the association."""
    return (
        exists()
        .where(DecisionEvent.decision_id == Decision.id, DecisionEvent.what == DecisionEventKind.SENT)
        .correlate(Decision)
    )


@lru_cache(maxsize=64)
def quashed_decisions(as_of: date | None = None) -> Select[int]:
    """The ids of decisions that a court has quashed: they count for nothing. as_of: had quashed by that day."""
    wanted = select(DecisionEvent.decision_id).where(DecisionEvent.what == DecisionEventKind.QUASHED.value)
    return wanted if as_of is None else wanted.where(DecisionEvent.on <= as_of)


ENDING: Final = ("grant", "booking", "rescission")
"""Kinds that take the place of the decision in a case: a newer outcome, or the booking taken back."""


def current_decisions(
    row: Any = None,  # noqa: ANN401 - the table, or an alias of it
    *,
    as_of: date | None = None,
) -> ColumnElement[bool]:
    """Decisions in a case that hold: no court has quashed them, and no newer decision in the case took their place.

    The one rule for registers, sums, pages and checks. A statement that uses it may look at any kind of decision;
    of the outcome of a case it gives the one that holds, of stops, liftings and reclaims those that were not quashed.
    as_of: those that held on that day.
    """
    return _standing() if row is None and as_of is None else _standing_of(Decision if row is None else row, as_of)


def current_grants(
    row: Any = None,  # noqa: ANN401 - the table, or an alias of it
    *,
    as_of: date | None = None,
) -> ColumnElement[bool]:
    """Decisions that give a grant, the whole or a part of what was applied for, and hold."""
    decision = Decision if row is None else row
    return and_(
        decision.kind == CaseKind.GRANT.value,
        decision.outcome.in_(sorted(FAVOURABLE)),
        current_decisions(row, as_of=as_of),
    )


@cache
def _standing() -> ColumnElement[bool]:
    return _standing_of(Decision)


def _standing_of(
    decision: Any,  # noqa: ANN401 - the table, or an alias of it
    as_of: date | None = None,
) -> ColumnElement[bool]:
    newer = aliased(Decision)
    quashed = quashed_decisions(as_of)
    replaced = exists().where(
        newer.case_id == decision.case_id,
        newer.id > decision.id,
        newer.kind.in_(ENDING),
        newer.id.not_in(quashed),
        decision.kind.in_(ENDING),
        *(() if as_of is None else (newer.decided_on <= as_of,)),
    )
    holds: ColumnElement[bool] = decision.id.not_in(quashed) & ~replaced.correlate(decision)
    return holds


def current_outcome_decision(session: Session, case_id: int) -> Decision | None:
    """The decision on the application or booking itself that holds in a case."""
    wanted = select(Decision).where(
        Decision.case_id == case_id, Decision.kind.in_(["grant", "booking"]), current_decisions()
    )
    return session.scalar(wanted.order_by(Decision.id.desc()).limit(1))


def last_outcome(session: Session, case_id: int) -> Decision | None:
    """The newest decision on the application or booking that no court has quashed, also one taken back since."""
    wanted = select(Decision).where(
        Decision.case_id == case_id, Decision.kind.in_(["grant", "booking"]), Decision.id.not_in(quashed_decisions())
    )
    return session.scalar(wanted.order_by(Decision.id.desc()).limit(1))


def on_conditions(session: Session, case_ids: Sequence[int]) -> set[int]:
    """Which of some bookings were confirmed on conditions, by the newest decision of each."""
    rows = session.execute(
        select(Decision.case_id, Decision.conditions)
        .where(Decision.kind == "booking", Decision.case_id.in_(case_ids))
        .order_by(Decision.id)
    )
    newest = {case_id: conditions for case_id, conditions in rows}  # noqa: C416 - dict() of rows carries no types
    return {case_id for case_id, conditions in newest.items() if conditions}


def current_stops(session: Session, case_ids: Sequence[int]) -> dict[int, Decision]:
    """The newest decision to stop a payment in each case that no court has quashed."""
    rows = session.scalars(
        select(Decision)
        .where(Decision.kind == "payment_stop", Decision.case_id.in_(case_ids), Decision.id.not_in(quashed_decisions()))
        .order_by(Decision.id)
    )
    return {row.case_id: row for row in rows}


def cases_without_extract(session: Session, cases: Iterable[int]) -> set[int]:
    """Those of some cases that a meeting decided on an item whose extract of the minutes is not handed in."""
    wanted = (
        select(Decision.case_id)
        .join(ItemDecision, ItemDecision.id == Decision.item_decision_id)
        .where(Decision.case_id.in_(list(cases)), ItemDecision.extract_sha256 == "")
    )
    return set(session.scalars(wanted.where(Decision.id.not_in(quashed_decisions()))))
