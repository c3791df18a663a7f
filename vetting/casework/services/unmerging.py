"""A merge taken back: two records again, each with what was said in its own cases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from vetting.associations.models.associations import Association, AssociationMerge, AssociationName
from vetting.casework.models.assessments import AssessmentRow, AssessmentWithdrawal
from vetting.casework.models.cases import Case
from vetting.casework.models.completions import Contact
from vetting.casework.models.documents import Document
from vetting.casework.models.facts import FactValue, GivenFacts, part_of_facts
from vetting.casework.services.identities import conflict_free, set_current_name
from vetting.casework.services.merging import rescreen_open_cases
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailContent, TrailEntry
from vetting.kernel.text import _
from vetting.people import require_permission

if TYPE_CHECKING:
    from vetting.kernel.store.base import Plain
    from vetting.kernel.store.session import WritingSession


def undo_merge(session: WritingSession, key: int) -> AssociationMerge:
    """Two records again: each case goes back to where it was, with what was said and handed in there since.

    Answers that were given there since are withdrawn: they were given about both. Cases that came since stay.

    Raises:
        Refused: there is no such merge of the board, it was undone before, or the record was merged on.
    """
    require_permission(session.person, Action.MATCH_ASSOCIATIONS)
    row = session.get(AssociationMerge, key)
    if row is None or row.board_id != session.person.board_id:
        raise Refused(Obstacle.MISSING)
    kept, merged = session.get_one(Association, row.kept_id), session.get_one(Association, row.merged_id)
    if row.undone_at is not None or merged.merged_into_id != kept.id:
        raise Refused(
            Obstacle.STALE,
            Problem(
                merged.name,
                _("Sammanslagningen har redan ångrats, eller så har posten slagits ihop med en annan sedan dess."),
                _("Ladda om sidan. Ångra först en sammanslagning som gjorts senare."),
            ),
        )
    conflict_free(session, kept.id)
    taken_back = _said_since(session, row, kept, merged)
    for model, name in ((Case, "cases"), (Contact, "contacts")):
        table: Any = model
        still_there = select(table).where(table.id.in_(row.moved[name]), table.association_id == kept.id)
        for item in session.scalars(still_there):
            item.association_id = merged.id
    going = or_(Document.id.in_(row.moved["documents"]), Document.case_id.in_(row.moved["cases"]))
    for paper in session.scalars(select(Document).where(going, Document.association_id == kept.id)):
        paper.association_id = merged.id
    for earlier in session.scalars(select(Association).where(Association.id.in_(row.moved["earlier"]))):
        earlier.merged_into_id = merged.id
    for key_of_name, before, after in reversed(row.moved["names"]):
        name_row = session.get_one(AssociationName, key_of_name)
        if name_row.kind == after:  # what a person has settled since stays
            name_row.kind = before
    for name, value in row.before.items():
        if getattr(kept, name) == getattr(merged, name):
            setattr(kept, name, value)
    set_current_name(kept, kept.name)
    merged.merged_into_id = None
    row.undone_at, row.undone_by_user_id = session.now, session.person.id
    session.flush()
    for association in (kept, merged):
        rescreen_open_cases(session, association)
    session.note(
        "merge_undone",
        kept,
        board_id=session.person.board_id,
        detail={"name": kept.name, "merged": merged.name, "answers": taken_back},
    )
    return row


def _said_since(session: WritingSession, row: AssociationMerge, kept: Association, merged: Association) -> int:
    """What was said of the association in the cases that go back, since the merge, goes along; answers are withdrawn.

    Facts and answers are never changed: the values are said again of the one that they belong to, and the kept one
    gets back what it had.
    """
    going = row.moved["cases"]
    entries = session.scalars(
        select(TrailContent.body)
        .join(TrailEntry, TrailEntry.id == TrailContent.id)
        .where(TrailEntry.case_id.in_(going), TrailEntry.at >= row.at)
    )
    said = {
        change["id"]
        for body in entries
        for change in json.loads(body or "{}").get("changes", ())
        if change["table"] == GivenFacts.__tablename__ and change["op"] == "insert"
    }
    mine = select(GivenFacts).where(GivenFacts.association_id == kept.id, GivenFacts.board_id == row.board_id)
    rows = session.scalars(mine.order_by(GivenFacts.id)).all()
    going_along = [given for given in rows if given.id in said]
    for given in going_along:
        _say_again(session, given, given.of_association, merged.id)
    latest = {value.fact: value for given in rows for value in given.values(association=True)}
    before = {value.fact: value for given in rows if given.id not in said for value in given.values(association=True)}
    for fact, value in latest.items():
        if value.source.id in said:
            holds = before.get(fact, FactValue(fact, given=value.source))
            _say_again(session, holds.source, part_of_facts([holds]), kept.id)
    answered = session.scalars(
        select(AssessmentRow)
        .outerjoin(AssessmentWithdrawal, AssessmentWithdrawal.assessment_id == AssessmentRow.id)
        .where(
            AssessmentRow.made_in_case_id.in_(going),
            AssessmentRow.association_id == kept.id,
            AssessmentRow.at >= row.at,
            AssessmentWithdrawal.id.is_(None),
        )
    ).all()
    for answer in answered:
        reason = "Sammanslagningen av två poster ångrades."
        session.add(
            AssessmentWithdrawal(assessment_id=answer.id, reason=reason, at=session.now, by_user_id=session.person.id)
        )
    session.flush()
    return len(answered)


def _say_again(session: WritingSession, given: GivenFacts, said: Plain | None, key: int) -> None:
    session.add(
        GivenFacts(
            board_id=given.board_id,
            association_id=key,
            of_association=said,
            supplied_by=given.supplied_by,
            document_id=given.document_id,
            as_of=given.as_of,
            entered_at=session.now,
            by_user_id=session.person.id,
        )
    )
