"""Reports on grants: those to go through, late and awaited; one with what it says and what a person found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request, url_for

from vetting.money.domain.reports import FINDING_WORDS, WAY_WORDS, ReportScope, use_rows_as_text
from vetting.money.domain.unused_money import UNUSED_WORDS, unused_state
from vetting.money.forms.follow_up import (
    AskBackForm,
    DisputedForm,
    ReadReportForm,
    ReceivedReportForm,
    UnusedPaidForm,
    read_report_form,
)
from vetting.money.models.reports import part_reports
from vetting.money.models.unused_money import unused_of
from vetting.money.pages.billing_files import billing_basis_response
from vetting.money.services import report_lists, unused_money
from vetting.money.services import reports as service
from vetting.money.services.billing_bases import basis_of_unused
from vetting.money.services.report_lists import LIST_WORDS, ReportList
from vetting.web import visitor
from vetting.web.forms import FormsOfPage, PostedForm
from vetting.web.page_actions import PageActions
from vetting.web.view_helpers import act_by_form, address_of_place, place_in_address, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.money.services.reports import ReportSituation

blueprint = Blueprint("reports", __name__)
unused_actions = PageActions[str](
    blueprint,
    "/arenden/<number>",
    page=lambda number, refused: _report_page(number, unused=refused),
    onto=lambda number: url_for("reports.show", number=number),
)
PAGE: Final = 50
AFTER: Final = "efter"


@blueprint.get("/uppfoljning")
def index() -> str:
    """The grants whose reports are to be gone through, are late, or are awaited; a page at a time."""
    on = visitor.today()
    with reading_session() as session:
        counts = report_lists.count_reports(session, on)
        asked = request.args.get("visa", "")
        shown = (
            ReportList(asked)
            if asked in set(ReportList)
            else next((one for one in ReportList if counts[one]), ReportList.TO_READ)
        )
        found = report_lists.listed_reports(session, shown, on, after=place_in_address(AFTER), most=PAGE + 1)
    rows = found[:PAGE]
    more = address_of_place((rows[-1].place_on, rows[-1].case.id)) if len(found) > PAGE else ""
    return render_template(
        "money/reports/index.html",
        rows=rows,
        shown=shown,
        counts=counts,
        words=LIST_WORDS,
        findings=FINDING_WORDS,
        more=more,
        page=PAGE,
    )


@blueprint.get("/arenden/<number>/redovisning")
def show(number: str) -> str:
    """A grant's report: when it is due, what it says, what a person found."""
    return _report_page(number)


def _report_page(
    number: str,
    received: ReceivedReportForm | None = None,
    read: ReadReportForm | None = None,
    unused: PostedForm | None = None,
) -> str:
    forms = FormsOfPage(unused)
    with reading_session() as session:
        case = service.open_report(session, number)
        seen = service.report_situation(session, case)
        papers = report_lists.report_papers(session, case)
        reader = report_lists.reader_of(session, seen.report)
        asked_back = unused_of(session, case.id)
        parts = part_reports(session, case.id)
        requirements = service.running_requirements(session, case)
    report = seen.report
    version = report.version if report is not None else None
    new = received or ReceivedReportForm(key="received", known=_typed_before(seen) | {"version": version})
    return render_template(
        "money/reports/show.html",
        case=case,
        seen=seen,
        report=report,
        papers=papers,
        parts=parts,
        reader=reader,
        today=visitor.today(),
        full=seen.scope is ReportScope.FULL,
        received=new,
        received_fields=new.fields_of(seen.scope, participants=seen.rules.participants),
        requirements=requirements,
        read=read or read_report_form(requirements)(key="read", known={"version": version}),
        ways=WAY_WORDS,
        findings=FINDING_WORDS,
        unused=asked_back,
        unused_state=unused_state(asked_back.days, visitor.today()) if asked_back is not None else None,
        unused_words=UNUSED_WORDS,
        refused=next((form for form in (received, read, unused) if form is not None), None),
        ask_back=forms.form(AskBackForm, "ask_back"),
        paid=forms.form(UnusedPaidForm, "unused_paid"),
        disputed=forms.form(DisputedForm, "disputed"),
    )


def _typed_before(seen: ReportSituation) -> dict[str, object]:
    """What is known of a report that is completed, as it is typed."""
    report = seen.report
    if report is None or report.received_on is None:
        return {}
    return {
        "way": report.way,
        "used": None if report.rows else report.used,
        "rows": use_rows_as_text(report.rows),
        "activity": report.activity,
        "women": report.women,
        "men": report.men,
        "others": report.others,
    }


@blueprint.post("/arenden/<number>/redovisning")
def receive(number: str) -> Response:
    form = posted_form(ReceivedReportForm, key="received")
    return act_by_form(
        form,
        lambda session: service.receive_report(
            session, number, form.command(visitor.today()), version=form.version.data
        ),
        onto=url_for("reports.show", number=number),
        again=lambda refused: _report_page(number, received=refused),
    )


@blueprint.post("/arenden/<number>/redovisning/granskad")
def read(number: str) -> Response:
    """A person has gone through it."""
    with reading_session() as session:
        case = service.open_report(session, number)
        form = posted_form(read_report_form(service.running_requirements(session, case)), key="read")
    return act_by_form(
        form,
        lambda session: service.read_report(
            session,
            number,
            form.outcome,
            form.found.data,
            complete_by=form.complete_by.data,
            requirements=form.requirements,
            version=form.version.data,
        ),
        onto=url_for("reports.show", number=number),
        again=lambda refused: _report_page(number, read=refused),
    )


unused_actions.add(
    "ask_back",
    "/oforbrukat",
    AskBackForm,
    lambda session, form, number: unused_money.ask_unused_back(session, number, form.amount.data, form.due_on.data),
    key="ask_back",
)
unused_actions.add(
    "unused_paid",
    "/oforbrukat/betalt",
    UnusedPaidForm,
    lambda session, form, number: unused_money.note_unused_paid(
        session, number, form.amount.data or 0, on=form.on.data or visitor.today(), invoice=form.invoice.data
    ),
    key="unused_paid",
)
unused_actions.add(
    "unused_disputed",
    "/oforbrukat/bestritt",
    DisputedForm,
    lambda session, form, number: unused_money.note_unused_disputed(session, number, form.text.data),
    key="disputed",
)


@blueprint.get("/arenden/<number>/oforbrukat.<any(docx, xlsx):file_kind>")
def billing_basis(number: str, file_kind: str) -> Response:
    with reading_session() as session:
        found = basis_of_unused(session, service.open_report(session, number))
        return billing_basis_response(session, found, file_kind)
