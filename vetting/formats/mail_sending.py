"""Sends a mail through the board's own mail server; without one, nothing is ever sent from here."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from vetting.kernel.circuit_breaker import CircuitBreaker, CircuitOpenError
from vetting.kernel.typed_text import tidy_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vetting.config import Config


SECONDS: Final = 20
"""How long a step of the conversation with the server may take."""
AT_ONCE: Final = 2
"""Pages that may hand over mail at once: a server that hangs holds up no others."""
WAITED: Final = 2.0
"""Seconds that a page waits for its turn."""
FAILED_FOR: Final = 30.0
"""Seconds for which pages leave a server alone that was not reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mails go out. encrypted: begins with STARTTLS, which is refused to be left out."""

    host: str
    port: int = 587
    user: str = ""
    password: str = ""
    sender: str = ""
    encrypted: bool = True


class NotSentError(Exception):
    """The server did not take the mail; says why, without what stands in it."""


class WrongAddressError(Exception):
    """What stands as a mail address is none."""


def mail_message(
    to: str, subject: str, lines: Sequence[str], *, sender: str = "", attached: Mapping[str, bytes] | None = None
) -> EmailMessage:
    """A mail as it goes out: plain text, and PDFs beside it.

    Raises:
        WrongAddressError: nothing can be sent to what stands as the address.
    """
    message = EmailMessage(policy=SMTP)
    message["To"] = _address(to)
    if sender:
        message["From"] = _address(sender)
    message["Subject"] = _one_line(subject)
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    message.set_content("\n".join(tidy_text(line) for line in lines) + "\n", charset="utf-8")
    for name, content in (attached or {}).items():
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message


def hand_over_mail(server: MailServer, message: EmailMessage) -> None:
    """Hands one mail over.

    Raises:
        NotSentError: the server cannot be reached, or refuses it.
    """
    with open_connection(server) as connection:
        connection.send_message(message)


def hand_over_mail_by_page(server: MailServer, message: EmailMessage) -> None:
    """Hands one mail over while a page waits: at once, or soon not at all.

    Raises:
        NotSentError: the server cannot be reached, could not a moment ago, has too much to do, or refuses it.
    """
    breaker = _breaker(server.host, server.port)
    try:
        with breaker.call():
            try:
                hand_over_mail(server, message)
            except NotSentError as error:
                if _was_not_reached(error.__cause__):
                    breaker.note_failure()
                raise
    except CircuitOpenError as error:
        raise NotSentError(type(error).__name__) from error


def _was_not_reached(cause: BaseException | None) -> bool:
    """Whether it is the server that failed, and not this mail."""
    unreached = smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError
    return isinstance(cause, unreached) or not isinstance(cause, smtplib.SMTPException | UnicodeError)


@lru_cache
def _breaker(_host: str, _port: int) -> CircuitBreaker:
    """The breaker of a server, one for the process."""
    return CircuitBreaker(at_once=AT_ONCE, waited=WAITED, failed_for=FAILED_FOR)


@contextmanager
def open_connection(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Signed in at the server, where it asks for that.

    Raises:
        NotSentError: it cannot be reached, or refuses what is asked of it.
    """
    try:
        with smtplib.SMTP(server.host, server.port, timeout=SECONDS) as connection:
            if server.encrypted:
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
            yield connection
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise NotSentError(type(error).__name__) from error


def _address(text: str) -> Address:
    try:
        return Address(addr_spec=_one_line(text))
    except (MessageError, ValueError, IndexError) as error:
        raise WrongAddressError from error


def _one_line(text: str) -> str:
    return " ".join(tidy_text(text).split())


def server_of(config: Config) -> MailServer | None:
    """The mail server of the installation; None where nothing is sent from here."""
    if not config.mail_host:
        return None
    return MailServer(
        host=config.mail_host,
        port=config.mail_port,
        user=config.mail_user,
        password=config.mail_password,
        sender=config.mail_from,
        encrypted=config.mail_encrypted,
    )
