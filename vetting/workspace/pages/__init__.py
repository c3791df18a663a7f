"""Office: the pages."""
