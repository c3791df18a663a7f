"""Associations: what is decided here, pure."""
