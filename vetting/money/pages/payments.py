"""Money: payments to make, reclaims and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, render_template, request, url_for

from vetting import casework
from vetting.casework import decided_by, has_answered_on_conflict, prefetch_conflict_answers
from vetting.casework.models import decisions
from vetting.casework.models.cases import find_case
from vetting.casework.models.decisions import Decision
from vetting.grants.domain.instalments import InstalmentCondition
from vetting.kernel.money import kronor
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _, day_in_words, same_in_both
from vetting.money.domain.attests import ATTEST_WORDS, AttestKind, next_attest
from vetting.money.domain.reclaims import (
    COLLECTION_WORDS,
    LEDGER_WORDS,
    RECLAIM_ACT_NEEDS,
    basis_in_words,
    credit_amount,
    limitation_day,
    remaining_amount,
)
from vetting.money.forms.payments import (
    AccountCheckForm,
    AttestForm,
    CollectionForm,
    DespiteStopForm,
    EndPauseForm,
    EndSetOffForm,
    FormsOfPayments,
    FormsOfReclaim,
    InstalmentPapersForm,
    LiftForm,
    MoneyBackForm,
    NewAccountForm,
    NewReclaimForm,
    PaidForm,
    PauseForm,
    PaymentOverrideForm,
    ReclaimCommunicationForm,
    ReclaimDecisionForm,
    ReclaimReplyForm,
    RefundForm,
    SetOffForm,
    StopForm,
    WaiverForm,
    WriteOffForm,
)
from vetting.money.models import payments
from vetting.money.models import reclaims as claims
from vetting.money.models.unused_money import unused_to_come
from vetting.money.pages.billing_files import billing_basis_response
from vetting.money.services import attests, bank_accounts, payment_stops, set_offs
from vetting.money.services import payments as service
from vetting.money.services import reclaims as reclaim_service
from vetting.money.services.billing_bases import basis_of_reclaim
from vetting.money.services.payment_holds import end_pause, note_papers, pause_payment, waiting_payments
from vetting.rules import criteria_of_running_support
from vetting.web import visitor
from vetting.web.acting import actions_of_case
from vetting.web.page_actions import PageActions
from vetting.web.view_helpers import (
    act_by_form,
    address_of_place,
    place_in_address,
    posted_form,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.engine.criteria import Criterion
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.web.forms import PostedForm

blueprint = Blueprint("payments", __name__)
case_actions = actions_of_case(blueprint)
PAGE: Final = 25
"""Rows of a list on one page; each payment that is left to make has its form."""
RECLAIMS: Final = 50
AFTER, MADE = "efter", "betalda"


@blueprint.get("/utbetalningar")
def index() -> str:
    """What is to be paid, or what has been; a page at a time."""
    return _index()


def _index(refused: PostedForm | None = None) -> str:
    made = request.args.get(MADE) == "1"
    some = payments.payments_made if made else payments.payments_to_make
    with reading_session() as session:
        person, after = visitor.signed_in_person(), place_in_address(AFTER)
        found = some(session, after=after, most=PAGE + 1)
        if after and not found:  # the last of that page has been paid
            found = some(session, after=None, most=PAGE + 1)
        rows = found[:PAGE]
        known = bank_accounts.bank_accounts_of(session, [case for _, case in rows])
        stopped = payment_stops.stops_of_payments(session, [payment for payment, _case in rows])
        terms = payments.stop_terms(session, [row.id for row in stopped.values()])
        held = waiting_payments(session, [payment for payment, _case in rows], visitor.today())
        paused = {
            key: row
            for key, row in payments.pauses_of(session, [payment.id for payment, _case in rows]).items()
            if row.ended_on is None
        }
        taken = payments.set_offs_of(session, [payment.id for payment, _case in rows])
        makers = casework.makers_of(session, visitor.today())
        attested = payments.attests_of(session, [payment.id for payment, _case in rows])
        here = attests.attests_here(session, person.board_id)
        deciding = [case for _payment, case in rows] if person.may(Action.DECIDE) else []
        criteria = _criteria(session) if deciding else {}
        prefetch_conflict_answers(session, ((case, person.id) for case in deciding))
        answered = {case.id for case in deciding if has_answered_on_conflict(session, case, person.id)}
    last = rows[-1][0] if len(found) > PAGE else None
    return render_template(
        "money/payments/index.html",
        rows=rows,
        made=made,
        more=address_of_place((last.paid_on or last.planned_on, last.id)) if last else "",
        page=PAGE,
        here=_place_of_list(),
        accounts=known,
        stops=stopped,
        terms=terms,
        attested=attested,
        attest_words=ATTEST_WORDS,
        waits_for={
            payment.id: next_attest({row.kind for row in attested.get(payment.id, ())}) for payment, _case in rows
        }
        if here
        else {},
        attest_needs=attests.NEEDS,
        attest_route={AttestKind.FACTS: "payments.attest_facts", AttestKind.DECISION: "payments.attest_decision"},
        answered=answered,
        held=held,
        paused=paused,
        set_off={key: sum(one.amount for one in some) for key, some in taken.items()},
        waits_for_papers=InstalmentCondition.PAPERS,
        today=visitor.today(),
        makers=makers,
        refused=refused,
        forms=FormsOfPayments(refused, criteria),
        accounts_of=_accounts_to_choose,
        not_checked=bank_accounts.not_checked,
    )


def _criteria(session: Session) -> dict[str, Criterion]:
    return criteria_of_running_support(session, visitor.signed_in_person().board_id, on=visitor.today())


def _accounts_to_choose(account: bank_accounts.BankAccount) -> dict[str, Words]:
    """The accounts that one of them must be the right of: number -> the number and how it stands."""
    found = {}
    if account.number:
        found[account.number] = same_in_both(f"{account.number} ") + _("i beslutet")
    if account.waiting is not None:
        found[account.waiting.account] = same_in_both(f"{account.waiting.account} ") + _("nytt")
    if account.elsewhere and account.elsewhere[1]:
        found[account.elsewhere[1]] = same_in_both(f"{account.elsewhere[1]} {account.elsewhere[0]}")
    return found


def _place_of_list() -> dict[str, Any]:
    """Which page of the list is open: whoever acts in it stays there."""
    return {name: request.args[name] for name in (AFTER,) if request.args.get(name)}


def _mark_paid(session: WritingSession, form: PaidForm, payment_id: int) -> None:
    paid = service.mark_paid(session, payment_id, paid_on=form.paid_on.data or session.today, version=form.version.data)
    form.receipt = service.paid_in_words(session, paid)


payment_actions = PageActions[int](
    blueprint,
    "/utbetalningar/<int:payment_id>",
    page=lambda _payment_id, refused: _index(refused),
    onto=lambda _payment_id: url_for("payments.index", **_place_of_list()),
)
payment_actions.add("pay", "", PaidForm, _mark_paid, key="paid-{}")
payment_actions.add(
    "pay_anyway",
    "/anda",
    PaymentOverrideForm,
    lambda session, form, payment_id: service.pay_with_override(session, payment_id, form.because.data),
    key="against-{}",
)
payment_actions.add(
    "paid_despite_stop",
    "/trots-stopp",
    DespiteStopForm,
    lambda session, form, payment_id: service.note_paid_despite_stop(
        session,
        payment_id,
        paid_on=form.paid_on.data,
        version=form.version.data,
        verification=form.verification.data,
    ),
    key="despite-{}",
)
case_actions.add(
    "change_account",
    "/konto",
    NewAccountForm,
    lambda session, form, number: bank_accounts.change_bank_account(session, number, form.account.data, form.how.data),
    key="account",
)
payment_actions.add(
    "check_account",
    "/konto",
    AccountCheckForm,
    lambda session, form, payment_id: bank_accounts.check_bank_account(
        session, payment_id, form.account.data, form.chosen(), form.how.data
    ),
    key="check-{}",
)
payment_actions.add(
    "attest_facts",
    "/sakattest",
    AttestForm,
    lambda session, form, payment_id: attests.attest(session, payment_id, AttestKind.FACTS, version=form.version.data),
    key="attest-{}",
)
payment_actions.add(
    "attest_decision",
    "/beslutsattest",
    AttestForm,
    lambda session, form, payment_id: attests.attest(
        session, payment_id, AttestKind.DECISION, version=form.version.data
    ),
    key="attest-{}",
)
payment_actions.add(
    "stop",
    "/stopp",
    StopForm,
    lambda session, form, payment_id: payment_stops.stop_payment(
        session, payment_id, form.reasons.data, terms=form.terms(_criteria(session)), form=form.how()
    ),
    key="stop-{}",
)
payment_actions.add(
    "pause",
    "/avvakta",
    PauseForm,
    lambda session, form, payment_id: pause_payment(session, payment_id, form.chosen()),
    key="pause-{}",
)
payment_actions.add(
    "go_on", "/slapp", EndPauseForm, lambda session, _form, payment_id: end_pause(session, payment_id), key="pause-{}"
)
payment_actions.add(
    "papers",
    "/handlingar",
    InstalmentPapersForm,
    lambda session, _form, payment_id: note_papers(session, payment_id),
    key="papers-{}",
)
payment_actions.add(
    "lift",
    "/hav",
    LiftForm,
    lambda session, form, payment_id: payment_stops.lift_stop(session, payment_id, form.reasons.data, form=form.how()),
    key="lift-{}",
)


@blueprint.get("/aterkrav")
def reclaims() -> str:
    """The reclaims there are, a page at a time."""
    with reading_session() as session:
        before = whole_number_in_address(AFTER)
        found = claims.reclaims(session, before=before, most=RECLAIMS + 1)
        rows = found[:RECLAIMS]
        sums = claims.sums_by_reclaim(session, [reclaim.id for reclaim, _ in rows])
        unused = unused_to_come(session, RECLAIMS) if before is None else ()
    back: dict[int, int] = {}
    for (key, _kind), total in sums.items():
        back[key] = back.get(key, 0) + total
    more = rows[-1][0].id if len(found) > RECLAIMS else None
    return render_template(
        "money/payments/reclaims.html",
        rows=rows,
        back=back,
        unused=unused,
        today=visitor.today(),
        more=more,
        page=RECLAIMS,
    )


@blueprint.get("/arenden/<number>/aterkrav")
def new_reclaim(number: str) -> str:
    """The form for a reclaim of a paid grant."""
    return _new_reclaim(number)


def _new_reclaim(number: str, form: NewReclaimForm | None = None) -> str:
    with reading_session() as session:
        case = find_case(session, number)
        if case is None:
            raise Refused(Obstacle.MISSING)
        made = decisions.of_case(session, case.id)
        paid = [row for row in payments.of_case(session, case.id) if row.paid_on]
    reserved = any("reclaim" in decision.reservations for decision in made if decision.kind == case.kind)
    return render_template(
        "money/payments/new_reclaim.html",
        case=case,
        form=(form or NewReclaimForm()).of_kind(case.kind),
        reserved=reserved,
        paid=sum(row.amount for row in paid),
    )


@blueprint.post("/arenden/<number>/aterkrav")
def open_reclaim(number: str) -> Response:
    form = posted_form(NewReclaimForm)
    return act_by_form(
        form,
        lambda session: reclaim_service.open_reclaim(session, number, form.command()),
        onto=lambda reclaim: url_for("payments.show", reclaim_number=reclaim.number),
        again=lambda refused: _new_reclaim(number, refused),
    )


@blueprint.get("/aterkrav/<reclaim_number>")
def show(reclaim_number: str) -> str:
    """One reclaim: ground, told, decided, what came back, what remains."""
    return _render_reclaim(reclaim_number)


def _render_reclaim(reclaim_number: str, refused: PostedForm | None = None) -> str:
    person: Person = visitor.signed_in_person()
    with reading_session() as session:
        found = claims.find_reclaim(session, reclaim_number)
        if found is None:
            raise Refused(Obstacle.MISSING)
        reclaim, case = found
        entries = claims.ledger_of_reclaim(session, reclaim.id)
        notes = claims.collection_notes(session, [reclaim.id]).get(reclaim.id, [])
        decision = session.get(Decision, reclaim.reclaim_decision_id) if reclaim.reclaim_decision_id else None
        makers = casework.makers_of(session, visitor.today())
        decided_on = decision.decided_on if decision is not None else None
        step = reclaim_service.reclaim_step(reclaim, decided_on, visitor.today())
        answered = has_answered_on_conflict(session, case, person.id)
        coming = set_offs.payments_to_set_off_against(session, case) if person.may(Action.RECLAIM) else []
        waiting = payments.set_offs_on(session, reclaim.id)
    return render_template(
        "money/payments/show.html",
        coming={
            str(payment.id): same_in_both(f"{its.number}-{payment.place} ") + kronor(payment.amount)
            for payment, its in coming
        },
        set_offs=waiting,
        step=step,
        mine=step is not None and step.act in RECLAIM_ACT_NEEDS and person.may(RECLAIM_ACT_NEEDS[step.act]),
        answered_on_conflict=answered,
        makers=makers,
        reclaim=reclaim,
        case=case,
        entries=entries,
        notes=notes,
        ledger_words=LEDGER_WORDS,
        collection_words=COLLECTION_WORDS,
        basis=basis_in_words(reclaim.established_by, day_in_words(reclaim.established_on), reclaim.reference),
        limitation=limitation_day(decision.decided_on) if decision is not None else None,
        decision=decision,
        decider=decided_by(decision, person.board) if decision is not None else None,
        left=remaining_amount(reclaim.amount, (entry.amount for entry in entries)),
        credit=credit_amount(reclaim.amount, (entry.amount for entry in entries)),
        refused=refused,
        forms=FormsOfReclaim(reclaim.version, refused),
        today=visitor.today(),
    )


reclaim_actions = PageActions[str](
    blueprint,
    "/aterkrav/<reclaim_number>",
    page=_render_reclaim,
    onto=lambda reclaim_number: url_for("payments.show", reclaim_number=reclaim_number),
)
reclaim_actions.add(
    "communicate",
    "/kommunicera",
    ReclaimCommunicationForm,
    lambda session, form, reclaim_number: reclaim_service.communicate_reclaim(
        session, reclaim_number, reply_by=form.reply_by.data
    ),
    key="communicate",
)
reclaim_actions.add(
    "reply",
    "/svar",
    ReclaimReplyForm,
    lambda session, form, reclaim_number: reclaim_service.note_reclaim_reply(
        session, reclaim_number, form.reply.data, replied_on=visitor.today()
    ),
    key="reply",
)
reclaim_actions.add(
    "decide",
    "/besluta",
    ReclaimDecisionForm,
    lambda session, form, reclaim_number: reclaim_service.decide_reclaim(
        session, reclaim_number, version=form.version.data, weighed=form.weighed.data, form=form.how()
    ),
    key="decide",
)
reclaim_actions.add(
    "receive",
    "/inbetalning",
    MoneyBackForm,
    lambda session, form, reclaim_number: reclaim_service.receive_payment(
        session, reclaim_number, form.amount.data or 0, on=form.on.data or visitor.today(), more=form.more.data
    ),
    key="receive",
)
reclaim_actions.add(
    "refund",
    "/aterbetalt",
    RefundForm,
    lambda session, form, reclaim_number: reclaim_service.note_refund(
        session, reclaim_number, on=form.on.data or visitor.today()
    ),
    key="refund",
)
reclaim_actions.add(
    "follow",
    "/reskontra",
    CollectionForm,
    lambda session, form, reclaim_number: reclaim_service.note_collection(
        session, reclaim_number, form.command(visitor.today())
    ),
    key="collection",
)
reclaim_actions.add(
    "waive",
    "/efterge",
    WaiverForm,
    lambda session, form, reclaim_number: reclaim_service.waive_reclaim(
        session, reclaim_number, form.amount.data or 0, form.reasons.data, form=form.how()
    ),
    key="waiver",
)
reclaim_actions.add(
    "offset",
    "/kvitta",
    SetOffForm,
    lambda session, form, reclaim_number: set_offs.set_off(session, reclaim_number, form.command()),
    key="set_off",
)
reclaim_actions.add_of_row(
    "end_offset",
    "/kvittning/<int:set_off_id>/bort",
    EndSetOffForm,
    lambda session, _form, _reclaim_number, set_off_id: set_offs.end_set_off(session, set_off_id),
)
reclaim_actions.add(
    "write_off",
    "/avskriv",
    WriteOffForm,
    lambda session, form, reclaim_number: reclaim_service.write_off(session, reclaim_number, form.text.data),
    key="write_off",
)


@blueprint.get("/aterkrav/<reclaim_number>/underlag.<any(docx, xlsx):file_kind>")
def billing_basis(reclaim_number: str, file_kind: str) -> Response:
    with reading_session() as session:
        found = basis_of_reclaim(session, reclaim_number)
        return billing_basis_response(session, found, file_kind)
