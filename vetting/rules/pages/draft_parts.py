"""The parts of a draft by form: a criterion, a fact, a list entry, what is said of the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

from flask import Blueprint, abort, make_response, render_template, request, url_for

from vetting.engine.amounts import amount_in_words
from vetting.engine.written_rules import about_criterion
from vetting.formats.yaml_editing import with_item, with_part
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import AND, Words, _, join_words, list_words, same_in_both
from vetting.rules.domain.library_settings import (
    LibrarySetting,
    read_setting,
    settings_of_criterion,
    with_gaps,
    with_values_in_place,
)
from vetting.rules.forms import (
    FIRST_CRITERION,
    SETTING,
    WITH_COLUMNS,
    AboutRulesForm,
    AmountForm,
    CriterionForm,
    DraftStepForm,
    LibrarySettingsForm,
    ListEntryForm,
    OwnFactForm,
    TakeFromLibraryForm,
    library_settings_form,
    offer_counted,
    offer_facts,
)
from vetting.rules.models import draft_of
from vetting.rules.pages.drafts import (
    catalogue_of,
    criteria_of,
    data_of,
    draft_kinds,
    draft_report,
    is_well_shaped,
    render_draft,
)
from vetting.rules.services import drafts as service
from vetting.rules.services import filled_cases, word_list_uses
from vetting.rules.services import typed_parts as parts
from vetting.rules.services.drafts import RuleDraftChange, StaleDraftError, board_book
from vetting.rules.services.rule_files import RuleSetReading, read_set
from vetting.rules.services.rulebook import rules_in_use
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_helpers import (
    KEY,
    act_by_form,
    act_in_steps,
    in_transaction,
    posted_form,
    posted_value,
    redirect_after_post,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.engine.criteria import Criterion
    from vetting.engine.ruleset import RuleSet
    from vetting.rules.models import RuleDraft
    from vetting.rules.services.drafts import RuleDraftReport

blueprint = Blueprint("draft_parts", __name__)
LONGEST_IN_ADDRESS: Final = 1_000
"""Signs of a search that goes with an address: a server takes no longer one than some thousands."""


NEW: Final = "ny"
"""In the place of a number: something that is to be added."""


def save_part(draft_id: int, version: int, change: Callable[[RuleDraft], tuple[str | None, str | None]]) -> None:
    """Changes one part of the files, if nobody else has changed them since the page was read.

    Raises:
        Refused: somebody has, or the file cannot be read as it stands.
    """

    def work(session: Any) -> None:  # noqa: ANN401 - a writing session
        draft = draft_of(session, visitor.signed_in_person().board_id, draft_id)
        if draft is None:
            raise Refused(Obstacle.MISSING)
        if draft.version != version:  # told first, also of a draft that is closed: the form keeps what was typed
            raise StaleDraftError(draft)
        changed, cases = change(draft)
        given = RuleDraftChange(key=draft_id, version=version, text=changed, cases=cases)
        service.save_draft_text(session, given)

    in_transaction(work)


def keep_change(
    draft_id: int,
    form: F,
    change: Callable[[RuleDraft], tuple[str | None, str | None]],
    again: Callable[[F], str],
    anchor: str = "",
    **told: int,
) -> Response:
    """Keeps a change and goes on; when it is refused the form comes back with everything that was typed.

    told: what the page that follows says of it.
    """
    if form.problems:
        return make_response(again(form), STATUS[Obstacle.INVALID])

    def keep() -> None:
        try:
            save_part(draft_id, form.version.key, change)
        except StaleDraftError as stale:
            raise Refused(
                stale.obstacle, *(Problem("", problem.what, OVERWRITE) for problem in stale.problems)
            ) from stale

    onto = url_for("drafts.show", draft_id=draft_id, **told) + anchor  # type: ignore[arg-type] # none is one of its own
    return act_in_steps(form, keep, onto=onto, again=again)


F = TypeVar("F", bound=DraftStepForm)
OVERWRITE: Final = _(
    "Öppna utkastet i en ny flik och se vad som står där. Om du sparar en gång till gäller det som du har skrivit här."
)


@blueprint.before_request
def only_what_forms_can_change() -> Response | None:
    """A text without the shape that the forms know is put right as text first."""
    draft_id = (request.view_args or {}).get("draft_id")
    if draft_id is None or is_well_shaped(draft_report(draft_id)):
        return None
    return redirect_after_post(url_for("drafts.text_form", draft_id=draft_id))


@blueprint.get("/regler/utkast/<int:draft_id>/kriterium/<place>")
def criterion(draft_id: int, place: str) -> Response | str:
    """A criterion by form."""
    look = draft_report(draft_id)
    written = _written_criterion(look, place)
    if written is not None and "use" in written and "change" not in request.args:
        return redirect_after_post(url_for("draft_parts.settings", draft_id=draft_id, place=place))
    if written is not None and "use" in written:
        written = _as_own(look, str(written["use"]), written)
    typed = parts.typed_criterion(
        written or {"applies_to": sorted(draft_kinds(look)), "moment": "before"}, catalogue_of(look)
    )
    known = FIRST_CRITERION | {name: value for name, value in typed.items() if value}
    if request.args.get("villkor"):
        line = request.args["villkor"]
        known |= {"document": own_document(look), "quote": line}
        known.setdefault("label_sv", line[:1].upper() + line[1:].rstrip(". "))
    sentence = _sentence_of(str(written.get("id")), look.ruleset) if place != NEW and written else None
    return _criterion_page(look, place, CriterionForm(known=known), sentence)


def _written_criterion(look: RuleDraftReport, place: str) -> Mapping[str, Any] | None:
    """The criterion at a place as it is written, or the inherited one that is to be changed; None for a new one."""
    if place == NEW:
        inherited = request.args.get("arvt", "")
        return _as_own(look, inherited) if inherited else None
    entries = criteria_of(look)
    return entry_at(entries, place)


def _as_own(look: RuleDraftReport, name: str, taken: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """An inherited criterion, or one of the library, as the board would write its own: in its own document.

    taken: how the draft has taken it from the library; the values that were given for it are written out.
    """
    found = next((item for item in look.inherited if item.id == name), None)
    library = rules_in_use().folder.book.library
    criterion = found or library.get(name)
    if criterion is None:
        abort(404)
    data = {key: value for key, value in criterion.data.items() if key not in {"sources", "status"}}
    data["applies_to"] = sorted(kind.value for kind in criterion.kinds & draft_kinds(look))
    given = {**(data.pop("settings", None) or {}), **((taken or {}).get("settings") or {})}
    data = {key: with_values_in_place(value, given) for key, value in data.items()}
    for which in ("condition", "only_if"):
        if which in data:
            data[which] = with_gaps(data[which], catalogue_of(look))
    if taken is not None and taken.get("sources"):
        return data | {"sources": taken["sources"]}
    return data | {"sources": [{"document": own_document(look)}]}


def own_document(look: RuleDraftReport) -> str:
    """The document that the rules are written in, which is where the board's own requirements stand."""
    return look.read.draft.sources[0].document if look.read.draft and look.read.draft.sources else ""


def entry_at(entries: list[Any], place: str) -> Mapping[str, Any]:
    """One of some entries by its number as it stands in an address; 404 where there is none."""
    if not KEY.fullmatch(place) or int(place) >= len(entries):
        abort(404)
    found: Mapping[str, Any] = entries[int(place)]
    return found


def _criterion_page(look: RuleDraftReport, place: str, form: CriterionForm, sentence: Words | None) -> str:
    form.carry(version=look.draft.version)
    offer_facts(form, catalogue_of(look))
    return render_template(
        "rules/draft_parts/criterion.html",
        look=look,
        draft=look.draft,
        place=place,
        form=form,
        said=sentence,
        catalogue=catalogue_of(look),
        own=look.read.draft.facts if look.read.draft else {},
        with_columns=[item.id for item in catalogue_of(look).values() if item.type in WITH_COLUMNS],
    )


@blueprint.post("/regler/utkast/<int:draft_id>/kriterium/<place>")
def save_criterion(draft_id: int, place: str) -> Response:
    """Shows the sentence, or keeps the criterion; what is wrong with it is told at its fields, nothing is lost."""
    look = draft_report(draft_id)
    before = _written_criterion(look, place)
    if before is not None and "use" in before:
        before = _as_own(look, str(before["use"]), before)
    form = posted_form(CriterionForm)
    form.validate()
    data, wrong = parts.criterion_data(form.texts, before or {}, catalogue_of(look))
    form.tell(wrong)
    number, sentence = None if place == NEW else int(place), None
    if not form.problems:
        told, sentence = _check_criterion(look, data, number)
        form.tell(told)
    if form.look.data or form.more.data:
        return make_response(_criterion_page(look, place, form, sentence))
    answer = keep_change(
        draft_id,
        form,
        lambda draft: (with_item(draft.text, "criteria", number, data), None),
        lambda refused: _criterion_page(draft_report(draft_id), place, refused, sentence),
        "#kriterier",
    )
    return _back_to_search(draft_id, answer, request.args.get("sok", ""))


def _check_criterion(
    look: RuleDraftReport, data: Mapping[str, Any], place: int | None
) -> tuple[list[Problem], Words | None]:
    """The criterion checked as it would stand in the file: its own problems, and its sentence."""
    read = try_change(look, text=with_item(look.draft.text, "criteria", place, data))
    problems = new_problems(look, read, "label_sv")
    if place is None and any(isinstance(item, Mapping) and item.get("id") == data["id"] for item in criteria_of(look)):
        problems.append(
            Problem("label_sv", _("Det finns redan ett kriterium med den rubriken."), _("Välj en annan rubrik."))
        )
    return problems, _sentence_of(data["id"], read.ruleset)


def _sentence_of(name: str, ruleset: RuleSet | None) -> Words | None:
    """How a criterion reads; None where the rules cannot be read, or have none that is called so."""
    found = next((item for item in ruleset.criteria if item.id == name), None) if ruleset else None
    if found is None or ruleset is None:
        return None
    lines = about_criterion(found, ruleset)
    return join_words(line if line.sv.endswith((".", "?")) else line + same_in_both(".") for line in lines)


def try_change(look: RuleDraftReport, *, text: str | None = None, cases: str | None = None) -> RuleSetReading:
    """The files as a change would leave them, read: one of them, or both, is another."""
    with reading_session() as session:
        draft = look.draft
        book = board_book(session, draft.board_id, draft.ruleset, on=visitor.today())
    changed = look.draft.text if text is None else text
    return read_set(changed.encode(), (look.draft.cases if cases is None else cases).encode(), look.draft.ruleset, book)


def new_problems(look: RuleDraftReport, tried: RuleSetReading, where: str) -> list[Problem]:
    """What a change makes wrong that was not wrong before."""
    was = {problem.what.sv for problem in look.read.problems}
    return [Problem(where, item.what, item.remedy) for item in tried.problems if item.what.sv not in was]


@blueprint.post("/regler/utkast/<int:draft_id>/kriterium/<place>/bort")
def remove_criterion(draft_id: int, place: str) -> Response:
    look = draft_report(draft_id)
    written = _written_criterion(look, place)
    if written is None:
        abort(404)
    name = str(written.get("id") or written.get("use") or "")
    is_gone = name not in {item.id for item in look.inherited}

    def change(draft: RuleDraft) -> tuple[str, str | None]:
        cases = filled_cases.without_criterion(draft.cases, name) if is_gone else None
        return with_item(draft.text, "criteria", int(place), None), cases

    return take_out(draft_id, change, "#kriterier")


@blueprint.post("/regler/utkast/<int:draft_id>/kriterium/<place>/<any(upp, ned):way>")
def move_criterion(draft_id: int, place: str, way: str) -> Response:
    """Puts a criterion before or after its neighbour: people read them in that order."""
    entries = criteria_of(draft_report(draft_id))
    this = entry_at(entries, place)
    other = int(place) + (-1 if way == "upp" else 1)
    if not 0 <= other < len(entries):
        return redirect_after_post(url_for("drafts.show", draft_id=draft_id) + "#kriterier")
    neighbour = entries[other]

    def change(draft: RuleDraft) -> tuple[str, None]:
        return with_item(with_item(draft.text, "criteria", int(place), neighbour), "criteria", other, this), None

    return take_out(draft_id, change, "#kriterier")


@blueprint.post("/regler/utkast/<int:draft_id>/arvt/<criterion_id>/<any(bort, tillbaka):choice>")
def leave_out(draft_id: int, criterion_id: str, choice: str) -> Response:
    """An inherited criterion is not asked, or asked again."""
    look = draft_report(draft_id)
    left = list(look.read.draft.leaves_out) if look.read.draft is not None else []
    if criterion_id not in {item.id for item in look.inherited}:
        abort(404)
    now = [name for name in left if name != criterion_id] + ([criterion_id] if choice == "bort" else [])

    def change(draft: RuleDraft) -> tuple[str, str | None]:
        cases = filled_cases.without_criterion(draft.cases, criterion_id) if choice == "bort" else None
        return with_part(draft.text, "leaves_out", now or None), cases

    return take_out(draft_id, change, "#arvda")


def take_out(draft_id: int, change: Callable[[RuleDraft], tuple[str | None, str | None]], anchor: str) -> Response:
    """A change by a button alone: kept, or the draft's page again with what refused it."""
    return keep_change(
        draft_id,
        posted_form(DraftStepForm),
        change,
        lambda refused: render_draft(draft_id, refused),
        anchor,
    )


@blueprint.post("/regler/utkast/<int:draft_id>/bibliotek")
def take(draft_id: int) -> Response:
    """Takes a criterion from the library; its settings are given on its own page."""
    form, library = posted_form(TakeFromLibraryForm), rules_in_use().folder.book.library
    if form.validate() and form.use.data not in library:
        form.tell((Problem("use", _("Inget kriterium är valt."), _("Välj ett ur listan.")),))
    if form.problems:
        return make_response(render_draft(draft_id, form), STATUS[Obstacle.INVALID])
    look, taken = draft_report(draft_id), library[form.use.data]
    kinds = sorted(taken.kinds & draft_kinds(look))
    entry: dict[str, Any] = {"use": form.use.data} | ({"kinds": [kind.value for kind in kinds]} if kinds else {})
    quote = posted_value("quote")
    entry["sources"] = [{"document": own_document(look)} | ({"quote": quote} if quote else {})]
    place = len(criteria_of(look))
    answer = keep_change(
        draft_id,
        form,
        lambda draft: (with_item(draft.text, "criteria", None, entry), None),
        lambda refused: render_draft(draft_id, refused),
        "#kriterier",
    )
    searched = posted_value("villkor")
    searched = searched if len(searched) <= LONGEST_IN_ADDRESS else ""
    if answer.status_code == HTTPStatus.SEE_OTHER and taken.data.get("settings"):
        onto = url_for("draft_parts.settings", draft_id=draft_id, place=place, villkor=searched or None)
        return redirect_after_post(onto)
    return _back_to_search(draft_id, answer, searched)


def _back_to_search(draft_id: int, answer: Response, searched: str) -> Response:
    """What was kept leads back to the search that it came from, where there is one."""
    if answer.status_code != HTTPStatus.SEE_OTHER or not searched:
        return answer
    return redirect_after_post(url_for("library_search.show", draft_id=draft_id, villkor=searched))


@blueprint.get("/regler/utkast/<int:draft_id>/kriterium/<place>/installningar")
def settings(draft_id: int, place: str) -> Response | str:
    """The values that a criterion of the library takes, and its legal basis."""
    look = draft_report(draft_id)
    entry = _written_criterion(look, place)
    if entry is None or "use" not in entry:
        return redirect_after_post(url_for("draft_parts.criterion", draft_id=draft_id, place=place))
    return _use_page(look, place, entry, _settings_form(look, entry)())


def _settings_form(look: RuleDraftReport, entry: Mapping[str, Any]) -> type[LibrarySettingsForm]:
    base = rules_in_use().folder.book.library.get(str(entry["use"]))
    return library_settings_form(_library_settings(look, entry), base.legal if base is not None else "", entry)


def _library_settings(look: RuleDraftReport, entry: Mapping[str, Any]) -> list[LibrarySetting]:
    base = rules_in_use().folder.book.library.get(str(entry["use"]))
    return settings_of_criterion(base, catalogue_of(look)) if base is not None else []


def _use_page(look: RuleDraftReport, place: str, entry: Mapping[str, Any], form: LibrarySettingsForm) -> str:
    form.carry(version=look.draft.version)
    return render_template(
        "rules/draft_parts/settings.html",
        look=look,
        draft=look.draft,
        place=place,
        entry=entry,
        form=form,
        base=_as_it_is_read(look, str(entry["use"])),
        searched=request.args.get("villkor"),
    )


def _as_it_is_read(look: RuleDraftReport, name: str) -> Criterion | None:
    """The criterion with the board's own values and source, where the rules can be read; else the library's."""
    own = next((item for item in look.ruleset.criteria if item.id == name), None) if look.ruleset else None
    return own or rules_in_use().folder.book.library.get(name)


@blueprint.post("/regler/utkast/<int:draft_id>/kriterium/<place>/installningar")
def save_settings(draft_id: int, place: str) -> Response:
    """Gives a criterion of the library the board's own values and legal basis."""
    look = draft_report(draft_id)
    entry = _written_criterion(look, place)
    if entry is None or str(entry.get("use")) not in rules_in_use().folder.book.library:
        abort(404)
    settings_of = _library_settings(look, entry)
    form = posted_form(_settings_form(look, entry))
    form.validate()
    values = {}
    for setting in settings_of:
        typed = form.texts[SETTING + setting.name]
        if typed:
            values[setting.name], wrong = read_setting(setting, typed, catalogue_of(look), SETTING + setting.name)
            form.tell(wrong)
    if form.problems:
        return make_response(_use_page(look, place, entry, form), STATUS[Obstacle.INVALID])
    changed = {key: value for key, value in entry.items() if key not in {"settings", "legal"}}
    changed |= {"settings": values} if values else {}
    changed |= {"legal": form.texts["legal"]} if form.texts["legal"] else {}
    tried = try_change(look, text=with_item(look.draft.text, "criteria", int(place), changed))
    form.tell(new_problems(look, tried, "settings"))
    answer = keep_change(
        draft_id,
        form,
        lambda draft: (with_item(draft.text, "criteria", int(place), changed), None),
        lambda refused: _use_page(draft_report(draft_id), place, entry, refused),
        "#kriterier",
    )
    return _back_to_search(draft_id, answer, request.args.get("villkor", ""))


@blueprint.get("/regler/utkast/<int:draft_id>/belopp")
def amount(draft_id: int) -> str:
    """How the amount is worked out, by form."""
    look = draft_report(draft_id)
    return _amount_page(
        look, AmountForm(known=parts.typed_amount(data_of(look).get("amount"), catalogue_of(look))), None
    )


def _amount_page(look: RuleDraftReport, form: AmountForm, sentence: Words | None) -> str:
    form.carry(version=look.draft.version)
    catalogue = catalogue_of(look)
    offer_counted(form, catalogue)
    if sentence is None and not form.problems and look.ruleset is not None and look.ruleset.amount is not None:
        sentence = amount_in_words(look.ruleset.amount, catalogue)
    return render_template(
        "rules/draft_parts/amount.html",
        draft=look.draft,
        form=form,
        said=sentence,
        with_columns=[item.id for item in catalogue.values() if item.type in WITH_COLUMNS],
        fits=parts.fits_amount_form(data_of(look).get("amount"), catalogue),
    )


@blueprint.post("/regler/utkast/<int:draft_id>/belopp")
def save_amount(draft_id: int) -> Response:
    """Shows the sentence, or keeps the formula; without any part there is none."""
    look, form = draft_report(draft_id), posted_form(AmountForm)
    form.validate()
    before = data_of(look).get("amount")
    data, wrong = parts.amount_data(form.texts, before, catalogue_of(look))
    if not parts.fits_amount_form(before, catalogue_of(look)):
        wrong = [
            Problem(
                "kind-0",
                _("Beloppsregeln innehåller mer än vad formuläret kan visa."),
                _("Ändra den under Ändra i texten."),
            )
        ]
    form.tell(wrong)
    sentence, changed = None, look.draft.text
    if not form.problems:
        if data is not None or "amount" in data_of(look):
            changed = with_part(look.draft.text, "amount", data)
        tried = try_change(look, text=changed)
        form.tell(new_problems(look, tried, "kind-0"))
        if tried.ruleset is not None and tried.ruleset.amount is not None:
            sentence = amount_in_words(tried.ruleset.amount, tried.ruleset.catalogue)
    if form.look.data:
        return make_response(_amount_page(look, form, sentence))
    return keep_change(
        draft_id,
        form,
        lambda _draft: (changed, None),
        lambda refused: _amount_page(draft_report(draft_id), refused, sentence),
        "#belopp",
    )


@blueprint.get("/regler/utkast/<int:draft_id>/uppgift")
def fact(draft_id: int) -> str:
    """A fact of the board's own, by form: a new one, or one that is to be changed."""
    written = _written_fact(draft_report(draft_id))
    return _fact_page(draft_id, OwnFactForm(known=parts.typed_fact(written)) if written else OwnFactForm())


def _written_fact(look: RuleDraftReport) -> Mapping[str, Any]:
    """The fact that the address names, as it is written; empty of a new one."""
    name, facts = request.args.get("uppgift", ""), data_of(look).get("facts")
    if not name:
        return {}
    found = facts.get(name) if isinstance(facts, Mapping) else None
    if not isinstance(found, Mapping):
        abort(404)
    return found


def _fact_page(draft_id: int, form: OwnFactForm) -> str:
    changed = request.args.get("uppgift", "")
    draft = _as_it_stands(draft_id, form)
    return render_template("rules/draft_parts/fact.html", draft=draft, form=form, changed=changed)


def _as_it_stands(draft_id: int, form: DraftStepForm) -> RuleDraft:
    """The draft now; its version goes along with the form."""
    draft = draft_report(draft_id).draft
    form.carry(version=draft.version)
    return draft


@blueprint.post("/regler/utkast/<int:draft_id>/uppgift")
def save_fact(draft_id: int) -> Response:
    """Adds the fact, or changes it: its id stays, by which cases and criteria have it."""
    look, form = draft_report(draft_id), posted_form(OwnFactForm)
    form.validate()
    before = _written_fact(look)
    name, data, wrong = parts.fact_data(form.texts, before)
    name = request.args["uppgift"] if before else name
    facts = data_of(look).get("facts")
    whole_part = {**(facts if isinstance(facts, Mapping) else {}), name: data}
    if not before and isinstance(facts, Mapping) and name in facts:
        wrong.append(Problem("label_sv", _("Det finns redan en uppgift som heter så."), _("Välj ett annat namn.")))
    changed = with_part(look.draft.text, "facts", whole_part)
    form.tell(wrong or new_problems(look, try_change(look, text=changed), "label_sv"))
    return keep_change(
        draft_id,
        form,
        lambda draft: (with_part(draft.text, "facts", whole_part), None),
        lambda refused: _fact_page(draft_id, refused),
        "#uppgifter",
    )


@blueprint.post("/regler/utkast/<int:draft_id>/uppgift/<fact_id>/bort")
def remove_fact(draft_id: int, fact_id: str) -> Response:
    """Takes a fact out, of the worked cases too; while something reads it, that is told instead."""
    look = draft_report(draft_id)
    facts = data_of(look).get("facts") or {}
    if fact_id not in facts:
        abort(404)
    left = {name: item for name, item in facts.items() if name != fact_id}
    form = posted_form(DraftStepForm)
    form.tell(_in_use(look, fact_id))

    def change(draft: RuleDraft) -> tuple[str, str]:
        return with_part(draft.text, "facts", left or None), filled_cases.without_fact(draft.cases, fact_id)

    return keep_change(draft_id, form, change, lambda refused: render_draft(draft_id, refused), "#uppgifter")


def _in_use(look: RuleDraftReport, fact_id: str) -> list[Problem]:
    """What reads a fact, which is to be changed before the fact is taken out."""
    if look.ruleset is None:
        return []
    readers = [item.label for item in look.ruleset.criteria if fact_id in item.facts_and_shown]
    if look.ruleset.amount is not None and fact_id in look.ruleset.amount.facts:
        readers.append(_("Belopp"))
    if not readers:
        return []
    named = list_words([same_in_both("”") + item + same_in_both("”") for item in readers], AND)
    what = _("Uppgiften ”{label}” används av {named}.", named=named, label=look.ruleset.catalogue[fact_id].label)
    return [Problem("", what, _("Ändra eller ta bort det först."))]


@blueprint.get("/regler/utkast/<int:draft_id>/lista")
def word_list(draft_id: int) -> str:
    """An entry of a named list, by form."""
    return _list_page(draft_id, ListEntryForm(known={"list": request.args.get("list", "")}))


def _list_page(draft_id: int, form: ListEntryForm) -> str:
    lists = data_of(draft_report(draft_id)).get("lists") or {}
    form.list.options = {name: same_in_both(name) for name in lists}
    return render_template("rules/draft_parts/word_list.html", draft=_as_it_stands(draft_id, form), form=form)


@blueprint.post("/regler/utkast/<int:draft_id>/lista")
def save_entry(draft_id: int) -> Response:
    """Adds an entry; the list is begun with its first."""
    look, form = draft_report(draft_id), posted_form(ListEntryForm)
    form.validate()
    lists, typed = data_of(look).get("lists"), form.texts
    own: dict[str, Any] = dict(lists) if isinstance(lists, Mapping) else {}
    name = typed["list"] or parts.slug(typed["label_sv"])
    found: dict[str, Any] = dict(own.get(name) or {"label": {"sv": typed["label_sv"]}, "entries": []})
    by = visitor.signed_in_person()
    found["entries"] = [*(found.get("entries") or []), parts.entry_data(typed, visitor.today(), by.function)]
    own[name] = found
    form.tell(new_problems(look, try_change(look, text=with_part(look.draft.text, "lists", own)), "entry"))
    return keep_change(
        draft_id,
        form,
        lambda draft: (with_part(draft.text, "lists", own), None),
        lambda refused: _list_page(draft_id, refused),
        "#listor",
    )


@blueprint.post("/regler/utkast/<int:draft_id>/lista/<list_id>/<place>/bort")
def remove_entry(draft_id: int, list_id: str, place: str) -> Response:
    lists = data_of(draft_report(draft_id)).get("lists") or {}
    if list_id not in lists:
        abort(404)
    entries = lists[list_id]["entries"]
    entry_at(entries, place)
    left = [item for number, item in enumerate(entries) if number != int(place)]
    own = {**lists, list_id: {**lists[list_id], "entries": left}}
    return take_out(draft_id, lambda draft: (with_part(draft.text, "lists", own), None), "#listor")


@blueprint.post("/regler/utkast/<int:draft_id>/lista/oanvanda")
def retire_words(draft_id: int) -> Response:
    """Takes out the words that have not been found for a year."""
    form = posted_form(DraftStepForm)
    return act_by_form(
        form,
        lambda session: word_list_uses.retire_unused_words(session, draft_id, form.version.key),
        onto=url_for("drafts.show", draft_id=draft_id) + "#listor",
        again=lambda refused: render_draft(draft_id, refused),
    )


@blueprint.get("/regler/utkast/<int:draft_id>/om")
def about(draft_id: int) -> str:
    """Title, adoption, validity, what it builds on, and the written routine."""
    look = draft_report(draft_id)
    data = data_of(look)
    adopted, valid, routine = (_mapping(data, key) for key in ("adopted", "valid", "routine"))
    title = data.get("title")
    known = {
        "title": str(title.get("sv", "")) if isinstance(title, Mapping) else str(title or ""),
        **{key: str(adopted.get(key) or "") for key in ("body", "on", "reference")},
        "valid_from": str(valid.get("from") or ""),
        "valid_to": str(valid.get("to") or ""),
        **{key: str(routine.get(key) or "") for key in ("owner", "anchored", "review_on")},
        "steps": "\n".join(str(step) for step in routine.get("steps") or ()),
    }
    return _about_page(draft_id, AboutRulesForm(known=known))


def _about_page(draft_id: int, form: AboutRulesForm) -> str:
    return render_template("rules/draft_parts/about.html", draft=_as_it_stands(draft_id, form), form=form)


@blueprint.post("/regler/utkast/<int:draft_id>/om")
def save_about(draft_id: int) -> Response:
    """Keeps what is said of the whole set."""
    look, form = draft_report(draft_id), posted_form(AboutRulesForm)
    changed = look.draft.text
    if form.validate():
        title = data_of(look).get("title")
        said = {"title": {**(title if isinstance(title, Mapping) else {}), "sv": form.title.data}, **form.command()}
        for key, value in said.items():
            if value or key in data_of(look):
                changed = with_part(changed, key, value or None)
        form.tell(new_problems(look, try_change(look, text=changed), "title"))
    return keep_change(
        draft_id,
        form,
        lambda _draft: (changed, None),
        lambda refused: _about_page(draft_id, refused),
    )


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    return found if isinstance(found, Mapping) else {}
