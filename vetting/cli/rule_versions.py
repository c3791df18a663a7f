"""`vetting rules diff|simulate|publish`: two sets compared, one tried on stored cases, a draft published."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.progress import Progress
from sqlalchemy import select

from vetting import clock
from vetting.boards.services import sign_in
from vetting.boards.services.sign_in import find_board
from vetting.cases.services import what_if, what_if_workbooks
from vetting.cli.database import database
from vetting.cli.language import LANGUAGE, translate
from vetting.cli.rules import rules
from vetting.cli.screened_lists import write_file
from vetting.config import from_environment
from vetting.engine.proposal import PROPOSAL_WORDS, Proposal
from vetting.formats.yaml_reading import LARGEST_BYTES, too_large
from vetting.grants.models.rounds import Round
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.roles import Person, Role
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.text import _
from vetting.rules.domain.differences import rule_differences_of
from vetting.rules.models import open_rule_drafts as open_drafts
from vetting.rules.services import common_rules, drafts, publishing
from vetting.rules.services.rule_files import read_set
from vetting.rules.services.rulebook import load_rules, ruleset_named

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import ReadingSession
    from vetting.rules.services.rulebook import Rules


__all__ = ["rules"]


def _find_rule_set(loaded: Rules, name: str) -> RuleSet:
    """The set with an id, or in a file.

    Raises:
        UnreadableError: there is none, or it has problems.
    """
    path = Path(name)
    if path.suffix not in {".yaml", ".yml"}:
        return ruleset_named(loaded, name)
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise too_large(path.name, path.stat().st_size)
        text = path.read_bytes()
    except OSError:
        what = _("Filen går inte att läsa.")
        raise UnreadableError(Problem(name, what, _("Kontrollera sökvägen."))) from None
    read = read_set(text, b"", path.stem, loaded.folder.book)
    if read.ruleset is None:
        for problem in read.problems[1:]:
            click.echo(problem.line(LANGUAGE), err=True)
        raise UnreadableError(read.problems[0])
    return read.ruleset


@rules.command(help=translate("Visa vad som skiljer två regeluppsättningar."))
@click.argument("old", metavar="ID|FILE.yaml")
@click.argument("new", metavar="ID|FILE.yaml")
def diff(old: str, new: str) -> None:
    """One difference after another, in words."""
    config = from_environment()
    loaded = load_rules(config.rules, config.imports)
    found = rule_differences_of(_find_rule_set(loaded, old), _find_rule_set(loaded, new))
    for item in found:
        click.echo(item.about.to(LANGUAGE))
        for sign, words in (("-", item.before), ("+", item.after)):
            if words.sv:
                click.echo(f"  {sign} {words.to(LANGUAGE)}")
    click.echo(translate("{found} skillnader.", found=len(found)))


@rules.command(help=translate("Pröva regler på nämndens ärenden. Inget ändras."))
@click.argument("name", metavar="ID|FILE.yaml")
@click.option("--board", "code", required=True, metavar="CODE")
@click.option("--round", "round_name", metavar="NAME", help=translate("Bara en omgång."))
@click.option("--year", type=click.IntRange(1990, 2100), help=translate("Bara inkomna det året."))
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.xlsx")
@click.option("--json", "as_json", is_flag=True, help=translate("Skriv ett JSON-dokument."))
def simulate(
    name: str, code: str, round_name: str | None, year: int | None, out: Path | None, *, as_json: bool
) -> None:
    """Who would get another result or proposal, and why."""
    config = from_environment()
    loaded = load_rules(config.rules, config.imports)
    ruleset = _find_rule_set(loaded, name)
    with database() as opened:
        with open_reading(opened) as session:
            board = find_board(session, code)
            which = what_if.CaseSelection(round_id=_round(session, board.id, round_name), year=year)
        by = Person(id=0, name="vetting", board_id=board.id, board=board.name, roles=frozenset({Role.RULES_OWNER}))
        result = _run_trial(opened, ruleset, which, by, quiet=as_json)
        if out is not None:
            write_file(
                out,
                what_if_workbooks.workbook_of(
                    result, ruleset.id, ruleset.fingerprint, by=by, at=clock.now(), language=LANGUAGE
                ),
            )
    if as_json:
        click.echo(
            json.dumps({"rules": {"id": ruleset.id, "fingerprint": ruleset.fingerprint}} | result, ensure_ascii=False)
        )
        return
    for told in result["told"]:
        before, after = (PROPOSAL_WORDS[Proposal(told[key])].to(LANGUAGE) for key in ("before", "after"))
        click.echo(f"{told['number']} {told['name']}: {before} → {after}")
        for item in told["criteria"]:
            label, why = item[f"label_{LANGUAGE}"], item[f"why_{LANGUAGE}"]
            then, now = (what_if_workbooks.result_in_words(item[key], LANGUAGE) for key in ("before", "after"))
            click.echo(f"  {label}: {then} → {now}. {why}")
    click.echo(
        translate("Ändrar utfallet i {item} av {item_2} ärenden.", item=result["turned"], item_2=result["cases"])
    )


def _round(session: ReadingSession, board_id: int, name: str | None) -> int | None:
    if name is None:
        return None
    found = session.scalar(select(Round.id).where(Round.board_id == board_id, Round.name == name))
    if found is None:
        what = _("Det finns ingen omgång '{item}'.", item=name[:60])
        raise Refused(Obstacle.MISSING, Problem("--round", what, _("Kontrollera namnet.")))
    return found


def _run_trial(
    opened: Database, ruleset: RuleSet, which: what_if.CaseSelection, by: Person, *, quiet: bool
) -> dict[str, Any]:
    """The trial, with a bar on a terminal."""
    with Progress(disable=quiet or not sys.stderr.isatty()) as progress:
        bar = progress.add_task(translate("Ärenden"), total=None)

        def heard(done: int, total: int) -> bool:
            progress.update(bar, completed=done, total=total or 1)
            return True

        return what_if.try_on_cases(opened, ruleset, which, by=by, heard=heard).as_data()


@rules.command(help=translate("Publicera ett utkast som andra person."))
@click.argument("name", metavar="ID")
@click.option("--board", "code", required=True, metavar="CODE")
@click.option("--login", required=True, help=translate("Den andra personens konto."))
@click.option("--warnings-read", is_flag=True, help=translate("Varningarna är lästa."))
@click.option("--taken-away-read", is_flag=True, help=translate("Det som versionen tar bort är läst."))
def publish(name: str, code: str, login: str, *, warnings_read: bool, taken_away_read: bool) -> None:
    """Asks for the second person's password; from a pipe, its first line is taken."""
    config = from_environment()
    loaded = load_rules(config.rules, config.imports)
    password = getpass.getpass(translate("Lösenord: ")) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    with database() as opened:
        by = _signed_in(opened, code, login, password)
        with open_reading(opened) as session:
            draft = next((item for item in open_drafts(session, by.board_id) if item.ruleset == name), None)
        if draft is None:
            what = _("Det finns inget utkast '{item}'.", item=name[:60])
            raise Refused(Obstacle.MISSING, Problem(name[:60], what, _("Kontrollera namnet.")))
        with open_reading(opened) as session:
            look = drafts.read_draft(session, draft.id, rules=loaded, by=by, on=clock.now().date())
            whole = common_rules.publication_in_all(session, look, loaded, on=clock.now().date())
            for gone in whole.taken_away:
                click.echo(translate("Tas bort: {what}", what=gone), err=True)
            for warned in look.warned:
                click.echo(f"{warned.about}: {warned.what.to(LANGUAGE)} {warned.remedy.to(LANGUAGE)}", err=True)
        given = publishing.PublicationApproval(
            key=draft.id, version=draft.version, warnings_read=warnings_read, taken_away_read=taken_away_read
        )
        found = run_in_transaction(
            opened, lambda session: publishing.publish_rules(session, given, rules=loaded, by=by, at=clock.now())
        )
    click.echo(
        translate(
            "{ruleset} version {number} gäller från {valid_from}.",
            ruleset=found.ruleset,
            number=found.number,
            valid_from=found.valid_from,
        )
    )


def _signed_in(opened: Database, code: str, login: str, password: str) -> Person:
    """The person whose password it is, at work in the board.

    Raises:
        Refused: they do not match, or the person holds no role there.
    """
    began = sign_in.sign_in(opened, login, password, address="", at=clock.now())
    try:
        with open_reading(opened) as session:
            person = sign_in.at_work(session, began.user_id, find_board(session, code).id)
    finally:
        sign_in.sign_out(opened, began.token, at=clock.now())
    if person is None:
        what = _("Kontot har ingen roll i nämnden.")
        raise Refused(Obstacle.FORBIDDEN, Problem(login, what, _("Be systemförvaltaren.")))
    return person
