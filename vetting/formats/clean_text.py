"""Text as an XML file can hold it."""

from __future__ import annotations

import re
from typing import Final

_NOT_IN_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""https://www.w3.org/TR/xml/#charsets, without what Python's text cannot hold."""


def clean_xml_text(text: str) -> str:
    """Without the signs that an XML file cannot hold."""
    return _NOT_IN_XML.sub("", text)
