"""All support of one association on a page, and the proposals to end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting import casework
from vetting.bookings.domain.room_bookings import PRICE_WORDS, PriceClass
from vetting.casework import outcome_in_words
from vetting.money.domain.support_endings import ENDING_WORDS
from vetting.money.forms.support_endings import (
    EndingCommunicationForm,
    EndingDecidedForm,
    EndingWithdrawnForm,
    EndSupportForm,
    FormsOfEndings,
    ReplyOnEndingForm,
)
from vetting.money.services import support_endings as service
from vetting.rules import criteria_of_running_support
from vetting.web import visitor
from vetting.web.page_actions import PageActions
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from vetting.engine.criteria import Criterion
    from vetting.kernel.store.session import Session
    from vetting.web.forms import PostedForm

blueprint = Blueprint("support", __name__)


@blueprint.get("/foreningar/<int:association_id>/stod")
def show(association_id: int) -> str:
    """What an association has of the board, what has been done, and what is proposed."""
    return _show(association_id)


def _show(association_id: int, refused: PostedForm | None = None) -> str:
    with reading_session() as session:
        association = casework.find_association(session, association_id)
        found = service.support_of(session, association.id, on=visitor.today(), now=visitor.now())
        makers = casework.makers_of(session, visitor.today())
        criteria = _criteria(session)
    return render_template(
        "money/support/show.html",
        association=association,
        support=found,
        makers=makers,
        refused=refused,
        forms=FormsOfEndings(refused, criteria),
        ending_words=ENDING_WORDS,
        prices={price.value: PRICE_WORDS[price] for price in PriceClass},
        measure_words=outcome_in_words,
    )


def _criteria(session: Session) -> dict[str, Criterion]:
    return criteria_of_running_support(session, visitor.signed_in_person().board_id, on=visitor.today())


page_actions = PageActions[int](
    blueprint,
    "/foreningar/<int:association_id>",
    page=_show,
    onto=lambda association_id: url_for("support.show", association_id=association_id),
)
page_actions.add(
    "propose",
    "/stod",
    EndSupportForm,
    lambda session, form, association_id: service.propose_endings(
        session,
        association_id,
        payments=form.payments,
        bookings=form.booking.data,
        reasons=form.reasons.data,
        criterion=form.about(_criteria(session)),
    ),
    key="end",
)
page_actions.add_of_row(
    "tell",
    "/stod/<int:ending_id>/hord",
    EndingCommunicationForm,
    lambda session, form, _association_id, ending_id: service.communicate_ending(
        session, ending_id, reply_by=form.reply_by.data, heard_after=form.heard_after.data
    ),
    key="told-{1}",
)
page_actions.add_of_row(
    "reply",
    "/stod/<int:ending_id>/svar",
    ReplyOnEndingForm,
    lambda session, form, _association_id, ending_id: service.note_reply_on_ending(session, ending_id, form.reply.data),
    key="reply-{1}",
)
page_actions.add_of_row(
    "withdraw",
    "/stod/<int:ending_id>/aterta",
    EndingWithdrawnForm,
    lambda session, _form, _association_id, ending_id: service.withdraw_ending(session, ending_id),
)
page_actions.add_of_row(
    "decide",
    "/stod/<int:ending_id>/beslut",
    EndingDecidedForm,
    lambda session, form, _association_id, ending_id: service.decide_stop(
        session,
        ending_id,
        version=form.version.data,
        values=[criterion.id for criterion in _criteria(session).values() if criterion.value_criterion],
        form=form.how(),
    ),
    key="decided-{1}",
)
