"""Organisation numbers, personal numbers that must not be shown, and names that may be the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterator

MASK = "••••••-••••"
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−－﹣"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\u061c\ufeff\u00a0\u2009\u202f"), " ")
_SPACES = dict.fromkeys(map(ord, "\t\n\r\x0b\x0c"), " ")
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"
_YEAR = r"(?<!\d)(?:(?:16|18|19|20|0)[ ]?)?\d\d"
_OTHER_DAY = rf"(?:19|20)\d\d[-./]{_MONTH}[-./](?:0[1-9]|[12]\d|3[01])(?!\d)"
_LAST_FOUR = rf"(?!{_OTHER_DAY})\d\d[ ]?\d\d(?!\d)"
_HIDDEN_SIGNS = r"(?:[xX*#•_]{4}|\d[xX*#•_]{3}|\d\d[xX*#•_]{2}|\d{3}[xX*#•_])"
_PERSONAL = re.compile(
    f"{_YEAR}{_MONTH}{_DAY}[ ]{{0,2}}[-+./_]{{0,2}}[ ]{{0,2}}{_LAST_FOUR}"
    f"|{_YEAR}[-./ ]{_MONTH}[-./ ]{_DAY}[ ]?[-+]{{1,2}}[ ]?{_LAST_FOUR}"
    f"|{_YEAR}(?:{_MONTH}{_DAY}|(?P<mark>[-./ ]){_MONTH}(?P=mark){_DAY})[ ]?[-+]?[ ]?[Tt]\\d{{3}}(?!\\d)"
    f"|{_YEAR}{_MONTH}{_DAY}[-+]?[RSUWXJKLMNrsuwxjklmn]\\d{{3}}(?!\\d)"
    f"|(?P<apart>{_YEAR}(?P<gap>[ ]{{1,2}}|[-./]){_MONTH}(?P=gap){_DAY}(?:(?P=gap)|[ ]{{1,2}})"
    f"\\d\\d(?:(?P=gap)|[ ])?\\d\\d(?!\\d|[-./]\\d))"
    f"|{_YEAR}(?P<between>[-./ ]?){_MONTH}(?P=between){_DAY}(?:[ ]?[-+][ ]?|[ ])?{_HIDDEN_SIGNS}"
    r"|(?P<single>(?<!\d)(?<!\d[ ])(?:\d[ ]){6,8}(?:[-+][ ])?(?:\d[ ]){3}\d(?![ ]?\d))"
)
_HIDDEN_LAST = re.compile(_HIDDEN_SIGNS)
_DATED = re.compile(rf"(?:\d\d)?\d\d{_MONTH}{_DAY}\d{{4}}")
_FEWEST_DIGITS = 9
_DIGITS_OF_A_DAY = 6
_CLOCK = re.compile(r"20[1-9]\d.{4}(?:[01]\d|2[0-3])[0-5]\d")
_SEPARATORS = re.compile(r"[\s\u00a0-]+")


class NumberKind(StrEnum):
    """What a number turned out to be."""

    ORGANISATION = "organisation"
    PERSONAL = "personal"
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    WRONG_LENGTH = "wrong_length"
    NOT_A_NUMBER = "not_a_number"


TEN: Final = 10
LEAST_MONTHS: Final = 20
"""The third and fourth digits of an organisation number are 20 at least, so that it is no personal number."""


@dataclass(frozen=True, slots=True)
class NumberReading:
    """A number as read: ten digits where it is an organisation number, else empty."""

    kind: NumberKind
    digits: str = ""


def read_number(text: str) -> NumberReading:
    """Tells what an organisation number cell holds.

    Takes ten digits with or without dash (hyphen, en dash, no-break space), twelve digits beginning
    with 16, and a number that a spreadsheet turned into a float ('8029990234.0'). The control digit
    proves the form only, not that the association exists.
    Personal identity numbers (month 01-12) are told apart, also with their last digits hidden: never kept or shown.
    """
    tidy = text.strip().translate(_DASHES)
    if re.fullmatch(r"\d{9,12}\.0+", tidy):
        tidy = tidy.split(".")[0]
    digits = _SEPARATORS.sub("", tidy).replace("+", "")
    if not digits or not (digits.isascii() and digits.isdigit()):
        return NumberReading(NumberKind.PERSONAL if holds_personal_number(text) else NumberKind.NOT_A_NUMBER)
    if len(digits) == 12 and digits.startswith("16"):  # noqa: PLR2004 - century prefix 16 + ten digits
        digits = digits[2:]
    if holds_personal_number(digits):
        return NumberReading(NumberKind.PERSONAL)
    if len(digits) != 10:  # noqa: PLR2004 - an organisation number has ten digits
        return NumberReading(NumberKind.WRONG_LENGTH)
    if int(digits[2:4]) < LEAST_MONTHS or not has_valid_check_digit(digits):
        return NumberReading(NumberKind.WRONG_CHECK_DIGIT)
    return NumberReading(NumberKind.ORGANISATION, digits)


def has_valid_check_digit(digits: str) -> bool:
    """Whether ten digits end in the check digit of the Luhn algorithm (modulus 10)."""
    total = 0
    for position, digit in enumerate(digits):
        product = int(digit) * (2 - position % 2)
        total += product // 10 + product % 10
    return total % 10 == 0


def numbers_near(text: str) -> list[str]:
    """The organisation numbers that are one digit, or two neighbours in the wrong order, away from ten that were typed.

    Only those with a right check digit; whether anybody has one of them is the register's to say.
    """
    typed = "".join(character for character in text if character in "0123456789")
    if len(typed) != TEN:
        return []
    other = {
        typed[:place] + digit + typed[place + 1 :]
        for place in range(TEN)
        for digit in "0123456789"
        if digit != typed[place]
    }
    other |= {typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :] for place in range(TEN - 1)}
    return sorted(digits for digits in other - {typed} if read_number(digits).kind is NumberKind.ORGANISATION)


def format_number(digits: str) -> str:
    """'802999-0234' from ten digits."""
    return f"{digits[:6]}-{digits[6:]}"


def holds_personal_number(text: str) -> bool:
    """Whether a text holds what looks like a personal identity or co-ordination number.

    The form alone counts (month 01-12, day 01-31 or 61-91), with or without a valid check digit, whatever
    stands between its parts: a mistyped personal number is a personal number still. An organisation number
    has at least 20 where a personal number has its month, so the two cannot be mixed up.
    """
    return _has_digits_enough(text) and next(_persons(_one_to_one(text)), None) is not None


def mask_personal_numbers(text: str) -> str:
    """The text with every personal number replaced by dots."""
    if not _has_digits_enough(text):
        return text
    parts: list[str] = []
    last = 0
    for start, end in _persons(_one_to_one(text)):
        parts += (text[last:start], MASK)
        last = end
    return "".join((*parts, text[last:])) if parts else text


def _persons(text: str) -> Iterator[tuple[int, int]]:
    """Where personal numbers stand; in pieces ("81 12 18 98 76") the check digit tells it from amounts and hours."""
    at = 0
    while match := _PERSONAL.search(text, at):
        at = match.end()
        digits = "".join(filter(str.isdigit, match["apart"] or match["single"] or ""))
        dated = match["single"] is None or _DATED.fullmatch(digits) is not None
        if digits and (not dated or not has_valid_check_digit(digits[-10:]) or _CLOCK.fullmatch(digits)):
            at = match.start() + 1
        else:
            yield match.span()


def _has_digits_enough(text: str) -> bool:
    """A quick look that spares most texts the thorough one."""
    digits = sum(map(str.isdigit, text))
    return digits >= _FEWEST_DIGITS or (digits >= _DIGITS_OF_A_DAY and _HIDDEN_LAST.search(text) is not None)


def _one_to_one(text: str) -> str:
    """The text with other digits, dashes and invisible signs as plain ones, each in its place."""
    if text.isascii():
        return text.translate(_SPACES)
    swapped = text.translate(_DASHES).translate(_INVISIBLE).translate(_SPACES)
    return "".join(str(unicodedata.digit(c)) if not c.isascii() and c.isdigit() else c for c in swapped)


PERSONAL_NUMBER: Final = _("Cellen innehåller ett personnummer. Det visas inte och används inte.")


def personal_number_problem() -> tuple[Words, Words]:
    """What is said, and the remedy, when a cell holds a personal number."""
    return (PERSONAL_NUMBER, _("Skriv föreningens organisationsnummer. Ta bort personnumret ur listan."))


def fold_name(name: str) -> str:
    """A name as it is known again: lower case, no signs, sorted words, no accents but å, ä and ö, which are letters."""
    plain = without_accents(unicodedata.normalize("NFKC", name).casefold())
    return " ".join(sorted("".join(c if c.isalnum() else " " for c in plain).split()))


def without_accents(text: str) -> str:
    """Lower-case text in NFC or NFKC without its accents: å, ä and ö have none, they are letters of their own."""
    return "".join(
        c if c in OWN_LETTERS else "".join(d for d in unicodedata.normalize("NFKD", c) if not unicodedata.combining(d))
        for c in text
    )


OWN_LETTERS: Final = "åäö"
WITHOUT_RINGS: Final = str.maketrans({"å": "a", "ä": "a", "ö": "o"})
"""How å, ä and ö are typed where a keyboard has none: for looking for a name, never for telling two names apart."""
