"""The report of a period: sentences and tables to paste, files, what was sent, and the cases behind each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting.formats.document_types import XLSX
from vetting.formats.letters import DOCX
from vetting.grants.models.schemes import schemes
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.store.jobs import ENDED_STATES
from vetting.kernel.text import same_in_both
from vetting.reporting.domain.figures import FIGURES, PART_WORDS, FigureGroup
from vetting.reporting.domain.period_reports import TOTAL
from vetting.reporting.domain.periods import periods_as_text, periods_begun
from vetting.reporting.domain.report_content import content_from_json, digest_of_content
from vetting.reporting.forms import KeptReportForm, PeriodsForm
from vetting.reporting.models.kept_reports import find_report_snapshot, kept_reports
from vetting.reporting.services import period_reports as service
from vetting.reporting.services.report_files import (
    cell_in_words,
    days_of,
    headings_of,
    lines_of,
    report_docx,
    report_xlsx,
    title_of,
)
from vetting.reporting.services.report_jobs import (
    ask_for_report,
    content_of_job,
    is_long_report,
    newest_report_job,
)
from vetting.web import visitor
from vetting.web.forms import FormsOfPage, PostedForm
from vetting.web.view_helpers import (
    act_by_form,
    attachment_response,
    posted_form,
    redirect_after_post,
    stop_job,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.kernel.store.jobs import Job
    from vetting.kernel.store.session import ReadingSession
    from vetting.reporting.domain.periods import ReportPeriod
    from vetting.reporting.domain.report_content import CountedReport

blueprint = Blueprint("period_reports", __name__)
PAGE: Final = 50


@blueprint.get("/rapport")
def index() -> str:
    """The periods that have begun, what has been sent, and which periods the board has."""
    return _index()


def _index(refused: PostedForm | None = None) -> str:
    by, on = visitor.signed_in_person(), visitor.today()
    with reading_session() as session:
        rules = service.period_rules(session, by.board_id)
        kept = kept_reports(session, by.board_id)
    return render_template(
        "reporting/period_reports/index.html",
        periods=periods_begun(rules, on),
        today=on,
        sent_reports=kept,
        form=FormsOfPage(refused).form(PeriodsForm, "periods", {"periods": periods_as_text(rules)}),
        refused=refused,
    )


@blueprint.post("/rapport/perioder")
def change_periods() -> Response:
    """Other periods."""
    form = posted_form(PeriodsForm, key="periods")
    return act_by_form(
        form,
        lambda session: service.change_periods(session, form.rules()),
        onto=url_for("period_reports.index"),
        again=_index,
    )


def _content(session: ReadingSession, period: ReportPeriod) -> tuple[CountedReport | None, Job | None]:
    """The report, or the job that counts it where the board has many cases."""
    if not is_long_report(session):
        return service.count_report(session, period, on=visitor.today()), None
    job = newest_report_job(session, period)
    return content_of_job(job), job


@blueprint.get("/rapport/<period_code>")
def show(period_code: str) -> str:
    """The report as others get it; its figures lead to their cases, for those who see these."""
    return _show(period_code)


def _show(period_code: str, refused: PostedForm | None = None) -> str:
    by = visitor.signed_in_person()
    with reading_session() as session:
        period = service.find_period(session, period_code, on=visitor.today())
        content, job = _content(session, period)
        kept = [row for row in kept_reports(session, by.board_id) if row.code == period.code]
        changed = service.changes_since(session, kept[0]) if kept and job is None else []
        session.expunge_all()
    if content is None:
        return render_template(
            "reporting/period_reports/count.html",
            period=period,
            job=job,
            ended=job is not None and job.state in ENDED_STATES,
        )
    return render_template(
        "reporting/period_reports/show.html",
        period=period,
        content=content,
        title=title_of(content),
        days=days_of(content),
        may_see=service.sees_figures(by),
        cell_in_words=cell_in_words,
        headings_of=headings_of,
        lines_of=lines_of,
        sent_reports=kept,
        changed=changed,
        shown=digest_of_content(content),
        refused=refused,
        counted=job is not None,
    )


@blueprint.post("/rapport/<period_code>/rakna")
def count(period_code: str) -> Response:
    """Begins a job that counts the report of many cases."""
    return act_by_form(
        posted_form(PostedForm, key="count"),
        lambda session: ask_for_report(session, period_code),
        onto=url_for("period_reports.show", period_code=period_code),
        again=lambda refused: _show(period_code, refused),
    )


@blueprint.post("/rapport/<period_code>/stoppa")
def stop(period_code: str) -> Response:
    with reading_session() as session:
        period = service.find_period(session, period_code, on=visitor.today())
        job = newest_report_job(session, period)
    if job is None:
        raise Refused(Obstacle.MISSING)
    stop_job(job.id)
    return redirect_after_post(url_for("period_reports.show", period_code=period.code))


@blueprint.get("/rapport/<period_code>.<any(docx, xlsx):report_file>")
def file(period_code: str, report_file: str) -> Response:
    """The report as a file for others."""
    by = visitor.signed_in_person()
    with reading_session() as session:
        period = service.find_period(session, period_code, on=visitor.today())
        content, _job = _content(session, period)
        if content is None:
            return redirect_after_post(url_for("period_reports.show", period_code=period.code))
        made = report_docx(session, content) if report_file == "docx" else report_xlsx(content, by=by, at=visitor.now())
    return _as_file(made, report_file, f"rapport-{period.code}-{content.until.isoformat()}")


def _as_file(content: bytes, kind: str, name: str) -> Response:
    return attachment_response(content, DOCX if kind == "docx" else XLSX, f"{name}.{kind}")


@blueprint.post("/rapport/<period_code>/skickad")
def keep(period_code: str) -> Response:
    """Keeps the report as it is sent."""
    form = posted_form(KeptReportForm, key="keep")
    with reading_session() as session:
        period = service.find_period(session, period_code, on=visitor.today())
        content, _job = _content(session, period)
    if content is None:
        return redirect_after_post(url_for("period_reports.show", period_code=period.code))
    return act_by_form(
        form,
        lambda session: service.keep_report(session, period.code, content, shown=form.shown.key),
        onto=lambda row: url_for("period_reports.sent", report_id=row.id),
        again=lambda refused: _show(period_code, refused),
    )


@blueprint.get("/rapport/skickad/<int:report_id>")
def sent(report_id: int) -> str:
    """A report as it was sent."""
    by = visitor.signed_in_person()
    with reading_session() as session:
        row = find_report_snapshot(session, by.board_id, report_id)
        if row is None:
            raise Refused(Obstacle.MISSING)
        content = content_from_json(row.content)
    return render_template(
        "reporting/period_reports/sent.html",
        row=row,
        content=content,
        title=title_of(content),
        days=days_of(content),
        cell_in_words=cell_in_words,
        headings_of=headings_of,
        lines_of=lines_of,
    )


@blueprint.get("/rapport/skickad/<int:report_id>.<any(docx, xlsx):report_file>")
def sent_file(report_id: int, report_file: str) -> Response:
    by = visitor.signed_in_person()
    with reading_session() as session:
        row = find_report_snapshot(session, by.board_id, report_id)
        if row is None:
            raise Refused(Obstacle.MISSING)
        return _as_file(getattr(row, report_file), report_file, f"rapport-{row.code}-{row.until.isoformat()}")


@blueprint.get("/rapport/<period_code>/tal/<group_name>/<cell_name>")
def cases(period_code: str, group_name: str, cell_name: str) -> str:
    """The cases that a figure counts, of those that this person may see."""
    by = visitor.signed_in_person()
    if group_name not in set(FigureGroup):
        raise Refused(Obstacle.MISSING)
    group, number = FigureGroup(group_name), whole_number_in_address("tid") or 0
    with reading_session() as session:
        period = service.find_period(session, period_code, on=visitor.today())
        columns = service.columns_of(period, on=visitor.today())
        if number >= len(columns):
            raise Refused(Obstacle.MISSING)
        cell = "" if cell_name == "-" else cell_name
        found = service.cases_of_figure(session, group, cell, columns[number].window)
        page = max(whole_number_in_address("sida") or 1, 1)
        rows = session.scalars(found.wanted.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
        names = {str(row.id): same_in_both(row.name) for row in schemes(session, by.board_id)}
    definition = FIGURES[group]
    label = definition.cells.get(cell, names.get(cell))
    return render_template(
        "reporting/period_reports/cases.html",
        period=period,
        column=columns[number],
        number=number,
        part=PART_WORDS[definition.part],
        title=definition.title,
        label=label if cell != TOTAL else None,
        group=group,
        cell=cell_name,
        rows=rows[:PAGE],
        seen=found.seen,
        unseen=found.unseen,
        page=page,
        more=len(rows) > PAGE,
    )
