"""What a board says of the form that it asks by: its headings, the order of the questions, and help."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vetting.engine.conditions.parsing import known_fact
from vetting.engine.rule_file_fields import FieldReader, list_at, mapping_at
from vetting.kernel.text import NO_WORDS, Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.facts import Catalogue
    from vetting.kernel.problem import Faults, Path

MOST_PARTS: Final = 12


class FormPart(NamedTuple):
    """Questions under a heading of the board's own, in its order."""

    heading: Words
    help: Words
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationForm:
    """What a board says of its form. help: fact -> what stands below its field. data: as it is written."""

    intro: Words = NO_WORDS
    parts: tuple[FormPart, ...] = ()
    help: Mapping[str, Words] = field(default_factory=dict)
    data: Any = field(default=None, compare=False, repr=False)

    @property
    def named(self) -> tuple[str, ...]:
        """The facts that it places or explains, once each."""
        return tuple(dict.fromkeys([*(fact for part in self.parts for fact in part.facts), *self.help]))


def parse_application_form(data: object, path: Path, faults: Faults, catalogue: Catalogue) -> ApplicationForm | None:
    """The form from plain data, or None with the faults noted."""
    found = mapping_at(data, path, faults)
    if found is None:
        return None
    before = len(faults)
    fields = FieldReader(found, path, faults)
    fields.refuse_unknown(("intro", "parts", "help"))
    parts = []
    placed: dict[str, int] = {}
    for number, entry in enumerate(list_at(found.get("parts") or [], fields.at("parts"), faults)):
        at = (*fields.at("parts"), number)
        inner = FieldReader(mapping_at(entry, at, faults) or {}, at, faults)
        inner.refuse_unknown(("heading", "help", "facts"))
        names = inner.texts("facts")
        for place, name in enumerate(names):
            known_fact(name, (*inner.at("facts"), place), faults, catalogue)
            if placed.setdefault(name, number) != number:
                faults.add(
                    (*inner.at("facts"), place),
                    _("'{name}' står under två rubriker.", name=name),
                    _("Ta bort den ena."),
                )
        parts.append(FormPart(inner.words("heading"), inner.words("help", required=False), names))
    if len(parts) > MOST_PARTS:
        faults.add(
            fields.at("parts"),
            _("Formuläret har fler än {most} rubriker.", most=MOST_PARTS),
            _("Slå ihop några av dem."),
        )
    helped = FieldReader(
        mapping_at(found.get("help") or {}, fields.at("help"), faults) or {}, fields.at("help"), faults
    )
    for name in helped.data:
        known_fact(name, helped.at(name), faults, catalogue)
    form = ApplicationForm(
        intro=fields.words("intro", required=False),
        parts=tuple(parts),
        help={str(name): helped.words(name) for name in helped.data},
        data=found,
    )
    return form if len(faults) == before else None
