"""The same list in every format it comes in: the same cells, and what a person does not see in it is told."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.formats import hostile
from tests.formats.test_workbook_reading import AT, screened
from vetting.formats import cell_reading, limits
from vetting.formats.csv_reading import in_utf_8
from vetting.formats.workbook_reading import read_workbook
from vetting.kernel.problem import UnreadableError
from vetting.kernel.tables import CellKind, MergedArea, Sheet
from vetting.lists.services.screened_lists import annotated_copy
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Callable


def cells(sheet: Sheet) -> list[list[object]]:
    return [[cell.value for cell in row.cells.values()] for row in sheet.rows]


LIST = [
    ["Exempelnämnden, hösten 2026"],
    ["Förening", "Org.nr", "Medlemmar", "Sökt", "Inkom", "Stadgar bifogade"],
    ["Föreningen Exempelstigen", "802999-0234", 34, 40000.5, date(2026, 10, 2), "ja"],
    ["Provgårdens Vänner", 8029990341, 12, "12 000 kr", date(2026, 10, 5), "nej"],
]


@pytest.mark.parametrize("name", ["gammal.xls", "gammal.ods", "mac1904.xls", "mac1904.xlsx"])
def test_a_list_says_the_same_in_every_format_and_date_system(name: str) -> None:
    book = read_workbook(hostile.sample(name), name)
    assert [sheet.name for sheet in book.sheets] == ["Ansökningar"]
    assert cells(book.sheets[0]) == LIST
    assert [row.number for row in book.sheets[0].rows] == [1, 3, 4, 5]
    assert book.hidden == ("Förra året",)


def test_a_workbook_with_macros_is_read_and_the_macros_are_not() -> None:
    assert cells(read_workbook(hostile.with_macros(), "lista.xlsm").sheets[0])[1][1] == "802999-0234"


def with_looks(*, large: bool) -> bytes:
    """Merged headings, hidden rows, an error and a formula nobody calculated; large enough for calamine or not."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Förening", None, "Medlemmar", None])
    sheet.append(["Namn", "Org.nr", "Totalt", "7-20 år"])
    sheet.append(["Föreningen Exempelstigen", "802999-0234", 34, "=1+1"])
    sheet.append(["Provgårdens Vänner", "802999-0341", "#N/A", 4])
    sheet["C4"].data_type = "e"
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("C1:D1")
    sheet.row_dimensions[4].hidden = True
    if large:
        for number in range(5, 3_000):
            sheet.cell(number, 6, "x" * 2_500 + str(number))
    return hostile.saved(book)


@pytest.mark.parametrize("large", [False, True])
def test_merged_cells_and_hidden_rows_are_known_whatever_reads_the_file(*, large: bool) -> None:
    sheet = read_workbook(with_looks(large=large), "lista.xlsx").sheets[0]
    assert set(sheet.merged) == {MergedArea(1, 1, 1, 2), MergedArea(1, 3, 1, 4)}
    assert sheet.hidden_rows == (4,)
    told = [cell.kind.value for row in sheet.rows[:4] for cell in row.cells.values() if cell.kind.value in "ef"]
    assert (len(told), sheet.unread_cells) == ((0, 2) if large else (2, 0))


@pytest.mark.parametrize("name", ["ansokningar.xlsx", "bokningar.xlsx"])
def test_both_readers_of_workbooks_give_the_same_cells(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """But for a formula that nobody calculated: calamine has no cell for it, only the sheet knows of it."""
    data = (shipped_folder("imports") / "samples" / name).read_bytes()

    def rows() -> list[list[object]]:
        return [
            [number, kinds.rstrip(".f"), [value for value in values if value != ""]]
            for frame in cell_reading.frames_of_sheets(data, limits.CASE_ROWS)
            for number, kinds, values in frame.get("rows", ())
        ]

    by_openpyxl = rows()
    monkeypatch.setattr(limits, "SMALL_SHEETS", 0)
    assert rows() == by_openpyxl


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_text_is_read_in_every_encoding_and_with_every_separator(encoding: str, delimiter: str) -> None:
    lines = [["Förening", "Org.nr", "Ort"], ["Föreningen Å", "802999-0234", "Östra Provby"]]
    data = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    if encoding in {"utf-16-le", "utf-16-be"}:
        data = (b"\xff\xfe" if encoding == "utf-16-le" else b"\xfe\xff") + data
    assert cells(read_workbook(data, "lista.csv").sheets[0]) == lines


def test_a_file_written_back_from_old_formats_is_a_workbook_with_the_same_cells() -> None:
    for name in ("gammal.xls", "gammal.ods"):
        data = hostile.sample(name)
        returned = openpyxl.load_workbook(io.BytesIO(annotated_copy(data, name, screened(data), "sv", at=AT)))
        row = [cell.value for cell in returned["Ansökningar"][4]][:6]
        assert [getattr(value, "date", lambda v=value: v)() for value in row] == LIST[2]
        assert returned["Ansökningar"]["G4"].value


@pytest.mark.parametrize("style", ["0%", "0.00%", "0.0 %"])
def test_a_share_in_a_column_of_amounts_is_told_and_in_one_of_shares_is_read(style: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Förening", "Organisationsnummer", "Sökt belopp", "Medlemmar"])
    sheet.append(["Föreningen Prov", "802999-0234", 0.4, 120])
    sheet["C2"].number_format = style
    sheet["D2"].number_format = "0"
    kept = io.BytesIO()
    book.save(kept)
    read = read_workbook(kept.getvalue(), "lista.xlsx")
    cells = read.sheets[0].rows[1].cells
    assert (cells[3].kind, cells[3].text) == (CellKind.TEXT, "40 %")
    assert (cells[4].kind, cells[4].value) == (CellKind.NUMBER, 120)
    found = screened(kept.getvalue())
    assert [f"{problem.where}: {problem.what.sv}" for problem in found.problems] == [
        "Sheet!C2: ”40 %” är inte ett belopp."
    ]


@pytest.mark.parametrize("style", ["0%", "0.00%", "0.0 %"])
def test_a_share_in_a_large_list_is_a_share(style: str) -> None:
    """Large enough for calamine, and for the cells to be looked for in several pieces of the file."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Förening", "Sökt belopp", "Medlemmar"])
    for number in range(2, 2_900):
        sheet.append(["x" * 2_500, number / 1_000, 120])
        sheet.cell(number, 2).number_format = style
    sheet["B2900"], sheet["AB2900"] = "0,4", 0.4
    sheet["B2900"].number_format = sheet["AB2900"].number_format = style
    rows = read_workbook(hostile.saved(book), "lista.xlsx").sheets[0].rows
    told = {(row.number, column): cell.text for row in rows[1:] for column, cell in row.cells.items() if column == 2}
    assert told == {(number, 2): f"{number / 10:.10g} %" for number in range(2, 2_900)} | {(2_900, 2): "0,4"}
    assert rows[-1].cells[28].text == "40 %"
    assert {cell.value for row in rows[1:-1] for column, cell in row.cells.items() if column == 3} == {120}


def test_a_list_without_numbers_says_so_first() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Förening", "Sökt belopp"])
    sheet.append(["Föreningen Prov", "x"])
    kept = io.BytesIO()
    book.save(kept)
    found = screened(kept.getvalue())
    assert found.problems[0].where == "Sheet"
    assert found.problems[0].what.sv.startswith("Listan har ingen kolumn med organisationsnummer.")
    assert len(found.problems) > 1


def repacked(rename: Callable[[str], str], **more: bytes) -> bytes:
    """A small list as a workbook whose parts are named otherwise, with parts beside."""
    book, made = openpyxl.Workbook(), io.BytesIO()
    for row in (["Förening", "Org.nr", "Sökt"], ["Föreningen Övning A_x000D_", "802990-0019", 10000]):
        book.worksheets[0].append(row)
    book.save(made)
    packed = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(packed, "w") as anew:
        for entry in old.infolist():
            content = old.read(entry)
            if rename("xl/") == "":
                content = content.replace(b"/xl/worksheets/", b"/").replace(b"/xl/", b"/").replace(b'"xl/', b'"')
            anew.writestr(rename(entry.filename), content)
        for name, content in more.items():
            anew.writestr(name, content)
    return packed.getvalue()


PACKED: dict[str, bytes] = {
    "backslashes": repacked(lambda name: name.replace("/", "\\")),
    "in the root": repacked(lambda name: name.replace("xl/worksheets/", "").replace("xl/", "")),
    "power query": repacked(lambda name: name, **{"customXml/item1.xml": "<?xml version='1.0'?><D/>".encode("utf-16")}),
}


@pytest.mark.parametrize("name", PACKED)
def test_every_packaging_that_excel_opens_is_read_and_answered(name: str) -> None:
    book = read_workbook(PACKED[name], "lista.xlsx")
    assert [str(cell).strip() for cell in cells(book.sheets[0])[1]] == ["Föreningen Övning A", "802990-0019", "10000"]
    found = screened(PACKED[name])
    assert annotated_copy(PACKED[name], "lista.xlsx", found, "sv", at=AT)[:2] == b"PK"


def test_a_part_that_is_said_to_be_beside_and_is_read_is_refused() -> None:
    relation = b'<Relationship Id="rId9" Type="http://x/worksheet" Target="../customXml/item1.xml"/>'
    sly = repacked(lambda name: name, **{"xl/worksheets/_rels/sheet9.xml.rels": b"<R>" + relation + b"</R>"})
    with pytest.raises(UnreadableError) as refused:
        read_workbook(sly, "lista.xlsx")
    assert "XML-deklarationer" in refused.value.problem.what.sv


OTHER_FILES = {
    b"<html><body><table><tr><td>F\xc3\xb6rening</td></tr></table></body></html>": "webbsida",
    b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x"><html></html>': "webbsida",
    b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">': "Excel 2003",
    b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001">': "betalfil",
    b"#FLAGGA 0\n#PROGRAM x": "SIE-fil",
    b"BEGIN:VCALENDAR\nVERSION:2.0": "kalender",
    b"From: a@b.example\nTo: c@d.example\nSubject: Lista\n\nHej": "mejl",
    b'[{"name": "F"}]': "JSON",
}


@pytest.mark.parametrize(("data", "word"), OTHER_FILES.items())
def test_a_file_of_another_kind_is_told_as_what_it_is(data: bytes, word: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_workbook(data, "lista.csv")
    assert word in refused.value.problem.what.sv


def test_an_end_at_twenty_four_is_the_same_in_every_format() -> None:
    book, made = openpyxl.Workbook(), io.BytesIO()
    book.worksheets[0].append([timedelta(days=1)])
    book.worksheets[0]["A1"].number_format = "[h]:mm"
    book.save(made)
    assert cells(read_workbook(made.getvalue(), "lista.xlsx").sheets[0]) == [["24:00"]]


TEXT = "Förening;Org.nr;Sökt\r\nFöreningen Övning A;802990-0019;10000\r\nHällaryds IF;802990-0027;20000\r\nÅsens vänner;;1\r\n"
GARBLED = {
    "MS-DOS": TEXT.encode("cp850"),
    "Macintosh": TEXT.encode("mac_roman"),
    "läst två gånger": TEXT.encode().decode("cp1252").encode(),
    "Prövat": TEXT.encode() + TEXT.encode("cp1252"),
}


@pytest.mark.parametrize("word", GARBLED)
def test_letters_that_are_not_believed_are_told_with_what_was_tried(word: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_workbook(GARBLED[word], "lista.csv")
    assert word in refused.value.problem.what.sv


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman"])
@pytest.mark.parametrize(
    "text",
    [
        "Förening\r\nFöreningen ett\r\n",
        "Namn\r\nBygdens Vänner\r\n",
        "Namn\r\nTåby IF\r\n",
        "Namn\r\nUmeå\r\n",
        "Namn\r\nIdrott i Malmö\r\n",
        "NAMN\r\nFÖRENINGEN X\r\n",
        "Namn;Antal\r\n" + f"Exempel {'x' * 90};1\r\n" * 2_500 + "Tåby IF;1\r\n",
    ],
)
def test_one_letter_that_is_not_believed_is_told_wherever_it_stands(encoding: str, text: str) -> None:
    with pytest.raises(UnreadableError):
        read_workbook(text.encode(encoding), "lista.csv")
    assert read_workbook(text.encode("cp1252"), "lista.csv").sheets


def test_a_file_parted_by_upright_lines_is_read() -> None:
    assert cells(read_workbook(b"Namn|Antal\r\nExempel|1,5\r\n", "lista.csv").sheets[0])[1] == ["Exempel", "1,5"]


@pytest.mark.parametrize(
    ("encoding", "data"),
    [("cp850", GARBLED["MS-DOS"]), ("mac_roman", GARBLED["Macintosh"]), ("utf-8-twice", GARBLED["läst två gånger"])],
)
def test_a_text_is_read_in_the_encoding_that_a_person_says(encoding: str, data: bytes) -> None:
    book = read_workbook(in_utf_8(data, encoding), "lista.csv")
    assert cells(book.sheets[0])[1] == ["Föreningen Övning A", "802990-0019", "10000"]


@pytest.mark.parametrize("name", ["Café Exempel", "Björkängens ”Glada” Vänner", "O’Hara", "Łódź Klub", "Naïve…"])
def test_odd_letters_and_signs_of_their_own_are_believed(name: str) -> None:
    for encoding in ("utf-8", "cp1252"):
        data = f"Förening;Org.nr\r\n{name};802990-0019\r\n".encode(encoding, "ignore")
        assert len(cells(read_workbook(data, "lista.csv").sheets[0])) == 2


def test_an_amount_whose_cell_shows_another_unit_is_told_as_it_is_shown() -> None:
    book, made = openpyxl.Workbook(), io.BytesIO()
    for place, code in enumerate(('#,##0 "tkr"', "#,##0 [$€-1]", "#,##0 [$kr-41D]", "0%"), 1):
        book.worksheets[0].cell(1, place, 25).number_format = code
    book.save(made)
    assert cells(read_workbook(made.getvalue(), "lista.xlsx").sheets[0]) == [["25 tkr", "25 €", 25, "2500 %"]]
