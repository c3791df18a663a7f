"""Imports: the pages."""
