"""Bookings: the pages."""
