"""Writing rules: a draft with its criteria, facts, lists and worked cases, tried on cases and handed over."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, g, render_template, request, url_for

from vetting.engine.amounts import amount_in_words
from vetting.engine.form_facts import form_sections
from vetting.formats.yaml_reading import read_text
from vetting.grants.models.rounds import rounds as rounds_of_board
from vetting.grants.models.rounds import schemes_of_rounds
from vetting.grants.models.schemes import schemes_with
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused, UnreadableError
from vetting.kernel.store.jobs import jobs_about
from vetting.kernel.text import _, same_in_both
from vetting.rules.domain.language_reference import COMPARISON_HELP
from vetting.rules.forms import (
    DraftStepForm,
    FormsOfDraft,
    FormsOfNewRules,
    GiveBackForm,
    NewRulesForm,
    RuleFilesForm,
    RuleTextForm,
)
from vetting.rules.models import draft_of, open_rule_drafts, own_sets
from vetting.rules.services import drafts as service
from vetting.rules.services import publishing, word_list_uses
from vetting.rules.services.drafts import StaleDraftError
from vetting.rules.services.filled_cases import not_shown
from vetting.rules.services.own_rules import (
    give_rules_to_letting_kind,
    give_rules_to_scheme,
    letting_kinds_without_rules,
    reach_words,
    schemes_without_rules,
)
from vetting.rules.services.rule_trials import CaseSelection, ask_for
from vetting.rules.services.rulebook import rules_in_use
from vetting.web import visitor
from vetting.web.preferences import visitor_language
from vetting.web.view_helpers import act_by_form, posted_form, whole_number_in_address
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.engine.facts import Catalogue
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.session import ReadingSession, WritingSession
    from vetting.kernel.text import Words
    from vetting.rules.models import RuleDraft
    from vetting.rules.services.drafts import RuleDraftReport
    from vetting.web.forms import PostedForm

blueprint = Blueprint("drafts", __name__)


@blueprint.get("/regler/nytt")
def new() -> str:
    """From nothing, on a set that comes with the program, or from a file."""
    return _new()


def _new(refused: PostedForm | None = None) -> str:
    forms = FormsOfNewRules(refused)
    with reading_session() as session:
        own = own_sets(session, visitor.signed_in_person().board_id)
        only = _things_without_rules(session)
    sets = {name: _("{title} (er version {number})", title=row.title, number=row.number) for name, row in own.items()}
    for name, ruleset in sorted(rules_in_use().folder.sets.items()):
        sets.setdefault(name, _shipped_words(ruleset))
    return render_template(
        "rules/drafts/new.html",
        refused=refused,
        form=forms.new(sets, request.args.get("builds_on", ""), only),
        files=forms.files(),
    )


def _things_without_rules(session: ReadingSession) -> dict[str | int, Words]:
    """The grant schemes and the kinds of letting that can be given rules of their own."""
    schemes = schemes_without_rules(session)
    found: dict[str | int, Words] = {f"{CaseKind.GRANT}.{item.id}": same_in_both(item.name) for item in schemes}
    for kind in letting_kinds_without_rules(session):
        found[f"{CaseKind.BOOKING}.{kind.id}"] = _("{name} (lokaler)", name=kind.name)
    return found


def _shipped_words(ruleset: RuleSet) -> Words:
    """What a set that comes with the program is called, with the year of a plan of its time."""
    adopted = ruleset.adopted
    return ruleset.title + same_in_both(f" ({adopted.on[:4]})") if adopted.body else ruleset.title


@blueprint.post("/regler/nytt")
def create() -> Response:
    """Begins a draft."""
    form = posted_form(NewRulesForm)
    base = rules_in_use().folder.sets.get(form.builds_on.data)

    def begin(session: WritingSession) -> RuleDraft:
        given = form.command(of_others=base is not None and bool(base.adopted.body))
        begun = {draft.id for draft in open_rule_drafts(session, session.person.board_id)}
        draft = service.begin_draft(session, given)
        if draft.id in begun:
            form.receipt = _("Utkastet var redan påbörjat och visas här.")
        if form.only_for is not None:
            kind, key = form.only_for
            give = give_rules_to_scheme if kind is CaseKind.GRANT else give_rules_to_letting_kind
            give(session, key, draft.ruleset)
        return draft

    return _begin_draft(form, begin)


@blueprint.post("/regler/nytt/fil")
def take_in() -> Response:
    """A draft from files, kept byte for byte."""
    form = posted_form(RuleFilesForm)
    return _begin_draft(
        form,
        lambda session: service.take_in(session, *form.command()),
    )


def _begin_draft(form: PostedForm, work: Callable[[WritingSession], RuleDraft]) -> Response:
    return act_by_form(form, work, onto=lambda draft: url_for("drafts.show", draft_id=draft.id), again=_new)


def draft_report(draft_id: int) -> RuleDraftReport:
    """The draft, read and checked; once for a page that only reads, however many of its parts ask."""
    if request.method != "GET":
        return _read_anew(draft_id)
    reports: dict[int, RuleDraftReport] = g.setdefault("draft_reports", {})
    if draft_id not in reports:
        reports[draft_id] = _read_anew(draft_id)
    return reports[draft_id]


def _read_anew(draft_id: int) -> RuleDraftReport:
    with reading_session() as session:
        found = service.read_draft(session, draft_id, on=visitor.today())
        session.expunge_all()
    return found


FILLED: Final = ("nya", "om", "bort")
"""How many worked cases were added, made anew and taken out, told once on the page that follows."""


@blueprint.get("/regler/utkast/<int:draft_id>")
def show(draft_id: int) -> str:
    """The draft: its criteria, facts, lists, worked cases, what is wrong and what is next."""
    return render_draft(draft_id)


def render_draft(draft_id: int, refused: PostedForm | None = None) -> str:
    """The page of a draft, with what was refused."""
    look = draft_report(draft_id)
    with reading_session() as session:
        jobs = jobs_about(session, visitor.signed_in_person().board_id, service.WHAT_IF, str(draft_id))
        rounds = rounds_of_board(session)
        written = data_of(look).get("kinds")
        kinds = written if isinstance(written, list) else []
        reach = reach_words(session, look.draft.board_id, look.draft.ruleset, kinds)
        is_own = service.is_own(session, look.draft)
        named = schemes_with(session, look.draft.board_id, look.draft.ruleset)
        if named:
            of_rounds = schemes_of_rounds(session, look.draft.board_id)
            own_schemes = {item.id for item in named}
            rounds = [item for item in rounds if own_schemes & {one.id for one in of_rounds.get(item.id, ())}]
        lists = look.read.draft.lists if look.read.draft else {}
        words = word_list_uses.word_uses_of_board(session, lists, on=visitor.today())
    forms = FormsOfDraft(refused, look.draft.version)
    own = names_of_criteria(look)
    return render_template(
        "rules/drafts/show.html",
        look=look,
        draft=look.draft,
        jobs=jobs,
        shaped=is_well_shaped(look),
        ran=look.ran,
        words=words,
        entries=criteria_of(look),
        own=own,
        bases=[
            *([look.common.title.to(visitor_language())] if look.common is not None else []),
            *(look.read.draft.builds_on if look.read.draft is not None else ()),
        ],
        not_shown=not_shown(look) if look.read.cases else [],
        filled=[whole_number_in_address(name) or 0 for name in FILLED] if FILLED[0] in request.args else None,
        inherited=[item for item in look.inherited if item.id not in own],
        replaced={item.id: item for item in look.inherited if item.id in own},
        left_out=set(look.read.draft.leaves_out) if look.read.draft else set(),
        reach=reach,
        own_rules_of=None if is_own else "schemes.index" if "grant" in kinds else "letting_kinds.index",
        headings=form_sections(look.ruleset, CaseKind.GRANT) if look.ruleset else (),
        grants="grant" in kinds,
        amount=amount_in_words(look.ruleset.amount, look.ruleset.catalogue)
        if look.ruleset and look.ruleset.amount
        else None,
        refused=refused,
        take=forms.take({name: item.label for name, item in _library(look)}),
        try_out=forms.try_out({item.id: same_in_both(item.name) for item in rounds}),
        back=forms.give_back(),
    )


def data_of(look: RuleDraftReport) -> Mapping[str, Any]:
    """The file's data, as far as it could be read."""
    found = look.read.document.data if look.read.document else None
    return found if isinstance(found, Mapping) else {}


def criteria_of(look: RuleDraftReport) -> list[Any]:
    """The criteria as they are written."""
    found = data_of(look).get("criteria")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def draft_kinds(look: RuleDraftReport) -> frozenset[CaseKind]:
    """The kinds of case that the rules are for, as they are written; grants when nothing is."""
    kinds = data_of(look).get("kinds")
    known = {str(kind) for kind in kinds} & set(CaseKind) if isinstance(kinds, list) else set()
    return frozenset(CaseKind(kind) for kind in known) or frozenset({CaseKind.GRANT})


def names_of_criteria(look: RuleDraftReport) -> set[str]:
    """The criteria that the file says itself, by id, also while something in it is wrong."""
    return {str(entry.get("use") or entry.get("id")) for entry in criteria_of(look)}


def is_well_shaped(look: RuleDraftReport) -> bool:
    """Whether the files have the shape that forms can change; otherwise only the text can be written in."""
    data = look.read.document.data if look.read.document else None
    if not isinstance(data, dict):
        return False
    kinds, criteria, lists = data.get("kinds"), data.get("criteria"), data.get("lists") or {}
    return (
        isinstance(kinds, list)
        and bool(kinds)
        and all(kind in set(CaseKind) for kind in kinds if isinstance(kind, str))
        and all(isinstance(kind, str) for kind in kinds)
        and isinstance(criteria, list)
        and all(_is_criterion(item) for item in criteria)
        and all(isinstance(data.get(key) or {}, dict) for key in ("facts", "lists", "adopted", "valid", "routine"))
        and all(
            isinstance(item, dict)
            and isinstance(item.get("entries"), list)
            and all(isinstance(entry, dict) for entry in item["entries"])
            for item in lists.values()
        )
        and isinstance((data.get("routine") or {}).get("steps") or [], list)
        and all(_is_case(item) for item in cases_of(look) or [])
        and cases_of(look) is not None
    )


def _is_criterion(item: object) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("use", item.get("id")), str):
        return False
    applies = item.get("applies_to", [])
    sources = item.get("sources", [])
    settings = item.get("settings") or {}
    return isinstance(applies, list) and isinstance(sources, list) and isinstance(settings, dict)


def _is_case(item: object) -> bool:
    if not isinstance(item, dict):
        return False
    expect = item.get("expect") or {}
    return (
        isinstance(expect, dict)
        and isinstance(expect.get("results") or {}, dict)
        and isinstance(item.get("facts") or {}, dict)
        and isinstance(item.get("absent") or [], list)
    )


def cases_of(look: RuleDraftReport) -> list[Any] | None:
    """The worked cases as they are written; None when the file is no list."""
    try:
        found = read_text(look.draft.cases.encode(), "cases").data
    except UnreadableError:
        return None
    return found if isinstance(found, list) else [] if found is None else None


def _library(look: RuleDraftReport) -> list[tuple[str, Any]]:
    """What could be taken from the library: what the set has not got."""
    have = {criterion.id for criterion in look.ruleset.criteria} if look.ruleset else set()
    return sorted(
        ((name, item) for name, item in rules_in_use().folder.book.library.items() if name not in have),
        key=lambda pair: pair[1].label.sv,
    )


def catalogue_of(look: RuleDraftReport) -> Catalogue:
    """The facts a draft may read, also while something else in it is wrong."""
    if look.ruleset:
        return look.ruleset.catalogue
    return {**rules_in_use().folder.book.catalogue, **(look.read.draft.facts if look.read.draft else {})}


@blueprint.get("/regler/utkast/<int:draft_id>/text")
def text_form(draft_id: int) -> str:
    """The files themselves, to be written in."""
    return _text_page(draft_id)


def _text_page(draft_id: int, refused: RuleTextForm | None = None, stale: StaleDraftError | None = None) -> str:
    """stale: somebody has written in it meanwhile; what stands there now is shown beside what was typed."""
    look = draft_report(draft_id)
    form = refused or RuleTextForm(
        known={"version": look.draft.version, "text": look.draft.text, "cases": look.draft.cases}
    )
    if stale is not None:
        form.carry(version=stale.version)
    return render_template(
        "rules/drafts/text_form.html",
        look=look,
        draft=look.draft,
        form=form,
        stale=stale,
        differs=_differing(stale, form) if stale else (),
        comparisons=COMPARISON_HELP,
    )


def _as_ended(typed: str, kept: str) -> str:
    """What was typed with the ends of lines that the kept file has; the file itself when nothing else differs."""
    if typed == kept.replace("\r\n", "\n"):
        return kept
    return typed.replace("\n", "\r\n") if "\r\n" in kept else typed


def _differing(stale: StaleDraftError, form: RuleTextForm) -> list[str]:
    """The lines that are not the same in what stands there now (-) and in what was written (+)."""
    found = []
    for theirs, mine in ((stale.text, form.text.data), (stale.cases, form.cases.data)):
        lines = difflib.unified_diff(theirs.splitlines(), mine.splitlines(), lineterm="", n=1)
        found += [line for line in lines if not line.startswith(("---", "+++"))]
    return found


@blueprint.post("/regler/utkast/<int:draft_id>/text")
def save_text(draft_id: int) -> Response:
    """Keeps both files as they are written, faults and all; a line that ends in a browser's way ends as it did."""
    form = posted_form(RuleTextForm)
    met: list[StaleDraftError] = []

    def keep(session: WritingSession) -> None:
        kept = draft_of(session, visitor.signed_in_person().board_id, draft_id)
        if kept is None:
            raise Refused(Obstacle.MISSING)
        given = form.command(
            draft_id, text=_as_ended(form.text.data, kept.text), cases=_as_ended(form.cases.data, kept.cases)
        )
        try:
            service.save_draft_text(session, given)
        except StaleDraftError as stale:
            met.append(stale)
            raise

    return act_by_form(
        form,
        keep,
        onto=url_for("drafts.show", draft_id=draft_id),
        again=lambda refused: _text_page(draft_id, refused, met[-1] if met else None),
    )


@blueprint.post("/regler/utkast/<int:draft_id>/lamna")
def hand_over(draft_id: int) -> Response:
    """The draft goes to a second person, and is tried on all cases meanwhile, so that the answer is there to read."""
    form = posted_form(DraftStepForm)
    at = visitor.now()

    def hand(session: WritingSession) -> None:
        draft = service.hand_over(session, draft_id, form.version.data)
        found = service.report_on_draft(session, draft, on=at.date())
        if found.ruleset is not None and publishing.tried_as(session, draft, found.ruleset) is None:
            ask_for(session, draft_id, CaseSelection())

    return _step(
        draft_id,
        form,
        hand,
    )


@blueprint.post("/regler/utkast/<int:draft_id>/tillbaka")
def give_back(draft_id: int) -> Response:
    """Back to be written on."""
    form = posted_form(GiveBackForm, key="back")
    return _step(
        draft_id,
        form,
        lambda session: service.give_back(session, draft_id, form.because.data, form.version.data),
    )


@blueprint.post("/regler/utkast/<int:draft_id>/kasta")
def discard(draft_id: int) -> Response:
    """Throws the draft away."""
    form = posted_form(DraftStepForm)
    return _step(
        draft_id,
        form,
        lambda session: service.discard_rule_draft(session, draft_id, form.version.data),
        url_for("versions.index"),
    )


def _step(draft_id: int, form: PostedForm, work: Callable[[WritingSession], object], onto: str = "") -> Response:
    return act_by_form(
        form,
        work,
        onto=onto or url_for("drafts.show", draft_id=draft_id),
        again=lambda refused: render_draft(draft_id, refused),
    )
