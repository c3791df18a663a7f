"""Alembic's steps, and the command that takes them."""
