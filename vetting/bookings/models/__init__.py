"""Bookings: tables and their queries."""
