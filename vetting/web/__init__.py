"""Thin views: allow, form, service, answer. One file a noun."""
