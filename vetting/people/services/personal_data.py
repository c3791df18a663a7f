"""A board's information on personal data, and its decision on how long what is no record is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people.domain.personal_data import (
    LONGEST_INFORMATION,
    OPEN_BLANK,
    RETAINED_AT_MOST,
    RETAINED_DAYS,
    RETAINED_WORDS,
    RetentionKind,
    retention_time,
)
from vetting.people.models.people import Board
from vetting.people.services.sign_in import require_permission

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from vetting.kernel.store.session import Session, WritingSession

LONGEST_REFERENCE = 120


def set_information(session: WritingSession, texts: Mapping[str, str]) -> Board:
    """What stands in the board's letters and forms from now on. texts: language -> text; none is told where empty.

    Raises:
        Refused: not this person's to set, too long, or something in it is still to be filled in.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    problems = []
    for language, text in texts.items():
        if len(text) > LONGEST_INFORMATION:
            what = _("Texten är längre än {most} tecken.", most=LONGEST_INFORMATION)
            problems.append(Problem(language, what, _("Korta den, och hänvisa till en sida med resten.")))
        if OPEN_BLANK in text:
            problems.append(
                Problem(language, _("Något inom hakparentes är inte ifyllt."), _("Skriv det som gäller hos er."))
            )
    if texts.get("en", "").strip() and not texts.get("sv", "").strip():
        problems.append(
            Problem("sv", _("Den svenska texten saknas."), _("Skriv den också: de flesta brev är på svenska."))
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    board = session.get_one(Board, session.person.board_id)
    board.information = {language: _tidy(text) for language, text in texts.items() if text.strip()}
    session.note("order_changed", board, board_id=board.id, reason="information: ")
    return board


def set_retention(session: WritingSession, days: Mapping[RetentionKind, int | None], decision: str) -> Board:
    """How long what is no record is kept. decision: the board's own decision, which other times than the shipped need.

    Raises:
        Refused: not this person's to set, a time that is too short or too long, or the decision is missing.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    problems = [
        Problem(what.value, RETAINED_WORDS[what], _("Skriv {first}–{last} dagar.", first=allowed[0], last=allowed[-1]))
        for what, allowed in RETAINED_AT_MOST.items()
        if days.get(what) not in allowed
    ]
    if not problems and not decision.strip() and any(days[what] != RETAINED_DAYS[what] for what in RetentionKind):
        problems.append(
            Problem(
                "decision", _("Gallringsbeslutet saknas."), _("Skriv diarienumret för nämndens beslut om gallring.")
            )
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    board = session.get_one(Board, session.person.board_id)
    chosen = {what.value: days[what] for what in RetentionKind}
    board.retention = chosen | {"decision": " ".join(decision.split())[:LONGEST_REFERENCE]}
    told = ", ".join(f"{what} {number}" for what, number in chosen.items())
    session.note("order_changed", board, board_id=board.id, reason=f"retention: {told}")
    return board


def kept_for(session: Session, board_id: int, what: RetentionKind) -> timedelta:
    """How long a board keeps something."""
    return retention_time(session.get_one(Board, board_id).retention, what)


def _tidy(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
