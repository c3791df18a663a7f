"""What must have happened before a case is decided, paid and closed."""
