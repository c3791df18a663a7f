"""The public records: diary, disclosure, the audit log as a page."""

from vetting.records.services.registry import count_since_last, count_without_number
from vetting.records.services.settings_changes import WATCHES, count_recent_changes, recent_changes
from vetting.records.services.trail_pages import note_read, unusual_readers

__all__ = [
    "WATCHES",
    "count_recent_changes",
    "count_since_last",
    "count_without_number",
    "note_read",
    "recent_changes",
    "unusual_readers",
]
