"""Expert opinions asked for in a case, and special reviews of associations."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped

from vetting.associations.models.associations import Association
from vetting.casework.domain.special_reviews import SpecialReviewGround
from vetting.casework.models.cases import recused_associations
from vetting.kernel.store.base import Base, personal_column, public_column, register_enum_types, sealed_column
from vetting.kernel.store.case_rows import case_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import ColumnElement

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session

register_enum_types(SpecialReviewGround)


class ExpertOpinion(Base):
    """A question to somebody outside who knows: asked with a package of papers, due, answered."""

    __tablename__ = "expert_opinions"
    __table_args__ = (Index(None, "case_id", "id"), Index(None, "board_id", "due_on"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    asked_of: Mapped[str] = public_column()
    question: Mapped[str] = public_column()
    secrecy: Mapped[str] = public_column()
    """What of the package is secret and may not be passed on, or that nothing is."""
    documents: Mapped[list[int]] = public_column(JSON)
    """Ids of the papers in the package."""
    asked_on: Mapped[date] = public_column()
    due_on: Mapped[date] = public_column()
    answered_on: Mapped[date | None] = public_column()
    answer: Mapped[str] = public_column(default="")
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


# A table of its own and not a kind of case: it has no applicant, amount or decision, and every list of cases
# would have to leave it out.
class SpecialReview(Base):
    """A closer look at an association beside its cases: why, what was asked and answered, what came of it."""

    __tablename__ = "special_reviews"
    __table_args__ = (UniqueConstraint("board_id", "number"), Index(None, "board_id", "association_id", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    number: Mapped[str] = public_column()
    association_id: Mapped[int] = public_column(ForeignKey("associations.id"))
    ground: Mapped[SpecialReviewGround] = public_column()
    about: Mapped[str] = sealed_column()
    """What gave rise to it, without persons."""
    opened_on: Mapped[date] = public_column()
    due_on: Mapped[date] = public_column()
    outcome: Mapped[str] = public_column(default="")
    conclusion: Mapped[str] = sealed_column(default="")
    closed_on: Mapped[date | None] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


class ReviewQuestion(Base):
    """One question to the association in a special review, and its answer."""

    __tablename__ = "review_questions"

    id: Mapped[int] = public_column(primary_key=True)
    special_review_id: Mapped[int] = public_column(ForeignKey("special_reviews.id"), index=True)
    question: Mapped[str] = sealed_column()
    asked_on: Mapped[date] = public_column()
    reply_by: Mapped[date | None] = public_column()
    """None for those asked before a last day was set."""
    answer: Mapped[str] = sealed_column(default="")
    answered_on: Mapped[date | None] = public_column()
    at: Mapped[datetime] = public_column()


class ReviewVisit(Base):
    """A visit in a special review: when, where, announced or not, and what was seen of the activity, not of persons."""

    __tablename__ = "review_visits"

    id: Mapped[int] = public_column(primary_key=True)
    special_review_id: Mapped[int] = public_column(ForeignKey("special_reviews.id"), index=True)
    on: Mapped[date] = public_column("visited_on")
    place: Mapped[str] = sealed_column()
    announced: Mapped[bool] = public_column()
    seen: Mapped[str] = sealed_column(default="")
    """Empty until somebody has been there."""
    seen_on: Mapped[date | None] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    at: Mapped[datetime] = public_column()


def opinions_of(session: Session, case_id: int) -> Sequence[ExpertOpinion]:
    return case_rows(session, ExpertOpinion, case_id, ExpertOpinion.id)


def awaited_opinions(session: Session, cases: Collection[int]) -> dict[int, list[ExpertOpinion]]:
    """Case -> the questions in it that nobody has answered yet."""
    found: dict[int, list[ExpertOpinion]] = {}
    if not cases:
        return found
    unanswered = ExpertOpinion.case_id.in_(cases) & ExpertOpinion.answered_on.is_(None)
    for row in session.scalars(select(ExpertOpinion).where(unanswered).order_by(ExpertOpinion.id)):
        if row.case_id is not None:
            found.setdefault(row.case_id, []).append(row)
    return found


def seen_by(by: Person) -> ColumnElement[bool]:
    """Reviews of the own board, but of an association, whatever its records, in whose case the person stepped aside."""
    return _condition_of_sight(by.id, by.board_id)


@lru_cache(maxsize=1024)
def _condition_of_sight(user_id: int, board_id: int) -> ColumnElement[bool]:
    holds = func.coalesce(Association.merged_into_id, Association.id)
    aside = select(holds).where(Association.id.in_(recused_associations(user_id)))
    records = select(Association.id).where(holds.in_(aside))
    return (SpecialReview.board_id == board_id) & SpecialReview.association_id.not_in(records)


def reviews(session: Session) -> Sequence[SpecialReview]:
    """The board's special reviews, open ones first, then the newest."""
    return session.scalars(
        select(SpecialReview)
        .where(seen_by(session.person))
        .order_by(SpecialReview.closed_on.is_not(None), SpecialReview.due_on, SpecialReview.id.desc())
    ).all()


def open_of(session: Session, associations: Iterable[int]) -> Sequence[SpecialReview]:
    """Those that are open of some associations, of what a person may see."""
    wanted = (
        seen_by(session.person)
        & SpecialReview.association_id.in_(list(associations))
        & SpecialReview.closed_on.is_(None)
    )
    return session.scalars(select(SpecialReview).where(wanted).order_by(SpecialReview.id)).all()


def find_review(session: Session, number: str) -> SpecialReview | None:
    return session.scalar(select(SpecialReview).where(seen_by(session.person), SpecialReview.number == number))


def questions(session: Session, key: int) -> Sequence[ReviewQuestion]:
    """The questions of a review, in order."""
    return session.scalars(
        select(ReviewQuestion).where(ReviewQuestion.special_review_id == key).order_by(ReviewQuestion.id)
    ).all()


def visits_of(session: Session, key: int) -> Sequence[ReviewVisit]:
    """The visits of a review, in the order of their days."""
    return session.scalars(
        select(ReviewVisit).where(ReviewVisit.special_review_id == key).order_by(ReviewVisit.on, ReviewVisit.id)
    ).all()


def numbers_of(session: Session, keys: Collection[int]) -> dict[int, str]:
    """Key -> number of some reviews."""
    if not keys:
        return {}
    rows = session.execute(select(SpecialReview.id, SpecialReview.number).where(SpecialReview.id.in_(keys)))
    return {key: number for key, number in rows}  # noqa: C416 - a row is no pair to mypy
