"""Named lists of words and phrases that signals look for: each entry says why, from where, by whom, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.engine.conditions.folding import words_of
from vetting.engine.group_names import group_named
from vetting.engine.rule_file_fields import FieldReader, list_at, mapping_at, refuse_odd_name
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from datetime import date

    from vetting.kernel.problem import Faults, Path

LIST_KEYS: Final = ("label", "entries")
ENTRY_KEYS: Final = ("entry", "why", "source", "by", "on", "review_on")
MOST_ENTRIES: Final = 2_000


@dataclass(frozen=True, slots=True)
class WordEntry:
    """One word, word with * at its end, or phrase."""

    entry: str
    why: str
    source: str
    by: str
    on: date | None
    review_on: date | None


@dataclass(frozen=True, slots=True)
class WordList:
    """A list that conditions name with `{list: id}`."""

    id: str
    label: Words
    entries: tuple[WordEntry, ...]

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(entry.entry for entry in self.entries)


def parse_lists(data: object, path: Path, faults: Faults) -> dict[str, WordList]:
    """All lists by id; what is wrong is noted and left out."""
    found: dict[str, WordList] = {}
    for name, entry in (mapping_at(data, path, faults) or {}).items():
        place = (*path, name)
        refuse_odd_name(name, place, faults)
        inner = mapping_at(entry, place, faults)
        if inner is None:
            continue
        fields = FieldReader(inner, place, faults)
        fields.refuse_unknown(LIST_KEYS)
        if "entries" not in inner:
            fields.missing("entries")
            continue
        entries = list_at(inner["entries"], fields.at("entries"), faults)
        if len(entries) > MOST_ENTRIES:
            faults.add(
                fields.at("entries"),
                _("Listan har fler än {MOST_ENTRIES} poster.", MOST_ENTRIES=MOST_ENTRIES),
                _("Dela upp den i flera listor."),
            )
            continue
        read = [_entry(item, (*fields.at("entries"), number), faults) for number, item in enumerate(entries)]
        found[name] = WordList(name, fields.words("label"), tuple(item for item in read if item))
    return found


def _entry(data: object, path: Path, faults: Faults) -> WordEntry | None:
    found = mapping_at(data, path, faults)
    if found is None:
        return None
    before = len(faults)
    fields = FieldReader(found, path, faults)
    fields.refuse_unknown(ENTRY_KEYS)
    entry = WordEntry(
        fields.text("entry"),
        fields.text("why"),
        fields.text("source"),
        fields.text("by"),
        fields.day("on"),
        fields.day("review_on"),
    )
    for key in ("on", "review_on"):
        if key not in found:
            fields.missing(key)
    if entry.entry and not words_of(entry.entry):
        faults.add(
            fields.at("entry"),
            _("'{entry}' har inga bokstäver att söka efter.", entry=entry.entry),
            _("Skriv ett ord eller en fras."),
        )
    group = group_named(entry.entry) if faults.policy else None
    if group is not None:
        faults.add(
            fields.at("entry"),
            _("'{entry}' är namnet på {group}, och det säger inget om agerande.", entry=entry.entry, group=group),
            _("Skriv det uttryck eller den organisation som det gäller, eller ta bort posten."),
        )
    return entry if len(faults) == before else None
