"""The golden record of all that the program tells, as text: `make record` writes `tests/golden/kept` anew.

Everything is asked of the demonstration, filled at a fixed moment. A change of structure leaves the record equal; a
commit that changes a file of it says why. What it holds is listed in `kept/README.md`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.golden.reading import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
LANGUAGES = ("sv", "en")
BOARDS = ("norr", "mitt")
"""Boards of which pages and the trail are kept."""
KEPT = Path(__file__).parent / "kept"
RULES = "farsta-2021-med-grundkrav"
REGISTERS = (
    "approvals",
    "payments",
    "payment-stops",
    "follow-up",
    "reclaims",
    "associations",
    "opinions",
    "delegated",
    "deviations",
    "bookings",
)


@dataclass
class Commands:
    """Many commands in one process, in one language, on a database."""

    language: str
    database: Path
    folder: Path
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.golden.frozen"],
            cwd=ROOT,
            env=environment(self.language, self.database),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, *words: str) -> str:
        """What a command printed; all of it is recorded."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        lines = [f"$ vetting {' '.join(words)}", told["out"], told["err"], f"exit {told['code']}"]
        for word in words:
            written = Path(word)
            if word.startswith(str(self.folder)) and written.is_file():
                lines += [f"== {written.name}", text_of(written.read_bytes(), "")]
                written.unlink()
        keep(
            self.folder / f"{name_of(' '.join(Path(word).name if '/' in word else word for word in words))}.txt",
            shortened(plain("\n".join(lines), self.folder), MOST_OF_A_LIST if words[0] in LISTS else MOST_LINES),
        )
        return str(told["out"])

    def end(self) -> None:
        """No more commands."""
        with self.process:
            assert self.process.stdin
            self.process.stdin.close()


def environment(language: str, database: Path) -> dict[str, str]:
    """A process of the program knows its database, its language and a key, and reads no other settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VETTING_")}
    return kept | {
        "VETTING_DATABASE_URL": f"sqlite:///{database}",
        "VETTING_LANGUAGE": language,
        "VETTING_SECRET_KEY": "of the golden record, and nowhere else used",
        "COLUMNS": "120",
        "LOGNAME": "kim",  # whoever runs it, whom an exported register names
    }


def plain(text: str, folder: Path) -> str:
    """Without where this run lies and without what is drawn anew for every run."""
    text = text.replace(str(folder), "FOLDER").replace(str(ROOT), "ROOT")
    text = re.sub(r"(Kontrollsumma|Checksum): [0-9a-f]{64}", r"\1: DIGEST", text)  # passwords are salted
    text = re.sub(r"\b\d+ [0-9a-f]{64}\b", "HEAD OF THE TRAIL", text)
    return re.sub(r"(127\.0\.0\.1|localhost):\d+", "HOST", text)


MOST_LINES, MOST_OF_A_LIST = 300, 40
"""Of a longer text the record keeps so many lines, and a digest of all of them."""
LISTS = frozenset({"screen", "import"})


def shortened(text: str, most: int = MOST_LINES) -> str:
    """The text with a new line at its end; of a long one its beginning and a digest."""
    lines = text.splitlines()
    if len(lines) > most:
        lines = [*lines[:most], f"… {len(lines)} lines, sha256 {sha256(text.encode()).hexdigest()}"]
    return "\n".join([*lines, ""])


def keep(path: Path, text: str) -> None:
    """Writes one file of the record; where two have one name the later is numbered."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for again in range(2, 1000):
        if not path.exists():
            break
        path = path.with_stem(f"{path.stem.partition('~')[0]}~{again}")
    path.write_text(text, encoding="utf-8")


def name_of(text: str) -> str:
    """A readable name for a file, not longer than a file's may be."""
    shown = re.sub(r"[^\wåäöÅÄÖ.=?&-]+", "_", text).strip("_") or "start"
    return shown if len(shown) <= 120 else f"{shown[:100]}-{sha256(text.encode()).hexdigest()[:12]}"


def fill(folder: Path) -> tuple[Path, dict[str, Any]]:
    """The demonstration at that moment, and what the command said of it."""
    path = folder / "demonstration.db"
    told = subprocess.run(
        [sys.executable, "-m", "tests.golden.frozen", "demo", "--no-serve", "--json"],
        cwd=ROOT,
        check=True,
        env=environment("sv", path),
        capture_output=True,
        text=True,
        encoding="utf-8",
    ).stdout
    return path, json.loads(told)


def of_rules_and_registers(commands: Commands, demo: Mapping[str, Any]) -> list[str]:
    """The short form: every rule set with its fingerprint, the worked cases, every register, answers as JSON.

    Returns the names of the rule sets.
    """
    run = commands.run
    run("rules", "check")
    run("rules", "test")
    sets = re.findall(r"^([a-z0-9][a-z0-9-]+)\b", run("rules", "list"), re.MULTILINE)
    for one in sets:
        run("rules", "show", one)
    for board in demo["boards"]:
        for register in REGISTERS:
            run("export", register, "--board", board["code"], "--out", str(commands.folder / "book.xlsx"))
        for kind in ("grant", "booking"):
            run("remind", "--board", board["code"], "--kind", kind, "--json")
        run("check", "Kultur", "--board", board["code"], "--json")
    for sample in samples():
        run("screen", str(sample), "--rules", RULES, "--json")
        run("import", str(sample), "--board", demo["boards"][0]["code"], "--dry-run", "--json")
    return sets


def samples() -> list[Path]:
    """The lists that come with the program."""
    return sorted((ROOT / "imports" / "samples").iterdir())


def of_commands(folder: Path, language: str, database: Path, demo: Mapping[str, Any]) -> None:
    """Every command that tells something, in one language."""
    commands = Commands(language, database, folder)
    run, out = commands.run, folder / "book.xlsx"
    sets = of_rules_and_registers(commands, demo)
    for words in helps(run("--help"), run):
        run(*words, "--help")
    for sample in samples():
        for one in (each for each in sets if each != RULES):
            run("screen", str(sample), "--rules", one, "--json")
        for one in sets:
            run("screen", str(sample), "--rules", one, "--out", str(out))
    run("audit", "verify")
    run("user", "list")
    run("db", "check")
    for code in (board["code"] for board in demo["boards"]):
        for kind in ("grant", "booking"):
            run("remind", "--board", code, "--kind", kind)
        run("remind", "--board", code, "--staff")
        for sample in samples():
            run("import", str(sample), "--board", code, "--dry-run")
        for asked in ("802", "Förening", "finns inte"):
            run("check", asked, "--board", code, "--json")
    commands.end()


def helps(told: str, run: Any) -> Iterator[tuple[str, ...]]:
    """Every command and every command within one."""
    for word in _within(told):
        yield (word,)
        for inner in _within(run(word, "--help")) if word not in {"import", "check", "screen"} else ():
            yield word, inner


def _within(told: str) -> list[str]:
    return re.findall(r"^  ([a-z][a-z-]*)  ", told.partition("Commands:")[2], re.MULTILINE)


PARTS = ("frozen", "letters", "trail", "commands-sv", "commands-en", "pages-sv", "pages-en")


def make(folder: Path, part: str, source: Path, demo: Mapping[str, Any]) -> None:
    """Writes one part of the record of a filled database into a folder."""
    from tests.golden import letters, outside, pages, trail

    name, _between, language = part.partition("-")
    match name:
        case "frozen":
            outside.of_outside(folder / "frozen", source)
        case "letters":
            for one in LANGUAGES:
                letters.of_letters(folder / "letters" / one, source, one)
        case "trail":
            trail.of_trail(folder / "trail", source)
        case "commands":
            with tempfile.TemporaryDirectory() as lies:
                of_commands(folder / "commands" / language, language, Path(shutil.copy(source, lies)), demo)
        case "pages":
            pages.of_pages(folder, source, language)


def places(part: str) -> tuple[str, ...]:
    """Folders of the record that a part fills."""
    name, _between, language = part.partition("-")
    if name == "pages":
        return f"pages/{language}", f"refused/{language}"
    return (f"{name}/{language}" if language else name,)


def texts(folder: Path, part: str) -> dict[str, str]:
    """The texts of a part, by file."""
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for place in places(part)
        for path in sorted((folder / place).rglob("*.txt"))
    }


def main() -> None:
    """Writes the parts that are named, else all of them, anew."""
    wanted = sys.argv[1:] or PARTS
    with tempfile.TemporaryDirectory() as lies, ThreadPoolExecutor(2) as two:
        source, demo = fill(Path(lies))

        def one(part: str) -> None:
            for place in places(part):
                shutil.rmtree(KEPT / place, ignore_errors=True)
            if part.startswith("commands"):
                make(KEPT, part, source, demo)
            else:  # pages stop the clock of their process
                asked = [sys.executable, "-m", "tests.golden.record", "--part", part, str(source), json.dumps(demo)]
                subprocess.run(asked, cwd=ROOT, check=True)

        list(two.map(one, wanted))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        make(KEPT, sys.argv[2], Path(sys.argv[3]), json.loads(sys.argv[4]))
    else:
        main()
