"""Lists of cases that were downloaded and come back: their columns and the record of the download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete

from vetting.engine.form_facts import asked_facts
from vetting.kernel.privacy import Privacy
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.store.session import BESIDE
from vetting.kernel.text import _
from vetting.kernel.typed_text import tidy_text
from vetting.lists.domain.downloaded_lists import (
    ABSENT,
    LIST_SIGN,
    OPEN_TYPES,
    REGISTRY_NUMBER,
    DownloadedColumns,
    OpenColumn,
)
from vetting.lists.models.downloaded_lists import DownloadedList, find_downloaded_list
from vetting.rules import all_in_force

if TYPE_CHECKING:
    from datetime import date, datetime

    from vetting.casework.models.facts import FactValue
    from vetting.engine.facts import FactDefinition
    from vetting.kernel.case_kinds import CaseKind
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.tables import ForeignWorkbook
    from vetting.lists.models.staged_files import StagedFile


def open_columns(session: Session, board_id: int, kind: CaseKind, *, on: date) -> list[OpenColumn]:
    """The columns that an uploaded list may change: the registry number, and facts that the rules in force ask for."""
    asked: dict[str, list[FactDefinition]] = {}
    for ruleset in all_in_force(session, board_id, [kind], on=on):
        for group in asked_facts(ruleset, kind).values():
            for fact in group:
                asked.setdefault(fact.id, []).append(fact)
    facts = [
        OpenColumn(fact.id, fact)
        for fact, *others in asked.values()
        if fact.type in OPEN_TYPES
        and fact.privacy is not Privacy.SEALED
        and all(other.type is fact.type for other in others)  # else a cell would say two things
    ]
    return [REGISTRY_NUMBER, *facts]


def plain_value(row: FactValue) -> Any:  # noqa: ANN401 - JSON
    """A fact's value as plain data; None where it could not be read."""
    return dict(ABSENT) if row.absent else None if row.unreadable else row.value


def columns_of_file(
    session: Session, book: ForeignWorkbook, staged: StagedFile, *, on: date
) -> tuple[DownloadedList, DownloadedColumns] | None:
    """The list that a file was downloaded as, and its columns; None where it was not downloaded here.

    Raises:
        Refused: in another board, or too long ago.
    """
    sign = _sign_in(book)
    if not sign:
        return None
    listed = find_downloaded_list(session, staged.board_id, sign)
    if listed is None:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                staged.file,
                _("Listan är hämtad i en annan nämnd, eller för länge sedan."),
                _("Hämta listan på nytt och för över ändringarna."),
            ),
        )
    written = {key for key, _heading, is_open in listed.columns if is_open}
    opened = open_columns(session, staged.board_id, listed.kind, on=on)
    columns = DownloadedColumns(
        written=[(key, heading, is_open) for key, heading, is_open in listed.columns],
        opened=[column for column in opened if column.key in written],
        on=on,
    )
    return listed, columns


def _sign_in(book: ForeignWorkbook) -> str:
    """The mark of a list that was downloaded here; empty when the file is none."""
    signs = set(LIST_SIGN)
    for sheet in book.sheets:
        for row in sheet.rows[:5]:
            texts = [tidy_text(cell.text) for _unused, cell in sorted(row.cells.items())]
            if len(texts) > 1 and texts[0] in signs:
                return texts[1][:80]
    return ""


def no_headings(file: str) -> Problem:
    """The headings are gone."""
    return Problem(
        file,
        _("Rubriken Ärende finns inte kvar i listan."),
        _("Skriv tillbaka rubrikerna, eller hämta listan på nytt."),
    )


def delete_expired(session: WritingSession, board_id: int, *, before: datetime) -> int:
    """A board's lists that have not come back in their time. Returns how many."""
    old = delete(DownloadedList).where(DownloadedList.board_id == board_id, DownloadedList.at < before)
    return len(session.execute(old.returning(DownloadedList.id), execution_options=BESIDE).all())
