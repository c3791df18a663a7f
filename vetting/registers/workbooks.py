"""A register as a file, with the sheet that says what it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vetting.formats.workbook_writing import register_workbook
from vetting.grants.models.rounds import round_of
from vetting.kernel.register_days import REGISTER_DAY_WORDS, days_of
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterName
from vetting.kernel.store.trail_anchors import HEAD_OF_TRAIL, head_of
from vetting.kernel.text import _, day_in_words, in_context
from vetting.registers import money_of_register, register_sheets
from vetting.registers.columns import RULES_HEADING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from vetting.kernel.register_tables import Line, RegisterTable
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Language, Words
    from vetting.registers import RegisterSelection

EACH_BY_ITS_OWN = _("Varje ärende enligt den version som gällde när det kom in; se kolumnen Regler (namn, version).")
ABOUT = _("Om registret")


def workbook_of_register(
    session: Session,
    name: RegisterName,
    selection: RegisterSelection,
    *,
    language: Language,
    heard: Callable[[int, int], bool] = lambda _done, _total: True,
) -> bytes:
    """The same rows as on the screen, as xlsx.

    heard: told how many of how many rows are written; an answer of False ends the file where it is.
    """
    tables = _heard_of(register_sheets(session, name, selection, language=language), heard)
    tells_rules = any(column.heading == RULES_HEADING for table in tables for column in table.columns)
    first = day_in_words(selection.first).to(language) if selection.first else "–"
    last = day_in_words(selection.last).to(language) if selection.last else "–"

    def about(rows: Sequence[int]) -> list[tuple[str, str]]:
        return [(heading.to(language), value(rows) if callable(value) else value) for heading, value in said]

    def number_of_rows(rows: Sequence[int]) -> str:
        return ", ".join(f"{table.title.to(language)}: {many}" for table, many in zip(tables, rows, strict=True))

    said: tuple[tuple[Words, str | Callable[[Sequence[int]], str]], ...] = (
        (in_context("the name of one", "Register"), REGISTER_WORDS[name].to(language)),
        (_("Nämnd"), session.person.board),
        (_("Perioden avser"), REGISTER_DAY_WORDS[selection.by or days_of(name)[0]].to(language)),
        (in_context("time", "Från"), first),
        (in_context("time", "Till"), last),
        *(((_("Läget den"), day_in_words(selection.as_of).to(language)),) if selection.as_of else ()),
        *(((_("Omgång"), _round_name(session, selection.round_id)),) if selection.round_id is not None else ()),
        *(((_("Budgetår"), str(selection.year)),) if selection.year is not None else ()),
        (_("Sökord"), selection.text or "–"),
        (_("Rader"), number_of_rows),
        *((title, money.sentence.to(language)) for title, money in money_of_register(session, name, selection)),
        (in_context("a register", "Hämtat"), session.now.strftime("%Y-%m-%d %H:%M")),
        (in_context("by whom", "Av"), f"{session.person.name}, {session.person.function}"),
        *(((_("Regler"), EACH_BY_ITS_OWN.to(language)),) if tells_rules else ()),
        (HEAD_OF_TRAIL, "{} {}".format(*head_of(session, session.person.board_id))),
    )
    return register_workbook(tables, about, ABOUT.to(language), language)


def _round_name(session: Session, key: int) -> str:
    found = round_of(session, key)
    return found.name if found is not None else ""


def _heard_of(tables: Sequence[RegisterTable], heard: Callable[[int, int], bool]) -> list[RegisterTable]:
    """The same tables, that tell how far they are written."""
    total = sum(table.number for table in tables)
    done = 0

    def telling(first: int, more: Iterable[tuple[Line, ...]]) -> Iterator[tuple[Line, ...]]:
        nonlocal done
        done += first
        rest = iter(more)
        while heard(done, total) and (part := next(rest, None)) is not None:
            yield part
            done += len(part)

    return [replace(table, more=telling(len(table.rows), table.more)) for table in tables]
