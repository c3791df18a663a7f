"""The worked cases of a draft: made from its rules, read and accepted, written by form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, abort, make_response, render_template, request, url_for

from vetting.engine.criteria import CriterionKind
from vetting.engine.facts import FactType
from vetting.engine.written_rules import KIND_HEADINGS
from vetting.formats.yaml_editing import with_item
from vetting.kernel.problem import Problem
from vetting.kernel.text import _
from vetting.rules.domain.worked_case_words import cases_to_read
from vetting.rules.forms import FillCasesForm, WorkedCaseForm
from vetting.rules.pages.draft_parts import (
    NEW,
    entry_at,
    keep_change,
    new_problems,
    only_what_forms_can_change,
    take_out,
    try_change,
)
from vetting.rules.pages.drafts import cases_of, catalogue_of, draft_kinds, draft_report, render_draft
from vetting.rules.services import filled_cases
from vetting.rules.services.typed_cases import case_data, typed_worked_case, values_offered
from vetting.web import visitor
from vetting.web.preferences import visitor_language
from vetting.web.view_helpers import posted_form, redirect_after_post

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from vetting.rules.services.drafts import RuleDraftReport

ANSWERED: Final = frozenset({CriterionKind.ASSESSMENT, CriterionKind.SIGNAL})
"""Kinds of criteria that a person answers."""
blueprint = Blueprint("draft_cases", __name__)
blueprint.before_request(only_what_forms_can_change)


@blueprint.post("/regler/utkast/<int:draft_id>/typfall/fyll")
def fill_cases(draft_id: int) -> Response:
    """Adds the worked cases that the rules make: each is read and accepted by a person."""
    filled = filled_cases.filled_text(draft_report(draft_id), visitor.today())
    form = posted_form(FillCasesForm)
    return keep_change(
        draft_id,
        form,
        lambda _draft: (None, filled.text),
        lambda refused: render_draft(draft_id, refused),
        "#typfall",
        nya=filled.added,
        om=filled.anew,
        bort=filled.out,
    )


@blueprint.get("/regler/utkast/<int:draft_id>/typfall")
def unread(draft_id: int) -> Response | str:
    """Every worked case that nobody has accepted, told in words."""
    look = draft_report(draft_id)
    if look.ruleset is None:
        return redirect_after_post(url_for("drafts.show", draft_id=draft_id) + "#typfall")
    red = {case.where for case, _screening, wrong in look.ran if wrong}
    found = cases_to_read(look.read.cases, look.ruleset)
    return render_template("rules/draft_cases/unread.html", draft=look.draft, found=found, red=red)


@blueprint.post("/regler/utkast/<int:draft_id>/typfall/godta")
def accept_read_cases(draft_id: int) -> Response:
    """A person has read what the page told of the draft's unread cases; a red one is never accepted with them."""
    green = [case.place for case, _screening, wrong in draft_report(draft_id).ran if not wrong]
    return take_out(draft_id, lambda draft: (None, filled_cases.accepted_texts(draft.cases, green)), "#typfall")


@blueprint.post("/regler/utkast/<int:draft_id>/typfall/olasta/bort")
def remove_unread_cases(draft_id: int) -> Response:
    """Takes out every worked case that nobody has accepted."""
    return take_out(draft_id, lambda draft: (None, filled_cases.without_unread(draft.cases)), "#typfall")


@blueprint.post("/regler/utkast/<int:draft_id>/typfall/<place>/godta")
def accept_case(draft_id: int, place: str) -> Response:
    """A person has read the worked case, and it is what is meant."""
    if _written_case(draft_report(draft_id), place) is None:
        abort(404)
    return take_out(draft_id, lambda draft: (None, filled_cases.accepted_texts(draft.cases, [int(place)])), "#typfall")


@blueprint.get("/regler/utkast/<int:draft_id>/typfall/<place>")
def worked_case(draft_id: int, place: str) -> Response | str:
    """A worked case by form; while the rules cannot be read, nobody can say what it has in it."""
    look = draft_report(draft_id)
    if look.ruleset is None:
        return redirect_after_post(url_for("drafts.show", draft_id=draft_id))
    like = request.args.get("som", "") if place == NEW else ""
    written = _written_case(look, like or place)
    if like and written is not None:
        written = {**written, "name": ""}
    first = {"kind": max(draft_kinds(look)), "on": visitor.today()}
    typed = typed_worked_case(written or first, catalogue_of(look), visitor_language())
    known = {"proposal": "approve"} | {name: value for name, value in typed.items() if value}
    return _case_page(look, place, WorkedCaseForm(known=known))


def _written_case(look: RuleDraftReport, place: str) -> Mapping[str, Any] | None:
    return None if place == NEW else entry_at(cases_of(look) or [], place)


def _case_page(look: RuleDraftReport, place: str, form: WorkedCaseForm) -> str:
    asked = look.ruleset.criteria if look.ruleset else ()
    given = [fact.typed for fact, _value in form.fact_rows()]
    counted = look.ruleset.amount.facts if look.ruleset and look.ruleset.amount else ()
    read = dict.fromkeys([*(name for item in asked for name in item.facts_and_shown), *counted, *given])
    catalogue = catalogue_of(look)
    form.carry(version=look.draft.version)
    form.kind.options = {kind: KIND_HEADINGS[kind] for kind in sorted(draft_kinds(look), reverse=True)}
    for item, value in form.fact_rows():
        item.options = {name: catalogue[name].label for name in read if name in catalogue}
        offered = values_offered(catalogue[item.typed]) if item.typed in catalogue else {}
        value.options = offered if value.typed in {"", *offered} else {}
    for item, _value in form.answer_rows():
        item.options = {
            criterion.id: criterion.label for criterion in asked if criterion.ask or criterion.kind in ANSWERED
        }
    for item, _value in form.result_rows():
        item.options = {criterion.id: criterion.label for criterion in asked}
    columns = {
        name: [field.label for field in catalogue[name].fields.values()]
        for name in given
        if name in catalogue and catalogue[name].type is FactType.LIST_OF_ROWS
    }
    return render_template(
        "rules/draft_cases/worked_case.html", draft=look.draft, place=place, form=form, columns=columns
    )


@blueprint.post("/regler/utkast/<int:draft_id>/typfall/<place>")
def save_case(draft_id: int, place: str) -> Response:
    """Keeps a worked case, green or red."""
    look, form = draft_report(draft_id), posted_form(WorkedCaseForm)
    form.validate()
    before = _written_case(look, place)
    if form.more.data:
        return make_response(_case_page(look, place, form))
    data, wrong = case_data(form.texts, before or {}, catalogue_of(look))
    if look.ruleset is None:
        unread_rules = _("Reglerna går inte att läsa, så formuläret visar inte allt som fallet säger.")
        wrong = [Problem("name", unread_rules, _("Rätta först det som står överst på utkastets sida."))]
    number = None if place == NEW else int(place)
    data.pop("made", None)  # what a person has saved is theirs, and no filling touches it
    form.tell(wrong)
    if not form.problems:
        tried = try_change(look, cases=with_item(look.draft.cases, None, number, data))
        form.tell(new_problems(look, tried, "name"))
    return keep_change(
        draft_id,
        form,
        lambda draft: (None, with_item(draft.cases, None, number, data)),
        lambda refused: _case_page(draft_report(draft_id), place, refused),
        "#typfall",
    )


@blueprint.post("/regler/utkast/<int:draft_id>/typfall/<place>/bort")
def remove_case(draft_id: int, place: str) -> Response:
    if _written_case(draft_report(draft_id), place) is None:
        abort(404)
    return take_out(draft_id, lambda draft: (None, with_item(draft.cases, None, int(place), None)), "#typfall")
