"""What the chosen grants come to: paid, planned, late, stopped, and what is left; each payment is one of the four."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision
from vetting.kernel.chunking import in_chunks
from vetting.kernel.money import kronor
from vetting.kernel.text import _, join_words, same_in_both
from vetting.money import held_payments
from vetting.money.models.payments import Payment
from vetting.registers.columns import paid_day_then, stopped_on_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Words
    from vetting.registers.columns import RegisterSelection


PART: Final = 1_000
"""Ids in one statement."""


class MoneyTotals(NamedTuple):
    """Sums in öre of the payments of some rows. late: should be paid by now, and nothing holds it."""

    paid: int
    planned: int
    late: int
    stopped: int
    as_of: date | None = None
    """The day whose state it is; of a day that has been nobody knows what waited then, so nothing is late."""
    name: Words = _("Beviljat")
    """What the whole is called."""

    @property
    def left(self) -> int:
        return self.planned + self.late + self.stopped

    @property
    def whole(self) -> int:
        """All of it."""
        return self.paid + self.left

    @property
    def parts(self) -> list[tuple[str, Words, int]]:
        """(code, what it is called, öre) of what the whole is made of."""
        named = [("paid", _("Betalt"), self.paid), ("planned", _("Planerat"), self.planned)]
        late = [] if self.as_of is not None else [("late", _("Sent"), self.late)]
        return [*named, *late, ("stopped", _("Stoppat"), self.stopped)]

    @property
    def sentence(self) -> Words:
        """The same in one line, as a sum that can be checked."""
        parts = [name + same_in_both(" ") + kronor(amount) for _code, name, amount in self.parts]
        said = kronor(self.whole) + same_in_both(" = ") + join_words(parts, " + ")
        return said + _("; kvar att betala ") + kronor(self.left)


def totals_of_grants(session: Session, selection: RegisterSelection, keys: Iterable[int]) -> MoneyTotals:
    """Of grants by their decisions; what no payment is planned for yet is planned."""
    cases: list[int] = []
    granted = 0
    for some in in_chunks(list(keys), PART):
        for case, amount in session.execute(select(Decision.case_id, Decision.amount).where(Decision.id.in_(some))):
            cases.append(case)
            granted += amount or 0
    found = _totals(session, selection, _payments(session, Payment.case_id, cases))
    return found._replace(planned=found.planned + granted - found.whole)


def totals_of_payments(session: Session, selection: RegisterSelection, keys: Iterable[int]) -> MoneyTotals:
    found = _totals(session, selection, _payments(session, Payment.id, keys))
    return found._replace(name=_("Belopp"))


def _payments(session: Session, column: Any, keys: Iterable[int]) -> list[tuple[Payment, Case]]:  # noqa: ANN401 - a column
    """The payments whose column holds one of some ids, with their cases."""
    wanted = select(Payment, Case).join(Case, Case.id == Payment.case_id)
    return [
        (row, case)
        for some in in_chunks(list(keys), PART)
        for row, case in session.execute(wanted.where(column.in_(some)))
    ]


def _totals(session: Session, selection: RegisterSelection, rows: Sequence[tuple[Payment, Case]]) -> MoneyTotals:
    then = selection.as_of
    paid = {row.id for row, _case in rows if paid_day_then(row, then)}
    stopped = set(stopped_on_day(session, [row.id for row, _case in rows], selection)) - paid
    left = [(row, case) for row, case in rows if row.id not in paid | stopped]
    late: set[int] = set()
    if then is None and selection.on is not None:
        due = [(row, case) for row, case in left if row.planned_on < selection.on]
        late = {row.id for row, _case in due} - held_payments(session, due, on=selection.on).keys()

    def amount(chosen: set[int]) -> int:
        return sum(row.amount for row, _case in rows if row.id in chosen)

    planned = {row.id for row, _case in left} - late
    return MoneyTotals(amount(paid), amount(planned), amount(late), amount(stopped), then)
