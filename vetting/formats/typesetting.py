"""Letters and forms as PDF that a screen reader can read (PDF/UA), set by typst from data."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import typst

from vetting.kernel.typed_text import tidy_text
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Mapping


def typeset(template: str, data: Mapping[str, Any]) -> bytes:
    """A PDF of templates/formats/<template>.typ and its data, which is text to it and never markup.

    Raises:
        typst.TypstError: the template is wrong.
    """
    source = (shipped_folder("templates") / "formats" / f"{template}.typ").read_bytes()
    given = {"data": json.dumps(_clean_data(data), ensure_ascii=False)}
    for only_own_fonts in (True, False):
        with suppress(typst.TypstError):  # the standard allows no letter that no font has
            return typst.compile(
                source, format="pdf", sys_inputs=given, ignore_system_fonts=only_own_fonts, pdf_standards="ua-1"
            )
    return typst.compile(source, format="pdf", sys_inputs=given)  # a box in its place rather than no letter at all


def _clean_data(data: Any) -> Any:  # noqa: ANN401 - JSON
    """The same data without signs that cannot be written."""
    match data:
        case str():
            return tidy_text(data)
        case dict():
            return {name: _clean_data(value) for name, value in data.items()}
        case list():
            return [_clean_data(value) for value in data]
        case _:
            return data
