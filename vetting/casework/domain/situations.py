"""What the gates look at: where a case stands before a decision, and after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vetting.kernel.decision_outcomes import (
    ABOUT_THE_ASSOCIATION,
    ADVERSE,
    DecisionGround,
    DecisionOutcome,
    Reservation,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from vetting.kernel.case_kinds import CaseKind
    from vetting.kernel.text import Words
    from vetting.people.domain.delegation import DelegatedAct


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunicationRound:
    """Something communicated: which criteria, until when the association could answer, whether it did."""

    points: frozenset[str]
    reply_by: date
    replied: bool
    handled: bool
    general: bool = False
    """It was about no criterion: what speaks against lies elsewhere."""
    unsent: bool = False
    """Its letter is written, and has not gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateProposal:
    """The decision as it is proposed, and who is to make it."""

    outcome: DecisionOutcome
    amount: int | None
    reasons: str
    grounds: frozenset[DecisionGround]
    reservations: frozenset[Reservation]
    against_group: str
    appeal: str
    written_at: datetime | None
    needed_reservations: frozenset[Reservation] = frozenset(Reservation)
    """What a grant of its kind is to hold open."""
    execution: bool = False
    """It is execution: there is no appeal to tell of."""
    set_aside: frozenset[str] = frozenset()
    """Criteria that it makes an exception from, and says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence:
    """What whoever decides may decide; `one` is false for a group, which never decides."""

    one: bool
    covers_kind: bool
    refusals: bool
    largest: int | None
    lacking: frozenset[DelegatedAct] = frozenset()
    """What the decision takes the right to, and the delegation does not give."""
    own_proposal: bool = False
    """They proposed it themselves, and the board keeps the two apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSituation:
    """Everything that gates look at, gathered by the shell."""

    kind: CaseKind
    on: date
    registered: bool
    officer_checked_for_conflict: bool
    decider_checked_for_conflict: bool
    gaps: tuple[Words, ...]
    """What the rules read and nobody has given, told or accepted as lacking."""
    asked_to_complete: bool
    to_assess: tuple[Words, ...]
    papers_unopened: bool
    """What the board wants opened in the case has not been."""
    basic_check: bool
    group_required: bool
    group_done: bool
    group_advises_otherwise: bool
    not_met_values: bool = False
    """A value criterion is among what is not met."""
    not_met_musts: bool = False
    """A requirement that the rules give nobody leave to weigh is among what is not met."""
    not_met_labels: Mapping[str, Words] = field(default_factory=dict)
    """Criterion -> label, of what is not met."""
    not_met: tuple[str, ...]
    """Criteria that are not met: by a person's assessment, or by facts that are there."""
    not_met_without_act: tuple[Words, ...]
    """Value criteria answered "not met" without an act that may be shown."""
    told: tuple[CommunicationRound, ...]
    adopted: date | None
    """When the rules were adopted, where that is known."""
    received_on: date
    not_weighed: tuple[Words, ...] = ()
    """Value criteria answered "not met" without special reasons and proportionality."""
    routine_followed: bool = True
    not_reviewed: tuple[Words, ...] = ()
    """Value criteria that nobody has answered for a first-time applicant."""
    off: frozenset[str] = frozenset()
    """Gates that the board does not have."""
    decided_by_person: bool = True
    """Whoever decides is a person with an account, no program."""
    coordinator_missing: bool = False
    """The rules ask that the VBE coordinator sits in the group, and nobody in that role took part in the review."""
    name_in_conflict: tuple[Words, Words] | None = None
    """Whose number it is and what to do, where the case's name is not that association's."""
    referred: bool = False
    """The case lies with the reference group now, or with its coordinator."""
    with_coordinator: bool = False
    """It lies with the coordinator alone: the group has not been asked."""
    papers_to_open: tuple[int, ...] = ()
    """Ids of those that lie in the case; none where they lie elsewhere, and a person says that they were opened."""
    proposed: GateProposal | None = None
    competence: Competence | None = None

    @property
    def adverse_on_criterion(self) -> bool:
        """Whether the proposal goes against an association of which something is not met, whatever ground is named."""
        proposed = self.proposed
        return (
            proposed is not None
            and proposed.outcome in ADVERSE
            # A refusal for lack of money says nothing about the association: it needs no act and no hearing.
            and bool(self.not_met or proposed.grounds & ABOUT_THE_ASSOCIATION)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedSituation:
    """Where a decided case stands."""

    granted: bool
    identity_checked: bool
    sent: bool
    """Every decision of the case has gone to the association."""
    reported: bool
    """Every delegated decision of the case has been reported to the board."""
    followed_up: bool
    report_left: bool
    """The association is to report how the grant was used, and nobody has gone through a report."""
    report_come: bool
    """A report is there that a person can go through."""
    report_late: bool
    """The day it was to come, or to be completed, has passed."""
    aid_registered: bool
    """It is no aid of minor importance, or a person has said when it was entered in the register."""
    extract_handed_in: bool
    """No meeting decided it on a round's item, or the extract of that meeting's minutes is there."""
    appeal_open: bool
    """A decision can still be appealed, or is appealed."""
    payments_left: bool = False
    """An instalment is still to be paid."""
    off: frozenset[str] = frozenset()


NOTHING_LACKING: Final = DecidedSituation(
    granted=True,
    identity_checked=True,
    sent=True,
    reported=True,
    followed_up=True,
    report_left=False,
    report_come=True,
    report_late=False,
    aid_registered=True,
    extract_handed_in=True,
    appeal_open=False,
)
"""A granted case that no gate holds: what is asked of a step is put into it."""
