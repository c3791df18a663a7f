"""Content of the request to complete a case, and of its reminder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetting.kernel.decision_outcomes import IncompleteTreatment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.kernel.case_kinds import CaseKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionLetterContent:
    """What a letter is about. first_due_on is set for a reminder: the day that has been."""

    kind: CaseKind
    number: str
    purpose: str
    received_on: date
    facts: Sequence[str]
    text: str
    due_on: date
    first_due_on: date | None = None
    follows: IncompleteTreatment = IncompleteTreatment.AS_IT_STANDS
    """What it says will follow when nothing comes."""
