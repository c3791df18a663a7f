"""Cases: what is decided here, pure."""
