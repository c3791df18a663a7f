"""The file that was handed in, given back with what is to be corrected marked in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from vetting.formats.workbook_reading import bytes_from_child
from vetting.formats.workbook_writing import register_workbook
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.register_tables import RegisterColumn, RegisterTable
from vetting.kernel.text import Words, _
from vetting.lists.domain.annotations import PROBLEMS
from vetting.lists.models.staged_files import StagedContent, StagedProblem

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Language
    from vetting.lists.models.staged_files import StagedFile

MARKED_SUFFIX: Final = _("markerad")
LARGEST_MARKED: Final = 3_000
"""Rows of a file that is marked cell by cell; of a larger one, what is to be corrected comes as a list."""
_HEADINGS: Final = (_("Var"), _("I listan står"), _("Vad"), _("Gör så här"), _("Raden läses in"))
_YES, _NO = _("ja"), _("nej")


def marked_copy(session: Session, staged: StagedFile, language: Language) -> bytes:
    """The workbook with each cell to correct coloured and commented, and a sheet that lists them, as xlsx.

    Raises:
        Refused: the file is not kept any more.
        UnreadableError: it cannot be written back.
    """
    content = session.get(StagedContent, staged.id)
    if content is None:
        raise Refused(Obstacle.MISSING)
    told = session.scalars(
        select(StagedProblem).where(StagedProblem.staged_id == staged.id).order_by(StagedProblem.id)
    ).all()
    rows = [_row(item, language) for item in told]
    if staged.counts.get("rows", 0) > LARGEST_MARKED:
        return _as_list(rows, staged, language)
    marks: dict[str, list[list[Any]]] = {}
    for item, row in zip(told, rows, strict=True):
        if item.row:
            marks.setdefault(item.sheet, []).append(
                [item.row, item.column, f"{row[2]} {row[3]}".strip(), "not" if item.stops else "assess"]
            )
    headings = [[words.to(language), "plain", ""] for words in _HEADINGS]
    listed = [headings, *([[text, "plain", ""] for text in row] for row in rows)]
    order = {
        "task": "mark",
        "marks": marks,
        "sheets": [{"title": PROBLEMS.to(language), "rows": listed, "widths": [24, 30, 70, 60, 16], "table": True}],
    }
    return bytes_from_child(order, content.content, staged.file)


def _row(item: StagedProblem, language: Language) -> tuple[str, ...]:
    what, remedy = Words(item.what_sv, item.what_en), Words(item.remedy_sv, item.remedy_en)
    return (item.where, item.value, what.to(language), remedy.to(language), (_NO if item.stops else _YES).to(language))


def _as_list(rows: list[tuple[str, ...]], staged: StagedFile, language: Language) -> bytes:
    table = RegisterTable(title=PROBLEMS, columns=tuple(RegisterColumn(words) for words in _HEADINGS), rows=tuple(rows))
    about = ((_("Fil").to(language), staged.file),)
    return register_workbook([table], lambda _rows: about, _("Om filen").to(language), language)
