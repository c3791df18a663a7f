"""Cases: tables and their queries."""
