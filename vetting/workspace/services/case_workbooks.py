"""A list of cases as a workbook: its open columns can be changed and sent back under Import."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from vetting.associations.models.associations import Association
from vetting.casework.domain.cases import STATE_WORDS
from vetting.casework.models.facts import values_of_many
from vetting.engine.facts import FactType
from vetting.engine.proposal import PROPOSAL_WORDS, Proposal
from vetting.formats.workbook_writing import register_workbook
from vetting.grants.models.rounds import Round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import format_number
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.register_tables import RegisterColumn, RegisterColumnKind, RegisterTable
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _, number_in_words, same_in_both
from vetting.lists import open_columns, plain_value
from vetting.lists.domain.downloaded_lists import (
    DNR,
    LIST_SIGN,
    NO,
    YES,
    OpenColumn,
    cell_value,
)
from vetting.lists.models.downloaded_lists import (
    DownloadedList,
    last_entered_facts,
)
from vetting.people import require_permission
from vetting.rules.domain.layouts import ASSOCIATION, CASE_NUMBER, folded_heading
from vetting.workspace.services import queues

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vetting.casework import ProposalStatus
    from vetting.casework.models.cases import Case
    from vetting.engine.facts import FactDefinition
    from vetting.kernel.register_tables import Cell
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.text import Language

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


def download_cases(
    session: WritingSession, filters: queues.QueueFilters, kind: CaseKind, *, language: Language
) -> bytes:
    """The cases of a list as xlsx; a record of it is kept until it comes back.

    Raises:
        Refused: it is not this person's to change, or there are too many cases for one list.
    """
    require_permission(session.person, Action.HANDLE)
    on, facts_until = session.today, last_entered_facts(session)
    cases, standing = queues.all_of(session, filters, on=on, most=MOST_CASES + 1)
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
    opened = open_columns(session, session.person.board_id, kind, on=on)
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
        board_id=session.person.board_id,
        kind=kind,
        sign=sign,
        at=session.now,
        by_user_id=session.user_id,
        facts_until=facts_until,
        columns=[[key, heading, column.open] for key, heading, column in zip(keys, headings, columns, strict=True)],
    )
    session.add(listed)
    session.note("list_downloaded", None, detail={"cases": len(cases), "sign": sign})
    about = (
        (LIST_SIGN, sign),
        (_("Nämnd"), session.person.board),
        (_("Ärenden"), str(len(cases))),
        (_("Hämtat"), session.now.strftime("%Y-%m-%d %H:%M")),
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
    standing: Mapping[int, ProposalStatus],
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


def values_now(session: Session, cases: Sequence[Case]) -> dict[int, dict[str, Any]]:
    """Case id -> key of a column -> what stands there, as plain data."""
    facts = values_of_many(session, cases)
    found: dict[int, dict[str, Any]] = {}
    for case in cases:
        found[case.id] = {name: plain_value(row) for name, row in facts[case.id].items()}
        found[case.id][DNR] = case.dnr or None
    return found
