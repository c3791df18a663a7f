"""A board's grant schemes, and its rounds of applications."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from vetting.boards.services.sign_in import require_permission
from vetting.grants import models as store
from vetting.grants.models import (
    BudgetLine,
    GrantPeriod,
    GrantScheme,
    Round,
    RoundScheme,
    StateAid,
    line_of,
    round_of,
    rounds_of_scheme,
    scheme_of,
    schemes_of_round,
)
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import IncompleteTreatment, Reservation
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _
from vetting.rules.services.own_rules import wrong_with_own_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession


LONGEST_DNR: Final = 60
LONGEST_ACCOUNT: Final = 120
LONGEST_ANSWER: Final = 365
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""A budget is of one of these years."""


def open_round(session: Session, key: int, by: Person) -> Round:
    """A round that applications can still go into.

    Raises:
        Refused: it is another board's, or closed.
    """
    found = round_of(session, by, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    if found.closed_at is not None:
        raise Refused(
            Obstacle.INVALID,
            Problem("round_id", _("Omgången {name} är avslutad.", name=found.name), _("Välj en öppen omgång.")),
        )
    return found


def scheme_to_apply_for(session: Session, round_id: int | None, scheme_id: int | None) -> GrantScheme | None:
    """The grant scheme that an application into a round is for; None where the round is for none.

    Raises:
        Refused: the round is for several and none is said, or for others than the one said.
    """
    offered = schemes_of_round(session, round_id) if round_id is not None else ()
    if scheme_id is None and len(offered) <= 1:
        return offered[0] if offered else None
    chosen = next((item for item in offered if item.id == scheme_id), None)
    if chosen is None:
        names = ", ".join(item.name for item in offered)
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "round_id",
                _("Det står inte vilken av omgångens bidragsformer som ansökan gäller: {names}.", names=names)
                if offered
                else _("Omgången gäller inte den bidragsformen."),
                _("Välj bidragsform. Gäller ansökan flera blir det ett ärende för var och en."),
            ),
        )
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeWriting:
    """What somebody writes of a grant scheme. ruleset: its own rules; empty where the board's for all grants hold."""

    name: str
    purpose: str = ""
    ruleset: str = ""
    period: GrantPeriod | None = None
    answer_days: int | None = None
    not_completed: IncompleteTreatment = IncompleteTreatment.AS_IT_STANDS
    conditions: str = ""
    letter_text: str = ""
    reservations: tuple[Reservation, ...] = tuple(Reservation)
    state_aid: StateAid | None = None

    def columns(self) -> dict[str, Any]:
        """What is kept of it beside the name."""
        return {
            "purpose": self.purpose.strip(),
            "ruleset": self.ruleset,
            "period": self.period,
            "answer_days": self.answer_days,
            "not_completed": self.not_completed,
            "conditions": self.conditions.strip(),
            "letter_text": self.letter_text.strip(),
            "reservations": [item.value for item in self.reservations],
            "state_aid": self.state_aid,
        }


def open_scheme(session: Session, key: int, by: Person) -> GrantScheme:
    """A grant scheme of the board.

    Raises:
        Refused: there is none.
    """
    found = scheme_of(session, by, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def add_scheme(session: WritingSession, new: SchemeWriting, *, by: Person, at: datetime) -> GrantScheme:
    """A new grant scheme of the board.

    Raises:
        Refused: no name, a name that is taken, or rules that nobody writes, or that are handed over or published.
    """
    require_permission(by, Action.WRITE_RULES)
    name = _check_scheme(session, new, None, by=by)
    found = GrantScheme(board_id=by.board_id, name=name, **new.columns())
    session.add(found)
    session.flush()
    session.note(TrailNote(action="scheme_added", by=by, at=at, subject=found))
    return found


def change_scheme(session: WritingSession, key: int, new: SchemeWriting, *, by: Person, at: datetime) -> GrantScheme:
    """Another name, purpose or choice of rules. Rules that a round has begun under are changed by publishing them anew.

    Raises:
        Refused: as when one is added; there is none; other rules although a round is for it.
    """
    require_permission(by, Action.WRITE_RULES)
    found = open_scheme(session, key, by)
    name = _check_scheme(session, new, found, by=by)
    columns = {"name": name} | new.columns()
    if any(getattr(found, column) != value for column, value in columns.items()):
        for column, value in columns.items():
            setattr(found, column, value)
        session.note(TrailNote(action="scheme_changed", by=by, at=at, subject=found))
    return found


def _check_scheme(session: Session, new: SchemeWriting, found: GrantScheme | None, *, by: Person) -> str:
    """The name as it is kept."""
    problems = []
    name = " ".join(new.name.split())[:120]
    taken = select(GrantScheme.id).where(GrantScheme.board_id == by.board_id, GrantScheme.name == name)
    if not name:
        problems.append(Problem("name", _("Namnet saknas."), _("Skriv till exempel Lokalbidrag.")))
    elif session.scalar(taken) not in {None, found.id if found is not None else None}:
        problems.append(Problem("name", _("Det finns redan en bidragsform med det namnet."), _("Välj ett annat.")))
    if new.answer_days is not None and not 1 <= new.answer_days <= LONGEST_ANSWER:
        problems.append(
            Problem(
                "answer_days",
                _("{days} dagar är ingen svarstid.", days=new.answer_days),
                _("Skriv mellan 1 och {most}.", most=LONGEST_ANSWER),
            )
        )
    was = found.ruleset if found is not None else ""
    if new.ruleset != was:
        problems += _wrong_rules(session, new.ruleset, found, by=by)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    return name


def _wrong_rules(session: Session, ruleset: str, found: GrantScheme | None, *, by: Person) -> Iterator[Problem]:
    if found is not None and rounds_of_scheme(session, found.id):
        yield Problem(
            "ruleset",
            _("Bidragsformen har redan en omgång: reglerna väljs inte om."),
            _("Ändra reglerna genom att publicera en ny version av dem, eller lägg till en ny bidragsform."),
        )
    was = found.ruleset if found is not None else ""
    yield from wrong_with_own_rules(session, ruleset, was, CaseKind.GRANT, by=by)


def schemes_without_rules(session: Session, by: Person) -> list[GrantScheme]:
    """The board's grant schemes that can be given rules of their own: none yet, no round, not ended."""
    return [
        item
        for item in store.schemes(session, by.board_id)
        if not item.ruleset and item.ended_at is None and not rounds_of_scheme(session, item.id)
    ]


def give_own_rules(session: WritingSession, key: int, ruleset: str, *, by: Person, at: datetime) -> GrantScheme:
    """A grant scheme is judged by rules of its own, that somebody in the board has begun to write.

    Raises:
        Refused: there is no such grant scheme, a round is for it, or it has rules of its own already.
    """
    require_permission(by, Action.WRITE_RULES)
    found = open_scheme(session, key, by)
    problems = list(_wrong_rules(session, ruleset, found, by=by))
    if found.ruleset:
        problems.append(
            Problem("ruleset", _("Bidragsformen har redan egna regler."), _("Gå vidare med dem, under Regler."))
        )
    if problems:
        raise Refused(Obstacle.INVALID, *(Problem("only", each.what, each.remedy) for each in problems))
    found.ruleset = ruleset
    session.note(TrailNote(action="scheme_changed", by=by, at=at, subject=found))
    return found


def end_scheme(session: WritingSession, key: int, *, by: Person, at: datetime) -> GrantScheme:
    """No new round is for it; those there are go on.

    Raises:
        Refused: there is no such grant scheme in the board.
    """
    require_permission(by, Action.WRITE_RULES)
    found = open_scheme(session, key, by)
    if found.ended_at is None:
        found.ended_at = at
        session.note(TrailNote(action="scheme_ended", by=by, at=at, subject=found))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRound:
    """A round that is to be; the budget in öre."""

    name: str
    opens_on: date
    closes_on: date
    schemes: Mapping[int, int | None] = field(default_factory=dict)
    """The grant schemes that it is for, each with its budget line or none."""
    decision_on: date | None = None
    report_on: date | None = None
    budget: int | None = None
    dnr: str = ""


def add_round(session: WritingSession, new: NewRound, *, by: Person, at: datetime) -> Round:
    """A new round of the board.

    Raises:
        Refused: no name, a name that is taken, or dates the wrong way round.
    """
    require_permission(by, Action.MANAGE_ROUNDS)
    problems = []
    name = " ".join(new.name.split())[:120]
    if not name:
        problems.append(Problem("name", _("Namnet saknas."), _("Skriv till exempel Verksamhetsbidrag 2027.")))
    elif session.scalar(select(Round.id).where(Round.board_id == by.board_id, Round.name == name)) is not None:
        problems.append(Problem("name", _("Det finns redan en omgång med det namnet."), _("Välj ett annat.")))
    asked = [scheme_of(session, by, key) for key in new.schemes]
    schemes = [scheme for scheme in asked if scheme is not None and scheme.ended_at is None]
    if len(schemes) < len(new.schemes):
        problems.append(
            Problem(
                "schemes", _("Bidragsformen finns inte, eller erbjuds inte längre."), _("Välj bland dem som finns.")
            )
        )
    chosen = [key for key in new.schemes.values() if key is not None]
    found_lines = [line_of(session, by, key) for key in chosen]
    lines = [line for line in found_lines if line is not None and line.ended_at is None]
    if len(lines) < len(chosen):
        problems.append(
            Problem("schemes", _("Budgetraden finns inte, eller används inte längre."), _("Välj bland dem som finns."))
        )
    if new.closes_on < new.opens_on:
        problems.append(Problem("closes_on", _("Omgången slutar innan den börjar."), _("Rätta datumen.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    found = Round(
        board_id=by.board_id,
        name=name,
        grant_type=", ".join(sorted(scheme.name for scheme in schemes)),
        opens_on=new.opens_on,
        closes_on=new.closes_on,
        decision_on=new.decision_on,
        report_on=new.report_on,
        budget=new.budget,
        dnr=new.dnr,
    )
    session.add(found)
    session.flush()
    for scheme in schemes:
        session.add(RoundScheme(round_id=found.id, scheme_id=scheme.id, line_id=new.schemes[scheme.id]))
    session.note(TrailNote(action="round_added", by=by, at=at, subject=found))
    return found


def register_round(session: WritingSession, key: int, dnr: str, *, by: Person, at: datetime) -> Round:
    """Gives a round its number in the registry: that of all its applications that have none of their own.

    Raises:
        Refused: there is no such round in the board, no number, or it has one already.
    """
    require_permission(by, Action.REGISTER_CASE)
    found = round_of(session, by, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    given = " ".join(dnr.split())[:LONGEST_DNR]
    if not given:
        raise Refused(
            Obstacle.INVALID, Problem("dnr", _("Diarienumret saknas."), _("Skriv det, till exempel EXN 2026/236."))
        )
    if found.dnr and found.dnr != given:
        raise Refused(
            Obstacle.STALE,
            Problem("dnr", _("Omgången har redan diarienummer {dnr}.", dnr=found.dnr), _("Läs sidan på nytt.")),
        )
    if not found.dnr:
        found.dnr = given
        session.note(TrailNote(action="round_registered", by=by, at=at, subject=found))
    return found


def close_round(session: WritingSession, key: int, *, by: Person, at: datetime) -> Round:
    """No more applications are taken into the round.

    Raises:
        Refused: there is no such round in the board.
    """
    require_permission(by, Action.MANAGE_ROUNDS)
    found = round_of(session, by, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    if found.closed_at is None:
        found.closed_at = at
        session.note(TrailNote(action="round_closed", by=by, at=at, subject=found))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWriting:
    """What somebody writes of a budget line; the amount in öre."""

    name: str
    year: int
    account: str = ""
    amount: int | None = None
    preliminary: bool = False


def open_line(session: Session, key: int, by: Person) -> BudgetLine:
    """A budget line of the board.

    Raises:
        Refused: there is none.
    """
    found = line_of(session, by, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def add_line(session: WritingSession, new: LineWriting, *, by: Person, at: datetime) -> BudgetLine:
    """A new line of the board's budget.

    Raises:
        Refused: no name or year, or a name that is taken that year.
    """
    require_permission(by, Action.MANAGE_ROUNDS)
    found = BudgetLine(board_id=by.board_id, **_check_line(session, new, None, by=by))
    session.add(found)
    session.flush()
    session.note(TrailNote(action="budget_line_added", by=by, at=at, subject=found))
    return found


def change_line(session: WritingSession, key: int, new: LineWriting, *, by: Person, at: datetime) -> BudgetLine:
    """Another name, account or amount: the board has decided, or moved money.

    Raises:
        Refused: as when one is added; there is none; another year although a round is for it.
    """
    require_permission(by, Action.MANAGE_ROUNDS)
    found = open_line(session, key, by)
    columns = _check_line(session, new, found, by=by)
    if any(getattr(found, name) != value for name, value in columns.items()):
        for name, value in columns.items():
            setattr(found, name, value)
        session.note(TrailNote(action="budget_line_changed", by=by, at=at, subject=found))
    return found


def _check_line(session: Session, new: LineWriting, found: BudgetLine | None, *, by: Person) -> dict[str, Any]:
    """The line's columns."""
    problems = []
    name = " ".join(new.name.split())[:120]
    taken = select(BudgetLine.id).where(
        BudgetLine.board_id == by.board_id, BudgetLine.year == new.year, BudgetLine.name == name
    )
    if not name:
        problems.append(Problem("name", _("Namnet saknas."), _("Skriv till exempel Föreningsstöd.")))
    elif session.scalar(taken) not in {None, found.id if found is not None else None}:
        problems.append(
            Problem("name", _("Det finns redan en budgetrad med det namnet det året."), _("Välj ett annat."))
        )
    if not FIRST_YEAR <= new.year <= LAST_YEAR:
        problems.append(Problem("year", _("{year} är inget budgetår.", year=new.year), _("Skriv till exempel 2027.")))
    if found is not None and found.year != new.year and _is_used(session, found):
        problems.append(
            Problem("year", _("En omgång gäller budgetraden: året ändras inte."), _("Lägg till en ny budgetrad."))
        )
    if new.amount is not None and new.amount < 0:
        problems.append(Problem("amount", _("Budgeten är mindre än noll."), _("Rätta beloppet.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    account = " ".join(new.account.split())[:LONGEST_ACCOUNT]
    said = {"name": name, "year": new.year, "account": account, "amount": new.amount}
    return said | {"preliminary": new.preliminary}


def _is_used(session: Session, line: BudgetLine) -> bool:
    return session.scalar(select(RoundScheme.id).where(RoundScheme.line_id == line.id).limit(1)) is not None


def end_line(session: WritingSession, key: int, *, by: Person, at: datetime) -> BudgetLine:
    """No new round is granted from it; those there are go on.

    Raises:
        Refused: there is no such budget line in the board.
    """
    require_permission(by, Action.MANAGE_ROUNDS)
    found = open_line(session, key, by)
    if found.ended_at is None:
        found.ended_at = at
        session.note(TrailNote(action="budget_line_ended", by=by, at=at, subject=found))
    return found
