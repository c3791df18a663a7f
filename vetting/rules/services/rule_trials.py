"""Trials of a draft on the cases that the board has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetting.grants.models.rounds import round_of
from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.jobs import ENDED_STATES, Job, jobs_about, new_job
from vetting.people import require_permission
from vetting.rules.services import drafts
from vetting.rules.services.rule_files import read_set

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.session import Session, WritingSession


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSelection:
    """Which cases: of a round, received in a year, or all."""

    round_id: int | None = None
    year: int | None = None

    def as_data(self) -> dict[str, int | None]:
        """As JSON."""
        return {"round_id": self.round_id, "year": self.year}


def ask_for(session: WritingSession, key: int, which: CaseSelection) -> Job:
    """A job that tries a draft as it stands now; the job keeps its text, whatever happens to the draft meanwhile.

    Raises:
        Refused: there is no such draft, or it cannot be read as it stands.
    """
    if not session.person.may(Action.WRITE_RULES):
        require_permission(session.person, Action.PUBLISH_RULES)
    draft = drafts.open_draft(session, key)
    found = drafts.report_on_draft(session, draft, on=session.today)
    if found.ruleset is None:
        raise Refused(Obstacle.INVALID, *found.problems)
    if which.round_id is not None and round_of(session, which.round_id) is None:
        raise Refused(Obstacle.MISSING)
    asked = {"version": draft.version, "for_schemes": drafts.is_own(session, draft)} | which.as_data()
    for job in jobs_about(session, session.person.board_id, drafts.WHAT_IF, str(key)):
        if job.state not in ENDED_STATES and asked.items() <= job.arguments.items():
            return job
    arguments = {"text": draft.text, "cases": draft.cases, "ruleset": draft.ruleset} | asked
    job = new_job(
        drafts.WHAT_IF,
        arguments,
        board_id=session.person.board_id,
        by_user_id=session.person.id,
        at=session.now,
        about=str(key),
    )
    session.add(job)
    session.flush()
    session.note("rules_tried", board_id=session.person.board_id, detail={"ruleset": draft.ruleset})
    return job


def rules_of(session: Session, job: Job) -> RuleSet:
    """The draft that a job tries.

    Raises:
        Refused: it can no longer be read: something that it builds on has changed.
    """
    arguments = job.arguments
    book = drafts.board_book(session, job.board_id, arguments["ruleset"], on=day_here(job.created_at))
    read = read_set(arguments["text"].encode(), arguments["cases"].encode(), arguments["ruleset"], book)
    if read.ruleset is None:
        raise Refused(Obstacle.INVALID, *read.problems)
    return read.ruleset
