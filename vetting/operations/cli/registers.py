"""`vetting export`: registers out of a board."""

from __future__ import annotations

import getpass
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vetting import clock
from vetting.config import from_environment
from vetting.formats.outgoing_lists import register_csv
from vetting.grants.models.rounds import rounds
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.register_days import chosen_day, refuse_as_of, refuse_of_round
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Role
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import open_reading
from vetting.kernel.text import OFFICIAL, _
from vetting.operations.cli.commands import BOARD, COMMANDS
from vetting.operations.cli.database import database, machine
from vetting.operations.cli.language import translate
from vetting.operations.cli.screened_lists import write_file
from vetting.records.services import registry
from vetting.registers import RegisterSelection, register_sheets
from vetting.registers.workbooks import workbook_of_register
from vetting.rules.services.rulebook import load_rules

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.kernel.store.session import Session


REGISTRY = "registry"
"""No register of the board's: the list of documents that its registry enters."""
DAY = click.DateTime(["%Y-%m-%d"])


@click.command("export", help=COMMANDS["export"].help)
@click.argument("register", type=click.Choice([*(name.value for name in RegisterName), REGISTRY]))
@BOARD
@click.option("--from", "first", type=DAY, metavar="DATE", help=translate("Från och med."))
@click.option("--to", "last", type=DAY, metavar="DATE", help=translate("Till och med."))
@click.option("--by", "day", default="", metavar="DAY", help=translate("Dagen som registret går efter."))
@click.option(
    "--as-of", "as_of", type=DAY, metavar="DATE", help=translate("Visa läget den dagen, i register över pengar.")
)
@click.option("--round", "round_name", default="", metavar="NAME", help=translate("Omgångens namn."))
@click.option("--year", type=int, metavar="YEAR", help=translate("Budgetåret."))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE.xlsx|.csv",
    help=translate("Filen som skrivs."),
)
def export(
    *,
    register: str,
    code: str,
    first: datetime | None,
    last: datetime | None,
    day: str,
    as_of: datetime | None,
    round_name: str,
    year: int | None,
    out: Path,
) -> None:
    as_csv = out.suffix.lower() == ".csv" and register != REGISTRY
    if out.suffix.lower() != ".xlsx" and not as_csv:
        what = _("Registret sparas som en Excel-fil eller som CSV.")
        remedy = _("Ge filen ett namn som slutar på .xlsx eller .csv.")
        raise UnreadableError(Problem("--out", what, remedy))
    if register == REGISTRY and (first is None or last is None):
        what = _("Diarieföringslistan behöver en första och en sista dag.")
        raise UnreadableError(Problem("--from", what, _("Skriv --from DATUM --to DATUM.")))
    beside = {"--by": day, "--as-of": as_of, "--round": round_name, "--year": year}
    lacking = [option for option, given in beside.items() if register == REGISTRY and given not in {None, ""}]
    if lacking:
        what = _("Diarieföringslistan går efter handlingens dag.")
        raise UnreadableError(Problem(lacking[0], what, _("Ta bort {option}.", option=lacking[0])))
    today = clock.now().date()
    by_day = None
    if register != REGISTRY:
        by_day = chosen_day(RegisterName(register), day, "--by")
        refuse_as_of(RegisterName(register), _day(as_of), today, "--as-of")
        refuse_of_round(RegisterName(register), "--round" if round_name else "--year", round_name, year)
    selection = RegisterSelection(first=_day(first), last=_day(last), on=today, by=by_day, as_of=_day(as_of), year=year)
    config = from_environment()
    load_rules(config.rules, config.imports)
    with database() as opened:
        of_registry = register == REGISTRY
        by = replace(machine(opened, code, frozenset({Role.REGISTRAR if of_registry else Role.AUDITOR})), name=_login())
        with open_reading(opened, Acting(by, clock.now())) as session:
            if round_name:
                selection = replace(selection, round_id=_round(session, round_name))
            if as_csv:
                _write_csv(session, RegisterName(register), selection, out)
                return
            book = (
                _registry_list(session, selection)
                if of_registry
                else workbook_of_register(session, RegisterName(register), selection, language=OFFICIAL)
            )
    write_file(out, book)
    click.echo(translate("Registret: {out}", out=out))


def _round(session: Session, name: str) -> int:
    found = {row.name.casefold(): row.id for row in rounds(session)}
    if name.strip().casefold() not in found:
        what = _("Nämnden har ingen omgång som heter {name}.", name=name)
        raise UnreadableError(Problem("--round", what, _("Skriv namnet som det står under Omgångar.")))
    return found[name.strip().casefold()]


def _login() -> str:
    """The login that runs the command; `vetting` where the operating system has no name for it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "vetting"


def _write_csv(session: Session, name: RegisterName, selection: RegisterSelection, out: Path) -> None:
    """Each sheet as a file of its own: the second has its number in the name."""
    tables = register_sheets(session, name, selection, language=OFFICIAL)
    for place, table in enumerate(tables, 1):
        path = out if place == 1 else out.with_stem(f"{out.stem}-{place}")
        write_file(path, register_csv(table, OFFICIAL))
        click.echo(translate("Registret: {out}", out=path))


def _registry_list(session: Session, selection: RegisterSelection) -> bytes:
    """The list of documents for the registry, of some days."""
    time = registry.time_of_days(selection.first or date.min, selection.last or date.max)
    found = registry.records_in(session, time)
    return registry.list_workbook(found, about_words=registry.time_in_words(time), by=session.person, at=clock.now())


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
