"""The quick check: one association by number or name, what the board knows, and what is left to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.domain.association import masked, read_number
from vetting.domain.criteria import CaseKind, Moment
from vetting.domain.name_differences import told_of_letters
from vetting.domain.people import Action
from vetting.domain.screening import Part, Screening, screen
from vetting.services import rule_versions
from vetting.services.associations import Found, search
from vetting.services.people import allow
from vetting.services.screenings import answers, known
from vetting.store.cases import Case, visible
from vetting.store.notices import notices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.domain.association import NumberKind
    from vetting.domain.people import Person
    from vetting.domain.proposal import Proposal
    from vetting.domain.words import Words
    from vetting.services.rules import Rules
    from vetting.store.associations import Association
    from vetting.store.notices import Notice

MOST_EARLIER: Final = 8
AFTER_ALL: Final = 2**62
"""The id of a case that would come now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a quick check says. Without an association: choose one of the matches; none: it is not in the register."""

    wanted: str
    number: NumberKind | None
    """What the number that was written is, if it was one."""
    matches: Sequence[Found]
    association: Association | None
    screening: Screening | None
    parts: dict[Part, Proposal]
    earlier: Sequence[Case]
    notices: Sequence[Notice]
    """Decisions in force at boards that have agreed to tell."""
    letters: Words | None
    """That what was written holds letters of another alphabet that look like ours."""
    looked_on: date | None
    """When the association was last looked at in this board."""


def check(
    session: Session, wanted: str, *, kind: CaseKind, chosen: int | None, rules: Rules, by: Person, at: datetime
) -> Checked:
    """Nothing is kept: what the board's records say of an association that asks now."""
    allow(by, Action.QUICK_CHECK)
    wanted = masked(wanted.strip()[:120])
    number = read_number(wanted)
    matches = search(session, wanted) if wanted else []
    if chosen is not None:
        matches = [item for item in matches if item.association.id == chosen]
    exact = [item for item in matches if item.exact]
    association = None
    if chosen is not None and matches:
        association = matches[0].association
    elif len(exact) == 1:
        association = exact[0].association
    ruleset = rule_versions.chosen(session, by.board_id, kind, rules, on=at.date())
    screening = None
    looked_on = None
    earlier: Sequence[Case] = ()
    if association is not None:
        earlier = session.scalars(
            visible(by).where(Case.association_id == association.id).order_by(Case.id.desc()).limit(MOST_EARLIER)
        ).all()
        if ruleset is not None:
            asking = Case(
                id=AFTER_ALL, board_id=by.board_id, kind=kind.value, association_id=association.id,
                name=association.name, received_on=at.date(), state="", not_asked=[],
            )  # fmt: skip
            given, _ = answers(session, asking)
            looked_on = max((answer.on for answer in given.values()), default=None)
            facts = known(session, asking, ruleset.catalogue).with_values(
                {"name_in_application": association.name}
                | ({"organisation_number": association.number} if association.number else {})
            )
            screening = screen(ruleset, facts, given, kind=kind, moment=Moment.BEFORE, on=at.date())
    return Checked(
        wanted=wanted,
        number=number.kind if any(c.isdigit() for c in wanted) else None,
        matches=matches,
        association=association,
        screening=screening,
        parts=screening.parts if screening else {},
        earlier=earlier,
        notices=notices(session, by.board_id, association.id, on=at.date()) if association is not None else (),
        letters=told_of_letters(wanted),
        looked_on=looked_on,
    )
