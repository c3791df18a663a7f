"""The frame of a round: what there is, what is granted of it and what is proposed; no proposal goes past it unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision, DecisionDraft, current_grants
from vetting.casework.models.round_cases import of_rounds
from vetting.grants.models.allocations import WrittenRow
from vetting.grants.models.rounds import Round, budget_of, offered_in_round
from vetting.kernel.decision_outcomes import FAVOURABLE
from vetting.kernel.money import kronor
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Collection

    from vetting.casework.services.decisions import DecisionProposal
    from vetting.kernel.store.session import Session


class RoundMoney(NamedTuple):
    """How the frame of a round is used, in öre. proposed: in its open cases, or held for them in its allocation."""

    round_id: int
    name: str
    frame: int
    granted: int
    proposed: int

    @property
    def taken(self) -> int:
        return self.granted + self.proposed

    @property
    def left(self) -> int:
        """What is left; less than nothing where more is granted or proposed than there is."""
        return self.frame - self.taken


def money_of_rounds(session: Session, rounds: Collection[int], *, beside: int | None = None) -> dict[int, RoundMoney]:
    """Round -> its money, of those whose frame is known. beside: a case that is left out."""
    found = {}
    for about in session.scalars(select(Round).where(Round.id.in_(rounds)).order_by(Round.id)):
        frame = budget_of(about, offered_in_round(session, about.id))
        if frame is None:
            continue
        counted = of_rounds([about.id])
        if beside is not None:
            counted &= Case.id != beside
        granted = select(func.sum(Decision.amount)).join(Case, Case.id == Decision.case_id)
        proposed = (
            select(
                Case.state,
                DecisionDraft.id.is_not(None),
                DecisionDraft.outcome,
                DecisionDraft.amount,
                WrittenRow.amount,
            )
            .outerjoin(DecisionDraft, DecisionDraft.case_id == Case.id)
            .outerjoin(WrittenRow, WrittenRow.case_id == Case.id)
            .where(counted, Case.state.in_(OPEN))
        )
        total = 0
        for state, is_drafted, outcome, drafted, held in session.execute(proposed):
            laid = is_drafted and state is CaseState.READY
            total += (drafted or 0) * (outcome in FAVOURABLE) if laid or held is None else held
        sums = int(session.scalar(granted.where(counted, current_grants())) or 0), total
        found[about.id] = RoundMoney(about.id, about.name, frame, *sums)
    return found


def money_beside(session: Session, case: Case) -> RoundMoney | None:
    """The money of a case's round without the case; None where it has no round with a frame."""
    if case.round_id is None:
        return None
    return money_of_rounds(session, [case.round_id], beside=case.id).get(case.round_id)


def refuse_past_frame(session: Session, case: Case, draft: DecisionProposal) -> None:
    """Lets a proposal by that is within the frame of its round, or says why it is not.

    Raises:
        Refused: it goes past what is left, and nothing says why.
    """
    if draft.outcome not in FAVOURABLE or not draft.amount or draft.over_frame.strip():
        return
    money = money_beside(session, case)
    if money is not None and draft.amount > money.left:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "over_frame",
                _(
                    "Beloppet ryms inte i ramen för {round}: {taken} av {frame} är redan beviljat eller föreslaget.",
                    round=money.name,
                    taken=kronor(money.taken),
                    frame=kronor(money.frame),
                ),
                _("Fördela om pengarna i fördelningen, eller skriv i förslaget varför beloppet ska gå utöver ramen."),
            ),
        )
