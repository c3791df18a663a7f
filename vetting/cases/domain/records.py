"""The records of a case: what stands in its list of documents, and what each is called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import NO_WORDS, Words, _, in_context

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from vetting.cases.domain.document_statuses import DocumentStatus


class RecordKind(StrEnum):
    """What a record is; its key is that of a row of this kind."""

    APPLICATION = "application"
    DOCUMENT = "document"
    LETTER = "letter"
    COMPLETION = "completion"
    NOTE = "note"
    REPORT = "report"
    DECISION = "decision"
    REPLY = "reply"
    """What an association answered, when something was put to it."""
    GRANT_REPORT = "grant_report"
    """How it has used a grant."""
    COURT = "court"
    """An appeal, and what came of it."""
    PAYMENT = "payment"
    """A payment of the case in a batch that went to the finance office."""
    GROUP = "group"
    """What the reference group said, when its notes were adjusted."""
    ITEM = "item"
    """The item that a meeting had before it, when the decision on it is entered; its key is the decision's."""
    EXTRACT = "extract"
    """The extract of the minutes, when it came in; its key is the decision's."""
    INVOICE = "invoice"
    """That a claim was invoiced."""
    CLAIM_TOLD = "claim_told"
    """What an association was told before a reclaim was decided."""
    CLAIM_REPLY = "claim_reply"
    ENDING_TOLD = "ending_told"
    """What it was told before its support was ended."""
    ENDING_REPLY = "ending_reply"
    CHANGE = "change"
    """A request to use a grant otherwise."""


RECORD_KIND_WORDS: Final[Mapping[RecordKind, Words]] = {
    RecordKind.APPLICATION: _("Ansökan"),
    RecordKind.DOCUMENT: _("Handling"),
    RecordKind.LETTER: in_context("one", "Brev"),
    RecordKind.COMPLETION: _("Begäran om komplettering"),
    RecordKind.NOTE: _("Tjänsteanteckning"),
    RecordKind.DECISION: in_context("record", "Beslut"),
    RecordKind.REPORT: _("Tjänsteutlåtande"),
    RecordKind.REPLY: _("Svar från föreningen"),
    RecordKind.GRANT_REPORT: _("Redovisning av bidraget"),
    RecordKind.COURT: _("Överklagande"),
    RecordKind.PAYMENT: _("Underlag för utbetalning"),
    RecordKind.GROUP: _("Referensgruppens ställningstagande"),
    RecordKind.ITEM: _("Ärende till nämnden"),
    RecordKind.EXTRACT: _("Protokollsutdrag"),
    RecordKind.INVOICE: _("Underlag för faktura"),
    RecordKind.CLAIM_TOLD: _("Underlag om återkrav"),
    RecordKind.CLAIM_REPLY: _("Svar om återkrav"),
    RecordKind.ENDING_TOLD: _("Underlag om att stöd upphör"),
    RecordKind.ENDING_REPLY: _("Svar om att stöd upphör"),
    RecordKind.CHANGE: _("Begäran om ändring av bidraget"),
}


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where a record stands: its case, its number in it (from 1, in the order they became records), its row."""

    case_id: int
    serial: int
    kind: RecordKind
    key: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """One record as it is listed."""

    place: RecordPlace
    case_number: str
    case_name: str
    dnr: str
    """Of its case, or of its round."""
    status: DocumentStatus
    title: Words
    party: Words
    """Who it came from or went to; of what is drawn up, whose function drew it up."""
    on: date
    """The day it came in, was drawn up or was dispatched."""
    way: Words = NO_WORDS
    """How it was dispatched."""
    secrecy: str = ""
    """The section that it may be secret by, as somebody has noted."""
    registry_number: str = ""
    """Its number in the registry's system."""
    file_name: str = ""
    """As it came; of what is written here, nothing."""
    doubts: tuple[Words, ...] = ()
    """Why somebody should look at it before it is handed out."""
    version: int = 0
    """Of what is noted of it."""
