"""Money: payments to make, reclaims and what comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.cases.models.cases import find_case
from vetting.cases.pages.cases import act_on_case
from vetting.cases.services.cases import open_case
from vetting.decisions.models import decisions
from vetting.decisions.models.decisions import Decision
from vetting.decisions.services import communications
from vetting.decisions.services.decision_makers import decided_by
from vetting.gates.services import before_decision
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.payments import models as payments
from vetting.payments.domain.reclaims import EstablishedBy, ReclaimGround, remaining_amount
from vetting.payments.forms import NewAccountForm
from vetting.payments.services import bank_accounts, payment_stops
from vetting.payments.services import payments as service
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import (
    choice_of,
    in_transaction,
    posted_amount,
    posted_day,
    posted_decision_form,
    posted_form,
    posted_text,
    posted_version,
    redirect_after_post,
    rules_in_use,
    unreadable_day,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from flask import Response

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession

blueprint = Blueprint("payments", __name__)


@blueprint.get("/utbetalningar")
def index() -> str:
    """What is to be paid, and what has been."""
    return _index(())


def _index(problems: tuple[Problem, ...]) -> str:
    with reading_session() as session:
        rows = payments.payments(session, visitor.signed_in_person())
        known = bank_accounts.bank_accounts_of(session, [case for _, case in rows], visitor.signed_in_person())
        stopped = decisions.standing_stops(session, [case.id for payment, case in rows if payment.stopped_on])
        makers = before_decision.makers_of(session, visitor.signed_in_person(), visitor.today())
    return render_template(
        "payments/index.html",
        rows=rows,
        accounts=known,
        stops=stopped,
        makers=makers,
        problems=problems,
        typed=request.form,
        today=visitor.today(),
        form=(request.view_args or {}).get("payment_id"),
    )


@blueprint.post("/utbetalningar/<int:payment_id>")
def pay(payment_id: int) -> Response:
    """Marks one as paid."""
    paid_on = posted_day("paid_on") if posted_text("paid_on") else visitor.today()
    try:
        if paid_on is None:
            raise Refused(Obstacle.INVALID, unreadable_day("paid_on"))
        in_transaction(
            lambda session: service.mark_paid(
                session,
                payment_id,
                paid_on=_require_day(paid_on),
                version=posted_version(),
                rules=rules_in_use(),
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
        )
    except Refused as refused:
        if refused.obstacle is Obstacle.MISSING:
            raise
        status = STATUS[refused.obstacle]
        return make_response(_index(refused.problems), status)
    return redirect_after_post(url_for("payments.index"))


@blueprint.post("/arenden/<number>/konto")
def change_account(number: str) -> Response:
    """The association has said another account after the decision."""
    form = posted_form(NewAccountForm, key="account")
    return act_on_case(
        number,
        form,
        lambda session: bank_accounts.change_bank_account(
            session, number, form.account.data, form.how.data, by=visitor.signed_in_person(), at=visitor.now()
        ),
    )


@blueprint.post("/utbetalningar/<int:payment_id>/konto")
def check_account(payment_id: int) -> Response:
    """Somebody has asked which account is right."""
    try:
        in_transaction(
            lambda session: bank_accounts.check_bank_account(
                session,
                payment_id,
                posted_text("account"),
                posted_text("how"),
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
        )
    except Refused as refused:
        if refused.obstacle is Obstacle.MISSING:
            raise
        return make_response(_index(refused.problems), STATUS[refused.obstacle])
    return redirect_after_post(url_for("payments.index"))


@blueprint.post("/utbetalningar/<int:payment_id>/stopp")
def stop(payment_id: int) -> Response:
    """Decides that one is stopped."""
    return _decide_on_payment(payment_id, payment_stops.stop_payment)


@blueprint.post("/utbetalningar/<int:payment_id>/hav")
def lift(payment_id: int) -> Response:
    """Decides that a stopped one may be made."""
    return _decide_on_payment(payment_id, payment_stops.lift_stop)


def _decide_on_payment(payment_id: int, decide_: Callable[..., Decision]) -> Response:
    try:
        in_transaction(
            lambda session: decide_(
                session,
                payment_id,
                posted_text("reasons"),
                by=visitor.signed_in_person(),
                at=visitor.now(),
                form=posted_decision_form(),
            )
        )
    except Refused as refused:
        if refused.obstacle is not Obstacle.CLOSED:
            raise
        return make_response(_index(refused.problems), STATUS[Obstacle.INVALID])
    return redirect_after_post(url_for("payments.index"))


def _ordinary_deadline() -> date:
    """The day to reply when nobody has said another."""
    with reading_session() as session:
        return communications.ordinary_deadline(session, visitor.signed_in_person().board_id, visitor.today())


def _require_day(found: date | None) -> date:
    if found is None:
        raise TypeError(found)
    return found


@blueprint.get("/aterkrav")
def reclaims() -> str:
    """The reclaims there are."""
    with reading_session() as session:
        rows = payments.reclaims(session, visitor.signed_in_person())
        sums = payments.sums_by_reclaim(session, [reclaim.id for reclaim, _ in rows])
    back: dict[int, int] = {}
    for (key, _kind), total in sums.items():
        back[key] = back.get(key, 0) + total
    return render_template("payments/reclaims.html", rows=rows, back=back, today=visitor.today())


@blueprint.get("/arenden/<number>/aterkrav")
def new_reclaim(number: str) -> str:
    """The form for a reclaim of a paid grant."""
    return _new_reclaim(number, ())


def _new_reclaim(number: str, problems: tuple[Problem, ...]) -> str:
    with reading_session() as session:
        case = find_case(session, visitor.signed_in_person(), number)
        if case is None:
            raise Refused(Obstacle.MISSING)
        made = decisions.of_case(session, case.id)
        paid = [row for row in payments.of_case(session, case.id) if row.paid_on]
    reserved = any("reclaim" in decision.reservations for decision in made if decision.kind == "grant")
    return render_template(
        "payments/new_reclaim.html",
        case=case,
        problems=problems,
        typed=request.form,
        reserved=reserved,
        paid=sum(row.amount for row in paid),
    )


@blueprint.post("/arenden/<number>/aterkrav")
def open_reclaim(number: str) -> Response:
    """Opens it."""
    try:
        if posted_text("ground") not in list(ReclaimGround) or posted_text("established_by") not in list(EstablishedBy):
            in_transaction(
                lambda session: open_case(session, number, by=visitor.signed_in_person(), action=Action.RECLAIM)
            )
            raise Refused(Obstacle.INVALID, unreadable_day("established_on"))
        given = service.NewReclaim(
            ground=choice_of("ground", ReclaimGround),
            amount=posted_amount("amount") or 0,
            established_by=choice_of("established_by", EstablishedBy),
            established_on=posted_day("established_on") or visitor.today() + timedelta(days=1),
            reference=posted_text("reference"),
            reasons=posted_text("reasons"),
            without_reservation=posted_text("without_reservation"),
        )
        found = in_transaction(
            lambda session: service.open_reclaim(
                session, number, given, by=visitor.signed_in_person(), at=visitor.now()
            )
        )
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        return make_response(_new_reclaim(number, refused.problems), STATUS[Obstacle.INVALID])
    return redirect_after_post(url_for("payments.show", reclaim_number=found.number))


@blueprint.get("/aterkrav/<reclaim_number>")
def show(reclaim_number: str) -> str:
    """One reclaim: ground, told, decided, what came back, what remains."""
    return _render_reclaim(reclaim_number, ())


def _render_reclaim(reclaim_number: str, problems: tuple[Problem, ...]) -> str:
    person: Person = visitor.signed_in_person()
    with reading_session() as session:
        found = payments.find_reclaim(session, person, reclaim_number)
        if found is None:
            raise Refused(Obstacle.MISSING)
        reclaim, case = found
        entries = payments.ledger_of_reclaim(session, reclaim.id)
        decision = session.get(Decision, reclaim.reclaim_decision_id) if reclaim.reclaim_decision_id else None
        makers = before_decision.makers_of(session, person, visitor.today())
    return render_template(
        "payments/show.html",
        makers=makers,
        reclaim=reclaim,
        case=case,
        entries=entries,
        decision=decision,
        decider=decided_by(decision, person.board) if decision is not None else None,
        left=remaining_amount(reclaim.amount, (entry.amount for entry in entries)),
        problems=problems,
        typed=request.form,
        today=visitor.today(),
    )


def _step(reclaim_number: str, work: Callable[[WritingSession], object]) -> Response:
    """One step of a reclaim; when it is refused, its page says why and keeps what was typed."""
    try:
        in_transaction(work)
    except Refused as refused:
        if refused.obstacle in {Obstacle.MISSING, Obstacle.FORBIDDEN}:
            raise
        status = STATUS[refused.obstacle]
        return make_response(_render_reclaim(reclaim_number, refused.problems), status)
    return redirect_after_post(url_for("payments.show", reclaim_number=reclaim_number))


def _day_or_today(name: str) -> date:
    """The day given; tomorrow, which no service takes, for one that cannot be read."""
    return (posted_day(name) or visitor.today() + timedelta(days=1)) if posted_text(name) else visitor.today()


@blueprint.post("/aterkrav/<reclaim_number>/kommunicera")
def communicate(reclaim_number: str) -> Response:
    """Tells the association, with time to answer."""
    reply_by = (posted_day("reply_by") or visitor.today()) if posted_text("reply_by") else _ordinary_deadline()
    return _step(
        reclaim_number,
        lambda session: service.communicate_reclaim(
            session, reclaim_number, reply_by=reply_by, by=visitor.signed_in_person(), at=visitor.now()
        ),
    )


@blueprint.post("/aterkrav/<reclaim_number>/svar")
def reply(reclaim_number: str) -> Response:
    """What the association answered."""
    return _step(
        reclaim_number,
        lambda session: service.note_reclaim_reply(
            session,
            reclaim_number,
            posted_text("reply"),
            replied_on=_day_or_today("on"),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/aterkrav/<reclaim_number>/besluta")
def decide(reclaim_number: str) -> Response:
    """Decides it."""
    return _step(
        reclaim_number,
        lambda session: service.decide_reclaim(
            session,
            reclaim_number,
            version=posted_version(),
            form=posted_decision_form(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/aterkrav/<reclaim_number>/inbetalning")
def receive(reclaim_number: str) -> Response:
    """Money that came back."""
    return _step(
        reclaim_number,
        lambda session: service.receive_payment(
            session,
            reclaim_number,
            posted_amount("amount") or 0,
            on=_day_or_today("on"),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )
