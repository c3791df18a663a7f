"""From the table to proposals: each row that is ready becomes what is proposed to whoever decides, reasons by priority.

Too little money is no finding about an association: no act, no hearing, but why others go before it. A row with a
requirement that is not met keeps the whole road of its case, and is left here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from vetting import casework
from vetting.casework import DecisionProposal, progress_for, raise_version, still_open
from vetting.casework.domain.cases import GIVEN_UP, CaseState
from vetting.casework.domain.gate_table import refuse_closed
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import DecisionDraft
from vetting.casework.models.round_cases import of_rounds
from vetting.grants import own_round
from vetting.grants.models.rounds import budget_of, offered_in_round, round_of
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.money import kronor
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people import require_permission
from vetting.rounds.services.allocations import current_row_values

if TYPE_CHECKING:
    from vetting.grants.models.rounds import Round
    from vetting.kernel.store.session import Session, WritingSession


class RowProposal(NamedTuple):
    """What a row says is proposed."""

    amount: int
    reason: str
    points: float | None


def propose_row(session: WritingSession, round_id: int, case_id: int) -> Case:
    """What a row of the table says becomes the proposal in its case, which is ready for decision from then on.

    Raises:
        Refused: there is no such row; it says no amount, or less than was applied for without why; a requirement is
            not met; a gate holds the case back.
    """
    about = round_of(session, round_id)
    case = session.scalar(
        select(Case).where(Case.id == case_id, of_rounds([round_id]), seen_by(session.person, Action.PROPOSE))
    )
    if about is None or case is None:
        raise Refused(Obstacle.MISSING)
    still_open(case)
    row = _row_of(session, case)
    standing = progress_for(session, case, on=session.today)
    if standing.situation.not_met:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Ett krav är inte uppfyllt, så förslaget kan inte skrivas i fördelningen."),
                _("Skriv förslaget i ärendet, med hela prövningen."),
            ),
        )
    refuse_closed(standing.holding_back)
    casework.make_ready(session, case.number)
    casework.propose_decision(session, case.number, _draft(session, about, case, row), version=None)
    return case


def _row_of(session: Session, case: Case) -> RowProposal:
    written = current_row_values(session, [case.id])[case.id][0]
    amount, reason = written.proposed, written.reason
    if amount is None:
        raise Refused(
            Obstacle.INVALID,
            Problem(case.number, _("Raden har inget förslag."), _("Skriv ett belopp, 0 för inget bidrag.")),
        )
    if (amount == 0 or (case.amount_applied is not None and amount < case.amount_applied)) and not reason:
        raise Refused(
            Obstacle.INVALID,
            Problem(case.number, _("Skälet saknas."), _("Skriv varför det inte är hela det sökta beloppet.")),
        )
    return RowProposal(amount, reason, written.points)


def _draft(session: Session, about: Round, case: Case, row: RowProposal) -> DecisionProposal:
    """The proposal: all of it, a part, or nothing; less than all by priority, with what there was to share."""
    whole = case.amount_applied is None or row.amount >= case.amount_applied
    if row.amount == 0:
        outcome = DecisionOutcome.REFUSED
    else:
        outcome = DecisionOutcome.APPROVED if whole else DecisionOutcome.PARTLY_APPROVED
    gives = row.amount > 0
    return DecisionProposal(
        outcome=outcome,
        amount=row.amount if gives else None,
        reasons="" if outcome is DecisionOutcome.APPROVED else _reasons(session, about, row),
        conditions=tuple(casework.usual_conditions(session, case)) if gives else (),
        reservations=casework.usual_reservations(session, case) if gives else (),
        grounds=() if outcome is DecisionOutcome.APPROVED else _grounds(session, about, row),
    )


def _grounds(session: Session, about: Round, row: RowProposal) -> tuple[DecisionGround, ...]:
    """Too little money where that is so, and that others go before where points say it."""
    short, scored = _shortage(session, about) is not None, row.points is not None
    found = [DecisionGround.BUDGET] if short else []
    return tuple([*found, DecisionGround.PRIORITY] if scored or not short else found)


def _shortage(session: Session, about: Round) -> tuple[int, int] | None:
    """What there is and what is applied for, where the money does not suffice for all; None where it does or may."""
    wanted = select(func.sum(Case.amount_applied)).where(of_rounds([about.id]), Case.state.not_in(GIVEN_UP))
    applied = int(session.scalar(wanted) or 0)
    budget = budget_of(about, offered_in_round(session, about.id))
    return (budget, applied) if budget is not None and applied > budget else None


def _reasons(session: Session, about: Round, row: RowProposal) -> str:
    """Why not all of it, in Swedish as decisions are: what there was, what was applied for, the points, the reason."""
    said = []
    short = _shortage_in_words(session, about)
    if short:
        said.append(short)
    if row.points is not None:
        points = f"{row.points:g}".replace(".", ",")
        said.append(f"Ansökan har fått {points} poäng efter nämndens prioritering.")
    said.append(row.reason.rstrip(".") + ".")
    return " ".join(said)


def _shortage_in_words(session: Session, about: Round) -> str:
    """What there is to share and what is applied for; nothing where the money suffices, or may."""
    short = _shortage(session, about)
    if short is None:
        return ""
    budget, applied = short
    preliminary = any(item.line is not None and item.line.preliminary for item in offered_in_round(session, about.id))
    return (
        f"Nämnden har {'preliminärt ' if preliminary else ''}{kronor(budget).sv} att fördela i {about.name}. "
        f"Ansökningarna är på tillsammans {kronor(applied).sv}, och pengarna räcker inte till alla."
    )


_SHORTAGE: Final = re.compile(
    r"Nämnden har [^.]*? att fördela i .*?\. Ansökningarna är på tillsammans [^.]*?, "
    r"och pengarna räcker inte till alla\. ?"
)
"""The sentence above, whatever figures it had."""


def proposals_by_other_money(session: Session, about: Round) -> list[tuple[Case, DecisionDraft]]:
    """The proposals of a round that wait and say another sum to share, or to be applied for, than there is now."""
    now = _shortage_in_words(session, about)
    wanted = (
        select(Case, DecisionDraft)
        .join(DecisionDraft, DecisionDraft.case_id == Case.id)
        .where(of_rounds([about.id]), Case.state == CaseState.READY)
        .order_by(Case.id)
    )
    return [
        (case, draft)
        for case, draft in session.execute(wanted)
        if (found := _SHORTAGE.search(draft.reasons)) is not None and found[0].strip() != now
    ]


def renew_reasons(session: WritingSession, round_id: int) -> int:
    """The reasons of waiting proposals say the sums that hold now; each is read anew by whoever decides. How many.

    Raises:
        Refused: there is no such round in the board.
    """
    require_permission(session.person, Action.PROPOSE)
    about = own_round(session, round_id)
    now = _shortage_in_words(session, about)
    found = proposals_by_other_money(session, about)
    for case, draft in found:
        draft.reasons = _SHORTAGE.sub(f"{now} " if now else "", draft.reasons, count=1).strip()
        draft.written_at, draft.by_user_id = session.now, session.person.id
        raise_version(case)
        session.flush()
        session.note("reasons_renewed", draft, case_id=case.id)
    return len(found)
