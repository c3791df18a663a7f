"""Acts of cases, of the reference group and of decisions: each one transaction."""
