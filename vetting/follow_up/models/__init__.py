"""Follow-up: the tables."""
