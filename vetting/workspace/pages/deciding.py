"""Deciding: what waits, the proposal, the confirming page, the decision as a text to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, url_for
from sqlalchemy import select

from vetting import casework
from vetting.associations.models.associations import Association
from vetting.casework import (
    copy_decision,
    correct_slip,
    corrected_in_words,
    decision_sentence,
    like_cases,
    open_case_to_read,
)
from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.domain.exceptions import exception_asked
from vetting.casework.models.cases import Case, current_marks, find_case, visible_cases
from vetting.casework.models.corrections import corrections_of_decision
from vetting.casework.models.decisions import Decision, events_of
from vetting.grants.domain.instalments import plan_in_words
from vetting.grants.models.rounds import Round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import FAVOURABLE
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import ROLE_WORDS, Action, Role
from vetting.kernel.text import _, same_in_both
from vetting.money import bank_accounts_of, instalments_of, not_checked
from vetting.money.models.reclaims import Reclaim
from vetting.people.models.delegation import absences, delegations
from vetting.people.models.people import Board, names_of
from vetting.rules.models import RuleVersion
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.forms import FormsOfPage, PostedForm
from vetting.web.page_actions import PageActions
from vetting.web.preferences import translate
from vetting.web.view_helpers import KEY, act_by_form, in_transaction, posted_form, redirect_after_post
from vetting.web.visitor import reading_session
from vetting.workspace.forms.deciding import (
    AmountChangeForm,
    DecisionByForm,
    DecisionCopyForm,
    DecisionEventForm,
    FormsOfReviewing,
    ManyDecisionsForm,
    ProposalForm,
    QuestionBackForm,
    SlipForm,
    proposal_form,
)
from vetting.workspace.services import waiting_decisions
from vetting.workspace.services.case_files import CaseFile, case_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from vetting.kernel.store.session import ReadingSession
    from vetting.money.domain.payment_holds import WaitingPayment
    from vetting.people.models.delegation import Delegation

READY_PROPOSAL: Final = _("Förslaget är sparat. Ärendet ligger hos beslutsfattaren.")
blueprint = Blueprint("deciding", __name__)


@blueprint.get("/att-besluta")
def index() -> str:
    """The cases that are ready, for whoever decides."""
    return _index()


def _index(refused: PostedForm | None = None, done: tuple[str, ...] = ()) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        found = waiting_decisions.cases_to_decide(session, on=visitor.today())
        held = casework.delegation_for(session, CaseKind.GRANT.value, on=visitor.today())
        to_end = casework.count_to_end(session) if CaseKind.GRANT in person.kinds(Action.DECIDE) else 0
        items = waiting_decisions.items_to_decide(session)
        rounds = {item.case.round_id for item in found if item.case.round_id is not None}
        money = casework.money_of_rounds(session, rounds)
        away = [row for row in absences(session, person.board_id, visitor.today()) if row.user_id == person.id]
    return render_template(
        "workspace/deciding/index.html",
        waiting=found,
        to_end=to_end,
        items=items,
        money=list(money.values()),
        held=held,
        refused=refused,
        done=done,
        away=away,
        today=visitor.today(),
    )


@blueprint.post("/att-besluta")
def in_list() -> Response | str:
    """Those chosen in the list, each as proposed and in a transaction of its own."""
    form, made = posted_form(ManyDecisionsForm), []
    for value in form.case.data:
        number, _unused, draft_version = value.partition("/")
        try:
            in_transaction(
                lambda s, n=number, v=draft_version: waiting_decisions.decide_as_proposed(  # type: ignore[misc]
                    s, n, int(v) if KEY.fullmatch(v) else 0
                )
            )
            made.append(number)
        except Refused as refused:
            form.tell(Problem(number, same_in_both(f"{number}: ") + p.what, p.remedy) for p in refused.problems)
    if form.problems:
        return make_response(_index(form, tuple(made)), STATUS[Obstacle.CLOSED])
    return _index(None, tuple(made))


@blueprint.get("/att-besluta/<number>")
def review(number: str) -> str:
    """One case on one screen: proposal, the reasons as they will be sent, what speaks against, the group, likeness."""
    return _review(number)


def _review(number: str, refused: PostedForm | None = None) -> str:
    with reading_session() as session:
        file = case_file(session, number, on=visitor.today())
        closed = (
            casework.gates_holding_decision(session, file.case, file.draft, on=visitor.today()) if file.draft else ()
        )
        against = (
            [f for f in file.screening.findings if f.criterion.id in file.situation.not_met] if file.screening else []
        )
        held = (
            casework.right_to(session, file.case, file.draft, on=visitor.today(), screening=file.screening)
            if file.draft
            else None
        )
        money = casework.money_beside(session, file.case)
        account = _account(session, file)
        criteria = [item.criterion.id for item in against]
        alike = like_cases(session, file.case, file.draft, criteria)
        waived = [
            mark for mark in current_marks(session, file.case) if mark.kind is CaseMarkKind.GAP_ACCEPTED and mark.about
        ]
    return render_template(
        "workspace/deciding/review.html",
        file=file,
        closed=closed,
        against=against,
        alike=alike,
        waived=waived,
        refused=refused,
        held=held,
        money=money,
        account=account,
        at_once=file.draft is not None and file.draft.outcome in FAVOURABLE and not against and not file.running,
        forms=FormsOfReviewing(file.draft.version, file.draft.amount, refused) if file.draft else None,
    )


def _account(session: ReadingSession, file: CaseFile) -> WaitingPayment | None:
    """What the account of a grant that is proposed waits for before anything is paid: it can be decided before."""
    if file.draft is None or file.draft.outcome not in FAVOURABLE or file.kind is not CaseKind.GRANT:
        return None
    return not_checked(bank_accounts_of(session, [file.case])[file.case.id])


@blueprint.post("/att-besluta/<number>/belopp")
def change_amount(number: str) -> Response:
    form = posted_form(AmountChangeForm, key="amount")
    return act_by_form(
        form,
        lambda s: waiting_decisions.change_amount(
            s, number, form.amount.data or 0, form.because.data, draft_version=form.draft_version.key
        ),
        onto=url_for("deciding.review", number=number),
        again=lambda refused: _review(number, refused),
    )


@blueprint.post("/att-besluta/<number>/fraga")
def ask_back(number: str) -> Response:
    """Back with a question."""
    form = posted_form(QuestionBackForm, key="question")
    return act_by_form(
        form,
        lambda s: waiting_decisions.ask_back(s, number, form.question.data),
        onto=url_for("deciding.index"),
        again=lambda refused: _review(number, refused),
    )


@blueprint.get("/arenden/<number>/beslut")
def draft(number: str) -> str:
    """The proposal, with reasons drafted from the assessed points."""
    return _draft_page(number)


def _draft_page(number: str, refused: PostedForm | None = None) -> str:
    with reading_session() as session:
        found = case_file(session, number, on=visitor.today())
        scheme = delegations(session, found.case.board_id)
        names = names_of(session, {row.user_id for row in scheme if row.user_id is not None})
        closed = (
            casework.gates_holding_decision(session, found.case, found.draft, on=visitor.today())
            if found.draft and visitor.signed_in_person().may(Action.DECIDE)
            else ()
        )
        money = casework.money_beside(session, found.case)
    return render_template(
        "workspace/deciding/draft.html",
        file=found,
        refused=refused,
        form=_proposal(found, refused),
        scheme=[(row, _holder(row, names)) for row in scheme if found.kind.value in row.kinds],
        plan_in_words=plan_in_words,
        closed=closed,
        money=money,
    )


def _proposal(file: CaseFile, refused: PostedForm | None) -> ProposalForm:
    """The form of the proposal: as it was refused, as it was saved, or with drafted reasons."""
    draft = file.draft
    known: dict[str, object] = {"version": file.case.version}
    if draft is None:
        suggested = casework.of_refusal(file) or casework.of_approval(file.case, file.screening)
        conditions = "\n".join(file.usual_conditions)
        known |= {"reasons": suggested, "reservation": tuple(file.usual_reservations), "conditions": conditions}
        known |= casework.proposed_outcome(file.case, file.screening) or casework.not_completed(
            file.screening, file.completions, file.missing, on=visitor.today()
        )
    else:
        known |= {
            "outcome": draft.outcome,
            "amount": draft.amount,
            "against_group": draft.against_group,
            "over_frame": draft.over_frame,
            "exception": draft.exception,
            "reasons": draft.reasons,
            "ground": tuple(draft.grounds),
            "conditions": "\n".join(draft.conditions),
            "reservation": tuple(draft.reservations),
            "instalments": draft.instalments,
        }
    if isinstance(refused, ProposalForm):
        form = refused
        form.carry(version=file.case.version)
    else:
        form = proposal_form(file.kind)(known=known)
    form.exception.words = exception_asked(file.situation.not_met_labels.values())
    return form


def _holder(row: Delegation, names: Mapping[int, str]) -> str:
    """Who has a right of the scheme: a person, or whoever holds a function."""
    return names.get(row.user_id, "") if row.user_id is not None else translate(ROLE_WORDS[Role(row.function)])


@blueprint.post("/arenden/<number>/beslut")
def propose(number: str) -> Response:
    """Keeps the proposal."""
    with reading_session() as session:
        case = find_case(session, number)
    if case is None:
        raise Refused(Obstacle.MISSING)
    form = posted_form(proposal_form(case.kind))
    if case.state is CaseState.READY:
        form.receipt = READY_PROPOSAL
    return act_by_form(
        form,
        lambda session: casework.propose_decision(session, number, form.command(), version=form.version.data),
        onto=url_for("deciding.draft", number=number),
        again=lambda refused: _draft_page(number, refused),
    )


@blueprint.get("/arenden/<number>/beslut/bekrafta")
def confirm(number: str) -> Response | str:
    return _confirm_page(number) or redirect_after_post(url_for("cases.show", number=number))


def _confirm_page(number: str, refused: DecisionByForm | None = None) -> str:
    """The page; empty where there is nothing to decide."""
    with reading_session() as session:
        found = case_file(session, number, on=visitor.today())
        if found.draft is None or not found.open:
            return ""
        closed = casework.gates_holding_decision(session, found.case, found.draft, on=visitor.today())
        held = casework.right_to(session, found.case, found.draft, on=visitor.today(), screening=found.screening)
        money = casework.money_beside(session, found.case)
        account = _account(session, found)
    return render_template(
        "workspace/deciding/confirm.html",
        file=found,
        account=account,
        money=money,
        closed=closed,
        held=held,
        form=FormsOfPage(refused).form(DecisionByForm, known={"draft_version": found.draft.version}),
        favourable=FAVOURABLE,
    )


def _decision_form(number: str) -> DecisionByForm:
    form = posted_form(DecisionByForm)
    form.receipt = _("Beslutet i {number} är fattat. Handläggaren skickar det.", number=number)
    return form


@blueprint.post("/arenden/<number>/beslut/bekrafta")
def decide(number: str) -> Response:
    """Decides; once, and only when every gate is open."""
    form = _decision_form(number)
    return act_by_form(
        form,
        lambda session: casework.decide(session, number, draft_version=form.draft_version.key, form=form.how()),
        onto=lambda decision: url_for("deciding.show", decision_id=decision.id),
        again=lambda refused: _confirm_page(number, refused) or _draft_page(number, refused),
    )


@blueprint.post("/att-besluta/<number>")
def decide_here(number: str) -> Response:
    """Decides what favours an association on the page where it was read, and goes on to the next that waits."""
    form = _decision_form(number)
    return act_by_form(
        form,
        lambda session: waiting_decisions.decide_as_proposed(session, number, form.draft_version.key, form=form.how()),
        onto=url_for("deciding.index"),
        again=lambda refused: _review(number, refused),
    )


@blueprint.get("/beslut/<int:decision_id>")
def show(decision_id: int) -> str:
    """A decision as a text to print, and what has happened to it."""
    return _render_decision(decision_id)


def _render_decision(decision_id: int, refused: PostedForm | None = None) -> str:
    with reading_session() as session:
        decision = session.scalar(
            select(Decision)
            .join(Case, Case.id == Decision.case_id)
            .where(
                Decision.id == decision_id,
                Case.id.in_(visible_cases(visitor.signed_in_person()).with_only_columns(Case.id)),
            )
        )
        if decision is None:
            raise Refused(Obstacle.MISSING)
        case = session.get_one(Case, decision.case_id)
        open_case_to_read(session, case.number)
        kept = decision.rests_on.get("rules")
        return render_template(
            "workspace/deciding/show.html",
            decision=decision,
            case=case,
            board=session.get_one(Board, decision.board_id),
            association=session.get(Association, case.association_id) if case.association_id else None,
            round=session.get(Round, case.round_id) if case.round_id else None,
            rules=session.get(RuleVersion, kept) if kept else None,
            sentence=decision_sentence,
            instalments=instalments_of(session, decision) if decision.kind == CaseKind.GRANT else (),
            changed=session.get(Decision, decision.changes_id) if decision.changes_id else None,
            reclaim=session.scalar(select(Reclaim).where(Reclaim.reclaim_decision_id == decision.id)),
            events=events_of(session, [decision.id]).get(decision.id, []),
            standing=casework.standing_of(session, decision, visitor.today()),
            replaced=session.scalar(
                select(Decision).where(Decision.changes_id == decision.id, Decision.kind == decision.kind)
            ),
            form=refused if isinstance(refused, DecisionEventForm) else DecisionEventForm(),
            corrections=[corrected_in_words(row) for row in corrections_of_decision(session, decision.id)],
            slip=refused if isinstance(refused, SlipForm) else SlipForm(key="slip"),
            copy=refused if isinstance(refused, DecisionCopyForm) else DecisionCopyForm(key="copy"),
            refused=refused,
            today=visitor.today(),
        )


decision_actions = PageActions[int](
    blueprint,
    "/beslut/<int:decision_id>",
    page=_render_decision,
    onto=lambda decision_id: url_for("deciding.show", decision_id=decision_id),
)
decision_actions.add(
    "note",
    "/handelse",
    DecisionEventForm,
    lambda s, form, decision_id: casework.note_decision_event(s, decision_id, form.command(today=visitor.today())),
)
decision_actions.add(
    "correct",
    "/rattelse",
    SlipForm,
    lambda s, form, decision_id: correct_slip(s, decision_id, form.command()),
    key="slip",
)
decision_actions.add(
    "send_copy",
    "/kopia",
    DecisionCopyForm,
    lambda s, form, decision_id: copy_decision(s, decision_id, form.command()),
    key="copy",
)
