"""`vetting export`: registers out of a board."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vetting import clock
from vetting.cli.commands import COMMANDS
from vetting.cli.database import database, machine
from vetting.cli.language import translate
from vetting.cli.screened_lists import write_file
from vetting.config import from_environment
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.kernel.text import OFFICIAL, _
from vetting.registers import RegisterSelection
from vetting.registers.workbooks import workbook_of_register
from vetting.rules.services.rulebook import load_rules

if TYPE_CHECKING:
    from datetime import date, datetime


DAY = click.DateTime(["%Y-%m-%d"])


@click.command("export", help=COMMANDS["export"].help)
@click.argument("register", type=click.Choice([name.value for name in RegisterName]))
@click.option("--board", "code", required=True, metavar="CODE")
@click.option("--from", "first", type=DAY, metavar="DATE", help=translate("Beslutat från och med."))
@click.option("--to", "last", type=DAY, metavar="DATE", help=translate("Beslutat till och med."))
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE.xlsx")
def export(register: str, code: str, first: datetime | None, last: datetime | None, out: Path) -> None:
    """The same rows and columns as on the screen."""
    if out.suffix.lower() != ".xlsx":
        what = _("Registret sparas som en Excel-fil.")
        remedy = _("Ge filen ett namn som slutar på .xlsx.")
        raise UnreadableError(Problem("--out", what, remedy))
    selection = RegisterSelection(first=_day(first), last=_day(last), on=clock.now().date())
    config = from_environment()
    rules = load_rules(config.rules, config.imports)
    with database() as opened:
        by = machine(opened, code, frozenset({Role.AUDITOR}))
        with open_reading(opened) as session:
            book = workbook_of_register(
                session, RegisterName(register), selection, rules=rules, by=by, at=clock.now(), language=OFFICIAL
            )
    write_file(out, book)
    click.echo(translate("Registret: {out}", out=out))


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
