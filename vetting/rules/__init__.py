"""A board's rules: read, written, tried, published, and how cases move between versions."""
