"""Applications and bookings as cases: received, screened, assessed, completed."""
