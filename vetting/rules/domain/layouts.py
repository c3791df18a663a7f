"""Layouts: which foreign heading is which fact, or which field of a register or a payment list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from vetting.engine.conditions.folding import folded_text
from vetting.engine.conditions.parsing import known_fact
from vetting.engine.facts import NAME, NUMBER, FactType
from vetting.engine.rule_file_fields import FieldReader, mapping_at
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.facts import Catalogue
    from vetting.kernel.problem import Faults

LONGEST_HEADING: Final = 200
LAYOUT_KEYS: Final = ("name", "kind", "title", "columns", "values", "clocks", "always")
KRONOR: Final[Mapping[str, Decimal]] = {
    **dict.fromkeys(("kr", "kronor", "sek"), Decimal(1)),
    **dict.fromkeys(("tkr", "kkr", "tsek", "ksek", "tusental", "tusen"), Decimal(1_000)),
    **dict.fromkeys(("mkr", "mnkr", "msek", "miljoner"), Decimal(1_000_000)),
    **dict.fromkeys(("öre", "ore"), Decimal("0.01")),
}
"""A unit of money in a heading -> kronor in one."""
FOREIGN_MONEY: Final = frozenset({"eur", "euro", "usd", "dkk", "nok", "gbp", "procent", "€", "$", "£", "%"})
"""What an amount is in that is not kronor."""
UNITS: Final = frozenset({*KRONOR, *FOREIGN_MONEY, "st", "antal"})
ASIDE: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]")


class ListKind(StrEnum):
    """What the rows of a list are."""

    GRANT = "grant"
    BOOKING = "booking"
    ASSOCIATIONS = "associations"
    PAYMENTS = "payments"
    CLAIMS = "claims"
    """Was read once: what the customer ledger had done with claims."""
    CHANGES = "changes"
    """A list of cases that was downloaded here and comes back."""

    @property
    def case(self) -> CaseKind | None:
        """The kind of case that each row becomes, if it becomes one."""
        return CaseKind(self.value) if self.value in list(CaseKind) else None


KIND_WORDS: Final[Mapping[ListKind, Words]] = {
    ListKind.GRANT: _("Ansökningar om bidrag"),
    ListKind.BOOKING: _("Bokningar av lokaler"),
    ListKind.ASSOCIATIONS: _("Föreningsregister"),
    ListKind.PAYMENTS: _("Utbetalningar från ekonomisystemet"),
    ListKind.CLAIMS: _("Återkrav ur kundreskontran"),
    ListKind.CHANGES: _("Ändringar i en hämtad lista"),
}
OF_MONEY: Final = frozenset({ListKind.PAYMENTS, ListKind.CLAIMS})
"""Lists of what the finance office has done."""
FOREIGN: Final = tuple(kind for kind in ListKind if kind not in {ListKind.CHANGES, ListKind.CLAIMS})
"""Lists that were not made here: what a layout, or a person who maps columns, can say that a list is."""
CASE_NUMBER: Final = "case"
ASSOCIATION: Final = "closed-1"
"""Columns of a downloaded list: the number of the case, and the name of the applicant."""
FIELDS: Final[Mapping[ListKind, Mapping[str, Words]]] = {
    ListKind.ASSOCIATIONS: {
        "name": _("Föreningens namn"),
        "number": _("Organisationsnummer"),
        "municipality": _("Kommun"),
        "system": _("Källa"),
        "form": _("Typ av förening"),
        "seat": _("Ort"),
    },
    ListKind.PAYMENTS: {
        "case_number": _("Ärendenummer"),
        "dnr": _("Diarienummer"),
        "name": _("Mottagare"),
        "number": _("Mottagarens organisationsnummer"),
        "amount": _("Utbetalt belopp"),
        "paid_on": _("Utbetalningsdag"),
        "reference": _("Verifikationsnummer"),
    },
    ListKind.CLAIMS: {},
    ListKind.CHANGES: {CASE_NUMBER: _("Ärendenummer"), ASSOCIATION: _("Förening")},
}
"""What a list that holds no cases can say; lists of cases say facts."""
_OF_CONTACT: Final[Mapping[str, tuple[str, ...]]] = {
    "contact_email": (
        *("E-post", "Epost", "E-mail", "Email", "Mail", "Mejl", "Mailadress", "Mejladress", "E-postadress"),
        *("Föreningens e-post", "Kontakt e-post", "E-post kontaktperson", "Kontaktperson e-post", "Epostadress"),
    ),
    "contact_phone": (
        *("Telefon", "Tel", "Tfn", "Telefonnummer", "Telefonnr", "Tel.nr", "Mobil", "Mobilnummer", "Mobiltelefon"),
        *("Kontakt telefon", "Kontakttelefon", "Telefon kontaktperson", "Kontaktperson telefon", "Phone"),
    ),
    "contact_function": ("Kontaktpersonens uppdrag", "Kontaktpersonens roll", "Kontaktens funktion"),
    "postal_address": ("Postadress", "Adress", "Utdelningsadress", "Föreningens adress", "Address"),
}
_OF_ACCOUNT: Final = (
    *("Bankgiro", "Bankgironummer", "Bankgironr", "BG", "BG-nr", "Plusgiro", "Plusgironummer", "PG", "PG-nr"),
    *("Giro", "Gironummer", "BG/PG", "PG/BG", "Bg/pg-nummer", "Plusgiro/Bankgiro", "Bankgiro/Plusgiro"),
    *("Konto", "Kontonummer", "Kontonr", "Bankkonto", "Bankkontonummer", "Account"),
)
_OF_PERSON: Final = ("Kontaktperson", "Kontaktpersonens namn", "Namn kontaktperson", "Ansvarig", "Contact")
USUAL_HEADINGS: Final[Mapping[ListKind, Mapping[str, tuple[str, ...]]]] = {
    ListKind.GRANT: {**_OF_CONTACT, "contact_person": _OF_PERSON, "giro_number": _OF_ACCOUNT},
    ListKind.BOOKING: {**_OF_CONTACT, "responsible_person": _OF_PERSON},
}
"""Usual headings of these facts, known to every layout of the kind that gives them no other meaning."""
ANCHORS: Final[Mapping[ListKind, frozenset[str]]] = {
    ListKind.GRANT: frozenset({NAME, NUMBER}),
    ListKind.BOOKING: frozenset({NAME, NUMBER}),
    ListKind.ASSOCIATIONS: frozenset({"name"}),
    ListKind.PAYMENTS: frozenset({"amount"}),
    ListKind.CLAIMS: frozenset(),
    ListKind.CHANGES: frozenset({CASE_NUMBER}),
}
"""A row is a heading row only where one of these is among its headings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One kind of list: fact or field -> headings it may stand under, and other words for choices."""

    name: str
    kind: ListKind
    title: Words
    headings: Mapping[str, str]
    """Folded heading -> fact id, or field of the list's kind."""
    values: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    clocks: Mapping[str, str] = field(default_factory=dict)
    """Folded heading of a column with the time of day -> the fact that it belongs to."""
    own: bool = False
    """Made by a board from a file of its own, rather than shipped."""
    always: Mapping[str, str] = field(default_factory=dict)
    """Field -> what every row says there when the list has no column for it."""


def parse_layout(data: object, faults: Faults, catalogue: Catalogue) -> Layout | None:
    """A layout from plain data; every fact's own labels are headings too."""
    found = mapping_at(data, (), faults)
    if found is None:
        return None
    before = len(faults)
    fields = FieldReader(found, (), faults)
    fields.refuse_unknown(LAYOUT_KEYS)
    kind = fields.one_of("kind", ListKind)
    if len(faults) > before:
        return None
    known = _labels(kind, catalogue)
    headings = _headings(fields, "columns", known, faults, catalogue)
    for fact, usual in USUAL_HEADINGS.get(kind, {}).items():
        for heading in usual if fact in known else ():
            headings.setdefault(folded_heading(heading), fact)
    layout = Layout(
        name=fields.text("name"),
        kind=kind,
        title=fields.words("title"),
        headings=headings,
        values=_values(fields, catalogue) if kind.case else {},
        clocks=_clocks(fields, faults, catalogue),
        always=_always(fields, known),
    )
    return layout if len(faults) == before else None


def _labels(kind: ListKind, catalogue: Catalogue) -> Mapping[str, Words]:
    """What columns of such a list can be, with the label of each."""
    return FIELDS[kind] if kind in FIELDS else {name: item.label for name, item in catalogue.items()}


def _headings(
    fields: FieldReader, key: str, known: Mapping[str, Words], faults: Faults, catalogue: Catalogue
) -> dict[str, str]:
    headings: dict[str, str] = {}
    columns = mapping_at(fields.data.get(key), fields.at(key), faults) or {}
    inner = FieldReader(columns, fields.at(key), faults)
    if known.keys() != catalogue.keys():
        inner.refuse_unknown(tuple(known))
    for place in columns:
        if place not in known and known_fact(place, inner.at(place), faults, catalogue) is None:
            continue
        if place not in known:
            continue
        label = known[place]
        for heading in (*inner.texts(place), label.sv, label.en):
            other = headings.setdefault(folded_heading(heading), place)
            if other != place:
                faults.add(
                    inner.at(place),
                    _(
                        "Rubriken '{heading}' står både för {other} och {place}.",
                        heading=heading,
                        other=other,
                        place=place,
                    ),
                    _("Ta bort den på ett ställe."),
                )
    return headings


def _values(fields: FieldReader, catalogue: Catalogue) -> dict[str, dict[str, tuple[str, ...]]]:
    values: dict[str, dict[str, tuple[str, ...]]] = {}
    for fact, options in (mapping_at(fields.data.get("values", {}), fields.at("values"), fields.faults) or {}).items():
        path = (*fields.at("values"), fact)
        definition = known_fact(fact, path, fields.faults, catalogue)
        found = mapping_at(options, path, fields.faults)
        if definition is None or found is None:
            continue
        inner = FieldReader(found, path, fields.faults)
        inner.refuse_unknown(tuple(definition.options))
        values[fact] = {option: inner.texts(option) for option in found}
    return values


def _clocks(fields: FieldReader, faults: Faults, catalogue: Catalogue) -> dict[str, str]:
    """Headings of columns that hold only the time of day of a moment."""
    found: dict[str, str] = {}
    columns = mapping_at(fields.data.get("clocks", {}), fields.at("clocks"), faults) or {}
    inner = FieldReader(columns, fields.at("clocks"), faults)
    for fact in columns:
        definition = known_fact(fact, inner.at(fact), faults, catalogue)
        if definition is None:
            continue
        if definition.type is not FactType.DATETIME:
            faults.add(
                inner.at(fact),
                _("{fact} är ingen tidpunkt.", fact=fact),
                _("Ange klockslag bara för uppgifter av typen datetime."),
            )
        found |= dict.fromkeys(map(folded_heading, inner.texts(fact)), fact)
    return found


def _always(fields: FieldReader, known: Mapping[str, Words]) -> dict[str, str]:
    found = mapping_at(fields.data.get("always", {}), fields.at("always"), fields.faults) or {}
    inner = FieldReader(found, fields.at("always"), fields.faults)
    inner.refuse_unknown(tuple(known))
    return {name: inner.text(name) for name in found}


def folded_heading(text: str) -> str:
    """A heading for comparing: lower case, without brackets, units, punctuation and spaces."""
    return _fold_heading(text[:LONGEST_HEADING])


def unit_of_heading(text: str) -> str:
    """The unit that a heading says its amounts are in, in brackets or not; of several the one that is not kronor."""
    start = _in_thousands(folded_text(text[:LONGEST_HEADING]))
    if _SUM_OR_UNIT.search(start):
        return DOUBTFUL
    signs = "".join(c if c.isalnum() or c in "€$£%" else " " for c in start)
    for sign in "€$£%":
        signs = signs.replace(sign, f" {sign} ")
    found = [word for word in signs.split() if word in KRONOR or word in FOREIGN_MONEY]
    return next((word for word in found if KRONOR.get(word) != 1), next(iter(found), ""))


_THOUSANDS: Final = re.compile(r"\b1[\s.]?000\s*-?\s*tals?\b|\b(?:x|i)\s*1[\s.]?000(?:\s*kr)?\b|\b[tk]\s+kr\b")
"""Thousands of kronor, in figures or parted: 1000-tal, x1000, i 1 000 kr, t kr."""
_SUM_OR_UNIT: Final = re.compile(r"[(\[]\s*1[\s.]?000\s*(?:kr|sek|kronor)?\s*[)\]]")
DOUBTFUL: Final = "1 000 kr"
"""A heading with these words is asked about: thousands of kronor, or an amount of 1,000 kronor."""


def _in_thousands(text: str) -> str:
    return _THOUSANDS.sub("tkr", text)


@lru_cache(maxsize=2048)  # the same headings are looked at for each layout
def _fold_heading(text: str) -> str:
    start = _in_thousands(folded_text(text))
    bare = ASIDE.sub(" ", start).strip() or start
    words = "".join(c if c.isalnum() else " " for c in bare).split()
    while len(words) > 1 and (words[-1] in UNITS or (words[-1] in {"i", "in"} and start.split()[-1:] != words[-1:])):
        words.pop()
    return "".join(words)
