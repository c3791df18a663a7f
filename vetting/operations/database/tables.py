"""Every table in one place, for migrations and for the trail's look at all rows."""

from __future__ import annotations

from vetting.associations.models import associations, booker_kinds
from vetting.bookings.models import letting, quick_checks, room_overlaps
from vetting.casework.models import (
    assessments,
    cases,
    completions,
    corrections,
    decisions,
    document_reads,
    documents,
    facts,
    frozen_bases,
    grant_changes,
    incoming,
    letters,
    meetings,
    records,
    rescreening,
    screenings,
    special_reviews,
    tips,
)
from vetting.grants.models import (
    allocations,
    board_items,
    outside_decisions,
    rounds,
    schemes,
)
from vetting.kernel.store import import_batches, jobs, noted_faults, trail, trail_anchors, trail_checkpoints
from vetting.kernel.store.base import Base
from vetting.kernel.store.session import BEFORE_TRAIL
from vetting.lists.models import downloaded_lists, staged_files
from vetting.money.models import (
    activities,
    grant_routines,
    payment_batches,
    payments,
    reclaims,
    reports,
    samples,
    support_endings,
    unused_money,
)
from vetting.people.models import (
    delegation,
    letting_kinds,
    own_templates,
    people,
    sealed_reads,
    second_factors,
    systems,
)
from vetting.records.models import registry_lists
from vetting.registers import models as registers
from vetting.reporting.models import kept_reports
from vetting.rules import models as rules
from vetting.workspace.models import watches

__all__ = [
    "activities",
    "allocations",
    "assessments",
    "associations",
    "board_items",
    "booker_kinds",
    "cases",
    "completions",
    "corrections",
    "decisions",
    "delegation",
    "document_reads",
    "documents",
    "downloaded_lists",
    "facts",
    "frozen_bases",
    "grant_changes",
    "grant_routines",
    "import_batches",
    "incoming",
    "jobs",
    "kept_reports",
    "letters",
    "letting",
    "letting_kinds",
    "meetings",
    "metadata",
    "noted_faults",
    "outside_decisions",
    "own_templates",
    "payment_batches",
    "payments",
    "people",
    "quick_checks",
    "reclaims",
    "records",
    "registers",
    "registry_lists",
    "reports",
    "rescreening",
    "room_overlaps",
    "rounds",
    "rules",
    "samples",
    "schemes",
    "screenings",
    "sealed_reads",
    "second_factors",
    "special_reviews",
    "staged_files",
    "support_endings",
    "systems",
    "tips",
    "trail",
    "trail_anchors",
    "trail_checkpoints",
    "unused_money",
    "watches",
]
metadata = Base.metadata
BEFORE_TRAIL[:] = [rescreening.note_rescreening]
