"""Every page in every width, colour and language: axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import address, browser
from tests.browser.people import violations
from tests.browser.shots import SHOTS
from tests.browser.test_trial_pages import page, shown

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["address", "browser", "page"]
CROSS = list(product(SHOTS, (320, 390, 768, 1280, 1920), ("light", "dark"), ("sv", "en")))


@pytest.mark.soak
@pytest.mark.parametrize(("name", "width", "colours", "language"), CROSS)
def test_the_page_holds(page: Page, address: str, name: str, width: int, colours: str, language: str) -> None:
    shown(page, address, name, width, colours, language)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
