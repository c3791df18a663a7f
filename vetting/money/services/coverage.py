"""Which granted associations have been followed up in a year, which have not, and which are new here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import case, exists, func, or_, select, tuple_

from vetting.associations.models.associations import Association, records_of
from vetting.casework import mark_case, open_case
from vetting.casework.domain.cases import OPEN, CaseMarkKind, FollowUpWay
from vetting.casework.models.assessments import AssessmentRow, AssessmentWithdrawal
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision, current_grants
from vetting.casework.models.granted_associations import granted_associations, last_followed
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session, WritingSession


class NewFollowUp(NamedTuple):
    """How an association was followed up, when (None: today), and what it showed."""

    way: FollowUpWay
    on: date | None
    text: str


def note_contact(session: WritingSession, number: str, new: NewFollowUp) -> Case:
    """A visit, a talk or papers seen while the support of a grant runs.

    Raises:
        Refused: no grant of this case holds, it is not this person's, or what was seen or the day is not said.
    """
    case = open_case(session, number, action=Action.ASSESS)
    granted = select(Decision.id).where(
        Decision.case_id == case.id,
        current_grants(),
    )
    if session.scalar(granted.limit(1)) is None:
        what = _("Inget bidrag är beviljat i ärendet.")
        raise Refused(Obstacle.CLOSED, Problem(number, what, _("Följ upp i ett ärende där bidraget är beviljat.")))
    return mark_case(session, number, CaseMarkKind.CONTACT, way=new.way, on=new.on, text=new.text)


class FollowedAssociation(NamedTuple):
    """A granted association: what it was granted in the year and the year before, and when it was last followed up."""

    association_id: int
    name: str
    organisation_number: str | None
    case_number: str
    """Of its newest grant."""
    granted: int
    """Öre."""
    decided_on: date
    followed_on: date | None


class NewAssociation(NamedTuple):
    """An association with an open case, of which nobody here has answered any question yet."""

    association_id: int
    name: str
    organisation_number: str | None
    case_number: str
    """Of its newest open case."""
    received_on: date


class Coverage(NamedTuple):
    """How many granted associations there are in a year, and how many of them have been followed up in it."""

    granted: int
    followed: int

    @property
    def left(self) -> int:
        """How many have not."""
        return self.granted - self.followed


def coverage(session: Session, year: int, *, until: date | None = None) -> Coverage:
    """How many of the granted associations have been followed up in a year."""
    base = granted_associations(session.person, year, until=until).subquery()
    followed = last_followed(session.person.board_id, base.c.association, until=until)
    done = func.coalesce(func.sum(case((followed >= date(year, 1, 1), 1), else_=0)), 0)
    granted, number = session.execute(select(func.count(), done).select_from(base)).one()
    return Coverage(int(granted), int(number))


def associations_to_follow_up(
    session: Session, year: int, *, after: tuple[date, int] | None, most: int
) -> list[FollowedAssociation]:
    """The granted associations that have not been followed up in a year, by the day of their newest grant.

    after: the day and association of the last one before.
    """
    base = granted_associations(session.person, year).subquery()
    followed = last_followed(session.person.board_id, base.c.association)
    wanted = (
        select(base, Association.name, Association.number, Case.number, followed)
        .join(Association, Association.id == base.c.association)
        .join(Case, Case.id == base.c.case)
        .where(or_(followed.is_(None), followed < date(year, 1, 1)))
        .order_by(base.c.decided_on, base.c.association)
        .limit(most)
    )
    if after:
        wanted = wanted.where(tuple_(base.c.decided_on, base.c.association) > after)
    return [
        FollowedAssociation(key, name, number, case_number, int(granted or 0), decided_on, followed_on)
        for key, _case, granted, decided_on, name, number, case_number, followed_on in session.execute(wanted)
    ]


def new_associations(session: Session, *, after: tuple[date, int] | None, most: int) -> list[NewAssociation]:
    """The associations with an open application of which nobody here has ever answered a question, the oldest first.

    after: the day and association of the last one before.
    """
    withdrawn = select(AssessmentWithdrawal.id).where(AssessmentWithdrawal.assessment_id == AssessmentRow.id)
    answered = exists().where(
        AssessmentRow.board_id == session.person.board_id,
        AssessmentRow.association_id.in_(records_of(Association.id)),
        ~withdrawn.exists(),
    )
    first = func.min(Case.received_on)
    wanted = (
        select(Association.id, Association.name, Association.number, func.max(Case.number), first)
        .join(Case, Case.association_id == Association.id)
        .where(
            Case.kind == CaseKind.GRANT,
            Case.state.in_(sorted(OPEN)),
            seen_by(session.person, Action.READ_REGISTERS),
            ~answered,
        )
        .group_by(Association.id, Association.name, Association.number)
        .order_by(first, Association.id)
        .limit(most)
    )
    if after:
        wanted = wanted.having(tuple_(first, Association.id) > after)
    return [NewAssociation(*row) for row in session.execute(wanted)]


def count_new(session: Session, *, most: int) -> int:
    """How many they are, counted no further than so many."""
    return len(new_associations(session, after=None, most=most))
