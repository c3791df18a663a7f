"""`python -m vetting` is the command `vetting`."""

from vetting.operations.cli import run

run()
