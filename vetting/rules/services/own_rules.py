"""Rules that a board has for one thing only: for a grant scheme, or for a kind of letting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.grants import open_scheme, wrong_rules
from vetting.grants.models.rounds import (
    rounds_of_scheme,
)
from vetting.grants.models.schemes import (
    GrantScheme,
    rulesets_of_schemes,
    schemes,
    schemes_with,
)
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import NO_WORDS, Words, _
from vetting.people import require_permission
from vetting.people.models.letting_kinds import (
    LettingKind,
    letting_kind_of,
    letting_kinds,
    letting_kinds_with,
    rulesets_of_letting_kinds,
)
from vetting.rules.models import DRAFT, IN_REVIEW, open_rule_drafts, publications

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from vetting.kernel.store.session import Session, WritingSession


def own_rulesets(session: Session, board_id: int, kind: CaseKind) -> frozenset[str]:
    """The rule sets that judge some cases of a kind only: those of one grant scheme, or of one kind of letting."""
    if kind is CaseKind.GRANT:
        return rulesets_of_schemes(session, board_id)
    return rulesets_of_letting_kinds(session, board_id)


def kind_of_own(session: Session, board_id: int, ruleset: str) -> CaseKind | None:
    """What kind of case rules are some cases' own of; None where they are for all that have none of their own."""
    return next((kind for kind in CaseKind if ruleset in own_rulesets(session, board_id, kind)), None)


def names_of_own(session: Session, board_id: int, ruleset: str) -> list[str]:
    """The grant schemes or the kinds of letting that rules are the own ones of, by name."""
    schemes = [item.name for item in schemes_with(session, board_id, ruleset)]
    return schemes + [item.name for item in letting_kinds_with(session, board_id, ruleset)]


COMMON_TO: Final[Mapping[frozenset[CaseKind], Words]] = {
    frozenset({CaseKind.GRANT}): _("Gäller alla bidrag: de gemensamma reglerna."),
    frozenset({CaseKind.BOOKING}): _("Gäller all uthyrning: de gemensamma reglerna."),
    frozenset(CaseKind): _("Gäller alla bidrag och all uthyrning: de gemensamma reglerna."),
}


def reach_words(session: Session, board_id: int, ruleset: str, kinds: Collection[str]) -> Words:
    """What rules are for: one thing by name, else everything of their kinds."""
    names = names_of_own(session, board_id, ruleset)
    if names:
        return _("Gäller bara {names}.", names=", ".join(names))
    return COMMON_TO.get(frozenset(kind for kind in CaseKind if kind.value in kinds), NO_WORDS)


def rulesets_to_choose(session: Session) -> dict[str, str]:
    """Rule set -> how it is told: what somebody in the board writes and nobody has published.

    Two persons stand behind what is published, and behind what it is for: it is given to nothing else afterwards.
    """
    held = _sets_published(session)
    drafts = open_rule_drafts(session, session.person.board_id)
    return {draft.ruleset: draft.ruleset for draft in drafts if draft.state == DRAFT and draft.ruleset not in held}


def _sets_published(session: Session) -> frozenset[str]:
    """Rule sets with a version that is not withdrawn: in force, to come, or for what came while it was."""
    return frozenset(
        item.ruleset for item, withdrawn in publications(session, session.person.board_id) if withdrawn is None
    )


def wrong_with_own_rules(session: Session, ruleset: str, was: str, kind: CaseKind) -> Iterator[Problem]:
    """What is wrong with rules as the own ones of a grant scheme or a kind of letting. was: those that it has had."""
    held = _sets_published(session)
    if ruleset in held:
        yield Problem(
            "ruleset",
            _("Reglerna är redan publicerade och kan inte kopplas till något annat."),
            _("Skriv nya regler, och välj dem här innan de lämnas för publicering."),
        )
    elif ruleset and ruleset not in rulesets_to_choose(session):
        yield Problem(
            "ruleset",
            _("Nämnden har inget utkast med det namnet, eller så är utkastet lämnat för publicering."),
            _("Välj bland nämndens utkast."),
        )
    elif ruleset and kind_of_own(session, session.person.board_id, ruleset) not in {None, kind}:
        yield Problem(
            "ruleset",
            _("Reglerna är redan egna regler för {names}.", names=_names(session, ruleset)),
            _("Välj andra regler, eller ändra vad de här reglerna gäller."),
        )
    if was in held:
        yield Problem(
            "ruleset",
            _(
                "Reglerna är publicerade som egna regler och kan inte tas bort härifrån: då skulle "
                "de gälla alla ärenden av samma slag."
            ),
            _("Återkalla versionen först, eller lägg till en ny bidragsform eller uthyrningsform."),
        )
    if any(
        draft.ruleset == was and draft.state == IN_REVIEW
        for draft in open_rule_drafts(session, session.person.board_id)
    ):
        yield Problem(
            "ruleset",
            _("Reglerna är lämnade för publicering. Vad de gäller kan inte ändras under tiden."),
            _("Ta tillbaka dem först."),
        )


def _names(session: Session, ruleset: str) -> str:
    return ", ".join(names_of_own(session, session.person.board_id, ruleset))


def schemes_without_rules(session: Session) -> list[GrantScheme]:
    """The board's grant schemes that can be given rules of their own: none yet, no round, not ended."""
    return [
        item
        for item in schemes(session, session.person.board_id)
        if not item.ruleset and item.ended_at is None and not rounds_of_scheme(session, item.id)
    ]


def give_rules_to_scheme(session: WritingSession, key: int, ruleset: str) -> GrantScheme:
    """A grant scheme is judged by rules of its own, that somebody in the board has begun to write.

    Raises:
        Refused: there is no such grant scheme, a round is for it, or it has rules of its own already.
    """
    require_permission(session.person, Action.WRITE_RULES)
    found = open_scheme(session, key)
    problems = list(wrong_rules(session, ruleset, found))
    if found.ruleset:
        problems.append(
            Problem("ruleset", _("Bidragsformen har redan egna regler."), _("Gå vidare med dem, under Regler."))
        )
    if problems:
        raise Refused(Obstacle.INVALID, *(Problem("only", each.what, each.remedy) for each in problems))
    found.ruleset = ruleset
    session.note("scheme_changed", found)
    return found


def letting_kinds_without_rules(session: Session) -> list[LettingKind]:
    """The board's kinds of letting that can be given rules of their own: none yet, not ended."""
    return [
        item for item in letting_kinds(session, session.person.board_id) if not item.ruleset and item.ended_at is None
    ]


def give_rules_to_letting_kind(session: WritingSession, key: int, ruleset: str) -> LettingKind:
    """A kind of letting is to be judged by rules of its own, that somebody in the board has begun to write.

    Raises:
        Refused: there is no such kind of letting, or it has rules of its own already.
    """
    require_permission(session.person, Action.WRITE_RULES)
    found = open_letting_kind(session, key)
    problems = list(wrong_with_own_rules(session, ruleset, found.ruleset, CaseKind.BOOKING))
    if found.ruleset:
        problems.append(
            Problem("ruleset", _("Uthyrningsformen har redan egna regler."), _("Gå vidare med dem, under Regler."))
        )
    if problems:
        raise Refused(Obstacle.INVALID, *(Problem("only", each.what, each.remedy) for each in problems))
    found.ruleset = ruleset
    session.note("letting_kind_changed", found)
    return found


def open_letting_kind(session: Session, key: int) -> LettingKind:
    """A kind of letting of the board.

    Raises:
        Refused: there is none.
    """
    found = letting_kind_of(session, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found
