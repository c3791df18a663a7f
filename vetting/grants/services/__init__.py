"""What is done with grant schemes and rounds."""
