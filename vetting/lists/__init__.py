"""Lists handed in: columns, rows, confirmed, undone, out and back."""
