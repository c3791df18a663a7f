"""A board's own version, all the way: taken in, tried on its cases, handed over and published by a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.board import rules
from tests.factories import NOW
from tests.operations.jobs.working_off import work_off
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.kernel.roles import Role
from vetting.kernel.store.jobs import Job
from vetting.kernel.store.session import open_reading
from vetting.operations.jobs.worker import Worker
from vetting.rules.models import RuleDraft
from vetting.rules.services import drafts, filled_cases, publishing
from vetting.rules.services.drafts import RuleDraftChange
from vetting.rules.services.publishing import PublicationApproval
from vetting.rules.services.rule_trials import CaseSelection, ask_for

if TYPE_CHECKING:
    from tests.board import BoardAtWork


def published_version(board: BoardAtWork, text: str = GUIDELINE, cases: str = CASES) -> int:
    """The id of a version that the board has published."""
    return publish_draft(board, board.do(drafts.take_in, text.encode(), cases.encode(), role=Role.RULES_OWNER).id)


def publish_draft(board: BoardAtWork, key: int) -> int:
    """A draft that is there, tried on all that it is for, handed over and published: the id of the version."""
    accept_filled_cases(board, key)
    tried_draft(board, key)
    board.do(drafts.hand_over, key, role=Role.RULES_OWNER)
    with open_reading(board.database) as s:
        version = s.get_one(RuleDraft, key).version
    given = PublicationApproval(key=key, version=version, warnings_read=True, taken_away_read=True)
    return int(board.do(publishing.publish_rules, given, role=Role.MANAGER).id)


def accept_filled_cases(board: BoardAtWork, key: int) -> None:
    """The worked cases that the draft's rules make, read and accepted."""
    with open_reading(board.database) as s:
        draft = s.get_one(RuleDraft, key)
        report = drafts.report_on_draft(s, draft, on=NOW.date())
        lacking = filled_cases.lacking_cases(report)
        text = filled_cases.accepted_texts(filled_cases.filled_text(report, NOW.date()).text) if lacking else ""
        change = RuleDraftChange(key=key, version=draft.version, cases=text)
    if lacking and draft.state == "draft":
        board.do(drafts.save_draft_text, change, role=Role.RULES_OWNER)


def tried_draft(board: BoardAtWork, key: int) -> Job:
    """The what-if of a draft on all that it is for, worked off."""
    job: Job = board.do(ask_for, key, CaseSelection(), role=Role.RULES_OWNER)
    at_work = Worker(board.database, rules(), lambda: NOW)
    work_off(at_work)
    with open_reading(board.database) as s:
        return s.get_one(Job, job.id)
