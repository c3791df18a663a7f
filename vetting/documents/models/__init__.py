"""Documents: tables and their queries."""
