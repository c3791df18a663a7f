"""Reports on grants: received, completed, gone through; what is left of the money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting import casework
from vetting.casework import open_case, open_case_to_read, put_mark, raise_version, register_text_record
from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.cases import Case, current_marks
from vetting.casework.models.decisions import Decision, current_decisions
from vetting.engine.criteria import CriterionKind, ReviewMoment
from vetting.engine.facts import Facts
from vetting.grants.models.rounds import Round, scheme_of_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import OFFICIAL, _, same_in_both
from vetting.kernel.working_days import first_open
from vetting.money.domain.reports import (
    FINDING_WORDS,
    MOST_PARTICIPANTS,
    ReportFinding,
    ReportRules,
    ReportScope,
    UseRow,
    amount_left,
    report_scope,
    wrong_with_use,
)
from vetting.money.models.payments import Payment
from vetting.money.models.reports import (
    AMOUNT_REPORTED,
    REPORT_CONTENT,
    GrantReport,
    PartReport,
    part_reports,
    report_due,
    report_of,
)
from vetting.people import require_permission
from vetting.rules import catalogue_of_version, read_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from vetting.engine.criteria import Criterion
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.text import Words
    from vetting.money.domain.reports import ReportWay

REPORTED: Final = frozenset({CaseState.PAYMENT, CaseState.REPORTING, CaseState.CLOSED})
"""States of a case whose report can come: a report that is late comes to a case that is closed."""
LONGEST_TEXT: Final = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedReport:
    """What a report says; amounts in öre."""

    received_on: date
    way: ReportWay
    used: int | None = None
    rows: tuple[UseRow, ...] = ()
    activity: str = ""
    women: int | None = None
    men: int | None = None
    others: int | None = None

    @property
    def participants(self) -> int:
        """How many it tells of."""
        return sum(number or 0 for number in (self.women, self.men, self.others))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSituation:
    """A grant and its report; amounts in öre."""

    report: GrantReport | None
    due_on: date | None
    rules: ReportRules
    scope: ReportScope
    granted: int | None
    paid: int

    @property
    def used(self) -> int | None:
        return self.report.used if self.report is not None else None

    @property
    def left(self) -> int:
        """What it says that it has not used of what was paid."""
        return amount_left(self.paid, self.used)


def report_rules(session: Session, case: Case) -> ReportRules:
    scheme = scheme_of_case(session, case.scheme_id, case.round_id)
    if scheme is None:
        return ReportRules()
    return ReportRules(scheme.report_below, scheme.report_sample, scheme.report_participants)


def report_situation(session: Session, case: Case) -> ReportSituation:
    """A grant and its report."""
    rules, granted = report_rules(session, case), amount_granted(session, case.id)
    return ReportSituation(
        report=report_of(session, case.id),
        due_on=session.scalar(select(report_due()).where(Case.id == case.id)),
        rules=rules,
        scope=report_scope(rules, granted, case.number),
        granted=granted,
        paid=amount_paid(session, case.id),
    )


def amount_paid(session: Session, case_id: int) -> int:
    total = select(func.coalesce(func.sum(Payment.amount), 0))
    return int(session.scalar(total.where(Payment.case_id == case_id, Payment.paid_on.is_not(None))) or 0)


def amount_granted(session: Session, case_id: int) -> int | None:
    wanted = select(Decision.amount).where(
        Decision.case_id == case_id, Decision.kind == CaseKind.GRANT.value, current_decisions()
    )
    return session.scalar(wanted.order_by(Decision.id.desc()).limit(1))


def _case_with_report(session: WritingSession, number: str, action: Action) -> Case:
    require_permission(session.person, action)
    case = open_case(session, number, action=action)
    if case.state not in REPORTED:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                number,
                _("Inget bidrag är beviljat i ärendet."),
                _("Redovisningen antecknas först när bidraget är beviljat."),
            ),
        )
    return case


def _row(session: WritingSession, case: Case) -> GrantReport:
    row = report_of(session, case.id)
    if row is None:
        row = GrantReport(board_id=case.board_id, case_id=case.id)
        session.add(row)
    return row


def plan_report(session: WritingSession, case: Case, decided_on: date) -> None:
    """When a grant is decided and its round says no day: the day that its grant scheme gives, counted from then."""
    found = session.get(Round, case.round_id) if case.round_id is not None else None
    scheme = scheme_of_case(session, case.scheme_id, case.round_id)
    if scheme is None or scheme.report_days is None or (found is not None and found.report_on is not None):
        return
    row = _row(session, case)
    row.due_on = decided_on + timedelta(days=scheme.report_days)
    session.flush()


def move_report_day(session: WritingSession, case: Case, due_on: date) -> None:
    """Another day for the report of a grant than its round or its grant scheme says."""
    row = _row(session, case)
    row.due_on = due_on
    session.flush()


def receive_report(
    session: WritingSession, number: str, new: ReceivedReport, *, version: int | None = None
) -> GrantReport:
    """A grant's report has come, or what completes it; what a person found before is asked anew.

    version: the report as it was seen.

    Raises:
        Refused: nothing is granted, a day that has not been, something that must be told is not, or it changed since.
    """
    case = _case_with_report(session, number, Action.ADD_DOCUMENT)
    asked = report_rules(session, case)
    problems = wrong_with_use(
        asked,
        report_scope(asked, amount_granted(session, case.id), case.number),
        rows=new.rows,
        used=new.used,
        activity=new.activity,
        people=new.participants,
    )
    problems += _wrong_day(new.received_on, case, session.today)
    for name, count in (("women", new.women), ("men", new.men), ("others", new.others)):
        if count is not None and not 0 <= count <= MOST_PARTICIPANTS:
            problems.append(Problem(name, _("Antalet kan inte stämma."), _("Skriv 0 eller mer.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = _row(session, case)
    _refuse_changed(row, version)
    _note_arrival(row, new.received_on, new.way)
    row.used = sum(one.amount for one in new.rows) if new.rows else new.used
    row.use_rows = [[mask_personal_numbers(one.what), one.amount] for one in new.rows]
    row.activity = mask_personal_numbers(new.activity.strip())[:LONGEST_TEXT]
    row.women, row.men, row.others = new.women, new.men, new.others
    catalogue = catalogue_of_version(session, case.rule_version_id)
    reported = Facts({AMOUNT_REPORTED: row.used or 0})
    casework.keep_facts(session, case, reported, casework.FactOrigin(), catalogue=catalogue)
    _ask_anew(row, session.person, session.now)
    register_text_record(session, case, RecordKind.GRANT_REPORT, _parts_of_use(row), on=row.received_on)
    _withdraw_follow_up(session, case)
    raise_version(case)
    session.flush()
    session.note("report_received", row, case_id=case.id)
    return row


def _parts_of_use(row: GrantReport) -> list[tuple[Words, list[str]]]:
    """How a grant was used, as the association has said it by form, list or letter."""
    used = [_("Använt: ") + kronor(row.used)] if row.used is not None else []
    used += [same_in_both(f"{one.what}: ") + kronor(one.amount) for one in row.rows]
    counted = ((_("Kvinnor"), row.women), (_("Män"), row.men), (_("Andra, eller inte angivet"), row.others))
    people = [words + same_in_both(f": {number}") for words, number in counted if number is not None]
    return [
        (_("Vad pengarna gick till"), [line.to(OFFICIAL) for line in used]),
        (_("Verksamheten"), row.activity.splitlines()),
        (_("Deltagare"), [line.to(OFFICIAL) for line in people]),
    ]


def keep_part(session: WritingSession, case: Case, place: int, paid_on: date) -> None:
    """An instalment that waited for a report is paid: the report is kept as one of a part, and the last is awaited.

    Its day is the round's or the grant scheme's where that is ahead, else three months after the payment.
    """
    row = report_of(session, case.id)
    known = {part.place for part in part_reports(session, case.id)}
    if place in known or row is None or row.received_on is None or row.finding not in ANSWERED_REPORTS:
        return
    part = PartReport(
        board_id=case.board_id,
        case_id=case.id,
        place=place,
        received_on=row.received_on,
        finding=row.finding,
        **{name: getattr(row, name) for name in REPORT_CONTENT},
    )
    session.add(part)
    row.received_on, row.first_received_on, row.way, row.used, row.use_rows, row.activity = (
        None,
        None,
        None,
        None,
        [],
        "",
    )
    row.women, row.men, row.others = None, None, None
    _forget_reading(row)
    session.flush()
    due = session.scalar(select(report_due()).where(Case.id == case.id))
    if due is not None and due <= paid_on:
        row.due_on = first_open(paid_on + NEXT_REPORT_AFTER)
    _withdraw_follow_up(session, case)
    session.flush()
    session.note("part_report_kept", part, case_id=case.id)


NEXT_REPORT_AFTER: Final = timedelta(days=90)
ANSWERED_REPORTS: Final = frozenset({ReportFinding.APPROVED, ReportFinding.DEVIATES})
"""What lets an instalment go that waits for a report."""


def _note_arrival(row: GrantReport, day: date, way: ReportWay) -> None:
    """When it came. The first day stays once a person has gone through it; until then it may be put right."""
    came_again = row.finding is not None or row.first_received_on != row.received_on
    if row.received_on is None or not came_again:
        row.first_received_on = day
    elif row.first_received_on is None:
        row.first_received_on = row.received_on
    row.received_on, row.way = day, way


def _ask_anew(row: GrantReport, by: Person, at: datetime) -> None:
    row.noted_at, row.noted_by_id = at, by.id or None
    _forget_reading(row)


def _forget_reading(row: GrantReport) -> None:
    row.finding, row.found, row.complete_by, row.read_at, row.read_by_id = None, "", None, None, None
    row.requirements = {}


def _withdraw_follow_up(session: WritingSession, case: Case) -> None:
    """Who followed it up had not read what comes now; and a case that was closed without a report has one."""
    for mark in current_marks(session, case):
        if mark.kind is CaseMarkKind.FOLLOWED_UP and case.state is CaseState.REPORTING:
            mark.withdrawn_at = session.now
            session.note("mark_withdrawn", case, case_id=case.id, detail={"kind": mark.kind})


def _wrong_day(day: date, case: Case, on: date) -> Iterable[Problem]:
    if day > on or day < case.received_on:
        yield Problem(
            "received_on",
            _("Dagen stämmer inte: den ligger före ansökan eller i framtiden."),
            _("Skriv dagen då redovisningen kom in."),
        )


def _refuse_changed(row: GrantReport, version: int | None) -> None:
    if version is not None and row.version != version:
        raise Refused(
            Obstacle.STALE,
            Problem(
                "version",
                _("Någon annan har ändrat redovisningen sedan du öppnade den."),
                _("Läs vad som står nu och gör om det."),
            ),
        )


def running_requirements(session: Session, case: Case) -> list[Criterion]:
    """What the case's own rules ask of a grant only while it runs, in their order."""
    ruleset = read_version(session, case.rule_version_id)
    asked = ruleset.for_kind(case.kind) if ruleset is not None else ()
    return [item for item in asked if item.moment is ReviewMoment.RUNNING and item.kind is not CriterionKind.SIGNAL]


def read_report(
    session: WritingSession,
    number: str,
    finding: ReportFinding,
    found: str,
    *,
    complete_by: date | None = None,
    requirements: Mapping[str, bool] | None = None,
    version: int | None,
) -> GrantReport:
    """A person has gone through a report: approved, accepted with a deviation, or to be completed until a day.

    requirements: by criterion whether what holds while support runs was met, as far as somebody looked.

    Raises:
        Refused: none has come, the deviation or what is missing is not said, no day to complete it by, a requirement
            is not met and the report is approved, or it changed.
    """
    met = dict(requirements or {})
    case = _case_with_report(session, number, Action.ASSESS)
    row = report_of(session, case.id)
    if row is None or row.received_on is None:
        raise Refused(
            Obstacle.CLOSED,
            Problem(number, _("Ingen redovisning har kommit in."), _("Anteckna den först, eller påminn föreningen.")),
        )
    _refuse_changed(row, version)
    problems = [*_wrong_finding(finding, found, complete_by, session.today)]
    if finding is ReportFinding.APPROVED and not all(met.values()):
        what = _("Redovisningen kan inte godkännas: ett krav under bidragstiden är inte uppfyllt.")
        problems.append(Problem("finding", what, _("Välj att den godtas med avvikelse, och beskriv avvikelsen.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    said = mask_personal_numbers(found.strip())[:LONGEST_TEXT]
    row.finding, row.found, row.read_at, row.read_by_id = finding, said, session.now, session.user_id
    row.complete_by = complete_by if finding is ReportFinding.INCOMPLETE else None
    row.requirements = met
    if finding is not ReportFinding.INCOMPLETE and case.state is not CaseState.CLOSED:
        text = said or FINDING_WORDS[finding].to(OFFICIAL)
        if not any(mark.kind is CaseMarkKind.FOLLOWED_UP for mark in current_marks(session, case)):
            put_mark(session, case, CaseMarkKind.FOLLOWED_UP, text=text)
    raise_version(case)
    session.flush()
    session.note("report_read", row, case_id=case.id, detail={"finding": finding.value})
    return row


def _wrong_finding(finding: ReportFinding, found: str, complete_by: date | None, on: date) -> Sequence[Problem]:
    problems = []
    if finding is ReportFinding.DEVIATES and not found.strip():
        problems.append(Problem("found", _("Avvikelsen är inte beskriven."), _("Skriv vad som avviker.")))
    if finding is ReportFinding.INCOMPLETE and not found.strip():
        problems.append(Problem("found", _("Det står inte vad som saknas."), _("Skriv det som föreningen ska lämna.")))
    if finding is ReportFinding.INCOMPLETE and (complete_by is None or complete_by <= on):
        problems.append(
            Problem(
                "complete_by",
                _("Sista dagen för kompletteringen saknas eller har passerat."),
                _("Skriv en kommande dag."),
            )
        )
    return problems


def open_report(session: Session, number: str) -> Case:
    """A case whose report is to be read.

    Raises:
        Refused: there is no such case for this person, or nothing is granted in it.
    """
    case, _answered = open_case_to_read(session, number)
    if case.state not in REPORTED:
        raise Refused(Obstacle.MISSING)
    return case
