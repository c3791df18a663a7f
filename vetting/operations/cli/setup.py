"""`vetting setup`: asks what Kom igång asks, in the same six steps; Enter takes the default or skips."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from vetting import clock
from vetting.config import from_environment
from vetting.kernel.dates import InvalidDayError, parse_day
from vetting.kernel.money import InvalidAmountError, parse_amount
from vetting.kernel.roles import ROLE_WORDS, Person, Role
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.operations.cli.commands import BOARD, COMMANDS
from vetting.operations.cli.database import database
from vetting.operations.cli.language import LANGUAGE, translate
from vetting.operations.cli.people import tell_link, tell_waiting
from vetting.people.domain.delegation import KINDS, DecisionAuthority
from vetting.people.domain.ways_of_working import WAY_MEANS, WAY_WORDS, WayOfWorking
from vetting.people.models.people import Board
from vetting.people.services import boards, delegation
from vetting.people.services.roles import Colleague, give_roles
from vetting.people.services.setup_steps import DONE, SETUP_WORDS, SetupStep
from vetting.rules.services import ways_of_working
from vetting.rules.services.rulebook import load_rules
from vetting.rules.services.ways_of_working import ChosenRules

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import WritingSession
    from vetting.rules.services.rulebook import Rules


@click.command("setup", help=COMMANDS["setup"].help)
@BOARD
@click.option("--name", default="", help=translate("Nämndens namn."))
@click.option("--way", type=click.Choice([way.value for way in WayOfWorking]), help=translate("Arbetssätt."))
@click.option("--grant-rules", default="", metavar="ID", help=translate("Regler för bidrag."))
def setup(code: str, name: str, way: str | None, grant_rules: str) -> None:
    """From a terminal it asks for what the options leave out; from a script it takes what it is given."""
    rules = _rules()
    with database() as opened:
        name = name or _ask(translate("1. Nämndens namn"), code)
        unit = _ask(translate("   Enheten som handlägger"), "")
        chosen = WayOfWorking(way) if way else _ask_way()
        given = _chosen_rules(rules, grant_rules)

        def set_up(session: WritingSession) -> Person:
            by = _board(session, code, name)
            session.act_for(by)
            ways_of_working.name_board(session, name, unit)
            ways_of_working.set_way(session, chosen)
            if given.grant or given.booking:
                ways_of_working.choose_rules(session, given)
            return by

        by = run_in_transaction(opened, set_up, Acting(Purpose.INSTALLATION, clock.now()))
        _people(opened, by)
        letterhead = _ask(translate("6. Brevhuvud, rader skilda med |"), "")
        if letterhead:
            lines = letterhead.replace("|", "\n")
            run_in_transaction(opened, lambda session: boards.set_letterhead(session, lines), Acting(by, clock.now()))
        _print_steps_left(opened, by)


def _chosen_rules(rules: Rules, grant_rules: str) -> ChosenRules:
    sets = rules.folder.sets
    known = ", ".join(sets)

    def wrong(text: str) -> str:
        return "" if text in sets else translate("Det finns inga sådana regler.")

    grant = grant_rules or _ask(translate("3. Regler för bidrag ({known})", known=known), "", wrong)
    booking = _ask(translate("   Regler för bokningar"), "", wrong)
    on = _ask(translate("   Antagna av nämnden (datum)"), "", partial(_unreadable, parse_day))
    return ChosenRules(grant=grant, booking=booking, adopted_as="", adopted_on=parse_day(on) if on else None)


def _rules() -> Rules:
    config = from_environment()
    return load_rules(config.rules, config.imports)


def _board(session: WritingSession, code: str, name: str) -> Person:
    board = session.scalar(select(Board).where(Board.code == code))
    if board is None:
        new = boards.NewBoard(code=code, name=name, way=WayOfWorking.SMALL.value, rules={})
        board = boards.add_board(session, new)
    return Person(id=0, name="vetting", board_id=board.id, board=board.name, roles=frozenset({Role.ADMINISTRATOR}))


def _ask(question: str, default: str, wrong: Callable[[str], str] | None = None) -> str:
    """What somebody answers at a terminal; the default where nobody can be asked. What is wrong is asked again."""
    if not sys.stdin.isatty():
        return default
    while True:
        answer = str(click.prompt(question, default=default, show_default=bool(default))).strip()
        problem = wrong(answer) if wrong is not None and answer and answer != default else ""
        if not problem:
            return answer
        click.echo(f"   {problem}")


def _ask_way() -> WayOfWorking:
    ways = {str(place): way for place, way in enumerate(WayOfWorking, start=1)}
    if sys.stdin.isatty():
        for place, way in ways.items():
            click.echo(f"   {place}. {WAY_WORDS[way].to(LANGUAGE)}: {WAY_MEANS[way].to(LANGUAGE)}")

    def wrong(text: str) -> str:
        return "" if text in ways else translate("Skriv 1, 2 eller 3.")

    return ways[_ask(translate("2. Arbetssätt (1-3)"), "1", wrong)]


def _people(opened: Database, by: Person) -> None:
    """Steps 4 and 5, at a terminal: people one by one, and what a decision maker may decide."""
    if sys.stdin.isatty():
        click.echo("   " + ", ".join(f"{role.value} ({words.to(LANGUAGE)})" for role, words in ROLE_WORDS.items()))
    question = translate("4. En persons användarnamn (Enter: klart)")
    while login := _ask(question, ""):
        name = _ask(translate("   Namn"), login)
        given = _ask(translate("   Roller"), "caseworker", _wrong_roles)
        roles = tuple(Role(word) for word in given.replace(",", " ").split())
        _person(opened, login, name, roles, by=by, at=clock.now())


def _wrong_roles(text: str) -> str:
    unknown = [word for word in text.replace(",", " ").split() if word not in set(Role)]
    words = ", ".join(unknown)
    return translate("Det finns ingen roll {words}.", words=words) if unknown else ""


def _unreadable(read: Callable[[str], object], text: str) -> str:
    """What is wrong with what was typed; empty where it can be read."""
    try:
        read(text)
    except (InvalidDayError, InvalidAmountError) as error:
        return f"{error.what.to(LANGUAGE)} {error.remedy.to(LANGUAGE)}"
    return ""


def _person(opened: Database, login: str, name: str, roles: tuple[Role, ...], *, by: Person, at: datetime) -> None:
    with open_reading(opened, Acting(by, at)) as session:
        code = session.get_one(Board, by.board_id).code
    new = Colleague(login=login, name=name, board=code, roles=roles)
    taken = run_in_transaction(opened, lambda s: give_roles(s, new), Acting(by, at))
    tell_waiting(taken)
    if taken.fresh and not taken.waiting:
        tell_link(opened, taken.user)
    if Role.DECISION_MAKER not in taken.given:
        return
    user = taken.user
    limit = translate("5. Beslutar upp till (kr, Enter: utan gräns)")
    largest = _ask(limit, "", partial(_unreadable, parse_amount))
    row = delegation.NewDelegationRow(
        user_id=user.id,
        function=None,
        maker=DecisionAuthority.DELEGATE,
        point=_ask(translate("   Punkt i delegationsordningen"), ""),
        kinds=tuple(KINDS),
        largest=parse_amount(largest) if largest else None,
        refusals=True,
        valid_from=at.date(),
        valid_to=None,
    )
    run_in_transaction(opened, lambda s: delegation.add_delegation(s, row), Acting(by, at))


def _print_steps_left(opened: Database, by: Person) -> None:
    with open_reading(opened) as session:
        steps = ways_of_working.setup_steps(session, session.get_one(Board, by.board_id))
    left = [SETUP_WORDS[step].to(LANGUAGE) for step in SetupStep if steps[step] != DONE]
    if left:
        click.echo(translate("Återstår: ") + ", ".join(left))
    else:
        click.echo(translate("Allt är inställt."))
