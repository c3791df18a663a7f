"""What is said of a file that cannot be used, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.formats import limits
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAVE_AGAIN: Final = _("Öppna den i Excel och spara den på nytt som .xlsx.")
_SPLIT: Final = _("Dela upp listan och ta en del i taget.")
_AS_XLSX: Final = _("Ladda upp Excel (.xlsx, .xls), OpenDocument (.ods) eller CSV.")
_LIST_FROM_THERE: Final = _("Hämta listan som Excel eller CSV ur det program som filen kommer från.")
_ENCODING: Final = _(
    "Ange teckenkodningen (--encoding på kommandoraden), eller spara listan som ”CSV UTF-8” eller .xlsx."
)
_NEW_SHEET: Final = _(
    "Kopiera listan till ett nytt kalkylark och spara det för sig. Hjälper det inte, dela upp listan."
)

_SAVE_MAIL: Final = _("Spara mejlet på nytt ur e-postprogrammet, som .eml eller .msg.")
_SAVE_PART: Final = _("Öppna mejlet i e-postprogrammet, spara bilagan för sig och lägg till den.")

AS_TEMPLATE: Final = _("Spara mallen på nytt som vanligt Worddokument (.docx), utan makron och inbäddade objekt.")

FILE_PROBLEMS: Final[dict[str, tuple[Words, Words]]] = {
    "no_template": (_("Filen är inget Worddokument."), AS_TEMPLATE),
    "template_active": (_("Mallen innehåller makron, inbäddade objekt eller hämtar något utifrån."), AS_TEMPLATE),
    "template": (_("Mallen kan inte användas."), AS_TEMPLATE),
    "no_mail": (_("Filen är inget sparat mejl."), _SAVE_MAIL),
    "mail_broken": (_("Mejlet är trasigt och går inte att läsa."), _SAVE_MAIL),
    "mail_parts": (
        _("Mejlet har fler än {MAIL_PARTS} bilagor.", MAIL_PARTS=limits.MAIL_PARTS),
        _("Spara bilagorna som behövs och lägg till dem i ärendet."),
    ),
    "mail_deep": (_("Mejlet ligger för långt in i andra mejl."), _SAVE_PART),
    "mail_empty": (_("Bilagan är tom eller bara en länk."), _SAVE_PART),
    "mail_winmail": (_("Outlook har packat bilagorna i winmail.dat, som inte läses."), _SAVE_PART),
    "mail_text": (_("Mejlets text går inte att läsa."), _("Läs det i e-postprogrammet. Mejlet sparas som det kom.")),
    "empty": (_("Filen är tom."), _AS_XLSX),
    "broken": (_("Filen är trasig och går inte att läsa."), _SAVE_AGAIN),
    "encrypted": (_("Filen är lösenordsskyddad."), _("Ta bort lösenordet i Excel (Arkiv, Info) och spara.")),
    "binary_excel": (_("Filen är en binär arbetsbok (.xlsb)."), _SAVE_AGAIN),
    "strict": (_("Filen är sparad som strikt Open XML."), _("Spara den som vanlig Excel-arbetsbok (.xlsx).")),
    "columns": (
        _("Listan har fler än {COLUMNS} kolumner.", COLUMNS=limits.COLUMNS),
        _("Ta bort kolumner som inte behövs."),
    ),
    "picture": (_("Filen är en bild, ingen arbetsbok."), _AS_XLSX),
    "pdf": (_("Filen är en PDF, ingen arbetsbok."), _AS_XLSX),
    "word": (_("Filen är ett Worddokument, ingen arbetsbok."), _AS_XLSX),
    "other": (_("Filen är ingen arbetsbok."), _AS_XLSX),
    "web_page": (_("Filen är en webbsida, vad den än heter."), _SAVE_AGAIN),
    "xml_2003": (_("Filen är ett kalkylark i det gamla XML-formatet från Excel 2003."), _SAVE_AGAIN),
    "xml": (_("Filen är XML, ingen arbetsbok."), _AS_XLSX),
    "json": (_("Filen är JSON, ingen arbetsbok."), _AS_XLSX),
    "payment_file": (_("Filen är en betalfil från en bank, ingen lista."), _LIST_FROM_THERE),
    "sie": (_("Filen är en SIE-fil med bokföring, ingen lista."), _LIST_FROM_THERE),
    "calendar": (_("Filen är en kalender, ingen lista."), _LIST_FROM_THERE),
    "contacts": (_("Filen är kontaktkort, ingen lista."), _LIST_FROM_THERE),
    "mail": (_("Filen är ett mejl, ingen lista."), _("Spara bilagan med listan för sig och ladda upp den.")),
    "unpacked": (_("Filen packar upp sig till mer än 120 MB."), _("Spara bara kalkylarket med listan i en ny fil.")),
    "entities": (_("Filen innehåller XML-deklarationer som inte hör till en arbetsbok."), _SAVE_AGAIN),
    "too_large": (_("Filen är för stor."), _SPLIT),
    "cells": (_("Listan har fler än {CELLS} ifyllda celler.", CELLS=limits.CELLS), _SPLIT),
    "rows": (_("Listan har fler än {CASE_ROWS} rader.", CASE_ROWS=limits.CASE_ROWS), _SPLIT),
    "tables": (_("Filen har fler än {TABLES} tabeller.", TABLES=limits.TABLES), _("Lägg listan i ett eget kalkylark.")),
    "payments": (_("Listan har fler än {PAYMENTS} utbetalningar.", PAYMENTS=limits.PAYMENTS), _SPLIT),
    "many_rows": (_("Listan har fler än {IMPORT_ROWS} rader.", IMPORT_ROWS=limits.IMPORT_ROWS), _SPLIT),
    "many_cells": (_("Listan har fler ifyllda celler än vad som läses in."), _SPLIT),
    "locked": (_("Filen är låst med ett lösenord."), _("Be föreningen om en kopia utan lösenord.")),
    "paper_broken": (
        _("Handlingen är trasig och går inte att visa här."),
        _("Ladda ner den som den kom, eller be om en ny."),
    ),
    "paper_large": (_("Bilden är för stor för att visas här."), _("Ladda ner den och öppna den i ett annat program.")),
    "paper_page": (_("Handlingen har ingen sådan sida."), _("Välj en sida som finns.")),
    "text": (_("Listan innehåller för mycket text."), _SPLIT),
    "memory": (_("Filen behöver för mycket minne."), _NEW_SHEET),
    "time": (_("Filen tar för lång tid att läsa."), _SPLIT),
    "no_sheet": (_("Arbetsboken har inget synligt kalkylark med innehåll."), _("Lägg listan i ett synligt kalkylark.")),
    "read_twice": (
        _("Bokstäverna är förvanskade: å, ä och ö står som ”Ã¥”, ”Ã¤” och ”Ã¶” (UTF-8 som är läst två gånger)."),
        _ENCODING,
    ),
    "ms_dos": (
        _("Bokstäverna å, ä och ö går inte att läsa. Filen ser ut att vara sparad som CSV (MS-DOS)."),
        _ENCODING,
    ),
    "old_mac": (
        _("Bokstäverna å, ä och ö går inte att läsa. Filen ser ut att vara sparad som CSV (Macintosh)."),
        _ENCODING,
    ),
    "garbled": (
        _("Tecken inne i orden går inte att läsa. Prövat: UTF-8, Windows-1252, MS-DOS och Macintosh."),
        _ENCODING,
    ),
    "not_in_encoding": (
        _("Filen är inte sparad med den teckenkodningen."),
        _("Välj en annan, eller spara listan som .xlsx."),
    ),
    "csv_text": (_("Filen är inte en text med rader och kolumner."), _AS_XLSX),
}


OF_LETTERS: Final = ("read_twice", "ms_dos", "old_mac", "garbled", "not_in_encoding")
"""Reasons that go away where somebody says how the text is encoded."""


def is_of_letters(what: Sequence[str]) -> bool:
    """Whether a problem is one of the encoding of a text. what: in Swedish and English."""
    return list(what) in [[told.sv, told.en] for told, _remedy in (FILE_PROBLEMS[code] for code in OF_LETTERS)]


def file_problem(code: str, file: str) -> Problem:
    """The problem for one reason."""
    what, remedy = FILE_PROBLEMS.get(code, FILE_PROBLEMS["broken"])
    return Problem(file, what, remedy)


class FileReadingError(Exception):
    """Raised inside the child: the file is not read, for the reason with this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
