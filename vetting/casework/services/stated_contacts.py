"""Where letters go, kept as a row: as the office says it, or as an application says itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.casework.domain.completions import wrong_with_address
from vetting.casework.models.completions import Contact, contacts
from vetting.casework.models.letters import unsent_without_address
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.text import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.casework.models.cases import Case
    from vetting.engine.facts import Value
    from vetting.kernel.store.session import WritingSession

LONGEST_FUNCTION: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """Where letters go: both addresses empty when nobody knows any more."""

    email: str
    postal: str
    function: str = ""
    language: str = ""
    """What it reads letters in; empty where nobody has said."""


def keep_stated_contact(session: WritingSession, case: Case, said: Mapping[str, Value]) -> None:
    """Where an application says that it is answered becomes where letters go, if nobody has said before.

    What is no address, or holds a personal number, stays a fact of the application only.
    """
    email, postal, function = (str(said.get(name, "")).strip() for name in STATED)
    lines = [line.strip() for line in postal.splitlines() if line.strip()]
    if case.association_id is None or not (email or lines) or wrong_with_address(email, lines):
        return
    if case.association_id in contacts(session, case.board_id, case.kind, [case.association_id]):
        return
    new = NewContact(email=email, postal=postal, function=function)
    keep_contact(session, case, new, lines)


STATED: Final = ("contact_email", "postal_address", "contact_function")
"""The facts of an application that say where it is answered."""


def keep_contact(session: WritingSession, case: Case, new: NewContact, lines: Sequence[str]) -> Contact:
    """A new row of where letters go, also those that are written and had no address. lines: its postal address."""
    contact = Contact(
        board_id=case.board_id,
        association_id=case.association_id,
        kind=case.kind,
        email=new.email,
        postal="\n".join(lines),
        function=" ".join(mask_personal_numbers(new.function).split())[:LONGEST_FUNCTION],
        language=new.language if new.language in LANGUAGES else "",
        at=session.now,
        by_user_id=session.user_id,
    )
    session.add(contact)
    for letter in unsent_without_address(session, contact):
        letter.email, letter.postal = new.email, list(lines)
    session.flush()
    session.note("contact_changed", contact, case_id=case.id)
    return contact
