"""Who may open which route. Every route is here; a test fails on one that is not."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.domain.people import Action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.domain.people import Person


class Access(StrEnum):
    """The rules there are beside the actions of `domain/people.py`."""

    EVERYONE = "everyone"
    """No case, no stored data: the page works on what the visitor brings."""
    SIGNED_IN = "signed_in"
    """Only what belongs to the person."""


ACCESS: Final[Mapping[str, Access | Action]] = {
    "static": Access.EVERYONE,
    "pages.start": Access.EVERYONE,
    "pages.accessibility": Access.EVERYONE,
    "preferences.choose": Access.EVERYONE,
    "trial.ask": Access.EVERYONE,
    "trial.answer": Access.EVERYONE,
    "trial.workbook": Access.EVERYONE,
    "trial.sample": Access.EVERYONE,
    "login.ask": Access.EVERYONE,
    "login.enter": Access.EVERYONE,
    "login.leave": Access.EVERYONE,
    "login.board": Access.SIGNED_IN,
    "login.kept": Access.SIGNED_IN,
    "cases.index": Action.READ_CASES,
    "cases.show": Action.READ_CASES,
    "cases.new": Action.RECEIVE,
    "cases.create": Action.RECEIVE,
    "cases.facts": Action.HANDLE,
    "cases.change_facts": Action.HANDLE,
    "cases.nothing_found_in": Action.ASSESS,
    "bookings.index": Action.READ_CASES,
    "bookings.new": Action.RECEIVE,
    "bookings.create": Action.RECEIVE,
    "handling.register": Action.REGISTER_CASE,
    "handling.mark": Action.ASSESS,
    "handling.nothing_found": Action.ASSESS,
    "handling.assess": Action.ASSESS,
    "handling.save_draft": Action.ASSESS,
    "handling.discard_draft": Action.ASSESS,
    "handling.look_again": Action.HANDLE,
    "handling.withdraw_assessment": Action.ASSESS,
    "handling.request_completion": Action.HANDLE,
    "handling.add_note": Action.HANDLE,
    "handling.add_document": Action.ADD_DOCUMENT,
    "handling.conflict": Action.DECLARE_CONFLICT,
    "handling.make_ready": Action.HANDLE,
    "handling.send_back": Action.HANDLE,
    "handling.withdraw": Action.HANDLE,
    "handling.refer": Action.HANDLE,
    "handling.communicate": Action.COMMUNICATE,
    "handling.note_reply": Action.COMMUNICATE,
    "handling.extend_reply": Action.COMMUNICATE,
    "handling.hear": Action.COMMUNICATE,
    "explanations.show": Action.READ_CASES,
    "documents.search": Action.READ_CASES,
    "documents.download": Action.READ_CASES,
    "documents.show": Action.READ_CASES,
    "documents.picture": Action.READ_CASES,
    "documents.set_type": Action.ADD_DOCUMENT,
    "cases.download": Action.HANDLE,
    "bookings.download": Action.HANDLE,
    "rounds.index": Action.MANAGE_ROUNDS,
    "rounds.new": Action.MANAGE_ROUNDS,
    "rounds.create": Action.MANAGE_ROUNDS,
    "rounds.show": Action.MANAGE_ROUNDS,
    "rounds.close": Action.MANAGE_ROUNDS,
    "completions.index": Action.HANDLE,
    "completions.ask": Action.HANDLE,
    "completions.show": Action.HANDLE,
    "completions.drafts": Action.HANDLE,
    "completions.printed": Action.HANDLE,
    "completions.note_gap": Action.HANDLE,
    "completions.contact": Action.HANDLE,
    "paper_forms.index": Action.RECEIVE,
    "paper_forms.download": Action.RECEIVE,
    "paper_forms.letterhead": Action.MANAGE_ROUNDS,
    "own_columns.index": Action.MANAGE_ROUNDS,
    "own_columns.add": Action.MANAGE_ROUNDS,
    "own_columns.close": Action.MANAGE_ROUNDS,
    "handling.own_values": Action.HANDLE,
    "imports.index": Action.IMPORT,
    "imports.hand_in": Action.IMPORT,
    "imports.show": Action.IMPORT,
    "imports.choose_columns": Action.IMPORT,
    "imports.confirm": Action.IMPORT,
    "imports.discard": Action.IMPORT,
    "imports.marked": Action.IMPORT,
    "imports.undo": Action.IMPORT,
    "incoming.index": Action.RECEIVE,
    "incoming.hand_in": Action.RECEIVE,
    "incoming.show": Action.RECEIVE,
    "incoming.put_in": Action.RECEIVE,
    "incoming.throw_away": Action.RECEIVE,
    "check.show": Action.QUICK_CHECK,
    "agreements.index": Action.MANAGE_PEOPLE,
    "agreements.agree": Action.MANAGE_PEOPLE,
    "agreements.end": Action.MANAGE_PEOPLE,
    "associations.index": Action.READ_ASSOCIATIONS,
    "associations.show": Action.READ_ASSOCIATIONS,
    "associations.settle_name": Action.MATCH_ASSOCIATIONS,
    "associations.compare": Action.MATCH_ASSOCIATIONS,
    "associations.merge": Action.MATCH_ASSOCIATIONS,
    "associations.undo_merge": Action.MATCH_ASSOCIATIONS,
    "associations.not_the_same": Action.MATCH_ASSOCIATIONS,
    "decisions.index": Action.DECIDE,
    "decisions.draft": Action.READ_CASES,
    "decisions.propose": Action.READ_CASES,
    "decisions.confirm": Action.DECIDE,
    "decisions.decide": Action.DECIDE,
    "decisions.show": Action.READ_CASES,
    "decisions.note": Action.REGISTER_CASE,
    "handling.close": Action.HANDLE,
    "handling.reconsider": Action.HANDLE,
    "board_order.show": Access.SIGNED_IN,
    "board_order.set_way": Action.MANAGE_BOARD,
    "board_order.set_gate": Action.MANAGE_BOARD,
    "board_order.set_habits": Action.MANAGE_BOARD,
    "setup.show": Action.MANAGE_BOARD,
    "setup.skip": Action.MANAGE_BOARD,
    "setup.name_board": Action.MANAGE_BOARD,
    "setup.set_way": Action.MANAGE_BOARD,
    "setup.choose_rules": Action.MANAGE_BOARD,
    "setup.add_person": Action.MANAGE_PEOPLE,
    "setup.letterhead": Action.MANAGE_BOARD,
    "delegations.index": Access.SIGNED_IN,
    "delegations.add": Action.MANAGE_BOARD,
    "delegations.end": Action.MANAGE_BOARD,
    "delegations.be_absent": Access.SIGNED_IN,
    "delegations.come_back": Access.SIGNED_IN,
    "delegations.unreported": Action.READ_REGISTERS,
    "delegations.report": Action.REGISTER_CASE,
    "meetings.index": Action.READ_MEETINGS,
    "meetings.call": Action.RECORD_MEETING,
    "meetings.show": Action.READ_MEETINGS,
    "meetings.conflicts": Action.READ_MEETINGS,
    "meetings.declare": Action.READ_MEETINGS,
    "meetings.attendance": Action.RECORD_MEETING,
    "meetings.consent": Action.RECORD_MEETING,
    "meetings.lift_out": Action.READ_MEETINGS,
    "meetings.record": Action.RECORD_MEETING,
    "meetings.hold": Action.RECORD_MEETING,
    "meetings.papers": Action.READ_MEETINGS,
    "meetings.state": Action.READ_MEETINGS,
    "meetings.invite": Action.RECORD_MEETING,
    "meetings.seat_in_conflict": Action.RECORD_MEETING,
    "meetings.approve": Action.READ_MEETINGS,
    "meetings.take_seat": Action.RECORD_MEETING,
    "meetings.leave_seat": Action.RECORD_MEETING,
    "meetings.notes": Action.READ_MEETINGS,
    "payments.index": Action.READ_PAYMENTS,
    "payments.pay": Action.PAY,
    "payments.change_account": Action.HANDLE,
    "payments.check_account": Action.PAY,
    "payments.stop": Action.DECIDE,
    "payments.lift": Action.DECIDE,
    "payments.reclaims": Action.READ_PAYMENTS,
    "payments.new_reclaim": Action.RECLAIM,
    "payments.open_reclaim": Action.RECLAIM,
    "payments.show": Action.READ_PAYMENTS,
    "payments.communicate": Action.RECLAIM,
    "payments.reply": Action.RECLAIM,
    "payments.decide": Action.DECIDE,
    "payments.receive": Action.PAY,
    "rules.index": Action.READ_RULES,
    "rules.show": Action.READ_RULES,
    "rules.shipped": Action.READ_RULES,
    "rules.download": Action.READ_RULES,
    "rules.compare": Action.READ_RULES,
    "rules.withdraw": Action.PUBLISH_RULES,
    "rules.moves": Action.CHANGE_RULE_VERSION,
    "rules.move": Action.CHANGE_RULE_VERSION,
    "rule_drafts.new": Action.WRITE_RULES,
    "rule_drafts.create": Action.WRITE_RULES,
    "rule_drafts.take_in": Action.WRITE_RULES,
    "rule_drafts.show": Action.READ_RULES,
    "rule_drafts.text_form": Action.WRITE_RULES,
    "rule_drafts.save_text": Action.WRITE_RULES,
    "rule_parts.criterion": Action.WRITE_RULES,
    "rule_parts.save_criterion": Action.WRITE_RULES,
    "rule_parts.remove_criterion": Action.WRITE_RULES,
    "rule_parts.take": Action.WRITE_RULES,
    "rule_parts.settings": Action.WRITE_RULES,
    "rule_parts.save_settings": Action.WRITE_RULES,
    "rule_parts.fact": Action.WRITE_RULES,
    "rule_parts.save_fact": Action.WRITE_RULES,
    "rule_parts.remove_fact": Action.WRITE_RULES,
    "rule_parts.remove_entry": Action.WRITE_RULES,
    "rule_parts.remove_case": Action.WRITE_RULES,
    "rule_parts.word_list": Action.WRITE_RULES,
    "rule_parts.save_entry": Action.WRITE_RULES,
    "rule_parts.retire_words": Action.WRITE_RULES,
    "rule_parts.worked_case": Action.WRITE_RULES,
    "rule_parts.save_case": Action.WRITE_RULES,
    "rule_parts.about": Action.WRITE_RULES,
    "rule_parts.save_about": Action.WRITE_RULES,
    "rule_drafts.hand_over": Action.WRITE_RULES,
    "rule_drafts.give_back": Action.PUBLISH_RULES,
    "rule_drafts.discard": Action.WRITE_RULES,
    "rule_trials.begin": Action.PUBLISH_RULES,
    "rule_trials.show": Action.PUBLISH_RULES,
    "rule_trials.stop": Action.PUBLISH_RULES,
    "rule_trials.excel": Action.PUBLISH_RULES,
    "rule_trials.review": Action.PUBLISH_RULES,
    "rule_trials.publish": Action.PUBLISH_RULES,
    "registers.index": Action.READ_REGISTERS,
    "registers.show": Action.READ_REGISTERS,
    "registers.excel": Action.READ_REGISTERS,
}


class Entry(StrEnum):
    """What a visitor meets at a route."""

    OPEN = "open"
    SIGN_IN = "sign_in"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


def entry(endpoint: str | None, person: Person | None) -> Entry:
    """Whether a visitor may open an endpoint; what has no rule is closed to all."""
    rule = ACCESS.get(endpoint or "")
    if endpoint is None or rule is Access.EVERYONE:
        return Entry.OPEN
    if rule is None:
        return Entry.UNKNOWN
    if person is None:
        return Entry.SIGN_IN
    if isinstance(rule, Action) and not person.may(rule):
        return Entry.FORBIDDEN
    return Entry.OPEN
