"""The reference group and other advice: meetings, conflicts of interest, special reviews."""
