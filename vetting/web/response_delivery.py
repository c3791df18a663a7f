"""How answers travel: compressed, without the blanks of the templates, static files once a year.

A page is written for who reads its template; indentation is a tenth of it. Only what a template itself says loses its
blanks: what is shown of a case comes as it was written.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from flask import request
from flask_compress import Compress
from jinja2.ext import Extension
from jinja2.lexer import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from flask import Flask, Response
    from jinja2.lexer import TokenStream

SHORTEST: Final = 500
"""Bytes below which compressing costs more than it saves."""
_RUN: Final = re.compile(r"[ \t]*\n\s*|[ \t]{2,}")


class ShortBlanks(Extension):
    """A run of blanks in a template becomes one: a new line where the run had one, else a space."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The tokens of a template as it is compiled."""
        return self._shortened(stream)

    @staticmethod
    def _shortened(stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, "data", _RUN.sub(_blank, token.value))
            else:
                yield token


def _blank(run: re.Match[str]) -> str:
    return "\n" if "\n" in run[0] else " "


def static_address(folder: Path) -> str:
    """Where the static files stand: another address as soon as one of them says something else."""
    told = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            told.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return f"/static/{told.hexdigest()[:12]}"


def compress_answers(app: Flask) -> None:
    """Texts in the best way that the browser knows; workbooks, pictures and papers are compressed as they are."""
    app.config.update(COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_STREAMS=False, COMPRESS_MIN_SIZE=SHORTEST)
    Compress(app)

    @app.after_request  # what is registered last is done first
    def _read_static_files(response: Response) -> Response:
        if request.endpoint == "static" and response.is_streamed:
            response.direct_passthrough = False
            response.make_sequence()
        return response
