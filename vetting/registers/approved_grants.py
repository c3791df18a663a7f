"""Grants that have been approved, each by the decision that holds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import extract, func, select
from sqlalchemy.orm import aliased

from vetting.associations.models.associations import Association, records_of
from vetting.casework import clock_of
from vetting.casework.domain.advice import ADVICE_WORDS, Advice
from vetting.casework.domain.legal_force import decision_status as stands
from vetting.casework.models.cases import Case, GrantApplication, seen_by
from vetting.casework.models.decisions import (
    Decision,
    DecisionDraft,
    as_events,
    current_decisions,
    current_grants,
    events_of,
    quashed_decisions,
)
from vetting.casework.models.facts import GivenFacts, speaks_of
from vetting.casework.models.meetings import Review
from vetting.grants.models.rounds import Round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import Reservation
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.text import NO_WORDS, Words, _, join_words, same_in_both
from vetting.money.models.payments import Payment
from vetting.money.models.reclaims import Reclaim
from vetting.money.models.reports import AMOUNT_REPORTED, GrantReport, report_due
from vetting.people.models.people import Board
from vetting.registers.columns import (
    NO,
    RULES_HEADING,
    YES,
    SheetDefinition,
    as_whole_number,
    cases_chosen,
    day_column,
    decided_between,
    decider_words,
    decision_keys,
    followed_up_at,
    latest_review,
    money_column,
    of_keys,
    paid_then,
    report_came,
    scheme_name,
    stopped_since,
    text_column,
    until_then,
    with_point,
    yes_or_no,
)
from vetting.rules.models import titles_of_versions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.registers.columns import RegisterSelection


class GrantRegisterRow(NamedTuple):
    """One approved grant."""

    case: Case
    decision: Decision
    board: str
    round: Round | None
    number: str | None
    grant_type: str | None
    proposed: int | None
    paid: int
    paid_on: date | None
    stopped_on: date | None
    reclaimed: int
    last_year: int | None
    advice: str | None
    treated_at: datetime | None
    rules: Words
    report_due: date | None
    report_came: date | None
    report_read: date | None
    in_force: date | None
    decider: Words

    @property
    def left(self) -> int | None:
        return None if self.decision.amount is None else self.decision.amount - self.paid


def _stop(row: GrantRegisterRow) -> Words:
    return YES + same_in_both(f", {row.stopped_on}") if row.stopped_on else NO


def _report(row: GrantRegisterRow) -> Words:
    """Whether the report has come, and been gone through; that it is late is told, too."""
    came = _("inkom {report_came}", report_came=row.report_came) if row.report_came else NO_WORDS
    read = _("genomgången {day}", day=row.report_read) if row.report_read else NO_WORDS
    told = join_words((came, read), ", ")
    return told if told.sv else _("inte inkommen")


def _amount_paid(selection: RegisterSelection, _by: Person | None = None) -> Any:  # noqa: ANN401 - a subquery
    """What is paid of a grant, in öre; None where nothing is."""
    wanted = select(func.sum(Payment.amount)).where(Payment.case_id == Case.id, paid_then(selection).is_not(None))
    return wanted.scalar_subquery()


def _amount_left(selection: RegisterSelection, by: Person) -> Any:  # noqa: ANN401 - a sum
    return Decision.amount - func.coalesce(_amount_paid(selection, by), 0)


def _amount_reclaimed(selection: RegisterSelection, _by: Person | None = None) -> Any:  # noqa: ANN401 - a subquery
    asked = aliased(Decision)
    wanted = (
        select(func.sum(Reclaim.amount))
        .join(asked, asked.id == Reclaim.reclaim_decision_id)
        .where(Reclaim.case_id == Case.id, asked.id.not_in(quashed_decisions(selection.as_of)))
    )
    return wanted.where(*until_then(selection, asked.decided_on)).scalar_subquery()


_PROPOSED: Final = select(DecisionDraft.amount).where(DecisionDraft.case_id == Case.id).scalar_subquery()
SHEET: Final[SheetDefinition[GrantRegisterRow]] = SheetDefinition(
    _("Beviljade bidrag"),
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
        money_column(_("Förslag kr"), lambda row: row.proposed, total=lambda *_of: _PROPOSED),
        money_column(_("Beviljat kr"), lambda row: row.decision.amount, total=lambda *_of: Decision.amount + 0),
        # An association with two grants has the same amount in both rows: a sum would count it twice.
        money_column(_("Förra året kr"), lambda row: row.last_year, total=None),
        text_column(_("Referensgrupp (utfall)"), lambda row: ADVICE_WORDS[Advice(row.advice)] if row.advice else ""),
        day_column(_("Referensgrupp datum"), lambda row: day_here(row.treated_at) if row.treated_at else None),
        day_column(_("Beslutsdatum"), lambda row: row.decision.decided_on),
        text_column(
            _("Beslutsfattare (nämnd/utskott/delegat, delegationspunkt)"),
            lambda row: with_point(row.decider, row.decision),
        ),
        text_column(_("§"), lambda row: row.decision.paragraph),
        text_column(_("Villkor"), lambda row: mask_personal_numbers("; ".join(row.decision.conditions))),
        text_column(
            _("Förbehåll stopp/återkrav (ja/nej)"),
            lambda row: yes_or_no(
                {Reservation.STOP.value, Reservation.RECLAIM.value} <= set(row.decision.reservations)
            ),
        ),
        day_column(_("Laga kraft"), lambda row: row.in_force),
        money_column(_("Utbetalt kr"), lambda row: row.paid, total=_amount_paid),
        day_column(_("Utbetalt datum"), lambda row: row.paid_on),
        money_column(_("Kvar kr"), lambda row: row.left, total=_amount_left),
        text_column(_("Stoppad (ja/nej, datum)"), _stop),
        day_column(_("Redovisning senast"), lambda row: row.report_due),
        text_column(_("Redovisning (inkom, godkänd)"), _report),
        money_column(_("Återkrav kr"), lambda row: row.reclaimed, total=_amount_reclaimed),
        text_column(RULES_HEADING, lambda row: row.rules),
        text_column(_("Handläggare (funktion)"), lambda row: _("handläggare") if row.case.officer_id else ""),
    ),
    leading=(
        "Förening",
        "Ärendenr",
        "Ändamål",
        "Sökt kr",
        "Beviljat kr",
        "Beslutsdatum",
        "Beslutsfattare (nämnd/utskott/delegat, delegationspunkt)",
        "Utbetalt kr",
        "Utbetalt datum",
        "Kvar kr",
        "Redovisning senast",
        "Redovisning (inkom, godkänd)",
    ),
    brief=("Förening", "Beviljat kr", "Kvar kr", "Redovisning (inkom, godkänd)"),
)


def grant_rows(session: Session, selection: RegisterSelection) -> list[GrantRegisterRow]:
    """The approved grants that this person may see, by the day of decision."""
    found = session.execute(
        select(
            Case,
            Decision,
            Board.name,
            Round,
            Association.number,
            scheme_name(),
            DecisionDraft.amount,
            *_sums(selection),
            Review.outcome,
            Review.treated_at,
            Case.rule_version_id,
            *_reports(selection),
        )
        .join(Decision, Decision.case_id == Case.id)
        .join(Board, Board.id == Case.board_id)
        .outerjoin(Round, Round.id == Case.round_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .outerjoin(GrantApplication, GrantApplication.case_id == Case.id)
        .outerjoin(DecisionDraft, DecisionDraft.case_id == Case.id)
        .outerjoin(Review, Review.id == latest_review())
        .where(*_conditions(selection, session.person), *of_keys(selection, Decision.id))
        .order_by(Decision.decided_on, Decision.id)
    ).all()
    events = events_of(session, [row[1].id for row in found])
    titles = titles_of_versions(session, session.person.board_id)
    today = selection.as_of or selection.on or date.max
    clocks = {row[1].id: clock_of(session, row[1]) for row in found}
    forces = {key: stands(as_events(noted), today, clocks[key]).in_force_on for key, noted in events.items()}
    decider = decider_words(session)
    return [_register_row(row, forces.get(row[1].id), titles, decider(row[1])) for row in found]


def grant_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The decisions of the rows, the newest first; found by the board's decisions, which it has in that order."""
    return decision_keys(by, _conditions(selection, by, by_key=True))


def _conditions(selection: RegisterSelection, by: Person, *, by_key: bool = False) -> list[ColumnElement[bool]]:
    return [
        seen_by(by, Action.READ_REGISTERS, by_key=by_key or selection.keys is not None),
        current_grants(as_of=selection.as_of),
        *decided_between(selection),
        *cases_chosen(selection),
    ]


def _register_row(
    row: Any,  # noqa: ANN401 - a row of tables
    in_force: date | None,
    titles: Mapping[int, Words],
    decider: Words,
) -> GrantRegisterRow:
    (
        case,
        decision,
        board,
        round_,
        number,
        grant_type,
        proposed,
        paid,
        paid_on,
        stopped,
        reclaimed,
        last_year,
        advice,
        treated,
        version,
        due,
        came,
        approved,
    ) = row
    return GrantRegisterRow(
        case=case,
        decision=decision,
        board=board,
        round=round_,
        number=number,
        grant_type=grant_type,
        proposed=proposed,
        paid=as_whole_number(paid) or 0,
        paid_on=paid_on,
        stopped_on=stopped,
        reclaimed=as_whole_number(reclaimed) or 0,
        last_year=as_whole_number(last_year),
        advice=advice,
        treated_at=treated,
        rules=titles.get(version or 0, NO_WORDS),
        report_due=due,
        report_came=came,
        report_read=day_here(approved) if approved else None,
        in_force=in_force,
        decider=decider,
    )


def _sums(selection: RegisterSelection) -> list[Any]:
    """What was paid and when, stopped, reclaimed, and granted to the same association the year before."""
    paid_on = select(func.max(paid_then(selection))).where(Payment.case_id == Case.id)
    return [
        _amount_paid(selection),
        paid_on.scalar_subquery(),
        stopped_since(selection).scalar_subquery(),
        _amount_reclaimed(selection),
        _year_before(selection).scalar_subquery(),
    ]


def _year_before(selection: RegisterSelection) -> Any:  # noqa: ANN401 - a query
    """What decisions that hold gave the association in the year before this one's."""
    before, holds = aliased(Case), aliased(Decision)
    given = (
        select(func.sum(holds.amount))
        .join(before, before.id == holds.case_id)
        .where(
            before.board_id == Case.board_id,
            before.association_id.in_(records_of(Case.association_id)),
            holds.kind == CaseKind.GRANT.value,
            current_decisions(holds, as_of=selection.as_of),
            extract("year", holds.decided_on) == extract("year", Decision.decided_on) - 1,
        )
    )
    return given.correlate(Case, Decision)


def _reports(selection: RegisterSelection) -> list[Any]:
    """The day a report of the grant is due, the day it came, and when a person had gone through it."""
    before = select(func.min(GivenFacts.as_of)).where(  # before reports were things of their own
        GivenFacts.case_id == Case.id,
        speaks_of(GivenFacts.of_case, AMOUNT_REPORTED),
        is_batch_not_undone(GivenFacts.batch_id),
        *until_then(selection, GivenFacts.as_of),
    )
    noted = select(report_came(selection)).where(
        GrantReport.case_id == Case.id, *until_then(selection, report_came(selection))
    )
    came = func.coalesce(noted.correlate(Case).scalar_subquery(), before.correlate(Case).scalar_subquery())
    return [report_due(), came, followed_up_at(selection)]
