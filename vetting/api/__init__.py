"""Other systems: an e-service that sends applications, a booking system that asks, each by a token of its own."""
