"""Rooms, letting, weeks of bookings, deviations, rescission."""
