"""`vetting server-files`: what systemd, nginx and a container need, for one's own host. Nothing is written over."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Final

import click

from vetting.config import from_environment
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.store.own_files import make_own
from vetting.kernel.text import _
from vetting.operations.cli.commands import COMMANDS
from vetting.operations.cli.language import translate
from vetting.shipped import shipped_folder

FOLDER: Final = "deploy"
PROGRAM: Final = 0o755


@click.command("server-files", help=COMMANDS["server-files"].help)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--host", required=True, metavar="HOST", help=translate("Värdnamnet i webbadressen."))
@click.option("--subpath", default="", metavar="PATH", help=translate("Vägen efter värdnamnet, till exempel /bidrag."))
def server_files(folder: Path, host: str, subpath: str) -> None:
    """Writes them into a folder, with keys that are made now."""
    given = from_environment({"VETTING_TRUSTED_HOSTS": host, "VETTING_SUBPATH": subpath})
    for target in write_server_files(folder, given.trusted_hosts[0], given.sub_path):
        click.echo(str(target))


def write_server_files(folder: Path, host: str, sub_path: str) -> list[Path]:
    """Those files.

    Raises:
        UnreadableError: one of them is there already, or the folder cannot be written in; then none is written.
    """
    said = {
        "@HOST@": host,
        "@SUBPATH@": sub_path,
        "@KEY@": secrets.token_urlsafe(48),
        "@AUDIT_KEY@": secrets.token_urlsafe(48),
        "@PYTHON@": f"{sys.version_info.major}.{sys.version_info.minor}",
    }
    sources = sorted(path for path in shipped_folder(FOLDER).iterdir() if path.is_file())
    targets = [folder / source.name for source in sources]
    for target in targets:
        if target.exists():
            raise UnreadableError(Problem(str(target), _("Filen finns redan."), _("Välj en annan mapp.")))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source, target in zip(sources, targets, strict=True):
            text = source.read_text(encoding="utf-8")
            for mark, value in said.items():
                text = text.replace(mark, value)
            make_own(target).write_text(text, encoding="utf-8", newline="\n")
            if text.startswith("#!"):
                target.chmod(PROGRAM)
    except OSError as error:
        what = _("Mappen går inte att skriva i ({name}).", name=type(error).__name__)
        raise UnreadableError(Problem(str(folder), what, _("Välj en annan mapp."))) from None
    return targets
