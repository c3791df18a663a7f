"""The parts of a draft by form: a criterion, a fact, a list entry, a worked case, what is said of the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, abort, make_response, render_template, request, url_for

from vetting.engine.asked_facts import LEVEL_WORDS
from vetting.engine.conditions.comparisons import COMPARISONS
from vetting.engine.criteria import AS_OF_WORDS
from vetting.engine.facts import FactType
from vetting.engine.proposal import PROPOSAL_WORDS
from vetting.engine.screening import CriterionResult
from vetting.engine.written_rules import CONSEQUENCES, CRITERION_KINDS, KIND_HEADINGS, MOMENTS, RUNNING, about_criterion
from vetting.formats.yaml_editing import with_item, with_part
from vetting.formats.yaml_reading import read_text
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.text import Words, _, join_words
from vetting.rules import forms
from vetting.rules.domain.condition_rows import parse_span
from vetting.rules.domain.language_reference import COMPARISON_HELP, SUPPLIER_WORDS, TYPE_WORDS
from vetting.rules.models import draft_of
from vetting.rules.pages.drafts import (
    cases_of,
    catalogue_of,
    criteria_of,
    data_of,
    draft_report,
    is_well_shaped,
    render_draft,
)
from vetting.rules.services import drafts as service
from vetting.rules.services import word_list_uses
from vetting.rules.services.drafts import RuleDraftChange, StaleDraftError, board_book
from vetting.rules.services.rule_files import RuleSetReading, read_set
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.template_filters import translate
from vetting.web.view_moves import (
    KEY,
    in_transaction,
    posted_day,
    posted_text,
    posted_whole_number,
    redirect_after_post,
    rules_in_use,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.rules.models import RuleDraft
    from vetting.rules.services.drafts import RuleDraftReport

blueprint = Blueprint("draft_parts", __name__)


def worded_choices(words: Mapping[Any, Words]) -> list[tuple[str, str]]:
    """The choices of a list, in the visitor's language."""
    return [(choice.value, translate(text)) for choice, text in words.items()]


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
        service.save_draft_text(session, given, by=visitor.signed_in_person(), at=visitor.now())

    in_transaction(work)


Page = Callable[["RuleDraftReport", tuple[Problem, ...]], str]
"""A form again, with the draft as it stands now and what was refused."""


def keep_change(
    draft_id: int, change: Callable[[RuleDraft], tuple[str | None, str | None]], page: Page, anchor: str = ""
) -> Response:
    """Keeps a change and goes on; when it is refused the form comes back with everything that was typed."""
    try:
        save_part(draft_id, posted_whole_number("version") or 0, change)
    except StaleDraftError as stale:
        told = tuple(Problem("", problem.what, OVERWRITE) for problem in stale.problems)
        return make_response(page(draft_report(draft_id), told), STATUS[stale.obstacle])
    except Refused as refused:
        if refused.obstacle in {Obstacle.MISSING, Obstacle.FORBIDDEN}:
            raise
        return make_response(page(draft_report(draft_id), refused.problems), STATUS[refused.obstacle])
    return redirect_after_post(url_for("drafts.show", draft_id=draft_id) + anchor)


OVERWRITE: Final = _(
    "Öppna utkastet i en ny flik och se vad som står där. Om du sparar en gång till gäller det som du har skrivit här."
)


@blueprint.before_request
def _only_what_forms_can_change() -> Response | None:
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
    if written is not None and "use" in written:
        return redirect_after_post(url_for("draft_parts.settings", draft_id=draft_id, place=place))
    typed = forms.typed_criterion(
        written or {"applies_to": sorted(_kinds(look)), "moment": "before"}, catalogue_of(look)
    )
    return _criterion_page(look, place, typed, (), None)


def _kinds(look: RuleDraftReport) -> list[str]:
    kinds = data_of(look).get("kinds")
    return [str(kind) for kind in kinds] if isinstance(kinds, list) else ["grant"]


def _written_criterion(look: RuleDraftReport, place: str) -> Mapping[str, Any] | None:
    """The criterion at a place as it is written; None for a new one."""
    if place == NEW:
        return None
    entries = criteria_of(look)
    return _entry_at(entries, place)


def _entry_at(entries: list[Any], place: str) -> Mapping[str, Any]:
    if not KEY.fullmatch(place) or int(place) >= len(entries):
        abort(404)
    found: Mapping[str, Any] = entries[int(place)]
    return found


def _criterion_page(
    look: RuleDraftReport, place: str, typed: Mapping[str, str], problems: tuple[Problem, ...], sentence: Words | None
) -> str:
    return render_template(
        "rules/draft_parts/criterion.html",
        look=look,
        draft=look.draft,
        place=place,
        typed=typed,
        problems=problems,
        said=sentence,
        catalogue=catalogue_of(look),
        comparisons=COMPARISONS,
        helps=COMPARISON_HELP,
        criterion_choices=worded_choices(CRITERION_KINDS),
        level_choices=worded_choices(LEVEL_WORDS),
        moment_choices=worded_choices(MOMENTS),
        consequence_choices=worded_choices(CONSEQUENCES),
        running_choices=worded_choices(RUNNING)[1:],
        as_of_choices=worded_choices(AS_OF_WORDS),
    )


@blueprint.post("/regler/utkast/<int:draft_id>/kriterium/<place>")
def save_criterion(draft_id: int, place: str) -> Response:
    """Shows the sentence, or keeps the criterion; what is wrong with it is told at its fields, nothing is lost."""
    look = draft_report(draft_id)
    before = _written_criterion(look, place)
    typed = {name: value.replace("\r\n", "\n") for name, value in request.form.items()}
    data, problems = forms.criterion_data(typed, before or {}, catalogue_of(look))
    number = None if place == NEW else int(place)
    told, sentence = _check_criterion(look, data, number) if not problems else (problems, None)
    if told or typed.get("look"):
        status = STATUS[Obstacle.INVALID] if told and not typed.get("look") else 200
        return make_response(_criterion_page(look, place, typed, tuple(told), sentence), status)
    return keep_change(
        draft_id,
        lambda draft: (with_item(draft.text, "criteria", number, data), None),
        lambda again, told: _criterion_page(again, place, typed, told, sentence),
        "#kriterier",
    )


def _check_criterion(
    look: RuleDraftReport, data: Mapping[str, Any], place: int | None
) -> tuple[list[Problem], Words | None]:
    """The criterion checked as it would stand in the file: its own problems, and its sentence."""
    read = _try_change(look, text=with_item(look.draft.text, "criteria", place, data))
    problems = _new_problems(look, read, "label_sv")
    found = next((item for item in read.ruleset.criteria if item.id == data["id"]), None) if read.ruleset else None
    if place is None and any(isinstance(item, Mapping) and item.get("id") == data["id"] for item in criteria_of(look)):
        problems.append(
            Problem("label_sv", _("Det finns redan ett kriterium med den rubriken."), _("Välj en annan rubrik."))
        )
    sentence = None
    if found is not None and read.ruleset is not None:
        sentence = join_words(about_criterion(found, read.ruleset))
    return problems, sentence


def _try_change(look: RuleDraftReport, *, text: str | None = None, cases: str | None = None) -> RuleSetReading:
    """The files as a change would leave them, read: one of them, or both, is another."""
    with reading_session() as session:
        book = board_book(session, look.draft.board_id, rules_in_use())
    changed = look.draft.text if text is None else text
    return read_set(changed.encode(), (look.draft.cases if cases is None else cases).encode(), look.draft.ruleset, book)


def _new_problems(look: RuleDraftReport, tried: RuleSetReading, where: str) -> list[Problem]:
    """What a change makes wrong that was not wrong before."""
    was = {problem.what.sv for problem in look.read.problems}
    return [Problem(where, item.what, item.remedy) for item in tried.problems if item.what.sv not in was]


@blueprint.post("/regler/utkast/<int:draft_id>/kriterium/<place>/bort")
def remove_criterion(draft_id: int, place: str) -> Response:
    """Takes a criterion out."""
    if _written_criterion(draft_report(draft_id), place) is None:
        abort(404)
    return keep_change(
        draft_id, lambda draft: (with_item(draft.text, "criteria", int(place), None), None), _draft_page, "#kriterier"
    )


def _draft_page(look: RuleDraftReport, problems: tuple[Problem, ...]) -> str:
    return render_draft(look.draft.id, problems)


@blueprint.post("/regler/utkast/<int:draft_id>/bibliotek")
def take(draft_id: int) -> Response:
    """Takes a criterion from the library; its settings are given on its own page."""
    name = posted_text("use")
    if name not in rules_in_use().folder.book.library:
        problem = Problem("use", _("Inget kriterium är valt."), _("Välj ett ur listan."))
        return make_response(render_draft(draft_id, (problem,)), STATUS[Obstacle.INVALID])
    look = draft_report(draft_id)
    kinds = sorted(rules_in_use().folder.book.library[name].kinds & {CaseKind(kind) for kind in _kinds(look)})
    entry: dict[str, Any] = {"use": name} | ({"kinds": [kind.value for kind in kinds]} if kinds else {})
    place = len(criteria_of(look))
    answer = keep_change(
        draft_id, lambda draft: (with_item(draft.text, "criteria", None, entry), None), _draft_page, "#kriterier"
    )
    if answer.status_code != HTTPStatus.SEE_OTHER:
        return answer
    if rules_in_use().folder.book.library[name].data.get("settings"):
        return redirect_after_post(url_for("draft_parts.settings", draft_id=draft_id, place=place))
    return answer


@blueprint.get("/regler/utkast/<int:draft_id>/kriterium/<place>/installningar")
def settings(draft_id: int, place: str) -> Response | str:
    """The values that a criterion of the library takes."""
    look = draft_report(draft_id)
    entry = _written_criterion(look, place)
    if entry is None or "use" not in entry:
        return redirect_after_post(url_for("draft_parts.criterion", draft_id=draft_id, place=place))
    return _use_page(look, place, entry, request.form, ())


def _use_page(
    look: RuleDraftReport, place: str, entry: Mapping[str, Any], typed: Mapping[str, str], problems: tuple[Problem, ...]
) -> str:
    return render_template(
        "rules/draft_parts/settings.html",
        look=look,
        draft=look.draft,
        place=place,
        entry=entry,
        typed=typed,
        problems=problems,
        base=rules_in_use().folder.book.library.get(str(entry["use"])),
    )


@blueprint.post("/regler/utkast/<int:draft_id>/kriterium/<place>/installningar")
def save_settings(draft_id: int, place: str) -> Response:
    """Gives a criterion of the library the board's own values."""
    look = draft_report(draft_id)
    entry = _written_criterion(look, place)
    base = rules_in_use().folder.book.library.get(str(entry.get("use"))) if entry else None
    if entry is None or base is None:
        abort(404)
    values: dict[str, Any] = {}
    for name in base.data.get("settings", {}):
        given = request.form.get(f"setting-{name}", "").strip()
        if given:
            values[name] = read_setting(given)
    changed = {key: value for key, value in entry.items() if key != "settings"}
    changed |= {"settings": values} if values else {}
    tried = _try_change(look, text=with_item(look.draft.text, "criteria", int(place), changed))
    problems = tuple(_new_problems(look, tried, "settings"))
    if problems:
        return make_response(_use_page(look, place, entry, request.form, problems), STATUS[Obstacle.INVALID])
    return keep_change(
        draft_id,
        lambda draft: (with_item(draft.text, "criteria", int(place), changed), None),
        lambda again, told: _use_page(again, place, entry, request.form, told),
        "#kriterier",
    )


def read_setting(given: str) -> Any:  # noqa: ANN401 - plain data
    """A setting as it is typed: a number, a span like '1 år', a text, or the words of a file."""
    try:
        return parse_span(given)
    except ValueError:
        pass
    try:
        return read_text(
            given.replace(",", ".").encode() if given.replace(",", "").replace(".", "").isdigit() else given.encode(),
            "setting",
        ).data
    except UnreadableError:
        return given


@blueprint.get("/regler/utkast/<int:draft_id>/uppgift")
def fact(draft_id: int) -> str:
    """A fact of the board's own, by form."""
    return _fact_page(draft_report(draft_id), {}, ())


def _fact_page(look: RuleDraftReport, typed: Mapping[str, str], problems: tuple[Problem, ...]) -> str:
    types = [kind for kind in FactType if kind not in {FactType.LIST_OF_CASES, FactType.LIST_OF_DOCUMENTS}]
    return render_template(
        "rules/draft_parts/fact.html",
        look=look,
        draft=look.draft,
        typed=typed,
        problems=problems,
        type_choices=[(kind, translate(TYPE_WORDS[kind])) for kind in types],
        level_choices=worded_choices(LEVEL_WORDS),
        supplier_choices=worded_choices(SUPPLIER_WORDS)[:-1],
    )


@blueprint.post("/regler/utkast/<int:draft_id>/uppgift")
def save_fact(draft_id: int) -> Response:
    """Adds the fact."""
    look = draft_report(draft_id)
    name, data, wrong = forms.fact_data(request.form)
    facts = data_of(look).get("facts")
    whole_part = {**(facts if isinstance(facts, Mapping) else {}), name: data}
    if isinstance(facts, Mapping) and name in facts:
        wrong.append(Problem("label_sv", _("Det finns redan en uppgift som heter så."), _("Välj ett annat namn.")))
    changed = with_part(look.draft.text, "facts", whole_part)
    problems = tuple(wrong or _new_problems(look, _try_change(look, text=changed), "label_sv"))
    if problems:
        return make_response(_fact_page(look, request.form, problems), STATUS[Obstacle.INVALID])
    return keep_change(
        draft_id,
        lambda draft: (with_part(draft.text, "facts", whole_part), None),
        lambda again, told: _fact_page(again, request.form, told),
        "#uppgifter",
    )


@blueprint.post("/regler/utkast/<int:draft_id>/uppgift/<fact_id>/bort")
def remove_fact(draft_id: int, fact_id: str) -> Response:
    """Takes a fact out; a criterion that reads it is told as a fault."""
    facts = data_of(draft_report(draft_id)).get("facts") or {}
    if fact_id not in facts:
        abort(404)
    left = {name: item for name, item in facts.items() if name != fact_id}
    return keep_change(
        draft_id, lambda draft: (with_part(draft.text, "facts", left or None), None), _draft_page, "#uppgifter"
    )


@blueprint.get("/regler/utkast/<int:draft_id>/lista")
def word_list(draft_id: int) -> str:
    """An entry of a named list, by form."""
    return _list_page(draft_report(draft_id), request.args, ())


def _list_page(look: RuleDraftReport, typed: Mapping[str, str], problems: tuple[Problem, ...]) -> str:
    return render_template(
        "rules/draft_parts/word_list.html",
        look=look,
        draft=look.draft,
        typed=typed,
        problems=problems,
        lists=data_of(look).get("lists") or {},
        list_choices=lambda lists: [(name, name) for name in lists],
    )


@blueprint.post("/regler/utkast/<int:draft_id>/lista")
def save_entry(draft_id: int) -> Response:
    """Adds an entry; the list is begun with its first."""
    look = draft_report(draft_id)
    lists = data_of(look).get("lists")
    own: dict[str, Any] = dict(lists) if isinstance(lists, Mapping) else {}
    name = request.form.get("list", "").strip() or forms.slug(request.form.get("label_sv", ""))
    found: dict[str, Any] = dict(
        own.get(name) or {"label": {"sv": request.form.get("label_sv", "").strip()}, "entries": []}
    )
    by = visitor.signed_in_person()
    found["entries"] = [*(found.get("entries") or []), forms.entry_data(request.form, visitor.today(), by.function)]
    own[name] = found
    problems = tuple(_new_problems(look, _try_change(look, text=with_part(look.draft.text, "lists", own)), "entry"))
    if problems:
        return make_response(_list_page(look, request.form, problems), STATUS[Obstacle.INVALID])
    return keep_change(
        draft_id,
        lambda draft: (with_part(draft.text, "lists", own), None),
        lambda again, told: _list_page(again, request.form, told),
        "#listor",
    )


@blueprint.post("/regler/utkast/<int:draft_id>/lista/<list_id>/<place>/bort")
def remove_entry(draft_id: int, list_id: str, place: str) -> Response:
    """Takes a word out of a list."""
    lists = data_of(draft_report(draft_id)).get("lists") or {}
    if list_id not in lists:
        abort(404)
    entries = lists[list_id]["entries"]
    _entry_at(entries, place)
    left = [item for number, item in enumerate(entries) if number != int(place)]
    own = {**lists, list_id: {**lists[list_id], "entries": left}}
    return keep_change(draft_id, lambda draft: (with_part(draft.text, "lists", own), None), _draft_page, "#listor")


@blueprint.post("/regler/utkast/<int:draft_id>/lista/oanvanda")
def retire_words(draft_id: int) -> Response:
    """Takes out the words that have not been found for a year."""
    in_transaction(
        lambda session: word_list_uses.retire_unused_words(
            session, draft_id, posted_whole_number("version") or 0, by=visitor.signed_in_person(), at=visitor.now()
        )
    )
    return redirect_after_post(url_for("drafts.show", draft_id=draft_id) + "#listor")


@blueprint.get("/regler/utkast/<int:draft_id>/typfall/<place>")
def worked_case(draft_id: int, place: str) -> str:
    """A worked case by form."""
    look = draft_report(draft_id)
    written = _written_case(look, place)
    first = {"kind": _kinds(look)[0], "on": visitor.today()}
    return _case_page(look, place, forms.typed_worked_case(written or first, catalogue_of(look)), ())


def _written_case(look: RuleDraftReport, place: str) -> Mapping[str, Any] | None:
    return None if place == NEW else _entry_at(cases_of(look) or [], place)


def _case_page(look: RuleDraftReport, place: str, typed: Mapping[str, str], problems: tuple[Problem, ...]) -> str:
    asked = look.ruleset.criteria if look.ruleset else ()
    given = [typed.get(f"fact-{number}", "") for number in range(forms.CASE_FACTS)]
    read = dict.fromkeys([*(fact for item in asked for fact in item.facts_and_shown), *given])
    catalogue = catalogue_of(look)
    return render_template(
        "rules/draft_parts/worked_case.html",
        look=look,
        draft=look.draft,
        place=place,
        typed=typed,
        problems=problems,
        facts=[catalogue[name] for name in read if name in catalogue],
        criteria=asked,
        rows=forms.CASE_FACTS,
        results=forms.CASE_RESULTS,
        outcomes=CriterionResult,
        kinds=_kinds(look),
        proposal_choices=worded_choices(PROPOSAL_WORDS),
        kind_choices=lambda kinds: [(kind, translate(KIND_HEADINGS[CaseKind(kind)])) for kind in kinds],
    )


@blueprint.post("/regler/utkast/<int:draft_id>/typfall/<place>")
def save_case(draft_id: int, place: str) -> Response:
    """Keeps a worked case, green or red."""
    look = draft_report(draft_id)
    before = _written_case(look, place)
    data, problems = forms.case_data(request.form, before or {}, catalogue_of(look))
    number = None if place == NEW else int(place)
    told = tuple(problems)
    if not told:
        tried = _try_change(look, cases=with_item(look.draft.cases, None, number, data))
        told = tuple(_new_problems(look, tried, "name"))
    if told:
        return make_response(_case_page(look, place, request.form, told), STATUS[Obstacle.INVALID])
    return keep_change(
        draft_id,
        lambda draft: (None, with_item(draft.cases, None, number, data)),
        lambda again, told: _case_page(again, place, request.form, told),
        "#typfall",
    )


@blueprint.post("/regler/utkast/<int:draft_id>/typfall/<place>/bort")
def remove_case(draft_id: int, place: str) -> Response:
    """Takes a worked case out."""
    if _written_case(draft_report(draft_id), place) is None:
        abort(404)
    return keep_change(
        draft_id, lambda draft: (None, with_item(draft.cases, None, int(place), None)), _draft_page, "#typfall"
    )


@blueprint.get("/regler/utkast/<int:draft_id>/om")
def about(draft_id: int) -> str:
    """Title, adoption, validity, what it builds on, and the written routine."""
    look = draft_report(draft_id)
    data = data_of(look)
    adopted, valid, routine = (_mapping(data, key) for key in ("adopted", "valid", "routine"))
    title = data.get("title")
    typed = {
        "title": str(title.get("sv", "")) if isinstance(title, Mapping) else str(title or ""),
        **{key: str(adopted.get(key) or "") for key in ("body", "on", "reference")},
        "from": str(valid.get("from") or ""),
        "to": str(valid.get("to") or ""),
        **{key: str(routine.get(key) or "") for key in ("owner", "anchored", "review_on")},
        "steps": "\n".join(str(step) for step in routine.get("steps") or ()),
    }
    return _about_page(look, typed, ())


def _about_page(look: RuleDraftReport, typed: Mapping[str, str], problems: tuple[Problem, ...]) -> str:
    return render_template(
        "rules/draft_parts/about.html",
        look=look,
        draft=look.draft,
        typed=typed,
        problems=problems,
        builds_on=data_of(look).get("builds_on") or [],
        shipped=sorted(rules_in_use().folder.sets.items()),
    )


@blueprint.post("/regler/utkast/<int:draft_id>/om")
def save_about(draft_id: int) -> Response:
    """Keeps what is said of the whole set."""
    look = draft_report(draft_id)
    days = {name: posted_day(name) for name in ("on", "from", "to", "review_on")}
    wrong = tuple(forms.no_day(name) for name, found in days.items() if found is None and posted_text(name))
    title = data_of(look).get("title")
    parts: dict[str, Any] = {
        "title": {**(title if isinstance(title, Mapping) else {}), "sv": posted_text("title")},
        "adopted": _without_blanks(
            {"body": posted_text("body"), "on": days["on"], "reference": posted_text("reference")}
        ),
        "valid": _without_blanks({"from": days["from"], "to": days["to"]}),
        "routine": _without_blanks(
            {
                "owner": posted_text("owner"),
                "steps": [line.strip() for line in posted_text("steps").splitlines() if line.strip()],
                "anchored": posted_text("anchored"),
                "review_on": days["review_on"],
            }
        ),
    }
    changed = look.draft.text
    for key, value in parts.items():
        if value or key in data_of(look):
            changed = with_part(changed, key, value or None)
    problems = wrong or tuple(_new_problems(look, _try_change(look, text=changed), "title"))
    if problems:
        return make_response(_about_page(look, request.form, problems), STATUS[Obstacle.INVALID])
    return keep_change(
        draft_id, lambda _draft: (changed, None), lambda again, told: _about_page(again, request.form, told)
    )


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    return found if isinstance(found, Mapping) else {}


def _without_blanks(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value}
