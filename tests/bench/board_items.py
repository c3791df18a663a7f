"""Seconds of a round's item with eight hundred rows: its document, the board's decision entered, the letters for all."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.acting import acting
from tests.board import BoardAtWork, clean_facts, rules
from tests.factories import NOW, TODAY
from vetting.formats.written_documents import document_docx
from vetting.grants.models.rounds import Round
from vetting.kernel.organisation_numbers import has_valid_check_digit
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.text import OFFICIAL
from vetting.money.services import payment_batches
from vetting.operations.database import schema
from vetting.operations.jobs.worker import Worker
from vetting.rounds.services import board_decisions, round_letters
from vetting.rounds.services.board_decisions import MeetingWriting
from vetting.rounds.services.board_items import board_item

if TYPE_CHECKING:
    from vetting.kernel.store.session import WritingSession

ROWS: Final = 800
DOCUMENT_AIM, LETTERS_AIM, BATCH_AIM = 10, 120, 2
"""Seconds."""
MEETING: Final = MeetingWriting(met_on=TODAY, paragraph="§ 1")


def number(place: int) -> str:
    """An organisation number that no association has."""
    start = f"80299{place:04}"
    return next(start + str(digit) for digit in range(10) if has_valid_check_digit(start + str(digit)))


def enter(session: WritingSession, board: BoardAtWork, case_number: str) -> None:
    by = board.staff[Role.DECISION_MAKER]
    seen = board_decisions.read_row(acting(session, by), board.round_id, case_number)
    board_decisions.enter_row(acting(session, by, NOW), board.round_id, case_number, seen, MEETING, free=True)


def hand_over(board: BoardAtWork) -> None:
    """What was granted goes to the finance office in one batch: seconds of each step of its road."""
    far = TODAY + timedelta(days=400)
    begun = time.perf_counter()
    basis = board.do(payment_batches.make_basis, far, None, role=Role.FINANCE)
    print(f"    a batch of the payments made: {time.perf_counter() - begun:.1f} s (aim {BATCH_AIM} s)")
    begun = time.perf_counter()
    board.do(payment_batches.lock_basis, basis.number, version=None, role=Role.FINANCE)
    print(f"    looked through again and locked, with its files: {time.perf_counter() - begun:.1f} s")


def main() -> None:
    """Prints each time, and whether it is under the aim."""
    with TemporaryDirectory() as folder:
        board = BoardAtWork(schema.open_database(f"sqlite:///{Path(folder) / 'item.db'}")).build()
        cases = [board.receive(clean_facts(number(place), f"Förening {place:03}")) for place in range(ROWS)]
        for case in cases:
            board.make_ready(case.number)
            board.propose(case.number)
        board.delegate(Role.DECISION_MAKER, maker="board", point="")
        print(f"a round's item with {ROWS} rows:")
        begun = time.perf_counter()
        with open_reading(board.database) as session:
            about = session.get_one(Round, board.round_id)
            document_docx(board_item(acting(session, board.staff[Role.CASEWORKER]), about, on=TODAY), OFFICIAL)
        print(f"    the document: {time.perf_counter() - begun:.1f} s (aim {DOCUMENT_AIM} s)")
        begun = time.perf_counter()
        for case in cases:
            run_in_transaction(board.database, lambda s, one=case: enter(s, board, one.number))  # type: ignore[misc] # bound at once
        print(f"    the decision entered: {time.perf_counter() - begun:.1f} s")
        with open_reading(board.database) as session:
            record = board_decisions.meeting_record(session, board.round_id, MEETING)
        if record is None:
            raise LookupError(board.round_id)
        board.do(board_decisions.take_extract, record.id, b"%PDF-1.7\n%%EOF\n", "utdrag.pdf")
        board.do(round_letters.begin_letters, record.id)
        begun = time.perf_counter()
        Worker(board.database, rules(), lambda: NOW).run_next()
        print(f"    letters to all: {time.perf_counter() - begun:.1f} s (aim {LETTERS_AIM} s)")
        hand_over(board)
        board.database.close()


if __name__ == "__main__":
    main()
