"""What a process of tests does once, as the program does that runs all day, though each test has its own of everything.

Statements, templates and addresses are compiled for each database and each application. A test that has its own of both
would spend half its time on that.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import templating
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine
from werkzeug.routing import Rule

from vetting.kernel.store import engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from jinja2.bccache import Bucket
    from sqlalchemy import Engine

STATEMENTS: Final = 5_000
FOLDER: Final = Path(__file__).parents[1] / ".pytest_cache" / "templates"


class _Templates(FileSystemBytecodeCache):
    """Compiled templates by name and source: of this process, and of all that have run here."""

    def __init__(self) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        super().__init__(str(FOLDER))
        self.kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            super().load_bytecode(bucket)
            self.kept[bucket.key, bucket.checksum] = bucket.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code
        super().dump_bytecode(bucket)


def share() -> None:
    """From here on all databases and applications of this process share what is compiled for them."""
    engine.create_engine = _engine  # type: ignore[attr-defined]
    templating.Environment.__init__ = _environment  # type: ignore[method-assign]
    Rule._compile_builder = _builder  # type: ignore[method-assign]


_ENGINES: Final[dict[str, Engine]] = {}
_TEMPLATES: Final = _Templates()
_BUILDERS: Final[dict[tuple[Any, ...], Callable[..., tuple[str, str]]]] = {}
_new_environment, _new_builder = templating.Environment.__init__, Rule._compile_builder


def _engine(*arguments: Any, **options: Any) -> Engine:
    made = create_engine(*arguments, **{**options, "query_cache_size": STATEMENTS})
    first = _ENGINES.setdefault(made.dialect.name, made)
    if first.dialect.server_version_info is not None:  # it has been connected, and knows its server
        made.dialect, made._compiled_cache = first.dialect, first._compiled_cache
    return made


def _environment(self: templating.Environment, app: Any, **options: Any) -> None:
    _new_environment(self, app, **{"bytecode_cache": _TEMPLATES, **options})


def _builder(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 - the library's signature
    key = self.rule, append_unknown, tuple(sorted((self.defaults or {}).items()))
    if key not in _BUILDERS:
        _BUILDERS[key] = _new_builder(self, append_unknown)
    return _BUILDERS[key]
