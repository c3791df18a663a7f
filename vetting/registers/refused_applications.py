"""Applications for grants that were refused or dismissed: on what ground, how it was heard, what a court made of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import func, or_, select

from vetting.associations.models.associations import Association
from vetting.casework import clock_of
from vetting.casework.domain.legal_force import DECISION_EVENT_WORDS, DecisionEventKind, DecisionForce
from vetting.casework.domain.legal_force import decision_status as stands
from vetting.casework.models.cases import Case, Communication, GrantApplication, seen_by
from vetting.casework.models.decisions import (
    Decision,
    as_events,
    current_decisions,
    events_of,
    quashed_decisions,
)
from vetting.casework.models.screenings import StoredScreening
from vetting.engine.evidence import CriterionAnswer
from vetting.grants.models.rounds import Round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import GROUND_WORDS, DecisionGround, DecisionOutcome, outcome_words
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.roles import Action
from vetting.kernel.text import NO_WORDS, Words, _, join_words, same_in_both
from vetting.people.models.people import Board
from vetting.registers.columns import (
    RULES_HEADING,
    SheetDefinition,
    cases_chosen,
    day_column,
    decided_between,
    decider_words,
    decision_keys,
    money_column,
    of_keys,
    scheme_name,
    text_column,
    with_point,
)
from vetting.rules import read_version
from vetting.rules.models import titles_of_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from vetting.casework.models.decisions import DecisionEvent
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.registers.columns import RegisterSelection

NOTHING_GIVEN: Final = (DecisionOutcome.REFUSED, DecisionOutcome.DISMISSED)
BY_COURT: Final = frozenset({DecisionEventKind.UPHELD, DecisionEventKind.QUASHED, DecisionEventKind.APPEAL_ENDED})


class RefusalRegisterRow(NamedTuple):
    """One application that got nothing."""

    case: Case
    decision: Decision
    board: str
    round: Round | None
    number: str | None
    grant_type: str | None
    heard_on: date | None
    replied_on: date | None
    not_met: Words
    """The requirements that were not met."""
    appealed: str
    court: Words
    in_force: date | None
    rules: Words
    decider: Words


def grounds_in_words(decision: Decision) -> Words:
    """On which grounds it was decided."""
    return join_words([GROUND_WORDS[DecisionGround(name)] for name in decision.grounds], "; ")


SHEET: Final[SheetDefinition[RefusalRegisterRow]] = SheetDefinition(
    _("Avslag och avvisningar"),
    (
        text_column(_("Ärendenr"), lambda row: row.case.number),
        text_column(_("Dnr"), lambda row: row.case.dnr or (row.round.dnr if row.round else "")),
        text_column(_("Nämnd"), lambda row: row.board),
        text_column(_("Omgång"), lambda row: row.round.name if row.round else ""),
        text_column(_("Bidragsform"), lambda row: row.grant_type or (row.round.grant_type if row.round else "")),
        text_column(_("Förening"), lambda row: mask_personal_numbers(row.case.name)),
        text_column(_("Org.nr"), lambda row: format_number(row.number) if row.number else ""),
        text_column(_("Ändamål"), lambda row: mask_personal_numbers(row.case.purpose)),
        day_column(_("Inkom"), lambda row: row.case.received_on),
        money_column(_("Sökt kr"), lambda row: row.case.amount_applied, total=lambda *_of: Case.amount_applied + 0),
        text_column(_("Beslut"), lambda row: outcome_words(CaseKind.GRANT, row.decision.outcome)),
        text_column(_("Grund"), lambda row: grounds_in_words(row.decision)),
        text_column(_("Krav"), lambda row: row.not_met),
        day_column(_("Kommunicerat"), lambda row: row.heard_on),
        day_column(_("Svar inkom"), lambda row: row.replied_on),
        day_column(_("Beslutsdatum"), lambda row: row.decision.decided_on),
        text_column(
            _("Beslutsfattare (nämnd/utskott/delegat, delegationspunkt)"),
            lambda row: with_point(row.decider, row.decision),
        ),
        text_column(_("§"), lambda row: row.decision.paragraph),
        text_column(_("Överklagat"), lambda row: row.appealed),
        text_column(_("Domstolens avgörande"), lambda row: row.court),
        day_column(_("Laga kraft"), lambda row: row.in_force),
        text_column(RULES_HEADING, lambda row: row.rules),
        text_column(_("Handläggare (funktion)"), lambda row: _("handläggare") if row.case.officer_id else ""),
    ),
    leading=(
        "Förening",
        "Ärendenr",
        "Ändamål",
        "Sökt kr",
        "Beslut",
        "Grund",
        "Krav",
        "Kommunicerat",
        "Svar inkom",
        "Beslutsdatum",
        "Beslutsfattare (nämnd/utskott/delegat, delegationspunkt)",
        "Överklagat",
    ),
    brief=("Förening", "Beslut", "Grund"),
)


def refusal_rows(session: Session, selection: RegisterSelection) -> list[RefusalRegisterRow]:
    """The refused and dismissed applications that this person may see, by the day of decision."""
    found = session.execute(
        select(Case, Decision, Board.name, Round, Association.number, scheme_name(), *hearing_days())
        .join(Decision, Decision.case_id == Case.id)
        .join(Board, Board.id == Case.board_id)
        .outerjoin(Round, Round.id == Case.round_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .outerjoin(GrantApplication, GrantApplication.case_id == Case.id)
        .where(*_conditions(selection, session.person), *of_keys(selection, Decision.id))
        .order_by(Decision.decided_on, Decision.id)
    ).all()
    decisions = [row[1] for row in found]
    events, titles = (
        events_of(session, [row.id for row in decisions]),
        titles_of_versions(session, session.person.board_id),
    )
    not_met = not_met_in(session, decisions)
    today, decider = selection.on or date.max, decider_words(session)
    return [
        RefusalRegisterRow(
            case=case,
            decision=decision,
            board=board,
            round=round_,
            number=number,
            grant_type=grant_type,
            heard_on=heard,
            replied_on=replied,
            not_met=not_met.get(decision.id, NO_WORDS),
            appealed=_appeal(events.get(decision.id, ())),
            court=_of_court(events.get(decision.id, ())),
            in_force=_in_force(session, decision, events.get(decision.id, ()), today),
            rules=titles.get(case.rule_version_id or 0, NO_WORDS),
            decider=decider(decision),
        )
        for case, decision, board, round_, number, grant_type, heard, replied in found
    ]


def _in_force(session: Session, decision: Decision, noted: Sequence[DecisionEvent], today: date) -> date | None:
    """When it gained force; never, of one that a court has quashed."""
    found = stands(as_events(noted), today, clock_of(session, decision))
    return found.in_force_on if found.force is not DecisionForce.QUASHED else None


def refusal_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The decisions of the rows, the newest first."""
    return decision_keys(by, _conditions(selection, by, by_key=True))


def _conditions(selection: RegisterSelection, by: Person, *, by_key: bool = False) -> list[ColumnElement[bool]]:
    """Decisions that hold, and those that a court has quashed: what it made of them stands beside."""
    return [
        seen_by(by, Action.READ_REGISTERS, by_key=by_key or selection.keys is not None),
        Decision.kind == CaseKind.GRANT.value,
        Decision.outcome.in_(NOTHING_GIVEN),
        or_(current_decisions(), Decision.id.in_(quashed_decisions())),
        *decided_between(selection),
        *cases_chosen(selection),
    ]


def hearing_days() -> list[Any]:
    """When the association was first shown what spoke against it, and last answered, before the decision."""
    before = select(func.min(Communication.sent_on)).where(
        Communication.case_id == Case.id, Communication.sent_on <= Decision.decided_on
    )
    answered = select(func.max(Communication.replied_on)).where(
        Communication.case_id == Case.id, Communication.replied_on <= Decision.decided_on
    )
    return [one.correlate(Case, Decision).scalar_subquery() for one in (before, answered)]


def not_met_in(session: Session, decisions: Sequence[Decision]) -> Mapping[int, Words]:
    """Decision -> the requirements that the screening it rested on said were not met."""
    keys = {row.id: row.rests_on.get("screening") for row in decisions if DecisionGround.CRITERION in row.grounds}
    wanted = select(StoredScreening.id, StoredScreening.rule_version_id, StoredScreening.results)
    found = {
        key: (version, results)
        for key, version, results in session.execute(
            wanted.where(StoredScreening.id.in_({key for key in keys.values() if key}))
        )
    }
    labels = {version: _labels(session, version) for version in {version for version, _results in found.values()}}
    told = {}
    for decision, key in keys.items():
        if key in found:
            version, results = found[key]
            names = [name for name, one in results.items() if one["result"] == CriterionAnswer.NOT_MET.value]
            told[decision] = join_words([labels[version].get(name, same_in_both(name)) for name in names], "; ")
    return told


def _labels(session: Session, version: int) -> dict[str, Words]:
    ruleset = read_version(session, version)
    return {item.id: item.label for item in ruleset.criteria} if ruleset is not None else {}


def _appeal(events: Iterable[DecisionEvent]) -> str:
    """When, at which court and under which number it was appealed; the last time."""
    told = [event for event in events if event.what is DecisionEventKind.APPEALED]
    return f"{told[-1].on.isoformat()}, {told[-1].court}, {told[-1].number}" if told else ""


def _of_court(events: Iterable[DecisionEvent]) -> Words:
    told = [event for event in events if event.what in BY_COURT]
    return DECISION_EVENT_WORDS[told[-1].what] + same_in_both(f", {told[-1].on.isoformat()}") if told else NO_WORDS
