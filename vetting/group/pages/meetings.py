"""The reference group's meetings: list, conflicts on one screen, agenda and opinions, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select

from vetting.boards.domain.ways_of_working import BoardHabit
from vetting.boards.models.people import Board, colleagues, names_of
from vetting.boards.services.ways_of_working import habits_of
from vetting.cases.models.cases import in_conflict
from vetting.group.domain.advice import ConflictGround
from vetting.group.forms import (
    CASE,
    AdviceForm,
    AttendanceForm,
    ConflictsForm,
    FormsOfGroup,
    FormsOfMeeting,
    GuestForm,
    HeldForm,
    MeetingCallForm,
    SeatConflictForm,
    SeatForm,
    StatementForm,
    conflicts_form,
)
from vetting.group.models import meetings as store
from vetting.group.models.meetings import Attendance, Conflict, Review
from vetting.group.services import meeting_papers
from vetting.group.services import meetings as service
from vetting.group.services import seats as group
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.text import OFFICIAL
from vetting.web import visitor
from vetting.web.forms import PostedForm
from vetting.web.view_moves import (
    act_by_form,
    attachment_response,
    in_transaction,
    posted_form,
    posted_names,
    redirect_after_post,
    rules_in_use,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.group.models.meetings import Meeting
    from vetting.kernel.store.session import WritingSession

blueprint = Blueprint("meetings", __name__)


@blueprint.get("/moten")
def index() -> str:
    """The group's meetings and people, and how much waits for the next."""
    return _index()


def _index(refused: PostedForm | None = None) -> str:
    with reading_session() as session:
        waiting = session.scalars(
            select(Review.id).where(
                Review.board_id == visitor.signed_in_person().board_id,
                Review.meeting_id.is_(None),
                Review.outcome == "",
            )
        ).all()
        board = visitor.signed_in_person().board_id
        return render_template(
            "group/meetings/index.html",
            meetings=store.meetings(session, visitor.signed_in_person()),
            waiting=len(waiting),
            refused=refused,
            members=service.members(session, board),
            seats=store.seats(session, board),
            forms=FormsOfGroup(
                {user.id: user.name for user in colleagues(session, board, *service.GROUP_IN_ORDER)},
                refused,
            ),
        )


@blueprint.post("/moten/nytt")
def call() -> Response:
    """Calls a meeting; everything that waits comes on its list."""
    form = posted_form(MeetingCallForm, key="call")
    return act_by_form(
        form,
        lambda session: service.call_meeting(
            session,
            form.starts_at.moment,
            form.place.data,
            by=visitor.signed_in_person(),
            at=visitor.now(),
            closes_on=form.closes_on.data,
        ),
        onto=lambda meeting: url_for("meetings.show", meeting_id=meeting.id),
        again=_index,
    )


def _meeting(meeting_id: int) -> Meeting:
    with reading_session() as session:
        found = store.meeting(session, visitor.signed_in_person(), meeting_id)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


@blueprint.get("/moten/<int:meeting_id>")
def show(meeting_id: int) -> Response | str:
    """The meeting: whoever treats cases answers on conflicts of interest before the papers open."""
    meeting = _meeting(meeting_id)
    person = visitor.signed_in_person()
    with reading_session() as session:
        first = service.must_declare(session, meeting, person)
    if first:
        return redirect_after_post(url_for("meetings.conflicts", meeting_id=meeting_id))
    return _render_meeting(meeting_id)


def _render_meeting(meeting_id: int, refused: PostedForm | None = None) -> str:
    meeting = _meeting(meeting_id)
    person = visitor.signed_in_person()
    with reading_session() as session:
        agenda = service.agenda(session, meeting, person)
        everything = service.cases_on_list(session, meeting, person)
        members = service.members(session, meeting.board_id)
        places = store.attendances(session, meeting.id)
        aside = session.scalars(
            select(Conflict).where(
                Conflict.case_id.in_([review.case_id for review, _unused in agenda]), Conflict.withdrawn_at.is_(None)
            )
        ).all()
        seats = store.seats(session, meeting.board_id)
        reviews = [review for review, _unused in agenda]
        stated = group.visible_statements(session, reviews, person)
        filed = store.statements(session, [review.id for review in reviews])
        own = {row.review_id for rows in filed.values() for row in rows if row.user_id == person.id}
        ids = {row.user_id for row in aside} | {row.user_id for rows in stated.values() for row in rows}
        ids |= {meeting.approved_by_id} | {row.user_id for row in store.adjustments(session, meeting.id)}
        names = names_of(session, {key for key in ids if key is not None})
        guests = store.guests(session, meeting.id)
        adjusted = [names.get(row.user_id, "") for row in store.adjustments(session, meeting.id)]
        habits = habits_of(session.get_one(Board, meeting.board_id))
    of_seats = {seat.id: seat.name for seat in seats}
    stepped: dict[int, list[str]] = {}
    for row in aside:
        name = names.get(row.user_id, "") if row.user_id is not None else of_seats.get(row.seat_id or 0, "")
        stepped.setdefault(row.case_id, []).append(name)
    return render_template(
        "group/meetings/show.html",
        projector=request.args.get("lage") == "projektor",
        meeting=meeting,
        deputies={seat.user_id: seat.name for seat in seats if seat.deputy and seat.user_id},
        seats=[seat for seat in seats if not seat.user_id],
        guests=guests,
        stated=stated,
        filed={key: len(rows) for key, rows in filed.items()},
        own_statements=own,
        speakers=lambda row: names.get(row.user_id, "") if row.user_id else of_seats.get(row.seat_id, ""),
        adjusted=adjusted,
        formal=BoardHabit.FORMAL_MINUTES in habits,
        in_group=bool(person.roles & service.GROUP),
        approver=names.get(meeting.approved_by_id or 0, ""),
        consent=[(review, case) for review, case in agenda if review.consent],
        discussed=[(review, case) for review, case in agenda if not review.consent],
        hidden=len(everything) - len(agenda),
        members=members,
        present={row.user_id for row in places if row.present},
        stepped=stepped,
        refused=refused,
        forms=FormsOfMeeting(
            {seat.id: seat.name for seat in seats if not seat.user_id},
            {review.id: case.name for review, case in agenda if not review.consent},
            meeting.notes,
            refused,
        ),
    )


@blueprint.get("/moten/<int:meeting_id>/jav")
def conflicts(meeting_id: int) -> str:
    """Every case by number and name only: in conflict or not, before anything else is seen."""
    return _conflicts_page(meeting_id)


def _conflicts_page(meeting_id: int, refused: ConflictsForm | None = None) -> str:
    meeting = _meeting(meeting_id)
    with reading_session() as session:
        listed = service.cases_on_list(session, meeting, visitor.signed_in_person())
        own = {
            review.case_id
            for review, _unused, _unused in listed
            if in_conflict(session, visitor.signed_in_person().id, review.case_id)
        }
        hints = group.conflict_hints(session, meeting, visitor.signed_in_person())
    return render_template(
        "group/meetings/conflicts.html",
        meeting=meeting,
        listed=listed,
        own=own,
        hints=hints,
        form=refused or conflicts_form(str(review.case_id) for review, _unused, _unused in listed)(),
    )


@blueprint.post("/moten/<int:meeting_id>/jav")
def declare(meeting_id: int) -> Response:
    """One answer for the whole list."""
    form = posted_form(conflicts_form(posted_names(CASE)))
    return act_by_form(
        form,
        lambda session: service.declare_conflicts(
            session, meeting_id, form.command(), by=visitor.signed_in_person(), at=visitor.now()
        ),
        onto=url_for("meetings.show", meeting_id=meeting_id),
        again=lambda refused: _conflicts_page(meeting_id, refused),
    )


@blueprint.post("/moten/<int:meeting_id>/narvaro")
def attendance(meeting_id: int) -> Response:
    """Who is there."""
    form = posted_form(AttendanceForm, key="attendance")
    return act_by_form(
        form,
        lambda session: service.note_attendance(
            session, meeting_id, form.present.keys, by=visitor.signed_in_person(), at=visitor.now()
        ),
        onto=url_for("meetings.show", meeting_id=meeting_id),
        again=lambda refused: _render_meeting(meeting_id, refused),
    )


@blueprint.post("/moten/<int:meeting_id>/samlingslista")
def consent(meeting_id: int) -> Response:
    """No objection to anything on the consent list."""
    in_transaction(
        lambda session: service.record_consent(
            session, meeting_id, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()
        )
    )
    return redirect_after_post(url_for("meetings.show", meeting_id=meeting_id))


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>/lyft")
def lift_out(meeting_id: int, review_id: int) -> Response:
    """Off the consent list."""
    in_transaction(
        lambda session: service.lift_out(
            session, meeting_id, review_id, by=visitor.signed_in_person(), at=visitor.now()
        )
    )
    return redirect_after_post(url_for("meetings.show", meeting_id=meeting_id))


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>")
def record(meeting_id: int, review_id: int) -> Response:
    """What the group advises in one case."""
    form = posted_form(AdviceForm, key=f"advice-{review_id}")
    return _at_meeting(
        meeting_id,
        form,
        lambda session: service.record_advice(
            session,
            meeting_id,
            review_id,
            form.command(),
            version=form.version.data,
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.get("/moten/<int:meeting_id>/handlingar.pdf")
def papers(meeting_id: int) -> Response:
    """The call and papers for this very member, in the board's language."""
    meeting = _meeting(meeting_id)
    with reading_session() as session:
        made = meeting_papers.meeting_documents(
            session, meeting, rules=rules_in_use(), by=visitor.signed_in_person(), on=visitor.today(), language=OFFICIAL
        )
    return attachment_response(made, "application/pdf", f"mote-{meeting.starts_at:%Y-%m-%d}.pdf")


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>/yttrande")
def state(meeting_id: int, review_id: int) -> Response:
    """A single member's statement, or one that the secretary writes down."""
    form = posted_form(StatementForm, key=f"statement-{review_id}")
    return _at_meeting(
        meeting_id,
        form,
        lambda s: group.file_statement(
            s, meeting_id, review_id, form.command(), by=visitor.signed_in_person(), at=visitor.now()
        ),
    )


@blueprint.post("/moten/<int:meeting_id>/gast")
def invite(meeting_id: int) -> Response:
    """Somebody else at the meeting, or at one item."""
    form = posted_form(GuestForm, key="guest")
    return _at_meeting(
        meeting_id,
        form,
        lambda s: group.seat_guest(
            s,
            meeting_id,
            form.guest.data,
            form.guest_function.data,
            form.review_id.data,
            form.seat_id.data,
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>/jav")
def seat_in_conflict(meeting_id: int, review_id: int) -> Response:
    """A conflict of interest of somebody without an account."""
    form = posted_form(SeatConflictForm, key=f"conflict-{review_id}")
    return _at_meeting(
        meeting_id,
        form,
        lambda s: group.seat_in_conflict(
            s,
            meeting_id,
            review_id,
            form.seat_id.key,
            ConflictGround(form.ground.data),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/moten/<int:meeting_id>/godkann")
def approve(meeting_id: int) -> Response:
    """The notes are right, and locked when enough have said so."""
    return _at_meeting(
        meeting_id,
        posted_form(PostedForm, key="approve"),
        lambda s: group.approve_notes(s, meeting_id, by=visitor.signed_in_person(), at=visitor.now()),
    )


def _at_meeting(
    meeting_id: int, form: PostedForm, work: Callable[[WritingSession], object], *, onto: str = "meetings.show"
) -> Response:
    return act_by_form(
        form,
        work,
        onto=url_for(onto, meeting_id=meeting_id),
        again=lambda refused: _render_meeting(meeting_id, refused),
    )


@blueprint.post("/moten/plats")
def take_seat() -> Response:
    """A deputy, or a member without an account."""
    form = posted_form(SeatForm, key="seat")
    return act_by_form(
        form,
        lambda s: group.take_seat(
            s,
            form.seat_name.data,
            form.seat_email.data,
            form.seat_user.data,
            deputy=form.deputy.data,
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
        onto=url_for("meetings.index"),
        again=_index,
    )


@blueprint.post("/moten/plats/<int:seat_id>/avsluta")
def leave_seat(seat_id: int) -> Response:
    """Ends a seat."""
    in_transaction(lambda s: group.leave_seat(s, seat_id, by=visitor.signed_in_person(), at=visitor.now()))
    return redirect_after_post(url_for("meetings.index"))


@blueprint.post("/moten/<int:meeting_id>/avsluta")
def hold(meeting_id: int) -> Response:
    """The meeting is held, with its notes."""
    form = posted_form(HeldForm, key="held")
    return _at_meeting(
        meeting_id,
        form,
        lambda session: service.hold_meeting(
            session,
            meeting_id,
            form.notes.data,
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
        onto="meetings.notes",
    )


@blueprint.get("/moten/<int:meeting_id>/anteckningar")
def notes(meeting_id: int) -> str:
    """The notes as a page to print, without the cases that this person has stepped aside from."""
    meeting = _meeting(meeting_id)
    person = visitor.signed_in_person()
    with reading_session() as session:
        service.has_declared(session, meeting, person)
        guests = store.guests(session, meeting.id)
        found = store.adjustments(session, meeting.id)
        adjusters = names_of(session, {row.user_id for row in found})
        adjusted = [adjusters.get(row.user_id, "") for row in found]
        agenda = service.agenda(session, meeting, person)
        places = session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id)).all()
        names = names_of(session, {row.user_id for row in places})
        aside = session.scalars(
            select(Conflict).where(
                Conflict.case_id.in_([review.case_id for review, _unused in agenda]), Conflict.withdrawn_at.is_(None)
            )
        ).all()
    counts: dict[int, int] = {}
    for row in aside:
        counts[row.case_id] = counts.get(row.case_id, 0) + 1
    return render_template(
        "group/meetings/notes.html",
        meeting=meeting,
        agenda=agenda,
        present=[names[row.user_id] for row in places if row.present and row.user_id in names],
        guests=guests,
        adjusted=adjusted,
        aside=counts,
        board=person.board,
    )
