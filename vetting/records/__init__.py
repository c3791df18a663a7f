"""The public records: diary, disclosure, the audit log as a page."""
