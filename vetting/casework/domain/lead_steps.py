"""The one step that is next in a case, whose it is, and until when it waits: what every page shows first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.next_steps import CaseAct, CaseHolder, holder_of, own_act
from vetting.kernel.text import Words, _, count_in_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from vetting.casework.domain.next_steps import CaseProgress, NextStep
    from vetting.kernel.roles import Person


class LeadStep(NamedTuple):
    """What is next in a case for one person."""

    step: NextStep | None
    """The act that is theirs; None where it is somebody else's, or nothing is left."""
    holder: CaseHolder | None
    """Who has the next move; None where nothing is left."""
    until: date | None
    """The last day of what is waited for."""
    awaited: CaseAct | None
    """The act that is next, whoever may do it."""


def _lacks_registration(case: CaseProgress) -> bool:
    return case.in_hand and not case.situation.registered and "diariefort" not in case.situation.off


def _lacks_facts(case: CaseProgress) -> bool:
    return case.in_hand and bool(case.situation.gaps) and case.missing


def _is_to_be_told(case: CaseProgress) -> bool:
    """Something is not met, nothing else is to be assessed, and the association has not been told all of it."""
    told = [row for row in case.situation.told if set(case.situation.not_met) <= row.points]
    return case.in_hand and bool(case.situation.not_met) and not told


def _is_to_be_referred(case: CaseProgress) -> bool:
    seen = case.situation
    unheard = (seen.group_required and not seen.group_done) or seen.coordinator_missing
    return case.in_hand and unheard and not seen.referred and case.shows_group


def _is_to_be_handed_on(case: CaseProgress) -> bool:
    """Nothing holds it, and what is proposed is written already; a booking is confirmed as it is."""
    return case.in_hand and not case.holding_back and (not case.is_grant or (case.other_proposal and case.is_proposed))


ORDER: Final[tuple[tuple[CaseAct, Callable[[CaseProgress], bool]], ...]] = (
    (CaseAct.LOOK_AGAIN, lambda case: case.look_again),
    (CaseAct.SEND_LETTER, lambda case: case.letter_unsent),
    (CaseAct.SETTLE_NAME, lambda case: case.open and case.situation.name_in_conflict is not None),
    (CaseAct.REGISTER, _lacks_registration),
    (CaseAct.SEE_POINT, lambda case: case.in_hand and case.points_to_see > 0),
    (CaseAct.NOTE_REPLY, lambda case: case.open and case.reply_unmet),
    (CaseAct.COMMUNICATE, _is_to_be_told),
    (CaseAct.REQUEST_COMPLETION, _lacks_facts),
    (CaseAct.READ_PAPERS, lambda case: case.in_hand and bool(case.situation.papers_to_open)),
    (CaseAct.OPEN_PAPERS, lambda case: case.in_hand and case.situation.papers_unopened),
    (CaseAct.CHANGE_FACTS, lambda case: case.in_hand and case.amount_unread),
    (CaseAct.REVIEW, lambda case: case.can_be_signed),
    (CaseAct.ANSWER_ON_CONFLICT, lambda case: case.in_hand and not case.answered_on_conflict),
    (CaseAct.NOTHING_FOUND, lambda case: case.in_hand and case.looks > 0),
    (CaseAct.BASIC_CHECK, lambda case: case.in_hand and not case.situation.basic_check),
    (CaseAct.REFER, _is_to_be_referred),
    (CaseAct.PROPOSE_APPROVAL, lambda case: case.in_hand and case.approval is not None and not case.holding_back),
    (CaseAct.MAKE_READY, _is_to_be_handed_on),
    (CaseAct.WRITE_PROPOSAL, lambda case: case.in_hand),
    (CaseAct.DISCONTINUE, lambda case: case.waits_to_end),
    (CaseAct.DECIDE, lambda case: case.waits_for_decision and case.is_proposed),
    (CaseAct.PROPOSE_APPROVAL, lambda case: case.waits_for_decision and case.approval is not None),
    (CaseAct.PROPOSE, lambda case: case.waits_for_decision),
    (CaseAct.SEND_DECISION, lambda _case: True),
    (CaseAct.CHECK_IDENTITY, lambda case: case.state is CaseState.PAYMENT),
    (CaseAct.PAY, lambda case: case.state is CaseState.PAYMENT),
    (CaseAct.REPORT_DECISION, lambda _case: True),
    (CaseAct.REGISTER_AID, lambda case: case.state in {CaseState.DECIDED, CaseState.REPORTING}),
    (CaseAct.READ_REPORT, lambda _case: True),
    (CaseAct.REMIND_REPORT, lambda _case: True),
    (CaseAct.FOLLOW_UP, lambda case: case.state in {CaseState.DECIDED, CaseState.REPORTING}),
    (CaseAct.CLOSE, lambda case: case.state in {CaseState.DECIDED, CaseState.REPORTING} and not case.holding_open),
)
"""In the order of the road: the first that is so is next, if anybody can do it now."""
HELD_BY: Final = {
    CaseAct.DECIDE: CaseHolder.DECISION_MAKER,
    CaseAct.DISCONTINUE: CaseHolder.DECISION_MAKER,
    CaseAct.PROPOSE: CaseHolder.OFFICER,
    CaseAct.PROPOSE_APPROVAL: CaseHolder.OFFICER,
    CaseAct.PAY: CaseHolder.FINANCE,
    CaseAct.REPORT_DECISION: CaseHolder.REGISTRAR,
    CaseAct.SEND_DECISION: CaseHolder.OFFICER,
    CaseAct.CHECK_IDENTITY: CaseHolder.OFFICER,
    CaseAct.LOOK_AGAIN: CaseHolder.OFFICER,
    CaseAct.SEND_LETTER: CaseHolder.OFFICER,
    CaseAct.READ_REPORT: CaseHolder.OFFICER,
    CaseAct.REMIND_REPORT: CaseHolder.OFFICER,
}
"""Whose an act is, where the state of the case does not say."""
TOLD_OF_WAITING: Final = frozenset({CaseAct.LOOK_AGAIN, CaseAct.SEND_LETTER, CaseAct.SETTLE_NAME, CaseAct.REGISTER})
"""What is done although the case waits for somebody else."""


def lead_step(case: CaseProgress, possible: frozenset[CaseAct], by: Person) -> LeadStep:
    """What is next in a case for a person.

    possible: the acts that are open in it now, whoever may do them.
    """
    waits = case.is_with_others
    wanted = (
        act for act, is_next in ORDER if act in possible and is_next(case) and (not waits or act in TOLD_OF_WAITING)
    )
    awaited = next(wanted, None)
    own = own_act(case, awaited, by) if awaited is not None else None
    if awaited is None:
        holder = holder_of(case) if case.open else None
        return LeadStep(None, holder, case.waits_until if case.waits_on_association else None, None)
    return LeadStep(own, HELD_BY.get(awaited) or holder_of(case), None, awaited)


def signed_statements(case: CaseProgress, *, opened: int, of_round: bool, in_list: bool = False) -> tuple[Words, ...]:
    """What somebody signs with "Granskat: inget hinder": only what is so, line by line.

    opened: papers of the case that the signing person has opened. in_list: what the list says was read, no page.
    """
    papers = case.papers
    lines = [_("uppgifterna i listan är lästa") if in_list else _("uppgifterna i ärendet är lästa")]
    lines.append(_papers_in_words(opened, papers) if papers else _("inga handlingar ligger i ärendet"))
    if case.looks:
        lines.append(
            _("inget har framkommit om föreningen, ")
            + count_in_words(case.looks, _("värdekriterium"), _("värdekriterier"))
        )
    if case.answered_elsewhere:
        answered = count_in_words(case.answered_elsewhere, _("värdekriterium"), _("värdekriterier"))
        lines.append(answered + _(" bygger på svar i ett annat ärende"))
    if not case.answered_on_conflict:
        lines.append(_("du är inte jävig i omgången") if of_round else _("du är inte jävig i ärendet"))
    if case.is_routine_left:
        lines.append(_("rutinen för lokaluthyrning är följd"))
    if not case.situation.basic_check:
        lines.append(_("grundkontrollen är klar"))
    return tuple(lines)


def _papers_in_words(opened: int, papers: int) -> Words:
    """What of the papers was gone through, and what was not."""
    said = _("du har öppnat {opened} av {papers} handlingar", opened=opened, papers=papers)
    return said if opened >= papers else said + _(", resten är inte granskade")


def steps_after(case: CaseProgress, lead: LeadStep) -> tuple[Words, ...]:
    """What comes after the step that is next, of a case that is handled."""
    if not case.in_hand or lead.awaited is None:
        return ()
    after = [gate.remedy for gate in case.holding_back[1:3]] if lead.awaited is not CaseAct.REVIEW else []
    if case.situation.group_required and not case.situation.group_done and lead.awaited is not CaseAct.REFER:
        after.append(_("Lämna ärendet till referensgruppen."))
    return tuple(after[:2])
