"""What a meeting did with a round's item: entered, its minutes noted, its letters written for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, url_for
from sqlalchemy import select

from vetting.casework import letter_kind_of, standing_of
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import DecisionEvent, decision_draft_of, quashed_decisions
from vetting.formats.document_types import PDF
from vetting.grants import own_round
from vetting.grants.domain.board_items import BoardRuling
from vetting.grants.models.board_items import appeals_of_item, ruling_of_case
from vetting.grants.models.rounds import Round
from vetting.kernel.decision_outcomes import outcome_words
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.jobs import ENDED_STATES, jobs_about
from vetting.kernel.text import _
from vetting.rounds.forms import BoardDecisionForm, ExtractForm, ItemSentBackForm, MinutesForm, RulingForm
from vetting.rounds.pages.board_items import render_item
from vetting.rounds.services import board_decisions as service
from vetting.rounds.services import round_letters
from vetting.rounds.services.board_decisions import SeenRow
from vetting.rounds.services.board_items import item_rows
from vetting.web import visitor
from vetting.web.forms import FormsOfPage, PostedForm, is_key
from vetting.web.page_actions import PageActions
from vetting.web.view_helpers import (
    act_by_form,
    act_in_steps,
    attachment_response,
    in_transaction,
    posted_form,
    redirect_after_post,
    stop_job,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flask import Response

    from vetting.grants.models.board_items import ItemDecision
    from vetting.kernel.store.session import ReadingSession, WritingSession
    from vetting.rounds.services.board_decisions import MeetingWriting
    from vetting.rounds.services.board_items import ItemRow

blueprint = Blueprint("board_decisions", __name__)
NO_LONGER: Final = Problem(
    "", _("Ansökan väntar inte längre på nämndens beslut."), _("Se i ärendet vad som har hänt med den.")
)
AT_A_TIME: Final = 200
"""Rows that are entered with one press: each has its own gates, and whoever waits for a page does not wait long."""
ROWS: Final = 100
"""Decisions on a page of what a meeting decided."""


@blueprint.post("/omgangar/<int:round_id>/arende/beslut")
def enter(round_id: int) -> Response:
    """The board's decision, once for all chosen rows; each has its own gates, and those that are held are named."""
    form = posted_form(BoardDecisionForm, key="decision")
    chosen = dict(_seen_row(value) for value in form.row.data)

    def go() -> str:
        meeting = form.meeting()
        _refuse_wrong(service.wrong_with_meeting(meeting, visitor.today()))
        more = [(field.name, field.typed) for field in form.fields if field.name != form.row.name and field.typed]
        return _enter_rows(round_id, meeting, chosen, free=bool(form.free.data), more=more)

    return act_in_steps(form, go, onto=make_response, again=lambda refused: render_item(round_id, decision=refused))


def _seen_row(value: str) -> tuple[str, SeenRow]:
    """A row's number and what was read of it, from a box: 'BID-2026-0001/3/0'."""
    number, version, ruling = (*value.split("/"), "", "")[:3]
    return number, SeenRow(int(version) if is_key(version) else 0, int(ruling) if is_key(ruling) else 0)


def _refuse_wrong(problems: list[Problem]) -> None:
    if problems:
        raise Refused(Obstacle.INVALID, *problems)


def _enter_rows(
    round_id: int,
    meeting: MeetingWriting,
    chosen: Mapping[str, SeenRow],
    *,
    free: bool,
    more: Sequence[tuple[str, str]],
    first: Callable[[WritingSession, str], object] | None = None,
) -> str:
    """Enters what the meeting did with some rows, each in its own transaction; then what became of them.

    first: what is done with a row before that, in the same transaction. more: what was typed beside the rows, to go on
    with those that are not entered with this press.
    """
    with reading_session() as session:
        about = own_round(session, round_id)
        listed = item_rows(session, about)
        waiting = [row for row in listed.waiting if row.number in chosen]
        rows, later = waiting[:AT_A_TIME], waiting[AT_A_TIME:]
        gone = [row for row in listed.every if row.number in chosen and row not in waiting]
    done: list[ItemRow] = []
    undecided: list[ItemRow] = []
    left: dict[Problem, list[ItemRow]] = {NO_LONGER: gone} if gone else {}

    def one(session: WritingSession, number: str) -> bool:
        if first is not None:
            first(session, number)
        made = service.enter_row(
            session,
            round_id,
            number,
            chosen[number] if first is None else service.read_row(session, round_id, number),
            meeting,
            free=free,
        )
        return made is not None

    for row in rows:
        try:
            decided = in_transaction(lambda session, number=row.number: one(session, number))  # type: ignore[misc] # bound at once
            (done if decided else undecided).append(row)
        except Refused as refused:
            for problem in refused.problems[:1]:  # what holds many is said once
                same = Problem("", problem.what, problem.remedy)
                left.setdefault(same, []).append(row)
    with reading_session() as session:
        record = service.meeting_record(session, round_id, meeting)
    put_off = service.numbers_in(record.tabled) if record is not None else []
    return render_template(
        "rounds/board_decisions/enter.html",
        round=about,
        done=done,
        back=[row for row in undecided if row.number not in put_off],
        tabled=[row for row in undecided if row.number in put_off],
        left=left,
        record=record,
        later=[f"{row.number}/{chosen[row.number].draft_version}/{chosen[row.number].ruling}" for row in later],
        more=more,
        at_a_time=AT_A_TIME,
    )


@blueprint.post("/omgangar/<int:round_id>/arende/aterremiss")
def send_back(round_id: int) -> Response:
    """The whole item is sent back: every row that waits is to be prepared further."""
    form = posted_form(ItemSentBackForm, key="back")

    def go() -> str:
        meeting = service.MeetingWriting(met_on=form.met_on.day, paragraph=form.paragraph.data)
        _refuse_wrong(service.wrong_with_meeting(meeting, visitor.today()))
        with reading_session() as session:
            rows = item_rows(session, own_round(session, round_id)).waiting
        ruling = service.RulingWriting(what=BoardRuling.SENT_BACK, reasons=form.reasons.data)
        return _enter_rows(
            round_id,
            meeting,
            {row.number: SeenRow(row.draft_version or 0, 0) for row in rows},
            free=False,
            more=[(field.name, field.typed) for field in form.fields if field.typed],
            first=lambda session, number: service.rule_on_row(session, round_id, number, ruling),
        )

    return act_in_steps(form, go, onto=make_response, again=lambda refused: render_item(round_id, back=refused))


@blueprint.get("/omgangar/<int:round_id>/arende/<number>")
def rule(round_id: int, number: str) -> str:
    """What the board made of one row instead of what was proposed."""
    return _render_ruling(round_id, number)


def _render_ruling(round_id: int, number: str, refused: RulingForm | None = None) -> str:
    by = visitor.signed_in_person()
    with reading_session() as session:
        about = own_round(session, round_id)
        case = session.scalar(
            select(Case).where(Case.number == number, Case.round_id == about.id, seen_by(by, Action.DECIDE))
        )
        draft = decision_draft_of(session, case.id) if case is not None else None
        if case is None or draft is None:
            raise Refused(Obstacle.MISSING)
        kept = ruling_of_case(session, case.id, draft.version)
        known = {"what": kept.what, "amount": kept.amount, "reasons": kept.reasons} if kept is not None else None
        return render_template(
            "rounds/board_decisions/rule.html",
            round=about,
            case=case,
            draft=draft,
            outcome=outcome_words(case.kind, draft.outcome),
            kept=kept,
            form=refused or RulingForm(known=known),
        )


@blueprint.post("/omgangar/<int:round_id>/arende/<number>")
def keep_ruling(round_id: int, number: str) -> Response:
    """Keeps it until the decision is entered."""
    form = posted_form(RulingForm)
    return act_by_form(
        form,
        lambda session: service.rule_on_row(session, round_id, number, form.ruling()),
        onto=url_for("board_items.show", round_id=round_id, _anchor="decide-heading"),
        again=lambda refused: _render_ruling(round_id, number, refused),
    )


@blueprint.post("/omgangar/<int:round_id>/arende/<number>/som-foreslaget")
def drop_ruling(round_id: int, number: str) -> Response:
    """As proposed after all."""
    return act_by_form(
        posted_form(PostedForm),
        lambda session: service.drop_ruling(session, round_id, number),
        onto=url_for("board_items.show", round_id=round_id, _anchor="decide-heading"),
        again=lambda _refused: _render_ruling(round_id, number),
    )


@blueprint.get("/namndens-beslut/<int:item_decision_id>")
def show(item_decision_id: int) -> str:
    """What a meeting decided on an item, and what comes after it."""
    return _render(item_decision_id)


def _render(item_decision_id: int, refused: PostedForm | None = None) -> str:
    page = max(whole_number_in_address("sida") or 1, 1)
    forms = FormsOfPage(refused)
    with reading_session() as session:
        record = service.record_of_item(session, item_decision_id)
        about = session.get_one(Round, record.round_id)
        rows = service.decided_rows(session, item_decision_id)
        some = rows[(page - 1) * ROWS : page * ROWS]
        jobs = jobs_about(session, record.board_id, round_letters.WRITE_LETTERS, str(item_decision_id))
        standing = standing_of(session, rows[0].decision, visitor.today()) if rows else None
        of_item = DecisionEvent.decision_id.in_([row.decision.id for row in rows])
        quashed = set(session.scalars(quashed_decisions().where(of_item)))
        stand = [row for row in rows if row.decision.id not in quashed]
        return render_template(
            "rounds/board_decisions/show.html",
            record=record,
            round=about,
            rows=some,
            hidden=service.count_hidden(session, item_decision_id),
            sent_back=service.lines_seen(session, record.sent_back),
            tabled=service.lines_seen(session, record.tabled),
            many=len(rows),
            total=sum(row.decision.amount or 0 for row in stand),
            granted=sum(1 for row in stand if row.decision.amount),
            quashed=quashed,
            returned=bool(service.whole_sent_back(session, [record])),
            page=page,
            more=page * ROWS < len(rows),
            outcomes={row.case.id: outcome_words(row.case.kind, row.decision.outcome) for row in some},
            kinds={row.case.id: letter_kind_of(row.decision) for row in some[:3]},
            standing=standing,
            appeals=len(appeals_of_item(session, item_decision_id)),
            letters=round_letters.count_letters(session, record),
            job=jobs[0] if jobs else None,
            working=bool(jobs) and jobs[0].state not in ENDED_STATES,
            minutes=forms.form(
                MinutesForm, "minutes", {"adjusted_on": record.adjusted_on, "notice_on": record.notice_on}
            ),
            extract=forms.form(ExtractForm, "extract"),
            refused=refused,
        )


item_decision_actions = PageActions[int](
    blueprint,
    "/namndens-beslut/<int:item_decision_id>",
    page=_render,
    onto=lambda item_decision_id: url_for("board_decisions.show", item_decision_id=item_decision_id),
)
item_decision_actions.add(
    "note_minutes",
    "/protokoll",
    MinutesForm,
    lambda session, form, item_decision_id: service.note_minutes(
        session, item_decision_id, adjusted_on=form.adjusted_on.data, notice_on=form.notice_on.data
    ),
    key="minutes",
)
item_decision_actions.add(
    "take_extract",
    "/protokollsutdrag",
    ExtractForm,
    lambda session, form, item_decision_id: service.take_extract(
        session, item_decision_id, form.extract.content, form.extract.name_of_file
    ),
    key="extract",
)


@blueprint.get("/namndens-beslut/<int:item_decision_id>/protokollsutdrag.pdf")
def extract(item_decision_id: int) -> Response:
    """The extract as it came in."""
    with reading_session() as session:
        content = _record(session, item_decision_id).extract
    if content is None:
        raise Refused(Obstacle.MISSING)
    return attachment_response(content, PDF, f"protokollsutdrag-{item_decision_id}.pdf")


def _record(session: ReadingSession, item_decision_id: int) -> ItemDecision:
    return service.record_of_item(session, item_decision_id)


item_decision_actions.add(
    "write_letters",
    "/brev",
    PostedForm,
    lambda session, _form, item_decision_id: round_letters.begin_letters(session, item_decision_id),
    key="letters",
)


@blueprint.post("/namndens-beslut/<int:item_decision_id>/brev/stoppa")
def stop_letters(item_decision_id: int) -> Response:
    """Stops it: the letters that are written stay."""
    with reading_session() as session:
        record = _record(session, item_decision_id)
        for job in jobs_about(session, record.board_id, round_letters.WRITE_LETTERS, str(item_decision_id)):
            if job.state not in ENDED_STATES:
                stop_job(job.id)
    return redirect_after_post(url_for("board_decisions.show", item_decision_id=item_decision_id))
