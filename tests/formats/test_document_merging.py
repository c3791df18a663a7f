"""An extract behind each letter, whatever their lengths; a paper that is none is told."""

from __future__ import annotations

import io

import pypdfium2
import pytest

from vetting.formats.letters import letter_pdf, letters_with_paper
from vetting.formats.written_documents import document_pdf
from vetting.kernel.problem import UnreadableError
from vetting.kernel.text import same_in_both
from vetting.kernel.written_documents import DocumentSection, WrittenDocument


def letter(name: str, lines: int) -> dict[str, object]:
    return {
        "letterhead": ["Nämnden"],
        "to": [name],
        "on": "2026-11-27",
        "subject": "Beslut",
        "lines": [f"Rad {place}." for place in range(lines)],
        "language": "sv",
    }


def pages(data: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(io.BytesIO(data))]


def extract(pages_: int) -> bytes:
    lines = [same_in_both(f"Stycke {place}") for place in range(40 * pages_)]
    return document_pdf(
        WrittenDocument(same_in_both("Utdrag"), [], [DocumentSection(same_in_both("§ 47"), lines)], []), "sv"
    )


def test_the_paper_lies_behind_each_letter_also_where_one_is_long() -> None:
    letters = letter_pdf([letter("Alfa", 3), letter("Beta", 120), letter("Gamma", 3)], title="Beslut", language="sv")
    paper = extract(2)
    behind = len(pages(paper))
    long = len(pages(letters)) - 2
    assert long > 1
    found = pages(letters_with_paper(letters, paper, "utdrag.pdf"))
    assert len(found) == 2 + long + 3 * behind
    assert [place for place, text in enumerate(found) if "Beslut" in text] == [0, 1 + behind, 1 + long + 2 * behind]
    assert all("Stycke" in found[place] for place in (1, 1 + behind + long, len(found) - 1))
    assert "Gamma" in found[1 + long + 2 * behind]


def test_two_hundred_letters_share_the_pages_of_the_paper() -> None:
    letters = letter_pdf([letter(f"Förening {place}", 3) for place in range(200)], title="Beslut", language="sv")
    paper = extract(3)
    made = letters_with_paper(letters, paper, "utdrag.pdf")
    assert len(pages(made)) == 200 * (1 + len(pages(paper)))
    assert len(made) < 4 * (len(letters) + len(paper))


@pytest.mark.parametrize("paper", [b"", b"inte pdf", b"%PDF-1.7\nslut"])
def test_a_paper_that_is_none_is_told(paper: bytes) -> None:
    letters = letter_pdf([letter("Alfa", 3)], title="Beslut", language="sv")
    with pytest.raises(UnreadableError):
        letters_with_paper(letters, paper, "utdrag.pdf")
