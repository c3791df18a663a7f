"""`vetting import`: a list into a board, or taken back."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click
from sqlalchemy import select

from vetting import clock
from vetting.config import from_environment
from vetting.formats import limits
from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.roles import Role
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.import_batches import ImportBatch, same_file
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.text import Words, _
from vetting.lists.models.staged_files import FAILED, UNKNOWN, StagedFile, StagedProblem, without_value
from vetting.lists.services import (
    earlier_lists,
    import_batches,
    list_reading,
    name_conflicts,
    staged_files,
)
from vetting.operations.cli.commands import COMMANDS
from vetting.operations.cli.database import database, machine
from vetting.operations.cli.language import LANGUAGE, translate
from vetting.operations.cli.memory import settle_memory
from vetting.operations.cli.screened_lists import ENCODING, as_said, read_file
from vetting.people.models.people import Board
from vetting.rules.domain.layouts import KIND_WORDS, ListKind
from vetting.rules.services.rulebook import layout_named, load_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session

UNDO: Final = "undo"
ROLES: Final = frozenset({Role.CASEWORKER, Role.FINANCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTally:
    """What became of the rows: created, updated, unchanged and refused make all of them."""

    batch: int | None
    rows: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0


@click.command("import", help=COMMANDS["import"].help)
@click.argument("file", metavar="FILE")
@click.argument("batch", required=False, type=int, metavar="[BATCH]")
@click.option("--board", "code", metavar="CODE", help=translate("Nämndens kod."))
@click.option("--round", "round_id", type=int, metavar="ID", help=translate("Omgången, för ansökningar."))
@click.option("--layout", default="", metavar="NAME", help=translate("Layout. Utan valet avgör rubrikerna."))
@ENCODING
@click.option(
    "--good-rows-only", is_flag=True, help=translate("Läs in de rader som går att läsa in, även om andra inte går.")
)
@click.option("--dry-run", is_flag=True, help=translate("Visa bara vad som skulle hända."))
@click.option("--json", "as_json", is_flag=True, help=translate("Skriv ett JSON-dokument."))
def import_(
    file: str,
    batch: int | None,
    code: str | None,
    round_id: int | None,
    layout: str,
    encoding: str | None,
    *,
    good_rows_only: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Told by its headings: applications, bookings, a register of associations, or payments."""
    if file == UNDO and batch is not None:
        _undo(batch)
        return
    if code is None:
        raise click.MissingParameter(param=click.Option(["--board"]))
    data = as_said(read_file(Path(file), limits.IMPORT_BYTES), encoding, Path(file).name)
    config = from_environment()
    rules = load_rules(config.rules, config.imports)
    settle_memory()
    if layout:
        layout_named(rules, layout)
    with database() as opened:
        by = machine(opened, code, ROLES)
        key = staged_files.hand_in(
            opened, data, Path(file).name, round_id=round_id, by=by, at=clock.now(), layout=layout
        )
        state = list_reading.read_staged_file(opened, key, rules, at=clock.now(), heard=_heartbeat(opened, key))
        with open_reading(opened) as session:
            staged, problems, total = _find_ready_file(session, key, state)
            names = [CellProblem(found.problem) for found in name_conflicts.row_conflicts(session, key)]
            problems, total = [*problems, *names], total + len(names)
        changes = list(earlier_lists.told_changes(staged, rules))
        seen = ListSeen(
            KIND_WORDS[ListKind(staged.kind)],
            list(dict.fromkeys(heading for table in staged.found.get("tables", ()) for heading in table["unread"])),
            list(staged.found.get("gone", ())) if staged.kind == ListKind.GRANT else [],
        )
        good_only = good_rows_only or not staged.counts["refused"]
        if dry_run:
            plan = import_batches.try_import(opened, key, good_only=good_only, by=by, at=clock.now())
            taken = ImportTally(batch=None, **plan)
            staged_files.discard_file(opened, key, by=by)
        else:
            taken = _confirm_import(opened, staged, by, good_only=good_only)
        _tell(taken, problems, total, changes if taken.updated else [], seen, as_json=as_json)


class ListSeen(NamedTuple):
    """How a list was understood: its kind, and the columns that were not read."""

    kind: Words
    unread: list[str]
    """Headings of columns that are not read."""
    gone: list[str]
    """Numbers of applications that an earlier list had and this one has not: they stand as they are."""


class CellProblem(NamedTuple):
    """A problem and the value of the cell that it is about; empty where it is about more than a cell."""

    problem: Problem
    value: str = ""

    @property
    def kind(self) -> tuple[str, str]:
        """Equal for problems that differ in the value only."""
        return without_value(self.problem.what.sv, self.value), self.problem.remedy.sv


def _find_ready_file(session: Session, key: int, state: str) -> tuple[StagedFile, list[CellProblem], int]:
    """The file as it lies ready, with what is to be corrected in it.

    Raises:
        UnreadableError: it cannot be used, or nobody knows its columns.
    """
    staged = session.get_one(StagedFile, key)
    if state == FAILED:
        told = staged.problem
        raise UnreadableError(Problem(told["where"], Words(*told["what"]), Words(*told["remedy"])))
    if state == UNKNOWN:
        raise UnreadableError(
            Problem(
                staged.file,
                _("Ingen rubrikrad känns igen."),
                _("Öppna listan under Import och välj vad kolumnerna betyder, eller se imports/README.md."),
            )
        )
    rows = session.scalars(select(StagedProblem).where(StagedProblem.staged_id == key).order_by(StagedProblem.id))
    problems = [
        CellProblem(Problem(row.where, Words(row.what_sv, row.what_en), Words(row.remedy_sv, row.remedy_en)), row.value)
        for row in rows
    ]
    session.expunge_all()
    return staged, problems, staged.counts["problems"]


def _confirm_import(opened: Database, staged: StagedFile, by: Person, *, good_only: bool) -> ImportTally:
    rows, refused = staged.counts["rows"], staged.counts["refused"]
    with open_reading(opened, Acting(by, clock.now())) as session:
        before = same_file(session, by.board_id, staged.sha256, staged.round_id)
        on_its_way = import_batches.moving_file(session, before.id) if before is not None else None
    if before is not None and on_its_way is not None:
        staged_files.discard_file(opened, staged.id, by=by)
        return _move_rows(opened, on_its_way, before.id)
    if before is not None and staged.counts.get("changed"):
        staged_files.discard_file(opened, staged.id, by=by)
        what = _("Samma fil lästes in {day}, och det den säger har ändrats sedan dess.", day=day_here(before.at))
        remedy = _("Ångra den senare inläsningen, eller ändra i ärendena. Inget är inläst.")
        raise Refused(Obstacle.STALE, Problem(staged.file, what, remedy))
    if before is not None:
        staged_files.discard_file(opened, staged.id, by=by)
        import_batches.screen_batch(opened, before.id, at=clock.now(), heard=lambda _done, _total: True)
        return ImportTally(batch=None, rows=rows, unchanged=rows - refused, refused=refused)
    if staged.kind == ListKind.ASSOCIATIONS:
        good_only = True  # a register is never whole: what has no name is told, the rest goes in
    found = run_in_transaction(
        opened,
        lambda session: import_batches.confirm_import(session, staged.id, good_only=good_only),
        Acting(by, clock.now()),
    )
    key = found.id
    return _move_rows(opened, staged.id, key)


def _heartbeat(opened: Database, key: int) -> Callable[[int, int], bool]:
    """Tells the pages that this command is still at it."""

    def tell(_done: int, _total: int) -> bool:
        staged_files.note_still_reading(opened, key, at=clock.now())
        return True

    return tell


def _move_rows(opened: Database, staged: int, batch: int) -> ImportTally:
    """Moves what is left to be moved, and screens what came."""
    import_batches.move_on(opened, staged, at=clock.now(), heard=_heartbeat(opened, staged))
    import_batches.screen_batch(opened, batch, at=clock.now(), heard=lambda _done, _total: True)
    with open_reading(opened) as session:
        counts = session.get_one(ImportBatch, batch).counts
    return ImportTally(
        batch=batch, **{name: counts[name] for name in ("rows", "created", "updated", "unchanged", "refused")}
    )


def _undo(key: int) -> None:
    with database() as opened:
        with open_reading(opened) as session:
            found = session.get(ImportBatch, key)
            board = session.get_one(Board, found.board_id).code if found is not None else ""
        if found is None:
            raise Refused(
                Obstacle.MISSING, Problem(str(key), _("Det finns ingen sådan inläsning."), _("Se numret under Import."))
            )
        by = machine(opened, board, ROLES)
        run_in_transaction(opened, lambda session: import_batches.undo_import(session, key), Acting(by, clock.now()))
        config = from_environment()
        load_rules(config.rules, config.imports)
        import_batches.screen_batch(opened, key, at=clock.now(), heard=lambda _done, _total: True)
    click.echo(translate("Inläsning {key} är ångrad.", key=key))


def _tell(
    taken: ImportTally,
    problems: list[CellProblem],
    total: int,
    changes: list[Words],
    seen: ListSeen,
    *,
    as_json: bool,
) -> None:
    times = Counter(one.kind for one in problems)
    for one in problems:
        more = times.pop(one.kind, 0) - 1
        if more >= 0:  # what is said of many rows is said once
            also = translate(" (och {more} rader till)", more=more) if more else ""
            click.echo(without_value(one.problem.line(LANGUAGE), one.value if more else "") + also, err=True)
    if total > len(problems):
        click.echo(translate("Och {value} till.", value=total - len(problems)), err=True)
    if as_json:
        told = [
            {"where": p.where, "what": p.what.to(LANGUAGE), "remedy": p.remedy.to(LANGUAGE)} for p, _value in problems
        ]
        said = {
            "kind": seen.kind.to(LANGUAGE),
            "unread": seen.unread,
            "gone": seen.gone,
            "changes": [change.to(LANGUAGE) for change in changes],
            "problems": told,
        }
        click.echo(json.dumps(asdict(taken) | said, ensure_ascii=False, indent=2))
    else:
        click.echo(translate("Listan är läst som: {kind}.", kind=seen.kind.to(LANGUAGE)))
        if seen.unread:
            click.echo(translate("Kolumner som inte läses: {headings}.", headings=", ".join(seen.unread)))
        if seen.gone:
            click.echo(translate("Inte längre i listan, orört: {numbers}.", numbers=", ".join(seen.gone)))
        for change in changes:
            click.echo(change.to(LANGUAGE))
        click.echo(
            translate(
                "{rows} rader: {created} nya, {updated} ändrade, {unchanged} oförändrade, {refused} inte inlästa.",
                rows=taken.rows,
                created=taken.created,
                updated=taken.updated,
                unchanged=taken.unchanged,
                refused=taken.refused,
            )
        )
    sys.exit(1 if problems else 0)
