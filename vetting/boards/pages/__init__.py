"""Boards: the pages."""
