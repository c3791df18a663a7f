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
from typing import TYPE_CHECKING, Final

from vetting.kernel.typed_text import tidy_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SECONDS: Final = 20


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
