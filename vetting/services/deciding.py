"""For whoever decides: what waits with all it rests on, as proposed in a list, another amount, back with a question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.domain.cases import HANDLED, State
from vetting.domain.criteria import CaseKind
from vetting.domain.money import kronor
from vetting.domain.passage import FAVOURABLE, Ground, Outcome, Step, closed_gates
from vetting.domain.people import Action
from vetting.domain.problem import Obstacle, Problem, Refused
from vetting.domain.words import Words
from vetting.services import decisions, gates, running
from vetting.services.cases import move, open_case, touch
from vetting.services.proposals import changed_since
from vetting.services.screenings import of_case
from vetting.store.cases import Case, Note, visible
from vetting.store.decisions import DecisionDraft
from vetting.store.trail import Noted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.domain.passage import ClosedGate
    from vetting.domain.people import Person
    from vetting.domain.reviews import Advice
    from vetting.services.rules import Rules
    from vetting.services.running import Running
    from vetting.store.decisions import Decision
    from vetting.store.session import WritingSession

MOST: Final = 60
"""Cases on the page: more are reached when these are decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One case that is ready: what is proposed, what holds it, what speaks against, what the group said."""

    case: Case
    draft: DecisionDraft | None
    closed: Sequence[ClosedGate]
    against: Sequence[Words]
    advice: Advice | None
    running: Sequence[Running]
    """What runs against the association today: somebody reads it before they decide."""
    stale: bool
    """What the proposal rests on has changed: its officer writes it anew first."""

    @property
    def as_proposed(self) -> bool:
        """Whether it can be decided in the list: it favours, nothing holds it, and nothing speaks against it."""
        gives = self.draft is not None and Outcome(self.draft.outcome) in FAVOURABLE
        return gives and not self.closed and not self.against and not self.running


def waiting(session: Session, rules: Rules, *, by: Person, on: date) -> list[Waiting]:
    """What is ready for this person, what is due first first."""
    ready = session.scalars(
        visible(by, Action.DECIDE).where(Case.state == State.READY.value).order_by(Case.due_on, Case.id).limit(MOST)
    ).all()
    wanted = select(DecisionDraft).where(DecisionDraft.case_id.in_([case.id for case in ready]))
    drafts = {row.case_id: row for row in session.scalars(wanted)}
    runs = running.of_many(session, ready, by=by, on=on)
    found = [_one(session, case, drafts.get(case.id), runs.get(case.id, ()), rules, by=by, on=on) for case in ready]
    return [item for item in found if not item.stale]


def _one(
    session: Session,
    case: Case,
    draft: DecisionDraft | None,
    runs: Sequence[Running],
    rules: Rules,
    *,
    by: Person,
    on: date,
) -> Waiting:
    screened = of_case(session, case, rules, on=on)
    found = gates.situation(session, case, screened, rules, on=on)
    labels = {item.criterion.id: item.criterion.label for item in screened.screening.findings} if screened else {}
    closed = (
        closed_gates(gates.with_draft(session, case, found, draft, by=by, on=on), Step.DECIDE)
        if draft is not None
        else ()
    )
    return Waiting(
        case=case,
        draft=draft,
        closed=closed,
        against=[labels[name] for name in found.not_met if name in labels],
        advice=gates.given_advice(session, case),
        running=runs,
        stale=bool(changed_since(session, case, draft, screened)),
    )


def decide_as_proposed(
    session: WritingSession, number: str, draft_version: int, *, rules: Rules, by: Person, at: datetime
) -> Decision:
    """Decides one of the list as it was shown; what goes against an association is decided on its own page only.

    Raises:
        Refused: it does not favour, something speaks against it, or whatever `decide` refuses.
    """
    case = open_case(session, number, by=by, action=Action.DECIDE)
    draft = session.scalar(select(DecisionDraft).where(DecisionDraft.case_id == case.id))
    runs = running.of_many(session, [case], by=by, on=at.date()).get(case.id, ())
    found = _one(session, case, draft, runs, rules, by=by, on=at.date())
    if draft is not None and draft.version == draft_version and not found.closed and not found.as_proposed:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                number,
                Words("Ärendet beslutas inte i listan.", "The case is not decided in the list."),
                Words(
                    "Öppna det: något talar emot, eller så beviljas det inte.",
                    "Open it: something speaks against it, or it is not granted.",
                ),
            ),
        )
    return decisions.decide(session, number, draft_version=draft_version, rules=rules, by=by, at=at)


def change_amount(
    session: WritingSession,
    number: str,
    amount: int,
    because: str,
    *,
    draft_version: int,
    rules: Rules,
    by: Person,
    at: datetime,
) -> DecisionDraft:
    """Another amount than proposed, with its reason; still a proposal until it is decided.

    Raises:
        Refused: the proposal changed meanwhile, it gives nothing, the amount does not fit, or no reason is given.
    """
    case = open_case(session, number, by=by, action=Action.DECIDE)
    row = session.scalar(select(DecisionDraft).where(DecisionDraft.case_id == case.id))
    if row is None or row.version != draft_version:
        raise Refused(
            Obstacle.STALE,
            Problem(
                number,
                Words("Förslaget ändrades medan du läste.", "The proposal changed while you read."),
                Words("Läs det på nytt.", "Read it again."),
            ),
        )
    draft = decisions.as_draft(row)
    problems = []
    if case.kind != CaseKind.GRANT or draft.outcome not in FAVOURABLE:
        problems.append(
            Problem(
                "amount",
                Words("Förslaget ger inget belopp.", "The proposal gives no amount."),
                Words("Skicka tillbaka ärendet med en fråga.", "Send the case back with a question."),
            )
        )
    if not because.strip():
        problems.append(
            Problem(
                "because",
                Words("Skälet saknas.", "The reason is missing."),
                Words("Skriv varför beloppet ändras.", "Write why it is changed."),
            )
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    whole = case.amount_applied is not None and amount == case.amount_applied
    outcome = Outcome.APPROVED if whole else Outcome.PARTLY_APPROVED
    grounds = draft.grounds or ((Ground.PRIORITY,) if outcome is Outcome.PARTLY_APPROVED else ())
    told = f"Beloppet är ändrat till {kronor(amount).sv}: {because.strip()}"
    reasons = f"{draft.reasons}\n{told}".strip()
    new = replace(draft, outcome=outcome, amount=amount, grounds=grounds, reasons=reasons)
    return decisions.propose(session, number, new, version=None, rules=rules, by=by, at=at)


def ask_back(session: WritingSession, number: str, question: str, *, by: Person, at: datetime) -> Case:
    """Back to whoever handles it, with a question that belongs to the file.

    Raises:
        Refused: it is not ready, or there is no question.
    """
    case = open_case(session, number, by=by, action=Action.DECIDE)
    if State(case.state) is not State.READY:
        raise Refused(
            Obstacle.STALE,
            Problem(
                number,
                Words("Ärendet är inte klart för beslut.", "The case is not ready for decision."),
                Words("Öppna listan på nytt.", "Open the list again."),
            ),
        )
    if not question.strip():
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "question",
                Words("Frågan saknas.", "The question is missing."),
                Words("Skriv vad du behöver veta.", "Write what you need to know."),
            ),
        )
    move(case, HANDLED[CaseKind(case.kind)])
    note = Note(
        case_id=case.id, official=True, text=f"Fråga inför beslut: {question.strip()[:5000]}", at=at, by_user_id=by.id
    )
    session.add(note)
    touch(case)
    session.flush()
    session.note(Noted(action="asked_back", by=by, at=at, subject=note, case_id=case.id))
    return case
