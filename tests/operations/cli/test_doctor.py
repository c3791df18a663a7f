"""Each point of an installation is told as it is: well where it is, and what to do where it is not."""

from __future__ import annotations

import json
import os
import socket
import ssl
import stat
from contextlib import suppress
from datetime import UTC, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from aiosmtpd.controller import Controller

from tests.board import BoardAtWork
from tests.browser.conftest import free_port
from tests.certificates import Authority
from tests.mailbox import Box, mail_server
from tests.operations.cli.test_commands import one_clear_line, vetting
from vetting import clock
from vetting.kernel.roles import Role
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.jobs import Job, new_job
from vetting.kernel.store.noted_faults import note_fault
from vetting.kernel.store.session import open_technical
from vetting.operations.database import backup_files, schema
from vetting.operations.jobs.recurring_work import do_due

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

KEY = "0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """Those of an installation that is well."""
    address = f"sqlite:///{tmp_path / 'a.db'}"
    database = schema.open_database(address)
    while do_due(database, at=clock.now()):
        pass
    database.close()
    (tmp_path / "a.db").chmod(0o600)
    folder = tmp_path / "kopior"
    folder.mkdir()
    (folder / backup_files.file_name(clock.now(), sealed=True)).write_bytes(b"x")
    return {
        "VETTING_DATABASE_URL": address,
        "VETTING_SECRET_KEY": KEY,
        "VETTING_HTTPS": "1",
        "VETTING_TRUSTED_HOSTS": "bidrag.exempelstad.example",
        "VETTING_BACKUP_FOLDER": str(folder),
        "VETTING_AUDIT_KEY": KEY,
        "VETTING_PROXIES": "1",
    }


def told(settings: dict[str, str], **other: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and each point by where it is."""
    done = vetting("doctor", "--json", env=settings | other)
    return done.returncode, {one["where"]: one for one in json.loads(done.stdout)["points"]}


def test_an_installation_that_is_well_is_told_so_line_by_line(settings: dict[str, str]) -> None:
    code, points = told(settings)
    assert code == 0
    unwell = {where for where, point in points.items() if point["health"] != "well"}
    assert unwell <= {
        "user",
        "VETTING_BACKUP_KEY",
        "VETTING_AUDIT_MAIL",
        settings["VETTING_DATABASE_URL"].removeprefix("sqlite:///"),
    }
    assert {"clock", "work", "faults", "VETTING_DATABASE_URL", "VETTING_SMTP_HOST"} <= points.keys()
    now = clock.now().astimezone(UTC)
    assert points["clock"]["what"] in {
        f"Klockan är {at:%Y-%m-%d %H:%M} UTC." for at in (now, now - timedelta(minutes=1))
    }
    lines = vetting("doctor", env=settings).stdout.splitlines()
    assert len(lines) == len(points)
    assert all(line.startswith(("bra", "varning", "fel")) for line in lines)


@pytest.mark.parametrize(
    ("change", "where", "health"),
    [
        ({"VETTING_SECRET_KEY": ""}, "VETTING_SECRET_KEY", "fails"),
        ({"VETTING_HTTPS": ""}, "VETTING_HTTPS", "warns"),
        ({"VETTING_AUDIT_KEY": ""}, "VETTING_AUDIT_KEY", "warns"),
        ({}, "VETTING_AUDIT_MAIL", "warns"),
        ({"VETTING_METRICS": "0.0.0.0:9100"}, "VETTING_METRICS", "warns"),
        ({"VETTING_PROXIES": "0"}, "VETTING_PROXIES", "warns"),
        ({"VETTING_TRUSTED_HOSTS": "localhost"}, "VETTING_TRUSTED_HOSTS", "fails"),
        ({"VETTING_BACKUP_FOLDER": ""}, "VETTING_BACKUP_FOLDER", "warns"),
        (
            {"VETTING_SMTP_HOST": "127.0.0.1", "VETTING_SMTP_PORT": "1", "VETTING_SMTP_FROM": "a@b.example"},
            "VETTING_SMTP_HOST",
            "fails",
        ),
        (
            {
                "VETTING_OIDC_ISSUER": "http://127.0.0.1:1",
                "VETTING_OIDC_CLIENT": "a",
                "VETTING_OIDC_SECRET": "b",
                "VETTING_OIDC_ROLES": "FILE",
            },
            "VETTING_OIDC_ISSUER",
            "fails",
        ),
    ],
)
def test_a_setting_that_will_not_do_is_told(
    settings: dict[str, str], tmp_path: Path, change: dict[str, str], where: str, health: str
) -> None:
    (tmp_path / "roller.yaml").write_text("{}")
    change = {name: str(tmp_path / "roller.yaml") if value == "FILE" else value for name, value in change.items()}
    code, points = told(settings, **change)
    assert (points[where]["health"], bool(points[where]["remedy"])) == (health, True)
    assert code == (1 if health == "fails" else 0)


def test_a_mail_server_that_answers_is_sent_nothing(settings: dict[str, str]) -> None:
    with mail_server() as (box, server):
        mail = {"VETTING_SMTP_HOST": server.host, "VETTING_SMTP_PORT": str(server.port)}
        code, points = told(settings, VETTING_SMTP_FROM="a@b.example", **mail)
        assert (code, points["VETTING_SMTP_HOST"]["health"], box.mails) == (0, "well", [])


def test_a_database_that_is_old_gone_or_open_to_others_is_told(settings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.db").chmod(0o644)
    assert told(settings)[1][str(tmp_path / "a.db")]["health"] == "fails"
    (tmp_path / "a.db").chmod(0o600)
    gone = f"sqlite:///{tmp_path / 'finns inte' / 'b.db'}"
    code, points = told(settings, VETTING_DATABASE_URL=gone)
    assert (code, points["VETTING_DATABASE_URL"]["health"]) == (1, "fails")
    old = f"sqlite:///{tmp_path / 'c.db'}"
    database = schema.open_database(old)
    schema.downgrade(database, "0147")
    database.close()
    assert told(settings, VETTING_DATABASE_URL=old)[1]["VETTING_DATABASE_URL"]["remedy"] == "Kör 'vetting db upgrade'."


def test_work_that_is_not_done_an_old_copy_and_a_clock_that_is_behind_are_told(
    settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=3))
    code, points = told(settings)
    assert code == 1
    assert points["work"]["health"] == "fails"
    [copy] = (tmp_path / "kopior").iterdir()
    assert points[str(copy)]["health"] == "fails"
    copy.unlink()
    assert told(settings)[1][str(tmp_path / "kopior")]["remedy"].startswith("Kör 'vetting backup'")


def test_the_last_mistakes_are_told_by_their_reference(settings: dict[str, str]) -> None:
    database = schema.open_database(settings["VETTING_DATABASE_URL"])
    for place in range(7):
        assert note_fault(database, f"abc{place}", "ValueError at x.py:1 y", at=clock.now())
    assert note_fault(database, "gammalt", "ValueError at x.py:1 y", at=clock.now() - timedelta(days=8))
    database.close()
    os.chmod(settings["VETTING_DATABASE_URL"].removeprefix("sqlite:///"), 0o600)  # noqa: PTH101 - an address
    code, points = told(settings)
    assert code == 0
    assert {where for where in points if where.startswith("abc")} == {f"abc{place}" for place in range(2, 7)}
    assert "gammalt" not in points


def test_a_job_that_nobody_takes_up_is_told(settings: dict[str, str]) -> None:
    database = connect_database(settings["VETTING_DATABASE_URL"])
    board = BoardAtWork(database).build()
    with open_technical(database) as session:
        by = board.staff[Role.AUDITOR].id
        job = new_job("x", {}, board_id=board.board_id, by_user_id=by, at=clock.now() - timedelta(minutes=20))
        session.add(job)
    assert told(settings)[1]["jobs"]["health"] == "well"
    with open_technical(database) as session:
        session.get_one(Job, job.id).created_at -= timedelta(minutes=20)
    database.close()
    assert told(settings)[1]["jobs"]["health"] == "fails"


@pytest.mark.guards("settings misread")
@pytest.mark.parametrize(
    ("host", "other", "said"),
    [
        ("0.0.0.0", {"VETTING_HTTPS": ""}, "inloggningar går okrypterade"),  # noqa: S104 - what is refused
        ("0.0.0.0", {"VETTING_TRUSTED_HOSTS": ""}, "Nämner bara den egna maskinen"),  # noqa: S104 - as above
        ("127.0.0.1", {"VETTING_TRUSTED_HOSTS": ""}, "Nämner bara den egna maskinen"),
    ],
)
def test_pages_that_others_reach_do_not_start_unsafe(
    settings: dict[str, str], host: str, other: dict[str, str], said: str
) -> None:
    one_clear_line(vetting("serve", "--host", host, "--port", "8999", env=settings | other), said)


def test_pages_whose_files_others_can_read_do_not_start(settings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.db").chmod(0o644)
    one_clear_line(vetting("serve", "--port", "8999", env=settings), "Andra användare på maskinen")


def test_a_database_that_is_made_is_its_owners_alone(settings: dict[str, str], tmp_path: Path) -> None:
    new = settings | {"VETTING_DATABASE_URL": f"sqlite:///{tmp_path / 'ny.db'}"}
    assert vetting("db", "upgrade", env=new).returncode == 0
    assert stat.S_IMODE((tmp_path / "ny.db").stat().st_mode) == 0o600
    assert str(tmp_path / "ny.db") not in told(new)[1]


class Directory(BaseHTTPRequestHandler):
    """Answers what a directory says of itself."""

    issuer: ClassVar[str] = ""

    def do_GET(self) -> None:
        issuer = self.issuer or f"https://localhost:{self.server.server_port}"  # type: ignore[attr-defined] # of an HTTPServer
        body = json.dumps({"issuer": issuer}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


ANOTHER_MACHINE = "127.0.0.2"
"""An address of this machine that the program does not know as its own: mail goes there by TLS."""


def test_an_authority_of_ones_own_is_trusted_where_it_is_set_and_nowhere_else(
    settings: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "tls").mkdir()
    authority = Authority(tmp_path / "tls")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issue("localhost"))
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(*authority.issue(ANOTHER_MACHINE))
    mail = Controller(Box(), hostname=ANOTHER_MACHINE, port=free_port(), tls_context=own, require_starttls=True)
    mail.start()
    with HTTPServer(("127.0.0.1", 0), Directory) as directory:
        directory.socket = context.wrap_socket(directory.socket, server_side=True)
        Thread(target=directory.serve_forever, daemon=True).start()
        (tmp_path / "roller.yaml").write_text("{}")
        both = {
            "VETTING_SMTP_HOST": ANOTHER_MACHINE,
            "VETTING_SMTP_PORT": str(mail.port),
            "VETTING_SMTP_FROM": "a@b.example",
            "VETTING_OIDC_ISSUER": f"https://localhost:{directory.server_address[1]}",
            "VETTING_OIDC_CLIENT": "a",
            "VETTING_OIDC_SECRET": "b",
            "VETTING_OIDC_ROLES": str(tmp_path / "roller.yaml"),
        }
        trusted = {"SSL_CERT_FILE": str(authority.file), "REQUESTS_CA_BUNDLE": str(authority.file)}
        try:
            for known, health in (({}, "fails"), (trusted, "well")):
                _code, points = told(settings, **both, **known)
                assert {points[one]["health"] for one in ("VETTING_SMTP_HOST", "VETTING_OIDC_ISSUER")} == {health}
        finally:
            directory.shutdown()
            mail.stop()


class Proxy(BaseHTTPRequestHandler):
    """The way out of a house: it alone knows where `katalog.example` is."""

    leads_to: ClassVar[int] = 0

    def do_CONNECT(self) -> None:
        assert self.path == "katalog.example:443"
        with socket.create_connection(("127.0.0.1", self.leads_to)) as other:
            self.send_response(200)
            self.end_headers()
            self.wfile.flush()
            there = Thread(target=_carry, args=(self.connection, other), daemon=True)
            there.start()
            _carry(other, self.connection)
            there.join(10)
        self.close_connection = True

    def log_message(self, *_arguments: object) -> None:
        pass


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


class FarDirectory(Directory):
    """The same under a name of its own."""

    issuer: ClassVar[str] = "https://katalog.example"


def test_the_directory_is_reached_through_a_proxy_where_that_is_the_way_out(
    settings: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "tls").mkdir()
    authority = Authority(tmp_path / "tls")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issue("katalog.example"))
    with HTTPServer(("127.0.0.1", 0), FarDirectory) as directory, HTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        Proxy.leads_to = directory.server_address[1]
        directory.socket = context.wrap_socket(directory.socket, server_side=True)
        for each in (directory, proxy):
            Thread(target=each.serve_forever, daemon=True).start()
        (tmp_path / "roller.yaml").write_text("{}")
        given = {
            "VETTING_OIDC_ISSUER": "https://katalog.example",
            "VETTING_OIDC_CLIENT": "a",
            "VETTING_OIDC_SECRET": "b",
            "VETTING_OIDC_ROLES": str(tmp_path / "roller.yaml"),
            "REQUESTS_CA_BUNDLE": str(authority.file),
        }
        out = f"http://127.0.0.1:{proxy.server_address[1]}"
        try:
            for way, health in (("", "fails"), (out, "well")):  # in small letters too: this machine may have its own
                _code, points = told(settings, **given, HTTPS_PROXY=way, https_proxy=way)
                assert points["VETTING_OIDC_ISSUER"]["health"] == health
        finally:
            proxy.shutdown()
            directory.shutdown()
