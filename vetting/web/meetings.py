"""The reference group's meetings: list, conflicts on one screen, agenda and opinions, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, request, url_for
from sqlalchemy import select

from vetting.domain.people import Role
from vetting.domain.problem import Obstacle, Problem, Refused
from vetting.domain.reviews import Advice, ConflictGround
from vetting.domain.words import Words
from vetting.services import meetings as service
from vetting.services.meetings import Opinion
from vetting.store import meetings as store
from vetting.store.meetings import Attendance, Conflict, Review
from vetting.store.people import colleagues, names_of
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.views import KEY, chosen, done, moment, onward, rules, stored, text, whole

if TYPE_CHECKING:
    from flask import Response

    from vetting.store.meetings import Meeting

blueprint = Blueprint("meetings", __name__)
GROUP: Final = (Role.GROUP_MEMBER, Role.GROUP_SECRETARY, Role.VBE_COORDINATOR)


@blueprint.get("/moten")
def index() -> str:
    """The group's meetings, and how much waits for the next."""
    with stored() as session:
        waiting = session.scalars(
            select(Review.id).where(
                Review.board_id == visitor.person().board_id, Review.meeting_id.is_(None), Review.outcome == ""
            )
        ).all()
        return render_template(
            "meetings/index.html", meetings=store.meetings(session, visitor.person()), waiting=len(waiting), problems=()
        )


@blueprint.post("/moten/nytt")
def call() -> Response:
    """Calls a meeting; everything that waits comes on its list."""
    try:
        starts = moment(text("starts_at"))
    except ValueError:
        wrong = Problem("starts_at", Words("Tiden saknas.", "The time is missing."),
                        Words("Välj dag och tid.", "Choose day and time."))  # fmt: skip
        raise Refused(Obstacle.INVALID, wrong) from None
    found = done(lambda session: service.call(session, starts, text("place"), by=visitor.person(), at=visitor.now()))
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
        members = {user.id: user.name for role in GROUP for user in colleagues(session, meeting.board_id, role)}
        places = session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id)).all()
        aside = session.scalars(
            select(Conflict).where(
                Conflict.case_id.in_([review.case_id for review, _ in agenda]), Conflict.withdrawn_at.is_(None)
            )
        ).all()
        names = names_of(session, {row.user_id for row in aside})
    stepped: dict[int, list[str]] = {}
    for row in aside:
        stepped.setdefault(row.case_id, []).append(names.get(row.user_id, ""))
    return render_template(
        "meetings/show.html",
        meeting=meeting,
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
        own = {
            review.case_id for review, _, _ in listed if store.in_conflict(session, visitor.person().id, review.case_id)
        }
    return render_template(
        "meetings/conflicts.html", meeting=meeting, listed=listed, own=own, problems=problems, typed=request.form
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
        problem = Problem("others", Words("Du har inte svarat för de andra ärendena.",
                                          "You have not answered for the other cases."),
                          Words("Ange jäv, eller kryssa i att du inte är jävig.",
                                "Name a conflict, or tick that you have none."))  # fmt: skip
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
                session, meeting_id, review_id, given, version=whole("version"), rules=rules(), by=visitor.person(),
                at=visitor.now(),
            )
        )  # fmt: skip
    except Refused as refused:
        if refused.obstacle not in {Obstacle.INVALID, Obstacle.STALE}:
            raise
        status = STATUS[refused.obstacle]
        return make_response(_shown(meeting_id, refused.problems, review_id), status)
    return onward(url_for("meetings.show", meeting_id=meeting_id))


@blueprint.post("/moten/<int:meeting_id>/avsluta")
def hold(meeting_id: int) -> Response:
    """The meeting is held, with its notes."""
    try:
        done(lambda session: service.hold(session, meeting_id, text("notes"), by=visitor.person(), at=visitor.now()))
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
        aside=counts,
        board=person.board,
    )
