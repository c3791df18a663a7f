"""The CSV file that goes with a batch of payments, by a layout of `imports/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.formats.outgoing_lists import register_csv
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.register_tables import RegisterColumn, RegisterTable
from vetting.kernel.text import OFFICIAL, _, same_in_both
from vetting.payments.domain.payment_bases import column_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.imports.domain.outgoing_layouts import OutgoingLayout
    from vetting.payments.domain.payment_bases import BasisLine
    from vetting.rules.services.rulebook import Rules


def find_outgoing_layout(name: str, rules: Rules) -> OutgoingLayout:
    """A layout by its name; the first where none is said.

    Raises:
        Refused: there is none.
    """
    found = next((layout for layout in rules.outgoing if name in {"", layout.name}), None)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def outgoing_csv(layout: OutgoingLayout, lines: Sequence[BasisLine]) -> bytes:
    """The payments of a batch, a row each, in the columns of a layout."""
    columns = tuple(RegisterColumn(same_in_both(one.heading), column_kind(one.field)) for one in layout.columns)
    rows = tuple(tuple(line.value(one.field) for one in layout.columns) for line in lines)
    return register_csv(RegisterTable(_("Utbetalningar"), columns, rows), OFFICIAL)
