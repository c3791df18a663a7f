"""Taking a confirmed booking back: a page that asks for all that such a decision needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.bookings.domain.rescissions import RESCISSION_GROUND_WORDS, NewRescission, RescissionGround
from vetting.bookings.services import rescissions as service
from vetting.bookings.services.letting import terms_of_booking
from vetting.gates.domain.before_decision import DecisionOutcome
from vetting.gates.services import before_decision
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.office.services.case_files import case_file
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import (
    in_transaction,
    posted_decision_form,
    posted_text,
    posted_version,
    redirect_after_post,
    rules_in_use,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.kernel.problem import Problem

blueprint = Blueprint("rescissions", __name__)


@blueprint.get("/arenden/<number>/avboka")
def new(number: str) -> str:
    """What is asked before a booking is taken back."""
    return _page(number, ())


def _page(number: str, problems: tuple[Problem, ...]) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        file = case_file(session, number, rules=rules_in_use(), by=person, on=visitor.today())
        if file.kind is not CaseKind.BOOKING:
            raise Refused(Obstacle.MISSING)
        _, terms = terms_of_booking(session, file.case)
        held = before_decision.delegation_for(
            session, file.kind.value, person, on=visitor.today(), outcome=DecisionOutcome.REFUSED
        )
        makers = before_decision.makers_of(session, person, visitor.today())
    return render_template(
        "bookings/rescissions/new.html",
        file=file,
        case=file.case,
        problems=problems,
        typed=request.form,
        held=held,
        makers=makers,
        grounds=RESCISSION_GROUND_WORDS,
        terms=terms.splitlines(),
    )


@blueprint.post("/arenden/<number>/avboka")
def decide(number: str) -> Response:
    """Decides it."""
    ground = posted_text("ground")
    given = NewRescission(
        ground=RescissionGround(ground) if ground in list(RescissionGround) else None,
        term=posted_text("term"),
        act=posted_text("act"),
        heard=posted_text("heard"),
        not_heard_because=posted_text("not_heard_because"),
        proportionality=posted_text("proportionality"),
        without_terms_because=posted_text("without_terms_because"),
        acts_not_opinions=bool(request.form.get("acts_not_opinions")),
    )
    try:
        made = in_transaction(
            lambda s: service.rescind_booking(
                s,
                number,
                given,
                version=posted_version(),
                form=posted_decision_form(),
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
        )
    except Refused as refused:
        if refused.obstacle in {Obstacle.MISSING, Obstacle.FORBIDDEN} or not refused.problems:
            raise
        return make_response(_page(number, refused.problems), STATUS[refused.obstacle])
    return redirect_after_post(url_for("deciding.show", decision_id=made.id))
