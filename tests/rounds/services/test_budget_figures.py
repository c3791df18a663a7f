"""What became of a budget line: granted, paid, planned, stopped, left; of its own rounds and grant schemes only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.factories import TODAY
from tests.page_fixtures import board, somebody
from tests.workspace.services.test_ongoing_support import granted
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision
from vetting.casework.services import after_decision
from vetting.grants.models.rounds import BudgetLine, RoundScheme
from vetting.grants.services.budget_lines import LineWriting, add_line
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.models.payments import Payment
from vetting.money.services import payments
from vetting.rounds.services.budget_figures import LineFigures, figures_of_lines, granted_of_line

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]


def figures(board: BoardAtWork, line: int) -> LineFigures:
    with open_reading(board.database) as s:
        return figures_of_lines(s, [s.get_one(BudgetLine, line)])[line]


def test_a_line_is_what_its_rounds_grants_took_of_it(board: BoardAtWork) -> None:
    number, _other, key = granted(board, paid=False)
    line = board.do(add_line, LineWriting(name="Föreningsstöd", year=2026, amount=10_000_00)).id
    scheme = board.do(add_scheme, SchemeWriting(name="Lokalbidrag"), role=Role.RULES_OWNER).id
    with board.database.engine.begin() as connection:
        connection.execute(
            RoundScheme.__table__.insert().values(round_id=board.round_id, scheme_id=scheme, line_id=line)  # type: ignore[attr-defined] # a table
        )
    with open_reading(board.database) as s:
        amount, month = s.execute(select(Payment.amount, Payment.planned_on)).one()
        assert s.scalar(select(Case.round_id).where(Case.number == number)) == board.round_id
    found = figures(board, line)
    assert (found.granted, found.paid, found.bound) == (amount, 0, amount)
    assert found.planned == {month.strftime("%Y-%m"): amount}
    assert found.left == 10_000_00 - amount  # more is granted than there is: told, below nothing
    page = somebody(board, Role.CASEWORKER).get(f"/omgangar/budget/{line}").text.replace("\u00a0", " ")
    assert "över" in page
    board.do(payments.mark_paid, key, paid_on=TODAY, version=None, role=Role.FINANCE)
    found = figures(board, line)
    assert (found.paid, found.bound, found.planned) == (amount, 0, {})
    with open_reading(board.database) as s:
        assert granted_of_line(s, s.get_one(BudgetLine, line), beside=[board.round_id]) == 0
        decision = s.scalars(select(Decision.id).where(Decision.kind == "grant")).one()
    quashed = after_decision.NewDecisionEvent(what=DecisionEventKind.QUASHED, on=TODAY)
    appealed = after_decision.NewDecisionEvent(
        what=DecisionEventKind.APPEALED, on=TODAY, court="Förvaltningsrätten", number="T 1-26"
    )
    for new in (appealed, quashed):
        board.do(after_decision.note_decision_event, decision, new)
    assert figures(board, line).granted == 0  # what a court has quashed takes nothing; what was paid is told
    assert figures(board, line).paid == amount
