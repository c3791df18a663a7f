"""What each entry of the trail says to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting.casework.domain.advice import ADVICE_WORDS, Advice
from vetting.engine.criteria import CriterionKind
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import GROUND_WORDS, DecisionGround, DecisionOutcome, outcome_words
from vetting.kernel.money import kronor
from vetting.kernel.text import AND, Words, _, list_words, lower_first, same_in_both

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vetting.engine.facts import Catalogue
    from vetting.engine.ruleset import RuleSet

EVENT_WORDS: Final[Mapping[str, Words]] = {
    "case_received": _("Ärendet kom in"),
    "case_registered": _("Diarieförde ärendet"),
    "handed_over": _("Lämnade över ärendet"),
    "facts_changed": _("Ändrade uppgifter"),
    "marked_registered": _("Markerade som diariefört"),
    "marked_papers_opened": _("Öppnade handlingarna"),
    "marked_basic_check": _("Grundkontroll klar"),
    "marked_gap_accepted": _("Godtog att uppgifter saknas"),
    "watch_added": _("Satte en bevakning"),
    "watch_moved": _("Flyttade en bevakning"),
    "watch_given": _("Lämnade över en bevakning"),
    "watch_done": _("Avslutade en bevakning"),
    "list_gaps_accepted": _("Godtog för flera ärenden det som listan inte har"),
    "marked_routine_followed": _("Följde rutinen"),
    "marked_identity_checked": _("Kontrollerade legitimation"),
    "note_added": _("Skrev en tjänsteanteckning"),
    "note_corrected": _("Rättade en tjänsteanteckning med en ny"),
    "working_note_added": _("Skrev en minnesanteckning"),
    "working_note_removed": _("Tog bort sin minnesanteckning"),
    "completion_requested": _("Begärde komplettering"),
    "reminded": _("Påminde om kompletteringen"),
    "gap_noted": _("Gjorde en anteckning om det som saknas"),
    "contact_changed": _("Ändrade adressen till föreningen"),
    "rule_version_changed": _("Bytte regler"),
    "mail_received": _("Lade in ett mejl"),
    "own_values_changed": _("Fyllde i egna kolumner"),
    "case_withdrawn": _("Sökanden återkallade"),
    "document_added": _("Lade till en handling"),
    "document_status_set": _("Angav vad en handling är i akten"),
    "working_material_cleared": _("Rensade arbetsmaterial"),
    "letter_returned": _("Antecknade att ett brev kom tillbaka"),
    "address_seen_to": _("Såg till att en adress stämmer"),
    "record_marked": _("Antecknade om en handling för diariet"),
    "document_typed": _("Angav vilket slags handling det är"),
    "assessed": _("Bedömde"),
    "nothing_found": _("Inget har framkommit"),
    "reviewed": _("Granskat: inget hinder"),
    "assessment_withdrawn": _("Tog tillbaka en bedömning"),
    "returned_to_queue": _("Ärendet ska ses över igen"),
    "looked_again": _("Såg över ärendet igen"),
    "booking_rescinded": _("Tog tillbaka bokningen"),
    "deviation_withdrawn": _("Återtog en avvikelse"),
    "deviation_noted": _("Antecknade en avvikelse"),
    "coordinator_asked": _("Frågade samordnaren"),
    "erased_pinned": _("Tog åter upp i spåret det som hade raderats där men står kvar i sin rad"),
    "content_erased": _("Raderade personligt innehåll i spåret"),
    "room_changed": _("Ändrade en lokal"),
    "time_left_out": _("Strök en tid i serien"),
    "letting_changed": _("Ändrade hur lokaler hyrs ut"),
    "terms_published": _("Fastställde villkor för lokaler"),
    "terms_accepted": _("Antecknade att villkoren godtagits"),
    "marked_without_questions": _("Bekräftade utan frågor"),
    "reasons_renewed": _("Skrev om skälen efter ändrad budget"),
    "report_received": _("Tog emot en redovisning"),
    "unused_asked_back": _("Begärde tillbaka oförbrukat bidrag"),
    "unused_paid": _("Antecknade återbetalning av oförbrukat bidrag"),
    "unused_disputed": _("Antecknade att återbetalningen bestrids"),
    "report_read": _("Gick igenom en redovisning"),
    "mark_withdrawn": _("Tog tillbaka en markering"),
    "marked_followed_up": _("Följde upp föreningen"),
    "marked_contact": _("Antecknade ett besök, ett samtal eller handlingar"),
    "sample_drawn": _("Drog ett stickprov"),
    "sample_looked_at": _("Antecknade vad granskningen av ett stickprov visade"),
    "activity_added": _("Lade till en aktivitet i planen"),
    "activity_changed": _("Ändrade en aktivitet i planen"),
    "periods_changed": _("Ändrade perioderna som nämnden rapporterar"),
    "report_kept": _("Sparade en rapport som den skickades"),
    "report_asked_for": _("Bad om en rapport"),
    "routine_approved": _("Godkände en version av rutinen för bidrag"),
    "marked_closed_unreported": _("Avslutade utan genomgången redovisning"),
    "marked_aid_registered": _("Förde in stödet i registret över stöd av mindre betydelse"),
    "case_closed": _("Avslutade ärendet"),
    "case_reopened": _("Öppnade ärendet igen"),
    "letter_written": _("Skrev ett brev"),
    "letter_sent": _("Skickade ett brev"),
    "letter_handed_over": _("Lämnade ett brev till e-postservern"),
    "letter_failed": _("Brevet gick inte att skicka"),
    "template_taken": _("Bytte nämndens mall"),
    "template_ended": _("Slutade använda nämndens mall"),
    "decision_sent": _("Skickade beslutet"),
    "decision_corrected": _("Rättade ett uppenbart fel i beslutet"),
    "payment_corrected": _("Utbetalningen följer det rättade beloppet"),
    "decision_announced": _("Beslutet tillkännagavs"),
    "decision_reported": _("Anmälde delegationsbeslutet"),
    "decision_appealed": _("Beslutet överklagades"),
    "decision_inhibited": _("Domstolen stoppade verkställigheten"),
    "decision_inhibition_lifted": _("Stoppet av verkställigheten hävdes"),
    "decision_appeal_ended": _("Överklagandet upphörde"),
    "decision_upheld": _("Domstolen fastställde beslutet"),
    "decision_quashed": _("Beslutet upphävdes"),
    "special_review_opened": _("Öppnade en fördjupad kontroll"),
    "special_review_asked": _("Frågade föreningen i en fördjupad kontroll"),
    "special_review_answered": _("Antecknade svar i en fördjupad kontroll"),
    "special_review_closed": _("Avslutade en fördjupad kontroll"),
    "special_review_visited": _("Antecknade ett besök i en fördjupad kontroll"),
    "filter_saved": _("Sparade ett urval ur ett register"),
    "filter_removed": _("Tog bort ett sparat urval"),
    "part_report_kept": _("Delredovisningen ligger till grund för en utbetalning; slutredovisningen väntas"),
    "reclaim_refunded": _("Antecknade att det som betalats för mycket är återbetalt"),
    "tip_registered": _("Antecknade ett tips"),
    "tip_closed": _("Avslutade ett tips"),
    "tips_forgotten": _("Tog bort tips som ledde till inget"),
    "expert_asked": _("Frågade en sakkunnig"),
    "expert_package_fetched": _("Hämtade paketet till en sakkunnig"),
    "expert_answered": _("Antecknade den sakkunnigas svar"),
    "ending_proposed": _("Föreslog att avskriva"),
    "handed_to_board": _("Lämnade över till en annan nämnd"),
    "asked_back": _("Skickade tillbaka med en fråga"),
    "booking_changed_in_list": _("Bokningen ändrades genom en lista"),
    "quick_check_kept": _("Sparade en snabbkoll"),
    "quick_check_taken": _("Tog en snabbkoll vidare"),
    "old_removed": _("Gallrade enligt nämndens tider"),
    "quick_checks_forgotten": _("Gamla snabbkollar togs bort"),
    "calendar_opened": _("Öppnade en kalender"),
    "system_added": _("Gav ett annat system en nyckel"),
    "system_agreed": _("Sade ja till att ett annat system hämtar register"),
    "system_renewed": _("Gav ett annat system en ny nyckel"),
    "system_ended": _("Avslutade ett annat systems nyckel"),
    "heads_tied": _("Spårets kedjor knöts ihop"),
    "order_changed": _("Ändrade hur nämnden arbetar"),
    "setup_skipped": _("Hoppade över ett steg"),
    "user_added": _("Lade till ett användarkonto"),
    "role_asked": _("Begärde en roll som väntar på ja"),
    "role_given": _("Gav en roll"),
    "role_agreed": _("Sade ja till en roll"),
    "sessions_ended": _("Loggade ut någon överallt"),
    "role_ahead": _("Gav en roll som börjar senare"),
    "role_last_day_set": _("Ändrade sista dagen för en roll"),
    "role_refused": _("Sade nej till en roll"),
    "role_withdrawn": _("Tog tillbaka en roll som inte hade börjat"),
    "role_ended": _("Tog tillbaka en roll"),
    "role_over": _("En roll upphörde"),
    "role_kept": _("En roll från tidigare antecknades"),
    "invitation_made": _("Skapade en lösenordslänk"),
    "password_set": _("Lösenord valt genom en länk"),
    "password_changed": _("Bytte lösenord"),
    "identity_added": _("Kopplade kontot till kommunens katalog"),
    "passkey_added": _("Lade till en passnyckel"),
    "passkey_removed": _("Tog bort en passnyckel"),
    "factor_added": _("Kopplade en app för inloggning i två steg"),
    "factor_removed": _("Inloggning i två steg togs bort"),
    "recovery_codes_made": _("Skapade nya reservkoder"),
    "recovery_code_used": _("En reservkod användes vid inloggning"),
    "delegation_agreed": _("Sade ja till delegation"),
    "delegation_refused": _("Sade nej till delegation"),
    "user_deactivated": _("Avslutade ett användarkonto"),
    "delegation_added": _("Lade till delegation"),
    "delegation_ended": _("Avslutade delegation"),
    "absence_added": _("Antecknade frånvaro"),
    "absence_ended": _("Avslutade frånvaro"),
    "no_conflict": _("Svarade: inte jävig"),
    "conflict_declared": _("Anmälde jäv"),
    "referred": _("Lämnade till referensgruppen"),
    "lifted_out": _("Lyfte ur Ärenden utan frågor"),
    "statement_filed": _("Lämnade ett eget yttrande"),
    "like_cases_named": _("Öppnade listan över lika fall"),
    "seat_taken": _("Lade till i referensgruppen"),
    "seat_left": _("Avslutade en plats i referensgruppen"),
    "guest_invited": _("Antecknade en gäst"),
    "minutes_adjusted": _("Justerade protokollet"),
    "notes_approved": _("Godkände anteckningarna"),
    "group_advised": _("Referensgruppen yttrade sig"),
    "made_ready": _("Klar för beslut"),
    "back_to_handling": _("Tillbaka till handläggning"),
    "decision_proposed": _("Skrev förslag till beslut"),
    "communicated": _("Lade fram underlaget för yttrande"),
    "heard_orally": _("Hörde föreningen muntligt"),
    "reply_extended": _("Förlängde svarstiden"),
    "reply_noted": _("Antecknade föreningens svar"),
    "decided": _("Beslutade"),
    "paid": _("Markerade som utbetalt"),
    "payment_taken_back": _("Tog bort markeringen som utbetalt"),
    "board_agreed": _("Började dela med en annan nämnd"),
    "board_agreement_ended": _("Slutade dela med en annan nämnd"),
    "account_changed": _("Antecknade ett nytt konto"),
    "account_checked": _("Kontrollerade kontot"),
    "payment_stopped": _("Stoppade utbetalningen"),
    "payment_released": _("Hävde stoppet av utbetalningen"),
    "reclaim_opened": _("Öppnade återkrav"),
    "reclaim_communicated": _("Skickade underlaget för återkravet"),
    "reclaim_reply": _("Antecknade svar om återkravet"),
    "reclaim_decided": _("Beslutade om återkrav"),
    "cases_screened": _("Kontrollerade mot reglerna"),
    "booker_kind_said": _("Angav vad den som bokar är"),
    "name_settled": _("Bestämde vad ett namn står för"),
    "associations_merged": _("Slog ihop två poster"),
    "merge_undone": _("Ångrade en sammanslagning"),
    "found_distinct": _("Fann att två poster inte är samma förening"),
    "distinction_withdrawn": _("Tog tillbaka att två poster inte är samma förening"),
    "payment_attested": _("Attesterade en utbetalning"),
    "payment_basis_made": _("Gjorde ett utbetalningsunderlag"),
    "payment_basis_left": _("Lämnade ett utbetalningsunderlag till ekonomi"),
    "payment_basis_withdrawn": _("Tog tillbaka ett utbetalningsunderlag"),
    "payment_basis_loaded": _("Antecknade att ekonomi har läst in underlaget"),
    "payment_against_order": _("Lät betala trots nämndens ordning"),
    "payment_not_made": _("Antecknade att ekonomi inte har betalat"),
    "payment_basis_changed": _("Tog ut utbetalningar ur ett underlag"),
    "payment_basis_undone": _("Ångrade ett utbetalningsunderlag"),
    "outgoing_layout_saved": _("Sparade ett filformat för utbetalningar"),
    "payment_returned": _("Antecknade att en utbetalning kom i retur"),
    "set_off_made": _("Kvittade ett återkrav mot en utbetalning"),
    "set_off_ended": _("Tog bort en kvittning"),
    "set_off_done": _("Kvittningen är gjord: återkravet är betalt med den"),
    "grant_change_asked": _("Antecknade en begäran om ändring av bidraget"),
    "grant_change_proposed": _("Skrev förslag om ändringen av bidraget"),
    "grant_change_decided": _("Beslutade om ändringen av bidraget"),
    "support_ending_proposed": _("Föreslog att ett stöd upphör"),
    "support_ending_told": _("Lät föreningen yttra sig om att ett stöd upphör"),
    "support_ending_reply": _("Antecknade föreningens svar om att ett stöd upphör"),
    "support_ending_withdrawn": _("Återtog förslaget att ett stöd upphör"),
    "payment_paused": _("Avvaktade med en utbetalning"),
    "payment_pause_ended": _("Släppte en utbetalning som avvaktade"),
    "payment_papers_came": _("Antecknade att handlingar för en delbetalning kom in"),
    "reclaim_followed": _("Antecknade ur reskontran"),
    "reclaim_waived": _("Beslutade att efterge ett återkrav"),
    "reclaim_written_off": _("Antecknade att fordran skrivits av"),
    "reclaim_payment": _("Antecknade inbetalning"),
    "meeting_called": _("Kallade till möte"),
    "meeting_moved": _("Flyttade ett möte"),
    "meeting_list_declared": _("Svarade om jäv i mötets ärenden"),
    "attendance_noted": _("Antecknade vilka som var på mötet"),
    "meeting_held": _("Avslutade mötet"),
    "scheme_added": _("Lade till en bidragsform"),
    "scheme_changed": _("Ändrade en bidragsform"),
    "scheme_ended": _("Slutade erbjuda en bidragsform"),
    "letting_kind_added": _("Lade till en uthyrningsform"),
    "letting_kind_changed": _("Ändrade en uthyrningsform"),
    "letting_kind_ended": _("Slutade använda en uthyrningsform"),
    "case_tied": _("Hör till en ansökan om flera bidragsformer"),
    "budget_line_added": _("Lade till en budgetrad"),
    "budget_line_changed": _("Ändrade en budgetrad"),
    "budget_line_ended": _("Slutade använda en budgetrad"),
    "round_added": _("Lade till en omgång"),
    "round_changed": _("Ändrade en omgång"),
    "round_days_moved": _("Flyttade dagar i en omgång"),
    "round_step_done": _("Noterade ett steg i en omgång som klart"),
    "round_step_undone": _("Tog tillbaka att ett steg i en omgång var klart"),
    "board_days_changed": _("Ändrade nämndens sammanträden eller stängda veckor"),
    "yearly_update_asked": _("Frågade föreningar om det som är känt stämmer"),
    "yearly_update_noted": _("Noterade att det som är känt om föreningar stämmer"),
    "allocation_written": _("Skrev i en omgångs fördelning"),
    "allocation_undone": _("Ångrade i en omgångs fördelning"),
    "scenario_kept": _("Sparade ett scenario för en fördelning"),
    "scenario_chosen": _("Valde ett scenario för en fördelning"),
    "scenario_dropped": _("Slängde ett scenario för en fördelning"),
    "priority_criterion_added": _("Lade till ett prioriteringskriterium"),
    "priority_criterion_ended": _("Avslutade ett prioriteringskriterium"),
    "priority_points_given": _("Gav poäng för prioritering"),
    "outside_decisions_added": _("Läste in beslut utanför programmet"),
    "outside_decisions_undone": _("Ångrade inlästa beslut utanför programmet"),
    "board_item_written": _("Skrev i ett tjänsteutlåtande om en omgång"),
    "item_sent": _("Skickade en omgångs ärende till nämnden"),
    "item_decided": _("Skrev in nämndens beslut om en omgång"),
    "row_ruled": _("Noterade vad nämnden ändrade"),
    "row_ruling_dropped": _("Tog bort noteringen om vad nämnden ändrade"),
    "row_tabled": _("Skrev in att nämnden bordlade ärendet"),
    "row_sent_back": _("Skrev in att nämnden återremitterade ärendet"),
    "item_minutes_noted": _("Antecknade när protokollet justerades och anslogs"),
    "item_extract_taken": _("Lämnade in ett protokollsutdrag"),
    "item_appealed": _("Antecknade ett överklagande av nämndens beslut om en omgång"),
    "item_statement_sent": _("Antecknade att nämndens yttrande är lämnat till domstolen"),
    "item_looked_through": _("Såg igenom listan att publicera"),
    "letters_asked_for": _("Lät skriva breven om nämndens beslut"),
    "decide_by_moved": _("Sista dag för beslut flyttades med omgången"),
    "round_registered": _("Diarieförde en omgång"),
    "round_closed": _("Stängde en omgång"),
    "rules_begun": _("Började på nya regler"),
    "rules_changed": _("Ändrade ett utkast till regler"),
    "rules_tried": _("Prövade ett utkast till regler"),
    "rules_handed_over": _("Lämnade ett utkast till regler för publicering"),
    "rules_given_back": _("Lämnade tillbaka ett utkast till regler"),
    "rules_discarded": _("Tog bort ett utkast till regler"),
    "rules_published": _("Publicerade regler"),
    "rules_withdrawn": _("Drog tillbaka regler"),
    "list_import_begun": _("Började läsa in en lista"),
    "list_piece_imported": _("Läste in en del av en lista"),
    "list_imported": _("Läste in en lista"),
    "list_import_undone": _("Ångrade en inläst lista"),
    "list_downloaded": _("Hämtade en lista för att ändra i den"),
    "list_changes_taken_in": _("Läste in ändringar i en lista"),
    "layout_kept": _("Sparade hur en lista är uppställd"),
    "own_column_added": _("Lade till en egen kolumn"),
    "own_column_closed": _("Tog bort en egen kolumn"),
    "register_asked_for": _("Beställde ett register"),
    "register_imported": _("Läste in ett register över föreningar"),
    "registry_list_made": _("Gjorde en diarieföringslista"),
    "records_filled": _("Uppgraderingen samlade handlingarna i en tabell"),
    "board_added": _("Lade upp nämnden"),
    "letterhead_set": _("Ändrade brevhuvudet"),
    "rooms_added": _("Lade till lokaler"),
}
"""Action -> what was done. Who and when stand beside it."""
ANSWER_WORDS: Final = {
    "met": _("uppfyllt"),
    "nothing_found": _("inget har framkommit"),
    "not_met": _("ej uppfyllt"),
    "not_applicable": _("ej tillämpligt"),
}


OF_SIGNAL: Final = {**ANSWER_WORDS, "met": _("genomgången, inget att anmärka")}
"""A signal is a question, no requirement: it is never met."""


_OF_IDENTITY: Final = frozenset(
    {"name_settled", "associations_merged", "merge_undone", "found_distinct", "distinction_withdrawn"}
)


def _looks_told(detail: Mapping[str, Any]) -> Words:
    return _("{number} punkter", number=len(detail.get("criteria", ())))


def _papers_told(detail: Mapping[str, Any]) -> Words | None:
    opened, papers = detail.get("opened", 0), detail.get("papers", 0)
    return _("handlingar öppnade {opened} av {papers}", opened=opened, papers=papers) if papers else None


def _ground_told(detail: Mapping[str, Any]) -> Words:
    return lower_first(GROUND_WORDS[DecisionGround(detail["ground"])])


_COUNTED: Final[Mapping[str, Callable[[Mapping[str, Any]], Words | None]]] = {
    "nothing_found": _looks_told,
    "reviewed": _papers_told,
    "ending_proposed": _ground_told,
}


def in_words(
    action: str,
    detail: Mapping[str, Any],
    ruleset: RuleSet | None,
    catalogue: Catalogue,
    kind: CaseKind = CaseKind.GRANT,
) -> Words:
    """One entry as a sentence; what the detail adds stands after a colon. kind: of the case it is about."""
    told = EVENT_WORDS.get(action, same_in_both(action))
    labels = {criterion.id: criterion.label for criterion in ruleset.criteria} if ruleset else {}
    more: Words | None = None
    if action == "assessed":
        label = labels.get(detail.get("criterion", ""), same_in_both(str(detail.get("criterion", ""))))
        signals = (
            {criterion.id for criterion in ruleset.criteria if criterion.kind is CriterionKind.SIGNAL}
            if ruleset
            else ()
        )
        words = OF_SIGNAL if detail.get("criterion") in signals else ANSWER_WORDS
        more = label + same_in_both(", ") + words.get(str(detail.get("answer")), same_in_both(""))
    elif action == "assessment_withdrawn":
        more = labels.get(detail.get("criterion", ""), same_in_both(""))
    elif action in _COUNTED:
        more = _COUNTED[action](detail)
    elif action in {"facts_changed", "completion_requested", "reminded", "gap_noted"}:
        names = [lower_first(catalogue[fact].label) for fact in detail.get("facts", ()) if fact in catalogue]
        more = list_words(names, AND) if names else None
    elif action in {"document_added", "document_typed"} and detail.get("type") in catalogue:
        more = lower_first(catalogue[detail["type"]].label)
    elif action == "group_advised" and detail.get("advice"):
        more = ADVICE_WORDS[Advice(detail["advice"])]
    elif action in {"decided", "decision_proposed"} and detail.get("outcome"):
        more = lower_first(outcome_words(kind, DecisionOutcome(detail["outcome"])))
        more = more + same_in_both(", ") + kronor(detail["amount"]) if detail.get("amount") else more
    elif detail.get("account"):
        more = same_in_both(str(detail["account"]))
    elif action in _OF_IDENTITY:
        more = same_in_both(", ".join(str(detail[name]) for name in ("name", "merged", "other") if detail.get(name)))
    elif "amount" in detail:
        more = kronor(detail["amount"])
    elif detail.get("dnr"):
        more = same_in_both(detail["dnr"])
    return told + same_in_both(": ") + more if more and more.sv else told
