"""Cases that end without being tried: withdrawn, lapsed, double, the association gone. A decision, with its letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, func, or_, select

from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.domain.endings import TOLD_WITH_MORE, ending_reasons, twin_named
from vetting.casework.models.cases import Case, applications_in_round, find_case, in_states, seen_by, visible_cases
from vetting.casework.models.decisions import DecisionDraft, decision_draft_of, endings_proposed, is_ending
from vetting.casework.services import before_decision, decision_makers, frozen_bases, letters
from vetting.casework.services.cases import change_state, open_case, raise_version, refuse_paid, refuse_tried
from vetting.casework.services.decision_makers import AT_ONCE
from vetting.casework.services.decisions import make_decision
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import ENDINGS, DecisionGround, DecisionOutcome
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.text import NO_WORDS, _
from vetting.people.domain.delegation import ENDING, DelegatedAct

if TYPE_CHECKING:
    from datetime import date

    from vetting.casework.models.decisions import Decision
    from vetting.kernel.decision_outcomes import DecisionForm
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.people.domain.delegation import DecisionRight

MOST: Final = 200
"""Cases on the page, and so many are ended at once."""
LONGEST_REASON: Final = 2000
TRIED: Final = OPEN | {CaseState.PAYMENT, CaseState.REPORTING}
"""States of an application that another can be a double of: it is tried, or was granted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEnding:
    """Why a case is to end without being tried. twin: the number of the case that it doubles."""

    ground: DecisionGround
    text: str = ""
    twin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingCase:
    """A case that is to be ended: why, and the words that its decision will have."""

    case: Case
    ground: DecisionGround
    reasons: str


def propose_ending(session: WritingSession, number: str, new: NewEnding, *, version: int | None) -> Case:
    """Proposes to end an application without trying it; it waits for whoever may decide that.

    Raises:
        Refused: stale, decided, paid, a booking, no reason where one is needed, or no case that it doubles.
    """
    case = open_case(session, number, action=Action.PROPOSE, version=version)
    _refuse_what_cannot_end(session, case)
    reasons = _reasons(session, case, new)
    ending = CaseState.WITHDRAWN if new.ground is DecisionGround.WITHDRAWN else CaseState.READY
    if case.state is not ending:
        if case.state is CaseState.WITHDRAWN:
            change_state(case, CaseState.IN_PROGRESS)
        change_state(case, ending)
    case.officer_id = case.officer_id or session.user_id
    case.look_again_at, case.look_again_because, case.sleeps_until = None, "", None
    raise_version(case)
    draft = _keep_draft(session, case, new.ground, reasons)
    session.note("ending_proposed", draft, case_id=case.id, detail={"ground": new.ground.value})
    return case


def _refuse_what_cannot_end(session: WritingSession, case: Case) -> None:
    """Only an application that is not decided, and of which nothing is paid, ends without being tried."""
    if case.kind is not CaseKind.GRANT:
        raise Refused(
            Obstacle.CLOSED,
            Problem(case.number, _("En bokning avskrivs inte."), _("Avboka den i stället, eller neka den.")),
        )
    if case.state not in OPEN and case.state is not CaseState.WITHDRAWN:
        raise Refused(
            Obstacle.STALE,
            Problem(
                case.number,
                _("Ärendet är redan beslutat eller avslutat."),
                _("Öppna ärendet och se beslutet."),
            ),
        )
    refuse_paid(session, case)
    refuse_tried(session, case)


def _reasons(session: WritingSession, case: Case, new: NewEnding) -> str:
    """The words of the decision, in Swedish: what the ground says, and what was written."""
    text = new.text.strip()[:LONGEST_REASON]
    if new.ground not in ENDINGS:
        raise Refused(Obstacle.INVALID, Problem("ground", _("Skälet är inte valt."), _("Välj varför det avskrivs.")))
    if new.ground in TOLD_WITH_MORE and not text:
        raise Refused(
            Obstacle.INVALID,
            Problem("text", _("Det står inte vad som har hänt."), _("Skriv det kort, och hur ni vet det.")),
        )
    twin = _twin(session, case, new.twin) if new.ground is DecisionGround.DOUBLE else ""
    return ending_reasons(new.ground, text, twin=twin)


def _twin(session: WritingSession, case: Case, given: str) -> str:
    """The number of the application that a case doubles: the one named, else the association's other in the round.

    Raises:
        Refused: there is none, it is the case itself or another association's, or it is to end too.
    """
    wanted = given.strip().upper()
    if wanted:
        _refuse_dead_twin(session, case, find_case(session, wanted), given.strip())
        return wanted
    others = (
        applications_in_round(
            case.board_id, case.association_id, case.round_id, case.scheme_id, year=case.received_on.year
        ).where(
            Case.id != case.id,
            in_states(TRIED),
            or_(Case.state != CaseState.READY, Case.id.not_in(endings_proposed())),
        )
        if case.association_id is not None and case.round_id is not None
        else None
    )
    numbers = session.scalars(others).all() if others is not None else []
    if len(numbers) != 1:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "twin",
                _("Det står inte vilken ansökan {number} är en dubblett av.", number=case.number),
                _("Skriv numret på den ansökan som ska prövas."),
            ),
        )
    return numbers[0]


def _refuse_dead_twin(session: Session, case: Case, twin: Case | None, named: str) -> None:
    """A double ends because another application of the association is tried, or was granted."""
    own = twin is not None and twin.id != case.id and twin.association_id == case.association_id is not None
    if twin is None or not own or twin.kind is not CaseKind.GRANT:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "twin",
                _("{number} är ingen annan ansökan från samma förening.", number=named),
                _("Skriv numret på den ansökan som ska prövas."),
            ),
        )
    ends = twin.state is CaseState.READY and is_ending(decision_draft_of(session, twin.id))
    if twin.state not in TRIED or ends:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "twin",
                _("{number} ska själv avskrivas, eller är avslutad utan bidrag.", number=twin.number),
                _("Skriv numret på den ansökan som ska prövas, eller pröva den här."),
            ),
        )


def _keep_draft(session: WritingSession, case: Case, ground: DecisionGround, reasons: str) -> DecisionDraft:
    given = {
        "outcome": DecisionOutcome.DISCONTINUED,
        "amount": None,
        "reasons": reasons,
        "conditions": [],
        "reservations": [],
        "grounds": [ground.value],
        "against_group": "",
        "screening_id": None,
        "written_at": session.now,
        "by_user_id": session.person.id,
    }
    row = decision_draft_of(session, case.id)
    if row is None:
        row = DecisionDraft(case_id=case.id, **given)
        session.add(row)
    else:
        for name, value in given.items():
            setattr(row, name, value)
    session.flush()
    return row


def cases_to_end(session: Session) -> list[EndingCase]:
    """What waits to be ended, oldest first: applications that are withdrawn, and those proposed to be ended."""
    rows = session.execute(
        visible_cases(session.person)
        .add_columns(DecisionDraft)
        .outerjoin(DecisionDraft, DecisionDraft.case_id == Case.id)
        .where(_WAITS)
        .order_by(Case.id)
        .limit(MOST)
    )
    return [_to_end(case, draft) for case, draft in rows]


def count_to_end(session: Session) -> int:
    """How many there are."""
    return int(session.scalar(select(func.count(Case.id)).where(seen_by(session.person), _WAITS)) or 0)


_WAITS: Final = and_(
    Case.kind == CaseKind.GRANT,
    Case.state.in_([CaseState.READY.value, CaseState.WITHDRAWN.value]),  # by the index; by two states it would not be
    or_(Case.state == CaseState.WITHDRAWN, Case.id.in_(endings_proposed())),
)
"""An application that waits to be ended."""


def _to_end(case: Case, draft: DecisionDraft | None) -> EndingCase:
    if draft is None or not _says_why(case, draft):
        ground = DecisionGround.WITHDRAWN
        return EndingCase(case=case, ground=ground, reasons=ending_reasons(ground, ""))
    return EndingCase(case=case, ground=DecisionGround(draft.grounds[0]), reasons=draft.reasons)


def _says_why(case: Case, draft: DecisionDraft) -> bool:
    """Whether a proposal to end still says why: what the applicant took back since ends as withdrawn."""
    return is_ending(draft) and (case.state is not CaseState.WITHDRAWN or draft.grounds == [DecisionGround.WITHDRAWN])


def right_to_end(session: Session, on: date) -> DecisionRight | None:
    """By what right a person ends cases without trying them that day."""
    outcome, needed = DecisionOutcome.DISCONTINUED, frozenset({DelegatedAct.DISCONTINUE})
    held = before_decision.delegation_for(session, ENDING, on=on, outcome=outcome, needed=needed)
    return held if held is not None and not held.lacks(needed) else None


def discontinue(session: WritingSession, number: str, *, version: int | None, form: DecisionForm = AT_ONCE) -> Decision:
    """Ends a case that is withdrawn or proposed to be ended, and writes the letter that tells so.

    Raises:
        Refused: stale, ended already, neither withdrawn nor proposed to be ended, decided, paid, the application
            that it doubles is to end too, or no right to it.
    """
    case = open_case(session, number, action=Action.DECIDE, version=version)
    draft = decision_draft_of(session, case.id)
    waits = case.state is CaseState.WITHDRAWN or (case.state is CaseState.READY and is_ending(draft))
    if not waits or case.kind is not CaseKind.GRANT:
        raise Refused(
            Obstacle.STALE,
            Problem(number, _("Ärendet väntar inte på att avskrivas."), _("Öppna ärendet och se nästa steg.")),
        )
    refuse_paid(session, case)
    refuse_tried(session, case)
    if is_ending(draft) and draft is not None and DecisionGround.DOUBLE in draft.grounds:
        twin = twin_named(DecisionGround.DOUBLE, draft.reasons)
        found = session.scalar(select(Case).where(Case.board_id == case.board_id, Case.number == twin))
        _refuse_dead_twin(session, case, found, twin)
    held = right_to_end(session, session.today)
    if held is None:
        raise Refused(Obstacle.CLOSED, Problem(number, *NO_RIGHT))
    if draft is not None and is_ending(draft) and before_decision.is_own_proposal(session, case, draft, held):
        words = SEPARATION_WORDS[SeparationOfDuties.DECIDE_OWN_PROPOSAL]
        raise Refused(Obstacle.CLOSED, Problem(number, words, NO_WORDS))
    wrong = decision_makers.wrong_with(held, form)
    if wrong:
        raise Refused(Obstacle.INVALID, *wrong)
    if draft is None or not _says_why(case, draft):
        ground = DecisionGround.WITHDRAWN
        draft = _keep_draft(session, case, ground, ending_reasons(ground, ""))
    screened = frozen_bases.screened_for(session, case, on=session.today)
    decision = make_decision(session, case, draft, screened, held, form)
    letters.keep_letter_of_decision(session, case, decision)
    return decision


NOT_HERE: Final = (_("Ärendet finns inte, eller så får du inte avsluta det."), _("Ladda om listan."))
NO_RIGHT: Final = (
    _("Du har ingen delegation att avskriva ärenden."),
    _("Be den som har det, eller låt systemförvaltaren lägga till en rad i delegationsordningen."),
)
