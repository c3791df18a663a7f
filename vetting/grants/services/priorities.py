"""What a board ranks applications by where money is short: made, ended, and said of each application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.boards.services.sign_in import require_permission
from vetting.cases.domain.cases import OPEN
from vetting.cases.models.cases import Case, seen_by
from vetting.cases.models.round_cases import of_rounds
from vetting.engine.opinion_words import asked_of_opinion
from vetting.grants.domain.allocations import PriorityScore
from vetting.grants.models.priorities import (
    PriorityAnswer,
    PriorityCriterion,
    answers_of_cases,
    criteria_of_schemes,
)
from vetting.grants.models.rounds import scheme_of_case
from vetting.grants.services.schemes import open_scheme
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession

MOST_CRITERIA: Final = 12
LONGEST_NAME: Final = 60
LARGEST_SCALE: Final = 10
LARGEST_WEIGHT: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPriorityCriterion:
    """A criterion to rank by: 0 to `most` points, times a weight; of each person, or one answer for all."""

    name: str
    help: str = ""
    most: int = 3
    weight: int = 1
    each_person: bool = False


def add_priority_criterion(
    session: WritingSession, scheme_id: int, new: NewPriorityCriterion, *, by: Person, at: datetime
) -> PriorityCriterion:
    """One more thing that a grant scheme's applications are ranked by.

    Raises:
        Refused: there is no such scheme; no name; a scale or weight that is none; too many; words of opinion or faith.
    """
    require_permission(by, Action.WRITE_RULES)
    scheme = open_scheme(session, scheme_id, by)
    kept = criteria_of_schemes(session, [scheme.id]).get(scheme.id, [])
    name = " ".join(new.name.split())[:LONGEST_NAME]
    problems = []
    if not name:
        problems.append(Problem("name", _("Namnet saknas."), _("Skriv till exempel Barn och unga.")))
    elif any(row.name.casefold() == name.casefold() for row in kept):
        problems.append(Problem("name", _("Det finns redan ett kriterium med det namnet."), _("Välj ett annat.")))
    for where, text in (("name", name), ("help", new.help)):
        told = asked_of_opinion(text, answered=False)
        problems += [Problem(where, one.what, _("Rangordna efter vad verksamheten är.")) for one in told]
    if not 1 <= new.most <= LARGEST_SCALE:
        problems.append(Problem("most", _("Skalan går inte."), _("Skriv mellan 1 och {most}.", most=LARGEST_SCALE)))
    if not 1 <= new.weight <= LARGEST_WEIGHT:
        problems.append(Problem("weight", _("Vikten går inte."), _("Skriv mellan 1 och {most}.", most=LARGEST_WEIGHT)))
    if len(kept) >= MOST_CRITERIA:
        problems.append(
            Problem("name", _("Det finns redan {most} kriterier.", most=MOST_CRITERIA), _("Avsluta ett först."))
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = PriorityCriterion(
        scheme_id=scheme.id,
        name=name,
        help=" ".join(new.help.split()),
        most=new.most,
        weight=new.weight,
        each_person=new.each_person,
        at=at,
        by_user_id=by.id,
    )
    session.add(row)
    session.flush()
    session.note(TrailNote(action="priority_criterion_added", by=by, at=at, subject=row, board_id=by.board_id))
    return row


def end_priority_criterion(session: WritingSession, scheme_id: int, key: int, *, by: Person, at: datetime) -> None:
    """Applications are ranked by it no more; what was said stays.

    Raises:
        Refused: there is none in the scheme.
    """
    require_permission(by, Action.WRITE_RULES)
    scheme = open_scheme(session, scheme_id, by)
    found = next((row for row in criteria_of_schemes(session, [scheme.id]).get(scheme.id, []) if row.id == key), None)
    if found is None:
        raise Refused(Obstacle.MISSING)
    found.ended_at = at
    session.note(TrailNote(action="priority_criterion_ended", by=by, at=at, subject=found, board_id=by.board_id))


def scores_of(session: Session, cases: Mapping[int, int | None]) -> dict[int, tuple[PriorityScore, ...]]:
    """Case -> its points, one for each criterion of its grant scheme. cases: case -> its scheme, None of none."""
    criteria = criteria_of_schemes(session, {scheme for scheme in cases.values() if scheme is not None})
    if not criteria:
        return {}
    said = _points_said(answers_of_cases(session, cases), criteria)
    return {
        case: tuple(
            PriorityScore(item.id, said.get((case, item.id)), item.most, item.weight) for item in criteria[scheme]
        )
        for case, scheme in cases.items()
        if scheme in criteria
    }


def own_points(session: Session, cases: Collection[int], by: Person) -> dict[tuple[int, int], int | None]:
    """(case, criterion) -> what a person has said themselves."""
    rows = answers_of_cases(session, cases)
    return {(row.case_id, row.criterion_id): row.points for row in rows if row.by_user_id == by.id}


def _points_said(
    answers: Sequence[PriorityAnswer], criteria: Mapping[int, Collection[PriorityCriterion]]
) -> dict[tuple[int, int], float]:
    """(case, criterion) -> the points that count: the newest answer, or the mean of each person's own."""
    each = {item.id: item.each_person for listed in criteria.values() for item in listed}
    by_person: dict[tuple[int, int], list[int | None]] = {}
    for answer in answers:
        by_person.setdefault((answer.case_id, answer.criterion_id), []).append(answer.points)
    found = {}
    for key, points in by_person.items():
        counted = points if each.get(key[1]) else points[-1:]
        known = [one for one in counted if one is not None]
        if known:
            found[key] = sum(known) / len(known)
    return found


def give_points(
    session: WritingSession,
    round_id: int,
    points: Mapping[int, Mapping[int, int | None]],
    *,
    by: Person,
    at: datetime,
) -> None:
    """A person says how many points applications of a round have of some criteria; None takes it back.

    points: case -> criterion -> points.

    Raises:
        Refused: a case is not of the round or not this person's to propose in, or decided; a criterion is none of its
            scheme's; points are outside the scale.
    """
    require_permission(by, Action.PROPOSE)
    wanted = select(Case).where(of_rounds([round_id]), seen_by(by, Action.PROPOSE), Case.id.in_(list(points)))
    cases = {case.id: case for case in session.scalars(wanted)}
    if len(cases) < len(points):
        raise Refused(Obstacle.MISSING)
    schemes = {key: scheme_of_case(session, case.scheme_id, case.round_id) for key, case in cases.items()}
    criteria = criteria_of_schemes(session, {scheme.id for scheme in schemes.values() if scheme is not None})
    known = {key: {row.id: row for row in criteria.get(one.id, ())} if one else {} for key, one in schemes.items()}
    problems = [
        Problem(
            f"points-{case}-{key}",
            _("{points} är utanför skalan.", points=value),
            _("Skriv mellan 0 och {most}.", most=known[case][key].most if key in known[case] else 0),
        )
        for case, said in points.items()
        for key, value in said.items()
        if key not in known[case] or (value is not None and not 0 <= value <= known[case][key].most)
    ]
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    kept: dict[tuple[int, int], int | None] = {}
    for row in answers_of_cases(session, points):
        item = known[row.case_id].get(row.criterion_id)
        if item is not None and (row.by_user_id == by.id or not item.each_person):
            kept[row.case_id, row.criterion_id] = row.points
    for case, said in points.items():
        changed = {key: value for key, value in said.items() if kept.get((case, key)) != value}
        if not changed:
            continue
        if cases[case].state not in OPEN:
            raise Refused(
                Obstacle.STALE,
                Problem(
                    f"points-{case}-{next(iter(changed))}",
                    _("Ansökan är beslutad: poängen ändras inte."),
                    _("Läs sidan på nytt."),
                ),
            )
        session.add_all(
            PriorityAnswer(case_id=case, criterion_id=key, points=value, at=at, by_user_id=by.id)
            for key, value in changed.items()
        )
        session.flush()
        session.note(TrailNote(action="priority_points_given", by=by, at=at, subject=cases[case], case_id=case))
