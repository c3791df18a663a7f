"""Figures of a board: what it reports, its overview with pictures, each figure with the cases behind it."""

from vetting.reporting.services.association_years import REPORT_STATE_WORDS, association_years

__all__ = ["REPORT_STATE_WORDS", "association_years"]
