"""Grant schemes; and rounds: those there are, a new one, one with its applications, and a list into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting.cases.models.cases import cases_by_state
from vetting.gates.domain.round_steps import RoundStanding, round_step
from vetting.grants import models as store
from vetting.grants import services as service
from vetting.grants.forms import BudgetLineForm, NewRoundForm, RoundNumberForm, SchemeForm, new_round_form
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import Reservation
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.text import same_in_both
from vetting.office.services import queues
from vetting.rules.services import versions
from vetting.rules.services.own_rules import rulesets_to_choose
from vetting.web import visitor
from vetting.web.view_moves import (
    act_by_form,
    in_transaction,
    posted_form,
    redirect_after_post,
    rules_in_use,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.grants.models import GrantScheme, Round
    from vetting.kernel.store.session import ReadingSession
    from vetting.kernel.text import Words
    from vetting.rules.models import RulePublication

blueprint = Blueprint("grants", __name__)
scheme_pages = Blueprint("schemes", __name__)
SCHEME_FIELDS: Final = (
    *("name", "purpose", "ruleset", "period", "answer_days", "not_completed", "conditions", "letter_text"),
    *("reservations", "state_aid"),
)


@scheme_pages.get("/bidragsformer")
def schemes() -> str:
    """The board's grant schemes, each with the rules that judge what is applied for."""
    by = visitor.signed_in_person()
    with reading_session() as session:
        found = store.schemes(session, by.board_id)
        return render_template(
            "grants/schemes.html",
            schemes=found,
            common=versions.rules_in_force(session, by.board_id, CaseKind.GRANT, rules_in_use(), on=visitor.today()),
            rules={scheme.id: _own_rules(session, scheme) for scheme in found},
        )


def _own_rules(session: ReadingSession, scheme: GrantScheme) -> RulePublication | None:
    """The version of a scheme's own rules that holds today."""
    if not scheme.ruleset:
        return None
    return versions.publication_in_force(
        session, scheme.board_id, CaseKind.GRANT, on=visitor.today(), own=scheme.ruleset
    )


@scheme_pages.get("/bidragsformer/ny")
def new_scheme() -> str:
    """The form for a grant scheme."""
    return _new_scheme(SchemeForm(known={"reservations": tuple(Reservation)}))


def _new_scheme(form: SchemeForm) -> str:
    form.ruleset.options = _rules_to_choose()
    return render_template("grants/new_scheme.html", form=form)


def _rules_to_choose() -> dict[str, Words]:
    with reading_session() as session:
        found = rulesets_to_choose(session, visitor.signed_in_person())
    return {name: same_in_both(title) for name, title in found.items()}


@scheme_pages.post("/bidragsformer/ny")
def create_scheme() -> Response:
    """Adds the grant scheme."""
    form = posted_form(SchemeForm)
    return act_by_form(
        form,
        lambda session: service.add_scheme(session, form.command(), by=visitor.signed_in_person(), at=visitor.now()),
        onto=lambda found: url_for("schemes.scheme", scheme_id=found.id),
        again=_new_scheme,
    )


@scheme_pages.get("/bidragsformer/<int:scheme_id>")
def scheme(scheme_id: int) -> str:
    """A grant scheme: its rules, its rounds, and the form that changes it."""
    return _render_scheme(scheme_id)


def _scheme(scheme_id: int) -> GrantScheme:
    with reading_session() as session:
        return service.open_scheme(session, scheme_id, visitor.signed_in_person())


def _render_scheme(scheme_id: int, refused: SchemeForm | None = None) -> str:
    found = _scheme(scheme_id)
    by = visitor.signed_in_person()
    form = refused or SchemeForm(known={name: getattr(found, name) for name in SCHEME_FIELDS})
    form.ruleset.options = _rules_to_choose() | ({found.ruleset: same_in_both(found.ruleset)} if found.ruleset else {})
    with reading_session() as session:
        return render_template(
            "grants/scheme.html",
            scheme=found,
            own=_own_rules(session, found),
            common=versions.rules_in_force(session, by.board_id, CaseKind.GRANT, rules_in_use(), on=visitor.today()),
            rounds=store.rounds_of_scheme(session, found.id),
            form=form,
        )


@scheme_pages.post("/bidragsformer/<int:scheme_id>")
def change_scheme(scheme_id: int) -> Response:
    """Another name, purpose or choice of rules."""
    _scheme(scheme_id)
    form = posted_form(SchemeForm)
    return act_by_form(
        form,
        lambda session: service.change_scheme(
            session, scheme_id, form.command(), by=visitor.signed_in_person(), at=visitor.now()
        ),
        onto=url_for("schemes.scheme", scheme_id=scheme_id),
        again=lambda refused: _render_scheme(scheme_id, refused),
    )


@scheme_pages.post("/bidragsformer/<int:scheme_id>/avsluta")
def end_scheme(scheme_id: int) -> Response:
    """It is offered no longer."""
    in_transaction(
        lambda session: service.end_scheme(session, scheme_id, by=visitor.signed_in_person(), at=visitor.now())
    )
    return redirect_after_post(url_for("schemes.scheme", scheme_id=scheme_id))


@blueprint.get("/omgangar")
def index() -> str:
    """The board's rounds."""
    with reading_session() as session:
        return render_template(
            "grants/index.html", rounds=store.rounds(session, visitor.signed_in_person()), today=visitor.today()
        )


@blueprint.get("/omgangar/ny")
def new() -> str:
    """The form for a round."""
    return _new(_form_type()())


def _form_type() -> type[NewRoundForm]:
    """The form with what the board offers, and each of them with its budget line."""
    with reading_session() as session:
        by = visitor.signed_in_person()
        lines = [line for line in store.lines(session, by.board_id) if line.ended_at is None]
        return new_round_form(_schemes_on_offer(session), lines)


def _schemes_on_offer(session: ReadingSession) -> list[GrantScheme]:
    board_id = visitor.signed_in_person().board_id
    return [scheme for scheme in store.schemes(session, board_id) if scheme.ended_at is None]


def _new(form: NewRoundForm) -> str:
    with reading_session() as session:
        form.schemes.options = {str(scheme.id): same_in_both(scheme.name) for scheme in _schemes_on_offer(session)}
    if not form.schemes.options:
        del form.schemes
    return render_template("grants/new.html", form=form)


@blueprint.post("/omgangar/ny")
def create() -> Response:
    """Adds the round."""
    form = posted_form(_form_type())
    return act_by_form(
        form,
        lambda session: service.add_round(session, form.command(), by=visitor.signed_in_person(), at=visitor.now()),
        onto=lambda found: url_for("grants.show", round_id=found.id),
        again=_new,
    )


def _round(round_id: int) -> Round:
    with reading_session() as session:
        found = store.round_of(session, visitor.signed_in_person(), round_id)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


@blueprint.get("/omgangar/budget")
def lines() -> str:
    """The lines of the board's budget, and the form for one more."""
    return _lines(BudgetLineForm())


def _lines(form: BudgetLineForm) -> str:
    with reading_session() as session:
        found = store.lines(session, visitor.signed_in_person().board_id)
    return render_template("grants/lines.html", lines=found, form=form)


@blueprint.post("/omgangar/budget")
def add_line() -> Response:
    """Adds the budget line."""
    form = posted_form(BudgetLineForm)
    return act_by_form(
        form,
        lambda session: service.add_line(session, form.command(), by=visitor.signed_in_person(), at=visitor.now()),
        onto=url_for("grants.lines"),
        again=_lines,
    )


@blueprint.get("/omgangar/budget/<int:line_id>")
def line(line_id: int) -> str:
    """A budget line, to be changed."""
    return _line(line_id)


def _line(line_id: int, refused: BudgetLineForm | None = None) -> str:
    with reading_session() as session:
        found = service.open_line(session, line_id, visitor.signed_in_person())
        known = {name: getattr(found, name) for name in ("name", "year", "amount", "account", "preliminary")}
        return render_template("grants/line.html", line=found, form=refused or BudgetLineForm(known=known))


@blueprint.post("/omgangar/budget/<int:line_id>")
def change_line(line_id: int) -> Response:
    """Another name, account or amount."""
    _line(line_id)
    form = posted_form(BudgetLineForm)
    return act_by_form(
        form,
        lambda session: service.change_line(
            session, line_id, form.command(), by=visitor.signed_in_person(), at=visitor.now()
        ),
        onto=url_for("grants.lines"),
        again=lambda refused: _line(line_id, refused),
    )


@blueprint.post("/omgangar/budget/<int:line_id>/avsluta")
def end_line(line_id: int) -> Response:
    """Nothing new is granted from it."""
    in_transaction(lambda session: service.end_line(session, line_id, by=visitor.signed_in_person(), at=visitor.now()))
    return redirect_after_post(url_for("grants.lines"))


@blueprint.get("/omgangar/<int:round_id>")
def show(round_id: int) -> str:
    """A round with its applications in figures, and the way to hand in a list."""
    return _render_round(round_id)


@blueprint.post("/omgangar/<int:round_id>/diarienummer")
def register(round_id: int) -> Response:
    """The round's number in the registry."""
    _round(round_id)
    form = posted_form(RoundNumberForm)
    return act_by_form(
        form,
        lambda session: service.register_round(
            session, round_id, form.dnr.data, by=visitor.signed_in_person(), at=visitor.now()
        ),
        onto=url_for("grants.show", round_id=round_id),
        again=lambda refused: _render_round(round_id, refused),
    )


def _render_round(round_id: int, refused: RoundNumberForm | None = None) -> str:
    found = _round(round_id)
    with reading_session() as session:
        filters = queues.QueueFilters(kind=CaseKind.GRANT, round_id=round_id, closed=True)
        listed = queues.case_queue(session, filters, rules_in_use(), by=visitor.signed_in_person(), on=visitor.today())
        offered = store.offered_in_round(session, round_id)
        states = cases_by_state(session, round_id, visitor.signed_in_person())
    standing = RoundStanding(found.opens_on, found.closes_on, found.closed_at is not None, states)
    return render_template(
        "grants/show.html",
        round=found,
        offered=offered,
        schemes_by_id={item.scheme.id: item.scheme for item in offered} if len(offered) > 1 else {},
        today=visitor.today(),
        number_form=refused or RoundNumberForm(),
        listed=listed,
        states=states,
        step=round_step(standing, visitor.signed_in_person(), visitor.today()),
    )


@blueprint.post("/omgangar/<int:round_id>/avsluta")
def close(round_id: int) -> Response:
    """No more applications into it."""
    in_transaction(
        lambda session: service.close_round(session, round_id, by=visitor.signed_in_person(), at=visitor.now())
    )
    return redirect_after_post(url_for("grants.show", round_id=round_id))
