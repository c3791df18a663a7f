"""Mails and files as they come: read, looked at with what they seem to be, and put in a new case or one there is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from vetting.domain.asked import asked_facts
from vetting.domain.association import masked
from vetting.domain.cases import OPEN, State
from vetting.domain.criteria import CaseKind
from vetting.domain.dates import HERE
from vetting.domain.facts import Facts
from vetting.domain.incoming import (
    case_numbers,
    is_paper,
    name_keys,
    organisation_numbers,
    paper_type,
    registry_numbers,
)
from vetting.domain.layouts import NAME, NUMBER
from vetting.domain.people import Action, Sight
from vetting.domain.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.domain.words import Words, same
from vetting.files.document_types import MAIL, OUTLOOK, TEXT, media_type
from vetting.files.mail import is_mail, read_mail
from vetting.services import cases, documents, rule_versions
from vetting.services.people import allow
from vetting.services.screenings import screen_case
from vetting.store.associations import Association, AssociationName, by_number, stands
from vetting.store.cases import Case, numbered, visible
from vetting.store.documents import Document
from vetting.store.imports import not_taken_back
from vetting.store.incoming import (
    READY,
    THROWN,
    USED,
    IncomingPart,
    IncomingPost,
    Message,
    parts,
    same_mail,
    waiting,
)
from vetting.store.session import BESIDE, reading, technical
from vetting.store.trail import Noted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from vetting.domain.facts import FactDefinition
    from vetting.domain.people import Person
    from vetting.files.mail import Mail
    from vetting.services.rules import Rules
    from vetting.store.engine import Database
    from vetting.store.session import WritingSession

MOST_FILES: Final = 20
MOST_CASES: Final = 20
KEPT: Final = timedelta(days=90)
ORIGINAL: Final = Words("Mejlet som det kom", "The mail as it came")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """One file as a person chose it."""

    name: str
    content: bytes


@dataclass(slots=True)
class _Post:
    """What lies ready of a mail or of loose files."""

    name: str
    mail: dict[str, Any] = field(default_factory=dict)
    parts: list[tuple[str, str, bytes, bool]] = field(default_factory=list)
    left: list[Problem] = field(default_factory=list)

    def add(self, name: str, content: bytes) -> None:
        """One file, if it is of a kind that is taken in; otherwise told."""
        shown = masked(name)
        try:
            self.parts.append((shown, media_type(content, name), content, False))
        except UnreadableError as error:
            self.left.append(Problem(shown, error.problem.what, error.problem.remedy))


def hand_in(
    database: Database, files: Sequence[HandedIn], *, kind: CaseKind, case: str, by: Person, at: datetime
) -> list[int]:  # fmt: skip
    """Reads what was handed in: each mail by itself, loose files together. Returns the keys of what lies ready.

    case: the number of the case it was handed in on, or empty.

    Raises:
        Refused: nothing was handed in, too many files, or it is not this person's to do.
        UnreadableError: a mail cannot be read.
    """
    allow(by, Action.RECEIVE)
    check_kind(by, kind)
    problem = _wrong_files(files)
    if problem is not None:
        raise Refused(Obstacle.INVALID, problem)
    case_id = None
    if case:
        with reading(database) as session:
            known = numbered(session, by, case, Action.ADD_DOCUMENT)
            if known is None:
                raise Refused(Obstacle.MISSING)
            case_id, kind = known.id, CaseKind(known.kind)
    posts = [_read_mail(item) for item in files if is_mail(item.name, item.content)]
    loose = [item for item in files if not is_mail(item.name, item.content)]
    if loose:
        posts.append(_Post(masked(loose[0].name)))
        for item in loose:
            posts[-1].add(item.name, item.content)
    with technical(database) as session:
        return [_lay(session, post, kind, case_id, by, at) for post in posts]


def check_kind(by: Person, kind: CaseKind) -> None:
    """Premises staff take in bookings only.

    Raises:
        Refused: it is an application and they do not.
    """
    if by.sights(Action.RECEIVE) == {Sight.BOOKINGS} and kind is not CaseKind.BOOKING:
        raise Refused(Obstacle.MISSING)


def _wrong_files(files: Sequence[HandedIn]) -> Problem | None:
    if not files:
        return Problem("files", Words("Ingen fil är vald.", "No file is chosen."),
                       Words("Välj ett sparat mejl eller en eller flera filer.",
                             "Choose a saved mail, or one or more files."))  # fmt: skip
    if len(files) > MOST_FILES:
        most = str(MOST_FILES)
        return Problem("files", Words(f"Det är fler än {most} filer.", f"There are more than {most} files."),
                       Words("Lägg in dem i omgångar.", "Put them in a few at a time."))  # fmt: skip
    return None


def _read_mail(item: HandedIn) -> _Post:
    mail = read_mail(item.content, item.name)
    post = _Post(masked(item.name), _plain(mail, item.content), left=list(mail.left))
    for part in mail.parts:
        post.add(part.name, part.content)
    if post.left:
        kind = OUTLOOK if item.name.casefold().endswith(".msg") else MAIL
        post.parts.append((masked(item.name), kind, item.content, True))
    return post


def _plain(mail: Mail, content: bytes) -> dict[str, Any]:
    return {
        "sender": masked(mail.sender), "address": mail.address, "subject": masked(mail.subject), "text": mail.text,
        "received": mail.received.isoformat() if mail.received else "", "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip


def _lay(session: Session, post: _Post, kind: CaseKind, case_id: int | None, by: Person, at: datetime) -> int:
    row = IncomingPost(
        board_id=by.board_id, kind=kind.value, case_id=case_id, name=post.name[:200], mail=post.mail, at=at,
        by_user_id=by.id or None, left=[[problem.where, *problem.what, *problem.remedy] for problem in post.left],
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(
        [
            IncomingPart(
                post_id=row.id, name=name, media_type=kind_of, size=len(content), content=content, original=original,
                sha256=hashlib.sha256(content).hexdigest(),
            )
            for name, kind_of, content, original in post.parts
        ]
    )  # fmt: skip
    return row.id


def of_person(session: Session, key: int, by: Person) -> IncomingPost:
    """One of the board's posts, if the person takes in such cases.

    Raises:
        Refused: there is none for them.
    """
    allow(by, Action.RECEIVE)
    found = session.get(IncomingPost, key)
    if found is None or found.board_id != by.board_id or found.kind not in _kinds(by):
        raise Refused(Obstacle.MISSING)
    if found.case_id is not None and _case(session, found.case_id, by) is None:
        raise Refused(Obstacle.MISSING)
    return found


def _case(session: Session, key: int, by: Person) -> Case | None:
    return session.scalar(visible(by).where(Case.id == key))


def _kinds(by: Person) -> list[str]:
    only_bookings = by.sights(Action.RECEIVE) == {Sight.BOOKINGS}
    return [CaseKind.BOOKING.value] if only_bookings else [kind.value for kind in CaseKind]


def waits(session: Session, by: Person) -> list[IncomingPost]:
    """What waits for the person, newest first."""
    allow(by, Action.RECEIVE)
    found = waiting(session, by.board_id, _kinds(by))
    return [post for post in found if post.case_id is None or _case(session, post.case_id, by) is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What a post seems to be. Every part is proposed, and a person chooses."""

    name: str
    number: str
    why: Words | None
    """What the association was told by; None when nothing did."""
    case: str
    """The case it seems to belong to; empty for a new one."""
    why_case: Words | None
    cases: Sequence[Case]
    """Open cases that it can be put in."""
    received_on: date
    types: Mapping[int, str]
    """Part -> the paper it seems to be."""
    papers: Sequence[FactDefinition]
    in_already: Mapping[int, str]
    """Part -> the case that has the very same file."""
    already: str
    """The case that has the very same mail."""


def proposed(session: Session, post: IncomingPost, rules: Rules, *, by: Person, on: date) -> Proposed:
    """Looks the post through against the board's records; nothing is fetched from elsewhere."""
    own = parts(session, post.id)
    text = _all_text(post, own)
    case, why_case = _belongs_to(session, post, text, by)
    association, why = _association(session, post, text, case, by)
    same_before = same_mail(session, post.board_id, post.mail["sha256"]) if post.mail else None
    mine = _open_cases(session, association, case, CaseKind(post.kind), by)
    if case is None and association is not None:
        case = next((item for item in mine if item.state == State.COMPLETION.value), None)
        why_case = Words("Ärendet väntar på komplettering.", "The case waits for completion.") if case else None
    papers = paper_facts(session, post.board_id, CaseKind(post.kind), rules, on=on)
    number = (association.number or "") if association else next(iter(organisation_numbers(text)), "")
    return Proposed(
        name=association.name if association else "", number=number, why=why, case=case.number if case else "",
        why_case=why_case, cases=mine, received_on=min(_received(post), on), papers=papers,
        types={part.id: "" if part.original else paper_type(part.name, papers) for part in own},
        in_already=_same_files(session, own, by),
        already=_case_number(session, same_before.case_id, by) if same_before else "",
    )  # fmt: skip


def _case_number(session: Session, key: int, by: Person) -> str:
    found = _case(session, key, by)
    return found.number if found is not None else "–"


def paper_facts(session: Session, board_id: int, kind: CaseKind, rules: Rules, *, on: date) -> list[FactDefinition]:
    """The papers that the rules in force ask for."""
    ruleset = rule_versions.chosen(session, board_id, kind, rules, on=on)
    groups = asked_facts(ruleset, kind) if ruleset is not None else {}
    return [fact for group in groups.values() for fact in group if is_paper(fact)]


def _all_text(post: IncomingPost, own: Sequence[IncomingPart]) -> str:
    mail = post.mail or {}
    said = (mail.get("subject", ""), mail.get("sender", ""), mail.get("text", ""), post.name)
    return "\n".join([*said, *(part.name for part in own)])


def _received(post: IncomingPost) -> date:
    received = post.mail.get("received") if post.mail else ""
    moment = datetime.fromisoformat(received) if received else post.at
    return moment.astimezone(HERE).date()


def _belongs_to(session: Session, post: IncomingPost, text: str, by: Person) -> tuple[Case | None, Words | None]:
    """The open case that it was handed in on, or that is named in it."""
    if post.case_id is not None:
        return _case(session, post.case_id, by), None
    for number in case_numbers(text):
        case = numbered(session, by, number)
        if case is not None and case.kind == post.kind and State(case.state) in OPEN:
            return case, Words("Ärendets nummer står i mejlet.", "The case's number stands in the mail.")
    wanted = registry_numbers(text)
    if wanted:
        found = visible(by).where(Case.dnr.in_(wanted), Case.kind == post.kind, Case.state.in_(_open_states()))
        rows = session.scalars(found.order_by(Case.id).limit(2)).all()
        if len(rows) == 1:
            return rows[0], Words("Diarienumret står i mejlet.", "The registry number stands in the mail.")
    return None, None


def _open_states() -> list[str]:
    return sorted(state.value for state in OPEN)


def _association(
    session: Session, post: IncomingPost, text: str, case: Case | None, by: Person
) -> tuple[Association | None, Words | None]:
    """By the case, the number, the known sender, or a name that stands in the text."""
    if case is not None and case.association_id is not None:
        return session.get(Association, case.association_id), None
    for number in organisation_numbers(text):
        found = by_number(session, number)
        if found is not None and stands(session, found):
            return found, Words("Organisationsnumret står i mejlet.", "The organisation number stands in the mail.")
    address = post.mail.get("address", "") if post.mail else ""
    earlier = _earlier_of(session, address, by) if address else None
    if earlier is not None and earlier.association_id is not None:
        why = Words("Avsändaren har skrivit i ", "The sender has written in ") + same(f"{earlier.number}.")
        return session.get(Association, earlier.association_id), why
    named = _named(session, text)
    return named, Words("Namnet står i mejlet.", "The name stands in the mail.") if named is not None else None


def _earlier_of(session: Session, address: str, by: Person) -> Case | None:
    """The latest case that a sender's mail was put in."""
    wanted = (
        visible(by)
        .join(Message, Message.case_id == Case.id)
        .where(Message.board_id == by.board_id, Message.address == address)
    )
    return session.scalars(wanted.order_by(Message.id.desc()).limit(1)).first()


def _named(session: Session, text: str) -> Association | None:
    """The one association whose name is a line of the text; None when several are."""
    keys = name_keys([text])
    if not keys:
        return None
    known = select(AssociationName.association_id).where(
        AssociationName.folded.in_(keys), not_taken_back(AssociationName.batch_id)
    )
    wanted = select(Association).where(Association.id.in_(known), not_taken_back(Association.batch_id))
    found = session.scalars(wanted.order_by(Association.id).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _open_cases(
    session: Session, association: Association | None, case: Case | None, kind: CaseKind, by: Person
) -> list[Case]:
    if association is None:
        return [case] if case is not None else []
    wanted = visible(by, Action.ADD_DOCUMENT).where(
        Case.association_id == association.id, Case.kind == kind.value, Case.state.in_(_open_states())
    )
    found = list(session.scalars(wanted.order_by(Case.id.desc()).limit(MOST_CASES)))
    return found if case is None or any(item.id == case.id for item in found) else [case, *found]


def _same_files(session: Session, own: Sequence[IncomingPart], by: Person) -> dict[int, str]:
    """Files that a case of the board has already."""
    rows = session.execute(
        select(Document.sha256, Document.case_id).where(
            Document.board_id == by.board_id, Document.sha256.in_([part.sha256 for part in own])
        )
    )
    known = {digest: case_id for digest, case_id in rows}  # noqa: C416 - rows are no pairs to mypy
    numbers = {
        case.id: case.number for case in session.scalars(visible(by).where(Case.id.in_(set(known.values()))))
    }  # fmt: skip
    found = {part.id: numbers.get(known.get(part.sha256, 0), "") for part in own}
    return {key: number for key, number in found.items() if number}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person says that a post is."""

    case: str
    """The number of the case it goes into; empty for a new one."""
    name: str = ""
    number: str = ""
    round_id: int | None = None
    received_on: date
    types: Mapping[int, str]
    """Part -> the paper it is, for the parts that go in."""
    doubled_because: str = ""
    facts: Facts = field(default_factory=Facts)
    uses: tuple[cases.Use, ...] = ()


def put_in(
    session: WritingSession, key: int, choice: Choice, *, rules: Rules, by: Person, at: datetime
) -> Case:  # fmt: skip
    """The mail's text and the chosen files become documents of a new case, or of one there is.

    Raises:
        Refused: it is in a case already or thrown away, the day lies ahead, a file is in the case already, or what
            taking a case in refuses.
    """
    of_person(session, key, by)
    post = session.get_one(IncomingPost, key, with_for_update=True, populate_existing=True)
    if post.state != READY:
        raise Refused(Obstacle.STALE, _gone(post))
    known = same_mail(session, by.board_id, post.mail["sha256"]) if post.mail else None
    if known is not None:
        raise Refused(Obstacle.INVALID, _in_already(_case_number(session, known.case_id, by)))
    case = _case_for(session, post, choice, rules=rules, by=by, at=at)
    text = _keep_text(session, post, case, choice, rules=rules, by=by, at=at)
    for part in parts(session, post.id):
        if part.id in choice.types:
            new = documents.NewDocument(
                name=part.name, media_type=part.media_type, content=part.content, type=choice.types[part.id],
                dated=None, arrived_on=choice.received_on,
            )  # fmt: skip
            documents.keep(session, case, new, rules=rules, by=by, at=at)
    if text is not None:
        _keep_message(session, post, case, text, by=by, at=at)
    cases.touch(case)
    screen_case(session, case, rules, at=at)
    post.state, post.case_id, post.mail, post.left = USED, case.id, {}, []
    session.execute(delete(IncomingPart).where(IncomingPart.post_id == post.id), execution_options=BESIDE)
    return case


def _case_for(
    session: WritingSession, post: IncomingPost, choice: Choice, *, rules: Rules, by: Person, at: datetime
) -> Case:  # fmt: skip
    if choice.case:
        case = cases.open_case(session, choice.case, by=by, action=Action.ADD_DOCUMENT)
        if case.kind != post.kind:
            raise Refused(Obstacle.MISSING)
        return case
    given = {NAME: choice.name, NUMBER: choice.number}
    facts = choice.facts.with_values({fact: value for fact, value in given.items() if value})
    new = cases.NewCase(
        kind=CaseKind(post.kind), facts=facts, received_on=choice.received_on, channel="mail" if post.mail else "files",
        round_id=choice.round_id, doubled_because=choice.doubled_because, uses=choice.uses,
    )  # fmt: skip
    return cases.receive(session, new, rules=rules, by=by, at=at)


def _keep_text(
    session: WritingSession, post: IncomingPost, case: Case, choice: Choice, *, rules: Rules, by: Person, at: datetime
) -> Document | None:
    if not post.mail:
        return None
    mail = post.mail
    lines = [
        f"Från: {mail['sender']} <{mail['address']}>", f"Ämne: {mail['subject']}",
        f"Mottaget: {mail['received'] or '–'}", "", mail["text"],
    ]  # fmt: skip
    new = documents.NewDocument(
        name=f"Mejl {mail['subject']}"[:100].strip() + ".txt", media_type=TEXT, content="\n".join(lines).encode(),
        type="", dated=None, arrived_on=choice.received_on,
    )  # fmt: skip
    return documents.keep(session, case, new, rules=rules, by=by, at=at)


def _keep_message(
    session: WritingSession, post: IncomingPost, case: Case, text: Document, *, by: Person, at: datetime
) -> None:
    mail = post.mail
    message = Message(
        board_id=by.board_id, case_id=case.id, document_id=text.id, sha256=mail["sha256"], sender=mail["sender"],
        address=mail["address"], subject=mail["subject"], at=at, by_user_id=by.id or None,
        received_at=datetime.fromisoformat(mail["received"]) if mail["received"] else None,
    )  # fmt: skip
    session.add(message)
    session.flush()
    session.note(Noted(action="mail_received", by=by, at=at, subject=message, case_id=case.id))


def _gone(post: IncomingPost) -> Problem:
    return Problem(
        post.name,
        Words("Mejlet ligger inte längre här: någon annan har lagt in det eller kastat det.",
              "The mail does not lie here any more: somebody else has put it in or thrown it away."),
        Words("Öppna sidan på nytt.", "Open the page again."),
    )  # fmt: skip


def _in_already(case: str) -> Problem:
    return Problem(
        "case",
        Words(f"Samma mejl är redan inlagt i ärende {case}.", f"The same mail is already in case {case}."),
        Words("Kasta det här.", "Throw this one away."),
    )


def throw_away(database: Database, key: int, *, by: Person) -> None:
    """What is not to be put in any case.

    Raises:
        Refused: it is in one already.
    """
    with technical(database) as session:
        of_person(session, key, by)
        post = session.get_one(IncomingPost, key, with_for_update=True, populate_existing=True)
        if post.state == USED:
            raise Refused(Obstacle.STALE, _gone(post))
        post.state, post.mail, post.left = THROWN, {}, []
        session.execute(delete(IncomingPart).where(IncomingPart.post_id == key))


def forget_old(database: Database, *, at: datetime) -> None:
    """What has lain its time, of every board."""
    with technical(database) as session:
        old = select(IncomingPost.id).where(IncomingPost.at < at - KEPT)
        session.execute(delete(IncomingPart).where(IncomingPart.post_id.in_(old)))
        session.execute(delete(IncomingPost).where(IncomingPost.at < at - KEPT))
