"""The item of a round on the board's table: read, written, taken along, and the board's decision entered once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting.formats.document_types import PDF
from vetting.formats.letters import DOCX
from vetting.formats.written_documents import document_pdf
from vetting.grants import own_round
from vetting.grants.domain.board_items import RULING_WORDS
from vetting.grants.models.board_items import item_before, item_decisions, item_of_round, rulings_of_round, sent_items
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.text import OFFICIAL
from vetting.people import paper_docx
from vetting.rounds.forms import BoardDecisionForm, BoardItemForm, ItemSentBackForm, SendItemForm
from vetting.rounds.services import allocation_proposals as service_of_proposals
from vetting.rounds.services import board_items as service
from vetting.rounds.services.allocation_proposals import proposals_by_other_money
from vetting.rounds.services.board_decisions import numbers_in, whole_sent_back
from vetting.web import visitor
from vetting.web.view_helpers import (
    act_by_form,
    attachment_response,
    in_transaction,
    posted_form,
    redirect_after_post,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.grants.models.rounds import Round
    from vetting.kernel.store.session import ReadingSession
    from vetting.kernel.written_documents import WrittenDocument

blueprint = Blueprint("board_items", __name__)


def _round(session: ReadingSession, round_id: int) -> Round:
    return own_round(session, round_id)


@blueprint.get("/omgangar/<int:round_id>/arende")
def show(round_id: int) -> str:
    """The item as it stands, and the forms that write it and enter its decision."""
    return _render(round_id)


def _render(round_id: int, form: BoardItemForm | None = None) -> str:
    return render_item(round_id, form=form)


def render_item(
    round_id: int,
    *,
    form: BoardItemForm | None = None,
    decision: BoardDecisionForm | None = None,
    back: ItemSentBackForm | None = None,
    sending: SendItemForm | None = None,
) -> str:
    """The page of an item, with the form that was refused."""
    on = visitor.today()
    with reading_session() as session:
        about = _round(session, round_id)
        rows = service.item_rows(session, about)
        kept = item_of_round(session, round_id)
        before = item_before(session, about.board_id, round_id)
        decided, sent = item_decisions(session, round_id), sent_items(session, round_id)
        told = rows.hidden or (decided and not rows.waiting)
        written = None if told else service.board_item(session, about, on=on, rows=rows)
        versions = {row.case_id: row.draft_version for row in rows.waiting}
        rulings = {
            key: row
            for key, row in rulings_of_round(session, round_id).items()
            if row.draft_version == versions.get(key)
        }
        over = service.over_budget(session, about, rows)
        apart = [service.HEADINGS[part] for part in service.parts_out_of_date(session, about, rows)]
        returned = whole_sent_back(session, decided)
        other_money = len(proposals_by_other_money(session, about))
        known: dict[str, object] = dict(service.proposed_texts(session, about, rows))
        if kept is not None:
            own = {"dnr": kept.dnr, "letter": kept.letter, "at_once": kept.at_once, "signers": kept.signers}
            known |= dict(kept.texts) | own
        elif before is not None:
            known |= {"letter": before.letter, "signers": before.signers}
        known |= {f"shown_{part}": known[part] for part in service.WRITTEN}
        known |= {f"shown_{name}": known.get(name) or "" for name in ("dnr", "signers")}
        known |= {f"shown_{name}": "1" if known.get(name) else "" for name in ("letter", "at_once")}
        if form is not None:  # who has read what another wrote there may write over it
            read = {f"shown_{field.name}" for field in form.fields if field.problems}
            form.carry(**{name: value for name, value in known.items() if name in read})
    met_on = about.decision_on if about.decision_on is not None and about.decision_on <= on else None
    return render_template(
        "rounds/board_items/show.html",
        round=about,
        rows=rows,
        rulings=rulings,
        ruling_words=RULING_WORDS,
        decided=decided,
        tabled=numbers_in(decided[-1].tabled) if decided else [],
        sent=sent,
        written=written,
        own=[service.HEADINGS[part] for part in kept.texts] if kept is not None else [],
        refused_outcome=DecisionOutcome.DISMISSED,
        form=form or BoardItemForm(known=known),
        refused=next((one for one in (form, decision, back, sending) if one is not None), None),
        over=over,
        apart=apart,
        returned=returned,
        other_money=other_money,
        sending=sending or SendItemForm(key="send"),
        decision=decision
        or BoardDecisionForm(key="decision", known={"met_on": met_on, "at_once": kept is not None and kept.at_once}),
        back=back or ItemSentBackForm(key="back", known={"met_on": met_on}),
    )


@blueprint.post("/omgangar/<int:round_id>/arende")
def write(round_id: int) -> Response:
    form = posted_form(BoardItemForm)
    return act_by_form(
        form,
        lambda session: service.write_item(session, round_id, form.command()),
        onto=url_for("board_items.show", round_id=round_id),
        again=lambda refused: _render(round_id, form=refused),
    )


@blueprint.post("/omgangar/<int:round_id>/arende/skal")
def renew_reasons(round_id: int) -> Response:
    """The reasons of the proposals say the sums that hold now."""
    in_transaction(lambda session: service_of_proposals.renew_reasons(session, round_id))
    return redirect_after_post(url_for("board_items.show", round_id=round_id))


@blueprint.post("/omgangar/<int:round_id>/arende/skickat")
def send(round_id: int) -> Response:
    """It has gone to the board: the file is kept as it is."""
    form = posted_form(SendItemForm, key="send")
    return act_by_form(
        form,
        lambda session: service.keep_sent_item(
            session, round_id, form.because.data or "", as_written=bool(form.as_written.data), on=visitor.today()
        ),
        onto=url_for("board_items.show", round_id=round_id),
        again=lambda refused: render_item(round_id, sending=refused),
    )


@blueprint.get("/omgangar/<int:round_id>/arende/skickat/<int:sent_id>.docx")
def as_sent(round_id: int, sent_id: int) -> Response:
    """The item as it went to the board."""
    with reading_session() as session:
        found = next((row for row in sent_items(session, _round(session, round_id).id) if row.id == sent_id), None)
        if found is None or service.item_rows(session, _round(session, round_id)).hidden:
            raise Refused(Obstacle.MISSING)
        return attachment_response(found.content, DOCX, f"arende-{round_id}-skickat-{sent_id}.docx")


def _item(round_id: int) -> WrittenDocument:
    with reading_session() as session:
        about = _round(session, round_id)
        return service.board_item(session, about, on=visitor.today())


@blueprint.get("/omgangar/<int:round_id>/arende.docx")
def as_word(round_id: int) -> Response:
    """As Word, in the board's language."""
    written = _item(round_id)
    with reading_session() as session:
        made = paper_docx(session, visitor.signed_in_person().board_id, written, OFFICIAL)
    return attachment_response(made, DOCX, f"arende-{round_id}.docx")


@blueprint.get("/omgangar/<int:round_id>/arende.pdf")
def as_pdf(round_id: int) -> Response:
    """As PDF, in the board's language."""
    return attachment_response(document_pdf(_item(round_id), OFFICIAL), PDF, f"arende-{round_id}.pdf")
