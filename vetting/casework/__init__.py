"""Applications and bookings as cases: received, screened, assessed, advised on, decided, and told of by letter."""
