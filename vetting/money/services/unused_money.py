"""Unused money: asked back as the report says, paid, or disputed; then it is a reclaim's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from vetting.casework import open_case, raise_version, register_text_record
from vetting.casework.domain.records import REPLIED, RecordKind
from vetting.casework.models.cases import next_number
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _, same_in_both
from vetting.kernel.working_days import first_open
from vetting.money.domain.reports import ReportFinding
from vetting.money.models.unused_money import UnusedMoney, unused_of
from vetting.money.services.reports import report_situation

if TYPE_CHECKING:
    from datetime import date

    from vetting.casework.models.cases import Case
    from vetting.kernel.store.session import WritingSession

SERIES: Final = "OFM"
DUE_AFTER: Final = timedelta(days=30)
LONGEST: Final = 2000


def ask_unused_back(session: WritingSession, number: str, amount: int | None, due_on: date | None) -> UnusedMoney:
    """What the association's own report says is left is asked back: all of it where no amount is said.

    Raises:
        Refused: the report is not gone through, nothing is left, more than that is asked, a day that has passed, or it
            is asked back already.
    """
    case = open_case(session, number, action=Action.HANDLE)
    seen = report_situation(session, case)
    if seen.report is None or seen.report.finding not in {ReportFinding.APPROVED, ReportFinding.DEVIATES}:
        raise Refused(
            Obstacle.CLOSED,
            Problem(number, _("Redovisningen är inte genomgången."), _("Gå igenom den först.")),
        )
    if unused_of(session, case.id) is not None:
        raise Refused(
            Obstacle.STALE, Problem(number, _("Det oförbrukade är redan begärt tillbaka."), _("Ladda om sidan."))
        )
    asked = amount if amount is not None else seen.left
    due = due_on or first_open(session.today + DUE_AFTER)
    problems = []
    if not 0 < asked <= seen.left:
        what = _("Föreningen uppger att det oförbrukade är ") + kronor(seen.left) + same_in_both(".")
        problems.append(Problem("amount", what, _("Skriv högst det. Gäller det ett annat belopp: öppna ett återkrav.")))
    if due <= session.today:
        problems.append(Problem("due_on", _("Dagen har passerat."), _("Skriv en kommande dag.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = UnusedMoney(
        board_id=case.board_id,
        case_id=case.id,
        number=next_number(session, case.board_id, SERIES, session.now.year),
        amount=asked,
        asked_on=session.today,
        due_on=due,
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(row)
    raise_version(case)
    session.flush()
    session.note("unused_asked_back", row, case_id=case.id, detail={"amount": asked})
    return row


def _row(session: WritingSession, number: str, action: Action) -> tuple[UnusedMoney, Case]:
    case = open_case(session, number, action=action)
    row = unused_of(session, case.id)
    if row is None:
        raise Refused(Obstacle.MISSING)
    if row.paid >= row.amount:
        raise Refused(Obstacle.STALE, Problem(number, _("Beloppet är redan betalt."), _("Ladda om sidan.")))
    return row, case


def note_unused_paid(session: WritingSession, number: str, amount: int, *, on: date, invoice: str = "") -> UnusedMoney:
    """Money that came back, as the finance office's ledger says.

    Raises:
        Refused: nothing is asked back or it is paid; more than is left; a day that has not been.
    """
    row, case = _row(session, number, Action.PAY)
    left = row.amount - row.paid
    problems = []
    if not 0 < amount <= left:
        what = _("Beloppet stämmer inte. Kvar att betala: ") + kronor(left) + same_in_both(".")
        problems.append(Problem("amount", what, _("Rätta det. Betalar föreningen mer ska det återbetalas.")))
    if on > session.today:
        problems.append(Problem("on", _("Dagen ligger i framtiden."), _("Skriv dagen då pengarna kom.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row.paid, row.paid_on = row.paid + amount, on
    row.invoice = " ".join(invoice.split())[:60] or row.invoice
    raise_version(case)
    session.flush()
    session.note("unused_paid", row, case_id=case.id, detail={"amount": amount})
    return row


def note_unused_disputed(session: WritingSession, number: str, text: str) -> UnusedMoney:
    """The association does not agree: nothing is asked for by letter any more; a reclaim is opened, with its hearing.

    Raises:
        Refused: nothing is asked back or it is paid; nothing says what it said.
    """
    row, case = _row(session, number, Action.HANDLE)
    if not text.strip():
        raise Refused(Obstacle.INVALID, Problem("text", _("Det står inte vad föreningen säger."), _("Skriv det kort.")))
    row.disputed_on, row.disputed = session.today, mask_personal_numbers(text.strip())[:LONGEST]
    raise_version(case)
    session.flush()
    register_text_record(session, case, RecordKind.DISPUTE, [(REPLIED, row.disputed.splitlines())])
    session.note("unused_disputed", row, case_id=case.id)
    return row
