"""Imports: tables and their queries."""
