"""`vetting rules`: list, show, check and test rule sets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from vetting.config import from_environment
from vetting.engine.ruleset import adoption_in_words
from vetting.engine.worked_cases import run_worked_case
from vetting.engine.written_rules import KIND_HEADINGS, rules_in_words
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.text import LANGUAGES, Language, _
from vetting.operations.cli.commands import COMMANDS
from vetting.operations.cli.language import LANGUAGE, translate
from vetting.rules.services.rule_files import RulesFolder, read_rules
from vetting.rules.services.rulebook import load_rules, ruleset_named

if TYPE_CHECKING:
    from collections.abc import Iterable


DIRECTORY = click.argument("folder", required=False, metavar="[DIR]", type=click.Path(path_type=Path))


@click.group(help=COMMANDS["rules"].help)
def rules() -> None:
    """The group."""


@rules.command("list", help=translate("Visa alla regeluppsättningar."))
def list_sets() -> None:
    """One line a set: id, kinds, number of criteria, title, by whom adopted."""
    config = from_environment()
    folder = load_rules(config.rules, config.imports).folder
    width = max((len(name) for name in folder.sets), default=0)
    for name, ruleset in sorted(folder.sets.items()):
        kinds = "+".join(KIND_HEADINGS[kind].to(LANGUAGE) for kind in sorted(ruleset.kinds, reverse=True))
        criteria = translate("{criteria:>2} kriterier", criteria=len(ruleset.criteria))
        told = f"{ruleset.title.to(LANGUAGE)}. {adoption_in_words(ruleset).to(LANGUAGE)}"
        click.echo(f"{name:<{width}}  {kinds:<16}  {criteria}  {told}")
    _tell(folder.problems)


@rules.command(help=translate("Visa en regeluppsättning som text med källor."))
@click.argument("name", metavar="ID")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGE, help=translate("Språk."))
def show(name: str, language: str) -> None:
    """The whole set as a secretary reads it."""
    config = from_environment()
    ruleset = ruleset_named(load_rules(config.rules, config.imports), name)
    for line in rules_in_words(ruleset):
        click.echo(line.to(cast("Language", language)))


@rules.command(help=translate("Kontrollera en regelmapp. Problem skrivs som FIL:RAD."))
@DIRECTORY
def check(folder: Path | None) -> None:
    """Everything that is wrong, one a line; exit code 1 when anything is."""
    found = _read_folder(folder)
    _tell(found.problems)
    sets, criteria, problems = len(found.sets), len(found.book.library), len(found.problems)
    click.echo(
        translate(
            "{sets} regeluppsättningar, {criteria} kriterier, {problems} problem.",
            sets=sets,
            criteria=criteria,
            problems=problems,
        )
    )
    sys.exit(1 if found.problems else 0)


@rules.command("test", help=translate("Kör alla typfall."))
@DIRECTORY
def try_cases(folder: Path | None) -> None:
    """Each worked case against its set; exit code 1 when one comes out otherwise."""
    found = _read_folder(folder)
    wrong = list(found.problems)
    number = 0
    for name, cases in found.cases.items():
        for case in cases:
            number += 1
            wrong.extend(run_worked_case(case, found.sets[name])[1])
    _tell(wrong)
    click.echo(translate("{number} typfall, {wrong} problem.", number=number, wrong=len(wrong)))
    sys.exit(1 if wrong else 0)


def _read_folder(folder: Path | None) -> RulesFolder:
    if folder is not None and not folder.is_dir():
        what = _("Mappen {folder} finns inte.", folder=folder)
        raise UnreadableError(Problem("DIR", what, _("Kontrollera sökvägen.")))
    return read_rules(folder or from_environment().rules)


def _tell(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(problem.line(LANGUAGE), err=True)
