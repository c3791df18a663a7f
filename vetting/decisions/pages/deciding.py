"""Deciding: what waits, the proposal, the confirming page, the decision as a text to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, request, url_for
from sqlalchemy import select

from vetting.associations.models.associations import Association
from vetting.boards.models.people import Board, names_of
from vetting.cases.models.cases import Case, visible_cases
from vetting.cases.pages.case_wording import decision_sentence
from vetting.cases.services import earlier_answers
from vetting.decisions.domain.legal_force import DecisionEventKind
from vetting.decisions.models.decisions import Decision, absences, delegations, events_of
from vetting.decisions.services import after_decision, drafted_reasons, waiting_decisions
from vetting.decisions.services import decisions as service
from vetting.decisions.services.decisions import DECIDABLE, DecisionProposal
from vetting.gates.domain.before_decision import FAVOURABLE, GROUNDS_OF, DecisionGround, DecisionOutcome, Reservation
from vetting.gates.services import before_decision
from vetting.grants.models import Round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import ROLE_WORDS, Action, Role
from vetting.kernel.text import _, same_in_both
from vetting.office.services.case_files import case_file, open_case_to_read
from vetting.payments.models import Reclaim
from vetting.rules.models import RuleVersion
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.template_filters import translate
from vetting.web.view_moves import (
    KEY,
    act_and_redirect,
    choice_of,
    in_transaction,
    posted_amount,
    posted_day,
    posted_decision_form,
    posted_text,
    posted_texts,
    posted_version,
    posted_whole_number,
    redirect_after_post,
    rules_in_use,
    unreadable_day,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response

    from vetting.decisions.models.decisions import Delegation
    from vetting.kernel.store.session import WritingSession

blueprint = Blueprint("deciding", __name__)


@blueprint.get("/att-besluta")
def index() -> str:
    """The cases that are ready, for whoever decides."""
    return _index((), ())


def _index(problems: tuple[Problem, ...], done_: tuple[str, ...]) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        found = waiting_decisions.cases_to_decide(session, rules_in_use(), by=person, on=visitor.today())
        held = before_decision.delegation_for(session, CaseKind.GRANT.value, person, on=visitor.today())
        away = [row for row in absences(session, person.board_id, visitor.today()) if row.user_id == person.id]
    return render_template(
        "decisions/deciding/index.html",
        waiting=found,
        held=held,
        problems=problems,
        done=done_,
        away=away,
        today=visitor.today(),
    )


@blueprint.post("/att-besluta")
def in_list() -> Response | str:
    """Those chosen in the list, each as proposed and in a transaction of its own."""
    made, problems = [], []
    for value in posted_texts("case"):
        number, _unused, draft_version = value.partition("/")
        try:
            in_transaction(
                lambda s, n=number, v=draft_version: waiting_decisions.decide_as_proposed(  # type: ignore[misc]
                    s,
                    n,
                    int(v) if KEY.fullmatch(v) else 0,
                    rules=rules_in_use(),
                    by=visitor.signed_in_person(),
                    at=visitor.now(),
                )
            )
            made.append(number)
        except Refused as refused:
            problems += [Problem(number, same_in_both(f"{number}: ") + p.what, p.remedy) for p in refused.problems]
    if problems:
        return make_response(_index(tuple(problems), tuple(made)), STATUS[Obstacle.CLOSED])
    return _index((), tuple(made))


@blueprint.get("/att-besluta/<number>")
def review(number: str) -> str:
    """One case on one screen: proposal, the reasons as they will be sent, what speaks against, the group, likeness."""
    return _review(number, (), "")


def _review(number: str, problems: tuple[Problem, ...], form: str) -> str:
    with reading_session() as session:
        file = case_file(session, number, rules=rules_in_use(), by=visitor.signed_in_person(), on=visitor.today())
        closed = (
            service.gates_holding_decision(
                session, file.case, rules_in_use(), file.draft, by=visitor.signed_in_person(), on=visitor.today()
            )
            if file.draft
            else ()
        )
        against = (
            [f for f in file.screening.findings if f.criterion.id in file.situation.not_met] if file.screening else []
        )
        alike = {
            item.criterion.id: earlier_answers.cases_of(
                session, item.criterion.id, file.case, visitor.signed_in_person()
            )
            for item in against
        }
    return render_template(
        "decisions/deciding/review.html",
        file=file,
        closed=closed,
        against=against,
        alike=alike,
        problems=problems,
        form=form,
        typed=request.form,
    )


def _act_in_review(number: str, form: str, work: Callable[[WritingSession], object], onto: str) -> Response:
    return act_and_redirect(work, onto, lambda problems: _review(number, problems, form))


@blueprint.post("/att-besluta/<number>/belopp")
def change_amount(number: str) -> Response:
    """Another amount than proposed."""
    given = posted_amount("amount")
    if given is None:
        problem = Problem("amount", NO_AMOUNT, WRITE_IT)
        return make_response(_review(number, (problem,), "amount"), STATUS[Obstacle.INVALID])
    return _act_in_review(
        number,
        "amount",
        lambda s: waiting_decisions.change_amount(
            s,
            number,
            given,
            posted_text("because"),
            draft_version=posted_whole_number("draft_version") or 0,
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
        url_for("deciding.review", number=number),
    )


@blueprint.post("/att-besluta/<number>/fraga")
def ask_back(number: str) -> Response:
    """Back with a question."""
    return _act_in_review(
        number,
        "question",
        lambda s: waiting_decisions.ask_back(
            s, number, posted_text("question"), by=visitor.signed_in_person(), at=visitor.now()
        ),
        url_for("deciding.index"),
    )


NO_AMOUNT: Final = _("Det är inget belopp.")
WRITE_IT: Final = _("Skriv det så här: 40 000.")


@blueprint.get("/arenden/<number>/beslut")
def draft(number: str) -> str:
    """The proposal, with reasons drafted from the assessed points."""
    return _draft_page(number, ())


def _draft_page(number: str, problems: tuple[Problem, ...]) -> str:
    with reading_session() as session:
        found = case_file(session, number, rules=rules_in_use(), by=visitor.signed_in_person(), on=visitor.today())
        scheme = delegations(session, found.case.board_id)
        names = names_of(session, {row.user_id for row in scheme if row.user_id is not None})
        closed = (
            service.gates_holding_decision(
                session, found.case, rules_in_use(), found.draft, by=visitor.signed_in_person(), on=visitor.today()
            )
            if found.draft and visitor.signed_in_person().may(Action.DECIDE)
            else ()
        )
    return render_template(
        "decisions/deciding/draft.html",
        file=found,
        problems=problems,
        typed=request.form,
        outcomes=DECIDABLE[found.kind],
        grounds=GROUNDS_OF[found.kind],
        suggested=drafted_reasons.of_refusal(found) or drafted_reasons.of_approval(found.case, found.screening),
        scheme=[(row, _holder(row, names)) for row in scheme if found.kind.value in row.kinds],
        closed=closed,
    )


def _holder(row: Delegation, names: Mapping[int, str]) -> str:
    """Who has a right of the scheme: a person, or whoever holds a function."""
    return names.get(row.user_id, "") if row.user_id is not None else translate(ROLE_WORDS[Role(row.function)])


@blueprint.post("/arenden/<number>/beslut")
def propose(number: str) -> Response:
    """Keeps the proposal."""
    outcome = request.form.get("outcome", "")
    try:
        if outcome not in list(DecisionOutcome):
            raise Refused(Obstacle.INVALID, Problem("outcome", NOTHING_CHOSEN, CHOOSE))
        given = DecisionProposal(
            outcome=DecisionOutcome(outcome),
            amount=posted_amount("amount"),
            reasons=posted_text("reasons"),
            conditions=tuple(line.strip() for line in posted_text("conditions").splitlines() if line.strip()),
            grounds=tuple(
                DecisionGround(name) for name in request.form.getlist("ground") if name in list(DecisionGround)
            ),
            reservations=tuple(
                Reservation(name) for name in request.form.getlist("reservation") if name in list(Reservation)
            ),
            against_group=posted_text("against_group"),
            acts_not_opinions=bool(request.form.get("acts_not_opinions")),
        )
        in_transaction(
            lambda session: service.propose_decision(
                session,
                number,
                given,
                version=posted_version(),
                rules=rules_in_use(),
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
        )
    except Refused as refused:
        if refused.obstacle in {Obstacle.MISSING, Obstacle.FORBIDDEN}:
            raise
        status = STATUS[refused.obstacle]
        return make_response(_draft_page(number, refused.problems), status)
    return redirect_after_post(url_for("deciding.draft", number=number))


NOTHING_CHOSEN: Final = _("Inget utfall är valt.")
CHOOSE: Final = _("Välj ett.")


@blueprint.get("/arenden/<number>/beslut/bekrafta")
def confirm(number: str) -> Response | str:
    """What deciding means, before it is done."""
    return _confirm_page(number, ())


def _confirm_page(number: str, problems: tuple[Problem, ...]) -> Response | str:
    with reading_session() as session:
        found = case_file(session, number, rules=rules_in_use(), by=visitor.signed_in_person(), on=visitor.today())
        if found.draft is None or not found.open:
            return redirect_after_post(url_for("cases.show", number=number))
        closed = service.gates_holding_decision(
            session, found.case, rules_in_use(), found.draft, by=visitor.signed_in_person(), on=visitor.today()
        )
        held = before_decision.delegation_for(
            session,
            found.kind.value,
            visitor.signed_in_person(),
            on=visitor.today(),
            outcome=DecisionOutcome(found.draft.outcome),
            amount=found.draft.amount,
        )
    return render_template(
        "decisions/deciding/confirm.html",
        file=found,
        closed=closed,
        held=held,
        problems=problems,
        favourable=FAVOURABLE,
        typed=request.form,
    )


@blueprint.post("/arenden/<number>/beslut/bekrafta")
def decide(number: str) -> Response:
    """Decides; once, and only when every gate is open."""
    try:
        decision = in_transaction(
            lambda session: service.decide(
                session,
                number,
                draft_version=posted_whole_number("draft_version") or 0,
                form=posted_decision_form(),
                rules=rules_in_use(),
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
        )
    except Refused as refused:
        if refused.obstacle in {Obstacle.MISSING, Obstacle.FORBIDDEN}:
            raise
        page = _confirm_page(number, refused.problems)
        if not isinstance(page, str):
            raise
        return make_response(page, STATUS[refused.obstacle])
    return redirect_after_post(url_for("deciding.show", decision_id=decision.id))


@blueprint.get("/beslut/<int:decision_id>")
def show(decision_id: int) -> str:
    """A decision as a text to print, and what has happened to it."""
    return _render_decision(decision_id, ())


def _render_decision(decision_id: int, problems: tuple[Problem, ...]) -> str:
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
        open_case_to_read(session, case.number, visitor.signed_in_person())
        kept = decision.rests_on.get("rules")
        return render_template(
            "decisions/deciding/show.html",
            decision=decision,
            case=case,
            board=session.get_one(Board, decision.board_id),
            association=session.get(Association, case.association_id) if case.association_id else None,
            round=session.get(Round, case.round_id) if case.round_id else None,
            rules=session.get(RuleVersion, kept) if kept else None,
            sentence=decision_sentence,
            changed=session.get(Decision, decision.changes_id) if decision.changes_id else None,
            reclaim=session.scalar(select(Reclaim).where(Reclaim.reclaim_decision_id == decision.id)),
            events=events_of(session, [decision.id]).get(decision.id, []),
            standing=after_decision.standing_of(session, decision, visitor.today()),
            replaced=session.scalar(
                select(Decision).where(Decision.changes_id == decision.id, Decision.kind == decision.kind)
            ),
            happenings=after_decision.NOTED_BY_HAND,
            problems=problems,
            typed=request.form,
            today=visitor.today(),
        )


@blueprint.post("/beslut/<int:decision_id>/handelse")
def note(decision_id: int) -> Response:
    """Something happened to the decision: sent, announced, appealed, upheld, quashed."""
    what = choice_of("what", DecisionEventKind)
    on = posted_day("on") if posted_text("on") else visitor.today()
    if on is None:
        return make_response(_render_decision(decision_id, (unreadable_day("on"),)), STATUS[Obstacle.INVALID])
    new = after_decision.NewDecisionEvent(
        what=what, on=on, court=posted_text("court"), number=posted_text("number"), text=posted_text("text")
    )
    return act_and_redirect(
        lambda s: after_decision.note_decision_event(
            s, decision_id, new, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()
        ),
        url_for("deciding.show", decision_id=decision_id),
        lambda problems: _render_decision(decision_id, problems),
    )
