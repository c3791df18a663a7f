"""Pairs of acts that one person may not do both in the same matter: always, or where the board has chosen it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.kernel.text import Words, _
from vetting.people.domain.ways_of_working import BoardOption

if TYPE_CHECKING:
    from collections.abc import Collection


class SeparatedActs(NamedTuple):
    """Two acts, and the board's choice that keeps them apart; None: always."""

    first: Words
    second: Words
    habit: BoardOption | None = None

    def is_kept_apart(self, habits: Collection[BoardOption]) -> bool:
        """Whether one person may not do both in a board with these habits."""
        return self.habit is None or self.habit in habits


SEPARATED_ACTS: Final = (
    SeparatedActs(_("Föreslå beslutet"), _("besluta på delegation"), BoardOption.OTHER_DECIDES),
    SeparatedActs(_("Besluta bidraget"), _("markera det som betalt")),
    SeparatedActs(_("Ge sakattest på en utbetalning"), _("ge beslutsattest på den"), BoardOption.ATTEST_HERE),
    SeparatedActs(_("Besluta ett återkrav på delegation"), _("besluta om eftergift av det")),
    SeparatedActs(_("Anteckna ett nytt konto"), _("kontrollera det")),
    SeparatedActs(_("Kontrollera kontot"), _("markera bidraget som betalt"), BoardOption.OTHER_PAYS),
    SeparatedActs(_("Stoppa en utbetalning"), _("häva stoppet på delegation"), BoardOption.OTHER_LIFTS),
    SeparatedActs(_("Skriva regler"), _("publicera dem")),
    SeparatedActs(_("Begära något som en annan person måste godkänna"), _("godkänna det")),
)
"""The one table, in the order of a case."""
KEPT_APART_BY_CHOICE: Final = frozenset(pair.habit for pair in SEPARATED_ACTS if pair.habit is not None)
"""Habits that nobody ends alone: a second person says yes."""
