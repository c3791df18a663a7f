"""Protection of every form against requests forged by other sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app
from flask_wtf.csrf import CSRFError, CSRFProtect

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["CSRFError", "has_valid_token", "protect_forms"]


def protect_forms(app: Flask) -> None:
    """Checks the token of every POST; there are no exceptions."""
    CSRFProtect(app)


def has_valid_token() -> bool:
    """Whether the posted form is one that this browser got from us."""
    guard: CSRFProtect = current_app.extensions["csrf"]
    try:
        guard.protect()
    except CSRFError:
        return False
    return True
