"""The main menu: only what this visitor may open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from flask import request, url_for

from vetting.boards.services.order_changes import WATCHES
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Action
from vetting.web.access import RouteEntry
from vetting.web.translation import lazy_gettext as _l
from vetting.web.visitor import entry_to, visitor

if TYPE_CHECKING:
    from vetting.kernel.roles import Person

MENU_ENTRIES: Final = (
    ("quick_checks.show", _l("Snabbkoll")),
    ("cases.index", _l("Ansökningar")),
    ("bookings.index", _l("Bokningar")),
    ("associations.index", _l("Föreningar")),
    ("grants.index", _l("Omgångar")),
    ("imports.index", _l("Import")),
    ("meetings.index", _l("Referensgruppen")),
    ("deciding.index", _l("Att besluta")),
    ("calendars.index", _l("Frister")),
    ("special_reviews.index", _l("Fördjupade kontroller")),
    ("payments.index", _l("Utbetalningar")),
    ("registers.index", _l("Register")),
    ("versions.index", _l("Regler")),
    ("people.index", _l("Personer")),
    ("delegation.index", _l("Delegation")),
    ("ways_of_working.show", _l("Så arbetar nämnden")),
    ("setup.show", _l("Kom igång")),
    ("board_notices.index", _l("Överenskommelser")),
    ("trial.ask", _l("Prova en lista")),
)
"""Endpoint, name; in the menu's order."""


PART_OF: Final = {"weeks": "bookings"}
"""Pages that stand under another's entry."""


class MenuEntry(NamedTuple):
    """One entry of the menu."""

    address: str
    name: str
    here: bool


def menu_entries() -> list[MenuEntry]:
    """The entries that are open to the visitor."""
    own = (request.endpoint or "").split(".")[0]
    person = visitor()
    return [
        MenuEntry(
            url_for(_endpoint_of_entry(endpoint, person)), str(name), PART_OF.get(own, own) == endpoint.split(".")[0]
        )
        for endpoint, name in MENU_ENTRIES
        if entry_to(endpoint, person) is RouteEntry.OPEN and not _out_of_place(endpoint, person)
    ]


def _endpoint_of_entry(endpoint: str, person: Person | None) -> str:
    """Where an entry leads: whoever sees to bookings only begins with the week."""
    return "weeks.nearest" if endpoint == "bookings.index" and _bookings_only(person) else endpoint


def _bookings_only(person: Person | None) -> bool:
    return person is not None and person.kinds(Action.READ_CASES) == (CaseKind.BOOKING,)


def _out_of_place(endpoint: str, person: Person | None) -> bool:
    """No applications for whoever sees bookings only, no group where there is none, settings for whoever sets them."""
    if person is None:
        return False
    if endpoint == "ways_of_working.show":
        changes = person.may(Action.MANAGE_BOARD) or person.roles & WATCHES
        return not changes  # the others find it at the foot of every page
    if endpoint == "delegation.index":
        return not (person.may(Action.MANAGE_BOARD) or person.may(Action.DECIDE)) or _bookings_only(person)
    not_theirs = endpoint in {"cases.index", "deciding.index"} and _bookings_only(person)
    return not_theirs or (endpoint == "meetings.index" and not person.with_group)
