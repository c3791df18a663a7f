"""Rules: the pages."""
