"""Attests of a payment: in fact by who handles it, then of the decision by who answers for the cost centre."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class AttestKind(StrEnum):
    """What somebody answers for."""

    FACTS = "facts"
    """Right payee, amount and decision (*sakattest*)."""
    DECISION = "decision"
    """That it may be paid, for the cost centre (*beslutsattest*)."""


ATTEST_WORDS: Final[Mapping[AttestKind, Words]] = {
    AttestKind.FACTS: _("Sakattest"),
    AttestKind.DECISION: _("Beslutsattest"),
}


def next_attest(made: Collection[AttestKind]) -> AttestKind | None:
    """What is to be attested next; None where nothing is."""
    return next((kind for kind in AttestKind if kind not in made), None)
