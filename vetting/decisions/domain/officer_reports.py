"""The officer's report (tjänsteutlåtande) as data: what is proposed, on what it rests, what speaks for and against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

PROPOSAL: Final = Words("Förslag till beslut", "Proposed decision")
CASE: Final = Words("Ärendet", "The case")
CHECKS_HEADING: Final = Words("Vad som är kontrollerat", "What was checked")
AGAINST: Final = Words("Det som talar emot", "What speaks against")
FOR: Final = Words("Det som talar för", "What speaks for")
WEIGHING_HEADING: Final = Words("Särskilda skäl och proportionalitet", "Special reasons and proportionality")
REPLY_HEADING: Final = Words("Föreningens svar", "The association's reply")
GROUP: Final = Words("Referensgruppen", "The reference group")
EXPERT: Final = Words("Yttrande av sakkunnig", "Expert opinion")
ALIKE: Final = Words("Lika fall", "Similar cases")
REASONS: Final = Words("Motivering", "Reasons")
RULES: Final = Words("Regler", "Rules")


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
