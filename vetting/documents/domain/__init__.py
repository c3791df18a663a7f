"""Documents: what is decided here, pure."""
