"""What comes in or goes out in a case is a record: each act whose word in the trail says so, over a whole year."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.cases.domain.records import RecordKind
from vetting.cases.models.cases import Case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail import TrailEntry
from vetting.office.domain.trail_events import EVENT_WORDS
from vetting.office.models.registry_lists import records_of_cases

if TYPE_CHECKING:
    from tests.demonstration import FilledOnce

SAYS_SO: Final = re.compile(r"skick|lämna|kom in|tog emot|svar|överklag|begär|utdrag|yttra", re.IGNORECASE)
RECORDS: Final = {
    "case_received": RecordKind.APPLICATION,
    "report_received": RecordKind.GRANT_REPORT,
    "letter_sent": RecordKind.LETTER,
    "decision_appealed": RecordKind.COURT,
    "decision_appeal_ended": RecordKind.COURT,
    "reply_noted": RecordKind.REPLY,
    "reclaim_communicated": RecordKind.CLAIM_TOLD,
    "reclaim_reply": RecordKind.CLAIM_REPLY,
    "support_ending_told": RecordKind.ENDING_TOLD,
    "support_ending_reply": RecordKind.ENDING_REPLY,
    "grant_change_asked": RecordKind.CHANGE,
    "item_extract_taken": RecordKind.EXTRACT,
    "item_sent": RecordKind.ITEM,
    "payment_basis_left": RecordKind.PAYMENT,
    "item_statement_sent": RecordKind.STATEMENT,
}
"""The record that an act makes."""
BY_ANOTHER: Final = {
    "completion_requested": "its letter is the record, once it has gone",
    "unused_asked_back": "its letter is the record, once it has gone",
    "handed_to_board": "its two letters are the records",
    "decision_sent": "the letter that went is the record",
    "letter_handed_over": "told as sent when the server has taken it",
    "payment_papers_came": "the papers are records of their own",
    "item_appealed": "noted on each decision that it touches: records of the court's",
    "communicated": "its letter is the record, once it has gone",
    "group_advised": "the group's adjusted notes are the record",
    "referred": "the group's adjusted notes are the record",
    "statement_filed": "the group's adjusted notes are the record",
}
INSIDE: Final = {
    "handed_over",
    "watch_given",
    "report_kept",
    "letter_failed",
    "asked_back",
    "role_asked",
    "no_conflict",
    "reply_extended",
    "meeting_list_declared",
    "rules_handed_over",
    "rules_given_back",
    "special_review_answered",
    "expert_answered",
}
"""Nothing of a case goes out or comes in: between colleagues, of rules or rounds, or in a matter that is no case."""


def test_every_trail_word_of_sending_or_receiving_names_its_record() -> None:
    speaks = {action for action, words in EVENT_WORDS.items() if SAYS_SO.search(words.sv)}
    assert speaks - RECORDS.keys() - BY_ANOTHER.keys() - INSIDE == set()
    assert RECORDS.keys() | BY_ANOTHER.keys() | INSIDE <= EVENT_WORDS.keys()


def test_each_such_act_of_the_year_has_its_record(demonstration: FilledOnce) -> None:
    with open_reading(connect_database(f"sqlite:///{demonstration.path}")) as session:
        acts = session.execute(
            select(TrailEntry.case_id, TrailEntry.action)
            .join(Case, Case.id == TrailEntry.case_id)
            .where(
                TrailEntry.action.in_(RECORDS), (Case.kind == CaseKind.GRANT) | (TrailEntry.action != "case_received")
            )
        ).all()
        found = {
            (place.case_id, place.kind)
            for place, _record in records_of_cases(session, {case for case, _action in acts if case is not None})
        }
    done = {action for _case, action in acts}
    assert done >= {"case_received", "report_received", "letter_sent", "reply_noted", "reclaim_reply"}
    assert [act for act in acts if (act[0], RECORDS[act[1]]) not in found] == []
