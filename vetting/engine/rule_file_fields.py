"""Reads one mapping of a rules file field by field; every mistake is noted with its path and remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from vetting.engine.conditions.parsing import suggest_names
from vetting.kernel.text import NO_WORDS, Words, _, same_in_both

if TYPE_CHECKING:
    from vetting.kernel.problem import Faults, Path

E = TypeVar("E", bound=StrEnum)


def mapping_at(data: object, path: Path, faults: Faults) -> Mapping[str, Any] | None:
    """The data as a mapping, or None with a fault."""
    if isinstance(data, Mapping):
        return data
    faults.add(path, _("Här ska namngivna fält stå."), _("Skriv till exempel 'id: medlemmar-minst'."))
    return None


def list_at(data: object, path: Path, faults: Faults) -> list[Any]:
    """The data as a list; an empty one with a fault when it is something else."""
    if isinstance(data, list):
        return data
    faults.add(path, _("Här ska en lista stå."), _("Skriv en sak per rad med streck framför."))
    return []


_NAME = re.compile(r"[a-zåäö0-9][a-zåäö0-9_-]{0,79}")


def refuse_odd_name(name: str, path: Path, faults: Faults) -> None:
    """A name that stands in addresses and forms has small letters, digits, hyphens and underscores."""
    if faults.policy and not _NAME.fullmatch(name):
        faults.add(
            path,
            _("'{item}' kan inte vara ett namn här.", item=name[:60]),
            _("Skriv med små bokstäver, siffror, bindestreck och understreck, högst 80 tecken."),
        )


@dataclass(frozen=True, slots=True)
class FieldReader:
    """One mapping with its place in the file."""

    data: Mapping[str, Any]
    path: Path
    faults: Faults

    def refuse_unknown(self, known: tuple[str, ...]) -> None:
        """A key that nobody reads is a mistake: it would be silently without effect."""
        for key in self.data:
            if key not in known:
                self.faults.add((*self.path, key), _("'{key}' är inget fält här.", key=key), suggest_names(key, known))

    def at(self, key: str) -> Path:
        """The path of one field."""
        return (*self.path, key) if key in self.data else self.path

    def missing(self, key: str) -> None:
        """Note that a field must be there."""
        self.faults.add(self.path, _("'{key}' saknas.", key=key), _("Lägg till '{key}:'.", key=key))

    def _wrong(self, key: str, wanted: Words) -> None:
        self.faults.add(self.at(key), _("'{key}' ska vara {wanted}.", key=key, wanted=wanted), _("Rätta värdet."))

    def text(self, key: str, *, required: bool = True) -> str:
        """A text, or empty."""
        value = self.data.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is None:
            if required:
                self.missing(key)
        else:
            self._wrong(key, _("en text"))
        return ""

    def words(self, key: str, *, required: bool = True) -> Words:
        """A text in Swedish, and English where there is one (a board's own may be Swedish only)."""
        value = self.data.get(key)
        if value is None:
            if required:
                self.missing(key)
            return NO_WORDS
        if isinstance(value, str) and value.strip():
            return same_in_both(value.strip())
        if isinstance(value, Mapping):
            swedish, english = value.get("sv"), value.get("en")
            extra = set(value) - {"sv", "en"}
            if isinstance(swedish, str) and isinstance(english, str | None) and not extra:
                return Words(swedish.strip(), (english or swedish).strip())
        self._wrong(key, _("en text med 'sv:' och 'en:'"))
        return NO_WORDS

    def one_of(self, key: str, choices: type[E], default: E | None = None) -> E:
        """One of the choices; the first when it is missing or wrong, with a fault."""
        first = next(iter(choices))
        value = self.data.get(key)
        if value is None:
            if default is None:
                self.missing(key)
            return default or first
        try:
            return choices(str(value).replace(" ", "_"))
        except ValueError:
            self._not_among(self.at(key), value, choices)
            return default or first

    def several_of(self, key: str, choices: type[E], default: frozenset[E] | None = None) -> frozenset[E]:
        """A list of choices."""
        value = self.data.get(key)
        if value is None:
            if default is None:
                self.missing(key)
            return default or frozenset()
        found = set()
        for place, item in enumerate(list_at(value, self.at(key), self.faults)):
            try:
                found.add(choices(str(item)))
            except ValueError:
                self._not_among((*self.at(key), place), item, choices)
        return frozenset(found)

    def _not_among(self, path: Path, value: object, choices: type[E]) -> None:
        self.faults.add(
            path,
            _("'{value}' är inget av valen.", value=value),
            suggest_names(value, tuple(choice.value for choice in choices)),
        )

    def yes_no(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.data.get(key, default)
        if isinstance(value, bool):
            return value
        self._wrong(key, _("true eller false"))
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when it is not there."""
        if key not in self.data:
            return ()
        items = list_at(self.data[key], self.at(key), self.faults)
        for place, item in enumerate(items):
            if not isinstance(item, str):
                self.faults.add(
                    (*self.at(key), place),
                    _("'{item}' ska vara en text.", item=item),
                    _("Skriv texten inom citattecken."),
                )
        return tuple(item for item in items if isinstance(item, str))

    def day(self, key: str) -> date | None:
        """A date, or None when it is not there."""
        value = self.data.get(key)
        if value is None or isinstance(value, date):
            return value
        self._wrong(key, _("ett datum som 2026-03-15"))
        return None

    def whole_number(self, key: str) -> int | None:
        """A positive whole number, or None when it is not there."""
        value = self.data.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
            return value
        self._wrong(key, _("ett heltal större än noll"))
        return None
