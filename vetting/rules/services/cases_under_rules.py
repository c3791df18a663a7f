"""Functions on cases that the pages of rules call; casework supplies them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from vetting.kernel.hooks import Hook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.kernel.store.jobs import Job
    from vetting.kernel.store.session import Session, WritingSession

MOST_MOVED: Final = 200
"""How many cases are moved to another version at once."""


class CasesUnderRules(Protocol):
    """Functions on cases under a rule set."""

    def could_move(self, session: Session, version_id: int, /, *, on: date) -> object:
        """Finds the open cases under other rules than a version, with what it would change in each."""

    def move_cases(self, session: WritingSession, numbers: Sequence[str], version_id: int, /) -> int:
        """Moves cases to a version. Returns how many."""

    def trial_result(self, session: Session, job: Job, /) -> dict[str, Any]:
        """Gives the result of a trial, without the cases that this person may not see."""

    def word_hits(self, session: Session, board_id: int, /) -> dict[tuple[str, str], tuple[int, date]]:
        """Gives (list, entry) -> the number of cases that it was found in, and the last day."""

    def count_screened(self, session: Session, board_id: int, day: date, /) -> int:
        """Counts the screened cases that came in from a day on."""


CASES: Final = Hook[CasesUnderRules]("cases under rules")
