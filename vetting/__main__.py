"""`python -m vetting` is the command `vetting`."""

from vetting.cli import run

run()
