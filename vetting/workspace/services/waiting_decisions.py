"""For whoever decides: what waits with all it rests on, as proposed in a list, another amount, back with a question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting import casework
from vetting.casework import (
    AT_ONCE,
    change_state,
    current_of_many,
    open_case,
    prefetch_conflict_answers,
    raise_version,
    register_record,
    screen_without_keeping,
)
from vetting.casework.domain.cases import ASKED_BACK, AT_WORK_STATE, CaseState, InvalidationReason
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.cases import Case, Note, in_states, seen_by, visible_cases
from vetting.casework.models.decisions import DecisionDraft, decision_draft_of, endings_proposed
from vetting.casework.models.screenings import StoredScreening
from vetting.grants.models.board_items import SentItem
from vetting.grants.models.rounds import Round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import FAVOURABLE, DecisionGround, DecisionOutcome
from vetting.kernel.money import kronor
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.case_rows import prefetch_for_cases
from vetting.kernel.store.read_cache import pin_rows
from vetting.kernel.text import Words, _
from vetting.workspace.services import ongoing_support

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from vetting.casework import CaseScreening, DecisionForm
    from vetting.casework.domain.advice import Advice
    from vetting.casework.domain.gate_table import ClosedGate
    from vetting.casework.models.decisions import Decision
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.workspace.services.ongoing_support import RunningMatter

MOST: Final = 60
"""Cases on the page: more are reached when these are decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyCase:
    """One case that is ready: what is proposed, what holds it, what speaks against, what the group said."""

    case: Case
    draft: DecisionDraft | None
    closed: Sequence[ClosedGate]
    against: Sequence[Words]
    advice: Advice | None
    running: Sequence[RunningMatter]
    """What runs against the association today: somebody reads it before they decide."""
    stale: bool
    """What the proposal rests on has changed: its officer writes it anew first."""

    @property
    def as_proposed(self) -> bool:
        """Whether it can be decided in the list: it favours, nothing holds it, and nothing speaks against it."""
        gives = self.draft is not None and self.draft.outcome in FAVOURABLE
        return gives and not self.closed and not self.against and not self.running


def cases_to_decide(session: Session, *, on: date) -> list[ReadyCase]:
    """What is ready for this person, what is due first first."""
    ready = session.scalars(
        visible_cases(session.person, Action.DECIDE)
        .where(in_states([CaseState.READY]), Case.id.not_in(endings_proposed()))
        .order_by(Case.due_on, Case.id)
        .limit(MOST)
    ).all()
    wanted = select(DecisionDraft).where(DecisionDraft.case_id.in_([case.id for case in ready]))
    drafts = {row.case_id: row for row in session.scalars(wanted)}
    runs = ongoing_support.running_matters(session, ready, on=on)
    _read_together(session, ready, drafts.values())
    judged = current_of_many(session, ready, on=on)
    found = [
        _one(session, case, drafts.get(case.id), runs.get(case.id, ()), judged.get(case.id), on=on) for case in ready
    ]
    return [item for item in found if not item.stale]


def _read_together(session: Session, ready: Sequence[Case], drafts: Iterable[DecisionDraft]) -> None:
    """What each of them is asked below, asked for all: few questions, however many are ready."""
    prefetch_for_cases(session, ready)
    casework.prefetch_name_conflicts(session, ready)
    persons = [{case.officer_id, session.person.id} - {None} for case in ready]
    prefetch_conflict_answers(
        session, ((case, key) for case, some in zip(ready, persons, strict=True) for key in some if key is not None)
    )
    then = [draft.screening_id for draft in drafts if draft.screening_id is not None]
    pin_rows(session, session.scalars(select(StoredScreening).where(StoredScreening.id.in_(then))))


def _one(
    session: Session,
    case: Case,
    draft: DecisionDraft | None,
    runs: Sequence[RunningMatter],
    screened: CaseScreening | None,
    *,
    on: date,
) -> ReadyCase:
    found = casework.case_situation(session, case, screened, on=on)
    labels = {item.criterion.id: item.criterion.label for item in screened.screening.findings} if screened else {}
    closed = casework.what_holds_decision(session, case, screened, draft, on=on) if draft is not None else ()
    return ReadyCase(
        case=case,
        draft=draft,
        closed=closed,
        against=[labels[name] for name in found.not_met if name in labels],
        advice=casework.given_advice(session, case),
        running=runs,
        stale=any(gate.gate == casework.PROPOSAL_STANDS for gate in closed),
    )


def decide_as_proposed(
    session: WritingSession, number: str, draft_version: int, *, form: DecisionForm = AT_ONCE
) -> Decision:
    """Decides one of the list as it was shown; what goes against an association is decided on its own page only.

    Raises:
        Refused: it does not favour, something speaks against it, or whatever `decide` refuses.
    """
    case = open_case(session, number, action=Action.DECIDE)
    draft = decision_draft_of(session, case.id)
    runs = ongoing_support.running_matters(session, [case], on=session.today).get(case.id, ())
    screened = screen_without_keeping(session, case, on=session.today)
    found = _one(session, case, draft, runs, screened, on=session.today)
    if draft is not None and draft.version == draft_version and not found.closed and not found.as_proposed:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                number,
                _("Ärendet kan inte beslutas i listan."),
                _("Öppna ärendet: något talar emot, eller så är förslaget inte att bevilja."),
            ),
        )
    return casework.decide(session, number, draft_version=draft_version, form=form)


def change_amount(
    session: WritingSession, number: str, amount: int, because: str, *, draft_version: int
) -> DecisionDraft:
    """Another amount than proposed, with its reason; still a proposal until it is decided.

    Raises:
        Refused: the proposal changed meanwhile, it gives nothing, the amount does not fit, or no reason is given.
    """
    case = open_case(session, number, action=Action.DECIDE)
    row = decision_draft_of(session, case.id)
    if row is None or row.version != draft_version:
        raise Refused(Obstacle.STALE, Problem(number, _("Förslaget ändrades medan du läste."), _("Läs det på nytt.")))
    draft = casework.as_draft(row)
    problems = []
    if case.kind != CaseKind.GRANT or draft.outcome not in FAVOURABLE:
        problems.append(
            Problem("amount", _("Enligt förslaget beviljas inget belopp."), _("Skicka tillbaka ärendet med en fråga."))
        )
    if not because.strip():
        problems.append(Problem("because", _("Skälet saknas."), _("Skriv varför beloppet ändras.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    whole = case.amount_applied is not None and amount == case.amount_applied
    outcome = DecisionOutcome.APPROVED if whole else DecisionOutcome.PARTLY_APPROVED
    grounds = draft.grounds or ((DecisionGround.PRIORITY,) if outcome is DecisionOutcome.PARTLY_APPROVED else ())
    told = f"Beloppet är ändrat till {kronor(amount).sv}: {because.strip()}"
    reasons = f"{draft.reasons}\n{told}".strip()
    new = replace(
        draft,
        outcome=outcome,
        amount=amount,
        grounds=grounds,
        reasons=reasons,
        over_frame=draft.over_frame or because.strip(),
    )
    return casework.propose_decision(session, number, new, version=None)


def ask_back(session: WritingSession, number: str, question: str) -> Case:
    """Back to whoever handles it, with a question that belongs to the file.

    Raises:
        Refused: it is not ready, or there is no question.
    """
    case = open_case(session, number, action=Action.DECIDE)
    if case.state is not CaseState.READY:
        raise Refused(
            Obstacle.STALE, Problem(number, _("Ärendet är inte klart för beslut."), _("Öppna listan på nytt."))
        )
    if not question.strip():
        raise Refused(Obstacle.INVALID, Problem("question", _("Frågan saknas."), _("Skriv vad du behöver veta.")))
    change_state(case, AT_WORK_STATE[case.kind])
    note = Note(
        case_id=case.id,
        official=True,
        text=ASKED_BACK + question.strip()[:5000],
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(note)
    case.look_again_at, case.look_again_because = session.now, InvalidationReason.ASKED_BACK.value
    raise_version(case)
    session.flush()
    register_record(session, case, RecordKind.NOTE, note.id)
    session.note("asked_back", note, case_id=case.id)
    return case


def items_to_decide(session: Session) -> Sequence[tuple[int, str, int]]:
    """Rounds whose item has gone to the board: (round, its name, how many rows of it this person can decide)."""
    if CaseKind.GRANT not in session.person.kinds(Action.DECIDE):
        return []
    sent = select(SentItem.id).where(SentItem.round_id == Round.id)
    wanted = (
        select(Round.id, Round.name, func.count(Case.id))
        .join(Case, Case.round_id == Round.id)
        .join(DecisionDraft, DecisionDraft.case_id == Case.id)
        .where(seen_by(session.person, Action.DECIDE), in_states([CaseState.READY]), sent.exists())
        .group_by(Round.id, Round.name)
        .order_by(Round.name)
    )
    return [(key, name, count) for key, name, count in session.execute(wanted)]
