"""What is kept of grant schemes and rounds."""
