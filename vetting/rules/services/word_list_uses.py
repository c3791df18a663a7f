"""How useful the words of a board's lists are: how often each is found, and which nobody needs any longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from vetting.casework.models.cases import Case
from vetting.formats.yaml_editing import with_part
from vetting.formats.yaml_reading import read_text
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import not_taken_back
from vetting.people.services.sign_in import require_permission
from vetting.rules.models import WordHit
from vetting.rules.services import drafts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.engine.word_lists import WordList
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.rules.models import RuleDraft

A_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class WordUse:
    """One entry: in how many of the board's cases since it came it has been found, and when last."""

    hits: int
    cases: int
    last: date | None
    unused: bool
    """Not found for a year, nor new."""

    @property
    def rate(self) -> float | None:
        """Hits by cases; None when there have been none."""
        return self.hits / self.cases if self.cases else None


def word_uses_of_board(
    session: Session, lists: Mapping[str, WordList], *, by: Person, on: date
) -> dict[tuple[str, str], WordUse]:
    """How each entry of the lists has been used in the board. Names no case and no association."""
    require_permission(by, Action.READ_RULES)
    hits = word_hits(session, by.board_id)
    days = {entry.on or on for words in lists.values() for entry in words.entries}
    since = {day: _screened_since(session, by.board_id, day) for day in days}
    found = {}
    for name, words in lists.items():
        for entry in words.entries:
            number, last = hits.get((name, entry.entry), (0, None))
            began = entry.on or on
            found[name, entry.entry] = WordUse(number, since[began], last, _is_unused(began, last, on))
    return found


def word_hits(session: Session, board_id: int) -> dict[tuple[str, str], tuple[int, date]]:
    """(list, entry) -> in how many of the board's cases it has been found, and when last. Names no case."""
    rows = session.execute(
        select(WordHit.list, WordHit.entry, func.count(), func.max(WordHit.on))
        .join(Case, Case.id == WordHit.case_id)
        .where(WordHit.board_id == board_id, not_taken_back(Case.batch_id))
        .group_by(WordHit.list, WordHit.entry)
    )
    return {(name, entry): (int(number), last) for name, entry, number, last in rows}


def _screened_since(session: Session, board_id: int, day: date) -> int:
    wanted = (Case.board_id == board_id) & (Case.received_on >= day) & Case.screening_id.is_not(None)
    wanted &= not_taken_back(Case.batch_id)
    return int(session.scalar(select(func.count(Case.id)).where(wanted)) or 0)


def _is_unused(began: date, last: date | None, on: date) -> bool:
    """Not found for a year, nor new."""
    return max(last or began, began) < on - A_YEAR


def _last(hits: Mapping[tuple[str, str], tuple[int, date]], name: str, entry: Mapping[str, Any]) -> date | None:
    found = hits.get((name, str(entry.get("entry", ""))))
    return found[1] if found else None


def retire_unused_words(session: WritingSession, key: int, version: int, *, by: Person, at: datetime) -> RuleDraft:
    """Takes the entries that have not been found for a year out of a draft; the published versions keep theirs.

    Raises:
        Refused: there is no such draft, or somebody has changed it.
    """
    draft = drafts.open_draft(session, key, by)
    data: dict[str, Any] = read_text(draft.text.encode(), draft.ruleset).data or {}
    lists = data.get("lists") or {}
    hits = word_hits(session, by.board_id)
    changed = {
        name: {
            **words,
            "entries": [
                entry
                for entry in words.get("entries") or ()
                if not (
                    isinstance(entry.get("on"), date) and _is_unused(entry["on"], _last(hits, name, entry), at.date())
                )
            ],
        }
        for name, words in lists.items()
    }
    text = draft.text if changed == lists else with_part(draft.text, "lists", changed)
    return drafts.save_draft_text(session, drafts.RuleDraftChange(key=key, version=version, text=text), by=by, at=at)
