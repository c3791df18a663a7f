"""Names: one class name one thing, functions are verbs, a module has no name that stands for two things."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from vetting.casework.domain.trail_events import EVENT_WORDS

ROOT = Path(__file__).parents[2]
PARTICIPLE = re.compile(
    r"_?(?!(?:need|feed|seed|embed|speed|proceed|exceed)$)"
    r"(?:[a-z]+ed|made|said|told|shown|done|kept|known|given|found|taken|held|left|chosen|seen|drawn|brought|written|gone)"
)


@lru_cache(maxsize=1)
def modules() -> dict[Path, ast.Module]:
    """The product's modules; steps between versions of the tables are named by Alembic."""
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "vetting").rglob("*.py"))
        if "migrations" not in path.parts
    }


def test_no_class_name_stands_for_two_things() -> None:
    where = defaultdict(set)
    for path, module in modules().items():
        for node in module.body:
            if isinstance(node, ast.ClassDef):
                where[node.name].add(path)
    assert len(where) > 300
    assert {name: paths for name, paths in where.items() if len(paths) > 1} == {}


def test_no_function_and_no_class_is_named_by_a_bare_participle() -> None:
    """`make_decision`, not `made`: a name alone must say what is done to what."""
    named = {
        f"{path.stem}.{node.name}"
        for path, module in modules().items()
        for node in module.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and PARTICIPLE.fullmatch(node.name.lower())
    }
    assert named == {"problem.Refused"}  # an answer of its own: every reason why something was not done


def test_every_act_that_is_noted_in_the_trail_has_its_words() -> None:
    """What a caller gives `session.note`, `TrailNote` or puts into a name `action`; what is put together begins with a known word."""
    noted = set()
    for path, module in modules().items():
        for node in ast.walk(module):
            match node:
                case ast.keyword(arg="action", value=value) | ast.Assign(targets=[ast.Name(id="action")], value=value):
                    noted |= {(text, path.stem) for text in _texts(value)}
                case ast.Call(func=ast.Name(id="role_note") | ast.Attribute(attr="note"), args=[value, *_]):
                    noted |= {(text, path.stem) for text in _texts(value)}
    assert len(noted) > 150
    assert {one for one in noted if one[0] not in EVENT_WORDS} == set()


def _texts(value: ast.expr) -> set[str]:
    """The texts that an expression can be, not those that are a part of one."""
    match value:
        case ast.IfExp(body=body, orelse=other):
            return _texts(body) | _texts(other)
        case ast.Constant(value=str(text)):
            return {text}
    return set()


def test_tests_know_a_board_not_a_town() -> None:
    word = "to" + "wn"
    for path in (ROOT / "tests").rglob("*.py"):
        assert not re.search(rf"\b{word}s?\b", path.read_text(encoding="utf-8")), path


def test_what_a_package_exports_says_what_its_name_does_not() -> None:
    silent, asked = [], 0
    for path in sorted((ROOT / "vetting").glob("*/__init__.py")):
        package = importlib.import_module(f"vetting.{path.parent.name}")
        for name in getattr(package, "__all__", ()):
            one = getattr(package, name)
            if inspect.isfunction(one) or inspect.isclass(one):
                asked += 1
                silent += (
                    [] if one.__doc__ and not one.__doc__.startswith(f"{name}(") else [f"{package.__name__}.{name}"]
                )
    assert asked > 200
    assert silent == []
