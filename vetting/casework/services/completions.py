"""Asking for what is missing: of one case or of many in one act, reminding, and what is noted of a gap."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from sqlalchemy import Text, cast, exists, or_, select

from vetting.casework.domain.cases import OPEN, STATE_WORDS, CaseMarkKind, CaseState
from vetting.casework.domain.completion_letters import CompletionLetterContent
from vetting.casework.domain.completions import (
    CompletionStage,
    Gap,
    GapState,
    completion_stage_of,
    due_after,
    is_email,
    to_ask,
    wrong_day,
)
from vetting.casework.domain.incoming import is_paper
from vetting.casework.domain.letters import LetterKind
from vetting.casework.models import decisions, documents
from vetting.casework.models.cases import Case, current_marks, marks_of_many, visible_cases
from vetting.casework.models.completions import (
    Completion,
    CompletionBatch,
    GapNote,
    asked_until,
    contacts,
    gap_notes,
    languages,
    of_many,
    requests_of,
    senders,
)
from vetting.casework.models.facts import values_of
from vetting.casework.models.letters import Letter, unsent_requests
from vetting.casework.services.cases import (
    MOST_TEXT,
    change_state,
    open_case,
    put_mark,
    raise_version,
    rescreen_after_mark,
    start_handling,
    still_open,
)
from vetting.casework.services.gaps import accepted_gaps, gaps_in, gaps_of_list
from vetting.casework.services.intake import FactOrigin, keep_facts
from vetting.casework.services.letter_texts import completion_text
from vetting.casework.services.screenings import last_of_many, screen_case, screen_without_keeping
from vetting.engine.evidence import PERSONAL_NUMBER_WRITTEN, REMOVE_IT
from vetting.engine.facts import Facts, FactSupplier
from vetting.engine.proposal import Attention
from vetting.grants.models.rounds import scheme_of_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import IncompleteTreatment
from vetting.kernel.organisation_numbers import holds_personal_number
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import OFFICIAL, Words, _
from vetting.people import require_permission, require_permission_for_kind
from vetting.people.domain.personal_data import information_lines
from vetting.people.models.people import Board
from vetting.rules import catalogue_of_version

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from vetting.casework.models.cases import CaseMark
    from vetting.engine.facts import Catalogue
    from vetting.engine.screening import Screening
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.text import Language

PAGE: Final = 100
"""So many cases are looked through for a page, and asked in one act."""
ASKABLE: Final = frozenset(
    {CaseState.RECEIVED, CaseState.IN_PROGRESS, CaseState.COMPLETION, CaseState.REQUESTED, CaseState.TO_CHECK}
)
"""States that a case is asked from together with others; from the others it is asked by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncompleteCase:
    """A case with what it lacks, what has been asked until when, and where a letter would go."""

    case: Case
    gaps: Sequence[Gap]
    labels: Mapping[str, Words]
    """Fact -> what the case's own rules call it."""
    asked_until: Mapping[str, date]
    is_unsent: bool
    """A letter that asks for it is written and has not gone."""
    group: CompletionStage
    email: str
    by_sender: bool
    """The address is that of whoever wrote last in the case, and no one has confirmed it."""
    postal: Sequence[str]
    language: Language
    """What its letters are written in."""

    @property
    def due_on(self) -> date | None:
        """The latest day to reply that the association has been given."""
        return max(self.asked_until.values(), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListGaps:
    """What several cases lack in the same way, since their list has no column for it: told once for all of them."""

    labels: Mapping[str, Words]
    """Fact -> what the rules call it."""
    cases: Sequence[Case]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionOverview:
    """Cases by what is to be done about their gaps."""

    groups: Mapping[CompletionStage, Sequence[IncompleteCase]]
    more: int
    """The last case that was looked at, where there are more; else 0."""
    of_list: ListGaps


def answered_of(
    session: Session, case: Case, requests: Sequence[Completion], gaps: Iterable[Gap], marks: Sequence[CaseMark]
) -> dict[int, list[Gap]]:
    """Request -> where each thing that was asked for stands: what came after the day to reply counts as well."""
    if not requests:
        return {}
    lacking_now = {gap.fact: gap for gap in gaps}
    papers = documents.of_case(session, case.id)
    notes = gap_notes(session, [case.id]).get(case.id, {})
    names = {paper.id: paper.name for paper in papers}
    dispensable = accepted_gaps(marks)
    came = {
        row.fact: day_here(row.source.entered_at)
        for row in values_of(session, case)
        if row.value is not None and not row.absent and not row.unreadable
    }
    came |= {paper.type: paper.arrived_on for paper in papers if paper.type}
    last = _last_day(session, case)

    def standing(fact: str, request: Completion) -> Gap:
        note = notes.get(fact)
        if fact in lacking_now:
            return lacking_now[fact]
        if note is not None and note.state == GapState.ELSEWHERE.value:
            return Gap(fact=fact, state=GapState.ELSEWHERE, where=names.get(note.document_id or 0, ""))
        if fact not in came:
            return Gap(fact=fact, state=GapState.ACCEPTED if fact in dispensable else GapState.MISSING)
        day = came[fact] if came[fact] >= request.sent_on else None
        late = day is not None and request.due_on < day <= last
        return Gap(fact=fact, state=GapState.RECEIVED, came_on=day, late=late)

    return {request.id: [standing(fact, request) for fact in request.facts] for request in requests}


def _last_day(session: Session, case: Case) -> date:
    """The last day that what comes in counts: that of the decision; an application that was taken back has none."""
    decided = max((row.decided_on for row in decisions.of_case(session, case.id)), default=date.min)
    return date.max if case.state in OPEN and decided == date.min else decided


def completion_overview(
    session: Session, kind: CaseKind, *, on: date, round_id: int | None = None, after: int = 0
) -> CompletionOverview:
    """What a person's open cases lack, so many of them at a time.

    Raises:
        Refused: not this person's to ask for.
    """
    require_permission_for_kind(session.person, Action.HANDLE, kind)
    asked = exists(select(Completion.id).where(Completion.case_id == Case.id))
    wanted = visible_cases(session.person, Action.HANDLE).where(
        Case.kind == kind,
        Case.id > after,
        Case.state.in_(sorted(OPEN)),
        or_(
            asked,
            Case.state.in_(sorted(ASKABLE))
            & or_(
                Case.attention.in_([Attention.PAPERS.value, Attention.PERSON.value]), cast(Case.not_asked, Text) != "[]"
            ),
        ),
    )
    if round_id is not None:
        wanted = wanted.where(Case.round_id == round_id)
    cases = session.scalars(wanted.order_by(Case.id).limit(PAGE + 1)).all()
    more = cases[PAGE - 1].id if len(cases) > PAGE else 0
    cases = cases[:PAGE]
    screenings = last_of_many(session, cases, on=on)
    marks = marks_of_many(session, [case.id for case in cases])
    rows = incomplete_cases(session, cases, screenings, marks=marks, on=on)
    return CompletionOverview(
        groups={group: [row for row in rows if row.group is group] for group in CompletionStage},
        more=more,
        of_list=list_gaps(cases, screenings, marks),
    )


def list_gaps(
    cases: Sequence[Case], screenings: Mapping[int, Screening], marks: Mapping[int, Sequence[CaseMark]]
) -> ListGaps:
    """What at least two of some cases lack because their list does not have it, and those cases."""
    lacking = {
        case.id: gaps_of_list(case, screenings[case.id], marks.get(case.id, []))
        for case in cases
        if case.id in screenings and case.state in ASKABLE
    }
    shared = shared_facts(lacking.values())
    return ListGaps(
        labels={
            fact: screening.ruleset.catalogue[fact].label
            for screening in screenings.values()
            for fact in sorted(shared)
            if fact in screening.ruleset.catalogue
        },
        cases=[case for case in cases if lacking.get(case.id, frozenset()) & shared],
    )


def shared_facts(lacking: Iterable[frozenset[str]]) -> frozenset[str]:
    """The facts that more than one case lacks."""
    counted = Counter(fact for facts in lacking for fact in facts)
    return frozenset(fact for fact, many in counted.items() if many > 1)


def accept_list_gaps(session: WritingSession, numbers: Sequence[str], facts: Collection[str], reason: str) -> list[str]:
    """Accepts, with one reason, what several cases lack since their list does not have it. Returns their numbers.

    It is one deviation with its list; each case keeps its own mark. What an association left out itself is not in it.
    facts: those that were told; nothing else of a case is accepted.

    Raises:
        Refused: no reason, none chosen, nothing of the kind is lacking any more, or one is not this person's.
    """
    if not reason.strip():
        raise Refused(
            Obstacle.INVALID,
            Problem("reason", _("Skälet saknas."), _("Skriv varför ärendena kan avgöras utan uppgifterna.")),
        )
    if holds_personal_number(reason):
        raise Refused(Obstacle.INVALID, Problem("reason", PERSONAL_NUMBER_WRITTEN, REMOVE_IT))
    if not numbers:
        raise Refused(
            Obstacle.INVALID, Problem("number", _("Inget ärende är valt."), _("Kryssa i de ärenden som det gäller."))
        )
    cases = [open_case(session, number, action=Action.ASSESS) for number in dict.fromkeys(numbers[:PAGE])]
    accepted: dict[str, list[str]] = {}
    for case in cases:
        screened = screen_without_keeping(session, case, on=session.today) if case.state in ASKABLE else None
        lacking = gaps_of_list(case, screened.screening, current_marks(session, case)) if screened else frozenset()
        lacking &= frozenset(facts)
        if not lacking:
            continue
        about = ",".join(sorted(lacking))
        put_mark(session, case, CaseMarkKind.GAP_ACCEPTED, about=about, text=reason)
        rescreen_after_mark(session, case)
        accepted[case.number] = sorted(lacking)
    if not accepted:
        raise Refused(Obstacle.INVALID, Problem("reason", _NOTHING_MISSING, _OPEN_AGAIN))
    session.note(
        "list_gaps_accepted",
        session.get_one(Board, session.person.board_id),
        board_id=session.person.board_id,
        reason=reason.strip(),
        detail={"cases": list(accepted), "facts": sorted({fact for facts in accepted.values() for fact in facts})},
    )
    return list(accepted)


def incomplete_cases(
    session: Session,
    cases: Sequence[Case],
    screenings: Mapping[int, Screening],
    *,
    marks: Mapping[int, Sequence[CaseMark]],
    on: date,
) -> list[IncompleteCase]:
    """The cases with what each lacks by its screening, and where it would be written to; all of one kind."""
    if not cases:
        return []
    keys = [case.id for case in cases]
    notes, requests = gap_notes(session, keys), of_many(session, keys)
    associations = [case.association_id for case in cases if case.association_id is not None]
    known = contacts(session, cases[0].board_id, cases[0].kind, associations)
    spoken = languages(session, cases[0].board_id, cases[0].kind, associations)
    mails = senders(session, keys)
    unsent = unsent_requests(session, list(requests)) if requests else {}
    rows = []
    for case in cases:
        screening = screenings.get(case.id)
        gaps = gaps_in(case, screening, marks.get(case.id, []), notes.get(case.id, {}), on) if screening else ()
        until = asked_until(requests.get(case.id, []), unsent.get(case.id, ()), on)
        group = completion_stage_of(gaps, until, on, awaits=case.state is CaseState.COMPLETION)
        if group is not CompletionStage.NONE and case.state not in ASKABLE:
            group = CompletionStage.WAITS
        contact = known.get(case.association_id or 0)
        email = contact.email if contact is not None else mails.get(case.id, "")
        rows.append(
            IncompleteCase(
                case=case,
                gaps=gaps,
                asked_until=until,
                is_unsent=case.id in unsent,
                group=group,
                email=email if is_email(email) else "",
                by_sender=contact is None,
                postal=contact.postal.splitlines() if contact is not None else (),
                language=spoken.get(case.association_id or 0, OFFICIAL),
                labels={gap.fact: screening.ruleset.catalogue[gap.fact].label for gap in gaps} if screening else {},
            )
        )
    return rows


def _lacking_now(session: Session, cases: Sequence[Case], on: date) -> list[IncompleteCase]:
    """The same by what is known this very moment, for an act."""
    found = {
        case.id: screened.screening for case in cases if (screened := screen_without_keeping(session, case, on=on))
    }
    marks = marks_of_many(session, [case.id for case in cases])
    return incomplete_cases(session, cases, found, marks=marks, on=on)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCompletionRequest:
    """What is asked in one act, in every letter of it."""

    due_on: date | None = None
    text: str = ""
    reminder: bool = False


@dataclass(slots=True)
class _CompletionAct:
    """One act as it goes on."""

    batch: CompletionBatch
    board: Board
    new: NewCompletionRequest
    left: list[list[str]] = field(default_factory=list)

    def leave(self, case: Case, why: Words) -> None:
        """A chosen case that nothing is asked of."""
        self.left.append([case.number, *why])


_NOTHING_MISSING: Final = _("Inget saknas längre.")
_ASKED_ALREADY: Final = _("Det är redan begärt.")
_DECIDED: Final = _("Ärendet är redan beslutat eller avslutat.")
_NOT_LATE: Final = _("Svarsdagen har inte passerat.")
_OPEN_AGAIN: Final = _("Öppna sidan på nytt.")


def request_completion(
    session: WritingSession, number: str, facts: tuple[str, ...], new: NewCompletionRequest
) -> Completion:
    """Asks one association for what is missing: the facts are asked from now on.

    Raises:
        Refused: nothing is asked for, somebody else has asked the very same today, the day is no day to reply, or it
            is decided.
    """
    case = open_case(session, number, action=Action.HANDLE)
    still_open(case)
    catalogue = catalogue_of_version(session, case.rule_version_id)
    wanted = tuple(
        fact for fact in facts if fact in catalogue and catalogue[fact].supplied_by is FactSupplier.APPLICANT
    )
    if not wanted and not new.text.strip():
        raise Refused(
            Obstacle.INVALID,
            Problem("text", _("Det står inte vad som ska skickas in."), _("Markera vad som saknas eller skriv det.")),
        )
    today = session.today
    last = next(reversed(requests_of(session, case.id)), None)
    if last is not None and (last.sent_on, set(last.facts), last.text) == (today, set(wanted), new.text.strip()):
        if last.by_user_id == session.person.id:
            return last  # the same press twice
        raise Refused(Obstacle.INVALID, Problem("text", _ASKED_ALREADY, _OPEN_AGAIN))
    act = _begin(session, new, case.kind)
    [row] = _lacking_now(session, [case], today)
    found = _ask(session, act, row, wanted, catalogue)
    screen_case(session, case)
    return found


def request_of_many(session: WritingSession, numbers: Sequence[str], new: NewCompletionRequest) -> CompletionBatch:
    """Asks each association for what its case lacks by the rules in force for it, all by one day.

    A case where nothing is missing any more, that was asked already, that is decided or elsewhere, is left and told of.

    Raises:
        Refused: nothing is chosen, the day is no day to reply, nothing is asked of any of them, or one is not this
            person's.
    """
    require_permission(session.person, Action.HANDLE)
    chosen = list(dict.fromkeys(numbers))[:PAGE]
    if not chosen:
        raise Refused(
            Obstacle.INVALID, Problem("numbers", _("Inget ärende är valt."), _("Kryssa i de ärenden som det gäller."))
        )
    cases = [open_case(session, number, action=Action.HANDLE) for number in chosen]
    kind = CaseKind(cases[0].kind)
    if any(case.kind != kind for case in cases):
        raise Refused(Obstacle.MISSING)
    act = _begin(session, new, kind)
    asked = 0
    for row in _lacking_now(session, cases, session.today):
        why = _left_because(row, session.today, reminder=new.reminder)
        if why is not None:
            act.leave(row.case, why)
            continue
        catalogue = catalogue_of_version(session, row.case.rule_version_id)
        _ask(session, act, row, to_ask(row.gaps), catalogue)
        screen_case(session, row.case)
        asked += 1
    if not asked:
        problems = [Problem(number, Words(sv, en), _OPEN_AGAIN) for number, sv, en in act.left]
        raise Refused(Obstacle.INVALID, *problems)
    act.batch.left = act.left
    return act.batch


def _left_because(row: IncompleteCase, on: date, *, reminder: bool) -> Words | None:
    """Why nothing is asked of a chosen case; None when something is."""
    state = row.case.state
    wanted = to_ask(row.gaps)
    if state not in OPEN:
        return _DECIDED
    if state not in ASKABLE:
        return STATE_WORDS[state]
    if not wanted:
        return _NOTHING_MISSING
    late = any(row.asked_until[fact] < on for fact in wanted if fact in row.asked_until)
    if reminder:
        return None if late else _NOT_LATE
    unasked = any(fact not in row.asked_until for fact in wanted)
    return None if unasked or late else _ASKED_ALREADY


def _begin(session: WritingSession, new: NewCompletionRequest, kind: CaseKind) -> _CompletionAct:
    due = new.due_on or due_after(session.today)
    wrong = wrong_day(due, session.today)
    problems = [wrong] if wrong is not None else []
    if holds_personal_number(new.text):
        problems.append(Problem("text", PERSONAL_NUMBER_WRITTEN, REMOVE_IT))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    batch = CompletionBatch(
        board_id=session.person.board_id,
        kind=kind,
        due_on=due,
        reminder=new.reminder,
        left=[],
        at=session.now,
        by_user_id=session.user_id,
    )
    session.add(batch)
    session.flush()
    return _CompletionAct(batch, session.get_one(Board, session.person.board_id), new)


def _ask(
    session: WritingSession, act: _CompletionAct, row: IncompleteCase, facts: tuple[str, ...], catalogue: Catalogue
) -> Completion:
    case, new, due = row.case, act.new, act.batch.due_on
    scheme = scheme_of_case(session, case.scheme_id, case.round_id)
    been = [row.asked_until[fact] for fact in facts if row.asked_until.get(fact, due) < session.today]
    asked = CompletionLetterContent(
        kind=case.kind,
        number=case.number,
        purpose=case.purpose,
        facts=facts,
        received_on=case.received_on,
        text=new.text.strip()[:MOST_TEXT],
        due_on=due,
        first_due_on=max(been, default=None) if new.reminder else None,
        follows=scheme.not_completed if scheme is not None else IncompleteTreatment.AS_IT_STANDS,
    )
    signer = session.person.name if session.person.id else ""
    subject, lines = completion_text(asked, catalogue, board=act.board.name, by=signer, language=row.language)
    found = Completion(
        case_id=case.id,
        batch_id=act.batch.id,
        facts=list(facts),
        text=asked.text,
        sent_on=session.today,
        due_on=due,
        by_user_id=session.user_id,
        reminder=new.reminder,
        follows=asked.follows,
    )
    session.add(found)
    session.flush()
    letter = Letter(
        board_id=case.board_id,
        case_id=case.id,
        kind=LetterKind.COMPLETION,
        completion_id=found.id,
        language=row.language,
        name=case.name,
        email=row.email,
        postal=list(row.postal),
        subject=subject,
        lines=[*lines, *information_lines(act.board.information, row.language)],
        written_at=session.now,
        by_user_id=session.user_id,
    )
    session.add(letter)
    case.not_asked = [fact for fact in case.not_asked if fact not in facts]
    start_handling(case, session.person)
    if case.state is not CaseState.COMPLETION:
        change_state(case, CaseState.COMPLETION)
    raise_version(case)
    session.flush()
    session.note(
        "reminded" if new.reminder else "completion_requested",
        found,
        case_id=case.id,
        detail={"facts": list(facts), "due": due.isoformat()},
    )
    session.note("letter_written", letter, case_id=case.id, detail={"kind": letter.kind.value})
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGapNote:
    """What is known of one thing that a case lacks."""

    fact: str
    state: GapState
    promised_on: date | None = None
    document_id: int | None = None


def note_gap(session: WritingSession, number: str, new: NewGapNote) -> GapNote:
    """Something that is missing is promised by a day, or is in a paper of the case already, which is then in.

    Raises:
        Refused: nothing of the kind is missing, the day is not ahead, or the paper is not the case's.
    """
    case = open_case(session, number, action=Action.HANDLE)
    still_open(case)
    [row] = _lacking_now(session, [case], session.today)
    if new.fact not in {gap.fact for gap in row.gaps}:
        raise Refused(Obstacle.INVALID, Problem("fact", _("Det saknas inte i ärendet."), _OPEN_AGAIN))
    catalogue = catalogue_of_version(session, case.rule_version_id)
    papers = {paper.id for paper in documents.of_case(session, case.id)}
    problem = _wrong_note(new, papers, session.today, paper=is_paper(catalogue[new.fact]))
    if problem is not None:
        raise Refused(Obstacle.INVALID, problem)
    elsewhere = new.state is GapState.ELSEWHERE
    note = GapNote(
        case_id=case.id,
        fact=new.fact,
        state=new.state,
        promised_on=None if elsewhere else new.promised_on,
        document_id=new.document_id if elsewhere else None,
        at=session.now,
        by_user_id=session.user_id,
    )
    session.add(note)
    if elsewhere:
        _take_as_in(session, case, new.fact, catalogue)
    start_handling(case, session.person)
    raise_version(case)
    session.flush()
    screen_case(session, case)
    session.note("gap_noted", note, case_id=case.id, detail={"facts": [new.fact], "state": new.state.value})
    return note


def _take_as_in(session: WritingSession, case: Case, fact: str, catalogue: Catalogue) -> None:
    """A paper that a person has seen inside another one."""
    origin = FactOrigin(supplied_by=FactSupplier.STAFF)
    keep_facts(session, case, Facts({fact: True}), origin, catalogue=catalogue)
    case.not_asked = [name for name in case.not_asked if name != fact]


def _wrong_note(new: NewGapNote, papers: Collection[int], on: date, *, paper: bool) -> Problem | None:
    if new.state is GapState.ELSEWHERE:
        if not paper:
            return Problem("fact", _("Det som saknas är ingen handling."), _("Fyll i uppgiften under Ändra uppgifter."))
        if new.document_id not in papers:
            return Problem(
                "document", _("Ingen handling är vald."), _("Välj den handling som innehåller det som saknas.")
            )
    elif new.promised_on is None:
        return Problem("promised_on", _("Dagen för löftet saknas."), _("Skriv vilken dag föreningen har lovat."))
    elif new.promised_on < on:
        return Problem("promised_on", _("Dagen har redan passerat."), _("Skriv dagens datum eller ett senare."))
    return None
