"""Imports: what is decided here, pure."""
