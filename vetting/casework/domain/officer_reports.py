"""The officer's report (tjänsteutlåtande) in words: the headings that it has."""

from __future__ import annotations

from typing import Final

from vetting.kernel.text import _

PROPOSAL: Final = _("Förslag till beslut")
CASE: Final = _("Ärendet")
CHECKS_HEADING: Final = _("Vad underlaget visar")
AGAINST: Final = _("Det som talar emot")
FOR: Final = _("Det som talar för")
WEIGHING_HEADING: Final = _("Särskilda skäl och proportionalitet")
REPLY_HEADING: Final = _("Föreningens svar")
GROUP: Final = _("Referensgruppen")
ALIKE: Final = _("Lika fall")
REASONS: Final = _("Motivering")
RULES: Final = _("Regler")
