"""Bad files end in one clear line: within limits of time and memory, nothing left on disk, never a traceback."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.formats import hostile
from vetting.formats import limits
from vetting.formats.workbook_reading import read_workbook, stream_book
from vetting.kernel.problem import UnreadableError
from vetting.lists.services.screened_lists import annotated_copy, screen_list
from vetting.rules.services.rulebook import load_rules
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from vetting.kernel.problem import Problem
    from vetting.lists.domain.screened_lists import ScreenedList

RULES = load_rules(shipped_folder("rules"), shipped_folder("imports"))
FARSTA = RULES.folder.sets["farsta-2021-med-grundkrav"]
ON = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 9, 30)


def screened(data: bytes, file: str = "lista.xlsx") -> ScreenedList:
    return screen_list(data, file, ruleset=FARSTA, layouts=RULES.layouts, on=ON)


def of_cells(found: ScreenedList) -> list[Problem]:
    """What is told of the cells: that a list has no numbers is told of it as a whole."""
    return [problem for problem in found.problems if "!" in problem.where]


@pytest.fixture
def quiet_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for temporary files that must be empty afterwards."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.guards("a hostile file", "1.5.1")
@pytest.mark.long
@pytest.mark.parametrize("name", hostile.REFUSED)
def test_a_bad_file_is_refused_with_what_and_remedy_and_leaves_nothing(name: str, quiet_disk: Path) -> None:
    make, words = hostile.REFUSED[name]
    data = make()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(UnreadableError) as refused:
        screened(data)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    problem = refused.value.problem
    assert words in problem.line("sv"), problem.line("sv")
    assert all((problem.where, problem.what.en, problem.remedy.sv, problem.remedy.en))
    assert "\n" not in problem.line("sv")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used < limits.CHILD_SECONDS + 3  # of the processor: how long it took says how busy the machine was
    assert list(quiet_disk.iterdir()) == []


@pytest.mark.guards("a hostile file")
@pytest.mark.long
def test_children_stay_below_their_limit() -> None:
    """In kilobytes, of the largest; started from a small process, since a child begins as large as its parent."""
    measure = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from tests.formats import hostile
from vetting.kernel.problem import UnreadableError
from vetting.formats.workbook_reading import read_workbook
for make in (hostile.far_cell, hostile.far_cell_in_a_large_workbook, hostile.large, hostile.zip_bomb, hostile.many_cells):
    try:
        read_workbook(make(), "lista.xlsx")
    except UnreadableError:
        pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    root = str(Path(__file__).parents[2])
    answer = subprocess.run([sys.executable, "-c", measure, root], check=True, capture_output=True, text=True)
    assert 50 * 1024 < int(answer.stdout) < 400 * 1024


@pytest.mark.long
@pytest.mark.parametrize(("name", "data"), list(hostile.odd())[:-1], ids=[name for name, _ in hostile.odd()][:-1])
def test_an_odd_file_is_read_all_the_same(name: str, data: bytes, quiet_disk: Path) -> None:
    """And written back: what can be read can be annotated."""
    del name
    found = screened(data)
    assert found.cases[0].row.facts.values["members_total"] == 34
    returned = openpyxl.load_workbook(io.BytesIO(annotated_copy(data, "x", found, "sv", at=AT)))
    assert "Översikt" in returned.sheetnames
    assert list(quiet_disk.iterdir()) == []


def test_added_columns_stand_beside_merged_cells_and_never_inside_them() -> None:
    data = hostile.merged("D1:F1", "G2:H3")
    returned = openpyxl.load_workbook(io.BytesIO(annotated_copy(data, "x", screened(data), "sv", at=AT)))
    sheet = returned.worksheets[0]
    assert sheet["I1"].value == "Att göra"
    assert {str(cells) for cells in sheet.merged_cells.ranges} == {"D1:F1", "G2:H3"}


def test_a_stray_quotation_mark_swallows_no_rows() -> None:
    data = 'Förening;Org.nr;Medlemmar\n"Unga;802999-0234;34\nB;802999-0341;5\n"D" x;802999-0416;6\n'.encode()
    assert [case.row.number for case in screened(data).cases] == ["8029990234", "8029990341", "8029990416"]


def test_a_formula_that_gave_an_empty_text_is_simply_blank() -> None:
    """Formulas filled down to row 100 are not a hundred applications."""
    cell = '<c r="{c}{n}" t="str"><f>IF(Z{n}="","",Z{n})</f><v></v></c>'
    rows = "".join(f'<row r="{n}">{cell.format(c="A", n=n)}{cell.format(c="B", n=n)}</row>' for n in range(3, 100))
    first = '<row r="2"><c r="A2" t="inlineStr"><is><t>Kören</t></is></c><c r="B2"><v>34</v></c></row>'
    data = hostile.sheet_of(
        f'<worksheet xmlns="{hostile.MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Förening</t></is></c>'
        f'<c r="B1" t="inlineStr"><is><t>Medlemmar</t></is></c></row>{first}{rows}</sheetData></worksheet>'
    )
    found = screened(data)
    assert (len(found.cases), of_cells(found)) == (1, [])


def test_a_formula_without_a_result_is_told_under_any_xml_prefix() -> None:
    inline = '<x:c r="{}" t="inlineStr"><x:is><x:t>{}</x:t></x:is></x:c>'
    data = hostile.sheet_of(
        f'<x:worksheet xmlns:x="{hostile.MAIN}"><x:sheetData><x:row r="1">{inline.format("A1", "Förening")}'
        f'{inline.format("B1", "Medlemmar")}</x:row><x:row r="2">{inline.format("A2", "Kören")}'
        '<x:c r="B2"><x:f>1+1</x:f></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert "formel vars resultat" in of_cells(screened(data))[0].what.sv


@pytest.mark.parametrize("value", ["1e307", "9" * 400, "-1e20"])
def test_an_absurd_number_is_a_problem_of_its_cell(value: str) -> None:
    data = hostile.sheet_of(
        f'<worksheet xmlns="{hostile.MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Förening</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>Medlemmar</t></is></c><c r="C1" t="inlineStr"><is><t>Sökt</t></is></c></row>'
        f'<row r="2"><c r="A2" t="inlineStr"><is><t>Kören</t></is></c><c r="B2"><v>{value}</v></c><c r="C2"><v>{value}</v></c></row>'
        "</sheetData></worksheet>"
    )
    assert [problem.where for problem in of_cells(screened(data))] == ["Sheet!B2", "Sheet!C2"]


def test_a_personal_number_in_an_error_cell_a_sheet_name_or_a_file_name_is_never_shown() -> None:
    data = hostile.sheet_of(
        f'<worksheet xmlns="{hostile.MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Förening</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>Medlemmar</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>Kören</t></is></c>'
        '<c r="B2" t="e"><v>811218-9876</v></c></row></sheetData></worksheet>'
    )
    renamed = hostile.changed(data, "xl/workbook.xml", lambda xml: xml.replace(b'name="Sheet"', b'name="811218-9876"'))
    found = screened(renamed)
    told = [problem.line("sv") for problem in of_cells(found)]
    assert len(told) == 1
    assert "811218" not in told[0]
    returned = openpyxl.load_workbook(io.BytesIO(annotated_copy(renamed, "811218-9876.xlsx", found, "sv", at=AT)))
    for sheet in returned.worksheets[1:]:
        assert "811218" not in str([[cell.value for cell in row] for row in sheet.iter_rows()])
    with pytest.raises(UnreadableError) as refused:
        screened(hostile.PNG, "811218-9876.xlsx")
    assert "811218" not in refused.value.problem.line("sv")


@pytest.mark.long
def test_the_parent_needs_little_memory_for_a_large_list() -> None:
    """A fresh process screens 900 rows of 100 columns."""
    code = """
import resource, io, sys
from datetime import date
sys.path.insert(0, sys.argv[1])
from tests.formats.hostile import HEADINGS, ROW, saved
import openpyxl
book = openpyxl.Workbook(write_only=True)
sheet = book.create_sheet()
sheet.append([*HEADINGS, *(f"Kolumn {n}" for n in range(96))])
for n in range(900):
    sheet.append([*ROW, *(["text nummer"] * 96)])
open(sys.argv[2], "wb").write(saved(book))
"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stor.xlsx"
        root = str(Path(__file__).parents[2])
        subprocess.run([sys.executable, "-c", code, root, str(path)], check=True)
        measure = """
import sys
from pathlib import Path
from datetime import date
from vetting.lists.services.screened_lists import screen_list
from vetting.rules.services.rulebook import load_rules
from vetting.shipped import shipped_folder
rules = load_rules(shipped_folder("rules"), shipped_folder("imports"))
ruleset = rules.folder.sets["farsta-2021-med-grundkrav"]
found = screen_list(Path(sys.argv[1]).read_bytes(), "stor.xlsx", ruleset=ruleset, layouts=rules.layouts, on=date(2026, 11, 20))
# The high-water mark of this program alone: getrusage would count the process it was forked from.
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(len(found.cases), peak)
"""
        answer = subprocess.run([sys.executable, "-c", measure, str(path)], check=True, capture_output=True, text=True)
    cases, kilobytes = map(int, answer.stdout.split())
    assert cases == 900
    assert kilobytes < 200 * 1024


def own_folders() -> list[Path]:
    """The folders of children that this process has started and not ended."""
    places = {Path(tempfile.gettempdir()), Path("/dev/shm")}
    return [folder for place in places for folder in place.glob(f"vetting-{os.getpid()}-*")]


def test_a_large_file_left_before_its_last_row_leaves_no_child() -> None:
    data = ("Förening;Medlemmar\n" + "A;30\n" * 5000).encode()
    with stream_book(data, "stor.csv") as (_, coming):
        assert next(coming)[1]
        assert own_folders()
    assert not own_folders()


def test_a_formula_gives_its_saved_result_and_is_never_evaluated() -> None:
    data = hostile.sheet_of(
        f'<worksheet xmlns="{hostile.MAIN}"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Förening</t></is></c><c r="B1" t="inlineStr"><is><t>Medlemmar</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>A</t></is></c><c r="B2"><f>30+4</f><v>34</v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>B</t></is></c><c r="B3"><f>30+4</f></c></row>'
        "</sheetData></worksheet>"
    )
    found = screened(data)
    assert found.cases[0].row.facts.values["members_total"] == 34
    assert "members_total" not in found.cases[1].row.facts.values
    assert [problem.line("sv") for problem in of_cells(found)] == [
        (
            "Sheet!B3: Cellen är en formel vars resultat inte är sparat. "
            "Öppna filen i Excel, spara den och ladda upp igen, eller skriv värdet."
        )
    ]


def test_an_error_cell_is_told_and_the_row_still_counts() -> None:
    data = hostile.sheet_of(
        f'<worksheet xmlns="{hostile.MAIN}"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Förening</t></is></c><c r="B1" t="inlineStr"><is><t>Medlemmar</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>A</t></is></c><c r="B2" t="e"><v>#REF!</v></c></row>'
        "</sheetData></worksheet>"
    )
    found = screened(data)
    assert len(found.cases) == 1
    assert "felet #REF!" in of_cells(found)[0].line("sv")


@pytest.mark.guards("exposed secrets")
def test_the_child_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    from vetting.formats.workbook_reading import environment_of_child

    monkeypatch.setenv("VETTING_SECRET_KEY", "hemlig")
    assert "hemlig" not in str(environment_of_child("/tmp"))


@pytest.mark.guards("formulas in what comes back")
@pytest.mark.parametrize("name", ["=1+1", "+46 8 123", "-minus", "@namn", "\tflik", "=HYPERLINK(A1)"])
def test_nothing_that_comes_back_can_become_a_formula(name: str) -> None:
    """In a csv, and in a workbook where the cell is a text that begins like one."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(hostile.HEADINGS)
    sheet.append((name, *hostile.ROW[1:]))
    sheet["A2"].data_type = "s"
    for data in (hostile.saved(book), f"Förening;Org.nr\n{name};802999-0234\n".encode()):
        found = screened(data)
        returned = openpyxl.load_workbook(io.BytesIO(annotated_copy(data, "x", found, "sv", at=AT)))
        cells = [cell for sheet in returned.worksheets for row in sheet.iter_rows() for cell in row if cell.value]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
        assert any(str(cell.value) == name for cell in cells)


def test_reading_a_good_file_gives_its_cells() -> None:
    book = read_workbook(hostile.workbook(hostile.ROW), "lista.xlsx")
    assert [cell.text for cell in book.sheets[0].rows[1].cells.values()] == [
        "Föreningen Exempelstigen",
        "802999-0234",
        "34",
        "40000",
    ]
