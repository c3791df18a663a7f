"""Steps of setting up a new board."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _, in_context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.people.models.people import Board


class SetupStep(StrEnum):
    """What a new board sets up, in order; each can be skipped."""

    BOARD = "board"
    WAY = "way"
    RULES = "rules"
    DELEGATION = "delegation"
    PEOPLE = "people"
    LETTERHEAD = "letterhead"


SETUP_WORDS: Final[Mapping[SetupStep, Words]] = {
    SetupStep.BOARD: _("Nämnd och enhet"),
    SetupStep.WAY: _("Arbetssätt"),
    SetupStep.RULES: _("Regler"),
    SetupStep.DELEGATION: in_context("of a person", "Delegation"),
    SetupStep.PEOPLE: _("Personer"),
    SetupStep.LETTERHEAD: _("Brevhuvud"),
}


DONE = "done"


SKIPPED = "skipped"


def mark_step_done(board: Board, step: SetupStep) -> None:
    """A step that was taken through another door."""
    board.setup = {**board.setup, step.value: DONE}
