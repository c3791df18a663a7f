"""Boards: what is decided here, pure."""
