"""The reference group: what it is asked, who steps aside, what it advises. It never decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select

from vetting.casework.domain.advice import CONSENTS, NO_OPINION, Advice, ConflictGround
from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.models import meetings as store
from vetting.casework.models.cases import Case, in_conflict, in_states, seen_by
from vetting.casework.models.decisions import decision_draft_of
from vetting.casework.models.meetings import (
    Attendance,
    Conflict,
    Meeting,
    NoConflict,
    Review,
    reviews_of_case,
    stepped_aside,
)
from vetting.casework.services import frozen_bases
from vetting.casework.services.cases import change_state, open_case, start_handling, still_open
from vetting.casework.services.screenings import screen_case, screen_without_keeping
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action, Role
from vetting.kernel.store.read_cache import cached_query
from vetting.kernel.text import _, count_in_words, day_in_words, same_in_both
from vetting.people import require_permission
from vetting.people.models.people import colleagues

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement

    from vetting.kernel.store.session import Session, WritingSession

WHAT_IS_ASKED: Final = "Finns det något som talar emot att ansökan beviljas?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the group said of one case."""

    advice: Advice
    text: str
    conditions: tuple[str, ...] = ()
    dissent: str = ""


def call_meeting(session: WritingSession, starts_at: datetime, place: str, *, closes_on: date | None = None) -> Meeting:
    """A new meeting, with everything that waits for one on its list; with a last day to answer it is one in writing.

    Raises:
        Refused: not this person's to call, or a written round that ends before it begins.
    """
    require_permission(session.person, Action.RECORD_MEETING)
    if closes_on is not None and closes_on <= session.today:
        raise Refused(
            Obstacle.INVALID, Problem("closes_on", _("Sista svarsdag har redan passerat."), _("Välj en senare dag."))
        )
    meeting = Meeting(
        board_id=session.person.board_id,
        starts_at=starts_at,
        place=place.strip(),
        written=closes_on is not None,
        closes_on=closes_on,
    )
    session.add(meeting)
    session.flush()
    waiting = reviews_without_meeting(session, session.person.board_id)
    for position, review in enumerate(waiting, start=1):
        review.meeting_id, review.position = meeting.id, position
    session.note("meeting_called", meeting, detail={"cases": len(waiting)})
    return meeting


def refer_to_group(session: WritingSession, number: str, question: str) -> Review:
    """Puts a case before the group: on the next planned meeting, or the list of those that wait.

    Raises:
        Refused: decided, or before the group already.
    """
    case = open_case(session, number, action=Action.HANDLE)
    still_open(case)
    if any(not review.outcome for review in reviews_of_case(session, case.id)):
        raise Refused(
            Obstacle.INVALID,
            Problem(number, _("Ärendet ligger redan hos referensgruppen."), _("Vänta på gruppens yttrande.")),
        )
    planned = session.scalar(
        select(Meeting)
        .where(Meeting.board_id == case.board_id, Meeting.state == "planned", Meeting.starts_at >= session.now)
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(1)
    )
    asked = question.strip()
    review = Review(
        board_id=case.board_id,
        case_id=case.id,
        meeting_id=planned.id if planned else None,
        position=_next_position(session, planned.id) if planned else 0,
        question=asked or WHAT_IS_ASKED,
        consent=not asked,
        conditions=[],
    )
    session.add(review)
    start_handling(case, session.person)
    if case.state != CaseState.REFERRED:
        change_state(case, CaseState.REFERRED)
    session.flush()
    screen_case(session, case)
    session.note("referred", review, case_id=case.id)
    return review


def refer_without_question(session: WritingSession, number: str, *, version: int | None) -> Case:
    """The same from a list: among the cases without questions, as it was seen there.

    Raises:
        Refused: as for one by itself, or changed since.
    """
    case = open_case(session, number, action=Action.HANDLE, version=version)
    refer_to_group(session, number, "")
    return case


def _next_position(session: Session, meeting_id: int) -> int:
    last = session.scalar(select(func.max(Review.position)).where(Review.meeting_id == meeting_id))
    return int(last or 0) + 1


def on_agenda() -> ColumnElement[bool]:
    """Reviews, joined with their cases, that are treated or can be: not of what ended before the group got to it."""
    return or_(Review.outcome != "", in_states(OPEN))


def reviews_without_meeting(session: Session, board_id: int) -> Sequence[Review]:
    """What waits for the board's next meeting, in the order it was referred."""
    wanted = select(Review).join(Case, Case.id == Review.case_id).where(on_agenda())
    wanted = wanted.where(Review.board_id == board_id, Review.meeting_id.is_(None), Review.outcome == "")
    return session.scalars(wanted.order_by(Review.id)).all()


def agenda(session: Session, meeting: Meeting) -> list[tuple[Review, Case]]:
    """The meeting's cases that this person may see, in order: none where they have stepped aside."""
    rows = session.execute(
        select(Review, Case)
        .join(Case, Case.id == Review.case_id)
        .where(Review.meeting_id == meeting.id, seen_by(session.person, Action.READ_MEETINGS), on_agenda())
        .order_by(Review.position, Review.id)
    )
    return [(review, case) for review, case in rows]


def cases_on_list(session: Session, meeting: Meeting) -> list[tuple[Review, str, str]]:
    """Number and name of every case on the list, for declaring conflicts before papers open; nothing else of it."""
    return _on_list(session, meeting.id, session.person.board_id)


@cached_query(Review, Case.name, Case.state)
def _on_list(session: Session, meeting_id: int, board_id: int) -> list[tuple[Review, str, str]]:
    rows = session.execute(
        select(Review, Case.number, Case.name)
        .join(Case, Case.id == Review.case_id)
        .where(Review.meeting_id == meeting_id, Case.board_id == board_id, on_agenda())
        .order_by(Review.position, Review.id)
    )
    return [(review, number, name) for review, number, name in rows]


def attendance(session: Session, meeting_id: int, user_id: int) -> Attendance | None:
    return next((row for row in store.attendances(session, meeting_id) if row.user_id == user_id), None)


def declare_conflicts(session: WritingSession, key: int, conflicts: Mapping[int, ConflictGround]) -> Meeting:
    """One screen for the whole list: in conflict in these, in none of the others. What is declared stays.

    Raises:
        Refused: there is no such meeting, or a case that is not on its list.
    """
    require_permission(session.person, Action.DECLARE_CONFLICT)
    meeting = store.meeting(session, key)
    if meeting is None:
        raise Refused(Obstacle.MISSING)
    on_list = {review.case_id for review, _unused, _unused in cases_on_list(session, meeting)}
    if not conflicts.keys() <= on_list:
        raise Refused(Obstacle.MISSING)
    place = attendance(session, meeting.id, session.person.id)
    if place is None:
        place = Attendance(meeting_id=meeting.id, user_id=session.person.id, present=meeting.written)
        session.add(place)
    place.declared_at = session.now
    for case_id in sorted(on_list):
        if stepped_aside(session, session.person.id, case_id):
            continue
        earlier = ConflictGround.OTHER if in_conflict(session, session.person.id, case_id) else None
        ground = conflicts.get(case_id) or earlier
        row: Conflict | NoConflict = (
            Conflict(
                board_id=meeting.board_id, case_id=case_id, user_id=session.person.id, ground=ground, at=session.now
            )
            if ground
            else NoConflict(board_id=meeting.board_id, case_id=case_id, user_id=session.person.id, at=session.now)
        )
        session.add(row)
        if ground:
            session.flush()
            session.note("conflict_declared", row, case_id=case_id)
    session.flush()
    session.note("meeting_list_declared", place)
    return meeting


def recuse_person(session: WritingSession, number: str, ground: ConflictGround) -> None:
    """A person in conflict leaves a case, and with it the association: from now on neither exists for them.

    Raises:
        Refused: there is no such case for this person.
    """
    case = open_case(session, number, action=Action.DECLARE_CONFLICT)
    row = Conflict(board_id=case.board_id, case_id=case.id, user_id=session.person.id, ground=ground, at=session.now)
    session.add(row)
    session.flush()
    for left in _cases_left_behind(session, case):
        left.officer_id = None
    session.note("conflict_declared", row, case_id=case.id)


def _cases_left_behind(session: Session, case: Case) -> list[Case]:
    """What the person handled of what they do not see any more: somebody else must see that it waits."""
    handled = select(Case).where(
        Case.board_id == session.person.board_id, Case.officer_id == session.person.id, in_states(OPEN)
    )
    mine = session.scalars(handled.where(or_(Case.id == case.id, Case.association_id == case.association_id)))
    return [one for one in mine if in_conflict(session, session.person.id, one.id)]


def lift_out(session: WritingSession, key: int, review_id: int) -> Review:
    """Any member takes a case off the consent list, to be discussed.

    Raises:
        Refused: not of the group, no such case on this person's list, or it is treated.
    """
    require_permission(session.person, Action.TAKE_PART)
    review = _on_agenda(session, key, review_id)
    if review.outcome:
        raise Refused(Obstacle.STALE, _already_treated(review))
    if review.consent:
        review.consent, review.lifted_out = False, True
        session.note("lifted_out", review, case_id=review.case_id)
    return review


def open_meeting(session: WritingSession, key: int, *, adjusting: bool = False) -> Meeting:
    """A meeting whose notes can still be changed; once somebody has adjusted them, nothing is.

    Raises:
        Refused: there is none, or its notes are approved and locked.
    """
    meeting = store.meeting(session, key)
    if meeting is None:
        raise Refused(Obstacle.MISSING)
    if meeting.state == APPROVED_NOTES or (not adjusting and store.adjustments(session, key)):
        raise Refused(
            Obstacle.CLOSED,
            Problem("", _("Anteckningarna är godkända och låsta."), _("Rätta i nästa mötes anteckningar.")),
        )
    return meeting


def members(session: Session, board_id: int) -> dict[int, str]:
    """The group's ordinary members with accounts: those with a role in it who hold no deputy's seat."""
    deputies = {seat.user_id for seat in store.seats(session, board_id) if seat.deputy and seat.user_id}
    found = {user.id: user.name for user in colleagues(session, board_id, *GROUP_IN_ORDER)}
    return {key: name for key, name in found.items() if key not in deputies}


def refuse_unanswered(session: WritingSession, review: Review) -> None:
    """A written round is summed up when its time has passed, or when everybody has answered.

    Raises:
        Refused: it runs, and somebody has not answered.
    """
    meeting = session.get_one(Meeting, review.meeting_id) if review.meeting_id else None
    if meeting is None or not meeting.written or meeting.closes_on is None or meeting.closes_on < session.today:
        return
    answered = {row.user_id for row in store.statements(session, [review.id]).get(review.id, [])}
    stepped_aside = select(Conflict.user_id).where(Conflict.case_id == review.case_id, Conflict.withdrawn_at.is_(None))
    aside = set(session.scalars(stepped_aside))
    left = members(session, session.person.board_id).keys() - answered - aside - {session.person.id}
    if left:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "",
                _("Den skriftliga rundan pågår till ") + day_in_words(meeting.closes_on) + same_in_both("."),
                count_in_words(len(left), _("ledamot har inte svarat."), _("ledamöter har inte svarat.")),
            ),
        )


APPROVED_NOTES: Final = "approved"
GROUP_IN_ORDER: Final = (Role.GROUP_MEMBER, Role.GROUP_SECRETARY, Role.VBE_COORDINATOR)
GROUP: Final = frozenset({Role.GROUP_MEMBER, Role.GROUP_SECRETARY, Role.VBE_COORDINATOR})


def must_declare(session: Session, meeting: Meeting) -> bool:
    """Whether one of the group has yet to answer for some case on the list; a case that joined it later asks anew."""
    if not session.person.roles & GROUP:
        return False
    place = attendance(session, meeting.id, session.person.id)
    if place is None or place.declared_at is None:
        return True
    on_list = {review.case_id for review, _unused, _unused in cases_on_list(session, meeting)}
    free = select(NoConflict.case_id).where(NoConflict.user_id == session.person.id, NoConflict.case_id.in_(on_list))
    aside = select(Conflict.case_id).where(
        Conflict.user_id == session.person.id, Conflict.case_id.in_(on_list), Conflict.withdrawn_at.is_(None)
    )
    return bool(on_list - set(session.scalars(free)) - set(session.scalars(aside)))


def has_declared(session: Session, meeting: Meeting) -> None:
    """Nothing opens for the group before conflicts of interest are declared.

    Raises:
        Refused: this person has not answered for the list.
    """
    if must_declare(session, meeting):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "",
                _("Du har inte svarat på frågan om jäv i mötets ärenden."),
                _("Öppna mötet och svara, så öppnas handlingarna."),
            ),
        )


def _on_agenda(session: WritingSession, key: int, review_id: int) -> Review:
    meeting = store.meeting(session, key)
    if meeting is not None:
        has_declared(session, meeting)
    found = [review for review, _unused in agenda(session, meeting) if review.id == review_id] if meeting else []
    if not found:
        raise Refused(Obstacle.MISSING)
    return found[0]


def _already_treated(review: Review) -> Problem:
    return Problem(str(review.position), _("Punkten är redan behandlad."), _("Öppna den och se yttrandet."))


def record_advice(
    session: WritingSession, key: int, review_id: int, opinion: Opinion, *, version: int | None
) -> Review:
    """Records what the group advised in one case.

    Raises:
        Refused: not the secretary's list, treated already, or an opinion without its reasons.
    """
    require_permission(session.person, Action.RECORD_MEETING)
    review = _on_agenda(session, key, review_id)
    open_meeting(session, key)
    refuse_unanswered(session, review)
    if version is not None and review.version != version:
        raise Refused(Obstacle.STALE, _already_treated(review))
    if review.outcome:
        raise Refused(Obstacle.STALE, _already_treated(review))
    if opinion.advice is not Advice.NO_OBJECTION and not opinion.text.strip():
        raise Refused(
            Obstacle.INVALID, Problem("text", _("Gruppens skäl saknas."), _("Skriv vad gruppen grundar sitt råd på."))
        )
    if opinion.advice is Advice.WITH_CONDITIONS and not any(line.strip() for line in opinion.conditions):
        raise Refused(
            Obstacle.INVALID, Problem("conditions", _("Villkoren saknas."), _("Skriv ett villkor på varje rad."))
        )
    _keep(session, review, opinion)
    return review


def record_consent(session: WritingSession, key: int) -> int:
    """Everything still on the consent list in one stroke: no objection. Returns how many.

    Raises:
        Refused: there is no such meeting.
    """
    require_permission(session.person, Action.RECORD_MEETING)
    meeting = store.meeting(session, key)
    if meeting is None:
        raise Refused(Obstacle.MISSING)
    has_declared(session, meeting)
    open_meeting(session, key)
    reviews = [review for review, _unused in agenda(session, meeting) if review.consent and not review.outcome]
    for review in reviews:
        refuse_unanswered(session, review)
    for review in reviews:
        _keep(session, review, Opinion(advice=CONSENTS, text=""))
    return len(reviews)


def _keep(session: WritingSession, review: Review, opinion: Opinion) -> None:
    case = session.get_one(Case, review.case_id)
    still_open(case)
    review.outcome, review.opinion = opinion.advice.value, opinion.text.strip()
    review.conditions = [line.strip() for line in opinion.conditions if line.strip()]
    review.dissent = opinion.dissent.strip()
    review.treated_at, review.recorded_by_id = session.now, session.person.id
    if case.state == CaseState.REFERRED and opinion.advice is not Advice.POSTPONES:
        change_state(case, CaseState.IN_PROGRESS if case.kind is CaseKind.GRANT else CaseState.TO_CHECK)
    if opinion.advice in NO_OPINION:
        session.flush()
        _again(session, review, opinion)
    screen_case(session, case)
    session.note("group_advised", review, case_id=case.id, detail={"advice": opinion.advice.value})


def _again(session: WritingSession, review: Review, opinion: Opinion) -> None:
    if opinion.advice is Advice.POSTPONES:
        session.add(Review(board_id=review.board_id, case_id=review.case_id, question=review.question, conditions=[]))


def _keep_papers(session: WritingSession, meeting: Meeting) -> None:
    """From now on the papers of the meeting say what they said when it was held."""
    rows = session.execute(
        select(Review, Case).join(Case, Case.id == Review.case_id).where(Review.meeting_id == meeting.id, on_agenda())
    )
    for review, case in rows.all():
        screened = screen_without_keeping(session, case, on=session.today)
        draft = decision_draft_of(session, case.id)
        frozen_bases.keep_basis(session, case, screened, draft, review_id=review.id)


def move_meeting(session: WritingSession, key: int, starts_at: datetime, place: str) -> Meeting:
    """Another time or place for a meeting that is not held yet.

    Raises:
        Refused: there is no such meeting, or it has been held.
    """
    require_permission(session.person, Action.RECORD_MEETING)
    meeting = open_meeting(session, key)
    if meeting.state != "planned":
        raise Refused(
            Obstacle.CLOSED, Problem("starts_at", _("Mötet är redan hållet."), _("Kalla till ett nytt möte."))
        )
    meeting.starts_at, meeting.place = starts_at, place.strip()
    session.note("meeting_moved", meeting)
    return meeting


def _refuse_not_held(session: WritingSession, meeting: Meeting) -> None:
    """A meeting is over when its day has come and somebody was there; a round in writing has no such day."""
    if meeting.written:
        return
    day = day_here(meeting.starts_at)
    if day > day_here(session.now):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "",
                _("Mötet är kallat till ") + day_in_words(day) + same_in_both("."),
                _("Hölls det tidigare? Ändra tiden under punkt 1."),
            ),
        )
    if not any(row.present for row in store.attendances(session, meeting.id)):
        raise Refused(
            Obstacle.CLOSED,
            Problem("", _("Det är inte antecknat vilka som var på mötet."), _("Anteckna närvaron under punkt 1.")),
        )


def hold_meeting(session: WritingSession, key: int, notes: str) -> Meeting:
    """The meeting is held, with its notes; every case on the list must have been treated.

    Raises:
        Refused: something is not treated, its day has not come, or nobody is noted as present.
    """
    require_permission(session.person, Action.RECORD_MEETING)
    meeting = open_meeting(session, key)
    _refuse_not_held(session, meeting)
    untreated = select(Review, Case.state).join(Case, Case.id == Review.case_id)
    untreated = untreated.where(Review.meeting_id == meeting.id, Review.outcome == "")
    rows = session.execute(untreated).all()
    left = sum(state in OPEN for _review, state in rows)
    if left:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "",
                count_in_words(left, _("ärende är inte behandlat."), _("ärenden är inte behandlade.")),
                _("Behandla dem, eller skjut upp dem."),
            ),
        )
    if meeting.state == "planned":
        meeting.state = "held"
        for review, _state in rows:
            review.meeting_id, review.position = None, 0  # its case has ended; opened again it waits for a meeting
        _keep_papers(session, meeting)
    meeting.notes = notes.strip()
    session.note("meeting_held", meeting)
    return meeting


def note_attendance(session: WritingSession, key: int, user_ids: Iterable[int]) -> Meeting:
    """Who was there.

    Raises:
        Refused: there is no such meeting.
    """
    require_permission(session.person, Action.RECORD_MEETING)
    meeting = open_meeting(session, key)
    members = {user.id for user in colleagues(session, session.person.board_id, *GROUP)}
    wanted = set(user_ids) & members
    known = {row.user_id: row for row in store.attendances(session, key)}
    for user_id in sorted(wanted - known.keys()):
        session.add(Attendance(meeting_id=key, user_id=user_id))
    for user_id, row in known.items():
        row.present = user_id in wanted
    session.note("attendance_noted", meeting, detail={"present": len(wanted)})
    return meeting
