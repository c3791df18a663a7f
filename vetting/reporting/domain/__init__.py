"""Periods, tallies, masks, sentences and pictures; pure."""
