"""Mails and files as they come: read, looked at with what they seem to be, and put in a new case or one there is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import delete, select

from vetting.casework.models.cases import Case, find_case, visible_cases
from vetting.casework.models.incoming import (
    READY,
    THROWN,
    USED,
    IncomingPart,
    IncomingPost,
    Message,
    parts_of_post,
    same_mail,
    waiting_incoming_posts,
)
from vetting.casework.services import cases, documents, intake
from vetting.casework.services.incoming_proposals import case_number, of_case
from vetting.casework.services.screenings import screen_case
from vetting.engine.facts import NAME, NUMBER, Facts
from vetting.formats.document_types import MAIL, OUTLOOK, TEXT, media_type
from vetting.formats.mail import is_mail, read_mail
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.roles import Action
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import BESIDE, open_reading, open_technical
from vetting.kernel.text import _
from vetting.people import kept_for, require_permission, require_permission_for_kind
from vetting.people.domain.personal_data import RetentionKind
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.casework.models.documents import Document
    from vetting.formats.mail import Mail
    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession

MOST_FILES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFile:
    """One file as a person chose it."""

    name: str
    content: bytes


class PostFile(NamedTuple):
    """A file as it was taken in. original: it is the whole mail that the others came in."""

    name: str
    media_type: str
    content: bytes
    original: bool = False


@dataclass(slots=True)
class _PostContent:
    """What lies ready of a mail or of loose files."""

    name: str
    mail: dict[str, Any] = field(default_factory=dict)
    parts: list[PostFile] = field(default_factory=list)
    left: list[Problem] = field(default_factory=list)

    def add(self, name: str, content: bytes) -> None:
        """One file, if it is of a kind that is taken in; otherwise told."""
        shown = mask_personal_numbers(name)
        try:
            self.parts.append(PostFile(shown, media_type(content, name), content))
        except UnreadableError as error:
            self.left.append(Problem(shown, error.problem.what, error.problem.remedy))


def hand_in(
    database: Database, files: Sequence[UploadedFile], *, kind: CaseKind, case: str, by: Person, at: datetime
) -> list[int]:
    """Reads what was handed in: each mail by itself, loose files together. Returns the keys of what lies ready.

    A mail, or the same files, that waits already is not laid there again.

    case: the number of the case it was handed in on, or empty.

    Raises:
        Refused: nothing was handed in, too many files, or it is not this person's to do.
        UnreadableError: a mail cannot be read.
    """
    require_permission_for_kind(by, Action.RECEIVE, kind)
    problem = _wrong_files(files)
    if problem is not None:
        raise Refused(Obstacle.INVALID, problem)
    case_id = None
    if case:
        with open_reading(database, Acting(by, at)) as session:
            known = find_case(session, case, Action.ADD_DOCUMENT)
            if known is None:
                raise Refused(Obstacle.MISSING)
            case_id, kind = known.id, known.kind
    posts = [_read_mail(item) for item in files if is_mail(item.name, item.content)]
    loose = [item for item in files if not is_mail(item.name, item.content)]
    if loose:
        posts.append(_PostContent(mask_personal_numbers(loose[0].name)))
        for item in loose:
            posts[-1].add(item.name, item.content)
    with open_technical(database, Acting(by, at)) as session:
        session.get_one(Board, by.board_id, with_for_update=True)  # one at a time: what is handed in twice waits once
        keys = [_waiting_already(session, post, kind, case_id) or _lay(session, post, kind, case_id) for post in posts]
    return list(dict.fromkeys(keys))


def _waiting_already(session: Session, post: _PostContent, kind: CaseKind, case_id: int | None) -> int | None:
    """The key of the same mail, or of the very same files, that waits for the same case or for none."""
    loose = not post.mail
    if loose and (post.left or not post.parts):  # what was left out is told of what was handed in now
        return None
    files = [(part.name, hashlib.sha256(part.content).hexdigest()) for part in post.parts] if loose else []
    for known in waiting_incoming_posts(session, session.person.board_id, [kind]):
        if known.case_id != case_id or bool(known.mail) is loose:
            continue
        if not loose and known.mail["sha256"] == post.mail["sha256"]:
            return known.id
        if loose and [(part.name, part.sha256) for part in parts_of_post(session, known.id)] == files:
            return known.id
    return None


def _wrong_files(files: Sequence[UploadedFile]) -> Problem | None:
    if not files:
        return Problem("files", _("Ingen fil är vald."), _("Välj ett sparat mejl eller en eller flera filer."))
    if len(files) > MOST_FILES:
        most = str(MOST_FILES)
        return Problem("files", _("Det är fler än {most} filer.", most=most), _("Lägg in dem i omgångar."))
    return None


def _read_mail(item: UploadedFile) -> _PostContent:
    mail = read_mail(item.content, item.name)
    post = _PostContent(mask_personal_numbers(item.name), _plain(mail, item.content), left=list(mail.left))
    for part in mail.parts:
        post.add(part.name, part.content)
    if post.left:
        kind = OUTLOOK if item.name.casefold().endswith(".msg") else MAIL
        post.parts.append(PostFile(mask_personal_numbers(item.name), kind, item.content, original=True))
    return post


def _plain(mail: Mail, content: bytes) -> dict[str, Any]:
    return {
        "sender": mask_personal_numbers(mail.sender),
        "address": mail.address,
        "subject": mask_personal_numbers(mail.subject),
        "text": mail.text,
        "received": mail.received.isoformat() if mail.received else "",
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _lay(session: Session, post: _PostContent, kind: CaseKind, case_id: int | None) -> int:
    row = IncomingPost(
        board_id=session.person.board_id,
        kind=kind,
        case_id=case_id,
        name=post.name[:200],
        mail=post.mail,
        at=session.now,
        by_user_id=session.user_id,
        left=[[problem.where, *problem.what, *problem.remedy] for problem in post.left],
    )
    session.add(row)
    session.flush()
    session.add_all(
        [
            IncomingPart(
                post_id=row.id,
                name=name,
                media_type=kind_of,
                size=len(content),
                content=content,
                original=original,
                sha256=hashlib.sha256(content).hexdigest(),
            )
            for name, kind_of, content, original in post.parts
        ]
    )
    return row.id


def incoming_of_person(session: Session, key: int) -> IncomingPost:
    """One of the board's posts, if the person takes in such cases.

    Raises:
        Refused: there is none for them.
    """
    require_permission(session.person, Action.RECEIVE)
    found = session.get(IncomingPost, key)
    if (
        found is None
        or found.board_id != session.person.board_id
        or found.kind not in session.person.kinds(Action.RECEIVE)
    ):
        raise Refused(Obstacle.MISSING)
    if found.case_id is not None and of_case(session, found.case_id) is None:
        raise Refused(Obstacle.MISSING)
    return found


def waiting_posts(session: Session) -> list[IncomingPost]:
    """What waits for the person, newest first."""
    require_permission(session.person, Action.RECEIVE)
    found = waiting_incoming_posts(session, session.person.board_id, session.person.kinds(Action.RECEIVE))
    keys = [post.case_id for post in found if post.case_id is not None]
    seen = (
        set(session.scalars(visible_cases(session.person).with_only_columns(Case.id).where(Case.id.in_(keys))))
        if keys
        else set()
    )
    return [post for post in found if post.case_id is None or post.case_id in seen]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFiling:
    """What a person says that a post is."""

    case: str
    """The number of the case it goes into; empty for a new one."""
    name: str = ""
    number: str = ""
    round_id: int | None = None
    scheme_id: int | None = None
    received_on: date
    types: Mapping[int, str]
    """Part -> the paper it is, for the parts that go in."""
    doubled_because: str = ""


def put_in(session: WritingSession, key: int, choice: PostFiling) -> Case:
    """The mail's text and the chosen files become documents of a new case, or of one there is.

    Raises:
        Refused: it is in a case already or thrown away, the day lies ahead, a file is in the case already, or what
            taking a case in refuses.
    """
    incoming_of_person(session, key)
    post = session.get_one(IncomingPost, key, with_for_update=True, populate_existing=True)
    if post.state != READY:
        raise Refused(Obstacle.STALE, _post_gone(post))
    known = same_mail(session, session.person.board_id, post.mail["sha256"]) if post.mail else None
    if known is not None:
        raise Refused(Obstacle.INVALID, _in_already(case_number(session, known.case_id)))
    case = _case_for(session, post, choice)
    text = _keep_text(session, post, case, choice)
    for part in parts_of_post(session, post.id):
        if part.id in choice.types:
            new = documents.NewDocument(
                name=part.name,
                media_type=part.media_type,
                content=part.content,
                type=choice.types[part.id],
                dated=None,
                arrived_on=choice.received_on,
            )
            documents.keep_document(session, case, new)
    if text is not None:
        _keep_message(session, post, case, text)
    cases.raise_version(case)
    screen_case(session, case)
    post.state, post.case_id, post.mail, post.left = USED, case.id, {}, []
    session.execute(delete(IncomingPart).where(IncomingPart.post_id == post.id), execution_options=BESIDE)
    return case


def _case_for(session: WritingSession, post: IncomingPost, choice: PostFiling) -> Case:
    if choice.case:
        case = cases.open_case(session, choice.case, action=Action.ADD_DOCUMENT)
        if case.kind != post.kind:
            raise Refused(Obstacle.MISSING)
        return case
    given = {NAME: choice.name, NUMBER: choice.number}
    facts = Facts({fact: value for fact, value in given.items() if value})
    new = intake.NewCase(
        kind=CaseKind(post.kind),
        facts=facts,
        received_on=choice.received_on,
        channel="mail" if post.mail else "files",
        round_id=choice.round_id,
        scheme_id=choice.scheme_id,
        doubled_because=choice.doubled_because,
    )
    return intake.receive_case(session, new)


def _keep_text(session: WritingSession, post: IncomingPost, case: Case, choice: PostFiling) -> Document | None:
    if not post.mail:
        return None
    mail = post.mail
    lines = [
        f"Från: {mail['sender']} <{mail['address']}>",
        f"Ämne: {mail['subject']}",
        f"Mottaget: {mail['received'] or '–'}",
        "",
        mail["text"],
    ]
    new = documents.NewDocument(
        name=f"Mejl {mail['subject']}"[:100].strip() + ".txt",
        media_type=TEXT,
        content="\n".join(lines).encode(),
        type="",
        dated=None,
        arrived_on=choice.received_on,
    )
    return documents.keep_document(session, case, new)


def _keep_message(session: WritingSession, post: IncomingPost, case: Case, text: Document) -> None:
    mail = post.mail
    message = Message(
        board_id=session.person.board_id,
        case_id=case.id,
        document_id=text.id,
        sha256=mail["sha256"],
        sender=mail["sender"],
        address=mail["address"],
        subject=mail["subject"],
        at=session.now,
        by_user_id=session.user_id,
        received_at=datetime.fromisoformat(mail["received"]) if mail["received"] else None,
    )
    session.add(message)
    session.flush()
    session.note("mail_received", message, case_id=case.id)


def _post_gone(post: IncomingPost) -> Problem:
    return Problem(
        post.name,
        _("Mejlet ligger inte längre här: någon annan har lagt in det eller tagit bort det."),
        _("Öppna sidan på nytt."),
    )


def _in_already(case: str) -> Problem:
    return Problem("case", _("Samma mejl är redan inlagt i ärende {case}.", case=case), _("Ta bort det här."))


def throw_away(database: Database, key: int, *, by: Person) -> None:
    """What is not to be put in any case.

    Raises:
        Refused: it is in one already.
    """
    with open_technical(database, Acting(by)) as session:
        incoming_of_person(session, key)
        post = session.get_one(IncomingPost, key, with_for_update=True, populate_existing=True)
        if post.state == USED:
            raise Refused(Obstacle.STALE, _post_gone(post))
        post.state, post.mail, post.left = THROWN, {}, []
        session.execute(delete(IncomingPart).where(IncomingPart.post_id == key))


def delete_expired(session: WritingSession, board_id: int) -> int:
    """What a board was sent that has lain its time. Returns how many mails and files."""
    before = session.now - kept_for(session, board_id, RetentionKind.POSTS)
    old = (IncomingPost.board_id == board_id) & (IncomingPost.at < before)
    parts = delete(IncomingPart).where(IncomingPart.post_id.in_(select(IncomingPost.id).where(old)))
    session.execute(parts, execution_options=BESIDE)
    gone = delete(IncomingPost).where(old).returning(IncomingPost.id)
    return len(session.execute(gone, execution_options=BESIDE).all())
