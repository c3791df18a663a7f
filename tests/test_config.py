"""A setting that is not understood stops the program: nobody believes that a door is shut which stands open."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.browser.conftest import free_port
from tests.operations.cli.test_commands import one_clear_line, vetting
from vetting.config import ConfigError, from_environment
from vetting.kernel.store.engine import connect_database
from vetting.operations.database import schema

if TYPE_CHECKING:
    from tests.databases import Databases

KEY = "K3y-" + "abcdefghijklmnopqrstuvwxyz0123456789"


@pytest.mark.guards("settings misread")
@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("VETTING_SECRET_KEY", "kort", "minst 32 tecken"),
        ("VETTING_SECRET_KEY", "a" * 64, "går att gissa"),
        ("VETTING_RULES", "/finns/inte", "Mappen /finns/inte finns inte."),
        ("VETTING_IMPORTS", "/finns/inte", "Mappen /finns/inte finns inte."),
        ("VETTING_HTTPS", "kanske", "varken på eller av"),
        ("VETTING_HTTPS", " ", "varken på eller av"),
        ("VETTING_TRUSTED_HOSTS", ",", "inget värdnamn"),
        ("VETTING_TRUSTED_HOSTS", "https://kultur.example", "inget värdnamn"),
        ("VETTING_TRUSTED_HOSTS", "kultur.example:8000", "inget värdnamn"),
        ("VETTING_TRUSTED_HOSTS", "*", "inget värdnamn"),
        ("VETTING_NAME", "Kulturen", "VETTING_NAME: Inställningen finns inte längre. Ta bort raden."),
        ("VETTING_DATABASE_URL", "nonsense", "SQLite eller PostgreSQL"),
        ("VETTING_DATABASE_URL", "mysql://nobody@127.0.0.1/x", "SQLite eller PostgreSQL"),
        ("VETTING_PROXIES", "0009", "ett tal från 0 till 5"),
        ("VETTING_PROXIES", "9" * 5000, "ett tal från 0 till 5"),
        ("VETTING_TRIAL", "alla", "everyone, staff, nobody"),
        ("VETTING_DEBUG", "lite", "varken på eller av"),
        ("VETTING_HTTP", "1", "Menade du VETTING_HTTPS?"),
        ("VETTING_QQQ", "1", "Det finns ingen sådan inställning."),
        ("VETTING_SMTP_FROM", "kultur@example.org", "VETTING_SMTP_HOST: Saknas, fast VETTING_SMTP_FROM är satt."),
    ],
)
def test_what_is_not_understood_stops_every_command(variable: str, value: str, words: str) -> None:
    one_clear_line(vetting("rules", "list", env={variable: value}), words)


@pytest.mark.parametrize(
    ("value", "on"),
    [
        ("1", True),
        ("true", True),
        ("TRUE", True),
        ("ja", True),
        ("on", True),
        ("0", False),
        ("nej", False),
        ("", False),
    ],
)
def test_on_and_off_are_said_in_more_than_one_way(value: str, *, on: bool) -> None:
    assert from_environment({"VETTING_HTTPS": value}).https is on


@pytest.mark.guards("13.3.1")
def test_all_that_is_wrong_is_told_at_once_and_no_secret_is_repeated() -> None:
    with pytest.raises(ConfigError) as told:
        from_environment(
            {
                "VETTING_HTTPS": "x",
                "VETTING_SECRET_KEY": "hemligheten",
                "VETTING_DATABASE_URL": "db://u:lösen@h/n",
                "VETTING_SMTP_USER": "u",
                "VETTING_SMTP_HOST": "mail.example",
                "VETTING_SMTP_FROM": "a@b.example",
            }
        )
    assert [problem.where for problem in told.value.problems] == [
        "VETTING_DATABASE_URL",
        "VETTING_HTTPS",
        "VETTING_SECRET_KEY",
        "VETTING_SMTP_PASSWORD",
    ]
    assert "hemligheten" not in str(told.value)
    assert "lösen" not in str(told.value)


@pytest.mark.long
@pytest.mark.parametrize(
    "address", ["sqlite://", "postgresql://nobody@127.0.0.1:1/x", "sqlite:////no/such/folder/a.db"]
)
@pytest.mark.parametrize("command", [("db", "upgrade"), ("serve", "--port", "8999")])
def test_a_database_that_cannot_be_reached_is_all_that_is_said(address: str, command: tuple[str, ...]) -> None:
    done = vetting(*command, env={"VETTING_DATABASE_URL": address, "VETTING_SECRET_KEY": KEY})
    one_clear_line(done, "VETTING_DATABASE_URL: Databasen går inte att nå")
    assert not done.stdout  # no address to open


@pytest.mark.guards("settings misread")
def test_pages_are_not_served_without_a_key_or_with_old_tables(tmp_path: Path) -> None:
    env = {"VETTING_DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}", "VETTING_SECRET_KEY": ""}
    without = vetting("serve", env=env)
    one_clear_line(without, "VETTING_SECRET_KEY: Saknas.")
    old = vetting("serve", env=env | {"VETTING_SECRET_KEY": KEY})
    one_clear_line(old, "Kör 'vetting db upgrade'.")
    assert not without.stdout + old.stdout


@pytest.mark.guards("exposed secrets")
@pytest.mark.long
def test_the_address_is_printed_when_it_answers(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'a.db'}"
    schema.open_database(address).close()
    port = free_port()
    serving = subprocess.Popen(
        [sys.executable, "-m", "vetting", "serve", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "VETTING_DATABASE_URL": address,
            "VETTING_SECRET_KEY": KEY,
            "PYTHONUNBUFFERED": "1",
            "VETTING_PROCESSES": "1",
        },
    )
    try:
        assert serving.stdout
        assert f"http://127.0.0.1:{port}/" in serving.stdout.readline()
        with urlopen(f"http://127.0.0.1:{port}/logga-in", timeout=300) as answer:  # at the first try
            assert answer.status == 200
        if sys.platform == "linux":
            assert_no_secrets_of(serving.pid, KEY, str(tmp_path / "a.db"))
        with suppress(HTTPError):
            urlopen(f"http://127.0.0.1:{port}/logga-in", data=b"login=kim", timeout=300)
    finally:
        serving.terminate()
        _, told = serving.communicate(timeout=300)
    lines = [json.loads(line) for line in told.splitlines() if not line.startswith("Varning")]
    assert {line["message"]: line.get("status") for line in lines} == {"names loaded": None, "sign_in_failed": 400}
    assert len(lines) == 2
    assert lines[0]["at"].endswith("+00:00")


def assert_no_secrets_of(pid: int, *secrets: str) -> None:
    """Nobody who runs as the same user reads them in the environment of the process that serves."""
    try:
        told = Path(f"/proc/{pid}/environ").read_bytes()
    except PermissionError:  # closed to everybody but root, and we are not
        return
    assert b"VETTING_SECRET_KEY=" in told  # the name stays where it lay, emptied
    assert not [secret for secret in secrets if secret.encode() in told]


def test_the_memory_of_the_process_is_closed_and_the_settings_are_still_read() -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has such a mark")
    code = (
        "import ctypes, os; from vetting.operations.cli.process_protection import hide; from vetting.config import from_environment; hide(); "
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), 'VETTING_SECRET_KEY' in os.environ, "
        "from_environment().secret_key, from_environment().language)"
    )
    env = {**os.environ, "VETTING_SECRET_KEY": KEY, "VETTING_LANGUAGE": "en"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "False", KEY, "en"]


@pytest.mark.long
@pytest.mark.parametrize("on_engine", ["sqlite", "postgresql"])
def test_upgrades_at_once_wait_for_each_other(databases: Databases, on_engine: str) -> None:
    address = getattr(databases, on_engine)(empty=True)
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "vetting", "db", "upgrade"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "VETTING_DATABASE_URL": address, "VETTING_LANGUAGE": "sv"},
        )
        for _ in range(3)
    ]
    ended = [(process.communicate(timeout=300), process.returncode) for process in started]
    assert [code for _, code in ended] == [0, 0, 0], ended
    assert sorted(out.split()[0] for (out, _), _ in ended) == ["Redan", "Redan", "Uppgraderad:"]
    with closing(connect_database(address)) as opened:
        assert not schema.differences(opened)
    databases.drop(address)
