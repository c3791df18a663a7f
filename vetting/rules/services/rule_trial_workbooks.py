"""A what-if as a workbook: who would turn, and why, with how many of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vetting.engine.proposal import PROPOSAL_WORDS, Proposal
from vetting.engine.reasons import RESULT_WORDS
from vetting.engine.results import CriterionResult
from vetting.engine.what_if import MOST_TOLD, NOT_ASKED
from vetting.formats.workbook_writing import register_workbook
from vetting.kernel.register_tables import RegisterColumn, RegisterTable
from vetting.kernel.text import _, in_context

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from vetting.kernel.roles import Person
    from vetting.kernel.text import Language

ABOUT = _("Om prövningen")
_COLUMNS = tuple(
    RegisterColumn(heading)
    for heading in (
        _("Ärendenr"),
        _("Sökande"),
        _("Förslag då"),
        _("Förslag nu"),
        _("Kriterium"),
        _("Resultat då"),
        _("Resultat nu"),
        _("Varför"),
    )
)


def result_in_words(result: str, language: Language) -> str:
    """A result in words; what was not asked is told so."""
    if result == NOT_ASKED:
        return _("Prövades inte").to(language)
    return RESULT_WORDS[CriterionResult(result)].to(language)


def workbook_of(
    result: Mapping[str, Any], ruleset: str, fingerprint: str, *, by: Person, at: datetime, language: Language
) -> bytes:
    rows: list[tuple[Any, ...]] = []
    for told in result.get("told", ()):
        proposals = (PROPOSAL_WORDS[Proposal(told[key])].to(language) for key in ("before", "after"))
        head = (told["number"], told["name"], *proposals)
        for item in told["criteria"] or [None]:
            if item is None:
                rows.append((*head, "", "", "", ""))
                continue
            rows.append(
                (
                    *head,
                    item[f"label_{language}"],
                    result_in_words(item["before"], language),
                    result_in_words(item["after"], language),
                    item[f"why_{language}"],
                )
            )
    about = (
        (_("Regler"), ruleset),
        (_("Fingeravtryck"), fingerprint),
        (_("Ärenden"), str(result.get("cases", 0))),
        (_("Skulle ändras"), str(result.get("turned", 0))),
        (_("Högsta antal ärenden i listan"), str(MOST_TOLD)),
        (_("Ärenden utan tidigare kontroll"), str(result.get("without_screening", 0))),
        (in_context("a register", "Hämtat"), at.strftime("%Y-%m-%d %H:%M")),
        (_("Av (funktion)"), by.function),
    )
    table = RegisterTable(_("Ändras"), _COLUMNS, tuple(rows))
    lines = [(name.to(language), value) for name, value in about]
    return register_workbook([table], lambda _rows: lines, ABOUT.to(language), language)
