"""The board's own forms: made from the rules in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.engine.paper_forms import FormKind, paper_form
from vetting.formats.paper_forms import form_file
from vetting.grants.models.schemes import schemes, schemes_with
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Action
from vetting.people import letterhead_of, require_permission_for_kind
from vetting.people.domain.personal_data import information_words
from vetting.people.models.letting_kinds import letting_kinds
from vetting.people.models.people import Board
from vetting.rules import own_ruleset, read_draft, rules_in_force

if TYPE_CHECKING:
    from datetime import date

    from vetting.engine.paper_forms import PaperForm
    from vetting.engine.ruleset import RuleSet
    from vetting.grants.models.schemes import GrantScheme
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Language
    from vetting.people.models.letting_kinds import LettingKind


def make_form(
    session: Session, kind: FormKind, *, on: date, of: GrantScheme | LettingKind | None = None
) -> PaperForm | None:
    """The form of a kind under the rules in force; None where the board has chosen none.

    of: the grant scheme, or the kind of letting, whose own rules it is made from.

    Raises:
        Refused: not this person's to give out.
    """
    require_permission_for_kind(session.person, Action.RECEIVE, kind.case)
    own = own_ruleset(session, of, on=on)
    ruleset = rules_in_force(session, session.person.board_id, kind.case, on=on, own=own)
    if ruleset is None:
        return None
    return _form_of(session, kind, ruleset, of=of.name if of is not None else "")


def schemes_with_own_forms(session: Session) -> list[GrantScheme]:
    """The grant schemes that are applied for by a form of their own: they have rules of their own."""
    return [item for item in schemes(session, session.person.board_id) if item.ruleset and item.ended_at is None]


def letting_kinds_with_own_forms(session: Session, *, on: date) -> list[LettingKind]:
    """The kinds of letting that are booked by a form of their own: they have rules of their own in force."""
    found = [item for item in letting_kinds(session, session.person.board_id) if item.ended_at is None]
    return [item for item in found if own_ruleset(session, item, on=on)]


def _form_of(session: Session, kind: FormKind, ruleset: RuleSet, of: str = "") -> PaperForm:
    board = session.get_one(Board, session.person.board_id)
    return paper_form(
        kind,
        ruleset,
        board=board.name,
        letterhead=letterhead_of(board),
        information=information_words(board.information),
        of=of,
    )


def form_of_draft(session: Session, key: int, ending: str, language: Language, *, on: date) -> bytes | None:
    """The application form of rules that are being written, as a file; None where they cannot be read, or ask nobody.

    Raises:
        Refused: there is no such draft, or it is not this person's to read.
    """
    ruleset = read_draft(session, key, on=on).ruleset
    if ruleset is None or CaseKind.GRANT not in ruleset.kinds:
        return None
    of = ", ".join(item.name for item in schemes_with(session, session.person.board_id, ruleset.id))
    return form_file(_form_of(session, FormKind.APPLICATION, ruleset, of), ending, language)


def given_out(
    session: Session,
    kind: FormKind,
    ending: str,
    language: Language,
    *,
    on: date,
    of: GrantScheme | LettingKind | None = None,
) -> bytes | None:
    """The form as a file; None where there is none.

    Raises:
        Refused: not this person's to give out.
    """
    form = make_form(session, kind, on=on, of=of)
    return form_file(form, ending, language) if form is not None else None
