"""The quick checks of `make test` and `make check`, one after another; all are run, any red one fails."""

from __future__ import annotations

import subprocess
import sys

CHECKS = (
    "ruff check --quiet .",
    "ruff format --check --quiet .",
    "mypy",
    "lint-imports --no-logo",
    "djlint templates --lint --quiet",
)


def main() -> int:
    """Runs every check; 1 when one of them is red."""
    red = [command for command in CHECKS if subprocess.run(command.split(), check=False).returncode]
    for command in red:
        sys.stderr.write(f"red: {command}\n")
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main())
