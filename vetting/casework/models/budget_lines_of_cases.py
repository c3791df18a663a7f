"""Which line of the budget a case's grant is taken from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from vetting.grants.models.rounds import BudgetLine, RoundScheme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.casework.models.cases import Case
    from vetting.kernel.store.session import Session


def lines_of_cases(session: Session, some: Sequence[Case]) -> dict[int, BudgetLine]:
    """Case -> its budget line; of one whose round has several and whose grant scheme says none, nothing."""
    rounds = {case.round_id for case in some if case.round_id is not None}
    of_round: dict[int, list[tuple[int, BudgetLine]]] = {}
    wanted = (
        select(RoundScheme.round_id, RoundScheme.scheme_id, BudgetLine)
        .join(BudgetLine, RoundScheme.line_id == BudgetLine.id)
        .where(RoundScheme.round_id.in_(rounds))
        .order_by(RoundScheme.id)
    )
    for key, scheme, line in session.execute(wanted) if rounds else ():
        of_round.setdefault(key, []).append((scheme, line))
    found = {}
    for case in some:
        lines = of_round.get(case.round_id or 0, [])
        own = [line for scheme, line in lines if case.scheme_id is None or scheme == case.scheme_id]
        if len(own) == 1:
            found[case.id] = own[0]
    return found
