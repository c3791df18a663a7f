"""Rules: what is decided here, pure."""
