"""The written routine for grants: a version is approved by a function, on a day, with what is new in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.money.domain.samples import LEAST_CHANGE, MOST_CHANGE, RiskFact
from vetting.money.models.grant_routines import GrantRoutine, grant_routine
from vetting.people import require_permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.kernel.store.session import WritingSession

LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRoutine:
    """A version of the routine. amount: öre; percent: of last year's grant; follows: the version before."""

    owner: str
    approved_by: str
    approved_on: date | None
    anchored: str
    review_on: date | None
    facts: tuple[RiskFact, ...]
    amount: int | None
    percent: int | None
    change: str
    follows: int = 0


def approve_routine(session: WritingSession, new: NewRoutine, *, rule_names: Sequence[str]) -> GrantRoutine:
    """Keeps a new version of the routine; those before it stay as they were.

    rule_names: what the rules in force are called, so that it can be told when they are others.

    Raises:
        Refused: not this person's to approve, something is missing or out of order, or another has approved one since.
    """
    require_permission(session.person, Action.PUBLISH_RULES)
    last = grant_routine(session, session.person.board_id)
    held = last.version if last is not None else 0
    if new.follows != held:
        what = _("Någon annan har godkänt en ny version av rutinen.")
        raise Refused(Obstacle.STALE, Problem("version", what, _("Läs den version som gäller nu.")))
    problems = _wrong_with(new, session.today)
    if problems or new.approved_on is None or new.review_on is None:
        raise Refused(Obstacle.INVALID, *problems)
    row = GrantRoutine(
        board_id=session.person.board_id,
        version=held + 1,
        owner=new.owner.strip()[:LONGEST],
        approved_by=new.approved_by.strip()[:LONGEST],
        approved_on=new.approved_on,
        anchored=new.anchored.strip()[:LONGEST],
        review_on=new.review_on,
        facts=[fact.value for fact in new.facts],
        amount=new.amount if RiskFact.AMOUNT in new.facts else None,
        percent=new.percent if RiskFact.CHANGE in new.facts else None,
        change=new.change.strip()[:LONGEST],
        rules=list(rule_names),
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(row)
    session.flush()
    session.note("routine_approved", row, board_id=session.person.board_id, detail={"version": row.version})
    return row


def _wrong_with(new: NewRoutine, today: date) -> list[Problem]:
    found = []
    if not new.owner.strip():
        found.append(Problem("owner", _("Det står inte vem som svarar för rutinen."), _("Skriv funktionen.")))
    if not new.approved_by.strip():
        found.append(
            Problem("approved_by", _("Det står inte vem som har godkänt den."), _("Skriv funktionen eller nämnden."))
        )
    if new.approved_on is None or new.approved_on > today:
        found.append(
            Problem(
                "approved_on",
                _("Dagen för godkännandet saknas eller ligger i framtiden."),
                _("Skriv i dag eller en tidigare dag."),
            )
        )
    if new.review_on is None or new.review_on <= today:
        found.append(
            Problem(
                "review_on",
                _("Dagen för översyn saknas eller ligger inte i framtiden."),
                _("Skriv en dag som ligger framåt."),
            )
        )
    if not new.change.strip():
        found.append(
            Problem(
                "change",
                _("Det står inte vad som är nytt i versionen."),
                _("Skriv det kort, till exempel Första versionen."),
            )
        )
    if RiskFact.AMOUNT in new.facts and not new.amount:
        what = _("Det står inte från vilket belopp.")
        found.append(Problem("amount", what, _("Skriv beloppet i kronor, eller välj bort Stort belopp.")))
    if RiskFact.CHANGE in new.facts and not LEAST_CHANGE <= (new.percent or 0) <= MOST_CHANGE:
        what = _("Det står inte från hur många procent.")
        found.append(Problem("percent", what, _("Skriv procenten, eller välj bort Stor ändring.")))
    return found
