"""A list of applications or bookings into a round: looked at first, then kept in one transaction, once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vetting.domain import association
from vetting.domain.criteria import CaseKind
from vetting.domain.dates import HERE
from vetting.domain.facts import SuppliedBy
from vetting.domain.people import Action
from vetting.domain.problem import Obstacle, Problem, Refused
from vetting.domain.words import Words
from vetting.services import rule_versions
from vetting.services.cases import NewCase, Use, receive
from vetting.services.lists import screen_list
from vetting.services.people import allow
from vetting.store.imports import ImportBatch, same_file
from vetting.store.trail import Noted

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from vetting.domain.facts import Facts
    from vetting.domain.people import Person
    from vetting.domain.screened import ScreenedList
    from vetting.services.rules import Rules
    from vetting.store.session import WritingSession


@dataclass(frozen=True, slots=True)
class Looked:
    """A list as it would come in: what every row says, what cannot be read, and whether it has come before."""

    screened: ScreenedList
    sha256: str
    before: ImportBatch | None


def look(
    session: Session, data: bytes, file: str, *, kind: CaseKind, round_id: int | None, rules: Rules, by: Person,
    on: date,
) -> Looked:  # fmt: skip
    """Reads a list with the board's rules for its kind. Nothing is kept.

    Raises:
        Refused: the board has chosen no rules for that kind.
        UnreadableError: the file cannot be used.
    """
    allow(by, Action.IMPORT)
    ruleset = rule_versions.chosen(session, by.board_id, kind, rules, on=on)
    if ruleset is None:
        raise Refused(
            Obstacle.INVALID,
            Problem(file, Words("Nämnden har inga regler för det som listan innehåller.",
                                "The board has no rules for what the list holds."),
                    Words("Be regelansvarig att välja regler.", "Ask the rules owner to choose rules.")),
        )  # fmt: skip
    digest = hashlib.sha256(data).hexdigest()
    screened = screen_list(data, file, ruleset=ruleset, layouts=rules.layouts, kind=kind, on=on)
    return Looked(screened, digest, same_file(session, by.board_id, digest, round_id))


def confirm(
    session: WritingSession, looked: Looked, file: str, *, round_id: int | None, rules: Rules, by: Person,
    at: datetime,
) -> ImportBatch:  # fmt: skip
    """Every row as a case, in one transaction; the same file again into the same round changes nothing.

    Raises:
        Refused: the round is closed or another board's.
    """
    allow(by, Action.IMPORT)
    screened = looked.screened
    before = same_file(session, by.board_id, looked.sha256, round_id)
    if before is not None:
        return before
    batch = ImportBatch(
        board_id=by.board_id,
        round_id=round_id,
        file=association.masked(file)[:200],
        sha256=looked.sha256,
        layout=screened.columns.layout.name,
        counts={"rows": len(screened.cases), "problems": len(screened.problems)},
        at=at,
        by_user_id=by.id or None,
    )
    session.add(batch)
    session.flush()
    session.note(Noted(action="list_imported", by=by, at=at, subject=batch, detail=dict(batch.counts)))
    for row, _ in screened.cases:
        new = NewCase(
            kind=screened.kind,
            facts=row.facts,
            received_on=_received(row.facts, at),
            channel="list",
            supplied_by=SuppliedBy.IMPORT,
            round_id=round_id,
            uses=_uses(row.facts) if screened.kind is CaseKind.BOOKING else (),
            batch_id=batch.id,
            row=row.row,
        )
        receive(session, new, rules=rules, by=by, at=at)
    return batch


def _received(facts: Facts, at: datetime) -> date:
    given = facts.values.get("received_on")
    return given if isinstance(given, type(at.date())) and given <= at.date() else at.date()


def _uses(facts: Facts) -> tuple[Use, ...]:
    starts = facts.values.get("event_starts_at")
    moment = starts.replace(tzinfo=HERE) if isinstance(starts, datetime) else None
    ends = moment + timedelta(hours=1) if moment else None
    return (Use(room_name=str(facts.values.get("room", "")), starts_at=moment, ends_at=ends),)
