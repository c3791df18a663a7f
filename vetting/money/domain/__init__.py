"""Payments: what is decided here, pure."""
