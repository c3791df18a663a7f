"""Pages of sharing out, of items and decisions of the board, of grant schemes and budget lines."""
