"""Workbooks that are broken, huge or malicious, made in memory."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEADINGS = ("Förening", "Org.nr", "Medlemmar", "Sökt")
ROW = ("Föreningen Exempelstigen", "802999-0234", 34, 40000)


def workbook(*rows: tuple[Any, ...], headings: tuple[str, ...] | None = HEADINGS) -> bytes:
    """A small list with these rows."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    if headings:
        sheet.append(headings)
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part of its zip changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            target.writestr(entry.filename, change(content) if entry.filename == part else content)
    return out.getvalue()


def sheet_of(xml: str) -> bytes:
    """A workbook whose only sheet holds this XML."""
    return changed(workbook(ROW), "xl/worksheets/sheet1.xml", lambda _: xml.encode())


def zip_bomb() -> bytes:
    """400 MB of blanks in a sheet."""
    out = io.BytesIO()
    good = workbook(ROW)
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            if entry.filename == "xl/worksheets/sheet1.xml":
                with target.open(entry.filename, "w") as part:
                    for _ in range(400):
                        part.write(b" " * 1024 * 1024)
            else:
                target.writestr(entry.filename, source.read(entry))
    return out.getvalue()


def lying_bomb() -> bytes:
    """The same, whose headers say that it is small."""
    data = bytearray(zip_bomb())
    size = (400 * 1024 * 1024).to_bytes(4, "little")
    place = data.find(size)
    while place != -1:
        data[place : place + 4] = (100).to_bytes(4, "little")
        place = data.find(size, place + 4)
    return bytes(data)


def million_blank_rows() -> bytes:
    rows = "".join(f'<row r="{n}"/>' for n in range(3, 1_000_003))
    head = "".join(f'<c r="{c}1" t="inlineStr"><is><t>{t}</t></is></c>' for c, t in zip("ABCD", HEADINGS, strict=True))
    body = '<c r="A2" t="inlineStr"><is><t>Föreningen Exempelstigen</t></is></c><c r="C2"><v>34</v></c>'
    return sheet_of(
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{head}</row><row r="2">{body}</row>{rows}</sheetData></worksheet>'
    )


def far_cell() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADINGS)
    sheet.append(ROW)
    sheet["XFD1048576"] = "långt bort"
    return saved(book)


def external_entity() -> bytes:
    return changed(
        workbook(ROW),
        "xl/workbook.xml",
        lambda xml: xml.replace(b"<workbook", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook', 1),
    )


def billion_laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return sheet_of(
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    )


def utf16_entities() -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    return changed(workbook(ROW), "xl/worksheets/sheet1.xml", lambda _: text.encode("utf-16"))


def declared(encoding: str, told: str, mark: bytes = b"") -> bytes:
    """A sheet with a document type in an encoding where it is not the bytes that it looks like."""
    text = f'<?xml version="1.0" encoding="{told}"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    return changed(workbook(ROW), "xl/worksheets/sheet1.xml", lambda _: mark + text.encode(encoding))


def declared_in_seven_bits() -> bytes:
    text = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x [+ADwAIQ-ENTITY a "b">]><worksheet/>'
    return changed(workbook(ROW), "xl/worksheets/sheet1.xml", lambda _: text.encode())


def declared_in_a_part_called_otherwise() -> bytes:
    """A part is a sheet by what the file says of it, not by its name."""
    text = f'<!DOCTYPE x [<!ENTITY a "b">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(ROW))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b"sheet1.xml", b"sheet1.dat")
            new.writestr(name.replace("sheet1.xml", "sheet1.dat"), text if "sheet1.xml" in name else content)
    return out.getvalue()


def doubled_part() -> bytes:
    out = io.BytesIO(workbook(ROW))
    with zipfile.ZipFile(out, "a") as archive, _no_warning():
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    return out.getvalue()


class _no_warning:  # noqa: N801 - reads as a word
    def __enter__(self) -> None:
        import warnings

        self.caught = warnings.catch_warnings()
        self.caught.__enter__()
        warnings.simplefilter("ignore")

    def __exit__(self, *_: object) -> None:
        self.caught.__exit__(None, None, None)


def password_protected() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600


def many_cells() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADINGS)
    for _ in range(2500):
        sheet.append(["x"] * 100)
    return saved(book)


def many_rows() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADINGS)
    for _ in range(5_500):
        sheet.append(ROW)
    return saved(book)


def huge_text() -> bytes:
    """One cell of 60 MB."""
    cell = f'<c r="A1" t="inlineStr"><is><t>{"a" * 60_000_000}</t></is></c>'
    return sheet_of(f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>')


def encrypted_entry() -> bytes:
    data = bytearray(workbook(ROW))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place != -1:
            data[place + offset] |= 1
            place = data.find(signature, place + 4)
    return bytes(data)


def hidden_only() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEADINGS)
    book.worksheets[0].append(ROW)
    book.worksheets[0].sheet_state = "hidden"
    book.create_sheet("Tomt")
    return saved(book)


def open_document(content: str = "<office/>", kind: str = "spreadsheet") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", content)
    return out.getvalue()


def ods(change: Callable[[str], str]) -> bytes:
    """A real OpenDocument list with its content changed."""
    return changed(sample("gammal.ods"), "content.xml", lambda xml: change(xml.decode()).encode())


def sample(name: str) -> bytes:
    """A list as an office program saved it: .xls and .ods, and with days counted from 1904."""
    return (Path(__file__).parent / "samples" / name).read_bytes()


def with_macros() -> bytes:
    """An .xlsm as Excel writes it: another content type, and a part with macros that nobody opens."""
    data = changed(
        workbook(ROW),
        "[Content_Types].xml",
        lambda xml: xml.replace(b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml").replace(
            b"application/vnd.openxmlformats-officedocument.ms-excel", b"application/vnd.ms-excel"
        ),
    )
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 not to be opened")
    return out.getvalue()


def far_cell_in_a_large_workbook() -> bytes:
    """So large that calamine reads it; the far cell makes it ask for all the memory there is."""
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{"x" * 200}</t></is></c></row>' for n in range(1, 30_000)
    )
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return sheet_of(f'<worksheet xmlns="{MAIN}"><sheetData>{rows}{far}</sheetData></worksheet>')


def large(rows: int = 3_000) -> bytes:
    """So large that calamine reads it, within what a list may hold."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Stor")
    sheet.append(("Förening", "Org.nr", "Medlemmar", "Ändamål"))
    for _ in range(rows - 1):
        sheet.append(("Föreningen Exempelstigen", "802999-0234", 34, "kurser " * 350))
    return saved(book)


def word_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return out.getvalue()


def strict() -> bytes:
    return changed(
        workbook(ROW),
        "xl/workbook.xml",
        lambda xml: xml.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    )


def merged(*ranges: str) -> bytes:
    """A list with merged cells beside and below its headings, which Excel opens without a word."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(ROW, ROW)))
    for cells in ranges:
        book.worksheets[0].merge_cells(cells)
    return saved(book)


def template() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook(ROW)))
    book.template = True
    return saved(book)


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 200
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "Filen är tom"),
    "blanks": (lambda: b" \n\n ", "Filen är tom"),
    "picture": (lambda: PNG, "Filen är en bild"),
    "jpeg": (lambda: b"\xff\xd8\xff\xe0" + b"\x00" * 90, "Filen är en bild"),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "Filen är en PDF"),
    "old office, nothing in it": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 900, "ingen arbetsbok"),
    "old word": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "WordDocument".encode("utf-16-le"),
        "Worddokument",
    ),
    "old excel, cut": (lambda: sample("gammal.xls")[:6000], "trasig"),
    "old excel, only its name": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "Workbook".encode("utf-16-le") * 40,
        "trasig",
    ),
    "open document text": (lambda: open_document(kind="text"), "Worddokument"),
    "open document bomb": (
        lambda: ods(
            lambda xml: xml.replace("<table:table-row ", '<table:table-row table:number-rows-repeated="1000000" ')
        ),
        "Filen",
    ),
    "open document with entities": (
        lambda: ods(
            lambda xml: xml.replace(
                "<office:document-content", '<!DOCTYPE a [<!ENTITY b "c">]><office:document-content', 1
            )
        ),
        "XML-deklarationer",
    ),
    "open document, hidden only": (
        lambda: ods(lambda xml: xml.replace('table:display="true"', 'table:display="false"')),
        "inget synligt kalkylark",
    ),
    "far cell in a large workbook": (far_cell_in_a_large_workbook, "för mycket minne"),
    "password protected": (password_protected, "lösenordsskyddad"),
    "encrypted entry": (encrypted_entry, "lösenordsskyddad"),
    "truncated": (lambda: workbook(ROW)[:-400], "trasig"),
    "cut in the middle": (lambda: workbook(ROW)[:2000], "trasig"),
    "only a signature": (lambda: b"PK\x03\x04", "trasig"),
    "any zip": (lambda: open_document().replace(b"content.xml", b"anyfile.xml"), "ingen arbetsbok"),
    "open document without content": (open_document, "trasig"),
    "word": (word_document, "Worddokument"),
    "binary": (lambda: bytes(range(256)) * 20, "inte en text"),
    "zip bomb": (zip_bomb, "packar upp sig"),
    "lying bomb": (lying_bomb, "Filen"),
    "external entity": (external_entity, "XML-deklarationer"),
    "billion laughs": (billion_laughs, "XML-deklarationer"),
    "utf-16 entities": (utf16_entities, "XML-deklarationer"),
    "utf-16 without a mark": (lambda: declared("utf-16-le", "UTF-16LE"), "XML-deklarationer"),
    "utf-16 from the other end": (lambda: declared("utf-16-be", "UTF-16BE"), "XML-deklarationer"),
    "utf-32": (lambda: declared("utf-32-be", "UTF-32", b"\0\0\xfe\xff"), "XML-deklarationer"),
    "utf-32 without a mark": (lambda: declared("utf-32-le", "UTF-32LE"), "XML-deklarationer"),
    "utf-7": (declared_in_seven_bits, "XML-deklarationer"),
    "ebcdic": (lambda: declared("cp037", "IBM037"), "XML-deklarationer"),
    "a part called otherwise": (declared_in_a_part_called_otherwise, "XML-deklarationer"),
    "doubled part": (doubled_part, "trasig"),
    "strict": (strict, "strikt Open XML"),
    "too many columns": (("Förening;Org.nr;" + ";" * 400 + "\nA;802999-0234\n").encode, "kolumner"),
    "too much text": (("Förening;Org.nr\n" + ("x" * 30_000 + ";1\n") * 290).encode, "för mycket text"),
    "broken sheet": (lambda: sheet_of("<worksheet><sheetData><row>"), "trasig"),
    "no sheet part": (lambda: changed(workbook(ROW), "xl/workbook.xml", lambda _: b"<workbook/>"), "inget synligt"),
    "many cells": (many_cells, "ifyllda celler"),
    "many rows": (many_rows, "rader"),
    "huge text": (huge_text, "för mycket text"),
    "hidden only": (hidden_only, "inget synligt kalkylark"),
    "empty sheet": (lambda: saved(openpyxl.Workbook()), "inget synligt kalkylark"),
    "long csv field": (lambda: b"F\xc3\xb6rening;Org.nr\n" + b"x" * 50_000 + b";1\n", "inte en text"),
    "no headings": (lambda: workbook(("a", "b"), ("c", "d"), headings=None), "Ingen rubrikrad"),
    "only headings": (workbook, "inga ärenden"),
    "only totals": (lambda: workbook(("Summa", None, None, 40000)), "inga ärenden"),
}


def odd() -> Iterator[tuple[str, bytes]]:
    """Files that are strange but fine: every one is read, and its first case has 34 members."""
    yield "far cell", far_cell()
    yield "million blank rows", million_blank_rows()
    yield (
        "title rows",
        workbook(("Exempelnämnden",), (), ("Uttag", datetime(2026, 11, 2)), HEADINGS, ROW, headings=None),
    )
    yield "old excel", sample("gammal.xls")
    yield "open document", sample("gammal.ods")
    yield "old excel, days from 1904", sample("mac1904.xls")
    yield "large", large()
    yield "control characters", workbook(("Före\u200bningen Exempel\u202estigen", *ROW[1:]))
    yield "name like a formula", workbook(("=Föreningen", *ROW[1:]))
    yield "32 000 characters", workbook(("F" * 32_000, *ROW[1:]))
    yield (
        "csv windows-1252",
        "Förening;Org.nr;Medlemmar;Sökt\r\nFöreningen Å;802999-0234;34;40 000 kr\r\n".encode("cp1252"),
    )
    yield (
        "csv utf-8 mark, comma",
        "Förening,Org.nr,Medlemmar,Sökt\nFöreningen Å,802999-0234,34,40000\n".encode("utf-8-sig"),
    )
    yield "csv quoted", 'Förening;Org.nr;Medlemmar\n"Föreningen ""A""; B";802999-0234;34\n'.encode()
    yield "csv tab utf-16", "Förening\tOrg.nr\tMedlemmar\nFöreningen Å\t802999-0234\t34\n".encode("utf-16")
    yield "merged cells", merged("D1:E1", "E2:E3")
    yield "template", template()
    yield (
        "csv with a decimal comma and title lines",
        (
            "Ansökningar, hösten 2026\nUttag 2026-11-02, kl 9\nFörening;Org.nr;Medlemmar;Sökt\nA;802999-0234;34;40 000,50\n".encode()
        ),
    )
    yield (
        "csv with a stray quotation mark",
        'Förening;Org.nr;Medlemmar\n"Unga;802999-0234;34\nB;802999-0341;5\n"D" x;802999-0416;6\n'.encode(),
    )
    yield "noncharacters", "Förening;Org.nr;Medlemmar\nA\uffffB\ufffe;802999-0234;34\n".encode()
    yield "macro workbook", (shipped_folder("imports") / "samples" / "ansokningar.xlsx").read_bytes()
