"""A register as a file, with the sheet that says what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.formats.workbook_writing import register_workbook
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterName
from vetting.kernel.text import Words, day_in_words
from vetting.registers import register_sheets

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person
    from vetting.kernel.text import Language
    from vetting.registers import RegisterSelection
    from vetting.rules.services.rulebook import Rules

EACH_BY_ITS_OWN = Words(
    "Varje ärende enligt den version som gällde när det kom in; se kolumnen Regler.",
    "Each case by the version in force when it came; see the column Rules.",
)
ABOUT = Words("Om registret", "About the register")


def workbook_of_register(
    session: Session,
    name: RegisterName,
    selection: RegisterSelection,
    *,
    rules: Rules,
    by: Person,
    at: datetime,
    language: Language,
) -> bytes:
    """The same rows as on the screen, as xlsx."""
    tables = register_sheets(session, name, selection, rules=rules, by=by, language=language)
    first = day_in_words(selection.first).to(language) if selection.first else "–"
    last = day_in_words(selection.last).to(language) if selection.last else "–"
    about = (
        (Words("Register", "Register (name)"), REGISTER_WORDS[name].to(language)),
        (Words("Nämnd", "Board"), by.board),
        (Words("Beslutat från", "Decided from"), first),
        (Words("Beslutat till", "Decided to"), last),
        (Words("Sökord", "Search words"), selection.text or "–"),
        (Words("Rader", "Rows"), ", ".join(f"{table.title.to(language)}: {len(table.rows)}" for table in tables)),
        (Words("Hämtat", "Exported"), at.strftime("%Y-%m-%d %H:%M")),
        (Words("Av (funktion)", "By (function)"), by.function),
        (Words("Regler", "Rules"), EACH_BY_ITS_OWN.to(language)),
    )
    rows = [(heading.to(language), value) for heading, value in about]
    return register_workbook(tables, rows, ABOUT.to(language), language)
