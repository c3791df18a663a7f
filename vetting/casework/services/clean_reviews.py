"""A case that nothing stands in the way of: gone through by one signature, and proposed in full by one more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.casework.domain.cases import OPEN, CaseMarkKind
from vetting.casework.domain.gate_table import refuse_closed
from vetting.casework.domain.lead_steps import signed_statements
from vetting.casework.models.cases import Case, CaseMark, applications_in_round, in_states
from vetting.casework.models.document_reads import papers_of_case
from vetting.casework.services import assessments, before_decision, cases, decisions
from vetting.casework.services.case_progress import progress_for, shared_otherwise
from vetting.casework.services.decisions import DecisionProposal
from vetting.casework.services.examinations_elsewhere import examined_elsewhere
from vetting.casework.services.screenings import screen_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.money import kronor
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import OFFICIAL, _, join_words
from vetting.people.domain.reads import ReadExtent

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.casework.domain.next_steps import CaseProgress
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.kernel.text import Words


POINT_IN_DRAFT: Final = (
    _("Någon bedömer en punkt och är inte klar."),
    _("Öppna ärendet: svara på punkten, eller ta bort utkastet."),
)
BASIC_CHECK_GATE: Final = "grundkontroll-klar"


def sign_review(session: WritingSession, number: str, *, version: int | None, in_list: bool = False) -> Case:
    """Signs that a case is gone through and nothing stands in its way: all that is left and so, in one act.

    Answers "nothing found" to the value criteria that nothing speaks against, says that the person is in no conflict
    where they have not said so, and marks the basic check with what they have opened. in_list: it was read in a list.

    Raises:
        Refused: stale, decided, not this person's, or something is left that a signature does not cover.
    """
    case = cases.open_case(session, number, action=Action.ASSESS, version=version)
    cases.still_open(case)
    standing = progress_for(session, case, on=session.today)
    if not standing.can_be_signed:
        raise Refused(Obstacle.CLOSED, _why_not(case, standing))
    if in_list:
        _refuse_seen_on_its_page(session, case)
    papers = papers_of_case(session, case)
    opened = sum(extent is ReadExtent.OPENED for extent in papers.extent_by(session.person.id).values())
    statements = signed_statements(standing, opened=opened, of_round=case.round_id is not None, in_list=in_list)
    said = join_words(statements, "; ").to(OFFICIAL)
    cases.start_handling(case, session.person)
    if not standing.answered_on_conflict:
        decisions.declare_no_conflict(session, number)
    if standing.looks:
        assessments.record_nothing_found(session, number)
    if standing.is_routine_left:
        cases.put_mark(session, case, CaseMarkKind.ROUTINE_FOLLOWED)
    if not standing.situation.basic_check:
        about = f"{opened}/{len(papers.all)}"
        session.add(_signature(case, about, said, session.person, session.now))
    cases.raise_version(case)
    screen_case(session, case)
    session.note("reviewed", case, case_id=case.id, detail={"opened": opened, "papers": len(papers.all), "said": said})
    return case


def _refuse_seen_on_its_page(session: WritingSession, case: Case) -> None:
    """What no row of a list tells: that something of the association is examined elsewhere, or that it applies twice.

    Raises:
        Refused: it is read on its own page.
    """
    elsewhere = examined_elsewhere(session, case.board_id, [case]).get(case.id)
    if elsewhere is not None:
        raise Refused(Obstacle.CLOSED, Problem(case.number, elsewhere, _("Öppna ärendet och ta ställning till det.")))
    if case.association_id is None or case.kind is not CaseKind.GRANT:
        return
    others = applications_in_round(
        case.board_id, case.association_id, case.round_id, case.scheme_id, year=case.received_on.year
    )
    twin = session.scalar(others.where(Case.id != case.id, in_states(OPEN)))
    if twin is not None:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Föreningen har en ansökan till i omgången, {twin}.", twin=twin)
                if case.round_id is not None
                else _("Föreningen har en öppen ansökan till, {twin}.", twin=twin),
                _("Öppna ärendet och se om det är en dubblett."),
            ),
        )


def _signature(case: Case, about: str, said: str, by: Person, at: datetime) -> CaseMark:
    return CaseMark(case_id=case.id, kind=CaseMarkKind.BASIC_CHECK, about=about, text=said, at=at, by_user_id=by.id)


def _why_not(case: Case, standing: CaseProgress) -> Problem:
    """The first thing that a signature does not cover, and what to do about it."""
    what, remedy = _in_the_way(standing)
    return Problem(case.number, what, remedy)


def _in_the_way(standing: CaseProgress) -> tuple[Words, Words]:
    if standing.is_with_others:
        return _("Ärendet väntar på någon annan."), _("Öppna det och se på vem.")
    if not standing.has_rules:
        return _("Inga regler gäller ärendet."), _("Kontakta regelansvarig.")
    if standing.in_draft:
        return POINT_IN_DRAFT
    left = [gate for gate in standing.holding_back if gate.gate != BASIC_CHECK_GATE]
    if left:
        return left[0].what, left[0].remedy
    if standing.situation.not_met:
        return _("Ett krav är inte uppfyllt."), _("Öppna ärendet.")
    return _("Ärendet är redan granskat."), _("Öppna det och se vad som är nästa steg.")


def propose_approval(session: WritingSession, number: str, *, version: int | None) -> Case:
    """Proposes to approve what is applied for, with the reasons that its points give, and hands it to who decides.

    Raises:
        Refused: stale, decided, something holds it back, or an approval in full cannot be reasoned from its points.
    """
    case = cases.open_case(session, number, action=Action.PROPOSE, version=version)
    cases.still_open(case)
    standing = progress_for(session, case, on=session.today)
    refuse_closed(standing.holding_back)
    if standing.in_draft:
        raise Refused(Obstacle.CLOSED, Problem(number, *POINT_IN_DRAFT))
    shared = shared_otherwise(session, case)
    if shared is not None:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                number,
                _("Enligt fördelningen är beloppet {amount}.", amount=kronor(shared)),
                _("Lämna förslaget för beslut från fördelningen."),
            ),
        )
    if standing.approval is None:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                number, _("Något i ärendet talar emot att bevilja, eller är inte känt."), _("Skriv ett eget förslag.")
            ),
        )
    decisions.make_ready(session, number)
    conditions = tuple(before_decision.usual_conditions(session, case))
    draft = DecisionProposal(
        outcome=DecisionOutcome.APPROVED,
        amount=standing.approval,
        reasons="",
        conditions=conditions,
        reservations=before_decision.usual_reservations(session, case),
    )
    decisions.propose_decision(session, number, draft, version=None)
    return case
