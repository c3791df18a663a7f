"""A mail that came back is told from any other, and says whom it did not reach and which case it was about."""

from __future__ import annotations

import pytest

from vetting.casework.domain.returned_mail import returned_mail

TEXT = """This is the mail system at host mx.exempel.se.

Your message could not be delivered to one or more recipients.
<kassoren@forening.example>: host mx.forening.example said:
    550 5.1.1 <kassoren@forening.example>: Recipient address rejected (in reply to RCPT TO)

Subject: Beslut: avslag, BID-2026-0012, EXN 2026/200
From: bidrag@norr.example
"""


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("MAILER-DAEMON@mx.exempel.se", "Undelivered Mail Returned to Sender"),
        ("postmaster@exempel.se", "Oleverbart: Beslut"),
        ("noreply@exempel.se", "Delivery Status Notification (Failure)"),
        ("someone@exempel.se", "Meddelandet kunde inte levereras"),
    ],
)
def test_a_mail_that_came_back_says_whom_it_did_not_reach(address: str, subject: str) -> None:
    found = returned_mail(address=address, subject=subject, text=TEXT, own="bidrag@norr.example")
    assert found is not None
    assert (list(found.addresses), list(found.cases)) == (["kassoren@forening.example"], ["BID-2026-0012"])
    assert "550 5.1.1" in found.why


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("kassoren@forening.example", "Ansökan om bidrag"),
        ("info@forening.example", "Sv: Begäran om komplettering, BID-2026-0012"),
        ("postmasters@forening.example", "Hej"),
        ("info@forening.example", "Returnerat material från utställningen"),
    ],
)
def test_any_other_mail_is_none(address: str, subject: str) -> None:
    assert returned_mail(address=address, subject=subject, text=TEXT) is None


def test_what_it_does_not_say_is_left_open() -> None:
    found = returned_mail(
        address="postmaster@x.se", subject="Returned mail", text="bidrag@norr.example", own="Bidrag@norr.example"
    )
    assert found is not None
    assert (list(found.addresses), found.why, list(found.cases)) == ([], "", [])


def test_who_stands_beside_the_reason_comes_before_who_is_only_named() -> None:
    text = """Please contact support@mx.exempel.se.
Final-Recipient: rfc822; kassoren@forening.example
Status: 5.1.1
"""
    found = returned_mail(address="MAILER-DAEMON@mx.exempel.se", subject="Undelivered", text=text)
    assert found is not None
    assert list(found.addresses) == ["kassoren@forening.example", "support@mx.exempel.se"]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Delivery Status Notification (Success)", "Final-Recipient: rfc822; a@b.example\nAction: delivered\n"),
        ("Delivery Status Notification (Delay)", "a@b.example: 451 4.4.1 try again\n"),
        ("Undelivered", "Final-Recipient: rfc822; a@b.example\nAction: delayed\n"),
    ],
)
def test_what_arrived_or_is_tried_again_has_not_come_back(subject: str, text: str) -> None:
    assert returned_mail(address="MAILER-DAEMON@mx.example", subject=subject, text=text) is None
