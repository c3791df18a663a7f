"""`vetting import` and `vetting export`: lists into a board, registers out of it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vetting import clock
from vetting.cli.database import database
from vetting.cli.said import LANGUAGE, said
from vetting.cli.screen import read_file, write_file
from vetting.config import from_environment
from vetting.domain.criteria import CaseKind
from vetting.domain.headings import find_columns
from vetting.domain.people import Person, Role
from vetting.domain.problem import Problem, UnreadableError
from vetting.domain.registers import RegisterName
from vetting.domain.words import Words
from vetting.files.workbook_reading import read_workbook
from vetting.services import association_lists, imports
from vetting.services.people import board_coded
from vetting.services.register_files import workbook
from vetting.services.registers import Selection
from vetting.services.rules import load
from vetting.store.session import reading, write

if TYPE_CHECKING:
    from datetime import date, datetime

    from vetting.services.rules import Rules
    from vetting.store.engine import Database

DAY = click.DateTime(["%Y-%m-%d"])


def _machine(opened: Database, code: str, role: Role) -> Person:
    """Whoever runs the command on the machine itself, at work in one board."""
    with reading(opened) as session:
        board = board_coded(session, code)
    return Person(id=0, name="vetting", board_id=board.id, board=board.name, roles=frozenset({role}))


@click.command("export", help=said("Skriv ett register som Excel.", "Write a register as Excel."))
@click.argument("register", type=click.Choice([name.value for name in RegisterName]))
@click.option("--board", "code", required=True, metavar="CODE")
@click.option("--from", "first", type=DAY, metavar="DATE", help=said("Beslutat från och med.", "Decided from."))
@click.option("--to", "last", type=DAY, metavar="DATE", help=said("Beslutat till och med.", "Decided until."))
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE.xlsx")
def export(register: str, code: str, first: datetime | None, last: datetime | None, out: Path) -> None:
    """The same rows and columns as on the screen."""
    if out.suffix.lower() != ".xlsx":
        what = Words("Registret är en arbetsbok.", "The register is a workbook.")
        remedy = Words("Ge filen ett namn som slutar på .xlsx.", "Give the file a name that ends in .xlsx.")
        raise UnreadableError(Problem("--out", what, remedy))
    selection = Selection(first=_day(first), last=_day(last))
    with database() as opened:
        by = _machine(opened, code, Role.AUDITOR)
        with reading(opened) as session:
            book = workbook(session, RegisterName(register), selection, by=by, at=clock.now(), language=LANGUAGE)
    write_file(out, book)
    click.echo(said(f"Registret: {out}", f"The register: {out}"))


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


@click.command("import", help=said("Läs in en lista i en nämnd.", "Take a list into a board."))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--board", "code", required=True, metavar="CODE")
@click.option("--round", "round_id", type=int, metavar="ID", help=said("Omgången, för ansökningar.", "The round."))
@click.option("--dry-run", is_flag=True, help=said("Visa bara vad som skulle hända.", "Only show what would happen."))
@click.option("--json", "as_json", is_flag=True, help=said("Skriv ett JSON-dokument.", "Print one JSON document."))
def import_(file: Path, code: str, round_id: int | None, *, dry_run: bool, as_json: bool) -> None:
    """A register of associations, or a list of applications or bookings: told by its headings."""
    data = read_file(file)
    with database() as opened:
        by = _machine(opened, code, Role.CASEWORKER)
        listed = association_lists.read_register(data, file.name)
        if listed is not None:
            taken = association_lists.Taken(None, listed.rows, 0, 0, 0, listed.refused)
            if not dry_run:
                taken = write(
                    opened,
                    lambda s: association_lists.take_in(
                        s, listed, data, file.name, board_id=by.board_id, by=None, at=clock.now()
                    ),
                )
            _tell(taken, listed.problems, as_json=as_json)
            return
        _cases(opened, data, file.name, by, round_id, dry_run=dry_run, as_json=as_json)


def _cases(
    opened: Database, data: bytes, file: str, by: Person, round_id: int | None, *, dry_run: bool, as_json: bool
) -> None:
    config = from_environment()
    rules = load(config.rules, config.imports)
    kind = CaseKind.GRANT if round_id is not None else _kind(data, file, rules)
    with reading(opened) as session:
        looked = imports.look(
            session, data, file, kind=kind, round_id=round_id, rules=rules, by=by, on=clock.now().date()
        )
    rows = len(looked.screened.cases)
    made = None
    if not dry_run and looked.before is None:
        made = write(
            opened, lambda s: imports.confirm(s, looked, file, round_id=round_id, rules=rules, by=by, at=clock.now())
        )
    created = rows if made else 0
    taken = association_lists.Taken(made.id if made else None, rows, created, 0, 0 if made or dry_run else rows, 0)
    _tell(taken, looked.screened.problems, as_json=as_json)


def _kind(data: bytes, file: str, rules: Rules) -> CaseKind:
    """What the list holds, by its headings.

    Raises:
        UnreadableError: no list is known in it.
    """
    found = find_columns(read_workbook(data, file).sheets, rules.layouts)
    if found is None or found.layout.kind.case is None:
        what = Words("Ingen rubrikrad känns igen.", "No heading row is recognised.")
        raise UnreadableError(
            Problem(
                file, what, Words("Se imports/README.md för rubrikerna.", "See imports/README.md for the headings.")
            )
        )
    return found.layout.kind.case


def _tell(taken: association_lists.Taken, problems: tuple[Problem, ...], *, as_json: bool) -> None:
    for problem in problems:
        click.echo(problem.line(LANGUAGE), err=True)
    if as_json:
        told = [{"where": p.where, "what": p.what.to(LANGUAGE), "remedy": p.remedy.to(LANGUAGE)} for p in problems]
        click.echo(json.dumps(asdict(taken) | {"problems": told}, ensure_ascii=False, indent=2))
    else:
        click.echo(
            said(
                f"{taken.rows} rader: {taken.created} nya, {taken.updated} ändrade, {taken.unchanged} oförändrade, "
                f"{taken.refused} inte inlästa.",
                f"{taken.rows} rows: {taken.created} new, {taken.updated} changed, {taken.unchanged} unchanged, "
                f"{taken.refused} not taken in.",
            )
        )
    sys.exit(1 if problems else 0)
