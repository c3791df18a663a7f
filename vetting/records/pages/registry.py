"""The registrar's page: what became a record since last time, as a list; numbers back; what has none; what to clear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, url_for

from vetting import casework
from vetting.casework.domain.records import RecordClass, RecordKind, record_class
from vetting.formats.document_types import XLSX
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import _
from vetting.people.models.people import Board, names_of
from vetting.records.forms import RecordPlanForm, RegistryListForm, RegistryNumbersForm, WorkingMaterialForm
from vetting.records.models.registry_lists import registry_lists
from vetting.records.pages.records import ZIP, place_of_record
from vetting.records.services import registry as service
from vetting.records.services.registry import RecordTime
from vetting.web import visitor
from vetting.web.view_helpers import (
    act_by_form,
    act_in_steps,
    attachment_response,
    in_transaction,
    page_by_form,
    posted_form,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.casework.domain.records import CaseRecord
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.records.models.registry_lists import RegistryList
    from vetting.records.services.registry import TakenNumbers

blueprint = Blueprint("registry", __name__)
CLEAR: Final = "clear"
KEEP: Final = "keep"


@blueprint.get("/diarium")
def index() -> str:
    return _render_index()


def _render_index(
    list_form: RegistryListForm | None = None,
    numbers_form: RegistryNumbersForm | None = None,
    taken: TakenNumbers | None = None,
) -> str:
    person, at = visitor.signed_in_person(), visitor.now()
    with reading_session() as session:
        time = service.since_last(session, person.board_id)
        found = service.records_in(session, time, most=service.MOST_SHOWN)
        lists = registry_lists(session, person.board_id, most=service.MOST_LISTS)
        return render_template(
            "records/registry/index.html",
            records=found,
            number=service.count_since_last(session),
            time=time,
            lists=lists,
            names=names_of(session, {row.by_user_id for row in lists if row.by_user_id}),
            unnumbered=service.without_number(session),
            working=casework.count_working_material(session, as_of=at),
            list_form=list_form or RegistryListForm(key="list"),
            numbers_form=numbers_form or RegistryNumbersForm(key="numbers"),
            taken=taken,
            place_of=place_of_record,
        )


@blueprint.post("/diarium")
def make() -> Response:
    """Makes a list of some days, or since the last one."""
    form = posted_form(RegistryListForm, key="list")
    return act_by_form(
        form,
        lambda session: service.make_list(session, first=form.first.data, last=form.last.data),
        onto=lambda row: url_for("registry.show", registry_list_id=row.id),
        again=lambda refused: _render_index(list_form=refused),
    )


def _records_of(session: Session, key: int, most: int | None = None) -> tuple[RegistryList, list[CaseRecord]]:
    row = service.find_list(session, key)
    time = RecordTime(row.since, row.until)
    return row, service.records_in(session, time, most=most)


@blueprint.get("/diarium/<int:registry_list_id>")
def show(registry_list_id: int) -> str:
    with reading_session() as session:
        row, found = _records_of(session, registry_list_id, service.MOST_SHOWN)
    return render_template("records/registry/show.html", row=row, records=found, place_of=place_of_record)


@blueprint.get("/diarium/<int:registry_list_id>/excel")
def excel(registry_list_id: int) -> Response:
    """The list as a workbook."""
    with reading_session() as session:
        row, found = _records_of(session, registry_list_id)
    return attachment_response(_workbook(row, found), XLSX, f"diarieforing-{row.id}.xlsx")


def _workbook(row: RegistryList, found: list[CaseRecord]) -> bytes:
    about = service.time_in_words(RecordTime(row.since, row.until))
    return service.list_workbook(found, about_words=about, by=visitor.signed_in_person(), at=visitor.now())


@blueprint.get("/diarium/<int:registry_list_id>/zip")
def bundle(registry_list_id: int) -> Response:
    """The list with its files in order."""
    with reading_session() as session:
        row, found = _records_of(session, registry_list_id)
        content = service.list_bundle(session, found, _workbook(row, found))
    return attachment_response(content, ZIP, f"diarieforing-{row.id}.zip")


@blueprint.get("/diarium/plan")
def plan() -> str:
    return _render_plan()


def _render_plan(form: RecordPlanForm | None = None) -> str:
    with reading_session() as session:
        own = session.get_one(Board, visitor.signed_in_person().board_id).record_plan
    chosen = {kind: record_class(own, kind) for kind in RecordKind}
    known = {
        "in_order": [kind.value for kind, kept_as in chosen.items() if kept_as is RecordClass.ORDER],
        "minor": [kind.value for kind, kept_as in chosen.items() if kept_as is RecordClass.MINOR],
    }
    return render_template("records/registry/plan.html", form=form or RecordPlanForm(known=known))


@blueprint.post("/diarium/plan")
def set_plan() -> Response:
    form = posted_form(RecordPlanForm)
    chosen = [[RecordKind(kind) for kind in field.data] for field in (form.in_order, form.minor)]
    return act_by_form(
        form,
        lambda session: service.set_record_plan(session, *chosen),
        onto=url_for("registry.plan"),
        again=_render_plan,
    )


@blueprint.post("/diarium/nummer")
def take_numbers() -> Response:
    """The registry's numbers back."""
    form, person = posted_form(RegistryNumbersForm, key="numbers"), visitor.signed_in_person()

    def go() -> TakenNumbers:
        rows = service.read_numbers(form.file.content, form.file.name_of_file, by=person)
        return in_transaction(lambda session: service.take_numbers(session, rows))

    return act_in_steps(
        form,
        go,
        onto=lambda taken: make_response(_render_index(taken=taken)),
        again=lambda refused: _render_index(numbers_form=refused),
    )


@blueprint.get("/diarium/arbetsmaterial")
def working_material() -> str:
    """Working material of cases that have ended, for somebody to look at."""
    return _render_working_material()


def _render_working_material(form: WorkingMaterialForm | None = None, cleared: int = 0, kept: int = 0) -> str:
    with reading_session() as session:
        found = casework.working_material(session, as_of=visitor.now())
        return render_template(
            "records/registry/working_material.html",
            found=found,
            form=form or WorkingMaterialForm(),
            files_cleared=cleared,
            files_kept=kept,
        )


@blueprint.post("/diarium/arbetsmaterial")
def clear() -> Response:
    """Clears what is ticked, or keeps it as drawn up."""
    form = posted_form(WorkingMaterialForm)
    clears = form.act.data == CLEAR

    def work(session: WritingSession) -> int:
        keys = form.document.keys
        if clears:
            return casework.clear_working_material(session, keys)
        if form.act.data != KEEP:
            raise Refused(
                Obstacle.INVALID,
                Problem("document", _("Det står inte vad som ska göras."), _("Välj att rensa eller att behålla.")),
            )
        return casework.keep_as_record(session, keys)

    return page_by_form(
        form,
        work,
        page=lambda number: _render_working_material(None, number if clears else 0, 0 if clears else number),
        again=_render_working_material,
    )
