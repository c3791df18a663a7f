"""The drawing of the packages: each with its size, and an arc to every package that it imports.

`python -m tests.house.packages` writes it; a test compares.
"""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DRAWING: Final = ROOT / "docs" / "develop" / "packages.svg"
SHARED: Final = frozenset({"kernel", "engine", "formats", "web"})
"""Packages that every other may import: their arcs are not drawn."""
STEP, LEFT, TOP = 34, 250, 40


def order() -> list[str]:
    """Gives the packages from the top down, as the contract has them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one.get("containers") == ["vetting"])
    return [name for name in layers if (ROOT / "vetting" / name / "__init__.py").is_file() and name != "texts"]


def imports() -> Counter[tuple[str, str]]:
    """Counts the import statements from one package to another."""
    found: Counter[tuple[str, str]] = Counter()
    for name in order():
        for path in (ROOT / "vetting" / name).rglob("*.py"):
            if "versions" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "vetting":
                    parts = (node.module or "").split(".")
                    for other in [parts[1]] if len(parts) > 1 else [one.name for one in node.names]:
                        found[name, other] += other != name
    return found


def draw() -> str:
    """Draws the packages one below the other, with an arc from each to what it imports, as wide as that is often."""
    names = order()
    place = {name: TOP + STEP * index for index, name in enumerate(names)}
    height = TOP + STEP * len(names)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" font-family="sans-serif" font-size="14">',
        "<title>Packages of vetting: imports point down</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="24" y="20" fill="#444">Imports point down; arcs to {", ".join(sorted(SHARED))} are left out.</text>',
    ]
    for (name, other), many in sorted(imports().items()):
        if not many or other not in place or other in SHARED:
            continue
        start, end = place[name], place[other]
        reach = LEFT + 18 + (end - start) * 0.85
        width = min(6.0, 0.6 + many / 25)
        lines.append(
            f'<path d="M{LEFT} {start} C{reach:.0f} {start} {reach:.0f} {end} {LEFT} {end}" fill="none" '
            f'stroke="#35618f" stroke-opacity=".45" stroke-width="{width:.1f}"><title>{name} imports {other}: {many}'
            "</title></path>"
        )
    for name in names:
        y = place[name]
        shade = "#e9e4d8" if name in SHARED else "#dfe9f3"
        lines += [
            f'<rect x="90" y="{y - 13}" width="{LEFT - 90}" height="26" rx="4" fill="{shade}" stroke="#888"/>',
            f'<text x="{(LEFT + 90) // 2}" y="{y + 5}" text-anchor="middle">{name}</text>',
        ]
    return "\n".join([*lines, "</svg>"]) + "\n"


if __name__ == "__main__":
    DRAWING.write_text(draw(), encoding="utf-8")
