"""The board's own forms: made from the rules in force, and read when they come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting.domain.association import masked
from vetting.domain.paper_forms import FormKind, paper_form
from vetting.domain.people import Action
from vetting.domain.returned_forms import Answer, ReturnedForm, returned_form
from vetting.files.forms import form_file, may_be_form, read_form
from vetting.services import rule_versions
from vetting.services.people import allow_kind
from vetting.store.people import Board

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from vetting.domain.paper_forms import PaperForm
    from vetting.domain.people import Person
    from vetting.domain.ruleset import RuleSet
    from vetting.domain.words import Language
    from vetting.services.rules import Rules

MOST_TRIED: Final = 10
"""So many files of one mail are looked through for the board's form."""


def made(session: Session, kind: FormKind, rules: Rules, *, by: Person, on: date) -> PaperForm | None:
    """The form of a kind under the rules in force; None where the board has chosen none.

    Raises:
        Refused: not this person's to give out.
    """
    allow_kind(by, Action.RECEIVE, kind.case)
    ruleset = _in_force(session, by.board_id, kind, rules, on=on)
    if ruleset is None:
        return None
    board = session.get_one(Board, by.board_id)
    return paper_form(kind, ruleset, board=board.name, letterhead=board.letterhead or board.name)


def given_out(
    session: Session, kind: FormKind, ending: str, language: Language, rules: Rules, *, by: Person, on: date
) -> bytes | None:  # fmt: skip
    """The form as a file; None where there is none.

    Raises:
        Refused: not this person's to give out.
    """
    form = made(session, kind, rules, by=by, on=on)
    return form_file(form, ending, language) if form is not None else None


def _in_force(session: Session, board_id: int, kind: FormKind, rules: Rules, *, on: date) -> RuleSet | None:
    return rule_versions.chosen(session, board_id, kind.case, rules, on=on)


def found_among(files: Sequence[tuple[str, str, bytes, bool]]) -> dict[str, Any]:
    """The first of the files (name, media type, content, is it a mail) that is a form, as plain data; else empty."""
    tried = [place for place, file in enumerate(files) if may_be_form(file[1]) and not file[3]]
    for place in tried[:MOST_TRIED]:
        name, media_type, content, _ = files[place]
        found = read_form(content, name, media_type)
        if found is not None:
            kind, mark, answers = found
            plain = [[answer.fact, masked(answer.label), masked(answer.text)] for answer in answers]
            return {"kind": kind.value, "rules": mark, "part": place, "answers": plain}
    return {}


def returned(
    session: Session, plain: Mapping[str, Any], board_id: int, rules: Rules, *, on: date
) -> tuple[ReturnedForm, RuleSet] | None:
    """What stands in a form that was found, under the rules in force; None where there are none."""
    kind = FormKind(plain["kind"])
    ruleset = _in_force(session, board_id, kind, rules, on=on)
    if ruleset is None:
        return None
    return returned_form(kind, plain["rules"], (Answer(*answer) for answer in plain["answers"]), ruleset), ruleset
