"""What one act and one page cost: statements to the database, and judgements."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event

from tests.board import BoardAtWork, booking_facts, clean_facts
from tests.page_fixtures import somebody
from vetting.bookings.services import answers
from vetting.bookings.services.answers import BookingAnswer
from vetting.casework.services import screenings
from vetting.engine.screening import screen
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.operations.database import schema

if TYPE_CHECKING:
    from collections.abc import Callable

AIMS: Final = {"confirming a booking": (30, 1), "receiving a grant": (25, 1), "a page of a case": (20, 0)}
"""What is done -> the statements and the judgements that are aimed at."""


def told(what: str, act: Callable[[], Any], asked: list[str], judged: list[Any]) -> None:
    """Prints what one act asked the database, and how often it judged."""
    asked.clear()
    judged.clear()
    act()
    statements, judgements = AIMS[what]
    print(
        f"  {what}: {len(asked)} statements (aim {statements}), {len(judged)} judgements (aim {judgements}); "
        f"{sum(one.startswith('INSERT') for one in asked)} of the statements insert"
    )


def main() -> None:
    """Prints the acts."""
    print("acts")
    asked: list[str] = []
    judged: list[Any] = []

    def counted(*given: Any, **named: Any) -> Any:
        judged.append(named)
        return screen(*given, **named)

    setattr(screenings, "screen", counted)  # noqa: B010 - it is another module's name
    with TemporaryDirectory() as folder:
        board = BoardAtWork(schema.open_database(f"sqlite:///{Path(folder) / 'acts.db'}")).build()
        board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
        event.listen(board.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        booking = board.receive(booking_facts(), kind=CaseKind.BOOKING).number
        said = BookingAnswer(nothing_found=True)
        given = {"version": None, "role": Role.PREMISES}
        told(
            "confirming a booking",
            lambda: board.do(answers.confirm_booking, booking, said, **given),
            asked,
            judged,
        )
        kept: list[Any] = []
        told("receiving a grant", lambda: kept.append(board.receive(clean_facts())), asked, judged)
        kim = somebody(board, Role.CASEWORKER)
        kim.get(f"/arenden/{kept[0].number}")
        told("a page of a case", lambda: kim.get(f"/arenden/{kept[0].number}"), asked, judged)
    setattr(screenings, "screen", screen)  # noqa: B010 - as above
