"""A form that came back: which form it is, and what stands in it as a person would have typed it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.domain.cells import tidy
from vetting.domain.conditions.folding import folded_text
from vetting.domain.facts import FactType
from vetting.domain.paper_forms import (
    CHOOSE,
    HERE,
    OF_THE_SIGNATURE,
    SIGNATURE,
    TICKED,
    FormKind,
    field_of,
    paper_form,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetting.domain.facts import Catalogue
    from vetting.domain.ruleset import RuleSet

MARK: Final = re.compile(r"blankett-(application|booking|report)-([0-9a-f]{12})(?![0-9a-f])")
EMPTY: Final = frozenset({"", "☐", "□", *map(folded_text, (*HERE, *CHOOSE))})
"""What stands in a field that nobody has filled in."""
TICKS: Final = frozenset({"☒", "☑", "✓", "✔", "x", "ja", "yes", "sant", "true", "1"})
MOST_UNKNOWN: Final = 40


class Answer(NamedTuple):
    """What stands in one field: the fact that it was made for (empty where the file has lost it), its label."""

    fact: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedForm:
    """A form as it came back."""

    kind: FormKind
    by_other_rules: bool
    """It was made from other rules than those in force."""
    typed: Mapping[str, str]
    """Fact -> what stands there; blank fields are left out."""
    papers: tuple[str, ...]
    """Papers that are said to come with it."""
    unknown: tuple[tuple[str, str], ...]
    """(label, what stands there) of what is no field of the form any more."""


def marked(texts: Iterable[str]) -> tuple[FormKind, str] | None:
    """Kind and rules of a form, by the mark that stands in it; None for any other file."""
    for text in texts:
        found = MARK.search(text)
        if found is not None:
            return FormKind(found[1]), found[2]
    return None


def returned_form(kind: FormKind, rules: str, answers: Iterable[Answer], ruleset: RuleSet) -> ReturnedForm:
    """The answers by fact: by the field's own sign, or by its label where the file has lost the sign."""
    catalogue = ruleset.catalogue
    form = paper_form(kind, ruleset, board="", letterhead="")
    declared = {field.fact for field in form.declarations}
    own = {folded_text(text): field.fact for part in form.parts for field in part.fields for text in field.label}
    by_label = labels(catalogue) | own
    typed: dict[str, str] = {}
    papers: list[str] = []
    unknown: list[tuple[str, str]] = []
    for answer in answers:
        text = tidy(answer.text)
        if folded_text(text) in EMPTY:
            continue
        name = answer.fact if answer.fact in catalogue else by_label.get(folded_text(answer.label), "")
        if name not in catalogue:
            unknown.append((tidy(answer.label)[:200], text[:200]))
        elif catalogue[name].type is FactType.DOCUMENT:
            if folded_text(text) in TICKS:
                papers.append(name)
        elif name in declared:
            if folded_text(text) in TICKS:
                typed[name] = "ja"
        else:
            typed.setdefault(name, text)
    return ReturnedForm(
        kind=kind, by_other_rules=rules != ruleset.fingerprint[: len(rules)], papers=tuple(dict.fromkeys(papers)),
        typed=typed | _of_the_signature(typed, declared & typed.keys(), catalogue),
        unknown=tuple(unknown[:MOST_UNKNOWN]),
    )  # fmt: skip


def _of_the_signature(typed: Mapping[str, str], ticked: Iterable[str], catalogue: Catalogue) -> dict[str, str]:
    """Each declaration that is ticked is signed by whom and when the form is signed."""
    role, day = (typed.get(name, "") for name in SIGNATURE)
    found = {}
    for name in ticked:
        for ending, said in zip(OF_THE_SIGNATURE, (day, role), strict=True):
            fact = name.removesuffix(TICKED) + ending
            if said and fact in catalogue:
                found[fact] = said
    return found


def labels(catalogue: Catalogue) -> dict[str, str]:
    """Folded label -> fact, in both languages, with and without a unit; labels that two facts share are left out."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for fact in catalogue.values():
        for label in {folded_text(text) for text in (*fact.label, *field_of(fact).label)}:
            if found.setdefault(label, fact.id) != fact.id:
                shared.add(label)
    return {label: name for label, name in found.items() if label not in shared}
