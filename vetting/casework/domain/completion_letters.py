"""The letter that asks an association for what its case lacks, and reminds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.engine.facts import shorten_text
from vetting.kernel import text as words
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import IncompleteTreatment
from vetting.kernel.text import Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.engine.facts import Catalogue
    from vetting.kernel.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionLetterContent:
    """What a letter is about. first_due_on is set for a reminder: the day that has been."""

    kind: CaseKind
    number: str
    purpose: str
    received_on: date
    facts: Sequence[str]
    text: str
    due_on: date
    first_due_on: date | None = None
    follows: IncompleteTreatment = IncompleteTreatment.AS_IT_STANDS
    """What it says will follow when nothing comes."""


_SUBJECT: Final = _("Komplettering av ärende ")
_REMINDER: Final = _("Påminnelse: komplettering av ärende ")
_CAME: Final[Mapping[CaseKind, Words]] = {
    CaseKind.GRANT: _("Vi har tagit emot er ansökan, som kom in den "),
    CaseKind.BOOKING: _("Vi har tagit emot er bokningsförfrågan, som kom in den "),
}
_PURPOSE: Final = _("Ändamål: ")
_NEED: Final = _("För att kunna pröva ärendet behöver vi det här:")
_STILL: Final = _("Det här har inte kommit in än:")
_ASKED_BEFORE: Final = _("Vi bad er att komplettera ärendet senast den ")
_REPLY: Final = _("Skicka in kompletteringen senast den ")
_QUOTE: Final = _("Ange ärendenummer {number} i svaret.")
_LATE: Final = _("Det som kommer senare, men före beslutet, räknas också. ")
_FOLLOWS: Final[Mapping[IncompleteTreatment, Words]] = {
    IncompleteTreatment.AS_IT_STANDS: _(
        "Om kompletteringen inte kommer in kan ärendet avgöras på det underlag som finns."
    ),
    IncompleteTreatment.DISMISS: _(
        "Om kompletteringen inte kommer in kan ansökan avvisas. Det betyder att den inte prövas."
    ),
    IncompleteTreatment.REFUSE: _("Om kompletteringen inte kommer in kan ansökan avslås."),
}
_ASK_US: Final = _("Hör av er om något är oklart, eller om ni behöver mer tid.")
_REGARDS: Final = _("Med vänlig hälsning")


def compose_completion_letter(
    asked: CompletionLetterContent, catalogue: Catalogue, *, board: str, by: str, language: Language
) -> tuple[str, list[str]]:
    """(subject, lines): what is asked for, why, until when, and what happens otherwise. by: who signs, or empty."""
    reminder = asked.first_due_on is not None
    lines = [_CAME[asked.kind] + words.long_day(asked.received_on) + same_in_both(".")]
    if asked.purpose:
        lines.append(_PURPOSE + same_in_both(shorten_text(asked.purpose).rstrip(".")) + same_in_both("."))
    if asked.first_due_on is not None:
        lines.append(_ASKED_BEFORE + words.long_day(asked.first_due_on) + same_in_both("."))
    if asked.facts:
        lines += [words.NO_WORDS, _STILL if reminder else _NEED]
        lines += [same_in_both("- ") + catalogue[fact].wanted for fact in asked.facts if fact in catalogue]
    if asked.text:
        lines += [words.NO_WORDS, same_in_both(asked.text)]
    lines += [
        words.NO_WORDS,
        _REPLY + words.long_day(asked.due_on) + same_in_both("."),
        _QUOTE.with_values(number=asked.number),
        words.NO_WORDS,
        _LATE + _FOLLOWS[asked.follows],
        _ASK_US,
    ]
    lines += [words.NO_WORDS, _REGARDS]
    said = [line.to(language) for line in lines]
    subject = (_REMINDER if reminder else _SUBJECT) + same_in_both(asked.number)
    return subject.to(language), "\n".join([*said, *([by] if by else []), board]).splitlines()
