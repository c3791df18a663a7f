"""Reclaims, from opened to paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import case as case_when
from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from vetting.associations.models.associations import Association
from vetting.cases.models.cases import Case, seen_by
from vetting.decisions.models.decisions import Decision
from vetting.grants.models.rounds import Round
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.register_days import RegisterDay
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _, lower_first, same_in_both
from vetting.payments.domain.reclaims import (
    COLLECTION_WORDS,
    ENDED,
    ESTABLISHED_WORDS,
    PAID_BY,
    RECLAIM_GROUND_WORDS,
    RECLAIM_STATE_WORDS,
    CollectionStep,
    ReclaimState,
)
from vetting.payments.models.payments import Payment
from vetting.payments.models.reclaims import CollectionNote, LedgerEntry, Reclaim, collection_notes
from vetting.registers.columns import (
    SheetDefinition,
    as_whole_number,
    cases_chosen,
    day_column,
    decider_words,
    money_column,
    of_keys,
    on_days,
    on_moments,
    text_column,
    with_point,
    yes_or_no,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person
    from vetting.registers.columns import RegisterSelection


class ReclaimRegisterRow(NamedTuple):
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
    written_off: int
    last_on: date | None
    decider: Words
    notes: tuple[CollectionNote, ...] = ()

    def told(self, *steps: CollectionStep) -> str:
        """What the ledger says of some steps, in order: days, numbers, until when and in which words."""
        found = [note for note in self.notes if note.step in steps]
        return "; ".join(", ".join(filter(None, _note_parts(note, alone=len(steps) == 1))) for note in found)

    @property
    def asked(self) -> int:
        """What the decision asks for; nothing before there is one, and nothing of one that a court has quashed."""
        quashed = self.reclaim.state == ReclaimState.QUASHED.value
        return self.reclaim.amount if self.decision is not None and not quashed else 0

    @property
    def left(self) -> int:
        """What is still to come back of it."""
        return max(0, self.asked - self.received - self.waived) if self.asked else 0

    @property
    def status(self) -> Words:
        """Where it stands, with what came in too much."""
        said = RECLAIM_STATE_WORDS[self.reclaim.state]
        credit = max(0, self.received + self.waived - self.asked) if self.asked else 0
        return said + _(", tillgodo ") + kronor(credit) if credit else said


def _basis(row: ReclaimRegisterRow) -> Words:
    reclaim = row.reclaim
    reference = mask_personal_numbers(reclaim.reference)
    said = f", {reference}" if reference else ""
    return same_in_both(f"{reclaim.established_on}, ") + ESTABLISHED_WORDS[reclaim.established_by] + same_in_both(said)


def _note_parts(note: CollectionNote, *, alone: bool) -> tuple[str, ...]:
    """The day, the step where several stand together, its number, until when, its words; in Swedish as files are."""
    step = "" if alone else lower_first(COLLECTION_WORDS[note.step]).sv
    return note.on.isoformat(), step, note.number, f"t.o.m. {note.until}" if note.until else "", note.text


def _back(*kinds: str) -> Any:  # noqa: ANN401 - a subquery
    entries = select(func.sum(LedgerEntry.amount)).where(LedgerEntry.reclaim_id == Reclaim.id)
    return entries.where(LedgerEntry.kind.in_(kinds)).scalar_subquery()


_RECEIVED: Final = _back("payment", "set_off", "refund")
_WAIVED: Final = _back("waiver")
_WRITTEN_OFF: Final = _back("write_off")
_DECIDED: Final = Reclaim.reclaim_decision_id.is_not(None) & (Reclaim.state != ReclaimState.QUASHED)
_ASKED: Final = case_when((_DECIDED, Reclaim.amount), else_=0)
_BALANCE: Final = Reclaim.amount - func.coalesce(_RECEIVED, 0) - func.coalesce(_WAIVED, 0)
"""Before the books: what is written off in them is claimed still."""
_LEFT: Final = case_when((_DECIDED & (_BALANCE > 0), _BALANCE), else_=0)
SHEET: Final[SheetDefinition[ReclaimRegisterRow]] = SheetDefinition(
    _("Återkrav"),
    (
        text_column(_("Återkravsnr"), lambda row: row.reclaim.number),
        text_column(_("Ärendenr/bokning"), lambda row: row.case.number),
        text_column(_("Dnr"), lambda row: row.case.dnr or row.round_dnr or ""),
        text_column(_("Förening"), lambda row: mask_personal_numbers(row.case.name)),
        text_column(_("Org.nr"), lambda row: format_number(row.number) if row.number else ""),
        # A grant can be claimed back in several reclaims: a sum would count it once for each.
        money_column(_("Bidrag kr"), lambda row: row.granted, total=None),
        money_column(_("Utbetalt kr"), lambda row: row.paid, total=None),
        text_column(_("Grund"), lambda row: RECLAIM_GROUND_WORDS[row.reclaim.ground]),
        text_column(_("Konstaterat (datum, underlag)"), _basis),
        text_column(_("Förbehåll i beslutet"), lambda row: yes_or_no(row.reclaim.reservation)),
        day_column(_("Kommunicerat"), lambda row: row.reclaim.communicated_on),
        day_column(_("Beslut"), lambda row: row.decision.decided_on if row.decision else None),
        text_column(_("Beslutsfattare"), lambda row: with_point(row.decider, row.decision) if row.decision else ""),
        text_column(_("§"), lambda row: row.decision.paragraph if row.decision else ""),
        money_column(_("Återkrävt kr"), lambda row: row.asked, total=lambda *_of: _ASKED),
        money_column(_("Nedsatt/eftergivet kr"), lambda row: row.waived, total=lambda *_of: _WAIVED),
        money_column(_("Avskrivet i bokföringen kr"), lambda row: row.written_off, total=lambda *_of: _WRITTEN_OFF),
        text_column(_("Fakturanr"), lambda row: row.reclaim.invoice),
        day_column(_("Förfaller"), lambda row: row.reclaim.due_on),
        text_column(_("Anstånd/plan"), lambda row: row.told(CollectionStep.RESPITE, CollectionStep.PLAN)),
        money_column(_("Inbetalt kr"), lambda row: row.received, total=lambda *_of: _RECEIVED),
        money_column(_("Kvar kr"), lambda row: row.left, total=lambda *_of: _LEFT),
        text_column(_("Påmind"), lambda row: row.told(CollectionStep.REMINDED)),
        text_column(_("Inkasso"), lambda row: row.told(CollectionStep.COLLECTION)),
        text_column(
            _("Kronofogden (datum, nr, utfall)"),
            lambda row: row.told(
                CollectionStep.ENFORCEMENT, CollectionStep.CONTESTED, CollectionStep.ENFORCEMENT_ENDED
            ),
        ),
        text_column(_("Kontakter (polis, Skatteverket ...)"), lambda row: row.told(CollectionStep.CONTACT)),
        text_column(_("Status"), lambda row: row.status),
        day_column(_("Avslutat"), lambda row: row.last_on if row.reclaim.state in ENDED else None),
    ),
)


def _on_days(selection: RegisterSelection) -> list[ColumnElement[bool]]:
    """Those decided, opened or paid some of on the chosen days."""
    if selection.by is RegisterDay.OPENED:
        return on_moments(selection, Reclaim.opened_at)
    if selection.by is RegisterDay.MONEY_IN:
        paid = LedgerEntry.reclaim_id == Reclaim.id, LedgerEntry.kind.in_(PAID_BY)
        return [exists().where(*paid, *on_days(selection, LedgerEntry.on)).correlate(Reclaim)]
    return on_days(selection, Decision.decided_on)


def reclaim_rows(session: Session, selection: RegisterSelection, by: Person) -> list[ReclaimRegisterRow]:
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
            _RECEIVED,
            _WAIVED,
            _WRITTEN_OFF,
            last.scalar_subquery(),
        )
        .join(Case, Case.id == Reclaim.case_id)
        .join(given, given.id == Reclaim.decision_id)
        .outerjoin(Decision, Decision.id == Reclaim.reclaim_decision_id)
        .outerjoin(Round, Round.id == Case.round_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(
            seen_by(by, Action.READ_REGISTERS, by_key=selection.keys is not None),
            *_on_days(selection),
            *cases_chosen(selection),
            *of_keys(selection, Reclaim.id),
        )
        .order_by(Reclaim.id)
    )
    rows, decider = list(found), decider_words(session, by)
    notes = collection_notes(session, [row[0].id for row in rows])
    return [
        ReclaimRegisterRow(
            reclaim,
            case,
            dnr,
            number,
            granted,
            decision,
            as_whole_number(paid) or 0,
            as_whole_number(received) or 0,
            as_whole_number(waived) or 0,
            as_whole_number(written_off) or 0,
            last_on,
            decider(decision),
            tuple(notes.get(reclaim.id, ())),
        )
        for reclaim, case, dnr, number, granted, decision, paid, received, waived, written_off, last_on in rows
    ]


def reclaim_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The reclaims of the rows, the newest first."""
    return (
        select(Reclaim.id)
        .join(Case, Case.id == Reclaim.case_id)
        .outerjoin(Decision, Decision.id == Reclaim.reclaim_decision_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(
            Reclaim.board_id == by.board_id,
            seen_by(by, Action.READ_REGISTERS, by_key=True),
            *_on_days(selection),
            *cases_chosen(selection),
        )
        .order_by(Reclaim.id.desc())
    )
