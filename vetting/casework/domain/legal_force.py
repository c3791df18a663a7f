"""What happens to a decision after it is made: announced, appealed, in force, upheld or quashed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _, same_in_both
from vetting.kernel.text import day_in_words as day_words
from vetting.kernel.working_days import APPEAL_DAYS, DAY, deadline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class DecisionEventKind(StrEnum):
    """What can be noted about a decision. Nothing of it is ever changed; a mistake is noted anew."""

    SENT = "sent"
    ANNOUNCED = "announced"
    REPORTED = "reported"
    APPEALED = "appealed"
    INHIBITED = "inhibited"
    INHIBITION_LIFTED = "inhibition_lifted"
    APPEAL_ENDED = "appeal_ended"
    UPHELD = "upheld"
    QUASHED = "quashed"


COURT_EVENTS: Final = frozenset(
    {
        DecisionEventKind.APPEALED,
        DecisionEventKind.INHIBITED,
        DecisionEventKind.INHIBITION_LIFTED,
        DecisionEventKind.APPEAL_ENDED,
        DecisionEventKind.UPHELD,
        DecisionEventKind.QUASHED,
    }
)
"""What comes in of an appeal."""
DECISION_EVENT_WORDS: Final[Mapping[DecisionEventKind, Words]] = {
    DecisionEventKind.SENT: _("Beslutet är skickat"),
    DecisionEventKind.ANNOUNCED: _("Tillkännagivet på anslagstavlan"),
    DecisionEventKind.REPORTED: _("Anmält till nämnden"),
    DecisionEventKind.APPEALED: _("Överklagat"),
    DecisionEventKind.INHIBITED: _("Domstolen har stoppat verkställigheten"),
    DecisionEventKind.INHIBITION_LIFTED: _("Stoppet av verkställigheten är hävt"),
    DecisionEventKind.APPEAL_ENDED: _("Överklagandet återkallat eller avvisat"),
    DecisionEventKind.UPHELD: _("Domstolen ändrade inte beslutet"),
    DecisionEventKind.QUASHED: _("Domstolen upphävde beslutet"),
}


class AppealClock(StrEnum):
    """From which notice the time to appeal a decision is counted (13 kap. 5 § kommunallagen)."""

    OWN_NOTICE = "own_notice"
    """The notice of the minutes in which it was made: the board's, a committee's; or of the special record."""
    AFTER_REPORT = "after_report"
    """A single delegate's or the chair's: the notice of the minutes in which it was reported to the board."""
    NONE = "none"
    """Execution, tabled, sent back: it cannot be appealed and gains no force."""


class DecisionForce(StrEnum):
    """Where a decision stands."""

    NO_FORCE = "no_force"
    NOT_REPORTED = "not_reported"
    NOT_ANNOUNCED = "not_announced"
    APPEAL_RUNNING = "appeal_running"
    IN_FORCE = "in_force"
    APPEALED = "appealed"
    UPHELD = "upheld"
    QUASHED = "quashed"


FORCE_WORDS: Final[Mapping[DecisionForce, Words]] = {
    DecisionForce.NO_FORCE: _("Kan inte överklagas"),
    DecisionForce.NOT_REPORTED: _("Inte anmält till nämnden"),
    DecisionForce.NOT_ANNOUNCED: _("Inte tillkännagivet"),
    DecisionForce.APPEAL_RUNNING: _("Överklagandetiden löper"),
    DecisionForce.IN_FORCE: _("Laga kraft"),
    DecisionForce.APPEALED: _("Överklagat"),
    DecisionForce.UPHELD: _("Fastställt av domstol"),
    DecisionForce.QUASHED: _("Upphävt"),
}
BINDING: Final = frozenset({DecisionForce.IN_FORCE, DecisionForce.UPHELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEventFact:
    """One thing that happened to a decision, on a day."""

    what: DecisionEventKind
    on: date
    court: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionStatus:
    """Where a decision stands on a day."""

    force: DecisionForce
    appeal_ends: date | None = None
    in_force_on: date | None = None
    """The first day after the time to appeal, or the day of the court's last word."""
    inhibited: bool = False
    court: str = ""
    number: str = ""

    @property
    def binding(self) -> bool:
        """Whether nothing can change it any more on the ordinary road, and no court holds it."""
        return self.force in BINDING and not self.inhibited


def appeal_ends(announced_on: date) -> date:
    """The last day to appeal."""
    return deadline(announced_on, APPEAL_DAYS)


def decision_status(
    events: Sequence[DecisionEventFact], on: date, clock: AppealClock = AppealClock.OWN_NOTICE
) -> DecisionStatus:
    """Where a decision stands that day by what has been noted, in the order it was noted.

    clock: what starts the time to appeal it. A notice before the report to the board starts nothing for a delegate's.
    """
    reported = min(
        (event.on for event in events if event.what is DecisionEventKind.REPORTED and event.on <= on), default=None
    )
    unheard = clock is AppealClock.AFTER_REPORT and reported is None
    begin = {AppealClock.NONE: DecisionForce.NO_FORCE}.get(
        clock, DecisionForce.NOT_REPORTED if unheard else DecisionForce.NOT_ANNOUNCED
    )
    force, ends, since = begin, None, None
    inhibited, court, number = False, "", ""
    running: list[DecisionEventFact] = []
    for event in _counting(events, on, clock, reported):
        running = _running_after(running, event)
        match event.what:
            case DecisionEventKind.ANNOUNCED:
                ends = appeal_ends(event.on)
                force = DecisionForce.APPEAL_RUNNING if force is DecisionForce.NOT_ANNOUNCED else force
            case DecisionEventKind.APPEALED:
                force, court, number, since = DecisionForce.APPEALED, event.court, event.number, None
            case DecisionEventKind.INHIBITED:
                inhibited = True
            case DecisionEventKind.INHIBITION_LIFTED:
                inhibited = False
            case DecisionEventKind.UPHELD | DecisionEventKind.APPEAL_ENDED if running:  # another appeal is not settled
                force, court, number = DecisionForce.APPEALED, running[-1].court, running[-1].number
            case DecisionEventKind.UPHELD:
                force, inhibited, since = DecisionForce.UPHELD, False, event.on
            case DecisionEventKind.QUASHED:
                force, inhibited, since = DecisionForce.QUASHED, False, event.on
            case DecisionEventKind.APPEAL_ENDED:
                force, inhibited = DecisionForce.APPEAL_RUNNING if ends else begin, False
            case DecisionEventKind.SENT | DecisionEventKind.REPORTED:
                pass
    if force is DecisionForce.APPEAL_RUNNING and ends is not None and on > ends:
        force, since = DecisionForce.IN_FORCE, ends + DAY
    return DecisionStatus(
        force=force, appeal_ends=ends, in_force_on=since, inhibited=inhibited, court=court, number=number
    )


def _running_after(running: Sequence[DecisionEventFact], event: DecisionEventFact) -> list[DecisionEventFact]:
    """The appeals that run after something has happened; where a court's word names none of them, none does."""
    match event.what:
        case DecisionEventKind.APPEALED:
            return [*running, event]
        case DecisionEventKind.QUASHED:
            return []
        case DecisionEventKind.UPHELD | DecisionEventKind.APPEAL_ENDED:
            others = [one for one in running if (one.court, one.number) != (event.court, event.number)]
            return others if len(others) < len(running) else []
        case _:
            return list(running)


def running_appeals(events: Sequence[DecisionEventFact]) -> set[tuple[str, str]]:
    """(court, number) of the appeals that no court has settled."""
    running: list[DecisionEventFact] = []
    for event in events:
        running = _running_after(running, event)
    return {(one.court, one.number) for one in running}


def _counting(
    events: Sequence[DecisionEventFact], on: date, clock: AppealClock, reported: date | None
) -> list[DecisionEventFact]:
    """What has happened by a day, without notices that start no time."""
    first = {AppealClock.NONE: None, AppealClock.OWN_NOTICE: date.min, AppealClock.AFTER_REPORT: reported}[clock]
    return [
        event
        for event in events
        if event.on <= on
        and (event.what is not DecisionEventKind.ANNOUNCED or (first is not None and event.on >= first))
    ]


_NEEDS_APPEAL: Final = frozenset(
    {
        DecisionEventKind.INHIBITED,
        DecisionEventKind.INHIBITION_LIFTED,
        DecisionEventKind.UPHELD,
        DecisionEventKind.QUASHED,
        DecisionEventKind.APPEAL_ENDED,
    }
)
_ONCE: Final = frozenset({DecisionEventKind.ANNOUNCED, DecisionEventKind.REPORTED})


_NEEDS_FORCE: Final = frozenset({DecisionEventKind.ANNOUNCED, DecisionEventKind.APPEALED})


def wrong_with(
    events: Sequence[DecisionEventFact],
    new: DecisionEventFact,
    *,
    decided_on: date,
    today: date,
    clock: AppealClock = AppealClock.OWN_NOTICE,
) -> list[Problem]:
    """Why something cannot have happened to a decision, given what is noted already."""
    now = decision_status(events, today, clock)
    last = max((event.on for event in events), default=decided_on)
    found = []
    if new.on > today or new.on < decided_on:
        found.append(Problem("on", _("Dagen ligger före beslutet eller i framtiden."), _("Rätta datumet.")))
    elif (
        new.what in _NEEDS_APPEAL | {DecisionEventKind.APPEALED}
        and new.on < last
        and new.what is not DecisionEventKind.APPEALED
    ):
        found.append(
            Problem(
                "on",
                _("Dagen ligger före det som antecknades senast: ") + day_words(last) + same_in_both("."),
                _("Rätta datumet."),
            )
        )
    if new.what in _NEEDS_APPEAL and now.force is not DecisionForce.APPEALED:
        found.append(Problem("what", _("Beslutet är inte överklagat."), _("Anteckna överklagandet först.")))
    again = (new.court, new.number) in running_appeals(events)
    if new.what is DecisionEventKind.APPEALED and (again or now.force is DecisionForce.QUASHED):
        found.append(Problem("what", _("Beslutet är redan överklagat eller upphävt."), _("Se vad som är antecknat.")))
    if new.what is DecisionEventKind.APPEALED and not (new.court.strip() and new.number.strip()):
        found.append(Problem("court", _("Domstol eller målnummer saknas."), _("Skriv båda.")))
    if new.what in _NEEDS_FORCE and clock is AppealClock.NONE:
        found.append(
            Problem(
                "what", _("Åtgärden är ren verkställighet och kan inte överklagas."), _("Inget mer behöver antecknas.")
            )
        )
    if new.what is DecisionEventKind.ANNOUNCED and now.force is DecisionForce.NOT_REPORTED:
        found.append(
            Problem(
                "what",
                _(
                    "Beslutet är inte anmält till nämnden. Tiden räknas från tillkännagivandet av det protokoll där "
                    "det anmäls."
                ),
                _("Anmäl det först, under Anmäl till nämnden."),
            )
        )
    counts = new.what is not DecisionEventKind.ANNOUNCED or now.appeal_ends is not None
    if new.what in _ONCE and counts and any(event.what is new.what for event in events):
        found.append(Problem("what", _("Det är redan antecknat."), _("Se vad som är antecknat.")))
    return found


RESCISSION: Final = "rescission"
"""The kind of the decision."""
