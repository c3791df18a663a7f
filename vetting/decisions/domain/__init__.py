"""Decisions: what is decided here, pure."""
