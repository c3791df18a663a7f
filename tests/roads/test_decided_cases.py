"""The demonstration's decided cases are in order of time, and what is to be shown in it is there."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.board import rules
from tests.factories import NOW
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import Case, Communication
from vetting.casework.models.decisions import Decision
from vetting.casework.models.frozen_bases import Basis
from vetting.casework.models.meetings import Review
from vetting.casework.models.screenings import StoredScreening
from vetting.grants.models.rounds import Round, scheme_of_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.roles import Role
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.lists.models.staged_files import StagedFile
from vetting.lists.services import list_reading, staged_files
from vetting.operations.cli.database import machine
from vetting.people.models.people import Board
from vetting.rules.models import RuleVersion
from vetting.rules.services.rulebook import use_rules
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.demonstration import FilledOnce
    from vetting.kernel.store.session import Session

MONTHS = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]
DAY = re.compile(rf"(\d{{4}})-(\d\d)-(\d\d)|(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})")
OUTCOMES = [kind.value for kind in CaseKind]


@pytest.fixture
def session(demonstration: FilledOnce) -> Iterator[Session]:
    database = connect_database(f"sqlite:///{demonstration.path}")
    use_rules(database, rules)
    with open_reading(database) as opened:
        yield opened
    database.close()


def days_in(content: Any) -> Iterator[tuple[date, str]]:
    """Every day that a text names, with the text."""
    if isinstance(content, dict):
        content = [content["sv"]] if "sv" in content else list(content.values())
    if isinstance(content, list):
        for part in content:
            yield from days_in(part)
    elif isinstance(content, str):
        for found in DAY.finditer(content):
            year, month, day = found[1] or found[6], found[2] or MONTHS.index(found[5]) + 1, found[3] or found[4]
            yield date(int(year), int(month), int(day)), content


def days_behind(session: Session, decision: Decision) -> Iterator[tuple[date, str]]:
    """Every day of what a decision rests on: answers, screening, opinions, hearings, and the words that were kept."""
    on: dict[str, Any] = decision.rests_on
    for answer in session.scalars(select(AssessmentRow).where(AssessmentRow.id.in_(on["assessments"]))):
        yield answer.on, answer.criterion
    screening = session.get_one(StoredScreening, on["screening"])
    yield screening.on, "screening"
    for review in session.scalars(select(Review).where(Review.id.in_(on["reviews"]))):
        if review.treated_at is not None:
            yield day_here(review.treated_at), "review"
    for told in session.scalars(select(Communication).where(Communication.id.in_(on["communications"]))):
        yield told.sent_on, "communication"
        if told.replied_on is not None:
            yield told.replied_on, "reply"
    yield from days_in(session.scalars(select(Basis.content).where(Basis.decision_id == decision.id)).one())


def test_nothing_behind_a_decision_is_later_than_it(session: Session) -> None:
    decided = session.scalars(select(Decision).where(Decision.kind.in_(OUTCOMES))).all()
    behind = [(one.case_id, one.decided_on, *found) for one in decided for found in days_behind(session, one)]
    assert len(decided) >= 60
    assert len(behind) >= 1000
    assert [row for row in behind if row[2] > row[1]] == []


def test_a_paragraph_of_the_minutes_is_of_one_day(session: Session) -> None:
    days = defaultdict(set)
    for row in session.scalars(select(Decision).where(Decision.paragraph != "")):
        days[row.board_id, row.decided_on.year, row.paragraph].add(row.decided_on)
    assert len(days) >= 6
    assert {place for place, found in days.items() if len(found) > 1} == set()


def test_approvals_of_a_board_cover_three_schemes_under_two_rule_sets(session: Session) -> None:
    approved = select(Case).join(Decision, Decision.case_id == Case.id)
    rows = session.scalars(approved.where(Decision.kind == CaseKind.GRANT, Decision.outcome == "approved")).all()
    schemes, rulesets = defaultdict(set), defaultdict(set)
    for case in rows:
        scheme = scheme_of_case(session, case.scheme_id, case.round_id)
        schemes[case.board_id].add(scheme.name if scheme is not None else None)
        rulesets[case.board_id].add(session.get_one(RuleVersion, case.rule_version_id).ruleset)
    assert [board for board in schemes if len(schemes[board]) >= 3 and len(rulesets[board]) >= 2] != []


def test_clean_cases_are_ready_to_be_decided_in_each_board(session: Session) -> None:
    ready = select(Case.board_id).where(Case.state == CaseState.READY, Case.proposal == "approve")
    found = session.scalars(ready).all()
    assert {key: found.count(key) >= 2 for key in session.scalars(select(Board.id))} == {1: True, 2: True, 3: True}


def test_the_sample_goes_whole_into_the_open_round_of_each_board(demonstration_copy: Path) -> None:
    data = (shipped_folder("imports") / "samples" / "ansokningar.xlsx").read_bytes()
    database = connect_database(f"sqlite:///{demonstration_copy}")
    use_rules(database, rules)
    with open_reading(database) as s:
        wanted = select(Board.code, Round.id).join(Round, Round.board_id == Board.id)
        rounds = s.execute(wanted.where(Round.name == "Verksamhetsbidrag i år").order_by(Round.id)).all()
    assert len(rounds) == 3
    for code, round_id in rounds:
        by = machine(database, code, frozenset({Role.CASEWORKER}))
        key = staged_files.hand_in(database, data, "lista.xlsx", round_id=round_id, by=by, at=NOW)
        list_reading.read_staged_file(database, key, rules(), at=NOW)
        with open_reading(database) as s:
            counts = s.get_one(StagedFile, key).counts
        assert (counts["good"] + counts["changed"] + counts["same"], counts["refused"]) == (60, 0)
    database.close()
