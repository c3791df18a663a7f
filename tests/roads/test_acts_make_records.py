"""What comes in or goes out in a case is a record: each act whose word in the trail says so, over a whole year."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from tests.acting import acting
from tests.board import board, rules
from tests.house.test_registers import readers
from vetting.casework.domain.records import RecordClass, RecordKind
from vetting.casework.domain.trail_events import EVENT_WORDS
from vetting.casework.models.cases import Case
from vetting.casework.models.records import Record
from vetting.casework.services.cases import add_note
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail import TrailEntry
from vetting.records.models.registry_lists import records_of_cases
from vetting.records.services.records import files_of_records, list_records, mark_record
from vetting.records.services.registry import set_record_plan
from vetting.rules.services.rulebook import use_rules

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.demonstration import FilledOnce

__all__ = ["board"]
SAYS_SO: Final = re.compile(
    r"skick|lämna|kom in|tog emot|svar|överklag|begär|utdrag|yttra|fråga|återkall|bestrid|drog tillbaka|godtog|godkände villkor",
    re.IGNORECASE,
)
RECORDS: Final = {
    "case_received": RecordKind.APPLICATION,
    "report_received": RecordKind.GRANT_REPORT,
    "letter_sent": RecordKind.LETTER,
    "decision_appealed": RecordKind.COURT,
    "decision_appeal_ended": RecordKind.COURT,
    "communicated": RecordKind.HEARING,
    "decision_sent": RecordKind.DECISION_SENT,
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
    "expert_asked": RecordKind.EXPERT_ASKED,
    "expert_answered": RecordKind.EXPERT_ANSWER,
    "unused_disputed": RecordKind.DISPUTE,
    "case_withdrawn": RecordKind.WITHDRAWAL,
}
"""The record that an act makes."""
BY_ANOTHER: Final = {
    "completion_requested": "its letter is the record, once it has gone",
    "yearly_update_asked": "its letter is the record, once it has gone",
    "unused_asked_back": "its letter is the record, once it has gone",
    "handed_to_board": "its two letters are the records",
    "letter_handed_over": "told as sent when the server has taken it",
    "payment_papers_came": "the papers are records of their own",
    "item_appealed": "noted on each decision that it touches: records of the court's",
    "group_advised": "the group's adjusted notes are the record",
    "referred": "the group's adjusted notes are the record",
    "statement_filed": "the group's adjusted notes are the record",
}
INSIDE: Final = {
    "rules_withdrawn",
    "special_review_asked",
    "coordinator_asked",
    "list_gaps_accepted",
    "marked_gap_accepted",
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
}
"""Nothing of a case goes out or comes in: between colleagues, of rules or rounds, or in a matter that is no case."""


def test_every_trail_word_of_sending_or_receiving_names_its_record() -> None:
    speaks = {action for action, words in EVENT_WORDS.items() if SAYS_SO.search(words.sv)}
    assert speaks - RECORDS.keys() - BY_ANOTHER.keys() - INSIDE == set()
    assert RECORDS.keys() | BY_ANOTHER.keys() | INSIDE <= EVENT_WORDS.keys()


def test_each_such_act_of_the_year_has_its_record(demonstration: FilledOnce) -> None:
    database = connect_database(f"sqlite:///{demonstration.path}")
    use_rules(database, rules)
    with open_reading(database) as session:
        acts = session.execute(
            select(TrailEntry.case_id, TrailEntry.action)
            .join(Case, Case.id == TrailEntry.case_id)
            .where(
                TrailEntry.action.in_(RECORDS),
                (Case.kind == CaseKind.GRANT) | TrailEntry.action.not_in(["case_received", "decision_sent"]),
            )
        ).all()
        found = {
            (place.case_id, place.kind)
            for place, _record in records_of_cases(session, {case for case, _action in acts if case is not None})
        }
    done = {action for _case, action in acts}
    assert done >= {"case_received", "report_received", "letter_sent", "reply_noted", "reclaim_reply"}
    assert [act for act in acts if (act[0], RECORDS[act[1]]) not in found] == []


WITHOUT_TEXT: Final = {
    RecordKind.DECISION_SENT,
    RecordKind.COURT,
    RecordKind.PAYMENT,
    RecordKind.INVOICE,
    RecordKind.STATEMENT,
    RecordKind.WITHDRAWAL,
}
"""What is noted that came or went, while its paper is a document of its own, or the basis itself."""


def test_every_kind_of_record_with_a_text_has_its_file(demonstration: FilledOnce) -> None:
    seen, without = set(), set()
    database = connect_database(f"sqlite:///{demonstration.path}")
    use_rules(database, rules)
    with open_reading(database) as session:
        for by in readers(session):
            cases = set(session.scalars(select(Record.case_id).where(Record.board_id == by.board_id)))
            for one in list_records(acting(session, by), records_of_cases(session, cases)):
                if one.place.kind in seen:
                    continue
                seen.add(one.place.kind)
                if not files_of_records(acting(session, by), [one]):
                    without.add(one.place.kind)
    assert without == WITHOUT_TEXT & seen
    assert seen >= {RecordKind.CHANGE, RecordKind.GRANT_REPORT, RecordKind.CLAIM_REPLY, RecordKind.ITEM}


def test_what_may_be_secret_is_in_the_diary_whatever_the_plan_says(board: BoardAtWork) -> None:
    number = board.receive().number
    board.do(set_record_plan, {RecordKind.NOTE}, set(), role=Role.ADMINISTRATOR)
    board.do(add_note, number, "Ringde.", official=True)
    with open_reading(board.database) as session:
        note = session.scalars(select(Record).where(Record.kind == RecordKind.NOTE)).one()
    assert note.record_class is RecordClass.ORDER
    marked = board.do(mark_record, number, note.kind, note.key, secrecy="21 kap. 1 §", role=Role.REGISTRAR)
    assert marked.record_class is RecordClass.DIARY
