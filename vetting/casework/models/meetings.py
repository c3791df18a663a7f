"""The reference group: meetings, what was treated, what it advised, and who stepped aside."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, select
from sqlalchemy.orm import Mapped

from vetting.casework.domain.advice import ConflictGround
from vetting.kernel.store.base import Base, Texts, personal_column, public_column, register_enum_types, sealed_column
from vetting.kernel.store.case_rows import case_rows
from vetting.kernel.store.read_cache import cached_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vetting.kernel.store.session import Session


register_enum_types(ConflictGround)


class Meeting(Base):
    """One meeting of a board's reference group."""

    __tablename__ = "meetings"
    __table_args__ = (Index(None, "board_id", "starts_at", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    starts_at: Mapped[datetime] = public_column()
    place: Mapped[str] = public_column(default="")
    state: Mapped[str] = public_column(default="planned")
    """planned, held, approved"""
    written: Mapped[bool] = public_column(default=False, server_default=false())
    """A round in writing between meetings."""
    closes_on: Mapped[date | None] = public_column()
    """The last day to answer a written round."""
    notes: Mapped[str] = public_column(default="")
    approved_at: Mapped[datetime | None] = public_column()
    approved_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


class GroupSeat(Base):
    """A deputy, or a member without an account: the secretary records what they say."""

    __tablename__ = "group_seats"

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"), index=True)
    user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    name: Mapped[str] = personal_column()
    email: Mapped[str] = personal_column(default="")
    deputy: Mapped[bool] = public_column(default=False)
    at: Mapped[datetime] = public_column()
    ended_at: Mapped[datetime | None] = public_column()


class MeetingGuest(Base):
    """Somebody beside the members with accounts: at the whole meeting, or at one item."""

    __tablename__ = "meeting_guests"

    id: Mapped[int] = public_column(primary_key=True)
    meeting_id: Mapped[int] = public_column(ForeignKey("meetings.id"), index=True)
    review_id: Mapped[int | None] = public_column(ForeignKey("reviews.id"))
    seat_id: Mapped[int | None] = public_column(ForeignKey("group_seats.id"))
    name: Mapped[str] = personal_column()
    function: Mapped[str] = public_column(default="")


class Statement(Base):
    """What one member says of a case: optional, and the group's own text is the record."""

    __tablename__ = "statements"
    __table_args__ = (UniqueConstraint("review_id", "user_id"), UniqueConstraint("review_id", "seat_id"))

    id: Mapped[int] = public_column(primary_key=True)
    review_id: Mapped[int] = public_column(ForeignKey("reviews.id"))
    user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    seat_id: Mapped[int | None] = public_column(ForeignKey("group_seats.id"))
    advice: Mapped[str] = public_column(default="")
    text: Mapped[str] = personal_column(default="")
    filed_at: Mapped[datetime] = public_column()
    recorded_by_id: Mapped[int] = personal_column(ForeignKey("users.id"))


class Adjustment(Base):
    """Somebody who was there has read the minutes and found them right."""

    __tablename__ = "adjustments"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"),)

    id: Mapped[int] = public_column(primary_key=True)
    meeting_id: Mapped[int] = public_column(ForeignKey("meetings.id"))
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    at: Mapped[datetime] = public_column()


class Attendance(Base):
    """Who was there, and when each looked through the list for conflicts of interest."""

    __tablename__ = "attendances"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"),)

    id: Mapped[int] = public_column(primary_key=True)
    meeting_id: Mapped[int] = public_column(ForeignKey("meetings.id"))
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    present: Mapped[bool] = public_column(default=True)
    """Noted at the meeting: whoever has answered beforehand is not there by that. In writing whoever answers is."""
    declared_at: Mapped[datetime | None] = public_column()


class Review(Base):
    """One case put one question: treated in a meeting, with at most one outcome."""

    __tablename__ = "reviews"
    __table_args__ = (Index(None, "case_id", "id"), Index(None, "meeting_id", "position", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    meeting_id: Mapped[int | None] = public_column(ForeignKey("meetings.id"))
    position: Mapped[int] = public_column(default=0)
    question: Mapped[str] = public_column()
    consent: Mapped[bool] = public_column(default=False)
    lifted_out: Mapped[bool] = public_column(default=False)
    outcome: Mapped[str] = public_column(default="")
    opinion: Mapped[str] = public_column(default="")
    conditions: Mapped[Texts] = public_column()
    dissent: Mapped[str] = personal_column(default="")
    treated_at: Mapped[datetime | None] = public_column()
    recorded_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


class Conflict(Base):
    """A person in conflict of interest in a case: from then on the case does not exist for them."""

    __tablename__ = "conflicts"
    __table_args__ = (Index(None, "user_id", "case_id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    seat_id: Mapped[int | None] = public_column()
    """A member without an account, who sees nothing here anyhow: told by the secretary."""
    ground: Mapped[ConflictGround] = sealed_column()
    at: Mapped[datetime] = public_column()
    withdrawn_at: Mapped[datetime | None] = public_column()


class NoConflict(Base):
    """A person who has looked and is not in conflict: in a case, or in all of a round."""

    __tablename__ = "no_conflicts"
    __table_args__ = (Index(None, "user_id", "case_id"), Index(None, "user_id", "round_id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int | None] = public_column(ForeignKey("cases.id"))
    round_id: Mapped[int | None] = public_column(ForeignKey("rounds.id"))
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    at: Mapped[datetime] = public_column()


@cached_query(GroupSeat)
def seats(session: Session, board_id: int) -> Sequence[GroupSeat]:
    """Deputies and members without accounts, by name."""
    return session.scalars(
        select(GroupSeat)
        .where(GroupSeat.board_id == board_id, GroupSeat.ended_at.is_(None))
        .order_by(GroupSeat.name, GroupSeat.id)
    ).all()


@cached_query(Attendance)
def attendances(session: Session, meeting_id: int) -> Sequence[Attendance]:
    """The places of those who have answered for its list, or were there."""
    return session.scalars(select(Attendance).where(Attendance.meeting_id == meeting_id)).all()


def guests(session: Session, meeting_id: int) -> Sequence[MeetingGuest]:
    """Who else was there, in the order they were noted."""
    return session.scalars(
        select(MeetingGuest).where(MeetingGuest.meeting_id == meeting_id).order_by(MeetingGuest.id)
    ).all()


@cached_query(Adjustment)
def adjustments(session: Session, meeting_id: int) -> Sequence[Adjustment]:
    return session.scalars(select(Adjustment).where(Adjustment.meeting_id == meeting_id).order_by(Adjustment.id)).all()


def statements(session: Session, review_ids: Iterable[int]) -> dict[int, list[Statement]]:
    """Review -> what single members have said, in the order it was filed."""
    return _statements(session, tuple(review_ids))


@cached_query(Statement)
def _statements(session: Session, review_ids: tuple[int, ...]) -> dict[int, list[Statement]]:
    found: dict[int, list[Statement]] = {}
    for row in session.scalars(select(Statement).where(Statement.review_id.in_(review_ids)).order_by(Statement.id)):
        found.setdefault(row.review_id, []).append(row)
    return found


def meetings(session: Session) -> Sequence[Meeting]:
    """The board's meetings, the latest first."""
    return session.scalars(
        select(Meeting)
        .where(Meeting.board_id == session.person.board_id)
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    ).all()


@cached_query(Meeting)
def meeting(session: Session, key: int) -> Meeting | None:
    return session.scalar(select(Meeting).where(Meeting.board_id == session.person.board_id, Meeting.id == key))


@cached_query(Review)
def reviews_of_case(session: Session, case_id: int) -> Sequence[Review]:
    """A case's reviews, newest first."""
    return case_rows(session, Review, case_id, Review.id.desc())


@cached_query(Conflict)
def stepped_aside(session: Session, user_id: int, case_id: int) -> bool:
    """Whether a person has said that they are in conflict in this very case."""
    return (
        session.scalar(
            select(Conflict.id)
            .where(Conflict.user_id == user_id, Conflict.case_id == case_id, Conflict.withdrawn_at.is_(None))
            .limit(1)
        )
        is not None
    )


@cached_query(Review, Statement, Attendance)
def took_part(session: Session, review: Review, user_ids: frozenset[int]) -> bool:
    """Whether any of some people took part when a case was reviewed: at its meeting, or by a statement."""
    said = select(Statement.id).where(Statement.review_id == review.id, Statement.user_id.in_(user_ids)).limit(1)
    if session.scalar(said) is not None:
        return True
    present = select(Attendance.id).where(
        Attendance.meeting_id == review.meeting_id, Attendance.user_id.in_(user_ids), Attendance.present
    )
    return review.meeting_id is not None and session.scalar(present.limit(1)) is not None


def taking_part(
    session: Session, reviews: Sequence[Review], user_ids: frozenset[int]
) -> dict[tuple[Review, frozenset[int]], bool]:
    """The same of many reviews at once, by two questions."""
    said = set(
        session.scalars(
            select(Statement.review_id).where(
                Statement.review_id.in_([review.id for review in reviews]), Statement.user_id.in_(user_ids)
            )
        )
    )
    meetings_of = {review.meeting_id for review in reviews if review.meeting_id is not None}
    present = set(
        session.scalars(
            select(Attendance.meeting_id).where(
                Attendance.meeting_id.in_(meetings_of), Attendance.user_id.in_(user_ids), Attendance.present
            )
        )
    )
    return {(review, user_ids): review.id in said or review.meeting_id in present for review in reviews}
