"""The library asked with typed or pasted conditions: the nearest criteria, to take or to start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from vetting.rules.forms import SearchLibraryForm
from vetting.rules.models import DRAFT
from vetting.rules.pages.draft_parts import LONGEST_IN_ADDRESS
from vetting.rules.pages.drafts import draft_kinds, draft_report, is_well_shaped, names_of_criteria
from vetting.rules.services.rulebook import rules_in_use
from vetting.web.view_helpers import posted_form

if TYPE_CHECKING:
    from werkzeug import Response

    from vetting.engine.criteria import Criterion
    from vetting.engine.library_matching import KnownAs, LibraryIndex
    from vetting.kernel.case_kinds import CaseKind

blueprint = Blueprint("library_search", __name__)
MOST_LINES: Final = 40
OF_ONE: Final = 5
"""Criteria that are shown for one condition."""
OF_EACH: Final = 3
"""And for each of several."""


@dataclass(frozen=True, slots=True)
class AnsweredCondition:
    """A condition as it was typed, and the criteria it is nearest."""

    text: str
    nearest: list[tuple[Criterion, KnownAs]]


@blueprint.get("/regler/utkast/<int:draft_id>/bibliotek")
def show(draft_id: int) -> Response | str:
    """One condition or several, a line each, and what the library has that is nearest."""
    return _show(draft_id, request.args.get("villkor", ""))


@blueprint.post("/regler/utkast/<int:draft_id>/bibliotek/sok")
def search(draft_id: int) -> Response | str:
    """The same of what is typed or pasted: a whole guideline is no address."""
    return _show(draft_id, posted_form(SearchLibraryForm).villkor.typed)


def _show(draft_id: int, typed: str) -> Response | str:
    look = draft_report(draft_id)
    if not is_well_shaped(look):
        return redirect(url_for("drafts.text_form", draft_id=draft_id))
    form = SearchLibraryForm(known={"villkor": typed})
    lines = [line for line in (line.strip(" \t-–•*") for line in form.villkor.typed.splitlines()) if line]
    index = rules_in_use().folder.index
    kinds, most = draft_kinds(look), OF_ONE if len(lines) == 1 else OF_EACH
    taken = {criterion.id: criterion for criterion in look.ruleset.criteria} if look.ruleset else {}
    return render_template(
        "rules/library_search/show.html",
        draft=look.draft,
        writes=look.draft.state == DRAFT,
        ruleset=look.ruleset,
        form=form,
        again=typed if len(typed) <= LONGEST_IN_ADDRESS else "",
        answered=[AnsweredCondition(line, _nearest(index, line, most, kinds)) for line in lines[:MOST_LINES]],
        left_out=len(lines[MOST_LINES:]),
        have=dict.fromkeys(names_of_criteria(look)) | taken,
        published=index.other_words.of,
    )


def _nearest(index: LibraryIndex, line: str, most: int, kinds: frozenset[CaseKind]) -> list[tuple[Criterion, KnownAs]]:
    """Only of criteria that can be asked of a kind of case that the rules are for."""
    found = (match.criterion for match in index.nearest(line, len(index.library)) if match.criterion.kinds & kinds)
    return [(criterion, index.often(criterion)) for criterion, _place in zip(found, range(most), strict=False)]
