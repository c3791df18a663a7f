"""The rules and layouts that are in use, and choosing among them by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from vetting.engine.conditions.parsing import suggest_names
from vetting.kernel.hooks import Hook
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.store.session import database_of
from vetting.kernel.text import _
from vetting.rules.services.layout_files import read_layouts
from vetting.rules.services.rule_files import RulesFolder, read_rules

if TYPE_CHECKING:
    from pathlib import Path

    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session
    from vetting.rules.domain.layouts import Layout
    from vetting.rules.domain.outgoing_layouts import OutgoingLayout


@dataclass(frozen=True, slots=True)
class Rules:
    """A rules folder with the layouts that lists are read by."""

    folder: RulesFolder
    layouts: tuple[Layout, ...]
    problems: tuple[Problem, ...]
    outgoing: tuple[OutgoingLayout, ...] = ()
    """Of the files that go with batches of payments."""


IN_USE: Final = Hook[Callable[[], Rules]]("rules in use")


def rules_in_use() -> Rules:
    """The rules folder and layouts of the running application."""
    return IN_USE.function()


def use_rules(database: Database, load: Callable[[], Rules]) -> None:
    """Sets the rules folder and layouts of a database's sessions; load: reads them when they are first asked for."""
    database.memory[_Loading] = _Loading(load)


def rulebook_of(session: Session) -> Rules:
    """Gives the rules folder and layouts of a session's installation.

    Raises:
        LookupError: its database was opened without them.
    """
    found = database_of(session).memory.get(_Loading)
    if isinstance(found, _Loading):
        return found.load()
    raise LookupError("use_rules was not called for this database")


@dataclass(frozen=True, slots=True)
class _Loading:
    load: Callable[[], Rules]


@lru_cache(maxsize=4)
def load_rules(rules: Path, imports: Path) -> Rules:
    """Reads both folders, once for each pair."""
    folder = read_rules(rules)
    found = read_layouts(imports, folder.book.catalogue)
    return Rules(folder, found.incoming, (*folder.problems, *found.problems), found.outgoing)


def ruleset_named(rules: Rules, name: str) -> RuleSet:
    """The rule set with an id.

    Raises:
        UnreadableError: there is none, or it has problems; the nearest names are offered.
    """
    if name in rules.folder.sets:
        return rules.folder.sets[name]
    broken = next((p for p in rules.problems if p.where.split(":")[0].removesuffix(".yaml").endswith(f"/{name}")), None)
    if broken is not None:
        raise UnreadableError(broken)
    what = _("Det finns ingen regeluppsättning '{item}'.", item=name[:60])
    raise UnreadableError(Problem("--rules", what, suggest_names(name, tuple(rules.folder.sets))))


def layout_named(rules: Rules, name: str) -> Layout:
    """The layout with a name.

    Raises:
        UnreadableError: there is none; the nearest names are offered.
    """
    for layout in rules.layouts:
        if layout.name == name:
            return layout
    what = _("Det finns ingen layout '{item}'.", item=name[:60])
    raise UnreadableError(
        Problem("--layout", what, suggest_names(name, tuple(layout.name for layout in rules.layouts)))
    )
