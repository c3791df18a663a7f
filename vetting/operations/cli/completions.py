"""`vetting remind`: who has not sent in what was asked for, and the letters that remind them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from vetting import clock
from vetting.casework.domain.completions import CompletionStage
from vetting.casework.services import completion_letters, completions
from vetting.casework.services.completions import NewCompletionRequest
from vetting.casework.services.unsent_letters import bundle_of_letters
from vetting.config import from_environment
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.roles import Role
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.text import Words, _
from vetting.operations.cli.commands import BOARD, COMMANDS
from vetting.operations.cli.database import database, machine
from vetting.operations.cli.language import LANGUAGE, translate
from vetting.operations.cli.reminders import remind_staff
from vetting.operations.cli.screened_lists import write_file
from vetting.rules.services.rulebook import load_rules

if TYPE_CHECKING:
    from datetime import date, datetime

    from vetting.casework.models.completions import CompletionBatch
    from vetting.casework.services.completions import IncompleteCase
    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession

ROLES: Final = frozenset({Role.CASEWORKER})


@click.command("remind", help=COMMANDS["remind"].help)
@BOARD
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in CaseKind]),
    default=CaseKind.GRANT.value,
    help=translate("Bidrag eller bokningar."),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE.zip",
    help=translate("Påminn: skriv utkast och brev till filen. Utan valet visas bara vilka det gäller."),
)
@click.option(
    "--staff", is_flag=True, help=translate("I stället: vad var och en i personalen har att göra, med ärendenummer.")
)
@click.option("--send", "by_mail", is_flag=True, help=translate("Med --staff: skicka med e-post."))
@click.option("--json", "as_json", is_flag=True, help=translate("Skriv ett JSON-dokument."))
def remind(code: str, kind: str, out: Path | None, *, staff: bool, by_mail: bool, as_json: bool) -> None:
    """Nothing is sent to associations: the letters are fetched, and wait until somebody notes them as sent."""
    if (staff and out is not None) or (by_mail and not staff):
        what = _("De valen hör inte ihop.")
        remedy = _("--out hör till breven, --send till --staff.")
        raise UnreadableError(Problem("--send" if by_mail else "--staff", what, remedy))
    if staff:
        remind_staff(code, by_mail=by_mail, as_json=as_json)
        return
    if out is not None and out.suffix.lower() != ".zip":
        what = _("Breven läggs i en zip-fil.")
        remedy = _("Ge filen ett namn som slutar på .zip.")
        raise UnreadableError(Problem("--out", what, remedy))
    config = from_environment()
    load_rules(config.rules, config.imports)
    now = clock.now()
    with database() as opened:
        by = machine(opened, code, ROLES)
        with open_reading(opened, Acting(by, now)) as session:
            late = _late(session, CaseKind(kind), now.date())
        numbers = [row.case.number for row in late]

        made = _remind(opened, numbers, out, by, now) if out is not None and numbers else []
    _tell(late, made, out, as_json=as_json)


def _remind(opened: Database, numbers: list[str], out: Path, by: Person, now: datetime) -> list[CompletionBatch]:
    """The reminders in one transaction; their file lies ready before it is closed, and takes its name after."""
    ready = out.with_name(f".{out.name}.ready")

    def work(session: WritingSession) -> list[CompletionBatch]:
        made = [
            completions.request_of_many(session, some, NewCompletionRequest(reminder=True))
            for some in _at_a_time(numbers)
        ]
        keys = [letter.id for act in made for letter, _case in completion_letters.letters_of(session, act)]
        write_file(ready, bundle_of_letters(session, keys))
        return made

    try:
        made = run_in_transaction(opened, work, Acting(by, now))
        ready.replace(out)
    finally:
        ready.unlink(missing_ok=True)
    return made


def _late(session: Session, kind: CaseKind, on: date) -> list[IncompleteCase]:
    found: list[IncompleteCase] = []
    after = 0
    while True:
        page = completions.completion_overview(session, kind, on=on, after=after)
        found += page.groups[CompletionStage.REMIND]
        after = page.more
        if not after:
            return found


def _at_a_time(numbers: list[str]) -> list[list[str]]:
    return [numbers[start : start + completions.PAGE] for start in range(0, len(numbers), completions.PAGE)]


def _tell(late: list[IncompleteCase], made: list[CompletionBatch], out: Path | None, *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = [
        {
            "case": row.case.number,
            "association": row.case.name,
            "missing": [gap.fact for gap in row.gaps],
            "reply_by": row.due_on.isoformat() if row.due_on is not None else None,
        }
        for row in late
    ]
    left = [entry for batch in made for entry in batch.left]
    reminded = len(rows) - len(left) if made else 0
    if as_json:
        told = [{"case": number, "why": {"sv": sv, "en": en}} for number, sv, en in left]
        click.echo(json.dumps({"late": rows, "reminded": reminded, "left": told}, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['case']}  {row['reply_by']}  {row['association']}: {', '.join(row['missing'])}")
    for number, sv, en in left:
        click.echo(f"{number}: {Words(sv, en).to(LANGUAGE)}", err=True)
    number = len(rows)
    click.echo(translate("Ärenden där svarsdagen har passerat: {number}", number=number))
    if made:
        click.echo(translate("Påminnelserna: {out}", out=out))
