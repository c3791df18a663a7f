"""What every field stands on: texts, problems, money, days, roles, and the store's session and trail."""
