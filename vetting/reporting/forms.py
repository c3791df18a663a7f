"""The forms of figures: the periods of a board, a report that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.text import Words, _
from vetting.reporting.domain.periods import read_periods
from vetting.web.forms import KeyField, PostedForm, TextField

if TYPE_CHECKING:
    from vetting.reporting.domain.periods import PeriodRule


class PeriodsForm(PostedForm):
    """The periods that the board reports."""

    receipt: Words = _("Perioderna är sparade.")
    periods = TextField(
        _("Perioder, en på varje rad"),
        rows=4,
        hint=_(
            "Skriv namn och sista dag, till exempel T2 08-31. Lägg till ”från nyår” för en "
            "period som ska räknas från årets början."
        ),
    )

    def rules(self) -> list[PeriodRule]:
        """The periods.

        Raises:
            Refused: a line is none, or they are no year's.
        """
        rules, problems = read_periods(self.periods.data)
        if problems:
            raise Refused(Obstacle.INVALID, *problems)
        return rules


class KeptReportForm(PostedForm):
    """A report that is kept as it is sent."""

    receipt: Words = _("Rapporten är sparad som den skickades.")
    shown = KeyField()
