"""Which rules a case is judged by: the version in force when it came, kept whole; moved only by a person's choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.engine.criteria import ReviewMoment, RunningConsequence
from vetting.engine.frozen_rules import freeze_rules, thaw_rules
from vetting.grants.models.schemes import GrantScheme
from vetting.kernel.case_kinds import CaseKind
from vetting.people.models.people import Board
from vetting.rules.models import RuleVersion, in_force, publications, valid_publications, version_by_fingerprint
from vetting.rules.services.own_rules import own_rulesets
from vetting.rules.services.rulebook import rulebook_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from vetting.engine.criteria import Criterion
    from vetting.engine.facts import Catalogue, FactDefinition
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.text import Words
    from vetting.people.models.letting_kinds import LettingKind
    from vetting.rules.models import RulePublication

_STOPS: Final = {RunningConsequence.PAUSE_PAYMENT, RunningConsequence.RECLAIM}
_THAWED: dict[str, RuleSet] = {}
"""Read again once in each process, by fingerprint and number: a version never changes."""


def publication_in_force(
    session: Session, board_id: int, kind: CaseKind, *, on: date, own: str = ""
) -> RulePublication | None:
    """What the board has published for a kind of case that day.

    own: the set of a grant scheme, or of a kind of letting, that has its own.
    """
    found = in_force(session, board_id, kind.value, on, only=own)
    if own or found is None:
        return found
    others = own_rulesets(session, board_id, kind)
    return in_force(session, board_id, kind.value, on, but=others) if found.ruleset in others else found


def common_to_come(session: Session, board_id: int, kind: CaseKind, after: date) -> list[RulePublication]:
    """Common rules for a kind of case that begin to hold after a day, the earliest first."""
    own = own_rulesets(session, board_id, kind)
    found = [
        row
        for row, withdrawn in publications(session, board_id)
        if withdrawn is None and row.valid_from > after and row.ruleset not in own and kind in row.kinds
    ]
    return sorted(found, key=lambda row: (row.valid_from, row.id))


def rules_in_force(session: Session, board_id: int, kind: CaseKind, *, on: date, own: str = "") -> RuleSet | None:
    """The rules in force for a kind of case that day: what the board has published, else the set it has chosen.

    own: the set of a grant scheme, or of a kind of letting, that has its own; until that is published there are none.
    """
    published = publication_in_force(session, board_id, kind, on=on, own=own)
    if published is not None:
        return read_version(session, published.id)
    return None if own else _chosen_set(session, board_id, kind)


def current_rules(session: Session, kind: CaseKind, *, on: date, own: str = "") -> RuleSet | None:
    """Finds the rules in force for a kind of case in a person's board, by the files of the running application.

    own: those of a grant scheme, or of a kind of letting, that has its own.
    """
    return rules_in_force(session, session.person.board_id, kind, on=on, own=own)


def own_ruleset(session: Session, of: GrantScheme | LettingKind | None, *, on: date) -> str:
    """The own rules that judge what comes to a grant scheme or a kind of letting that day; empty: the shared ones do.

    A draft changes nothing: until the own rules are in force the shared ones hold.
    """
    if of is None or not of.ruleset:
        return ""
    kind = CaseKind.GRANT if isinstance(of, GrantScheme) else CaseKind.BOOKING
    held = publication_in_force(session, of.board_id, kind, on=on, own=of.ruleset)
    return of.ruleset if held is not None else ""


def _chosen_set(session: Session, board_id: int, kind: CaseKind) -> RuleSet | None:
    """The set of the installation that the board has chosen."""
    name = session.get_one(Board, board_id).rules.get(kind.value)
    return rulebook_of(session).folder.sets.get(name) if name else None


def fix_version(
    session: WritingSession, board_id: int, kind: CaseKind, *, on: date, own: str = ""
) -> RuleVersion | None:
    """The version in force on the day a case came, taken up in the store the first time."""
    published = publication_in_force(session, board_id, kind, on=on, own=own)
    if published is not None:
        return session.get_one(RuleVersion, published.id)
    ruleset = None if own else _chosen_set(session, board_id, kind)
    if ruleset is None:
        return None
    found = version_by_fingerprint(session, board_id, ruleset.id, ruleset.fingerprint)
    if found is None:
        found = RuleVersion(
            board_id=board_id,
            ruleset=ruleset.id,
            number=ruleset.version,
            fingerprint=ruleset.fingerprint,
            content=freeze_rules(ruleset),
            taken_up_at=session.now,
        )
        session.add(found)
        session.flush()
    return found


def catalogue_of_version(session: Session, version_id: int | None) -> Catalogue:
    """The facts of a case under a version: the installation's, and those that the board added."""
    ruleset = read_version(session, version_id)
    return ruleset.catalogue if ruleset else rulebook_of(session).folder.book.catalogue


def fact_and_criterion_names(session: Session, board_id: int, *, on: date) -> tuple[Catalogue, Mapping[str, Words]]:
    """All facts that a board's rules in force know, and what their criteria are called; all kinds of case together."""
    facts: dict[str, FactDefinition] = dict(rulebook_of(session).folder.book.catalogue)
    labels: dict[str, Words] = {}
    for ruleset in reversed(all_in_force(session, board_id, CaseKind, on=on)):  # the shared rules' names hold
        facts |= ruleset.catalogue
        labels |= {criterion.id: criterion.label for criterion in ruleset.criteria}
    return facts, labels


def all_in_force(session: Session, board_id: int, kinds: Iterable[CaseKind], *, on: date) -> list[RuleSet]:
    """Every rule set that judges some case of those kinds that comes to a board that day: those for one thing too."""
    wanted = tuple(kinds)
    found = [rules_in_force(session, board_id, kind, on=on) for kind in wanted]
    published = {row.ruleset for row in valid_publications(session, board_id, on)}
    for kind in wanted if published else ():
        own = sorted(published & own_rulesets(session, board_id, kind))
        found += [rules_in_force(session, board_id, kind, on=on, own=name) for name in own]
    return [ruleset for ruleset in found if ruleset is not None]


def value_criteria_in_force(session: Session, board_id: int, *, on: date) -> dict[str, Words]:
    """The value criteria of all rules in force, by id, and what they are called."""
    found = criteria_of_running_support(session, board_id, on=on)
    return {name: criterion.label for name, criterion in found.items() if criterion.value_criterion}


def criteria_of_running_support(session: Session, board_id: int, *, on: date) -> dict[str, Criterion]:
    """What a payment can be stopped for, of all rules in force, by id: the value criteria, and what the rules say."""
    return {
        criterion.id: criterion
        for ruleset in reversed(all_in_force(session, board_id, CaseKind, on=on))
        for criterion in ruleset.criteria
        if criterion.value_criterion
        or (criterion.moment is not ReviewMoment.BEFORE and criterion.on_running_support in _STOPS)
    }


def read_version(session: Session, version_id: int | None) -> RuleSet | None:
    """The rules of a version, as they were."""
    if version_id is None:
        return None
    kept = session.get_one(RuleVersion, version_id)
    known = rulebook_of(session).folder.sets.get(kept.ruleset)
    if known is not None and known.fingerprint == kept.fingerprint:
        return known
    key = f"{kept.fingerprint}-{kept.number}"
    if key not in _THAWED:
        _THAWED[key] = thaw_rules(kept.content, rulebook_of(session).folder.book.catalogue)
    return _THAWED[key]
