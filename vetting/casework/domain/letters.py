"""Letters about a case: their kinds, and what each can say, as data. The words are files in `templates/letters`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypedDict

from vetting.kernel import text
from vetting.kernel.decision_outcomes import DecisionOutcome, Reservation
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date


class LetterKind(StrEnum):
    """What a letter is about."""

    COMPLETION = "completion"
    """Written for one or many at once (`casework.services.completions`)."""
    COMMENT = "comment"
    APPROVAL = "approval"
    PARTIAL = "partial"
    REFUSAL = "refusal"
    DISMISSAL = "dismissal"
    DISCONTINUATION = "discontinuation"
    STOP = "stop"
    LIFTING = "lifting"
    RECLAIM = "reclaim"
    WAIVER = "waiver"
    CHANGE = "change"
    """A grant is changed as the association asked."""
    NO_CHANGE = "no_change"
    REMINDER = "reminder"
    RESCISSION = "rescission"
    REPORT_REMINDER = "report_reminder"
    REPORT_COMPLETION = "report_completion"
    UNUSED = "unused"
    SET_OFF = "set_off"
    """A claim was taken from a coming payment: kept from before, no longer written, without a file."""
    HANDOVER = "handover"
    """To another board, whose matter it is; its receipt is signed and comes back."""
    HANDED_OVER = "handed_over"
    """To the applicant, of the same."""
    UPDATE = "update"
    """Whether what is known of the association still holds."""
    CORRECTION = "correction"
    """An evident slip in a decision that was sent is corrected."""
    COPY = "copy"
    """A copy of a decision, sent to another board for its information."""


OF_GRANTS: Final = frozenset({LetterKind.APPROVAL, LetterKind.PARTIAL})
"""Letters on a grant: a corrected amount turns one kind into the other, so only a decision's newest of them counts."""
NOT_SENT_WORDS: Final[Mapping[str, Words]] = {
    "SMTPAuthenticationError": _("e-postservern godtar inte systemets inloggning"),
    "SMTPRecipientsRefused": _("e-postservern tar inte emot mejl till adressen"),
    "SMTPSenderRefused": _("e-postservern godtar inte avsändaren"),
    "SMTPDataError": _("brevet avvisades"),
    "SMTPResponseException": _("brevet avvisades"),
    "SMTPNotSupportedError": _("e-postservern stöder inte kryptering eller inloggning"),
    "CircuitOpenError": _("e-postservern är upptagen eller svarade inte nyss"),
    "UnicodeEncodeError": _("användarnamnet eller lösenordet för e-postservern går inte att använda"),
    "SSLCertVerificationError": _("e-postserverns certifikat godtas inte"),
}
UNREACHED: Final = _("e-postservern svarar inte")
"""All other reasons why a mail was not sent, by the name of the error."""

LETTER_WORDS: Final[Mapping[LetterKind, Words]] = {
    LetterKind.COMPLETION: _("Begäran om komplettering"),
    LetterKind.COMMENT: _("Möjlighet att yttra er"),
    LetterKind.APPROVAL: _("Beslut: beviljat"),
    LetterKind.PARTIAL: _("Beslut: beviljat delvis"),
    LetterKind.REFUSAL: _("Beslut: avslag"),
    LetterKind.DISMISSAL: _("Beslut: avvisat"),
    LetterKind.DISCONTINUATION: _("Beslut: ärendet är avskrivet"),
    LetterKind.STOP: _("Beslut: utbetalningen stoppas"),
    LetterKind.LIFTING: _("Beslut: stoppet hävs"),
    LetterKind.RECLAIM: _("Beslut: återkrav"),
    LetterKind.WAIVER: _("Beslut: återkravet efterges"),
    LetterKind.CHANGE: _("Beslut: ändringen godkänns"),
    LetterKind.NO_CHANGE: _("Beslut: ändringen godkänns inte"),
    LetterKind.REMINDER: _("Påminnelse om återbetalning"),
    LetterKind.RESCISSION: _("Beslut: bokningen tas tillbaka"),
    LetterKind.REPORT_REMINDER: _("Påminnelse om redovisning"),
    LetterKind.REPORT_COMPLETION: _("Er redovisning behöver kompletteras"),
    LetterKind.UNUSED: _("Återbetalning av oförbrukat bidrag"),
    LetterKind.SET_OFF: _("Kvittning mot er utbetalning"),
    LetterKind.HANDOVER: _("Överlämnande och kvittens"),
    LetterKind.HANDED_OVER: _("Er ansökan är överlämnad"),
    LetterKind.UPDATE: _("Stämmer det vi vet om er förening?"),
    LetterKind.CORRECTION: _("Rättelse av beslut"),
    LetterKind.COPY: _("Kopia för kännedom"),
}
_OF_BOOKING: Final[Mapping[LetterKind, Words]] = {
    LetterKind.APPROVAL: _("Bekräftelse och avtal om lokal"),
    LetterKind.REFUSAL: _("Beslut: bokningen bekräftas inte"),
    LetterKind.RECLAIM: _("Beslut: taxa i efterhand"),
    LetterKind.WAIVER: _("Beslut: taxan i efterhand efterges"),
    LetterKind.REMINDER: _("Påminnelse om betalning"),
}
OF_OUTCOME: Final[Mapping[DecisionOutcome, LetterKind]] = {
    DecisionOutcome.APPROVED: LetterKind.APPROVAL,
    DecisionOutcome.PARTLY_APPROVED: LetterKind.PARTIAL,
    DecisionOutcome.REFUSED: LetterKind.REFUSAL,
    DecisionOutcome.DISMISSED: LetterKind.DISMISSAL,
    DecisionOutcome.DISCONTINUED: LetterKind.DISCONTINUATION,
}
OF_MEASURE: Final[Mapping[str, LetterKind]] = {
    "payment_stop": LetterKind.STOP,
    "payment_release": LetterKind.LIFTING,
    "reclaim": LetterKind.RECLAIM,
    "reclaim_waiver": LetterKind.WAIVER,
    "rescission": LetterKind.RESCISSION,
}
OF_CHANGE: Final[Mapping[DecisionOutcome, LetterKind]] = {
    DecisionOutcome.APPROVED: LetterKind.CHANGE,
    DecisionOutcome.REFUSED: LetterKind.NO_CHANGE,
}
DECISIONS: Final = frozenset({*OF_OUTCOME.values(), *OF_MEASURE.values(), *OF_CHANGE.values()})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReclaimContent:
    """Money that is asked back: of which decision, why, established by what. Amounts in öre."""

    number: str
    granted: int | None
    granted_on: date
    amount: int
    decided_on: date | None
    ground: Words
    established: Words
    term: Words = text.NO_WORDS
    """What the decision held open, that has not been kept."""
    paid: int = 0
    waived: int = 0
    """What is not asked for any more."""
    pay_to: str = ""
    """The account, as the board has written it."""
    invoice: str = ""
    """The finance office's invoice, where it has one."""
    set_off: bool = False
    """Whether it is to be taken from a coming payment."""
    enforced: str | None = None
    """The number at the Enforcement Authority, where the claim lies there; None where it does not."""

    @property
    def quoted(self) -> str:
        """The payment reference: the invoice number, else the number of the reclaim."""
        return self.invoice or self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterContent:
    """Everything a letter can say; amounts in öre. lines: what was put to the association, or the reasons."""

    kind: LetterKind
    on: date
    """When it is written."""
    board: str
    number: str
    dnr: str
    name: str
    purpose: str
    grant: bool
    lines: Sequence[str]
    asked: Words = text.NO_WORDS
    """Of a request to change a grant: what the association asked."""
    decided_on: date | None = None
    amount: int | None = None
    applied: int | None = None
    left: int | None = None
    reference: str = ""
    """What is quoted when unused money is paid back, and the account it is paid to."""
    pay_to: str = ""
    review_on: date | None = None
    """By when a stop is looked at again."""
    cure: str = ""
    """What the association can do to end it."""
    was_due_on: date | None = None
    """When a report was to come."""
    conditions: Sequence[str] = ()
    reservations: Sequence[Reservation] = ()
    instalments: Sequence[Words] = ()
    """How it is paid, where that is not all at once."""
    appeal: str = ""
    reply_by: date | None = None
    due_on: date | None = None
    report_on: date | None = None
    decider: Words = text.NO_WORDS
    """Who decided, in the middle of a sentence; nothing of what is only execution."""
    execution: bool = False
    extract: bool = False
    """Whether an extract of the minutes goes with it."""
    event: str = ""
    """Of a booking: what is to be held."""
    times: Sequence[Words] = ()
    """Of a booking: each time, with its room."""
    account_ends: str = ""
    """The last four digits of the account that a grant is paid to."""
    to_pay_on: date | None = None
    """The day that a grant is to be paid, where it is paid at once."""
    paid_on: date | None = None
    """The day that it was, where the letter is written after that."""
    granted: Words = text.NO_WORDS
    """Of a stop: day, paragraph and amount of the decision on the grant."""
    held_by: Words = text.NO_WORDS
    """Of a stop: the reservation in the decision on the grant."""
    corrected: Words = text.NO_WORDS
    """Of a correction: the wrong and the right amounts and words."""
    booking_number: str = ""
    """The booking system's own number, where it has one."""
    ground: Words = text.NO_WORDS
    """Why a case was ended without being tried."""
    asked_back: ReclaimContent | None = None
    criterion: Words = text.NO_WORDS
    """The value criterion that a stop is about."""
    until: str = ""
    """What is to have happened before a stop is lifted."""
    organiser: str = ""
    price: Words = text.NO_WORDS
    of_scheme: str = ""
    """What the grant scheme says in each letter on a decision."""
    terms: Sequence[str] = ()
    """What is agreed on, a line each, and which version it is."""
    terms_version: int = 0
    in_system: bool = True
    """Whether the terms can be ticked in a booking system."""
    legal: Sequence[str] = ()
    """Sections of law that the board has chosen to cite."""
    signed: Sequence[str] = ()
    """Function, and the name where the board signs by name."""


class MoneyInLetter(TypedDict, total=False):
    """Fields of `LetterContent` that payments, reclaims and reports supply."""

    amount: int | None
    left: int | None
    reference: str
    pay_to: str
    due_on: date | None
    was_due_on: date | None
    report_on: date | None
    reply_by: date | None
    review_on: date | None
    lines: Sequence[str]
    cure: str
    until: str
    criterion: Words
    granted: Words
    held_by: Words
    instalments: Sequence[Words]
    account_ends: str
    to_pay_on: date | None
    paid_on: date | None
    asked_back: ReclaimContent | None


class AgreementInLetter(TypedDict):
    """Fields of `LetterContent` that the agreement on a booking supplies."""

    price: Words
    organiser: str
    terms: Sequence[str]
    terms_version: int
    in_system: bool


TOLD_TO_ASSOCIATION: Final[Mapping[Reservation, Words]] = {
    Reservation.REPORT: _("Ni ska redovisa hur bidraget har använts."),
}
"""Reservations that a letter words otherwise than the decision."""


def title_of(kind: LetterKind, *, grant: bool) -> Words:
    return LETTER_WORDS[kind] if grant else _OF_BOOKING.get(kind, LETTER_WORDS[kind])


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverContent:
    """An application that is handed over: to whom, whose it is, and what goes with it. applied: öre."""

    board: str
    to: str
    number: str
    dnr: str
    name: str
    purpose: str
    applied: int | None
    received_on: date
    text: str
    """Why it is theirs, as somebody wrote it."""
    papers: Sequence[str]
    """The application itself first."""
    signed: Sequence[str]
