"""Letters as drafts of mails: a zip of .eml files that a mail program opens for sending. Nothing is sent from here."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

from vetting.formats.file_bundles import bundle_files
from vetting.kernel.typed_text import tidy_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDraft:
    """One mail. name: of its file."""

    name: str
    to: str
    subject: str
    lines: Sequence[str]
    hidden: Sequence[str] = ()
    """Addresses that do not see each other (Bcc)."""


def mail_drafts(found: Sequence[MailDraft], beside: Mapping[str, bytes] | None = None) -> bytes:
    """The drafts as a zip, each under a name of its own. beside: other files in it, by name."""
    return bundle_files(((draft.name, "eml", mail_draft(draft)) for draft in found), beside)


def mail_draft(draft: MailDraft) -> bytes:
    """One draft: X-Unsent makes Outlook open it for writing, and others take it as it is."""
    message = EmailMessage(policy=SMTP)
    if draft.to:
        message["To"] = Address(addr_spec=_one_line(draft.to))
    if draft.hidden:
        message["Bcc"] = [Address(addr_spec=_one_line(address)) for address in draft.hidden]
    message["Subject"] = _one_line(draft.subject)
    message["X-Unsent"] = "1"
    message.set_content("\n".join(tidy_text(line) for line in draft.lines) + "\n", charset="utf-8")
    return message.as_bytes()


def _one_line(text: str) -> str:
    return " ".join(tidy_text(text).split())
