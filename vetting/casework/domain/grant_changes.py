"""An association asks to use a decided grant otherwise (*begäran om ändring*): what is asked, and where it stands."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping

GRANT_CHANGE: Final = "grant_change"
"""The kind of its decision."""


class GrantChangeKind(StrEnum):
    """What an association wants otherwise."""

    PURPOSE = "purpose"
    LATER = "later"
    BUDGET = "budget"


GRANT_CHANGE_WORDS: Final[Mapping[GrantChangeKind, Words]] = {
    GrantChangeKind.PURPOSE: _("Annat ändamål"),
    GrantChangeKind.LATER: _("Senare tid"),
    GrantChangeKind.BUDGET: _("Andra budgetposter"),
}


class GrantChangeState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    PROPOSED = "proposed"
    DECIDED = "decided"


GRANT_CHANGE_STATE_WORDS: Final[Mapping[GrantChangeState, Words]] = {
    GrantChangeState.ASKED: _("Hos handläggaren"),
    GrantChangeState.PROPOSED: _("Att besluta"),
    GrantChangeState.DECIDED: _("Beslutad"),
}
