"""Rounds of grants."""
