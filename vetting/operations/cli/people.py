"""`vetting user …` and `vetting board add`: from the machine, before anyone can sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from vetting import clock
from vetting.config import from_environment
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.roles import ROLE_WORDS, Role
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.text import _
from vetting.operations.cli.commands import COMMANDS
from vetting.operations.cli.database import database
from vetting.operations.cli.language import LANGUAGE, translate
from vetting.people.domain.ways_of_working import WayOfWorking
from vetting.people.models.people import Board, RoleAssignment, User, user_by_login
from vetting.people.services import boards, invitations, role_endings, second_factor, sign_in
from vetting.people.services import roles as service

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import WritingSession

ROLES = click.Choice([role.value for role in Role])


@click.group("board", help=COMMANDS["board"].help)
def board() -> None:
    """The group of commands about boards."""


@board.command("add", help=translate("Lägg till en nämnd."))
@click.argument("code")
@click.argument("name")
@click.option("--grant-rules", default="", metavar="ID", help=translate("Regler för bidrag."))
@click.option("--booking-rules", default="", metavar="ID", help=translate("Regler för bokningar."))
@click.option(
    "--way", type=click.Choice([way.value for way in WayOfWorking]), default="small", help=translate("Arbetssätt.")
)
@click.option(
    "--adopted-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help=translate("Dagen då nämnden antog reglerna. Utan den kan inget krav ge avslag."),
)
@click.option("--adopted-as", default="", metavar="DNR", help=translate("Diarienummer för antagandet."))
def add_board(
    code: str, name: str, grant_rules: str, booking_rules: str, way: str, adopted_on: datetime | None, adopted_as: str
) -> None:
    """A new board; its code is what commands and addresses call it."""
    new = boards.NewBoard(
        code=code,
        name=name,
        way=way,
        rules={"grant": grant_rules, "booking": booking_rules},
        adopted_on=adopted_on.date() if adopted_on else None,
        adopted_as=adopted_as,
    )
    with database() as opened:
        run_in_transaction(
            opened, lambda session: boards.add_board(session, new), Acting(Purpose.INSTALLATION, clock.now())
        )
    click.echo(translate("Nämnden {code} är tillagd.", code=code))


@click.group("user", help=COMMANDS["user"].help)
def user() -> None:
    """The group of commands about accounts."""


@user.command("add", help=translate("Lägg till ett konto, eller roller till ett som finns."))
@click.argument("login")
@click.option("--name", required=True, help=translate("Personens namn."))
@click.option("--board", "code", required=True, help=translate("Nämndens kod."))
@click.option(
    "--role", "roles", type=ROLES, multiple=True, required=True, help=translate("Rollen, en gång för var och en.")
)
def add(login: str, name: str, code: str, roles: tuple[str, ...]) -> None:
    """No password is asked for: a new account's owner sets it, by a link that works once."""
    new = service.Colleague(login=login, name=name, board=code, roles=tuple(Role(role) for role in roles))
    with database() as opened:
        taken = run_in_transaction(
            opened, lambda session: service.give_roles(session, new), Acting(Purpose.INSTALLATION, clock.now())
        )
        if taken.given:
            words = service.in_words(taken.given).to(LANGUAGE)
            click.echo(translate("{login} i {code}: {words}.", login=login, code=code, words=words))
        tell_waiting(taken)
        if taken.fresh and not taken.waiting:
            tell_link(opened, taken.user)


def tell_waiting(taken: service.RoleGrantResult) -> None:
    """What a second person in the board has to say yes to, on the pages."""
    if taken.waiting:
        words = service.in_words(taken.waiting).to(LANGUAGE)
        click.echo(
            translate(
                "Väntar på godkännande från nämndens chef eller systemförvaltare, under Personer: {words}.", words=words
            )
        )


def tell_link(opened: Database, user: User) -> None:
    """The link, once."""
    secret = run_in_transaction(
        opened, lambda session: invitations.invite_user(session, user.id), Acting(Purpose.INSTALLATION, clock.now())
    )
    outside = from_environment().outside
    link = f"{outside}/valkommen/{secret}"
    click.echo(
        translate("Länk för {login}, giltig i tre dygn och en enda gång: {link}", login=user.login, link=link)
        if outside.startswith("https")
        else translate(
            "Länk för {login}, giltig i tre dygn och en enda gång. Skriv den efter adressen till sidorna: {link}",
            login=user.login,
            link=link,
        )
    )


@user.command("invite", help=translate("Gör en ny länk för att välja lösenord."))
@click.argument("login")
def invite(login: str) -> None:
    """Whoever has the link sets the password: it is handed to the owner of the account and nobody else."""
    with database() as opened:
        with open_reading(opened) as session:
            found = user_by_login(session, login)
        if found is None:
            raise UnreadableError(_no_account(login))
        tell_link(opened, found)


@user.command("role-end", help=translate("Ta tillbaka en roll."))
@click.argument("login")
@click.option("--board", "code", required=True, help=translate("Nämndens kod."))
@click.option("--role", type=ROLES, required=True, help=translate("Rollen."))
def end_role(login: str, code: str, role: str) -> None:
    """At once; a right to decide that rested on it ends with it."""

    def work(session: WritingSession) -> None:
        found = user_by_login(session, login)
        board = sign_in.find_board(session, code)
        if found is None:
            raise UnreadableError(_no_account(login))
        role_endings.end_role(session, found.id, Role(role), board_id=board.id)

    with database() as opened:
        run_in_transaction(opened, work, Acting(Purpose.INSTALLATION, clock.now()))
    words = ROLE_WORDS[Role(role)].to(LANGUAGE)
    click.echo(translate("{login} är inte längre {words} i {code}.", login=login, words=words, code=code))


def _no_account(login: str) -> Problem:
    return Problem(login, _("Det finns inget sådant konto."), _("Se kontona med 'vetting user list'."))


@user.command("factor-end", help=translate("Ta bort tvåstegsinloggningen för den som har förlorat både app och koder."))
@click.argument("login")
def end_factor(login: str) -> None:
    """The account signs in by its password alone next time, and is signed out everywhere: be sure whose it is."""

    def work(session: WritingSession) -> None:
        found = user_by_login(session, login)
        if found is None:
            raise UnreadableError(_no_account(login))
        second_factor.remove_app_of(session, found.id)

    with database() as opened:
        run_in_transaction(opened, work, Acting(Purpose.INSTALLATION, clock.now()))
    click.echo(translate("{login} loggar in med bara lösenordet nästa gång.", login=login))


@user.command("list", help=translate("Visa kontona."))
def show() -> None:
    """One line for each role held, and one for an account without any."""
    with database() as opened, open_reading(opened) as session:
        rows = session.execute(
            select(User.login, User.name, User.active, Board.code, RoleAssignment.role)
            .outerjoin(RoleAssignment, RoleAssignment.user_id == User.id)
            .outerjoin(Board, Board.id == RoleAssignment.board_id)
            .order_by(User.login, Board.code, RoleAssignment.role)
        ).all()
    for login, name, active, code, role in rows:
        closed = "" if active else translate(" (stängt)")
        held = ROLE_WORDS[Role(role)].to(LANGUAGE) if role else translate("ingen roll")
        click.echo(f"{login}\t{name}{closed}\t{code or '–'}\t{held}")


@user.command("deactivate", help=translate("Stäng ett konto."))
@click.argument("login")
def deactivate(login: str) -> None:
    """The account's sessions end with its next page."""
    with database() as opened:
        run_in_transaction(
            opened, lambda session: sign_in.deactivate_user(session, login), Acting(Purpose.INSTALLATION, clock.now())
        )
    click.echo(translate("Kontot {login} är stängt.", login=login))
