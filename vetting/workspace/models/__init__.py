"""Office: tables and their queries."""
