"""A list of cases as a workbook: its open columns can be changed and sent back."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from vetting.associations.models.associations import Association
from vetting.boards.services.sign_in import require_permission
from vetting.casework.domain.cases import STATE_WORDS
from vetting.casework.models.facts import values_of_many
from vetting.engine.asked_facts import asked_facts
from vetting.engine.facts import FactType
from vetting.engine.proposal import PROPOSAL_WORDS, Proposal
from vetting.formats.workbook_writing import register_workbook
from vetting.grants.models.rounds import Round
from vetting.imports.domain.downloaded_lists import (
    ABSENT,
    DNR,
    LIST_SIGN,
    NO,
    OPEN_TYPES,
    REGISTRY_NUMBER,
    YES,
    DownloadedColumns,
    OpenColumn,
    cell_value,
)
from vetting.imports.models.downloaded_lists import (
    DownloadedList,
    find_downloaded_list,
    last_entered_facts,
)
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import format_number
from vetting.kernel.privacy import Privacy
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.register_tables import RegisterColumn, RegisterColumnKind, RegisterTable
from vetting.kernel.roles import Action
from vetting.kernel.store.session import BESIDE
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import Words, _, number_in_words, same_in_both
from vetting.kernel.typed_text import tidy_text
from vetting.office.services import queues
from vetting.rules.domain.layouts import ASSOCIATION, CASE_NUMBER, folded_heading
from vetting.rules.services import versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.casework.models.cases import Case
    from vetting.casework.models.facts import FactValue
    from vetting.casework.services.screenings import ProposalStanding
    from vetting.engine.facts import FactDefinition
    from vetting.imports.models.staged_files import StagedFile
    from vetting.kernel.register_tables import Cell
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.kernel.tables import ForeignWorkbook
    from vetting.kernel.text import Language
    from vetting.rules.services.rulebook import Rules

MOST_CASES: Final = 5_000
AT_A_TIME: Final = 300
KINDS: Final = {
    FactType.MONEY: RegisterColumnKind.MONEY,
    FactType.DATE: RegisterColumnKind.DAY,
    FactType.NUMBER: RegisterColumnKind.NUMBER,
    FactType.WHOLE_NUMBER: RegisterColumnKind.NUMBER,
}
CLOSED_COLUMNS: Final = (
    RegisterColumn(_("Ärende")),
    RegisterColumn(_("Förening")),
    RegisterColumn(_("Org.nr")),
    RegisterColumn(_("Omgång")),
    RegisterColumn(_("Inkom"), RegisterColumnKind.DAY),
    RegisterColumn(_("Frist"), RegisterColumnKind.DAY),
    RegisterColumn(_("Läge")),
    RegisterColumn(_("Förslag")),
)
"""What stands in every list and is not changed by it; the case's number comes first."""
TITLE: Final[Mapping[CaseKind, Words]] = {CaseKind.GRANT: _("Ansökningar"), CaseKind.BOOKING: _("Bokningar")}
_ABOUT: Final = _("Om listan")
_HOW: Final = _(
    "Ändra i kolumnerna som är märkta med ✎, spara och ladda upp filen under Import. Övriga kolumner läses inte. En "
    "tom cell tar inte bort en uppgift."
)


def open_columns(session: Session, board_id: int, kind: CaseKind, rules: Rules, *, on: date) -> list[OpenColumn]:
    """The columns that an uploaded list may change: the registry number, and facts that the rules in force ask for."""
    asked: dict[str, list[FactDefinition]] = {}
    for ruleset in versions.all_in_force(session, board_id, [kind], rules, on=on):
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


def values_now(session: Session, cases: Sequence[Case]) -> dict[int, dict[str, Any]]:
    """Case id -> key of a column -> what stands there, as plain data."""
    facts = values_of_many(session, cases)
    found: dict[int, dict[str, Any]] = {}
    for case in cases:
        found[case.id] = {name: plain_value(row) for name, row in facts[case.id].items()}
        found[case.id][DNR] = case.dnr or None
    return found


def plain_value(row: FactValue) -> Any:  # noqa: ANN401 - JSON
    """A fact's value as plain data; None where it could not be read."""
    return dict(ABSENT) if row.absent else None if row.unreadable else row.value


def download_cases(
    session: WritingSession,
    filters: queues.QueueFilters,
    kind: CaseKind,
    *,
    rules: Rules,
    by: Person,
    at: datetime,
    language: Language,
) -> bytes:
    """The cases of a list as xlsx; a record of it is kept until it comes back.

    Raises:
        Refused: it is not this person's to change, or there are too many cases for one list.
    """
    require_permission(by, Action.HANDLE)
    on, facts_until = at.date(), last_entered_facts(session)
    cases, standing = queues.all_of(session, filters, rules, by=by, on=on, most=MOST_CASES + 1)
    if len(cases) > MOST_CASES:
        most = number_in_words(MOST_CASES)
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "list",
                _("Listan har fler än {most} ärenden.", most=most),
                _("Välj en omgång eller ett läge, så blir den kortare."),
            ),
        )
    opened = open_columns(session, by.board_id, kind, rules, on=on)
    columns = [*CLOSED_COLUMNS, *_headings(opened, language)]
    rows = _rows(session, cases, standing, opened, language)
    sign = f"{kind.value}-{secrets.token_hex(8)}"
    keys = [
        CASE_NUMBER,
        ASSOCIATION,
        *(f"closed-{place}" for place in range(2, len(CLOSED_COLUMNS))),
        *(column.key for column in opened),
    ]
    headings = [column.heading.to(language) for column in columns]
    listed = DownloadedList(
        board_id=by.board_id,
        kind=kind,
        sign=sign,
        at=at,
        by_user_id=by.id or None,
        facts_until=facts_until,
        columns=[[key, heading, column.open] for key, heading, column in zip(keys, headings, columns, strict=True)],
    )
    session.add(listed)
    session.note(
        TrailNote(action="list_downloaded", by=by, at=at, subject=None, detail={"cases": len(cases), "sign": sign})
    )
    about = (
        (LIST_SIGN, sign),
        (_("Nämnd"), by.board),
        (_("Ärenden"), str(len(cases))),
        (_("Hämtat"), at.strftime("%Y-%m-%d %H:%M")),
        (_("Så gör du"), _HOW.to(language)),
    )
    table = RegisterTable(title=TITLE[kind], columns=tuple(columns), rows=tuple(rows), summed=False)
    lines = [(words.to(language), text) for words, text in about]
    return register_workbook([table], lambda _rows: lines, _ABOUT.to(language), language)


def _headings(opened: Sequence[OpenColumn], language: Language) -> list[RegisterColumn]:
    """Each heading once: a column that would be called as another is told apart by a number."""
    taken = {folded_heading(column.heading.to(language)) for column in CLOSED_COLUMNS}
    found = []
    for column in opened:
        text, count = column.definition.label.to(language), 1
        while folded_heading(text) in taken:
            count += 1
            text = f"{column.definition.label.to(language)} {count}"
        taken.add(folded_heading(text))
        kind = KINDS.get(column.definition.type, RegisterColumnKind.TEXT)
        found.append(RegisterColumn(same_in_both(text), kind, open=True, options=_options(column.definition, language)))
    return found


def _options(definition: FactDefinition, language: Language) -> tuple[str, ...]:
    if definition.type in {FactType.YES_NO, FactType.DOCUMENT}:
        return YES.to(language), NO.to(language)
    return tuple(words.to(language) for words in definition.options.values())


def _rows(
    session: Session,
    cases: Sequence[Case],
    standing: Mapping[int, ProposalStanding],
    opened: Sequence[OpenColumn],
    language: Language,
) -> list[tuple[Cell, ...]]:
    """The rows as they are written."""
    rows: list[tuple[Cell, ...]] = []
    rounds = _round_names(session, cases)
    for some in _some(cases):
        values = values_now(session, some)
        numbers = _numbers(session, some)
        for case in some:
            now = values[case.id]
            closed = (case.number, *_closed_cells(case, numbers, rounds, standing[case.id].proposal, language))
            cells = [_cell(column, now.get(column.key), language) for column in opened]
            rows.append((*closed, *cells))
    return rows


def _round_names(session: Session, cases: Sequence[Case]) -> dict[int, str]:
    wanted = {case.round_id for case in cases if case.round_id is not None}
    rows = session.execute(select(Round.id, Round.name).where(Round.id.in_(wanted)))
    return {key: name for key, name in rows}  # noqa: C416 - rows are no pairs to mypy


def _some(cases: Sequence[Case]) -> Iterable[Sequence[Case]]:
    return (cases[start : start + AT_A_TIME] for start in range(0, len(cases), AT_A_TIME))


def _numbers(session: Session, cases: Sequence[Case]) -> dict[int, str | None]:
    wanted = {case.association_id for case in cases if case.association_id is not None}
    rows = session.execute(select(Association.id, Association.number).where(Association.id.in_(wanted)))
    return {key: digits for key, digits in rows}  # noqa: C416 - rows are no pairs to mypy


def _closed_cells(
    case: Case, numbers: Mapping[int, str | None], rounds: Mapping[int, str], proposal: str, language: Language
) -> tuple[Cell, ...]:
    digits = numbers.get(case.association_id or 0) or ""
    return (
        case.name,
        format_number(digits) if digits else "",
        rounds.get(case.round_id or 0, ""),
        case.received_on,
        case.due_on,
        STATE_WORDS[case.state].to(language),
        PROPOSAL_WORDS[Proposal(proposal)].to(language) if proposal else "",
    )


def _cell(column: OpenColumn, plain: Any, language: Language) -> Cell:  # noqa: ANN401 - JSON
    value = cell_value(column.definition, plain, language)
    if isinstance(value, bool | tuple):
        raise TypeError(column.key)
    return value


def columns_of_file(
    session: Session, book: ForeignWorkbook, staged: StagedFile, rules: Rules, *, on: date
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
    opened = open_columns(session, staged.board_id, listed.kind, rules, on=on)
    columns = DownloadedColumns(
        written=[(key, heading, is_open) for key, heading, is_open in listed.columns],
        opened=[column for column in opened if column.key in written],
        on=on,
        found_on={},
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


def forget_old(session: WritingSession, board_id: int, *, before: datetime) -> int:
    """A board's lists that have not come back in their time. Returns how many."""
    old = delete(DownloadedList).where(DownloadedList.board_id == board_id, DownloadedList.at < before)
    return len(session.execute(old.returning(DownloadedList.id), execution_options=BESIDE).all())
