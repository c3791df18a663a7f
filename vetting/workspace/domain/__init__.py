"""Office: what is decided here, pure."""
