"""Who is who: what an association is called, which records may be the same, and which a person has found are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import exists, or_, select

from vetting.associations import MOST_FOUND, search_associations
from vetting.associations.models.associations import (
    ALIAS,
    BRANCH,
    CURRENT,
    FORMER,
    TO_CONFIRM,
    WRONG,
    Association,
    AssociationDistinction,
    AssociationName,
    distinct_from,
    is_not_undone,
    names_of_records,
    records_of,
)
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import Case, recused_associations
from vetting.casework.models.completions import Contact
from vetting.casework.models.facts import GivenFacts
from vetting.kernel.organisation_numbers import fold_name, mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _
from vetting.people import require_permission

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vetting.associations import AssociationMatch
    from vetting.kernel.store.session import Session, WritingSession

KINDS: Final[Mapping[str, Words]] = {
    CURRENT: _("nuvarande namn"),
    FORMER: _("tidigare namn"),
    BRANCH: _("namn på en del"),
    ALIAS: _("skrivs också så"),
    TO_CONFIRM: _("att bekräfta"),
    WRONG: _("inte föreningens namn"),
}
"""What each kind of name is called."""
SETTLED_KINDS: Final = (CURRENT, FORMER, BRANCH, ALIAS, WRONG)
LIKE_ENOUGH: Final = 0.7
"""Records with names this much alike may be the same association."""
LONGEST_REASON: Final = 500


def find_association(session: Session, key: int) -> Association:
    """The association with an id; of a record that was merged, the one that holds.

    Raises:
        Refused: there is none, or it came by an import that was taken back.
    """
    found = session.get(Association, key)
    if found is not None and found.merged_into_id is not None:
        found = session.get(Association, found.merged_into_id)
    if found is None or not is_not_undone(session, found):
        raise Refused(Obstacle.MISSING)
    return found


def settle_name(
    session: WritingSession, association_id: int, key: int, kind: str, *, since: date | None
) -> AssociationName:
    """What a name that somebody has used is to the association: its name now, an earlier one, a branch, or not its.

    Raises:
        Refused: there is no such name, the kind is none, or it is the only name there is.
    """
    require_permission(session.person, Action.MATCH_ASSOCIATIONS)
    name = session.get(AssociationName, key)
    if name is None or kind not in SETTLED_KINDS:
        raise Refused(Obstacle.MISSING)
    association = find_association(session, name.association_id)
    if association.id != find_association(session, association_id).id:
        raise Refused(Obstacle.MISSING)
    conflict_free(session, association.id)
    _not_only_theirs(session, association)
    if name.name == association.name and kind != CURRENT:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                name.name, _("Det är namnet som föreningen har nu."), _("Ange först ett annat namn som det nuvarande.")
            ),
        )
    if kind == CURRENT:
        for other in names_of_records(session, association.id):
            if other.kind == CURRENT and other.id != name.id:
                other.kind = FORMER if other.name_key != name.name_key else ALIAS
        set_current_name(association, name.name)
    name.kind, name.since = kind, since or name.since
    session.note(
        "name_settled", association, board_id=session.person.board_id, detail={"name": name.name, "kind": kind}
    )
    return name


def set_current_name(association: Association, name: str) -> None:
    """A new current name. A record without number is known again by the name it came with, which stays its key."""
    association.name = name
    if association.number:
        association.name_key = fold_name(name)


def _not_only_theirs(session: Session, association: Association) -> None:
    """What an association is called is settled by a board that has to do with it.

    Raises:
        Refused: only other boards have.
    """
    own = (
        select(Case.id).where(Case.association_id == association.id, Case.board_id == session.person.board_id).limit(1)
    )
    if session.scalar(own) is None and used_by_others(session, association.id, session.person.board_id):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                association.name,
                _("Nämnden har inget ärende som rör föreningen."),
                _("Låt en nämnd som har ett ärende bestämma vad föreningen heter."),
            ),
        )


def look_alikes(session: Session, association: Association) -> list[AssociationMatch]:
    """Other records that may be the same association, without those a person has found are not."""
    apart = distinct_from(session, association.id) | {association.id}
    found = search_associations(
        session, association.name, place=association.municipality or association.seat, most=MOST_FOUND
    )
    return [
        one
        for one in found
        if one.association.id not in apart
        and (one.may_be or one.score >= LIKE_ENOUGH)
        and not (one.association.number and association.number and not one.may_be)
    ]


def not_the_same(session: WritingSession, first: int, second: int, reason: str) -> AssociationDistinction:
    """Two records are two associations; nobody is asked again.

    Raises:
        Refused: one of them is not there, they are one, or nothing says why.
    """
    require_permission(session.person, Action.MATCH_ASSOCIATIONS)
    one, other = find_association(session, first), find_association(session, second)
    for association in (one, other):
        conflict_free(session, association.id)
    reason = " ".join(mask_personal_numbers(reason).split())[:LONGEST_REASON]
    if one.id == other.id:
        raise Refused(Obstacle.INVALID, one_already(one))
    if not reason:
        raise Refused(
            Obstacle.INVALID, Problem("reason", _("Det står inte hur du vet det."), _("Skriv vad som skiljer dem."))
        )
    low, high = sorted((one.id, other.id))
    row = session.scalar(
        select(AssociationDistinction).where(
            AssociationDistinction.first_id == low,
            AssociationDistinction.second_id == high,
            AssociationDistinction.withdrawn_at.is_(None),
        )
    )
    if row is None:
        row = AssociationDistinction(
            board_id=session.person.board_id,
            first_id=low,
            second_id=high,
            reason=reason,
            at=session.now,
            by_user_id=session.person.id,
        )
        session.add(row)
        session.flush()
        session.note(
            "found_distinct", one, board_id=session.person.board_id, detail={"name": one.name, "other": other.name}
        )
    return row


def may_be_same_after_all(session: WritingSession, first: int, second: int) -> None:
    """Takes back that two records are not the same.

    Raises:
        Refused: it was never found.
    """
    require_permission(session.person, Action.MATCH_ASSOCIATIONS)
    low, high = sorted((first, second))
    for key in (first, second):
        conflict_free(session, key)
    rows = session.scalars(
        select(AssociationDistinction).where(
            AssociationDistinction.first_id == low,
            AssociationDistinction.second_id == high,
            AssociationDistinction.withdrawn_at.is_(None),
        )
    ).all()
    if not rows:
        raise Refused(Obstacle.MISSING)
    for row in rows:
        row.withdrawn_at = session.now
    session.note(
        "distinction_withdrawn",
        session.get_one(Association, first),
        board_id=session.person.board_id,
        detail={"name": session.get_one(Association, second).name},
    )


def one_already(association: Association) -> Problem:
    return Problem(association.name, _("De är redan samma post."), _("Ladda om sidan och se vad som gäller nu."))


def used_by_others(session: Session, key: int, board_id: int) -> bool:
    """Whether another board has anything of a record."""
    models: tuple[Any, ...] = (Case, GivenFacts, AssessmentRow, Contact)
    wanted = (
        exists(select(model.id).where(model.association_id == key, model.board_id != board_id)) for model in models
    )
    return bool(session.scalar(select(or_(*wanted))))


def in_conflict(session: Session, key: int) -> bool:
    """Whether a person has left an association, by any of its records, to others."""
    left = select(Association.id).where(
        Association.id.in_(records_of(key)), Association.id.in_(recused_associations(session.person.id))
    )
    return session.scalar(left.limit(1)) is not None


def conflict_free(session: Session, key: int) -> None:
    """Whoever is in conflict in one of its cases leaves the association to others.

    Raises:
        Refused: they are.
    """
    if in_conflict(session, key):
        raise Refused(Obstacle.MISSING)


def association_to_act_on(session: Session, key: int) -> Association:
    """The association with an id, which is no record merged into another.

    Raises:
        Refused: there is none, or this person has left it to others.
    """
    found = session.get(Association, key)
    if found is None or found.merged_into_id is not None:
        raise Refused(Obstacle.MISSING)
    conflict_free(session, key)
    return found


def names_beside_persons(session: Session, key: int) -> list[str]:
    """What a text about an association may name: the board, and the association by any of its names."""
    return [session.person.board, *(row.name for row in names_of_records(session, key))]
