"""Changes of a round, and what rests on its days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.casework.models.letters import count_letters
from vetting.casework.models.round_cases import (
    AFTER_DECISION,
    count_in_states,
    count_received,
    first_received,
    open_cases_due,
)
from vetting.grants import own_round, tidy_name, wrong_name, wrong_with_days
from vetting.grants.domain.round_days import ROUND_DAYS
from vetting.grants.models.board_items import sent_items
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _, count_in_words, day_in_words
from vetting.people import require_permission

if TYPE_CHECKING:
    from datetime import date

    from vetting.grants.domain.round_days import OwnDays
    from vetting.grants.models.rounds import (
        Round,
    )
    from vetting.kernel.store.session import Session, WritingSession


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundChange:
    """What a round is to say instead; the budget in öre. agreed: whoever writes has read what it changes."""

    name: str
    opens_on: date
    closes_on: date
    closes_at: str = ""
    decision_on: date | None = None
    report_on: date | None = None
    completions_on: date | None = None
    group_on: date | None = None
    item_on: date | None = None
    notice_on: date | None = None
    payment_on: date | None = None
    budget: int | None = None
    agreed: bool = False


def change_round(session: WritingSession, key: int, new: RoundChange) -> Round:
    """Other days, another name or budget. What rests on a day is told first, and moves with it where it is open.

    Raises:
        Refused: as when a round is added; there is none; it opens after an application came; something rests on a day
            that is changed, and nobody has agreed to that.
    """
    require_permission(session.person, Action.MANAGE_ROUNDS)
    found = own_round(session, key)
    problems = [*wrong_name(session, new.name, found), *wrong_with_days(new)]
    first = first_received(session, key)
    if first is not None and new.opens_on > first:
        problems.append(
            Problem(
                "opens_on",
                _("En ansökan kom in {day}: omgången kan inte öppna efter det.", day=day_in_words(first)),
                _("Välj den dagen eller en tidigare."),
            )
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    effects = effects_of_change(session, found, new)
    if effects and not new.agreed:
        told = (Problem("agreed", effect, _("Läs vad som ändras, kryssa i och spara.")) for effect in effects)
        raise Refused(Obstacle.INVALID, *told)
    if found.decision_on != new.decision_on:
        for case in open_cases_due(session, key, found.decision_on):
            case.due_on = new.decision_on
            session.note("decide_by_moved", case, case_id=case.id)
    columns = {name: getattr(new, name) for name in CHANGED} | {"name": tidy_name(new.name)}
    if any(getattr(found, name) != value for name, value in columns.items()):
        for name, value in columns.items():
            setattr(found, name, value)
        session.flush()
        session.note("round_changed", found)
    return found


CHANGED: Final = ("name", *ROUND_DAYS, "closes_at", "budget")
"""The columns of a round that its page changes."""


def effects_of_change(session: Session, found: Round, new: OwnDays) -> list[Words]:
    """What other days of a round change for what is there already; nothing where nothing rests on them."""
    effects: list[Words] = []
    if new.closes_on != found.closes_on:
        between = count_received(session, found.id, *sorted((found.closes_on, new.closes_on)))
        if between and new.closes_on > found.closes_on:
            one = _("ansökan räknas inte längre som sen, om den inte är beslutad.")
            effects.append(
                count_in_words(between, one, _("ansökningar räknas inte längre som sena, om de inte är beslutade."))
            )
        elif between:
            one = _("ansökan räknas som sen, om den inte är beslutad.")
            effects.append(count_in_words(between, one, _("ansökningar räknas som sena, om de inte är beslutade.")))
    if new.decision_on != found.decision_on:
        waiting = len(open_cases_due(session, found.id, found.decision_on))
        if waiting:
            effects.append(
                count_in_words(waiting, _("ärende"), _("ärenden")) + _(" får den nya dagen som sista dag för beslut.")
            )
        effects += _told_of_meeting(session, found, waits=bool(waiting))
    if new.report_on != found.report_on:
        granted = count_in_states(session, found.id, AFTER_DECISION)
        if granted:
            effects.append(
                count_in_words(granted, _("bidrag"), _("bidrag")) + _(" ska redovisas senast den nya dagen.")
            )
        written = count_letters(session, found.id)
        if written:
            effects.append(
                count_in_words(written, _("brev"), _("brev"))
                + _(" är redan skrivna med den gamla dagen. De ändras inte: skriv till föreningarna.")
            )
    return effects


def _told_of_meeting(session: Session, found: Round, *, waits: bool) -> list[Words]:
    """Who has been told of the day that the board was to meet: what has gone out is not changed."""
    told = []
    if waits and sent_items(session, found.id):
        told.append(_("Ärendet har skickats till nämnden med den gamla dagen. Det ändras inte: skicka det på nytt."))
    return told
