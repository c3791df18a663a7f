"""What the gates of a case look at, gathered from the store, and what they say."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from vetting.casework.domain.advice import NO_OPINION, Advice, departs_from_advice
from vetting.casework.domain.appeals import appeal_outcome
from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.domain.completions import asked_in_vain
from vetting.casework.domain.gate_table import ClosedGate, GatedStep, closed_gates
from vetting.casework.domain.situations import CaseSituation, CommunicationRound, Competence, GateProposal
from vetting.casework.models import cases as store
from vetting.casework.models.assessments import given_answers
from vetting.casework.models.cases import Case, current_marks, in_conflict
from vetting.casework.models.completions import asked_until, requests_of
from vetting.casework.models.decisions import Decision, DecisionDraft, decision_draft_of, quashed_decisions
from vetting.casework.models.document_reads import papers_of_case
from vetting.casework.models.letters import unsent_about, unsent_requests_of
from vetting.casework.models.meetings import reviews_of_case, taking_part, took_part
from vetting.casework.services import name_conflicts
from vetting.casework.services.appeal_clocks import clock_by
from vetting.casework.services.gaps import accepted_gaps, gaps_of, missing_facts
from vetting.casework.services.readable_cases import has_answered_on_conflict
from vetting.casework.services.screenings import screen_without_keeping
from vetting.engine.criteria import CriterionKind
from vetting.engine.results import CriterionResult, ResultAuthor
from vetting.grants.models.rounds import Round, scheme_of_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome, Reservation
from vetting.kernel.roles import Action, Role
from vetting.kernel.store.read_cache import cached_query, prime_query_cache
from vetting.people import habits_of
from vetting.people.domain.delegation import SINGLE, DecisionAuthority, DelegatedAct, acts_needed, best_right
from vetting.people.domain.ways_of_working import BoardOption, GateReason, gate_states
from vetting.people.models.delegation import decision_rights
from vetting.people.models.people import Board, RoleAssignment, User, colleagues
from vetting.rules import GROUP_GATE, rulebook_of
from vetting.rules.models import adoption_of_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vetting.casework.models.cases import CaseMark
    from vetting.casework.models.meetings import Review
    from vetting.casework.services.screenings import CaseScreening
    from vetting.engine.results import Finding
    from vetting.engine.ruleset import RuleSet
    from vetting.engine.screening import Screening
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Words
    from vetting.people.domain.delegation import DecisionRight
    from vetting.people.domain.ways_of_working import GateState
    from vetting.rules import Rules


def appeal_for(session: Session, case: Case, maker: str) -> str:
    """How what a maker decides can be appealed, as it stands in it; the chapter only where the board cites law."""
    board = session.get_one(Board, case.board_id)
    return appeal_outcome(clock_by(maker, board), cites=BoardOption.CITES_LAW in habits_of(board), court=board.court).sv


def case_situation(session: Session, case: Case, screened: CaseScreening | None, *, on: date) -> CaseSituation:
    """Where a case stands before anybody proposes a decision."""
    screening = screened.screening if screened else None
    board = session.get_one(Board, case.board_id)
    states = gates_under(board, screening.ruleset if screening else None, rulebook_of(session))
    unweighed, without_act = _lacking_in_answers(session, screened)
    marks = current_marks(session, case)
    kinds = {mark.kind for mark in marks}
    advice = given_advice(session, case)
    against = screening.against if screening is not None else ()
    told = _communication_rounds(session, case, screened)
    unopened, to_open = papers_of_case(session, case).left(screening, marks)
    return CaseSituation(
        kind=case.kind,
        on=on,
        registered=is_registered(session, case),
        officer_checked_for_conflict=case.officer_id is not None
        and has_answered_on_conflict(session, case, case.officer_id),
        decider_checked_for_conflict=False,
        gaps=_gaps(case, screening, accepted_gaps(marks)),
        asked_to_complete=_asked_in_vain(session, case, screening, marks, on),
        to_assess=_to_assess(screening),
        papers_unopened=unopened,
        papers_to_open=to_open,
        basic_check=CaseMarkKind.BASIC_CHECK in kinds,
        group_required=group_required(case, screening, states),
        group_done=advice is not None,
        group_advises_otherwise=False,
        not_met=tuple(finding.criterion.id for finding in against),
        not_met_labels={finding.criterion.id: finding.criterion.label for finding in against},
        not_met_values=screening is not None and screening.value_is_against,
        not_met_musts=screening is not None and screening.must_is_against,
        not_met_without_act=without_act,
        not_weighed=unweighed,
        routine_followed=CaseMarkKind.ROUTINE_FOLLOWED in kinds,
        not_reviewed=_not_reviewed(screening),
        off=frozenset(name for name, state in states.items() if not state.on),
        told=told,
        adopted=_adoption_day(session, case, screening),
        received_on=case.received_on,
        referred=case.state == CaseState.REFERRED,
        with_coordinator=case.state == CaseState.REFERRED
        and all(review.outcome for review in reviews_of_case(session, case.id)),
        name_in_conflict=_name_in_conflict(session, case),
        coordinator_missing=_coordinator_missing(session, case, states),
    )


def _coordinator_missing(session: Session, case: Case, states: Mapping[str, GateState]) -> bool:
    """Whether the rules want the coordinator in the group, and none that could take part in the review did.

    Where all who hold the role have stepped aside, conflict of interest goes first.
    """
    state = states.get(GROUP_GATE)
    review = advising_review(session, case)
    if state is None or state.held is not GateReason.BY_RULES or review is None:
        return False
    holders = coordinators_of(session, case.board_id)
    able = {key for key in holders if not in_conflict(session, key, case.id)}
    if holders and not able:
        return False
    return not took_part(session, review, frozenset(able))


@cached_query(User, RoleAssignment)
def coordinators_of(session: Session, board_id: int) -> frozenset[int]:
    """Who holds the role of VBE coordinator in a board."""
    return frozenset(user.id for user in colleagues(session, board_id, Role.VBE_COORDINATOR))


def prefetch_review_participants(session: Session, cases: Sequence[Case]) -> None:
    """Reads for all cases whether the coordinator took part in their reviews. `prefetch_for_cases` comes first."""
    reviews = [review for case in cases for review in reviews_of_case(session, case.id)]
    if not reviews:
        return
    holders = coordinators_of(session, cases[0].board_id)
    aside = store.conflicts_of(session, holders)
    found = {
        (key, case.id): any(conflict.holds_for(case) for conflict in aside.get(key, ()))
        for case in cases
        for key in holders
    }
    prime_query_cache(session, in_conflict, found)
    prime_query_cache(session, took_part, taking_part(session, reviews, holders))


def _name_in_conflict(session: Session, case: Case) -> tuple[Words, Words] | None:
    found = name_conflicts.of_case(session, case)
    return (name_conflicts.in_words(found), name_conflicts.REMEDY) if found is not None else None


def is_registered(session: Session, case: Case) -> bool:
    """By its own registry number, or its round's."""
    if case.dnr:
        return True
    found = session.get(Round, case.round_id) if case.round_id is not None else None
    return bool(found and found.dnr) or case.kind is CaseKind.BOOKING


def given_advice(session: Session, case: Case) -> Advice | None:
    """The group's latest opinion, if it has given one that no court's word has overtaken."""
    review = advising_review(session, case)
    return Advice(review.outcome) if review is not None else None


def advising_review(session: Session, case: Case) -> Review | None:
    """The review in which that opinion was given."""
    fallen = _under_quashed(session, case, "reviews")
    for review in reviews_of_case(session, case.id):
        if review.id not in fallen and review.outcome and Advice(review.outcome) not in NO_OPINION:
            return review
    return None


def usual_conditions(session: Session, case: Case) -> list[str]:
    """The conditions that an approval begins with: those of its grant scheme, and those that the group advises."""
    scheme = scheme_of_case(session, case.scheme_id, case.round_id)
    own = [line.strip() for line in scheme.conditions.splitlines() if line.strip()] if scheme is not None else []
    review = advising_review(session, case)
    advised = review.conditions if review is not None and review.outcome == Advice.WITH_CONDITIONS else []
    return list(dict.fromkeys([*own, *advised]))


def usual_reservations(session: Session, case: Case) -> tuple[Reservation, ...]:
    """What an approval holds open: what its grant scheme says, else all of it."""
    scheme = scheme_of_case(session, case.scheme_id, case.round_id)
    return tuple(Reservation(name) for name in scheme.reservations) if scheme is not None else tuple(Reservation)


def _under_quashed(session: Session, case: Case, what: str) -> set[int]:
    """Ids of what quashed decisions of a case rested on: it is done anew before the next decision."""
    if case.reopened_at is None:  # a quashed decision opens its case again
        return set()
    rows = session.scalars(
        select(Decision.rests_on).where(Decision.case_id == case.id, Decision.id.in_(quashed_decisions()))
    )
    return {key for rests_on in rows for key in rests_on.get(what, ())}


def gates_under(board: Board, ruleset: RuleSet | None, rules: Rules) -> dict[str, GateState]:
    """The gates of a board under a rule set: the rules go before the board's way of working and choices."""
    required = frozenset(gate.id for gate in ruleset.gates) if ruleset else frozenset()
    return gate_states(rules.folder.book.gates, board.way_of_working, board.gates, required)


def group_required(case: Case, screening: Screening | None, states: Mapping[str, GateState]) -> bool:
    """Whether the group reviews the case: by its rules, by the board's own choice, or as its way of working has it."""
    state = states.get(GROUP_GATE)
    if case.kind is not CaseKind.GRANT or screening is None or state is None or not state.on:
        return False
    return state.held is not GateReason.BY_WAY or screening.ruleset.refer.everything


def _not_reviewed(screening: Screening | None) -> tuple[Words, ...]:
    """Value criteria that nobody has answered for a first-time applicant."""
    if screening is None or screening.facts.values.get("first_application") is not True:
        return ()
    return tuple(
        finding.criterion.label
        for finding in screening.findings
        if finding.criterion.value_criterion
        and finding.criterion.kind is CriterionKind.ASSESSMENT
        and finding.author is ResultAuthor.COMPUTED
    )


def _gaps(case: Case, screening: Screening | None, accepted: set[str]) -> tuple[Words, ...]:
    """What is missing; for an application also what the source never asked."""
    if screening is None:
        return ()
    missing = missing_facts(case, screening)
    catalogue = screening.ruleset.catalogue
    return tuple(catalogue[fact].wanted for fact in missing if fact not in accepted)


def _asked_in_vain(
    session: Session, case: Case, screening: Screening | None, marks: Sequence[CaseMark], on: date
) -> bool:
    requests, unsent = requests_of(session, case.id), unsent_requests_of(session, case.id)
    return bool(requests) and asked_in_vain(
        gaps_of(session, case, screening, marks, on=on), asked_until(requests, unsent, on), on
    )


def _communication_rounds(
    session: Session, case: Case, screened: CaseScreening | None
) -> tuple[CommunicationRound, ...]:
    """What the association was told, each with the points that stand as they stood then."""
    rows = store.communications(session, case.id)
    if not rows:
        return ()
    now = as_shown(screened, [name for row in rows for name in row.points])
    fallen = _under_quashed(session, case, "communications")
    waiting = unsent_about(session, case.id)
    return tuple(
        CommunicationRound(
            points=frozenset(name for name in row.points if row.answers.get(name) == now.get(name)),
            general=not row.points,
            reply_by=row.reply_by,
            replied=row.replied_on is not None,
            handled=store.is_reply_weighed(row),
            unsent=row.id in waiting,
        )
        for row in rows
        if row.id not in fallen
    )


def as_shown(screened: CaseScreening | None, points: Iterable[str]) -> dict[str, int | str]:
    """Criterion -> what an association is shown of it: the id of a person's answer, or a mark of what was computed.

    A newer answer, or another value of a fact that it rests on, has another.
    """
    if screened is None:
        return {}
    wanted = set(points)
    found = [finding for finding in screened.screening.findings if finding.criterion.id in wanted]
    return {
        finding.criterion.id: screened.answers.get(finding.criterion.id) or _mark(screened.screening, finding)
        for finding in found
    }


def _mark(screening: Screening, finding: Finding) -> str:
    told = repr([(name, screening.facts.values.get(name)) for name in sorted(finding.criterion.facts)])
    return hashlib.sha256(f"{finding.result} {told}".encode()).hexdigest()[:16]


def _to_assess(screening: Screening | None) -> tuple[Words, ...]:
    if screening is None:
        return ()
    return tuple(
        finding.criterion.label for finding in screening.findings if finding.result is CriterionResult.NEEDS_ASSESSMENT
    )


def _lacking_in_answers(
    session: Session, screened: CaseScreening | None
) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    """Value criteria answered "not met" without weighing, and without an act that may be shown."""
    if screened is None:
        return (), ()
    by_person = [
        finding
        for finding in screened.screening.against
        if finding.criterion.value_criterion and finding.author is not ResultAuthor.COMPUTED
    ]
    ids = {finding.criterion.id: screened.answers[finding.criterion.id] for finding in by_person}
    given = given_answers(session, tuple(ids.values()))
    rows = {finding.criterion.label: given[ids[finding.criterion.id]].evidence for finding in by_person}
    unweighed = tuple(
        label for label, found in rows.items() if not any(row.special_reasons and row.proportionality for row in found)
    )
    without = tuple(
        label
        for label, found in rows.items()
        if not any(row.may_be_shown and row.verified and row.inside_activity for row in found)
    )
    return unweighed, without


def _adoption_day(session: Session, case: Case, screening: Screening | None) -> date | None:
    """The day the rules were adopted, as recorded or as they say; of a bare year its last day, to nobody's harm."""
    if screening is None:
        return None
    ruleset = screening.ruleset
    published = adoption_of_version(session, case.rule_version_id) if case.rule_version_id else None
    if published is not None:
        return published.adopted_on
    recorded = session.get_one(Board, case.board_id).rules.get("adopted_on")
    if recorded:
        return date.fromisoformat(recorded)
    text = ruleset.adopted.on
    if not ruleset.adopted.body or not text:
        return None
    return date.fromisoformat(text) if "-" in text else date(int(text), 12, 31)


def with_draft(session: Session, case: Case, found: CaseSituation, draft: DecisionDraft, *, on: date) -> CaseSituation:
    """The situation with a decision proposed, seen by the one who would make it."""
    return replace(
        with_proposal(session, case, found, draft),
        decider_checked_for_conflict=has_answered_on_conflict(session, case, session.person.id),
        competence=_competence(
            session,
            case,
            draft,
            on=on,
            needed=_acts_of(case, draft, values=found.not_met_values, must=found.not_met_musts),
        ),
        decided_by_person=session.person.id > 0,
    )


def with_proposal(session: Session, case: Case, found: CaseSituation, draft: DecisionDraft | None) -> CaseSituation:
    """The situation with what is proposed, if anything is."""
    if draft is None:
        return found
    outcome = draft.outcome
    return replace(
        found,
        group_advises_otherwise=departs_from_advice(
            given_advice(session, case), outcome, has_conditions=bool(draft.conditions)
        ),
        proposed=GateProposal(
            outcome=outcome,
            amount=draft.amount,
            reasons=draft.reasons,
            grounds=frozenset(DecisionGround(ground) for ground in draft.grounds),
            reservations=frozenset(Reservation(name) for name in draft.reservations),
            needed_reservations=frozenset(usual_reservations(session, case)),
            against_group=draft.against_group,
            appeal=appeal_for(session, case, DecisionAuthority.BOARD),
            written_at=draft.written_at,
            set_aside=frozenset(draft.set_aside) if draft.exception else frozenset(),
        ),
    )


def delegation_for(
    session: Session,
    kind: str,
    *,
    on: date,
    outcome: DecisionOutcome | None = None,
    amount: int | None = None,
    needed: frozenset[DelegatedAct] = frozenset(),
) -> DecisionRight | None:
    """By what right a person decides in the board that day; without an outcome, the widest there is for the kind."""
    if not session.person.may(Action.DECIDE):
        return None
    return best_right(decision_rights(session, on), kind, on, outcome, amount, needed)


def right_to(
    session: Session,
    case: Case,
    draft: DecisionDraft,
    *,
    on: date,
    screening: Screening | None,
    by_minutes: bool = False,
) -> DecisionRight | None:
    """By what right a person decides what is proposed: outcome, amount, and on which grounds.

    by_minutes: they name the paragraph of a meeting's minutes.
    """
    values = screening is not None and screening.value_is_against
    must = screening is not None and screening.must_is_against
    needed = _acts_of(case, draft, values=values, must=must)
    return _right_to(session, case, draft, on=on, needed=needed, by_minutes=by_minutes)


def _right_to(
    session: Session,
    case: Case,
    draft: DecisionDraft,
    *,
    on: date,
    needed: frozenset[DelegatedAct],
    by_minutes: bool = False,
) -> DecisionRight | None:
    held = decision_rights(session, on) if session.person.may(Action.DECIDE) else ()
    return best_right(held, case.kind, on, draft.outcome, draft.amount, needed, by_minutes=by_minutes)


def _acts_of(case: Case, draft: DecisionDraft, *, values: bool, must: bool) -> frozenset[DelegatedAct]:
    grounds = [DecisionGround(ground) for ground in draft.grounds]
    return acts_needed(case.kind, draft.outcome, grounds, against_values=values, against_must=must)


def _competence(
    session: Session, case: Case, draft: DecisionDraft, *, on: date, needed: frozenset[DelegatedAct]
) -> Competence | None:
    """The same as the gates want it. Each delegation belongs to one person: a group cannot hold one."""
    held = _right_to(session, case, draft, on=on, needed=needed)
    if held is None:
        return None
    return Competence(
        one=True,
        covers_kind=True,
        refusals=held.refusals,
        largest=held.largest,
        lacking=held.lacks(needed),
        own_proposal=is_own_proposal(session, case, draft, held),
    )


def is_own_proposal(session: Session, case: Case, draft: DecisionDraft, held: DecisionRight) -> bool:
    """Whether one person alone would decide on an application what they proposed, where the board keeps that apart."""
    alone = draft.by_user_id == session.person.id and case.kind is CaseKind.GRANT and held.maker in SINGLE
    return alone and BoardOption.OTHER_DECIDES in habits_of(session.get_one(Board, case.board_id))


def makers_of(session: Session, on: date) -> frozenset[DecisionAuthority]:
    """In whose names a person can decide that day."""
    return (
        frozenset(right.maker for right in decision_rights(session, on))
        if session.person.may(Action.DECIDE)
        else frozenset()
    )


def holding_back(session: Session, case: Case, *, on: date) -> tuple[ClosedGate, ...]:
    """What holds a case back from being ready for decision."""
    found = case_situation(session, case, screen_without_keeping(session, case, on=on), on=on)
    draft = decision_draft_of(session, case.id)
    return closed_gates(with_proposal(session, case, found, draft), GatedStep.READY)
