"""Writing rules: a draft with its criteria, facts, lists and worked cases, tried on cases and handed over."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.formats.yaml_reading import LARGEST_BYTES, read_text, too_large
from vetting.grants import models as rounds_store
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.store.jobs import jobs_about
from vetting.kernel.text import _
from vetting.rules import forms
from vetting.rules.domain.language_reference import COMPARISON_HELP
from vetting.rules.models import draft_of
from vetting.rules.services import drafts as service
from vetting.rules.services import word_list_uses
from vetting.rules.services.drafts import RuleDraftChange, StaleDraftError
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import (
    in_transaction,
    posted_day,
    posted_text,
    posted_whole_number,
    redirect_after_post,
    rules_in_use,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.engine.facts import Catalogue
    from vetting.rules.models import RuleDraft
    from vetting.rules.services.drafts import RuleDraftReport

blueprint = Blueprint("drafts", __name__)


@blueprint.get("/regler/nytt")
def new() -> str:
    """From nothing, on a set that comes with the program, or from a file."""
    return _new(())


def _new(problems: tuple[Problem, ...]) -> str:
    return render_template(
        "rules/drafts/new.html",
        problems=problems,
        typed=request.form or request.args,
        shipped=sorted(rules_in_use().folder.sets.items()),
    )


@blueprint.post("/regler/nytt")
def create() -> Response:
    """Begins a draft."""
    adopted = None
    if posted_text("body") or posted_text("reference") or posted_text("on"):
        on = posted_day("on")
        if on is None or not posted_text("body") or not posted_text("reference"):
            problem = Problem(
                "on", _("Organ, dag och diarienummer behövs alla tre."), _("Fyll i dem, eller lämna alla tomma.")
            )
            return make_response(_new((problem,)), STATUS[Obstacle.INVALID])
        adopted = service.NewAdoption(body=posted_text("body"), on=on, reference=posted_text("reference"))
    given = service.NewRuleDraft(
        ruleset=posted_text("ruleset") or forms.slug(posted_text("title")),
        title=posted_text("title"),
        builds_on=posted_text("builds_on"),
        version=posted_whole_number("version"),
        adopted=adopted,
        kinds=tuple(request.form.getlist("kinds")) or ("grant",),
    )
    base = rules_in_use().folder.sets.get(given.builds_on)
    if base is not None and base.adopted.body and (adopted is None or not posted_text("read")):
        problem = Problem(
            "body",
            _("Reglerna är antagna av en annan nämnd, vid en annan tid."),
            _("Skriv när er nämnd antog dem, och kryssa i att du har läst varningen."),
        )
        return make_response(_new((problem,)), STATUS[Obstacle.INVALID])
    return _begin_draft(
        lambda session: service.begin_draft(
            session, given, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()
        )
    )


@blueprint.post("/regler/nytt/fil")
def take_in() -> Response:
    """A draft from files, kept byte for byte."""
    files = [request.files.get(name) for name in ("rules_file", "cases_file")]
    contents = [upload.stream.read(LARGEST_BYTES + 1) if upload else b"" for upload in files]
    for content in contents:
        if len(content) > LARGEST_BYTES:
            return make_response(_new((too_large("rules_file", len(content)).problem,)), STATUS[Obstacle.INVALID])
    return _begin_draft(
        lambda session: service.take_in(session, *contents, by=visitor.signed_in_person(), at=visitor.now())
    )


def _begin_draft(work: Callable[[Any], RuleDraft]) -> Response:
    try:
        draft = in_transaction(work)
    except UnreadableError as error:
        return make_response(_new((error.problem,)), STATUS[Obstacle.INVALID])
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        return make_response(_new(refused.problems), STATUS[refused.obstacle])
    return redirect_after_post(url_for("drafts.show", draft_id=draft.id))


def draft_report(draft_id: int) -> RuleDraftReport:
    """The draft, read and checked."""
    with reading_session() as session:
        found = service.read_draft(
            session, draft_id, rules=rules_in_use(), by=visitor.signed_in_person(), on=visitor.today()
        )
        session.expunge_all()
    return found


@blueprint.get("/regler/utkast/<int:draft_id>")
def show(draft_id: int) -> str:
    """The draft: its criteria, facts, lists, worked cases, what is wrong and what is next."""
    return render_draft(draft_id, ())


def render_draft(draft_id: int, problems: tuple[Problem, ...]) -> str:
    """The page of a draft, with what was refused."""
    look = draft_report(draft_id)
    with reading_session() as session:
        jobs = jobs_about(session, visitor.signed_in_person().board_id, service.WHAT_IF, str(draft_id))
        rounds = rounds_store.rounds(session, visitor.signed_in_person())
        lists = look.read.draft.lists if look.read.draft else {}
        words = word_list_uses.word_uses_of_board(session, lists, by=visitor.signed_in_person(), on=visitor.today())
    return render_template(
        "rules/drafts/show.html",
        look=look,
        draft=look.draft,
        jobs=jobs,
        shaped=is_well_shaped(look),
        rounds=rounds,
        ran=look.ran,
        words=words,
        entries=criteria_of(look),
        problems=problems,
        typed=request.form,
        library=_library(look),
    )


def data_of(look: RuleDraftReport) -> Mapping[str, Any]:
    """The file's data, as far as it could be read."""
    found = look.read.document.data if look.read.document else None
    return found if isinstance(found, Mapping) else {}


def criteria_of(look: RuleDraftReport) -> list[Any]:
    """The criteria as they are written."""
    found = data_of(look).get("criteria")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


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
    return _text_page(draft_id, None, (), None)


def _text_page(
    draft_id: int, typed: Mapping[str, str] | None, problems: tuple[Problem, ...], stale: StaleDraftError | None
) -> str:
    look = draft_report(draft_id)
    return render_template(
        "rules/drafts/text_form.html",
        look=look,
        draft=look.draft,
        typed=typed,
        problems=problems,
        stale=stale,
        differs=_differing(stale, typed) if stale and typed else (),
        comparisons=COMPARISON_HELP,
    )


def _as_ended(typed: str, kept: str) -> str:
    """What was typed with the ends of lines that the kept file has; the file itself when nothing else differs."""
    if typed == kept.replace("\r\n", "\n"):
        return kept
    return typed.replace("\n", "\r\n") if "\r\n" in kept else typed


def _differing(stale: StaleDraftError, typed: Mapping[str, str]) -> list[str]:
    """The lines that are not the same in what stands there now (-) and in what was written (+)."""
    found = []
    for theirs, mine in ((stale.text, typed["text"]), (stale.cases, typed["cases"])):
        lines = difflib.unified_diff(theirs.splitlines(), mine.splitlines(), lineterm="", n=1)
        found += [line for line in lines if not line.startswith(("---", "+++"))]
    return found


@blueprint.post("/regler/utkast/<int:draft_id>/text")
def save_text(draft_id: int) -> Response:
    """Keeps both files as they are written, faults and all; a line that ends in a browser's way ends as it did."""
    typed = {name: request.form.get(name, "").replace("\r\n", "\n") for name in ("text", "cases")}
    with reading_session() as session:
        kept = draft_of(session, visitor.signed_in_person().board_id, draft_id)
        ended = (
            {"text": _as_ended(typed["text"], kept.text), "cases": _as_ended(typed["cases"], kept.cases)}
            if kept
            else typed
        )
    given = RuleDraftChange(
        key=draft_id, version=posted_whole_number("version") or 0, text=ended["text"], cases=ended["cases"]
    )
    try:
        in_transaction(
            lambda session: service.save_draft_text(session, given, by=visitor.signed_in_person(), at=visitor.now())
        )
    except StaleDraftError as stale:
        return make_response(_text_page(draft_id, typed, stale.problems, stale), STATUS[stale.obstacle])
    except Refused as refused:
        if refused.obstacle is Obstacle.MISSING:
            raise
        return make_response(_text_page(draft_id, typed, refused.problems, None), STATUS[refused.obstacle])
    return redirect_after_post(url_for("drafts.show", draft_id=draft_id))


@blueprint.post("/regler/utkast/<int:draft_id>/lamna")
def hand_over(draft_id: int) -> Response:
    """The draft goes to a second person."""
    return _step(
        draft_id,
        lambda session: service.hand_over(
            session,
            draft_id,
            posted_whole_number("version"),
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/regler/utkast/<int:draft_id>/tillbaka")
def give_back(draft_id: int) -> Response:
    """Back to be written on."""
    return _step(
        draft_id,
        lambda session: service.give_back(
            session,
            draft_id,
            posted_text("because"),
            posted_whole_number("version"),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/regler/utkast/<int:draft_id>/kasta")
def discard(draft_id: int) -> Response:
    """Throws the draft away."""
    in_transaction(
        lambda session: service.discard_rule_draft(
            session, draft_id, posted_whole_number("version"), by=visitor.signed_in_person(), at=visitor.now()
        )
    )
    return redirect_after_post(url_for("versions.index"))


def _step(draft_id: int, work: Callable[[Any], object]) -> Response:
    try:
        in_transaction(work)
    except Refused as refused:
        if refused.obstacle in {Obstacle.MISSING, Obstacle.FORBIDDEN}:
            raise
        return make_response(render_draft(draft_id, refused.problems), STATUS[refused.obstacle])
    return redirect_after_post(url_for("drafts.show", draft_id=draft_id))
