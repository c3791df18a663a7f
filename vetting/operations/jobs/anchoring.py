"""Once a day the head of the trail goes where the database's keeper does not reach: to a file, by mail."""

from __future__ import annotations

import os
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING

from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import open_technical
from vetting.kernel.store.trail_anchors import keep_anchor
from vetting.kernel.store.trail_checkpoints import write_checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.trail_anchors import AnchorLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchoring:
    """Where the head of the trail is kept beside the database. key: seals it; empty for no seal."""

    file: Path | None = None
    key: str = ""
    send: Callable[[EmailMessage], None] | None = None
    sender: str = ""
    receiver: str = ""


def anchor_trail(database: Database, anchoring: Anchoring, *, at: datetime) -> AnchorLine | None:
    """Keeps the head as it is now, where something has happened since the last time.

    The row in the database comes last: what could not be written elsewhere is tried again.

    Raises:
        OSError: the file cannot be written.
        NotSentError: the mail server did not take it.
    """
    write_checkpoint(database, at=at)
    with open_technical(database, Acting(Purpose.JOBS, at)) as session:
        kept = keep_anchor(session, key=anchoring.key)
        if kept is None:
            return None
        if anchoring.file is not None:
            _append(anchoring.file, kept.text())
        if anchoring.send is not None:
            anchoring.send(_mail(anchoring, kept))
        return kept


def _append(file: Path, line: str) -> None:
    with file.open("a", encoding="ascii") as opened:
        opened.write(line + "\n")
        opened.flush()
        os.fsync(opened.fileno())


def _mail(anchoring: Anchoring, kept: AnchorLine) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = anchoring.sender, anchoring.receiver
    message["Subject"] = f"vetting: {kept.at[:10]} {kept.entry_id}"
    message.set_content(kept.text() + "\n")
    return message
