"""A request to change a decided grant: registered, proposed, decided by a delegate; the report gets its new day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.grant_changes import GRANT_CHANGE, GrantChangeKind
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.cases import next_number
from vetting.casework.models.decisions import Decision, last_outcome
from vetting.casework.models.grant_changes import GrantChange, changes_of_case
from vetting.casework.services import before_decision, decision_makers
from vetting.casework.services.cases import open_case
from vetting.casework.services.decision_makers import AT_ONCE
from vetting.casework.services.money_of_cases import MONEY
from vetting.casework.services.readable_cases import has_answered_on_conflict
from vetting.casework.services.records import register_record
from vetting.kernel.decision_outcomes import FAVOURABLE, DecisionOutcome
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.text import NO_WORDS, _
from vetting.people import habits_of
from vetting.people.domain.delegation import SINGLE
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from datetime import date

    from vetting.casework.models.cases import Case
    from vetting.kernel.decision_outcomes import DecisionForm
    from vetting.kernel.store.session import WritingSession

SERIES: Final = "AND"
CHANGED: Final = frozenset({CaseState.PAYMENT, CaseState.REPORTING})
"""States of a grant that can be changed: decided, and not ended."""
LONGEST: Final = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGrantChange:
    """What an association asks."""

    received_on: date
    kinds: tuple[GrantChangeKind, ...]
    asked: str
    report_on: date | None = None


def ask_for_change(session: WritingSession, number: str, new: NewGrantChange) -> GrantChange:
    """Registers what an association asks; one at a time.

    Raises:
        Refused: no such grant, not decided or ended, one waits already, or what is asked is not said.
    """
    case = _case_with_grant(session, number, Action.HANDLE)
    problems = _wrong_request(new, session.today)
    if any(row.decision_id is None for row in changes_of_case(session, case.id)):
        what = _("En begäran väntar redan på beslut.")
        problems.append(Problem(number, what, _("Besluta om den först.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = GrantChange(
        board_id=case.board_id,
        case_id=case.id,
        number=next_number(session, case.board_id, SERIES, session.now.year),
        received_on=new.received_on,
        kinds=[kind.value for kind in new.kinds],
        asked=mask_personal_numbers(new.asked.strip())[:LONGEST],
        report_on=new.report_on,
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(row)
    session.flush()
    register_record(
        session, case, RecordKind.CHANGE, row.id, DocumentStatus.ARRIVED, on=new.received_on, party=case.name
    )
    session.note("grant_change_asked", row, case_id=case.id)
    return row


def _case_with_grant(session: WritingSession, number: str, action: Action) -> Case:
    case = open_case(session, number, action=action)
    granted = last_outcome(session, case.id)
    if case.state not in CHANGED or granted is None or granted.outcome not in FAVOURABLE:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                number,
                _("Ärendet har inget bidrag som kan ändras."),
                _("Bidraget ska vara beviljat och ärendet inte avslutat. Öppna ärendet igen om det är avslutat."),
            ),
        )
    return case


def _wrong_request(new: NewGrantChange, on: date) -> list[Problem]:
    problems = []
    if not new.kinds:
        problems.append(Problem("kinds", _("Det står inte vad som ska ändras."), _("Kryssa i minst ett.")))
    if not new.asked.strip():
        what = _("Det står inte vad föreningen vill.")
        problems.append(Problem("asked", what, _("Skriv det kort, som föreningen har sagt det.")))
    if new.received_on > on:
        problems.append(Problem("received_on", _("Dagen ligger i framtiden."), _("Skriv dagen då den kom in.")))
    if GrantChangeKind.LATER in new.kinds and new.report_on is None:
        what = _("Den nya dagen för redovisningen saknas.")
        problems.append(Problem("report_on", what, _("Skriv när bidraget ska redovisas i stället.")))
    return problems + _wrong_day(new.report_on, on)


def _wrong_day(report_on: date | None, on: date) -> list[Problem]:
    if report_on is None or report_on > on:
        return []
    return [Problem("report_on", _("Dagen för redovisningen har passerat."), _("Skriv en kommande dag."))]


def open_change(session: WritingSession, number: str, action: Action) -> tuple[GrantChange, Case]:
    """The request that waits in a case.

    Raises:
        Refused: there is none.
    """
    case = _case_with_grant(session, number, action)
    row = next((one for one in changes_of_case(session, case.id) if one.decision_id is None), None)
    if row is None:
        raise Refused(Obstacle.STALE, Problem(number, _("Ingen begäran väntar."), _("Öppna sidan på nytt.")))
    return row, case


def propose_change(
    session: WritingSession, number: str, *, approves: bool | None, reasons: str, report_on: date | None
) -> GrantChange:
    """What is proposed to whoever decides.

    Raises:
        Refused: none waits, nothing is chosen, no reasons, or a day that has been.
    """
    row, case = open_change(session, number, Action.PROPOSE)
    problems = _wrong_day(report_on, session.today)
    if approves is None:
        problems.append(Problem("approves", _("Inget är valt."), _("Välj om ändringen ska godkännas.")))
    if not reasons.strip():
        problems.append(Problem("reasons", _("Motiveringen saknas."), _("Skriv varför.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row.approves, row.reasons, row.proposed_by_id = approves, reasons.strip()[:LONGEST], session.person.id
    row.report_on = report_on or row.report_on
    session.flush()
    session.note("grant_change_proposed", row, case_id=case.id)
    return row


def decide_change(
    session: WritingSession, number: str, *, version: int | None, form: DecisionForm = AT_ONCE
) -> Decision:
    """Decides as proposed, with a delegation that covers the grant; an approved one moves the day of the report.

    Raises:
        Refused: none waits or is proposed, changed meanwhile, no delegation, no answer on conflict, or one's own
            proposal where the board keeps the two apart.
    """
    row, case = open_change(session, number, Action.DECIDE)
    if row.approves is None or (version is not None and row.version != version):
        raise Refused(
            Obstacle.STALE,
            Problem(number, _("Förslaget saknas eller ändrades medan du läste."), _("Läs det på nytt.")),
        )
    granted = last_outcome(session, case.id)
    outcome = DecisionOutcome.APPROVED if row.approves else DecisionOutcome.REFUSED
    amount = granted.amount if granted is not None else None
    problems = []
    if not has_answered_on_conflict(session, case, session.person.id):
        problems.append(
            Problem(number, _("Du har inte svarat på frågan om jäv i ärendet."), _("Öppna ärendet och svara."))
        )
    held = before_decision.delegation_for(session, case.kind, on=session.today, outcome=outcome, amount=amount)
    if held is None or not held.covers(outcome, amount):
        what = _("Din delegation omfattar inte den här ändringen.")
        problems.append(Problem(number, what, _("Lämna den till någon vars delegation omfattar bidraget.")))
    elif held.maker in SINGLE and row.proposed_by_id == session.person.id and _others_decide(session, case):
        problems.append(Problem(number, SEPARATION_WORDS[SeparationOfDuties.DECIDE_OWN_PROPOSAL], NO_WORDS))
    if held is not None:
        problems += decision_makers.wrong_with(held, form)
    if problems or held is None or granted is None:
        raise Refused(Obstacle.CLOSED, *problems)
    decision = Decision(
        board_id=case.board_id,
        case_id=case.id,
        kind=GRANT_CHANGE,
        changes_id=granted.id,
        outcome=outcome,
        amount=None,
        conditions=[],
        reservations=[],
        grounds=[],
        reasons=row.reasons,
        reasons_at=session.now,
        appeal=before_decision.appeal_for(session, case, held.maker),
        rests_on={"decision": granted.id, "grant_change": row.id},
        **decision_makers.signature_columns(session, held, form),
    )
    session.add(decision)
    session.flush()
    register_record(session, case, RecordKind.DECISION, decision.id, on=decision.decided_on)
    row.decision_id = decision.id
    if row.approves and row.report_on is not None:
        MONEY.function.move_report_day(session, case, row.report_on)
    session.flush()
    session.note("grant_change_decided", decision, case_id=case.id)
    return decision


def _others_decide(session: WritingSession, case: Case) -> bool:
    return BoardOption.OTHER_DECIDES in habits_of(session.get_one(Board, case.board_id))
