"""`vetting screen`: a list in, the same list with answers out. Nothing is stored."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from vetting import clock
from vetting.config import from_environment
from vetting.engine.facts import shorten_text
from vetting.engine.proposal import PROPOSAL_WORDS, Proposal
from vetting.engine.reasons import main_reasons, missing_in_words
from vetting.formats import limits
from vetting.formats.csv_reading import ENCODINGS, in_utf_8
from vetting.formats.refusals import FileReadingError, file_problem
from vetting.kernel import organisation_numbers
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.store.own_files import make_own
from vetting.kernel.text import (
    AND,
    Words,
    _,
    count_in_words,
    in_context,
    join_words,
    list_words,
    lower_first,
    same_in_both,
)
from vetting.lists.domain.annotations import BY_THE_PROGRAM, MISSING, NAME, NUMBER, PROPOSAL, REASONS, ROW, WORK
from vetting.lists.domain.screened_lists import ROW_WORK_WORDS, ScreenedList, as_document
from vetting.lists.services.screened_lists import CASE_KIND_COUNTS, annotated_copy, screen_list
from vetting.operations.cli.commands import COMMANDS
from vetting.operations.cli.language import LANGUAGE, translate
from vetting.rules.services.rulebook import layout_named, load_rules, ruleset_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from vetting.lists.domain.screened_lists import ScreenedCase

_COLOURS = {
    Proposal.DISMISS: "red",
    Proposal.REFUSE: "red",
    Proposal.RECLAIM: "red",
    Proposal.PAUSE_PAYMENT: "red",
    Proposal.COMPLETE: "bright_black",
    Proposal.ASSESS: "yellow",
    Proposal.REFER: "yellow",
    Proposal.APPROVE: "green",
}
_PIPE_WIDTH = 160


ENCODING: Final = click.option(
    "--encoding", type=click.Choice(ENCODINGS), help=translate("Teckenkodningen, om den inte går att se på en CSV-fil.")
)


@click.command("screen", help=COMMANDS["screen"].help)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--rules", "rules_id", required=True, metavar="ID", help=translate("Regeluppsättning, se 'vetting rules list'.")
)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in CaseKind]),
    help=translate("Vad listan innehåller, om rubrikerna inte visar det."),
)
@click.option("--layout", metavar="NAME", help=translate("Layout i mappen imports."))
@ENCODING
@click.option("--out", type=click.Path(path_type=Path), help=translate("Skriv arbetsboken med svaren hit (.xlsx)."))
@click.option("--json", "as_json", is_flag=True, help=translate("Skriv ett JSON-dokument."))
def screen_command(
    file: Path,
    rules_id: str,
    kind: str | None,
    layout: str | None,
    encoding: str | None,
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """Screens FILE; exit code 1 when something in it could not be read."""
    config = from_environment()
    rules = load_rules(config.rules, config.imports)
    ruleset = ruleset_named(rules, rules_id)
    layouts = (layout_named(rules, layout),) if layout else rules.layouts
    _check_out(out, file)
    data = as_said(read_file(file), encoding, file.name)
    now = clock.now()
    with _Bar() as progress:
        screened = screen_list(
            data,
            file.name,
            ruleset=ruleset,
            layouts=layouts,
            kind=CaseKind(kind) if kind else None,
            on=now.date(),
            progress=progress,
        )
    if out:
        write_file(out, annotated_copy(data, file.name, screened, LANGUAGE, at=now))
    for problem in screened.problems:
        click.echo(problem.line(LANGUAGE), err=True)
    if as_json:
        click.echo(json.dumps(as_document(screened, LANGUAGE), ensure_ascii=False, indent=2))
    else:
        _print(screened, out, now.date())
    sys.exit(1 if screened.problems else 0)


def _check_out(out: Path | None, file: Path) -> None:
    """Refuses a place that cannot be written before anything is read."""
    if out is None:
        return
    if out.suffix.lower() != ".xlsx":
        raise _wrong_out(_("Svaret sparas som en Excel-fil."), _("Ge filen ett namn som slutar på .xlsx."))
    if out.resolve() == file.resolve():
        raise _wrong_out(_("Originalet skrivs inte över."), _("Välj ett annat namn."))
    if not out.parent.is_dir():
        raise _wrong_out(_("Mappen {parent} finns inte.", parent=out.parent), _("Välj en mapp som finns."))


def _wrong_out(what: Words, remedy: Words) -> UnreadableError:
    return UnreadableError(Problem("--out", what, remedy))


def as_said(data: bytes, encoding: str | None, file: str) -> bytes:
    """A file's bytes; of a text whose encoding somebody has said, in UTF-8.

    Raises:
        UnreadableError: it is not in that.
    """
    if encoding is None:
        return data
    try:
        return in_utf_8(data, encoding)
    except FileReadingError as error:
        raise UnreadableError(file_problem(error.code, file)) from None


def read_file(file: Path, most_bytes: int = limits.UPLOAD_BYTES) -> bytes:
    """A file's bytes, if it is there and not too large.

    Raises:
        UnreadableError: it is not, or cannot be read.
    """
    try:
        if not file.is_file():
            raise OSError
        if file.stat().st_size > most_bytes:
            raise UnreadableError(file_problem("too_large", file.name))
        return file.read_bytes()
    except OSError:
        raise UnreadableError(
            Problem(
                organisation_numbers.mask_personal_numbers(str(file)),
                _("Filen finns inte eller går inte att läsa."),
                _("Kontrollera sökvägen."),
            )
        ) from None


def write_file(out: Path, book: bytes) -> None:
    """All or nothing: a temporary file beside the target, then one rename."""
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        make_own(temporary).write_bytes(book)
        temporary.replace(out)
    except OSError as error:
        from vetting.kernel.store.storage_errors import storage_problem_of  # noqa: PLC0415 - the database's library is not loaded for a list

        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        known = storage_problem_of(error)
        if known is not None:
            raise _wrong_out(known.what, known.remedy) from None
        raise _wrong_out(
            _("{out} går inte att skriva.", out=out), _("Stäng filen om den är öppen, eller välj en annan mapp.")
        ) from None


class _Bar:
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self.progress = Progress(
            TextColumn(translate("Granskar")),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self.task = self.progress.add_task("", total=None)

    def __enter__(self) -> Callable[[int, int], None]:
        self.progress.start()
        return lambda done, of: self.progress.update(self.task, completed=done, total=of)

    def __exit__(self, *_unused: object) -> None:
        self.progress.stop()


def _print(screened: ScreenedList, out: Path | None, on: date) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PIPE_WIDTH, color_system=None)
    console.print(_table(screened, wide=console.width >= _PIPE_WIDTH - 40))
    for line in _summary(screened, on):
        console.print(line.to(LANGUAGE), highlight=False)
    console.print(BY_THE_PROGRAM.to(LANGUAGE), style="italic", highlight=False)
    if out:
        name = organisation_numbers.mask_personal_numbers(str(out))
        console.print(translate("Arbetsboken med svaren: {name}", name=name), highlight=False)


def _summary(screened: ScreenedList, on: date) -> Iterator[Words]:
    counts = screened.counts
    yield count_in_words(counts["cases"], *CASE_KIND_COUNTS[screened.kind]) + same_in_both(".")
    yield join_words(
        (
            PROPOSAL_WORDS[Proposal(name)] + same_in_both(f": {count}.")
            for name, count in counts.items()
            if name != "cases"
        )
    )
    work = list_words((ROW_WORK_WORDS[name] + same_in_both(f" {count}") for name, count in screened.work.items()), AND)
    yield WORK + same_in_both(": ") + work + same_in_both(".")
    yield from screened.notes(on)
    catalogue = screened.ruleset.catalogue
    if screened.not_checked:
        labels = list_words((lower_first(catalogue[fact].label) for fact in screened.not_checked), AND)
        yield _("Listan säger inget om: ") + labels + same_in_both(".")
    unread = [heading for heading in screened.columns.unread if heading]
    if unread:
        shown = list_words((same_in_both(shorten_text(heading)) for heading in unread), AND)
        yield _("Kolumner som inte lästs: ") + shown + same_in_both(".")
    if screened.left_out:
        rows = list_words((same_in_both(str(row)) for row in screened.left_out[:20]), AND)
        yield _("Rader som inte är ärenden: ") + rows + same_in_both(".")


def _table(screened: ScreenedList, *, wide: bool) -> Table:
    table = Table(title=screened.ruleset.title.to(LANGUAGE), title_justify="left", show_lines=False, expand=False)
    headings = [ROW, NAME, NUMBER, WORK, PROPOSAL, *([REASONS] if wide else [MISSING])]
    for heading in headings:
        table.add_column(heading.to(LANGUAGE), justify="right" if heading is ROW else "left", overflow="fold")
    for case in screened.by_work:
        table.add_row(*_cells(case, wide=wide))
    return table


def _cells(case: ScreenedCase, *, wide: bool) -> list[Text]:
    row, screening = case
    told = _first_reason(case) if wide else missing_in_words(screening).to(LANGUAGE)
    proposal = PROPOSAL_WORDS[screening.proposal].to(LANGUAGE)
    return [
        Text(str(row.row)),
        Text(organisation_numbers.mask_personal_numbers(row.name)),
        Text(organisation_numbers.format_number(row.number) if row.number else ""),
        Text(case.work_in_words.to(LANGUAGE)),
        Text(proposal, style=_COLOURS[screening.proposal]),
        Text(told),
    ]


def _first_reason(case: ScreenedCase) -> str:
    """What weighs most, and how many more reasons there are."""
    reasons = main_reasons(case.screening)
    others = count_in_words(len(reasons) - 1, _("skäl till"), in_context("several", "skäl till"))
    more = same_in_both(" (") + _("och ") + others + same_in_both(")") if len(reasons) > 1 else same_in_both("")
    return (reasons[0] + more).to(LANGUAGE)
