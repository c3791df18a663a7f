"""Running the program: commands, background jobs, the database with its backups, the demonstration."""
