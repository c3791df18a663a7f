"""The command as a person runs it: exit codes, streams, one line a problem."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import click
import openpyxl
import pytest
from sqlalchemy import select

from tests.board import BoardAtWork
from tests.factories import TODAY
from tests.formats import hostile
from tests.mailbox import mail_server
from vetting import clock
from vetting.kernel.roles import Role
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.operations.cli import main
from vetting.operations.cli import vetting as command_group
from vetting.operations.cli.commands import COMMANDS
from vetting.operations.database import schema
from vetting.people.models.delegation import Delegation
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from tests.demonstration import FilledOnce

SAMPLES = shipped_folder("imports") / "samples"
RULES = "farsta-2021-med-grundkrav"


def vetting(
    *arguments: str | Path, env: dict[str, str] | None = None, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command in this process, which saves its start; in one of its own where it speaks English."""
    words = [*map(str, arguments)]
    settings = {"VETTING_LANGUAGE": "sv", **environment, **(env or {})}
    if settings["VETTING_LANGUAGE"] == "sv":
        return in_this_process(words, settings, typed)
    return subprocess.run(
        [sys.executable, "-m", "vetting", *words],
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **settings},
        check=False,
        timeout=300,
    )


def in_this_process(words: list[str], settings: dict[str, str], typed: str) -> subprocess.CompletedProcess[str]:
    """`main` as a process would run it: own arguments, environment and streams; what it ends with is its exit code."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    before = signal.getsignal(signal.SIGTERM)
    code: object = 0
    with (
        mock.patch.object(sys, "argv", ["vetting", *words]),
        mock.patch.object(sys, "stdin", io.StringIO(typed)),
        mock.patch.dict(os.environ, settings),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
        finally:
            signal.signal(signal.SIGTERM, before)
    told = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return subprocess.CompletedProcess(words, code if isinstance(code, int) else int(bool(code)), *told)


def test_the_command_is_a_process_of_its_own() -> None:
    """What the others run in this process starts by itself too, with the same streams and exit code."""
    command = [sys.executable, "-m", "vetting", "screen", "finns-inte.xlsx", "--rules", RULES]
    apart = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})
    here = vetting("screen", "finns-inte.xlsx", "--rules", RULES)
    assert (apart.returncode, apart.stdout, apart.stderr) == (here.returncode, here.stdout, here.stderr)


def one_clear_line(done: subprocess.CompletedProcess[str], words: str, code: int = 2) -> None:
    assert done.returncode == code, done.stderr
    assert words in done.stderr, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_screen_writes_a_table_counts_and_what_was_not_checked() -> None:
    done = vetting("screen", SAMPLES / "ansokningar.xlsx", "--rules", RULES)
    assert done.returncode == 1
    assert "Krav ej uppfyllt: 4. Uppgifter saknas: 24. Behöver bedömas: 32." in done.stdout
    assert "Listan säger inget om: sista ansökningsdag" in done.stdout
    assert "Ansökningar!H21: ”12O 000” är inte ett belopp." in done.stderr
    assert "850229" not in done.stdout + done.stderr


def test_screen_prints_one_json_document() -> None:
    done = vetting("screen", SAMPLES / "bokningar.xlsx", "--rules", RULES, "--json")
    document = json.loads(done.stdout)
    assert (document["rules"]["id"], document["counts"]["cases"]) == (RULES, 200)
    assert {case["kind"] for case in document["cases"]} == {"booking"}


def test_screen_without_a_problem_exits_with_zero(tmp_path: Path) -> None:
    (tmp_path / "lista.csv").write_text(
        "Förening;Org.nr;Medlemmar\nFöreningen Exempelstigen;802999-0234;34\n", encoding="utf-8"
    )
    done = vetting("screen", tmp_path / "lista.csv", "--rules", "grundkrav-bidrag")
    assert (done.returncode, done.stderr) == (0, "")


def test_screen_writes_the_workbook_back_all_or_nothing(tmp_path: Path) -> None:
    out = tmp_path / "ut.xlsx"
    vetting("screen", SAMPLES / "ansokningar.xlsx", "--rules", RULES, "--out", out)
    assert openpyxl.load_workbook(out).sheetnames == [
        "Ansökningar",
        "Översikt",
        "Om granskningen",
        "Att rätta i listan",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["ut.xlsx"]


def test_screen_in_english() -> None:
    done = vetting("screen", SAMPLES / "ansokningar.xlsx", "--rules", RULES, VETTING_LANGUAGE="en")
    assert "60\u00a0applications.\nRequirement not met: 4." in done.stdout
    assert "is not an amount" in done.stderr


def test_an_unknown_rule_set_offers_the_nearest_names() -> None:
    one_clear_line(vetting("screen", SAMPLES / "ansokningar.xlsx", "--rules", "farsta-2012"), "Menade du farsta-2021")


def test_an_unknown_layout_offers_the_nearest_names() -> None:
    done = vetting("screen", SAMPLES / "ansokningar.xlsx", "--rules", RULES, "--layout", "ansokning")
    one_clear_line(done, "Menade du ansokningar")


@pytest.mark.parametrize(
    ("out", "words"),
    [("svar.txt", "slutar på .xlsx"), ("finns/inte/ut.xlsx", "finns inte"), ("in.xlsx", "Originalet skrivs inte över")],
)
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_read(
    tmp_path: Path, out: str, words: str
) -> None:
    (tmp_path / "in.xlsx").write_bytes(hostile.workbook(hostile.ROW))
    before = (tmp_path / "in.xlsx").read_bytes()
    one_clear_line(vetting("screen", tmp_path / "in.xlsx", "--rules", RULES, "--out", tmp_path / out), words)
    assert [path.name for path in tmp_path.iterdir()] == ["in.xlsx"]
    assert (tmp_path / "in.xlsx").read_bytes() == before


@pytest.mark.parametrize(
    "name", ["picture", "password protected", "truncated", "zip bomb", "external entity", "only headings"]
)
def test_a_bad_file_is_one_clear_line(tmp_path: Path, name: str) -> None:
    make, words = hostile.REFUSED[name]
    (tmp_path / "lista.xlsx").write_bytes(make())
    one_clear_line(vetting("screen", tmp_path / "lista.xlsx", "--rules", RULES, "--out", tmp_path / "ut.xlsx"), words)
    assert [path.name for path in tmp_path.iterdir()] == ["lista.xlsx"]


def test_a_file_that_is_not_there_or_a_folder_is_one_clear_line(tmp_path: Path) -> None:
    one_clear_line(vetting("screen", tmp_path / "saknas.xlsx", "--rules", RULES), "finns inte eller går inte att läsa")
    one_clear_line(vetting("screen", tmp_path, "--rules", RULES), "finns inte eller går inte att läsa")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("screen",), "FILE saknas. Se 'vetting screen --help'."),
        (("screen", "x.xlsx"), "--rules saknas."),
        (
            ("screen", "x.xlsx", "--rules", "x", "--kind", "foo"),
            "Värdet för --kind går inte att använda. Välj bland: grant, booking.",
        ),
        (("screen", "--finns-inte"), "Det finns ingen inställning --finns-inte."),
        (("finns-inte",), "Kommandot finns inte"),
        (("rules", "check", "/finns/inte"), "Mappen /finns/inte finns inte."),
    ],
)
def test_wrong_usage_is_one_line_in_swedish(arguments: tuple[str, ...], words: str) -> None:
    one_clear_line(vetting(*arguments), words)


def test_what_holds_for_the_whole_list_is_said() -> None:
    done = vetting("screen", SAMPLES / "ansokningar.xlsx", "--rules", RULES)
    assert "Alla ansökningar lämnas till referensgruppen." in done.stdout
    assert "Kolumner som inte lästs: Nr och Anteckning." in done.stdout
    assert "Rader som inte är ärenden: 66." in done.stdout
    booked = vetting("screen", SAMPLES / "bokningar.xlsx", "--rules", RULES)
    assert "eferensgruppen" not in booked.stdout
    historic = vetting("screen", SAMPLES / "bokningar.xlsx", "--rules", "hasselby-vallingby-2018")
    assert "Regeluppsättningen gäller inte i dag. Gäller från 1 jan 2018 till 31 dec 2018." in historic.stdout
    empty = vetting("screen", SAMPLES / "bokningar.xlsx", "--rules", "alvsjo-2018")
    assert "Inga krav är beslutade. Nämnden behöver lägga till egna." in empty.stdout


def test_a_device_is_no_file() -> None:
    one_clear_line(vetting("screen", "/dev/zero", "--rules", RULES), "finns inte eller går inte att läsa")


def test_a_personal_number_in_a_file_name_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "811218-9876.pdf").write_bytes(b"%PDF-1.7")
    done = vetting("screen", tmp_path / "811218-9876.pdf", "--rules", RULES)
    assert "Filen är en PDF" in done.stderr
    assert "811218" not in done.stderr


def test_stopping_it_leaves_nothing_behind(tmp_path: Path) -> None:
    import time

    rows = [(f"Föreningen {n}", "802999-0234", 34, n) for n in range(2900)]
    (tmp_path / "stor.xlsx").write_bytes(hostile.workbook(*rows))
    command = [
        sys.executable,
        "-m",
        "vetting",
        "screen",
        str(tmp_path / "stor.xlsx"),
        "--rules",
        RULES,
        "--out",
        str(tmp_path / "ut.xlsx"),
    ]
    for seconds in (0.6, 1.5, 3.0):
        running = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(tmp_path)}
        )
        time.sleep(seconds)
        running.send_signal(signal.SIGTERM)
        running.wait(300)
        assert [path.name for path in tmp_path.iterdir() if path.name != "ut.xlsx"] == ["stor.xlsx"]
        assert not list(
            Path("/dev/shm").glob(f"vetting-{running.pid}-*")
        )  # nothing there where there is no such folder


def test_rules_list_names_every_set() -> None:
    done = vetting("rules", "list")
    names = {line.split()[0] for line in done.stdout.splitlines()}
    assert names == {
        path.stem for path in (shipped_folder("rules") / "sets").glob("*.yaml") if ".cases" not in path.name
    }


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "sv",
            (
                "Farsta stadsdelsnämnd 2021",
                "Alla ansökningar lämnas till referensgruppen.",
                "”säkerställas att föreningens verksamhet",
            ),
        ),
        (
            "en",
            ("Farsta district board 2021", "Every application goes to the reference group.", "Assessed by a person"),
        ),
    ],
)
def test_rules_show_is_a_text_with_sources_in_both_languages(language: str, lines: tuple[str, ...]) -> None:
    done = vetting("rules", "show", "farsta-2021", "--language", language)
    assert done.returncode == 0
    for line in lines:
        assert line in done.stdout


def test_rules_check_and_test_pass_on_the_shipped_rules() -> None:
    assert vetting("rules", "check").returncode == 0
    assert vetting("rules", "test").returncode == 0


def test_rules_check_tells_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "fel.yaml").write_text("id: fel\nboard: all\nkinds: [grants]\n", encoding="utf-8")
    done = vetting("rules", "check", tmp_path)
    assert done.returncode == 1
    assert "sets/fel.yaml:3: 'grants' är inget av valen. Menade du grant?" in done.stderr


@pytest.fixture(scope="module")
def demo(demonstration: FilledOnce, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The demonstration, and what the command printed of it."""
    return demonstration.copy(tmp_path_factory.mktemp("demo")), demonstration.printed


def test_demo_prints_what_there_is_to_log_in_to(demo: tuple[Path, dict[str, Any]]) -> None:
    told = demo[1]
    assert [board_row["code"] for board_row in told["boards"]] == ["norr", "mitt", "soder"]
    assert {login["role"] for login in told["logins"]} == {role.value for role in Role}
    assert all(set(login) == {"role", "board", "user", "name", "password"} for login in told["logins"])


def test_demo_never_mixes_with_what_is_there(demo: tuple[Path, dict[str, Any]]) -> None:
    done = vetting("demo", "--no-serve", env={"VETTING_DATABASE_URL": f"sqlite:///{demo[0]}"})
    one_clear_line(done, "Databasen är inte tom.")


def test_a_periods_report_comes_out_as_a_document_and_a_workbook_and_what_is_no_period_is_told(
    demo: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    env = {"VETTING_DATABASE_URL": f"sqlite:///{demo[0]}"}
    year = clock.now().year
    of_board = ("report", "--board", "norr", "--period")
    out = tmp_path / "rapport.xlsx"
    assert vetting(*of_board, f"{year}-vb", "--out", out, env=env).returncode == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames[0] == "Meningar"
    assert book.sheetnames[-2:] == ["Planens aktiviteter", "Om rapporten"]
    told = [
        cell
        for sheet in book.worksheets[1:-2]
        for column in sheet.iter_cols(values_only=True)
        if str(column[0]).startswith("Antal")
        for cell in column[1:]
    ]
    assert len(told) > 40
    assert [cell for cell in told if isinstance(cell, int) and 0 < cell < 5]
    assert vetting(*of_board, f"{year}-VB", "--out", tmp_path / "rapport.docx", env=env).returncode == 0
    one_clear_line(vetting(*of_board, f"{year}-X", "--out", out, env=env), "T1, T2, VB")
    one_clear_line(vetting(*of_board, f"{year + 1}-T1", "--out", out, env=env), "har inte börjat")
    one_clear_line(vetting(*of_board, f"{year}-T1", "--out", tmp_path / "x.pdf", env=env), "Word-dokument")
    one_clear_line(vetting("report", "--board", "nix", "--period", f"{year}-T1", "--out", out, env=env), "ingen nämnd")


def test_the_demonstrations_trail_verifies_and_its_registers_come_out(
    demo: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    env = {"VETTING_DATABASE_URL": f"sqlite:///{demo[0]}"}
    assert " 0 fel" in vetting("audit", "verify", env=env).stdout
    out = tmp_path / "beviljat.xlsx"
    assert vetting("export", "approvals", "--board", "norr", "--out", out, env=env).returncode == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Beviljade bidrag", "Godkända bokningar", "Om registret"]
    assert book["Beviljade bidrag"].max_row > 9
    assert (
        vetting("export", "reclaims", "--board", "norr", "--out", tmp_path / "aterkrav.xlsx", env=env).returncode == 0
    )
    assert openpyxl.load_workbook(tmp_path / "aterkrav.xlsx")["Återkrav"].max_row == 6
    lists = tmp_path / "diarium.xlsx"
    years = ("--from", "2020-01-01", "--to", "2099-12-31")
    assert vetting("export", "registry", "--board", "norr", *years, "--out", lists, env=env).returncode == 0
    sheet = openpyxl.load_workbook(lists)["Diarieföringslista"]
    said = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert {row[5] for row in said} == {"Inkommen", "Upprättad här", "Skickad"}
    assert len({(row[0], row[1]) for row in said}) == len(said) > 60
    empty = ("--from", "2001-01-01", "--to", "2001-01-02")
    assert vetting("export", "registry", "--board", "norr", *empty, "--out", lists, env=env).returncode == 0
    assert openpyxl.load_workbook(lists)["Diarieföringslista"].max_row == 1
    one_clear_line(vetting("export", "registry", "--board", "norr", "--out", lists, env=env), "en första och en sista")
    one_clear_line(vetting("export", "approvals", "--board", "nix", "--out", out, env=env), "Det finns ingen nämnd")
    one_clear_line(vetting("export", "approvals", "--board", "norr", "--out", tmp_path / "x.pdf", env=env), "Excel-fil")
    paid = tmp_path / "betalt.xlsx"
    one_clear_line(vetting("export", "approvals", "--board", "norr", "--by", "paid", "--out", paid, env=env), "decided")
    one_clear_line(
        vetting("export", "registry", *years, "--board", "norr", "--by", "paid", "--out", paid, env=env), "--by"
    )
    assert not paid.exists()
    for register in ("registry", "bookings"):
        asked = ("--board", "norr", "--as-of", "2026-01-01", "--out", paid)
        one_clear_line(vetting("export", register, *years, *asked, env=env), "--as-of")
    of_year = ("--board", "norr", "--year", "2026", "--out", paid)
    one_clear_line(vetting("export", "bookings", *of_year, env=env), "--year")
    by_paid = ("--board", "norr", "--by", "paid", "--from", "2020-01-01", "--out", paid)
    assert vetting("export", "payments", *by_paid, env=env).returncode == 0
    head, *lines = list(openpyxl.load_workbook(paid)["Utbetalningar"].iter_rows(values_only=True))
    days = [line[head.index("Betald")] for line in lines if str(line[0]).startswith("BID-")]
    assert days
    assert all(days)
    text = tmp_path / "beviljat.csv"
    assert vetting("export", "approvals", "--board", "norr", "--out", text, env=env).returncode == 0
    rows = list(csv.reader(text.read_text(encoding="utf-8-sig").splitlines()))
    grants = [[cell.value for cell in row] for row in book["Beviljade bidrag"].iter_rows()]
    assert rows[0] == grants[0]
    (summed_from,) = (place for place, row in enumerate(grants) if row[0] is None)
    assert [row[:3] for row in rows] == [row[:3] for row in grants[:summed_from]]


def test_what_is_personal_in_the_trail_is_erased_by_an_entry_of_its_own(tmp_path: Path) -> None:
    place = tmp_path / "gallring.db"
    schema.open_database(f"sqlite:///{place}").close()
    env = {"VETTING_DATABASE_URL": f"sqlite:///{place}"}
    vetting("board", "add", "norr", "Exempelnämnden Norr", env=env)
    for name in ("kim", "bo"):
        add = ("user", "add", name, "--name", f"{name} Ek", "--board", "norr", "--role", "auditor")
        assert vetting(*add, env=env).returncode == 0
    basis = ("--by", "kim", "--by", "bo", "--kind", "personal", "--basis")
    one_clear_line(
        vetting("audit", "erase", "1", "--by", "kim", "--by", "kim", *basis[4:], "7", env=env), "två olika konton"
    )
    one_clear_line(vetting("audit", "erase", "2", *basis, "7", env=env), "har kvar det som skulle raderas")
    assert vetting("audit", "erase", "1", *basis, "Gallringsbeslut 7", env=env).stdout == (
        "Innehåll raderat i 1 poster med stöd av Gallringsbeslut 7.\n"
    )
    assert vetting("audit", "erase", "1", *basis, "Gallringsbeslut 7", env=env).stdout.startswith(
        "Innehåll raderat i 0 poster"
    )
    assert "0 fel" in vetting("audit", "verify", env=env).stdout
    with sqlite3.connect(place) as connection:
        said = connection.execute("SELECT body FROM trail_apart ORDER BY entry_id DESC LIMIT 1").fetchone()[0]
    assert '"run_by":"' in said
    assert 'vetting audit erase"' in said, "who ran it, and what"
    assert '"named":["kim Ek (kim)","bo Ek (bo)"]' in said
    one_clear_line(vetting("audit", "erase", "1", *basis, " ", env=env), "Grunden för raderingen saknas.")
    with sqlite3.connect(place) as connection:
        connection.execute("DROP TRIGGER trail_content_no_update")
        connection.execute("UPDATE trail_content SET body = replace(body, 'norr', 'syd')")
    one_clear_line(vetting("audit", "erase", "1", *basis, "7", env=env), "Innehållet är ändrat utanför programmet")


def test_a_register_is_taken_in_once_and_every_row_accounted_for(
    demo: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    env = {"VETTING_DATABASE_URL": f"sqlite:///{demo[0]}"}
    file = tmp_path / "register.csv"
    file.write_text(
        "municipality,system,org_number,name,types,activities,city\n"
        "Provby,FRI,,Provby Gymnaster,Idrott,,PROVBY\n"
        "Provby,FRI,,Provby gymnaster,Idrott,,PROVBY\n"
        "Provby,FRI,802999-9516,Provby Kör,Musik,,\n"
        "Provby,FRI,8029999516,Provbykören i Dalen,Musik,,\n"
        "Provby,FRI,123456-7890,Provby Schack,,,\n"
        "Provby,FRI,850101-1234,Provby Enskilda,,,\n"
        "Provby,FRI,,,,,\n"
    )
    dry = json.loads(vetting("import", file, "--board", "norr", "--dry-run", "--json", env=env).stdout)
    assert dry["batch"] is None
    first = vetting("import", file, "--board", "norr", "--json", env=env)
    told = json.loads(first.stdout)
    assert first.returncode == 1
    assert {k: told[k] for k in ("rows", "created", "updated", "unchanged", "refused")} == {
        "rows": 7,
        "created": 4,
        "updated": 1,
        "unchanged": 1,
        "refused": 1,
    }
    counted = ("rows", "created", "updated", "unchanged", "refused")
    assert {name: dry[name] for name in counted} == {name: told[name] for name in counted}
    assert "850101" not in first.stdout + first.stderr
    again = json.loads(vetting("import", file, "--board", "norr", "--json", env=env).stdout)
    assert {k: again[k] for k in ("created", "updated", "unchanged", "refused", "batch")} == {
        "created": 0,
        "updated": 0,
        "unchanged": 6,
        "refused": 1,
        "batch": None,
    }
    assert " 0 fel" in vetting("audit", "verify", env=env).stdout


def test_the_real_register_goes_in_whole_and_the_second_time_changes_nothing(tmp_path: Path) -> None:
    real = Path(__file__).parents[4] / "shared" / "data" / "associations_sample.csv"
    if not real.is_file():
        pytest.skip("shared/data/associations_sample.csv is not here")
    env = {"VETTING_DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}"}
    vetting("db", "upgrade", env=env)
    vetting("board", "add", "norr", "Norr", env=env)
    first = json.loads(vetting("import", real, "--board", "norr", "--json", env=env).stdout)
    assert first["rows"] == 8397 == first["created"] + first["updated"] + first["unchanged"] + first["refused"]
    again = json.loads(vetting("import", real, "--board", "norr", "--json", env=env).stdout)
    assert (again["created"], again["updated"], again["unchanged"] + again["refused"]) == (0, 0, 8397)


def test_accounts_are_added_listed_and_closed(tmp_path: Path) -> None:
    env = {"VETTING_DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}"}
    vetting("db", "upgrade", env=env)
    assert vetting("board", "add", "norr", "Norr", env=env).returncode == 0
    one_clear_line(vetting("board", "add", "norr", "Norr", env=env), "Koden är upptagen.")
    add = ["user", "add", "kim", "--name", "Kim Ek", "--board", "norr", "--role", "caseworker"]
    added = vetting(*add, env=env)
    assert added.stdout.startswith("kim i norr: Handläggare.\nLänk för kim")
    secret = added.stdout.split("/valkommen/")[1].strip()
    again = vetting("user", "invite", "kim", env=env).stdout.split("/valkommen/")[1].strip()
    assert len(secret) == len(again) == 43
    assert secret != again
    one_clear_line(vetting("user", "invite", "ingen", env=env), "inget sådant konto")
    assert "kim\tKim Ek\tnorr\tHandläggare" in vetting("user", "list", env=env).stdout
    vetting(*add[:-1], "decision_maker", env=env)
    boss = ["user", "add", "bo", "--name", "Bo Ek", "--board", "norr", "--role", "manager"]
    assert "bo i norr: Chef." in vetting(*boss, env=env).stdout
    waits = vetting(*add[:-1], "finance", env=env).stdout
    assert waits.startswith("Väntar på godkännande från nämndens chef eller systemförvaltare, under Personer: Ekonomi.")
    end = ["user", "role-end", "kim", "--board", "norr", "--role", "decision_maker"]
    assert vetting(*end, env=env).stdout == "kim är inte längre Beslutsfattare i norr.\n"
    one_clear_line(vetting("user", "role-end", "ingen", *end[3:], env=env), "inget sådant konto")
    assert vetting("user", "deactivate", "kim", env=env).returncode == 0
    assert "(stängt)" in vetting("user", "list", env=env).stdout
    one_clear_line(vetting("user", "deactivate", "ingen", env=env), "inget sådant konto")


def test_a_port_that_is_taken_is_one_clear_line_and_what_is_served_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    monkeypatch.chdir(tmp_path)
    (tmp_path / "vetting-demo.db").write_text("served by another", encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = vetting("demo", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "Porten är upptagen" in done.stderr
    assert (tmp_path / "vetting-demo.db").read_text(encoding="utf-8") == "served by another"


def test_a_closed_pipe_is_no_traceback() -> None:
    command = f"{sys.executable} -m vetting rules show farsta-2021 | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)  # noqa: S602, S607, RUF100 - the pipe of a shell is what is tried
    assert "Traceback" not in done.stderr


def test_the_database_is_upgraded_once_and_then_checked(tmp_path: Path) -> None:
    env = {"VETTING_DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}"}
    one_clear_line(vetting("audit", "verify", env=env), "Kör 'vetting db upgrade'.")
    assert vetting("db", "upgrade", env=env).stdout.startswith("Uppgraderad: tom → ")
    assert vetting("db", "upgrade", env=env).stdout.startswith("Redan på ")
    assert vetting("db", "check", env=env).stdout == "Tabellerna stämmer.\n"
    assert vetting("audit", "verify", env=env).stdout.startswith("0 poster kontrollerade, 0 fel.")
    assert vetting("audit", "verify", env=env | {"VETTING_LANGUAGE": "en"}).stdout.startswith(
        "0 entries checked, 0 problems."
    )


def test_a_row_changed_past_the_program_is_named_and_the_exit_code_is_one(tmp_path: Path) -> None:
    from tests.factories import a_board

    database = schema.open_database(f"sqlite:///{tmp_path / 'a.db'}")
    a_board(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE boards SET name = 'en annan'")
    database.close()
    done = vetting("audit", "verify", env={"VETTING_DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}"})
    assert done.returncode == 1
    assert "boards 1: Raden är ändrad utan spår: name." in done.stderr


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
def test_each_shipped_sample_is_imported_undone_and_imported_again(
    demo: tuple[Path, dict[str, Any]], name: str
) -> None:
    env = {"VETTING_DATABASE_URL": f"sqlite:///{demo[0]}"}
    batches = []
    for _ in range(2):
        told = json.loads(vetting("import", SAMPLES / name, "--board", "soder", "--json", env=env).stdout)
        assert told["rows"] == sum(told[part] for part in ("created", "updated", "unchanged", "refused")) >= 60
        assert told["created"] > 50
        batches.append(told["batch"])
        done = vetting("import", "undo", str(told["batch"]), env=env)
        assert (done.returncode, done.stdout) == (0, f"Inläsning {told['batch']} är ångrad.\n")
    assert batches[0] != batches[1]
    assert " 0 fel" in vetting("audit", "verify", env=env).stdout
    one_clear_line(vetting("import", "undo", str(batches[1]), env=env), "redan ångrad")
    one_clear_line(vetting("import", "undo", "99999", env=env), "ingen sådan inläsning")


def test_an_import_is_told_what_to_do_when_it_cannot(demo: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    env = {"VETTING_DATABASE_URL": f"sqlite:///{demo[0]}"}
    file = tmp_path / "lista.csv"
    file.write_text("Förening;Org.nr;Sökt\nFöreningen Prov;802999-0234;1000\n;123;5\n", encoding="utf-8")
    one_clear_line(vetting("import", file, env=env), "--board saknas.")
    one_clear_line(
        vetting("import", file, "--board", "norr", "--layout", "ansokning", env=env), "Menade du ansokningar"
    )
    refused = vetting("import", file, "--board", "norr", env=env)
    assert refused.returncode == 2
    assert "kan inte läsas in" in refused.stderr
    taken = vetting("import", file, "--board", "norr", "--good-rows-only", "--json", env=env)
    assert taken.returncode == 1
    assert {key: json.loads(taken.stdout)[key] for key in ("rows", "created", "refused")} == {
        "rows": 2,
        "created": 1,
        "refused": 1,
    }
    file.write_text("Vem;Ident\nFöreningen Prov;802999-0234\n", encoding="utf-8")
    one_clear_line(vetting("import", file, "--board", "norr", env=env), "Ingen rubrikrad känns igen.")
    file.write_bytes(b"%PDF-1.7")
    one_clear_line(vetting("import", file, "--board", "norr", env=env), "Filen är en PDF")


def test_a_finance_systems_list_is_imported_by_command(tmp_path: Path) -> None:
    env = {"VETTING_DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}"}
    database = schema.open_database(env["VETTING_DATABASE_URL"])
    number = BoardAtWork(database).build().approve().number
    database.close()
    file = tmp_path / "betalt.csv"
    file.write_text(f"Ärendenr;Belopp;Betaldatum\n{number};40 000,00;{TODAY}\n", encoding="utf-8")
    done = vetting("import", file, "--board", "norr", "--json", env=env)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["rows"], told["created"]) == (1, 1)
    assert vetting("import", "undo", str(told["batch"]), env=env).returncode == 0
    assert " 0 fel" in vetting("audit", "verify", env=env).stdout


def test_who_has_not_answered_is_told_and_reminded_with_letters(
    demo: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    own = tmp_path / "demo.db"
    with sqlite3.connect(demo[0]) as whole, sqlite3.connect(own) as copy:
        whole.backup(copy)
    env = {"VETTING_DATABASE_URL": f"sqlite:///{own}"}
    told = vetting("remind", "--board", "norr", "--json", env=env)
    late = json.loads(told.stdout)["late"]
    assert (told.returncode, [row["case"] for row in late]) == (0, ["BID-2026-0010"])
    assert "BID-2026-0010" in vetting("remind", "--board", "norr", env=env).stdout
    for wrong in (tmp_path / "brev.txt", tmp_path / "saknas" / "brev.zip"):
        refused = vetting("remind", "--board", "norr", "--out", wrong, env=env)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert json.loads(vetting("remind", "--board", "norr", "--json", env=env).stdout)["late"] == late
    out = tmp_path / "brev.zip"
    done = vetting("remind", "--board", "norr", "--out", out, "--json", env=env)
    assert (done.returncode, json.loads(done.stdout)["reminded"]) == (0, 1)
    [name] = zipfile.ZipFile(out).namelist()
    assert name.startswith("001 BID-2026-0010")
    assert json.loads(vetting("remind", "--board", "norr", "--json", env=env).stdout)["late"] == []
    assert vetting("audit", "verify", env=env).returncode == 0
    assert vetting("remind", "--board", "nope", env=env).returncode == 2


def test_the_office_is_reminded_by_number_and_by_mail(demo: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    own = tmp_path / "demo.db"
    with sqlite3.connect(demo[0]) as whole, sqlite3.connect(own) as copy:
        whole.backup(copy)
    env = {"VETTING_DATABASE_URL": f"sqlite:///{own}"}
    told = vetting("remind", "--board", "norr", "--staff", "--json", env=env)
    found = {row["login"]: [line["sv"] for line in row["lines"]] for row in json.loads(told.stdout)["reminders"]}
    assert told.returncode == 0
    assert any("för beslut" in line for line in found["decision-maker.norr"])
    one_clear_line(
        vetting("remind", "--board", "norr", "--staff", "--send", env=env), "Ingen e-postserver är inställd."
    )
    for wrong in (("--send",), ("--staff", "--out", tmp_path / "brev.zip")):
        one_clear_line(vetting("remind", "--board", "norr", *wrong, env=env), "De valen hör inte ihop.")
    with mail_server() as (box, server):
        sent_by = env | {
            "VETTING_SMTP_HOST": server.host,
            "VETTING_SMTP_PORT": str(server.port),
            "VETTING_SMTP_FROM": "vetting@norr.example",
        }
        without = vetting("remind", "--board", "norr", "--staff", "--send", env=sent_by)
        assert (without.returncode, box.mails) == (1, [])
        assert "decision-maker.norr: inte skickat, ingen e-postadress." in without.stderr
        with sqlite3.connect(own) as copy:
            copy.execute("update users set email = login || '@norr.example'")
        sent = vetting("remind", "--board", "norr", "--staff", "--send", env=sent_by)
    assert (sent.returncode, len(box.mails)) == (0, len(found))
    names = {name for (name,) in sqlite3.connect(own).execute("select name from cases")}
    for mail in box.mails:
        assert mail["Subject"].startswith("Att göra: ")
        assert not any(name in mail.get_content() for name in names)


def test_setup_asks_at_a_terminal_and_asks_again_for_what_cannot_be(tmp_path: Path) -> None:
    if not hasattr(os, "openpty"):
        pytest.skip("this system has no terminals of that kind")
    address = f"sqlite:///{tmp_path / 'a.db'}"
    schema.open_database(address).close()
    answers = (
        "Västbyns nämnd",
        "Kulturenheten",
        "9",
        "2",
        "finns-inte",
        "grundkrav-bidrag",
        "grundkrav-lokal",
        "i går",
        "2026-01-15",
        "anna",
        "Anna Prov",
        "chef",
        "decision_maker",
        "femtio",
        "50 000",
        "4.2",
        "",
        "Nämnden|Box 1",
    )
    ours, theirs = os.openpty()
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    try:
        done = subprocess.run(
            [sys.executable, "-m", "vetting", "setup", "--board", "vast"],
            stdin=theirs,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "VETTING_DATABASE_URL": address, "VETTING_LANGUAGE": "sv"},
            check=False,
            timeout=300,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 0, done.stderr
    for told in (
        "Skriv 1, 2 eller 3.",
        "Det finns inga sådana regler.",
        "är inget datum",
        "Det finns ingen roll chef.",
        "femtio",
        "Allt är inställt.",
    ):
        assert told in done.stdout
    database = connect_database(address)
    with open_reading(database) as session:
        [row] = session.scalars(select(Delegation)).all()
        assert (row.largest, row.point) == (50_000_00, "4.2")
    database.close()


def test_a_quick_check_by_command(tmp_path: Path) -> None:
    env = {"VETTING_DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}"}
    database = schema.open_database(env["VETTING_DATABASE_URL"])
    number = BoardAtWork(database).build().receive().number
    database.close()
    done = vetting("check", "802999-0234", "--board", "norr", "--json", env=env)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["association"], told["organisation_number"], told["kind"]) == (
        "Kulturföreningen Provkvarnen",
        "802999-0234",
        "booking",
    )
    assert [(part["part"], part["proposal"]) for part in told["parts"]][1] == ("event", "complete")
    assert {"organiser_of_record", "event_purpose", "responsible_person", "expected_visitors"} <= set(told["missing"])
    assert told["earlier"] == [{"case": number, "kind": "grant", "state": "received"}]
    grant = json.loads(vetting("check", "provkvarnen", "--board", "norr", "--kind", "grant", "--json", env=env).stdout)
    assert [part["part"] for part in grant["parts"]] in ([], ["association"])
    assert grant["matches"][0]["name"] == "Kulturföreningen Provkvarnen"
    nobody = vetting("check", "Finns Inte Alls", "--board", "norr", env=env)
    assert (nobody.returncode, nobody.stdout.strip()) == (1, "Föreningen finns inte i registret än.")
    text = vetting("check", "8029990234", "--board", "norr", env=env).stdout
    assert "Arrangemanget: Uppgifter saknas" in text
    assert "Hej! För att kunna gå vidare behöver vi:" in text
    assert "krav" not in text.split("Hej!")[1]
    one_clear_line(vetting("check", "x", "--board", "nope", env=env), "nope")
    private = vetting("check", "19850101-0001", "--board", "norr", "--json", env=env)
    assert (private.returncode, "19850101" in private.stdout) == (1, False)


def test_help_costs_no_more_than_importing_the_libraries_of_pages_and_tables() -> None:
    """In modules loaded, which is what the time goes to: `vetting --help` lists every command and loads none of them."""
    helped = loaded(
        "import sys; sys.argv = ['vetting', '--help']\nfrom vetting.operations.cli import main\ntry: main()\nexcept SystemExit: pass"
    )
    assert helped <= loaded("import flask, sqlalchemy, wtforms")


def loaded(code: str) -> int:
    """How many modules a Python has loaded that has run some code."""
    count = f"{code}\nimport sys; print(len(sys.modules))"
    done = subprocess.run([sys.executable, "-c", count], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


@pytest.mark.parametrize("name", list(COMMANDS))
def test_each_command_is_listed_with_its_own_help(name: str) -> None:
    command = command_group.get_command(click.Context(command_group), name)
    assert command is not None
    assert command.help == COMMANDS[name].help
