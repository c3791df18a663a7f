"""What is said of a file that cannot be used, whole."""

from __future__ import annotations

from typing import Final

from vetting.formats import limits
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words

_SAVE_AGAIN: Final = Words(
    "Öppna den i Excel och spara den på nytt som .xlsx.", "Open it in Excel and save it again as .xlsx."
)
_SPLIT: Final = Words("Dela upp listan och ta en del i taget.", "Split the list and take one part at a time.")
_AS_XLSX: Final = Words(
    "Ladda upp Excel (.xlsx, .xls), OpenDocument (.ods) eller CSV.",
    "Upload Excel (.xlsx, .xls), OpenDocument (.ods) or CSV.",
)
_NEW_SHEET: Final = Words(
    "Kopiera listan till ett nytt kalkylark och spara det för sig. Hjälper det inte, dela upp listan.",
    "Copy the list to a new sheet and save that by itself. If that does not help, split the list.",
)

_SAVE_MAIL: Final = Words(
    "Spara mejlet på nytt ur e-postprogrammet, som .eml eller .msg.",
    "Save the mail again from the mail program, as .eml or .msg.",
)
_SAVE_PART: Final = Words(
    "Öppna mejlet i e-postprogrammet, spara bilagan för sig och lägg till den.",
    "Open the mail in the mail program, save the attachment by itself and add it.",
)

_AS_TEMPLATE: Final = Words(
    "Spara mallen på nytt som vanligt Worddokument (.docx), utan makron och inbäddade objekt.",
    "Save the template again as an ordinary Word document (.docx), without macros and embedded objects.",
)

FILE_PROBLEMS: Final[dict[str, tuple[Words, Words]]] = {
    "no_template": (Words("Filen är inget Worddokument.", "The file is no Word document."), _AS_TEMPLATE),
    "template_active": (
        Words(
            "Mallen innehåller makron, inbäddade objekt eller hämtar något utifrån.",
            "The template holds macros or embedded objects, or fetches something from outside.",
        ),
        _AS_TEMPLATE,
    ),
    "template": (Words("Mallen är inte godkänd.", "The template has not been accepted."), _AS_TEMPLATE),
    "no_mail": (Words("Filen är inget sparat mejl.", "The file is no saved mail."), _SAVE_MAIL),
    "mail_broken": (
        Words("Mejlet är trasigt och går inte att läsa.", "The mail is broken and cannot be read."),
        _SAVE_MAIL,
    ),
    "mail_parts": (
        Words(
            f"Mejlet har fler än {limits.MAIL_PARTS} bilagor.",
            f"The mail has more than {limits.MAIL_PARTS} attachments.",
        ),
        Words(
            "Spara bilagorna som behövs och lägg till dem i ärendet.",
            "Save the attachments that are needed and add them to the case.",
        ),
    ),
    "mail_deep": (
        Words("Mejlet ligger för långt in i andra mejl.", "The mail lies too deep inside other mails."),
        _SAVE_PART,
    ),
    "mail_empty": (Words("Bilagan är tom eller bara en länk.", "The attachment is empty or only a link."), _SAVE_PART),
    "mail_winmail": (Words("winmail.dat går inte att läsa.", "winmail.dat cannot be read."), _SAVE_PART),
    "mail_text": (
        Words("Mejlets text går inte att läsa.", "The text of the mail cannot be read."),
        Words(
            "Läs det i e-postprogrammet. Mejlet sparas som det kom.",
            "Read it in the mail program. The mail is kept as it came.",
        ),
    ),
    "empty": (Words("Filen är tom.", "The file is empty."), _AS_XLSX),
    "broken": (Words("Filen är trasig och går inte att läsa.", "The file is broken and cannot be read."), _SAVE_AGAIN),
    "encrypted": (
        Words("Filen är lösenordsskyddad.", "The file is protected by a password."),
        Words(
            "Ta bort lösenordet i Excel (Arkiv, Info) och spara.", "Remove the password in Excel (File, Info) and save."
        ),
    ),
    "binary_excel": (
        Words("Filen är en binär arbetsbok (.xlsb).", "The file is a binary workbook (.xlsb)."),
        _SAVE_AGAIN,
    ),
    "strict": (
        Words("Filen är sparad som strikt Open XML.", "The file is saved as Strict Open XML."),
        Words("Spara den som vanlig Excel-arbetsbok (.xlsx).", "Save it as an ordinary Excel workbook (.xlsx)."),
    ),
    "columns": (
        Words(f"Listan har fler än {limits.COLUMNS} kolumner.", f"The list has more than {limits.COLUMNS} columns."),
        Words("Ta bort kolumner som inte behövs.", "Remove columns that are not needed."),
    ),
    "picture": (Words("Filen är en bild, ingen arbetsbok.", "The file is a picture, not a workbook."), _AS_XLSX),
    "pdf": (Words("Filen är en PDF, ingen arbetsbok.", "The file is a PDF, not a workbook."), _AS_XLSX),
    "word": (
        Words("Filen är ett Worddokument, ingen arbetsbok.", "The file is a Word document, not a workbook."),
        _AS_XLSX,
    ),
    "other": (Words("Filen är ingen arbetsbok.", "The file is not a workbook."), _AS_XLSX),
    "unpacked": (
        Words("Filen packar upp sig till mer än 120 MB.", "The file unpacks to more than 120 MB."),
        Words("Spara bara kalkylarket med listan i en ny fil.", "Save only the sheet with the list in a new file."),
    ),
    "entities": (
        Words(
            "Filen innehåller XML-deklarationer som inte hör till en arbetsbok.",
            "The file holds XML declarations that do not belong in a workbook.",
        ),
        _SAVE_AGAIN,
    ),
    "too_large": (Words("Filen är för stor.", "The file is too large."), _SPLIT),
    "cells": (
        Words(
            f"Listan har fler än {limits.CELLS} ifyllda celler.", f"The list has more than {limits.CELLS} filled cells."
        ),
        _SPLIT,
    ),
    "rows": (
        Words(f"Listan har fler än {limits.CASE_ROWS} rader.", f"The list has more than {limits.CASE_ROWS} rows."),
        _SPLIT,
    ),
    "tables": (
        Words(f"Filen har fler än {limits.TABLES} tabeller.", f"The file has more than {limits.TABLES} tables."),
        Words("Lägg listan i ett eget kalkylark.", "Put the list in a sheet of its own."),
    ),
    "payments": (
        Words(
            f"Listan har fler än {limits.PAYMENTS} utbetalningar.",
            f"The list has more than {limits.PAYMENTS} payments.",
        ),
        _SPLIT,
    ),
    "many_rows": (
        Words(f"Listan har fler än {limits.IMPORT_ROWS} rader.", f"The list has more than {limits.IMPORT_ROWS} rows."),
        _SPLIT,
    ),
    "many_cells": (
        Words("Listan har fler ifyllda celler än vad som läses in.", "The list has more filled cells than are read."),
        _SPLIT,
    ),
    "locked": (
        Words("Filen är låst med ett lösenord.", "The file is locked with a password."),
        Words("Be föreningen om en kopia utan lösenord.", "Ask the association for a copy without a password."),
    ),
    "paper_broken": (
        Words("Handlingen är trasig och går inte att visa här.", "The paper is broken and cannot be shown here."),
        Words("Ladda ner den som den kom, eller be om en ny.", "Download it as it came, or ask for a new one."),
    ),
    "paper_large": (
        Words("Bilden är för stor för att visas här.", "The picture is too large to be shown here."),
        Words("Ladda ner den och öppna den i ett eget program.", "Download it and open it in a program of its own."),
    ),
    "paper_page": (
        Words("Handlingen har ingen sådan sida.", "The paper has no such page."),
        Words("Välj en sida som finns.", "Choose a page that there is."),
    ),
    "text": (Words("Listan innehåller för mycket text.", "The list holds too much text."), _SPLIT),
    "memory": (Words("Filen behöver för mycket minne.", "The file needs too much memory."), _NEW_SHEET),
    "time": (Words("Filen tar för lång tid att läsa.", "The file takes too long to read."), _SPLIT),
    "no_sheet": (
        Words(
            "Arbetsboken har inget synligt kalkylark med innehåll.", "The workbook has no visible sheet with content."
        ),
        Words("Lägg listan i ett synligt kalkylark.", "Put the list in a visible sheet."),
    ),
    "csv_text": (
        Words("Filen är inte en text med rader och kolumner.", "The file is not a text of rows and columns."),
        _AS_XLSX,
    ),
}


def file_problem(code: str, file: str) -> Problem:
    """The problem for one reason."""
    what, remedy = FILE_PROBLEMS.get(code, FILE_PROBLEMS["broken"])
    return Problem(file, what, remedy)


class FileReadingError(Exception):
    """Raised inside the child: the file is not read, for the reason with this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
