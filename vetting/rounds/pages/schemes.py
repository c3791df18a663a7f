"""Grant schemes: those there are, a new one, one with its rules and rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting import grants, rules
from vetting.grants.models import schemes as store
from vetting.grants.models.rounds import rounds_of_scheme
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import Reservation
from vetting.kernel.text import same_in_both
from vetting.rounds.forms import SchemeForm
from vetting.rules import rulesets_to_choose
from vetting.web import visitor
from vetting.web.view_helpers import act_by_form, in_transaction, posted_form, redirect_after_post
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.grants.models.schemes import GrantScheme
    from vetting.kernel.store.session import ReadingSession
    from vetting.kernel.text import Words
    from vetting.rules.models import RulePublication


blueprint = Blueprint("schemes", __name__)


SCHEME_FIELDS: Final = (
    *("name", "purpose", "ruleset", "period", "answer_days", "not_completed", "conditions", "letter_text"),
    *(
        "reservations",
        "state_aid",
        "report_days",
        "report_below",
        "report_sample",
        "report_participants",
        "instalments",
    ),
)


@blueprint.get("/bidragsformer")
def index() -> str:
    """The board's grant schemes, each with the rules that judge what is applied for."""
    by = visitor.signed_in_person()
    with reading_session() as session:
        found = store.schemes(session, by.board_id)
        return render_template(
            "rounds/schemes/index.html",
            schemes=found,
            common=rules.rules_in_force(session, by.board_id, CaseKind.GRANT, on=visitor.today()),
            rules={scheme.id: _own_rules(session, scheme) for scheme in found},
        )


def _own_rules(session: ReadingSession, scheme: GrantScheme) -> RulePublication | None:
    """The version of a scheme's own rules that holds today."""
    if not scheme.ruleset:
        return None
    return rules.publication_in_force(session, scheme.board_id, CaseKind.GRANT, on=visitor.today(), own=scheme.ruleset)


@blueprint.get("/bidragsformer/ny")
def new() -> str:
    """The form for a grant scheme."""
    return _new_scheme(SchemeForm(known={"reservations": tuple(Reservation)}))


def _new_scheme(form: SchemeForm) -> str:
    form.ruleset.options = _rules_to_choose()
    return render_template("rounds/schemes/new.html", form=form)


def _rules_to_choose() -> dict[str, Words]:
    with reading_session() as session:
        found = rulesets_to_choose(session)
    return {name: same_in_both(title) for name, title in found.items()}


@blueprint.post("/bidragsformer/ny")
def create() -> Response:
    """Adds the grant scheme."""
    form = posted_form(SchemeForm)
    return act_by_form(
        form,
        lambda session: grants.add_scheme(session, form.command()),
        onto=lambda found: url_for("schemes.show", scheme_id=found.id),
        again=_new_scheme,
    )


@blueprint.get("/bidragsformer/<int:scheme_id>")
def show(scheme_id: int) -> str:
    """A grant scheme: its rules, its rounds, and the form that changes it."""
    return _render_scheme(scheme_id)


def _scheme(scheme_id: int) -> GrantScheme:
    with reading_session() as session:
        return grants.open_scheme(session, scheme_id)


def _render_scheme(scheme_id: int, refused: SchemeForm | None = None) -> str:
    found = _scheme(scheme_id)
    by = visitor.signed_in_person()
    form = refused or SchemeForm(known={name: getattr(found, name) for name in SCHEME_FIELDS})
    form.ruleset.options = _rules_to_choose() | ({found.ruleset: same_in_both(found.ruleset)} if found.ruleset else {})
    with reading_session() as session:
        return render_template(
            "rounds/schemes/show.html",
            scheme=found,
            own=_own_rules(session, found),
            common=rules.rules_in_force(session, by.board_id, CaseKind.GRANT, on=visitor.today()),
            rounds=rounds_of_scheme(session, found.id),
            form=form,
        )


@blueprint.post("/bidragsformer/<int:scheme_id>")
def change(scheme_id: int) -> Response:
    _scheme(scheme_id)
    form = posted_form(SchemeForm)
    return act_by_form(
        form,
        lambda session: grants.change_scheme(session, scheme_id, form.command()),
        onto=url_for("schemes.show", scheme_id=scheme_id),
        again=lambda refused: _render_scheme(scheme_id, refused),
    )


@blueprint.post("/bidragsformer/<int:scheme_id>/avsluta")
def end(scheme_id: int) -> Response:
    in_transaction(lambda session: grants.end_scheme(session, scheme_id))
    return redirect_after_post(url_for("schemes.show", scheme_id=scheme_id))
