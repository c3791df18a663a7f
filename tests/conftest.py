"""What every test may use: the shipped rules, read once."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from tests import left_over, one_day
from tests.board import board, group_board
from tests.databases import database, databases, empty_database, engine, engines_of, file_database
from tests.demonstration import demonstration, demonstration_copy
from tests.done_once import share
from tests.factories import NOW
from vetting.app.health import TABLES_ARE_CURRENT
from vetting.kernel.store import engine as store_engine
from vetting.operations.cli.memory import settle_memory
from vetting.operations.database.schema import is_current
from vetting.people.services import sign_in
from vetting.rules.services.rule_files import RulesFolder, read_rules
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetting.engine.ruleset import RuleSet

__all__ = [
    "board",
    "database",
    "databases",
    "demonstration",
    "demonstration_copy",
    "empty_database",
    "engine",
    "file_database",
    "group_board",
]
GUARD = left_over.start_guard() if left_over.RUN not in os.environ else None
one_day.begin(NOW)
store_engine.PRAGMAS["synchronous"] = 0  # no test pulls the plug; durability has tests of its own
share()
TABLES_ARE_CURRENT.fill(is_current)
settle_memory()  # as the program does: what has been loaded stays
sign_in.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # type: ignore[misc] # a cheap hash: tests make many accounts
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--thorough",
        action="store_true",
        help="databases on both engines in every test, and a year's random acts in full",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with a database runs on the engines that it is worth running on."""
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", engines_of(metafunc.definition, metafunc.config.rootpath), indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """More of the same is left to the long tests."""
    if not config.getoption("--thorough"):
        left_out = [item for item in items if item.get_closest_marker("thorough")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Whatever still runs when the last test is over is told of, and makes the run red."""
    yield
    left = left_over.wait_until_none(os.environ[left_over.RUN]) if GUARD is not None else {}
    for process, command in left.items():
        print(f"\nstill running after the tests: {process} {command[:200]}")  # noqa: T201 - there is no report any more
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure() -> None:
    """The run is over: its guard ends what is left."""
    if GUARD is not None:
        GUARD.communicate()


@lru_cache(maxsize=1)
def shipped_rules() -> RulesFolder:
    return read_rules(shipped_folder("rules"))


@pytest.fixture(scope="session")
def rules() -> RulesFolder:
    return shipped_rules()


@pytest.fixture(scope="session")
def farsta(rules: RulesFolder) -> RuleSet:
    return rules.sets["farsta-2021-med-grundkrav"]
