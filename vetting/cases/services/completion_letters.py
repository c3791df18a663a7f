"""The letters of one act: seen, fetched as drafts of mails and as print. Nothing is sent from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vetting.boards.models.people import Board
from vetting.boards.services.boards import letterhead_of
from vetting.boards.services.sign_in import require_permission, require_permission_for_kind
from vetting.cases.domain.completion_letters import CompletionLetter, DeliveryChannel, completion_letter
from vetting.cases.models.cases import Case, visible_cases
from vetting.cases.models.completions import Completion, CompletionBatch, of_batch
from vetting.formats.letters import letter_pdf
from vetting.formats.mail_drafts import MailDraft, mail_drafts
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person


@dataclass(frozen=True, slots=True)
class SentLetter:
    """One letter with its case and the request that it carries."""

    case: Case
    request: Completion
    letter: CompletionLetter


def of_person(session: Session, key: int, by: Person) -> CompletionBatch:
    """An act of the board, if the person handles such cases.

    Raises:
        Refused: there is none for them.
    """
    require_permission(by, Action.HANDLE)
    found = session.get(CompletionBatch, key)
    if found is None or found.board_id != by.board_id:
        raise Refused(Obstacle.MISSING)
    require_permission_for_kind(by, Action.HANDLE, found.kind)
    return found


def letters_of(session: Session, batch: CompletionBatch, by: Person) -> list[SentLetter]:
    """The letters of an act, of the cases that the person may see."""
    rows = of_batch(session, batch.id)
    cases = {
        case.id: case for case in session.scalars(visible_cases(by).where(Case.id.in_([row.case_id for row in rows])))
    }
    found = [(cases[row.case_id], row, completion_letter(row.letter)) for row in rows if row.case_id in cases]
    return [SentLetter(case, row, letter) for case, row, letter in found if letter is not None]


def left_of(session: Session, batch: CompletionBatch, by: Person) -> list[list[str]]:
    """[case number, why sv, why en] of the chosen cases that nothing was asked of, those that the person may see."""
    numbers = [number for number, _, _ in batch.left]
    seen = set(session.scalars(visible_cases(by).with_only_columns(Case.number).where(Case.number.in_(numbers))))
    return [entry for entry in batch.left if entry[0] in seen]


def mail_letter_drafts(session: Session, batch: CompletionBatch, by: Person) -> bytes:
    """The letters that go by mail, as a zip of drafts that a mail program opens.

    Raises:
        Refused: none goes by mail.
    """
    found = _drafts(session, batch, letters_of(session, batch, by))
    if not found:
        raise Refused(Obstacle.MISSING)
    return mail_drafts(found)


def print_letters(session: Session, batch: CompletionBatch, by: Person, *, everything: bool = False) -> bytes:
    """One PDF of the letters that go by post, the address where an envelope has its window.

    everything: those that go by mail as well; so too where none goes by post.

    Raises:
        Refused: there is no letter that the person may see.
    """
    found = letters_of(session, batch, by)
    by_post = [item for item in found if item.letter.way is DeliveryChannel.POST]
    chosen = found if everything else by_post or found
    if not chosen:
        raise Refused(Obstacle.MISSING)
    return _print(session, batch, chosen)


def bundle_letters(session: Session, acts: Sequence[CompletionBatch], by: Person) -> bytes:
    """All letters of some acts: the drafts, and one PDF an act of those that go by post."""
    mails: list[MailDraft] = []
    papers: dict[str, bytes] = {}
    for act in acts:
        found = letters_of(session, act, by)
        mails += _drafts(session, act, found)
        by_post = [item for item in found if item.letter.way is DeliveryChannel.POST]
        if by_post:
            papers[f"brev-{act.id}.pdf"] = _print(session, act, by_post)
    return mail_drafts(mails, papers)


def _letterhead(session: Session, batch: CompletionBatch) -> list[str]:
    return letterhead_of(session.get_one(Board, batch.board_id)).splitlines()


def _drafts(session: Session, batch: CompletionBatch, found: Sequence[SentLetter]) -> list[MailDraft]:
    address = _letterhead(session, batch)[1:]
    return [
        MailDraft(
            name=f"{item.case.number} {item.case.name}",
            to=item.letter.email,
            subject=item.letter.subject,
            lines=[*item.letter.lines, "", *address],
        )
        for item in found
        if item.letter.way is DeliveryChannel.MAIL
    ]


def _print(session: Session, batch: CompletionBatch, found: Sequence[SentLetter]) -> bytes:
    head = _letterhead(session, batch)
    letters: list[dict[str, Any]] = [
        {
            "letterhead": head,
            "to": [item.letter.to, *item.letter.postal],
            "on": item.request.sent_on.isoformat(),
            "subject": item.letter.subject,
            "lines": list(item.letter.lines),
            "language": item.letter.language,
        }
        for item in found
    ]
    first = found[0].letter
    return letter_pdf(letters, title=first.subject, language=first.language)
