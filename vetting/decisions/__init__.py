"""Deciding and what follows: hearing, letters, officer's reports, appeal and legal force."""
