"""Figures of a board: what it reports, its overview with pictures, each figure with the cases behind it."""
