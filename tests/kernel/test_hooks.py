"""Hooks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vetting.kernel.hooks import Hook


def test_hook_that_nothing_fills_is_an_error() -> None:
    hook = Hook[Callable[[int], int]]("double")
    with pytest.raises(LookupError, match="double"):
        _ = hook.function


def test_filled_hook_gives_its_function() -> None:
    hook = Hook[Callable[[int], int]]("double")
    hook.fill(lambda number: number * 2)
    assert hook.function(21) == 42
