"""What a case is about, as its page says it first: what is asked for, what was given before, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import BigInteger, Date, bindparam, select

from vetting.associations.models.associations import records_of
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision, quashed_decisions
from vetting.engine.facts import FactLevel, FactType
from vetting.engine.reductions import reduced_amount, reduction_in_words
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import FAVOURABLE
from vetting.kernel.privacy import Privacy
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _, day_in_words
from vetting.money.models.owed_reports import awaits_report
from vetting.money.models.reports import report_due

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from vetting.engine.amounts import WorkedAmount
    from vetting.engine.facts import FactDefinition, Value
    from vetting.engine.reductions import ReducedAmount
    from vetting.engine.screening import Screening
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session

MOST_YEARS: Final = 4
MOST_LINES: Final = 7
SAID_FIRST: Final = (
    "members_in_municipality",
    "members_in_age_span",
    "budget_total",
    "other_support",
    "rent_claimed",
    "target_group",
    "activity_addresses",
    "participants_total",
    "expected_visitors",
    "external_speakers",
    "speakers",
    "open_to_public",
    "other_organiser",
    "responsible_person",
    "rate_applied_for",
)
_AT_ONCE: Final = frozenset({FactType.DOCUMENT, FactType.LIST_OF_TEXT})
"""Types that stand among the papers and points, never here."""


class GrantedYear(NamedTuple):
    """What the association was granted by the board in a year, in öre."""

    year: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantedBefore:
    """The last grant before this application."""

    number: str
    year: int
    amount: int
    standing: Words
    """How it went on: paid, reported, closed."""
    late: bool
    """Its report should have come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSummary:
    """What stands first on a case's page."""

    members: int | None
    purpose: str
    lines: Sequence[tuple[Words, Words]]
    """Facts of it beside those, and what they say."""
    facts: int
    """How many facts it has in all."""
    years: Sequence[GrantedYear]
    """What was granted before, by year, the earliest first."""
    before: GrantedBefore | None
    reduced: ReducedAmount | None = None
    """What the rules make of what is applied for, where that is less."""
    worked: WorkedAmount | None = None
    """The amount by the rules' formula, with its steps."""
    reductions: Sequence[Words] = ()
    """The same in words, one for each."""


def application_of(session: Session, case: Case, screening: Screening | None, *, on: date) -> ApplicationSummary:
    """What a case is about, of what this person may see."""
    values = screening.facts.values if screening else {}
    catalogue = screening.ruleset.catalogue if screening else {}
    known = {name: catalogue[name] for name in values if name in catalogue}
    ordered = [name for name in SAID_FIRST if name in known]
    lines = [_line(known[name], values[name]) for name in ordered if _is_told(known[name], values[name])]
    members = values.get("members_total")
    earlier = _granted_before(session, case) if case.kind is CaseKind.GRANT else []
    reduced = reduced_amount(screening, case.amount_applied)
    description = values.get("activity_description") or values.get("event_purpose")
    purpose = case.purpose or (description if isinstance(description, str) else "")
    return ApplicationSummary(
        members=members if isinstance(members, int) else None,
        purpose=purpose,
        lines=lines[:MOST_LINES],
        facts=sum(_is_said(definition) for definition in known.values()),
        years=_by_year(earlier),
        before=_last(earlier, on),
        reduced=reduced,
        worked=screening.worked_amount if screening is not None else None,
        reductions=[reduction_in_words(one, screening) for one in reduced.reductions] if reduced and screening else (),
    )


def all_facts_of(screening: Screening | None) -> list[tuple[Words, Words]]:
    """Everything that is said in a case, in the catalogue's order; what is sealed is not."""
    if screening is None:
        return []
    catalogue, values = screening.ruleset.catalogue, screening.facts.values
    return [
        _line(definition, values[name])
        for name, definition in catalogue.items()
        if name in values and _is_said(definition) and values[name] not in ("", None)
    ]


def _is_said(definition: FactDefinition) -> bool:
    """Whether the association, or staff for it, said it; not what was counted."""
    return definition.supplied_by.value != "computed" and definition.privacy is not Privacy.SEALED


def _is_told(definition: FactDefinition, value: Value) -> bool:
    shown = definition.type not in _AT_ONCE and definition.privacy is not Privacy.SEALED
    return shown and definition.level is not FactLevel.PARTNER and value not in ("", (), None)


def _line(definition: FactDefinition, value: Value) -> tuple[Words, Words]:
    return definition.label, definition.in_words(value)


class _EarlierGrant(NamedTuple):
    case: Case
    decision: Decision
    report_on: date | None
    unreported: bool
    """Its report is awaited: nobody has gone through one."""


def _granted_before(session: Session, case: Case) -> list[_EarlierGrant]:
    """Earlier grants of the association in the board, the newest first; by one statement."""
    if case.association_id is None or not session.person.may(Action.READ_CASES):
        return []
    asked = {"case": case.id, "board": case.board_id, "association": case.association_id}
    until = case.received_on if case.reopened_at is None else date.max
    found = session.execute(_earlier_grants(session.person), {**asked, "until": until}).all()
    newest: dict[int, _EarlierGrant] = {}
    for row, decision, report_on, unreported in found:
        newest.setdefault(row.id, _EarlierGrant(row, decision, report_on, unreported))
    return list(newest.values())


@lru_cache(maxsize=1024)  # to build it takes longer than the database does with it
def _earlier_grants(by: Person) -> Select[Case, Decision, date | None, bool]:
    return (
        select(Case, Decision, report_due().label("report_on"), awaits_report().label("unreported"))
        .join(Decision, Decision.case_id == Case.id)
        .where(
            Case.board_id == bindparam("board", type_=BigInteger),
            Case.association_id.in_(records_of(bindparam("association", type_=BigInteger))),
            Case.id != bindparam("case", type_=BigInteger),
            seen_by(by),
            Decision.kind == CaseKind.GRANT.value,
            Decision.outcome.in_([outcome.value for outcome in FAVOURABLE]),
            Decision.id.not_in(quashed_decisions()),
            Decision.decided_on <= bindparam("until", type_=Date),
        )
        .order_by(Decision.decided_on.desc(), Decision.id.desc())
        .limit(4 * MOST_YEARS)
    )


def _by_year(earlier: Sequence[_EarlierGrant]) -> list[GrantedYear]:
    sums: dict[int, int] = {}
    for item in earlier:
        year = item.decision.decided_on.year
        sums[year] = sums.get(year, 0) + (item.decision.amount or 0)
    return [GrantedYear(year, sums[year]) for year in sorted(sums)[-MOST_YEARS:]]


def _last(earlier: Sequence[_EarlierGrant], on: date) -> GrantedBefore | None:
    if not earlier:
        return None
    last = earlier[0]
    late = last.unreported and last.report_on is not None and last.report_on < on
    return GrantedBefore(
        number=last.case.number,
        year=last.decision.decided_on.year,
        amount=last.decision.amount or 0,
        standing=_standing_of(last, late=late),
        late=late,
    )


def _standing_of(last: _EarlierGrant, *, late: bool) -> Words:
    match last.case.state:
        case CaseState.PAYMENT:
            return _("inte utbetalt än")
        case CaseState.REPORTING if not last.unreported:
            return _("redovisningen är genomgången")
        case CaseState.REPORTING if last.report_on is not None:
            day = day_in_words(last.report_on)
            return _("redovisningen skulle ha kommit ") + day if late else _("ska redovisas senast ") + day
        case CaseState.REPORTING:
            return _("utbetalt, följs upp")
        case CaseState.CLOSED:
            return _("avslutat")
        case _:
            return _("beslutat")
