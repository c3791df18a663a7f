"""A paper laid behind each of several letters, for printing. Read and put together in the child process."""

from __future__ import annotations

import io
from typing import Final

from vetting.formats.refusals import FileReadingError

MOST_PAGES: Final = 4_000


def lay_behind_each(letters: bytes, paper: bytes) -> bytes:
    """One PDF: each letter, then the whole paper. letters: a PDF with a heading where each begins.

    Raises:
        FileReadingError: one of them cannot be read, or there would be too many pages.
    """
    import pypdfium2  # noqa: PLC0415 - only what the task needs, after the limits

    try:
        whole = pypdfium2.PdfDocument.new()
        first, second = pypdfium2.PdfDocument(letters), pypdfium2.PdfDocument(paper)
        starts = sorted({mark.get_dest().get_index() for mark in first.get_toc() if mark.level == 0})
        ends = [*starts[1:], len(first)]
        behind = range(len(first), len(first) + len(second))
        order = [page for start, end in zip(starts, ends, strict=True) for page in (*range(start, end), *behind)]
        if not starts or len(order) > MOST_PAGES:
            raise FileReadingError("paper_large")
        whole.import_pages(first)
        whole.import_pages(second)
        made = pypdfium2.PdfDocument.new()
        made.import_pages(whole, order)  # in one go: what pages share is kept once
        out = io.BytesIO()
        made.save(out)
    except pypdfium2.PdfiumError as error:
        raise FileReadingError("paper_broken") from error
    return out.getvalue()
