"""Mail handed over while a page waits: a server that hangs or refuses holds up no page for long."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.mailbox import mail_server
from vetting.formats import mail_sending
from vetting.formats.mail_sending import MailServer, NotSentError, hand_over_mail_by_page, mail_message

if TYPE_CHECKING:
    from collections.abc import Iterator

MAIL = mail_message("styrelsen@provkvarnen.example", "Hej", ["Text."])


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=20) as found:
        yield found


def reason(server: MailServer) -> str:
    with pytest.raises(NotSentError) as told:
        hand_over_mail_by_page(server, MAIL)
    return str(told.value)


def connections(server: socket.socket) -> int:
    server.settimeout(0)
    met = 0
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return met
        met += 1


def test_a_server_that_hangs_is_tried_by_two_pages_and_then_left_alone(
    silent: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_sending, "SECONDS", 3)
    server = MailServer(host="127.0.0.1", port=silent.getsockname()[1], encrypted=False)
    with ThreadPoolExecutor(8) as pages:
        told = list(pages.map(lambda _: reason(server), range(8)))
    assert "CircuitOpenError" in told
    assert reason(server) == "CircuitOpenError"
    assert connections(silent) <= mail_sending.AT_ONCE


def test_a_mail_that_is_refused_leaves_the_server_open_for_others() -> None:
    with mail_server() as (box, server):
        box.refuses = True
        assert reason(server) == "SMTPDataError"
        box.refuses = False
        hand_over_mail_by_page(server, MAIL)
        assert len(box.mails) == 1


def test_a_server_that_is_down_is_left_alone_and_told_as_not_reached() -> None:
    with mail_server() as (_box, server):
        pass
    assert reason(server) == "ConnectionRefusedError"
    assert reason(server) == "CircuitOpenError"
