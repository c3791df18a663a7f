"""A booking that the staff are unsure of: the coordinator or the group is asked, with an answer before the event."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.casework.domain.cases import AT_WORK_STATE, CaseState
from vetting.casework.domain.special_reviews import wrong_with_text
from vetting.casework.models.cases import scheduled_times
from vetting.casework.models.meetings import Meeting, reviews_of_case
from vetting.casework.models.special_reviews import ExpertOpinion, opinions_of
from vetting.casework.services import meetings
from vetting.casework.services.cases import change_state, open_case, raise_version, start_handling, still_open
from vetting.casework.services.screenings import screen_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.kernel.working_days import last_open_before

if TYPE_CHECKING:
    from datetime import date, datetime

    from vetting.casework.models.cases import Case
    from vetting.kernel.store.session import WritingSession


class ReferralRecipient(StrEnum):
    """Who is asked."""

    COORDINATOR = "coordinator"
    GROUP = "group"


COORDINATOR: Final = "Samordnaren mot våldsbejakande extremism"
NO_PERSONS: Final = "Inga uppgifter om personer lämnas."


def refer_booking(session: WritingSession, number: str, whom: ReferralRecipient, question: str) -> Case:
    """Asks somebody who knows more; the booking waits, and the answer is due before the event.

    Raises:
        Refused: answered already, asked already, nothing is asked or a person is named, or there is no time: the
            event has begun, or the group meets after it.
    """
    case = open_case(session, number, action=Action.HANDLE)
    if case.kind is not CaseKind.BOOKING:
        raise Refused(Obstacle.MISSING)
    still_open(case)
    starts = min((use.starts_at for use in scheduled_times(session, case.id) if use.starts_at), default=None)
    problems = wrong_with_text("question", question, [session.person.board, case.name])
    if starts is not None and starts <= session.now:
        problems.append(
            Problem("question", _("Arrangemanget har redan börjat."), _("Anteckna en avvikelse i stället."))
        )
    if case.state is CaseState.REFERRED:
        problems.append(Problem("question", _("Frågan är redan ställd."), _("Vänta på svaret.")))
    if whom is ReferralRecipient.GROUP and not _meets_before(session, case, starts):
        problems.append(
            Problem(
                "question",
                _("Referensgruppen har inget möte före arrangemanget."),
                _("Fråga samordnaren, eller kalla gruppen till möte."),
            )
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    if whom is ReferralRecipient.GROUP:
        meetings.refer_to_group(session, number, question)
        return case
    # A question to the coordinator is an expert opinion: due before the event, answered by a note, without names.
    row = ExpertOpinion(
        board_id=case.board_id,
        case_id=case.id,
        asked_of=COORDINATOR,
        question=question.strip(),
        secrecy=NO_PERSONS,
        documents=[],
        asked_on=session.today,
        due_on=due_before(starts, session.now),
        by_user_id=session.person.id,
    )
    session.add(row)
    start_handling(case, session.person)
    change_state(case, CaseState.REFERRED)
    raise_version(case)
    session.flush()
    screen_case(session, case)
    session.note("coordinator_asked", row, case_id=case.id)
    return case


def due_before(starts: datetime | None, at: datetime) -> date:
    """The last open day before the event, and today where there is none between."""
    if starts is None:
        return at.date()
    return max(last_open_before(day_here(starts)), at.date())


def _meets_before(session: WritingSession, case: Case, starts: datetime | None) -> bool:
    wanted = select(Meeting.id).where(
        Meeting.board_id == case.board_id, Meeting.state == "planned", Meeting.starts_at >= session.now
    )
    if starts is not None:
        wanted = wanted.where(Meeting.starts_at < starts)
    return session.scalar(wanted.limit(1)) is not None


def return_to_staff(session: WritingSession, case: Case) -> None:
    """The coordinator's answer is noted: the booking is with the staff again."""
    if case.kind is not CaseKind.BOOKING or case.state is not CaseState.REFERRED:
        return
    with_group = any(not review.outcome for review in reviews_of_case(session, case.id))
    if not with_group and all(row.answered_on is not None for row in opinions_of(session, case.id)):
        change_state(case, AT_WORK_STATE[CaseKind.BOOKING])
