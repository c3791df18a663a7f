"""Forms that ask for the facts of an application or a booking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting import rules
from vetting.rules import rules_in_use
from vetting.web import visitor
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.case_kinds import CaseKind


def board_rules(kind: CaseKind, own: str = "") -> RuleSet | None:
    """The rules that the visitor's board has in force for a kind. own: those of a grant scheme that has its own."""
    board_id = visitor.signed_in_person().board_id
    with reading_session() as session:
        return rules.rules_in_force(session, board_id, kind, rules_in_use(), on=visitor.today(), own=own)
