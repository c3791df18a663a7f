"""Finding the association that somebody writes, or adding it; nothing is linked without a number or a person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from vetting.associations.domain.name_differences import (
    NameRelation,
    in_words,
    is_literal,
    may_be_meant,
    relation_of_names,
    word_differences,
)
from vetting.associations.models.associations import (
    ALIAS,
    BRANCH,
    CURRENT,
    FORMER,
    TO_CONFIRM,
    WRONG,
    Association,
    AssociationName,
    by_number,
    find_record,
    is_not_undone,
    kind_of_new_name,
    names_of_records,
)
from vetting.associations.models.name_index import similar_names
from vetting.kernel.organisation_numbers import fold_name, mask_personal_numbers, read_number
from vetting.kernel.store.import_batches import DONE, ImportBatch, is_batch_not_undone
from vetting.kernel.text import Words, _, same_in_both

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session, WritingSession


def find_or_add(session: WritingSession, name: str, number: str, *, source: str) -> Association | None:
    """The association with a number, else the one known by that name from the same source; None for nobody.

    A number with a name unlike those known keeps the name as one to be confirmed: never a second association.
    """
    name = " ".join(mask_personal_numbers(name).split())
    if not name and not number:
        return None
    known = find_record(session, name, number, source=source)
    if known is not None:
        _stands_by_itself(session, known, source)
        if number:
            _keep_name(session, known, name, source)
        return known
    added = Association(
        number=number or None,
        name=name or number,
        name_key=fold_name(name or number),
        source=source,
        created_at=session.now,
    )
    session.add(added)
    session.flush()
    session.add(
        AssociationName(association_id=added.id, name=added.name, name_key=added.name_key, kind=CURRENT, source=source)
    )
    return added


def _stands_by_itself(session: WritingSession, found: Association | AssociationName, source: str) -> None:
    """What came by an import that was taken back, or by another board's, is there again because somebody names it."""
    batch = session.get(ImportBatch, found.batch_id) if found.batch_id is not None else None
    if batch is not None and (batch.state != DONE or source != f"board {batch.board_id}"):
        found.batch_id = None


def _keep_name(session: WritingSession, association: Association, name: str, source: str) -> None:
    """A name not seen with a number before: another way of writing one that is, or one that a person looks at."""
    key = fold_name(name)
    if not key:
        return
    known = names_of_records(session, association.id)
    seen = next((row for row in known if row.name_key == key), None)
    if seen is None:
        wanted = select(AssociationName).where(
            AssociationName.association_id == association.id, AssociationName.name_key == key
        )
        seen = session.scalar(wanted.order_by(AssociationName.id).limit(1))
    if seen is not None:
        _stands_by_itself(session, seen, source)
        return
    kind = kind_of_new_name(name, known)
    session.add(AssociationName(association_id=association.id, name=name, name_key=key, kind=kind, source=source))


MOST_FOUND: Final = 20
UNSURE: Final = frozenset({TO_CONFIRM, WRONG, BRANCH})
"""Names that are offered and never taken for the one meant."""
LOOKED_THROUGH: Final = 120
"""Names: an association may have several, and some may not count any more."""
LEAST: Final = 0.5
"""Names less alike than this are not shown."""
SMALL_REGISTER: Final = 5_000
"""Names: a register in which no more have come is shown to the end of the list, best first."""
MUCH_WORSE: Final = 0.3
"""Nor are those that are so much less alike than the best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationMatch:
    """An association that may be the one meant, by the name that is most like what was asked for."""

    association: Association
    name: str
    kind: str
    """What kind of name it is; empty when it was found by its number."""
    score: float
    exact: bool
    """By number, or a name that is the same but for signs, capitals and the order of its words."""
    may_be: bool
    """Exact, or the name is perhaps the one meant."""
    literal: bool
    """The name letter for letter."""
    close: bool
    """Like enough to be shown at once; the rest of a small register stands further down."""
    wanted: str
    """The name that was asked for; empty when it was found by its number."""
    near: str
    """The place that makes it likelier, if one does."""

    @property
    def why(self) -> Words:
        """What speaks for it, in words; made when it is asked for, since more are looked through than told."""
        if not self.wanted:
            return BY_NUMBER
        why = in_words(word_differences(self.wanted, self.name))
        if self.name != self.association.name:
            why = NAME_KIND_WORDS.get(self.kind, NAME_KIND_WORDS[ALIAS]) + same_in_both(f"{self.name}. ") + why
        return why + same_in_both(" ") + SAME_PLACE + same_in_both(f"{self.near}.") if self.near else why


BY_NUMBER: Final = _("Samma organisationsnummer.")
NAME_KIND_WORDS: Final = {
    FORMER: _("Tidigare namn: "),
    BRANCH: _("Namn på en del av föreningen: "),
    ALIAS: _("Skrivs också: "),
    TO_CONFIRM: _("Har också kallats (inte bekräftat): "),
}
SAME_PLACE: Final = _("Samma ort: ")


def search_associations(
    session: Session, wanted: str, *, place: str = "", most: int = MOST_FOUND, whole: bool = False
) -> list[AssociationMatch]:
    """Associations by number, or by names like the one wanted, the likeliest first. Nothing is linked by it.

    place: a municipality or seat that makes one likelier. whole: of a register of some thousand names those that are
    less like it, too, to the end of the list: `close` tells which are.
    """
    number = read_number(wanted).digits
    if number:
        known = by_number(session, number)
        if known is None or not is_not_undone(session, known):
            return []
        return [
            AssociationMatch(
                association=known,
                name=known.name,
                kind="",
                score=1.0,
                exact=True,
                may_be=True,
                literal=True,
                close=True,
                wanted="",
                near="",
            )
        ]
    matches = {match.key: match.score for match in similar_names(session, wanted, place=place, most=LOOKED_THROUGH)}
    least = max(LEAST, max(matches.values(), default=0.0) - MUCH_WORSE)
    to_the_end = whole and (session.scalar(select(func.max(AssociationName.id))) or 0) <= SMALL_REGISTER
    holds = aliased(Association)
    rows = session.execute(
        select(AssociationName, holds)
        .join(Association, Association.id == AssociationName.association_id)
        .join(holds, holds.id == func.coalesce(Association.merged_into_id, Association.id))
        .where(
            AssociationName.id.in_([key for key, score in matches.items() if to_the_end or score >= least]),
            AssociationName.kind != WRONG,
            is_batch_not_undone(AssociationName.batch_id),
            is_batch_not_undone(holds.batch_id),
        )
        .order_by(AssociationName.id)
    )
    found: dict[int, AssociationMatch] = {}
    for row, association in rows:
        one = _match(wanted, row, association, matches[row.id], place, close=matches[row.id] >= least)
        best = found.get(association.id)
        if best is None or (one.literal, one.exact, one.score) > (best.literal, best.exact, best.score):
            found[association.id] = one
    if any(one.literal for one in found.values()):  # who writes a name letter for letter means it
        found = {key: replace(one, exact=one.exact and one.literal) for key, one in found.items()}
    ranked = sorted(
        found.values(), key=lambda one: (not one.literal, not one.exact, not one.close, -one.score, one.association.id)
    )
    return ranked[:most]


def _match(
    wanted: str, row: AssociationName, association: Association, score: float, place: str, *, close: bool
) -> AssociationMatch:
    sure = row.kind not in UNSURE
    return AssociationMatch(
        association=association,
        name=row.name,
        kind=row.kind,
        score=score,
        wanted=wanted,
        near=next((where for where in (association.municipality, association.seat) if place and where == place), ""),
        exact=sure and relation_of_names(wanted, row.name) is NameRelation.SAME,
        may_be=sure and may_be_meant(wanted, row.name),
        literal=sure and is_literal(wanted, row.name),
        close=close,
    )
