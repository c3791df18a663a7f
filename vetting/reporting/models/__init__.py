"""Questions to the records, and what was reported."""
