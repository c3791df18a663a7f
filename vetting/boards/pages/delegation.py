"""The scheme of delegation, absences with substitutes, and the list of delegated decisions to report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.boards.domain.delegation import DECISION_AUTHORITY_WORDS, KINDS, DecisionAuthority
from vetting.boards.models.people import colleagues, names_of
from vetting.boards.services import delegation as service
from vetting.boards.services.roles import may_agree
from vetting.decisions.models.decisions import absences, delegations
from vetting.kernel.problem import Obstacle, Problem
from vetting.kernel.roles import ROLE_WORDS, Action, Role
from vetting.kernel.text import _
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import (
    KEY,
    act_and_redirect,
    choice_of,
    posted_amount,
    posted_day,
    posted_text,
    posted_texts,
    posted_whole_number,
    unreadable_day,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.kernel.store.session import WritingSession

blueprint = Blueprint("delegation", __name__)


@blueprint.get("/delegation")
def index() -> str:
    """Who may decide what, who stands in for whom."""
    return _render_scheme((), "")


def _render_scheme(problems: tuple[Problem, ...], form: str) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        scheme = delegations(session, person.board_id)
        away = absences(session, person.board_id, visitor.today())
        makers = colleagues(session, person.board_id, Role.DECISION_MAKER)
        ids = {row.user_id for row in scheme if row.user_id} | {row.user_id for row in away}
        names = names_of(session, ids | {row.substitute_id for row in away})
    return render_template(
        "boards/delegation/index.html",
        scheme=scheme,
        away=away,
        makers=makers,
        names=names,
        problems=problems,
        form=form,
        typed=request.form,
        kinds=KINDS,
        maker_words=DECISION_AUTHORITY_WORDS,
        roles=ROLE_WORDS,
        functions=service.FUNCTIONS,
        today=visitor.today(),
        may_change=person.may(Action.MANAGE_BOARD),
        may_agree=lambda row: may_agree(person, row.asked_by_id, row.user_id),
    )


def _act_on_scheme(form: str, work: Callable[[WritingSession], object]) -> Response:
    return act_and_redirect(work, url_for("delegation.index"), lambda problems: _render_scheme(problems, form))


@blueprint.post("/delegation")
def add() -> Response:
    """One more row."""
    wrong = [
        unreadable_day(name) for name in ("valid_from", "valid_to") if posted_text(name) and posted_day(name) is None
    ]
    if posted_text("largest") and posted_amount("largest") is None:
        wrong.append(NO_AMOUNT)
    if wrong:
        return make_response(_render_scheme(tuple(wrong), "row"), STATUS[Obstacle.INVALID])
    new = service.NewDelegationRow(
        user_id=posted_whole_number("user_id"),
        function=Role(posted_text("function")) if posted_text("function") in list(Role) else None,
        maker=choice_of("maker", DecisionAuthority),
        point=posted_text("point"),
        kinds=tuple(posted_texts("kinds")),
        largest=posted_amount("largest"),
        execution={"yes": True, "no": False}.get(posted_text("execution")),
        refusals=request.form.get("refusals") == "1",
        valid_from=posted_day("valid_from") or visitor.today(),
        valid_to=posted_day("valid_to"),
    )
    return _act_on_scheme(
        "row", lambda s: service.add_delegation(s, new, by=visitor.signed_in_person(), at=visitor.now())
    )


NO_AMOUNT = Problem("largest", _("Det är inget belopp."), _("Skriv det så här: 200 000."))


@blueprint.post("/delegation/<int:delegation_id>/svar")
def answer(delegation_id: int) -> Response:
    """The second person's yes or no to a row."""
    yes = posted_text("answer") == "yes"
    return _act_on_scheme(
        "row",
        lambda s: service.answer_delegation(s, delegation_id, yes=yes, by=visitor.signed_in_person(), at=visitor.now()),
    )


@blueprint.post("/delegation/<int:delegation_id>/avsluta")
def end(delegation_id: int) -> Response:
    """Ends a row today."""
    last = visitor.today()
    return _act_on_scheme(
        "row", lambda s: service.end_delegation(s, delegation_id, last, by=visitor.signed_in_person(), at=visitor.now())
    )


@blueprint.post("/delegation/franvaro")
def be_absent() -> Response:
    """Somebody else decides for some days."""
    first, last = posted_day("first_on") or visitor.today(), posted_day("last_on")
    if last is None:
        return make_response(_render_scheme((unreadable_day("last_on"),), "absence"), STATUS[Obstacle.INVALID])
    return _act_on_scheme(
        "absence",
        lambda s: service.be_absent(
            s,
            visitor.signed_in_person().id,
            posted_whole_number("substitute_id") or 0,
            first,
            last,
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/delegation/franvaro/<int:absence_id>/avsluta")
def come_back(absence_id: int) -> Response:
    """Ends an absence."""
    return _act_on_scheme(
        "absence", lambda s: service.come_back(s, absence_id, by=visitor.signed_in_person(), at=visitor.now())
    )


@blueprint.get("/delegation/anmal")
def unreported_decisions() -> str:
    """Delegated decisions that the board has not been told of."""
    return _render_unreported(())


def _render_unreported(problems: tuple[Problem, ...]) -> str:
    with reading_session() as session:
        waiting = service.unreported_decisions(session, visitor.signed_in_person(), Action.READ_REGISTERS)
    return render_template(
        "boards/delegation/unreported_decisions.html",
        waiting=waiting,
        problems=problems,
        typed=request.form,
        may_note=visitor.signed_in_person().may(Action.REGISTER_CASE),
        today=visitor.today(),
    )


@blueprint.post("/delegation/anmal")
def report() -> Response:
    """They have been reported at a meeting."""
    on = posted_day("on")
    if on is None:
        return make_response(_render_unreported((unreadable_day("on"),)), STATUS[Obstacle.INVALID])
    keys = [int(value) for value in request.form.getlist("decision") if KEY.fullmatch(value)]
    return act_and_redirect(
        lambda s: service.report_decisions(
            s, keys, on, posted_text("paragraph"), by=visitor.signed_in_person(), at=visitor.now()
        ),
        url_for("delegation.unreported_decisions"),
        _render_unreported,
    )
