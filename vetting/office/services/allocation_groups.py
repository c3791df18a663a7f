"""How a round's applications fall into groups: by grant scheme, and by area and ages where those are known."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from vetting.cases.models.cases import Case
from vetting.cases.models.facts import values_of_many
from vetting.follow_up.models.reports import GrantReport
from vetting.kernel.text import Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sqlalchemy.orm import Session

    from vetting.office.services.allocation_tables import AllocationTable

YOUNG, GROWN, OLD = 25, 26, 65
MOST_AREAS: Final = 20
UNKNOWN: Final = _("okänt")
CHILDREN, ADULTS, ELDERLY, MIXED = (
    _("barn och unga, till 25 år"),
    _("vuxna, 26–64 år"),
    _("äldre, från 65 år"),
    _("flera åldrar"),
)


class AllocationGrouping(StrEnum):
    """What the rows can be grouped by."""

    SCHEME = "bidragsform"
    AREA = "omrade"
    AGE = "alder"
    SEX = "kon"


GROUPING_WORDS: Final[Mapping[AllocationGrouping, Words]] = {
    AllocationGrouping.SCHEME: _("Bidragsform"),
    AllocationGrouping.AREA: _("Område"),
    AllocationGrouping.AGE: _("Deltagarnas ålder"),
    AllocationGrouping.SEX: _("Deltagarnas kön, enligt senaste redovisningen"),
}


class GroupedRows(NamedTuple):
    """Case -> its group; what is not said of a case is a group of its own."""

    by: AllocationGrouping
    of: Mapping[int, Words]

    @property
    def tells(self) -> bool:
        """Whether more is known than one thing of all."""
        return len({words.sv for words in self.of.values()}) > 1


def grouped_rows(session: Session, table: AllocationTable, wanted: Sequence[AllocationGrouping]) -> list[GroupedRows]:
    """The rows of a sheet in groups, each way that is wanted."""
    cases = [line.case for line in table.rows]
    facts = {AllocationGrouping.AREA, AllocationGrouping.AGE} & set(wanted)
    said = values_of_many(session, cases) if facts else {}
    plain = {key: {name: row.value for name, row in values.items()} for key, values in said.items()}
    found = []
    for by in wanted:
        match by:
            case AllocationGrouping.SCHEME:
                names = {part.offered.scheme.id: part.offered.scheme.name for part in table.parts if part.offered}
                schemes = {line.row.case_id: names.get(line.row.scheme_id or 0) for line in table.rows}
                of = {key: same_in_both(name) if name else UNKNOWN for key, name in schemes.items()}
            case AllocationGrouping.AREA:
                of = _by_area(plain)
            case AllocationGrouping.AGE:
                of = {key: age_group(values.get(YOUNGEST), values.get(OLDEST)) for key, values in plain.items()}
            case AllocationGrouping.SEX:
                of = _by_sex(session, table)
        found.append(GroupedRows(by, of))
    return found


YOUNGEST, OLDEST, DISTRICT = "participants_youngest", "participants_oldest", "district"


def age_group(youngest: object, oldest: object) -> Words:
    """The group of those who take part, from the youngest's and the oldest's age."""
    if not isinstance(youngest, int) or not isinstance(oldest, int):
        return UNKNOWN
    if oldest <= YOUNG:
        return CHILDREN
    if youngest >= OLD:
        return ELDERLY
    return ADULTS if youngest >= GROWN and oldest < OLD else MIXED


MOSTLY: Final = 0.6
WOMEN, MEN, BOTH = _("mest flickor och kvinnor"), _("mest pojkar och män"), _("båda könen")


def sex_group(women: int | None, men: int | None) -> Words:
    """The group of those who took part, by a report: mostly one sex from six in ten."""
    if women is None or men is None or not women + men:
        return UNKNOWN
    share = women / (women + men)
    if share >= MOSTLY:
        return WOMEN
    return MEN if share <= 1 - MOSTLY else BOTH


def _by_sex(session: Session, table: AllocationTable) -> dict[int, Words]:
    """By the last report that each association has handed in on an earlier grant; not said by most boards' forms."""
    owners = {line.row.case_id: line.case.association_id for line in table.rows}
    keys = {key for key in owners.values() if key is not None}
    boards = {line.case.board_id for line in table.rows}
    wanted = (
        select(Case.association_id, GrantReport.women, GrantReport.men)
        .join(Case, Case.id == GrantReport.case_id)
        .where(
            Case.board_id.in_(boards),
            Case.association_id.in_(keys),
            GrantReport.received_on.is_not(None),
            Case.id.not_in(list(owners)),
        )
        .order_by(GrantReport.received_on, GrantReport.id)
    )
    last = {key: sex_group(women, men) for key, women, men in session.execute(wanted)} if keys else {}
    return {case: last.get(owner, UNKNOWN) if owner is not None else UNKNOWN for case, owner in owners.items()}


def _by_area(said: Mapping[int, Mapping[str, Any]]) -> dict[int, Words]:
    """By the name that each has written, however its letters and spaces; the first spelling is shown."""
    names: dict[str, str] = {}
    of: dict[int, str] = {}
    for key, values in said.items():
        name = " ".join(str(values.get(DISTRICT) or "").split())
        folded = name.casefold()
        of[key] = folded
        if folded and len(names) < MOST_AREAS:
            names.setdefault(folded, name)
    return {
        key: same_in_both(names[folded]) if folded in names else OTHERS if folded else UNKNOWN
        for key, folded in of.items()
    }


OTHERS: Final = _("övriga områden")


class GroupSums(NamedTuple):
    """A group: how many applications, and what the sheet and each scenario give them together, in öre."""

    name: Words
    rows: int
    sums: tuple[int, ...]


def sums_of_groups(grouped: GroupedRows, given: Sequence[Mapping[int, int]]) -> list[GroupSums]:
    """The groups by name, what is not known last. given: of the sheet, then of each scenario, case -> öre."""
    keys: dict[str, list[int]] = {}
    words = {}
    for key, name in grouped.of.items():
        keys.setdefault(name.sv, []).append(key)
        words[name.sv] = name
    order = sorted(keys, key=lambda name: (words[name] in {OTHERS, UNKNOWN}, words[name] == UNKNOWN, name.casefold()))
    return [
        GroupSums(words[name], len(keys[name]), tuple(sum(one.get(key, 0) for key in keys[name]) for one in given))
        for name in order
    ]
