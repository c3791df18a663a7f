"""One deliberately broken file for each mistake a rules owner can make: the problem names file, line, what, remedy."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vetting.engine.worked_cases import run_worked_case
from vetting.formats.yaml_reading import LARGEST_BYTES
from vetting.rules.services.layout_files import read_layouts
from vetting.rules.services.rule_files import read_rules
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from vetting.kernel.problem import Problem

BROKEN = Path(__file__).parent / "broken"
EXPECTED = re.compile(r"^# expect (\d+): (.+)$", re.MULTILINE)
GOOD_CASES = (
    "- name: Nio räcker\n  kind: grant\n  on: 2026-11-20\n  facts: {members_total: 9}\n  expect: {proposal: approve}\n"
)


def all_broken() -> list[Path]:
    return sorted(BROKEN.rglob("*.yaml"))


def rules_folder(tmp_path: Path) -> Path:
    """The shipped facts, gates, library and base set: a place for one broken file."""
    folder = tmp_path / "rules"
    shutil.copytree(shipped_folder("rules"), folder, ignore=shutil.ignore_patterns("sets"))
    (folder / "sets").mkdir()
    for name in ("grundkrav-bidrag.yaml", "grundkrav-bidrag.cases.yaml"):
        shutil.copy(shipped_folder("rules") / "sets" / name, folder / "sets")
    return folder


def problems_with(broken: Path, tmp_path: Path) -> list[Problem]:
    """Everything told when this file stands where it belongs."""
    folder = rules_folder(tmp_path)
    kind = broken.parent.name
    match kind:
        case "sets":
            shutil.copy(broken, folder / "sets")
            if broken.stem != "without-cases":
                (folder / "sets" / f"{broken.stem}.cases.yaml").write_text(GOOD_CASES, encoding="utf-8")
        case "cases":
            own = (BROKEN / "sets" / "without-cases.yaml").read_text(encoding="utf-8")
            (folder / "sets" / "own.yaml").write_text(own.replace("id: without-cases", "id: own"), encoding="utf-8")
            shutil.copy(broken, folder / "sets" / "own.cases.yaml")
        case "criteria":
            shutil.copy(broken, folder / "criteria")
        case "facts" | "gates":
            shutil.copy(broken, folder / f"{kind}.yaml")
        case "layouts":
            return list(read_layouts(broken.parent, read_rules(folder).book.catalogue).problems)
    found = read_rules(folder)
    different = [
        p for name, cases in found.cases.items() for case in cases for p in run_worked_case(case, found.sets[name])[1]
    ]
    return [*found.problems, *different]


@pytest.mark.parametrize("broken", all_broken(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_mistake_is_told_by_line_with_what_and_remedy(broken: Path, tmp_path: Path) -> None:
    expected = EXPECTED.search(broken.read_text(encoding="utf-8"))
    assert expected is not None
    line, words = expected.groups()
    told = [problem for problem in problems_with(broken, tmp_path) if words in problem.line("sv")]
    assert told, [problem.line("sv") for problem in problems_with(broken, tmp_path / "again")]
    where = told[0].where
    assert where.endswith(f":{line}"), where
    assert all((told[0].what.sv, told[0].what.en, told[0].remedy.sv, told[0].remedy.en))


def test_the_base_of_the_broken_files_is_good(tmp_path: Path) -> None:
    folder = rules_folder(tmp_path)
    text = (BROKEN / "sets" / "without-cases.yaml").read_text(encoding="utf-8")
    (folder / "sets" / "own.yaml").write_text(text.replace("id: without-cases", "id: own"), encoding="utf-8")
    (folder / "sets" / "own.cases.yaml").write_text(GOOD_CASES, encoding="utf-8")
    found = read_rules(folder)
    assert [problem.line("en") for problem in found.problems] == []
    assert run_worked_case(found.cases["own"][0], found.sets["own"])[1] == ()


@pytest.mark.guards("rules as an attack", "1.2.9")
@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("huge", b"# " + b"x" * LARGEST_BYTES, "för stor"),
        ("alias-bomb", b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "Ankare och alias"),
        ("deep", b"[" * 60 + b"]" * 60, "Djupare än"),
        ("many", b"- x\n" * 60_000, "Fler än"),
        ("latin-1", "title: Älvsjö\n".encode("latin-1"), "inte UTF-8"),
        ("control", b"title: \x01\n", "inte giltig YAML"),
        ("empty", b"", "Här ska namngivna fält stå"),
        ("list", b"- 1\n", "Här ska namngivna fält stå"),
    ],
)
def test_a_hostile_rules_file_ends_in_one_clear_line(tmp_path: Path, name: str, text: bytes, words: str) -> None:
    folder = rules_folder(tmp_path)
    (folder / "sets" / f"{name}.yaml").write_bytes(text)
    told = [problem.line("sv") for problem in read_rules(folder).problems]
    assert any(f"sets/{name}.yaml:" in line and words in line for line in told), told


def test_two_sets_of_one_board_may_not_hold_at_the_same_time(tmp_path: Path) -> None:
    folder = rules_folder(tmp_path)
    text = (BROKEN / "sets" / "without-cases.yaml").read_text(encoding="utf-8").replace("board: all", "board: provet")
    for name, first in (("one", "2026-01-01"), ("two", "2026-06-01")):
        own = text.replace("id: without-cases", f"id: {name}").replace("valid: null", f"valid: {{from: {first}}}")
        (folder / "sets" / f"{name}.yaml").write_text(own, encoding="utf-8")
        (folder / "sets" / f"{name}.cases.yaml").write_text(GOOD_CASES, encoding="utf-8")
    told = [problem.line("sv") for problem in read_rules(folder).problems]
    assert any(line.startswith("sets/two.yaml:7: Gäller samtidigt som 'one'") for line in told), told
