"""The officer's report (tjänsteutlåtande) as data: what is proposed, on what it rests, what speaks for and against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Sequence

PROPOSAL: Final = _("Förslag till beslut")
CASE: Final = _("Ärendet")
CHECKS_HEADING: Final = _("Vad som är kontrollerat")
AGAINST: Final = _("Det som talar emot")
FOR: Final = _("Det som talar för")
WEIGHING_HEADING: Final = _("Särskilda skäl och proportionalitet")
REPLY_HEADING: Final = _("Föreningens svar")
GROUP: Final = _("Referensgruppen")
EXPERT: Final = _("Yttrande av sakkunnig")
ALIKE: Final = _("Lika fall")
REASONS: Final = _("Motivering")
RULES: Final = _("Regler")


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A heading and its paragraphs; `listed` ones are points."""

    heading: Words
    lines: Sequence[Words]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class OfficerReport:
    """One report, in the order it is read; empty sections are left out."""

    title: Words
    top: Sequence[Words]
    sections: Sequence[ReportSection]
    signed: Words
