"""Forms of cases and of their acts, of the group and of decisions."""
