"""Decisions: the pages."""
