"""The yearly update: which associations are asked whether what is known of them holds, and how old that is.

An annual meeting elects a board, and a board's first meeting says who signs: contact, signatories, account and papers
are a year old at most. What is older, or not known, is listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting.associations.models.associations import Association, held_by
from vetting.boards.services.sign_in import require_permission
from vetting.cases.models.cases import Case, GrantApplication, seen_by
from vetting.cases.models.completions import contacts
from vetting.documents.models.documents import Document
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import not_taken_back
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import Words, _
from vetting.office.models.yearly_updates import YearlyUpdate, latest_updates

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession

GOOD_FOR: Final = timedelta(days=365)
"""What is older is to be asked for."""
APPLIED_WITHIN: Final = timedelta(days=2 * 366)
"""Associations that have applied for so long are asked."""
MOST: Final = 1000
SIGNATORIES, MINUTES, ACCOUNTS = "authority_minutes", "annual_minutes", "accounts"


@dataclass(frozen=True, slots=True)
class KnownThing:
    """What is known of an association, and since when; None: it is not known."""

    words: Words
    since: date | None
    old: bool


@dataclass(frozen=True, slots=True)
class UpdateLine:
    """An association, what is known of it, when it was asked and when it answered that it holds."""

    association_id: int
    name: str
    email: str
    known: tuple[KnownThing, ...]
    asked_on: date | None
    held_on: date | None

    @property
    def is_due(self) -> bool:
        """Whether something is older than its time, and it has not answered since."""
        return any(item.old for item in self.known)


def update_lines(session: Session, *, by: Person, on: date) -> list[UpdateLine]:
    """Every association that has applied for a grant lately, those with something old first, by name."""
    require_permission(by, Action.MANAGE_ROUNDS)
    own = (Case.board_id == by.board_id, Case.kind == CaseKind.GRANT, not_taken_back(Case.batch_id), seen_by(by))
    applied = select(Case.association_id).where(*own, Case.received_on >= on - APPLIED_WITHIN).distinct().limit(MOST)
    keys = {key for key in session.scalars(applied) if key is not None}
    merged = held_by(session, keys)
    holders = {merged.get(key, key) for key in keys}
    known = contacts(session, by.board_id, CaseKind.GRANT, holders)
    accounts = _by_holder(
        session.execute(
            select(Case.association_id, func.max(Case.received_on))
            .join(GrantApplication, GrantApplication.case_id == Case.id)
            .where(*own, Case.association_id.in_(keys), GrantApplication.giro != "")
            .group_by(Case.association_id)
        ),
        merged,
    )
    papers = {
        paper: _by_holder(
            session.execute(
                select(Document.association_id, func.max(func.coalesce(Document.dated, Document.arrived_on)))
                .where(Document.board_id == by.board_id, Document.type == paper, Document.association_id.in_(keys))
                .group_by(Document.association_id)
            ),
            merged,
        )
        for paper in (SIGNATORIES, MINUTES, ACCOUNTS)
    }
    asked = latest_updates(session, by.board_id, holders)
    names = session.execute(select(Association.id, Association.name).where(Association.id.in_(holders)))
    found = []
    for key, name in names:
        contact, row = known.get(key), asked.get(key)
        held = day_here(row.holds_at) if row is not None and row.holds_at is not None else None
        found.append(
            UpdateLine(
                key,
                name,
                contact.working_email if contact is not None else "",
                (
                    _thing(
                        _("kontakt"),
                        day_here(contact.at) if contact is not None and contact.failed_at is None else None,
                        held,
                        on,
                    ),
                    _thing(_("firmatecknare"), papers[SIGNATORIES].get(key), held, on),
                    _thing(_("konto"), accounts.get(key), held, on),
                    _thing(_("årsmötesprotokoll"), papers[MINUTES].get(key), None, on),
                    _thing(_("årsredovisning"), papers[ACCOUNTS].get(key), None, on),
                ),
                day_here(row.asked_at) if row is not None else None,
                held,
            )
        )
    return sorted(found, key=lambda line: (not line.is_due, line.name.casefold(), line.association_id))


def _by_holder(rows: Iterable[Row[int | None, date]], merged: dict[int, int]) -> dict[int, date]:
    """Association, by the record that holds -> the newest day of any of its records."""
    found: dict[int, date] = {}
    for key, day in rows:
        if key is not None:
            holder = merged.get(key, key)
            found[holder] = max(day, found.get(holder, day))
    return found


def _thing(words: Words, since: date | None, held: date | None, on: date) -> KnownThing:
    """A thing that has been said, or that the association has answered still holds."""
    days = [day for day in (since, held) if day is not None] if since is not None else []
    newest = max(days, default=None)
    return KnownThing(words, newest, newest is None or on - newest > GOOD_FOR)


def note_asked(session: WritingSession, keys: Collection[int], *, by: Person, at: datetime) -> int:
    """The associations are asked: one act, one mail that somebody sends. Returns how many."""
    require_permission(by, Action.MANAGE_ROUNDS)
    wanted = _keys_of_list(session, keys, by=by, on=day_here(at))
    rows = [YearlyUpdate(board_id=by.board_id, association_id=key, asked_at=at, asked_by_id=by.id) for key in wanted]
    session.add_all(rows)
    session.flush()
    session.note(TrailNote(action="yearly_update_asked", by=by, at=at, board_id=by.board_id))
    return len(rows)


def note_that_it_holds(session: WritingSession, keys: Collection[int], *, by: Person, at: datetime) -> int:
    """Associations have answered that contact, signatories and account hold. Returns how many."""
    require_permission(by, Action.MANAGE_ROUNDS)
    wanted = _keys_of_list(session, keys, by=by, on=day_here(at))
    rows = latest_updates(session, by.board_id, wanted)
    for key in wanted:
        row = rows.get(key)
        if row is None or row.holds_at is not None:
            row = YearlyUpdate(board_id=by.board_id, association_id=key, asked_at=at, asked_by_id=by.id)
            session.add(row)
        row.holds_at, row.noted_by_id = at, by.id
    session.flush()
    session.note(TrailNote(action="yearly_update_noted", by=by, at=at, board_id=by.board_id))
    return len(wanted)


def _keys_of_list(session: Session, keys: Collection[int], *, by: Person, on: date) -> list[int]:
    """Those chosen that are on the list."""
    listed = {line.association_id for line in update_lines(session, by=by, on=on)}
    wanted = sorted(listed.intersection(keys))
    if not wanted:
        raise Refused(
            Obstacle.INVALID, Problem("association", _("Ingen förening är vald."), _("Kryssa för en eller flera."))
        )
    return wanted


SUBJECT: Final = _("Stämmer det vi vet om er förening?")


def update_text(by: Person) -> Words:
    """What the mail proposes to say."""
    return _(
        "Hej!\n\nEfter årsmötet ber vi er titta efter att det vi har om er stämmer. Svara på det här mejlet med:\n\n"
        "1. Vem vi skriver till: funktion, e-post och postadress.\n"
        "2. Vilka som tecknar föreningens firma, med protokollet från det konstituerande mötet.\n"
        "3. Vilket bankgiro eller plusgiro vi betalar till.\n"
        "4. Årsmötets protokoll, verksamhetsberättelse, årsredovisning och revisionsberättelse.\n\n"
        "Har inget ändrats räcker det att ni svarar det, och skickar årsmötets handlingar.\n\nHälsningar\n{board}",
        board=by.board,
    )
