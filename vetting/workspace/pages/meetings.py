"""The reference group's meetings: list, conflicts on one screen, agenda and opinions, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for

from vetting import casework
from vetting.casework import meeting_notes, with_head_of_trail
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.models import meetings as store
from vetting.casework.models.cases import in_conflict
from vetting.formats.letters import DOCX
from vetting.formats.written_documents import document_pdf
from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import OFFICIAL, _, count_in_words
from vetting.people import habits_of, paper_docx
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board, colleagues, names_of
from vetting.web import visitor
from vetting.web.forms import PostedForm, is_key
from vetting.web.view_helpers import (
    act_by_form,
    attachment_response,
    in_transaction,
    page_by_form,
    posted_form,
    posted_names,
    redirect_after_post,
)
from vetting.web.visitor import reading_session
from vetting.workspace.forms.group import (
    CASE,
    AdviceForm,
    AttendanceForm,
    ConflictsForm,
    FormsOfGroup,
    FormsOfMeeting,
    GuestForm,
    HeldForm,
    LikeCasesForm,
    MeetingCallForm,
    MeetingMoveForm,
    SeatConflictForm,
    SeatForm,
    StatementForm,
    conflicts_form,
)
from vetting.workspace.services import meeting_desk as desk
from vetting.workspace.services import meeting_papers
from vetting.workspace.services.meeting_desk import AgendaPart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Response

    from vetting.casework import EarlierAnswer
    from vetting.casework.models.cases import Case
    from vetting.casework.models.meetings import Meeting, Review
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.written_documents import WrittenDocument
    from vetting.workspace.services.meeting_desk import AgendaItem

blueprint = Blueprint("meetings", __name__)


@blueprint.get("/moten")
def index() -> str:
    """The group's meetings and people, and how much waits for the next."""
    return _index()


def _index(refused: PostedForm | None = None) -> str:
    with reading_session() as session:
        board = visitor.signed_in_person().board_id
        return render_template(
            "workspace/meetings/index.html",
            meetings=store.meetings(session),
            waiting=len(casework.reviews_without_meeting(session, board)),
            refused=refused,
            members=casework.members(session, board),
            seats=store.seats(session, board),
            forms=FormsOfGroup(
                {user.id: user.name for user in colleagues(session, board, *casework.GROUP_IN_ORDER)},
                refused,
            ),
        )


@blueprint.post("/moten/nytt")
def call() -> Response:
    """Calls a meeting; everything that waits comes on its list."""
    form = posted_form(MeetingCallForm, key="call")
    return act_by_form(
        form,
        lambda session: casework.call_meeting(
            session, form.starts_at.moment, form.place.data, closes_on=form.closes_on.data
        ),
        onto=lambda meeting: url_for("meetings.show", meeting_id=meeting.id),
        again=_index,
    )


def _meeting(meeting_id: int) -> Meeting:
    with reading_session() as session:
        found = store.meeting(session, meeting_id)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


@blueprint.get("/moten/<int:meeting_id>")
def show(meeting_id: int) -> Response | str:
    """The meeting: whoever treats cases answers on conflicts of interest before the papers open."""
    meeting = _meeting(meeting_id)
    with reading_session() as session:
        first = casework.must_declare(session, meeting)
    if first:
        return redirect_after_post(url_for("meetings.conflicts", meeting_id=meeting_id))
    return _render_meeting(meeting_id)


def _render_meeting(
    meeting_id: int,
    refused: PostedForm | None = None,
    *,
    review_id: int = 0,
    part: AgendaPart | None = None,
    alike: Sequence[EarlierAnswer] | None = None,
) -> str:
    """The item that is asked for: by its place, its case, or what kind it is; else the next that is not treated.

    alike: the like cases by number, where they were asked for.
    """
    meeting = _meeting(meeting_id)
    person = visitor.signed_in_person()
    records = person.may(Action.RECORD_MEETING)
    with reading_session() as session:
        agenda, items = _agenda(session, meeting)
        item = _asked_item(items, leads=records and not meeting.written, review_id=review_id, part=part)
        shown = desk.desk_case(session, item.case, on=visitor.today()) if item.case is not None else None
        members = casework.members(session, meeting.board_id)
        seats = store.seats(session, meeting.board_id)
        reviews = [item.review] if item.review is not None and item.case is not None else []
        stated = casework.visible_statements(session, reviews)
        filed = store.statements(session, [review.id for review in reviews])
        own = {row.review_id for rows in filed.values() for row in rows if row.user_id == person.id}
        adjusters = [row.user_id for row in store.adjustments(session, meeting.id)]
        ids = {row.user_id for rows in stated.values() for row in rows} | {meeting.approved_by_id, *adjusters}
        names = names_of(session, {key for key in ids if key is not None})
        guests = store.guests(session, meeting.id)
        together = [case for review, case in agenda if review.consent] if item.part is AgendaPart.CONSENT else []
        who = desk.participants(session, meeting, item, together) if item.part is not AgendaPart.OPENING else None
        habits = habits_of(session.get_one(Board, meeting.board_id))
        places = store.attendances(session, meeting.id)
        coordinators = casework.coordinators_of(session, meeting.board_id)
    present = {row.user_id for row in places if row.present}
    of_seats = {seat.id: seat.name for seat in seats}
    return render_template(
        "workspace/meetings/show.html",
        projector=request.args.get("lage") == "projektor",
        meeting=meeting,
        items=items,
        item=item,
        desk=shown,
        who=who,
        alike=alike,
        deputies={seat.user_id: seat.name for seat in seats if seat.deputy and seat.user_id},
        seats=[seat for seat in seats if not seat.user_id],
        guests=guests,
        stated=stated,
        filed={key: len(rows) for key, rows in filed.items()},
        own_statements=own,
        speakers=lambda row: names.get(row.user_id, "") if row.user_id else of_seats.get(row.seat_id, ""),
        adjusted=[names.get(key, "") for key in adjusters],
        formal=BoardOption.FORMAL_MINUTES in habits,
        in_group=bool(person.roles & casework.GROUP),
        approver=names.get(meeting.approved_by_id or 0, ""),
        consent=[(review, case) for review, case in agenda if review.consent],
        hidden=len(casework.cases_on_list(session, meeting)) - len(agenda),
        members=members,
        present=present,
        lacks_coordinator=bool(coordinators and present) and present.isdisjoint(coordinators),
        is_early=not meeting.written and meeting.state == "planned" and day_here(meeting.starts_at) > visitor.today(),
        answered={row.user_id for row in places if row.declared_at},
        refused=refused,
        forms=FormsOfMeeting(
            {seat.id: seat.name for seat in seats if not seat.user_id},
            {review.id: case.name for review, case in agenda if not review.consent},
            meeting,
            refused,
        ),
    )


def _agenda(session: Session, meeting: Meeting) -> tuple[list[tuple[Review, Case]], list[AgendaItem]]:
    """What of a meeting's list is open to the visitor, and the whole agenda as it is numbered for everybody."""
    agenda = casework.agenda(session, meeting)
    listed = [review for review, _number, _name in casework.cases_on_list(session, meeting)]
    return agenda, desk.agenda_items(meeting, listed, agenda)


def _asked_item(
    items: Sequence[AgendaItem], *, leads: bool, review_id: int = 0, part: AgendaPart | None = None
) -> AgendaItem:
    """The item of a page: that of a case or a part, else by the address, else the next."""
    if part is not None:
        return next((item for item in items if item.part is part), items[0])
    asked = request.args.get("punkt", "")
    place = int(asked) if is_key(asked) else desk.first_open_place(items, leads=leads)
    if review_id:
        place = desk.place_of(items, review_id)
    if not 1 <= place <= len(items):
        raise Refused(Obstacle.MISSING)
    return items[place - 1]


def _place_of(meeting_id: int, *, review_id: int = 0, part: AgendaPart | None = None, further: int = 0) -> str:
    """The address of an item, or of one further down the agenda."""
    with reading_session() as session:
        _open, items = _agenda(session, _meeting(meeting_id))
    place = _asked_item(items, leads=True, review_id=review_id, part=part).place
    return url_for("meetings.show", meeting_id=meeting_id, punkt=min(place + further, len(items)))


@blueprint.get("/moten/<int:meeting_id>/jav")
def conflicts(meeting_id: int) -> str:
    """Every case by number and name only: in conflict or not, before anything else is seen."""
    return _conflicts_page(meeting_id)


def _conflicts_page(meeting_id: int, refused: ConflictsForm | None = None) -> str:
    meeting = _meeting(meeting_id)
    with reading_session() as session:
        listed = casework.cases_on_list(session, meeting)
        own = {
            review.case_id
            for review, _unused, _unused in listed
            if in_conflict(session, visitor.signed_in_person().id, review.case_id)
        }
        hints = casework.conflict_hints(session, meeting)
    return render_template(
        "workspace/meetings/conflicts.html",
        meeting=meeting,
        listed=listed,
        own=own,
        hints=hints,
        form=refused or conflicts_form(str(review.case_id) for review, _unused, _unused in listed)(),
    )


@blueprint.post("/moten/<int:meeting_id>/jav")
def declare(meeting_id: int) -> Response:
    form = posted_form(conflicts_form(posted_names(CASE)))
    return act_by_form(
        form,
        lambda session: casework.declare_conflicts(session, meeting_id, form.command()),
        onto=url_for("meetings.show", meeting_id=meeting_id),
        again=lambda refused: _conflicts_page(meeting_id, refused),
    )


@blueprint.post("/moten/<int:meeting_id>/narvaro")
def attendance(meeting_id: int) -> Response:
    form = posted_form(AttendanceForm, key="attendance")
    return act_by_form(
        form,
        lambda session: casework.note_attendance(session, meeting_id, form.present.keys),
        onto=lambda _done: _place_of(meeting_id, part=AgendaPart.OPENING, further=1),
        again=lambda refused: _render_meeting(meeting_id, refused, part=AgendaPart.OPENING),
    )


@blueprint.post("/moten/<int:meeting_id>/tid")
def move(meeting_id: int) -> Response:
    form = posted_form(MeetingMoveForm, key="move")
    return _at_meeting(
        meeting_id,
        form,
        lambda session: casework.move_meeting(session, meeting_id, form.starts_at.moment, form.place.data),
        part=AgendaPart.OPENING,
    )


@blueprint.post("/moten/<int:meeting_id>/samlingslista")
def consent(meeting_id: int) -> Response:
    """No objection to anything on the consent list."""
    form = posted_form(PostedForm, key="consent")

    def advise(session: WritingSession) -> None:
        many = casework.record_consent(session, meeting_id)
        form.receipt = count_in_words(
            many, _("ärende har fått rådet: ingen erinran."), _("ärenden har fått rådet: ingen erinran.")
        )

    return act_by_form(
        form,
        advise,
        onto=lambda _done: _place_of(meeting_id, part=AgendaPart.CONSENT, further=1),
        again=lambda refused: _render_meeting(meeting_id, refused, part=AgendaPart.CONSENT),
    )


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>/lyft")
def lift_out(meeting_id: int, review_id: int) -> Response:
    """Off the consent list."""
    in_transaction(lambda session: casework.lift_out(session, meeting_id, review_id))
    return redirect_after_post(_place_of(meeting_id, part=AgendaPart.CONSENT))


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>")
def record(meeting_id: int, review_id: int) -> Response:
    form = posted_form(AdviceForm, key=f"advice-{review_id}")
    return act_by_form(
        form,
        lambda session: casework.record_advice(
            session, meeting_id, review_id, form.command(), version=form.version.data
        ),
        onto=lambda _review: _place_of(meeting_id, review_id=review_id, further=1),
        again=lambda refused: _render_meeting(meeting_id, refused, review_id=review_id),
    )


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>/lika")
def alike(meeting_id: int, review_id: int) -> Response | str:
    """Which the like cases were: shown when asked for, and that they were asked for is kept."""
    meeting = _meeting(meeting_id)
    form = posted_form(LikeCasesForm)
    return page_by_form(
        form,
        lambda session: desk.name_like_cases(session, meeting, review_id, form.criterion.data),
        page=lambda found: _render_meeting(meeting_id, review_id=review_id, alike=found),
        again=lambda refused: _render_meeting(meeting_id, refused, review_id=review_id),
    )


@blueprint.get("/moten/<int:meeting_id>/handlingar.pdf")
def papers(meeting_id: int) -> Response:
    """The call and papers for this very member, in the board's language."""
    meeting = _meeting(meeting_id)
    with reading_session() as session:
        made = meeting_papers.meeting_documents(session, meeting, on=visitor.today(), language=OFFICIAL)
    return attachment_response(made, "application/pdf", f"mote-{day_here(meeting.starts_at):%Y-%m-%d}.pdf")


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>/yttrande")
def state(meeting_id: int, review_id: int) -> Response:
    """A single member's statement, or one that the secretary writes down."""
    form = posted_form(StatementForm, key=f"statement-{review_id}")
    return _at_meeting(
        meeting_id,
        form,
        lambda s: casework.file_statement(s, meeting_id, review_id, form.command()),
        review_id=review_id,
    )


@blueprint.post("/moten/<int:meeting_id>/gast")
def invite(meeting_id: int) -> Response:
    form = posted_form(GuestForm, key="guest")
    return _at_meeting(
        meeting_id,
        form,
        lambda s: casework.seat_guest(
            s, meeting_id, form.guest.data, form.guest_function.data, form.review_id.data, form.seat_id.data
        ),
        part=AgendaPart.OPENING,
    )


@blueprint.post("/moten/<int:meeting_id>/punkt/<int:review_id>/jav")
def seat_in_conflict(meeting_id: int, review_id: int) -> Response:
    """A conflict of interest of somebody without an account."""
    form = posted_form(SeatConflictForm, key=f"conflict-{review_id}")
    return _at_meeting(
        meeting_id,
        form,
        lambda s: casework.seat_in_conflict(
            s, meeting_id, review_id, form.seat_id.key, ConflictGround(form.ground.data)
        ),
        review_id=review_id,
    )


@blueprint.post("/moten/<int:meeting_id>/godkann")
def approve(meeting_id: int) -> Response:
    """The notes are right, and locked when enough have said so."""
    return _at_meeting(
        meeting_id,
        posted_form(PostedForm, key="approve"),
        lambda s: casework.approve_notes(s, meeting_id),
        part=AgendaPart.CLOSING,
    )


def _at_meeting(
    meeting_id: int,
    form: PostedForm,
    work: Callable[[WritingSession], object],
    *,
    review_id: int = 0,
    part: AgendaPart | None = None,
) -> Response:
    """An act at an item of the meeting, and back to the item."""
    return act_by_form(
        form,
        work,
        onto=lambda _done: _place_of(meeting_id, review_id=review_id, part=part),
        again=lambda refused: _render_meeting(meeting_id, refused, review_id=review_id, part=part),
    )


@blueprint.post("/moten/plats")
def take_seat() -> Response:
    """A deputy, or a member without an account."""
    form = posted_form(SeatForm, key="seat")
    return act_by_form(
        form,
        lambda s: casework.take_seat(
            s, form.seat_name.data, form.seat_email.data, form.seat_user.data, deputy=form.deputy.data
        ),
        onto=url_for("meetings.index"),
        again=_index,
    )


@blueprint.post("/moten/plats/<int:seat_id>/avsluta")
def leave_seat(seat_id: int) -> Response:
    """Ends a seat."""
    in_transaction(lambda s: casework.leave_seat(s, seat_id))
    return redirect_after_post(url_for("meetings.index"))


@blueprint.post("/moten/<int:meeting_id>/avsluta")
def hold(meeting_id: int) -> Response:
    """The meeting is held, with its notes."""
    form = posted_form(HeldForm, key="held")
    return _at_meeting(
        meeting_id,
        form,
        lambda session: casework.hold_meeting(session, meeting_id, form.notes.data),
        part=AgendaPart.CLOSING,
    )


@blueprint.get("/moten/<int:meeting_id>/anteckningar")
def notes(meeting_id: int) -> str:
    """The notes as a page to print, without the cases that this person has stepped aside from."""
    meeting = _meeting(meeting_id)
    return render_template("workspace/meetings/notes.html", meeting=meeting, notes=_notes(meeting))


@blueprint.get("/moten/<int:meeting_id>/anteckningar.docx")
def notes_as_word(meeting_id: int) -> Response:
    """The notes as Word, in the board's language."""
    meeting = _meeting(meeting_id)
    written = _notes(meeting, printed=True)
    with reading_session() as session:
        made = paper_docx(session, visitor.signed_in_person().board_id, written, OFFICIAL)
    return attachment_response(made, DOCX, f"anteckningar-{day_here(meeting.starts_at):%Y-%m-%d}.docx")


@blueprint.get("/moten/<int:meeting_id>/anteckningar.pdf")
def notes_as_pdf(meeting_id: int) -> Response:
    """The notes as PDF, in the board's language."""
    meeting = _meeting(meeting_id)
    made = document_pdf(_notes(meeting, printed=True), OFFICIAL)
    return attachment_response(made, "application/pdf", f"anteckningar-{day_here(meeting.starts_at):%Y-%m-%d}.pdf")


def _notes(meeting: Meeting, *, printed: bool = False) -> WrittenDocument:
    with reading_session() as session:
        notes = meeting_notes(session, meeting)
        return with_head_of_trail(session, notes) if printed else notes
