"""The main menu: at most seven entries for the visitor's roles, and the rest under *Mer*; only what they may open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from flask import request, url_for

from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Action, Role
from vetting.records.services.settings_changes import WATCHES
from vetting.web.access import RouteEntry
from vetting.web.translation import lazy_gettext as _l
from vetting.web.visitor import entry_to, visitor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.kernel.roles import Person

MOST: Final = 7
MENU_ENTRIES: Final = (
    ("today.show", _l("I dag")),
    ("quick_checks.show", _l("Snabbkoll")),
    ("deciding.index", _l("Att besluta")),
    ("cases.index", _l("Ansökningar")),
    ("rounds.index", _l("Omgångar")),
    ("meetings.index", _l("Möten")),
    ("bookings.index", _l("Bokningar")),
    ("associations.index", _l("Föreningar")),
    ("payments.index", _l("Utbetalningar")),
    ("reports.index", _l("Uppföljning")),
    ("payments.reclaims", _l("Återkrav")),
    ("overviews.show", _l("Översikt")),
    ("period_reports.index", _l("Rapporter")),
    ("registers.index", _l("Register")),
    ("versions.index", _l("Regler")),
    ("schemes.index", _l("Bidragsformer")),
    ("letting_kinds.index", _l("Uthyrningsformer")),
    ("people.index", _l("Personer")),
    ("watches.index", _l("Bevakningar")),
    ("registry.index", _l("Diarieföring")),
    ("letters.waiting", _l("Brev")),
    ("endings.index", _l("Avskrivningar")),
    ("due_items.index", _l("Frister")),
    ("imports.index", _l("Importera lista")),
    ("incoming.index", _l("Inkommet")),
    ("completions.index", _l("Kompletteringar")),
    ("special_reviews.index", _l("Fördjupade kontroller")),
    ("delegation.index", _l("Delegation")),
    ("rooms.index", _l("Lokaler")),
    ("letting.show", _l("Så lånas lokaler ut")),
    ("ways_of_working.show", _l("Så arbetar nämnden")),
    ("trail.index", _l("Spåret")),
    ("setup.show", _l("Kom igång")),
    ("trial.ask", _l("Prova en lista")),
)
"""Endpoint, name; in the menu's order."""
FIRST_OF: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.CASEWORKER: (
        "today.show",
        "cases.index",
        "rounds.index",
        "meetings.index",
        "bookings.index",
        "associations.index",
        "registers.index",
    ),
    Role.PREMISES: ("today.show", "quick_checks.show", "bookings.index", "rooms.index", "associations.index"),
    Role.GROUP_SECRETARY: ("today.show", "meetings.index", "cases.index"),
    Role.GROUP_MEMBER: ("today.show", "meetings.index", "cases.index"),
    Role.VBE_COORDINATOR: ("today.show", "meetings.index", "cases.index"),
    Role.DECISION_MAKER: ("today.show", "deciding.index", "cases.index", "registers.index"),
    Role.FINANCE: ("today.show", "payments.index", "payments.reclaims", "registers.index"),
    Role.MANAGER: (
        "today.show",
        "overviews.show",
        "cases.index",
        "bookings.index",
        "period_reports.index",
        "registers.index",
        "people.index",
    ),
    Role.REGISTRAR: ("today.show", "registry.index", "cases.index", "associations.index", "registers.index"),
    Role.AUDITOR: ("today.show", "cases.index", "registers.index", "payments.index"),
    Role.RULES_OWNER: ("today.show", "versions.index"),
    Role.ADMINISTRATOR: ("today.show", "setup.show", "people.index", "ways_of_working.show"),
}
"""What each role needs daily; the rest stands under *Mer*."""
PART_OF: Final = {
    "followed_associations": "reports",
    "samples": "reports",
    "activities": "reports",
    "grant_routines": "reports",
    "weeks": "bookings",
    "allocations": "rounds",
    "board_items": "rounds",
    "own_templates": "setup",
    "systems": "setup",
    "board_decisions": "rounds",
    "item_appeals": "rounds",
    "outside_decisions": "rounds",
    "budget_lines": "rounds",
}
"""Pages that stand under another's entry."""
OWN_PAGE: Final = frozenset({"payments.reclaims", "people.password"})
"""Pages that are an entry of their own, or none, not that of their module."""


class MenuEntry(NamedTuple):
    """One entry of the menu."""

    address: str
    name: str
    here: bool


class Menu(NamedTuple):
    """The menu: what stands in it, and what stands under *Mer*."""

    first: list[MenuEntry]
    more: list[MenuEntry]

    @property
    def more_here(self) -> bool:
        """Whether the page that is shown stands under *Mer*."""
        return any(entry.here for entry in self.more)


def menu() -> Menu:
    """The entries that are open to the visitor."""
    person = visitor()
    found = {
        endpoint: _entry(endpoint, str(name), person)
        for endpoint, name in MENU_ENTRIES
        if entry_to(endpoint, person) is RouteEntry.OPEN and not _out_of_place(endpoint, person)
    }
    daily = _daily(person, found)
    return Menu(
        [entry for endpoint, entry in found.items() if endpoint in daily],
        [entry for endpoint, entry in found.items() if endpoint not in daily],
    )


def _daily(person: Person | None, open_to: Mapping[str, MenuEntry]) -> frozenset[str]:
    """What a person's roles need daily, role by role until the menu is full; all of it where it is short."""
    if person is None or len(open_to) <= MOST:
        return frozenset(open_to)
    wanted = dict.fromkeys(
        endpoint for role in FIRST_OF if role in person.roles for endpoint in FIRST_OF[role] if endpoint in open_to
    )
    return frozenset(list(wanted)[:MOST])


def _entry(endpoint: str, name: str, person: Person | None) -> MenuEntry:
    return MenuEntry(url_for(_endpoint_of_entry(endpoint, person)), name, _is_here(endpoint))


def _is_here(endpoint: str) -> bool:
    shown = request.endpoint or ""
    if shown in OWN_PAGE or endpoint in OWN_PAGE:
        return shown == endpoint
    own = shown.split(".")[0]
    return PART_OF.get(own, own) == endpoint.split(".", maxsplit=1)[0]


def _endpoint_of_entry(endpoint: str, person: Person | None) -> str:
    """Where an entry leads: whoever sees to bookings only begins with the week."""
    return "weeks.nearest" if endpoint == "bookings.index" and _bookings_only(person) else endpoint


def _bookings_only(person: Person | None) -> bool:
    return person is not None and person.kinds(Action.READ_CASES) == (CaseKind.BOOKING,)


def _out_of_place(endpoint: str, person: Person | None) -> bool:
    """No applications for whoever sees bookings only, no group where there is none, settings for whoever sets them."""
    if person is None:
        return endpoint in {"letting.show", "rooms.index"}
    if endpoint == "ways_of_working.show":
        changes = person.may(Action.MANAGE_BOARD) or person.roles & WATCHES
        return not changes  # the others find it at the foot of every page
    if endpoint == "letting_kinds.index":
        return not person.may(Action.WRITE_RULES)  # the others find them under Rules
    if endpoint in {"letting.show", "rooms.index"}:
        return not (_bookings_only(person) or person.may(Action.MANAGE_BOARD))
    if endpoint == "delegation.index":
        theirs = (Action.MANAGE_BOARD, Action.DECIDE, Action.AGREE_PEOPLE)
        return not any(person.may(action) for action in theirs) or _bookings_only(person)
    not_theirs = endpoint in {"cases.index", "deciding.index", "endings.index"} and _bookings_only(person)
    return not_theirs or (endpoint == "meetings.index" and not person.with_group)
