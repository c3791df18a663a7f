"""What templates may use: the texts of the domain in the visitor's language, and how results look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.domain import association, reasons, written_rules
from vetting.domain.annotation import PROPOSAL_TONES, RESULT_TONES, Tone
from vetting.domain.people import Action
from vetting.domain.proposal import ATTENTION_WORDS, PROPOSAL_WORDS
from vetting.web import navigation, preferences
from vetting.web.visitor import own_boards, visitor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from vetting.domain.words import Words

LOOKS: Final[Mapping[Tone, tuple[str, str]]] = {
    Tone.OK: ("ok", "check"),
    Tone.NOT: ("no", "x"),
    Tone.ASSESS: ("as", "eye"),
    Tone.UNKNOWN: ("un", "q"),
    Tone.PLAIN: ("un", "dash"),
}
"""Tone -> (class, icon)."""


def register(app: Flask) -> None:
    """Filters and names for the templates."""
    app.add_template_filter(said)
    app.add_template_filter(association.masked, "masked")
    app.add_template_filter(association.written, "number")
    app.add_template_test(reasons.was_checked, "was_checked")

    app.jinja_env.globals.update(
        proposal_words=PROPOSAL_WORDS,
        attention_words=ATTENTION_WORDS,
        result_in_words=reasons.result_in_words,
        shown_facts=reasons.shown_facts,
        kind_words=written_rules.KIND_HEADINGS,
        proposal_look=lambda proposal: LOOKS[PROPOSAL_TONES[proposal]],
        result_look=lambda result: LOOKS[RESULT_TONES[result]],
        why=reasons.why,
        missing=reasons.missing_in_words,
        proposal_in_words=reasons.proposal_in_words,
        behind=reasons.behind,
    )

    @app.context_processor
    def _visitor() -> dict[str, object]:
        return {
            "language": preferences.language(),
            "colours": preferences.colours(),
            "visitor": visitor(),
            "boards": own_boards,
            "places": navigation.places,
            "may": lambda action: (found := visitor()) is not None and found.may(Action(action)),
            "app_name": app.extensions["vetting_config"].name,
        }


def said(words: Words) -> str:
    """A text of the domain in the visitor's language."""
    return words.to(preferences.language())
