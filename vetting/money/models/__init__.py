"""Payments, their bases, and reclaims as they are kept."""
