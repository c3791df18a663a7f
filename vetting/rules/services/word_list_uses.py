"""How useful the words of a board's lists are: how often each is found, and which nobody needs any longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from vetting.formats.yaml_editing import with_part
from vetting.formats.yaml_reading import read_text
from vetting.kernel.roles import Action
from vetting.people import require_permission
from vetting.rules.services import drafts
from vetting.rules.services.cases_under_rules import CASES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.word_lists import WordList
    from vetting.kernel.store.session import Session, WritingSession
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


def word_uses_of_board(session: Session, lists: Mapping[str, WordList], *, on: date) -> dict[tuple[str, str], WordUse]:
    """How each entry of the lists has been used in the board. Names no case and no association."""
    require_permission(session.person, Action.READ_RULES)
    hits = CASES.function.word_hits(session, session.person.board_id)
    days = {entry.on or on for words in lists.values() for entry in words.entries}
    since = {day: CASES.function.count_screened(session, session.person.board_id, day) for day in days}
    found = {}
    for name, words in lists.items():
        for entry in words.entries:
            number, last = hits.get((name, entry.entry), (0, None))
            began = entry.on or on
            found[name, entry.entry] = WordUse(number, since[began], last, _is_unused(began, last, on))
    return found


def _is_unused(began: date, last: date | None, on: date) -> bool:
    """Not found for a year, nor new."""
    return max(last or began, began) < on - A_YEAR


def _last(hits: Mapping[tuple[str, str], tuple[int, date]], name: str, entry: Mapping[str, Any]) -> date | None:
    found = hits.get((name, str(entry.get("entry", ""))))
    return found[1] if found else None


def retire_unused_words(session: WritingSession, key: int, version: int) -> RuleDraft:
    """Takes the entries that have not been found for a year out of a draft; the published versions keep theirs.

    Raises:
        Refused: there is no such draft, or somebody has changed it.
    """
    draft = drafts.open_draft(session, key)
    data: dict[str, Any] = read_text(draft.text.encode(), draft.ruleset).data or {}
    lists = data.get("lists") or {}
    hits = CASES.function.word_hits(session, session.person.board_id)
    changed = {
        name: {
            **words,
            "entries": [
                entry
                for entry in words.get("entries") or ()
                if not (
                    isinstance(entry.get("on"), date)
                    and _is_unused(entry["on"], _last(hits, name, entry), session.today)
                )
            ],
        }
        for name, words in lists.items()
    }
    text = draft.text if changed == lists else with_part(draft.text, "lists", changed)
    return drafts.save_draft_text(session, drafts.RuleDraftChange(key=key, version=version, text=text))
