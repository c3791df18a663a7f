"""Letters that are written and have not gone: listed, fetched together, and noted or sent many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.letters import OF_GRANTS, OF_OUTCOME, LetterKind
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.completions import Completion
from vetting.casework.models.decisions import Decision
from vetting.casework.models.letters import Letter
from vetting.casework.services import letters
from vetting.formats.file_bundles import bundle_files, safe_file_name
from vetting.formats.letters import letter_pdf, letters_with_paper
from vetting.kernel.problem import Obstacle, Refused, UnreadableError
from vetting.kernel.roles import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session

OF_OUTCOMES: Final = frozenset({*OF_OUTCOME.values(), LetterKind.HANDOVER, LetterKind.HANDED_OVER})
"""Letters that tell what became of an application or booking."""
MOST: Final = 200
"""Letters on the page, and so many are fetched or sent at once."""


class UnsentLetter(NamedTuple):
    """A letter with its case."""

    letter: Letter
    case: Case


def unsent_letters(
    session: Session, keys: Collection[int] | None = None, *, item: int | None = None, batch: int | None = None
) -> list[UnsentLetter]:
    """What a person has to send, the oldest first; not what was written anew.

    keys: only these letters. item: only on what a meeting decided on one item. batch: only what one act asked for.
    """
    wanted = select(Letter, Case).join(Case, Case.id == Letter.case_id).where(*_to_send(session.person))
    if keys is not None:
        wanted = wanted.where(Letter.id.in_(keys))
    if item is not None:
        wanted = wanted.where(Letter.decision_id.in_(select(Decision.id).where(Decision.item_decision_id == item)))
    if batch is not None:
        of_batch = select(Completion.id).where(Completion.batch_id == batch)
        wanted = wanted.where(Letter.completion_id.in_(of_batch))
    return [UnsentLetter(letter, case) for letter, case in session.execute(wanted.order_by(Letter.id).limit(MOST))]


def count_unsent(session: Session) -> int:
    """How many there are."""
    wanted = select(func.count(Letter.id)).join(Case, Case.id == Letter.case_id).where(*_to_send(session.person))
    return int(session.scalar(wanted) or 0)


def _newer_letters() -> Select[int]:
    """Newer letters of the same about the same."""
    newer = aliased(Letter)
    return select(newer.id).where(
        newer.case_id == Letter.case_id,
        (newer.kind == Letter.kind) | (newer.kind.in_(OF_GRANTS) & Letter.kind.in_(OF_GRANTS)),
        newer.decision_id.is_not_distinct_from(Letter.decision_id),
        newer.communication_id.is_not_distinct_from(Letter.communication_id),
        newer.reclaim_id.is_not_distinct_from(Letter.reclaim_id),
        (Letter.kind != LetterKind.COPY) | ((newer.name == Letter.name) & (newer.subject == Letter.subject)),
        newer.id > Letter.id,
    )


def _to_send(by: Person) -> list[ColumnElement[bool]]:
    return [
        Letter.board_id == by.board_id,
        Letter.sent_at.is_(None),
        seen_by(by, Action.HANDLE, by_key=True),
        ~_newer_letters().exists(),
        ~_tells_what_is_over(),
    ]


def _tells_what_is_over() -> ColumnElement[bool]:
    """Letters, joined with their cases, on what was decided before the case was opened again, or asked and not now."""
    reopened = (
        Letter.kind.in_(sorted(OF_OUTCOMES))
        & Case.reopened_at.is_not(None)
        & (func.coalesce(Case.reopened_at, _TOLD_AT) > _TOLD_AT)
    )
    return reopened | ((Letter.kind == LetterKind.COMPLETION) & (Case.state != CaseState.COMPLETION))


_TOLD_AT: Final = func.coalesce(
    select(Decision.decided_at).where(Decision.id == Letter.decision_id).correlate(Letter).scalar_subquery(),
    Letter.written_at,
)
"""When what a letter tells came about."""


def tells_what_is_over(session: Session, letter: Letter) -> bool:
    """Whether a letter tells of what was decided before its case was opened again."""
    own = select(Letter.id).join(Case, Case.id == Letter.case_id).where(Letter.id == letter.id, _tells_what_is_over())
    return session.scalar(own) is not None


def returned_letters(session: Session) -> list[UnsentLetter]:
    """Letters that came back and were not written anew since, the oldest first: to be written again and sent."""
    wanted = (
        select(Letter, Case)
        .join(Case, Case.id == Letter.case_id)
        .where(
            Letter.board_id == session.person.board_id,
            Letter.returned_at.is_not(None),
            Letter.kind.not_in([LetterKind.HANDOVER, LetterKind.HANDED_OVER, LetterKind.COPY, LetterKind.COMPLETION]),
            seen_by(session.person, Action.HANDLE, by_key=True),
            ~_newer_letters().exists(),
            ~_tells_what_is_over(),
        )
    )
    return [UnsentLetter(letter, case) for letter, case in session.execute(wanted.order_by(Letter.id).limit(MOST))]


def about_of(letter: Letter) -> int:
    """The key of what a letter is about: its decision, communication or reclaim; 0 of a handover."""
    return letter.decision_id or letter.communication_id or letter.reclaim_id or 0


def bundle_of_letters(session: Session, keys: Collection[int]) -> bytes:
    """Letters as a zip: those with an e-mail address as drafts of mails, the others as PDF to print.

    Behind each letter to print lies the extract of the minutes that tells of its decision, where one is handed in.

    Raises:
        Refused: none of them is there to send.
    """
    found = unsent_letters(session, keys)
    if not found:
        raise Refused(Obstacle.MISSING)
    mails = [one for one in found if one.letter.email]
    papers = [one.letter for one in found if not one.letter.email]
    printed = _print_with_extracts(session, papers)
    drafts = [(f"{case.number} {case.name}", "eml", letters.as_draft(session, letter)) for letter, case in mails]
    return bundle_files(drafts, printed)


def _print_with_extracts(session: Session, papers: Sequence[Letter]) -> dict[str, bytes]:
    """Name of a file -> letters to print: one file for those on one item with its extract, one for all others.

    An extract that cannot be laid behind them lies beside, once.
    """
    extracts = {row.id: letters.extract_of(session, row.decision_id) for row in papers if row.decision_id is not None}
    by_item: dict[int, list[Letter]] = {}
    for row in papers:
        found = extracts.get(row.id)
        by_item.setdefault(found.id if found is not None else 0, []).append(row)
    printed = {}
    for key, listed in by_item.items():
        made = _print_letters(session, listed)
        found = extracts[listed[0].id] if key else None
        if found is None:
            printed["att-skriva-ut.pdf"] = made
            continue
        about, extract = safe_file_name(f"{found.met_on} {found.paragraph}"), found.extract or b""
        try:
            printed[f"att-skriva-ut {about}.pdf"] = letters_with_paper(made, extract, found.extract_name)
        except UnreadableError:
            printed |= {f"att-skriva-ut {about}.pdf": made, f"protokollsutdrag {about}.pdf": extract}
    return printed


def _print_letters(session: Session, found: Sequence[Letter]) -> bytes:
    content: list[dict[str, Any]] = [letters.printed_content(session, row) for row in found]
    return letter_pdf(content, title=found[0].subject, language=found[0].language)
