"""Follow-up: the pages."""
