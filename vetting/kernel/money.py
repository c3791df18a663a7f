"""Money in whole öre, and amounts as people write them."""

from __future__ import annotations

import re
from decimal import Decimal

from vetting.kernel.problem import UnreadableValueError
from vetting.kernel.text import Words, _, figure

KRONA = 100
"""In öre."""
LARGEST = 10_000_000_000_00
"""Ten billion kronor in öre: no grant comes near it, so more is a mistake."""

_UNIT_FIRST = re.compile(r"^(?:kronor|kr\.?|sek) ?")
_UNIT_LAST = re.compile(r" ?(?:kronor|kr\.?|sek)$")
_AMOUNT = re.compile(
    r"(?P<minus>-?)(?P<whole>\d{1,15}|\d{1,3}(?:[ .]\d{3})+)(?:[.,](?P<ore>\d{1,2}))?"
    r"(?P<dash>:-|,-{1,2})?(?P<after> ?-)?",
    re.ASCII,
)
"""A dash after a comma or a colon says "no öre"; a dash alone after the figures may be a minus."""


class InvalidAmountError(UnreadableValueError):
    """A text that is no amount."""


def in_kronor(ore: int) -> int | float:
    """As rule files write an amount: whole kronor as a whole number."""
    return ore // KRONA if ore % KRONA == 0 else ore / KRONA


def kronor(ore: int) -> Words:
    """'40 000 kr', with öre only where there are any."""
    return _("{figure}\u00a0kr", figure=figure(Decimal(ore) / 100, decimals=ore % 100 != 0))


def parse_amount(text: str, *, below_nought: bool = False) -> int:
    """Öre from '40 000 kr', '12 500,50', '35000:-', '1.250.000'; from '-5 000' too where it may be below nought.

    Raises:
        InvalidAmountError: the text is no amount, is negative where that cannot be, or is absurdly large.
    """
    tidy = _tidy(text)
    match = _AMOUNT.fullmatch(tidy)
    if match is None or (match["after"] and match["dash"]):
        raise InvalidAmountError(
            _("”{text}” är inte ett belopp.", text=text), _("Skriv bara siffror, till exempel 40000.")
        )
    whole, rest = re.sub(r"\D", "", match["whole"]), match["ore"] or "0"
    if match["after"] and match["ore"] is None:
        raise InvalidAmountError(
            _("”{text}” kan betyda ett negativt belopp eller hela kronor.", text=text),
            _("Skriv {whole} eller -{whole}.", whole=whole),
        )
    minus = "-" if match["minus"] or match["after"] else ""
    ore = int(Decimal(f"{minus}{whole}.{rest.ljust(2, '0')}") * 100)
    return check_amount(ore, text, below_nought=below_nought)


def _tidy(text: str) -> str:
    tidy = text.strip().lower()
    for space in ("\u00a0", "\u2009", "\u202f"):
        tidy = tidy.replace(space, " ")
    tidy = " ".join(tidy.replace("−", "-").replace("–", "-").split())
    after = tidy.endswith(("kr-", "kr -"))
    tidy = _UNIT_FIRST.sub("", _UNIT_LAST.sub("", tidy.removesuffix("-").strip() if after else tidy)).strip()
    return tidy.replace(", -", ",-") + ("-" if after else "")


def check_amount(ore: int, text: str, *, below_nought: bool = False) -> int:
    """The amount, if it can be true of money that somebody applies for; below nought too of what a year left over.

    Raises:
        InvalidAmountError: negative where that cannot be, or absurdly large.
    """
    if ore < 0 and not below_nought:
        raise InvalidAmountError(
            _("”{text}” är ett negativt belopp.", text=text), _("Skriv beloppet utan minustecken.")
        )
    if abs(ore) > LARGEST:
        raise InvalidAmountError(
            _("”{text}” är ett orimligt stort belopp.", text=text), _("Jämför beloppet med ansökan.")
        )
    return ore
