"""The main menu: at most seven entries in the row and five under *Mer*, and the tabs of the entry that is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import request, url_for

from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Action, Role
from vetting.records.services.settings_changes import WATCHES
from vetting.web.access import RouteEntry
from vetting.web.translation import lazy_gettext as _l
from vetting.web.visitor import entry_to, visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from vetting.kernel.roles import Person

MOST: Final = 7
MOST_UNDER_MORE: Final = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A subject of the menu, with its pages as tabs.

    tabs: endpoint and name of its pages; the entry leads to the first that is open to the visitor.
    modules: what else stands under it, besides the modules of the tabs.
    """

    name: str
    tabs: Mapping[str, str]
    modules: Collection[str] = ()


ARRIVED_AND_WRITTEN: Final[Mapping[str, str]] = {
    "incoming.index": _l("Inkommet"),
    "completions.index": _l("Att begära"),
    "letters.waiting": _l("Att skicka"),
}
"""Mail and letters of applications and bookings: tabs of *Ansökningar*, and of *Bokningar* for premises staff."""
ENTRIES: Final[Mapping[str, Entry]] = {
    "today": Entry(
        _l("I dag"),
        {"today.show": _l("I dag"), "due_items.index": _l("Frister"), "watches.index": _l("Bevakningar")},
    ),
    "overview": Entry(_l("Översikt"), {"overviews.show": _l("Översikt"), "period_reports.index": _l("Rapporter")}),
    "deciding": Entry(_l("Att besluta"), {"deciding.index": _l("Att besluta")}),
    "cases": Entry(
        _l("Ansökningar"),
        {
            "cases.index": _l("Ansökningar"),
            **ARRIVED_AND_WRITTEN,
            "registry.index": _l("Att diarieföra"),
            "special_reviews.index": _l("Fördjupade kontroller"),
            "endings.index": _l("Avskrivningar"),
        },
    ),
    "rounds": Entry(
        _l("Omgångar"),
        {"rounds.index": _l("Omgångar")},
        ("allocations", "board_items", "board_decisions", "item_appeals", "outside_decisions", "budget_lines"),
    ),
    "meetings": Entry(_l("Möten"), {"meetings.index": _l("Möten")}),
    "bookings": Entry(
        _l("Bokningar"),
        {
            "bookings.index": _l("Bokningar"),
            "rooms.index": _l("Lokaler"),
            "letting.show": _l("Så lånas lokaler ut"),
            **ARRIVED_AND_WRITTEN,
        },
        ("weeks", "bookers"),
    ),
    "associations": Entry(_l("Föreningar"), {"associations.index": _l("Föreningar")}, ("quick_checks",)),
    "payments": Entry(_l("Utbetalningar"), {"payments.index": _l("Utbetalningar")}, ("payment_bases",)),
    "reclaims": Entry(_l("Återkrav"), {"payments.reclaims": _l("Återkrav")}),
    "follow_up": Entry(
        _l("Uppföljning"),
        {"reports.index": _l("Uppföljning")},
        ("followed_associations", "samples", "activities", "grant_routines"),
    ),
    "lists": Entry(_l("Läs in en lista"), {"imports.index": _l("Läs in en lista"), "trial.ask": _l("Prova en lista")}),
    "letting": Entry(_l("Så lånas lokaler ut"), {"letting.show": _l("Så lånas lokaler ut")}),
    "rules": Entry(
        _l("Regler och former"),
        {
            "versions.index": _l("Regler"),
            "schemes.index": _l("Bidragsformer"),
            "letting_kinds.index": _l("Uthyrningsformer"),
        },
        ("drafts", "draft_cases", "draft_forms", "draft_parts", "draft_trials", "library_search"),
    ),
    "registers": Entry(_l("Register"), {"registers.index": _l("Register"), "trail.index": _l("Spåret")}),
    "settings": Entry(
        _l("Nämndens inställningar"),
        {
            "ways_of_working.show": _l("Så arbetar nämnden"),
            "setup.show": _l("Kom igång"),
            "people.index": _l("Personer"),
            "delegation.index": _l("Delegation"),
            "own_templates.show": _l("Mallar"),
            "personal_data.show": _l("Personuppgifter"),
            "systems.show": _l("Andra system"),
        },
    ),
}
"""In the menu's order."""
GROUPS: Final = (
    (_l("Ärenden"), ("deciding", "cases", "rounds", "meetings", "bookings", "associations")),
    (_l("Pengar"), ("payments", "reclaims", "follow_up")),
    (_l("Underlag och regler"), ("lists", "rules", "overview", "registers")),
)
"""How the entries under *Mer* are grouped."""
FOLDED: Final = {"follow_up": "payments", "lists": "cases", "reclaims": "payments", "overview": "registers"}
"""Where the menu is too long these become tabs of another entry, in this order."""
FIRST_OF: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.CASEWORKER: ("today", "cases", "rounds", "meetings", "bookings", "associations", "registers"),
    Role.PREMISES: ("today", "bookings", "associations", "lists", "letting"),
    Role.GROUP_SECRETARY: ("today", "meetings", "cases"),
    Role.GROUP_MEMBER: ("today", "meetings", "cases"),
    Role.VBE_COORDINATOR: ("today", "meetings", "cases"),
    Role.DECISION_MAKER: ("today", "deciding", "registers"),
    Role.FINANCE: ("today", "payments", "reclaims", "registers"),
    Role.MANAGER: ("today", "overview", "cases", "deciding", "rounds", "bookings", "registers"),
    Role.REGISTRAR: ("today", "cases", "associations", "registers"),
    Role.AUDITOR: ("today", "cases", "payments", "registers"),
    Role.RULES_OWNER: ("today", "rules"),
    Role.ADMINISTRATOR: ("today", "settings", "bookings"),
}
"""The entries in the row for each role; other open entries stand under *Mer*."""
NOTHING_ELSE: Final = frozenset({Role.DECISION_MAKER, Role.PREMISES})
"""Roles for whom the menu ends there: all else is reached from it."""
OF_A_ROLE: Final = frozenset({"letting", "settings"})
"""Entries only for the roles that need them daily: the others find them as a tab and under their name."""
OF_ONE_PAGE: Final = {"payments.reclaims": "reclaims", "people.password": ""}
"""Pages under another entry than their module's, or under none."""


class Link(NamedTuple):
    """An entry or a tab: its address, its name, and whether the page that is shown belongs to it."""

    address: str
    name: str
    here: bool


class Menu(NamedTuple):
    """The menu: what stands in it, what stands under *Mer* by group, and the tabs of the open entry."""

    first: list[Link]
    more: list[tuple[str, list[Link]]]
    tabs: list[Link]
    settings: Link | None

    @property
    def more_here(self) -> bool:
        """Whether the page that is shown stands under *Mer*."""
        return any(entry.here for _group, entries in self.more for entry in entries)


class MenuLayout(NamedTuple):
    """Which entries stand in the row and which under *Mer*, and the tabs of each: endpoint and name."""

    row: list[str]
    more: list[str]
    tabs: dict[str, dict[str, str]]


def menu() -> Menu:
    """The entries that are open to the visitor."""
    person = visitor()
    found = layout(person, {key: tabs for key in ENTRIES if (tabs := _open_tabs(key, person))})
    here = _here(found)
    links = {key: _link(key, tabs, here, person) for key, tabs in found.tabs.items()}
    return Menu(
        [links[key] for key in found.row],
        [(str(group), more) for group, keys in GROUPS if (more := [links[key] for key in keys if key in found.more])],
        _tabs_here(found.tabs.get(here, {}), person),
        links.get("settings"),
    )


def layout(person: Person | None, open_to: Mapping[str, Mapping[str, str]]) -> MenuLayout:
    """The menu of a person to whom these entries and tabs are open."""
    shown = _entries_of(person, open_to)
    tabs = {key: dict(found) for key, found in open_to.items()}
    for key, into in FOLDED.items():
        if key in tabs and key not in shown and into in shown:
            tabs[into] |= tabs[key]
    row = _row(person, shown)
    return MenuLayout(row, [key for key in ENTRIES if key in shown and key not in row], tabs)


def _open_tabs(key: str, person: Person | None) -> dict[str, str]:
    """The pages of an entry that are open to a person, without those that they find elsewhere."""
    return {
        endpoint: name
        for endpoint, name in ENTRIES[key].tabs.items()
        if entry_to(endpoint, person) is RouteEntry.OPEN and not _out_of_place(key, endpoint, person)
    }


def _entries_of(person: Person | None, open_to: Collection[str]) -> set[str]:
    """The entries of a person's menu: fewer where others can hold them and the menu would be too long."""
    if person is None:
        return set(open_to)
    needed = {key for role in person.roles for key in FIRST_OF[role]}
    shown = {key for key in open_to if key in needed or not (key in OF_A_ROLE or person.roles <= NOTHING_ELSE)}
    if len(shown) > MOST:
        shown -= OF_A_ROLE
    rare = sorted((key for key in FOLDED if key in shown), key=needed.__contains__)
    shorter = [shown - set(rare[:number]) for number in range(len(rare) + 1)]
    calm = [keys for keys in shorter if len(keys) <= MOST and keys >= shown & needed]
    return next(iter(calm), next(keys for keys in shorter if len(keys) <= MOST + MOST_UNDER_MORE))


def _row(person: Person | None, shown: Collection[str]) -> list[str]:
    """The entries in the row: those of the person's roles, role by role, then the others until seven are found."""
    roles = [role for role in FIRST_OF if person is not None and role in person.roles]
    wanted = dict.fromkeys([key for role in roles for key in FIRST_OF[role]] + sorted(ENTRIES, key=FOLDED.__contains__))
    row = [key for key in wanted if key in shown][:MOST]
    return [key for key in ENTRIES if key in row]


def _here(found: MenuLayout) -> str:
    """The entry that the page which is shown belongs to; empty for none."""
    page = request.endpoint or ""
    shown = {*found.row, *found.more}
    for key in sorted(found.tabs, key=shown.__contains__, reverse=True):  # what is folded into another stands there
        if page in found.tabs[key]:
            return key
    if page in OF_ONE_PAGE:
        return OF_ONE_PAGE[page]
    module = page.partition(".")[0]
    own = next((key for key in found.tabs if module in _modules(ENTRIES[key])), "")
    return own if own in shown else FOLDED.get(own, own)


def _modules(entry: Entry) -> Iterable[str]:
    return {*entry.modules, *(endpoint.partition(".")[0] for endpoint in entry.tabs if endpoint not in OF_ONE_PAGE)}


def _link(key: str, tabs: Mapping[str, str], here: str, person: Person | None) -> Link:
    """An entry; one whose own page is closed to the person is named by the first that is open."""
    endpoint, name = next(iter(tabs.items()))
    entry = ENTRIES[key]
    own = endpoint == next(iter(entry.tabs))
    return Link(url_for(_place(endpoint, person)), str(entry.name if own else name), key == here)


def _tabs_here(tabs: Mapping[str, str], person: Person | None) -> list[Link]:
    """The tabs of the open entry, on its own pages only: a page below them has its path instead."""
    shown = "bookings.index" if request.endpoint == "weeks.show" and _bookings_only(person) else request.endpoint
    if shown not in tabs or len(tabs) == 1:
        return []
    return [Link(url_for(_place(endpoint, person)), str(name), endpoint == shown) for endpoint, name in tabs.items()]


def _place(endpoint: str, person: Person | None) -> str:
    """Where an entry leads: whoever sees to bookings only begins with the week."""
    return "weeks.nearest" if endpoint == "bookings.index" and _bookings_only(person) else endpoint


def _bookings_only(person: Person | None) -> bool:
    return person is not None and person.kinds(Action.READ_CASES) == (CaseKind.BOOKING,)


def _out_of_place(key: str, endpoint: str, person: Person | None) -> bool:
    """No applications for whoever sees bookings only, no group where there is none, settings for whoever sets them."""
    if person is None:
        return endpoint != "trial.ask"
    if key == "bookings" and endpoint in ARRIVED_AND_WRITTEN:
        return not _bookings_only(person)
    if key == "bookings" and endpoint == "letting.show":
        return _bookings_only(person) or entry_to("bookings.index", person) is not RouteEntry.OPEN
    if endpoint in FOR_WHOM:
        return not FOR_WHOM[endpoint](person)
    return key in {"cases", "deciding"} and _bookings_only(person)


def _sets_or_watches(person: Person) -> bool:
    return person.may(Action.MANAGE_BOARD) or bool(person.roles & WATCHES)


def _delegates(person: Person) -> bool:
    theirs = (Action.MANAGE_BOARD, Action.DECIDE, Action.AGREE_PEOPLE)
    return any(person.may(action) for action in theirs) and not _bookings_only(person)


FOR_WHOM: Final[Mapping[str, Callable[[Person], bool]]] = {
    "meetings.index": lambda person: person.with_group,
    "trial.ask": lambda person: person.may(Action.WRITE_RULES) or entry_to("imports.index", person) is RouteEntry.OPEN,
    "letting_kinds.index": lambda person: person.may(Action.WRITE_RULES),
    "rooms.index": lambda person: _bookings_only(person) or person.may(Action.MANAGE_BOARD),
    "own_templates.show": _sets_or_watches,
    "systems.show": _sets_or_watches,
    "delegation.index": _delegates,
}
"""Pages that more may open than have them in their menu: the others come there from the pages that use them."""
