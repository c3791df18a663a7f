"""The list of a case's documents, and everything on one association: what each is, where it lies, to be taken along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request, url_for

from vetting import casework
from vetting.casework import open_case_to_read
from vetting.casework.domain.records import RecordKind
from vetting.formats.document_types import XLSX
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.text import OFFICIAL, _, in_context
from vetting.records.forms import RecordMarkForm
from vetting.records.services import records as service
from vetting.records.services import registry
from vetting.web import visitor
from vetting.web.view_helpers import act_by_form, attachment_response, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response

    from vetting.casework.domain.records import CaseRecord
    from vetting.kernel.store.session import Session

blueprint = Blueprint("records", __name__)
ZIP: Final = "application/zip"
PLACES: Final[Mapping[RecordKind, Callable[[CaseRecord], str]]] = {
    RecordKind.DOCUMENT: lambda one: url_for("documents.show", document_id=one.place.key),
    RecordKind.LETTER: lambda one: url_for("letters.show", letter_id=one.place.key),
    RecordKind.COMPLETION: lambda one: url_for("cases.show", number=one.case_number, _anchor="sent"),
    RecordKind.NOTE: lambda one: url_for("cases.show", number=one.case_number, oppna="notes", _anchor="notes"),
    RecordKind.DECISION: lambda one: url_for("deciding.show", decision_id=one.place.key),
    RecordKind.REPORT: lambda one: url_for("officer_reports.show", number=one.case_number),
    RecordKind.REPLY: lambda one: url_for("cases.show", number=one.case_number, _anchor="sent"),
    RecordKind.GRANT_REPORT: lambda one: url_for("reports.show", number=one.case_number),
}
"""A record -> its page; the case's own where it has none."""


def place_of_record(record: CaseRecord) -> str:
    """Where a record lies."""
    own = PLACES.get(record.place.kind)
    return own(record) if own is not None else url_for("cases.show", number=record.case_number)


@blueprint.get("/arenden/<number>/handlingar")
def index(number: str) -> str:
    """The list of one case."""
    return _render_index(number)


def _render_index(number: str, refused: RecordMarkForm | None = None, row: str = "") -> str:
    wanted = row or request.args.get("rad", "")
    with reading_session() as session:
        case, _unused = open_case_to_read(session, number)
        found = service.records_of_case(session, case)
    chosen = next((one for one in found if f"{one.place.kind}-{one.place.key}" == wanted), None)
    form = refused
    if form is None and chosen is not None:
        known = {"registry_number": chosen.registry_number, "secrecy": chosen.secrecy, "version": chosen.version}
        form = RecordMarkForm(known=known)
    return render_template(
        "records/records/index.html",
        case=case,
        records=found,
        chosen=chosen,
        form=form,
        place_of=place_of_record,
    )


@blueprint.post("/arenden/<number>/handlingar/<record_kind>/<int:record_key>")
def mark(number: str, record_kind: str, record_key: int) -> Response:
    """Notes a record's number in the registry, and the section that it may be secret by."""
    with reading_session() as session:
        case, _unused = open_case_to_read(session, number)
        if record_kind not in list(RecordKind):
            raise Refused(Obstacle.MISSING)
        service.find_record(session, case, RecordKind(record_kind), record_key)
    form = posted_form(RecordMarkForm)
    return act_by_form(
        form,
        lambda session: service.mark_record(
            session,
            number,
            RecordKind(record_kind),
            record_key,
            registry_number=form.registry_number.data,
            secrecy=form.secrecy.data,
            version=form.version.data or 0,
        ),
        onto=url_for("records.index", number=number),
        again=lambda refused: _render_index(number, refused, f"{record_kind}-{record_key}"),
    )


@blueprint.get("/foreningar/<int:association_id>/handlingar")
def association(association_id: int) -> str:
    """Everything on one association."""
    with reading_session() as session:
        found, name = _of_association(session, association_id)
    return render_template(
        "records/records/association.html",
        records=found,
        name=name,
        association_id=association_id,
        most=registry.MOST_SHOWN,
        doubted=[one for one in found if one.secrecy or one.doubts],
        place_of=place_of_record,
    )


def _of_association(session: Session, key: int) -> tuple[list[CaseRecord], str]:
    found = service.records_of_association(session, key)
    return found, casework.find_association(session, key).name


@blueprint.get("/foreningar/<int:association_id>/handlingar/excel")
def excel(association_id: int) -> Response:
    with reading_session() as session:
        found, name = _of_association(session, association_id)
    return attachment_response(_workbook(found, name), XLSX, _file_name(name, "xlsx"))


def _workbook(found: list[CaseRecord], name: str) -> bytes:
    about = [(in_context("about", "Förening"), name)]
    return registry.list_workbook(found, about_words=about, by=visitor.signed_in_person(), at=visitor.now())


@blueprint.get("/foreningar/<int:association_id>/handlingar/zip")
def bundle(association_id: int) -> Response:
    with reading_session() as session:
        found, name = _of_association(session, association_id)
        content = registry.list_bundle(session, found, _workbook(found, name))
    return attachment_response(content, ZIP, _file_name(name, "zip"))


def _file_name(name: str, ending: str) -> str:
    return f"{_('Handlingar om').to(OFFICIAL)} {name} {visitor.today().isoformat()}.{ending}"
