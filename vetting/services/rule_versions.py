"""Which rules a case is judged by: the version in force when it came, kept whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.domain.frozen_rules import frozen, thawed
from vetting.store.people import Board
from vetting.store.rules import RuleVersion, version

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.domain.criteria import CaseKind
    from vetting.domain.ruleset import RuleSet
    from vetting.services.rules import Rules
    from vetting.store.session import WritingSession

_THAWED: dict[str, RuleSet] = {}
"""Read again once in each process, by fingerprint: a version never changes."""


def chosen(session: Session, board_id: int, kind: CaseKind, rules: Rules) -> RuleSet | None:
    """The rules that the board has in force for a kind of case; None when it has chosen none."""
    board = session.get_one(Board, board_id)
    name = board.rules.get(kind.value)
    return rules.folder.sets.get(name) if name else None


def fixed(session: WritingSession, board_id: int, kind: CaseKind, rules: Rules, *, at: datetime) -> RuleVersion | None:
    """The version in force, taken up in the store the first time a case comes under it."""
    ruleset = chosen(session, board_id, kind, rules)
    if ruleset is None:
        return None
    found = version(session, board_id, ruleset.id, ruleset.fingerprint)
    if found is None:
        found = RuleVersion(
            board_id=board_id,
            ruleset=ruleset.id,
            number=ruleset.version,
            fingerprint=ruleset.fingerprint,
            content=frozen(ruleset),
            taken_up_at=at,
        )
        session.add(found)
        session.flush()
    return found


def read(session: Session, version_id: int | None, rules: Rules) -> RuleSet | None:
    """The rules of a version, as they were."""
    if version_id is None:
        return None
    kept = session.get_one(RuleVersion, version_id)
    known = rules.folder.sets.get(kept.ruleset)
    if known is not None and known.fingerprint == kept.fingerprint:
        return known
    if kept.fingerprint not in _THAWED:
        _THAWED[kept.fingerprint] = thawed(kept.content, rules.folder.book.catalogue)
    return _THAWED[kept.fingerprint]
