"""`vetting report`: the figures of a period, for whatever the municipality reports in."""

from __future__ import annotations

from pathlib import Path

import click

from vetting import clock
from vetting.kernel.problem import Problem, Refused, UnreadableError
from vetting.kernel.roles import Role
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import open_reading
from vetting.kernel.text import _
from vetting.operations.cli.commands import BOARD, COMMANDS
from vetting.operations.cli.database import database, machine
from vetting.operations.cli.language import translate
from vetting.operations.cli.screened_lists import write_file
from vetting.reporting.services.period_reports import count_report, find_period
from vetting.reporting.services.report_files import report_docx, report_xlsx


@click.command("report", help=COMMANDS["report"].help)
@BOARD
@click.option("--period", required=True, metavar="2026-T2", help=translate("År och periodens namn."))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE.docx|.xlsx",
    help=translate("Filen som skrivs."),
)
def report(code: str, period: str, out: Path) -> None:
    kind = out.suffix.lower()
    if kind not in {".docx", ".xlsx"}:
        what = _("Rapporten sparas som ett Word-dokument eller en Excel-fil.")
        raise UnreadableError(Problem("--out", what, _("Ge filen ett namn som slutar på .docx eller .xlsx.")))
    at = clock.now()
    with database() as opened:
        by = machine(opened, code, frozenset({Role.AUDITOR}))
        with open_reading(opened, Acting(by, at)) as session:
            try:
                found = find_period(session, period, on=at.date())
            except Refused as refused:
                problem = refused.problems[0]
                raise UnreadableError(Problem("--period", problem.what, problem.remedy)) from None
            content = count_report(session, found, on=at.date())
            made = report_docx(session, content) if kind == ".docx" else report_xlsx(content, by=by, at=at)
    write_file(out, made)
    click.echo(translate("Rapporten: {out}", out=out))
