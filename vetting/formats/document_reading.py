"""Inside the child: the text of a paper page by page, and a page as a picture that holds nothing but what is seen."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

from defusedxml import ElementTree

from vetting.formats import cell_reading, limits, mail_reading
from vetting.formats.containers import BROKEN_FILE_ERRORS, inspect_document
from vetting.formats.document_types import DOCX, MAIL, ODS, ODT, PDF, XLSX
from vetting.formats.refusals import FileReadingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from pypdfium2 import PdfDocument

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WORD_FILES: Final = ("word/document.xml", "word/footer", "word/header")
_LONGEST_PARAGRAPH: Final = 20_000
_MOST_PARAGRAPHS: Final = 5_000
_TEXT_OF: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_LEAST_LETTERS: Final = 8
"""A page with fewer letters than this is a picture of one."""
_RENDERED: Final = 1.8
_LARGEST_SIDE: Final = 1_600


def text_of_document(data: bytes, media: str) -> dict[str, Any]:
    """{"pages": how many there are, "texts": [text of a page]}; pages without text are pictures of paper.

    Raises:
        FileReadingError: locked with a password, broken, or of a kind that holds no text.
    """
    pages, texts = 0, []
    left = limits.PAPER_CHARACTERS
    for page in _pages(data, media):
        pages += 1
        kept = page[:left] if pages <= limits.PAPER_PAGES else ""
        left -= len(kept)
        if pages <= limits.PAPER_PAGES:
            texts.append(kept)
    return {"pages": pages, "texts": texts}


def _pages(data: bytes, media: str) -> Iterator[str]:
    match media:
        case "application/pdf":
            yield from _of_pdf(data)
        case "image/png" | "image/jpeg":
            yield ""
        case "text/plain":
            yield data.decode("utf-8", "replace")
        case _ if media == DOCX:
            yield _of_word(data)
        case _ if media in {ODT, ODS}:
            yield _of_opendocument(data)
        case _ if media == XLSX:
            yield from _of_workbook(data)
        case _ if media == MAIL:
            yield str(mail_reading.read_mail(data).head()["text"])
        case _:
            raise FileReadingError("other")


def _of_pdf(data: bytes) -> Iterator[str]:
    document = _open_pdf(data)
    for number in range(len(document)):
        if number >= limits.PAPER_PAGES:
            yield ""
            continue
        page = document[number]
        words = page.get_textpage()
        found = words.get_text_range().replace("\r\n", "\n")
        words.close()
        page.close()
        yield found if sum(map(str.isalpha, found)) >= _LEAST_LETTERS else ""


def _open_pdf(data: bytes) -> PdfDocument:
    import pypdfium2  # noqa: PLC0415 - the other papers need none of it

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise FileReadingError("locked" if "password" in str(error).casefold() else "paper_broken") from error


def _of_word(data: bytes) -> str:
    """The paragraphs of the document, its headers and footers, a line each."""
    inspect_document(data)
    texts: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                if name.startswith(_WORD_FILES) and name.endswith(".xml"):
                    root = ElementTree.fromstring(archive.read(name), forbid_dtd=True)
                    texts += [_of_paragraph(part)[:_LONGEST_PARAGRAPH] for part in root.iter(f"{_WORD}p")]
    except BROKEN_FILE_ERRORS as error:
        raise FileReadingError("paper_broken") from error
    return "\n".join([text for text in texts if text.strip()][-_MOST_PARAGRAPHS:])


def _of_paragraph(paragraph: Element) -> str:
    marks = {f"{_WORD}br": "\n", f"{_WORD}cr": "\n", f"{_WORD}tab": " "}
    parts = (found.text or "" if found.tag == f"{_WORD}t" else marks.get(found.tag, "") for found in paragraph.iter())
    return "".join(parts)


def _of_opendocument(data: bytes) -> str:
    inspect_document(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = ElementTree.fromstring(archive.read("content.xml"), forbid_dtd=True)
    except BROKEN_FILE_ERRORS as error:
        raise FileReadingError("paper_broken") from error
    kinds = {f"{_TEXT_OF}p", f"{_TEXT_OF}h"}
    return "\n".join("".join(found.itertext()) for found in root.iter() if found.tag in kinds)


def _of_workbook(data: bytes) -> Iterator[str]:
    """A sheet is a page; a row is a line."""
    lines: dict[int, list[str]] = {}
    for frame in cell_reading.frames_of_sheets(data, limits.CASE_ROWS):
        if "sheets" in frame:
            lines = {place: [] for place in range(len(frame["sheets"]))}
        elif "rows" in frame:
            lines[frame["of"]] += [" ".join(map(str, row[2])) for row in frame["rows"]]
    for found in lines.values():
        yield "\n".join(found)


def picture_of_page(data: bytes, media: str, number: int) -> bytes:
    """A page, or a picture, as PNG: drawn anew, so that nothing hidden in the file comes along.

    Raises:
        FileReadingError: there is no such page, it is locked, broken or too large to draw.
    """
    from PIL import Image  # noqa: PLC0415 - reading text needs none of it

    Image.MAX_IMAGE_PIXELS = limits.PAPER_PIXELS
    if media == PDF:
        found = _page_drawn(_open_pdf(data), number)
    else:
        try:
            found = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
            found.draft("RGB", (_LARGEST_SIDE, _LARGEST_SIDE))
        except (OSError, ValueError, Image.DecompressionBombError) as error:
            raise FileReadingError("paper_broken") from error
        if found.width * found.height > limits.PAPER_PIXELS or number != 1:
            raise FileReadingError("paper_large")
    try:
        found = found.convert("RGB")
        found.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
    except (OSError, ValueError, SyntaxError) as error:
        raise FileReadingError("paper_broken") from error
    out = io.BytesIO()
    found.save(out, "PNG")
    return out.getvalue()


def _page_drawn(document: PdfDocument, number: int) -> Any:  # noqa: ANN401 - a picture
    if not 1 <= number <= len(document):
        raise FileReadingError("paper_page")
    page = document[number - 1]
    scale = min(_RENDERED, _LARGEST_SIDE / max(page.get_width(), page.get_height(), 1))
    return page.render(scale=scale).to_pil()
