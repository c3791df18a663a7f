"""Screening stored cases: what is known, what persons have answered, what the case's own rules say; kept when new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from vetting.domain import computed
from vetting.domain.cases import OPEN, State
from vetting.domain.criteria import CaseKind, Moment, fingerprint_of
from vetting.domain.evidence import Answer, Assessment
from vetting.domain.facts import Facts, Level, Paper
from vetting.domain.screening import Screening, screen, words_found
from vetting.domain.stored_values import from_plain, to_plain
from vetting.services import rule_versions
from vetting.store.assessments import AssessmentRow, standing
from vetting.store.cases import Case, GrantApplication
from vetting.store.decisions import Decision
from vetting.store.documents import Document
from vetting.store.facts import values_of
from vetting.store.imports import not_taken_back
from vetting.store.meetings import Review
from vetting.store.payments import Payment
from vetting.store.rounds import Round
from vetting.store.rules import WordHit, hits_of_case
from vetting.store.screenings import StoredScreening

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.domain.facts import Catalogue, Value
    from vetting.domain.ruleset import RuleSet
    from vetting.services.rules import Rules
    from vetting.store.session import WritingSession

ASSOCIATION_LEVELS = frozenset({Level.ASSOCIATION, Level.PARTNER})
"""What is known, and answered, of the association in the board rather than of one case."""


@dataclass(frozen=True, slots=True)
class Screened:
    """A case's screening with the ids behind the answers."""

    screening: Screening
    answers: Mapping[str, int]


def known(session: Session, case: Case, catalogue: Catalogue) -> Facts:
    """What is known of a case: its own values and its association's, and what the records say."""
    values: dict[str, Value] = {}
    absent: set[str] = set()
    unreadable: set[str] = set()
    for row in values_of(session, case):  # oldest first: the newest holds
        for kept in (values, absent, unreadable):
            kept.pop(row.fact, None) if isinstance(kept, dict) else kept.discard(row.fact)
        if row.fact not in catalogue:
            continue
        if row.unreadable:
            unreadable.add(row.fact)
        elif row.absent:
            absent.add(row.fact)
        elif row.value is not None:
            values[row.fact] = from_plain(catalogue[row.fact], row.value)
    found: dict[str, Value] = {**_from_records(session, case, values)}
    values = {**found, **values} | {name: found[name] for name in found if name in RECORDS_GO_FIRST}
    values |= computed.of_one_case(values)
    not_asked = frozenset(case.not_asked) - values.keys() - absent
    return Facts(values, frozenset(absent), not_asked, frozenset(unreadable))


RECORDS_GO_FIRST = frozenset(
    {"received_on", "group_opinion_on", "other_cases", "cases_with_same_attachment", "case_documents"}
)


def _from_records(session: Session, case: Case, values: Mapping[str, Value]) -> dict[str, Value]:
    """What the store itself knows of the case and its association."""
    found: dict[str, Value] = {"received_on": case.received_on}
    deadline = session.scalar(select(Round.closes_on).where(Round.id == case.round_id)) if case.round_id else None
    if deadline is not None:
        found["deadline"] = deadline
    opinion = session.scalar(
        select(func.max(Review.treated_at)).where(
            Review.case_id == case.id, Review.outcome.not_in(["", "sends_back", "postpones"])
        )
    )
    if opinion is not None:
        found["group_opinion_on"] = opinion.date()
    found |= _of_the_association(session, case)
    found["other_cases"] = _sharing(session, case, values)
    found["cases_with_same_attachment"] = _same_papers(session, case)
    found["case_documents"] = _papers(session, case)
    return found


def _of_the_association(session: Session, case: Case) -> dict[str, Value]:
    if case.association_id is None:
        return {}
    own = (
        (Case.board_id == case.board_id) & (Case.association_id == case.association_id) & (Case.id < case.id)
        & not_taken_back(Case.batch_id)
    )  # fmt: skip
    earlier = session.execute(select(Case.kind, func.count()).where(own).group_by(Case.kind)).all()
    count = {kind: int(number) for kind, number in earlier}
    found: dict[str, Value] = {"first_application": not sum(count.values())}
    if case.kind == CaseKind.BOOKING:
        found["first_booking"] = not count.get(CaseKind.BOOKING, 0)
    paid = session.scalar(
        select(func.coalesce(func.sum(Payment.amount), 0))
        .join(Case, Case.id == Payment.case_id)
        .where(own, Payment.paid_on.is_not(None))
    )
    if not count.get(CaseKind.GRANT, 0) or not paid:
        found["unreported_grants"] = 0
    else:
        found["unreported_grants"] = int(
            session.scalar(select(func.count(Case.id)).where(own, Case.state == State.REPORTING.value)) or 0
        )
    looked = session.scalar(select(func.max(Decision.decided_on)).join(Case, Case.id == Decision.case_id).where(own))
    if looked is not None:
        found["previously_vetted_on"] = looked
    return found


def _sharing(session: Session, case: Case, values: Mapping[str, Value]) -> tuple[str, ...]:
    """Other open cases of the board with this one's giro under another association."""
    giro = values.get("giro_number")
    if not giro:
        return ()
    rows = session.execute(
        select(Case.number)
        .join(GrantApplication, GrantApplication.case_id == Case.id)
        .where(
            GrantApplication.giro == str(giro),
            Case.board_id == case.board_id,
            Case.id != case.id,
            Case.state.in_([state.value for state in OPEN]),
            or_(Case.association_id.is_(None), Case.association_id != case.association_id),
            not_taken_back(Case.batch_id),
        )
        .order_by(Case.id)
        .limit(computed.MOST_NAMED)
    )
    return tuple(number for (number,) in rows)


def _papers(session: Session, case: Case) -> tuple[Paper, ...]:
    """What has arrived in the case; what the office wrote itself is not among it."""
    rows = session.execute(
        select(Document.type, Document.dated, Document.arrived_on)
        .where(Document.case_id == case.id, Document.state == "arrived")
        .order_by(Document.id)
    )
    return tuple(Paper(*row) for row in rows)


def _same_papers(session: Session, case: Case) -> tuple[str, ...]:
    """Other associations' cases in the board with the very same file."""
    if case.association_id is None:
        return ()
    own = select(Document.sha256).where(Document.case_id == case.id)
    rows = session.execute(
        select(Case.number)
        .join(Document, Document.case_id == Case.id)
        .where(
            Document.board_id == case.board_id,
            Document.sha256.in_(own),
            Case.association_id.is_not(None),
            Case.association_id != case.association_id,
        )
        .order_by(Case.id)
        .limit(computed.MOST_NAMED)
    )
    return tuple(dict.fromkeys(number for (number,) in rows))


def answers(session: Session, case: Case) -> tuple[dict[str, Assessment], dict[str, int]]:
    """What persons have answered that may answer this case, and the ids of the answers."""
    found: dict[str, Assessment] = {}
    ids: dict[str, int] = {}
    for row, withdrawn in standing(session, case):
        found[row.criterion] = as_assessment(row, case.id, withdrawn=withdrawn)
        ids[row.criterion] = row.id
    return found, ids


def as_assessment(row: AssessmentRow, case_id: int, *, withdrawn: bool = False) -> Assessment:
    """A stored answer as the rules take it in one case."""
    return Assessment(
        criterion=row.criterion,
        answer=Answer(row.answer),
        by=row.by_name,
        on=row.on,
        fingerprint=row.fingerprint,
        valid_until=row.valid_until,
        withdrawn=withdrawn,
        earlier=row.made_in_case_id != case_id,
        signals=frozenset(row.signals),
    )


def of_case(session: Session, case: Case, rules: Rules, *, on: date) -> Screened | None:
    """What the case's own rules say of it that day; None when the board has no rules for it. Nothing is written."""
    ruleset = rule_versions.read(session, case.rule_version_id, rules)
    return under(session, case, ruleset, on=on) if ruleset else None


def under(
    session: Session, case: Case, ruleset: RuleSet, *, on: date, not_asked: frozenset[str] = frozenset()
) -> Screened:
    """What rules say of the case that day, whether they are its own or others. Nothing is written.

    not_asked: facts that nobody was asked for, besides those the case knows of.
    """
    facts = known(session, case, ruleset.catalogue)
    if not_asked:
        unknown = not_asked - facts.values.keys() - facts.absent - facts.unreadable
        facts = replace(facts, not_asked=facts.not_asked | unknown)
    given, ids = answers(session, case)
    found = screen(ruleset, facts, given, kind=CaseKind(case.kind), moment=Moment.BEFORE, on=on)
    return Screened(found, {name: ids[name] for name in given})


def screen_case(session: WritingSession, case: Case, rules: Rules, *, at: datetime) -> Screening | None:
    """Screens a case and keeps the result when anything that went in is new.

    Called by every service after what a screening reads has changed, in the same transaction.
    """
    session.flush()
    screened = of_case(session, case, rules, on=at.date())
    if screened is None or case.rule_version_id is None:
        return None
    screening = screened.screening
    used = {name: key for name, key in screened.answers.items() if name in _asked(screening.ruleset)}
    read = _read(screening)
    digest = fingerprint_of([case.rule_version_id, screening.moment.value, read, used, _results(screening)])
    last = session.get(StoredScreening, case.screening_id) if case.screening_id else None
    if last is None or last.digest != digest:
        stored = StoredScreening(
            case_id=case.id,
            rule_version_id=case.rule_version_id,
            moment=screening.moment.value,
            on=screening.on,
            at=at,
            read=read,
            answers=used,
            results=_results(screening),
            proposal=screening.proposal.value,
            attention=screening.attention.value,
            digest=digest,
        )
        session.add(stored)
        session.flush()
        case.screening_id = stored.id
        _count_words(session, case, screening, at.date())
    case.proposal, case.attention = screening.proposal.value, screening.attention.value
    return screening


def _count_words(session: WritingSession, case: Case, screening: Screening, on: date) -> None:
    """Each entry of a list that was found is counted once for the case: how useful a word is shows in that."""
    lists = {found.words: name for name, found in screening.ruleset.lists.items()}
    hits = {
        (lists[found.words], entry)
        for finding in screening.findings
        if finding.criterion.lists
        for found in words_found(finding.criterion, screening.facts.values)
        if found.words in lists
        for entry in found.entries
    }
    for name, entry in sorted(hits - hits_of_case(session, case.id)) if hits else ():
        session.add(WordHit(board_id=case.board_id, case_id=case.id, list=name, entry=entry, on=on))


def _asked(ruleset: RuleSet) -> set[str]:
    return {criterion.id for criterion in ruleset.criteria}


def _read(screening: Screening) -> dict[str, Any]:
    facts = screening.facts
    wanted = {fact for finding in screening.findings for fact in finding.criterion.facts_and_shown}
    return {
        "values": {name: to_plain(facts.values[name]) for name in sorted(wanted) if name in facts.values},
        "absent": sorted(facts.absent & wanted),
        "not_asked": sorted(facts.not_asked & wanted),
        "unreadable": sorted(facts.unreadable & wanted),
    }


def _results(screening: Screening) -> dict[str, Any]:
    return {
        finding.criterion.id: {
            "result": finding.result.value,
            "reason": finding.reason.value,
            "author": finding.author.value,
            "effect": finding.effect.value if finding.effect else None,
            "attention": finding.attention.value,
            "missing": list(finding.missing),
        }
        for finding in screening.findings
    }


def last_of_many(session: Session, cases: Sequence[Case], rules: Rules, *, on: date) -> dict[int, Screening]:
    """Case -> what its rules say that day of what its newest screening read; in two queries for all of them.

    For lists: what has changed elsewhere since, and is read from the records, shows when the case itself is opened.
    """
    keys = [case.screening_id for case in cases if case.screening_id is not None]
    kept = {row.id: row for row in session.scalars(select(StoredScreening).where(StoredScreening.id.in_(keys)))}
    wanted = {key for row in kept.values() for key in row.answers.values()}
    given = {row.id: row for row in session.scalars(select(AssessmentRow).where(AssessmentRow.id.in_(wanted)))}
    versions = {row.rule_version_id for row in kept.values()}
    rulesets = {version: rule_versions.read(session, version, rules) for version in versions}
    found = {}
    for case in cases:
        stored = kept.get(case.screening_id or 0)
        ruleset = rulesets[stored.rule_version_id] if stored is not None else None
        if stored is None or ruleset is None:
            continue
        answered = {given[key].criterion: as_assessment(given[key], case.id) for key in stored.answers.values()}
        moment = Moment(stored.moment)
        found[case.id] = screen(
            ruleset, _as_read(stored, ruleset), answered, kind=CaseKind(case.kind), moment=moment, on=on
        )
    return found


def _as_read(stored: StoredScreening, ruleset: RuleSet) -> Facts:
    read = stored.read
    return Facts(
        {name: from_plain(ruleset.catalogue[name], value) for name, value in read["values"].items()},
        frozenset(read["absent"]),
        frozenset(read["not_asked"]),
        frozenset(read["unreadable"]),
    )


def repeated(session: Session, stored: StoredScreening, case: Case, rules: Rules) -> Screening:
    """A kept screening made again from what it kept: the same rules, facts, answers and day."""
    ruleset = rule_versions.read(session, stored.rule_version_id, rules)
    if ruleset is None:
        raise LookupError(stored.rule_version_id)
    given, _ = answers_by_id(session, case, stored.answers.values())
    return screen(
        ruleset, _as_read(stored, ruleset), given, kind=CaseKind(case.kind), moment=Moment(stored.moment), on=stored.on
    )


def answers_by_id(session: Session, case: Case, ids: Iterable[int]) -> tuple[dict[str, Assessment], dict[str, int]]:
    """The answers with those ids, as they were given."""
    rows = session.scalars(select(AssessmentRow).where(AssessmentRow.id.in_(list(ids)))).all()
    return {row.criterion: as_assessment(row, case.id) for row in rows}, {row.criterion: row.id for row in rows}
