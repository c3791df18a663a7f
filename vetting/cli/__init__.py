"""The command `vetting`: problems go to standard error one a line; exit code 0 done, 1 with remarks, 2 unusable."""

from __future__ import annotations

import os
import signal
import sys

import click

from vetting import __version__
from vetting.cli.checks import check_command
from vetting.cli.completions import remind
from vetting.cli.database import audit, db
from vetting.cli.imports import import_
from vetting.cli.people import board, delegation, user
from vetting.cli.registers import export
from vetting.cli.rule_versions import rules
from vetting.cli.said import LANGUAGE, said, usage_in_words
from vetting.cli.screen import screen_command
from vetting.cli.serving import demo, serve
from vetting.cli.setup import setup
from vetting.config import ConfigError
from vetting.domain.problem import Refused, UnreadableError
from vetting.store.faults import told_of


@click.group(
    help=said(
        "Granskar ansökningar och bokningar mot nämndens regler.",
        "Checks applications and bookings against the board's rules.",
    )
)
@click.version_option(__version__, prog_name="vetting")
def vetting() -> None:
    """The group that all commands belong to."""


vetting.add_command(screen_command)
vetting.add_command(check_command)
vetting.add_command(rules)
vetting.add_command(db)
vetting.add_command(audit)
vetting.add_command(board)
vetting.add_command(user)
vetting.add_command(delegation)
vetting.add_command(export)
vetting.add_command(import_)
vetting.add_command(remind)
vetting.add_command(demo)
vetting.add_command(serve)
vetting.add_command(setup)


def main() -> None:
    """Runs the command; whatever goes wrong ends in one line and exit code 2, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    signal.signal(signal.SIGTERM, _stopped)
    try:
        sys.exit(vetting(prog_name="vetting", standalone_mode=False))
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _end(said("Avbrutet. Inget är sparat.", "Interrupted. Nothing was stored."))
    except click.UsageError as error:
        _end(usage_in_words(error))
    except UnreadableError as error:
        _end(error.problem.line(LANGUAGE))
    except Refused as refused:
        _end("\n".join(problem.line(LANGUAGE) for problem in refused.problems))
    except ConfigError as error:
        _end(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)
    except Exception as error:  # the last resort: a person gets a sentence, a developer sets VETTING_DEBUG
        if os.environ.get("VETTING_DEBUG"):
            raise
        _end(_last_resort(error))


def _last_resort(error: Exception) -> str:
    """A full disk and a busy database in their own words, any other mistake of ours by its name."""
    known = told_of(error)
    if known is not None:
        return known.line(LANGUAGE)
    return said(
        f"Något gick fel i programmet ({type(error).__name__}). Inget är sparat.",
        f"Something went wrong in the program ({type(error).__name__}). Nothing was stored.",
    )


def _stopped(_signal: int, _frame: object) -> None:
    """Ends in order, so that what was begun is cleaned up."""
    sys.exit(2)


def _end(line: str) -> None:
    click.echo(line, err=True)
    sys.exit(2)
