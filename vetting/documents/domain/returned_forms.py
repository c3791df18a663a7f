"""A form that came back: which form it is, and what stands in it as a person would have typed it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.documents.domain.paper_forms import (
    CHOOSE,
    HERE,
    OF_THE_SIGNATURE,
    SIGNATURE,
    SIGNATURE_FIELD,
    FormKind,
    paper_form,
)
from vetting.engine.cells import THERE, YES
from vetting.engine.conditions.folding import folded_text, words_of
from vetting.kernel.typed_text import tidy_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetting.engine.facts import Catalogue
    from vetting.engine.ruleset import RuleSet

MARK: Final = re.compile(r"blankett-(application|booking|report)-([0-9a-f]{12})(?![0-9a-f])")
EMPTY: Final = frozenset({"", "☐", "□", *map(folded_text, (*HERE, *CHOOSE))})
"""What stands in a field that nobody has filled in."""
TICKS: Final = frozenset({"☒", "☑", "✓", "✔", "kryss", "intygas", "forsakras", "försäkras"}) | YES | THERE
BUTS: Final = frozenset({"inte", "ej", "nej", "men", "not", "no", "but"})
MOST_UNKNOWN: Final = 40
LONGEST_SHOWN: Final = 200


class FormAnswer(NamedTuple):
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


def says_yes(text: str) -> bool:
    """Whether what stands in a box ticks it: a cross, 'ja', 'Ja, vi intygar', 'bifogas'; 'ja, men inte' does not."""
    said = words_of(text)
    return folded_text(text) in TICKS or (said[:1] != [] and said[0] in TICKS and not BUTS.intersection(said))


def form_mark(texts: Iterable[str]) -> tuple[FormKind, str] | None:
    """Kind and rules of a form, by the mark that stands in it; None for any other file."""
    for text in texts:
        found = MARK.search(text)
        if found is not None:
            return FormKind(found[1]), found[2]
    return None


def returned_form(kind: FormKind, rules: str, answers: Iterable[FormAnswer], ruleset: RuleSet) -> ReturnedForm:
    """The answers by fact: by the field's own sign, or by its label where the file has lost the sign.

    Only what the form asks is taken for an answer: whatever else somebody has written into the file, even under the
    sign of another fact, is shown to a person and is none.
    """
    form = paper_form(kind, ruleset, board="", letterhead="")
    fields = {field.fact: field for part in form.parts for field in part.fields}
    by_label = {folded_text(text): name for name, field in fields.items() for text in field.label}
    ticks = {field.fact for field in (*form.papers, *form.declarations)}
    papers = {field.fact for field in form.papers}
    typed: dict[str, str] = {}
    ticked: list[str] = []
    unknown: list[tuple[str, str]] = []
    for answer in answers:
        text = tidy_text(answer.text)
        if folded_text(text) in EMPTY:
            continue
        name = answer.fact if answer.fact in fields else by_label.get(folded_text(answer.label), "")
        if name in ticks and says_yes(text):
            ticked.append(name)
        elif name not in ruleset.catalogue or name in ticks or typed.setdefault(name, text) != text:
            unknown.append((tidy_text(answer.label)[:LONGEST_SHOWN], text[:LONGEST_SHOWN]))
    declared = [name for name in dict.fromkeys(ticked) if name not in papers]
    typed |= dict.fromkeys(declared, "ja")
    return ReturnedForm(
        kind=kind,
        by_other_rules=rules != ruleset.fingerprint[: len(rules)],
        unknown=tuple(unknown[:MOST_UNKNOWN]),
        papers=tuple(name for name in dict.fromkeys(ticked) if name in papers),
        typed=typed | _of_the_signature(typed, declared, ruleset.catalogue),
    )


def _of_the_signature(typed: Mapping[str, str], ticked: Iterable[str], catalogue: Catalogue) -> dict[str, str]:
    """Each declaration that is ticked is signed by whom and when the form is signed."""
    role, day = (typed.get(name, "") for name in SIGNATURE)
    found = {}
    for name in ticked:
        for ending, said in zip(OF_THE_SIGNATURE, (day, role), strict=True):
            fact = name.removesuffix(SIGNATURE_FIELD) + ending
            if said and fact in catalogue:
                found[fact] = said
    return found
