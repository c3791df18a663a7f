"""What the records know of a case and its association, as computed facts: earlier cases, shared accounts, papers."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Date, Text, bindparam, cast, func, or_, select
from sqlalchemy.orm import aliased

from vetting.associations.domain.name_differences import may_be_same
from vetting.associations.models.associations import records_of
from vetting.associations.models.booker_kinds import BookerKindRecord
from vetting.casework.domain import computed_facts, word_passages
from vetting.casework.domain.cases import OPEN
from vetting.casework.domain.text_likeness import similarity_of_texts
from vetting.casework.domain.tips import tip_mark
from vetting.casework.models.case_queries import json_rows_of, query_case
from vetting.casework.models.cases import Case, GrantApplication
from vetting.casework.models.decisions import Decision, current_decisions, quashed_decisions
from vetting.casework.models.documents import READ, Document, DocumentText
from vetting.casework.models.documents import of_case as documents_of
from vetting.casework.models.facts import value_between, values_of
from vetting.casework.models.meetings import Review
from vetting.casework.models.tips import Tip, raises_questions
from vetting.casework.services.money_of_cases import MONEY
from vetting.engine.facts import CaseDocument, ListRow
from vetting.engine.screening import BOOKER_KIND, BY_A_PERSON, BookerKind, words_looked_for
from vetting.grants.models.rounds import Round, id_of_scheme, scheme_of_case
from vetting.grants.models.schemes import GrantScheme
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.store.case_rows import prefetched_answer
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.text import _, day_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Row, Select

    from vetting.casework.models.case_queries import QueriedCase
    from vetting.engine.facts import Value
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Words

A_YEAR_AGO: Final = timedelta(days=180)
"""What was said so long before the case came is of an earlier year."""
TWO_YEARS_AGO: Final = timedelta(days=550)
"""What was said before this is of no use to compare with."""
ARRIVED_STATE: Final = "arrived"
YEARLY: Final = ("activity_report", "annual_minutes")
"""Papers that are new each year."""
RECORDS_GO_FIRST = frozenset(
    {
        "received_on",
        "group_opinion_on",
        "other_cases",
        "cases_with_same_attachment",
        "case_documents",
        "earlier_measures",
        "earlier_grants",
        "unreported_grants",
        BOOKER_KIND,
        BY_A_PERSON,
    }
)


def from_records(session: Session, case: Case, values: Mapping[str, Value], *, on: date) -> dict[str, Value]:
    """What the store itself knows of the case and its association. on: the day it is asked."""
    found: dict[str, Value] = {"received_on": case.received_on}
    round_ = session.get(Round, case.round_id) if case.round_id is not None else None
    found |= _of_the_round(round_, scheme_of_case(session, case.scheme_id, case.round_id))
    records = _records_of(session, case, on)
    papers = _papers(session, case)
    if records.opinion_at is not None:
        found["group_opinion_on"] = day_here(records.opinion_at)
    found |= _of_the_association(session, case, papers, records)
    found["other_cases"] = _sharing(session, case, values, records)
    found["cases_with_same_attachment"] = _same_papers(session, case) if papers else ()
    found["case_documents"] = papers
    return found


def _of_the_round(round_: Round | None, scheme: GrantScheme | None) -> dict[str, Value]:
    """What a case is an application for, and the days of its round; one applied for all the year has no last day."""
    found: dict[str, Value] = {}
    if scheme is not None:
        found["grant_scheme"] = scheme.name
        if scheme.period is not None:
            found["grant_period"] = scheme.period.value
    if round_ is not None:
        found["round_opens_on"] = round_.opens_on
        if scheme is None or scheme.answer_days is None:
            found["deadline"] = round_.closes_on
        if round_.decision_on is not None:
            found["decision_planned_on"] = round_.decision_on
    return found


def of_today(session: Session, case: Case, on: date) -> dict[str, Value]:
    """What the records say that day of what may have changed since the case came."""
    if case.association_id is None:
        return {}
    # A report may have come, or fallen due, since the day of application: both days are shown, and a person weighs
    # the difference.
    return {"unreported_grants": int(_records_of(session, case, on).overdue or 0)}


def raised_by_tips(session: Session, case: Case, *, on: date) -> dict[str, dict[str, Words]]:
    """Criterion -> mark -> the tip that raises its question anew, by the number it has in the diary and its day."""
    if case.association_id is None:
        return {}
    found: dict[str, dict[str, Words]] = {}
    for key, number, came, criteria in sorted(_records_of(session, case, on).tips):
        told = _("Tips {number} från {day}.", number=number, day=day_in_words(date.fromisoformat(came)))
        for criterion in json.loads(criteria):
            found.setdefault(criterion, {})[tip_mark(key)] = told
    return found


def _records_of(session: Session, case: Case, on: date) -> Row[Any]:
    [found] = query_case(session, _records, case, on=on)
    return found


def _records(asked: QueriedCase) -> Select[*tuple[Any, ...]]:
    """One question: what a case's group said, what the association's other cases add up to, who else has its number."""
    of_association = (
        (Case.board_id == asked.board) & (Case.association_id == asked.association) & is_batch_not_undone(Case.batch_id)
    )
    together = func.coalesce(Case.tied_to_id, 0) == func.coalesce(asked.tied_to, -1)  # one application, several cases
    earlier = of_association & (Case.id < asked.case) & ~together
    same_year = func.extract("year", Case.received_on) == func.extract("year", asked.received_on)
    opinion = select(func.max(Review.treated_at)).where(
        Review.case_id == asked.case, Review.outcome.not_in(["", "sends_back", "postpones"])
    )
    count = select(func.count(Case.id))
    paid = MONEY.function.paid_in(earlier)
    looked = (
        select(func.max(Decision.decided_on))
        .join(Case, Case.id == Decision.case_id)
        .where(earlier, Decision.id.not_in(quashed_decisions()))
    )
    every_record = (
        (Case.board_id == asked.board)
        & Case.association_id.in_(records_of(asked.association))
        & (Case.id != asked.case)
        & is_batch_not_undone(Case.batch_id)
    )
    of_one_number = of_association & (Case.id != asked.case) & (Case.name != asked.name) & Case.state.in_(OPEN)
    first = select(Case.id, Case.number, Case.name).where(of_one_number).order_by(Case.id)
    booker = (
        select(cast(BookerKindRecord.kind, Text))
        .where(
            BookerKindRecord.board_id == asked.board, BookerKindRecord.association_id.in_(records_of(asked.association))
        )
        .order_by(BookerKindRecord.at.desc(), BookerKindRecord.id.desc())
        .limit(1)
    )
    return select(
        opinion.scalar_subquery().label("opinion_at"),
        count.where(earlier, Case.kind == CaseKind.GRANT).scalar_subquery().label("grants"),
        count.where(earlier, Case.kind == CaseKind.BOOKING).scalar_subquery().label("bookings"),
        count.where(earlier, Case.kind == CaseKind.GRANT, same_year).scalar_subquery().label("this_year"),
        paid.label("paid"),
        # A report is not missing before the day it was to come.
        count.where(earlier, MONEY.function.overdue_reports(asked.received_on)).scalar_subquery().label("unreported"),
        count.where(every_record, MONEY.function.overdue_reports(bindparam("on", type_=Date)))
        .scalar_subquery()
        .label("overdue"),
        looked.scalar_subquery().label("looked_on"),
        booker.scalar_subquery().label("booker"),
        json_rows_of(_measures(of_association & (Case.id != asked.case))).label("measures"),
        json_rows_of(_earlier_grants(earlier)).label("earlier_grants"),
        json_rows_of(first.limit(computed_facts.MOST_NAMED)).label("of_one_number"),
        json_rows_of(_tips(asked)).label("tips"),
    )


def _tips(asked: QueriedCase) -> Select[*tuple[Any, ...]]:
    """Those that raise a question of the association; once closed as leading to nothing they raise none."""
    own = (Tip.board_id == asked.board, Tip.association_id.in_(records_of(asked.association)))
    return select(Tip.id, Tip.number, cast(Tip.came_on, Text), cast(Tip.criteria, Text)).where(*own, raises_questions())


def _of_the_association(
    session: Session, case: Case, papers: tuple[CaseDocument, ...], records: Row[Any]
) -> dict[str, Value]:
    if case.association_id is None:
        return {}
    found: dict[str, Value] = {"first_application": not records.grants + records.bookings, "unreported_grants": 0}
    if not records.grants + records.bookings:
        found["earlier_grants"] = ()
    if case.kind == CaseKind.GRANT:
        found["applications_this_year"] = records.this_year + 1
    if case.kind == CaseKind.BOOKING:
        found["first_booking"] = not records.bookings
        if records.booker is not None:
            found[BOOKER_KIND] = records.booker
        if records.booker == BookerKind.PRIVATE_PERSON.value:
            found[BY_A_PERSON] = True
    if not records.grants + records.bookings:
        return found
    if records.paid:
        found["unreported_grants"] = int(records.unreported)
    found |= _against_last_year(session, case, papers)
    found["earlier_measures"] = tuple(number for _, number in sorted(records.measures))
    found["earlier_grants"] = tuple(
        ListRow((("scheme", name or ""), ("decided_on", date.fromisoformat(decided)), ("granted", granted)))
        for decided, _key, name, granted in sorted(records.earlier_grants)
    )
    if records.looked_on is not None:
        found["previously_vetted_on"] = records.looked_on
    return found


def _against_last_year(session: Session, case: Case, papers: tuple[CaseDocument, ...]) -> dict[str, Value]:
    """The members that were told a year ago, and how like last year's the papers are that are new each year."""
    found: dict[str, Value] = {}
    first, last = case.received_on - TWO_YEARS_AGO, case.received_on - A_YEAR_AGO
    before = value_between(session, case, "members_total", first, last)
    if isinstance(before, int) and not isinstance(before, bool):
        found["members_total_last_year"] = before
    here = {paper.type for paper in papers}
    alike = [ratio for kind in YEARLY if kind in here and (ratio := _likeness(session, case, kind)) is not None]
    if alike:
        found["similarity_to_last_year"] = max(alike)
    return found


def _likeness(session: Session, case: Case, kind: str) -> float | None:
    """How like the paper of this kind is to the association's of an earlier case; None where there are not two."""
    earlier = aliased(Case)
    same = (earlier.board_id == case.board_id) & (earlier.association_id == case.association_id)
    rows = session.execute(
        select(Document.sha256, DocumentText.folded, Document.case_id)
        .join(earlier, earlier.id == Document.case_id)
        .outerjoin(DocumentText, DocumentText.id == Document.id)
        .where(
            Document.type == kind,
            Document.state == ARRIVED_STATE,
            same,
            is_batch_not_undone(earlier.batch_id),
            or_(
                earlier.id == case.id,
                earlier.received_on.between(case.received_on - TWO_YEARS_AGO, case.received_on - A_YEAR_AGO),
            ),
        )
        .order_by(Document.id.desc())
        .limit(computed_facts.MOST_NAMED)
    ).all()
    own = next((row for row in rows if row.case_id == case.id), None)
    old = next((row for row in rows if row.case_id != case.id), None)
    if own is None or old is None:
        return None
    if own.sha256 == old.sha256:
        return 1.0
    return similarity_of_texts(own.folded or "", old.folded or "")


def _measures(others: ColumnElement[bool]) -> Select[int, str]:
    """Those among some cases with a payment that is stopped, or a reclaim that was decided."""
    return (
        select(Case.id, Case.number)
        .where(others, MONEY.function.has_measure())
        .order_by(Case.id)
        .limit(computed_facts.MOST_NAMED)
    )


def _earlier_grants(earlier: ColumnElement[bool]) -> Select[str, int, str, int | None]:
    """What was granted in some cases, by the decisions that hold: the day, the grant scheme or round, how much."""
    named = func.coalesce(GrantScheme.name, Round.name)
    return (
        select(cast(Decision.decided_on, Text), Decision.id, named, Decision.amount)
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(Round, Round.id == Case.round_id)
        .outerjoin(GrantScheme, GrantScheme.id == id_of_scheme(Case.scheme_id, Case.round_id))
        .where(earlier, Decision.kind == "grant", Decision.amount > 0, current_decisions())
        .order_by(Decision.id.desc())
        .limit(MOST_GRANTS)
    )


MOST_GRANTS: Final = 50


def _sharing(session: Session, case: Case, values: Mapping[str, Value], records: Row[Any]) -> tuple[str, ...]:
    """Other open cases of the board: with its number under an unlike name, or with its giro at another association."""
    of_one_number = [number for _, number, name in sorted(records.of_one_number) if not may_be_same(name, case.name)]
    found = dict.fromkeys([*of_one_number, *_same_giro(session, case, values)])
    return tuple(found)[: computed_facts.MOST_NAMED]


def _same_giro(session: Session, case: Case, values: Mapping[str, Value]) -> tuple[str, ...]:
    giro = values.get("giro_number")
    if not giro:
        return ()
    together = prefetched_answer(session, (_with_giro,), case, lambda cases: _of_giros(session, cases))
    if together is not None and str(giro) in together:
        others: Iterable[Row[Any]] = together[str(giro)]
    else:
        asked = {"giros": [str(giro)], "board": case.board_id, "case": case.id, "association": case.association_id or 0}
        others = session.execute(_with_giro_elsewhere(), asked)
    named = (
        row.number
        for row in others
        if row.board_id == case.board_id
        and row.id != case.id
        and (row.association_id is None or row.association_id != case.association_id)
    )
    return tuple(islice(named, computed_facts.MOST_NAMED))


@cache  # to build it takes longer than the database does with it
def _with_giro() -> Select[*tuple[Any, ...]]:
    """Open cases that say one of some accounts."""
    said = GrantApplication.giro.in_(bindparam("giros", expanding=True))
    return (
        select(Case.id, Case.number, Case.board_id, Case.association_id, GrantApplication.giro)
        .join(GrantApplication, GrantApplication.case_id == Case.id)
        .where(said, Case.state.in_(OPEN), is_batch_not_undone(Case.batch_id))
        .order_by(Case.id)
    )


@cache
def _with_giro_elsewhere() -> Select[*tuple[Any, ...]]:
    """The first of them in a board that are another's than an association's: 0 where it is not known whose."""
    other = or_(Case.association_id.is_(None), Case.association_id != bindparam("association", type_=BigInteger))
    here = Case.board_id == bindparam("board", type_=BigInteger)
    others = _with_giro().where(here, Case.id != bindparam("case", type_=BigInteger), other)
    return others.limit(computed_facts.MOST_NAMED)


def _of_giros(session: Session, cases: Sequence[Case]) -> dict[int, dict[str, list[Row[Any]]]]:
    """Case -> account -> the open cases that say it: all accounts of some cases, alike for each of them."""
    said = {row.value for case in cases for row in values_of(session, case) if row.fact == "giro_number" and row.value}
    found: dict[str, list[Row[Any]]] = {str(giro): [] for giro in said}
    for row in session.execute(_with_giro(), {"giros": sorted(found)}) if found else ():
        found[row.giro].append(row)
    return dict.fromkeys((case.id for case in cases), found)


def _papers(session: Session, case: Case) -> tuple[CaseDocument, ...]:
    """What has arrived in the case; what the office wrote itself is not among it."""
    arrived = (row for row in documents_of(session, case.id) if row.state == ARRIVED_STATE)
    return tuple(CaseDocument(row.type, row.dated, row.arrived_on) for row in arrived)


def _same_papers(session: Session, case: Case) -> tuple[str, ...]:
    """Other associations' cases in the board with the very same file."""
    if case.association_id is None:
        return ()
    own = select(Document.sha256).where(Document.case_id == case.id, Document.state == ARRIVED_STATE)
    rows = session.execute(
        select(Case.number)
        .join(Document, Document.case_id == Case.id)
        .where(
            Document.board_id == case.board_id,
            Document.sha256.in_(own),
            Document.state == ARRIVED_STATE,
            is_batch_not_undone(Case.batch_id),
            Case.association_id.is_not(None),
            Case.association_id != case.association_id,
        )
        .order_by(Case.id)
        .limit(computed_facts.MOST_NAMED)
    )
    return tuple(dict.fromkeys(number for (number,) in rows))


def in_papers(session: Session, case: Case, ruleset: RuleSet) -> tuple[str, ...] | None:
    """Passages of the case's papers with words that the rules look for in them.

    None where the rules look for none, or nothing was found and a paper could not be read: a scan may say anything.
    """
    reads = [criterion for criterion in ruleset.criteria if word_passages.FACT in criterion.facts]
    entries = tuple(
        dict.fromkeys(word for criterion in reads for word in words_looked_for(criterion, word_passages.FACT))
    )
    if not entries:
        return None
    rows = session.execute(
        select(Document.name, DocumentText.texts, DocumentText.state)
        .outerjoin(DocumentText, DocumentText.id == Document.id)
        .where(Document.case_id == case.id, Document.state == ARRIVED_STATE)
        .order_by(Document.id)
    ).all()
    pages = [
        (f"{name}, s. {number}", text) for name, texts, _ in rows for number, text in enumerate(texts or (), 1) if text
    ]
    found = word_passages.find_passages(pages, entries)
    unread = any(state != READ for _, _, state in rows)
    return None if unread and not found else found
