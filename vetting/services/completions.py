"""Asking for what is missing: of one case or of many in one act, each with its letter; reminders; notes on gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, or_

from vetting.domain.association import holds_personal_number
from vetting.domain.cases import OPEN, State
from vetting.domain.completions import Asked, Gap, GapState, completion_letter, due_after, to_ask
from vetting.domain.criteria import CaseKind
from vetting.domain.dates import HERE
from vetting.domain.evidence import PERSONAL_NUMBER_WRITTEN, REMOVE_IT
from vetting.domain.facts import Facts, SuppliedBy
from vetting.domain.incoming import is_paper
from vetting.domain.people import Action
from vetting.domain.problem import Obstacle, Problem, Refused
from vetting.domain.proposal import Attention
from vetting.domain.words import Words
from vetting.files.drafts import Draft, mail_drafts
from vetting.files.typesetting import typeset
from vetting.services import gates, rule_versions
from vetting.services.cases import MOST_TEXT, NewCase, handled, keep_facts, move, open_case, still_open, touch
from vetting.services.people import allow, allow_kind
from vetting.services.screenings import of_case, screen_case
from vetting.store import documents
from vetting.store.cases import Case, marks, visible
from vetting.store.completions import (
    MAIL,
    POST,
    Completion,
    CompletionBatch,
    Contact,
    GapNote,
    contacts,
    gap_notes,
    latest_of,
    of_batch,
    senders,
)
from vetting.store.facts import values_of
from vetting.store.people import Board
from vetting.store.trail import Noted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.domain.facts import Catalogue
    from vetting.domain.people import Person
    from vetting.domain.words import Language
    from vetting.services.rules import Rules
    from vetting.services.screenings import Screened
    from vetting.store.session import WritingSession

PAGE: Final = 100
"""So many cases are looked through for a page, and asked in one act."""
ASKABLE: Final = frozenset({State.RECEIVED, State.IN_PROGRESS, State.COMPLETION, State.REQUESTED, State.TO_CHECK})
EMAIL: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,190}\.[^\s@<>,;:\"()\[\]\\.]{2,60}")
POSTAL_LINES: Final = 6
LONGEST_POSTAL: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """A case with what it lacks, the newest request, and where a letter would go."""

    case: Case
    gaps: Sequence[Gap]
    asked: Completion | None
    email: str
    postal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Cases by what is to be done about their gaps."""

    ask: Sequence[Lacking]
    """Something is missing that nobody has asked for."""
    remind: Sequence[Lacking]
    """The day to reply has been, and something is missing still."""
    waits: Sequence[Lacking]
    answered: Sequence[Lacking]
    """Everything that was asked for has come."""
    more: int
    """The last case that was looked at, where there are more; else 0."""


def gaps_of(
    session: Session, cases: Sequence[Case], rules: Rules, *, on: date,
    screened: Mapping[int, Screened | None] | None = None,
) -> dict[int, tuple[Gap, ...]]:  # fmt: skip
    """Case -> what it lacks that the association can give, by the case's own rules and what is noted."""
    noted = gap_notes(session, [case.id for case in cases])
    found = {}
    for case in cases:
        seen = screened[case.id] if screened is not None else of_case(session, case, rules, on=on)
        facts = _missing(session, case, seen) if seen is not None else ()
        found[case.id] = tuple(_gap(fact, noted.get(case.id, {}).get(fact), on) for fact in facts)
    return found


def _missing(session: Session, case: Case, screened: Screened) -> tuple[str, ...]:
    """The facts that an association can be asked for, without those that the case can be decided without."""
    accepted = gates.accepted(marks(session, case.id))
    catalogue = screened.screening.ruleset.catalogue
    return tuple(
        fact
        for fact in gates.missing_facts(case, screened.screening)
        if fact not in accepted and catalogue[fact].supplied_by is SuppliedBy.APPLICANT
    )


def _gap(fact: str, note: GapNote | None, on: date) -> Gap:
    promised = note.promised_on if note is not None and note.state == GapState.PROMISED.value else None
    state = GapState.PROMISED if promised is not None and promised >= on else GapState.MISSING
    return Gap(fact=fact, state=state, promised_on=promised)


def answered_of(
    session: Session, case: Case, requests: Iterable[Completion], gaps: Iterable[Gap]
) -> dict[int, list[Gap]]:  # fmt: skip
    """Request -> where each thing that was asked for stands: what came after the day to reply counts as well."""
    lacking = {gap.fact: gap for gap in gaps}
    papers = documents.of_case(session, case.id)
    notes = gap_notes(session, [case.id]).get(case.id, {})
    names = {paper.id: paper.name for paper in papers}
    came = {row.fact: row.entered_at.astimezone(HERE).date() for row in values_of(session, case)}
    came |= {paper.type: paper.arrived_on for paper in papers if paper.type}
    return {
        request.id: [
            lacking.get(fact) or _received(fact, request, came.get(fact), notes.get(fact), names)
            for fact in request.facts
        ]
        for request in requests
    }


def _received(
    fact: str, request: Completion, came: date | None, note: GapNote | None, names: Mapping[int, str]
) -> Gap:  # fmt: skip
    if note is not None and note.state == GapState.ELSEWHERE.value:
        return Gap(fact=fact, state=GapState.ELSEWHERE, where=names.get(note.document_id or 0, ""))
    known = came if came is not None and came >= request.sent_on else None
    return Gap(fact=fact, state=GapState.RECEIVED, came_on=known, late=known is not None and known > request.due_on)


def overview(
    session: Session, kind: CaseKind, rules: Rules, *, by: Person, on: date, round_id: int | None = None, after: int = 0
) -> Overview:
    """What a person's open cases lack, so many of them at a time.

    Raises:
        Refused: not this person's to ask for.
    """
    allow_kind(by, Action.HANDLE, kind)
    wanted = visible(by, Action.HANDLE).where(
        Case.kind == kind.value, Case.id > after, Case.state.in_(sorted(ASKABLE)),
        or_(
            Case.attention.in_([Attention.PAPERS.value, Attention.PERSON.value]), Case.state == State.COMPLETION.value,
            cast(Case.not_asked, Text) != "[]",
        ),
    )  # fmt: skip
    if round_id is not None:
        wanted = wanted.where(Case.round_id == round_id)
    cases = session.scalars(wanted.order_by(Case.id).limit(PAGE + 1)).all()
    more = cases[PAGE - 1].id if len(cases) > PAGE else 0
    rows = lacking(session, cases[:PAGE], rules, on=on)
    groups: dict[str, list[Lacking]] = {"ask": [], "remind": [], "waits": [], "answered": []}
    for row in rows:
        group = _group(row, on)
        if group:
            groups[group].append(row)
    return Overview(**groups, more=more)


def _group(row: Lacking, on: date) -> str:
    wanted = set(to_ask(row.gaps))
    if row.asked is None:
        return "ask" if wanted else "waits" if row.gaps else ""
    if not row.gaps:
        return "answered" if row.case.state == State.COMPLETION.value else ""
    if wanted - set(row.asked.facts):
        return "ask"
    return "remind" if wanted and row.asked.due_on < on else "waits"


def lacking(session: Session, cases: Sequence[Case], rules: Rules, *, on: date) -> list[Lacking]:
    """The cases with what each lacks and where it would be written to."""
    keys = [case.id for case in cases]
    gaps = gaps_of(session, cases, rules, on=on)
    requests, mails = latest_of(session, keys), senders(session, keys)
    known = contacts(session, cases[0].board_id, _associations(cases)) if cases else {}
    rows = []
    for case in cases:
        contact = known.get(case.association_id or 0)
        email = (contact.email if contact else "") or mails.get(case.id, "")
        rows.append(
            Lacking(
                case=case, gaps=gaps[case.id], asked=requests.get(case.id), postal=contact.postal if contact else "",
                email=email if EMAIL.fullmatch(email) else "",
            )
        )  # fmt: skip
    return rows


def _associations(cases: Iterable[Case]) -> list[int]:
    return [case.association_id for case in cases if case.association_id is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """What is asked in one act. facts: of one case, as a person ticked them; of many, what each lacks."""

    due_on: date | None = None
    text: str = ""
    language: Language = "sv"
    reminder: bool = False
    facts: tuple[str, ...] | None = None


@dataclass(slots=True)
class _Act:
    """One act as it goes on."""

    batch: CompletionBatch
    board: Board
    new: NewRequest
    left: list[list[str]] = field(default_factory=list)

    def leave(self, case: Case, why: Words) -> None:
        """A chosen case that nothing is asked of."""
        self.left.append([case.number, *why])


_NOTHING_MISSING: Final = Words("Inget saknas längre.", "Nothing is missing any more.")
_DECIDED: Final = Words("Ärendet är redan beslutat eller avslutat.", "The case is already decided or closed.")
_NOT_LATE: Final = Words("Svarsdagen har inte varit än.", "The day to reply has not been yet.")


def request(
    session: WritingSession, number: str, facts: tuple[str, ...], text: str, *, due_on: date | None, rules: Rules,
    by: Person, at: datetime, language: Language = "sv",
) -> Completion:  # fmt: skip
    """Asks one association for what is missing: the facts are asked from now on.

    Raises:
        Refused: nothing is asked for, the day has been, or it is decided.
    """
    case = open_case(session, number, by=by, action=Action.HANDLE)
    still_open(case)
    new = NewRequest(due_on=due_on, text=text, language=language, facts=facts)
    act = _begin(session, new, CaseKind(case.kind), by, at)
    catalogue = rule_versions.catalogue(session, case.rule_version_id, rules)
    known = tuple(fact for fact in facts if fact in catalogue)
    if not known and not text.strip():
        raise Refused(
            Obstacle.INVALID,
            Problem("text", Words("Det står inte vad som ska skickas in.", "It does not say what to send in."),
                    Words("Markera vad som saknas eller skriv det.", "Tick what is missing or write it.")),
        )  # fmt: skip
    [row] = lacking(session, [case], rules, on=at.date())
    found = _ask(session, act, row, known, catalogue, by=by, at=at)
    screen_case(session, case, rules, at=at)
    return found


def request_of_many(
    session: WritingSession, numbers: Sequence[str], new: NewRequest, *, rules: Rules, by: Person, at: datetime
) -> CompletionBatch:  # fmt: skip
    """Asks each association for what its case lacks by the rules in force for it, all by one day.

    A case where nothing is missing any more, or that is decided meanwhile, is left and told of.

    Raises:
        Refused: nothing is chosen, the day has been, nothing is missing in any of them, or one is not this person's.
    """
    allow(by, Action.HANDLE)
    chosen = list(dict.fromkeys(numbers))[:PAGE]
    if not chosen:
        raise Refused(
            Obstacle.INVALID,
            Problem("numbers", Words("Inget ärende är valt.", "No case is chosen."),
                    Words("Kryssa i de ärenden som det gäller.", "Tick the cases that it is about.")),
        )  # fmt: skip
    cases = [open_case(session, number, by=by, action=Action.HANDLE) for number in chosen]
    act = _begin(session, new, CaseKind(cases[0].kind), by, at)
    open_cases = [case for case in cases if State(case.state) in OPEN]
    for case in cases:
        if case not in open_cases:
            act.leave(case, _DECIDED)
    asked = 0
    for row in lacking(session, open_cases, rules, on=at.date()):
        facts = to_ask(row.gaps)
        if not facts:
            act.leave(row.case, _NOTHING_MISSING)
        elif new.reminder and (row.asked is None or row.asked.due_on >= at.date()):
            act.leave(row.case, _NOT_LATE)
        else:
            catalogue = rule_versions.catalogue(session, row.case.rule_version_id, rules)
            _ask(session, act, row, facts, catalogue, by=by, at=at)
            screen_case(session, row.case, rules, at=at)
            asked += 1
    if not asked:
        problems = [Problem(number, Words(sv, en), _OPEN_AGAIN) for number, sv, en in act.left]
        raise Refused(Obstacle.INVALID, *problems)
    act.batch.left = act.left
    return act.batch


_OPEN_AGAIN: Final = Words("Öppna sidan på nytt.", "Open the page again.")


def _begin(session: WritingSession, new: NewRequest, kind: CaseKind, by: Person, at: datetime) -> _Act:
    due = new.due_on or due_after(at.date())
    problems = []
    if due <= at.date():
        problems.append(
            Problem("due_on", Words("Svarsdagen har redan varit.", "The day to reply has already been."),
                    Words("Välj en dag som ligger framåt.", "Choose a day ahead."))
        )  # fmt: skip
    if holds_personal_number(new.text):
        problems.append(Problem("text", PERSONAL_NUMBER_WRITTEN, REMOVE_IT))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    batch = CompletionBatch(
        board_id=by.board_id, kind=kind.value, due_on=due, reminder=new.reminder, left=[], at=at,
        by_user_id=by.id or None,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return _Act(batch, session.get_one(Board, by.board_id), new)


def _ask(
    session: WritingSession, act: _Act, row: Lacking, facts: tuple[str, ...], catalogue: Catalogue, *, by: Person,
    at: datetime,
) -> Completion:  # fmt: skip
    case, new, due = row.case, act.new, act.batch.due_on
    asked = Asked(
        kind=CaseKind(case.kind), number=case.number, name=case.name, purpose=case.purpose[:200], facts=facts,
        received_on=case.received_on, text=new.text.strip()[:MOST_TEXT], due_on=due,
        first_due_on=row.asked.due_on if new.reminder and row.asked is not None else None,
    )  # fmt: skip
    letter = completion_letter(asked, catalogue, board=act.board.name, by=_signs(by), language=new.language)
    found = Completion(
        case_id=case.id, batch_id=act.batch.id, facts=list(facts), text=asked.text, sent_on=at.date(), due_on=due,
        by_user_id=by.id or None, reminder=new.reminder,
        letter={
            "way": MAIL if row.email else POST, "to": case.name, "email": row.email,
            "postal": row.postal.splitlines(), "subject": letter.subject, "lines": list(letter.lines),
            "language": new.language,
        },
    )  # fmt: skip
    session.add(found)
    case.not_asked = [fact for fact in case.not_asked if fact not in facts]
    handled(case, by)
    if State(case.state) is not State.COMPLETION:
        move(case, State.COMPLETION)
    touch(case)
    session.flush()
    session.note(
        Noted(action="reminded" if new.reminder else "completion_requested", by=by, at=at, subject=found,
              case_id=case.id, detail={"facts": list(facts), "due": due.isoformat()})
    )  # fmt: skip
    return found


def _signs(by: Person) -> str:
    return by.name if by.id else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNote:
    """What is known of one thing that a case lacks."""

    fact: str
    state: GapState
    promised_on: date | None = None
    document_id: int | None = None


def note_gap(
    session: WritingSession, number: str, new: NewNote, *, rules: Rules, by: Person, at: datetime
) -> GapNote:  # fmt: skip
    """Something that is missing is promised by a day, or is in a paper of the case already.

    Raises:
        Refused: nothing of the kind is missing, the day is not ahead, or the paper is not the case's.
    """
    case = open_case(session, number, by=by, action=Action.HANDLE)
    still_open(case)
    gaps = gaps_of(session, [case], rules, on=at.date())[case.id]
    catalogue = rule_versions.catalogue(session, case.rule_version_id, rules)
    if new.fact not in {gap.fact for gap in gaps}:
        raise Refused(
            Obstacle.INVALID,
            Problem("fact", Words("Det saknas inte i ärendet.", "That is not missing in the case."), _OPEN_AGAIN),
        )
    papers = {paper.id for paper in documents.of_case(session, case.id)}
    problem = _wrong_note(new, papers, at.date(), paper=is_paper(catalogue[new.fact]))
    if problem is not None:
        raise Refused(Obstacle.INVALID, problem)
    elsewhere = new.state is GapState.ELSEWHERE
    note = GapNote(
        case_id=case.id, fact=new.fact, state=new.state.value, promised_on=None if elsewhere else new.promised_on,
        document_id=new.document_id if elsewhere else None, at=at, by_user_id=by.id or None,
    )  # fmt: skip
    session.add(note)
    if elsewhere:
        given = NewCase(
            kind=CaseKind(case.kind), facts=Facts({new.fact: True}), received_on=at.date(), channel="staff",
            supplied_by=SuppliedBy.STAFF,
        )  # fmt: skip
        keep_facts(session, case, given, catalogue=catalogue, by=by, at=at)
        case.not_asked = [name for name in case.not_asked if name != new.fact]
    handled(case, by)
    touch(case)
    session.flush()
    screen_case(session, case, rules, at=at)
    session.note(
        Noted(action="gap_noted", by=by, at=at, subject=note, case_id=case.id,
              detail={"facts": [new.fact], "state": new.state.value})
    )  # fmt: skip
    return note


def _wrong_note(new: NewNote, papers: Collection[int], on: date, *, paper: bool) -> Problem | None:
    if new.state is GapState.ELSEWHERE:
        if not paper:
            return Problem("fact", Words("Det är ingen handling.", "That is no paper."),
                           Words("Fyll i uppgiften under Ändra uppgifter.",
                                 "Fill it in under Change information."))  # fmt: skip
        if new.document_id not in papers:
            return Problem("document", Words("Ingen handling är vald.", "No paper is chosen."),
                           Words("Välj handlingen som den finns i.", "Choose the paper that it is in."))  # fmt: skip
    elif new.promised_on is None or new.promised_on < on:
        return Problem("promised_on", Words("Det står inte till vilken dag.", "It does not say by which day."),
                       Words("Skriv en dag som ligger framåt.", "Write a day ahead."))  # fmt: skip
    return None


def set_contact(
    session: WritingSession, number: str, *, email: str, postal: str, by: Person, at: datetime
) -> Contact:  # fmt: skip
    """Where the board writes to the association of a case.

    Raises:
        Refused: no address, or the case has no association.
    """
    case = open_case(session, number, by=by, action=Action.HANDLE)
    if case.association_id is None:
        raise Refused(Obstacle.MISSING)
    lines = [line.strip() for line in postal.splitlines() if line.strip()]
    problems = []
    if email and not EMAIL.fullmatch(email):
        problems.append(
            Problem("email", Words("Det är ingen e-postadress.", "That is no e-mail address."),
                    Words("Skriv den så här: namn@forening.example.", "Write it like this: name@association.example."))
        )  # fmt: skip
    if len(lines) > POSTAL_LINES or sum(map(len, lines)) > LONGEST_POSTAL:
        problems.append(
            Problem("postal", Words("Adressen ryms inte i kuvertets fönster.",
                                    "The address does not fit in the envelope's window."),
                    Words("Skriv högst sex korta rader.", "Write at most six short lines."))
        )  # fmt: skip
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    contact = Contact(
        board_id=case.board_id, association_id=case.association_id, email=email, postal="\n".join(lines), at=at,
        by_user_id=by.id or None,
    )  # fmt: skip
    session.add(contact)
    session.flush()
    session.note(Noted(action="contact_changed", by=by, at=at, subject=contact, case_id=case.id))
    return contact


def of_person(session: Session, key: int, by: Person) -> CompletionBatch:
    """An act of the board, if the person handles such cases.

    Raises:
        Refused: there is none for them.
    """
    allow(by, Action.HANDLE)
    found = session.get(CompletionBatch, key)
    if found is None or found.board_id != by.board_id:
        raise Refused(Obstacle.MISSING)
    allow_kind(by, Action.HANDLE, CaseKind(found.kind))
    return found


def sent(session: Session, batch: CompletionBatch, by: Person) -> list[tuple[Case, Completion]]:
    """The letters of an act, of the cases that the person may see."""
    rows = of_batch(session, batch.id)
    cases = {case.id: case for case in session.scalars(visible(by).where(Case.id.in_([row.case_id for row in rows])))}
    return [(cases[row.case_id], row) for row in rows if row.case_id in cases]


def _drafts(session: Session, batch: CompletionBatch, by: Person) -> list[Draft]:
    board = session.get_one(Board, batch.board_id)
    return [
        Draft(
            name=f"{case.number} {case.name}", to=row.letter["email"], subject=row.letter["subject"],
            lines=[*row.letter["lines"], "", *_letterhead(board)[1:]],
        )
        for case, row in sent(session, batch, by)
        if row.letter and row.letter["way"] == MAIL
    ]  # fmt: skip


def bundle(session: Session, acts: Sequence[CompletionBatch], by: Person) -> bytes:
    """All letters of some acts: the drafts, and one PDF an act of those that go by post."""
    found = [draft for act in acts for draft in _drafts(session, act, by)]
    printed = {
        f"brev-{act.id}.pdf": letters(session, act, by)
        for act in acts
        if any(row.letter and row.letter["way"] == POST for _, row in sent(session, act, by))
    }
    return mail_drafts(found, printed)


def drafts(session: Session, batch: CompletionBatch, by: Person) -> bytes:
    """The letters that go by mail, as a zip of drafts that a mail program opens.

    Raises:
        Refused: none goes by mail.
    """
    found = _drafts(session, batch, by)
    if not found:
        raise Refused(Obstacle.MISSING)
    return mail_drafts(found)


def letters(session: Session, batch: CompletionBatch, by: Person, *, everything: bool = False) -> bytes:
    """One PDF of the letters that go by post, the address where an envelope has its window.

    everything: those that go by mail as well; so too where none goes by post.

    Raises:
        Refused: there is no letter that the person may see.
    """
    found = [row for _, row in sent(session, batch, by) if row.letter]
    by_post = [row for row in found if row.letter["way"] == POST]
    rows = found if everything else by_post or found
    if not rows:
        raise Refused(Obstacle.MISSING)
    board = session.get_one(Board, batch.board_id)
    return typeset("letters", {"letters": [_plain(row, _letterhead(board)) for row in rows],
                               "language": rows[0].letter["language"], "title": rows[0].letter["subject"]})  # fmt: skip


def _letterhead(board: Board) -> list[str]:
    return board.letterhead.splitlines() or [board.name]


def _plain(row: Completion, letterhead: Sequence[str]) -> dict[str, Any]:
    letter = row.letter
    return {
        "letterhead": list(letterhead), "to": [letter["to"], *letter["postal"]], "on": row.sent_on.isoformat(),
        "subject": letter["subject"], "lines": letter["lines"], "language": letter["language"],
    }  # fmt: skip
