"""Acts that return to the page of their case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from flask import url_for

from vetting.kernel.hooks import Hook
from vetting.web.forms import PostedForm
from vetting.web.page_actions import PageActions
from vetting.web.view_helpers import act_by_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint, Response

    from vetting.kernel.store.session import WritingSession

F = TypeVar("F", bound=PostedForm)
T = TypeVar("T")
CASE_PAGE: Final = Hook["Callable[[str, PostedForm | None], str]"]("the page of a case")
"""Renders the page of a case, by its number, with the form that was refused."""


def actions_of_case(blueprint: Blueprint) -> PageActions[str]:
    """Actions that return to the page of their case."""
    return PageActions(
        blueprint,
        "/arenden/<number>",
        page=lambda number, refused: CASE_PAGE.function(number, refused),  # noqa: PLW0108 - it is filled later
        onto=lambda number: url_for("cases.show", number=number),
    )


def act_on_case(
    number: str, form: F, work: Callable[[WritingSession], T], *, onto: str | Callable[[T], str] = ""
) -> Response:
    """One act in a case, and back to its page, or onto another."""
    return act_by_form(
        form,
        work,
        onto=onto or url_for("cases.show", number=number),
        again=lambda refused: CASE_PAGE.function(number, refused),
    )
