"""A release is whole, the same wherever it is made, and says what is in it and under which licences."""

from __future__ import annotations

import re
import shutil
import subprocess
from hashlib import sha256
from json import loads
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.house import release as making
from tests.made_release import release

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

__all__ = ["release"]
FREE = re.compile(
    r"MIT|BSD|Apache|PSFL?|Python Software|MPL|ISC|LGPL|EUPL|HPND|Unlicense|0BSD|Python-2|Zlib|ZPL|Zope|CC0",
    re.IGNORECASE,
)


def test_every_file_has_its_sum_and_none_is_missing(release: Path) -> None:
    told_lines = [line.split("  ", 1) for line in (release / making.SUMS).read_text().splitlines()]
    lines = {name: told for told, name in told_lines}
    files = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()} - {making.SUMS}
    assert lines.keys() == files
    assert [name for name, told in lines.items() if sha256((release / name).read_bytes()).hexdigest() != told] == []
    assert {
        "docs/operate/drift.md",
        "docs/operate/operations.md",
        "Containerfile",
        making.PARTS,
        making.LICENCES,
    } <= files


def test_the_wheel_is_the_same_bytes_from_another_folder_at_another_time(release: Path, tmp_path: Path) -> None:
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=making.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in names:
        if (making.ROOT / name).is_file():
            (tmp_path / "elsewhere" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(making.ROOT / name, tmp_path / "elsewhere" / name)
    anew = making.build_wheel(tmp_path / "elsewhere", tmp_path)
    first = next(release.glob("vetting-*.whl"))
    assert {one.filename for one in ZipFile(first).filelist} == {one.filename for one in ZipFile(anew).filelist}
    assert sha256(anew.read_bytes()).digest() == sha256(first.read_bytes()).digest()


@pytest.mark.guards("15.1.1")
def test_the_list_of_parts_names_all_that_is_pinned_and_each_licence(release: Path) -> None:
    parts = loads((release / making.PARTS).read_text(encoding="utf-8"))
    assert (parts["bomFormat"], parts["specVersion"]) == ("CycloneDX", "1.6")
    found = {re.sub(r"[-_.]+", "-", one["name"]).lower(): one for one in parts["components"]}
    pinned = dict(
        re.findall(r"(?m)^([a-z0-9-]+)(?:\[[a-z0-9,]+\])?==(\S+) \\$", (release / making.REQUIREMENTS).read_text())
    )  # what is pinned for some machines only has a condition behind it
    assert len(pinned) > 50
    assert {name: found[name]["version"] if name in found else "" for name in pinned} == pinned
    assert {"vetting"} <= found.keys()
    assert [name for name, one in found.items() if not FREE.search(making.licence_of(one))] == []
    lines = (release / making.LICENCES).read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(found)


def test_a_known_hole_is_told_with_where_it_is_mended() -> None:
    document = {
        "dependencies": [
            {"name": "a", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "aliases": []}]},
            {"name": "b", "version": "2.0", "vulns": []},
            {"name": "c", "skip_reason": "Dependency not found"},
        ]
    }
    assert making.holes_in(document) == (["a 1.0: PYSEC-2026-1, mended in 1.1"], 2)


def test_nothing_that_is_pinned_has_a_known_hole() -> None:
    holes, number = making.audit()
    if not number:
        pytest.skip("data on known holes is not reached here")
    assert holes == []
