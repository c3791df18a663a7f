"""Two records found to be one association: compared field by field, and made one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import exists, select

from vetting.associations.models.associations import (
    ALIAS,
    CURRENT,
    FORMER,
    WRONG,
    Association,
    AssociationMerge,
    AssociationName,
    distinct_from,
    names_of_records,
    records_of,
)
from vetting.casework.domain.cases import OPEN
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import Case
from vetting.casework.models.completions import Contact
from vetting.casework.models.documents import Document
from vetting.casework.models.facts import of_association
from vetting.casework.services.identities import (
    conflict_free,
    find_association,
    one_already,
    set_current_name,
    used_by_others,
)
from vetting.casework.services.screenings import screen_case
from vetting.casework.services.visibility import visibility_of
from vetting.kernel.organisation_numbers import format_number
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _
from vetting.people import require_permission

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.engine.facts import Catalogue
    from vetting.kernel.store.session import Session, WritingSession

FIELDS: Final[Mapping[str, Words]] = {
    "name": _("Namn"),
    "form": _("Form"),
    "municipality": _("Kommun"),
    "seat": _("Säte"),
}
"""What a record holds itself, and may hold differently from another of the same association."""
MOST_SCREENED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordComparison:
    """Two records side by side, before they are made one."""

    kept: Association
    merged: Association
    fields: Mapping[str, tuple[str, str]]
    """Field -> what each says, where they differ."""
    names: Sequence[AssociationName]
    """The names that come along."""
    facts: Mapping[str, tuple[Any, Any, bool]]
    """Fact -> what each says, where they differ, and whether the second one's will hold: the newest does."""
    cases: int
    documents: int
    answers: int


def compare_records(session: Session, first: int, second: int, *, catalogue: Catalogue) -> RecordComparison:
    """What two records say, and what would go from the second to the first; nothing that is sealed.

    The one with a number is kept, whichever was named first.

    Raises:
        Refused: they cannot be one association, or not from here.
    """
    require_permission(session.person, Action.MATCH_ASSOCIATIONS)
    kept, merged = _pair(session, first, second)
    of_merged = select(Case.id).where(Case.association_id == merged.id)
    facts = _differing_facts(session, kept.id, merged.id, catalogue)
    return RecordComparison(
        kept=kept,
        merged=merged,
        fields={
            name: (getattr(kept, name), getattr(merged, name))
            for name in FIELDS
            if getattr(merged, name) and getattr(kept, name) != getattr(merged, name)
        },
        names=names_of_records(session, merged.id),
        facts=facts,
        cases=len(session.scalars(of_merged).all()),
        documents=len(session.scalars(select(Document.id).where(Document.association_id == merged.id)).all()),
        answers=len(session.scalars(select(AssessmentRow.id).where(AssessmentRow.association_id == merged.id)).all()),
    )


def merge_records(session: WritingSession, first: int, second: int, chosen: Mapping[str, str]) -> AssociationMerge:
    """Makes two records one: cases, papers and names come along, nothing is copied or lost.

    chosen: field -> "merged" where what the second record says is to hold.

    Raises:
        Refused: somebody was first, or they cannot be one association.
    """
    require_permission(session.person, Action.MATCH_ASSOCIATIONS)
    kept, merged = _pair(session, first, second)
    before = {}
    for name in FIELDS:
        if getattr(merged, name) and (chosen.get(name) == "merged" or not getattr(kept, name)):
            before[name] = getattr(kept, name)
            setattr(kept, name, getattr(merged, name))
    set_current_name(kept, kept.name)
    moved: dict[str, Any] = {"cases": [], "documents": [], "contacts": [], "earlier": []}
    for case in session.scalars(select(Case).where(Case.association_id == merged.id).order_by(Case.id)):
        case.association_id = kept.id
        moved["cases"].append(case.id)
    for paper in session.scalars(select(Document).where(Document.association_id == merged.id).order_by(Document.id)):
        paper.association_id = kept.id
        moved["documents"].append(paper.id)
    for contact in session.scalars(_contacts_to_move(kept, merged)):
        contact.association_id = kept.id
        moved["contacts"].append(contact.id)
    for earlier in session.scalars(select(Association).where(Association.merged_into_id == merged.id)):
        earlier.merged_into_id = kept.id
        moved["earlier"].append(earlier.id)
    merged.merged_into_id = kept.id
    moved["names"] = _names_along(session, kept, merged)
    if "name" in before:
        moved["names"] += _now_called(session, kept)
    row = AssociationMerge(
        board_id=session.person.board_id,
        kept_id=kept.id,
        merged_id=merged.id,
        moved=moved,
        before=before,
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(row)
    session.flush()
    rescreen_open_cases(session, kept)
    session.note(
        "associations_merged",
        kept,
        board_id=session.person.board_id,
        detail={"name": kept.name, "merged": merged.name, "cases": len(moved["cases"])},
    )
    return row


def _pair(session: Session, first: int, second: int) -> tuple[Association, Association]:
    """The record that is kept and the one that goes into it.

    Raises:
        Refused: there is no such pair, they are one already, or cannot be one.
    """
    kept, merged = find_association(session, first), find_association(session, second)
    if kept.id == merged.id:
        raise Refused(Obstacle.STALE, one_already(kept))
    if merged.number and not kept.number:
        kept, merged = merged, kept
    if kept.number and merged.number:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                merged.name,
                _(
                    "De har olika organisationsnummer, {number} och {number_2}, och är två föreningar.",
                    number=format_number(kept.number),
                    number_2=format_number(merged.number),
                ),
                _("Står numret fel på ett ärende? Rätta det där."),
            ),
        )
    if merged.id in distinct_from(session, kept.id):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                merged.name,
                _("Någon har funnit att de inte är samma förening."),
                _("Ta tillbaka det först, om det var fel."),
            ),
        )
    if used_by_others(session, merged.id, session.person.board_id):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                merged.name,
                _("Posten används av flera nämnder och kan inte slås ihop av en av dem."),
                _("Be systemförvaltaren."),
            ),
        )
    for association in (kept, merged):
        conflict_free(session, association.id)
    return kept, merged


def _contacts_to_move(kept: Association, merged: Association) -> Any:  # noqa: ANN401 - a select
    """Addresses of the second, where the first has none of their board and kind."""
    other = select(Contact.board_id, Contact.kind).where(Contact.association_id == kept.id).subquery()
    has_one = exists(select(other.c.kind).where(other.c.board_id == Contact.board_id, other.c.kind == Contact.kind))
    return select(Contact).where(Contact.association_id == merged.id, ~has_one).order_by(Contact.id)


NameChange = list[Any]
"""[id of the name, its kind before, its kind after]"""


def _names_along(session: WritingSession, kept: Association, merged: Association) -> list[NameChange]:
    """The names of the second become the first's, too: so that they are known when they come again."""
    of_kept = select(AssociationName).where(AssociationName.association_id == kept.id)
    own = {row.name_key: row for row in session.scalars(of_kept.order_by(AssociationName.id))}
    along = []
    for row in session.scalars(select(AssociationName).where(AssociationName.association_id == merged.id)).all():
        known = own.get(row.name_key)
        if row.kind == WRONG or (known is not None and known.kind != WRONG):
            continue
        kind = ALIAS if row.kind == CURRENT else row.kind
        if known is None:
            known = own[row.name_key] = AssociationName(
                association_id=kept.id, name=row.name, name_key=row.name_key, source=row.source, since=row.since
            )
            session.add(known)
        known.kind = kind
        along.append(known)
    session.flush()
    return [[row.id, WRONG, row.kind] for row in along]


def _now_called(session: WritingSession, kept: Association) -> list[NameChange]:
    """The name that was chosen is the current one, and what was it before is an earlier one."""
    changes: list[NameChange] = []
    for row in session.scalars(select(AssociationName).where(AssociationName.association_id == kept.id)).all():
        kind = CURRENT if row.name == kept.name else FORMER if row.kind == CURRENT else row.kind
        if kind != row.kind:
            changes.append([row.id, row.kind, kind])
            row.kind = kind
    return changes


def _differing_facts(
    session: Session, kept: int, merged: int, catalogue: Catalogue
) -> dict[str, tuple[Any, Any, bool]]:
    """What the board knows of each association, where it differs; the newest value will hold."""
    mine, theirs = (
        {
            row.fact: row
            for row in visibility_of(session, key).facts(
                of_association(session, session.person.board_id, key), catalogue, None
            )
        }
        for key in (kept, merged)
    )
    return {
        fact: (mine[fact].value, theirs[fact].value, theirs[fact].source.entered_at > mine[fact].source.entered_at)
        for fact in sorted(mine.keys() & theirs.keys())
        if mine[fact].value != theirs[fact].value
    }


def rescreen_open_cases(session: WritingSession, association: Association) -> None:
    """Open cases are judged anew: what is known of the association is more, or less, than before."""
    wanted = Case.association_id.in_(records_of(association.id)) & (Case.board_id == session.person.board_id)
    still_open = Case.state.in_(OPEN)
    for case in session.scalars(select(Case).where(wanted, still_open).order_by(Case.id.desc()).limit(MOST_SCREENED)):
        screen_case(session, case)
