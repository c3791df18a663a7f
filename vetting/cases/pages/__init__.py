"""Cases: the pages."""
