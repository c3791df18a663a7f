"""Letters as drafts of mails: a zip of .eml files that a mail program opens for sending. Nothing is sent from here."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Final

from vetting.kernel.typed_text import tidy_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NOT_IN_NAMES: Final = re.compile(r"[^\w .-]+")
_ALWAYS: Final = (1980, 1, 1, 0, 0, 0)
LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDraft:
    """One mail. name: of its file."""

    name: str
    to: str
    subject: str
    lines: Sequence[str]


def mail_drafts(found: Sequence[MailDraft], beside: Mapping[str, bytes] | None = None) -> bytes:
    """The drafts as a zip, each under a name of its own. beside: other files in it, by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, draft in enumerate(found, start=1):
            entry = zipfile.ZipInfo(f"{place:03} {_file_name(draft.name)}.eml", _ALWAYS)
            archive.writestr(entry, mail_draft(draft), zipfile.ZIP_DEFLATED)
        for name, content in (beside or {}).items():
            archive.writestr(zipfile.ZipInfo(name, _ALWAYS), content)
    return out.getvalue()


def mail_draft(draft: MailDraft) -> bytes:
    """One draft: X-Unsent makes Outlook open it for writing, and others take it as it is."""
    message = EmailMessage(policy=SMTP)
    message["To"] = Address(addr_spec=_one_line(draft.to))
    message["Subject"] = _one_line(draft.subject)
    message["X-Unsent"] = "1"
    message.set_content("\n".join(tidy_text(line) for line in draft.lines) + "\n", charset="utf-8")
    return message.as_bytes()


def _one_line(text: str) -> str:
    return " ".join(tidy_text(text).split())


def _file_name(name: str) -> str:
    return _NOT_IN_NAMES.sub("_", tidy_text(name))[:LONGEST_NAME].strip(" .") or "brev"
