"""What each gate finds lacking: what it is and what to do about it, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import (
    ADVERSE,
    FAVOURABLE,
    NOT_TRIED,
    DecisionGround,
    DecisionOutcome,
)
from vetting.kernel.money import kronor
from vetting.kernel.roles import SEPARATION_WORDS, SeparationOfDuties
from vetting.kernel.text import NO_WORDS, Words, _, count_in_words, day_in_words, join_words, same_in_both
from vetting.people.domain.delegation import ACT_WORDS, in_order

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from vetting.casework.domain.situations import CaseSituation, DecidedSituation

GateFinding = tuple[Words, Words] | None
"""What is lacking, and how it is mended."""


def lacks_one_association(case: CaseSituation) -> GateFinding:
    """Whose number it is, where the case's name is not that association's."""
    return case.name_in_conflict


def lacks_registration(case: CaseSituation) -> GateFinding:
    if case.registered:
        return None
    return (_("Ärendet är inte diariefört."), _("Skriv diarienumret."))


def lacks_answer_on_conflict(case: CaseSituation) -> GateFinding:
    """The officer, or who decides, has not answered on conflict of interest."""
    if not case.officer_checked_for_conflict:
        return (_("Handläggaren har inte svarat på frågan om jäv."), _("Svara på frågan om jäv."))
    if case.proposed is not None and not case.decider_checked_for_conflict:
        return (_("Beslutsfattaren har inte svarat på frågan om jäv."), _("Svara på frågan om jäv."))
    return None


def lacks_facts(case: CaseSituation) -> GateFinding:
    """Something the rules read is missing, and nobody has accepted that."""
    if not case.gaps or _on_incompleteness(case):
        return None
    return (
        _("Att komplettera: ") + _names(case.gaps) + same_in_both("."),
        _("Begär komplettering, fyll i uppgiften, eller godta att den saknas och skriv varför."),
    )


def _on_incompleteness(case: CaseSituation) -> bool:
    """What is missing is the one ground of a refusal: then it need not be there."""
    proposed = case.proposed
    whole = proposed is not None and proposed.outcome in {DecisionOutcome.REFUSED, DecisionOutcome.DISMISSED}
    on_it = whole and proposed is not None and proposed.grounds == {DecisionGround.NOT_COMPLETE}
    return on_it or _is_not_tried(case)


def _is_not_tried(case: CaseSituation) -> bool:
    """It is to be dismissed as too late or from somebody who may not apply: nothing in it is tried."""
    proposed = case.proposed
    dismissed = proposed is not None and proposed.outcome is DecisionOutcome.DISMISSED
    return dismissed and proposed is not None and bool(proposed.grounds) and proposed.grounds <= NOT_TRIED


def lacks_assessments(case: CaseSituation) -> GateFinding:
    """Points or papers wait for a person."""
    left = len(case.to_assess) + case.papers_unopened
    if not left or _on_incompleteness(case):
        return None
    names = [*case.to_assess, *([_("handlingarna")] if case.papers_unopened else [])]
    points = count_in_words(left, _("punkt återstår"), _("punkter återstår"))
    return (
        points + same_in_both(": ") + join_words(names, ", ") + same_in_both("."),
        _("Se över dem och öppna de handlingar som ska läsas."),
    )


def lacks_basic_check(case: CaseSituation) -> GateFinding:
    """Nobody has said that the case is gone through."""
    if case.basic_check:
        return None
    return (_("Grundkontrollen är inte klar."), _("Markera Grundkontroll klar."))


def lacks_group_advice(case: CaseSituation) -> GateFinding:
    """The reference group is to be heard and is not, or is departed from without a reason."""
    if _is_not_tried(case):
        return None
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


def lacks_communication(case: CaseSituation) -> GateFinding:
    """What speaks against the association has not been put to it, or not waited for, or not met."""
    if not case.adverse_on_criterion:
        return None
    covering = [told for told in case.told if (set(case.not_met) <= told.points if case.not_met else told.general)]
    if not covering:
        return (
            _("Föreningen har inte fått yttra sig om det som talar emot den."),
            _("Skicka underlaget till föreningen före ett avslag."),
        )
    if all(told.unsent for told in covering):
        return (_("Brevet till föreningen är inte skickat."), _("Skicka det."))
    waiting = lacks_reply(case)
    if waiting is not None:
        return waiting
    if any(told.replied and not told.handled for told in covering):
        return (_("Föreningens svar är inte bemött."), _("Skriv hur svaret har vägts in."))
    return None


def lacks_reply(case: CaseSituation) -> GateFinding:
    """The association was told something and can answer still: until it has, or its time is over, nothing is ready."""
    waiting = [told for told in case.told if not told.replied and told.reply_by >= case.on]
    if not waiting:
        return None
    until = min(told.reply_by for told in waiting)
    return (
        _("Svarstiden har inte gått ut. Den löper till och med ") + day_in_words(until) + same_in_both("."),
        _("Vänta, eller anteckna svaret, eller att föreningen avstår."),
    )


def lacks_request_to_complete(case: CaseSituation) -> GateFinding:
    """A refusal for something missing that was never asked for."""
    proposed = case.proposed
    if proposed is None or proposed.outcome not in ADVERSE or DecisionGround.NOT_COMPLETE not in proposed.grounds:
        return None
    if not case.gaps:
        return (_("Inget saknas i ansökan."), _("Välj en annan grund."))
    if case.asked_to_complete:
        return None
    return (_("Föreningen har inte fått komplettera."), _("Begär komplettering och vänta ut svarstiden."))


def lacks_act(case: CaseSituation) -> GateFinding:
    """A refusal on an assessment that rests on no act that may be shown."""
    if not case.adverse_on_criterion:
        return None
    if case.proposed and DecisionGround.CRITERION in case.proposed.grounds and not case.not_met:
        return (_("Inget krav är bedömt som ej uppfyllt."), _("Välj en annan grund, eller bedöm kravet först."))
    # Of assessments only: of a requirement refused on facts, as too few members, the fact itself is the act.
    if not case.not_met_without_act:
        return None
    return (
        _("Bedömningen bygger inte på något agerande eller uttalande som föreningen får se: ")
        + _names(case.not_met_without_act)
        + same_in_both("."),
        _("Ange agerandet eller uttalandet, eller ändra bedömningen."),
    )


def lacks_special_reasons(case: CaseSituation) -> GateFinding:
    """Special reasons and proportionality are not weighed."""
    if not case.adverse_on_criterion or not case.not_weighed:
        return None
    return (
        _("Särskilda skäl och proportionalitet är inte vägda: ") + _names(case.not_weighed) + same_in_both("."),
        _("Skriv dem i bedömningen."),
    )


def lacks_routine(case: CaseSituation) -> GateFinding:
    """The routine of letting is not ticked."""
    if case.kind is not CaseKind.BOOKING or case.routine_followed:
        return None
    return (
        _("Rutinen för lokaluthyrning är inte markerad som följd."),
        _("Gå igenom rutinen och markera att den är följd."),
    )


def lacks_first_review(case: CaseSituation) -> GateFinding:
    """A first-time applicant is not reviewed on value criteria."""
    if case.kind is not CaseKind.GRANT or not case.not_reviewed or _is_not_tried(case):
        return None
    return (
        _("Föreningen söker för första gången och är inte granskad mot: ")
        + _names(case.not_reviewed)
        + same_in_both("."),
        _("Bedöm de värdekriterier som återstår."),
    )


def _names(labels: tuple[Words, ...]) -> Words:
    return join_words(labels, ", ")


def lacks_rules_before(case: CaseSituation) -> GateFinding:
    """The rules are not shown to be older than the application."""
    reduces = case.proposed is not None and DecisionGround.REDUCED in case.proposed.grounds
    if not (case.adverse_on_criterion or reduces):
        return None
    if case.adopted is not None and case.adopted <= case.received_on:
        return None
    return (
        _("Det är inte visat att reglerna var antagna innan ansökan kom in."),
        _("Anteckna nämndens antagande av reglerna. Ett krav som inte fanns kan inte leda till avslag."),
    )


def lacks_reasons(case: CaseSituation) -> GateFinding:
    """The decision has no reasons."""
    proposed = case.proposed
    if proposed is None or proposed.reasons.strip():
        return None
    return (_("Motiveringen saknas."), _("Skriv en motivering. Ange vad i underlaget den bygger på."))


def lacks_exception(case: CaseSituation) -> GateFinding:
    """What is not met is granted over: a value criterion, or a requirement without why it is set aside."""
    proposed = case.proposed
    if proposed is None or proposed.outcome not in FAVOURABLE:
        return None
    return lacks_reason_for_exception(case.not_met_labels, proposed.set_aside, values=case.not_met_values)


def lacks_reason_for_exception(
    not_met: Mapping[str, Words], set_aside: Collection[str], *, values: bool
) -> GateFinding:
    """The same of what is about to be proposed.

    Args:
        not_met: criterion -> label, of what speaks against it.
        set_aside: those of them that an exception is made from, with its reason.
        values: a value criterion is among them.
    """
    if values:
        return (
            _("Ett värdekriterium är inte uppfyllt. Undantag kan inte göras från värdekriterier."),
            _("Ändra förslaget, eller bedöm kriteriet på nytt."),
        )
    left = tuple(label for name, label in not_met.items() if name not in set_aside)
    if not left:
        return None
    return (
        _("Inte uppfyllt: ") + _names(left) + same_in_both("."),
        _("Skriv i förslaget varför nämnden gör undantag, eller ändra förslaget."),
    )


def lacks_competence(case: CaseSituation) -> GateFinding:
    proposed, competence = case.proposed, case.competence
    if proposed is None:
        return None
    if competence is None or not competence.one or not competence.covers_kind:
        return (
            _("Du har inte delegation för det här beslutet."),
            _("Lämna ärendet till någon vars delegation omfattar det."),
        )
    if proposed.outcome in ADVERSE - FAVOURABLE and not competence.refusals:
        return (_("Din delegation omfattar inte avslag."), _("Lämna ärendet till någon vars delegation omfattar det."))
    if competence.lacking:
        acts = join_words((ACT_WORDS[act] for act in in_order(competence.lacking)), ", ")
        return (
            _("Din delegation omfattar inte att {acts}.", acts=acts),
            _("Lämna ärendet till någon vars delegation omfattar det."),
        )
    amount = proposed.amount or 0
    if competence.largest is not None and proposed.outcome in FAVOURABLE and amount > competence.largest:
        return (
            _("Du har inte delegation för belopp över ") + kronor(competence.largest) + same_in_both("."),
            _("Skicka det till nämnden."),
        )
    return (SEPARATION_WORDS[SeparationOfDuties.DECIDE_OWN_PROPOSAL], NO_WORDS) if competence.own_proposal else None


def lacks_person(case: CaseSituation) -> GateFinding:
    """A program is about to decide."""
    if case.decided_by_person:
        return None
    return (_("Ett program får inte besluta."), _("Den som har delegation beslutar, inloggad med eget konto."))


def lacks_reservations(case: CaseSituation) -> GateFinding:
    """A grant lacks one of its reservations."""
    proposed = case.proposed
    gives = proposed is not None and proposed.outcome in FAVOURABLE and case.kind is CaseKind.GRANT
    if not gives or proposed is None or proposed.reservations >= proposed.needed_reservations:
        return None
    return (
        _("Beslutet saknar något av de förbehåll som bidragsformen har."),
        _("Ta med de förbehåll om stopp, redovisning och återkrav som bidragsformen har."),
    )


def lacks_appeal_notice(case: CaseSituation) -> GateFinding:
    if case.proposed is None or case.proposed.execution or case.proposed.appeal.strip():
        return None
    return (_("Upplysning om överklagande saknas."), _("Ta med den i beslutet."))


def lacks_identity_check(case: DecidedSituation) -> GateFinding:
    """The signatory's identity is not checked."""
    if case.identity_checked or not case.granted:
        return None
    return (_("Firmatecknarens legitimation är inte kontrollerad."), _("Kontrollera den och markera det i ärendet."))


def lacks_extract(case: DecidedSituation) -> GateFinding:
    """A meeting decided it on a round's item, and no extract of its minutes is handed in."""
    if case.extract_handed_in or not case.granted:
        return None
    return (
        _("Utdraget ur nämndens protokoll är inte inlämnat."),
        _("Lämna in det på sidan för nämndens beslut om omgången."),
    )


def lacks_dispatch(case: DecidedSituation) -> GateFinding:
    """A decision has not gone to the association."""
    if case.sent:
        return None
    return (_("Beslutet är inte skickat till föreningen."), _("Skicka beslutet och anteckna vilken dag det skickades."))


def lacks_report_to_board(case: DecidedSituation) -> GateFinding:
    """A delegated decision is not reported to the board."""
    if case.reported:
        return None
    return (_("Delegationsbeslutet är inte anmält till nämnden."), _("Anmäl det vid nämndens sammanträde."))


def lacks_aid_registration(case: DecidedSituation) -> GateFinding:
    """Granted aid of minor importance is not entered in the register."""
    if case.aid_registered or not case.granted:
        return None
    return (
        _("Stödet av mindre betydelse är inte infört i registret."),
        _("För in det och skriv vilken dag det gjordes."),
    )


def lacks_follow_up(case: DecidedSituation) -> GateFinding:
    """A granted association is not followed up."""
    if case.followed_up or not case.granted:
        return None
    return (_("Föreningen har inte följts upp."), _("Skriv vad uppföljningen visade och markera den som gjord."))
