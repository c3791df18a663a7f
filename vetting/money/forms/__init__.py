"""Forms of payments and of follow-up."""
