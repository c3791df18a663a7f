"""Associations: tables and their queries."""
