"""Roles, and what each may do with which cases of its own board: one table, from which everything is closed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping


class Role(StrEnum):
    """Roles of a user in a board."""

    CASEWORKER = "caseworker"
    PREMISES = "premises"
    GROUP_MEMBER = "group_member"
    GROUP_SECRETARY = "group_secretary"
    VBE_COORDINATOR = "vbe_coordinator"
    DECISION_MAKER = "decision_maker"
    FINANCE = "finance"
    RULES_OWNER = "rules_owner"
    MANAGER = "manager"
    REGISTRAR = "registrar"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_WORDS: Final[Mapping[Role, Words]] = {
    Role.CASEWORKER: _("Handläggare"),
    Role.PREMISES: _("Lokalpersonal"),
    Role.GROUP_MEMBER: _("Ledamot i referensgruppen"),
    Role.GROUP_SECRETARY: _("Sekreterare i referensgruppen"),
    Role.VBE_COORDINATOR: _("VBE-samordnare"),
    Role.DECISION_MAKER: _("Beslutsfattare"),
    Role.FINANCE: _("Ekonomi"),
    Role.RULES_OWNER: _("Regelansvarig"),
    Role.MANAGER: _("Chef"),
    Role.REGISTRAR: _("Registrator"),
    Role.AUDITOR: _("Revisor"),
    Role.ADMINISTRATOR: _("Systemförvaltare"),
}


TWO_PERSON_ROLES: Final = frozenset(
    {Role.DECISION_MAKER, Role.FINANCE, Role.RULES_OWNER, Role.ADMINISTRATOR, Role.MANAGER}
)
"""Roles that nobody gets by one person's act: they decide, pay, write rules, give roles, or say yes to those who do."""


def function_in_words(kept: str) -> Words:
    """A function as it was kept, in both languages where it is made of roles."""
    english = {words.sv: words.en for words in ROLE_WORDS.values()}
    return Words(kept, ", ".join(english.get(part, part) for part in kept.split(", ")))


class Action(StrEnum):
    """What can be done. Each route and each service names one."""

    READ_CASES = "read_cases"
    QUICK_CHECK = "quick_check"
    READ_ASSOCIATIONS = "read_associations"
    MATCH_ASSOCIATIONS = "match_associations"
    """Names settled, records merged: it touches every case of the association."""
    RECEIVE = "receive"
    IMPORT = "import"
    MANAGE_ROUNDS = "manage_rounds"
    REGISTER_CASE = "register_case"
    ADD_DOCUMENT = "add_document"
    ASSESS = "assess"
    HANDLE = "handle"
    COMMUNICATE = "communicate"
    READ_MEETINGS = "read_meetings"
    TAKE_PART = "take_part"
    """Sits in the reference group, and may ask for a case to be discussed."""
    DECLARE_CONFLICT = "declare_conflict"
    RECORD_MEETING = "record_meeting"
    PROPOSE = "propose"
    DECIDE = "decide"
    RECONSIDER = "reconsider"
    """Opens a decided case to decide anew."""
    READ_PAYMENTS = "read_payments"
    PAY = "pay"
    ATTEST = "attest"
    """Answers for a cost centre: that a payment may be made."""
    RECLAIM = "reclaim"
    FOLLOW_UP = "follow_up"
    """Draws samples, keeps the list of the plan's activities, and what was reported."""
    READ_REGISTERS = "read_registers"
    READ_FIGURES = "read_figures"
    """Opens the cases behind figures: who sees all of the board's cases."""
    READ_RULES = "read_rules"
    WRITE_RULES = "write_rules"
    PUBLISH_RULES = "publish_rules"
    CHANGE_RULE_VERSION = "change_rule_version"
    READ_TRAIL = "read_trail"
    WATCH = "watch"
    """Is told of something on a day that they say."""
    READ_SPECIAL_REVIEWS = "read_special_reviews"
    SPECIAL_REVIEW = "special_review"
    """Opens a closer look at an association, asks, ends it."""
    MANAGE_PEOPLE = "manage_people"
    AGREE_PEOPLE = "agree_people"
    """Says the second yes to a role or a delegation that somebody else gives."""
    MANAGE_BOARD = "manage_board"
    """The board's order, delegation, letterhead: settings, never a case."""


class CaseReach(StrEnum):
    """Which cases of the own board an action reaches."""

    ALL = "all"
    BOOKINGS = "bookings"
    REFERRED = "referred"
    """Those that lie, or have lain, with the reference group."""
    DECIDED = "decided"


_READS: Final = {
    Action.READ_CASES: CaseReach.ALL,
    Action.READ_ASSOCIATIONS: CaseReach.ALL,
    Action.READ_REGISTERS: CaseReach.ALL,
    Action.READ_FIGURES: CaseReach.ALL,
    Action.READ_RULES: CaseReach.ALL,
}
_GROUP: Final = {
    Action.READ_CASES: CaseReach.REFERRED,
    Action.READ_MEETINGS: CaseReach.REFERRED,
    Action.TAKE_PART: CaseReach.REFERRED,
    Action.DECLARE_CONFLICT: CaseReach.REFERRED,
    Action.READ_RULES: CaseReach.ALL,
}
ROLE_PERMISSIONS: Final[Mapping[Role, Mapping[Action, CaseReach]]] = {
    Role.CASEWORKER: {
        **_READS,
        Action.QUICK_CHECK: CaseReach.ALL,
        Action.WATCH: CaseReach.ALL,
        Action.RECEIVE: CaseReach.ALL,
        Action.IMPORT: CaseReach.ALL,
        Action.MATCH_ASSOCIATIONS: CaseReach.ALL,
        Action.MANAGE_ROUNDS: CaseReach.ALL,
        Action.REGISTER_CASE: CaseReach.ALL,
        Action.ADD_DOCUMENT: CaseReach.ALL,
        Action.ASSESS: CaseReach.ALL,
        Action.HANDLE: CaseReach.ALL,
        Action.RECONSIDER: CaseReach.ALL,
        Action.CHANGE_RULE_VERSION: CaseReach.ALL,
        Action.COMMUNICATE: CaseReach.ALL,
        Action.READ_MEETINGS: CaseReach.ALL,
        Action.DECLARE_CONFLICT: CaseReach.ALL,
        Action.PROPOSE: CaseReach.ALL,
        Action.READ_PAYMENTS: CaseReach.ALL,
        Action.RECLAIM: CaseReach.ALL,
        Action.FOLLOW_UP: CaseReach.ALL,
        Action.READ_SPECIAL_REVIEWS: CaseReach.ALL,
        Action.SPECIAL_REVIEW: CaseReach.ALL,
    },
    Role.PREMISES: {
        Action.READ_CASES: CaseReach.BOOKINGS,
        Action.WATCH: CaseReach.BOOKINGS,
        Action.QUICK_CHECK: CaseReach.ALL,
        Action.READ_ASSOCIATIONS: CaseReach.ALL,
        Action.READ_RULES: CaseReach.ALL,
        Action.RECEIVE: CaseReach.BOOKINGS,
        Action.IMPORT: CaseReach.BOOKINGS,
        Action.ADD_DOCUMENT: CaseReach.BOOKINGS,
        Action.ASSESS: CaseReach.BOOKINGS,
        Action.HANDLE: CaseReach.BOOKINGS,
        Action.RECONSIDER: CaseReach.BOOKINGS,
        Action.DECLARE_CONFLICT: CaseReach.BOOKINGS,
        Action.PROPOSE: CaseReach.BOOKINGS,
        # Within a delegation: confirming bookings within the rules is their daily work, and two hundred a week sent
        # to a manager would make the decision a formality.
        Action.DECIDE: CaseReach.BOOKINGS,
    },
    Role.GROUP_MEMBER: _GROUP,
    Role.GROUP_SECRETARY: {**_GROUP, Action.RECORD_MEETING: CaseReach.REFERRED, Action.WATCH: CaseReach.REFERRED},
    Role.VBE_COORDINATOR: _GROUP,
    Role.DECISION_MAKER: {
        **_READS,
        Action.WATCH: CaseReach.ALL,
        Action.DECLARE_CONFLICT: CaseReach.ALL,
        Action.DECIDE: CaseReach.ALL,
        Action.RECONSIDER: CaseReach.ALL,
        Action.READ_PAYMENTS: CaseReach.ALL,
        Action.READ_SPECIAL_REVIEWS: CaseReach.ALL,
        Action.ATTEST: CaseReach.ALL,
    },
    Role.FINANCE: {
        Action.READ_CASES: CaseReach.DECIDED,
        Action.WATCH: CaseReach.DECIDED,
        Action.DECLARE_CONFLICT: CaseReach.DECIDED,
        Action.READ_REGISTERS: CaseReach.ALL,
        Action.READ_PAYMENTS: CaseReach.ALL,
        Action.PAY: CaseReach.ALL,
        Action.IMPORT: CaseReach.ALL,
    },
    Role.RULES_OWNER: {
        Action.READ_RULES: CaseReach.ALL,
        Action.WRITE_RULES: CaseReach.ALL,
        Action.PUBLISH_RULES: CaseReach.ALL,
    },
    Role.MANAGER: {
        **_READS,
        Action.WATCH: CaseReach.ALL,
        Action.READ_PAYMENTS: CaseReach.ALL,
        Action.FOLLOW_UP: CaseReach.ALL,
        Action.PUBLISH_RULES: CaseReach.ALL,
        Action.AGREE_PEOPLE: CaseReach.ALL,
        Action.READ_TRAIL: CaseReach.ALL,
        Action.ATTEST: CaseReach.ALL,
    },
    Role.REGISTRAR: {
        **_READS,
        Action.WATCH: CaseReach.ALL,
        Action.REGISTER_CASE: CaseReach.ALL,
        Action.MATCH_ASSOCIATIONS: CaseReach.ALL,
    },
    Role.AUDITOR: {
        **_READS,
        Action.READ_PAYMENTS: CaseReach.ALL,
        Action.READ_MEETINGS: CaseReach.ALL,
        Action.READ_SPECIAL_REVIEWS: CaseReach.ALL,
        Action.READ_TRAIL: CaseReach.ALL,
    },
    Role.ADMINISTRATOR: {
        Action.MANAGE_PEOPLE: CaseReach.ALL,
        Action.AGREE_PEOPLE: CaseReach.ALL,
        Action.MANAGE_BOARD: CaseReach.ALL,
    },
}
"""Role x action -> which cases. What is not here is closed."""


def roles_with(action: Action, kind: CaseKind) -> tuple[Role, ...]:
    """The roles whose action reaches all cases of a kind in their board."""
    wanted = {CaseReach.ALL, CaseReach.BOOKINGS} if kind is CaseKind.BOOKING else {CaseReach.ALL}
    return tuple(role for role, actions in ROLE_PERMISSIONS.items() if actions.get(action) in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is signed in, at work in one board."""

    id: int
    """0 for the machine itself, where a command is run on it."""
    name: str
    board_id: int
    board: str
    """The board's name."""
    roles: frozenset[Role]
    with_group: bool = True
    """Whether the board works with a reference group."""
    system: str = ""
    """What it is called, where it is another system that acts and nobody's hand."""

    @property
    def function(self) -> str:
        """The function that the trail and registers name instead of the person."""
        return self.system or ", ".join(ROLE_WORDS[role].sv for role in Role if role in self.roles)

    def sights(self, action: Action) -> frozenset[CaseReach]:
        """Which cases the action reaches, by any of the roles."""
        return frozenset(ROLE_PERMISSIONS[role][action] for role in self.roles if action in ROLE_PERMISSIONS[role])

    def may(self, action: Action) -> bool:
        """Whether the action is open at all."""
        return bool(self.sights(action))

    def kinds(self, action: Action) -> tuple[CaseKind, ...]:
        """The kinds of cases that the action reaches: premises staff see to bookings only."""
        sights = self.sights(action)
        return (CaseKind.BOOKING,) if sights == {CaseReach.BOOKINGS} else tuple(CaseKind) if sights else ()

    @property
    def is_registrar(self) -> bool:
        """Whether the person keeps the board's records: what is struck is read and reviewed by them."""
        return Role.REGISTRAR in self.roles

    @property
    def sees_bookings_only(self) -> bool:
        """Whether the person works at the counter, with bookings and nothing else."""
        return self.kinds(Action.READ_CASES) == (CaseKind.BOOKING,)


class SeparationOfDuties(StrEnum):
    """Two acts that one person may not do both in the same matter."""

    PAY_OWN_DECISION = "pay_own_decision"
    DECIDE_OWN_RECLAIM_AND_WAIVE = "decide_own_reclaim_and_waive"
    DECIDE_IN_CONFLICT = "decide_in_conflict"
    PUBLISH_OWN_RULES = "publish_own_rules"
    CHECK_OWN_ACCOUNT = "check_own_account"
    GIVE_ONESELF = "give_oneself"
    AGREE_OWN = "agree_own"
    DECIDE_OWN_PROPOSAL = "decide_own_proposal"
    PAY_CHECKED_ACCOUNT = "pay_checked_account"
    LIFT_OWN_STOP = "lift_own_stop"
    ATTEST_BOTH = "attest_both"
    ATTEST_OWN_DECISION = "attest_own_decision"


SEPARATION_WORDS: Final[Mapping[SeparationOfDuties, Words]] = {
    SeparationOfDuties.PAY_OWN_DECISION: _(
        "Du fattade beslutet. En annan person måste markera utbetalningen som betald."
    ),
    SeparationOfDuties.DECIDE_OWN_RECLAIM_AND_WAIVE: _(
        "Du fattade beslutet om återkrav. En annan person måste besluta om eftergift."
    ),
    SeparationOfDuties.DECIDE_IN_CONFLICT: _("Du har anmält jäv i ärendet och kan inte delta."),
    SeparationOfDuties.GIVE_ONESELF: _("Du kan inte ändra dina egna roller eller din egen rätt att besluta."),
    SeparationOfDuties.AGREE_OWN: _(
        "Du har begärt ändringen, eller så gäller den dig. En annan person måste godkänna den."
    ),
    SeparationOfDuties.CHECK_OWN_ACCOUNT: _("Du antecknade det nya kontot. En annan person måste kontrollera det."),
    SeparationOfDuties.DECIDE_OWN_PROPOSAL: _("Du skrev förslaget. En annan person måste besluta om det."),
    SeparationOfDuties.PAY_CHECKED_ACCOUNT: _(
        "Du kontrollerade kontot. En annan person måste markera utbetalningen som betald."
    ),
    SeparationOfDuties.ATTEST_BOTH: _("Du har gett sakattesten. En annan person måste ge beslutsattesten."),
    SeparationOfDuties.ATTEST_OWN_DECISION: _("Du fattade beslutet. En annan person måste attestera utbetalningen."),
    SeparationOfDuties.LIFT_OWN_STOP: _("Du stoppade utbetalningen. En annan person måste häva stoppet."),
    SeparationOfDuties.PUBLISH_OWN_RULES: _("Du har skrivit i reglerna. En annan person måste publicera dem."),
}
"""The one table of acts kept apart, by person."""
