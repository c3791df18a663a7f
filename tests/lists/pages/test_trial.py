"""/prova: rules and a file in, rows with reasons out, the workbook back, nothing stored."""

from __future__ import annotations

import base64
import contextlib
import html
import io
import os
import re
import secrets
import tempfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.board import BoardAtWork
from tests.factories import NOW
from tests.formats import hostile
from tests.page_fixtures import Somebody, app, board, client, kim, send
from vetting.app.application import create_app
from vetting.config import Config, TrialAccess
from vetting.engine.facts import NAME, NUMBER
from vetting.kernel.roles import Role
from vetting.kernel.store.engine import connect_database
from vetting.lists.pages import trial
from vetting.lists.pages.trial import LARGEST_UPLOAD
from vetting.shipped import shipped_folder
from vetting.web import list_places, rate_limits

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.databases import Databases

__all__ = ["app", "board", "client", "kim"]

SAMPLES = shipped_folder("imports") / "samples"
RULES = "farsta-2021-med-grundkrav"
FIELD = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">')


def upload(
    client: FlaskClient, data: bytes, name: str = "lista.xlsx", rules: str = RULES, kind: str = "auto"
) -> TestResponse:
    return send(client, "/prova", rules=rules, kind=kind, file=(io.BytesIO(data), name))


def sample(client: FlaskClient, name: str = "ansokningar.xlsx") -> TestResponse:
    return upload(client, (SAMPLES / name).read_bytes(), name)


def hidden(page: TestResponse) -> dict[str, str]:
    form = page.text[page.text.index("/prova/arbetsbok") :]
    return {name: html.unescape(value) for name, value in FIELD.findall(form) if name != "csrf_token"}


def test_the_page_shows_counts_rows_and_reasons(client: FlaskClient) -> None:
    page = sample(client)
    assert page.status_code == 200
    assert "9 rader kräver en bedömning, 7 celler att rätta, 18 rader saknar uppgifter" in " ".join(page.text.split())
    assert page.text.count('<details class="fi"') == 60
    assert "Antal medlemmar: 4. Krav: minst 5." in page.text
    assert "Listan säger inget om" in page.text


def test_the_rows_that_need_most_of_a_person_come_first(client: FlaskClient) -> None:
    text = sample(client).text
    places = [text.index(f'id="group-{level}"') for level in ("person", "correct", "papers", "look")]
    assert places == sorted(places)


def test_a_typo_is_a_cell_to_correct_and_nobodys_question(client: FlaskClient) -> None:
    text = sample(client).text
    to_correct = text[text.index('id="group-correct"') : text.index('id="group-papers"')]
    assert [int(row) for row in re.findall(r"Rad (\d+)", to_correct)] == [12, 20, 28, 32, 42, 59]
    told = re.findall(r"<b>(Ansökningar![A-Z]+\d+)</b>", text)
    assert told[:7] == [f"Ansökningar!{cell}" for cell in ("D12", "D20", "H21", "M28", "F32", "D42", "T59")]


def test_a_column_that_is_not_read_is_mapped_there_and_then(client: FlaskClient) -> None:
    headings = ("Förening", "Org.nr", "Medlemmar", "Kom in före", "Övrigt")
    row = ("Exempel", "802999-0234", 34, "2026-12-01", "x")
    page = upload(client, hostile.workbook(row, headings=headings))
    assert "2 kolumner läses inte" in page.text
    assert 'name="column-4"' in page.text
    assert '<option value="deadline">' in page.text
    again = send(client, "/prova", **hidden(page), **{"column-4": "deadline"})
    assert again.status_code == 200
    assert "1 kolumn läses inte" in again.text
    assert '<option value="deadline" selected>Sista ansökningsdag</option>' in again.text
    both = send(client, "/prova", **hidden(page), **{"column-4": "deadline", "column-5": "deadline"})
    assert both.text.count(" selected>Sista ansökningsdag") == 1  # the same fact in two columns is read from one
    undone = send(client, "/prova", **hidden(page))
    assert "2 kolumner läses inte" in undone.text
    book = send(client, "/prova/arbetsbok", **hidden(again))
    told = [
        [cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(book.data))["Om granskningen"].rows
    ]
    assert ["Kolumn som inte lästs", "Övrigt"] in told
    assert ["Kolumn som inte lästs", "Kom in före"] not in told
    odd = send(
        client,
        "/prova",
        **hidden(page),
        **{"column-4": "ingen-uppgift", "column-x": "deadline", "column-99": "deadline"},
    )
    assert odd.status_code == 200
    assert "2 kolumner läses inte" in odd.text


def test_a_list_that_nobody_knows_is_mapped_and_read(client: FlaskClient) -> None:
    rows = ("Sammanslutningen Prov;802999-0234;19;1 000", "Kören Prov;802999-0317;12;2 000")
    data = "\n".join(["Vilka;Nr hos verket;Hur många;Kostar", *rows]).encode()
    asked = upload(client, data, "egen.csv")
    assert asked.status_code == 422
    assert "Ingen rubrikrad hittades bland de första raderna. Välj nedan vad minst två" in asked.text
    picked = dict(re.findall(r'name="(column-\d+)">.*?<option\s+value="(\w+)" selected>', asked.text, re.DOTALL))
    assert picked == {"column-1": NAME, "column-2": NUMBER}
    kept = {
        name: html.unescape(value) for name, value in re.findall(r'name="(name|content)"\s+value="([^"]*)"', asked.text)
    }
    wanted = {"rules": RULES, "kind": "auto", **kept, **picked, "column-3": "members_total"}
    other = "Förening;Org.nr;Medlemmar;Tidigare år\nFöreningen Prov;802999-0234;19;5 000".encode()
    chosen = dict(wanted, file=(io.BytesIO(other), "annan.csv"), **{"column-4": "amount_applied"})
    anew = send(client, "/prova", **chosen)
    assert "1 kolumn läses inte" in anew.text  # what was said of the list before is said of that one alone
    no_headings = "\n".join(rows).encode()
    assert "column-1" not in upload(client, no_headings, "utan.csv").text
    nothing = send(client, "/prova", **{**wanted, "column-1": "", "column-2": ""})
    assert nothing.status_code == 422
    assert 'value="members_total" selected' in nothing.text
    read = send(client, "/prova", **wanted)
    assert read.status_code == 200
    assert "1 kolumn läses inte" in read.text
    assert "Sammanslutningen Prov" in read.text
    book = send(client, "/prova/arbetsbok", **hidden(read))
    assert book.status_code == 200
    assert client.get("/prova").text.count("column-") == 0


def test_a_personal_number_is_never_shown(client: FlaskClient) -> None:
    page = sample(client)
    visible = re.sub(r'name="content" value="[^"]*"', "", page.text)
    assert "850229" not in visible
    assert "personnummer" in visible


def test_the_workbook_comes_back_with_its_answers(client: FlaskClient) -> None:
    answer = send(client, "/prova/arbetsbok", **hidden(sample(client)))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="ansokningar granskad.xlsx"')
    assert "Översikt" in openpyxl.load_workbook(io.BytesIO(answer.data)).sheetnames


def test_the_page_in_english(client: FlaskClient) -> None:
    send(client, "/installningar", language="en", next="/prova")
    text = sample(client).text
    assert "9 rows need an assessment, 7 cells to correct" in " ".join(text.split())
    assert "Number of members: 4. Requirement: at least 5." in text


@pytest.mark.guards("lists that are only tried (`/prova`)")
def test_nothing_touches_the_disk(client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file that this process opens for writing, or renames, is looked at while a large list is screened."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    written: list[Any] = []
    import sys

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open" and isinstance(arguments[1], str | type(None)):
            mode, flags = arguments[1] or "", arguments[2] or 0
            if set(mode) & set("wax+") or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                written.append(arguments[0])

    watching = False
    sys.addaudithook(watch)
    data = hostile.workbook(*[(f"Föreningen Exempel {n}", "802999-0234", 34, n) for n in range(2500)])
    watching = True
    page = upload(client, data)
    fields = hidden(page)
    send(client, "/prova/arbetsbok", **fields)
    watching = False
    assert page.status_code == 200
    assert [path for path in written if not str(path).startswith(("/dev/null",)) and not isinstance(path, int)] == []
    assert list(tmp_path.iterdir()) == []


def test_a_form_without_choices_is_refused_and_says_what_to_do(client: FlaskClient) -> None:
    page = send(client, "/prova")
    assert page.status_code == 422
    assert "<title>Fel: Prova en lista" in page.text
    assert '<a href="#rules">Ingen regeluppsättning är vald. Välj en regeluppsättning.</a>' in page.text
    assert '<a href="#file">Ingen fil är vald. Välj en fil.</a>' in page.text
    assert 'aria-invalid="true"' in page.text


def test_a_refused_file_keeps_the_chosen_rules(client: FlaskClient) -> None:
    page = upload(client, hostile.PNG)
    assert page.status_code == 422
    assert re.search(f'<option value="{RULES}"\\s+selected>', page.text)
    assert "Filen är en bild, ingen arbetsbok." in page.text


def test_the_encoding_of_a_list_in_doubt_is_asked_and_the_list_kept(client: FlaskClient) -> None:
    text = "Förening;Org.nr;Sökt\nFöreningen Övning Å;802999-0234;1 000\n"
    page = upload(client, text.encode("cp850"), "dos.csv")
    assert page.status_code == 422
    kept = {
        name: html.unescape(value) for name, value in re.findall(r'name="(name|content)"\s+value="([^"]*)"', page.text)
    }
    assert kept["name"] == "dos.csv"
    again = send(client, "/prova", rules=RULES, kind="auto", encoding="utf-8", **kept)
    assert again.status_code == 422
    assert "Filen är inte sparad med den teckenkodningen." in again.text
    read = send(client, "/prova", rules=RULES, kind="auto", encoding="cp850", **kept)
    assert read.status_code == 200
    assert "Föreningen Övning Å" in read.text


@pytest.mark.long
@pytest.mark.parametrize(
    "name", [name for name in hostile.REFUSED if name not in {"many cells", "lying bomb", "too much text"}]
)
def test_a_bad_file_is_a_clear_page(client: FlaskClient, name: str) -> None:
    make, words = hostile.REFUSED[name]
    data = make()
    page = upload(client, data)
    if not data:
        words = "Välj en fil"
    assert page.status_code == 422
    assert words in page.text


def test_a_file_above_the_limit_is_a_clear_page(client: FlaskClient) -> None:
    for size in (LARGEST_UPLOAD + 1, 2 * LARGEST_UPLOAD):
        page = upload(client, b"x" * size)
        assert page.status_code in {413, 422}
        assert "för stor" in page.text


def test_a_file_name_is_shown_but_inert(client: FlaskClient) -> None:
    page = upload(client, hostile.workbook(hostile.ROW), '<script>alert(1)</script>"=.xlsx')
    assert page.status_code == 200
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", "{{7*7191}}", "'\"><svg/onload=alert(1)>", "=cmd|' /C calc'!A0"]
)
def test_what_a_list_says_is_inert(client: FlaskClient, name: str) -> None:
    page = upload(client, f'Förening;Org.nr\n"{name.replace(chr(34), chr(34) * 2)}";802999-0234\n'.encode(), "x.csv")
    assert page.status_code == 200
    assert name not in page.text or name.isalnum() or "<" not in name
    assert "50337" not in page.text


def test_a_workbook_that_was_changed_on_the_way_is_refused(client: FlaskClient) -> None:
    fields = hidden(sample(client))
    assert send(client, "/prova/arbetsbok", **{**fields, "content": "!!"}).status_code == 400
    assert send(client, "/prova/arbetsbok", **{**fields, "rules": "finns-inte"}).status_code == 400
    broken = base64.b64encode(hostile.PNG).decode()
    assert send(client, "/prova/arbetsbok", **{**fields, "content": broken}).status_code == 422


@pytest.fixture(scope="module")
def screened(app: Flask) -> dict[str, str]:
    """What a page of answers sends for its workbook; the same for every name that the list may have."""
    return hidden(sample(app.test_client()))


@pytest.mark.parametrize(
    "name",
    [
        "ansökningar – höst.xlsx",
        "lista ”vår”.xlsx",
        "anso\u0308kningar.xlsx",
        "a\u202eb.xlsx",
        "a\r\nX-Evil: 1.xlsx",
        "a\uffff.xlsx",
        "",
        "." * 300,
    ],
)
def test_the_workbook_can_be_downloaded_whatever_the_list_was_called(
    client: FlaskClient, screened: dict[str, str], name: str
) -> None:
    fields = screened
    answer = send(client, "/prova/arbetsbok", **{**fields, "name": name})
    assert answer.status_code == 200
    header = answer.headers["Content-Disposition"]
    assert header.startswith("attachment")
    header.encode("latin-1")
    assert "X-Evil" not in answer.headers
    assert not re.search(r"[\r\n]", header)


def test_a_personal_number_in_the_name_of_a_file_is_not_repeated(client: FlaskClient) -> None:
    page = upload(client, hostile.workbook(hostile.ROW), "811218-9876.xlsx")
    assert "811218" not in page.text
    answer = send(client, "/prova/arbetsbok", **hidden(page))
    assert "811218" not in answer.headers["Content-Disposition"]


def test_changing_the_language_keeps_the_result(client: FlaskClient) -> None:
    fields = hidden(sample(client))
    page = send(client, "/prova", language="en", **fields)
    assert page.status_code == 200
    assert "9 rows need an assessment" in " ".join(page.text.split())
    assert page.text.count('<details class="fi"') == 60


def test_what_holds_for_the_whole_list_is_said(client: FlaskClient) -> None:
    assert "Alla ansökningar lämnas till referensgruppen." in sample(client).text
    historic = upload(client, (SAMPLES / "bokningar.xlsx").read_bytes(), rules="hasselby-vallingby-2018")
    assert "Regeluppsättningen gäller inte i dag." in historic.text


def test_one_visitor_more_than_there_are_places_is_told_to_wait(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr("vetting.web.list_places._places", full)
    monkeypatch.setattr("vetting.web.list_places.LONGEST_WAIT", 0.05)
    page = upload(client, hostile.workbook(hostile.ROW))
    assert page.status_code == 503
    assert "Många listor granskas just nu." in page.text


def test_an_unknown_rule_set_or_kind_is_refused(client: FlaskClient) -> None:
    assert upload(client, hostile.workbook(hostile.ROW), rules="finns-inte").status_code == 422
    assert upload(client, hostile.workbook(hostile.ROW), kind="annat").status_code == 422


def test_the_samples_can_be_downloaded(client: FlaskClient) -> None:
    answer = client.get("/prova/exempel/bokningar.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client.get("/prova/exempel/..%2fansokningar.yaml").status_code == 404
    assert client.get("/prova/exempel/ansokningar.yaml").status_code == 404


def test_a_long_list_is_cut_on_the_page_and_says_so(client: FlaskClient) -> None:
    page = upload(client, hostile.workbook(*[hostile.ROW] * 400))
    assert page.text.count('<details class="fi"') == 250
    assert "Sidan visar de 250 första raderna av 400" in page.text


@contextlib.contextmanager
def taken(places: threading.Semaphore) -> Iterator[None]:
    """Somebody else has the place meanwhile."""
    assert places.acquire(blocking=False)
    yield
    places.release()


@pytest.mark.guards("lists that stop the pages (`/prova`)")
def test_a_stranger_who_finds_no_place_is_told_at_once_and_when_to_come_back(client: FlaskClient) -> None:
    with taken(list_places._for_strangers):
        full = sample(client)
    assert full.status_code == 503
    assert int(full.headers["Retry-After"]) == list_places.COME_BACK
    assert "Många listor granskas just nu." in full.text
    assert sample(client).status_code == 200  # and every place is given back


def test_strangers_never_take_the_last_place_from_those_who_work_here(kim: Somebody, client: FlaskClient) -> None:
    with taken(list_places._for_strangers), taken(list_places._places):
        assert sample(client).status_code == 503
        mine = kim.send(
            "/prova", rules=RULES, kind="auto", file=((SAMPLES / "ansokningar.xlsx").read_bytes(), "a.xlsx")
        )
        assert mine.status_code == 200


def test_staff_that_wait_are_few(kim: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_places, "LONGEST_WAIT", 0.01)
    given = {"rules": RULES, "kind": "auto", "file": ((SAMPLES / "ansokningar.xlsx").read_bytes(), "a.xlsx")}
    with taken(list_places._places), taken(list_places._places):
        assert kim.send("/prova", **given).status_code == 503  # after a while
        with taken(list_places._waiting), taken(list_places._waiting):
            monkeypatch.setattr(list_places, "LONGEST_WAIT", 3600)
            assert kim.send("/prova", **given).status_code == 503  # at once
    assert kim.send("/prova", **given).status_code == 200


def test_one_visitor_tries_so_many_lists_a_minute_and_the_next_is_not_hindered(databases: Databases) -> None:
    app = create_app(Config(proxies=1), connect_database(databases.sqlite()))

    def tried(address: str) -> TestResponse:
        client = app.test_client()
        client.environ_base["HTTP_X_FORWARDED_FOR"] = (
            f"{secrets.token_hex(4)}, {address}"  # what a visitor writes, ours
        )
        return send(client, "/prova", rules=RULES, kind="auto", file=(io.BytesIO(b"Vem;Vad\nx;y\n"), "lista.csv"))

    answers = [tried("192.0.2.1") for _ in range(trial.MOST_IN_A_MINUTE + 1)]
    assert [answer.status_code for answer in answers] == [422] * trial.MOST_IN_A_MINUTE + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert "Du har provat många listor på kort tid." in answers[-1].text
    assert tried("192.0.2.2").status_code == 422


def test_a_brake_forgets_with_the_minute_and_knows_no_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    brake, at = rate_limits.RateLimit(most=2, seconds=60), NOW
    assert [brake.left("a", at + timedelta(seconds=n)) for n in (0, 10, 20, 59)] == [0, 0, 40, 1]
    assert [brake.left("a", at + timedelta(seconds=n)) for n in (60, 61, 70)] == [0, 9, 0]
    monkeypatch.setattr(rate_limits, "MOST_KNOWN", 3)
    for who in "bcde":
        brake.left(who, at)
    assert list(brake._asked) == ["c", "d", "e"]


@pytest.mark.parametrize(
    ("who", "stranger", "staff"), [("everyone", 200, 200), ("staff", 303, 200), ("nobody", 404, 404)]
)
def test_an_installation_says_who_may_try(databases: Databases, who: str, stranger: int, staff: int) -> None:
    board = BoardAtWork.copied(databases, "sqlite")
    app = create_app(Config(trial=TrialAccess(who)), board.database)
    kim, client = Somebody(board, app, Role.CASEWORKER), app.test_client()
    for path in ("/prova", "/prova/exempel/ansokningar.xlsx"):
        assert (client.get(path).status_code, kim.get(path).status_code) == (stranger, staff), path
    assert ("Prova en lista" in client.get("/logga-in").text) is (stranger == 200)
    assert ('href="/prova"' in kim.get("/import").text) is (staff == 200)  # a page that is closed is not offered
    assert send(client, "/prova", rules=RULES, kind="auto").status_code == (422 if stranger == 200 else stranger)
    board.database.close()
