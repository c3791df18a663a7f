"""The year of the board's rounds: all on one page, the days of one, its mails, and the lists they count from."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request, url_for

from vetting.formats.document_types import MAIL
from vetting.formats.mail_drafts import MailDraft, mail_draft
from vetting.grants.domain.round_calendar import HOLDER_WORDS, MAILED_STEPS, DayOrigin, RoundMoment, StepState
from vetting.grants.forms import WAS, BoardDaysForm, ManyMailForm, RoundDaysForm, RoundStepForm, round_days_form
from vetting.grants.models.board_days import board_meetings, closed_weeks
from vetting.grants.models.rounds import rounds
from vetting.grants.services import round_calendars as service
from vetting.grants.services.own_rounds import own_round
from vetting.grants.services.round_calendars import DAY_FIELD
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.text import OFFICIAL, Words, _
from vetting.office.domain.round_times import RoundDays, round_year
from vetting.office.services.round_mails import RoundMail, round_mail
from vetting.office.services.round_years import StandingStep, standing_steps
from vetting.web import visitor
from vetting.web.preferences import own_path
from vetting.web.view_moves import (
    act_by_form,
    attachment_response,
    page_by_form,
    posted_form,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Response

    from vetting.grants.models.rounds import Round
    from vetting.kernel.store.session import ReadingSession

blueprint = Blueprint("round_years", __name__)
FIRST_YEAR, LAST_YEAR = 2000, 2100
STATE_WORDS: Final[Mapping[StepState, Words]] = {
    StepState.DONE: _("klart"),
    StepState.LATE: _("sent"),
    StepState.NOW: _("den här veckan"),
    StepState.COMING: _("kommer"),
    StepState.UNKNOWN: _("dag saknas"),
}
ORIGIN_WORDS: Final[Mapping[DayOrigin, Words]] = {
    DayOrigin.OWN: _("omgångens egen dag"),
    DayOrigin.COUNTED: _("räknad"),
    DayOrigin.MEETING_LIST: _("ur nämndens lista"),
    DayOrigin.MOVED: _("flyttad"),
    DayOrigin.HAPPENED: _("som det blev"),
    DayOrigin.UNKNOWN: _("sammanträdet eller redovisningen saknas"),
}


@blueprint.get("/omgangar/arshjul")
def index() -> str:
    """All rounds of a year: bands, and every step by day."""
    by, today = visitor.signed_in_person(), visitor.today()
    asked = whole_number_in_address("ar")
    year = asked if asked is not None and FIRST_YEAR <= asked <= LAST_YEAR else today.year
    with reading_session() as session:
        known = rounds(session, by)
        lines = [line for steps in standing_steps(session, known, by=by, on=today).values() for line in steps]
        meetings, closed = board_meetings(session, by.board_id), closed_weeks(session, by.board_id)
    of_year = sorted(
        (line for line in lines if line.step.on is not None and line.step.on.year == year),
        key=lambda line: (line.step.on or date.max, line.into.id),
    )
    shows_all = request.args.get("alla") == "1"
    days = [
        RoundDays(item.id, item.name, item.opens_on, item.closes_on, item.decision_on, item.report_on) for item in known
    ]
    return render_template(
        "grants/round_years/index.html",
        year=year,
        times=round_year(days, year, today),
        lines=[line for line in of_year if shows_all or line.state is not StepState.DONE],
        done=sum(1 for line in of_year if line.state is StepState.DONE),
        all=shows_all,
        late=[line for line in of_year if line.state is StepState.LATE],
        meetings=[row for row in meetings if row.on.year == year],
        closed=[row for row in closed if year in {row.first_on.year, row.last_on.year}],
        **step_parts(),
    )


def step_parts() -> dict[str, object]:
    """What a template needs to tell a step."""
    return {
        "today": visitor.today(),
        "address_of": address_of_step,
        "holder_names": HOLDER_WORDS,
        "step_states": STATE_WORDS,
        "origin_words": ORIGIN_WORDS,
        "mailed": MAILED_STEPS,
    }


def address_of_step(line: StandingStep) -> str:
    """Where a step is done for all at once; the round's page where it is nowhere else."""
    key = line.into.id
    match line.moment:
        case RoundMoment.COMPLETED:
            return url_for("completions.index", omgang=key)
        case RoundMoment.GROUP:
            return url_for("meetings.index")
        case RoundMoment.MEETING:
            return url_for("cases.index", omgang=key)
        case RoundMoment.LETTERS:
            return url_for("letters.waiting")
        case RoundMoment.PAYMENT:
            return url_for("payments.index")
        case RoundMoment.FOLLOW_UP | RoundMoment.REPORT_DUE:
            return url_for("cases.index", omgang=key, lage="reporting", avslutade=1)
        case moment if moment in MAILED_STEPS:
            return url_for("round_years.mail", round_id=key, moment=moment.value)
        case _:
            return url_for("rounds.show", round_id=key)


def _round(session: ReadingSession, round_id: int) -> Round:
    return own_round(session, round_id, visitor.signed_in_person())


def _moment(name: str) -> RoundMoment:
    try:
        return RoundMoment(name)
    except ValueError:
        raise Refused(Obstacle.MISSING) from None


@blueprint.get("/omgangar/<int:round_id>/dagar")
def days(round_id: int) -> str:
    """Every step of a round with its day, to be moved."""
    return _render_days(round_id)


def _steps(round_id: int) -> tuple[Round, Sequence[StandingStep]]:
    by = visitor.signed_in_person()
    with reading_session() as session:
        found = _round(session, round_id)
        return found, standing_steps(session, [found], by=by, on=visitor.today())[found.id]


def _render_days(round_id: int, refused: RoundDaysForm | None = None) -> str:
    found, lines = _steps(round_id)
    known = {f"{DAY_FIELD}{line.moment}": line.step.on for line in lines} | {
        f"{WAS}{line.moment}": line.step.on.isoformat() if line.step.on else "" for line in lines
    }
    form = refused or round_days_form(line.step for line in lines)(known=known)
    with reading_session() as session:
        listed = {row.on for row in board_meetings(session, found.board_id)}
    unlisted = bool(listed) and found.decision_on is not None and found.decision_on not in listed
    return render_template(
        "grants/round_years/days.html",
        round=found,
        lines=lines,
        form=form,
        unlisted=unlisted,
        DAY=DAY_FIELD,
        WAS=WAS,
        **step_parts(),
    )


@blueprint.post("/omgangar/<int:round_id>/dagar")
def move(round_id: int) -> Response:
    """Other days for some steps."""
    _found, lines = _steps(round_id)
    form = posted_form(round_days_form(line.step for line in lines))
    return act_by_form(
        form,
        lambda session: service.move_steps(
            session, round_id, form.command(), by=visitor.signed_in_person(), at=visitor.now()
        ),
        onto=url_for("round_years.days", round_id=round_id),
        again=lambda refused: _render_days(round_id, refused),
    )


@blueprint.post("/omgangar/<int:round_id>/steg/<moment>")
def note(round_id: int, moment: str) -> Response:
    """A step is done, or is not."""
    form = posted_form(RoundStepForm)
    return act_by_form(
        form,
        lambda session: service.note_step(
            session,
            round_id,
            _moment(moment),
            done=bool(form.done.data),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
        onto=own_path(form.next.data) if form.next.data else url_for("rounds.show", round_id=round_id),
        again=lambda _refused: _render_days(round_id),
    )


@blueprint.get("/omgangar/<int:round_id>/utskick/<moment>")
def mail(round_id: int, moment: str) -> str:
    """A mail to many: to whom, and what it proposes to say."""
    return _render_mail(round_id, _moment(moment))


def _mail(round_id: int, moment: RoundMoment) -> tuple[Round, RoundMail]:
    with reading_session() as session:
        found = _round(session, round_id)
        return found, round_mail(session, found, moment, by=visitor.signed_in_person())


def _render_mail(round_id: int, moment: RoundMoment, refused: ManyMailForm | None = None) -> str:
    found, proposed = _mail(round_id, moment)
    _same, lines = _steps(round_id)
    known = {"subject": proposed.subject.to(OFFICIAL), "text": proposed.text.to(OFFICIAL)}
    return render_template(
        "grants/round_years/mail.html",
        round=found,
        mail=proposed,
        line=next(line for line in lines if line.moment is moment),
        form=refused or ManyMailForm(known=known),
        **step_parts(),
    )


@blueprint.post("/omgangar/<int:round_id>/utskick/<moment>")
def fetch_mail(round_id: int, moment: str) -> Response:
    """The mail as a draft that a mail program opens, with everybody as hidden recipients."""
    step = _moment(moment)
    _found, proposed = _mail(round_id, step)
    form = posted_form(ManyMailForm)

    def draft() -> bytes:
        made = MailDraft(
            name=step.value,
            to="",
            subject=form.subject.data,
            lines=form.text.data.splitlines(),
            hidden=[item.email for item in proposed.reached],
        )
        return mail_draft(made)

    return page_by_form(
        form,
        lambda _session: draft(),
        page=lambda content: attachment_response(content, MAIL, f"{step.value}.eml"),
        again=lambda refused: _render_mail(round_id, step, refused),
    )


@blueprint.get("/omgangar/sammantraden")
def board_days() -> str:
    """When the board meets, and when its office is closed."""
    return _render_board_days()


def _render_board_days(refused: BoardDaysForm | None = None) -> str:
    with reading_session() as session:
        by = visitor.signed_in_person()
        meetings, closed = board_meetings(session, by.board_id), closed_weeks(session, by.board_id)
    lines = []
    for row in meetings:
        parts = [row.on, row.stop_on, row.presidium_on, row.summons_on]
        written = [day.isoformat() if day else "" for day in parts]
        lines.append("; ".join(written).rstrip("; "))
    known = {
        "meetings": "\n".join(lines),
        "closed": "\n".join(f"{row.first_on.isoformat()} – {row.last_on.isoformat()}" for row in closed),
    }
    return render_template(
        "grants/round_years/board_days.html",
        meetings=meetings,
        closed=closed,
        form=refused or BoardDaysForm(known=known),
        today=visitor.today(),
    )


@blueprint.post("/omgangar/sammantraden")
def keep_board_days() -> Response:
    """The whole list anew."""
    form = posted_form(BoardDaysForm)
    return act_by_form(
        form,
        lambda session: service.keep_board_days(
            session, form.meetings.data, form.closed.data, by=visitor.signed_in_person(), at=visitor.now()
        ),
        onto=url_for("round_years.board_days"),
        again=_render_board_days,
    )
