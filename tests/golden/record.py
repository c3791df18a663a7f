"""The golden record: `python -m tests.golden.record FOLDER`, everything that the program tells, at a fixed moment.

It knows the command line, the pages and nothing else of the program, so that the same files, laid into an older or a newer
commit, tell whether the two say the same: `diff -r` of the two folders.

FOLDER/cli/sv, FOLDER/cli/en: a file for each command: what it printed, what it wrote, its exit code.
FOLDER/pages/sv/LOGIN, ...: a file for each page and each document that this person can reach by links.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, quote, unquote, urldefrag, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

from lxml import html

from tests.golden.reading import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
LANGUAGES = ("sv", "en")
OF_A_KIND, OF_A_CASEWORKER = 6, 40
"""Pages whose addresses differ only in numbers and days: so many of them are read for each person."""
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
            plain("\n".join(lines), self.folder),
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


@dataclass
class Visitor:
    """Somebody with a browser of their own."""

    address: str

    def __post_init__(self) -> None:
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str, data: bytes | None = None) -> tuple[int, str, bytes, str]:
        """Status, media type, content and where it ended."""
        try:
            address = self.address + quote(path, safe="/?&=%+:,;@!$'()*~")
            answer = self.opener.open(Request(address, data=data), timeout=120)  # noqa: S310 - our own address
        except HTTPError as error:
            answer = error
        with answer:
            return (
                answer.status,
                answer.headers.get_content_type(),
                answer.read(),
                answer.url.removeprefix(self.address),
            )

    def sign_in(self, login: str, password: str) -> None:
        """As the page of signing in asks for it."""
        page = html.fromstring(self.get("/logga-in")[2].decode())
        token = page.xpath("//input[@name='csrf_token']/@value")[0]
        fields = {"csrf_token": token, "login": login, "password": password}
        status, _, _, where = self.get("/logga-in", urlencode(fields).encode())
        if status != 200 or where.startswith("/logga-in"):
            raise SystemExit(f"{login} could not sign in: {status} {where}")


def of_pages(folder: Path, language: str, database: Path, demo: Mapping[str, Any]) -> None:
    """Every page that somebody can reach, as each of the people of the demonstration and as nobody."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.golden.frozen", "serve", "--port", str(port)],
        cwd=ROOT,
        env=environment(language, database),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        for login in (None, *demo["logins"]):
            visitor = Visitor(address)
            if login:
                visitor.sign_in(login["user"], login["password"])
            most = OF_A_CASEWORKER if login and login["role"] == "caseworker" else OF_A_KIND
            for path, text in walk(visitor, most):
                keep(
                    folder / (login["user"] if login else "nobody") / f"{name_of(unquote(path))}.txt",
                    plain(text, folder),
                )
    finally:
        server.terminate()
        server.wait()


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            urlopen(f"{address}/logga-in", timeout=5).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The pages were not served.")


def open_all(visitor: Visitor, content: bytes, where: str) -> bytes:
    """A page with everything that stands closed in it in its place."""
    tree = html.fromstring(content.decode())
    for link in tree.xpath("//a[@data-opens]"):
        address = urldefrag(urljoin(where, link.get("href")))[0]
        part = html.fragment_fromstring(visitor.get(f"{address}&del=1")[2].decode())
        shell = link.getparent()
        part.tail = shell.tail
        shell.getparent().replace(shell, part)
    return bytes(html.tostring(tree, encoding="utf-8"))


def walk(visitor: Visitor, most: int) -> Iterator[tuple[str, str]]:
    """Each page from the first one on by its links, breadth first, with its text."""
    waiting, known, kinds = deque(["/"]), {"/"}, Counter[tuple[str, frozenset[str]]]()
    while waiting:
        path = waiting.popleft()
        status, media, content, where = visitor.get(path)
        if media == "text/html":
            content = open_all(visitor, content, where)
        yield path, f"{status} {media} {where}\n{text_of(content, media)}\n"
        if media != "text/html" or status != 200:
            continue
        for link in html.fromstring(content.decode()).xpath("//a/@href"):
            target = urldefrag(urljoin(where, link))[0]
            parts = urlsplit(target)
            kind = (re.sub(r"\d+", "#", parts.path), frozenset(parse_qs(parts.query)))
            few = OF_A_KIND if parts.query or "vecka" in kind[0] or "dorrlista" in kind[0] else most
            if target in known or parts.netloc or parts.scheme or kinds[kind] >= few:
                continue
            known.add(target)
            kinds[kind] += 1
            waiting.append(target)


def record(folder: Path, *, commands: bool, pages: bool) -> None:
    """The record, both languages beside each other."""
    with tempfile.TemporaryDirectory() as lies:
        source, demo = fill(Path(lies))
        keep(folder / "demo.json", json.dumps(demo, ensure_ascii=False, indent=1))

        def one(language: str) -> None:
            own = Path(shutil.copy(source, Path(lies) / f"{language}.db"))
            if commands:
                of_commands(folder / "cli" / language, language, own, demo)
            if pages:
                of_pages(folder / "pages" / language, language, own, demo)

        with ThreadPoolExecutor(len(LANGUAGES)) as both:
            list(both.map(one, LANGUAGES))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--only", choices=("commands", "pages"), help="one half of it")
    given = asked.parse_args()
    shutil.rmtree(given.folder, ignore_errors=True)
    record(given.folder.resolve(), commands=given.only != "pages", pages=given.only != "commands")
