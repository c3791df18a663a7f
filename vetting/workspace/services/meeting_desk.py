"""The meeting desk: the agenda item by item, who takes part in each, and what the group sees of a case."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting import casework
from vetting.casework import has_answered_on_conflict, is_initial_review_question, is_left
from vetting.casework.models import meetings as store
from vetting.casework.models.cases import in_conflict
from vetting.engine.results import CriterionResult, ResultAuthor
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _, same_in_both
from vetting.people import require_permission
from vetting.people.models.people import names_of
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.casework import EarlierAnswer
    from vetting.casework.models.cases import Case
    from vetting.casework.models.meetings import Meeting, Review
    from vetting.engine.evidence import CriterionAnswer
    from vetting.engine.results import Finding
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.workspace.services.case_files import CaseFile


class AgendaPart(StrEnum):
    """What an item of the agenda is."""

    OPENING = "opening"
    CONSENT = "consent"
    CASE = "case"
    CLOSING = "closing"


PART_WORDS: Final[Mapping[AgendaPart, Words]] = {
    AgendaPart.OPENING: _("Öppning och jäv"),
    AgendaPart.CONSENT: _("Ärenden utan frågor"),
    AgendaPart.CLOSING: _("Anteckningar och avslut"),
}
_DOES_NOT_TAKE_PART: Final = _("Du deltar inte")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """One item of a meeting's agenda, numbered as everybody's is."""

    place: int
    part: AgendaPart
    done: bool
    review: Review | None = None
    case: Case | None = None
    """None where the item is no case, or this person does not take part in it."""

    @property
    def title(self) -> Words:
        if self.case is not None:
            return same_in_both(self.case.name)
        return _DOES_NOT_TAKE_PART if self.part is AgendaPart.CASE else PART_WORDS[self.part]

    @property
    def is_closed_to_reader(self) -> bool:
        """A case in which this person is in conflict of interest."""
        return self.part is AgendaPart.CASE and self.case is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participants:
    """Who takes part in one item, by name."""

    taking_part: Sequence[str]
    """Until it is noted who is there: those who have answered, and are in no conflict of interest."""
    aside: Sequence[str]
    """In conflict of interest in it, or in one of the cases that are treated together."""
    unanswered: Sequence[str]
    """Without an answer on conflict of interest: of those who are there, once that is noted."""
    absent: Sequence[str]
    is_noted: bool
    """Whether it is noted who is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCase:
    """What the group sees of the case that it treats."""

    file: CaseFile
    points: Sequence[Finding]
    """What is asked about, or speaks against it; what a person has answered first."""
    quiet: int
    """How many points of it are met, or have been answered without anything found."""
    unanswered: int
    """How many value criteria nobody has answered."""
    speaks_for: Sequence[str]
    """What speaks for the association, of what the answers rest on."""
    likeness: Mapping[CriterionAnswer, int]
    """How the first point was answered lately in the board."""


def agenda_items(meeting: Meeting, listed: Sequence[Review], agenda: Sequence[tuple[Review, Case]]) -> list[AgendaItem]:
    """The agenda: opening, the cases without questions together, each other case, the notes.

    listed: everything on the list. agenda: what of it is open to the reader.
    """
    open_to = {review.id: case for review, case in agenda}
    together = [review for review in listed if review.consent]
    apart = [review for review in listed if not review.consent]
    begun = meeting.state != "planned" or any(review.outcome for review in listed)
    found = [AgendaItem(place=1, part=AgendaPart.OPENING, done=begun)]
    if together:
        done = all(review.outcome for review in together)
        found.append(AgendaItem(place=2, part=AgendaPart.CONSENT, done=done))
    for review in apart:
        place, case = len(found) + 1, open_to.get(review.id)
        found.append(AgendaItem(place=place, part=AgendaPart.CASE, done=bool(review.outcome), review=review, case=case))
    found.append(AgendaItem(place=len(found) + 1, part=AgendaPart.CLOSING, done=meeting.state != "planned"))
    return found


def first_open_place(items: Sequence[AgendaItem], *, leads: bool) -> int:
    """The item that is next; whoever does not lead the meeting begins with the cases."""
    skipped = set() if leads else {AgendaPart.OPENING}
    wanted = [item.place for item in items if not item.done and item.part not in skipped]
    return wanted[0] if wanted else items[-1].place


def place_of(items: Sequence[AgendaItem], review_id: int) -> int:
    """Where a case stands on the agenda; those without questions stand together."""
    own = [item.place for item in items if item.review is not None and item.review.id == review_id]
    together = [item.place for item in items if item.part is AgendaPart.CONSENT]
    return next(iter([*own, *together]), 1)


def participants(session: Session, meeting: Meeting, item: AgendaItem, together: Sequence[Case] = ()) -> Participants:
    """Who takes part in an item; in one that is no case, whoever is there. together: the cases of one with several."""
    rows = {row.user_id: row for row in store.attendances(session, meeting.id)}
    there = {key for key, row in rows.items() if row.present}
    everybody = casework.members(session, meeting.board_id)
    names = {**everybody, **names_of(session, there)}
    case = item.case
    cases = together if case is None else (case,)
    aside = {key for key in names for one in cases if in_conflict(session, key, one.id)}
    asked = (there or set(names)) - aside
    unanswered = {
        key
        for key in asked
        if key not in rows
        or rows[key].declared_at is None
        or any(not has_answered_on_conflict(session, one, key) for one in cases)
    }
    guests = [
        guest.name
        for guest in store.guests(session, meeting.id)
        if guest.review_id is None or (item.review is not None and guest.review_id == item.review.id)
    ]
    seats = {seat.id: seat.name for seat in store.seats(session, meeting.board_id)}
    without_account = (
        session.scalars(
            select(store.Conflict.seat_id).where(
                store.Conflict.case_id == case.id,
                store.Conflict.seat_id.is_not(None),
                store.Conflict.withdrawn_at.is_(None),
            )
        ).all()
        if case is not None
        else ()
    )
    gone = [seats[key] for key in without_account if key in seats]
    return Participants(
        taking_part=[names[key] for key in names if key in asked - unanswered]
        + [name for name in guests if name not in gone],
        aside=[names[key] for key in names if key in aside] + gone,
        unanswered=[names[key] for key in names if key in unanswered],
        absent=[names[key] for key in everybody if there and key not in there and key not in aside],
        is_noted=bool(there),
    )


def desk_case(session: Session, case: Case, *, on: date) -> DeskCase:
    """What the group sees of a case: what is asked about with rule and evidence, and how the like was answered."""
    file = case_file(session, case.number, on=on)
    findings = file.screening.findings if file.screening else ()
    points = [item for item in findings if is_left(item)]
    points.sort(key=lambda item: item.author is ResultAuthor.COMPUTED)
    counted = casework.count_answers(session, case.board_id, file.screening) if file.screening else {}
    first = points[0].criterion.id if points else ""
    rows = [row for item in points for row in file.evidence.get(item.criterion.id, ())]
    return DeskCase(
        file=file,
        points=points,
        quiet=sum(item.result in {CriterionResult.MET, CriterionResult.NOTHING_FOUND} for item in findings),
        unanswered=sum(is_initial_review_question(item) for item in findings),
        speaks_for=list(dict.fromkeys(row.speaks_for for row in rows if row.speaks_for)),
        likeness=_of_others(counted.get(first, {}), points[0] if points else None),
    )


def _of_others(counted: Mapping[CriterionAnswer, int], point: Finding | None) -> Mapping[CriterionAnswer, int]:
    """The same without the answer of the case itself."""
    answer = point.answer if point is not None else None
    if answer is None or answer.earlier:
        return counted
    left = {given: many - (given is answer.answer) for given, many in counted.items()}
    return {given: many for given, many in left.items() if many > 0}


def name_like_cases(
    session: WritingSession, meeting: Meeting, review_id: int, criterion: str
) -> Sequence[EarlierAnswer]:
    """Which the like cases were, on demand: that they were named is kept.

    Raises:
        Refused: no such item on this person's agenda.
    """
    require_permission(session.person, Action.READ_MEETINGS)
    casework.has_declared(session, meeting)
    found = [case for review, case in casework.agenda(session, meeting) if review.id == review_id]
    if not found:
        raise Refused(Obstacle.MISSING)
    alike = casework.cases_of(session, criterion, found[0])
    if alike:
        session.note("like_cases_named", found[0], case_id=found[0].id, detail={"criterion": criterion})
    return alike
