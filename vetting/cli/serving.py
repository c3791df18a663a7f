"""`vetting serve` and `vetting demo`: the pages, on one's own machine."""

from __future__ import annotations

import ctypes
import json
import socket
from contextlib import suppress

import click
import waitress

from vetting.app import create_app
from vetting.cli.said import said
from vetting.config import Config, from_environment
from vetting.domain.problem import Problem, UnreadableError
from vetting.domain.words import Words

HOST = "127.0.0.1"
THREADS = 8
LARGEST_BODY = 16 * 1024 * 1024
"""The server keeps bodies up to this in memory: nothing handed in touches the disk."""


@click.command(help=said("Starta sidorna.", "Serve the pages."))
@click.option("--host", default=HOST, show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Serves until it is stopped."""
    config = from_environment()
    _say_where(host, port)
    _serve(config, host, port)


@click.command(help=said("Prova programmet på den egna datorn.", "Try the program on this machine."))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-serve", is_flag=True, help=said("Skriv bara adressen.", "Print the address only."))
@click.option("--json", "as_json", is_flag=True, help=said("Skriv ett JSON-dokument.", "Print one JSON document."))
def demo(port: int, *, no_serve: bool, as_json: bool) -> None:
    """Prints the address and serves. There is nothing to log in to yet."""
    config = from_environment()
    if as_json:
        click.echo(json.dumps({"boards": [], "logins": []}))
    else:
        _say_where(HOST, port)
        click.echo(
            said(
                f"Exempel att ladda upp: {config.imports / 'samples'}",
                f"Samples to upload: {config.imports / 'samples'}",
            )
        )
    if not no_serve:
        _serve(config, HOST, port)


def _say_where(host: str, port: int) -> None:
    click.echo(
        said(
            f"Prova en lista: http://{host}:{port}/prova   (avsluta med Ctrl+C)",
            f"Try a list: http://{host}:{port}/prova   (end with Ctrl+C)",
        )
    )


def _serve(config: Config, host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            taken = Words("Porten är upptagen eller får inte användas.", "The port is taken or not allowed.")
            remedy = Words("Välj en annan med --port.", "Choose another with --port.")
            raise UnreadableError(Problem(f"{host}:{port}", taken, remedy)) from None
    _share_memory()
    waitress.serve(
        create_app(config),
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        max_request_body_size=LARGEST_BODY,
        inbuf_overflow=LARGEST_BODY,
        outbuf_overflow=2 * LARGEST_BODY,
    )


def _share_memory() -> None:
    """One pool of memory for all threads: glibc keeps one for each, as large as its largest list ever was."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_ARENA_MAX, 1)


_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""
