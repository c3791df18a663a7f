"""Forms that ask for the facts of an application or a booking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.engine.asked_facts import ALWAYS, asked_of_applicant, form_sections
from vetting.rules.services import versions
from vetting.rules.services.rulebook import rules_in_use
from vetting.web import visitor
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetting.engine.asked_facts import AskedSection
    from vetting.engine.facts import FactDefinition
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.case_kinds import CaseKind


def board_rules(kind: CaseKind, own: str = "") -> RuleSet | None:
    """The rules that the visitor's board has in force for a kind. own: those of a grant scheme that has its own."""
    board_id = visitor.signed_in_person().board_id
    with reading_session() as session:
        return versions.rules_in_force(session, board_id, kind, rules_in_use(), on=visitor.today(), own=own)


def asked_sections(ruleset: RuleSet | None, kind: CaseKind) -> tuple[AskedSection, ...]:
    """The facts of the form under its headings; the applicant itself stands apart."""
    return form_sections(ruleset, kind) if ruleset else ()


def applicants_sections(ruleset: RuleSet | None, kind: CaseKind) -> tuple[AskedSection, ...]:
    """The sections of the form as the applicant meets them: a grant offers no legal forms of persons and firms."""
    return tuple(
        part._replace(facts=tuple(asked_of_applicant(fact, kind) for fact in part.facts))
        for part in asked_sections(ruleset, kind)
    )


def form_definitions(sections: Iterable[AskedSection]) -> list[FactDefinition]:
    """The facts of a form, the applicant itself first."""
    catalogue = rules_in_use().folder.book.catalogue
    return [*(catalogue[name] for name in ALWAYS), *(item for section in sections for item in section.facts)]
