"""Group: the pages."""
