"""The table of gates: what must have happened before a case may go on, told as what is lacking and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.money import kronor
from vetting.kernel.text import Words, _, count_in_words, day_in_words, in_context, join_words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime


class GatedStep(StrEnum):
    """What a case is about to do."""

    READY = "ready"
    DECIDE = "decide"


class DecisionOutcome(StrEnum):
    """What can be decided of an application or a booking."""

    APPROVED = "approved"
    PARTLY_APPROVED = "partly_approved"
    REFUSED = "refused"
    DISMISSED = "dismissed"
    TABLED = "tabled"
    SENT_BACK = "sent_back"
    DISCONTINUED = "discontinued"


OUTCOME_WORDS: Final[Mapping[DecisionOutcome, Words]] = {
    DecisionOutcome.APPROVED: _("Bevilja"),
    DecisionOutcome.PARTLY_APPROVED: _("Bevilja delvis"),
    DecisionOutcome.REFUSED: _("Avslå"),
    DecisionOutcome.DISMISSED: _("Avvisa"),
    DecisionOutcome.TABLED: _("Bordlägg"),
    DecisionOutcome.SENT_BACK: _("Återremittera"),
    DecisionOutcome.DISCONTINUED: _("Avskriv"),
}
BOOKING_OUTCOME_WORDS: Final[Mapping[DecisionOutcome, Words]] = {
    DecisionOutcome.APPROVED: _("Bekräfta"),
    DecisionOutcome.REFUSED: _("Neka"),
}
MEASURE_DECISION_WORDS: Final[Mapping[str, Words]] = {
    "reclaim": in_context("one", "Återkrav"),
    "payment_stop": _("Utbetalningen stoppas"),
    "payment_release": _("Stoppet hävs"),
    "rescission": _("Avbokad av förvaltningen"),
}
"""Decisions that are no outcome of an application or a booking."""


def outcome_words(kind: CaseKind, outcome: DecisionOutcome) -> Words:
    """What the outcome is called for an application or a booking."""
    return (BOOKING_OUTCOME_WORDS if kind is CaseKind.BOOKING else OUTCOME_WORDS)[outcome]


FAVOURABLE: Final = frozenset({DecisionOutcome.APPROVED, DecisionOutcome.PARTLY_APPROVED})
ADVERSE: Final = frozenset({DecisionOutcome.REFUSED, DecisionOutcome.DISMISSED, DecisionOutcome.PARTLY_APPROVED})


class DecisionGround(StrEnum):
    """Why something is not granted as asked for."""

    CRITERION = "criterion"
    BUDGET = "budget"
    PRIORITY = "priority"
    NOT_COMPLETE = "not_complete"
    NOT_ENTITLED = "not_entitled"


ABOUT_THE_ASSOCIATION: Final = frozenset(
    {DecisionGround.CRITERION, DecisionGround.NOT_COMPLETE, DecisionGround.NOT_ENTITLED}
)
"""Grounds that say something of the association itself; money that does not suffice says nothing of it."""
GROUND_WORDS: Final[Mapping[DecisionGround, Words]] = {
    DecisionGround.CRITERION: _("Ett krav är inte uppfyllt"),
    DecisionGround.BUDGET: _("Pengarna räcker inte"),
    DecisionGround.PRIORITY: _("Andra ansökningar går före"),
    DecisionGround.NOT_COMPLETE: _("Uppgifter saknas trots begäran"),
    DecisionGround.NOT_ENTITLED: _("Sökanden får inte söka det här bidraget"),
}


GROUNDS_OF: Final[Mapping[CaseKind, tuple[DecisionGround, ...]]] = {
    CaseKind.GRANT: tuple(DecisionGround),
    CaseKind.BOOKING: (DecisionGround.CRITERION, DecisionGround.NOT_COMPLETE),
}
"""Which grounds each kind of case knows; the rest speak of money and of a grant's applicants."""


class Reservation(StrEnum):
    """What a decision that gives money holds open."""

    STOP = "stop"
    REPORT = "report"
    RECLAIM = "reclaim"


RESERVATION_WORDS: Final[Mapping[Reservation, Words]] = {
    Reservation.STOP: _("Utbetalning kan stoppas om kraven inte längre är uppfyllda."),
    Reservation.REPORT: _("Föreningen ska redovisa hur bidraget har använts."),
    Reservation.RECLAIM: _(
        "Bidraget kan krävas tillbaka om det inte använts till ändamålet, om uppgifterna varit felaktiga eller om "
        "kraven inte är uppfyllda."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunicationRound:
    """Something communicated: which criteria, until when the association could answer, whether it did."""

    points: frozenset[str]
    reply_by: date
    replied: bool
    handled: bool
    general: bool = False
    """It was about no criterion: what speaks against lies elsewhere."""
    unsent: bool = False
    """Its letter is written, and has not gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateProposal:
    """The decision as it is proposed, and who is to make it."""

    outcome: DecisionOutcome
    amount: int | None
    reasons: str
    grounds: frozenset[DecisionGround]
    reservations: frozenset[Reservation]
    against_group: str
    appeal: str
    written_at: datetime | None
    execution: bool = False
    """It is execution: there is no appeal to tell of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence:
    """What whoever decides may decide; `one` is false for a group, which never decides."""

    one: bool
    covers_kind: bool
    refusals: bool
    largest: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSituation:
    """Everything that gates look at, gathered by the shell."""

    kind: CaseKind
    on: date
    registered: bool
    officer_checked_for_conflict: bool
    decider_checked_for_conflict: bool
    gaps: tuple[Words, ...]
    """What the rules read and nobody has given, told or accepted as lacking."""
    asked_to_complete: bool
    to_assess: tuple[Words, ...]
    papers_unopened: bool
    basic_check: bool
    group_required: bool
    group_done: bool
    group_advises_otherwise: bool
    not_met: tuple[str, ...]
    """Criteria that are not met: by a person's assessment, or by facts that are there."""
    not_met_without_act: tuple[Words, ...]
    """Value criteria answered "not met" without an act that may be shown."""
    told: tuple[CommunicationRound, ...]
    adopted: date | None
    """When the rules were adopted, where that is known."""
    received_on: date
    not_weighed: tuple[Words, ...] = ()
    """Value criteria answered "not met" without special reasons and proportionality."""
    routine_followed: bool = True
    not_reviewed: tuple[Words, ...] = ()
    """Value criteria that nobody has answered for a first-time applicant."""
    off: frozenset[str] = frozenset()
    """Gates that the board does not have."""
    decided_by_person: bool = True
    """Whoever decides is a person with an account, no program."""
    coordinator_missing: bool = False
    """The rules ask that the VBE coordinator sits in the group, and nobody in that role took part in the review."""
    name_in_conflict: tuple[Words, Words] | None = None
    """Whose number it is and what to do, where the case's name is not that association's."""
    referred: bool = False
    """The case lies with the reference group now."""
    proposed: GateProposal | None = None
    competence: Competence | None = None

    @property
    def adverse_on_criterion(self) -> bool:
        """Whether the proposal goes against an association of which something is not met, whatever ground is named."""
        proposed = self.proposed
        return (
            proposed is not None
            and proposed.outcome in ADVERSE
            and bool(self.not_met or proposed.grounds & ABOUT_THE_ASSOCIATION)
        )


class ClosedGate(NamedTuple):
    """A gate that holds the case: what is lacking, and what to do."""

    gate: str
    what: Words
    remedy: Words


GateFinding = tuple[Words, Words] | None


def _right_association(case: CaseSituation) -> GateFinding:
    return case.name_in_conflict


def _check_registered(case: CaseSituation) -> GateFinding:
    if case.registered:
        return None
    return (_("Ärendet är inte diariefört."), _("Skriv diarienumret."))


def _conflict(case: CaseSituation) -> GateFinding:
    if not case.officer_checked_for_conflict:
        return (_("Handläggaren har inte svarat om jäv."), _("Svara på frågan om jäv."))
    if case.proposed is not None and not case.decider_checked_for_conflict:
        return (_("Beslutsfattaren har inte svarat om jäv."), _("Svara på frågan om jäv."))
    return None


def _complete(case: CaseSituation) -> GateFinding:
    if not case.gaps or _on_incompleteness(case):
        return None
    return (
        _("Saknas: ") + _names(case.gaps) + same_in_both("."),
        _("Begär komplettering, fyll i uppgiften, eller godta att den saknas och skriv varför."),
    )


def _on_incompleteness(case: CaseSituation) -> bool:
    """What is missing is the one ground of a refusal: then it need not be there."""
    proposed = case.proposed
    whole = proposed is not None and proposed.outcome in {DecisionOutcome.REFUSED, DecisionOutcome.DISMISSED}
    return whole and proposed is not None and proposed.grounds == {DecisionGround.NOT_COMPLETE}


def _check_assessed(case: CaseSituation) -> GateFinding:
    left = len(case.to_assess) + case.papers_unopened
    if not left or _on_incompleteness(case):
        return None
    names = [*case.to_assess, *([_("handlingarna")] if case.papers_unopened else [])]
    points = count_in_words(left, _("punkt återstår"), _("punkter återstår"))
    return (
        points + same_in_both(": ") + join_words(names, ", ") + same_in_both("."),
        _("Bedöm dem, eller markera att handlingarna är öppnade."),
    )


def _gone_through(case: CaseSituation) -> GateFinding:
    if case.basic_check:
        return None
    return (_("Grundkontrollen är inte klar."), _("Markera Grundkontroll klar."))


def _group(case: CaseSituation) -> GateFinding:
    if case.group_required and not case.group_done and case.referred:
        return (_("Ärendet ligger hos referensgruppen."), _("Vänta på gruppens möte."))
    if case.group_required and not case.group_done:
        return (_("Referensgruppen har inte yttrat sig."), _("Lämna ärendet till referensgruppen."))
    if case.group_required and case.coordinator_missing:
        return (
            _("VBE-samordnaren har inte deltagit i gruppens granskning."),
            _("Anteckna närvaron på mötet, eller lämna ärendet till gruppen igen."),
        )
    if case.proposed and case.group_advises_otherwise and not case.proposed.against_group.strip():
        return (_("Beslutet går emot referensgruppens yttrande utan att skälen anges."), _("Skriv varför."))
    return None


def _check_communicated(case: CaseSituation) -> GateFinding:
    if not case.adverse_on_criterion:
        return None
    covering = [told for told in case.told if (set(case.not_met) <= told.points if case.not_met else told.general)]
    if not covering:
        return (_("Föreningen har inte fått yttra sig om det som talar emot."), _("Skicka underlaget före ett avslag."))
    if all(told.unsent for told in covering):
        return (_("Brevet till föreningen har inte gått iväg."), _("Skicka det."))
    waiting = [told for told in case.told if not told.replied and told.reply_by >= case.on]
    if waiting:
        until = min(told.reply_by for told in waiting)
        return (
            _("Svarstiden har inte gått ut. Den löper till och med ") + day_in_words(until) + same_in_both("."),
            _("Vänta, eller anteckna svaret när det kommit."),
        )
    if any(told.replied and not told.handled for told in covering):
        return (_("Föreningens svar är inte bemött."), _("Skriv hur svaret har vägts in."))
    return None


def _asked_first(case: CaseSituation) -> GateFinding:
    proposed = case.proposed
    if proposed is None or proposed.outcome not in ADVERSE or DecisionGround.NOT_COMPLETE not in proposed.grounds:
        return None
    if not case.gaps:
        return (_("Inget saknas i ansökan."), _("Välj en annan grund."))
    if case.asked_to_complete:
        return None
    return (_("Föreningen har inte fått komplettera."), _("Begär komplettering och vänta ut svarstiden."))


def _acts(case: CaseSituation) -> GateFinding:
    if not case.adverse_on_criterion:
        return None
    if case.proposed and DecisionGround.CRITERION in case.proposed.grounds and not case.not_met:
        return (_("Inget krav är bedömt som ej uppfyllt."), _("Välj en annan grund, eller bedöm kravet först."))
    if not case.not_met_without_act:
        return None
    return (
        _("Bedömningen vilar inte på något agerande eller uttalande som föreningen får se: ")
        + _names(case.not_met_without_act)
        + same_in_both("."),
        _("Ange agerandet eller uttalandet, eller ändra bedömningen."),
    )


def _check_reasons_weighed(case: CaseSituation) -> GateFinding:
    if not case.adverse_on_criterion or not case.not_weighed:
        return None
    return (
        _("Särskilda skäl och proportionalitet är inte vägda: ") + _names(case.not_weighed) + same_in_both("."),
        _("Skriv dem i bedömningen."),
    )


def _routine(case: CaseSituation) -> GateFinding:
    if case.kind is not CaseKind.BOOKING or case.routine_followed:
        return None
    return (
        _("Rutinen för lokaluthyrning är inte markerad som följd."),
        _("Gå igenom rutinen och markera att den är följd."),
    )


def _check_reviewed(case: CaseSituation) -> GateFinding:
    if case.kind is not CaseKind.GRANT or not case.not_reviewed:
        return None
    return (
        _("Föreningen söker för första gången och är inte granskad mot: ")
        + _names(case.not_reviewed)
        + same_in_both("."),
        _("Bedöm de värdekriterierna."),
    )


def _names(labels: tuple[Words, ...]) -> Words:
    return join_words(labels, ", ")


def _rules_before(case: CaseSituation) -> GateFinding:
    if not case.adverse_on_criterion or (case.adopted is not None and case.adopted <= case.received_on):
        return None
    return (
        _("Det är inte visat att reglerna var antagna innan ansökan kom in."),
        _("Anteckna nämndens antagande av reglerna. Ett krav som inte fanns kan inte leda till avslag."),
    )


def _reasons(case: CaseSituation) -> GateFinding:
    proposed = case.proposed
    if proposed is None or proposed.reasons.strip():
        return None
    return (_("Motiveringen saknas."), _("Skriv en motivering. Ange vad i underlaget den bygger på."))


def _competent(case: CaseSituation) -> GateFinding:
    proposed, competence = case.proposed, case.competence
    if proposed is None:
        return None
    if competence is None or not competence.one or not competence.covers_kind:
        return (
            _("Du har ingen delegation för det här beslutet."),
            _("Lämna ärendet till någon vars delegation omfattar det."),
        )
    if proposed.outcome in ADVERSE - FAVOURABLE and not competence.refusals:
        return (_("Din delegation omfattar inte avslag."), _("Lämna ärendet till någon vars delegation omfattar det."))
    amount = proposed.amount or 0
    if competence.largest is not None and proposed.outcome in FAVOURABLE and amount > competence.largest:
        return (
            _("Du har inte delegation för belopp över ") + kronor(competence.largest) + same_in_both("."),
            _("Skicka det till nämnden."),
        )
    return None


def _by_a_person(case: CaseSituation) -> GateFinding:
    if case.decided_by_person:
        return None
    return (_("Ett program får inte besluta."), _("Den som har delegation beslutar, inloggad med eget konto."))


def _check_reservations(case: CaseSituation) -> GateFinding:
    proposed = case.proposed
    gives = proposed is not None and proposed.outcome in FAVOURABLE and case.kind is CaseKind.GRANT
    if not gives or proposed is None or proposed.reservations >= set(Reservation):
        return None
    return (
        _("Beslutet saknar något av förbehållen om stopp, redovisning och återkrav."),
        _("Ta med alla tre förbehållen."),
    )


def _appeal(case: CaseSituation) -> GateFinding:
    if case.proposed is None or case.proposed.execution or case.proposed.appeal.strip():
        return None
    return (_("Upplysning om överklagande saknas."), _("Ta med den."))


GATE_CHECKS: Final[Mapping[str, tuple[GatedStep, Callable[[CaseSituation], GateFinding]]]] = {
    "ratt-forening": (GatedStep.READY, _right_association),
    "diariefort": (GatedStep.READY, _check_registered),
    "ansokan-komplett": (GatedStep.READY, _complete),
    "bedomningar-klara": (GatedStep.READY, _check_assessed),
    "ny-forening-granskad": (GatedStep.READY, _check_reviewed),
    "lokalrutin-foljd": (GatedStep.READY, _routine),
    "grundkontroll-klar": (GatedStep.READY, _gone_through),
    "jav-provat": (GatedStep.DECIDE, _conflict),
    "referensgrupp-har-granskat": (GatedStep.READY, _group),
    "komplettering-begard": (GatedStep.DECIDE, _asked_first),
    "kommunicerat": (GatedStep.DECIDE, _check_communicated),
    "grund-ar-handling": (GatedStep.DECIDE, _acts),
    "sarskilda-skal-vagda": (GatedStep.DECIDE, _check_reasons_weighed),
    "regelverk-fanns-i-forvag": (GatedStep.DECIDE, _rules_before),
    "motivering-finns": (GatedStep.DECIDE, _reasons),
    "behorig-beslutsfattare": (GatedStep.DECIDE, _competent),
    "manniska-har-beslutat": (GatedStep.DECIDE, _by_a_person),
    "forbehall-i-beslutet": (GatedStep.DECIDE, _check_reservations),
    "underrattelse-och-overklagande": (GatedStep.DECIDE, _appeal),
}
"""Gate -> the first step it holds, and what it looks at. A later step asks the earlier gates again."""


def closed_gates(case: CaseSituation, step: GatedStep) -> tuple[ClosedGate, ...]:
    """What holds the case back from a step, in the table's order."""
    asked = {GatedStep.READY} if step is GatedStep.READY else {GatedStep.READY, GatedStep.DECIDE}
    found = []
    for gate, (first, check) in GATE_CHECKS.items():
        lacking = check(case) if first in asked and gate not in case.off else None
        if lacking is not None:
            found.append(ClosedGate(gate, *lacking))
    return tuple(found)
