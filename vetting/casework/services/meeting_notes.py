"""The notes of a meeting as a document: who was there, what the group advised, whether they are locked."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.casework.domain.advice import ADVICE_WORDS, Advice
from vetting.casework.models import meetings as store
from vetting.casework.services import meetings as service
from vetting.casework.services.seats import ADJUSTERS
from vetting.kernel.dates import HERE, day_here
from vetting.kernel.store.trail_anchors import HEAD_OF_TRAIL, head_of
from vetting.kernel.text import (
    NO_WORDS,
    Words,
    _,
    clock_in_words,
    count_in_words,
    day_in_words,
    join_words,
    same_in_both,
    upper_first,
)
from vetting.kernel.written_documents import DocumentSection, WrittenDocument
from vetting.people import habits_of
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board, names_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from vetting.casework.models.cases import Case
    from vetting.casework.models.meetings import Meeting, Review
    from vetting.kernel.store.session import Session

MINUTES: Final = _("Protokoll")
NOTES: Final = _("Minnesanteckningar")
SIGNATURE: Final = same_in_both("_" * 40)


def meeting_notes(session: Session, meeting: Meeting) -> WrittenDocument:
    """The notes without the cases that this person has stepped aside from.

    Raises:
        Refused: conflicts of interest are not answered.
    """
    service.has_declared(session, meeting)
    formal = BoardOption.FORMAL_MINUTES in habits_of(session.get_one(Board, meeting.board_id))
    agenda = service.agenda(session, meeting)
    aside = Counter(
        session.scalars(
            select(store.Conflict.case_id).where(
                store.Conflict.case_id.in_([review.case_id for review, _case in agenda]),
                store.Conflict.withdrawn_at.is_(None),
            )
        )
    )
    adjusters = [row.user_id for row in store.adjustments(session, meeting.id)]
    places = [row for row in store.attendances(session, meeting.id) if row.present]
    names = names_of(session, {*(row.user_id for row in places), *adjusters})
    guests = [guest.name for guest in store.guests(session, meeting.id) if guest.review_id is None]
    present = [names[row.user_id] for row in places if row.user_id in names] + guests
    silent = [names[row.user_id] for row in places if row.declared_at is None and row.user_id in names]
    top = [
        same_in_both(session.person.board),
        _("Referensgruppens möte ")
        + _moment(meeting.starts_at)
        + same_in_both(f", {meeting.place}" if meeting.place else ""),
        _("Gruppen ger råd. Nämnden eller delegaten beslutar."),
        _("Närvarande: ") + same_in_both(", ".join(present) + ".") if present else _("Närvaron är inte antecknad."),
        _standing_of(meeting, [names.get(key, "") for key in adjusters], formal=formal),
    ]
    if silent:
        top.insert(
            -1, _("Svarade inte på frågan om jäv och deltog inte i ärendena: ") + same_in_both(", ".join(silent) + ".")
        )
    left_out = len(service.cases_on_list(session, meeting)) - len(agenda)
    if left_out:
        top.append(
            count_in_words(
                left_out,
                _("ärende visas inte: du har anmält jäv."),
                _("ärenden visas inte: du har anmält jäv."),
            )
        )
    sections = [_item(review, case, aside) for review, case in agenda]
    if meeting.notes:
        sections.append(DocumentSection(_("Övrigt"), [same_in_both(line) for line in meeting.notes.splitlines()]))
    facts = {"board": same_in_both(session.person.board), "date": day_in_words(day_here(meeting.starts_at))}
    return WrittenDocument(MINUTES if formal else NOTES, top, sections, _signatures(meeting) if formal else (), facts)


def with_head_of_trail(session: Session, notes: WrittenDocument) -> WrittenDocument:
    """The notes as they leave the program: the last line says how far the board's trail went, which paper can prove."""
    entry_id, head = head_of(session, session.person.board_id)
    return replace(notes, signed=(*notes.signed, HEAD_OF_TRAIL + same_in_both(f": {entry_id} {head}")))


def _moment(at: datetime) -> Words:
    here = at.astimezone(HERE)
    return join_words([day_in_words(here.date()), clock_in_words(here)], " ")


def _standing_of(meeting: Meeting, adjusters: list[str], *, formal: bool) -> Words:
    by_whom = _(" Justerat av ") + same_in_both(", ".join(adjusters) + ".") if adjusters else NO_WORDS
    if meeting.approved_at is None:
        unfinished = _("Utkast, inte färdigjusterat.") if adjusters else _("Utkast, inte justerat.")
        standing = unfinished if formal else _("Utkast, inte godkänt.")
    else:
        standing = _("Godkänt och låst ") + _moment(meeting.approved_at) + same_in_both(".")
    return standing + by_whom


def _item(review: Review, case: Case, aside: Mapping[int, int]) -> DocumentSection:
    lines = [same_in_both(review.question)]
    if review.outcome:
        advice = upper_first(ADVICE_WORDS[Advice(review.outcome)]) + same_in_both(".")
        lines.append(_("Gruppens råd: ") + advice)
        lines += [same_in_both(line) for line in review.opinion.splitlines()]
    else:
        lines.append(_("Inte behandlat."))
    lines += [_("Villkor: ") + same_in_both(line) for line in review.conditions]
    if review.dissent:
        lines.append(_("Avvikande mening: ") + same_in_both(review.dissent))
    if aside.get(case.id):
        lines.append(
            count_in_words(
                aside[case.id],
                _("person deltog inte på grund av jäv."),
                _("personer deltog inte på grund av jäv."),
            )
        )
    return DocumentSection(same_in_both(f"{case.name}, {case.number}"), lines)


def _signatures(meeting: Meeting) -> list[Words]:
    """Lines to sign on, while the minutes are not locked."""
    return [SIGNATURE + _(" Justerat av") for _place in range(ADJUSTERS)] if meeting.approved_at is None else []
