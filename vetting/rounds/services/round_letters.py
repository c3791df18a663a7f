"""The letters on all that a meeting decided on one item: written together, each with its own reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting import casework
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision, current_decisions, is_sent
from vetting.casework.models.letters import Letter
from vetting.grants.models.board_items import ItemDecision
from vetting.grants.models.rounds import Round
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.jobs import ENDED_STATES, Job, jobs_about, new_job
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.text import _
from vetting.people import at_work, require_permission
from vetting.rounds.services.board_decisions import record_of_item

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import ColumnElement

    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession

WRITE_LETTERS: Final = "write_letters"


@dataclass(frozen=True, slots=True)
class LetterCounts:
    """How far the letters on an item have come."""

    decided: int
    written: int
    sent: int

    @property
    def to_write(self) -> int:
        """Decisions without a letter."""
        return self.decided - self.written


def count_letters(session: Session, record: ItemDecision) -> LetterCounts:
    """Of the decisions that this person handles: how many there are, with a letter, and that have gone."""
    own = _own(record, session.person)
    base = select(func.count(Decision.id)).join(Case, Case.id == Decision.case_id).where(*own)
    return LetterCounts(
        *(int(session.scalar(wanted) or 0) for wanted in (base, base.where(_is_told()), base.where(is_sent())))
    )


def _own(record: ItemDecision, by: Person) -> list[ColumnElement[bool]]:
    return [Decision.item_decision_id == record.id, current_decisions(), seen_by(by, Action.HANDLE)]


def _is_told() -> ColumnElement[bool]:
    """Decisions that have a letter, or went out some other way."""
    return select(Letter.id).where(Letter.decision_id == Decision.id).exists() | is_sent()


def begin_letters(session: WritingSession, key: int) -> Job:
    """A job that writes the letters that are not written yet; one at a time for an item.

    Raises:
        Refused: there is no such decision, no extract of the minutes to send with them, or nothing to write.
    """
    require_permission(session.person, Action.HANDLE)
    record = record_of_item(session, key)
    if not record.extract_sha256:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "",
                _("Utdraget ur protokollet är inte inlämnat, och ska följa med breven."),
                _("Lämna in det först. Ett enskilt brev kan skrivas i sitt ärende utan det."),
            ),
        )
    if not count_letters(session, record).to_write:
        raise Refused(Obstacle.CLOSED, Problem("", _("Alla brev är skrivna."), _("Öppna dem och skicka dem.")))
    for job in jobs_about(session, record.board_id, WRITE_LETTERS, str(key)):
        if job.state not in ENDED_STATES and job.by_user_id == session.person.id:
            return job
    job = new_job(
        WRITE_LETTERS,
        {"item": key},
        board_id=record.board_id,
        by_user_id=session.person.id,
        at=session.now,
        about=str(key),
    )
    session.add(job)
    session.flush()
    session.note("letters_asked_for", record, board_id=record.board_id)
    return job


def write_letters(database: Database, job: Job, *, at: datetime, heard: Callable[[int, int], bool]) -> dict[str, Any]:
    """Writes them as the person who asked, each in a transaction of its own. Returns what is told of the job.

    A letter that cannot be written is named with why, and the others are written all the same.

    Raises:
        Refused: the person has left the board.
    """
    with open_reading(database, Acting(Purpose.JOBS, at)) as session:
        by = at_work(session, job.by_user_id, job.board_id)
        if by is None:
            raise Refused(Obstacle.FORBIDDEN)
        session.act_for(by)
        record = record_of_item(session, job.arguments["item"])
        wanted = (
            select(Case.number, Decision.id)
            .join(Decision, Decision.case_id == Case.id)
            .where(*_own(record, by), ~_is_told())
            .order_by(Case.name, Case.id)
        )
        rows = [(number, key) for number, key in session.execute(wanted)]
    left: list[list[str]] = []
    for done, (number, key) in enumerate(rows):
        if done % 10 == 0 and not heard(done, len(rows)):
            return {"written": done - len(left), "left": left}
        try:
            run_in_transaction(database, _one_letter(number, key), Acting(by, at), boards=[by.board_id])
        except Refused as refused:
            problem = refused.problems[0] if refused.problems else None
            left.append([number, problem.what.sv if problem else "", problem.what.to("en") if problem else ""])
    heard(len(rows), len(rows))
    return {"written": len(rows) - len(left), "left": left}


def _one_letter(number: str, decision_id: int) -> Callable[[WritingSession], Letter | None]:
    """Writes the letter of a decision, once: another worker may have the same list, or it was written by hand."""

    def write(session: WritingSession) -> Letter | None:
        if session.scalar(select(Decision.id).where(Decision.id == decision_id, _is_told())) is not None:
            return None
        return casework.write_letter_of_decision(session, number, decision_id)

    return write


def items_without_letters(session: Session) -> Sequence[tuple[ItemDecision, str, int]]:
    """Meetings' decisions on items, with their round's name and how many rows that this person handles have no letter.

    A decision whose letter came back stands among the letters that did.
    """
    wanted = (
        select(ItemDecision, Round.name, func.count(Decision.id))
        .join(Round, Round.id == ItemDecision.round_id)
        .join(Decision, Decision.item_decision_id == ItemDecision.id)
        .join(Case, Case.id == Decision.case_id)
        .where(
            ItemDecision.board_id == session.person.board_id,
            current_decisions(),
            seen_by(session.person, Action.HANDLE),
            ~_is_told(),
        )
        .group_by(ItemDecision.id, Round.name)
        .order_by(ItemDecision.met_on, ItemDecision.id)
    )
    return [(record, name, count) for record, name, count in session.execute(wanted)]
