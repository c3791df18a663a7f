"""Decisions: tables and their queries."""
