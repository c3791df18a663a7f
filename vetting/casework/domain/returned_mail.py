"""A mail that came back: told by who sends it and what it is called; whom it did not reach, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.casework.domain.incoming import case_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

_SENDERS: Final = re.compile(r"^(?:mailer-?daemon|postmaster|mail-?delivery|mdaemon)[@+.]", re.IGNORECASE)
_SUBJECTS: Final = re.compile(
    r"undeliver|delivery (?:status|failure|has failed)|returned mail|mail delivery (?:failed|subsystem)|failure notice|"
    r"oleverer|kunde inte leverer|gick inte att leverera|misslyckad leverans|leveransfel",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_REACHED: Final = re.compile(r"^(?:Final|Original)-Recipient:.*$", re.IGNORECASE | re.MULTILINE)
_ARRIVED: Final = re.compile(r"^Action:\s*(?:delivered|delayed|relayed|expanded)", re.IGNORECASE | re.MULTILINE)
_FAILED: Final = re.compile(r"^Action:\s*failed", re.IGNORECASE | re.MULTILINE)
_NO_FAILURE: Final = re.compile(r"\((?:success|delay\w*|relay\w*)\)", re.IGNORECASE)
"""A notice that it went, or that it goes on trying."""
_WHY: Final = re.compile(r"^.*\b(?:5\d\d[ -]5\.\d+\.\d+|5\.\d+\.\d+|55\d)\b.*$", re.MULTILINE)
LONGEST_WHY: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedMail:
    """Whom a mail did not reach, why as the mail server says it, and the cases that are named in it."""

    addresses: Sequence[str]
    """Whom it may be, likeliest first: who stands beside the server's reason before who is only named. Lower case."""
    why: str
    cases: Sequence[str]


def returned_mail(*, address: str, subject: str, text: str, own: str = "") -> ReturnedMail | None:
    """What a mail says that came back; None of any other. address: its sender's; own: the board's, never the one."""
    if not (_SENDERS.search(address.strip()) or _SUBJECTS.search(subject)):
        return None
    if _NO_FAILURE.search(subject) or (_ARRIVED.search(text) and not _FAILED.search(text)):
        return None
    ours = {address.casefold(), own.casefold()}
    why = _WHY.search(text)
    beside = [found[0] for found in (*_REACHED.finditer(text), *([why] if why else ()))]
    said = (found[0].casefold().rstrip(".") for found in _ADDRESS.finditer("\n".join([*beside, text])))
    return ReturnedMail(
        addresses=[one for one in dict.fromkeys(said) if one not in ours and not _SENDERS.search(one)],
        why=" ".join(why[0].split())[:LONGEST_WHY] if why else "",
        cases=case_numbers(f"{subject}\n{text}"),
    )
