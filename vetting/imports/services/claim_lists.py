"""A customer ledger's list of claims: each row is an event of one claim, noted on it, or told why it differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from vetting.imports.domain.claim_events import FOLLOWED, ClaimEvent, event_of
from vetting.imports.models.staged_files import REFUSED
from vetting.imports.services.payment_lists import rows_at_hand, tell_of_row
from vetting.kernel.money import kronor
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import Words, _, same_in_both
from vetting.payments.domain.reclaims import LedgerKind, ReclaimState
from vetting.payments.models.reclaims import LedgerEntry, Reclaim, amount_to_come, collection_notes, ledger_of_reclaim
from vetting.payments.services import reclaims

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.imports.models.staged_files import StagedFile, StagedRow
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession

_LEDGER: Final = {ClaimEvent.PAID: LedgerKind.PAYMENT, ClaimEvent.WRITTEN_OFF: LedgerKind.WRITE_OFF}


def match_claims(session: Session, staged: StagedFile, on: date) -> tuple[int, int]:
    """Finds the claim and the event of each row that lies ready; what differs from here is told. (good, refused).

    A row that is noted already does not go in again. What the ledger says is left is compared with what is left here
    when all rows of the claim have gone in.
    """
    good = refused = 0
    left: dict[int, int] = {}
    said: dict[int, StagedRow] = {}
    for row in rows_at_hand(session, staged.id):
        found = session.scalar(
            select(Reclaim).where(Reclaim.board_id == staged.board_id, Reclaim.number == _of(row)["case_number"])
        )
        why = _why_not(session, row, found, left, on)
        if found is not None and _of(row).get("left") is not None:
            said[found.id] = row
        if why is None and found is not None:
            event = event_of(_of(row)["event"])
            row.of_case = {**_of(row), "event": event, "claim": found.number}
            if event is ClaimEvent.PAID:
                left[found.id] -= row.amount or 0
            elif event is ClaimEvent.WRITTEN_OFF:
                left[found.id] = 0
            good += 1
            continue
        refused += 1
        row.state = REFUSED
        tell_of_row(session, staged, row, why or UNKNOWN, stops=True)
    for key, row in said.items():
        here, there = left.get(key, 0), _of(row)["left"]
        if here != there:
            what = _("Kvar här: ") + kronor(here) + _(", i reskontran: ") + kronor(there) + same_in_both(".")
            tell_of_row(
                session, staged, row, (what, _("Jämför inbetalningar, kvittningar och eftergifter.")), stops=False
            )
    return good, refused


UNKNOWN: Final = (_("Inget återkrav har det numret."), _("Är det rätt reskontra och år? Jämför med återkraven."))
_KNOWN: Final = (_("Det är redan antecknat."), _("Raden läses inte in en gång till."))


def _of(row: StagedRow) -> dict[str, Any]:
    found: dict[str, Any] = row.of_case or {}
    return found


def _why_not(
    session: Session, row: StagedRow, claim: Reclaim | None, left: dict[int, int], on: date
) -> tuple[Words, Words] | None:
    """Why a row cannot go in; None where it can."""
    event = event_of(_of(row)["event"])
    if claim is None:
        return UNKNOWN
    left.setdefault(claim.id, amount_to_come(session, claim))
    if event is None:
        return (_("Händelsen går inte att förstå."), _("Skriv till exempel betald, fakturerad, påmind eller inkasso."))
    if event is ClaimEvent.CREDITED:
        return (
            _("Fakturan är krediterad i reskontran."),
            _("Ett lägre belopp beslutas här: efterge eller sätt ned återkravet, eller rätta fakturan."),
        )
    if row.received_on is not None and row.received_on > on:
        return (_("Dagen ligger i framtiden."), _("Är det rätt lista? Jämför med reskontran."))
    if _is_noted(session, claim, event, row):
        return _KNOWN
    if claim.state is not ReclaimState.DECIDED:
        return (_("Återkravet är inte beslutat, eller redan avslutat."), _("Se återkravet."))
    return _lacks(event, row, left[claim.id], on)


def _lacks(event: ClaimEvent, row: StagedRow, left: int, on: date) -> tuple[Words, Words] | None:
    if event is ClaimEvent.PAID and not 0 < (row.amount or 0) <= left:
        what = _("Raden säger ") + kronor(row.amount or 0) + _(", kvar att betala är ") + kronor(left)
        return (what + same_in_both("."), _("Fråga ekonomi: är för mycket betalt ska det betalas tillbaka."))
    if event is ClaimEvent.WRITTEN_OFF and not left:
        return (_("Inget är kvar att skriva av."), _("Se återkravet."))
    if event is ClaimEvent.WRITTEN_OFF and not _of(row)["text"]:
        return _NO_TEXT
    wrong = reclaims.wrong_with_note(_step(row, event, on), on) if event in FOLLOWED else []
    if wrong and wrong[0].where == "text":
        return _NO_TEXT
    return (wrong[0].what, wrong[0].remedy) if wrong else None


_NO_TEXT: Final = (_("Det står inte vad som gäller."), _("Skriv det kort i en kolumn för anteckningar."))


def _step(row: StagedRow, event: ClaimEvent, on: date) -> reclaims.NewCollectionNote:
    """A row as a step of its claim. on: its day, where it says none."""
    return reclaims.NewCollectionNote(
        step=FOLLOWED[event],
        on=row.received_on or on,
        until=row.due_on,
        number=row.reference,
        text=_of(row)["text"],
    )


def _is_noted(session: Session, claim: Reclaim, event: ClaimEvent, row: StagedRow) -> bool:
    """Whether the same event of the day stands here: of money with the same amount."""
    kind, step = _LEDGER.get(event), FOLLOWED.get(event)
    if kind is not None:
        same = [one for one in ledger_of_reclaim(session, claim.id) if one.kind == kind and one.on == row.received_on]
        return any(kind is LedgerKind.WRITE_OFF or one.amount == row.amount for one in same)
    notes = collection_notes(session, [claim.id]).get(claim.id, [])
    return any(one.step is step and one.on == row.received_on for one in notes)


def note_rows(session: WritingSession, staged: StagedFile, *, by: Person, at: datetime) -> None:
    """Notes the rows that lie ready on their claims, all of them or none.

    Raises:
        Refused: one of them cannot be noted by this person, or not any more.
    """
    problems: list[Problem] = []
    for row in rows_at_hand(session, staged.id):
        try:
            _note(session, row, by=by, at=at)
        except Refused as refused:
            problems += [Problem(f"{row.sheet}!{row.row}", p.what, p.remedy) for p in refused.problems] or [
                Problem(f"{row.sheet}!{row.row}", *UNKNOWN)
            ]
    if problems:
        raise Refused(Obstacle.INVALID, *problems)


def _note(session: WritingSession, row: StagedRow, *, by: Person, at: datetime) -> LedgerEntry | None:
    said, day = _of(row), row.received_on or at.date()
    event, number = ClaimEvent(said["event"]), said["claim"]
    if event is ClaimEvent.PAID:
        return reclaims.receive_payment(session, number, row.amount or 0, on=day, by=by, at=at)
    if event is ClaimEvent.WRITTEN_OFF:
        return reclaims.write_off(session, number, said["text"], by=by, at=at)
    reclaims.note_collection(session, number, _step(row, event, day), by=by, at=at)
    return None
