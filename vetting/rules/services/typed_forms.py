"""The application form as it is typed on its page, and as the data of a rule file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.application_forms import MOST_PARTS
from vetting.kernel.problem import Problem
from vetting.kernel.text import _
from vetting.rules.services.typed_parts import kept_text, swedish_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vetting.engine.form_facts import FormFactSection
    from vetting.rules.services.typed_parts import TypedFields

HEADING, HELPED, PART, PLACE, HELP = "heading-", "helped-", "part-", "place-", "help-"
"""What the fields begin with: of a heading and what is said of it; of a question its heading, place and help."""
LAST: Final = 10_000


def typed_form(data: object) -> dict[str, str]:
    """The fields of the page for the form as it is written."""
    found = data if isinstance(data, Mapping) else {}
    typed = {"intro_sv": swedish_of(found.get("intro"))}
    for number, part in enumerate(_parts(found)):
        typed |= {
            f"{HEADING}{number}": swedish_of(part.get("heading")),
            f"{HELPED}{number}": swedish_of(part.get("help")),
        }
        for place, fact in enumerate(part.get("facts") or (), 1):
            typed |= {f"{PART}{fact}": str(number), f"{PLACE}{fact}": str(place)}
    helped = found.get("help")
    for fact, words in helped.items() if isinstance(helped, Mapping) else ():
        typed[f"{HELP}{fact}"] = swedish_of(words)
    return typed


def written_form(sections: Iterable[FormFactSection]) -> dict[str, Any]:
    """A form as it is asked today, the way a file would say it: where a board begins to change it."""
    return {
        "parts": [
            {
                "heading": {"sv": section.heading.sv, "en": section.heading.en},
                "facts": [fact.id for fact in section.facts],
            }
            for section in sections
        ]
    }


def form_data(typed: TypedFields, asked: Sequence[str], before: object) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The form as it is written in a file, None where nothing is said; and what could not be understood.

    asked: the questions, in the rules' order. What is not asked today keeps its place; a text that is the same in
    Swedish keeps its English.
    """
    was = before if isinstance(before, Mapping) else {}
    problems: list[Problem] = []
    placed: dict[int, list[tuple[int, int, str]]] = {}
    for order, fact in enumerate(asked):
        chosen = typed.get(f"{PART}{fact}", "")
        if chosen.isdigit():
            placed.setdefault(int(chosen), []).append((_place(fact, typed, problems), order, fact))
    for number, kept in enumerate(_parts(was)):
        left = [str(fact) for fact in kept.get("facts") or () if fact not in asked]
        placed.setdefault(number, []).extend((LAST, LAST + order, fact) for order, fact in enumerate(left))
    parts = []
    for number in range(MOST_PARTS):
        heading = typed.get(f"{HEADING}{number}", "").strip()
        facts = [fact for _place, _order, fact in sorted(placed.get(number, []))]
        if not heading:
            if facts:
                what = _("Rubriken saknas, men frågor står under den.")
                problems.append(Problem(f"{HEADING}{number}", what, _("Skriv en rubrik, eller flytta frågorna.")))
            continue
        earlier = _parts(was)[number] if number < len(_parts(was)) else {}
        part: dict[str, Any] = {"heading": kept_text(heading, earlier.get("heading"))}
        if typed.get(f"{HELPED}{number}", "").strip():
            part["help"] = kept_text(typed[f"{HELPED}{number}"].strip(), earlier.get("help"))
        parts.append(part | {"facts": facts})
    data: dict[str, Any] = {}
    if typed.get("intro_sv", "").strip():
        data["intro"] = kept_text(typed["intro_sv"].strip(), was.get("intro"))
    if parts:
        data["parts"] = parts
    helped = _help(typed, asked, was.get("help"))
    return ((data | ({"help": helped} if helped else {})) or None), problems


def _place(fact: str, typed: TypedFields, problems: list[Problem]) -> int:
    given = typed.get(f"{PLACE}{fact}", "").strip()
    if given and not (given.isdigit() and int(given) < LAST):
        problems.append(Problem(f"{PLACE}{fact}", _("Platsen är inget tal."), _("Skriv till exempel 1.")))
        return LAST
    return int(given) if given else LAST


def _help(typed: TypedFields, asked: Sequence[str], before: object) -> dict[str, Any]:
    was = dict(before) if isinstance(before, Mapping) else {}
    found = {name: words for name, words in was.items() if name not in asked}
    return found | {
        fact: kept_text(typed[f"{HELP}{fact}"].strip(), was.get(fact))
        for fact in asked
        if typed.get(f"{HELP}{fact}", "").strip()
    }


def _parts(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = data.get("parts")
    return [part for part in found if isinstance(part, Mapping)][:MOST_PARTS] if isinstance(found, list) else []
