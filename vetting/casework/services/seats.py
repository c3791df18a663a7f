"""The reference group's people and papers beside its items: seats, guests, single statements, approved notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.associations.models.associations import records_of
from vetting.casework.models import meetings as store
from vetting.casework.models.cases import Case
from vetting.casework.models.completions import Contact
from vetting.casework.models.meetings import Adjustment, Conflict, GroupSeat, Meeting, MeetingGuest, Review, Statement
from vetting.casework.services.meetings import APPROVED_NOTES, GROUP, agenda, attendance, has_declared, open_meeting
from vetting.casework.services.records import keep_group_record
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _
from vetting.people import habits_of, require_permission
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board, User, colleagues

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.casework.domain.advice import Advice, ConflictGround
    from vetting.kernel.store.session import Session, WritingSession

LONGEST_NAME: Final = 120
ADJUSTERS: Final = 2
COMMON_MAIL: Final = frozenset(
    {"gmail.com", "hotmail.com", "outlook.com", "live.se", "telia.com", "icloud.com", "yahoo.se"}
)


def take_seat(session: WritingSession, name: str, email: str, user_id: int | None, *, deputy: bool) -> GroupSeat:
    """A deputy with an account, or anybody without one.

    Raises:
        Refused: nobody is named, or an ordinary member with an account, who has a role and needs no seat.
    """
    require_permission(session.person, Action.RECORD_MEETING)
    known = {user.id: user for user in colleagues(session, session.person.board_id, *GROUP)}
    user = known.get(user_id) if user_id else None
    if user is None and not name.strip():
        raise Refused(
            Obstacle.INVALID, Problem("seat_name", _("Namnet saknas."), _("Skriv namnet, eller välj ett konto."))
        )
    if user is not None and not deputy:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "seat_name",
                _("Den som har ett konto och en roll är redan ledamot."),
                _("Kryssa i att personen är ersättare, om det stämmer."),
            ),
        )
    row = GroupSeat(
        board_id=session.person.board_id,
        user_id=user.id if user else None,
        name=(user.name if user else name).strip()[:LONGEST_NAME],
        email=email.strip()[:LONGEST_NAME],
        deputy=deputy,
        at=session.now,
    )
    session.add(row)
    session.flush()
    session.note("seat_taken", row, board_id=session.person.board_id)
    return row


def leave_seat(session: WritingSession, key: int) -> GroupSeat:
    """Ends a seat.

    Raises:
        Refused: there is none.
    """
    require_permission(session.person, Action.RECORD_MEETING)
    row = _seat(session, key)
    row.ended_at = session.now
    session.note("seat_left", row, board_id=session.person.board_id)
    return row


def _seat(session: WritingSession, key: int) -> GroupSeat:
    row = session.scalar(
        select(GroupSeat).where(
            GroupSeat.id == key, GroupSeat.board_id == session.person.board_id, GroupSeat.ended_at.is_(None)
        )
    )
    if row is None:
        raise Refused(Obstacle.MISSING)
    return row


def seat_guest(
    session: WritingSession, key: int, name: str, function: str, review_id: int | None, seat_id: int | None
) -> MeetingGuest:
    """Somebody without an account at the meeting, or a guest at one of its items.

    Raises:
        Refused: no such meeting or item, it is locked, or nobody is named.
    """
    require_permission(session.person, Action.RECORD_MEETING)
    meeting = open_meeting(session, key)
    seat = _seat(session, seat_id) if seat_id else None
    if review_id is not None and all(review.id != review_id for review, _unused in agenda(session, meeting)):
        raise Refused(Obstacle.MISSING)
    if seat is None and not name.strip():
        raise Refused(Obstacle.INVALID, Problem("guest", _("Namnet saknas."), _("Skriv det.")))
    row = MeetingGuest(
        meeting_id=meeting.id,
        review_id=review_id,
        seat_id=seat.id if seat else None,
        name=(seat.name if seat else name).strip()[:LONGEST_NAME],
        function=function.strip()[:LONGEST_NAME],
    )
    session.add(row)
    session.flush()
    session.note("guest_invited", row, board_id=session.person.board_id)
    return row


def seat_in_conflict(
    session: WritingSession, key: int, review_id: int, seat_id: int, ground: ConflictGround
) -> Conflict:
    """What a member without an account has said of an own conflict of interest, told by the secretary.

    Raises:
        Refused: no such item or seat, or the notes are locked.
    """
    require_permission(session.person, Action.RECORD_MEETING)
    review = open_item(session, key, review_id)
    seat = _seat(session, seat_id)
    row = Conflict(
        board_id=session.person.board_id, case_id=review.case_id, seat_id=seat.id, ground=ground, at=session.now
    )
    session.add(row)
    session.flush()
    session.note("conflict_declared", row, case_id=review.case_id)
    return row


def open_item(session: WritingSession, key: int, review_id: int) -> Review:
    """An item of an open meeting that this person may treat.

    Raises:
        Refused: there is none, it is locked, or conflicts of interest are not answered.
    """
    meeting = open_meeting(session, key)
    has_declared(session, meeting)
    found = next((review for review, _unused in agenda(session, meeting) if review.id == review_id), None)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStatement:
    """What one member says of a case; seat where the secretary records it for somebody without an account."""

    advice: Advice | None
    text: str
    seat_id: int | None = None


def file_statement(session: WritingSession, key: int, review_id: int, said: NewStatement) -> Statement:
    """Files a single statement: once, and while the item is open.

    Raises:
        Refused: not a member, treated already, filed already, or nothing is said; a seat with an account or in
            conflict.
    """
    review = open_item(session, key, review_id)
    if said.seat_id is not None:
        require_permission(session.person, Action.RECORD_MEETING)
    elif not session.person.roles & GROUP:
        raise Refused(
            Obstacle.FORBIDDEN,
            Problem("", _("Bara gruppens ledamöter yttrar sig."), _("Skriv en tjänsteanteckning i ärendet.")),
        )
    where = "own_text"
    if review.outcome:
        raise Refused(
            Obstacle.STALE, Problem(where, _("Punkten är redan behandlad."), _("Öppna den och se yttrandet."))
        )
    if said.advice is None and not said.text.strip():
        raise Refused(Obstacle.INVALID, Problem(where, _("Yttrandet är tomt."), _("Välj ett råd eller skriv något.")))
    seat = _seat(session, said.seat_id) if said.seat_id else None
    if seat is not None:
        _refuse_seat(session, seat, review, where)
    filed = store.statements(session, [review_id]).get(review_id, [])
    if any((row.seat_id == seat.id) if seat else (row.user_id == session.person.id) for row in filed):
        raise Refused(
            Obstacle.STALE,
            Problem(
                where, _("Yttrandet är redan lämnat."), _("Ett lämnat yttrande kan inte ändras. Ta upp det på mötet.")
            ),
        )
    row = Statement(
        review_id=review_id,
        user_id=None if seat else session.person.id,
        seat_id=seat.id if seat else None,
        advice=said.advice.value if said.advice else "",
        text=said.text.strip(),
        filed_at=session.now,
        recorded_by_id=session.person.id,
    )
    session.add(row)
    session.flush()
    session.note("statement_filed", row, case_id=review.case_id)
    return row


def _refuse_seat(session: WritingSession, seat: GroupSeat, review: Review, where: str) -> None:
    """The secretary records what somebody without an account says, unless they have stepped aside.

    Raises:
        Refused: they have an account of their own, or a conflict of interest in the case.
    """
    if seat.user_id is not None:
        raise Refused(
            Obstacle.CLOSED,
            Problem(where, _("Den som har ett konto lämnar sitt yttrande själv."), _("Be personen göra det.")),
        )
    aside = select(Conflict.id).where(
        Conflict.seat_id == seat.id, Conflict.case_id == review.case_id, Conflict.withdrawn_at.is_(None)
    )
    if session.scalar(aside.limit(1)) is not None:
        raise Refused(
            Obstacle.CLOSED,
            Problem(where, _("Personen har anmält jäv i ärendet."), _("Anteckna inget yttrande av den personen.")),
        )


def visible_statements(session: Session, reviews: Sequence[Review]) -> dict[int, list[Statement]]:
    """Review -> the statements a person may see: where they are hidden, only after filing one's own, or at the end."""
    found = store.statements(session, [review.id for review in reviews])
    if BoardOption.STATEMENTS_HIDDEN not in habits_of(session.get_one(Board, session.person.board_id)):
        return found
    return {
        review.id: rows if review.outcome or any(row.user_id == session.person.id for row in rows) else []
        for review in reviews
        if (rows := found.get(review.id, []))
    }


def approve_notes(session: WritingSession, key: int) -> Meeting:
    """The notes are right: by whoever called the meeting, or by two who were there; then they are locked.

    Raises:
        Refused: not held yet, locked already, not there, or the same person twice.
    """
    meeting = open_meeting(session, key, adjusting=True)
    if meeting.state != "held":
        raise Refused(Obstacle.CLOSED, Problem("", _("Mötet är inte avslutat."), _("Avsluta det först.")))
    if BoardOption.FORMAL_MINUTES in habits_of(session.get_one(Board, session.person.board_id)):
        place = attendance(session, key, session.person.id)
        if place is None or not place.present:
            raise Refused(
                Obstacle.FORBIDDEN, Problem("", _("Bara den som var där kan justera."), _("Be någon av de närvarande."))
            )
        adjusted = {row.user_id for row in store.adjustments(session, key)}
        if session.person.id in adjusted:
            raise Refused(
                Obstacle.STALE, Problem("", _("Du har redan justerat."), _("En annan person måste också justera."))
            )
        row = Adjustment(meeting_id=key, user_id=session.person.id, at=session.now)
        session.add(row)
        session.flush()
        session.note("minutes_adjusted", row, board_id=session.person.board_id)
        if len(adjusted) + 1 < ADJUSTERS:
            return meeting
    else:
        require_permission(session.person, Action.RECORD_MEETING)
    meeting.state, meeting.approved_at, meeting.approved_by_id = APPROVED_NOTES, session.now, session.person.id
    noted = select(Review, Case).join(Case, Case.id == Review.case_id)
    for review, case in session.execute(
        noted.where(Review.meeting_id == key, Review.outcome != "").order_by(Review.id)
    ):
        keep_group_record(session, case, review)
    session.note("notes_approved", meeting, board_id=session.person.board_id)
    return meeting


def conflict_hints(session: Session, meeting: Meeting) -> Mapping[int, Words]:
    """Case -> why this very person may be in conflict there; shown to nobody else, and an answer to nothing."""
    rows = session.execute(
        select(Case.id, Case.association_id)
        .join(Review, Review.case_id == Case.id)
        .where(Review.meeting_id == meeting.id)
    ).all()
    own = (session.scalar(select(User.email).where(User.id == session.person.id)) or "").rpartition("@")[2].casefold()
    found: dict[int, Words] = {}
    for case_id, association_id in rows:
        if association_id is None:
            continue
        records = records_of(association_id)
        earlier = session.scalar(
            select(Conflict.id)
            .join(Case, Case.id == Conflict.case_id)
            .where(
                Conflict.user_id == session.person.id,
                Conflict.board_id == session.person.board_id,
                Case.association_id.in_(records),
                Case.id != case_id,
            )
            .limit(1)
        )
        if earlier is not None:
            found[case_id] = _("Du har anmält jäv för föreningen förut.")
            continue
        mails = session.scalars(
            select(Contact.email).where(
                Contact.board_id == session.person.board_id, Contact.association_id.in_(records)
            )
        )
        if own and own not in COMMON_MAIL and own in {mail.rpartition("@")[2].casefold() for mail in mails}:
            found[case_id] = _("Din e-postadress hör till samma domän som föreningens.")
    return found
