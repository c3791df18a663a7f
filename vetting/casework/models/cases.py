"""Cases: applications and bookings, with what only each kind has; every query starts from what a person may see."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, aliased

from vetting.associations.models.associations import Association
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.domain.cases import (
    ASKED_BACK,
    MARKS_KEPT_ON_REOPENING,
    OPEN,
    CaseMarkKind,
    CaseState,
    InvalidationReason,
)
from vetting.casework.models.decisions import Decision
from vetting.casework.models.meetings import Conflict, Review
from vetting.grants.models.rounds import Round, id_of_scheme
from vetting.grants.models.schemes import GrantScheme
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Action, CaseReach, Role
from vetting.kernel.store.base import (
    Base,
    Plain,
    Texts,
    personal_column,
    public_column,
    register_enum_types,
    sealed_column,
)
from vetting.kernel.store.case_rows import case_rows, may_hold_rows
from vetting.kernel.store.import_batches import ImportBatch, is_batch_not_undone
from vetting.kernel.store.query_planner import avoid_index
from vetting.kernel.store.read_cache import cached_query, pin_rows, prime_query_cache
from vetting.people.models.letting_kinds import LettingKind, rulesets_of_letting_kinds
from vetting.people.models.people import Board
from vetting.rules.models import RulePublication, RuleVersion, judged_by, published_rulesets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session

AT_A_TIME = 500
LEFT_OUT = "skipped"
OVER = frozenset({CaseState.REFUSED, CaseState.CANCELLED, CaseState.RESCINDED})
"""A booking that no longer wants its room."""
SERIES = {CaseKind.GRANT: "BID", CaseKind.BOOKING: "BOK"}

register_enum_types(CaseKind, CaseMarkKind, CaseState)


class Case(Base):
    """One application or booking. `version` counts up at each change: of two people at once, one wins."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("board_id", "number"),
        Index(None, "board_id", "kind", "state", "due_on", "id"),
        Index(None, "board_id", "kind", "due_on", "id"),
        Index(None, "board_id", "kind", "received_on", "id"),
        Index(None, "board_id", "association_id", "id"),
        Index(None, "board_id", "round_id", "id"),
        Index(
            "ix_cases_tied",
            "tied_to_id",
            sqlite_where=text("tied_to_id IS NOT NULL"),
            postgresql_where=text("tied_to_id IS NOT NULL"),
        ),
        Index(
            "ix_cases_looked_at_again",
            "board_id",
            "id",
            sqlite_where=text("look_again_at IS NOT NULL"),
            postgresql_where=text("look_again_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    kind: Mapped[CaseKind] = public_column()
    number: Mapped[str] = public_column()
    association_id: Mapped[int | None] = public_column(ForeignKey("associations.id"))
    name: Mapped[str] = public_column()
    """The applicant as written, or 'Privatperson'."""
    round_id: Mapped[int | None] = public_column(ForeignKey("rounds.id"))
    scheme_id: Mapped[int | None] = public_column(ForeignKey("grant_schemes.id"))
    """The grant scheme that it is an application for."""
    letting_kind_id: Mapped[int | None] = public_column(ForeignKey("letting_kinds.id"))
    """What the room of a booking was let as when it came."""
    tied_to_id: Mapped[int | None] = public_column(ForeignKey("cases.id"))
    """The first of the cases that one application for several grant schemes became; its own id in the first."""
    unit_id: Mapped[int | None] = public_column(ForeignKey("units.id"))
    state: Mapped[CaseState] = public_column()
    officer_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    received_on: Mapped[date] = public_column()
    received_at: Mapped[datetime] = public_column()
    channel: Mapped[str] = public_column()
    dnr: Mapped[str] = public_column(default="")
    due_on: Mapped[date | None] = public_column()
    purpose: Mapped[str] = public_column(default="")
    amount_applied: Mapped[int | None] = public_column()
    rule_version_id: Mapped[int | None] = public_column(ForeignKey("rule_versions.id"))
    not_asked: Mapped[Texts] = public_column()
    """Facts that the source had no place for, and nobody has asked for since."""
    batch_id: Mapped[int | None] = public_column(ForeignKey("import_batches.id"))
    screening_id: Mapped[int | None] = public_column()
    proposal: Mapped[str] = public_column(default="")
    attention: Mapped[str] = public_column(default="")
    # Stored with the judgement: a list that counts such cases cannot judge each of them anew.
    clear: Mapped[bool] = public_column(default=False, server_default=false())
    """Nothing is missing, unclear, unopened or against it, beside what a look answers: as it was judged last."""
    reopened_at: Mapped[datetime | None] = public_column()
    """When a decided case was opened again: the next decision points to the last."""
    look_again_at: Mapped[datetime | None] = public_column()
    """Since when something it rested on has fallen, and nobody has looked at it again."""
    look_again_because: Mapped[str] = public_column(default="", server_default="")
    sleeps_until: Mapped[date | None] = public_column()
    """A day that somebody has said that it waits for: until then it asks nothing of anybody."""
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


class GrantApplication(Base):
    """What only an application has."""

    __tablename__ = "grant_applications"
    __table_args__ = (Index(None, "giro", "case_id"),)

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), unique=True)
    grant_type: Mapped[str] = public_column(default="")
    giro: Mapped[str] = sealed_column(default="")


class BookingRequest(Base):
    """What only a booking has."""

    __tablename__ = "booking_requests"
    __table_args__ = (Index(None, "reference", "case_id"),)

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), unique=True)
    reference: Mapped[str] = public_column(default="")
    """The booking system's own number."""
    title: Mapped[str] = public_column(default="")
    open_to_public: Mapped[bool | None] = public_column()
    rate: Mapped[str] = public_column(default="")
    digest: Mapped[str] = public_column(default="", server_default="")
    """Of what the booking system's list said of it last."""
    way: Mapped[str] = public_column(default="booking", server_default="booking")
    """A booking, a time in an open room, or a loan at no price: the same check."""


class Occurrence(Base):
    """One time a room is used; held, skipped, cancelled or rescinded on its own."""

    __tablename__ = "occurrences"
    __table_args__ = (
        Index(None, "room_id", "starts_at"),
        Index(None, "starts_at", "case_id"),
        Index(None, "slot_from"),
    )

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), index=True)
    room_id: Mapped[int | None] = public_column(ForeignKey("rooms.id"))
    room_name: Mapped[str] = public_column(default="")
    starts_at: Mapped[datetime | None] = public_column()
    ends_at: Mapped[datetime | None] = public_column()
    state: Mapped[str] = public_column(default="requested")
    reason: Mapped[str] = public_column(default="", server_default="")
    """Why one time of a series is left out."""
    slot_from: Mapped[int | None] = public_column()
    slot_to: Mapped[int | None] = public_column()
    """Room and time as one range of whole numbers, where rooms are booked here: two of them never overlap."""


class CaseMark(Base):
    """Something a person has done in a case: papers opened, a gap accepted. Taken back, not removed."""

    __tablename__ = "marks"
    __table_args__ = (Index(None, "case_id", "kind"),)

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    kind: Mapped[CaseMarkKind] = public_column()
    about: Mapped[str] = public_column(default="")
    text: Mapped[str] = public_column(default="")
    on: Mapped[date | None] = public_column()
    """Of what was done outside the program: the day, where that is another than it was noted."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None] = public_column()


class Note(Base):
    """A note: official ones belong to the file, working ones to their author until the case is closed."""

    __tablename__ = "notes"
    __table_args__ = (Index(None, "case_id", "id"), Index(None, "at"))

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    official: Mapped[bool] = public_column()
    text: Mapped[str] = sealed_column()
    corrects_id: Mapped[int | None] = public_column(ForeignKey("notes.id"), index=True)
    """The official note that it corrects: the text of that one is struck, and read by the registrar."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


class Communication(Base):
    """What was shown to the association before something adverse, until when it could answer, and what it said."""

    __tablename__ = "communications"

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), index=True)
    what: Mapped[str] = public_column()
    points: Mapped[Texts] = public_column()
    """The criteria it was about."""
    answers: Mapped[Plain] = public_column(server_default="{}")
    """Criterion -> id of the answer that was shown, for those a person had answered."""
    sent_on: Mapped[date] = public_column()
    sent_to: Mapped[str] = personal_column(default="")
    reply_by: Mapped[date] = public_column()
    replied_on: Mapped[date | None] = public_column()
    reply: Mapped[str] = public_column(default="")
    handled: Mapped[str] = public_column(default="")
    """How the reply was met."""
    met: Mapped[Plain] = public_column(default=dict, server_default="{}")
    """Criterion -> how what was said about it was met."""
    way: Mapped[str] = public_column(default="written", server_default="written")
    """written or oral"""
    why_oral: Mapped[str] = public_column(default="", server_default="")
    extensions: Mapped[list[Plain]] = public_column(JSON, default=list, server_default="[]")
    """The days before each extension, and why it was given."""
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


def is_reply_weighed(row: Communication) -> bool:
    """Whether the reply has been weighed in: each point that it was about, or the whole where it was about none."""
    return all(row.met.get(point) for point in row.points) if row.points else bool(row.handled.strip())


class Serial(Base):
    """The next number of a series in a board and year."""

    __tablename__ = "serials"
    __table_args__ = (UniqueConstraint("board_id", "series", "year"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    series: Mapped[str] = public_column()
    year: Mapped[int] = public_column()
    last: Mapped[int] = public_column()


def number_of(series: str, year: int, serial: int) -> str:
    """'BID-2026-0147': four digits at least."""
    return f"{series}-{year}-{serial:04}"


def next_number(session: Session, board_id: int, series: str, year: int) -> str:
    """'BID-2026-0147': the next of its series in the board; one writer at a time in a board keeps it without gaps."""
    row = session.scalar(
        select(Serial).where(Serial.board_id == board_id, Serial.series == series, Serial.year == year)
    )
    if row is None:
        row = Serial(board_id=board_id, series=series, year=year, last=0)
        session.add(row)
    row.last += 1
    return number_of(series, year, row.last)


def seen_by(by: Person, action: Action = Action.READ_CASES, *, by_key: bool = False) -> ColumnElement[bool]:
    """What of the cases a person may see with an action: own board, own sight, and nothing of what they have left.

    by_key: the cases are found by their keys; the database does not go through all of the board's.
    """
    coordinates = Role.VBE_COORDINATOR in by.roles  # who may be asked without the group
    return _condition_of_sight(by.id, by.board_id, by.sights(action), coordinates=coordinates, by_key=by_key)


@lru_cache(maxsize=1024)  # to build it takes longer than most questions that it stands in; it is never changed
def _condition_of_sight(
    user_id: int, board_id: int, sights: frozenset[CaseReach], *, coordinates: bool, by_key: bool
) -> ColumnElement[bool]:
    if not sights:
        return false()
    stepped_aside = select(Conflict.case_id).where(Conflict.user_id == user_id, Conflict.withdrawn_at.is_(None))
    others = or_(Case.association_id.is_(None), Case.association_id.not_in(recused_associations(user_id)))
    board = avoid_index(Case.board_id) if by_key else Case.board_id
    own_board = (board == board_id) & Case.id.not_in(stepped_aside) & others & is_batch_not_undone(Case.batch_id)
    if CaseReach.ALL in sights:
        return own_board
    parts: list[ColumnElement[bool]] = []
    if CaseReach.BOOKINGS in sights:
        parts.append(Case.kind == CaseKind.BOOKING)
    if CaseReach.REFERRED in sights:
        reviewed = select(Review.id).where(Review.case_id == Case.id).correlate(Case).exists()
        parts.append(reviewed | (Case.state == "referred") if coordinates else reviewed)
    if CaseReach.DECIDED in sights:
        parts.append(select(Decision.id).where(Decision.case_id == Case.id).correlate(Case).exists())
    return own_board & or_(*parts)


@lru_cache(maxsize=1024)
def recused_associations(user_id: int) -> Select[int | None]:
    """Associations that somebody has left to others: they stepped aside in a case on account of the association.

    What is known of an association follows it from case to case, so whoever has left one has left them all; whoever
    took part in an earlier decision has left that case only.
    """
    other = aliased(Case)
    return (
        select(other.association_id)
        .join(Conflict, Conflict.case_id == other.id)
        .where(
            Conflict.user_id == user_id,
            Conflict.withdrawn_at.is_(None),
            other.association_id.is_not(None),
            Conflict.ground != ConflictGround.TOOK_PART.value,
        )
    )


class Recusal(NamedTuple):
    """That somebody has stepped aside in a case; on account of its association, they have left that, too."""

    case_id: int
    association_id: int | None
    ground: ConflictGround

    def holds_for(self, case: Case) -> bool:
        """Whether they leave a case to others."""
        left = self.association_id is not None and self.ground is not ConflictGround.TOOK_PART
        return self.case_id == case.id or (left and self.association_id == case.association_id)


def conflicts_of(session: Session, users: Iterable[int]) -> dict[int, list[Recusal]]:
    """Person -> where they have stepped aside, of some persons; the same rule as `in_conflict`."""
    found: dict[int, list[Recusal]] = {}
    rows = session.execute(
        select(Conflict.user_id, Conflict.case_id, Case.association_id, Conflict.ground)
        .join(Case, Case.id == Conflict.case_id)
        .where(Conflict.user_id.in_(set(users)), Conflict.withdrawn_at.is_(None))
    )
    for user_id, case_id, association_id, ground in rows:
        found.setdefault(user_id or 0, []).append(Recusal(case_id, association_id, ground))
    return found


@cached_query(Conflict, Case.association_id)
def in_conflict(session: Session, user_id: int, case_id: int) -> bool:
    """Whether a person has stepped aside in a case, or left its association."""
    return session.scalar(_case_left_by(user_id), {"case": case_id}) is not None


@lru_cache(maxsize=1024)
def _case_left_by(user_id: int) -> Select[int]:
    stepped_aside = select(Conflict.case_id).where(Conflict.user_id == user_id, Conflict.withdrawn_at.is_(None))
    aside = or_(Case.id.in_(stepped_aside), Case.association_id.in_(recused_associations(user_id)))
    return select(Case.id).where(Case.id == bindparam("case"), aside)


def numbers_seen(session: Session, numbers: Sequence[str]) -> frozenset[str]:
    """Those among some cases that this person may open."""
    if not numbers:
        return frozenset()
    return frozenset(
        session.scalars(visible_cases(session.person).with_only_columns(Case.number).where(Case.number.in_(numbers)))
    )


def in_states(states: Iterable[CaseState]) -> ColumnElement[bool]:
    """A board's cases in some states, of any kind: named, since they are found by kind and state together."""
    return Case.kind.in_(sorted(CaseKind)) & Case.state.in_(sorted(states))


def past_due(on: date) -> ColumnElement[bool]:
    """Open cases whose day to be decided has been, and that do not rest until a later one."""
    rests = and_(Case.sleeps_until.is_not(None), Case.sleeps_until > on)
    return and_(in_states(OPEN), Case.due_on < on, ~rests)


def visible_cases(by: Person, action: Action = Action.READ_CASES) -> Select[Case]:
    """Every query of cases starts here."""
    return select(Case).where(seen_by(by, action))


def cases_by_state(session: Session, round_id: int) -> dict[CaseState, int]:
    """How many cases of a round, of those that this person may see, are in which state; in the order of the road."""
    counted = (
        select(Case.state, func.count()).where(Case.round_id == round_id, seen_by(session.person)).group_by(Case.state)
    )
    found = {CaseState(state): many for state, many in session.execute(counted)}
    return {state: found[state] for state in CaseState if state in found}


@cached_query(Conflict, Review, Decision, ImportBatch, Case.state, Case.kind, Case.association_id)
def find_case(session: Session, number: str, action: Action = Action.READ_CASES) -> Case | None:
    """A case by its number, if the person may see it; with it comes what it refers to, so that none is asked for."""
    row = session.execute(_with_what_it_refers_to(session.person, action), {"number": number}).first()
    if row is None:
        return None
    pin_rows(session, row)
    found: Case = row[0]
    prime_query_cache(
        session, in_conflict, {(session.person.id, found.id): False}
    )  # whoever has stepped aside sees none of it
    return found


@lru_cache(maxsize=1024)
def _with_what_it_refers_to(by: Person, action: Action) -> Select[Case, Board, Round, Any, Any, Any, Any]:
    return (
        visible_cases(by, action)
        .add_columns(Board, Round, GrantScheme, Association, RuleVersion, RulePublication)
        .join(Board, Board.id == Case.board_id)
        .outerjoin(Round, Round.id == Case.round_id)
        .outerjoin(GrantScheme, GrantScheme.id == Case.scheme_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .outerjoin(RuleVersion, RuleVersion.id == Case.rule_version_id)
        .outerjoin(RulePublication, RulePublication.id == Case.rule_version_id)
        .where(Case.number == bindparam("number"))
    )


def called_off(session: Session, numbers: Sequence[str]) -> set[str]:
    """Of some cases by number, those that the booker has called off."""
    if not numbers:
        return set()
    wanted = visible_cases(session.person).with_only_columns(Case.number)
    return set(session.scalars(wanted.where(Case.number.in_(numbers), Case.state == CaseState.CANCELLED)))


@cached_query(CaseMark)
def marks(session: Session, case_id: int) -> Sequence[CaseMark]:
    """What has been marked and not taken back, oldest first."""
    return case_rows(session, CaseMark, case_id, CaseMark.id, where=CaseMark.withdrawn_at.is_(None))


def current_marks(session: Session, case: Case) -> list[CaseMark]:
    """The marks of a case that count: of one that was opened again, those made since and those that are kept."""
    again = case.reopened_at
    return [
        mark
        for mark in marks(session, case.id)
        if again is None or mark.kind in MARKS_KEPT_ON_REOPENING or mark.at > again
    ]


def marks_of_many(session: Session, cases: Iterable[int]) -> dict[int, list[CaseMark]]:
    """Case -> the same, of many cases."""
    found: dict[int, list[CaseMark]] = {}
    wanted = (
        select(CaseMark).where(CaseMark.case_id.in_(list(cases)), CaseMark.withdrawn_at.is_(None)).order_by(CaseMark.id)
    )
    for mark in session.scalars(wanted):
        found.setdefault(mark.case_id, []).append(mark)
    return found


class NotesOfCase(NamedTuple):
    """Some of what is noted in a case, the newest first, and how many notes there are."""

    newest: Sequence[Note]
    in_all: int

    @property
    def struck(self) -> dict[int, Note]:
        """Note -> the one that corrected it, which is newer: its text is read by the registrar."""
        return {note.corrects_id: note for note in self.newest if note.corrects_id is not None}


def notes(session: Session, case_id: int, *, most: int | None) -> NotesOfCase:
    """Official notes, and one's own working notes: the newest of them, or all where `most` is None."""
    if not may_hold_rows(session, Note, case_id):
        return NotesOfCase((), 0)
    readable = (Note.case_id == case_id) & (Note.official | (Note.by_user_id == session.person.id))
    wanted = select(Note, func.count().over()).where(readable).order_by(Note.id.desc()).limit(most)
    rows = session.execute(wanted).all()
    return NotesOfCase([note for note, _unused in rows], rows[0][1] if rows else 0)


def is_struck(session: Session, note_id: int) -> bool:
    """Whether another note has corrected one."""
    return session.scalar(select(Note.id).where(Note.corrects_id == note_id).limit(1)) is not None


def question_back(session: Session, case: Case) -> str:
    """What whoever decides has asked, where that is why the case is to be looked at again."""
    if case.look_again_because != InvalidationReason.ASKED_BACK:
        return ""
    wanted = select(Note.text).where(Note.case_id == case.id, Note.text.startswith(ASKED_BACK))
    return (session.scalars(wanted.order_by(Note.id.desc()).limit(1)).first() or "").removeprefix(ASKED_BACK)


@cached_query(Communication)
def communications(session: Session, case_id: int) -> Sequence[Communication]:
    return case_rows(session, Communication, case_id, Communication.id.desc())


class BookedTime(NamedTuple):
    """One time a room is used, with whose it is."""

    use: Occurrence
    case: Case
    request: BookingRequest


def judged_by_rules(session: Session, board_id: int, ruleset: str) -> ColumnElement[bool]:
    """Of a board's cases those that a rule set is for: of one grant scheme or kind of letting, else all the others."""
    of_schemes = judged_by(session, Case.scheme_id, Case.round_id, board_id, ruleset)
    own = rulesets_of_letting_kinds(session, board_id)
    if not own:
        return of_schemes
    held = published_rulesets(session, board_id)
    named = [ruleset] if ruleset in own else sorted(own & held)  # until its own are in force the shared rules judge it
    keys = select(LettingKind.id).where(LettingKind.board_id == board_id, LettingKind.ruleset.in_(named))
    if ruleset in own:
        return Case.letting_kind_id.in_(keys)
    return and_(of_schemes, or_(Case.letting_kind_id.is_(None), Case.letting_kind_id.not_in(keys)))


def applications_in_round(
    board_id: int, association_id: int, round_id: int | None, scheme_id: int | None, *, year: int
) -> Select[str]:
    """Numbers of an association's applications in a round, without those of an import that was taken back.

    year: of those in no round, the open ones that came that year. scheme_id: the grant scheme, of a round that is for
    several: an application for another is no double.
    """
    came = Case.received_on.between(date(year, 1, 1), date(year, 12, 31))
    together = and_(Case.round_id.is_(None), in_states(OPEN), came) if round_id is None else Case.round_id == round_id
    found = select(Case.number).where(
        Case.board_id == board_id,
        Case.kind == CaseKind.GRANT,
        Case.association_id == association_id,
        together,
        is_batch_not_undone(Case.batch_id),
    )
    return found if scheme_id is None else found.where(id_of_scheme(Case.scheme_id, Case.round_id) == scheme_id)


def sibling_cases(session: Session, case: Case) -> Sequence[Case]:
    """The other cases that came of the same application for several grant schemes, of those that a person may see."""
    if case.tied_to_id is None:
        return ()
    wanted = visible_cases(session.person).where(Case.tied_to_id == case.tied_to_id, Case.id != case.id)
    return session.scalars(wanted.order_by(Case.id)).all()


def first_time_of(session: Session, batch_id: int) -> datetime | None:
    """When the first of the bookings of an import begins."""
    wanted = select(func.min(Occurrence.starts_at)).join(Case, Case.id == Occurrence.case_id)
    return session.scalar(wanted.where(Case.batch_id == batch_id))


def times_between(
    session: Session, first: datetime, last: datetime, *, reaching: timedelta = timedelta(), with_left_out: bool = False
) -> list[BookedTime]:
    """The times that begin from one moment to another, of bookings that a person may see, by time and room.

    The few of those days lead to their cases, by their keys: the database is not left to go through all there were.
    reaching: those too that began so long before and have not ended then.
    """
    if session.person.sights(Action.READ_CASES) <= {CaseReach.REFERRED}:
        return []  # whoever sees what lies with the group reads it in its papers, after answering on conflict
    begins = (Occurrence.starts_at >= first - reaching) & (Occurrence.starts_at < last)
    if reaching:
        begins &= (Occurrence.starts_at >= first) | (Occurrence.ends_at > first)
    if not with_left_out:
        begins &= Occurrence.state != LEFT_OUT
    keys = session.scalars(select(Occurrence.id).where(begins).order_by(Occurrence.id)).all()
    found: list[BookedTime] = []
    for start in range(0, len(keys), AT_A_TIME):
        rows = session.execute(
            select(Occurrence, Case, BookingRequest)
            .join(Case, Case.id == Occurrence.case_id)
            .join(BookingRequest, BookingRequest.case_id == Case.id)
            .where(Occurrence.id.in_(keys[start : start + AT_A_TIME]), seen_by(session.person, by_key=True))
        )
        found += [BookedTime(use, case, request) for use, case, request in rows]
    return sorted(found, key=lambda row: (row.use.starts_at or first, row.use.room_name, row.use.id))


def scheduled_times(session: Session, case_id: int) -> list[Occurrence]:
    """The times of a booking without those that are left out."""
    return [use for use in occurrences(session, case_id) if use.state != LEFT_OUT]


def follow_booking_state(session: Session, case: Case) -> None:
    """The times of a booking stand as the booking does; one that is over lets go of its room."""
    for use in occurrences(session, case.id):
        if use.state == LEFT_OUT:
            continue
        use.state = case.state
        if case.state in OVER:
            use.slot_from = use.slot_to = None


@cached_query(Occurrence)
def occurrences(session: Session, case_id: int) -> Sequence[Occurrence]:
    """A booking's times, in order."""
    return case_rows(session, Occurrence, case_id, Occurrence.starts_at, Occurrence.id)
