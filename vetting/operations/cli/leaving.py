"""`vetting export-all`: everything in files that need no program."""

from __future__ import annotations

from pathlib import Path

import click

from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.storage_errors import storage_problem_of
from vetting.kernel.text import _
from vetting.operations.cli.commands import COMMANDS
from vetting.operations.cli.database import database
from vetting.operations.cli.language import translate
from vetting.operations.database.whole_export import write_everything


@click.command("export-all", help=COMMANDS["export-all"].help)
@click.argument("folder", type=click.Path(path_type=Path))
def export_all(folder: Path) -> None:
    """The folder must not be there; whoever can read it reads what is sealed."""
    with database() as opened, open_reading(opened) as session:
        try:
            told = write_everything(session, folder)
        except FileExistsError:
            raise UnreadableError(Problem(str(folder), _("Mappen finns redan."), _("Välj en annan mapp."))) from None
        except OSError as error:
            what = _("Mappen går inte att skriva i ({name}).", name=type(error).__name__)
            found = storage_problem_of(error) or Problem("", what, _("Välj en annan mapp, med plats för allt."))
            raise UnreadableError(Problem(str(folder), found.what, found.remedy)) from None
    click.echo(
        translate(
            "{tables} tabeller med {rows} rader och {files} filer i {folder}. Där finns även "
            "sekretessbelagda uppgifter och personuppgifter: lägg mappen där bara de som får läsa "
            "dem kommer åt den.",
            tables=told.tables,
            rows=told.rows,
            files=told.files,
            folder=folder,
        )
    )
