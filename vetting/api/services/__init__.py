"""Tokens given and ended; what a system sends taken in once."""
