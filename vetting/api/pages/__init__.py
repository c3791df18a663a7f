"""The interface itself, and the page where tokens are given."""
