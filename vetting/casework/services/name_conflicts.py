"""A number that belongs to one association, under the name of another: who a case is about is settled first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.associations.domain.name_differences import NameRelation, relation_of_names
from vetting.associations.models.associations import TO_CONFIRM, WRONG, Association, AssociationName, merged_among
from vetting.casework.models.cases import Case
from vetting.kernel.organisation_numbers import fold_name
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.store.import_batches import ImportBatch, is_batch_not_undone
from vetting.kernel.store.read_cache import cached_query, prime_query_cache
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vetting.kernel.store.session import Session


UNSETTLED_KINDS: Final = frozenset({TO_CONFIRM, WRONG})


@dataclass(frozen=True, slots=True)
class NameConflict:
    """The name that a case came under, and the association that its number belongs to."""

    name: str
    owner: Association


def name_conflicts_of(session: Session, cases: Iterable[Case]) -> dict[int, NameConflict]:
    """Case -> its conflict, for those of some cases that have one; in three queries for all of them.

    A name that nobody has confirmed, or that a person has said is not the association's, is in conflict where it is no
    other way of writing or shortening a name that is.
    """
    known = [case for case in cases if case.association_id is not None]
    owners = {case.association_id for case in known if case.association_id is not None}
    if not owners:
        return {}
    merged = merged_among(session, owners)
    names: dict[int, list[AssociationName]] = {}
    rows = session.scalars(
        select(AssociationName)
        .where(AssociationName.association_id.in_([*owners, *merged]), is_batch_not_undone(AssociationName.batch_id))
        .order_by(AssociationName.id)
    )
    for row in rows:
        names.setdefault(merged.get(row.association_id, row.association_id), []).append(row)
    found = {case.id: case for case in known if _in_conflict(case.name, names.get(case.association_id or 0, ()))}
    if not found:
        return {}
    wanted = {case.association_id for case in found.values()}
    held = {row.id: row for row in session.scalars(select(Association).where(Association.id.in_(wanted)))}
    return {key: NameConflict(case.name, held[case.association_id or 0]) for key, case in found.items()}


def _in_conflict(name: str, known: Sequence[AssociationName]) -> bool:
    key = fold_name(name)
    waits = any(row.name_key == key and row.kind in UNSETTLED_KINDS for row in known)
    sure = [row.name for row in known if row.kind not in UNSETTLED_KINDS]
    return waits and all(relation_of_names(name, other) is NameRelation.OTHER for other in sure)


@cached_query(Association, AssociationName, ImportBatch, Case.name, Case.association_id)
def of_case(session: Session, case: Case) -> NameConflict | None:
    """The conflict of one case."""
    return name_conflicts_of(session, [case]).get(case.id)


def prefetch_name_conflicts(session: Session, cases: Sequence[Case]) -> None:
    """Asks the same for the cases of a list at once."""
    found = name_conflicts_of(session, cases)
    prime_query_cache(session, of_case, {(case,): found.get(case.id) for case in cases})


def in_words(found: NameConflict) -> Words:
    return _("Numret hör till {name}, men ärendet har namnet {name_2}.", name=found.owner.name, name_2=found.name)


REMEDY: Final = _(
    "Avgör på sidan för föreningen vilken förening det är. Om ärendet gäller någon annan: avsluta "
    "det och registrera det på nytt med rätt nummer."
)


def refuse_unsettled(session: Session, case: Case) -> None:
    """Nobody answers for an association before it is known which one it is.

    Raises:
        Refused: the case's number belongs to an association of another name.
    """
    found = of_case(session, case)
    if found is not None:
        raise Refused(Obstacle.CLOSED, Problem(case.number, in_words(found), REMEDY))
