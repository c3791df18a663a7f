"""Ending cases without trying them: proposed for one or many with one reason, decided in one stroke, with letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, request

from vetting import casework
from vetting.casework.models.cases import Case, visible_cases
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _, same_in_both
from vetting.web import visitor
from vetting.web.acting import actions_of_case
from vetting.web.errors import STATUS
from vetting.web.view_helpers import KEY, in_transaction, posted_form
from vetting.web.visitor import reading_session
from vetting.workspace.forms.endings import EndedCasesForm, EndingForm, HandoverForm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Response

    from vetting.kernel.store.session import WritingSession

blueprint = Blueprint("endings", __name__)
case_actions = actions_of_case(blueprint)
FIELDS: Final = frozenset({"ground", "text", "twin", "paragraph", "urgent_because"})
"""Where a problem that each of the cases has is the form's own."""


@blueprint.get("/avskrivningar")
def index() -> str:
    """What waits to be ended: applications that are withdrawn, and those proposed."""
    return _render_index(EndedCasesForm())


def _render_index(form: EndedCasesForm | EndingForm, ended: Sequence[str] = (), proposed: Sequence[str] = ()) -> str:
    with reading_session() as session:
        return render_template(
            "workspace/endings/index.html",
            waiting=casework.cases_to_end(session),
            held=casework.right_to_end(session, visitor.today()),
            form=form,
            ended=ended,
            proposed=proposed,
        )


@blueprint.get("/avskrivningar/ny")
def new() -> Response | str:
    """Why one case is to end without being tried."""
    number = request.args.get("number", "")[:40]
    return _render_new(EndingForm(known={"number": (number,)})) if number else index()


@blueprint.post("/avskrivningar/valda")
def choose() -> str:
    """The same for the cases that are ticked in a list; nothing is written by it."""
    form = EndingForm(known={"number": posted_form(EndedCasesForm).number.data})
    if not form.number.data:
        form.tell([Problem("number", _("Inget ärende är valt."), _("Gå tillbaka och kryssa i minst ett."))])
    return _render_new(form)


def _render_new(form: EndingForm) -> str:
    found = _chosen_cases(form, Action.PROPOSE)
    with reading_session() as session:
        held = casework.right_to_end(session, visitor.today())
    return render_template("workspace/endings/new.html", cases=found, form=form, held=held)


def _chosen_cases(form: EndingForm | EndedCasesForm, action: Action) -> Sequence[Case]:
    """The cases that were ticked and are this person's.

    Raises:
        Refused: none of them is.
    """
    numbers = [value.partition("/")[0] for value in form.number.data or ()][: casework.MOST]
    with reading_session() as session:
        wanted = visible_cases(visitor.signed_in_person(), action).where(Case.number.in_(numbers))
        found = session.scalars(wanted.order_by(Case.id)).all()
    if numbers and not found:
        raise Refused(Obstacle.MISSING)
    return found


@blueprint.post("/avskrivningar/ny")
def propose() -> Response | str:
    """Proposes it for each of the cases, or decides it at once; what cannot be ended is named with why."""
    form = posted_form(EndingForm)
    _chosen_cases(form, Action.PROPOSE)
    if not form.validate():
        return make_response(_render_new(form), STATUS[Obstacle.INVALID])

    def work(session: WritingSession, number: str, version: int | None) -> None:
        casework.propose_ending(session, number, form.command(), version=version)
        if form.decides:
            casework.discontinue(session, number, version=None, form=form.how())

    done = _each(form, work)
    if not done:
        return make_response(_render_new(form), STATUS[Obstacle.CLOSED])
    return _render_index(form, ended=done if form.decides else (), proposed=() if form.decides else done)


@blueprint.post("/avskrivningar")
def discontinue() -> Response | str:
    """Ends those that are ticked, each in a transaction of its own and with its letter."""
    form = posted_form(EndedCasesForm)
    _chosen_cases(form, Action.DECIDE)
    if not form.validate():
        return make_response(_render_index(form), STATUS[Obstacle.INVALID])

    def work(session: WritingSession, number: str, version: int | None) -> None:
        casework.discontinue(session, number, version=version, form=form.how())

    done = _each(form, work)
    page = _render_index(form, ended=done)
    return page if done else make_response(page, STATUS[Obstacle.CLOSED])


case_actions.add(
    "hand_to_board",
    "/till-annan-namnd",
    HandoverForm,
    lambda session, form, number: casework.hand_to_board(session, number, form.command()),
    key="handover",
)


def _each(form: EndedCasesForm | EndingForm, work: Callable[[WritingSession, str, int | None], None]) -> Sequence[str]:
    """The numbers of those that it was done with; why it was not done with the others stands in the form."""
    done: list[str] = []
    told: set[str] = set()
    for value in form.number.data[: casework.MOST]:
        number, _slash, seen = value.partition("/")
        version = int(seen) if KEY.fullmatch(seen) else None
        try:
            in_transaction(lambda s, n=number, v=version: work(s, n, v))  # type: ignore[misc]
            done.append(number)
        except Refused as refused:
            problems = refused.problems or (Problem(number, *casework.NOT_HERE),)
            form.tell(problem for one in problems if (problem := _told_once(one, number, told)) is not None)
    return done


def _told_once(problem: Problem, number: str, told: set[str]) -> Problem | None:
    """What is wrong with one of many: of a field once for all, of the case itself with its number."""
    if problem.where not in FIELDS:
        return Problem("", same_in_both(f"{number}: ") + problem.what, problem.remedy)
    if problem.what.sv in told:
        return None
    told.add(problem.what.sv)
    return problem
