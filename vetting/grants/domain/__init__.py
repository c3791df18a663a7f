"""What is decided of a round: its days."""
