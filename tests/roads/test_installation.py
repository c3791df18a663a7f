"""From the folder of a release, without internet, to a board behind TLS; and back after a disk is lost.

The steps are those of `docs/operate/drift.md`. systemd is asked what it thinks of its file, nginx serves with its own, and the
steps of the container file are carried out in an empty folder: no image is built.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import sync_playwright
from urllib3 import HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from tests.browser.conftest import FLAGS, chromium, free_port, needed
from tests.certificates import Authority
from tests.made_release import release
from tests.operations.cli.test_working import comes_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from urllib3.response import BaseHTTPResponse

pytestmark = pytest.mark.long

__all__ = ["release"]
HOST, BELOW = "bidrag.exempelstad.example", "/bidrag"
PASSWORD = "korrekt häst batteri klammer"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NO_INTERNET = {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "PIP_CONFIG_FILE": os.devnull}
MOST_EXPOSED = 2.5
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
    scgi_temp_path {folder}/s; include {folder}/vetting.conf;
}}
"""


def program(name: str, *places: str) -> str:
    """A program of the system, which Debian keeps out of the path of ordinary users."""
    found = shutil.which(name) or next((place for place in places if Path(place).exists()), None)
    if found is None:
        needed(name)
    return str(found)


class Installation:
    """Where the files of one installation lie, instead of /opt, /etc and /var."""

    def __init__(self, folder: Path, release: Path) -> None:
        self.folder, self.release, self.port, self.tls = folder, release, free_port(), free_port()
        self.places = {
            "/opt/vetting": folder / "opt",
            "/var/lib/vetting": folder / "lib",
            "/var/backups/vetting": folder / "backups",
            "/var/log/vetting": folder / "log",
            "/etc/nginx/tls": folder / "tls",
            "/var/log/nginx": folder / "log",
        }
        for place in self.places.values():
            place.mkdir(exist_ok=True)
        self.settings: dict[str, str] = {}

    def here(self, text: str) -> str:
        for path, place in self.places.items():
            text = text.replace(path, str(place))
        return text

    def install(self) -> None:
        """As `docs/operate/drift.md` says, with nothing but the folder of the release."""
        env = {"PATH": os.environ["PATH"], **NO_INTERNET}
        subprocess.run([sys.executable, "-m", "venv", str(self.folder / "opt")], check=True, env=env)
        for line in commands_of_page("pip install"):
            subprocess.run(shlex.split(self.here(glob(line, self.release))), check=True, env=env, cwd=self.release)

    def vetting(self, *arguments: str, code: int = 0, **settings: str) -> str:
        done = subprocess.run(
            [str(self.folder / "opt" / "bin" / "vetting"), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.folder / "lib",
            umask=0o077,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"} | self.settings | settings,
        )
        assert done.returncode == code, done.stderr + done.stdout
        return done.stdout

    def take_settings(self) -> None:
        self.vetting("server-files", str(self.folder / "files"), "--host", HOST, "--subpath", BELOW)
        text = self.here((self.folder / "files" / "vetting.env").read_text(encoding="utf-8"))
        lines = [line for line in text.splitlines() if "=" in line and not line.startswith("#")]
        self.settings = dict(line.split("=", 1) for line in lines) | {"VETTING_METRICS": f"127.0.0.1:{free_port()}"}

    @contextmanager
    def served(self) -> Iterator[HTTPSConnectionPool]:
        """The pages, and nginx before them."""
        authority = Authority(self.folder / "tls")
        authority.issue(HOST)
        conf = self.here((self.folder / "files" / "nginx.conf").read_text(encoding="utf-8"))
        conf = conf.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}").replace(
            "listen 80", f"listen 127.0.0.1:{free_port()}"
        )
        (self.folder / "vetting.conf").write_text(
            conf.replace("listen 443", f"listen 127.0.0.1:{self.tls}"), encoding="utf-8"
        )
        (self.folder / "nginx.main").write_text(NGINX.format(folder=self.folder), encoding="utf-8")
        start = re.search(
            r"(?m)^ExecStart=(.*)$", (self.folder / "files" / "vetting.service").read_text(encoding="utf-8")
        )
        assert start
        command = shlex.split(self.here(start[1]).replace("8000", str(self.port)))
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "umask": 0o077}
        pages = subprocess.Popen(
            command, cwd=self.folder / "lib", env={"PATH": os.environ["PATH"]} | self.settings, **quiet
        )  # type: ignore[call-overload] # the two of quiet
        proxy = subprocess.Popen(
            [program("nginx", "/usr/sbin/nginx"), "-p", str(self.folder), "-c", "nginx.main"], **quiet
        )  # type: ignore[call-overload] # as above
        pool = HTTPSConnectionPool(
            "127.0.0.1",
            self.tls,
            server_hostname=HOST,
            assert_hostname=HOST,
            ca_certs=str(authority.file),
            retries=False,
        )
        try:
            comes_true(lambda: answers(pool))
            yield pool
        finally:
            for one in (proxy, pages):
                one.terminate()
                one.wait(300)


def answers(pool: HTTPSConnectionPool) -> bool:
    try:
        return bool(ask(pool, "GET", "/redo").data == b"ok\n")
    except HTTPError:
        return False


def ask(pool: HTTPSConnectionPool, method: str, path: str, body: str | None = None, **headers: str) -> BaseHTTPResponse:
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    return pool.request(method, BELOW + path, body=body, headers={"Host": HOST, **kind, **headers}, redirect=False)


def glob(line: str, folder: Path) -> str:
    """As a shell does it."""
    return re.sub(
        r"(?<= )\S*\*\S*", lambda found: str(next(Path(folder / found[0]).parent.glob(Path(found[0]).name))), line
    )


def commands_of_page(which: str) -> list[str]:
    """The commands of the page that hold some words, as they stand there."""
    page = (Path(__file__).parents[2] / "docs" / "operate" / "drift.md").read_text(encoding="utf-8")
    lines = [line.strip() for block in re.findall(r"(?s)```\n(.*?)```", page) for line in block.splitlines()]
    found = [line.removeprefix("sudo ") for line in lines if which in line]
    assert found
    return found


def sign_in(pool: HTTPSConnectionPool) -> str:
    """The cookie of a session."""
    page = ask(pool, "GET", "/logga-in")
    kept = page.headers["Set-Cookie"].split(";")[0]
    token = TOKEN.search(page.data.decode())
    assert token
    body = urlencode({"csrf_token": token[1], "login": "kim", "password": PASSWORD})
    answer = ask(pool, "POST", "/logga-in", body, Cookie=kept, Referer=f"https://{HOST}{BELOW}/logga-in")
    assert answer.status == 303, answer.data.decode()
    cookies = answer.headers.getlist("Set-Cookie")
    session = next(one for one in cookies if one.startswith("__Host-vetting-login="))
    assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in session.split(";")}
    return session.split(";")[0]


def begin_board(here: Installation, pool: HTTPSConnectionPool) -> None:
    """A board, and a person who chooses a password by the link."""
    rules = ("--grant-rules", "farsta-2021-med-grundkrav")
    here.vetting("setup", "--board", "norr", "--name", "Norrbyns stadsdelsnämnd", "--way", "small", *rules)
    told = here.vetting("user", "add", "kim", "--name", "Kim Ek", "--board", "norr", "--role", "caseworker")
    link = re.search(rf"https://{HOST}{BELOW}(/valkommen/\S+)", told)
    assert link, told
    page = ask(pool, "GET", link[1])
    token = TOKEN.search(page.data.decode())
    assert token
    kept = page.headers["Set-Cookie"].split(";")[0]
    body = urlencode({"csrf_token": token[1], "new": PASSWORD, "again": PASSWORD})
    answer = ask(pool, "POST", link[1], body, Cookie=kept, Referer=link[0])
    assert answer.status == 303, answer.data.decode()


def test_a_machine_without_internet_comes_to_a_board_behind_tls_and_back_after_its_disk_is_lost(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if sys.platform != "linux":
        pytest.skip("the files are for Linux")
    here = Installation(tmp_path, release)
    here.install()
    sample = next((tmp_path / "opt").rglob("_shipped/imports/samples/ansokningar.xlsx"))
    assert "Krav ej uppfyllt: 4." in here.vetting("screen", str(sample), "--rules", "farsta-2021-med-grundkrav", code=1)
    here.take_settings()
    key = tmp_path / "nyckel.txt"
    here.settings["VETTING_BACKUP_KEY"] = (
        here.vetting("backup-key", str(key)).split("VETTING_BACKUP_KEY=")[1].split()[0]
    )
    here.vetting("db", "upgrade")
    with here.served() as pool:
        begin_board(here, pool)
        cookie = sign_in(pool)
        assert b"Norrbyns stadsdelsn" in ask(pool, "GET", "/arenden", Cookie=cookie).data
        assert (
            ask(pool, "GET", "/arenden?q=19811218-9876", Cookie=cookie)
            .headers["Location"]
            .startswith(f"{BELOW}/arenden?q=")
        )
        body = "list=" + "x" * 16_500_000
        assert ask(pool, "POST", "/prova", body, Cookie=cookie).status == 413
        see_it_in_a_browser(here)
        said = here.vetting("backup")
        points = {one["where"]: one for one in json.loads(here.vetting("doctor", "--json"))["points"]}
    assert {where for where, one in points.items() if one["health"] == "fails"} == set()
    told = (tmp_path / "log" / "vetting.log").read_text()
    assert "/bidrag/arenden" in told
    assert "q=" not in told
    assert list(tmp_path.glob("[bp]/*")) == []  # nothing that was handed in was laid on the disk

    as_the_page_says(here, head_of(said))
    for file in (tmp_path / "lib").glob("vetting.db*"):
        file.unlink()
    began = time.monotonic()
    copy = max((tmp_path / "backups").glob("*.age"), key=lambda path: path.stat().st_mtime)
    back = here.vetting("restore", str(copy), "--key", str(key))
    assert head_of(said) == head_of(back) == head_of(here.vetting("audit", "verify"))
    with here.served() as pool:
        assert sign_in(pool)
        seconds = time.monotonic() - began
    with capsys.disabled():
        sys.stdout.write(f"\nfrom a lost disk to a signed-in person: {seconds:.0f} s\n")


def head_of(told: str) -> str:
    """The checksum of the trail in what a command says."""
    found = re.search(r"[0-9a-f]{64}", told)
    assert found, told
    return found[0]


def as_the_page_says(here: Installation, head: str) -> None:
    """`run-vetting`, with the settings of its file, and with another database for once."""
    if os.geteuid() != 0:
        return  # it is root's
    text = here.here((here.folder / "files" / "run-vetting").read_text(encoding="utf-8"))
    text = text.replace("/etc/vetting", str(here.folder / "etc")).replace("runuser -u vetting", "runuser -u root")
    (here.folder / "etc").mkdir()
    lines = (f"{name}={shlex.quote(value)}\n" for name, value in here.settings.items())
    (here.folder / "etc" / "vetting.env").write_text("".join(lines), encoding="utf-8")
    script = here.folder / "files" / "run-here"
    script.write_text(text, encoding="utf-8")
    for more, code in (({}, 0), ({"VETTING_DATABASE_URL": f"sqlite:///{here.folder}/none/a.db"}, 2)):
        command = ["sh", str(script), "audit", "verify"]
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **more}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=env)
        assert done.returncode == code, done.stderr
        assert code or head_of(done.stdout) == head


def see_it_in_a_browser(here: Installation) -> None:
    """The page with its looks and its scripts, over TLS and below its path."""
    found = chromium()
    if found is None:
        needed("a browser")
    with ThreadPoolExecutor(1) as beside:  # this thread may hold the loop of the browser tests before it
        beside.submit(_sign_in_by_browser, here, found).result()


def _sign_in_by_browser(here: Installation, found: str | None) -> None:
    with sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{here.tls}"
        browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS, rules])
        page = browser.new_context(ignore_https_errors=True).new_page()
        wrong: list[Any] = []
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        page.on("requestfailed", lambda request: wrong.append(request.url))
        page.goto(f"https://{HOST}{BELOW}/arenden")
        page.fill("[name=login]", "kim")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"https://{HOST}{BELOW}/arenden")
        assert page.evaluate("getComputedStyle(document.body).fontFamily") not in {"", "serif"}
        assert page.evaluate("document.styleSheets.length") > 0
        browser.close()
    assert wrong == []


def test_systemd_finds_little_that_the_service_could_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vetting", "server-files", str(tmp_path), "--host", HOST],
        check=True,
        capture_output=True,
    )
    assert b"vetting.service" in done.stdout
    analyze = program("systemd-analyze")
    told = subprocess.run(
        [analyze, "security", "--offline=true", str(tmp_path / "vetting.service")],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    level = re.search(r"exposure level for vetting.service: ([0-9.]+)", told)
    assert level, told
    assert float(level[1]) <= MOST_EXPOSED
    wrong = subprocess.run(
        [analyze, "verify", str(tmp_path / "vetting.service")], capture_output=True, text=True, check=False
    )
    assert "Unknown" not in wrong.stderr


class EmptyFolder:
    """Where the steps of the container file are carried out, each as it stands, instead of at the top of a machine."""

    def __init__(self, folder: Path, release: Path) -> None:
        self.folder, self.release, self.port = folder, release, free_port()
        self.settings = {
            "PATH": os.environ["PATH"],
            **NO_INTERNET,
            "VETTING_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
            "VETTING_HTTPS": "1",
            "VETTING_TRUSTED_HOSTS": f"{HOST},127.0.0.1",
        }
        self.where, self.check, self.command = folder, "", ""
        (folder / "etc").mkdir()
        for name in ("passwd", "group", "shadow", "gshadow", "login.defs"):
            if Path("/etc", name).exists():
                shutil.copy(Path("/etc", name), folder / "etc")

    def below(self, line: str) -> str:
        line = re.sub(r"(?<![\w:/])/(?=opt|release|var)|(?<=sqlite:///)/(?=var)", f"{self.folder}/", line)
        return line.replace("8000", str(self.port))

    def carry_out(self, what: str, rest: str) -> None:
        match what:
            case "FROM":
                assert rest == f"docker.io/library/python:{sys.version_info.major}.{sys.version_info.minor}-slim"
            case "COPY":
                shutil.copytree(self.release, self.folder / rest.split()[1].lstrip("/"))
            case "RUN":
                self.run(rest)
            case "ENV":
                name, value = self.below(rest).split("=", 1)
                self.settings[name] = value
            case "WORKDIR":
                self.where = Path(self.below(rest))
            case "HEALTHCHECK":
                self.check = self.below(rest.removeprefix("CMD "))
            case "CMD":
                self.command = self.below(rest)
            case _:
                assert what in {"USER", "VOLUME", "EXPOSE"}, what

    def run(self, rest: str) -> None:
        root = os.geteuid() == 0
        if "useradd" in rest and not root:
            return  # only root makes users
        line = glob(self.below(rest), self.folder).replace("python -m venv", f"{sys.executable} -m venv")
        line = line.replace("useradd", f"useradd --prefix {self.folder}")
        line = line.replace("--owner vetting", f"--owner {os.geteuid()}")
        subprocess.run(shlex.split(line), check=True, env=self.settings, cwd=self.folder)

    def is_well(self) -> bool:
        return subprocess.run(json.loads(self.check), check=False, capture_output=True).returncode == 0


def test_the_steps_of_the_container_file_lead_to_pages_that_are_well(release: Path, tmp_path: Path) -> None:
    """With no way to the internet. No image is built: the page says so."""
    here = EmptyFolder(tmp_path, release)
    for line in (release / "Containerfile").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            here.carry_out(*line.split(" ", 1))
    command = json.loads(here.command)
    upgrade = [command[0], "db", "upgrade"]
    subprocess.run(upgrade, check=True, env=here.settings, cwd=here.where, capture_output=True)
    pages = subprocess.Popen(
        [*command, "--port", str(here.port)], env=here.settings, cwd=here.where, stderr=subprocess.DEVNULL
    )
    try:
        comes_true(here.is_well)
    finally:
        pages.terminate()
        assert pages.wait(300) == 0
