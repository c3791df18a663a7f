"""Documents: the pages."""
