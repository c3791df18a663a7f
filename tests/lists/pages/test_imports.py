"""The pages of imports: from a file handed in to a list taken back, and every refusal on the way."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import openpyxl
from sqlalchemy import func, select

from tests.board import NUMBERS, clean_facts, rules
from tests.factories import NOW, TODAY
from tests.page_fixtures import board, kim, one_line
from vetting.casework.models.cases import Case
from vetting.kernel.store.import_batches import ImportBatch
from vetting.kernel.store.jobs import FAILED, Job
from vetting.kernel.store.session import open_reading, open_technical
from vetting.lists.models.staged_files import CONFIRMING, StagedFile
from vetting.lists.pages import imports as pages
from vetting.operations.jobs.worker import Worker
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    import pytest

    from tests.page_fixtures import Somebody

__all__ = ["board", "kim"]

SAMPLE = (shipped_folder("imports") / "samples" / "ansokningar.xlsx").read_bytes()


def handed_in(kim: Somebody, data: bytes, name: str = "lista.csv", **more: str) -> str:
    answer = kim.send("/import", file=(data, name), **more)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def cases(kim: Somebody) -> int:
    with open_reading(kim.board.database) as s:
        return int(s.scalar(select(func.count()).select_from(Case)) or 0)


def test_a_list_is_looked_at_confirmed_once_and_not_taken_in_again(kim: Somebody) -> None:
    address = handed_in(kim, SAMPLE, "ansokningar.xlsx", round_id=str(kim.board.round_id))
    page = kim.get(address).text
    assert "Läs in 60 rader" in page
    assert "Ansökningar!H21" in page
    assert "850229" not in page
    assert cases(kim) == 0
    for _ in range(2):
        assert kim.send(f"{address}/bekrafta").status_code == 303
    assert cases(kim) == 60
    assert "60 rader är inlästa." in kim.get(address).text
    assert "Ärendet kom in med listan ansokningar.xlsx" in kim.get("/arenden/BID-2026-0001?oppna=events").text
    again = handed_in(kim, SAMPLE, "ansokningar.xlsx", round_id=str(kim.board.round_id))
    assert "Samma fil lästes in redan" in kim.get(again).text
    assert kim.send(f"{again}/bekrafta").status_code == 303
    with open_reading(kim.board.database) as s:
        assert s.scalar(select(func.count()).select_from(ImportBatch)) == 1


def test_an_import_is_undone_from_its_page_and_the_cases_are_gone(kim: Somebody) -> None:
    address = handed_in(kim, SAMPLE, "ansokningar.xlsx")
    kim.send(f"{address}/bekrafta")
    assert "BID-2026-0001" in kim.get("/arenden").text
    assert kim.send("/import/inlasning/1/angra").status_code == 303
    assert "BID-2026-0001" not in kim.get("/arenden").text
    assert "Inläsningen är ångrad" in kim.get(address).text
    assert kim.send("/import/inlasning/1/angra").status_code == 409


def test_a_file_that_cannot_be_used_says_why_on_its_page(kim: Somebody) -> None:
    assert "Filen är en PDF" in kim.get(handed_in(kim, b"%PDF-1.7", "x.pdf")).text
    assert "Filen är trasig" in kim.get(handed_in(kim, SAMPLE[:3000], "x.xlsx")).text
    nothing = kim.send("/import", file=(b"", ""))
    assert nothing.status_code == 422
    assert "Ingen fil är vald." in nothing.text


def test_an_unknown_list_is_mapped_with_what_was_chosen_kept_when_it_is_refused(kim: Somebody) -> None:
    address = handed_in(
        kim,
        f"Vem;Ident;Hur mycket\nFöreningen Prov Ett;{NUMBERS[0]};40 000\nFöreningen Prov Två;{NUMBERS[1]};5\n".encode(),
    )
    page = kim.get(f"{address}?kind=grant").text
    assert "Rubrikerna känns inte igen" in page
    assert "C Hur mycket" in page
    wrong = {"column-1": "name_in_application", "column-2": "name_in_application", "column-3": "amount_applied"}
    answer = kim.send(f"{address}/kolumner", kind="grant", sheet="CSV", row="1", name="Mitt system", **wrong)
    assert answer.status_code == 422
    assert "betyder båda" in answer.text
    assert 'value="Mitt system"' in answer.text
    assert '<option value="amount_applied" selected>' in one_line(answer.text)
    right = wrong | {"column-2": "organisation_number"}
    assert (
        kim.send(f"{address}/kolumner", kind="grant", sheet="CSV", row="1", name="Mitt system", **right).status_code
        == 303
    )
    assert "Läs in 2 rader" in kim.get(address).text
    assert kim.send(f"{address}/kolumner", kind="finns inte", sheet="CSV", row="1").status_code == 422
    assert kim.send(f"{address}/kolumner", kind="grant", sheet="CSV", row="77", **right).status_code == 422


def test_the_suggestion_follows_what_is_chosen(kim: Somebody) -> None:
    address = handed_in(
        kim, f"Uttag\nVem;Ident\nFöreningen Prov Ett;{NUMBERS[0]}\nFöreningen Prov Två;{NUMBERS[1]}\n".encode()
    )
    page = kim.get(f"{address}?kind=associations&row=2").text
    assert '<option value="associations" selected>' in one_line(page)
    assert '<option value="number" selected>' in one_line(page)
    assert '<option value="name" selected>' in one_line(page)


def test_the_file_comes_back_with_marks(kim: Somebody) -> None:
    address = handed_in(kim, SAMPLE, "ansokningar.xlsx")
    answer = kim.get(f"{address}/markerad")
    assert "ansokningar markerad.xlsx" in answer.headers["Content-Disposition"]
    assert openpyxl.load_workbook(io.BytesIO(answer.data))["Ansökningar"]["H21"].comment


def test_rows_that_cannot_go_in_are_told_before_the_good_ones_do(kim: Somebody) -> None:
    data = f"Förening;Org.nr;Sökt\nFöreningen Prov;{NUMBERS[0]};1000\n;123;5\n".encode()
    address = handed_in(kim, data)
    page = kim.get(address).text
    assert "Läs bara in den rad som går att läsa in" in page
    assert "Raden läses inte in." in page
    assert kim.send(f"{address}/bekrafta").status_code == 422
    assert cases(kim) == 0
    assert kim.send(f"{address}/bekrafta", good_only="1").status_code == 303
    assert cases(kim) == 1


def test_a_large_file_is_read_by_the_worker_and_the_page_says_how_far(
    kim: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "AT_ONCE", 10)
    address = handed_in(kim, SAMPLE, "ansokningar.xlsx")
    page = kim.get(address).text
    assert "Pågår" in page
    assert "Ladda om" in page
    from tests.board import rules
    from tests.factories import NOW

    assert Worker(kim.board.database, rules(), lambda: NOW).run_next()
    assert "Läs in 60 rader" in kim.get(address).text


def test_a_file_is_thrown_away(kim: Somebody) -> None:
    address = handed_in(kim, SAMPLE, "ansokningar.xlsx")
    assert kim.send(f"{address}/kasta").status_code == 303
    assert "Filen är borttagen" in kim.get(address).text
    assert kim.send(f"{address}/bekrafta").status_code == 409
    assert kim.get(f"{address}/markerad").status_code == 404


def test_a_round_that_is_another_boards_or_closed_takes_nothing(kim: Somebody) -> None:
    assert kim.send("/import", file=(SAMPLE, "a.xlsx"), round_id="77").status_code == 404
    kim.send(f"/omgangar/{kim.board.round_id}/avsluta")
    closed = kim.send("/import", file=(SAMPLE, "a.xlsx"), round_id=str(kim.board.round_id))
    assert closed.status_code == 422
    assert "är avslutad" in closed.text
    with open_reading(kim.board.database) as s:
        assert s.scalar(select(func.count()).select_from(StagedFile)) == 0


def test_the_page_is_in_english_too(kim: Somebody) -> None:
    address = handed_in(kim, f"Förening;Org.nr;Inkom\nFöreningen Prov;123;{TODAY}\n".encode())
    kim.send("/installningar", language="en", back=address)
    page = kim.get(address).text
    assert "Import 1 row" in page
    assert "does not have ten digits" in page


def test_a_list_downloaded_changed_and_sent_back_is_shown_cell_by_cell_and_confirmed(kim: Somebody) -> None:
    number = kim.board.receive().number
    answer = kim.send("/arenden/excel", omgang=str(kim.board.round_id))
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book.worksheets[0]
    at = {str(cell.value).removeprefix("✎ "): int(cell.column or 0) for cell in sheet[1]}
    sheet.cell(2, at["Diarienummer"]).value = "EXN 2026/77"
    sheet.cell(2, at["Omgång"]).value = "En annan omgång"
    out = io.BytesIO()
    book.save(out)
    address = handed_in(kim, out.getvalue(), "Ansökningar.xlsx")
    page = one_line(kim.get(address).text)
    assert "Diarienummer <s>tomt</s> EXN 2026/77" in page
    assert "Ändra i 1 ärende" in page
    assert "Läses inte: Org.nr, Omgång, Inkom, Frist, Läge, Förslag." in page
    assert openpyxl.load_workbook(io.BytesIO(kim.get(f"{address}/markerad").data)).worksheets
    kim.send(f"/arenden/{number}/diarienummer", dnr="EXN 2026/1")
    late = kim.send(f"{address}/bekrafta")
    assert late.status_code == 409
    assert "Något ändrades i ärendena" in late.text
    assert "Ärendet har redan ett diarienummer." in kim.get(address).text
    kim.send(f"{address}/kasta")
    assert "Filen är borttagen." in kim.get(address).text
    assert "EXN 2026/1" in kim.get(f"/arenden/{number}").text


def test_a_sent_back_list_goes_in_once_and_its_page_says_so(kim: Somebody) -> None:
    kim.board.receive()
    book = openpyxl.load_workbook(io.BytesIO(kim.send("/arenden/excel").data))
    sheet = book.worksheets[0]
    at = {str(cell.value).removeprefix("✎ "): int(cell.column or 0) for cell in sheet[1]}
    sheet.cell(2, at["Diarienummer"]).value = "EXN 2026/78"
    out = io.BytesIO()
    book.save(out)
    address = handed_in(kim, out.getvalue(), "Ansökningar.xlsx")
    for _ in range(2):
        assert kim.send(f"{address}/bekrafta").status_code == 303
    assert "1 ärende är ändrat." in kim.get(address).text
    undone = kim.send("/import/inlasning/1/angra")
    assert undone.status_code == 422
    assert "Ändra tillbaka i ärendena" in undone.text
    again = handed_in(kim, out.getvalue(), "Ansökningar.xlsx")
    assert "Samma fil lästes in redan" in kim.get(again).text


def test_what_was_broken_off_is_told_so_and_is_taken_up_from_its_page(
    kim: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "AT_ONCE", 0)
    address = handed_in(kim, b"F\xc3\xb6rening;S\xc3\xb6kt\nF\xc3\xb6reningen Prov;1 000")
    assert "Pågår" in kim.get(address).text
    with open_technical(kim.board.database) as s:
        s.scalars(select(Job)).one().state = FAILED  # the process that had it is gone
    for page, told in ((address, "Avbruten."), ("/import", "avbruten")):
        assert told in kim.get(page).text
        assert "Pågår" not in kim.get(page).text
    assert kim.send(f"{address}/las-igen").status_code == 303
    assert "Pågår" in kim.get(address).text
    assert kim.send(f"{address}/las-igen").status_code == 409
    assert Worker(kim.board.database, rules(), lambda: NOW).run_next()
    assert "Läs in 1 rad" in kim.get(address).text
    with open_technical(kim.board.database) as s:  # a command that was killed while it took the list in
        staged = s.scalars(select(StagedFile)).one()
        staged.state, staged.job_id, staged.progress = CONFIRMING, None, {"moved": 1}
        staged.heard_at = NOW - timedelta(minutes=5)
    page = kim.get(address).text
    assert "Avbruten." in page
    assert "1 rad är inläst" in page
    assert "Fortsätt läsa in" in page


def test_rows_whose_number_is_anothers_are_named_and_settled_on_the_page(kim: Somebody) -> None:
    kim.board.receive(clean_facts(), round_id=None)
    data = f"Förening;Org.nr;Sökt\nBågskytteklubben Försöket;{NUMBERS[0]};1 000\nFöreningen Ny;{NUMBERS[1]};1 000"
    address = handed_in(kim, data.encode())
    page = kim.get(address).text
    assert "Namn och nummer hör inte ihop" in page
    assert "hör till Kulturföreningen Provkvarnen" in page
    [name] = set(re.findall(r'name="(row-\d+)"', page))
    assert kim.send(f"{address}/namn", **{name: "leave_out"}).status_code == 303
    page = kim.get(address).text
    assert "Namn och nummer hör inte ihop" not in page
    assert "Läs bara in den rad som går att läsa in" in page
    first = page[page.index('id="first-heading"') :].partition("</ul>")[0]
    assert "Föreningen Ny" in first
    assert "Bågskytteklubben" not in first  # it does not go in
    assert kim.send(f"{address}/namn", **{name: "nonsense"}).status_code == 422
    assert kim.send(f"{address}/namn", **{name: "", "row-x": "owner"}).status_code == 303


def test_how_a_list_is_encoded_is_asked_where_its_letters_are_in_doubt(kim: Somebody) -> None:
    data = f"Förening;Org.nr;Sökt\nFöreningen Övning Å;{NUMBERS[0]};1 000\n".encode("cp850")
    address = handed_in(kim, data)
    page = kim.get(address).text
    offered = dict(re.findall(r'value="([\w-]+)"\s*>\s*<span><b>[^<]*</b><br><span class="sm muted">([^<]*)<', page))
    assert offered.keys() == {"cp850", "mac_roman"}  # it has bytes that mean nothing in the others
    assert "Övning" in offered["cp850"]
    assert "Övning" not in offered["mac_roman"]
    assert not re.search(r'name="encoding"[^>]*checked', page)
    assert kim.send(f"{address}/teckenkodning", encoding="").status_code == 422
    wrong = kim.send(f"{address}/teckenkodning", encoding="utf-8")
    assert wrong.status_code == 422
    assert "Filen är inte sparad med den teckenkodningen." in one_line(wrong.text)
    assert kim.send(f"{address}/teckenkodning", encoding="cp850").status_code == 303
    assert "Föreningen Övning Å" in kim.get(address).text
    assert kim.send(f"{address}/teckenkodning", encoding="cp850").status_code == 409
    assert cases(kim) == 0


def test_what_is_wrong_with_many_rows_is_said_once(kim: Somebody) -> None:
    early = (TODAY - timedelta(days=300)).isoformat()
    lines = [f"Föreningen {place};{NUMBERS[place]};1 000;{early}" for place in range(4)]
    address = handed_in(
        kim, "\n".join(["Förening;Org.nr;Sökt;Inkom", *lines]).encode(), round_id=str(kim.board.round_id)
    )
    page = one_line(kim.get(address).text)
    assert page.count("då omgången öppnar") == 1
    assert "och 3 rader till" in page
