"""Associations that have a case in the board."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from vetting.associations.models.associations import FORMER, Association, AssociationName, records_of
from vetting.casework.domain.cases import OPEN
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import Case, recused_associations, seen_by
from vetting.casework.models.decisions import Decision, current_grants
from vetting.casework.models.facts import FactValue, values_of_associations
from vetting.engine.stored_values import from_plain
from vetting.kernel.chunking import in_chunks
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterName
from vetting.kernel.roles import Action
from vetting.kernel.text import NO_WORDS, Words, _, in_context
from vetting.registers.columns import (
    SheetDefinition,
    as_whole_number,
    cases_chosen,
    day_column,
    decided_between,
    money_column,
    number_column,
    of_keys,
    of_round_or_year,
    text_column,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, ScalarSelect, Select

    from vetting.engine.facts import Catalogue
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.registers.columns import RegisterSelection


class AssociationRegisterRow(NamedTuple):
    """One association."""

    association: Association
    looked_on: date | None
    valid_until: date | None
    open_cases: int
    granted: int
    former: Sequence[str]
    form: Words
    seat: str


def _granted_sum(selection: RegisterSelection, by: Person) -> ScalarSelect[Any]:
    """What decisions that hold have given it in the years of the rows: those of the chosen days, else this one."""
    first, last = (day.year if day else 1 for day in (selection.first or selection.on, selection.last or selection.on))
    return (
        select(func.sum(Decision.amount))
        .join(Case, Case.id == Decision.case_id)
        .where(
            Case.association_id == Association.id,
            seen_by(by, Action.READ_REGISTERS),
            current_grants(),
            *of_round_or_year(selection),
            Decision.decided_on.between(date(min(first, last), 1, 1), date(last, 12, 31)),
        )
        .correlate(Association)
        .scalar_subquery()
    )


SHEET: Final[SheetDefinition[AssociationRegisterRow]] = SheetDefinition(
    REGISTER_WORDS[RegisterName.ASSOCIATIONS],
    (
        text_column(_("Namn"), lambda row: mask_personal_numbers(row.association.name)),
        text_column(_("Org.nr"), lambda row: format_number(row.association.number) if row.association.number else ""),
        text_column(_("Tidigare namn"), lambda row: ", ".join(row.former)),
        text_column(in_context("heading", "Form"), lambda row: row.form),
        text_column(_("Säte"), lambda row: row.seat or row.association.seat or row.association.municipality),
        day_column(_("Senast kontrollerad"), lambda row: row.looked_on),
        day_column(_("Giltig t.o.m."), lambda row: row.valid_until),
        number_column(_("Öppna ärenden"), lambda row: row.open_cases),
        money_column(_("Beviljat i år kr"), lambda row: row.granted, total=_granted_sum),
    ),
    brief=("Namn", "Öppna ärenden", "Beviljat i år kr"),
)


FORM, SEAT = "legal_form", "seat_municipality"


def _form(said: FactValue | None, catalogue: Catalogue) -> Words:
    """The legal form as the association has stated it to the board."""
    known = said is not None and said.value is not None and FORM in catalogue
    return catalogue[FORM].in_words(from_plain(catalogue[FORM], said.value)) if said and known else NO_WORDS


def _seat(said: FactValue | None) -> str:
    return str(said.value) if said is not None and said.value else ""


def association_rows(
    session: Session, selection: RegisterSelection, catalogue: Catalogue
) -> list[AssociationRegisterRow]:
    """The associations with a case in the board which this person may see, by name."""
    found = session.execute(
        select(
            Association,
            *_answer_days(session.person),
            _still_open(session.person),
            _granted_sum(selection, session.person),
        )
        .where(_has_a_case(selection, session.person), *of_keys(selection, Association.id))
        .order_by(Association.name, Association.id)
    ).all()
    former = _former_names(session, [row[0].id for row in found])
    said = values_of_associations(session, session.person.board_id, [row[0].id for row in found], (FORM, SEAT))
    return [
        AssociationRegisterRow(
            association,
            looked,
            until,
            still_open,
            as_whole_number(granted) or 0,
            former.get(association.id, ()),
            _form(said.get(association.id, {}).get(FORM), catalogue),
            _seat(said.get(association.id, {}).get(SEAT)),
        )
        for association, looked, until, still_open, granted in found
    ]


def association_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The associations of the rows, by name."""
    return select(Association.id).where(_has_a_case(selection, by)).order_by(Association.name, Association.id)


def _has_a_case(selection: RegisterSelection, by: Person) -> ColumnElement[bool]:
    """That somebody sees a case of it that is chosen."""
    wanted = [seen_by(by, Action.READ_REGISTERS), Case.association_id == Association.id, *cases_chosen(selection)]
    own = select(Case.id).where(*wanted).correlate(Association)
    if selection.first or selection.last:
        own = own.join(Decision, Decision.case_id == Case.id).where(*decided_between(selection))
    return own.exists()


def _answer_days(by: Person) -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    """When an answer on the association was given last, and until when the last one holds."""
    answered = aliased(AssessmentRow)
    newest = select(func.max(answered.on)).where(
        answered.board_id == by.board_id,
        answered.association_id.in_(records_of(Association.id)),
        answered.case_id.is_(None),
        Association.id.not_in(recused_associations(by.id)),
    )
    return newest.scalar_subquery(), newest.with_only_columns(func.max(answered.valid_until)).scalar_subquery()


def _still_open(by: Person) -> ScalarSelect[Any]:
    seen = seen_by(by, Action.READ_REGISTERS)
    own = select(func.count(Case.id)).where(Case.association_id == Association.id, seen, Case.state.in_(OPEN))
    return own.scalar_subquery()


def _former_names(session: Session, keys: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for some in in_chunks(keys, 5_000):
        wanted = select(AssociationName.association_id, AssociationName.name).where(
            AssociationName.kind == FORMER, AssociationName.association_id.in_(some)
        )
        for key, name in session.execute(wanted.order_by(AssociationName.id)):
            found.setdefault(key, []).append(mask_personal_numbers(name))
    return found
