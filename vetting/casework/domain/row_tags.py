"""How a case stands, in two or three words, for a row of a list."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.casework.domain.cases import STATE_WORDS, CaseState
from vetting.casework.domain.next_steps import CaseAct, CaseHolder
from vetting.kernel.money import kronor
from vetting.kernel.text import Words, _, count_in_words, day_in_words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Callable

    from vetting.casework.domain.lead_steps import LeadStep
    from vetting.casework.domain.next_steps import CaseProgress


class TagTone(StrEnum):
    """What a tag looks like: its colour and its sign."""

    CLEAR = "clear"
    SEE = "see"
    LACKS = "lacks"
    AGAINST = "against"
    PLAIN = "plain"


class RowTag(NamedTuple):
    """A tag: what it says, how it looks, and whether a person stands behind it."""

    words: Words
    tone: TagTone
    by_person: bool


TAGS: Final[tuple[tuple[Callable[[CaseProgress], bool], Callable[[CaseProgress], RowTag]], ...]] = (
    (lambda case: case.look_again, lambda _case: RowTag(_("Nya uppgifter"), TagTone.SEE, by_person=False)),
    (lambda case: not case.open, lambda case: RowTag(STATE_WORDS[case.state], TagTone.PLAIN, by_person=True)),
    (lambda case: case.waits_to_end, lambda _case: RowTag(_("Föreslås avskrivas"), TagTone.PLAIN, by_person=True)),
    (lambda case: not case.has_rules, lambda _case: RowTag(_("Inga regler"), TagTone.SEE, by_person=False)),
    (
        lambda case: case.situation.name_in_conflict is not None,
        lambda _case: RowTag(_("Kontrollera namn"), TagTone.SEE, by_person=False),
    ),
    (
        lambda case: case.points_to_see > 0,
        lambda case: RowTag(_count(case.points_to_see, _("att se över")), TagTone.SEE, by_person=False),
    ),
    (
        lambda case: bool(case.situation.not_met),
        lambda case: RowTag(_("Ej uppfyllt"), TagTone.AGAINST, by_person=case.assessed_against),
    ),
    (
        lambda case: bool(case.situation.gaps),
        lambda case: RowTag(_count(len(case.situation.gaps), _("saknas")), TagTone.LACKS, by_person=False),
    ),
    (
        lambda case: case.in_hand and case.amount_unread,
        lambda _case: RowTag(_("Beloppet går inte att läsa"), TagTone.LACKS, by_person=False),
    ),
    (
        lambda case: case.in_hand and case.situation.papers_unopened,
        lambda _case: RowTag(_("Handlingar inte granskade"), TagTone.SEE, by_person=False),
    ),
    (
        lambda case: case.state is CaseState.READY and case.is_proposed,
        lambda _case: RowTag(_("Klar för beslut"), TagTone.CLEAR, by_person=True),
    ),
    (
        lambda case: case.state is CaseState.READY,
        lambda _case: RowTag(_("Förslag ska skrivas"), TagTone.CLEAR, by_person=True),
    ),
    (
        lambda case: case.is_gone_through,
        lambda _case: RowTag(_("Granskad"), TagTone.CLEAR, by_person=True),
    ),
    (lambda _case: True, lambda _case: RowTag(_("Inga hinder"), TagTone.CLEAR, by_person=False)),
)
"""What stands out in a case: what is left for a person first, then what is known of it; the first that is so."""


def tag_of(case: CaseProgress) -> RowTag:
    """The tag of a case."""
    return next(tag(case) for holds, tag in TAGS if holds(case))


def tag_beside_list(tag: RowTag, gaps: int) -> RowTag:
    """The tag of a case whose list lacks what is told once above the rows. gaps: what it lacks beside that."""
    if tag.tone is not TagTone.LACKS:
        return tag
    words = _count(gaps, _("saknas")) if gaps else _("Saknas i listan")
    return tag._replace(words=words)


def _count(number: int, words: Words) -> Words:
    return count_in_words(number, words, words)


_IN_SHORT: Final = {
    CaseAct.REVIEW: _("Granska"),
    CaseAct.LOOK_AGAIN: _("Ta ställning"),
    CaseAct.REFER: _("Lämna till gruppen"),
    CaseAct.SETTLE_NAME: _("Kontrollera namn och nr"),
    CaseAct.COMMUNICATE: _("Skriv till föreningen"),
}
"""What a row has place for, where the page says more."""


def next_in_words(case: CaseProgress, lead: LeadStep) -> Words:
    """The next step, as a list tells it: what to do, or whom it waits for."""
    awaited = lead.awaited
    if lead.step is None:
        return _waits_for(lead)
    match awaited:
        case CaseAct.SEE_POINT:
            return _("Se över ") + _count_of_points(case.points_to_see)
        case CaseAct.REQUEST_COMPLETION:
            return _("Påminn") if case.asked_before else _("Begär komplettering")
        case CaseAct.PROPOSE_APPROVAL if case.approval is not None:
            return _("Föreslå bevilja ") + kronor(case.approval)
        case _:
            return _IN_SHORT.get(awaited or lead.step.act, lead.step.label)


def _count_of_points(number: int) -> Words:
    return count_in_words(number, _("punkt"), _("punkter"))


_WAITS: Final = {
    CaseHolder.ASSOCIATION: _("Svar väntas"),
    CaseHolder.GROUP: _("Hos referensgruppen"),
    CaseHolder.COORDINATOR: _("Hos samordnaren"),
    CaseHolder.DECISION_MAKER: _("Hos beslutsfattaren"),
    CaseHolder.FINANCE: _("Hos ekonomi"),
    CaseHolder.REGISTRAR: _("Hos registratorn"),
    CaseHolder.OFFICER: _("Hos handläggaren"),
}


def _waits_for(lead: LeadStep) -> Words:
    if lead.holder is CaseHolder.ASSOCIATION and lead.until is not None:
        return _("Svar väntas ") + day_in_words(lead.until)
    return _WAITS[lead.holder] if lead.holder is not None else same_in_both("–")
