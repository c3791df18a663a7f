"""How a link to an account reaches its owner: by mail where there is an address and a server, else shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from flask import current_app

from vetting.formats.mail_sending import (
    NotSentError,
    WrongAddressError,
    hand_over_mail_by_page,
    mail_message,
    server_of,
)
from vetting.kernel.text import Words, _
from vetting.web.preferences import visitor_language
from vetting.web.view_helpers import outside_address

if TYPE_CHECKING:
    from vetting.people.models.people import User


class NewLink(NamedTuple):
    """A link that was made in a transaction, for after it: its secret is in no address until it is sent or shown."""

    name: str
    email: str
    secret: str
    """Empty where none was made."""


class LinkReceipt(NamedTuple):
    """What the page says of it."""

    name: str
    address: str
    """To be handed over; empty where it was mailed."""
    mailed_to: str
    failed: bool
    """The mail server did not take it."""


SUBJECT: Final = _("Välj lösenord")
BODY: Final[tuple[Words, ...]] = (
    _("Öppna länken och välj ett lösenord. Den gäller i tre dygn och fungerar en gång:"),
    _("Väntade du dig inget sådant här mejl, säg till din systemförvaltare och öppna inte länken."),
)


def new_link(user: User, secret: str = "") -> NewLink:
    """What is known of it when the transaction is over."""
    return NewLink(user.name, user.email, secret)


def show_link(link: NewLink) -> LinkReceipt:
    """Gives a link to be shown and handed over, whatever address there is."""
    return LinkReceipt(link.name, outside_address("people.welcome", secret=link.secret), "", failed=False)


def is_mailed(user: User) -> bool:
    """Whether a link to an account goes to its address."""
    return server_of(current_app.extensions["vetting_config"]) is not None and bool(user.email)


def hand_over(link: NewLink, *, by_mail_only: bool = False) -> LinkReceipt | None:
    """Mails it, or gives it to be shown; None where there is none. by_mail_only: one that is not sent is not shown."""
    if not link.secret:
        return None
    shown = show_link(link)
    server = server_of(current_app.extensions["vetting_config"])
    if server is None or not link.email:
        return shown
    language = visitor_language()
    lines = [BODY[0].to(language), "", shown.address, "", BODY[1].to(language)]
    try:
        hand_over_mail_by_page(server, mail_message(link.email, SUBJECT.to(language), lines, sender=server.sender))
    except (NotSentError, WrongAddressError):
        return shown._replace(failed=True, address="" if by_mail_only else shown.address)
    return LinkReceipt(link.name, "", link.email, failed=False)
