"""The quick checks of `make test` and `make check`, beside each other; all are run, any red one fails."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

CHECKS = (
    "mypy",
    "ruff check --quiet .",
    "ruff format --check --quiet .",
    "lint-imports --no-logo",
    "djlint templates --lint --quiet",
)


def main() -> int:
    """Runs every check and tells what each said, in their order; 1 when one of them is red."""
    with ThreadPoolExecutor(max_workers=2) as two_at_a_time:
        checked = list(two_at_a_time.map(_run, CHECKS))
    for command, said, red in checked:
        sys.stdout.write(said)
        if red:
            sys.stderr.write(f"red: {command}\n")
    return 1 if any(red for _command, _said, red in checked) else 0


def _run(command: str) -> tuple[str, str, bool]:
    done = subprocess.run(
        command.split(), check=False, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return command, done.stdout, done.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
