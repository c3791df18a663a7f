"""What stands in papers, and pages as pictures: of every kind, and of files that are not what they seem."""

from __future__ import annotations

import io

import openpyxl
import pytest
from PIL import Image

from tests.formats.hostile import changed
from tests.formats.mails import eml
from tests.formats.papers import odt, pdf, picture, word
from vetting.formats import limits
from vetting.formats.document_types import DOCX, JPEG, MAIL, ODT, PDF, PNG, TEXT, XLSX
from vetting.formats.documents import document_pages, page_picture
from vetting.kernel.problem import UnreadableError


def text(data: bytes, media: str) -> tuple[str, ...]:
    return tuple(page.strip() for page in document_pages(data, "papper", media).texts)


def refused(data: bytes, media: str, page: int | None = None) -> str:
    with pytest.raises(UnreadableError) as found:
        document_pages(data, "papper", media) if page is None else page_picture(data, "papper", media, page)
    return found.value.problem.what.sv


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Blad", 0)
    sheet.append(["Namn", "Antal"])
    sheet.append(["Hyra", 1200])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_text_of_a_pdf_is_read_page_by_page() -> None:
    assert text(pdf("Protokoll fört vid årsmötet", "Andra sidan"), PDF) == (
        "Protokoll fört vid årsmötet",
        "Andra sidan",
    )


@pytest.mark.parametrize(
    ("data", "media", "words"),
    [
        (word("Stadgar för föreningen", "§ 1 Ändamål"), DOCX, "Stadgar för föreningen\n§ 1 Ändamål"),
        (odt("Verksamhetsberättelse", "Vi har sjungit."), ODT, "Verksamhetsberättelse\nVi har sjungit."),
        (workbook(), XLSX, "Namn Antal\nHyra 1200"),
        ("Ett brev\nmed två rader".encode(), TEXT, "Ett brev\nmed två rader"),
        (eml(text="Hej, här är stadgarna."), MAIL, "Hej, här är stadgarna."),
    ],
)
def test_other_papers_are_one_page_of_text(data: bytes, media: str, words: str) -> None:
    assert text(data, media) == (words,)


@pytest.mark.parametrize(("data", "media"), [(pdf("", ""), PDF), (picture(), PNG), (picture(kind="JPEG"), JPEG)])
def test_what_holds_no_text_is_told_to_be_a_scan(data: bytes, media: str) -> None:
    assert document_pages(data, "papper", media).is_scan


def test_of_a_paper_of_5000_pages_the_first_are_read_and_all_are_counted() -> None:
    found = document_pages(pdf(*(f"Sida nummer {number}" for number in range(5_000))), "papper", PDF)
    assert found.pages == 5_000
    assert len(found.texts) == limits.PAPER_PAGES
    assert found.texts[299].strip() == "Sida nummer 299"


def test_a_locked_pdf_says_so() -> None:
    assert refused(locked(), PDF) == "Filen är låst med ett lösenord."
    assert refused(locked(), PDF, 1) == "Filen är låst med ett lösenord."


def locked() -> bytes:
    """A PDF that asks for a password (standard handler, 40 bits, with digests that fit no empty password)."""
    plain = pdf("Hemligt").decode("cp1252")
    key = "<" + "41" * 32 + ">"
    encrypt = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -4 >> /ID [<41> <41>]"
    return plain.replace("/Root 1 0 R", f"/Root 1 0 R {encrypt}").encode("cp1252")


@pytest.mark.parametrize(
    ("data", "media"),
    [
        (b"%PDF-1.7 norr grant", PDF),
        (b"PK\x03\x04" + b"\0" * 40, PDF),
        (word("zip"), PDF),
        (b"PK\x03\x04x", DOCX),
        (pdf("x"), DOCX),
        (b"PK\x03\x04", ODT),
        (b"\x89PNG\r\n\x1a\nxx", TEXT[:0] + "application/zip"),
    ],
)
def test_what_is_not_what_it_seems_is_refused_with_a_sentence(data: bytes, media: str) -> None:
    assert refused(data, media)


def drawn(data: bytes, media: str, page: int = 1) -> Image.Image:
    return Image.open(io.BytesIO(page_picture(data, "papper", media, page)))


def test_a_page_of_a_pdf_is_drawn() -> None:
    found = drawn(pdf("Protokoll", "Sida två"), PDF, 2)
    assert found.format == "PNG"
    assert 1_000 < found.width < found.height <= 1_600
    assert len(found.convert("L").getcolors() or []) > 1  # something stands on it


@pytest.mark.parametrize("page", [0, 3, 99_999])
def test_a_page_that_is_not_there_is_refused(page: int) -> None:
    assert refused(pdf("en", "två"), PDF, page) == "Handlingen har ingen sådan sida."


def test_a_picture_is_drawn_anew_without_what_was_hidden_in_it() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Storgatan 1, hemma hos kassören"
    data = picture(kind="JPEG", exif=exif)
    assert b"kass" in data
    found = page_picture(data, "foto.jpg", JPEG, 1)
    assert b"kass" not in found
    assert found.startswith(b"\x89PNG")


def test_a_picture_of_too_many_points_is_not_drawn() -> None:
    assert refused(picture(10_000, 5_000), PNG, 1) == "Bilden är för stor för att visas här."


def test_a_broken_picture_is_refused() -> None:
    assert refused(picture()[:40], PNG, 1) == "Handlingen är trasig och går inte att visa här."


def with_body(body: bytes) -> bytes:
    """A Word document with another body."""
    return changed(word("Stadgar"), "word/document.xml", lambda _: body)


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>',
        b"<w:document",
        b"",
        b"<a>" + b" " * (130 * 1024 * 1024) + b"</a>",
    ],
    ids=["entities", "cut", "empty", "large"],
)
def test_a_hostile_word_document_is_refused_in_words(body: bytes) -> None:
    assert refused(with_body(body), DOCX)


def test_a_word_document_of_any_depth_is_read() -> None:
    assert text(with_body(b"<a>" * 200_000 + b"</a>" * 200_000), DOCX) == ("",)


def test_of_a_long_paragraph_the_beginning_is_read_and_of_many_the_last() -> None:
    assert text(word("a" * 30_000), DOCX) == ("a" * 20_000,)
    body = b"".join(b"<w:p><w:r><w:t>%d</w:t></w:r></w:p>" % number for number in range(6_000))
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    [page] = text(with_body(b"<w:document %s>%s</w:document>" % (space, body)), DOCX)
    assert (page.splitlines()[0], len(page.splitlines())) == ("1000", 5_000)
