"""The language of the command line: VETTING_LANGUAGE, Swedish unless it says en."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import click

from vetting.kernel.text import _

if TYPE_CHECKING:
    from vetting.kernel.text import Language

LANGUAGE: Final[Language] = "en" if os.environ.get("VETTING_LANGUAGE") == "en" else "sv"


def translate(text: str, /, **values: object) -> str:
    """A sentence in the command line's language, with {names} filled in where values are given."""
    return _(text, **values).to(LANGUAGE)


def usage_in_words(error: click.UsageError) -> str:
    """A mistake on the command line as one line in the command line's language."""
    help_option = error.ctx.command_path if error.ctx else "vetting"
    remedy = translate("Se '{help_option} --help'.", help_option=help_option)
    if LANGUAGE == "en":
        what = " ".join(error.format_message().split())
    elif isinstance(error, click.MissingParameter):
        name = error.param.opts[0] if error.param and error.param.opts[0].startswith("-") else _metavar(error)
        what = f"{name} saknas."
    elif isinstance(error, click.NoSuchOption):
        what = f"Det finns ingen inställning {error.option_name}."
    elif isinstance(error, click.BadParameter):
        given = error.param.opts[0] if error.param else ""
        choices = getattr(error.param.type, "choices", None) if error.param else None
        what = f"Värdet för {given} går inte att använda." + (f" Välj bland: {', '.join(choices)}." if choices else "")
    else:
        what = "Kommandot finns inte eller har för många delar."
    return f"{what} {remedy}"


def _metavar(error: click.MissingParameter) -> str:
    return (error.param.metavar if error.param and isinstance(error.param, click.Argument) else None) or "?"
