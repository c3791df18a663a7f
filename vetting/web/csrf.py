"""Protection of every form against requests forged by other sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf.csrf import CSRFError, CSRFProtect

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["CSRFError", "protect"]


def protect(app: Flask) -> None:
    """Checks the token of every POST; there are no exceptions."""
    CSRFProtect(app)
