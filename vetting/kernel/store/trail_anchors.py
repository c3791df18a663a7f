"""Heads of the chain that are kept elsewhere: whoever writes the chain anew cannot write those anew too.

A line of the file: moment (UTC), number of the last entry, its hash, and the seal: an HMAC with a key outside the
database, `-` where there is none.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, public_column
from vetting.kernel.store.trail import SHARED, START, TrailHead
from vetting.kernel.text import _

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session

_LINE: Final = re.compile(r"(\S+) (\d{1,15}) ([0-9a-f]{64}) ([0-9a-f]{64}|-)")
NO_SEAL: Final = "-"
HEAD_OF_TRAIL: Final = _("Spårets senaste post och kontrollsumma")
"""What stands before the head of the chain on what is printed."""


class TrailAnchor(Base):
    """The head of the chain on a day. No record: the chain is what it is about."""

    __tablename__ = "trail_anchors"

    id: Mapped[int] = public_column(primary_key=True)
    entry_id: Mapped[int] = public_column()
    hash: Mapped[str] = public_column()
    seal: Mapped[str] = public_column()
    at: Mapped[datetime] = public_column()


class AnchorLine(NamedTuple):
    """An anchor as it is kept elsewhere."""

    at: str
    entry_id: int
    hash: str
    seal: str

    def text(self) -> str:
        """As a line, without its end."""
        return f"{self.at} {self.entry_id} {self.hash} {self.seal}"

    @property
    def is_sealed(self) -> bool:
        """Whether it was made with some key."""
        return self.seal != NO_SEAL

    def is_sealed_by(self, key: str) -> bool:
        """Whether it was made with a key."""
        return hmac.compare_digest(self.seal, _seal(key, self.entry_id, self.hash))


def head_of(session: Session, chain: int = SHARED) -> tuple[int, str]:
    """The id and the hash of the last entry of a chain; of the shared one where a board has none yet."""
    head = session.get(TrailHead, chain) or session.get(TrailHead, SHARED)
    return (head.entry_id, head.hash) if head is not None else (0, START)


def keep_anchor(session: Session, *, key: str) -> AnchorLine | None:
    """Keeps the shared head as it is now; None where it has not moved since the last one. key: empty for no seal."""
    entry_id, head = head_of(session)
    last = session.scalar(select(TrailAnchor.entry_id).order_by(TrailAnchor.id.desc()).limit(1))
    if entry_id in {0, last}:
        return None
    row = TrailAnchor(entry_id=entry_id, hash=head, seal=_seal(key, entry_id, head) if key else NO_SEAL, at=session.now)
    session.add(row)
    session.flush()
    return _line_of(row)


def anchors_kept(session: Session) -> list[AnchorLine]:
    return [_line_of(row) for row in session.scalars(select(TrailAnchor).order_by(TrailAnchor.id))]


def parse_anchor(text: str) -> AnchorLine | None:
    """An anchor from its line; None of what is none."""
    found = _LINE.fullmatch(text.strip())
    return AnchorLine(found[1], int(found[2]), found[3], found[4]) if found else None


def _line_of(row: TrailAnchor) -> AnchorLine:
    at = row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
    return AnchorLine(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), row.entry_id, row.hash, row.seal)


def _seal(key: str, entry_id: int, head: str) -> str:
    return hmac.new(key.encode(), f"{entry_id} {head}".encode(), hashlib.sha256).hexdigest()
