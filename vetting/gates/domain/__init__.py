"""Gates: what is decided here, pure."""
