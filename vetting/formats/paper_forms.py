"""A board's form as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting.engine.paper_forms import BY_HAND, RULES
from vetting.formats.document_types import DOCX, PDF
from vetting.formats.form_documents import form_document
from vetting.formats.typesetting import typeset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.paper_forms import FormField, PaperForm
    from vetting.kernel.text import Language

MEDIA: Final[Mapping[str, str]] = {"docx": DOCX, "pdf": PDF}
"""The endings that a form is given out with."""


def form_file(form: PaperForm, ending: str, language: Language) -> bytes:
    """The form as a file of one of MEDIA."""
    if ending == "docx":
        return form_document(form, language)
    return typeset("form", _plain(form, language))


def _plain(form: PaperForm, language: Language) -> dict[str, Any]:
    return {
        "language": language,
        "title": form.title.to(language),
        "board": form.issued_by,
        "letterhead": form.letterhead.splitlines(),
        "intro": form.intro.to(language),
        "by_hand": BY_HAND.to(language),
        "information": [line for words in form.information for line in words.to(language).splitlines()],
        "footer": f"{RULES.to(language)}{form.rules.to(language)}.",
        "sections": [
            {
                "heading": part.heading.to(language),
                "help": part.help.to(language),
                "fields": [_plain_field(field, language) for field in part.fields],
            }
            for part in form.parts
        ],
    }


def _plain_field(field: FormField, language: Language) -> dict[str, Any]:
    return {
        "label": field.label.to(language),
        "help": field.help.to(language),
        "shape": field.shape.value,
        "options": [option.to(language) for option in field.options],
    }
