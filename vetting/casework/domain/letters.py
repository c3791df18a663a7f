"""Letters about a case as data: what is said in each kind, in both languages; how it looks is another's matter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.casework.domain.appeals import appeal_in_words
from vetting.kernel import text
from vetting.kernel.decision_outcomes import RESERVATION_WORDS, DecisionOutcome, Reservation
from vetting.kernel.money import kronor
from vetting.kernel.roles import function_in_words
from vetting.kernel.text import Words, _, in_context, same_in_both

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from vetting.kernel.text import Language


class LetterKind(StrEnum):
    """What a letter is about."""

    COMPLETION = "completion"
    """Written for one or many at once (`cases.services.completions`)."""
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
    """A claim is taken from a coming payment."""
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
    "UnicodeEncodeError": _("namnet eller lösenordet för e-postservern går inte att använda"),
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


_COMMENT: Final = _(
    "Vi prövar ert ärende, och det finns uppgifter som kan tala emot er. Ni får tillfälle att svara innan något "
    "beslutas."
)
_COMMENT_ABOUT: Final = _("Det här är uppgifterna, och vad de bygger på:")
_REPLY: Final = _("Svara senast den ")
_HOW_REPLY: Final = _(
    "Ni kan svara skriftligt, skicka handlingar eller be att få komma och berätta. Svarar ni inte kan ärendet "
    "avgöras på det underlag som finns."
)
_DECISION: Final[Mapping[LetterKind, Words]] = {
    LetterKind.APPROVAL: _("Er ansökan har beviljats."),
    LetterKind.PARTIAL: _("En del av er ansökan har beviljats."),
    LetterKind.REFUSAL: _("Er ansökan har avslagits."),
    LetterKind.DISMISSAL: _("Er ansökan har avvisats: det ni ansöker om har inte prövats."),
    LetterKind.DISCONTINUATION: _("Ärendet har avskrivits: ansökan prövas inte."),
    LetterKind.STOP: _("Utbetalningen har stoppats."),
    LetterKind.LIFTING: _("Stoppet av utbetalningen har hävts."),
    LetterKind.RECLAIM: _("Ni ska betala tillbaka bidrag."),
    LetterKind.WAIVER: _("Ni behöver inte betala tillbaka beloppet nedan."),
    LetterKind.CHANGE: _("Ni får ändra hur bidraget används, så som ni har begärt."),
    LetterKind.NO_CHANGE: _("Ni får inte ändra hur bidraget används. Beslutet om bidraget gäller som det är."),
    LetterKind.RESCISSION: _("Er bokning har tagits tillbaka."),
}
_BOOKING: Final[Mapping[LetterKind, Words]] = {
    LetterKind.APPROVAL: _("Er bokning är bekräftad."),
    LetterKind.REFUSAL: _("Er bokning bekräftas inte."),
    LetterKind.RECLAIM: _("Ni ska betala skillnaden till den taxa som gäller för er bokning."),
    LetterKind.WAIVER: _("Ni behöver inte betala beloppet nedan."),
}
_MADE: Final = _("Beslutet fattades den ")
_BY: Final = _(" av ")
_ASKED: Final = _("Det här har ni begärt: ")
_EXTRACT: Final = _("Ett utdrag ur protokollet följer med brevet.")
_EVENT: Final = _("Bokningen gäller: ")
_GRANTED: Final = _("Beviljat belopp: ")
_APPLIED: Final = _("Sökt belopp: ")
_STOPPED: Final = _("Beloppet det gäller: ")
_UNTIL: Final = _(
    "Stoppet gäller tills det hävs eller ett nytt beslut om bidraget fattas. Om ni kan visa att skälen nedan inte "
    "längre finns, skicka in det till oss. Då prövar vi om pengarna kan betalas ut."
)
_ABOUT_CRITERION: Final = _("Kravet det gäller: ")
_HEARD_AFTER: Final = _("Ni fick inte yttra er innan, eftersom beslutet inte kunde vänta. Ni kan göra det nu.")
_TRIED_AGAIN: Final = _("Då prövar vi på nytt om stoppet ska gälla.")
_UNTIL_WHAT: Final = _("Det här ska ha hänt innan stoppet hävs: ")
_REVIEWED: Final = _("Vi prövar på nytt om det ska gälla senast den ")
_CURE: Final = _("Så kan ni rätta till det:")
_RECLAIMED: Final = _("Belopp att betala tillbaka: ")
_OF_GRANT: Final = _(" av de ")
_GRANTED_ON: Final = _(" som beviljades den ")
_GROUND: Final = _("Grund: ")
_TERM: Final = _("Det här gällde för bidraget: ")
_ESTABLISHED: Final = _("Det bygger på ")
_PAID: Final = _("Betalat hittills: ")
_LEFT: Final = _("Kvar att betala: ")
_ALL_PAID: Final = _("Hela beloppet är betalt.")
_WAIVED: Final = _("Eftergivet: ")
_NOTHING_LEFT: Final = _("Inget är kvar att betala.")
_LESS: Final = _("Belopp som inte behöver betalas tillbaka: ")
_DISPUTE_THERE: Final = _(
    "Om ni anser att ni inte är skyldiga att betala, skriv det till Kronofogden inom den tid som står i deras brev."
)
_DISPUTE: Final = _(
    "Om ni anser att ni inte är skyldiga att betala, säg det till oss. Den frågan prövas då av allmän domstol."
)
_DUE: Final = _("Betala senast den ")
_PAY_TO: Final = _("Betala till ")
_ASK_ACCOUNT: Final = _("Fråga oss vilket konto ni ska betala till.")
_QUOTE: Final = _("Ange ")
_WHEN_PAYING: Final = _(" när ni betalar.")
_CHARGED: Final = _("Belopp att betala: ")
_NOT_CHARGED: Final = _("Belopp som inte behöver betalas: ")
_REMINDER_OF_RATE: Final = _("Vi har inte fått hela betalningen.")
_RATE_DECIDED: Final = _("Beloppet beslutades den ")
_REMINDER: Final = _("Vi har inte fått hela återbetalningen.")
_DECIDED_THEN: Final = _("Återkravet beslutades den ")
_INVOICE: Final = _("Kontakta oss om ni inte kan betala i tid: ni kan få anstånd eller en avbetalningsplan.")
_REASONS: Final = _("Skälen för beslutet:")
_CONDITIONS: Final = in_context("several", "Villkor:")
_INSTALMENTS: Final = _("Så betalas bidraget ut:")
_RESERVED: Final = _("Det här gäller för bidraget:")
_PAID_TO: Final = _("Bidraget betalas till kontot som slutar på {digits}")
_WAS_PAID: Final = _("Bidraget betalades till kontot som slutar på {digits} den ")
_PAID_THEN: Final = _(", preliminärt den ")
_PRELIMINARY: Final = _("Dagarna är preliminära.")
_NO_ACCOUNT: Final = _("Vi har inget konto att betala till. Skicka oss ert bankgiro eller plusgiro.")
_HOLDS: Final = _("Stoppet gäller pengar från det här beslutet: ")
_RESTS_ON: Final = _("Det bygger på förbehållet i beslutet: ")
_SET_OFF: Final = _("Beloppet dras av från nästa utbetalning till er. Betala det inte själva.")
_AT_ENFORCEMENT: Final = _(
    "Kravet ligger hos Kronofogden{number}. Betala inte till oss: följ det som Kronofogden skriver till er."
)
_TO_YOU: Final[Mapping[Reservation, Words]] = {Reservation.REPORT: _("Ni ska redovisa hur bidraget har använts.")}
_REPORT: Final = _("Redovisa hur bidraget har använts senast den ")
_NO_REPORT: Final = _("Vi har inte fått er redovisning av hur bidraget har använts.")
_REPORT_WAS_DUE: Final = _("Den skulle ha kommit senast den ")
_REPORT_BY: Final = _("Skicka den senast den ")
_WITHOUT_REPORT: Final = _(
    "Så länge redovisningen saknas räknas den som inte inkommen när nämnden prövar er nästa ansökan. Har ni redan "
    "skickat den, hör av er så att vi kan leta reda på den."
)
_READ_REPORT: Final = _("Vi har läst er redovisning av hur bidraget har använts. Den behöver kompletteras.")
_LACKS: Final = _("Det här saknas eller behöver förklaras:")
_AT_ONCE: Final[Mapping[Words, tuple[Words, Words]]] = {
    _REPLY: (_("Sista dag att svara var den "), _(". Svara så snart ni kan.")),
    _DUE: (_("Sista dag att betala var den "), _(". Betala så snart ni kan.")),
    _REPORT: (_("Sista dag att redovisa hur bidraget har använts var den "), _(". Redovisa så snart ni kan.")),
}
"""What is said where the day of a demand has passed when the letter is written."""
_BY_REPORT: Final = _("Enligt er redovisning är en del av bidraget inte använt. Den ska betalas tillbaka.")
_PAID_OUT: Final = _("Utbetalt till er: ")
_UNUSED_IS: Final = _("Belopp att betala tillbaka: ")
_NOT_AGREED: Final = _(
    "Stämmer det inte, hör av er innan ni betalar. Då prövar vi frågan, och ni får yttra er innan något beslutas."
)
_APPEAL: Final = _("Så överklagar ni:")
_LEGAL: Final = _("Lagrum: ")
_QUESTIONS: Final = _("Hör av er om något är oklart. Ange ärendenummer ")
_REGARDS: Final = _("Med vänlig hälsning")
_TIMES: Final = _("Tid och lokal:")
_PRICE: Final = _("Taxa: ")
_ORGANISER: Final = _("Arrangör: ")
_TERMS: Final = _("Villkor för lokalen (version ")
_AS_WRITTEN: Final = _(":")
_ACCEPT: Final = _(
    "Ni godtar villkoren genom att skriva under och skicka tillbaka, svara på det här brevet eller kryssa i dem i "
    "bokningssystemet."
)
_ACCEPT_HERE: Final = _("Ni godtar villkoren genom att skriva under och skicka tillbaka eller svara på det här brevet.")
_SIGN: Final = _("Ort, datum och underskrift: ______________________________")
_PURPOSE: Final = _("Ändamål: ")
_BOOKING_NUMBER: Final = _("Bokningsnummer: ")


def compose_letter(about: LetterContent, language: Language) -> tuple[str, list[str]]:
    """(subject, lines): lines of a list begin with '- ', an empty one parts paragraphs."""
    numbers = f", {about.number}, {about.dnr}" if about.dnr else f", {about.number}"
    subject = title_of(about.kind, grant=about.grant) + same_in_both(numbers)
    body = _BODIES.get(about.kind, _decision)(about)
    legal = [text.NO_WORDS, _LEGAL + same_in_both("; ".join(about.legal)) + same_in_both(".")] if about.legal else []
    end = [text.NO_WORDS, _QUESTIONS + same_in_both(f"{about.number}."), text.NO_WORDS, _REGARDS]
    said = [line.to(language) for line in [*body, *legal, *end]]
    signed = [*(function_in_words(line).to(language) for line in about.signed), about.board]
    return subject.to(language), "\n".join([*said, *signed]).splitlines()


def title_of(kind: LetterKind, *, grant: bool) -> Words:
    return LETTER_WORDS[kind] if grant else _OF_BOOKING.get(kind, LETTER_WORDS[kind])


def _by_day(demand: Words, day: date, about: LetterContent) -> Words:
    """'Svara senast den 4 december 2026.', or that the day has been."""
    if day >= about.on:
        return demand + text.long_day(day) + same_in_both(".")
    was, at_once = _AT_ONCE[demand]
    return was + text.long_day(day) + at_once


def _comment(about: LetterContent) -> list[Words]:
    reply = [_by_day(_REPLY, about.reply_by, about)] if about.reply_by else []
    return [
        _COMMENT,
        *_what(about),
        text.NO_WORDS,
        _COMMENT_ABOUT,
        *map(same_in_both, about.lines),
        text.NO_WORDS,
        *reply,
        _HOW_REPLY,
    ]


def _report_reminder(about: LetterContent) -> list[Words]:
    granted = _GRANTED + kronor(about.amount) + same_in_both(".") if about.amount is not None else text.NO_WORDS
    due = [_REPORT_WAS_DUE + text.long_day(about.was_due_on) + same_in_both(".")] if about.was_due_on else []
    by = [_REPORT_BY + text.long_day(about.due_on) + same_in_both(".")] if about.due_on else []
    return [_NO_REPORT, *_what(about), granted, *due, text.NO_WORDS, *by, _WITHOUT_REPORT]


def _report_completion(about: LetterContent) -> list[Words]:
    by = [_by_day(_REPLY, about.due_on, about)] if about.due_on else []
    return [_READ_REPORT, *_what(about), text.NO_WORDS, _LACKS, *map(same_in_both, about.lines), text.NO_WORDS, *by]


def _unused_money(about: LetterContent) -> list[Words]:
    paid = [_PAID_OUT + kronor(about.amount) + same_in_both(".")] if about.amount is not None else []
    left = [_UNUSED_IS + kronor(about.left) + same_in_both(".")] if about.left is not None else []
    return [_BY_REPORT, *_what(about), *paid, *left, text.NO_WORDS, *_to_pay(about), text.NO_WORDS, _NOT_AGREED]


def _correction(about: LetterContent) -> list[Words]:
    decided = [_MADE_BEFORE + text.long_day(about.decided_on) + same_in_both(".")] if about.decided_on else []
    made = [_CORRECTION_MADE + about.decider + same_in_both(".")] if about.decider.sv else []
    how = [text.NO_WORDS, _APPEAL, appeal_in_words(about.appeal)] if about.appeal else []
    told = [about.corrected, *made, *map(same_in_both, about.lines)]
    return [_CORRECTED, *decided, *_what(about), *told, _APPEAL_STANDS, *how]


_CORRECTED: Final = _("Vi har rättat ett uppenbart fel i vårt beslut. Beslutet är i övrigt detsamma.")
_MADE_BEFORE: Final = _("Rättelsen gäller beslutet den ")
_CORRECTION_MADE: Final = _("Beslutet om rättelse fattades den ")
_APPEAL_STANDS: Final = _(
    "Tiden för att överklaga beslutet räknas som förut. Rättelsen i sig kan överklagas på samma sätt som beslutet."
)


def _update(_about: LetterContent) -> list[Words]:
    return [
        _("Efter årsmötet ber vi er titta efter att det vi har om er stämmer. Svara på brevet med:"),
        text.NO_WORDS,
        _("1. Vem vi skriver till: funktion, e-post och postadress."),
        _("2. Vilka som tecknar föreningens firma, med protokollet från det konstituerande mötet."),
        _("3. Vilket bankgiro eller plusgiro vi betalar till."),
        _("4. Årsmötets protokoll, verksamhetsberättelse, årsredovisning och revisionsberättelse."),
        text.NO_WORDS,
        _("Har inget ändrats räcker det att ni svarar det, och skickar årsmötets handlingar."),
    ]


def _what(about: LetterContent) -> list[Words]:
    """What the case is about: for what, how much was applied for; of a booking what, when and where."""
    found = [_BOOKING_NUMBER + same_in_both(f"{about.booking_number}.")] if about.booking_number else []
    found += [_EVENT + same_in_both(about.event.rstrip(".") + ".")] if about.event else []
    found += [_PURPOSE + same_in_both(about.purpose.rstrip(".") + ".")] if about.purpose else []
    asks = about.kind in {LetterKind.COMMENT, LetterKind.PARTIAL, LetterKind.REFUSAL, LetterKind.DISMISSAL}
    asks = asks or about.kind is LetterKind.DISCONTINUATION
    if asks and about.applied is not None:
        found.append(_APPLIED + kronor(about.applied) + same_in_both("."))
    if about.organiser:
        found.append(_ORGANISER + same_in_both(f"{about.organiser}."))
    if about.price.sv:
        found.append(_PRICE + about.price + same_in_both("."))
    if about.times:
        found += [text.NO_WORDS, _TIMES, *(same_in_both("- ") + time for time in about.times)]
    return found


def _reminder(about: LetterContent) -> list[Words]:
    found, asked = [_REMINDER if about.grant else _REMINDER_OF_RATE], about.asked_back
    if asked is not None and asked.decided_on is not None:
        day = text.long_day(asked.decided_on)
        of_what = _of_grant(asked) if about.grant else text.NO_WORDS
        decided = _DECIDED_THEN if about.grant else _RATE_DECIDED
        found.append(decided + day + same_in_both(": ") + kronor(asked.amount) + of_what + same_in_both("."))
    if asked is not None and asked.paid:
        found.append(_PAID + kronor(asked.paid) + same_in_both("."))
    if about.left is not None:
        found.append(_LEFT + kronor(about.left) + same_in_both("."))
    return [*found, *_to_pay(about)]


def _of_grant(asked: ReclaimContent) -> Words:
    granted = _OF_GRANT + kronor(asked.granted) if asked.granted is not None else _(" av det")
    return granted + _GRANTED_ON + text.long_day(asked.granted_on)


def _to_pay(about: LetterContent) -> list[Words]:
    if about.due_on is None:
        return []
    if about.asked_back is not None and about.asked_back.enforced is not None:
        at = about.asked_back.enforced
        number = _(", mål {number}", number=at) if at else text.NO_WORDS
        invoice = about.asked_back.invoice
        of_invoice = [_("Kravet gäller faktura {number}.", number=invoice)] if invoice else []
        return [*of_invoice, _AT_ENFORCEMENT.with_values(number=number)]
    if about.asked_back is not None and about.asked_back.set_off:
        return [_SET_OFF]
    reference = about.asked_back.quoted if about.asked_back else about.reference
    is_invoice = about.asked_back is not None and bool(about.asked_back.invoice)
    quoted = _("fakturanummer {number}", number=reference) if is_invoice else same_in_both(reference)
    quote = [_QUOTE + quoted + _WHEN_PAYING] if reference else []
    account = (about.asked_back.pay_to if about.asked_back else about.pay_to).rstrip(".")
    where = [_PAY_TO + same_in_both(f"{account}.")] if account else [_ASK_ACCOUNT]
    return [_by_day(_DUE, about.due_on, about), *where, *quote, _INVOICE]


def _of_payment(about: LetterContent) -> list[Words]:
    """Where a grant is paid, and when; the account is told by its last digits only."""
    if about.kind not in {LetterKind.APPROVAL, LetterKind.PARTIAL} or not about.grant:
        return []
    if not about.account_ends:
        return [_NO_ACCOUNT]
    if about.paid_on is not None:
        return [_WAS_PAID.with_values(digits=about.account_ends) + text.long_day(about.paid_on) + same_in_both(".")]
    then = _PAID_THEN + text.long_day(about.to_pay_on) if about.to_pay_on is not None else text.NO_WORDS
    return [_PAID_TO.with_values(digits=about.account_ends) + then + same_in_both(".")]


def _decision(about: LetterContent) -> list[Words]:
    found = [_DECISION[about.kind] if about.grant else _BOOKING.get(about.kind, _DECISION[about.kind])]
    if about.decided_on is not None and not about.execution:
        by = _BY + about.decider if about.decider.sv else text.NO_WORDS
        found.append(_MADE + text.long_day(about.decided_on) + by + same_in_both("."))
        found += [_EXTRACT] if about.extract else []
    # What is to be paid stands last, with the account and the reference.
    found += [*_what(about), *_amounts(about)] if about.asked_back else [*_amounts(about), *_what(about)]
    if about.asked.sv:
        found.append(_ASKED + about.asked)
    if about.kind is LetterKind.STOP:
        found += _of_stop(about)
    if (about.lines or about.ground.sv) and not about.execution:
        ground = [about.ground] if about.ground.sv else []
        found += [text.NO_WORDS, _REASONS, *ground, *map(same_in_both, about.lines)]
    if about.conditions:
        found += [text.NO_WORDS, _CONDITIONS, *(same_in_both(f"- {line}") for line in about.conditions)]
    if about.reservations:
        found += [
            text.NO_WORDS,
            _RESERVED,
            *(same_in_both("- ") + _TO_YOU.get(name, RESERVATION_WORDS[name]) for name in about.reservations),
        ]
    if about.instalments:
        paid = (same_in_both("- ") + line for line in about.instalments)
        found += [text.NO_WORDS, _INSTALMENTS, *paid, _PRELIMINARY, text.NO_WORDS]
    found += _of_payment(about)
    if about.report_on is not None:
        found.append(_by_day(_REPORT, about.report_on, about))
    if about.of_scheme:
        found += [text.NO_WORDS, *map(same_in_both, about.of_scheme.splitlines())]
    if about.terms:
        terms = (same_in_both(f"- {line}") for line in about.terms)
        version = _TERMS + same_in_both(f"{about.terms_version})") + _AS_WRITTEN
        found += [text.NO_WORDS, version, *terms, text.NO_WORDS]
        found.append(_ACCEPT if about.in_system else _ACCEPT_HERE)
        found += [text.NO_WORDS, _SIGN]
    if about.appeal:
        found += [text.NO_WORDS, _APPEAL, appeal_in_words(about.appeal)]
    return found


def _of_stop(about: LetterContent) -> list[Words]:
    """What a stop is about, when it ends, and what the association can do."""
    found: list[Words] = []
    found += [_HOLDS + about.granted + same_in_both(".")] if about.granted.sv else []
    found += [_RESTS_ON + about.held_by] if about.held_by.sv else []
    found += [_ABOUT_CRITERION + about.criterion + same_in_both(".")] if about.criterion.sv else []
    found += [_UNTIL_WHAT + same_in_both(about.until.rstrip(".") + ".")] if about.until else []
    found.append(_UNTIL)
    found += [_REVIEWED + text.long_day(about.review_on) + same_in_both(".")] if about.review_on else []
    if about.reply_by is not None:
        answer = _by_day(_REPLY, about.reply_by, about) + same_in_both(" ") + _TRIED_AGAIN
        found += [text.NO_WORDS, _HEARD_AFTER, answer]
    found += [text.NO_WORDS, _CURE, *map(same_in_both, about.cure.splitlines())] if about.cure else []
    return found


def _amounts(about: LetterContent) -> list[Words]:
    """The amounts that the kind of letter speaks of."""
    if about.amount is None:
        return []
    label = {
        LetterKind.STOP: _STOPPED,
        LetterKind.LIFTING: _STOPPED,
        LetterKind.RECLAIM: _RECLAIMED,
        LetterKind.WAIVER: _LESS,
    }
    said, asked = label.get(about.kind, _GRANTED) + kronor(about.amount), about.asked_back
    if asked is None:
        return [said + same_in_both(".")]
    term = [_TERM + asked.term] if asked.term.sv else []
    ground = [_GROUND + text.lower_first(asked.ground) + same_in_both("."), *term]
    if not about.grant:
        said = {LetterKind.RECLAIM: _CHARGED, LetterKind.WAIVER: _NOT_CHARGED}[about.kind] + kronor(about.amount)
    return [
        said + (_of_grant(asked) if about.grant else text.NO_WORDS) + same_in_both("."),
        *ground,
        _ESTABLISHED + asked.established + same_in_both("."),
        *_what_remains(about, asked),
    ]


def _what_remains(about: LetterContent, asked: ReclaimContent) -> list[Words]:
    """How to pay, once something has come in of how much, and nothing to pay when all has."""
    if asked.paid >= asked.amount:
        return [_ALL_PAID]
    waived = [_WAIVED + kronor(asked.waived) + same_in_both(".")] if asked.waived else []
    if asked.paid + asked.waived >= asked.amount:
        return [*waived, _NOTHING_LEFT]
    so_far = [
        _PAID + kronor(asked.paid) + same_in_both("."),
        *waived,
        _LEFT + kronor(asked.amount - asked.paid - asked.waived) + same_in_both("."),
    ]
    dispute = [_DISPUTE if asked.enforced is None else _DISPUTE_THERE] if about.kind is LetterKind.RECLAIM else []
    return [*(so_far if asked.paid or asked.waived else ()), *_to_pay(about), *dispute]


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


_OTHERS: Final = _("Vi lämnar över en ansökan som hör till er. Den prövas inte här.")
_APPLICANT: Final = _("Sökande: ")
_CAME: Final = _("Kom in till oss den ")
_PAPERS: Final = _("Handlingar som lämnas över:")
_RECEIVED: Final = _("Kvittens: skriv under och skicka tillbaka en kopia.")
_HANDED: Final = _("Vi har lämnat över er ansökan till ")
_NOT_TRIED: Final = _(". Den prövas inte av oss, och ni behöver inte söka på nytt.")
_ASK_THEM: Final = _("Frågor om ansökan ställer ni till ")


def compose_handover(kind: LetterKind, about: HandoverContent, language: Language) -> tuple[str, list[str]]:
    """(subject, lines) of the receipt to the other board, or of what the applicant is told."""
    end = same_in_both(".")
    numbers = f", {about.number}, {about.dnr}" if about.dnr else f", {about.number}"
    what = [_PURPOSE + same_in_both(about.purpose.rstrip(".")) + end] if about.purpose else []
    what += [_APPLIED + kronor(about.applied) + end] if about.applied is not None else []
    why = [same_in_both(about.text)] if about.text else []
    if kind is LetterKind.HANDOVER:
        papers = [_PAPERS, *(same_in_both(f"- {name}") for name in about.papers)]
        body = [_OTHERS, *why, _APPLICANT + same_in_both(about.name) + end]
        body += [_CAME + text.long_day(about.received_on) + end, *what, text.NO_WORDS, *papers]
        body += [text.NO_WORDS, _RECEIVED, text.NO_WORDS, _SIGN]
    else:
        body = [_HANDED + same_in_both(about.to) + _NOT_TRIED, *why, *what]
        body.append(_ASK_THEM + same_in_both(about.to) + end)
    said = [line.to(language) for line in [*body, text.NO_WORDS, _REGARDS]]
    signed = [*(function_in_words(line).to(language) for line in about.signed), about.board]
    return (LETTER_WORDS[kind] + same_in_both(numbers)).to(language), "\n".join([*said, *signed]).splitlines()


_FOR_KNOWLEDGE: Final = _("Vi sänder beslutet nedan till er för kännedom.")


def compose_copy(subject: str, lines: Sequence[str], language: Language) -> tuple[str, list[str]]:
    """(subject, lines) of a copy to another board. subject, lines: the letter that told the association."""
    heading = LETTER_WORDS[LetterKind.COPY].to(language)
    return f"{heading}: {subject}", [_FOR_KNOWLEDGE.to(language), "", *lines]


_BODIES: Final[Mapping[LetterKind, Callable[[LetterContent], list[Words]]]] = {
    LetterKind.COMMENT: _comment,
    LetterKind.REMINDER: _reminder,
    LetterKind.REPORT_REMINDER: _report_reminder,
    LetterKind.REPORT_COMPLETION: _report_completion,
    LetterKind.UNUSED: _unused_money,
    LetterKind.UPDATE: _update,
    LetterKind.CORRECTION: _correction,
}
"""What is no decision."""
