"""The invented boards and their year."""
