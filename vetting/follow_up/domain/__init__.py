"""Follow-up: what is decided here, pure."""
