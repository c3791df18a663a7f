"""What one person may be told of one association, whatever page tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from vetting.casework.services import identities
from vetting.engine.form_facts import asked_facts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.privacy import Privacy
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.casework.models.facts import FactValue
    from vetting.engine.facts import Catalogue
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.session import Session

T = TypeVar("T")
RECUSED_PROBLEM: Final = (_("Du har anmält jäv i ett av föreningens ärenden."), _("Be en kollega göra det."))


@dataclass(frozen=True, slots=True)
class AssociationVisibility:
    """What is told goes through here: pages choose how to say it, not what."""

    aside: bool
    """The person has left the association to others: its name and number, and nothing of what the board knows."""
    at_counter: bool
    """The person sees to bookings only: three answers and the question, never what they rest on."""

    @property
    def whole(self) -> bool:
        """Whether what the board knows and has assessed may be told."""
        return not (self.aside or self.at_counter)

    def known(self, found: Sequence[T]) -> Sequence[T]:
        """The rows found; none for a reader who does not see the whole association."""
        return found if self.whole else ()

    def facts(self, rows: Sequence[FactValue], catalogue: Catalogue, of_bookings: RuleSet | None) -> list[FactValue]:
        """Values of facts: none that are sealed, and at the counter only what bookings ask for."""
        if self.aside:
            return []
        told = [row for row in rows if row.fact in catalogue and catalogue[row.fact].privacy is not Privacy.SEALED]
        if not self.at_counter:
            return told
        groups = asked_facts(of_bookings, CaseKind.BOOKING).values() if of_bookings else ()
        asked = {definition.id for group in groups for definition in group}
        return [row for row in told if row.fact in asked]


def visibility_of(session: Session, association_id: int) -> AssociationVisibility:
    """What a person may be told of an association."""
    return AssociationVisibility(
        aside=identities.in_conflict(session, association_id), at_counter=session.person.sees_bookings_only
    )
