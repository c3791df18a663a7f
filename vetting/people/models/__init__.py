"""Boards: tables and their queries."""
