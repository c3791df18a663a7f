"""Text of letters: each kind is a file in `templates/letters` for each language, filled in with values."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vetting.casework.domain.appeals import appeal_in_words
from vetting.casework.domain.letters import TOLD_TO_ASSOCIATION, LetterKind, title_of
from vetting.engine.facts import shorten_text
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import RESERVATION_WORDS, Reservation
from vetting.kernel.money import kronor
from vetting.kernel.roles import function_in_words
from vetting.kernel.text import Language, Words, _, long_day, same_in_both
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.casework.domain.completion_letters import CompletionLetterContent
    from vetting.casework.domain.letters import HandoverContent, LetterContent
    from vetting.engine.facts import Catalogue

FOLDER: Final = "templates/letters"


def letter_text(about: LetterContent, language: Language) -> tuple[str, list[str]]:
    """Writes a letter as (subject, lines): lines of a list begin with '- ', an empty one parts paragraphs."""
    subject = title_of(about.kind, grant=about.grant) + same_in_both(_numbers(about))
    said = replace(about, appeal=appeal_in_words(about.appeal).to(language) if about.appeal else "")
    return subject.to(language), _fill_in(about.kind, language, _plain(said, language))


def handover_text(kind: LetterKind, about: HandoverContent, language: Language) -> tuple[str, list[str]]:
    """Writes the receipt of a handed-over application to the other board, or the letter that tells the applicant."""
    subject = title_of(kind, grant=True) + same_in_both(_numbers(about))
    return subject.to(language), _fill_in(kind, language, _plain(about, language))


def copy_text(subject: str, lines: Sequence[str], language: Language) -> tuple[str, list[str]]:
    """Writes the copy of a decision to another board. subject, lines: of the letter to the association."""
    heading = title_of(LetterKind.COPY, grant=True).to(language)
    return f"{heading}: {subject}", _fill_in(LetterKind.COPY, language, {"lines": lines})


def completion_text(
    asked: CompletionLetterContent, catalogue: Catalogue, *, board: str, by: str, language: Language
) -> tuple[str, list[str]]:
    """Writes the request to complete a case, or its reminder. by: who signs, or empty."""
    number = asked.number
    subject = (
        _("Komplettering av ärende {number}", number=number)
        if asked.first_due_on is None
        else _("Påminnelse: komplettering av ärende {number}", number=number)
    )
    values = _plain(asked, language) | {
        "grant": asked.kind == CaseKind.GRANT,
        "purpose": shorten_text(asked.purpose),
        "facts": [catalogue[fact].wanted.to(language) for fact in asked.facts if fact in catalogue],
        "signed": [by] if by else [],
        "board": board,
    }
    return subject.to(language), _fill_in(LetterKind.COMPLETION, language, values)


def _numbers(about: LetterContent | HandoverContent) -> str:
    return f", {about.number}, {about.dnr}" if about.dnr else f", {about.number}"


def _fill_in(kind: LetterKind, language: Language, values: Mapping[str, Any]) -> list[str]:
    return letter_environment(language).get_template(f"{kind.value}.{language}.txt").render(values).splitlines()


@cache
def letter_environment(language: Language) -> Environment:
    """The files, with how their language writes days, sums and the end of a sentence."""
    found = Environment(
        loader=FileSystemLoader(shipped_folder(FOLDER)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - plain text, not HTML
    )
    found.filters["day"] = lambda day: long_day(day).to(language)
    found.filters["kronor"] = lambda amount: kronor(amount).to(language)
    found.filters["sentence"] = lambda text: f"{text.rstrip('.')}."
    return found


def _plain(value: Any, language: Language) -> Any:  # noqa: ANN401 - whatever a letter holds
    """The content of a letter with its texts in one language: what a file takes."""
    if isinstance(value, Words):
        return value.to(language)
    if isinstance(value, Reservation):
        return TOLD_TO_ASSOCIATION.get(value, RESERVATION_WORDS[value]).to(language)
    if is_dataclass(value):
        found = {field.name: _plain(getattr(value, field.name), language) for field in fields(value)}
        return found | {"signed": [function_in_words(line).to(language) for line in found.get("signed", ())]}
    if isinstance(value, (list, tuple)):
        return [_plain(one, language) for one in value]
    return value
