"""The answer at a counter: one of three, and a question to the association without a word of suspicion."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.engine import reasons
from vetting.engine.proposal import Proposal, strongest_proposal
from vetting.engine.screening import BookingPart
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import AND, NO_WORDS, Words, _, day_in_words, list_words, long_day, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.screening import Screening

FOUR_QUESTIONS: Final = ("organiser_of_record", "event_purpose", "responsible_person", "expected_visitors")
"""What is asked of every event; what else the rules ask is asked in the case."""
REPLY_TIME: Final = timedelta(days=7)
TWO_WEEKS, A_MONTH = 14, 30


class CounterAnswer(StrEnum):
    """What is said at the counter. Nobody is refused there."""

    CAN_BE_BOOKED = "can_be_booked"
    LOOK_CLOSER = "look_closer"
    ASK = "ask"


COUNTER_WORDS: Final[Mapping[CounterAnswer, Words]] = {
    CounterAnswer.CAN_BE_BOOKED: _("Kan bokas"),
    CounterAnswer.LOOK_CLOSER: _("Behöver granskas närmare"),
    CounterAnswer.ASK: _("Uppgifter saknas, fråga"),
}


PART_WORDS: Final[Mapping[BookingPart, Words]] = {
    BookingPart.ASSOCIATION: _("Föreningen"),
    BookingPart.EVENT: _("Arrangemanget"),
}


def at_counter(proposal: Proposal) -> CounterAnswer:
    """A proposal as it is told at the counter."""
    match proposal:
        case Proposal.APPROVE | Proposal.REFER:
            return CounterAnswer.CAN_BE_BOOKED
        case Proposal.COMPLETE:
            return CounterAnswer.ASK
        case Proposal.ASSESS | Proposal.REFUSE | Proposal.DISMISS | Proposal.PAUSE_PAYMENT | Proposal.RECLAIM:
            return CounterAnswer.LOOK_CLOSER


def counter_words(proposal: Proposal, reply_by: date) -> Words:
    """The answer in words; where somebody must look closer, by when the association is told."""
    answer = at_counter(proposal)
    when = _(", svar senast ") + day_in_words(reply_by) if answer is CounterAnswer.LOOK_CLOSER else NO_WORDS
    return COUNTER_WORDS[answer] + when


def association_words(proposal: Proposal, reply_by: date) -> Words:
    """The answer about the association alone: what it books is asked beside it."""
    if at_counter(proposal) is CounterAnswer.CAN_BE_BOOKED:
        return _("Kan boka")
    return counter_words(proposal, reply_by)


def parts_of(screening: Screening) -> dict[BookingPart, Proposal]:
    """What is proposed of each part; of a booking both always, the event until answered incomplete."""
    found = dict(screening.parts)
    if screening.kind is CaseKind.GRANT:
        return {BookingPart.ASSOCIATION: found.get(BookingPart.ASSOCIATION, screening.proposal)}
    event = [Proposal.COMPLETE] if unanswered_questions(screening) else []
    event += [found[BookingPart.EVENT]] if BookingPart.EVENT in found else []
    return {
        BookingPart.ASSOCIATION: found.get(BookingPart.ASSOCIATION, Proposal.APPROVE),
        BookingPart.EVENT: strongest_proposal(event),
    }


def proposal_of(screening: Screening) -> Proposal:
    """The stronger of both parts."""
    return strongest_proposal([screening.proposal, *parts_of(screening).values()])


def unanswered_questions(screening: Screening) -> tuple[str, ...]:
    """Which of the questions about a booking's event nobody has answered."""
    if screening.kind is CaseKind.GRANT:
        return ()
    return tuple(name for name in FOUR_QUESTIONS if screening.facts.values.get(name) in {None, ""})


def facts_to_ask(screening: Screening) -> tuple[str, ...]:
    """The facts to ask the association for, the questions about the event among them."""
    return tuple(dict.fromkeys((*reasons.missing_to_ask_for(screening), *unanswered_questions(screening))))


def reply_by(today: date, event: date | None) -> date:
    """When an answer is asked for: in a week, and before the event."""
    latest = today + REPLY_TIME
    return latest if event is None else max(min(latest, event - timedelta(days=1)), today)


def question_to_association(screening: Screening, reply_by: date) -> Words:
    """What can be sent to the association as it stands; no words where nothing is missing."""
    catalogue = screening.ruleset.catalogue
    wanted = dict.fromkeys(catalogue[fact].wanted for fact in facts_to_ask(screening) if fact in catalogue)
    if not wanted:
        return NO_WORDS
    return (
        _("Hej! För att kunna gå vidare behöver vi: ")
        + list_words(wanted, AND)
        + _(". Svara gärna senast den ")
        + long_day(reply_by)
        + same_in_both(".")
    )


def age_in_words(looked_on: date, on: date) -> Words:
    """How old a look is: days, then weeks, then months."""
    days = (on - looked_on).days
    if days <= 0:
        return _("i dag")
    if days == 1:
        return _("i går")
    if days >= A_MONTH:
        months = days // A_MONTH
        unit = _("månad") if months == 1 else _("månader")
        return _("för {months} {unit} sedan", months=months, unit=unit)
    if days >= TWO_WEEKS:
        return _("för {value} veckor sedan", value=days // 7)
    return _("för {days} dagar sedan", days=days)
