"""Appeals of what a meeting decided on an item: noted once for the rows they touch, answered, judged, put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting.casework.domain.legal_force import DECISION_EVENT_WORDS, DecisionEventKind
from vetting.casework.models.decisions import events_of
from vetting.grants.models.board_items import appeals_of_item
from vetting.grants.models.rounds import Round
from vetting.kernel.text import same_in_both
from vetting.rounds.forms import CourtRulingForm, CourtStatementForm, ItemAppealForm
from vetting.rounds.services import board_decisions
from vetting.rounds.services import item_appeals as service
from vetting.rounds.services.item_appeals import NewItemAppeal
from vetting.web.forms import FormsOfPage
from vetting.web.view_helpers import act_by_form, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from flask import Response

    from vetting.kernel.text import Words
    from vetting.rounds.services.board_decisions import DecidedRow
    from vetting.web.forms import PostedForm

blueprint = Blueprint("item_appeals", __name__)


def _options(rows: Sequence[DecidedRow]) -> dict[str, Words]:
    return {row.case.number: same_in_both(f"{row.case.name} ({row.case.number})") for row in rows}


@blueprint.get("/namndens-beslut/<int:item_decision_id>/overklaganden")
def index(item_decision_id: int) -> str:
    """The appeals of what a meeting decided, with what became of each, and the form for a new one."""
    return _render(item_decision_id)


def _render(item_decision_id: int, refused: PostedForm | None = None) -> str:
    forms = FormsOfPage(refused)
    with reading_session() as session:
        record = board_decisions.record_of_item(session, item_decision_id)
        rows = board_decisions.decided_rows(session, item_decision_id)
        appeals = [
            (appeal, service.touched_rows(session, appeal)) for appeal in appeals_of_item(session, item_decision_id)
        ]
        noted = events_of(session, [row.decision.id for _appeal, touched in appeals for row in touched])
        form = forms.form(ItemAppealForm, "appeal")
        form.row.options = _options(rows)
        courts, statements = {}, {}
        for appeal, touched in appeals:
            courts[appeal.id] = forms.form(CourtRulingForm, f"court-{appeal.id}")
            courts[appeal.id].row.options = _options(touched)
            statements[appeal.id] = forms.form(CourtStatementForm, f"statement-{appeal.id}")
        return render_template(
            "rounds/item_appeals/index.html",
            record=record,
            round=session.get_one(Round, record.round_id),
            appeals=appeals,
            noted=noted,
            event_words=DECISION_EVENT_WORDS,
            court_kinds=set(service.BY_COURT),
            paid=service.paid_on_quashed(session, item_decision_id),
            form=form,
            courts=courts,
            statements=statements,
            refused=refused,
        )


def _rows_meant(*, every: bool, named: Collection[str]) -> Collection[str] | None:
    return None if every else named


@blueprint.post("/namndens-beslut/<int:item_decision_id>/overklaganden")
def appeal(item_decision_id: int) -> Response:
    """Notes an appeal on the item, and on each decision that it touches."""
    form = posted_form(ItemAppealForm, key="appeal")
    return act_by_form(
        form,
        lambda session: service.appeal_item(
            session,
            item_decision_id,
            NewItemAppeal(
                court=form.court.data,
                number=form.number.data,
                on=form.on.day,
                numbers=_rows_meant(every=bool(form.every.data), named=form.row.data),
                inhibited=bool(form.inhibited.data),
                statement_by=form.statement_by.data,
            ),
        ),
        onto=url_for("item_appeals.index", item_decision_id=item_decision_id),
        again=lambda refused: _render(item_decision_id, refused),
    )


def _item_of(appeal_id: int) -> int:
    with reading_session() as session:
        return service.appeal_of_board(session, appeal_id)[1].id


@blueprint.post("/overklaganden/<int:appeal_id>/domstolen")
def note_court(appeal_id: int) -> Response:
    """What the court did, on each decision or on some."""
    item = _item_of(appeal_id)
    form = posted_form(CourtRulingForm, key=f"court-{appeal_id}")
    return act_by_form(
        form,
        lambda session: service.note_court(
            session,
            appeal_id,
            DecisionEventKind(form.what.data),
            form.on.day,
            numbers=_rows_meant(every=bool(form.every.data), named=form.row.data),
        ),
        onto=url_for("item_appeals.index", item_decision_id=item),
        again=lambda refused: _render(item, refused),
    )


@blueprint.post("/overklaganden/<int:appeal_id>/yttrande")
def note_statement(appeal_id: int) -> Response:
    """The board's own statement has gone."""
    item = _item_of(appeal_id)
    form = posted_form(CourtStatementForm, key=f"statement-{appeal_id}")
    return act_by_form(
        form,
        lambda session: service.note_statement(session, appeal_id, form.stated_on.day),
        onto=url_for("item_appeals.index", item_decision_id=item),
        again=lambda refused: _render(item, refused),
    )
