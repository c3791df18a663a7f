"""The item of a round on the board's table: read, written, taken along, and the board's decision entered once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, url_for

from vetting.decisions.services import decisions
from vetting.decisions.services.decision_makers import DecisionForm
from vetting.formats.letters import DOCX
from vetting.formats.written_documents import document_docx, document_pdf
from vetting.grants.forms import BoardDecisionForm, BoardItemForm
from vetting.grants.models.board_items import item_of_round
from vetting.grants.services.own_rounds import own_round
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.problem import Refused
from vetting.kernel.text import OFFICIAL
from vetting.office.services import board_items as service
from vetting.office.services.board_items import ItemRow, ItemWriting
from vetting.web import visitor
from vetting.web.forms import is_key
from vetting.web.view_moves import (
    act_by_form,
    act_in_steps,
    attachment_response,
    in_transaction,
    posted_form,
    rules_in_use,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.grants.models.rounds import Round
    from vetting.kernel.problem import Problem
    from vetting.kernel.store.session import ReadingSession, WritingSession
    from vetting.kernel.written_documents import WrittenDocument

blueprint = Blueprint("board_items", __name__)
PDF: Final = "application/pdf"


def _round(session: ReadingSession, round_id: int) -> Round:
    return own_round(session, round_id, visitor.signed_in_person())


@blueprint.get("/omgangar/<int:round_id>/arende")
def show(round_id: int) -> str:
    """The item as it stands, and the forms that write it and enter its decision."""
    return _render(round_id)


def _render(round_id: int, form: BoardItemForm | None = None, decision: BoardDecisionForm | None = None) -> str:
    by = visitor.signed_in_person()
    with reading_session() as session:
        about = _round(session, round_id)
        rows = service.item_rows(session, about, by=by)
        kept = item_of_round(session, round_id)
        written = None if rows.hidden else service.board_item(session, about, by=by, on=visitor.today(), rows=rows)
        known: dict[str, object] = dict(service.proposed_texts(session, about, rows))
        if kept is not None:
            own = {"dnr": kept.dnr, "letter": kept.letter, "at_once": kept.at_once, "signers": kept.signers}
            known |= dict(kept.texts) | own
        known |= {f"shown_{part}": known[part] for part in service.PARTS}
    return render_template(
        "grants/board_items/show.html",
        round=about,
        rows=rows,
        written=written,
        own=[service.HEADINGS[part] for part in kept.texts] if kept is not None else [],
        refused_outcome=DecisionOutcome.DISMISSED,
        form=form or BoardItemForm(known=known),
        decision=decision or BoardDecisionForm(key="decision"),
    )


@blueprint.post("/omgangar/<int:round_id>/arende")
def write(round_id: int) -> Response:
    """What is written beside what the rows say."""
    form = posted_form(BoardItemForm)
    return act_by_form(
        form,
        lambda session: service.write_item(
            session,
            round_id,
            ItemWriting(
                texts={part: form[part].data for part in service.PARTS},
                shown={part: form[f"shown_{part}"].data for part in service.PARTS},
                dnr=form.dnr.data,
                letter=bool(form.letter.data),
                at_once=bool(form.at_once.data),
                signers=form.signers.data,
            ),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
        onto=url_for("board_items.show", round_id=round_id),
        again=lambda refused: _render(round_id, form=refused),
    )


def _item(round_id: int) -> WrittenDocument:
    with reading_session() as session:
        about = _round(session, round_id)
        return service.board_item(session, about, by=visitor.signed_in_person(), on=visitor.today())


@blueprint.get("/omgangar/<int:round_id>/arende.docx")
def as_word(round_id: int) -> Response:
    """As Word, in the board's language."""
    return attachment_response(document_docx(_item(round_id), OFFICIAL), DOCX, f"arende-{round_id}.docx")


@blueprint.get("/omgangar/<int:round_id>/arende.pdf")
def as_pdf(round_id: int) -> Response:
    """As PDF, in the board's language."""
    return attachment_response(document_pdf(_item(round_id), OFFICIAL), PDF, f"arende-{round_id}.pdf")


@blueprint.post("/omgangar/<int:round_id>/arende/beslut")
def decide(round_id: int) -> Response:
    """The board's decision, once for all chosen rows; each has its own gates, and those that are held are named."""
    form, by = posted_form(BoardDecisionForm, key="decision"), visitor.signed_in_person()
    how = DecisionForm(paragraph=form.paragraph.data or "")
    chosen = dict(value.split("/", 1) for value in form.row.data if "/" in value)
    free = bool(form.free.data)

    def go() -> str:
        with reading_session() as session:
            about = _round(session, round_id)
            waiting = [row for row in service.item_rows(session, about, by=by).waiting if row.number in chosen]
        done: list[ItemRow] = []
        left: list[tuple[ItemRow, Problem]] = []
        for row in waiting:
            try:
                seen = chosen[row.number]
                version = int(seen) if is_key(seen) else 0
                in_transaction(lambda session, one=row, v=version: _decide(session, one, v, how, free=free))  # type: ignore[misc] # bound at once
                done.append(row)
            except Refused as refused:
                left += [(row, problem) for problem in refused.problems[:1]]
        return render_template("grants/board_items/decide.html", round=about, done=done, left=left)

    return act_in_steps(form, go, onto=make_response, again=lambda refused: _render(round_id, decision=refused))


def _decide(session: WritingSession, row: ItemRow, version: int, how: DecisionForm, *, free: bool) -> None:
    """version: of the proposal that was read: another one is not what the board decided."""
    by = visitor.signed_in_person()
    if free:
        decisions.declare_no_conflict(session, row.number, by=by, at=visitor.now())
    decisions.decide(
        session,
        row.number,
        draft_version=version,
        rules=rules_in_use(),
        by=by,
        at=visitor.now(),
        form=how,
    )
