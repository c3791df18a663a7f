"""`make texts`: collects the texts of templates and views, and compiles the English catalogue.

What has no translation is printed; `tests/house/test_texts.py` fails on it.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from vetting.shipped import shipped_folder
from vetting.texts import FOLDER

PO = FOLDER / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "in_context": ((1, "c"), 2), "ngettext": (1, 2), "translate": None}


def collected() -> Catalog:
    """Every text that a page may show."""
    catalog = Catalog(locale="en", project="vetting", charset="utf-8")
    sources = (
        (shipped_folder("templates"), [("**.html", "jinja2")]),
        (Path(__file__).parents[2] / "vetting", [("**.py", "python")]),
    )
    for folder, methods in sources:
        for _file, _line, message, _comments, context in extract_from_dir(folder, methods, keywords=KEYWORDS):
            catalog.add(message, context=context)
    return catalog


def translated() -> Catalog:
    """The catalogue as it is in the package."""
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as the program reads it."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def lacking(catalog: Catalog) -> list[str]:
    """The texts without English."""
    return [
        str(message.id)
        for message in catalog
        if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string)
    ]


def main() -> int:
    """Writes both files; 1 when texts lack English."""
    wanted = collected()
    known = translated() if PO.exists() else Catalog(locale="en")
    for message in wanted:
        old = known.get(message.id, context=message.context)
        if message.id and old is not None:
            message.string = old.string
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, wanted, omit_header=False, no_location=True, sort_output=True, width=0)
    PO.with_suffix(".mo").write_bytes(compiled(translated()))
    missing = lacking(wanted)
    sys.stdout.write("".join(f"no English: {text}\n" for text in missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
