"""The step that fills the table of records makes of a year what the acts themselves made of it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import select

from vetting.cases.domain.records import RecordKind
from vetting.cases.models.records import Record
from vetting.database import schema
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.payments.models.payment_bases import BasisRow

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from tests.demonstration import FilledOnce

NOT_IN_THE_YEAR = {
    RecordKind.COMPLETION,
    RecordKind.ENDING_TOLD,
    RecordKind.ENDING_REPLY,
    RecordKind.GROUP,
    RecordKind.NOTE,
}


def as_kept(session: Session) -> set[tuple[object, ...]]:
    """What each record says, but for when it became one."""
    taken_out = set(session.scalars(select(BasisRow.id).where(BasisRow.out_at.is_not(None))))
    return {
        (row.case_id, row.kind, row.key, row.record_class, row.status, row.on, row.party, row.way, str(row.said))
        for row in session.scalars(select(Record))
        if row.kind is not RecordKind.PAYMENT or row.key not in taken_out  # these were none before
    }


def test_records_filled_by_the_step_say_what_the_acts_wrote(demonstration: FilledOnce, tmp_path: Path) -> None:
    with closing(connect_database(f"sqlite:///{demonstration.copy(tmp_path)}")) as database:
        with open_reading(database) as session:
            written = as_kept(session)
            kinds = set(session.scalars(select(Record.kind).distinct()))
        schema.downgrade(database, "0167")
        schema.upgrade(database)
        with open_reading(database) as session:
            assert as_kept(session) == written
    assert kinds >= set(RecordKind) - NOT_IN_THE_YEAR
