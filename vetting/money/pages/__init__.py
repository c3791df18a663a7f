"""The pages of payments, their bases and reclaims."""
