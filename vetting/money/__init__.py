"""Payments, bank accounts, stops, reclaims, grant reports and follow-up."""
