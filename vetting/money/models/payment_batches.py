"""What the finance office pays by (*utbetalningsunderlag*): batches of payments, and the layouts of their files."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped

from vetting.casework.models.cases import Case, seen_by
from vetting.kernel.roles import Action
from vetting.kernel.store.base import Base, Plain, personal_column, public_column, register_enum_types
from vetting.money.domain.payment_batches import LeftOutReason
from vetting.money.models.payments import (
    Payment,
    StopTerms,
    drop_attests,
    of_case,
    pauses_of,
    set_offs_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vetting.kernel.store.session import Session


register_enum_types(LeftOutReason)

DRAFT, LONGEST_KEY = "utkast-", 9


class PaymentBatch(Base):
    """One batch: a draft, then locked and handed to the finance office; what it has loaded is not taken back."""

    __tablename__ = "payment_bases"
    __table_args__ = (UniqueConstraint("board_id", "number"), Index(None, "board_id", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    number: Mapped[str] = public_column()
    """Of a draft 'utkast-7', by its id; it is numbered when it is locked."""
    pay_on: Mapped[date] = public_column()
    """The day that the finance office is asked to pay."""
    made_at: Mapped[datetime] = public_column()
    made_by_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    left_at: Mapped[datetime | None] = public_column()
    """When it was locked and handed over: from then on it has files, and nothing in it changes."""
    left_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    checksum: Mapped[str] = public_column(default="", server_default="")
    """SHA-256 of what its rows say, as its papers print it."""
    loaded_at: Mapped[datetime | None] = public_column()
    """When the finance office had loaded it: it is not taken back any more."""
    loaded_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None] = public_column()
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name

    @property
    def is_open(self) -> bool:
        """Whether it has neither left nor been undone."""
        return self.left_at is None and self.undone_at is None


class PaymentBatchFile(Base):
    """A file of a locked batch, the same bytes as often as it is fetched; never changed."""

    __tablename__ = "basis_files"

    id: Mapped[int] = public_column(primary_key=True)
    basis_id: Mapped[int] = public_column(ForeignKey("payment_bases.id"), index=True)
    name: Mapped[str] = public_column()
    title: Mapped[Plain] = public_column()
    """What it is called: {"sv": …, "en": …}."""
    kind: Mapped[str] = public_column()
    """Its media type."""
    sha256: Mapped[str] = public_column()
    content: Mapped[bytes] = personal_column()


class PaymentBatchRow(Base):
    """A payment in a batch, as the batch was locked with it."""

    __tablename__ = "basis_rows"
    __table_args__ = (
        Index(None, "basis_id", "id"),
        Index(
            "ix_basis_rows_in_one",
            "payment_id",
            unique=True,
            sqlite_where=text("out_at IS NULL"),
            postgresql_where=text("out_at IS NULL"),
        ),
    )

    id: Mapped[int] = public_column(primary_key=True)
    basis_id: Mapped[int] = public_column(ForeignKey("payment_bases.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    payment_id: Mapped[int | None] = public_column(ForeignKey("payments.id"))
    """None once a new decision has taken the payment's place."""
    reference: Mapped[str] = public_column()
    """What the ledger's answer knows it by: the case number and the instalment."""
    amount: Mapped[int] = public_column()
    """What is paid, in öre: the instalment less what is set off."""
    attested_here: Mapped[bool] = public_column(default=False)
    """Whether the board attests its payments here: then two must have answered for it when it leaves."""
    said: Mapped[Plain] = personal_column()
    """Payee, account, decision, attests as the finance office got them; of a draft nothing."""
    out_at: Mapped[datetime | None] = public_column()
    out_because: Mapped[LeftOutReason | None] = public_column()


def bases_of(session: Session, *, before: int | None, most: int) -> Sequence[PaymentBatch]:
    """The board's batches, the newest first. before: the id of the last one told before."""
    wanted = (
        select(PaymentBatch).where(PaymentBatch.board_id == session.person.board_id).order_by(PaymentBatch.id.desc())
    )
    return session.scalars((wanted.where(PaymentBatch.id < before) if before else wanted).limit(most)).all()


def find_basis(session: Session, number: str) -> PaymentBatch | None:
    """One of the board's batches, by its number or by what its draft was called."""
    key = number.removeprefix(DRAFT)
    named = PaymentBatch.number == number
    if key != number and key.isascii() and key.isdigit() and len(key) <= LONGEST_KEY:
        named |= PaymentBatch.id == int(key)
    return session.scalar(select(PaymentBatch).where(PaymentBatch.board_id == session.person.board_id, named))


def files_of_basis(session: Session, basis: PaymentBatch) -> Sequence[tuple[int, str, dict[str, str], str]]:
    """The files of a locked batch: (id, name, title, SHA-256), in order."""
    wanted = select(PaymentBatchFile.id, PaymentBatchFile.name, PaymentBatchFile.title, PaymentBatchFile.sha256)
    rows = session.execute(wanted.where(PaymentBatchFile.basis_id == basis.id).order_by(PaymentBatchFile.id))
    return [(key, name, title, digest) for key, name, title, digest in rows]


def earlier_rows(session: Session, basis: PaymentBatch) -> dict[int, tuple[str, str]]:
    """Payment -> the locked batch that it was in before this one and came out of: (number, reference)."""
    inside = select(PaymentBatchRow.payment_id).where(
        PaymentBatchRow.basis_id == basis.id, PaymentBatchRow.out_at.is_(None)
    )
    wanted = (
        select(PaymentBatchRow.payment_id, PaymentBatch.number, PaymentBatchRow.reference)
        .join(PaymentBatch, PaymentBatch.id == PaymentBatchRow.basis_id)
        .where(
            PaymentBatchRow.payment_id.in_(inside),
            PaymentBatch.id < basis.id,
            PaymentBatch.loaded_at.is_not(None),
            PaymentBatchRow.out_at.is_not(None),
        )
        .order_by(PaymentBatch.id)
    )
    return {key or 0: (number, reference) for key, number, reference in session.execute(wanted)}


def rows_of_basis(session: Session, basis: PaymentBatch) -> list[tuple[PaymentBatchRow, Payment | None, Case]]:
    """The rows of a batch, those that were taken out too, of cases that a person may see."""
    wanted = (
        select(PaymentBatchRow, Payment, Case)
        .join(Case, Case.id == PaymentBatchRow.case_id)
        .outerjoin(Payment, Payment.id == PaymentBatchRow.payment_id)
        .where(PaymentBatchRow.basis_id == basis.id, seen_by(session.person, Action.READ_PAYMENTS))
        .order_by(PaymentBatchRow.id)
    )
    return [(row, payment, case) for row, payment, case in session.execute(wanted)]


def bases_of_payments(session: Session, payments: Iterable[int]) -> dict[int, tuple[PaymentBatch, PaymentBatchRow]]:
    """Payment -> the batch that it is in now."""
    wanted = (
        select(PaymentBatch, PaymentBatchRow)
        .join(PaymentBatchRow, PaymentBatchRow.basis_id == PaymentBatch.id)
        .where(PaymentBatchRow.payment_id.in_(list(payments)), PaymentBatchRow.out_at.is_(None))
    )
    return {row.payment_id or 0: (basis, row) for basis, row in session.execute(wanted)}


def let_payments_go(session: Session, payments: Iterable[int]) -> None:
    """Payments whose place a new decision takes are in no batch any more; the batch still tells that they were."""
    for row in session.scalars(select(PaymentBatchRow).where(PaymentBatchRow.payment_id.in_(list(payments)))):
        row.payment_id = None
        if row.out_at is None:
            row.out_at, row.out_because = session.now, LeftOutReason.REPLACED
    session.flush()


def cancel_planned_payments(session: Session, case_id: int) -> None:
    """Nothing more is paid on what was decided in a case; what has been paid stays.

    A set-off against what is not paid any more has ended: the claim is as it was.
    """
    left = [payment for payment in of_case(session, case_id) if payment.paid_on is None]
    for some in set_offs_of(session, [one.id for one in left]).values():
        for row in some:
            row.payment_id, row.ended_at = None, session.now
    for terms in session.scalars(select(StopTerms).where(StopTerms.payment_id.in_([one.id for one in left]))):
        terms.payment_id = None
    let_payments_go(session, [one.id for one in left])
    drop_attests(session, [one.id for one in left])
    for pause in pauses_of(session, [one.id for one in left]).values():
        session.delete(pause)
    session.flush()
    for payment in left:
        session.delete(payment)
