"""What those who book are: the kinds, what a number says of them, and which kind a number speaks against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.engine.screening import BookerKind
from vetting.kernel.organisation_numbers import fold_name, format_number
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.screening import Screening

KIND: Final = "kind-"
"""What the field with the kind of one begins with, before its association's key."""
ORGANISER: Final = "organiser_of_record"
"""The fact that says who arranges what is held."""
KIND_WORDS: Final[Mapping[BookerKind, Words]] = {
    BookerKind.ASSOCIATION: _("Förening"),
    BookerKind.STUDY_ASSOCIATION: _("Studieförbund"),
    BookerKind.PARTY: _("Politiskt parti"),
    BookerKind.COMPANY: _("Företag"),
    BookerKind.PRIVATE_PERSON: _("Privatperson"),
    BookerKind.OWN_UNIT: _("Egen enhet"),
}
KIND_MEANS: Final[Mapping[BookerKind, Words]] = {
    BookerKind.ASSOCIATION: _("föreningen och arrangemanget prövas"),
    BookerKind.STUDY_ASSOCIATION: _("prövas som en förening, och för varje bokning frågas vem som arrangerar"),
    BookerKind.PARTY: _("bara arrangemanget prövas, aldrig partiets åsikter"),
    BookerKind.COMPANY: _("bara arrangemanget prövas"),
    BookerKind.PRIVATE_PERSON: _("bara arrangemanget prövas; namnet läses inte in från nästa lista som har kundnumret"),
    BookerKind.OWN_UNIT: _("prövas inte: bokningarna räknas och bekräftas med dem utan frågor"),
}
_OF_FIRST_DIGIT: Final[Mapping[str, frozenset[BookerKind]]] = {
    "2": frozenset({BookerKind.OWN_UNIT}),
    "5": frozenset({BookerKind.COMPANY}),
    "6": frozenset({BookerKind.COMPANY}),
    "7": frozenset({BookerKind.ASSOCIATION, BookerKind.STUDY_ASSOCIATION}),
    "8": frozenset({BookerKind.ASSOCIATION, BookerKind.STUDY_ASSOCIATION, BookerKind.PARTY}),
    "9": frozenset({BookerKind.COMPANY}),
}
"""What the first digit of an organisation number says of whose it is: 2 the public sector, 5 limited companies, 6
simple companies, 7 economic associations, 8 non-profit associations and foundations, 9 trading companies. From the Tax
Agency's leaflet on organisation numbers, SKV 709."""
_NEVER_WRONG: Final = BookerKind.ASSOCIATION
"""To be gone through as an association takes nothing away from anybody."""


def asks_organiser(name: str, screening: Screening | None) -> bool:
    """Whether a study association's booking leaves open who arranges: nobody else than it is named."""
    values = screening.facts.values if screening is not None else {}
    named = {fold_name(str(values.get(fact, ""))) for fact in (ORGANISER, "other_organiser")}
    return not named - {"", fold_name(name)}


def suggested_kind(number: str) -> BookerKind | None:
    """What a number alone tells; None where it may be several, or nothing the board could know: another's office."""
    found = _OF_FIRST_DIGIT.get(number[:1], frozenset())
    return next(iter(found)) if found == {BookerKind.COMPANY} else None


def wrong_kind(kind: BookerKind, number: str, name: str) -> tuple[Words, Words] | None:
    """Why one with that number cannot be of a kind, and what to do; nothing is said against one without a number."""
    if not number or kind is _NEVER_WRONG or kind in _OF_FIRST_DIGIT.get(number[:1], frozenset()):
        return None
    return (
        _(
            "{name} har numret {number}, som inte kan höra till det slag som är valt.",
            name=name,
            number=format_number(number),
        ),
        _("Välj ett annat slag, eller rätta numret först."),
    )
