"""`make release`: all that a machine without internet needs, in one folder; `make audit`: known holes in what is pinned.

The wheel is the same bytes wherever it is built. The list of parts (CycloneDX) and the licences are read off an
environment that was installed from the folder itself.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from vetting import __version__
from vetting.operations.cli.server_files import write_server_files

ROOT: Final = Path(__file__).parents[2]
TOOLS: Final = ROOT / ".venv" / "release" / "bin"
PIP: Final = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
REQUIREMENTS: Final = "requirements.txt"
WHEELHOUSE: Final = "wheelhouse"
PARTS: Final = "vetting.cdx.json"
LICENCES: Final = "licences.txt"
SUMS: Final = "SHA256SUMS"
PAGES: Final = (
    "README.md",
    "README.sv.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "LICENSE",
    "docs/operate/drift.md",
    "docs/operate/operations.md",
    "docs/operate/commands.md",
    "docs/operate/configure.md",
    "docs/security/sakerhetsfragor.md",
    "docs/security/security-questions.md",
    "docs/security/asvs.md",
    "docs/operate/postgresql-roller.sql",
)
MOMENT: Final = "1767225600"
"""The moment that everything in a wheel bears (SOURCE_DATE_EPOCH)."""
HOST: Final = "vetting.example"
CONTAINER: Final = "Containerfile"
"""The one of the server's files that is needed before the program is there."""
READ_BY_HAND: Final = {"pypdfium2": "BSD-3-Clause, Apache-2.0, and those of PDFium's parts", "pyrage": "MIT"}
"""What parts say in their own files where their metadata say nothing."""


def make_release(folder: Path) -> Path:
    """The folder of this version, filled; what was there goes."""
    release = folder / f"vetting-{__version__}"
    shutil.rmtree(release, ignore_errors=True)
    release.mkdir(parents=True)
    build_wheel(ROOT, release)
    shutil.copy(ROOT / "requirements" / "run.txt", release / REQUIREMENTS)
    found = ["download", "--require-hashes", "--only-binary", ":all:", "--dest", str(release / WHEELHOUSE)]
    _run([*PIP, *found, "--requirement", str(release / REQUIREMENTS)])
    for page in PAGES:
        (release / page).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / page, release / page)
    with tempfile.TemporaryDirectory() as apart:
        files = write_server_files(Path(apart) / "files", HOST, "")
        shutil.copy(next(file for file in files if file.name == CONTAINER), release)
        parts = parts_of(install_offline(release, Path(apart)))
    (release / PARTS).write_text(json.dumps(parts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (release / LICENCES).write_text(licence_list(parts), encoding="utf-8")
    _write_sums(release)
    return release


def build_wheel(source: Path, target: Path) -> Path:
    """The program as a wheel."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": MOMENT}
    _run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(target), str(source)], environment)
    return next(target.glob("vetting-*.whl"))


def install_offline(release: Path, place: Path) -> Path:
    """A new environment, installed from the folder alone; its Python."""
    venv.create(place / "env", with_pip=False)
    python = place / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [*PIP, "--python", str(python), "install", "--no-index", "--no-compile"]
    wheels = ["--find-links", str(release / WHEELHOUSE), "--require-hashes"]
    _run([*pip, *wheels, "--requirement", str(release / REQUIREMENTS)])
    _run([*pip, "--no-deps", str(next(release.glob("vetting-*.whl")))])
    return python


def parts_of(python: Path) -> dict[str, Any]:
    """What is installed, as CycloneDX 1.6 says it."""
    told = _run([str(TOOLS / "cyclonedx-py"), "environment", "--output-reproducible", str(python)])
    found: dict[str, Any] = json.loads(told)
    return found


def licence_list(parts: dict[str, Any]) -> str:
    """A line for each part: name, version, licence."""
    lines = [f"{part['name']} {part['version']}: {licence_of(part)}" for part in parts["components"]]
    return "\n".join(sorted(lines, key=str.casefold)) + "\n"


def licence_of(part: dict[str, Any]) -> str:
    """The part's licence in its own words; empty where it says none."""
    told = [
        one.get("expression") or one["license"].get("id") or one["license"].get("name", "")
        for one in part.get("licenses", ())
    ]
    return ", ".join(dict.fromkeys(one.splitlines()[0] for one in told if one)) or READ_BY_HAND.get(part["name"], "")


def _write_sums(release: Path) -> None:
    files = sorted(path for path in release.rglob("*") if path.is_file())
    lines = [f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(release).as_posix()}" for path in files]
    (release / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8")


def audit() -> tuple[list[str], int]:
    """Known holes in what is pinned, one a line, and how many parts were looked at: none where there is no data."""
    command = [str(TOOLS / "pip-audit"), "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    done = subprocess.run(
        [*command, "--format", "json", "--requirement", str(ROOT / "requirements" / "run.txt")],
        check=False,
        capture_output=True,
        text=True,
    )
    if not done.stdout.startswith("{"):
        return [], 0
    return holes_in(json.loads(done.stdout))


def holes_in(document: dict[str, Any]) -> tuple[list[str], int]:
    """What pip-audit found, and how many parts it had data on."""
    looked_at = [part for part in document["dependencies"] if "skip_reason" not in part]
    holes = [
        f"{part['name']} {part['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or '-'}"
        for part in looked_at
        for hole in part["vulns"]
    ]
    return holes, len(looked_at)


def _run(command: list[str], environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def main(what: str) -> int:
    """As the Makefile asks."""
    if what == "audit":
        holes, number = audit()
        sys.stdout.write("".join(f"{hole}\n" for hole in holes))
        sys.stdout.write(f"{number} parts looked at\n" if number else "left out: data on known holes is not reached\n")
        return 1 if holes else 0
    sys.stdout.write(f"{make_release(ROOT / 'dist')}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
