"""Acts of payments, reclaims, reports and samples: each one transaction."""
