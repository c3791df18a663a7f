"""Changes one part of a rule file's text and leaves every other line as it was, comments too."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import yaml

from vetting.formats.yaml_reading import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH = 110


def part_of(text: str, key: str) -> Any:  # noqa: ANN401 - plain data of any shape
    """One top-level part, read without the others; None where there is none.

    Raises:
        UnreadableError: the part cannot be read as it stands.
    """
    lines = text.splitlines(keepends=True)
    start, end = _span(lines, key)
    return (read_text("".join(lines[start:end]).encode(), key).data or {}).get(key) if start is not None else None


def with_part(text: str, key: str, value: Any) -> str:  # noqa: ANN401 - plain data of any shape
    """The text with one top-level part written anew, added at the end, or taken out when the value is None.

    Raises:
        UnreadableError: the text cannot be read as it stands.
    """
    if "\r\n" in text:
        return with_part(text.replace("\r\n", "\n"), key, value).replace("\n", "\r\n")
    data = dict(read_text(text.encode(), "text").data or {})
    changed = {**data, key: value}
    if value is None:
        del changed[key]
    lines = text.splitlines(keepends=True)
    start, end = _span(lines, key)
    block = "" if value is None else _part(key, value)
    if start is None:
        ending = "" if not lines or lines[-1].endswith("\n") else "\n"
        return _check_edit(text + ending + block, changed)
    return _check_edit("".join((*lines[:start], block, *lines[end:])), changed)


def with_item(text: str, key: str | None, place: int | None, item: Mapping[str, Any] | None) -> str:
    """The text with one item of a list written anew (place), added last (place None) or taken out (item None).

    key: the top-level part that is the list; None when the whole text is one.

    Raises:
        UnreadableError: the text cannot be read as it stands.
    """
    return with_items(text, key, {} if place is None else {place: item}, [item] if place is None else ())


def with_items(
    text: str, key: str | None, changed: Mapping[int, Mapping[str, Any] | None], added: Sequence[Any] = ()
) -> str:
    """The text with several items of a list written anew by their places, taken out (None), or added last.

    Raises:
        UnreadableError: the text cannot be read as it stands.
    """
    if not changed and not added:
        return text
    if "\r\n" in text:
        return with_items(text.replace("\r\n", "\n"), key, changed, added).replace("\n", "\r\n")
    document = read_text(text.encode(), "text")
    old = _items(document.data, key)
    now = [changed.get(place, item) for place, item in enumerate(old)]
    kept = [item for place, item in enumerate(now) if place not in changed or item is not None] + list(added)
    data: Any = kept if key is None else {**(document.data or {}), key: kept}
    lines = text.splitlines(keepends=True)
    begins = [document.lines[(*((key,) if key else ()), place)] - 1 for place in range(len(old))]
    in_a_block = begins and kept and all(lines[line].lstrip().startswith("- ") for line in begins)
    if not in_a_block or len(set(begins)) < len(begins):
        return _dump_yaml(kept) if key is None else with_part(text, key, kept)
    end = len(lines) if key is None else _span(lines, key)[1] or len(lines)
    if added and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    begins.append(end)
    indent = len(lines[begins[0]]) - len(lines[begins[0]].lstrip())
    blocks = ["".join(lines[first:last]) for first, last in pairwise(begins)]
    for place, item in changed.items():
        blocks[place] = "" if item is None else _dump_yaml([dict(item)], indent)
    blocks += [_dump_yaml([dict(item)], indent) for item in added]
    return _check_edit("".join((*lines[: begins[0]], *blocks, *lines[end:])), data)


def _items(data: Any, key: str | None) -> list[Any]:  # noqa: ANN401 - what the library hands out has no type
    found = data if key is None else (data or {}).get(key)
    return list(found) if isinstance(found, list) else []


def _span(lines: list[str], key: str) -> tuple[int | None, int | None]:
    """From the line of a top-level key to the line after its part."""
    tops = [number for number, line in enumerate(lines) if line[:1] not in {"", " ", "#", "-", "\n", "\r", "\t"}]
    for place, number in enumerate(tops):
        if lines[number].split(":")[0].strip("\"' ") == key:
            end = tops[place + 1] if place + 1 < len(tops) else len(lines)
            while end > number + 1 and lines[end - 1].lstrip()[:1] in {"#", ""}:
                end -= 1
            return number, end
    return None, None


def _part(key: str, value: Any) -> str:  # noqa: ANN401 - what the library hands out has no type
    """One top-level part, the key at the beginning of its line."""
    if not isinstance(value, dict | list):
        return _dump_yaml({key: value}, flow=False)
    inner = _dump_yaml(value, 2).lstrip(" ") if not value else _dump_yaml(value, 2)
    one_line = inner.strip()[:1] in {"{", "["}
    return f"{key}: {inner.strip()}\n" if one_line else f"{key}:\n{inner}"


def _dump_yaml(data: Any, indent: int = 0, *, flow: bool | None = None) -> str:  # noqa: ANN401 - what the library hands out has no type
    written = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=flow, width=WIDTH)
    return "".join(" " * indent + line for line in written.splitlines(keepends=True))


class _Dumper(yaml.SafeDumper):
    """Writes every repeated part out: there are no anchors in rule files."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


_Dumper.add_multi_representer(StrEnum, lambda dumper, value: dumper.represent_str(value.value))


def _check_edit(text: str, data: Any) -> str:  # noqa: ANN401 - what the library hands out has no type
    """The text, when it says what was meant; otherwise everything is written anew."""
    return text if read_text(text.encode(), "text").data == data else _dump_yaml(data)


def write_yaml(data: Any) -> str:  # noqa: ANN401 - what the library hands out has no type
    """Plain data as YAML."""
    return _dump_yaml(data)
