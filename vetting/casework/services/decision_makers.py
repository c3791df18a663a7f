"""In whose name a decision is made: the right to it, what it needs for that, and how it is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting.kernel.decision_outcomes import DecisionForm
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _
from vetting.people.domain.delegation import BY_MINUTES, DecisionAuthority, decider_in_words
from vetting.people.models.people import names_of

if TYPE_CHECKING:
    from vetting.casework.models.decisions import Decision
    from vetting.kernel.store.session import Session
    from vetting.people.domain.delegation import DecisionRight

LONGEST_PARAGRAPH: Final = 60
LONGEST_REASON: Final = 2000


AT_ONCE: Final = DecisionForm()
"""By one person who may, there and then."""


def wrong_with(held: DecisionRight, form: DecisionForm) -> list[Problem]:
    """What is decided at a meeting has its paragraph; what the chair decides alone could not wait."""
    if held.maker in BY_MINUTES and not form.paragraph.strip():
        return [
            Problem(
                "paragraph",
                _("Paragrafen i protokollet saknas."),
                _("Skriv den. Nämnden eller utskottet har beslutat vid ett sammanträde."),
            )
        ]
    if held.maker is DecisionAuthority.CHAIR and not form.urgent_because.strip():
        return [
            Problem(
                "urgent_because",
                _("Det står inte varför beslutet inte kan vänta."),
                _("Skriv det, eller vänta till nämndens sammanträde."),
            )
        ]
    return []


def signature_columns(session: Session, held: DecisionRight | None, form: DecisionForm) -> dict[str, Any]:
    """The columns of a decision that say who made it, when, by what right and in whose place."""
    stood_in_for = held.for_user if held is not None else None
    return {
        "maker": held.maker.value if held else "",
        "delegation_point": held.point if held else "",
        "paragraph": form.paragraph.strip()[:LONGEST_PARAGRAPH],
        "urgent_because": form.urgent_because.strip()[:LONGEST_REASON],
        "item_decision_id": form.item_decision_id,
        "substitute_for": names_of(session, {stood_in_for}).get(stood_in_for, "") if stood_in_for else "",
        "decided_on": form.decided_on or session.today,
        "decided_at": session.now,
        "by_user_id": session.person.id,
        "by_name": session.person.name,
        "by_function": (held.title if held else "") or session.person.function,
    }


def decided_by(decision: Decision, board: str) -> Words:
    """Who made a decision, in the middle of a sentence: never whoever only noted what a meeting decided."""
    return decider_in_words(
        decision.maker,
        board=board,
        function=decision.title,
        name=decision.decider(by_name=False).sv,
        point=decision.delegation_point,
    )
