"""The reference group's meetings: list, conflicts on one screen, agenda and opinions, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for
from sqlalchemy import select

from vetting.domain.problem import Obstacle, Problem, Refused
from vetting.domain.reviews import Advice, ConflictGround
from vetting.domain.ways import Habit
from vetting.domain.words import OFFICIAL, Words
from vetting.services import group, meeting_papers
from vetting.services import meetings as service
from vetting.services.board_order import habits_of
from vetting.services.meetings import Opinion
from vetting.store import meetings as store
from vetting.store.cases import in_conflict
from vetting.store.meetings import Attendance, Conflict, Review
from vetting.store.people import Board, colleagues, names_of
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.views import (
    KEY,
    act,
    attachment,
    chosen,
    day,
    done,
    moment,
    onward,
    rules,
    stored,
    text,
    unreadable_day,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.store.meetings import Meeting
    from vetting.store.session import WritingSession

blueprint = Blueprint("meetings", __name__)


@blueprint.get("/moten")
def index() -> str:
    """The group's meetings and people, and how much waits for the next."""
    return _index((), "")


def _index(problems: tuple[Problem, ...], form: str) -> str:
    with stored() as session:
        waiting = session.scalars(
            select(Review.id).where(
                Review.board_id == visitor.person().board_id, Review.meeting_id.is_(None), Review.outcome == ""
            )
        ).all()
        board = visitor.person().board_id
        return render_template(
            "meetings/index.html",
            meetings=store.meetings(session, visitor.person()),
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
        starts = moment(text("starts_at"))
    except ValueError:
        wrong = Problem(
            "starts_at",
            Words("Tiden saknas.", "The time is missing."),
            Words("Välj dag och tid.", "Choose day and time."),
        )
        raise Refused(Obstacle.INVALID, wrong) from None
    closes = day("closes_on")
    try:
        if text("closes_on") and closes is None:
            raise Refused(Obstacle.INVALID, unreadable_day("closes_on"))
        found = done(
            lambda session: service.call(
                session, starts, text("place"), by=visitor.person(), at=visitor.now(), closes_on=closes
            )
        )
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        return make_response(_index(refused.problems, "call"), STATUS[refused.obstacle])
    return onward(url_for("meetings.show", meeting_id=found.id))


def _meeting(meeting_id: int) -> Meeting:
    with stored() as session:
        found = store.meeting(session, visitor.person(), meeting_id)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


@blueprint.get("/moten/<int:meeting_id>")
def show(meeting_id: int) -> Response | str:
    """The meeting: whoever treats cases answers on conflicts of interest before the papers open."""
    meeting = _meeting(meeting_id)
    person = visitor.person()
    with stored() as session:
        first = service.must_declare(session, meeting, person)
    if first:
        return onward(url_for("meetings.conflicts", meeting_id=meeting_id))
    return _shown(meeting_id, (), 0)


def _shown(meeting_id: int, problems: tuple[Problem, ...], review_id: int) -> str:
    meeting = _meeting(meeting_id)
    person = visitor.person()
    with stored() as session:
        agenda = service.agenda(session, meeting, person)
        everything = service.listed(session, meeting, person)
        members = service.members(session, meeting.board_id)
        places = session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id)).all()
        aside = session.scalars(
            select(Conflict).where(
                Conflict.case_id.in_([review.case_id for review, _ in agenda]), Conflict.withdrawn_at.is_(None)
            )
        ).all()
        seats = store.seats(session, meeting.board_id)
        reviews = [review for review, _ in agenda]
        stated = group.statements_seen(session, reviews, person)
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
        "meetings/show.html",
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
        formal=Habit.FORMAL_MINUTES in habits,
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
    with stored() as session:
        listed = service.listed(session, meeting, visitor.person())
        own = {review.case_id for review, _, _ in listed if in_conflict(session, visitor.person().id, review.case_id)}
        hints = group.hints(session, meeting, visitor.person())
    return render_template(
        "meetings/conflicts.html",
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
    if text("others") != "no":
        problem = Problem(
            "others",
            Words("Du har inte svarat för de andra ärendena.", "You have not answered for the other cases."),
            Words("Ange jäv, eller kryssa i att du inte är jävig.", "Name a conflict, or tick that you have none."),
        )
        return make_response(_conflicts_page(meeting_id, (problem,)), STATUS[Obstacle.INVALID])
    done(lambda session: service.declare(session, meeting_id, found, by=visitor.person(), at=visitor.now()))
    return onward(url_for("meetings.show", meeting_id=meeting_id))


@blueprint.post("/moten/<int:meeting_id>/narvaro")
def attendance(meeting_id: int) -> Response:
    """Who is there."""
    ids = [int(value) for value in request.form.getlist("present") if KEY.fullmatch(value)]
    done(lambda session: service.present(session, meeting_id, ids, by=visitor.person(), at=visitor.now()))
    return onward(url_for("meetings.show", meeting_id=meeting_id))


@blueprint.post("/moten/<int:meeting_id>/samlingslista")
def consent(meeting_id: int) -> Response:
    """No objection to anything on the consent list."""
    done(
        lambda session: service.record_consent(
            session, meeting_id, rules=rules(), by=visitor.person(), at=visitor.now()
        )
    )
    return onward(url_for("meetings.show", meeting_id=meeting_id))


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>/lyft")
def lift_out(meeting_id: int, review_id: int) -> Response:
    """Off the consent list."""
    done(lambda session: service.lift_out(session, meeting_id, review_id, by=visitor.person(), at=visitor.now()))
    return onward(url_for("meetings.show", meeting_id=meeting_id))


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>")
def record(meeting_id: int, review_id: int) -> Response:
    """What the group advises in one case."""
    given = Opinion(
        advice=chosen("advice", Advice),
        text=text("text"),
        conditions=tuple(text("conditions").splitlines()),
        dissent=text("dissent"),
    )
    try:
        done(
            lambda session: service.record(
                session,
                meeting_id,
                review_id,
                given,
                version=whole("version"),
                rules=rules(),
                by=visitor.person(),
                at=visitor.now(),
            )
        )
    except Refused as refused:
        if refused.obstacle not in {Obstacle.INVALID, Obstacle.STALE, Obstacle.CLOSED} or not refused.problems:
            raise
        status = STATUS[refused.obstacle]
        return make_response(_shown(meeting_id, refused.problems, review_id), status)
    return onward(url_for("meetings.show", meeting_id=meeting_id))


@blueprint.get("/moten/<int:meeting_id>/handlingar.pdf")
def papers(meeting_id: int) -> Response:
    """The call and papers for this very member, in the board's language."""
    meeting = _meeting(meeting_id)
    with stored() as session:
        made = meeting_papers.papers(
            session, meeting, rules=rules(), by=visitor.person(), on=visitor.today(), language=OFFICIAL
        )
    return attachment(made, "application/pdf", f"mote-{meeting.starts_at:%Y-%m-%d}.pdf")


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>/yttrande")
def state(meeting_id: int, review_id: int) -> Response:
    """A single member's statement, or one that the secretary writes down."""
    advice = text("own_advice")
    said = group.Said(
        advice=Advice(advice) if advice in list(Advice) else None, text=text("own_text"), seat_id=whole("seat_id")
    )
    return _at_meeting(
        meeting_id,
        lambda s: group.state(s, meeting_id, review_id, said, by=visitor.person(), at=visitor.now()),
        review_id,
    )


@blueprint.post("/moten/<int:meeting_id>/gast")
def invite(meeting_id: int) -> Response:
    """Somebody else at the meeting, or at one item."""
    return _at_meeting(
        meeting_id,
        lambda s: group.invite(
            s,
            meeting_id,
            text("guest"),
            text("guest_function"),
            whole("review_id"),
            whole("seat_id"),
            by=visitor.person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>/jav")
def seat_in_conflict(meeting_id: int, review_id: int) -> Response:
    """A conflict of interest of somebody without an account."""
    ground = chosen("ground", ConflictGround)
    return _at_meeting(
        meeting_id,
        lambda s: group.seat_in_conflict(
            s, meeting_id, review_id, whole("seat_id") or 0, ground, by=visitor.person(), at=visitor.now()
        ),
    )


@blueprint.post("/moten/<int:meeting_id>/godkann")
def approve(meeting_id: int) -> Response:
    """The notes are right, and locked when enough have said so."""
    return _at_meeting(meeting_id, lambda s: group.approve(s, meeting_id, by=visitor.person(), at=visitor.now()))


def _at_meeting(meeting_id: int, work: Callable[[WritingSession], object], review_id: int = 0) -> Response:
    return act(
        work,
        url_for("meetings.show", meeting_id=meeting_id),
        lambda problems: _shown(meeting_id, problems, review_id),
    )


@blueprint.post("/moten/plats")
def take_seat() -> Response:
    """A deputy, or a member without an account."""
    try:
        done(
            lambda s: group.take_seat(
                s,
                text("seat_name"),
                text("seat_email"),
                whole("seat_user"),
                deputy=request.form.get("deputy") == "1",
                by=visitor.person(),
                at=visitor.now(),
            )
        )
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        return make_response(_index(refused.problems, "seat"), STATUS[refused.obstacle])
    return onward(url_for("meetings.index"))


@blueprint.post("/moten/plats/<int:seat_id>/avsluta")
def leave_seat(seat_id: int) -> Response:
    """Ends a seat."""
    done(lambda s: group.leave_seat(s, seat_id, by=visitor.person(), at=visitor.now()))
    return onward(url_for("meetings.index"))


@blueprint.post("/moten/<int:meeting_id>/avsluta")
def hold(meeting_id: int) -> Response:
    """The meeting is held, with its notes."""
    try:
        done(
            lambda session: service.hold(
                session, meeting_id, text("notes"), rules=rules(), by=visitor.person(), at=visitor.now()
            )
        )
    except Refused as refused:
        if refused.obstacle is not Obstacle.CLOSED:
            raise
        return make_response(_shown(meeting_id, refused.problems, 0), STATUS[Obstacle.INVALID])
    return onward(url_for("meetings.notes", meeting_id=meeting_id))


@blueprint.get("/moten/<int:meeting_id>/anteckningar")
def notes(meeting_id: int) -> str:
    """The notes as a page to print, without the cases that this person has stepped aside from."""
    meeting = _meeting(meeting_id)
    person = visitor.person()
    with stored() as session:
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
                Conflict.case_id.in_([review.case_id for review, _ in agenda]), Conflict.withdrawn_at.is_(None)
            )
        ).all()
    counts: dict[int, int] = {}
    for row in aside:
        counts[row.case_id] = counts.get(row.case_id, 0) + 1
    return render_template(
        "meetings/notes.html",
        meeting=meeting,
        agenda=agenda,
        present=[names[row.user_id] for row in places if row.present and row.user_id in names],
        guests=guests,
        adjusted=adjusted,
        aside=counts,
        board=person.board,
    )
