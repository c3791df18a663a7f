"""Those who book rooms: what each is to the board, said once and known again in every list that follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting.associations.models.associations import Association
from vetting.associations.models.booker_kinds import BookerKindRecord, recorded_booker_kinds
from vetting.bookings.domain.bookers import KIND, suggested_kind, wrong_kind
from vetting.casework import change_state, find_association, raise_version, resting_on, screen_case
from vetting.casework.domain.cases import AT_WORK_STATE, OPEN, CaseState
from vetting.casework.models.cases import Case, Occurrence, seen_by
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.engine.screening import BookerKind
    from vetting.kernel.store.session import Session, WritingSession

_AHEAD: Final = tuple(sorted({*(state.value for state in OPEN), CaseState.CONFIRMED.value}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Booker:
    """One with bookings ahead."""

    association: Association
    bookings: int
    """How many of its bookings lie ahead."""
    said: BookerKindRecord | None = None

    @property
    def kind(self) -> BookerKind | None:
        """What it is, as somebody has said; None where nobody has."""
        return self.said.kind if self.said is not None else None

    @property
    def proposed(self) -> BookerKind | None:
        """What is chosen in the form to begin with: what was said, or what the number tells."""
        return self.kind or suggested_kind(self.association.number or "")


def bookers_ahead(session: Session) -> list[Booker]:
    """Those with bookings from now on, those nobody has said anything of first, then by name; private persons none."""
    ahead = (
        select(Case.association_id, func.count(Case.id.distinct()))
        .join(Occurrence, Occurrence.case_id == Case.id)
        .where(
            Occurrence.starts_at >= session.now,
            Case.kind == CaseKind.BOOKING,
            Case.state.in_(_AHEAD),
            Case.association_id.is_not(None),
            seen_by(session.person, by_key=True),
        )
        .group_by(Case.association_id)
    )
    counted = {key: number for key, number in session.execute(ahead) if key is not None}
    said = recorded_booker_kinds(session, session.person.board_id, counted)
    rows = session.scalars(select(Association).where(Association.id.in_(counted)))
    found = [Booker(association=row, bookings=counted[row.id], said=said.get(row.id)) for row in rows]
    return sorted(found, key=lambda one: (one.said is not None, one.association.name.casefold(), one.association.id))


def say_kinds(session: WritingSession, said: Mapping[int, BookerKind]) -> int:
    """What some of those who book are; their open bookings are judged anew by it. Returns of how many it is new.

    Raises:
        Refused: one of them books nothing that this person may see, or its number is of another kind.
    """
    known = {one.association.id: one for one in bookers_ahead(session)}
    problems = []
    for key, kind in said.items():
        if key not in known:
            raise Refused(Obstacle.STALE, _gone_problem())
        one = known[key].association
        wrong = wrong_kind(kind, one.number or "", one.name)
        if wrong is not None:
            problems.append(Problem(f"{KIND}{key}", *wrong))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    new = {key: kind for key, kind in said.items() if known[key].kind is not kind}
    for key, kind in new.items():
        _say(session, find_association(session, key), known[key], kind)
        for case in resting_on(session, session.person.board_id, key):
            if case.kind is CaseKind.BOOKING and case.state in OPEN:
                _judge_anew(session, case)
    return len(new)


def _gone_problem() -> Problem:
    return Problem(
        "kind", _("En av bokarna har inte längre några kommande bokningar."), _("Ladda om sidan och ange slaget igen.")
    )


def _say(session: WritingSession, association: Association, booker: Booker, kind: BookerKind) -> None:
    row = booker.said
    before = row.kind.value if row is not None else ""
    if row is None:
        row = BookerKindRecord(board_id=session.person.board_id, association_id=association.id)
        session.add(row)
    row.kind, row.at, row.by_user_id = kind, session.now, session.person.id
    session.flush()
    session.note(
        "booker_kind_said",
        row,
        board_id=session.person.board_id,
        detail={"name": association.name, "kind": kind.value, "before": before},
    )


def _judge_anew(session: WritingSession, case: Case) -> None:
    """A booking that was ready goes back to be gone through: what it was found ready by is not what is known now."""
    if case.state is CaseState.READY:
        change_state(case, AT_WORK_STATE[CaseKind.BOOKING])
    screen_case(session, case)
    raise_version(case)


def kinds_of(session: Session, board_id: int, cases: Sequence[Case]) -> dict[int, BookerKind]:
    """Case -> what whoever books is, of those that somebody has said it of."""
    said = recorded_booker_kinds(
        session, board_id, {case.association_id for case in cases if case.association_id is not None}
    )
    return {
        case.id: said[case.association_id].kind
        for case in cases
        if case.association_id is not None and case.association_id in said
    }
