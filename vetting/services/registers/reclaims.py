"""Reclaims, from opened to paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from vetting.domain.association import masked, written
from vetting.domain.people import Action
from vetting.domain.reclaims import (
    ESTABLISHED_WORDS,
    RECLAIM_GROUND_WORDS,
    RECLAIM_STATE_WORDS,
    EstablishedBy,
    ReclaimGround,
    ReclaimState,
)
from vetting.domain.words import Words, same
from vetting.services.registers.rows import Sheet, day, decided_between, maker, money, named, text, whole, yes_or_no
from vetting.store.associations import Association
from vetting.store.cases import Case, seen_by
from vetting.store.decisions import Decision
from vetting.store.payments import LedgerEntry, Payment, Reclaim
from vetting.store.rounds import Round

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy.orm import Session

    from vetting.domain.people import Person
    from vetting.services.registers.rows import Selection


class Reclaimed(NamedTuple):
    """One reclaim."""

    reclaim: Reclaim
    case: Case
    round_dnr: str | None
    number: str | None
    granted: int | None
    decision: Decision | None
    paid: int
    received: int
    waived: int
    last_on: date | None

    @property
    def asked(self) -> int:
        """What the decision asks for; nothing before there is one, and nothing of one that a court has quashed."""
        quashed = self.reclaim.state == ReclaimState.QUASHED.value
        return self.reclaim.amount if self.decision is not None and not quashed else 0


def _established(row: Reclaimed) -> Words:
    reclaim = row.reclaim
    by = ESTABLISHED_WORDS[EstablishedBy(reclaim.established_by)]
    return same(f"{reclaim.established_on}, ") + by + same(f", {masked(reclaim.reference)}")


SHEET: Final[Sheet[Reclaimed]] = Sheet(
    Words("Återkrav", "Reclaims"),
    (
        text("Återkravsnr", "Reclaim no", lambda row: row.reclaim.number),
        text("Ärendenr/bokning", "Case no/booking", lambda row: row.case.number),
        text("Dnr", "Registry no", lambda row: row.case.dnr or row.round_dnr or ""),
        text("Förening", "Association", lambda row: masked(row.case.name)),
        text("Org.nr", "Organisation no", lambda row: written(row.number) if row.number else ""),
        money("Bidrag kr", "Grant SEK", lambda row: row.granted),
        money("Utbetalt kr", "Paid SEK", lambda row: row.paid),
        text("Grund", "Ground", lambda row: RECLAIM_GROUND_WORDS[ReclaimGround(row.reclaim.ground)]),
        text("Konstaterat (datum, underlag)", "Established (date, by what)", _established),
        text("Förbehåll i beslutet", "Reservation in the decision", lambda row: yes_or_no(row.reclaim.reservation)),
        day("Kommunicerat", "Communicated", lambda row: row.reclaim.communicated_on),
        day("Beslut", "Decision", lambda row: row.decision.decided_on if row.decision else None),
        text("Beslutsfattare", "Decision maker", lambda row: maker(row.decision) if row.decision else ""),
        text("§", "§ (paragraph)", lambda row: row.decision.paragraph if row.decision else ""),
        money("Återkrävt kr", "Reclaimed SEK", lambda row: row.asked),
        money("Nedsatt/eftergivet kr", "Reduced/waived SEK", lambda row: row.waived),
        day("Förfaller", "Due", lambda row: row.reclaim.due_on),
        money("Inbetalt kr", "Received SEK", lambda row: row.received),
        money("Kvar kr", "Remaining SEK", lambda row: row.asked - row.received - row.waived if row.asked else 0),
        text("Status", "State", lambda row: RECLAIM_STATE_WORDS[ReclaimState(row.reclaim.state)]),
        day("Avslutat", "Closed", lambda row: row.last_on if row.reclaim.state == ReclaimState.PAID.value else None),
    ),
)


def rows(session: Session, selection: Selection, by: Person) -> list[Reclaimed]:
    """The reclaims in cases that this person may see, in the order they were opened."""
    given = aliased(Decision)
    paid = select(func.sum(Payment.amount)).where(Payment.case_id == Case.id, Payment.paid_on.is_not(None))
    last = select(func.max(LedgerEntry.on)).where(LedgerEntry.reclaim_id == Reclaim.id)
    found: Iterable[Any] = session.execute(
        select(
            Reclaim,
            Case,
            Round.dnr,
            Association.number,
            given.amount,
            Decision,
            paid.scalar_subquery(),
            _back("payment"),
            _back("waiver"),
            last.scalar_subquery(),
        )
        .join(Case, Case.id == Reclaim.case_id)
        .join(given, given.id == Reclaim.decision_id)
        .outerjoin(Decision, Decision.id == Reclaim.reclaim_decision_id)
        .outerjoin(Round, Round.id == Case.round_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(seen_by(by, Action.READ_REGISTERS), *decided_between(selection), *named(selection))
        .order_by(Reclaim.opened_at, Reclaim.id)
    )
    return [
        Reclaimed(
            reclaim,
            case,
            dnr,
            number,
            granted,
            decision,
            whole(paid) or 0,
            whole(received) or 0,
            whole(waived) or 0,
            last_on,
        )
        for reclaim, case, dnr, number, granted, decision, paid, received, waived, last_on in found
    ]


def _back(kind: str) -> Any:  # noqa: ANN401 - a subquery
    entries = select(func.sum(LedgerEntry.amount)).where(LedgerEntry.reclaim_id == Reclaim.id)
    return entries.where(LedgerEntry.kind == kind).scalar_subquery()
