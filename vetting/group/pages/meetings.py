"""The reference group's meetings: list, conflicts on one screen, agenda and opinions, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for
from sqlalchemy import select

from vetting.boards.domain.ways_of_working import BoardHabit
from vetting.boards.models.people import Board, colleagues, names_of
from vetting.boards.services.ways_of_working import habits_of
from vetting.cases.models.cases import in_conflict
from vetting.group.domain.advice import Advice, ConflictGround
from vetting.group.models import meetings as store
from vetting.group.models.meetings import Attendance, Conflict, Review
from vetting.group.services import meeting_papers
from vetting.group.services import meetings as service
from vetting.group.services import seats as group
from vetting.group.services.meetings import Opinion
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import OFFICIAL, _
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import (
    KEY,
    act_and_redirect,
    attachment_response,
    choice_of,
    in_transaction,
    posted_day,
    posted_moment,
    posted_text,
    posted_whole_number,
    redirect_after_post,
    rules_in_use,
    unreadable_day,
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
    return _index((), "")


def _index(problems: tuple[Problem, ...], form: str) -> str:
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
            problems=problems,
            typed=request.form,
            form=form,
            members=service.members(session, board),
            seats=store.seats(session, board),
            accounts=[user for role in service.GROUP_IN_ORDER for user in colleagues(session, board, role)],
        )


@blueprint.post("/moten/nytt")
def call() -> Response:
    """Calls a meeting; everything that waits comes on its list."""
    try:
        starts = posted_moment(posted_text("starts_at"))
    except ValueError:
        wrong = Problem("starts_at", _("Tiden saknas."), _("Välj dag och tid."))
        raise Refused(Obstacle.INVALID, wrong) from None
    closes = posted_day("closes_on")
    try:
        if posted_text("closes_on") and closes is None:
            raise Refused(Obstacle.INVALID, unreadable_day("closes_on"))
        found = in_transaction(
            lambda session: service.call_meeting(
                session, starts, posted_text("place"), by=visitor.signed_in_person(), at=visitor.now(), closes_on=closes
            )
        )
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        return make_response(_index(refused.problems, "call"), STATUS[refused.obstacle])
    return redirect_after_post(url_for("meetings.show", meeting_id=found.id))


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
    return _render_meeting(meeting_id, (), 0)


def _render_meeting(meeting_id: int, problems: tuple[Problem, ...], review_id: int) -> str:
    meeting = _meeting(meeting_id)
    person = visitor.signed_in_person()
    with reading_session() as session:
        agenda = service.agenda(session, meeting, person)
        everything = service.cases_on_list(session, meeting, person)
        members = service.members(session, meeting.board_id)
        places = session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id)).all()
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
        problems=problems,
        review_id=review_id,
        typed=request.form,
        advices=tuple(Advice),
    )


@blueprint.get("/moten/<int:meeting_id>/jav")
def conflicts(meeting_id: int) -> str:
    """Every case by number and name only: in conflict or not, before anything else is seen."""
    return _conflicts_page(meeting_id, ())


def _conflicts_page(meeting_id: int, problems: tuple[Problem, ...]) -> str:
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
        problems=problems,
        typed=request.form,
    )


@blueprint.post("/moten/<int:meeting_id>/jav")
def declare(meeting_id: int) -> Response:
    """One answer for the whole list."""
    found: dict[int, ConflictGround] = {}
    for name, value in request.form.items():
        if name.startswith("case-") and KEY.fullmatch(name[5:]) and value:
            if value not in list(ConflictGround):
                raise Refused(Obstacle.MISSING)
            found[int(name[5:])] = ConflictGround(value)
    if posted_text("others") != "no":
        problem = Problem(
            "others",
            _("Du har inte svarat om jäv i de andra ärendena."),
            _("Ange jäv, eller kryssa i att du inte är jävig."),
        )
        return make_response(_conflicts_page(meeting_id, (problem,)), STATUS[Obstacle.INVALID])
    in_transaction(
        lambda session: service.declare_conflicts(
            session, meeting_id, found, by=visitor.signed_in_person(), at=visitor.now()
        )
    )
    return redirect_after_post(url_for("meetings.show", meeting_id=meeting_id))


@blueprint.post("/moten/<int:meeting_id>/narvaro")
def attendance(meeting_id: int) -> Response:
    """Who is there."""
    ids = [int(value) for value in request.form.getlist("present") if KEY.fullmatch(value)]
    in_transaction(
        lambda session: service.note_attendance(
            session, meeting_id, ids, by=visitor.signed_in_person(), at=visitor.now()
        )
    )
    return redirect_after_post(url_for("meetings.show", meeting_id=meeting_id))


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
    given = Opinion(
        advice=choice_of("advice", Advice),
        text=posted_text("text"),
        conditions=tuple(posted_text("conditions").splitlines()),
        dissent=posted_text("dissent"),
    )
    try:
        in_transaction(
            lambda session: service.record_advice(
                session,
                meeting_id,
                review_id,
                given,
                version=posted_whole_number("version"),
                rules=rules_in_use(),
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
        )
    except Refused as refused:
        if refused.obstacle not in {Obstacle.INVALID, Obstacle.STALE, Obstacle.CLOSED} or not refused.problems:
            raise
        status = STATUS[refused.obstacle]
        return make_response(_render_meeting(meeting_id, refused.problems, review_id), status)
    return redirect_after_post(url_for("meetings.show", meeting_id=meeting_id))


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
    advice = posted_text("own_advice")
    said = group.NewStatement(
        advice=Advice(advice) if advice in list(Advice) else None,
        text=posted_text("own_text"),
        seat_id=posted_whole_number("seat_id"),
    )
    return _at_meeting(
        meeting_id,
        lambda s: group.file_statement(s, meeting_id, review_id, said, by=visitor.signed_in_person(), at=visitor.now()),
        review_id,
    )


@blueprint.post("/moten/<int:meeting_id>/gast")
def invite(meeting_id: int) -> Response:
    """Somebody else at the meeting, or at one item."""
    return _at_meeting(
        meeting_id,
        lambda s: group.seat_guest(
            s,
            meeting_id,
            posted_text("guest"),
            posted_text("guest_function"),
            posted_whole_number("review_id"),
            posted_whole_number("seat_id"),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>/jav")
def seat_in_conflict(meeting_id: int, review_id: int) -> Response:
    """A conflict of interest of somebody without an account."""
    ground = choice_of("ground", ConflictGround)
    return _at_meeting(
        meeting_id,
        lambda s: group.seat_in_conflict(
            s,
            meeting_id,
            review_id,
            posted_whole_number("seat_id") or 0,
            ground,
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/moten/<int:meeting_id>/godkann")
def approve(meeting_id: int) -> Response:
    """The notes are right, and locked when enough have said so."""
    return _at_meeting(
        meeting_id, lambda s: group.approve_notes(s, meeting_id, by=visitor.signed_in_person(), at=visitor.now())
    )


def _at_meeting(meeting_id: int, work: Callable[[WritingSession], object], review_id: int = 0) -> Response:
    return act_and_redirect(
        work,
        url_for("meetings.show", meeting_id=meeting_id),
        lambda problems: _render_meeting(meeting_id, problems, review_id),
    )


@blueprint.post("/moten/plats")
def take_seat() -> Response:
    """A deputy, or a member without an account."""
    try:
        in_transaction(
            lambda s: group.take_seat(
                s,
                posted_text("seat_name"),
                posted_text("seat_email"),
                posted_whole_number("seat_user"),
                deputy=request.form.get("deputy") == "1",
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
        )
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        return make_response(_index(refused.problems, "seat"), STATUS[refused.obstacle])
    return redirect_after_post(url_for("meetings.index"))


@blueprint.post("/moten/plats/<int:seat_id>/avsluta")
def leave_seat(seat_id: int) -> Response:
    """Ends a seat."""
    in_transaction(lambda s: group.leave_seat(s, seat_id, by=visitor.signed_in_person(), at=visitor.now()))
    return redirect_after_post(url_for("meetings.index"))


@blueprint.post("/moten/<int:meeting_id>/avsluta")
def hold(meeting_id: int) -> Response:
    """The meeting is held, with its notes."""
    try:
        in_transaction(
            lambda session: service.hold_meeting(
                session,
                meeting_id,
                posted_text("notes"),
                rules=rules_in_use(),
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
        )
    except Refused as refused:
        if refused.obstacle is not Obstacle.CLOSED:
            raise
        return make_response(_render_meeting(meeting_id, refused.problems, 0), STATUS[Obstacle.INVALID])
    return redirect_after_post(url_for("meetings.notes", meeting_id=meeting_id))


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
