"""A saved e-mail as it is taken in: read in a child process, its files beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from vetting.formats import limits
from vetting.formats.containers import OLE
from vetting.formats.refusals import file_problem
from vetting.formats.workbook_reading import run_order

if TYPE_CHECKING:
    from vetting.kernel.problem import Problem

ENDINGS: Final = (".eml", ".msg")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPart:
    """One file of a mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a mail says of itself, its text, its files, and what could not be taken out of it."""

    sender: str
    address: str
    subject: str
    received: datetime | None
    text: str
    parts: tuple[MailPart, ...]
    left: tuple[Problem, ...]


def is_mail(name: str, content: bytes) -> bool:
    """Whether a file says that it is a saved mail; a Word file of old is no mail though it begins as one."""
    ending = name[name.rfind(".") :].casefold() if "." in name else ""
    return ending in ENDINGS and (ending != ".msg" or content.startswith(OLE))


def read_mail(data: bytes, file: str) -> Mail:
    """The mail.

    Raises:
        UnreadableError: it is none, too large, or broken; says why and what to do.
    """
    head, made = {}, b""
    for frame in run_order({"task": "mail"}, data, file, most_bytes=limits.MAIL_BYTES):
        if "made" in frame:
            made = frame["made"]
        else:
            head = frame
    parts, start = [], 0
    for name, size in head["parts"]:
        parts.append(MailPart(name=name, content=made[start : start + size]))
        start += size
    return Mail(
        sender=head["sender"],
        address=head["address"],
        subject=head["subject"],
        text=head["text"],
        parts=tuple(parts),
        received=datetime.fromisoformat(head["received"]) if head["received"] else None,
        left=tuple(file_problem(code, name) for name, code in head["left"]),
    )
