"""Acts of the sharing, of the item and of the decision: each one transaction."""
