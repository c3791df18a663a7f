"""The pages of grant schemes and rounds."""
