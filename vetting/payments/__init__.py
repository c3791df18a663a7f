"""Payments, bank accounts, stops and reclaims."""
