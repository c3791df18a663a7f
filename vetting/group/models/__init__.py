"""Group: tables and their queries."""
