"""The rules that all of a board's cases of a kind have in common, and each thing's own, put and kept together.

A grant scheme has rules of its own, or a kind of letting.

What judges a case is one version, whole: the own text put together with the common rules when either was
published. So a case keeps the pair of its day, and what is common is published once and in force in all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from vetting.engine.worked_cases import run_worked_case
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _, join_words, same_in_both
from vetting.rules import models as store
from vetting.rules.domain.differences import removed_safeguards
from vetting.rules.models import IN_REVIEW, RuleDraft, RulePublication, open_rule_drafts
from vetting.rules.services import drafts, versions
from vetting.rules.services.own_rules import kind_of_own, names_of_own, own_rulesets
from vetting.rules.services.rule_files import read_set

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.case_kinds import CaseKind
    from vetting.kernel.store.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedRules:
    """The own rules of a grant scheme, or of a kind of letting, as they would be with other common rules."""

    before: RulePublication
    """What is published of them."""
    draft: RuleDraft | None
    """What mends them and lies handed over: published in the same act, in the place of the published text."""
    names: Sequence[str]
    """The grant schemes or the kinds of letting that they are for."""
    kind: CaseKind
    first: date
    """From which day they would be put together anew."""
    ruleset: RuleSet | None
    problems: tuple[Problem, ...]
    removed_safeguards: tuple[Words, ...] = ()
    """What protects and would be gone from the cases that they are for."""

    @property
    def text(self) -> str:
        """Their file."""
        return self.draft.text if self.draft is not None else self.before.text

    @property
    def cases(self) -> str:
        """The file of their worked cases."""
        return self.draft.cases if self.draft is not None else self.before.cases

    @property
    def told(self) -> Words:
        """'Lokalbidrag: ...' for each thing that is wrong."""
        names = same_in_both(", ".join(self.names) or self.before.title)
        return join_words((names + same_in_both(": ") + one.what for one in self.problems), " ")


def own_rules_with(
    session: Session, board_id: int, common: RuleSet, *, first: date, with_drafts: bool = True
) -> list[ScopedRules]:
    """All rules for one thing that hold on or after a day, put together with common rules: nothing is kept.

    with_drafts: a change that lies handed over goes before what is published.
    """
    handed_over = (
        {draft.ruleset: draft for draft in open_rule_drafts(session, board_id) if draft.state == IN_REVIEW}
        if with_drafts
        else {}
    )
    found = []
    for kind in sorted(common.kinds):
        for name in sorted(own_rulesets(session, board_id, kind)):
            for before, begins in _texts_from(session, board_id, name, first):
                together = ScopedBefore(before, handed_over.get(name), kind, begins)
                found.append(_put_together(session, together, common))
    return found


def _texts_from(session: Session, board_id: int, ruleset: str, first: date) -> list[tuple[RulePublication, date]]:
    """What is published of a set and would still hold: on that day, and each that begins later; the earliest first."""
    standing = [
        row
        for row, withdrawn in reversed(store.publications(session, board_id))
        if withdrawn is None and row.ruleset == ruleset and (row.valid_to is None or row.valid_to >= first)
    ]
    now = next((row for row in reversed(standing) if row.valid_from <= first), None)
    later = {row.text: row for row in standing if row.valid_from > first and (now is None or row.text != now.text)}
    return ([(now, first)] if now is not None else []) + [
        (row, row.valid_from) for row in sorted(later.values(), key=lambda row: row.valid_from)
    ]


class ScopedBefore(NamedTuple):
    """Rules for one thing as they are published, what mends them, and from which day they are put together anew."""

    before: RulePublication
    draft: RuleDraft | None
    kind: CaseKind
    first: date


def _put_together(session: Session, own: ScopedBefore, common: RuleSet) -> ScopedRules:
    before, draft, kind, first = own
    text, cases = (draft.text, draft.cases) if draft is not None else (before.text, before.cases)
    book = drafts.board_book(session, before.board_id, before.ruleset, on=first)
    read = read_set(text.encode(), cases.encode(), before.ruleset, replace(book, common=common))
    problems = list(read.problems)
    if read.ruleset is not None:
        for case in read.cases:
            _screening, wrong = run_worked_case(case, read.ruleset)
            problems += wrong
    now = versions.read_version(session, before.id)
    gone = removed_safeguards(now, read.ruleset, kind) if now is not None and read.ruleset is not None else ()
    return ScopedRules(
        before=before,
        draft=draft,
        names=names_of_own(session, before.board_id, before.ruleset),
        kind=kind,
        first=first,
        ruleset=read.ruleset,
        problems=tuple(problems),
        removed_safeguards=tuple(gone),
    )


def in_the_way(found: Sequence[ScopedRules]) -> list[Problem]:
    """What stops common rules from being published: rules for one thing whose worked cases would turn red, by name."""
    return [
        Problem(
            own.before.ruleset,
            _("De egna reglerna fungerar inte tillsammans med de nya gemensamma reglerna. {told}", told=own.told),
            _("Ändra de egna reglerna eller deras typfall och lämna dem för publicering: de publiceras i samma steg."),
        )
        for own in found
        if own.problems
    ]


@dataclass(frozen=True, slots=True)
class PublicationInAll:
    """What one publication would bring: what is written, and all rules for one thing put together with it."""

    found: drafts.RuleDraftReport
    own: tuple[ScopedRules, ...]

    @property
    def removed_safeguards(self) -> tuple[Words, ...]:
        """What protects and would be gone; of rules for one thing what is not gone from the common ones too."""
        told = dict.fromkeys(self.found.removed_safeguards)
        for own in self.own:
            names = same_in_both(", ".join(own.names) + ": ")
            told |= dict.fromkeys(
                names + one for one in own.removed_safeguards if one not in self.found.removed_safeguards
            )
        return tuple(told)


def publication_in_all(session: Session, found: drafts.RuleDraftReport, *, on: date) -> PublicationInAll:
    """What would be published with a draft: with common rules also those for one thing, put together with them."""
    if found.ruleset is None or kind_of_own(session, found.draft.board_id, found.draft.ruleset) is not None:
        return PublicationInAll(found, ())
    first = max(found.ruleset.valid.first or on, on)
    return PublicationInAll(found, tuple(own_rules_with(session, found.draft.board_id, found.ruleset, first=first)))


def read_with_common(session: Session, before: RulePublication, common: RuleSet | None, *, on: date) -> RuleSet | None:
    """A published text put together with common rules; None where they do not go together."""
    book = drafts.board_book(session, before.board_id, before.ruleset, on=on)
    read = read_set(before.text.encode(), before.cases.encode(), before.ruleset, replace(book, common=common))
    return read.ruleset
