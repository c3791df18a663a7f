"""Boards and their people: sign-in, roles, delegation, ways of working, setting up."""

from vetting.people.services.boards import habits_of, letterhead_of, set_letterhead
from vetting.people.services.delegation import (
    FUNCTIONS,
    NewDelegationRow,
    add_delegation,
    answer_delegation,
    be_absent,
    come_back,
    end_delegation,
)
from vetting.people.services.own_templates import paper_docx
from vetting.people.services.personal_data import kept_for
from vetting.people.services.role_expiry import UnusedRole, unused_roles
from vetting.people.services.roles import may_agree, second_persons, waiting_for
from vetting.people.services.second_factor import demand_factor
from vetting.people.services.setup_steps import DONE, SETUP_WORDS, SKIPPED, SetupStep, mark_step_done
from vetting.people.services.sign_in import at_work, digest_of, require_permission, require_permission_for_kind

__all__ = [
    "DONE",
    "FUNCTIONS",
    "SETUP_WORDS",
    "SKIPPED",
    "NewDelegationRow",
    "SetupStep",
    "UnusedRole",
    "add_delegation",
    "answer_delegation",
    "at_work",
    "be_absent",
    "come_back",
    "demand_factor",
    "digest_of",
    "end_delegation",
    "habits_of",
    "kept_for",
    "letterhead_of",
    "mark_step_done",
    "may_agree",
    "paper_docx",
    "require_permission",
    "require_permission_for_kind",
    "second_persons",
    "set_letterhead",
    "unused_roles",
    "waiting_for",
]
