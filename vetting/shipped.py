"""Where templates, rules, imports, help and server files lie: at the repository's root, or in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped_folder(folder: str) -> Path:
    """The folder `templates`, `rules`, `imports`, `docs/user` or `deploy`.

    The repository's own folder goes first: an editable install may leave a stale copy behind.
    """
    at_root = _PACKAGE.parent / folder
    if (_PACKAGE.parent / "pyproject.toml").is_file() and at_root.is_dir():
        return at_root
    return _PACKAGE / "_shipped" / folder
