"""Several files as one zip, in their order, each under a name that any system can open."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Final

from vetting.kernel.typed_text import tidy_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NOT_IN_NAMES: Final = re.compile(r"[^\w .-]+")
_ALWAYS: Final = (1980, 1, 1, 0, 0, 0)
LONGEST_NAME: Final = 100


def bundle_files(found: Iterable[tuple[str, str, bytes]], beside: Mapping[str, bytes] | None = None) -> bytes:
    """The files (name, ending without its dot, content) as a zip, numbered. beside: others in it, by their whole name.

    The same files make the same zip: no clock is in it.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (name, ending, content) in enumerate(found, start=1):
            tail = f".{ending}" if ending else ""
            plain = name[: -len(tail)] if tail and name.casefold().endswith(tail.casefold()) else name
            entry = zipfile.ZipInfo(f"{place:03} {safe_file_name(plain)}{tail}", _ALWAYS)
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
        for whole, content in (beside or {}).items():
            archive.writestr(zipfile.ZipInfo(whole, _ALWAYS), content)
    return out.getvalue()


def safe_file_name(name: str) -> str:
    """A name without what a file system does not take; never empty."""
    return _NOT_IN_NAMES.sub("_", tidy_text(name))[:LONGEST_NAME].strip(" .") or "brev"
