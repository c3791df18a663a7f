"""Group: what is decided here, pure."""
