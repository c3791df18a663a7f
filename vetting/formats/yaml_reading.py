"""YAML as plain data with line numbers: no aliases, no tags, no surprises of type, limits on size and depth."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import yaml

from vetting.kernel.problem import Fault, Path, Problem, UnreadableError
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path as FilePath

LARGEST_BYTES: Final = 1_000_000
DEEPEST: Final = 40
TOO_DEEP: Final = "maximum nesting depth"
"""How the library's own limit speaks, which it meets while it reads ahead of what is looked at here."""
MOST_NODES: Final = 50_000
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,17})\.\d{1,12}")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A file's data, and the line of every path in it."""

    data: Any
    name: str
    lines: dict[Path, int] = field(repr=False)

    def problem(self, fault: Fault) -> Problem:
        """A fault of the domain, said by file and line."""
        return Problem(f"{self.name}:{self.line(fault.path)}", fault.what, fault.remedy)

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest place above it that is in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_file(path: FilePath, name: str) -> YamlDocument:
    """Reads one YAML file.

    Raises:
        UnreadableError: the file is too large, not UTF-8, broken, or uses what is not allowed here.
    """
    try:
        if not path.is_file():
            raise OSError
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise too_large(name, size)
        raw = path.read_bytes()
    except OSError:
        raise _unreadable(
            name, 1, _("Filen går inte att läsa."), _("Kontrollera sökvägen och rättigheterna.")
        ) from None
    return read_text(raw, name)


def too_large(name: str, size: int) -> UnreadableError:
    return _unreadable(
        name, 1, _("Filen är för stor ({size} byte).", size=size), _("Dela upp den. Gränsen är en miljon byte.")
    )


def read_text(raw: bytes, name: str) -> YamlDocument:
    """Reads YAML from bytes.

    Raises:
        UnreadableError: as for `read_file`.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(name, 1, _("Filen är inte UTF-8."), _("Spara den som UTF-8.")) from None
    builder = _Builder(name)
    try:
        data = builder.build(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = str(getattr(error, "problem", None) or "")
        if TOO_DEEP in what:
            raise _unreadable(name, line, *_too_deep()) from None
        raise _unreadable(
            name,
            line,
            _("Filen är inte giltig YAML ({what}).", what=what),
            _("Kontrollera indrag, kolon och citattecken på raden."),
        ) from None
    return YamlDocument(data, name, builder.lines)


def _too_deep() -> tuple[Words, Words]:
    return _("Djupare än {DEEPEST} nivåer.", DEEPEST=DEEPEST), _("Gör strukturen flackare.")


def _unreadable(name: str, line: int, what: Words, remedy: Words) -> UnreadableError:
    return UnreadableError(Problem(f"{name}:{line}", what, remedy))


def _line_of(event: Any) -> int:  # noqa: ANN401 - the parser's events have no common type
    mark = event.start_mark
    return mark.line + 1 if mark else 1


class _Builder:
    """Builds data from parser events one by one, so that depth and number are limited while reading."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path, int] = {}
        self.nodes = 0

    def build(self, events: Iterator[Any]) -> Any:  # noqa: ANN401 - plain data of any shape
        documents = 0
        data: Any = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refused(event, _("Filen har flera dokument."), _("Ta bort raden med ---."))
            elif isinstance(
                event, yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent | yaml.AliasEvent
            ):
                data = self._node(event, events, ())
        return data

    def _node(self, event: Any, events: Iterator[Any], path: Path) -> Any:  # noqa: ANN401 - what the library hands out has no type
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refused(
                event, _("Ankare och alias (& och *) används inte här."), _("Skriv ut texten där den behövs.")
            )
        if len(path) > DEEPEST:
            raise self._refused(event, *_too_deep())
        if self.nodes > MOST_NODES:
            raise self._refused(event, _("Fler än {MOST_NODES} värden.", MOST_NODES=MOST_NODES), _("Dela upp filen."))
        self.lines.setdefault(path, _line_of(event))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, path)
        return self._scalar(event)

    def _sequence(self, events: Iterator[Any], path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor:
                raise self._refused(event, _("Ett fältnamn ska vara en text."), _("Skriv namnet på en rad."))
            key = event.value
            if key in found:
                raise self._refused(event, _("'{key}' står två gånger.", key=key), _("Ta bort den ena."))
            self.lines[(*path, key)] = _line_of(event)
            found[key] = self._node(next(events), events, (*path, key))
        return found

    def _scalar(self, event: Any) -> Any:  # noqa: ANN401 - what the library hands out has no type
        """YAML 1.2's core types and ISO dates only: `nej`, `no` and `0123` stay the text they are."""
        text = event.value
        if not event.implicit[0]:
            if event.tag and event.tag != "!":
                raise self._refused(event, _("Taggar (!) används inte här."), _("Skriv bara värdet."))
            return text
        if text in {"true", "false"}:
            return text == "true"
        if text in {"", "null", "~"}:
            return None
        if _WHOLE.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            return float(text)
        if match := _DAY.fullmatch(text):
            return self._day(event, match)
        return text

    def _day(self, event: Any, match: re.Match[str]) -> date:  # noqa: ANN401 - what the library hands out has no type
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            raise self._refused(
                event, _("{value} är ett datum som inte finns.", value=event.value), _("Rätta datumet.")
            ) from None

    def _refused(self, event: Any, what: Words, remedy: Words) -> UnreadableError:  # noqa: ANN401 - what the library hands out has no type
        return _unreadable(self.name, _line_of(event), what, remedy)
