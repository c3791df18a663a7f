"""Everything that is known of one association in a board, as one person may see it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, String, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from vetting import casework
from vetting.associations.models.associations import (
    TO_CONFIRM,
    WRONG,
    Association,
    AssociationDistinction,
    AssociationMerge,
    AssociationName,
    names_of_records,
    records_of,
)
from vetting.bookings.models.letting import Deviation, withdrawals_of
from vetting.casework import visibility_of
from vetting.casework.models import special_reviews
from vetting.casework.models.assessments import AssessmentRow, AssessmentWithdrawal
from vetting.casework.models.cases import Case, seen_by, visible_cases
from vetting.casework.models.completions import Contact
from vetting.casework.models.decisions import Decision
from vetting.casework.models.documents import Document
from vetting.casework.models.facts import GivenFacts, of_association
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import fold_name
from vetting.kernel.roles import Action
from vetting.kernel.store import trail
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.store.query_planner import avoid_index
from vetting.kernel.store.read_cache import pin_rows
from vetting.money.models.owed_reports import awaits_report
from vetting.money.models.payments import Payment
from vetting.money.models.reclaims import Reclaim
from vetting.money.models.reports import report_due
from vetting.people import require_permission
from vetting.people.models.people import names_of
from vetting.rules import fact_and_criterion_names, rules_in_force

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import BindParameter, ColumnElement, Select

    from vetting.associations import AssociationMatch
    from vetting.bookings.models.letting import DeviationWithdrawal
    from vetting.casework.models.facts import FactValue
    from vetting.casework.models.special_reviews import SpecialReview
    from vetting.kernel.roles import Person
    from vetting.kernel.store.base import Base, Plain
    from vetting.kernel.store.session import Session
    from vetting.kernel.store.trail import TrailEntry

MUCH_ALIKE: Final = 0.8
"""A name so like that of an association with a number is told in the case."""
MOST: Final = 50
"""Of each kind that is shown; the rest are in the lists and registers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationFile:
    """One association: what is shared by all boards, and what this board has of it."""

    association: Association
    names: Sequence[AssociationName]
    look_alikes: Sequence[AssociationMatch]
    apart: Sequence[tuple[AssociationDistinction, Association]]
    """Records that somebody has found are not the same."""
    merges: Sequence[tuple[AssociationMerge, Association]]
    """What was merged into it by this board and can be taken apart again, the last one first."""
    facts: Sequence[FactValue]
    """The newest value of each fact of the association, by its name."""
    answers: Sequence[tuple[AssessmentRow, bool]]
    """The newest answer to each control point, and whether it was withdrawn."""
    papers: Sequence[tuple[Document, Case]]
    cases: Sequence[Case]
    decisions: Sequence[tuple[Decision, Case]]
    payments: Sequence[tuple[Payment, Case]]
    reclaims: Sequence[tuple[Reclaim, Case]]
    reports: Sequence[tuple[Case, date | None]]
    """Cases that wait for a report, and the day it is due."""
    deviations: Sequence[tuple[Deviation, Case]]
    """What went otherwise than agreed in rooms."""
    withdrawn: Mapping[int, DeviationWithdrawal]
    """Those of the deviations that were noted wrongly."""
    reviews: Sequence[SpecialReview]
    """Special reviews of it that are open."""
    contacts: Sequence[Contact]
    events: Sequence[tuple[TrailEntry, Plain]]
    people: Mapping[int, str]

    @property
    def to_confirm(self) -> Sequence[AssociationName]:
        """Names that wait for a person."""
        return [name for name in self.names if name.kind == TO_CONFIRM]

    @property
    def stops(self) -> Sequence[tuple[Payment, Case]]:
        """Payments that are stopped."""
        return [(payment, case) for payment, case in self.payments if payment.stopped_on is not None]


def association_file(session: Session, key: int, *, on: date) -> AssociationFile:
    """An association with what this person may see of it.

    Raises:
        Refused: there is no such association.
    """
    require_permission(session.person, Action.READ_ASSOCIATIONS)
    has = _holdings(session, key)
    association = casework.find_association(session, key)
    if association.id != key:
        has = _holdings(session, association.id)
    seen = and_(Case.association_id == association.id, seen_by(session.person))
    matches = session.person.may(Action.MATCH_ASSOCIATIONS)
    money = session.person.may(Action.READ_PAYMENTS)
    cases = session.scalars(
        visible_cases(session.person).where(Case.association_id == association.id).order_by(Case.id.desc()).limit(MOST)
    ).all()
    merges = _merges(session, association) if matches and AssociationMerge in has else []
    sight = visibility_of(session, association.id)
    catalogue, _ = fact_and_criterion_names(session, session.person.board_id, on=on)
    of_bookings = (
        rules_in_force(session, session.person.board_id, CaseKind.BOOKING, on=on) if sight.at_counter else None
    )
    told = not sight.aside and trail.TrailEntry in has
    events = trail.of_association(session, session.person.board_id, association.id, most=MOST) if told else []
    answers = _answers(session, association) if AssessmentRow in has else []
    people = {entry.by_user_id for entry, _ in events} | {row.by_user_id for row, _ in merges}
    deviations = _rows_with_cases(session, Deviation, seen, has)
    return AssociationFile(
        association=association,
        names=names_of_records(session, association.id),
        look_alikes=casework.look_alikes(session, association) if matches else (),
        apart=_apart(session, association) if matches and AssociationDistinction in has else (),
        merges=merges,
        facts=sight.facts(of_association(session, session.person.board_id, association.id), catalogue, of_bookings)
        if cases and GivenFacts in has
        else (),
        answers=answers,
        papers=_rows_with_cases(session, Document, seen, has),
        cases=cases,
        decisions=_rows_with_cases(session, Decision, seen, has),
        payments=_rows_with_cases(session, Payment, seen, has) if money else (),
        reclaims=_rows_with_cases(session, Reclaim, seen, has) if money else (),
        reports=_reports(session, seen) if Case in has else (),
        deviations=deviations,
        withdrawn=withdrawals_of(session, [row.id for row, _ in deviations]),
        reviews=special_reviews.open_of(session, [association.id])
        if session.person.may(Action.READ_SPECIAL_REVIEWS) and special_reviews.SpecialReview in has
        else (),
        contacts=_contacts(session, association)
        if session.person.may(Action.HANDLE) and not sight.aside and Contact in has
        else (),
        events=events,
        people=names_of(session, {person for person in people if person is not None}),
    )


def _holdings(session: Session, key: int) -> frozenset[type[Base]]:
    """The tables that hold anything to be shown of an association, which is read too: the others are not asked."""
    found = session.execute(_whether_held(session.person), {"association": key}).one_or_none()
    if found is None:
        return frozenset()
    pin_rows(session, found[:1])
    return frozenset(model for model, holds in zip(_ASKED, found[1:], strict=True) if holds)


_OF_CASES: Final = (Document, Decision, Payment, Reclaim, Deviation)
_ASKED: Final = (
    *_OF_CASES,
    Case,
    AssessmentRow,
    GivenFacts,
    Contact,
    special_reviews.SpecialReview,
    AssociationMerge,
    AssociationDistinction,
    trail.TrailEntry,
)


@lru_cache(maxsize=1024)
def _whether_held(by: Person) -> Select[*tuple[Any, ...]]:
    """An association with whether each table has rows of it, as far as this person may see them; made once.

    Of its cases themselves it is asked whether any awaits a report.
    """
    key: BindParameter[int] = bindparam("association")
    seen = and_(Case.association_id == key, seen_by(by))
    its = {
        model: and_(model.board_id == by.board_id, model.association_id.in_(records_of(key)))
        for model in (AssessmentRow, GivenFacts)
    }
    review, entry = special_reviews.SpecialReview, trail.TrailEntry
    wanted: dict[type[Base], Any] = {
        **{model: exists().where(model.case_id == Case.id, seen) for model in _OF_CASES},
        Case: exists().where(seen, awaits_report()),
        AssessmentRow: exists().where(its[AssessmentRow], avoid_index(AssessmentRow.case_id).is_(None)),
        GivenFacts: exists().where(its[GivenFacts]),
        Contact: exists().where(Contact.board_id == by.board_id, Contact.association_id == key),
        review: exists().where(review.board_id == by.board_id, review.association_id == key),
        AssociationMerge: exists().where(AssociationMerge.kept_id == key),
        AssociationDistinction: exists().where(
            or_(AssociationDistinction.first_id == key, AssociationDistinction.second_id == key)
        ),
        entry: exists().where(entry.object_type == "associations", entry.object_id == key),
    }
    return select(Association, *(wanted[model] for model in _ASKED)).where(Association.id == key)


def _rows_with_cases(
    session: Session,
    model: Any,  # noqa: ANN401 - any table of a case
    seen: ColumnElement[bool],
    has: frozenset[type[Base]],
) -> Sequence[tuple[Any, Case]]:
    if model not in has:
        return []
    found = session.execute(
        select(model, Case).join(Case, Case.id == model.case_id).where(seen).order_by(model.id.desc()).limit(MOST)
    )
    return [(row, case) for row, case in found]


def _reports(session: Session, seen: ColumnElement[bool]) -> list[tuple[Case, date | None]]:
    rows = session.execute(select(Case, report_due()).where(seen, awaits_report()).order_by(Case.id).limit(MOST))
    return [(case, due) for case, due in rows]


def _answers(session: Session, association: Association) -> list[tuple[AssessmentRow, bool]]:
    """Given in cases that this person may see; of each control point the newest."""
    made_in = aliased(AssessmentRow)
    newest = (
        select(func.max(made_in.id))
        .join(Case, Case.id == made_in.made_in_case_id)
        .where(
            made_in.board_id == session.person.board_id,
            made_in.association_id.in_(records_of(association.id)),
            avoid_index(made_in.case_id).is_(None),
            seen_by(session.person, by_key=True),
        )
        .group_by(avoid_index(made_in.criterion))
    )
    rows = session.execute(
        select(AssessmentRow, AssessmentWithdrawal.id)
        .outerjoin(AssessmentWithdrawal, AssessmentWithdrawal.assessment_id == AssessmentRow.id)
        .where(AssessmentRow.id.in_(newest))
        .order_by(AssessmentRow.criterion, AssessmentRow.id)
    )
    return [(row, withdrawn is not None) for row, withdrawn in rows]


def _contacts(session: Session, association: Association) -> Sequence[Contact]:
    newest = (
        select(func.max(Contact.id))
        .where(Contact.board_id == session.person.board_id, Contact.association_id == association.id)
        .group_by(Contact.kind)
    )
    kinds = [kind.value for kind in session.person.kinds(Action.HANDLE)]
    wanted = select(Contact).where(Contact.id.in_(newest), Contact.kind.in_(kinds)).order_by(Contact.kind)
    return session.scalars(wanted).all()


def _apart(session: Session, association: Association) -> list[tuple[AssociationDistinction, Association]]:
    either = or_(AssociationDistinction.first_id == association.id, AssociationDistinction.second_id == association.id)
    rows = session.execute(
        select(AssociationDistinction, Association)
        .join(Association, Association.id.in_([AssociationDistinction.first_id, AssociationDistinction.second_id]))
        .where(either, AssociationDistinction.withdrawn_at.is_(None), Association.id != association.id)
        .order_by(AssociationDistinction.id)
    )
    return [(row, other) for row, other in rows]


def _merges(session: Session, association: Association) -> list[tuple[AssociationMerge, Association]]:
    rows = session.execute(
        select(AssociationMerge, Association)
        .join(Association, Association.id == AssociationMerge.merged_id)
        .where(
            AssociationMerge.kept_id == association.id,
            AssociationMerge.undone_at.is_(None),
            AssociationMerge.board_id == session.person.board_id,
            Association.merged_into_id == association.id,
        )
        .order_by(AssociationMerge.id.desc())
    )
    return [(row, merged) for row, merged in rows]


def names_to_confirm(session: Session, *, most: int = MOST) -> Sequence[tuple[AssociationName, Association]]:
    """Names that wait for a person, of associations with a case that this person may see."""
    require_permission(session.person, Action.READ_ASSOCIATIONS)
    rows = session.execute(
        select(AssociationName, Association)
        .join(Association, Association.id == AssociationName.association_id)
        .where(
            AssociationName.kind == TO_CONFIRM,
            is_batch_not_undone(AssociationName.batch_id),
            exists().where(Case.association_id == Association.id, seen_by(session.person)),
        )
        .order_by(AssociationName.id.desc())
        .limit(most)
    )
    return [(name, association) for name, association in rows]


def doubts_about_association(session: Session, case: Case) -> Sequence[tuple[str, Association]]:
    """What makes it doubtful who a case is about: (name, association) that may be another.

    A name that waits for a person, a namesake with another number; of an association without number, those with one
    that are called much alike.
    """
    if case.association_id is None:
        return ()
    own = session.get(Association, case.association_id)
    alike = [
        (found.name, found.association)
        for found in (casework.look_alikes(session, own) if own is not None and not own.number else ())
        if found.association.number and (found.exact or found.score >= MUCH_ALIKE)
    ]
    asked = {"association": case.association_id, "name_key": fold_name(case.name)}
    rows = session.execute(_doubtful_names(), asked)
    seen = {association.id for _, association in alike}
    return alike + [(name.name, association) for name, association in rows if association.id not in seen]


@cache
def _doubtful_names() -> Select[AssociationName, Association]:
    """Names of an association that wait for a person, and its name where another with a number has it."""
    own = bindparam("association", type_=BigInteger)
    first, second = AssociationDistinction.first_id, AssociationDistinction.second_id
    known_apart = select(AssociationDistinction.id).where(
        or_(and_(first == Association.id, second == own), and_(second == Association.id, first == own)),
        AssociationDistinction.withdrawn_at.is_(None),
    )
    namesake = and_(
        AssociationName.name_key == bindparam("name_key", type_=String),
        AssociationName.kind != WRONG,
        Association.number.is_not(None),
        AssociationName.association_id.not_in(records_of(own)),
        Association.merged_into_id.is_(None),
        ~exists(known_apart),
    )
    waits = and_(AssociationName.association_id == own, AssociationName.kind == TO_CONFIRM)
    return (
        select(AssociationName, Association)
        .join(Association, Association.id == AssociationName.association_id)
        .where(
            or_(waits, namesake),
            is_batch_not_undone(AssociationName.batch_id),
            is_batch_not_undone(Association.batch_id),
        )
        .order_by(AssociationName.id)
        .limit(MOST)
    )
