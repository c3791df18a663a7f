"""Templates of macros made once for a page: its parts import the same ones, and each import would run them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import g, has_request_context
from jinja2 import Template, meta

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from jinja2 import Environment
    from jinja2.environment import TemplateModule

KEPT: Final = "_page_macros"
_MISSING: Final = object()


def use_page_macros(app: Flask) -> None:
    """Templates of an application that are imported with their page's variables are made once for each page."""
    app.jinja_env.template_class = _PageTemplate


class _PageTemplate(Template):
    """A template whose macros are made once for as long as what they read of the page is the very same."""

    def make_module(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002 - Jinja's own name, which it is called by
        shared: bool = False,  # noqa: FBT001, FBT002 - the same
        locals: Mapping[str, Any] | None = None,  # noqa: A002 - the same
    ) -> TemplateModule:
        """Its macros, for what imports it."""
        names = self._names_read() if shared and has_request_context() else None
        if names is None:
            return super().make_module(vars, shared, locals)
        here, page = locals or {}, vars or {}
        read = [here.get(name, page.get(name, _MISSING)) for name in names]
        kept: dict[tuple[object, ...], tuple[list[object], TemplateModule]] = g.setdefault(KEPT, {})
        key = (self.name, *map(id, read))
        if key not in kept:  # what was read is held with it: as long as it is, no other thing has its identity
            kept[key] = (read, super().make_module(vars, shared, locals))
        return kept[key][1]

    def _names_read(self) -> frozenset[str] | None:
        """What it reads of whatever imports it, by itself or by what it imports; None where that cannot be told."""
        if not hasattr(self, "_read"):
            self._read = _names_of(self.environment, self.name or "")
        return self._read


def _names_of(environment: Environment, name: str) -> frozenset[str] | None:
    """The same of a template by its name; each is gone through once, whatever imports it."""
    known: dict[str, frozenset[str] | None] = environment.__dict__.setdefault(KEPT, {})
    if name not in known:
        known[name] = None  # of one that leads back to itself it cannot be told
        known[name] = _read_through(environment, name)
    return known[name]


def _read_through(environment: Environment, name: str) -> frozenset[str] | None:
    if environment.loader is None:
        return None
    source, *_unused = environment.loader.get_source(environment, name)
    tree = environment.parse(source, name)
    found = set(meta.find_undeclared_variables(tree))
    for other in meta.find_referenced_templates(tree):
        inner = _names_of(environment, other) if other is not None else None
        if inner is None:
            return None
        found |= inner
    return frozenset(found)
