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
from vetting.web.view_helpers import act_by_form, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.engine.criteria import Criterion
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.web.forms import PostedForm

blueprint = Blueprint("support", __name__)


@blueprint.get("/foreningar/<int:association_id>/stod")
def show(association_id: int) -> str:
    """What an association has of the board, what has been done, and what is proposed."""
    return _show(association_id)


def _show(association_id: int, refused: PostedForm | None = None) -> str:
    visitor.signed_in_person()
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
    """What a proposal can be about."""
    return criteria_of_running_support(session, visitor.signed_in_person().board_id, on=visitor.today())


def _act(association_id: int, form: PostedForm, work: Callable[[WritingSession], object]) -> Response:
    return act_by_form(
        form,
        work,
        onto=url_for("support.show", association_id=association_id),
        again=lambda refused: _show(association_id, refused),
    )


@blueprint.post("/foreningar/<int:association_id>/stod")
def propose(association_id: int) -> Response:
    """Writes a proposal for each that is ticked."""
    form = posted_form(EndSupportForm, key="end")
    return _act(
        association_id,
        form,
        lambda session: service.propose_endings(
            session,
            association_id,
            payments=form.payments,
            bookings=form.booking.data,
            reasons=form.reasons.data,
            criterion=form.about(_criteria(session)),
        ),
    )


@blueprint.post("/foreningar/<int:association_id>/stod/<int:ending_id>/hord")
def tell(association_id: int, ending_id: int) -> Response:
    """The association has got the material, or is heard afterwards."""
    form = posted_form(EndingCommunicationForm, key=f"told-{ending_id}")
    return _act(
        association_id,
        form,
        lambda session: service.communicate_ending(
            session, ending_id, reply_by=form.reply_by.data, heard_after=form.heard_after.data
        ),
    )


@blueprint.post("/foreningar/<int:association_id>/stod/<int:ending_id>/svar")
def reply(association_id: int, ending_id: int) -> Response:
    """What the association answered."""
    form = posted_form(ReplyOnEndingForm, key=f"reply-{ending_id}")
    return _act(association_id, form, lambda session: service.note_reply_on_ending(session, ending_id, form.reply.data))


@blueprint.post("/foreningar/<int:association_id>/stod/<int:ending_id>/aterta")
def withdraw(association_id: int, ending_id: int) -> Response:
    """The support goes on."""
    return _act(
        association_id, posted_form(EndingWithdrawnForm), lambda session: service.withdraw_ending(session, ending_id)
    )


@blueprint.post("/foreningar/<int:association_id>/stod/<int:ending_id>/beslut")
def decide(association_id: int, ending_id: int) -> Response:
    """Decides one proposed stop."""
    form = posted_form(EndingDecidedForm, key=f"decided-{ending_id}")
    return _act(
        association_id,
        form,
        lambda session: service.decide_stop(
            session,
            ending_id,
            version=form.version.data,
            values=[criterion.id for criterion in _criteria(session).values() if criterion.value_criterion],
            form=form.how(),
        ),
    )
