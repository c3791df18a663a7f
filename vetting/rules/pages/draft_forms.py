"""The application form of a draft: headings, order and help, and how it looks as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from flask import Blueprint, render_template, url_for

from vetting.engine.facts import FactSupplier
from vetting.engine.form_facts import OF_EVERY_GRANT, asked_only_if, form_sections
from vetting.formats.yaml_editing import with_part
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import NO_WORDS, Words, _, join_words
from vetting.rules.forms import ApplicationFormForm, application_form_form
from vetting.rules.pages.draft_parts import keep_change, new_problems, only_what_forms_can_change, try_change
from vetting.rules.pages.drafts import data_of, draft_report
from vetting.rules.services.application_forms import asked_sections, form_definitions
from vetting.rules.services.typed_forms import form_data, typed_form, written_form
from vetting.web.fact_forms import FactForm, fact_form
from vetting.web.view_helpers import posted_form, redirect_after_post

if TYPE_CHECKING:
    from flask import Response

    from vetting.engine.facts import FactDefinition
    from vetting.engine.ruleset import RuleSet
    from vetting.rules.services.drafts import RuleDraftReport

blueprint = Blueprint("draft_forms", __name__)
blueprint.before_request(only_what_forms_can_change)


class FormQuestion(NamedTuple):
    """A question of the form, and why it stands there."""

    fact: FactDefinition
    why: Words


BY_THE_OFFICE: Final = _("Fylls i av handläggaren.")


def _questions(ruleset: RuleSet) -> list[FormQuestion]:
    """The questions in the form's order."""
    read = {name for item in ruleset.for_kind(CaseKind.GRANT) for name in item.facts_and_shown}
    read |= set(ruleset.amount.facts if ruleset.amount is not None else ())
    only = asked_only_if(ruleset, CaseKind.GRANT)
    found = []
    for section in form_sections(ruleset, CaseKind.GRANT):
        for fact in section.facts:
            why = _("Bara om: ") + only[fact.id] if fact.id in only else NO_WORDS
            if fact.id in OF_EVERY_GRANT and fact.id not in read:
                why = _("Frågas alltid.")
            elif fact.supplied_by is not FactSupplier.APPLICANT:
                why = BY_THE_OFFICE
            found.append(FormQuestion(fact, why))
    return found


@blueprint.get("/regler/utkast/<int:draft_id>/formular")
def edit(draft_id: int) -> Response | str:
    """The questions with their headings, places and help."""
    look = draft_report(draft_id)
    if look.ruleset is None or CaseKind.GRANT not in look.ruleset.kinds:
        return redirect_after_post(url_for("drafts.show", draft_id=draft_id))
    form_type = application_form_form(item.fact.id for item in _questions(look.ruleset))
    written = data_of(look).get("form") or written_form(form_sections(look.ruleset, CaseKind.GRANT))
    return _form_page(look, look.ruleset, form_type(known=typed_form(written)))


def _form_page(look: RuleDraftReport, ruleset: RuleSet, form: ApplicationFormForm) -> str:
    form.carry(version=look.draft.version)
    questions = _questions(ruleset)
    form.offer_headings(item.fact.id for item in questions)
    return render_template("rules/draft_forms/edit.html", draft=look.draft, form=form, questions=questions)


@blueprint.post("/regler/utkast/<int:draft_id>/formular")
def save(draft_id: int) -> Response:
    """Keeps what is said of the form."""
    look = draft_report(draft_id)
    ruleset = look.ruleset
    if ruleset is None:
        return redirect_after_post(url_for("drafts.show", draft_id=draft_id))
    names = [item.fact.id for item in _questions(ruleset)]
    form = posted_form(application_form_form(names))
    form.offer_headings(names)
    form.validate()
    data, wrong = form_data(form.texts, names, data_of(look).get("form"))
    form.tell(wrong)
    changed = look.draft.text
    if not form.problems and (data is not None or "form" in data_of(look)):
        changed = with_part(changed, "form", data)
        form.tell(new_problems(look, try_change(look, text=changed), "intro_sv"))
    return keep_change(
        draft_id,
        form,
        lambda _draft: (changed, None),
        lambda refused: _form_page(draft_report(draft_id), ruleset, refused),
        "#formular",
    )


@blueprint.get("/regler/utkast/<int:draft_id>/formular/visa")
def preview(draft_id: int) -> Response | str:
    """The form as it is filled in on the screen; nothing can be sent from here."""
    look = draft_report(draft_id)
    if look.ruleset is None or CaseKind.GRANT not in look.ruleset.kinds:
        return redirect_after_post(url_for("drafts.show", draft_id=draft_id))
    sections = asked_sections(look.ruleset, CaseKind.GRANT)
    form = fact_form(form_definitions(sections), FactForm)()
    for field in form.asked.values():
        if field.definition.supplied_by is not FactSupplier.APPLICANT:
            field.hint = join_words(item for item in (BY_THE_OFFICE, field.hint) if item.sv)
    intro = look.ruleset.form.intro if look.ruleset.form is not None else NO_WORDS
    return render_template(
        "rules/draft_forms/preview.html", draft=look.draft, sections=sections, form=form, intro=intro
    )
