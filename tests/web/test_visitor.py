"""Visitors."""

from __future__ import annotations

from datetime import timedelta

from tests.factories import NOW
from vetting.web.visitor import FRESH, is_fresh


def test_a_proof_is_fresh_for_a_quarter_of_an_hour() -> None:
    assert is_fresh(NOW, NOW + FRESH)
    assert not is_fresh(NOW, NOW + FRESH + timedelta(seconds=1))
