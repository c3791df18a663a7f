"""What a system sends: an application, a booking, a paper; taken in once by its key, and its state told."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from vetting.api.domain.answer_schemas import read_answers
from vetting.api.domain.public_states import public_state
from vetting.api.domain.rights import SystemRight
from vetting.bookings import BookingSeries, book_room, has_own_bookings
from vetting.bookings.domain.room_bookings import RoomTime
from vetting.casework import NewCase, NewDocument, add_document, receive_case
from vetting.casework.domain.legal_force import RESCISSION
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision, is_sent, quashed_decisions
from vetting.casework.models.documents import DocumentText, of_case
from vetting.casework.models.intake import RequestedTime
from vetting.engine.facts import FactType
from vetting.engine.form_facts import ALWAYS, asked_of_applicant, form_sections
from vetting.grants.models.rounds import rounds, schemes_of_rounds
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import Words, _, same_in_both
from vetting.people.models.letting_kinds import letting_kind_of_room
from vetting.people.models.people import Board, Room
from vetting.people.models.systems import SystemRequest, has_sent, request_by_key
from vetting.rules import catalogue_of_version, own_ruleset, rulebook_of, rules_in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from vetting.api.services.systems import KnownSystem
    from vetting.engine.facts import FactDefinition
    from vetting.grants.models.rounds import Round
    from vetting.grants.models.schemes import GrantScheme
    from vetting.kernel.store.session import Session, WritingSession

CHANNEL: Final = "api"
BOOKING_FORM: Final = "booking"
LONGEST_KEY: Final = 200
MOST_TIMES: Final = 100
MOST_PAPERS: Final = 200
NO_SCHEME: Final[tuple[None]] = (None,)


class OpenForm(NamedTuple):
    """A form that applications can be sent by: a round, and which of its grant schemes."""

    into: Round
    scheme: GrantScheme | None

    @property
    def id(self) -> str:
        return str(self.into.id) if self.scheme is None else f"{self.into.id}.{self.scheme.id}"

    @property
    def title(self) -> Words:
        if self.scheme is None or self.scheme.name == self.into.name:
            return same_in_both(self.into.name)
        return same_in_both(f"{self.into.name}: {self.scheme.name}")


def open_forms(session: Session, on: date) -> list[OpenForm]:
    """The forms of the rounds that are open that day."""
    of_rounds = schemes_of_rounds(session, session.person.board_id)
    return [
        OpenForm(into, scheme)
        for into in rounds(session)
        if into.closed_at is None and into.opens_on <= on <= into.closes_on
        for scheme in (of_rounds.get(into.id) or NO_SCHEME)
    ]


def form_of(session: Session, name: str, on: date) -> OpenForm:
    """One of the open forms.

    Raises:
        Refused: there is none of that name in the board, or its round is not open.
    """
    found = next((form for form in open_forms(session, on) if form.id == name), None)
    if found is None:
        what = _("Det finns inget öppet formulär {name}.", name=mask_personal_numbers(name)[:40])
        raise Refused(Obstacle.MISSING, Problem("/form", what, _("Hämta listan över formulär.")))
    return found


def questions_of(session: Session, kind: CaseKind, *, on: date, own: str = "") -> list[FactDefinition]:
    """What is asked, who it is first. own: the rules of a grant scheme or kind of letting that has its own."""
    ruleset = rules_in_force(session, session.person.board_id, kind, on=on, own=own)
    sections = form_sections(ruleset, kind) if ruleset is not None else ()
    catalogue = rulebook_of(session).folder.book.catalogue
    asked = [*(catalogue[name] for name in ALWAYS), *(fact for section in sections for fact in section.facts)]
    return [asked_of_applicant(fact, kind) for fact in asked if fact.type is not FactType.LIST_OF_DOCUMENTS]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTime:
    """A time that a room is wanted; in Swedish time where it says nothing else."""

    room: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentKey:
    """The key that the sender chose, and the digest of where it was sent and what."""

    key: str
    digest: str


def sent_key(key: str, *parts: bytes) -> SentKey:
    """The key of what is sent.

    Raises:
        Refused: none is said, or it is longer than keys are.
    """
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        what = _("Idempotency-Key saknas, eller är längre än {most} tecken.", most=LONGEST_KEY)
        remedy = _("Skicka en nyckel som är ny för varje sak, och densamma när samma sak skickas igen.")
        raise Refused(Obstacle.INVALID, Problem("Idempotency-Key", what, remedy))
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return SentKey(key=key, digest=digest.hexdigest())


def once(
    session: WritingSession, system: KnownSystem, sent: SentKey, act: Callable[[], tuple[Case, dict[str, Any]]]
) -> tuple[dict[str, Any], bool]:
    """Does what is sent by a key, once. The answer, and whether it had been done before.

    Raises:
        Refused: another thing was sent by the same key, or what the act refuses; then the key is still free.
    """
    before = request_by_key(session, system.id, sent.key)
    if before is not None:
        if before.digest != sent.digest:
            what = _("Något annat har skickats med samma Idempotency-Key.")
            raise Refused(
                Obstacle.STALE, Problem("Idempotency-Key", what, _("Använd en ny Idempotency-Key för varje sak."))
            )
        return before.answer, True
    case, answer = act()
    session.add(
        SystemRequest(
            board_id=system.board_id,
            system_id=system.id,
            key=sent.key,
            digest=sent.digest,
            answer=answer,
            case_id=case.id,
            at=session.now,
        )
    )
    session.flush()
    return answer, False


@contextmanager
def _told_by_pointers(asked: Sequence[FactDefinition], fields: Mapping[str, str]) -> Iterator[None]:
    """What the services refuse is told by its place in what was sent. fields: what they call a place -> its pointer."""
    try:
        yield
    except Refused as refused:
        known = {**{fact.id: f"/answers/{fact.id}" for fact in asked}, **fields}
        told = (replace(problem, where=known.get(problem.where, "")) for problem in refused.problems)
        raise Refused(refused.obstacle, *told) from refused


def receive_application(
    session: WritingSession, name: str, answers: Mapping[str, Any], *, doubled_because: str
) -> tuple[Case, dict[str, Any]]:
    """Takes in an application by the form of a round. doubled_because: why there are two of one association, if so.

    Raises:
        Refused: there is no such open form, an answer is none, or what receiving a case refuses.
    """
    on = day_here(session.now)
    form = form_of(session, name, on)
    own = own_ruleset(session, form.scheme, on=on)
    asked = questions_of(session, CaseKind.GRANT, on=on, own=own)
    read = read_answers(asked, answers, at="/answers", on=on)
    if read.problems:
        raise Refused(Obstacle.INVALID, *read.problems)
    new = NewCase(
        kind=CaseKind.GRANT,
        facts=read.facts(),
        received_on=on,
        channel=CHANNEL,
        round_id=form.into.id,
        scheme_id=form.scheme.id if form.scheme is not None else None,
        asked_by=own,
        doubled_because=doubled_because,
    )
    with _told_by_pointers(asked, {"doubled_because": "/doubled_because"}):
        case = receive_case(session, new)
    return case, state_of(session, case)


def rooms_of(session: Session) -> dict[str, Room]:
    """The rooms that the board lets, by their names; none where it lets what anybody calls a room."""
    wanted = select(Room).where(Room.board_id == session.person.board_id).order_by(Room.name)
    return {room.name: room for room in session.scalars(wanted)}


def rules_of_room(session: Session, room: str, on: date) -> str:
    """The own rules of what a room is let as; empty where the shared ones hold."""
    return own_ruleset(session, letting_kind_of_room(session, session.person.board_id, room), on=on)


def receive_booking(
    session: WritingSession, times: Sequence[SentTime], answers: Mapping[str, Any], *, doubled_because: str = ""
) -> tuple[Case, dict[str, Any]]:
    """Takes in a booking of one room, at one time or several. doubled_because: why there are two of one, if so.

    Raises:
        Refused: the room is not there, the times cannot be or have been, an answer is none, or what receiving a case
            refuses.
    """
    on = day_here(session.now)
    room = _room(session, times)
    name = room.name if room is not None else mask_personal_numbers(times[0].room)
    own = rules_of_room(session, name, on)
    asked = questions_of(session, CaseKind.BOOKING, on=on, own=own)
    read = read_answers(asked, answers, at="/answers", on=on)
    if read.problems:
        raise Refused(Obstacle.INVALID, *read.problems)
    uses = tuple(RequestedTime(room_name=name, starts_at=time.starts_at, ends_at=time.ends_at) for time in times)
    new = NewCase(
        kind=CaseKind.BOOKING,
        facts=read.facts(),
        received_on=on,
        channel=CHANNEL,
        asked_by=own,
        uses=uses,
        doubled_because=doubled_because,
    )
    holds = room is not None and has_own_bookings(session.get_one(Board, session.person.board_id))
    wanted = [RoomTime(time.starts_at, time.ends_at) for time in times if time.ends_at is not None]
    _check_times(times, wanted, all_end=holds, on=on)
    with _told_by_pointers(asked, {"room_id": "/times", "doubled_because": "/doubled_because"}):
        if holds and room is not None:
            case = book_room(session, new, BookingSeries(room_id=room.id, uses=wanted))
        else:
            case = receive_case(session, new)
    return case, state_of(session, case)


def _check_times(times: Sequence[SentTime], wanted: Sequence[RoomTime], *, all_end: bool, on: date) -> None:
    """Refuses times that have been, that have no end where the room is held until it, and that lie over each other."""
    for place, time in enumerate(times):
        if day_here(time.starts_at) < on:
            what = _("Tiden har redan varit.")
            raise Refused(Obstacle.INVALID, Problem(f"/times/{place}/starts_at", what, _("Skicka en tid framåt.")))
        if time.ends_at is None and all_end:
            what = _("Tiden saknar slut.")
            raise Refused(Obstacle.INVALID, Problem(f"/times/{place}/ends_at", what, _("Säg när bokningen slutar.")))
    ordered = sorted(wanted, key=lambda use: use.starts)
    if any(later.starts < earlier.ends for earlier, later in pairwise(ordered)):
        what = _("Två av tiderna ligger över varandra.")
        raise Refused(Obstacle.INVALID, Problem("/times", what, _("Skicka varje tid en gång.")))


def _room(session: Session, times: Sequence[SentTime]) -> Room | None:
    """The board's room that is wanted; None where the board has no rooms of its own.

    Raises:
        Refused: several rooms are, or one that the board does not have.
    """
    names = {time.room.strip() for time in times}
    if len(names) != 1:
        what = _("En bokning gäller en lokal.")
        raise Refused(Obstacle.INVALID, Problem("/times", what, _("Skicka en bokning för varje lokal.")))
    rooms = rooms_of(session)
    found = rooms.get(next(iter(names)))
    if found is None and rooms:
        what = _("Nämnden har ingen lokal som heter så.")
        remedy = _("Välj bland: {names}.", names=", ".join(sorted(rooms))[:400])
        raise Refused(Obstacle.INVALID, Problem("/times/0/room", what, remedy))
    return found


def sent_case(session: Session, system: KnownSystem, number: str) -> Case:
    """A case that came from this very system.

    Raises:
        Refused: there is none of that number.
    """
    case = session.scalar(select(Case).where(Case.board_id == system.board_id, Case.number == number))
    if case is None or not has_sent(session, system.id, case.id):
        raise Refused(Obstacle.MISSING)
    return case


def right_for(case: Case) -> SystemRight:
    """By which right a system knows of a case that it sent."""
    return SystemRight.BOOK if case.kind is CaseKind.BOOKING else SystemRight.APPLY


def state_of(session: Session, case: Case) -> dict[str, Any]:
    """Where a case stands, as its sender is told: the outcome once the decision has been sent, and never before."""
    kind = case.kind.value
    told = session.scalars(
        select(Decision)
        .where(Decision.case_id == case.id, Decision.kind.in_([kind, RESCISSION]), is_sent())
        .where(Decision.id.not_in(quashed_decisions()))
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()
    found: dict[str, Any] = {
        "number": case.number,
        "kind": kind,
        "received_on": case.received_on.isoformat(),
        "state": public_state(case.state, told.kind if told is not None else None),
    }
    if told is not None and told.kind == kind:
        found["outcome"] = told.outcome.value
        found["decided_on"] = told.decided_on.isoformat()
    return found


def add_paper(session: WritingSession, case: Case, paper: NewDocument) -> tuple[Case, dict[str, Any]]:
    """Keeps a paper that belongs to a case that was sent.

    Raises:
        Refused: the rules ask for no such paper, or what keeping a document refuses.
    """
    catalogue = catalogue_of_version(session, case.rule_version_id)
    asked = catalogue.get(paper.type)
    if paper.type and (asked is None or asked.type is not FactType.DOCUMENT):
        what = _("Reglerna frågar inte efter handlingen ”{name}”.", name=paper.type[:60])
        known = sorted(name for name, fact in catalogue.items() if fact.type is FactType.DOCUMENT)
        raise Refused(Obstacle.INVALID, Problem("type", what, _("Välj bland: {names}.", names=", ".join(known)[:400])))
    if len(of_case(session, case.id)) >= MOST_PAPERS:
        what = _("Ärendet har redan {most} handlingar.", most=MOST_PAPERS)
        raise Refused(Obstacle.CLOSED, Problem("file", what, _("Fråga nämnden hur resten kan lämnas.")))
    document = add_document(session, case.number, paper)
    return case, {"id": document.id, "name": document.name, "type": document.type, "sha256": document.sha256}


def papers_of(session: Session, system: KnownSystem, case: Case) -> list[dict[str, Any]]:
    """The papers of a case that a system has sent, and whether their text has been read by machine."""
    papers = [paper for paper in of_case(session, case.id) if paper.by_user_id == system.user_id]
    keys = [one.id for one in papers]
    texts = {row.id: row.state for row in session.scalars(select(DocumentText).where(DocumentText.id.in_(keys)))}
    return [
        {
            "id": one.id,
            "name": one.name,
            "type": one.type,
            "sha256": one.sha256,
            "size": one.size,
            "reading": texts.get(one.id, "waiting"),
        }
        for one in papers
    ]
