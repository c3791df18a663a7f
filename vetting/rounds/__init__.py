"""Sharing out a round: the table of proposals, the item to the board, its decision and what becomes of it."""
