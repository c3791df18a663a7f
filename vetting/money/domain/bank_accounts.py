"""Bankgiro and plusgiro numbers: read, checked by their last digit, and shown masked where the whole is not needed."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.organisation_numbers import holds_personal_number
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping


class AccountCheck(StrEnum):
    """By what somebody knows whose an account is; a form or a letter alone says nothing."""

    GIRO_REGISTER = "giro_register"
    SUPPLIER_LIST = "supplier_list"
    BANK_PAPER = "bank_paper"
    CALL = "call"


ACCOUNT_CHECK_WORDS: Final[Mapping[AccountCheck, Words]] = {
    AccountCheck.GIRO_REGISTER: _("Girots register över betalningsmottagare"),
    AccountCheck.SUPPLIER_LIST: _("Ekonomis leverantörsregister"),
    AccountCheck.BANK_PAPER: _("Intyg från banken"),
    AccountCheck.CALL: _("Samtal till ett nummer som var känt före ändringen"),
}
_GIRO: Final = re.compile(r"(?:\d{3,4}-?\d{4}|\d{1,7}-?\d)")
DIGITS_NOT_MASKED: Final = 4
"""The last digits, by which two accounts are told apart."""


def read_bank_account(text: str) -> str | None:
    """The digits of a giro number; None when it is none."""
    tidy = text.replace(" ", "").replace("–", "-")
    if not tidy.isascii() or not _GIRO.fullmatch(tidy) or holds_personal_number(text):
        return None
    digits = tidy.replace("-", "")
    return digits if _check_digit_fits(digits) else None


def _check_digit_fits(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        product = int(digit) * (1 + place % 2)
        total += product // 10 + product % 10
    return total % 10 == 0


def same_bank_account(one: str, other: str) -> bool:
    """Whether two ways of writing it are one number."""
    return _digits(one) == _digits(other) != ""


def kept_account(text: str) -> str:
    """Its digits, as it is kept of what has been paid."""
    return _digits(text)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isascii() and c.isdigit())


def mask_account(text: str) -> str:
    """'••••0234': enough to tell two apart, not enough to pay to."""
    digits = _digits(text)
    return "••••" + digits[-DIGITS_NOT_MASKED:] if digits else ""


def account_problem(where: str) -> Problem:
    """What is said of a text that is no giro number."""
    return Problem(
        where,
        _("Det är inget giro, eller så stämmer inte kontrollsiffran."),
        _("Skriv bankgiro som 1234-5678 eller plusgiro som 12 34 56-7, och jämför med underlaget."),
    )
