"""The rules that all of a board's grants have in common, and each grant scheme's own, put together and kept together.

What judges a case is one version, whole: a scheme's own text put together with the common rules when either was
published. So a case keeps the pair of its day, and what is common is published once and in force in all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vetting.engine.worked_cases import run_worked_case
from vetting.grants.models import rulesets_of_schemes, schemes_with
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _, join_words, same_in_both
from vetting.rules import models as store
from vetting.rules.domain.differences import taken_away
from vetting.rules.models import IN_REVIEW, RuleDraft, RulePublication, open_rule_drafts
from vetting.rules.services import drafts, versions
from vetting.rules.services.rule_files import read_set

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from vetting.engine.ruleset import RuleSet
    from vetting.rules.services.rulebook import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRules:
    """A grant scheme's own rules as they would be with other common rules."""

    before: RulePublication
    """What is published of them."""
    draft: RuleDraft | None
    """What mends them and lies handed over: published in the same act, in the place of the published text."""
    schemes: Sequence[str]
    first: date
    """From which day they would be put together anew."""
    ruleset: RuleSet | None
    problems: tuple[Problem, ...]
    taken_away: tuple[Words, ...] = ()
    """What protects and would be gone from the cases of the schemes."""

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
        names = same_in_both(", ".join(self.schemes) or self.before.title)
        return join_words((names + same_in_both(": ") + one.what for one in self.problems), " ")


def own_rules_with(
    session: Session, board_id: int, common: RuleSet, rules: Rules, *, first: date, with_drafts: bool = True
) -> list[SchemeRules]:
    """Every grant scheme's own rules that hold on or after a day, put together with common rules: nothing is kept.

    with_drafts: a change that lies handed over goes before what is published.
    """
    handed_over = (
        {draft.ruleset: draft for draft in open_rule_drafts(session, board_id) if draft.state == IN_REVIEW}
        if with_drafts
        else {}
    )
    found = []
    for name in sorted(rulesets_of_schemes(session, board_id)):
        for before, begins in _texts_from(session, board_id, name, first):
            draft = handed_over.get(name)
            names = [scheme.name for scheme in schemes_with(session, board_id, name)]
            found.append(_put_together(session, before, draft, common, names, rules, first=begins))
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


def _put_together(
    session: Session,
    before: RulePublication,
    draft: RuleDraft | None,
    common: RuleSet,
    schemes: Sequence[str],
    rules: Rules,
    *,
    first: date,
) -> SchemeRules:
    text, cases = (draft.text, draft.cases) if draft is not None else (before.text, before.cases)
    book = drafts.board_book(session, before.board_id, rules, before.ruleset, on=first)
    read = read_set(text.encode(), cases.encode(), before.ruleset, replace(book, common=common))
    problems = list(read.problems)
    if read.ruleset is not None:
        for case in read.cases:
            _screening, wrong = run_worked_case(case, read.ruleset)
            problems += wrong
    now = versions.read_version(session, before.id, rules)
    gone = taken_away(now, read.ruleset, CaseKind.GRANT) if now is not None and read.ruleset is not None else ()
    return SchemeRules(
        before=before,
        draft=draft,
        schemes=schemes,
        first=first,
        ruleset=read.ruleset,
        problems=tuple(problems),
        taken_away=tuple(gone),
    )


def in_the_way(found: Sequence[SchemeRules]) -> list[Problem]:
    """What stops common rules from being published: grant schemes whose worked cases would turn red, by name."""
    return [
        Problem(
            own.before.ruleset,
            _("Med de nya gemensamma reglerna stämmer inte bidragsformens egna. {told}", told=own.told),
            _("Ändra bidragsformens regler eller typfall och lämna dem för publicering: de publiceras i samma steg."),
        )
        for own in found
        if own.problems
    ]


@dataclass(frozen=True, slots=True)
class PublicationInAll:
    """What one publication would bring: what is written, and every grant scheme's own rules put together with it."""

    found: drafts.RuleDraftReport
    own: tuple[SchemeRules, ...]

    @property
    def taken_away(self) -> tuple[Words, ...]:
        """What protects and would be gone; of the schemes' own rules what is not gone from the common ones too."""
        told = dict.fromkeys(self.found.taken_away)
        for own in self.own:
            names = same_in_both(", ".join(own.schemes) + ": ")
            told |= dict.fromkeys(names + one for one in own.taken_away if one not in self.found.taken_away)
        return tuple(told)


def publication_in_all(session: Session, found: drafts.RuleDraftReport, rules: Rules, *, on: date) -> PublicationInAll:
    """What would be published with a draft: of common rules also the schemes' own, which are put together with them."""
    if found.ruleset is None or not is_common(session, found.draft, found.ruleset):
        return PublicationInAll(found, ())
    first = max(found.ruleset.valid.first or on, on)
    return PublicationInAll(
        found, tuple(own_rules_with(session, found.draft.board_id, found.ruleset, rules, first=first))
    )


def is_common(session: Session, draft: RuleDraft, ruleset: RuleSet) -> bool:
    """Whether what is written would be common to all grants."""
    return CaseKind.GRANT in ruleset.kinds and not drafts.is_for_schemes(session, draft)


def read_with_common(
    session: Session, before: RulePublication, common: RuleSet | None, rules: Rules, *, on: date
) -> RuleSet | None:
    """A published text put together with common rules; None where they do not go together."""
    book = drafts.board_book(session, before.board_id, rules, before.ruleset, on=on)
    read = read_set(before.text.encode(), before.cases.encode(), before.ruleset, replace(book, common=common))
    return read.ruleset
