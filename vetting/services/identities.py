"""Who is who: names settled, two records found to be one association, taken back, or found not to be the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, exists, or_, select

from vetting.domain.association import folded, masked, written
from vetting.domain.cases import OPEN
from vetting.domain.people import Action
from vetting.domain.problem import Obstacle, Problem, Refused
from vetting.domain.words import Words
from vetting.services.associations import MOST_FOUND, search
from vetting.services.people import allow
from vetting.services.screenings import screen_case
from vetting.store.assessments import AssessmentRow, AssessmentWithdrawal
from vetting.store.associations import (
    ALIAS,
    BRANCH,
    CURRENT,
    FORMER,
    TO_CONFIRM,
    WRONG,
    Association,
    AssociationDistinction,
    AssociationMerge,
    AssociationName,
    distinct_from,
    names_of_records,
    records_of,
    stands,
)
from vetting.store.cases import Case
from vetting.store.completions import Contact
from vetting.store.documents import Document
from vetting.store.facts import FactValue, GivenFacts, of_association
from vetting.store.meetings import Conflict
from vetting.store.trail import Noted, TrailContent, TrailEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.domain.people import Person
    from vetting.services.associations import Found
    from vetting.services.rules import Rules
    from vetting.store.session import WritingSession

FIELDS: Final[Mapping[str, Words]] = {
    "name": Words("Namn", "Name"),
    "form": Words("Form", "Form"),
    "municipality": Words("Kommun", "Municipality"),
    "seat": Words("Säte", "Seat"),
}
"""What a record holds itself, and may hold differently from another of the same association."""
KINDS: Final[Mapping[str, Words]] = {
    CURRENT: Words("nuvarande namn", "current name"),
    FORMER: Words("tidigare namn", "earlier name"),
    BRANCH: Words("namn på en del", "name of a branch"),
    ALIAS: Words("skrivs också så", "also written so"),
    TO_CONFIRM: Words("att bekräfta", "to be confirmed"),
    WRONG: Words("inte föreningens namn", "not its name"),
}
"""What each kind of name is called."""
SETTLED: Final = (CURRENT, FORMER, BRANCH, ALIAS, WRONG)
LIKE_ENOUGH: Final = 0.7
"""Records with names this much alike may be the same association."""
MOST_SCREENED: Final = 500
LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
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


def known(session: Session, key: int) -> Association:
    """The association with an id; of a record that was merged, the one that holds.

    Raises:
        Refused: there is none, or it came by an import that was taken back.
    """
    found = session.get(Association, key)
    if found is not None and found.merged_into_id is not None:
        found = session.get(Association, found.merged_into_id)
    if found is None or not stands(session, found):
        raise Refused(Obstacle.MISSING)
    return found


def settle_name(
    session: WritingSession, association_id: int, key: int, kind: str, *, since: date | None, by: Person, at: datetime
) -> AssociationName:
    """What a name that somebody has used is to the association: its name now, an earlier one, a branch, or not its.

    Raises:
        Refused: there is no such name, the kind is none, or it is the only name there is.
    """
    allow(by, Action.MATCH_ASSOCIATIONS)
    name = session.get(AssociationName, key)
    if name is None or kind not in SETTLED:
        raise Refused(Obstacle.MISSING)
    association = known(session, name.association_id)
    if association.id != known(session, association_id).id:
        raise Refused(Obstacle.MISSING)
    _conflict_free(session, by, association.id)
    _not_only_theirs(session, association, by)
    if name.name == association.name and kind != CURRENT:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                name.name,
                Words("Det är namnet som föreningen har nu.", "That is the name the association has now."),
                Words("Ange först ett annat namn som det nuvarande.", "First say which other name is the current one."),
            ),
        )
    if kind == CURRENT:
        for other in names_of_records(session, association.id):
            if other.kind == CURRENT and other.id != name.id:
                other.kind = FORMER if other.folded != name.folded else ALIAS
        _call(association, name.name)
    name.kind, name.since = kind, since or name.since
    session.note(
        Noted(
            action="name_settled", by=by, at=at, subject=association, board_id=by.board_id,
            detail={"name": name.name, "kind": kind},
        )
    )  # fmt: skip
    return name


def _call(association: Association, name: str) -> None:
    """A new current name. A record without number is known again by the name it came with, which stays its key."""
    association.name = name
    if association.number:
        association.folded = folded(name)


def _not_only_theirs(session: Session, association: Association, by: Person) -> None:
    """What an association is called is settled by a board that has to do with it.

    Raises:
        Refused: only other boards have.
    """
    own = select(Case.id).where(Case.association_id == association.id, Case.board_id == by.board_id).limit(1)
    if session.scalar(own) is None and _used_by_others(session, association.id, by.board_id):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                association.name,
                Words("Nämnden har inget ärende hos föreningen.", "The board has no case with the association."),
                Words("Låt en nämnd som har det bestämma vad den heter.",
                      "Let a board that has one settle what it is called."),
            ),
        )  # fmt: skip


def look_alikes(session: Session, association: Association) -> list[Found]:
    """Other records that may be the same association, without those a person has found are not."""
    apart = distinct_from(session, association.id) | {association.id}
    found = search(session, association.name, place=association.municipality or association.seat, most=MOST_FOUND)
    return [
        one
        for one in found
        if one.association.id not in apart
        and (one.exact or one.score >= LIKE_ENOUGH)
        and not (one.association.number and association.number and not one.exact)
    ]


def compare(session: Session, first: int, second: int, *, by: Person) -> Comparison:
    """What two records say, and what would go from the second to the first.

    The one with a number is kept, whichever was named first.

    Raises:
        Refused: they cannot be one association, or not from here.
    """
    allow(by, Action.MATCH_ASSOCIATIONS)
    kept, merged = _pair(session, first, second, by)
    of_merged = select(Case.id).where(Case.association_id == merged.id)
    facts = _differing_facts(session, kept.id, merged.id, by.board_id)
    return Comparison(
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


def merge(
    session: WritingSession, first: int, second: int, chosen: Mapping[str, str], *, rules: Rules, by: Person,
    at: datetime,
) -> AssociationMerge:  # fmt: skip
    """Makes two records one: cases, papers and names come along, nothing is copied or lost.

    chosen: field -> "merged" where what the second record says is to hold.

    Raises:
        Refused: somebody was first, or they cannot be one association.
    """
    allow(by, Action.MATCH_ASSOCIATIONS)
    kept, merged = _pair(session, first, second, by)
    before = {}
    for name in FIELDS:
        if getattr(merged, name) and (chosen.get(name) == "merged" or not getattr(kept, name)):
            before[name] = getattr(kept, name)
            setattr(kept, name, getattr(merged, name))
    _call(kept, kept.name)
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
        board_id=by.board_id, kept_id=kept.id, merged_id=merged.id, moved=moved, before=before, at=at, by_user_id=by.id
    )
    session.add(row)
    session.flush()
    _screen(session, kept, by, rules, at)
    session.note(
        Noted(
            action="associations_merged", by=by, at=at, subject=kept, board_id=by.board_id,
            detail={"name": kept.name, "merged": merged.name, "cases": len(moved["cases"])},
        )
    )  # fmt: skip
    return row


def undo_merge(session: WritingSession, key: int, *, rules: Rules, by: Person, at: datetime) -> AssociationMerge:
    """Two records again: each case goes back to where it was, with what was said and handed in there since.

    Answers that were given there since are withdrawn: they were given about both. Cases that came since stay.

    Raises:
        Refused: there is no such merge of the board, it was undone before, or the record was merged on.
    """
    allow(by, Action.MATCH_ASSOCIATIONS)
    row = session.get(AssociationMerge, key)
    if row is None or row.board_id != by.board_id:
        raise Refused(Obstacle.MISSING)
    kept, merged = session.get_one(Association, row.kept_id), session.get_one(Association, row.merged_id)
    if row.undone_at is not None or merged.merged_into_id != kept.id:
        raise Refused(
            Obstacle.STALE,
            Problem(
                merged.name,
                Words("Sammanslagningen gäller inte längre som den gjordes.",
                      "The merge no longer stands as it was made."),
                Words("Ladda om sidan. Ångra först den som gjordes senare.",
                      "Reload the page. First undo the one that was made later."),
            ),
        )  # fmt: skip
    _conflict_free(session, by, kept.id)
    taken_back = _said_since(session, row, kept, merged, by=by, at=at)
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
    _call(kept, kept.name)
    merged.merged_into_id = None
    row.undone_at, row.undone_by_user_id = at, by.id
    session.flush()
    for association in (kept, merged):
        _screen(session, association, by, rules, at)
    session.note(
        Noted(
            action="merge_undone", by=by, at=at, subject=kept, board_id=by.board_id,
            detail={"name": kept.name, "merged": merged.name, "answers": taken_back},
        )
    )  # fmt: skip
    return row


def not_the_same(
    session: WritingSession, first: int, second: int, reason: str, *, by: Person, at: datetime
) -> AssociationDistinction:
    """Two records are two associations; nobody is asked again.

    Raises:
        Refused: one of them is not there, they are one, or nothing says why.
    """
    allow(by, Action.MATCH_ASSOCIATIONS)
    one, other = known(session, first), known(session, second)
    for association in (one, other):
        _conflict_free(session, by, association.id)
    reason = " ".join(masked(reason).split())[:LONGEST_REASON]
    if one.id == other.id:
        raise Refused(Obstacle.INVALID, _one_already(one))
    if not reason:
        raise Refused(
            Obstacle.INVALID,
            Problem("reason", Words("Det står inte hur du vet det.", "It does not say how you know."),
                    Words("Skriv vad som skiljer dem.", "Write what tells them apart.")),
        )  # fmt: skip
    low, high = sorted((one.id, other.id))
    row = session.scalar(
        select(AssociationDistinction).where(
            AssociationDistinction.first_id == low, AssociationDistinction.second_id == high,
            AssociationDistinction.withdrawn_at.is_(None),
        )
    )  # fmt: skip
    if row is None:
        row = AssociationDistinction(
            board_id=by.board_id, first_id=low, second_id=high, reason=reason, at=at, by_user_id=by.id
        )
        session.add(row)
        session.flush()
        session.note(
            Noted(
                action="found_distinct", by=by, at=at, subject=one, board_id=by.board_id,
                detail={"name": one.name, "other": other.name},
            )
        )  # fmt: skip
    return row


def may_be_same_after_all(session: WritingSession, first: int, second: int, *, by: Person, at: datetime) -> None:
    """Takes back that two records are not the same.

    Raises:
        Refused: it was never found.
    """
    allow(by, Action.MATCH_ASSOCIATIONS)
    low, high = sorted((first, second))
    for key in (first, second):
        _conflict_free(session, by, key)
    rows = session.scalars(
        select(AssociationDistinction).where(
            AssociationDistinction.first_id == low, AssociationDistinction.second_id == high,
            AssociationDistinction.withdrawn_at.is_(None),
        )
    ).all()  # fmt: skip
    if not rows:
        raise Refused(Obstacle.MISSING)
    for row in rows:
        row.withdrawn_at = at
    session.note(
        Noted(
            action="distinction_withdrawn", by=by, at=at, subject=session.get_one(Association, first),
            board_id=by.board_id, detail={"name": session.get_one(Association, second).name},
        )
    )  # fmt: skip


def _pair(session: Session, first: int, second: int, by: Person) -> tuple[Association, Association]:
    """The record that is kept and the one that goes into it.

    Raises:
        Refused: there is no such pair, they are one already, or cannot be one.
    """
    kept, merged = known(session, first), known(session, second)
    if kept.id == merged.id:
        raise Refused(Obstacle.STALE, _one_already(kept))
    if merged.number and not kept.number:
        kept, merged = merged, kept
    if kept.number and merged.number:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                merged.name,
                Words(f"De har olika organisationsnummer, {written(kept.number)} och {written(merged.number)}, "
                      "och är två föreningar.",
                      f"They have different organisation numbers, {written(kept.number)} and {written(merged.number)}, "
                      "and are two associations."),
                Words("Står numret fel på ett ärende? Rätta det där.",
                      "Is the number wrong in a case? Correct it there."),
            ),
        )  # fmt: skip
    if merged.id in distinct_from(session, kept.id):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                merged.name,
                Words("Någon har funnit att de inte är samma förening.",
                      "Somebody has found that they are not the same association."),
                Words("Ta tillbaka det först, om det var fel.", "Take that back first, if it was wrong."),
            ),
        )  # fmt: skip
    if _used_by_others(session, merged.id, by.board_id):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                merged.name,
                Words("Posten används av fler nämnder och kan inte slås ihop av en av dem.",
                      "The record is used by more boards and cannot be merged by one of them."),
                Words("Be systemförvaltaren.", "Ask the administrator."),
            ),
        )  # fmt: skip
    for association in (kept, merged):
        _conflict_free(session, by, association.id)
    return kept, merged


def _one_already(association: Association) -> Problem:
    return Problem(
        association.name,
        Words("De är redan samma post.", "They are the same record already."),
        Words("Ladda om sidan och se hur det står till.", "Reload the page and see how things stand."),
    )


def _used_by_others(session: Session, key: int, board_id: int) -> bool:
    models: tuple[Any, ...] = (Case, FactValue, GivenFacts, AssessmentRow, Contact)
    wanted = (
        exists(select(model.id).where(model.association_id == key, model.board_id != board_id)) for model in models
    )
    return bool(session.scalar(select(or_(*wanted))))


def in_conflict(session: Session, by: Person, key: int) -> bool:
    """Whether a person is in conflict of interest in one of an association's cases."""
    conflict = (
        select(Conflict.id)
        .join(Case, Case.id == Conflict.case_id)
        .where(Conflict.user_id == by.id, Conflict.withdrawn_at.is_(None), Case.association_id.in_(records_of(key)))
    )
    return session.scalar(conflict.limit(1)) is not None


def _conflict_free(session: Session, by: Person, key: int) -> None:
    """Whoever is in conflict in one of its cases leaves the association to others.

    Raises:
        Refused: they are.
    """
    if in_conflict(session, by, key):
        raise Refused(Obstacle.MISSING)


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
    own = {row.folded: row for row in session.scalars(of_kept.order_by(AssociationName.id))}
    along = []
    for row in session.scalars(select(AssociationName).where(AssociationName.association_id == merged.id)).all():
        known = own.get(row.folded)
        if row.kind == WRONG or (known is not None and known.kind != WRONG):
            continue
        kind = ALIAS if row.kind == CURRENT else row.kind
        if known is None:
            known = own[row.folded] = AssociationName(
                association_id=kept.id, name=row.name, folded=row.folded, source=row.source, since=row.since
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


def _said_since(
    session: WritingSession, row: AssociationMerge, kept: Association, merged: Association, *, by: Person, at: datetime
) -> int:
    """What was said of the association in the cases that go back, since the merge, goes along; answers are withdrawn.

    Facts and answers are never changed: the values are said again of the one that they belong to, and the kept one
    gets back what it had.
    """
    going = row.moved["cases"]
    entries = session.scalars(
        select(TrailContent.body)
        .join(TrailEntry, TrailEntry.id == TrailContent.id)
        .where(TrailEntry.case_id.in_(going), TrailEntry.at >= row.at, TrailContent.body.is_not(None))
    )
    said = {
        change["id"]
        for body in entries
        for change in json.loads(body or "{}").get("changes", ())
        if change["table"] == FactValue.__tablename__ and change["op"] == "insert"
    }
    mine = and_(FactValue.association_id == kept.id, FactValue.case_id.is_(None), FactValue.board_id == row.board_id)
    values = session.scalars(select(FactValue).where(mine, FactValue.id.in_(said)).order_by(FactValue.id)).all()
    for value in values:
        _say_again(session, value, merged.id, by=by, at=at)
    for fact in dict.fromkeys(value.fact for value in values):
        others = select(FactValue).where(mine, FactValue.fact == fact).order_by(FactValue.id.desc())
        rows = session.scalars(others).all()
        if rows[0].id in said:
            before = next((other for other in rows if other.id not in said), None)
            _say_again(session, before or _nothing(rows[0]), kept.id, by=by, at=at)
    answered = session.scalars(
        select(AssessmentRow)
        .outerjoin(AssessmentWithdrawal, AssessmentWithdrawal.assessment_id == AssessmentRow.id)
        .where(
            AssessmentRow.made_in_case_id.in_(going), AssessmentRow.association_id == kept.id,
            AssessmentRow.at >= row.at, AssessmentWithdrawal.id.is_(None),
        )
    ).all()  # fmt: skip
    for answer in answered:
        reason = "Sammanslagningen av två poster ångrades."
        session.add(AssessmentWithdrawal(assessment_id=answer.id, reason=reason, at=at, by_user_id=by.id))
    session.flush()
    return len(answered)


def _say_again(session: WritingSession, value: FactValue, key: int, *, by: Person, at: datetime) -> None:
    session.add(
        FactValue(
            board_id=value.board_id, association_id=key, case_id=None, fact=value.fact, value=value.value,
            absent=value.absent, unreadable=value.unreadable, supplied_by=value.supplied_by,
            document_id=value.document_id, as_of=value.as_of, entered_at=at, by_user_id=by.id,
        )
    )  # fmt: skip


def _nothing(value: FactValue) -> FactValue:
    """That nobody has said it."""
    return FactValue(
        board_id=value.board_id, fact=value.fact, value=None, absent=False, unreadable=False,
        supplied_by=value.supplied_by, as_of=value.as_of,
    )  # fmt: skip


def _differing_facts(session: Session, kept: int, merged: int, board_id: int) -> dict[str, tuple[Any, Any, bool]]:
    """What the board knows of each association, where it differs; the newest value will hold."""
    mine, theirs = ({row.fact: row for row in of_association(session, board_id, key)} for key in (kept, merged))
    return {
        fact: (mine[fact].value, theirs[fact].value, theirs[fact].entered_at > mine[fact].entered_at)
        for fact in sorted(mine.keys() & theirs.keys())
        if mine[fact].value != theirs[fact].value
    }


def _screen(session: WritingSession, association: Association, by: Person, rules: Rules, at: datetime) -> None:
    """Open cases are judged anew: what is known of the association is more, or less, than before."""
    wanted = Case.association_id.in_(records_of(association.id)) & (Case.board_id == by.board_id)
    still_open = Case.state.in_([state.value for state in OPEN])
    for case in session.scalars(select(Case).where(wanted, still_open).order_by(Case.id.desc()).limit(MOST_SCREENED)):
        screen_case(session, case, rules, at=at)
