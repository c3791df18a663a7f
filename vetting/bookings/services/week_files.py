"""A week's answers as a file that the booking system can take: its own number and one column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.bookings.domain.weeks import week_of
from vetting.formats.workbook_writing import register_workbook
from vetting.kernel.dates import HERE
from vetting.kernel.register_tables import RegisterColumn, RegisterTable
from vetting.kernel.text import _, in_context

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.bookings.services.weeks import Week
    from vetting.kernel.roles import Person
    from vetting.kernel.text import Language

_COLUMNS: Final = (RegisterColumn(_("Bokningsnr")), RegisterColumn(in_context("to a question", "Svar")))
DIFFERENT: Final = _("Olika svar, se listan")
"""Several bookings stand under one number, and were not answered alike."""
_TITLE: Final = in_context("several", "Svar")
_ABOUT: Final = _("Om listan")


def answers(week: Week, language: Language, *, by: Person, at: datetime) -> bytes:
    """The answers as xlsx, a row for each of the booking system's numbers, in their order."""
    found: dict[str, str] = {}
    for item in week.bookings:
        answer = item.answer.to(language)
        if item.request.reference and found.setdefault(item.request.reference, answer) != answer:
            found[item.request.reference] = DIFFERENT.to(language)
    rows = tuple((reference, found[reference]) for reference in sorted(found, key=_in_order))
    table = RegisterTable(_TITLE, _COLUMNS, rows, summed=False)
    tally = week.tally
    about = [
        (_("Nämnd").to(language), by.board),
        (_("Vecka").to(language), week_of(week.monday)),
        (_("Gjord").to(language), f"{at.astimezone(HERE):%Y-%m-%d %H.%M}"),
        (in_context("by whom", "Av").to(language), by.function),
        (_("Behövde granskas").to(language), str(tally.shown)),
        (_("Av dem bekräftade").to(language), str(tally.fine)),
        (_("Utan frågor").to(language), str(tally.without_questions)),
        (_("Stickprov").to(language), f"{week.in_hundred} % ({week.seed})"),
    ]
    return register_workbook([table], lambda _rows: about, _ABOUT.to(language), language)


def _in_order(reference: str) -> tuple[int, str]:
    return (len(reference), reference) if reference.isdigit() else (99, reference)
