"""A draft tried on stored cases: who would get another result or proposal, and why. Touches nothing.

Each case is judged on what it was judged on then: the facts its screening read, what was known that day of what
the draft asks besides, and the answers that persons had given. What nobody was asked for then is not asked.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from vetting.casework.models.assessments import StoredAnswer, answers_with_kind
from vetting.casework.models.cases import Case, judged_by_rules, seen_by
from vetting.casework.models.facts import said_of_many
from vetting.casework.models.screenings import StoredScreening
from vetting.casework.services.screenings import answers_hold_for_both, as_assessment, values_read
from vetting.engine.facts import Facts
from vetting.engine.screening import screen
from vetting.engine.stored_values import from_plain
from vetting.engine.what_if import RuleTrialTally
from vetting.kernel.roles import Action, Person, Role
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import open_reading
from vetting.kernel.text import Words
from vetting.people.models.people import Board
from vetting.rules import CaseSelection, rules_of
from vetting.rules.models import RuleVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row

    from vetting.engine.evidence import Assessment
    from vetting.engine.facts import Value
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.jobs import Job
    from vetting.kernel.store.session import Session

BATCH: Final = 500
_COLUMNS: Final = (
    Case.id,
    Case.board_id,
    Case.number,
    Case.name,
    Case.kind,
    Case.association_id,
    StoredScreening.at,
    StoredScreening.on,
    StoredScreening.moment,
    StoredScreening.read,
    StoredScreening.answers,
    StoredScreening.results,
    StoredScreening.proposal,
)


def work_off(
    database: Database, job: Job, *, heard: Callable[[int, int], bool]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Does a job as the person who asked for it: what is told of it in a line, and the whole result.

    Raises:
        Refused: the draft can no longer be read.
    """
    with open_reading(database) as session:
        ruleset = rules_of(session, job)
        board = session.get_one(Board, job.board_id)
    by = Person(id=job.by_user_id, name="", board_id=board.id, board=board.name, roles=frozenset({Role.RULES_OWNER}))
    which = CaseSelection(round_id=job.arguments["round_id"], year=job.arguments["year"])
    tally = try_on_cases(database, ruleset, which, by=by, heard=heard)
    return {"fingerprint": ruleset.fingerprint, "cases": tally.cases, "turned": tally.turned}, tally.as_data()


def result_for(session: Session, job: Job) -> dict[str, Any]:
    """A job's result as this person may see it now: a case in conflict is left out, also when it was declared since."""
    told = job.result.get("told", [])
    numbers = [item["number"] for item in told]
    seen = (
        set(session.scalars(select(Case.number).where(_visible_cases(session.person), Case.number.in_(numbers))))
        if numbers
        else set()
    )
    return {**job.result, "told": [item for item in told if item["number"] in seen]}


def try_on_cases(
    database: Database, ruleset: RuleSet, which: CaseSelection, *, by: Person, heard: Callable[[int, int], bool]
) -> RuleTrialTally:
    """Judges every case that the person may see, some hundred at a time; memory does not grow with their number.

    heard: told how many of how many are done; an answer of False stops the work.
    """
    with open_reading(database, Acting(by)) as session:
        every = _cases(session, ruleset, which)
        wanted = every & Case.screening_id.is_not(None)
        total = int(session.scalar(select(func.count(Case.id)).where(wanted)) or 0)
        tally = RuleTrialTally(before=_labels(session, by.board_id))
    last = seen = 0
    while heard(seen, total):
        with open_reading(database, Acting(by)) as session:
            rows = _rows(session, wanted, last)
            for row, facts, given in _facts_of_rows(session, rows, ruleset):
                new = screen(ruleset, facts, given, kind=row.kind, moment=row.moment, on=row.on)
                tally.add({"number": row.number, "name": row.name}, row.results, row.proposal, new)
        if not rows:
            break
        seen, last = seen + len(rows), rows[-1].id
    with open_reading(database, Acting(by)) as session:
        unjudged = every & Case.screening_id.is_(None)
        tally.without_screening = int(session.scalar(select(func.count(Case.id)).where(unjudged)) or 0)
    return tally


def _labels(session: Session, board_id: int) -> dict[str, Words]:
    """What the criteria of the board's versions are called."""
    found: dict[str, Words] = {}
    for content in session.scalars(select(RuleVersion.content).where(RuleVersion.board_id == board_id)):
        for entry in content["criteria"]:
            label = entry["data"]["label"]
            swedish = label if isinstance(label, str) else label["sv"]
            found[entry["data"]["id"]] = Words(
                swedish, swedish if isinstance(label, str) else label.get("en") or swedish
            )
    return found


def _cases(session: Session, ruleset: RuleSet, which: CaseSelection) -> ColumnElement[bool]:
    wanted = _visible_cases(session.person) & Case.kind.in_([kind.value for kind in ruleset.kinds])
    wanted &= judged_by_rules(session, session.person.board_id, ruleset.id)
    if which.round_id is not None:
        wanted &= Case.round_id == which.round_id
    if which.year is not None:
        wanted &= func.extract("year", Case.received_on) == which.year
    return wanted


def _visible_cases(by: Person) -> ColumnElement[bool]:
    """The cases of those who write or publish rules: the board's own, but none in conflict."""
    return seen_by(by, Action.WRITE_RULES if by.may(Action.WRITE_RULES) else Action.PUBLISH_RULES)


def _rows(session: Session, wanted: ColumnElement[bool], last: int) -> Sequence[Any]:
    return session.execute(
        select(*_COLUMNS)
        .join(StoredScreening, StoredScreening.id == Case.screening_id)
        .where(wanted, Case.id > last)
        .order_by(Case.id)
        .limit(BATCH)
    ).all()


def _facts_of_rows(
    session: Session, rows: Sequence[Any], ruleset: RuleSet
) -> Iterator[tuple[Row[Any], Facts, dict[str, Assessment]]]:
    catalogue = ruleset.catalogue
    asked = frozenset(fact for criterion in ruleset.criteria for fact in criterion.facts_and_shown)
    besides = _besides(session, rows, asked)
    answers = _answers(session, rows)
    for_both = bool(rows) and answers_hold_for_both(session, rows[0].board_id)
    for row in rows:
        read = row.read
        stored = values_read(read)
        values: dict[str, Value] = {
            name: from_plain(catalogue[name], value) for name, value in stored.items() if name in catalogue
        }
        absent, unreadable = set(read["absent"]), set(read["unreadable"])
        known = {*values, *absent, *unreadable}
        for fact, value, gone, at in besides.get(row.id, ()):
            if fact not in known and at <= row.at:
                if gone:
                    absent.add(fact)
                elif value is not None:
                    values[fact] = from_plain(catalogue[fact], value)
        unknown = asked - values.keys() - absent - unreadable
        new = unknown - _told_missing(row) if unknown else unknown
        not_asked = new.union(read["not_asked"]) - values.keys() - absent
        given = {
            name: as_assessment(answer.as_of(row.at), row, for_both=for_both)
            for name, key in row.answers.items()
            if (answer := answers.get(key)) is not None
        }
        today = {
            name: from_plain(catalogue[name], value)
            for name, value in read.get("today", {}).items()
            if name in catalogue
        }
        yield row, Facts(values, frozenset(absent), not_asked, frozenset(unreadable), today), given


def _told_missing(row: Row[Any]) -> set[str]:
    """The facts that were told as missing then: they were asked for."""
    return {fact for entry in row.results.values() for fact in entry["missing"]}


def _besides(
    session: Session, rows: Sequence[Any], asked: frozenset[str]
) -> Mapping[int, list[tuple[str, Any, bool, datetime]]]:
    """Values of what the draft asks that not every screening of these read, oldest first."""
    wanted = asked.difference(asked.intersection(*(row.read["values"] for row in rows)))
    found: dict[int, list[tuple[str, Any, bool, datetime]]] = defaultdict(list)
    if not wanted or not rows:
        return found
    cases = {row.id: row.association_id for row in rows}
    for key, value in said_of_many(session, _board(session, rows), cases):
        if value.fact in wanted and not value.unreadable:
            found[key].append((value.fact, value.value, value.absent, value.source.entered_at))
    return found


def _board(session: Session, rows: Sequence[Any]) -> int:
    return int(session.scalar(select(Case.board_id).where(Case.id == rows[0].id)) or 0)


def _answers(session: Session, rows: Sequence[Any]) -> dict[int, StoredAnswer]:
    keys = {key for row in rows for key in row.answers.values()}
    return {given.row.id: given for given in answers_with_kind(session, keys)} if keys else {}
