"""Actions of a page: each is a form that is posted below the page's address, and the service that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from vetting.web.forms import PostedForm
from vetting.web.view_helpers import act_by_form, posted_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint, Response

    from vetting.kernel.store.session import WritingSession

F = TypeVar("F", bound=PostedForm)
K = TypeVar("K", int, str)
T = TypeVar("T")


class PageActions(Generic[K]):
    """Actions of a page about one thing, named by a key in the address.

    address: ends in its converter, as "/aterkrav/<reclaim_number>". page: renders the page with the form that was
    refused. onto: where to when it is done.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        address: str,
        *,
        page: Callable[[K, PostedForm | None], str],
        onto: Callable[[K], str],
    ) -> None:
        self.blueprint = blueprint
        self.address = address
        self.page: Callable[[K, PostedForm | None], str] = page
        self.onto: Callable[[K], str] = onto

    def add(
        self,
        name: str,
        path: str,
        form_type: type[F],
        work: Callable[[WritingSession, F, K], T],
        *,
        key: str = "",
        onto: Callable[[T], str] | None = None,
    ) -> None:
        """Adds the action `name` at the page's address and `path`.

        key: prefix of the ids of the form's fields, the same as where the page draws it; {} is the key of the address.
        onto: where to, where that depends on what was done.
        """

        def view(**parts: K) -> Response:
            [value] = parts.values()
            form = posted_form(form_type, key=key.format(value))
            return self._act(form, lambda session: work(session, form, value), value, onto)

        self.blueprint.add_url_rule(self.address + path, name, view, methods=("POST",))

    def add_of_row(
        self,
        name: str,
        path: str,
        form_type: type[F],
        work: Callable[[WritingSession, F, K, int], T],
        *,
        key: str = "",
        onto: Callable[[T], str] | None = None,
    ) -> None:
        """Adds an action about a row of the page, its id in `path`; {0} and {1} in key: of the page, of the row."""

        def view(**parts: K) -> Response:
            value, row = parts.values()
            form = posted_form(form_type, key=key.format(value, row))
            return self._act(form, lambda session: work(session, form, value, int(row)), value, onto)

        self.blueprint.add_url_rule(self.address + path, name, view, methods=("POST",))

    def _act(self, form: F, work: Callable[[WritingSession], T], value: K, onto: Callable[[T], str] | None) -> Response:
        return act_by_form(form, work, onto=onto or self.onto(value), again=lambda refused: self.page(value, refused))


class SinglePageActions:
    """Actions of a page that there is one of. page, onto: as of `PageActions`."""

    def __init__(
        self, blueprint: Blueprint, *, page: Callable[[PostedForm | None], str], onto: Callable[[], str]
    ) -> None:
        self.blueprint, self.page, self.onto = blueprint, page, onto

    def add(
        self, name: str, address: str, form_type: type[F], work: Callable[[WritingSession, F], object], *, key: str = ""
    ) -> None:
        """Adds the action `name` at an address. key: prefix of the ids of the form's fields."""

        def view() -> Response:
            form = posted_form(form_type, key=key)
            return act_by_form(form, lambda session: work(session, form), onto=self.onto(), again=self.page)

        self.blueprint.add_url_rule(address, name, view, methods=("POST",))
