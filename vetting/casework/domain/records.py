"""The records of a case: what stands in its list of documents, what each is called, and whether the diary has it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import NO_WORDS, Words, _, in_context

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from vetting.casework.domain.document_statuses import DocumentStatus


class RecordKind(StrEnum):
    """What a record is; its key is that of a row of this kind."""

    APPLICATION = "application"
    DOCUMENT = "document"
    LETTER = "letter"
    COMPLETION = "completion"
    NOTE = "note"
    REPORT = "report"
    DECISION = "decision"
    CORRECTION = "correction"
    """A correction of a clerical error in a decision (FL 36 §). Key: the correction's."""
    DECISION_SENT = "decision_sent"
    """A decision notified by other means than a letter of this program. Key: the event's in the case."""
    HEARING = "hearing"
    """Grounds put to an association for comment before a decision, with a last day to answer."""
    REPLY = "reply"
    """What an association answered, when something was put to it."""
    GRANT_REPORT = "grant_report"
    """How it has used a grant, each time that it came."""
    COURT = "court"
    """An appeal, and what came of it."""
    PAYMENT = "payment"
    """A payment of the case in a batch that went to the finance office."""
    GROUP = "group"
    """What the reference group said, when its notes were adjusted."""
    ITEM = "item"
    """The item that went to the board; its key is that of what was sent."""
    EXTRACT = "extract"
    """The extract of the minutes, when it came in; its key is the meeting's decision on the item."""
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
    STATEMENT = "statement"
    """The board's own statement to a court; its key is the appeal's."""
    EXPERT_ASKED = "expert_asked"
    """A question that was sent to an expert outside the board."""
    EXPERT_ANSWER = "expert_answer"
    DISPUTE = "dispute"
    """An objection of the association to repaying unused money."""
    WITHDRAWAL = "withdrawal"
    """The applicant withdrew the application or cancelled the booking; its key is the case's."""


RECORD_KIND_WORDS: Final[Mapping[RecordKind, Words]] = {
    RecordKind.APPLICATION: _("Ansökan"),
    RecordKind.DOCUMENT: _("Handling"),
    RecordKind.LETTER: in_context("one", "Brev"),
    RecordKind.COMPLETION: _("Begäran om komplettering"),
    RecordKind.NOTE: _("Tjänsteanteckning"),
    RecordKind.DECISION: in_context("record", "Beslut"),
    RecordKind.REPORT: _("Tjänsteutlåtande"),
    RecordKind.CORRECTION: _("Rättelse av beslut"),
    RecordKind.DECISION_SENT: _("Beslutet skickat till föreningen"),
    RecordKind.HEARING: _("Underlag att yttra sig över"),
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
    RecordKind.STATEMENT: _("Nämndens yttrande till domstolen"),
    RecordKind.EXPERT_ASKED: _("Fråga till sakkunnig"),
    RecordKind.EXPERT_ANSWER: _("Svar från sakkunnig"),
    RecordKind.DISPUTE: _("Invändning mot återbetalning"),
    RecordKind.WITHDRAWAL: _("Återkallelse"),
}
TOLD: Final = _("Det som föreningen fick ta del av")
REPLIED: Final = _("Svar")
ASKED: Final = _("Det som föreningen begär")
"""Headings of what was told, answered and asked for."""
PARTIES: Final[Mapping[RecordKind, Words]] = {
    RecordKind.GROUP: _("referensgruppen"),
    RecordKind.ITEM: _("nämnden"),
    RecordKind.EXTRACT: _("nämndens sekreterare"),
    RecordKind.INVOICE: _("ekonomi"),
    RecordKind.PAYMENT: _("ekonomi"),
}
"""The other party of kinds of records that always have the same one."""


class RecordClass(StrEnum):
    """How a board keeps a record (5 kap. 1 § offentlighets- och sekretesslagen)."""

    DIARY = "diary"
    ORDER = "order"
    MINOR = "minor"


RECORD_CLASS_WORDS: Final[Mapping[RecordClass, Words]] = {
    RecordClass.DIARY: _("Förs i diariet"),
    RecordClass.ORDER: _("Hålls ordnad"),
    RecordClass.MINOR: _("Av liten betydelse"),
}
IN_ORDER: Final = frozenset({RecordKind.PAYMENT, RecordKind.INVOICE})
"""Kept in order where a board has chosen nothing: the finance system has them."""


ALWAYS_IN_DIARY: Final = frozenset({RecordKind.APPLICATION, RecordKind.DECISION})
"""No plan takes them out of it: what begins and what ends a case."""


def record_class(plan: Mapping[str, str], kind: RecordKind) -> RecordClass:
    """How a kind of record is kept. plan: kind -> class, where the board has chosen."""
    if kind in plan:
        return RecordClass(plan[kind])
    return RecordClass.ORDER if kind in IN_ORDER else RecordClass.DIARY


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPlace:
    """Where a record stands: its case, its number in it (from 1, in the order they became records), its row."""

    id: int
    case_id: int
    serial: int
    kind: RecordKind
    key: int
    at: datetime
    record_class: RecordClass


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
    version: int = 1
    """Of what is noted of it."""

    @property
    def is_in_diary(self) -> bool:
        """Whether the board's plan has it in the diary."""
        return self.place.record_class is RecordClass.DIARY

    @property
    def class_words(self) -> Words:
        """How the board keeps it."""
        return RECORD_CLASS_WORDS[self.place.record_class]
