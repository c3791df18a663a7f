"""Open cases moved to another version of the rules: by a person's choice, one or many, the difference seen first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from vetting.casework.domain.cases import OPEN
from vetting.casework.models.cases import Case, judged_by_rules, visible_cases
from vetting.casework.services.screenings import screen_case, screen_under_rules, screen_without_keeping
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people import require_permission
from vetting.rules import MOST_MOVED, read_version
from vetting.rules.models import publication_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.engine.proposal import Proposal
    from vetting.engine.results import Finding
    from vetting.engine.ruleset import RuleSet
    from vetting.engine.screening import Screening
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.rules.models import RulePublication


class ResultChange(NamedTuple):
    """A criterion that comes out otherwise: before (None: not asked) and after."""

    before: Finding | None
    after: Finding | None


class CaseMove(NamedTuple):
    """What another version would make of a case."""

    case: Case
    before: Proposal | None
    after: Proposal
    turned: tuple[ResultChange, ...]


@dataclass(frozen=True, slots=True)
class VersionChoice:
    """A version and the open cases that came under another."""

    publication: RulePublication
    ruleset: RuleSet
    cases: tuple[CaseMove, ...]
    more: bool


def result_changes(before: Screening | None, after: Screening) -> tuple[ResultChange, ...]:
    """The criteria whose results differ, in the new rules' order, then those that are gone."""
    was = {finding.criterion.id: finding for finding in before.findings} if before else {}
    now = {finding.criterion.id: finding for finding in after.findings}
    changed = [
        ResultChange(was.get(name), found)
        for name, found in now.items()
        if name not in was or was[name].result is not found.result
    ]
    return (*changed, *(ResultChange(found, None) for name, found in was.items() if name not in now))


def could_move(session: Session, version_id: int, *, on: date) -> VersionChoice:
    """The open cases of the version's kinds that lie under other rules, with what would change. Nothing is kept.

    Raises:
        Refused: there is no such version in force for new cases.
    """
    require_permission(session.person, Action.CHANGE_RULE_VERSION)
    publication, ruleset = _version(session, version_id, on)
    wanted = (
        visible_cases(session.person, Action.CHANGE_RULE_VERSION)
        .where(
            Case.kind.in_(publication.kinds),
            Case.state.in_(OPEN),
            Case.rule_version_id.is_distinct_from(version_id),
            judged_by_rules(session, session.person.board_id, publication.ruleset),
        )
        .order_by(Case.id)
        .limit(MOST_MOVED + 1)
    )
    found = session.scalars(wanted).all()
    return VersionChoice(
        publication,
        ruleset,
        tuple(_case_move(session, case, ruleset, on) for case in found[:MOST_MOVED]),
        len(found) > MOST_MOVED,
    )


def _case_move(session: Session, case: Case, ruleset: RuleSet, on: date) -> CaseMove:
    before = screen_without_keeping(session, case, on=on)
    asked = before.screening.ruleset if before else None
    after = screen_under_rules(session, case, ruleset, on=on, not_asked=never_asked(asked, ruleset)).screening
    was = before.screening if before else None
    return CaseMove(case, was.proposal if was else None, after.proposal, result_changes(was, after))


def never_asked(before: RuleSet | None, after: RuleSet) -> frozenset[str]:
    """The facts that the old rules did not read: no form, list or request of the case had a place for them."""
    return _facts_read(after) - (_facts_read(before) if before else frozenset())


def _facts_read(ruleset: RuleSet) -> frozenset[str]:
    return frozenset(fact for item in ruleset.criteria for fact in item.facts_and_shown)


def _version(session: Session, version_id: int, on: date) -> tuple[RulePublication, RuleSet]:
    found = publication_of(session, session.person.board_id, version_id)
    ruleset = read_version(session, version_id) if found else None
    if found is None or ruleset is None:
        raise Refused(Obstacle.MISSING)
    if found.withdrawal is not None:
        raise Refused(
            Obstacle.CLOSED,
            Problem(found.publication.ruleset, _("Versionen är återkallad."), _("Välj en version som gäller.")),
        )
    publication = found.publication
    if publication.valid_from > on or (publication.valid_to is not None and publication.valid_to < on):
        raise Refused(
            Obstacle.CLOSED,
            Problem(publication.ruleset, _("Versionen gäller inte i dag."), _("Välj en version som gäller.")),
        )
    return publication, ruleset


def move_cases(session: WritingSession, numbers: Sequence[str], version_id: int) -> int:
    """Moves the cases named; each is screened again. How many were moved.

    Raises:
        Refused: a case is not there for this person, is of another kind, or has been decided.
    """
    require_permission(session.person, Action.CHANGE_RULE_VERSION)
    publication, ruleset = _version(session, version_id, session.today)
    if not numbers:
        raise Refused(
            Obstacle.INVALID, Problem("number", _("Inget ärende är valt."), _("Kryssa i de ärenden som ska flyttas."))
        )
    for_them = judged_by_rules(session, session.person.board_id, publication.ruleset)
    number = 0
    for name in dict.fromkeys(numbers):
        case = session.scalar(visible_cases(session.person, Action.CHANGE_RULE_VERSION).where(Case.number == name))
        if case is None:
            raise Refused(Obstacle.MISSING)
        if case.state not in OPEN or case.kind not in publication.kinds:
            raise Refused(
                Obstacle.CLOSED,
                Problem(
                    name,
                    _("Ärendet kan inte byta regler: det är beslutat eller av annat slag."),
                    _("Ett beslutat ärende behåller sina regler."),
                ),
            )
        if case.rule_version_id == version_id:
            continue
        if session.scalar(select(Case.id).where(Case.id == case.id, for_them)) is None:
            raise Refused(
                Obstacle.CLOSED,
                Problem(
                    name,
                    _(
                        "Ärendet kan inte byta till de här reglerna: de gäller inte den bidragsform "
                        "eller uthyrningsform som ärendet har."
                    ),
                    _("Välj en version av de regler som gäller för ärendets bidragsform eller uthyrningsform."),
                ),
            )
        before = case.rule_version_id
        old = read_version(session, before)
        case.not_asked = sorted({*case.not_asked, *never_asked(old, ruleset)})
        case.rule_version_id = version_id
        case.version += 1
        screen_case(session, case)
        session.note(
            "rule_version_changed",
            case,
            case_id=case.id,
            detail={"before": before, "after": version_id, "kind": case.kind.value},
        )
        number += 1
    return number
