"""How much of a foreign file is read before it is refused."""

from __future__ import annotations

from typing import Final

MEGABYTE: Final = 1024 * 1024

UPLOAD_BYTES: Final = 10 * MEGABYTE
UNPACKED_BYTES: Final = 120 * MEGABYTE
ZIP_ENTRIES: Final = 2_000
CELLS: Final = 200_000
# Marking a copy takes openpyxl some 70 KB a row with twenty criteria: more rows do not fit in CHILD_MEMORY.
CASE_ROWS: Final = 3_000
SMALL_SHEETS: Final = 6 * MEGABYTE
"""Sheets that unpack to so much are read cell by cell with openpyxl; larger ones with calamine, which is faster."""
ROW_ELEMENTS: Final = 1_100_000
TEXT_CHARACTERS: Final = 8_000_000
COLUMNS: Final = 300
CHILD_MEMORY: Final = 380 * MEGABYTE
CHILD_SECONDS: Final = 20
CHILD_FILES: Final = 64
ANSWER_BYTES: Final = 40 * MEGABYTE
SHEET_NAME: Final = 100
TABLES: Final = 50
PAYMENTS: Final = 5_000
TOP_ROWS: Final = 60
"""Rows of each sheet that are told of first: headings stand among them."""
MAIL_BYTES: Final = 30 * MEGABYTE
MAIL_PARTS: Final = 100
MAIL_HTML: Final = 2 * MEGABYTE
PAPER_PAGES: Final = 300
"""Pages of a paper whose text is read."""
PAPER_CHARACTERS: Final = 600_000
PAPER_PIXELS: Final = 40_000_000
"""Of a picture that is drawn anew."""
IMPORT_BYTES: Final = 30 * MEGABYTE
IMPORT_ROWS: Final = 150_000
IMPORT_SECONDS: Final = 90
IMPORT_WAIT: Final = 900
"""The child waits while its rows are checked and laid ready; only its own work is counted in IMPORT_SECONDS."""


def cells_of(rows: int) -> int:
    """How many filled cells a file of at most so many rows may hold."""
    return CELLS * max(1, rows // CASE_ROWS)


def characters_of(rows: int) -> int:
    """How much text a file of at most so many rows may hold."""
    return TEXT_CHARACTERS * max(1, rows // CASE_ROWS)
