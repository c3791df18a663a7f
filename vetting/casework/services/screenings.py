"""Screening stored cases: what is known, what persons have answered, what the case's own rules say; kept when new."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import load_only

from vetting.casework.domain import computed_facts, word_passages
from vetting.casework.domain.cases import OPEN, CaseMarkKind
from vetting.casework.models.assessments import answered_again, answers_with_kind, current_answers
from vetting.casework.models.cases import communications
from vetting.casework.models.decisions import current_outcome_decision
from vetting.casework.models.facts import values_of
from vetting.casework.models.rescreening import not_rescreened
from vetting.casework.models.screenings import StoredScreening
from vetting.casework.services.facts_from_records import (
    RECORDS_GO_FIRST,
    from_records,
    in_papers,
    of_today,
    raised_by_tips,
)
from vetting.casework.services.gaps import is_clear
from vetting.engine.criteria import ReviewMoment, fingerprint_of
from vetting.engine.evidence import Assessment, CriterionAnswer
from vetting.engine.facts import FactLevel, Facts
from vetting.engine.proposal import Proposal
from vetting.engine.reasons import assessed_behind
from vetting.engine.results import ResultAuthor
from vetting.engine.screening import Screening, read_beside_criteria, screen, words_found
from vetting.engine.stored_values import from_plain, to_plain
from vetting.grants.models.rounds import Round
from vetting.grants.models.schemes import GrantScheme
from vetting.kernel.dates import day_here
from vetting.kernel.store.case_rows import prefetch_for_cases
from vetting.kernel.store.read_cache import PAST_OBJECTS, pin_rows
from vetting.kernel.store.session import WritingSession, write_together
from vetting.kernel.store.storage_errors import place_of
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _
from vetting.people import habits_of
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board
from vetting.rules import read_version
from vetting.rules.models import RuleVersion, WordHit, hits_of_case

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from vetting.casework.models.assessments import AssessmentRow, StoredAnswer
    from vetting.casework.models.cases import Case
    from vetting.engine.facts import Catalogue, Value
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.case_kinds import CaseKind
    from vetting.kernel.store.session import Session

BY_PERSONS: Final = frozenset(
    {
        Proposal.REFUSE.value,
        Proposal.DISMISS.value,
        Proposal.PAUSE_PAYMENT.value,
        Proposal.RECLAIM.value,
        Proposal.ASSESS.value,
    }
)
"""What a person's own answer can lead to."""
LAST_JUDGED: Final = "vetting_last_judged"
"""In a session that writes: the case that was judged last, how much was written before that, and what came of it."""
# The exceptions are named, so that a new table or column counts as read until it is added here.
STANDS_BESIDE: Final = frozenset({"screenings", "word_hits", "no_conflicts", "decision_drafts"})
"""Tables that no judgement reads."""
KEPT_OF_ACTS: Final = frozenset({"number", "screening_id", "proposal", "attention", "clear", "version", "officer_id"})
"""Columns of a case that no judgement reads; its number is touched by every act, and never changes."""
READ_OF_MARKS: Final = frozenset({CaseMarkKind.FOLLOWED_UP.value, CaseMarkKind.CLOSED_UNREPORTED.value})
"""Kinds of marks that a judgement reads: whether an earlier grant's report is still awaited."""
T = TypeVar("T")
A_TIP: Final = _("Ett tips.")
"""What a kept screening says of a tip, whose number may be gone."""
LOG: Final = logging.getLogger(__name__)
ASSOCIATION_LEVELS = frozenset({FactLevel.ASSOCIATION, FactLevel.PARTNER})
"""What is known, and answered, of the association in the board rather than of one case."""


@dataclass(frozen=True, slots=True)
class CaseScreening:
    """A case's screening with the ids behind the answers."""

    screening: Screening
    answers: Mapping[str, int]


class ChangedScreening(NamedTuple):
    """A screening with the columns that it is kept by, where it is not as what was kept last."""

    screened: CaseScreening
    read: dict[str, Any]
    answers: dict[str, int]
    results: dict[str, Any]
    digest: str
    clear: bool
    is_new: bool
    """False where only `clear` is otherwise: papers have been opened since."""

    def as_row(self, case: Case, at: datetime) -> StoredScreening:
        """The row that it is kept in."""
        screening = self.screened.screening
        return StoredScreening(
            case_id=case.id,
            rule_version_id=case.rule_version_id,
            moment=screening.moment,
            on=screening.on,
            at=at,
            read=self.read,
            answers=self.answers,
            results=self.results,
            proposal=screening.proposal,
            attention=screening.attention,
            digest=self.digest,
        )


class ProposalStatus(NamedTuple):
    """What is proposed in a case, and who it waits for; both empty where it has no rules."""

    proposal: str
    attention: str
    assessed: bool
    """Whether persons have answered all that makes the proposal what it is."""


def facts_of_case(session: Session, case: Case, catalogue: Catalogue, *, on: date | None = None) -> Facts:
    """What is known of a case: its own values and its association's, and what the records say.

    on: the day it is asked, for what the records say otherwise then than when the case came.
    """
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
    found: dict[str, Value] = {**from_records(session, case, values, on=on or case.received_on)}
    values = {**found, **values} | {name: found[name] for name in found if name in RECORDS_GO_FIRST}
    values |= computed_facts.of_one_case(values)
    not_asked = frozenset(case.not_asked) - values.keys() - absent
    later = of_today(session, case, on) if on is not None else {}
    today = {name: value for name, value in later.items() if values.get(name) != value}
    raised = raised_by_tips(session, case, on=on or case.received_on)
    return Facts(values, frozenset(absent), not_asked, frozenset(unreadable), today, raised)


def answers_for_case(session: Session, case: Case) -> tuple[dict[str, Assessment], dict[str, int]]:
    """What persons have answered that may answer this case, and the ids of the answers."""
    found: dict[str, Assessment] = {}
    ids: dict[str, int] = {}
    for_both = answers_hold_for_both(session, case.board_id)
    for given in counting_answers(session, case):
        found[given.row.criterion] = as_assessment(given, case, for_both=for_both)
        ids[given.row.criterion] = given.row.id
    return found, ids


def counting_answers(session: Session, case: Case) -> list[StoredAnswer]:
    """The answer to each criterion that counts in a case.

    What was answered in the case itself that a requirement is not met stays until it is answered anew there. The same
    answer of another case counts once it has been shown to the association and decided, and from then on goes before
    what somebody had answered without it; until then it counts nowhere else. An answer given in the same kind of case
    goes before one of the other kind, unless the board lets them hold alike: then the newest does.
    """
    found: dict[str, tuple[datetime, StoredAnswer]] = {}
    elsewhere = []
    for_both = answers_hold_for_both(session, case.board_id)
    for given in sorted(
        current_answers(session, case), key=lambda one: (one.kind == case.kind and not for_both, one.row.id)
    ):
        if is_against_elsewhere(given, case):
            elsewhere.append(given)
        elif given.kind == case.kind or for_both or given.row.criterion not in found:
            found[given.row.criterion] = (given.row.at, given)
    for given in elsewhere:
        decided = None if given.withdrawn else decided_at(session, given.row)
        known = found.get(given.row.criterion)
        own_no = known is not None and known[1].row.answer == CriterionAnswer.NOT_MET and not known[1].withdrawn
        if decided is not None and not own_no and (known is None or known[0] <= decided):
            found[given.row.criterion] = (decided, given)
    return [given for _, given in found.values()]


def is_against_elsewhere(given: StoredAnswer, case: Case) -> bool:
    """Whether it says "not met" in another case than this."""
    return given.row.answer == CriterionAnswer.NOT_MET and given.row.made_in_case_id != case.id


def decided_at(session: Session, row: AssessmentRow) -> datetime | None:
    """When the case of an answer was decided on it, after it had been shown to the association; None before that."""
    shown = any(told.answers.get(row.criterion) == row.id for told in communications(session, row.made_in_case_id))
    decision = current_outcome_decision(session, row.made_in_case_id) if shown else None
    rests = decision is not None and row.id in decision.rests_on.get("assessments", ())
    return decision.decided_at if decision is not None and rests else None


def pending_elsewhere(session: Session, case: Case) -> list[StoredAnswer]:
    """Answers of other open cases that a requirement is not met, which nobody has decided: they count nowhere else."""
    return [
        given
        for given in current_answers(session, case)
        if is_against_elsewhere(given, case)
        and not given.withdrawn
        and given.state in OPEN
        and not answered_again(session, given.row)
    ]


def answers_hold_for_both(session: Session, board_id: int) -> bool:
    """Whether the board has chosen that answers on an association hold for applications and bookings alike."""
    return BoardOption.ANSWERS_FOR_BOTH in habits_of(session.get_one(Board, board_id))


class AnswerableCase(Protocol):
    """A case that is answered in: its id and kind."""

    @property
    def id(self) -> int: ...

    @property
    def kind(self) -> str:
        """Grant or booking."""
        ...


def as_assessment(given: StoredAnswer, case: AnswerableCase, *, for_both: bool) -> Assessment:
    """A stored answer as the rules take it in one case. for_both: it holds whatever kind of case it was given in."""
    row = given.row
    return Assessment(
        criterion=row.criterion,
        answer=row.answer,
        by=row.by_name,
        on=row.on,
        fingerprint=row.fingerprint,
        valid_until=row.valid_until,
        withdrawn=given.withdrawn,
        earlier=row.made_in_case_id != case.id,
        other_kind=given.kind != case.kind and not for_both,
        signals=frozenset(row.signals),
    )


def screen_without_keeping(session: Session, case: Case, *, on: date) -> CaseScreening | None:
    """What the case's own rules say of it that day; None when the board has no rules for it. Nothing is written.

    Within one act a case is judged again only after something was written that a judgement may read.
    """
    if not isinstance(session, WritingSession):
        return _judge(session, case, on=on)
    session.flush()
    key, written = (case.id, case.rule_version_id, on, session.written[PAST_OBJECTS]), len(session.changed)
    last: tuple[object, int, CaseScreening | None] | None = session.info.get(LAST_JUDGED)
    if last is not None and last[0] == key and not any(map(_may_be_read, session.changed[last[1] :])):
        return last[2]
    found = _judge(session, case, on=on)
    session.info[LAST_JUDGED] = (key, written, found)
    return found


def _judge(session: Session, case: Case, *, on: date) -> CaseScreening | None:
    ruleset = read_version(session, case.rule_version_id)
    return screen_under_rules(session, case, ruleset, on=on) if ruleset else None


def _may_be_read(change: Mapping[str, Any]) -> bool:
    """Whether a change of this act may be read by a judgement: all but a few that come of it or stand beside it."""
    if change["table"] == "cases" and change["op"] == "update":
        return not change["after"].keys() <= KEPT_OF_ACTS
    if change["table"] == "marks" and change["op"] == "insert":
        return change["after"].get("kind") in READ_OF_MARKS
    return change["table"] not in STANDS_BESIDE


def screen_under_rules(
    session: Session, case: Case, ruleset: RuleSet, *, on: date, not_asked: frozenset[str] = frozenset()
) -> CaseScreening:
    """What rules say of the case that day, whether they are its own or others. Nothing is written.

    not_asked: facts that nobody was asked for, besides those the case knows of.
    """
    facts = facts_of_case(session, case, ruleset.catalogue, on=on)
    found_in_papers = in_papers(session, case, ruleset)
    if found_in_papers is not None:
        facts = facts.with_values({word_passages.FACT: found_in_papers})
    if not_asked:
        unknown = not_asked - facts.values.keys() - facts.absent - facts.unreadable
        facts = replace(facts, not_asked=facts.not_asked | unknown)
    every, ids = answers_for_case(session, case)
    given = {name: answer for name, answer in every.items() if answer.on <= on}  # a later one was not known that day
    found = screen(ruleset, facts, given, kind=case.kind, moment=ReviewMoment.BEFORE, on=on)
    return CaseScreening(found, {name: ids[name] for name in given})


def screen_case(session: WritingSession, case: Case) -> Screening | None:
    """Screens a case and keeps the result when anything that went in is new.

    Called by every service after what a screening reads has changed, in the same transaction.
    """
    screened = screen_and_keep(session, case)
    return screened.screening if screened is not None else None


def screen_and_keep(session: WritingSession, case: Case) -> CaseScreening | None:
    """The same, with the ids behind the answers."""
    session.flush()
    screened = screen_without_keeping(session, case, on=session.today)
    if screened is None or case.rule_version_id is None:
        return None
    found = _columns_of(session, case, screened)
    if found.is_new:
        case.screening_id = _keep(session, {case: found})[case].id
    case.proposal, case.attention = screened.screening.proposal.value, screened.screening.attention.value
    case.clear = found.clear
    return screened


def _keep(session: WritingSession, changed: Mapping[Case, ChangedScreening]) -> dict[Case, StoredScreening]:
    stored = {case: found.as_row(case, session.now) for case, found in changed.items()}
    session.add_all(stored.values())
    session.flush()
    pin_rows(session, stored.values())
    for case, found in changed.items():
        _count_words(session, case, found.screened.screening, session.today)
    return stored


def rescreen_where_changed(session: WritingSession, case: Case) -> None:
    """Only where it makes a difference: a page that somebody has open is out of date after each change of its case."""
    if case.state in OPEN and is_out_of_date(session, case, on=day_here(session.now)):
        screen_case(session, case)
        _note_judged(session, case)


def keep_changed(session: WritingSession, changed: Mapping[Case, ChangedScreening]) -> None:
    """The same of many that were judged while nothing else was written: their screenings are kept as they were made."""
    stored = _keep(session, {case: found for case, found in changed.items() if found.is_new})
    columns = {
        case: {
            "screening_id": stored[case].id if found.is_new else case.screening_id,
            "proposal": found.screened.screening.proposal.value,
            "attention": found.screened.screening.attention.value,
            "clear": found.clear,
        }
        for case, found in changed.items()
    }
    write_together(session, columns)
    for case in changed:
        _note_judged(session, case)


def _note_judged(session: WritingSession, case: Case) -> None:
    session.add_entry(
        TrailNote(
            action="cases_screened", by=None, at=session.now, subject=case, case_id=case.id, board_id=case.board_id
        )
    )


def prefetch_screening_data(session: Session, cases: Sequence[Case]) -> None:
    """What judging them reads is read for all of them at once, by a session that only reads."""
    prefetch_for_cases(session, cases)
    if not cases:
        return
    for model, keys in (
        (Board, {case.board_id for case in cases}),
        (Round, {case.round_id for case in cases}),
        (GrantScheme, {case.scheme_id for case in cases}),
        (RuleVersion, {case.rule_version_id for case in cases}),
    ):
        pin_rows(session, session.scalars(select(model).where(model.id.in_(keys - {None}))))
    kept = [case.screening_id for case in cases if case.screening_id is not None]
    rows = select(StoredScreening).where(StoredScreening.id.in_(kept)).options(load_only(StoredScreening.digest))
    pin_rows(session, session.scalars(rows) if kept else ())


def is_out_of_date(session: Session, case: Case, *, on: date) -> bool:
    """Whether what a screening of the case reads, or what comes of it, is not what was kept last."""
    return changed_screening(session, case, on=on) is not None


def changed_screening(session: Session, case: Case, *, on: date) -> ChangedScreening | None:
    """What the case's rules say that day, where something that was read or came of it is not as it was kept last."""
    screened = screen_without_keeping(session, case, on=on)
    found = _columns_of(session, case, screened) if screened is not None else None
    return found if found is not None and (found.is_new or found.clear is not case.clear) else None


def _columns_of(session: Session, case: Case, screened: CaseScreening) -> ChangedScreening:
    screening = screened.screening
    used, read = what_was_read(screened)
    results = _results(screening)
    digest = fingerprint_of([case.rule_version_id, screening.moment.value, read, used, results])
    last = session.get(StoredScreening, case.screening_id) if case.screening_id else None
    return ChangedScreening(
        screened,
        read=read,
        answers=used,
        results=results,
        digest=digest,
        clear=is_clear(session, case, screening),
        is_new=last is None or last.digest != digest,
    )


def what_was_read(screened: CaseScreening) -> tuple[dict[str, int], dict[str, Any]]:
    """The answers and values that the criteria asked in the case went by; what others read is none of its concern."""
    asked = {finding.criterion.id for finding in screened.screening.findings}
    return {name: key for name, key in screened.answers.items() if name in asked}, _values_read(
        screened.screening, asked
    )


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


def _values_read(screening: Screening, asked: Collection[str]) -> dict[str, Any]:
    facts = screening.facts
    wanted = {fact for finding in screening.findings for fact in finding.criterion.facts_and_shown}
    today = {name: to_plain(value) for name, value in facts.today.items() if name in wanted}
    beside = read_beside_criteria(screening.ruleset) - wanted
    besides = {name: to_plain(facts.values[name]) for name in sorted(beside) if name in facts.values}
    raised = {name: sorted(marks) for name, marks in sorted(facts.raised.items()) if name in asked}
    return (
        {
            "values": {name: to_plain(facts.values[name]) for name in sorted(wanted) if name in facts.values},
            "absent": sorted(facts.absent & wanted),
            "not_asked": sorted(facts.not_asked & wanted),
            "unreadable": sorted(facts.unreadable & wanted),
        }
        | ({"today": today} if today else {})
        | ({"besides": besides} if besides else {})
        | ({"raised": raised} if raised else {})
    )


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


def last_of_many(session: Session, cases: Sequence[Case], *, on: date) -> dict[int, Screening]:
    """Case -> what its rules say that day, as its own page says it; in a few queries for all of them.

    For lists: what is kept of a case holds until something it read has changed, or a day has begun that it was not
    judged on. Such a case waits to be judged again, and is judged here meanwhile.
    """
    found = current_of_many(session, cases, on=on)
    return {key: one.screening for key, one in found.items()}


def current_of_many(session: Session, cases: Sequence[Case], *, on: date) -> dict[int, CaseScreening]:
    """The same with the ids behind the answers."""
    waits = not_rescreened(session, cases, on)
    screened = {case.id: of_case_in_list(session, case, on=on) for case in cases if case.id in waits}
    found = {key: one for key, one in screened.items() if one is not None}
    return found | _kept_of_many(session, [case for case in cases if case.id not in found], on=on)


def _kept_of_many(session: Session, cases: Sequence[Case], *, on: date) -> dict[int, CaseScreening]:
    """Case -> its kept screening made again for that day, of those that have one."""
    keys = [case.screening_id for case in cases if case.screening_id is not None]
    kept = {row.id: row for row in session.scalars(select(StoredScreening).where(StoredScreening.id.in_(keys)))}
    wanted = {key for row in kept.values() for key in row.answers.values()}
    given = {one.row.id: one for one in answers_with_kind(session, wanted)}
    versions = {row.rule_version_id for row in kept.values()}
    rulesets = {version: read_version(session, version) for version in versions}
    found = {}
    for case in cases:
        stored = kept.get(case.screening_id or 0)
        ruleset = rulesets[stored.rule_version_id] if stored is not None else None
        if stored is None or ruleset is None:
            continue
        for_both = answers_hold_for_both(session, case.board_id)
        answered = {name: as_assessment(given[key], case, for_both=for_both) for name, key in stored.answers.items()}
        once = _MadeAgain(
            digest=stored.digest,
            fingerprint=ruleset.fingerprint,
            kind=case.kind,
            moment=stored.moment,
            on=on,
            answers=tuple(answered.items()),
            read=stored.read,
            ruleset=ruleset,
        )
        found[case.id] = CaseScreening(_make_again(once), stored.answers)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _MadeAgain:
    """All that a kept screening made again for a day goes by: what is equal makes the same, whoever asks."""

    digest: str
    """Of the rules' version, the moment, what was read and by which answers."""
    fingerprint: str
    """Of the rules themselves."""
    kind: CaseKind
    moment: ReviewMoment
    on: date
    answers: tuple[tuple[str, Assessment], ...]
    read: Mapping[str, Any] = field(compare=False)
    ruleset: RuleSet = field(compare=False)


@lru_cache(maxsize=512)  # a list makes some fifty each time that it is shown, and few of them are otherwise than before
def _make_again(kept: _MadeAgain) -> Screening:
    facts = _facts_read(kept.read, kept.ruleset)
    return screen(kept.ruleset, facts, dict(kept.answers), kind=kept.kind, moment=kept.moment, on=kept.on)


def of_case_in_list(session: Session, case: Case, *, on: date) -> CaseScreening | None:
    """The same of a case among others: one that cannot be judged stands as it is kept, and its own page says why."""
    return one_of_many(case.id, lambda: screen_without_keeping(session, case, on=on))


def one_of_many(key: int, judge: Callable[[], T]) -> T | None:
    """A case that cannot be judged is told of in the log, and the rest go on; a database that fails ends it."""
    try:
        return judge()
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 - the rest go on
        LOG.error("case %s could not be judged: %s", key, place_of(error))  # noqa: TRY400 - no words of the case
        return None


def standing_of_many(session: Session, cases: Sequence[Case], *, on: date) -> dict[int, ProposalStatus]:
    """Case -> what is proposed and who it waits for, as its own page says; for the rows of a list."""
    waits = not_rescreened(session, cases, on)
    assessed = _assessed_among(session, cases)
    found = {}
    for case in cases:
        screened = of_case_in_list(session, case, on=on) if case.id in waits else None
        if screened is not None:
            now = screened.screening
            found[case.id] = ProposalStatus(now.proposal.value, now.attention.value, bool(assessed_behind(now)))
        else:
            found[case.id] = ProposalStatus(case.proposal, case.attention, case.screening_id in assessed)
    return found


def _assessed_among(session: Session, cases: Sequence[Case]) -> set[int]:
    """Of the kept screenings of some cases those whose proposal rests on what persons have answered alone."""
    keys = [case.screening_id for case in cases if case.screening_id is not None and case.proposal in BY_PERSONS]
    rows = session.execute(
        select(StoredScreening.id, StoredScreening.proposal, StoredScreening.results).where(
            StoredScreening.id.in_(keys)
        )
    )
    found = set()
    for key, proposal, results in rows if keys else ():
        behind = [one["author"] for one in results.values() if one["effect"] == proposal]
        if behind and ResultAuthor.COMPUTED.value not in behind:
            found.add(key)
    return found


def values_read(read: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a kept screening went by: those its criteria asked for, and those read whatever they ask."""
    return {**read.get("besides", {}), **read["values"]}


def _facts_read(read: Mapping[str, Any], ruleset: RuleSet) -> Facts:
    return Facts(
        {name: from_plain(ruleset.catalogue[name], value) for name, value in values_read(read).items()},
        frozenset(read["absent"]),
        frozenset(read["not_asked"]),
        frozenset(read["unreadable"]),
        {name: from_plain(ruleset.catalogue[name], value) for name, value in read.get("today", {}).items()},
        {name: dict.fromkeys(marks, A_TIP) for name, marks in read.get("raised", {}).items()},
    )


def repeat_screening(session: Session, stored: StoredScreening, case: Case) -> Screening:
    """A kept screening made again from what it kept: the same rules, facts, answers and day."""
    ruleset = read_version(session, stored.rule_version_id)
    if ruleset is None:
        raise LookupError(stored.rule_version_id)
    given, _ = answers_by_id(session, case, stored.answers.values(), as_of=stored.at)
    return screen(
        ruleset,
        _facts_read(stored.read, ruleset),
        given,
        kind=case.kind,
        moment=stored.moment,
        on=stored.on,
    )


def answers_by_id(
    session: Session, case: Case, ids: Iterable[int], *, as_of: datetime
) -> tuple[dict[str, Assessment], dict[str, int]]:
    """The answers with those ids, as they stood at a moment."""
    rows = [given.as_of(as_of) for given in answers_with_kind(session, ids)]
    for_both = answers_hold_for_both(session, case.board_id)
    return (
        {given.row.criterion: as_assessment(given, case, for_both=for_both) for given in rows},
        {given.row.criterion: given.row.id for given in rows},
    )
