"""All tables together: their steps between versions, backups."""
