"""Boards: what can be done: each act one transaction."""
