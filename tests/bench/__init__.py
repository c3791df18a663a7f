"""Benchmarks: ratios against bare work in the same run, printed, never judged."""
