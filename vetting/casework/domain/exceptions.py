"""An exception: a requirement that is not met is set aside, by whom, and as the decision says it.

A value criterion is never set aside. A requirement that the rules leave to whoever weighs it (`if_not_met: assess`) is
set aside by whoever decides, any other by the board itself (6 kap. 6 § and 2 kap. 3 § kommunallagen).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.kernel.text import AND, Words, _, list_words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterable


def exception_sentence(labels: Iterable[str], because: str) -> str:
    """What stands last in the reasons, in Swedish as decisions are; empty where nothing is set aside."""
    named = [same_in_both(f"”{label}”") for label in labels]
    if not named:
        return ""
    which = "kravet" if len(named) == 1 else "kraven"
    return f"Nämnden gör undantag från {which} {list_words(named, AND).sv} eftersom {because.strip().rstrip('.')}."


def exception_asked(labels: Iterable[Words]) -> Words:
    """What the field is called that a person ends the sentence in."""
    named = list_words([same_in_both("”") + label + same_in_both("”") for label in labels], AND)
    return _("Om det beviljas: nämnden gör undantag från {requirements} eftersom …", requirements=named)
