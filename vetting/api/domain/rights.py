"""What a system may do in a board."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.roles import Role
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping


class SystemRight(StrEnum):
    """One thing that a token lets its system do."""

    APPLY = "apply"
    BOOK = "book"
    QUICK_CHECK = "quick_check"
    REGISTERS = "registers"


RIGHT_WORDS: Final[Mapping[SystemRight, Words]] = {
    SystemRight.APPLY: _("Skicka ansökningar om bidrag med handlingar, och se hur det går för dem"),
    SystemRight.BOOK: _("Skicka bokningar, och se hur det går för dem"),
    SystemRight.QUICK_CHECK: _("Ställa snabbkollens fråga"),
    SystemRight.REGISTERS: _("Hämta register"),
}
ROLES: Final[Mapping[SystemRight, Role]] = {
    SystemRight.APPLY: Role.CASEWORKER,
    SystemRight.BOOK: Role.PREMISES,
    SystemRight.QUICK_CHECK: Role.PREMISES,
    SystemRight.REGISTERS: Role.MANAGER,
}
"""By whose permissions a system does each thing, and no other."""
