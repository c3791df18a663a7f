"""Every table in one place, for migrations and for the trail's look at all rows."""

from __future__ import annotations

from vetting.store import (
    assessments,
    associations,
    bases,
    cases,
    completions,
    decisions,
    documents,
    downloaded_lists,
    facts,
    imports,
    incoming,
    jobs,
    letters,
    letting,
    meetings,
    notices,
    own_columns,
    payments,
    people,
    quick_checks,
    renewals,
    rounds,
    rules,
    screenings,
    special_reviews,
    trail,
)
from vetting.store.base import Base

__all__ = [
    "assessments", "associations", "bases", "cases", "completions", "decisions", "documents", "downloaded_lists",
    "facts", "imports", "incoming", "jobs", "letters", "letting", "meetings", "metadata", "notices", "own_columns",
    "payments", "people", "quick_checks", "renewals", "rounds", "rules", "screenings", "special_reviews", "trail",
]  # fmt: skip
metadata = Base.metadata
