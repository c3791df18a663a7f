"""Facts that the form of an application or a booking asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.engine.form_facts import ALWAYS, asked_of_applicant, form_sections
from vetting.rules.services.rulebook import rules_in_use

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetting.engine.facts import FactDefinition
    from vetting.engine.form_facts import FormFactSection
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.case_kinds import CaseKind


def asked_sections(ruleset: RuleSet | None, kind: CaseKind) -> tuple[FormFactSection, ...]:
    """The facts of the form under its headings; the applicant itself stands apart."""
    return form_sections(ruleset, kind) if ruleset else ()


def applicants_sections(ruleset: RuleSet | None, kind: CaseKind) -> tuple[FormFactSection, ...]:
    """The sections of the form as the applicant meets them: a grant offers no legal forms of persons and firms."""
    return tuple(
        part._replace(facts=tuple(asked_of_applicant(fact, kind) for fact in part.facts))
        for part in asked_sections(ruleset, kind)
    )


def form_definitions(sections: Iterable[FormFactSection]) -> list[FactDefinition]:
    """The facts of a form, the applicant itself first."""
    catalogue = rules_in_use().folder.book.catalogue
    return [*(catalogue[name] for name in ALWAYS), *(item for section in sections for item in section.facts)]
