"""`vetting remind --staff`: what waits for each person, shown or sent by the board's mail server."""

from __future__ import annotations

import json
import sys

import click

from vetting import clock
from vetting.config import from_environment
from vetting.formats.mail_sending import (
    MailServer,
    NotSentError,
    WrongAddressError,
    hand_over_mail,
    mail_message,
    server_of,
)
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.roles import Role
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import open_reading
from vetting.kernel.text import _
from vetting.operations.cli.database import database, machine
from vetting.operations.cli.language import LANGUAGE, translate
from vetting.workspace.services.reminders import Reminder, staff_reminders

ROLES = frozenset({Role.ADMINISTRATOR})


def remind_staff(code: str, *, by_mail: bool, as_json: bool) -> None:
    """Shows what waits for whom; by mail, sends it to those whose address is known. Case numbers, never names.

    Raises:
        UnreadableError: nothing can be sent, as no mail server is set.
    """
    config = from_environment()
    server = server_of(config)
    if by_mail and server is None:
        raise UnreadableError(
            Problem("--send", _("Ingen e-postserver är inställd."), _("Sätt VETTING_SMTP_HOST och VETTING_SMTP_FROM."))
        )
    with database() as opened, open_reading(opened, Acting(machine(opened, code, ROLES), clock.now())) as session:
        found = staff_reminders(session, on=clock.now().date())
    failed = {one.login: why for one in found if (why := _send(server, one))} if by_mail and server else {}
    _tell(found, failed, by_mail=by_mail, as_json=as_json)
    if failed:
        sys.exit(1)


def _send(server: MailServer, one: Reminder) -> str:
    """Why it was not sent; empty when it was."""
    if not one.email:
        return translate("ingen e-postadress")
    subject = _("Att göra: {board}", board=one.board).to(LANGUAGE)
    try:
        hand_over_mail(
            server, mail_message(one.email, subject, [line.to(LANGUAGE) for line in one.lines], sender=server.sender)
        )
    except WrongAddressError:
        return translate("e-postadressen går inte att använda")
    except NotSentError as error:
        return str(error)
    return ""


def _tell(found: list[Reminder], failed: dict[str, str], *, by_mail: bool, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "login": one.login,
                "lines": [{"sv": line.sv, "en": line.en} for line in one.lines],
                "sent": by_mail and one.login not in failed,
            }
            for one in found
        ]
        click.echo(json.dumps({"reminders": rows}, ensure_ascii=False))
        return
    for one in found:
        click.echo(one.login)
        for line in one.lines:
            click.echo(f"  {line.to(LANGUAGE)}")
    for login, why in failed.items():
        click.echo(translate("{login}: inte skickat, {why}.", login=login, why=why), err=True)
    click.echo(translate("Personer med något att göra: {found}", found=len(found)))
