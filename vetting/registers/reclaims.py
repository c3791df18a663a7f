"""Reclaims, from opened to paid."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlalchemy import case as case_when
from sqlalchemy.orm import aliased

from vetting.associations.models.associations import Association
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision, quashed_decisions
from vetting.grants.models.rounds import Round
from vetting.kernel.dates import midnight
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.register_days import RegisterDay
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _, lower_first, same_in_both
from vetting.money.domain.reclaims import (
    COLLECTION_WORDS,
    ENDED,
    ESTABLISHED_WORDS,
    PAID_BY,
    RECLAIM_GROUND_WORDS,
    RECLAIM_STATE_WORDS,
    CollectionStep,
    LedgerKind,
    ReclaimState,
)
from vetting.money.models.payments import Payment
from vetting.money.models.reclaims import CollectionNote, LedgerEntry, Reclaim, collection_notes
from vetting.registers.columns import (
    SheetDefinition,
    as_whole_number,
    cases_chosen,
    day_by_then,
    day_column,
    decider_words,
    money_column,
    of_keys,
    on_days,
    on_moments,
    paid_then,
    text_column,
    until_then,
    with_point,
    yes_or_no,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
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
    as_of: date | None = None
    """The day whose state it shows."""
    quashed: bool = False
    """Whether a court had quashed the decision by then."""

    def told(self, *steps: CollectionStep) -> str:
        """What the ledger says of some steps, in order: days, numbers, until when and in which words."""
        found = [note for note in self.notes if note.step in steps and day_by_then(note.on, self.as_of)]
        return "; ".join(", ".join(filter(None, _note_parts(note, alone=len(steps) == 1))) for note in found)

    @property
    def asked(self) -> int:
        """What the decision asks for; nothing before there is one, and nothing of one that a court has quashed."""
        return self.reclaim.amount if self.decision is not None and not self.quashed else 0

    @property
    def left(self) -> int:
        return max(0, self.asked - self.received - self.waived) if self.asked else 0

    @property
    def heard_on(self) -> date | None:
        """When the association was told of it."""
        return day_by_then(self.reclaim.communicated_on, self.as_of)

    @property
    def state(self) -> ReclaimState:
        """Where it stands; of a day, by what had been decided and come in."""
        if self.as_of is None or self.quashed:
            return ReclaimState.QUASHED if self.quashed else self.reclaim.state
        if self.decision is None:
            return ReclaimState.COMMUNICATED if self.heard_on is not None else ReclaimState.PROPOSED
        if self.left:
            return ReclaimState.DECIDED
        return ReclaimState.PAID if self.received >= self.asked else ReclaimState.WAIVED

    @property
    def status(self) -> Words:
        """Where it stands, with what came in too much."""
        said = RECLAIM_STATE_WORDS[self.state]
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


def _back(selection: RegisterSelection, kinds: Iterable[str]) -> Any:  # noqa: ANN401 - a subquery
    entries = select(func.sum(LedgerEntry.amount)).where(
        LedgerEntry.reclaim_id == Reclaim.id, *until_then(selection, LedgerEntry.on)
    )
    return entries.where(LedgerEntry.kind.in_(list(kinds))).scalar_subquery()


def _amount_received(selection: RegisterSelection, _by: Person | None = None) -> Any:  # noqa: ANN401 - a subquery
    return _back(selection, PAID_BY)


def _amount_waived(selection: RegisterSelection, _by: Person | None = None) -> Any:  # noqa: ANN401 - a subquery
    return _back(selection, (LedgerKind.WAIVER,))


def _amount_written_off(selection: RegisterSelection, _by: Person | None = None) -> Any:  # noqa: ANN401 - a subquery
    return _back(selection, (LedgerKind.WRITE_OFF,))


def _is_decided(selection: RegisterSelection) -> ColumnElement[bool]:
    """By the tables of the sheet's keys, which have the decision where there was one; not one that was quashed."""
    if selection.as_of is None:
        return and_(Decision.id.is_not(None), Reclaim.state != ReclaimState.QUASHED)
    return and_(Decision.id.is_not(None), Decision.id.not_in(quashed_decisions(selection.as_of)))


def _amount_asked(selection: RegisterSelection, _by: Person) -> Any:  # noqa: ANN401 - a sum
    return case_when((_is_decided(selection), Reclaim.amount), else_=0)


def _still_asked(selection: RegisterSelection, _by: Person) -> Any:  # noqa: ANN401 - a sum
    """What is written off in the books is claimed still."""
    balance = (
        Reclaim.amount - func.coalesce(_amount_received(selection), 0) - func.coalesce(_amount_waived(selection), 0)
    )
    return case_when((and_(_is_decided(selection), balance > 0), balance), else_=0)


def _its_decision(selection: RegisterSelection) -> ColumnElement[bool]:
    return and_(Decision.id == Reclaim.reclaim_decision_id, *until_then(selection, Decision.decided_on))


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
        day_column(_("Kommunicerat"), lambda row: row.heard_on),
        day_column(_("Beslut"), lambda row: row.decision.decided_on if row.decision else None),
        text_column(_("Beslutsfattare"), lambda row: with_point(row.decider, row.decision) if row.decision else ""),
        text_column(_("§"), lambda row: row.decision.paragraph if row.decision else ""),
        money_column(_("Återkrävt kr"), lambda row: row.asked, total=_amount_asked),
        money_column(_("Nedsatt/eftergivet kr"), lambda row: row.waived, total=_amount_waived),
        money_column(_("Avskrivet i bokföringen kr"), lambda row: row.written_off, total=_amount_written_off),
        text_column(_("Fakturanr"), lambda row: row.reclaim.invoice if row.decision else ""),
        day_column(_("Förfaller"), lambda row: row.reclaim.due_on if row.decision else None),
        text_column(_("Anstånd/plan"), lambda row: row.told(CollectionStep.RESPITE, CollectionStep.PLAN)),
        money_column(_("Inbetalt kr"), lambda row: row.received, total=_amount_received),
        money_column(_("Kvar kr"), lambda row: row.left, total=_still_asked),
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
        day_column(_("Avslutat"), lambda row: row.last_on if row.state in ENDED else None),
    ),
    leading=(
        "Förening",
        "Återkravsnr",
        "Ärendenr/bokning",
        "Grund",
        "Beslut",
        "Återkrävt kr",
        "Nedsatt/eftergivet kr",
        "Förfaller",
        "Inbetalt kr",
        "Kvar kr",
        "Kronofogden (datum, nr, utfall)",
        "Status",
    ),
    brief=("Förening", "Återkrävt kr", "Kvar kr", "Status"),
)


def _on_days(selection: RegisterSelection) -> list[ColumnElement[bool]]:
    """Those decided, opened or paid some of on the chosen days; opened by the day whose state is asked for."""
    opened = [] if selection.as_of is None else [Reclaim.opened_at < midnight(selection.as_of + timedelta(days=1))]
    if selection.by is RegisterDay.OPENED:
        return [*opened, *on_moments(selection, Reclaim.opened_at)]
    if selection.by is RegisterDay.MONEY_IN:
        paid = LedgerEntry.reclaim_id == Reclaim.id, LedgerEntry.kind.in_(PAID_BY)
        days = [*on_days(selection, LedgerEntry.on), *until_then(selection, LedgerEntry.on)]
        return [*opened, exists().where(*paid, *days).correlate(Reclaim)]
    return [*opened, *on_days(selection, Decision.decided_on)]


def reclaim_rows(session: Session, selection: RegisterSelection) -> list[ReclaimRegisterRow]:
    """The reclaims in cases that this person may see, in the order they were opened."""
    given = aliased(Decision)
    paid = select(func.sum(Payment.amount)).where(Payment.case_id == Case.id, paid_then(selection).is_not(None))
    last = select(func.max(LedgerEntry.on)).where(
        LedgerEntry.reclaim_id == Reclaim.id, *until_then(selection, LedgerEntry.on)
    )
    found: Iterable[Any] = session.execute(
        select(
            Reclaim,
            Case,
            Round.dnr,
            Association.number,
            given.amount,
            Decision,
            paid.scalar_subquery(),
            _amount_received(selection),
            _amount_waived(selection),
            _amount_written_off(selection),
            last.scalar_subquery(),
        )
        .join(Case, Case.id == Reclaim.case_id)
        .join(given, given.id == Reclaim.decision_id)
        .outerjoin(Decision, _its_decision(selection))
        .outerjoin(Round, Round.id == Case.round_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(
            seen_by(session.person, Action.READ_REGISTERS, by_key=selection.keys is not None),
            *_on_days(selection),
            *cases_chosen(selection),
            *of_keys(selection, Reclaim.id),
        )
        .order_by(Reclaim.id)
    )
    rows, decider = list(found), decider_words(session)
    notes = collection_notes(session, [row[0].id for row in rows])
    quashed = set(session.scalars(quashed_decisions(selection.as_of))) if selection.as_of is not None else set()
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
            selection.as_of,
            reclaim.state is ReclaimState.QUASHED
            if selection.as_of is None
            else decision is not None and decision.id in quashed,
        )
        for reclaim, case, dnr, number, granted, decision, paid, received, waived, written_off, last_on in rows
    ]


def reclaim_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The reclaims of the rows, the newest first."""
    return (
        select(Reclaim.id)
        .join(Case, Case.id == Reclaim.case_id)
        .outerjoin(Decision, _its_decision(selection))
        .outerjoin(Association, Association.id == Case.association_id)
        .where(
            Reclaim.board_id == by.board_id,
            seen_by(by, Action.READ_REGISTERS, by_key=True),
            *_on_days(selection),
            *cases_chosen(selection),
        )
        .order_by(Reclaim.id.desc())
    )
