"""The board's own forms: made from the rules in force, and read when they come back."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vetting.boards.domain.personal_data import information_words
from vetting.boards.models.letting_kinds import letting_kinds
from vetting.boards.models.people import Board
from vetting.boards.services.boards import letterhead_of
from vetting.boards.services.sign_in import require_permission_for_kind
from vetting.documents.domain.paper_forms import FormKind, paper_form
from vetting.documents.domain.returned_forms import FormAnswer, ReturnedForm, returned_form
from vetting.formats.paper_forms import form_file, may_be_form, read_form
from vetting.grants.models.schemes import schemes, schemes_with
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import holds_personal_number, mask_personal_numbers
from vetting.kernel.problem import Problem
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.rules.services import drafts, versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from vetting.boards.models.letting_kinds import LettingKind
    from vetting.documents.domain.paper_forms import PaperForm
    from vetting.engine.ruleset import RuleSet
    from vetting.grants.models.schemes import GrantScheme
    from vetting.kernel.roles import Person
    from vetting.kernel.text import Language
    from vetting.rules.services.rulebook import Rules

FACT_SIGN: Final = re.compile(r"[a-z][a-z_]{1,63}")


def make_form(
    session: Session, kind: FormKind, rules: Rules, *, by: Person, on: date, of: GrantScheme | LettingKind | None = None
) -> PaperForm | None:
    """The form of a kind under the rules in force; None where the board has chosen none.

    of: the grant scheme, or the kind of letting, whose own rules it is made from.

    Raises:
        Refused: not this person's to give out.
    """
    require_permission_for_kind(by, Action.RECEIVE, kind.case)
    own = of.ruleset if of is not None else ""
    ruleset = versions.rules_in_force(session, by.board_id, kind.case, rules, on=on, own=own)
    if ruleset is None:
        return None
    return _form_of(session, kind, ruleset, by, of=of.name if of is not None else "")


def schemes_with_own_forms(session: Session, by: Person) -> list[GrantScheme]:
    """The grant schemes that are applied for by a form of their own: they have rules of their own."""
    return [item for item in schemes(session, by.board_id) if item.ruleset and item.ended_at is None]


def letting_kinds_with_own_forms(session: Session, by: Person, *, on: date) -> list[LettingKind]:
    """The kinds of letting that are booked by a form of their own: they have rules of their own in force."""
    found = [item for item in letting_kinds(session, by.board_id) if item.ended_at is None]
    return [item for item in found if versions.ruleset_of_letting(session, item, on=on)]


def _form_of(session: Session, kind: FormKind, ruleset: RuleSet, by: Person, of: str = "") -> PaperForm:
    board = session.get_one(Board, by.board_id)
    return paper_form(
        kind,
        ruleset,
        board=board.name,
        letterhead=letterhead_of(board),
        information=information_words(board.information),
        of=of,
    )


def form_of_draft(
    session: Session, key: int, ending: str, language: Language, rules: Rules, *, by: Person, on: date
) -> bytes | None:
    """The application form of rules that are being written, as a file; None where they cannot be read, or ask nobody.

    Raises:
        Refused: there is no such draft, or it is not this person's to read.
    """
    ruleset = drafts.read_draft(session, key, rules=rules, by=by, on=on).ruleset
    if ruleset is None or CaseKind.GRANT not in ruleset.kinds:
        return None
    of = ", ".join(item.name for item in schemes_with(session, by.board_id, ruleset.id))
    return form_file(_form_of(session, FormKind.APPLICATION, ruleset, by, of), ending, language)


def given_out(
    session: Session,
    kind: FormKind,
    ending: str,
    language: Language,
    rules: Rules,
    *,
    by: Person,
    on: date,
    of: GrantScheme | LettingKind | None = None,
) -> bytes | None:
    """The form as a file; None where there is none.

    Raises:
        Refused: not this person's to give out.
    """
    form = make_form(session, kind, rules, by=by, on=on, of=of)
    return form_file(form, ending, language) if form is not None else None


def _rules_of_mark(
    session: Session, board_id: int, kind: FormKind, mark: str, rules: Rules, *, on: date
) -> RuleSet | None:
    """The rules in force that a form was made from, by the beginning of their fingerprint; else the shared ones."""
    known = versions.all_in_force(session, board_id, [kind.case], rules, on=on)
    made_from = next((item for item in known if item.fingerprint.startswith(mark)), None)
    return made_from or versions.rules_in_force(session, board_id, kind.case, rules, on=on)


class PostFile(NamedTuple):
    """A file as it was taken in. original: it is the whole mail that the others came in."""

    name: str
    media_type: str
    content: bytes
    original: bool = False


@dataclass(frozen=True, slots=True)
class FormSearchResult:
    """The board's own form among some files, as plain data (empty where there is none), and what is told of others."""

    form: dict[str, Any]
    told: list[Problem]


def found_among(files: Sequence[PostFile], until: float) -> FormSearchResult:
    """The first of the files that is a form. until: when to stop looking, by time.monotonic.

    A second form, and files that nobody has had the time to look through, are told of and kept as they came.
    """
    form: dict[str, Any] = {}
    told: list[Problem] = []
    for place, file in enumerate(files):
        if not may_be_form(file.media_type) or file.original:
            continue
        if time.monotonic() > until:
            told.append(Problem(file.name, _NOT_LOOKED, _BY_HAND))
            continue
        found = read_form(file.content, file.name, file.media_type)
        if found is not None and form:
            told.append(Problem(file.name, _SECOND, _BY_ITSELF))
        elif found is not None:
            kind, mark, answers = found
            plain = [
                [_own(answer.fact), mask_personal_numbers(answer.label), mask_personal_numbers(answer.text)]
                for answer in answers
            ]
            form = {"kind": kind.value, "rules": mark, "part": place, "answers": plain}
    return FormSearchResult(form, told)


_NOT_LOOKED: Final = _("Filen hann inte gås igenom. Är det en blankett är den inte inläst.")
_BY_HAND: Final = _("Öppna den och se efter, eller lägg in den för sig.")
_SECOND: Final = _("Det här är ytterligare en blankett. Den är inte inläst.")
_BY_ITSELF: Final = _("Lägg in den för sig.")


def _own(fact: str) -> str:
    """The sign of a field, if it can be one of ours."""
    return fact if FACT_SIGN.fullmatch(fact) and not holds_personal_number(fact) else ""


def read_returned_form(
    session: Session, plain: Mapping[str, Any], board_id: int, rules: Rules, *, on: date
) -> tuple[ReturnedForm, RuleSet] | None:
    """What stands in a form that was found, and the rules it is read by; None where there are none.

    They are those in force that it was made from, else the shared ones.
    """
    kind = FormKind(plain["kind"])
    ruleset = _rules_of_mark(session, board_id, kind, plain["rules"], rules, on=on)
    if ruleset is None:
        return None
    return returned_form(kind, plain["rules"], (FormAnswer(*answer) for answer in plain["answers"]), ruleset), ruleset
