"""The customer ledger's list of claims: events are noted on their claims, and what differs is told row by row."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import board, refused, rules
from tests.factories import TODAY
from tests.page_fixtures import on_that_day
from tests.payments.services.test_set_offs import CLAIMED, claim, claimed
from vetting.imports.domain.claim_events import ClaimEvent, event_of
from vetting.imports.models.staged_files import StagedFile, StagedProblem
from vetting.imports.services import import_batches
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.payments.domain.reclaims import CollectionStep, ReclaimState
from vetting.payments.models.reclaims import Reclaim, collection_notes

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
HEADINGS = "Återkravsnr;Händelse;Datum;Belopp;Restbelopp;Fakturanr;Anteckning"


def listed(board: BoardAtWork, *rows: str) -> int:
    data = "\n".join([HEADINGS, *rows]).encode()
    return board.staged(data, "reskontra.csv", into_round=False, role=Role.FINANCE)


def told(board: BoardAtWork, key: int) -> tuple[dict[str, int], list[str]]:
    with open_reading(board.database) as s:
        counts = s.get_one(StagedFile, key).counts
        wanted = select(StagedProblem.what_sv).where(StagedProblem.staged_id == key).order_by(StagedProblem.id)
        return {name: counts[name] for name in ("good", "refused")}, [
            what.replace("\u00a0", " ") for what in s.scalars(wanted)
        ]


@pytest.mark.both_engines
def test_events_of_a_claim_are_noted_on_it_and_a_second_list_notes_nothing_twice(board: BoardAtWork) -> None:
    number = claimed(board)
    rows = (
        f"{number};Fakturerad;{TODAY};;;880140;",
        f"{number};Påminnelse;{TODAY};;;;",
        f"{number};Inbetalning;{TODAY};2 000,00;3 000,00;;",
    )
    key = listed(board, *rows)
    assert told(board, key) == ({"good": 3, "refused": 0}, [])
    board.do(import_batches.confirm_import, key, good_only=False, rules=rules(), role=Role.FINANCE)
    assert claim(board, number) == (ReclaimState.DECIDED, CLAIMED - 2_000_00, ["payment"])
    with open_reading(board.database) as s:
        row = s.scalars(select(Reclaim).where(Reclaim.number == number)).one()
        assert row.invoice == "880140"
        steps = [note.step for note in collection_notes(s, [row.id])[row.id]]
        assert steps == [CollectionStep.INVOICED, CollectionStep.REMINDED]
        assert trail_verification.verify_trail(s).problems == []
    again = listed(board, *rows, f"{number};Avskriven;{TODAY};;0;;Kronofogden fann inget.")
    assert told(board, again) == ({"good": 1, "refused": 3}, ["Det är redan antecknat."] * 3)
    batch = board.do(import_batches.confirm_import, again, good_only=True, rules=rules(), role=Role.FINANCE)
    assert claim(board, number) == (ReclaimState.WRITTEN_OFF, 0, ["payment", "write_off"])
    assert refused(board, import_batches.undo_import, batch.id, role=Role.FINANCE)[0] is Obstacle.INVALID


def test_what_differs_is_told_row_by_row_and_nothing_of_it_goes_in(board: BoardAtWork) -> None:
    number = claimed(board)
    ahead = TODAY + timedelta(days=9)
    key = listed(
        board,
        f"ATK-2020-0001;Betald;{TODAY};10;;;",
        f"{number};Betald;{TODAY};5 000,01;;;",
        f"{number};Krediterad;{TODAY};100;;;",
        f"{number};Undrad;{TODAY};;;;",
        f"{number};Betald;{ahead};100;;;",
        f"{number};Fakturerad;{TODAY};;;;",
        f"{number};Avskriven;{TODAY};;;;",
        f"{number};Inkasso;{TODAY};;4 000;;",
        f"{number};;{TODAY};100;;;",
    )
    counts, problems = told(board, key)
    assert counts == {"good": 1, "refused": 8}
    for words in (
        "Inget återkrav har det numret.",
        "Raden säger 5 000,01 kr, kvar att betala är 5 000 kr.",
        "Fakturan är krediterad i reskontran.",
        "Händelsen går inte att förstå.",
        "Numret saknas.",
        "Det står inte vad som gäller.",
        "Kvar här: 5 000 kr, i reskontran: 4 000 kr.",
        "Raden saknar en händelse, eller en dag som går att läsa.",
    ):
        assert words in problems, problems
    board.do(import_batches.confirm_import, key, good_only=True, rules=rules(), role=Role.FINANCE)
    assert claim(board, number) == (ReclaimState.DECIDED, CLAIMED, [])


def test_another_boards_claim_is_nobodys_and_only_finance_takes_the_list_in(board: BoardAtWork) -> None:
    number = claimed(board)
    other = type(board)(board.database, code="syd").build()
    assert told(other, listed(other, f"{number};Betald;{TODAY};100;;;"))[1] == ["Inget återkrav har det numret."]
    key = board.staged(f"{HEADINGS}\n{number};Betald;{TODAY};100;;;".encode(), "r.csv", into_round=False)
    told_no = refused(board, import_batches.confirm_import, key, good_only=False, rules=rules())
    assert told_no[0] is Obstacle.FORBIDDEN


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ("Inbetald", ClaimEvent.PAID),
        ("  BETALNING ", ClaimEvent.PAID),
        ("Avbetalningsplan", ClaimEvent.PLAN),
        ("Avskrivning", ClaimEvent.WRITTEN_OFF),
        ("Till Kronofogden", ClaimEvent.ENFORCEMENT),
        ("Utfall hos Kronofogden", ClaimEvent.ENFORCEMENT_ENDED),
        ("collection", ClaimEvent.COLLECTION),
        ("Förfallen", None),
        ("", None),
    ],
)
def test_a_ledgers_words_are_known_by_how_they_begin(said: str, event: ClaimEvent | None) -> None:
    assert event_of(said) is event
