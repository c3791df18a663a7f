"""What was decided, in a word and as a sentence: the same on its page, in its document and in lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.casework.domain.legal_force import RESCISSION
from vetting.casework.services.decision_makers import decided_by
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import MEASURE_DECISION_WORDS, DecisionOutcome, outcome_words
from vetting.kernel.money import kronor
from vetting.kernel.text import Words, _, in_context, same_in_both, upper_first

if TYPE_CHECKING:
    from vetting.casework.models.decisions import Decision


def outcome_in_words(kind: str, outcome: str, *, by_exception: object = False) -> Words:
    """What an outcome is called. by_exception: whether, or which, requirements are set aside."""
    if kind in MEASURE_DECISION_WORDS:
        return MEASURE_DECISION_WORDS[kind]
    return outcome_words(CaseKind(kind), DecisionOutcome(outcome), by_exception=bool(by_exception))


def _of_booking(decision: Decision, name: str) -> Words:
    if decision.kind == RESCISSION:
        return _("ta tillbaka bokningen för {name}.", name=name)
    if decision.outcome == DecisionOutcome.APPROVED:
        return _("bekräfta bokningen för {name}.", name=name)
    return _("inte bekräfta bokningen för {name}.", name=name)


def _of_claim(decision: Decision, name: str, amount: Words) -> Words:
    if decision.kind == "reclaim":
        return _("kräva tillbaka ") + amount + _(" av {name}.", name=name)
    return _("efterge ") + amount + _(" av återkravet mot {name}.", name=name)


def _of_change(decision: Decision, name: str) -> Words:
    if decision.outcome == DecisionOutcome.APPROVED:
        return _("godkänna att bidraget till {name} ändras.", name=name)
    return _("inte godkänna att bidraget till {name} ändras.", name=name)


def decision_sentence(decision: Decision, board: str, name: str, round_name: str) -> Words:
    """What was decided and by whom, as a decision says it; what is only execution decides nothing."""
    amount = kronor(decision.amount or 0)
    of_round = _(" i {round_name}", round_name=round_name) if round_name else same_in_both("")
    if decision.execution:
        return _("Bokningen för {name} är bekräftad.", name=name)
    decides = upper_first(decided_by(decision, board)) + _(" beslutar att ")
    match decision.kind, decision.outcome:
        case "payment_stop", _outcome:
            done = _("stoppa utbetalningen av ") + amount + in_context("whom", " till ")
            return decides + done + same_in_both(f"{name}.")
        case "payment_release", _outcome:
            done = _("häva stoppet av utbetalningen av ") + amount
            return decides + done + _(" till {name}.", name=name)
        case (("reclaim" | "reclaim_waiver"), _outcome):
            return decides + _of_claim(decision, name, amount)
        case "grant_change", _outcome:
            return decides + _of_change(decision, name)
        case ((CaseKind.BOOKING | "rescission"), _outcome):
            return decides + _of_booking(decision, name)
        case _kind, DecisionOutcome.APPROVED | DecisionOutcome.PARTLY_APPROVED:
            part = _(", en del av det sökta")
            whole = decision.outcome == DecisionOutcome.APPROVED
            granted = _("bevilja {name} ", name=name) + amount + (same_in_both("") if whole else part)
            return decides + granted + of_round + same_in_both(".")
        case _:
            return decides + _not_granted(decision.outcome, name) + of_round + same_in_both(".")


def _not_granted(outcome: DecisionOutcome, name: str) -> Words:
    match outcome:
        case DecisionOutcome.DISCONTINUED:
            return _("avskriva ärendet om ansökan från {name}", name=name)
        case DecisionOutcome.DISMISSED:
            return _("avvisa ansökan från {name}", name=name)
        case _:
            return _("avslå ansökan från {name}", name=name)
