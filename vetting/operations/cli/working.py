"""`vetting work`: does what takes long in a process of its own, beside the pages and after them."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

import click

from vetting import clock
from vetting.config import from_environment, settings
from vetting.formats.mail_sending import hand_over_mail, server_of
from vetting.operations.cli.commands import COMMANDS
from vetting.operations.cli.database import database
from vetting.operations.cli.language import translate
from vetting.operations.cli.memory import settle_memory, share_memory
from vetting.operations.jobs.anchoring import Anchoring
from vetting.operations.jobs.surroundings import ExternalTargets
from vetting.operations.jobs.worker import Worker
from vetting.rules.services.rulebook import load_rules
from vetting.web.log import TELLS, to_stderr

if TYPE_CHECKING:
    from vetting.config import Config

LOG: Final = logging.getLogger(__name__)
LATER: Final = 10
"""How much the pages go before: niceness, from 0 to 19."""
BEGIN_AGAIN: Final = 5.0
"""Seconds until a process that has ended is followed by another."""
LAST_WORDS: Final = 5.0
"""Seconds that a process is given to end."""


@click.command(help=COMMANDS["work"].help)
@click.option(
    "--only-jobs",
    is_flag=True,
    help=translate("Bara beställda jobb; en annan process sköter återkommande jobb."),
)
@click.option("--until-closed", is_flag=True, hidden=True)
def work(*, only_jobs: bool, until_closed: bool) -> None:
    """Works until it is stopped; until_closed: until whoever started it has ended."""
    config = from_environment()
    with database(serving=True) as opened:
        to_stderr()
        share_memory()
        with suppress(AttributeError, OSError):  # Windows has no such number: whoever starts the process says it there
            os.nice(LATER)
        rules = load_rules(config.rules, config.imports)
        settle_memory()
        beside = ExternalTargets(anchoring=_anchoring(config), backups=config.backups)
        worker = Worker(opened, rules, clock.now, beside)
        worker.start(only_jobs=only_jobs)
        if until_closed:
            sys.stdin.buffer.read()
        else:
            threading.Event().wait()
        worker.stop()


def _anchoring(config: Config) -> Anchoring:
    server = server_of(config) if config.audit_mail else None
    return Anchoring(
        file=config.audit_file,
        key=config.audit_key,
        send=partial(hand_over_mail, server) if server is not None else None,
        sender=config.mail_from,
        receiver=config.audit_mail,
    )


class WorkerProcesses:
    """Processes beside the one that serves: each is followed by another when it ends, and all end with that one."""

    def __init__(self, database_url: str, number: int) -> None:
        self.environment = {**os.environ, **settings(), "VETTING_DATABASE_URL": database_url}
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        self._end = threading.Event()
        self._watching = [
            threading.Thread(target=self._keep, args=(place,), name=f"worker-{place}", daemon=True)
            for place in range(number)
        ]

    def start(self) -> None:
        """Starts them. The first does also what comes back by itself."""
        for thread in self._watching:
            thread.start()

    def stop(self) -> None:
        """Ends them: each leaves what it works on as if the machine had stopped, to be taken up again."""
        self._end.set()
        for process in self.running.values():
            if process.stdin is not None:
                process.stdin.close()
        for thread in self._watching:
            thread.join(LAST_WORDS)

    def _keep(self, place: int) -> None:
        while not self._end.is_set():
            with self._begun(place) as process:
                self.running[place] = process
                code = process.wait()
            if not self._end.is_set():
                LOG.error("a worker has ended and is started again", extra={TELLS: {"worker": place, "code": code}})
                self._end.wait(BEGIN_AGAIN)

    def _begun(self, place: int) -> subprocess.Popen[bytes]:
        """One more. Its standard input is held open by this process alone: it closes when this one ends, however."""
        only = ["--only-jobs"] if place else []
        return subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "vetting", "work", "--until-closed", *only],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=self.environment,
            start_new_session=True,  # Ctrl+C is for the one that serves
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
