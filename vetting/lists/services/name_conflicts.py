"""Rows of a list whose name and number do not go together, here or in the list: named before anything counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from vetting.associations.domain.name_differences import NameRelation, relation_of_names
from vetting.associations.models.associations import Association, AssociationName, merged_among
from vetting.casework import UNSETTLED_KINDS
from vetting.casework.domain.cases import OPEN
from vetting.casework.models.cases import Case
from vetting.engine.facts import NUMBER
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import fold_name, format_number
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.store.session import open_technical
from vetting.kernel.text import NO_WORDS, Words, _, same_in_both
from vetting.lists.models import association_matches
from vetting.lists.models.association_matches import named_rows
from vetting.lists.models.staged_files import GOOD, READY, REFUSED, StagedFile, StagedProblem, StagedRow
from vetting.lists.services.staged_files import changed_meanwhile, of_person
from vetting.lists.services.weekly_lists import number_rows
from vetting.rules.domain.layouts import ListKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session

SETTLED_KEY: Final = "settled"
"""In what is kept of a file: who said what of which row; the entry of the import tells it."""
AT_A_TIME: Final = 500
_OF_ROW: Final = (StagedRow.id, StagedRow.sheet, StagedRow.row, StagedRow.name, StagedRow.number)


class RowSubject(StrEnum):
    """Who a row is about, as a person says."""

    OWNER = "owner"
    """The association that the number belongs to, or that has the name: the list is wrong."""
    LEAVE_OUT = "leave_out"
    """Somebody else: the row does not go in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowConflict:
    """One row: where it stands, what it says, and whose number it is."""

    key: int
    sheet: str
    row: int
    name: str
    number: str
    owner: str
    """The name that the number goes with."""
    first_row: int | None = None
    """Where nobody here has the number: the row of the same list that has it first, in the owner's name."""
    known_number: str = ""
    """The number that the owner has here, where the row's is new and the name is the owner's."""
    applied: str = ""
    """The number of the owner's application of the same round, where the row's number is new."""

    @property
    def told(self) -> Words:
        number = format_number(self.number)
        if self.known_number:
            return _(
                "Numret {number} är nytt. {owner} har numret {known} och ansökan {applied}.",
                number=number,
                owner=self.owner,
                known=format_number(self.known_number),
                applied=self.applied,
            )
        if self.first_row is None:
            return _("Numret {number} hör till {owner}.", number=number, owner=self.owner)
        return _(
            "På rad {first_row} hör numret {number} till {owner}.",
            number=number,
            owner=self.owner,
            first_row=self.first_row,
        )

    @property
    def subject(self) -> Words:
        """The owner, as a choice."""
        number = same_in_both(f" {format_number(self.known_number)}") if self.known_number else NO_WORDS
        return same_in_both(self.owner) + number

    @property
    def problem(self) -> Problem:
        """As it is told in a list of problems."""
        return Problem(
            f"{self.sheet} {self.row}",
            self.told + (NO_WORDS if self.known_number else _(" På den här raden står {name}.", name=self.name)),
            _("Rätta raden, eller avgör vem det är under Import eller i ärendet."),
        )


def row_conflicts(session: Session, key: int) -> list[RowConflict]:
    """The rows of a file that lies ready whose name does not go with their number, in the order of the file.

    Either the number is an association's that is known here by other names, or the list itself has it twice, or it is
    new and an association of that name has applied with another.
    """
    found = [*_against_known(session, key), *_within_the_list(session, key), *_under_new_numbers(session, key)]
    return sorted({one.key: one for one in reversed(found)}.values(), key=lambda one: one.key)


def _against_known(session: Session, key: int) -> list[RowConflict]:
    holds = func.coalesce(Association.merged_into_id, Association.id)
    same_name = exists(
        select(AssociationName.id).where(
            AssociationName.association_id == Association.id,
            AssociationName.name_key == StagedRow.name_key,
            AssociationName.kind.not_in(UNSETTLED_KINDS),
            is_batch_not_undone(AssociationName.batch_id),
        )
    )
    rows = session.execute(
        select(*_OF_ROW, holds)
        .join(Association, Association.number == StagedRow.number)
        .where(named_rows(key), StagedRow.name_key != "", Association.name_key != StagedRow.name_key, ~same_name)
    ).all()
    sure = _sure_names(session, sorted({row[5] for row in rows}))
    found = [row for row in rows if all(_other(row.name, name) for name in sure.get(row[5], ()))]
    names = _names(session, sorted({row[5] for row in found}))
    return [
        RowConflict(key=row.id, sheet=row.sheet, row=row.row, name=row.name, number=row.number, owner=names[row[5]])
        for row in found
        if sure.get(row[5])
    ]


def _within_the_list(session: Session, key: int) -> list[RowConflict]:
    """Of the numbers that nobody here has, the rows in another name than the first that has it."""
    named = named_rows(key) & StagedRow.number.is_not(None) & (StagedRow.name_key != "")
    known = exists(select(Association.id).where(Association.number == StagedRow.number))
    twice = (
        select(StagedRow.number, func.min(StagedRow.id).label("first"))
        .where(named, ~known)
        .group_by(StagedRow.number)
        .having(func.min(StagedRow.name_key) != func.max(StagedRow.name_key))
        .subquery()
    )
    first = aliased(StagedRow)
    rows = session.execute(
        select(*_OF_ROW, first.name, first.row)
        .join(twice, twice.c.number == StagedRow.number)
        .join(first, first.id == twice.c.first)
        .where(named, StagedRow.name_key != first.name_key)
    ).all()
    return [
        RowConflict(
            key=row.id, sheet=row.sheet, row=row.row, name=row.name, number=row.number, owner=row[5], first_row=row[6]
        )
        for row in rows
        if _other(row.name, row[5])
    ]


def _under_new_numbers(session: Session, key: int) -> list[RowConflict]:
    """Rows with a number that nobody here has and the name of one that has an open application of the same round."""
    staged = session.get_one(StagedFile, key)
    if staged.kind != ListKind.GRANT:
        return []
    holds = func.coalesce(Association.merged_into_id, Association.id)
    owner = aliased(Association)
    known = exists(select(Association.id).where(Association.number == StagedRow.number).correlate(StagedRow))
    rows = session.execute(
        select(*_OF_ROW, owner.name, owner.number, func.min(Case.number))
        .join(AssociationName, AssociationName.name_key == StagedRow.name_key)
        .join(Association, Association.id == AssociationName.association_id)
        .join(owner, owner.id == holds)
        .join(Case, Case.association_id == owner.id)
        .where(
            named_rows(key),
            StagedRow.number.is_not(None),
            StagedRow.name_key != "",
            ~known,
            AssociationName.kind.not_in(UNSETTLED_KINDS),
            is_batch_not_undone(AssociationName.batch_id),
            owner.number.is_not(None),
            Case.board_id == staged.board_id,
            Case.kind == CaseKind.GRANT,
            Case.round_id.is_not_distinct_from(staged.round_id),
            Case.state.in_([state.value for state in OPEN]),
            is_batch_not_undone(Case.batch_id),
        )
        .group_by(*_OF_ROW, owner.id, owner.name, owner.number)
        .order_by(StagedRow.id, owner.id)
    )
    return [
        RowConflict(
            key=row.id,
            sheet=row.sheet,
            row=row.row,
            name=row.name,
            number=row.number,
            owner=row[5],
            known_number=row[6] or "",
            applied=row[7],
        )
        for row in rows
    ]


def _other(name: str, owner: str) -> bool:
    return relation_of_names(name, owner) is NameRelation.OTHER


def _names(session: Session, keys: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(keys), AT_A_TIME):
        some = select(Association.id, Association.name).where(Association.id.in_(keys[start : start + AT_A_TIME]))
        found |= {key: name for key, name in session.execute(some)}  # noqa: C416 - rows are no pairs to mypy
    return found


def _sure_names(session: Session, owners: Sequence[int]) -> dict[int, list[str]]:
    """Association -> the names that are known to be its own, whatever record they came by."""
    found: dict[int, list[str]] = {}
    for start in range(0, len(owners), AT_A_TIME):
        some = owners[start : start + AT_A_TIME]
        merged = merged_among(session, some)
        rows = session.execute(
            select(AssociationName.association_id, AssociationName.name).where(
                AssociationName.association_id.in_([*some, *merged]),
                AssociationName.kind.not_in(UNSETTLED_KINDS),
                is_batch_not_undone(AssociationName.batch_id),
            )
        )
        for record, name in rows:
            found.setdefault(merged.get(record, record), []).append(name)
    return found


def settle_rows(database: Database, key: int, meant: Mapping[int, RowSubject], *, by: Person) -> int:
    """A person says who rows are about. Those that nothing is said of go in as they are, and are settled in their case.

    Returns how many rows were settled.

    Raises:
        Refused: the file does not lie ready any more.
    """
    with open_technical(database, Acting(by)) as session:
        of_person(session, key)
        staged = session.get_one(StagedFile, key, with_for_update=True, populate_existing=True)
        if staged.state != READY:
            raise Refused(Obstacle.STALE, changed_meanwhile(staged))
        known = {found.key: found for found in row_conflicts(session, key)}
        settled = []
        for row_key, whom in meant.items():
            found = known.get(row_key)
            row = session.get(StagedRow, row_key) if found is not None else None
            if found is None or row is None:
                continue
            if whom is RowSubject.OWNER and found.known_number:
                _correct_number(row, found.known_number)
            elif whom is RowSubject.OWNER:
                row.name, row.name_key = found.owner, fold_name(found.owner)
            else:
                row.state, row.place, row.serial = REFUSED, None, None
                session.add(_left_out(key, found))
            settled.append(
                {"row": found.row, "name": found.name, "number": found.number, "is": whom.value, "by": by.id}
            )
        session.flush()
        staged.found = {**staged.found, SETTLED_KEY: [*staged.found.get(SETTLED_KEY, []), *settled]}
        _count(session, staged, sum(one["is"] == RowSubject.LEAVE_OUT for one in settled))
        return len(settled)


def _correct_number(row: StagedRow, number: str) -> None:
    """Replaces the organisation number of a row, as its own and among its facts."""
    row.number = number
    for part in ("of_association", "of_case"):
        facts = getattr(row, part)
        if facts and NUMBER in facts.get("values", {}):
            setattr(row, part, {**facts, "values": {**facts["values"], NUMBER: number}})


def _left_out(key: int, found: RowConflict) -> StagedProblem:
    """Told like any other row that does not go in."""
    told = found.problem
    return StagedProblem(
        staged_id=key,
        sheet=found.sheet,
        row=found.row,
        column=0,
        where=told.where,
        value=found.name,
        stops=True,
        what_sv=told.what.sv,
        what_en=told.what.en,
        remedy_sv="Rätta numret i listan, eller ta in raden för sig.",
        remedy_en="Correct the number in the list, or take the row in by itself.",
    )


def _count(session: Session, staged: StagedFile, problems: int) -> None:
    """The rows that go in, numbered anew, and how many there are; problems: that have been told besides."""
    wanted = (StagedRow.staged_id == staged.id) & (StagedRow.state == GOOD)
    rows = session.execute(select(StagedRow.id, StagedRow.year).where(wanted).order_by(StagedRow.id)).all()
    left_out = staged.counts["good"] - len(rows)
    staged.counts = {
        **staged.counts,
        "good": len(rows),
        "refused": staged.counts["refused"] + left_out,
        "problems": staged.counts["problems"] + problems,
        "by_year": number_rows(session, rows),
        **association_matches.count_associations(session, staged.id),
    }
