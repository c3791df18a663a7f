"""The command `vetting`: problems go to standard error one a line; exit code 0 done, 1 with remarks, 2 unusable."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module

import click

from vetting import __version__
from vetting.config import ConfigError
from vetting.kernel.problem import Refused, UnreadableError
from vetting.operations.cli.commands import COMMANDS
from vetting.operations.cli.language import LANGUAGE, translate, usage_in_words
from vetting.operations.cli.process_protection import hide


class _Commands(click.Group):
    """Imports a command when it is asked for: all of them together take far longer than most of them run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        place = COMMANDS[cmd_name]
        found: click.Command = getattr(import_module(f"vetting.operations.cli.{place.module}"), place.name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Lists them without importing one."""
        width = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            listed = {name: click.Command(name, help=place.help) for name, place in COMMANDS.items()}
            formatter.write_dl([(name, command.get_short_help_str(width)) for name, command in listed.items()])


@click.group(cls=_Commands, help=translate("Granskar ansökningar och bokningar mot nämndens regler."))
@click.version_option(__version__, prog_name="vetting")
def vetting() -> None:
    """The group that all commands belong to."""


def run() -> None:
    """The command in a process of its own: hides what nobody else is to read, then runs."""
    hide()
    main()


def main() -> None:
    """Runs the command; whatever goes wrong ends in one line and exit code 2, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    signal.signal(signal.SIGTERM, _stop_in_order)
    try:
        sys.exit(vetting(prog_name="vetting", standalone_mode=False))
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _end(translate("Avbrutet. Inget är sparat."))
    except click.UsageError as error:
        _end(usage_in_words(error))
    except UnreadableError as error:
        _end(error.problem.line(LANGUAGE))
    except Refused as refused:
        _end("\n".join(problem.line(LANGUAGE) for problem in refused.problems))
    except ConfigError as error:
        _end("\n".join(problem.line(LANGUAGE) for problem in error.problems))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)
    except Exception as error:  # the last resort: a person gets a sentence, a developer sets VETTING_DEBUG
        if os.environ.get("VETTING_DEBUG"):
            raise
        _end(_last_resort(error))


def _last_resort(error: Exception) -> str:
    """A full disk and a busy database in their own words, any other mistake of ours by its name."""
    from vetting.kernel.store.storage_errors import storage_problem_of  # noqa: PLC0415 - the database's library is not loaded for a usage error

    known = storage_problem_of(error)
    if known is not None:
        return known.line(LANGUAGE)
    return translate("Något gick fel i programmet ({name}). Inget är sparat.", name=type(error).__name__)


def _stop_in_order(_signal: int, _frame: object) -> None:
    """Ends in order, so that what was begun is cleaned up."""
    sys.exit(2)


def _end(line: str) -> None:
    click.echo(line, err=True)
    sys.exit(2)
