"""Bookings: what is decided here, pure."""
