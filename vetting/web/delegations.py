"""The scheme of delegation, absences with substitutes, and the list of delegated decisions to report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.domain.delegation import KINDS, MAKER_WORDS, Maker
from vetting.domain.people import ROLE_WORDS, Action, Role
from vetting.domain.problem import Obstacle, Problem
from vetting.domain.words import Words
from vetting.services import delegations as service
from vetting.services.roles import may_agree
from vetting.store.decisions import absences, delegations
from vetting.store.people import colleagues, names_of
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.views import KEY, act, amount, chosen, day, stored, text, texts, unreadable_day, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.store.session import WritingSession

blueprint = Blueprint("delegations", __name__)


@blueprint.get("/delegation")
def index() -> str:
    """Who may decide what, who stands in for whom."""
    return _shown((), "")


def _shown(problems: tuple[Problem, ...], form: str) -> str:
    person = visitor.person()
    with stored() as session:
        scheme = delegations(session, person.board_id)
        away = absences(session, person.board_id, visitor.today())
        makers = colleagues(session, person.board_id, Role.DECISION_MAKER)
        ids = {row.user_id for row in scheme if row.user_id} | {row.user_id for row in away}
        names = names_of(session, ids | {row.substitute_id for row in away})
    return render_template(
        "delegations/index.html",
        scheme=scheme,
        away=away,
        makers=makers,
        names=names,
        problems=problems,
        form=form,
        typed=request.form,
        kinds=KINDS,
        maker_words=MAKER_WORDS,
        roles=ROLE_WORDS,
        functions=service.FUNCTIONS,
        today=visitor.today(),
        may_change=person.may(Action.MANAGE_BOARD),
        may_agree=lambda row: may_agree(person, row.asked_by_id, row.user_id),
    )


def _acted(form: str, work: Callable[[WritingSession], object]) -> Response:
    return act(work, url_for("delegations.index"), lambda problems: _shown(problems, form))


@blueprint.post("/delegation")
def add() -> Response:
    """One more row."""
    wrong = [unreadable_day(name) for name in ("valid_from", "valid_to") if text(name) and day(name) is None]
    if text("largest") and amount("largest") is None:
        wrong.append(NO_AMOUNT)
    if wrong:
        return make_response(_shown(tuple(wrong), "row"), STATUS[Obstacle.INVALID])
    new = service.NewRow(
        user_id=whole("user_id"),
        function=Role(text("function")) if text("function") in list(Role) else None,
        maker=chosen("maker", Maker),
        point=text("point"),
        kinds=tuple(texts("kinds")),
        largest=amount("largest"),
        execution={"yes": True, "no": False}.get(text("execution")),
        refusals=request.form.get("refusals") == "1",
        valid_from=day("valid_from") or visitor.today(),
        valid_to=day("valid_to"),
    )
    return _acted("row", lambda s: service.add(s, new, by=visitor.person(), at=visitor.now()))


NO_AMOUNT = Problem(
    "largest",
    Words("Det är inget belopp.", "That is not an amount."),
    Words("Skriv det så här: 200 000.", "Write it like this: 200 000."),
)


@blueprint.post("/delegation/<int:delegation_id>/svar")
def answer(delegation_id: int) -> Response:
    """The second person's yes or no to a row."""
    yes = text("answer") == "yes"
    return _acted("row", lambda s: service.answer(s, delegation_id, yes=yes, by=visitor.person(), at=visitor.now()))


@blueprint.post("/delegation/<int:delegation_id>/avsluta")
def end(delegation_id: int) -> Response:
    """Ends a row today."""
    last = visitor.today()
    return _acted("row", lambda s: service.end(s, delegation_id, last, by=visitor.person(), at=visitor.now()))


@blueprint.post("/delegation/franvaro")
def be_absent() -> Response:
    """Somebody else decides for some days."""
    first, last = day("first_on") or visitor.today(), day("last_on")
    if last is None:
        return make_response(_shown((unreadable_day("last_on"),), "absence"), STATUS[Obstacle.INVALID])
    return _acted(
        "absence",
        lambda s: service.be_absent(
            s, visitor.person().id, whole("substitute_id") or 0, first, last, by=visitor.person(), at=visitor.now()
        ),
    )


@blueprint.post("/delegation/franvaro/<int:absence_id>/avsluta")
def come_back(absence_id: int) -> Response:
    """Ends an absence."""
    return _acted("absence", lambda s: service.come_back(s, absence_id, by=visitor.person(), at=visitor.now()))


@blueprint.get("/delegation/anmal")
def unreported() -> str:
    """Delegated decisions that the board has not been told of."""
    return _unreported(())


def _unreported(problems: tuple[Problem, ...]) -> str:
    with stored() as session:
        waiting = service.unreported(session, visitor.person(), Action.READ_REGISTERS)
    return render_template(
        "delegations/unreported.html",
        waiting=waiting,
        problems=problems,
        typed=request.form,
        may_note=visitor.person().may(Action.REGISTER_CASE),
        today=visitor.today(),
    )


@blueprint.post("/delegation/anmal")
def report() -> Response:
    """They have been reported at a meeting."""
    on = day("on")
    if on is None:
        return make_response(_unreported((unreadable_day("on"),)), STATUS[Obstacle.INVALID])
    keys = [int(value) for value in request.form.getlist("decision") if KEY.fullmatch(value)]
    return act(
        lambda s: service.report(s, keys, on, text("paragraph"), by=visitor.person(), at=visitor.now()),
        url_for("delegations.unreported"),
        _unreported,
    )
