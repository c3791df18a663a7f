"""What each entry of the trail says to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting.gates.domain.before_decision import DecisionOutcome, outcome_words
from vetting.group.domain.advice import ADVICE_WORDS, Advice
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.money import kronor
from vetting.kernel.text import Words, list_words, lower_first, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.facts import Catalogue
    from vetting.engine.ruleset import RuleSet

EVENT_WORDS: Final[Mapping[str, Words]] = {
    "case_received": Words("Ärendet kom in", "The case was received"),
    "case_registered": Words("Diarieförde ärendet", "Registered the case"),
    "facts_changed": Words("Ändrade uppgifter", "Changed information"),
    "marked_registered": Words("Markerade som diariefört", "Marked as registered"),
    "marked_papers_opened": Words("Öppnade handlingarna", "Opened the papers"),
    "marked_basic_check": Words("Grundkontroll klar", "Basic check done"),
    "marked_gap_accepted": Words("Godtog att uppgifter saknas", "Accepted that information is missing"),
    "marked_routine_followed": Words("Följde rutinen", "Followed the routine"),
    "marked_identity_checked": Words("Kontrollerade legitimation", "Checked identity"),
    "note_added": Words("Skrev en tjänsteanteckning", "Wrote an official note"),
    "working_note_added": Words("Skrev en arbetsanteckning", "Wrote a working note"),
    "completion_requested": Words("Begärde komplettering", "Asked for completion"),
    "reminded": Words("Påminde om kompletteringen", "Reminded of the completion"),
    "gap_noted": Words("Antecknade om det som saknas", "Noted on what is missing"),
    "contact_changed": Words("Ändrade adressen till föreningen", "Changed the association's address"),
    "rule_version_changed": Words("Bytte regler", "Changed rules"),
    "mail_received": Words("Lade in ett mejl", "Put in a mail"),
    "own_values_changed": Words("Fyllde i egna kolumner", "Filled in own columns"),
    "case_withdrawn": Words("Sökanden tog tillbaka ärendet", "The applicant withdrew the case"),
    "document_added": Words("Lade till en handling", "Added a document"),
    "document_typed": Words("Sade vad en handling är", "Said what a paper is"),
    "assessed": Words("Bedömde", "Assessed"),
    "nothing_found": Words("Inget har framkommit", "Nothing found"),
    "assessment_withdrawn": Words("Tog tillbaka en bedömning", "Withdrew an assessment"),
    "returned_to_queue": Words("Ärendet ska ses igen", "The case is to be looked at again"),
    "looked_again": Words("Tittade på ärendet igen", "Looked at the case again"),
    "booking_rescinded": Words("Tog tillbaka bokningen", "Took the booking back"),
    "deviation_withdrawn": Words("Återtog en avvikelse", "Took back a deviation"),
    "deviation_noted": Words("Antecknade en avvikelse", "Noted a deviation"),
    "coordinator_asked": Words("Frågade samordnaren", "Asked the coordinator"),
    "content_erased": Words("Raderade personligt innehåll i spåret", "Erased personal content of the trail"),
    "room_changed": Words("Ändrade en lokal", "Changed a room"),
    "time_left_out": Words("Strök en tid i serien", "Left a time of the series out"),
    "letting_changed": Words("Ändrade hur lokaler hyrs ut", "Changed how rooms are let"),
    "terms_published": Words("Fastställde villkor för lokaler", "Published terms for rooms"),
    "terms_accepted": Words("Antecknade att villkoren godtagits", "Noted that the terms were accepted"),
    "marked_without_questions": Words("Bekräftade utan frågor", "Confirmed without questions"),
    "marked_followed_up": Words("Följde upp föreningen", "Followed up the association"),
    "case_closed": Words("Avslutade ärendet", "Closed the case"),
    "case_reopened": Words("Öppnade ärendet för nytt beslut", "Opened the case for a new decision"),
    "letter_written": Words("Skrev ett brev", "Wrote a letter"),
    "letter_sent": Words("Skickade ett brev", "Sent a letter"),
    "letter_handed_over": Words("Lämnade ett brev till e-postservern", "Handed a letter to the mail server"),
    "letter_failed": Words("Brevet gick inte att skicka", "The letter could not be sent"),
    "template_taken": Words("Bytte brevmall", "Changed the letter template"),
    "template_ended": Words("Slutade använda brevmallen", "Stopped using the letter template"),
    "decision_sent": Words("Skickade beslutet", "Sent the decision"),
    "decision_announced": Words("Beslutet tillkännagavs", "The decision was announced"),
    "decision_reported": Words("Anmälde delegationsbeslutet", "Reported the delegated decision"),
    "decision_appealed": Words("Beslutet överklagades", "The decision was appealed"),
    "decision_inhibited": Words("Domstolen stoppade verkställigheten", "The court suspended the decision"),
    "decision_inhibition_lifted": Words("Stoppet av verkställigheten hävdes", "The suspension was lifted"),
    "decision_appeal_ended": Words("Överklagandet upphörde", "The appeal ended"),
    "decision_upheld": Words("Domstolen fastställde beslutet", "The court upheld the decision"),
    "decision_quashed": Words("Beslutet upphävdes", "The decision was quashed"),
    "special_review_opened": Words("Öppnade en fördjupad kontroll", "Opened a special review"),
    "special_review_asked": Words("Frågade föreningen i en fördjupad kontroll", "Asked the association in a review"),
    "special_review_answered": Words("Antecknade svar i en fördjupad kontroll", "Noted an answer in a special review"),
    "special_review_closed": Words("Avslutade en fördjupad kontroll", "Ended a special review"),
    "expert_asked": Words("Frågade en sakkunnig", "Asked an expert"),
    "expert_package_fetched": Words("Hämtade paketet till en sakkunnig", "Fetched the package for an expert"),
    "expert_answered": Words("Antecknade den sakkunnigas svar", "Noted the expert's answer"),
    "asked_back": Words("Skickade tillbaka med en fråga", "Sent back with a question"),
    "booking_changed_in_list": Words("Bokningen ändrades genom en lista", "The booking was changed by a list"),
    "quick_check_kept": Words("Sparade en snabbkoll", "Kept a quick check"),
    "quick_check_taken": Words("Tog en snabbkoll vidare", "Took a quick check further"),
    "quick_checks_forgotten": Words("Gamla snabbkollar togs bort", "Old quick checks were removed"),
    "calendar_opened": Words("Öppnade en kalender", "Opened a calendar"),
    "order_changed": Words("Ändrade nämndens ordning", "Changed the board's order"),
    "setup_skipped": Words("Hoppade över ett steg", "Skipped a step"),
    "user_added": Words("Lade till ett konto", "Added an account"),
    "role_asked": Words("Begärde en roll som väntar på ja", "Asked for a role that waits for a yes"),
    "role_given": Words("Gav en roll", "Gave a role"),
    "role_refused": Words("Sade nej till en roll", "Said no to a role"),
    "role_ended": Words("Tog tillbaka en roll", "Took back a role"),
    "invitation_made": Words("Gjorde en länk för lösenord", "Made a link for a password"),
    "password_set": Words("Lösenord satt genom en länk", "Password set through a link"),
    "password_changed": Words("Bytte lösenord", "Changed the password"),
    "delegation_agreed": Words("Sade ja till delegation", "Said yes to delegation"),
    "delegation_refused": Words("Sade nej till delegation", "Said no to delegation"),
    "user_deactivated": Words("Avslutade ett konto", "Ended an account"),
    "delegation_added": Words("Lade till delegation", "Added delegation"),
    "delegation_ended": Words("Avslutade delegation", "Ended delegation"),
    "absence_added": Words("Antecknade frånvaro", "Noted an absence"),
    "absence_ended": Words("Avslutade frånvaro", "Ended an absence"),
    "no_conflict": Words("Svarade: inte jävig", "Answered: no conflict of interest"),
    "conflict_declared": Words("Anmälde jäv", "Declared a conflict of interest"),
    "referred": Words("Lämnade till referensgruppen", "Referred to the reference group"),
    "lifted_out": Words("Lyfte ur samlingslistan", "Lifted out of the consent list"),
    "statement_filed": Words("Lämnade ett eget yttrande", "Filed an own statement"),
    "seat_taken": Words("Lade till i referensgruppen", "Added to the reference group"),
    "seat_left": Words("Avslutade en plats i referensgruppen", "Ended a seat in the reference group"),
    "guest_invited": Words("Antecknade en gäst", "Noted a guest"),
    "minutes_adjusted": Words("Justerade protokollet", "Adjusted the minutes"),
    "notes_approved": Words("Godkände anteckningarna", "Approved the notes"),
    "group_advised": Words("Referensgruppen yttrade sig", "The reference group gave its opinion"),
    "made_ready": Words("Klar för beslut", "Ready for decision"),
    "back_to_handling": Words("Tillbaka till handläggning", "Back to handling"),
    "decision_proposed": Words("Skrev förslag till beslut", "Wrote a proposal for decision"),
    "communicated": Words("Skickade underlaget för yttrande", "Sent the material for comment"),
    "heard_orally": Words("Hörde föreningen muntligt", "Heard the association orally"),
    "reply_extended": Words("Förlängde svarstiden", "Extended the time to reply"),
    "reply_noted": Words("Antecknade föreningens svar", "Noted the association's reply"),
    "decided": Words("Beslutade", "Decided"),
    "paid": Words("Markerade som utbetalt", "Marked as paid"),
    "payment_taken_back": Words("Tog tillbaka att det är utbetalt", "Took back that it was paid"),
    "board_agreed": Words("Delar med en annan nämnd", "Shares with another board"),
    "board_agreement_ended": Words("Slutade dela med en annan nämnd", "Stopped sharing with another board"),
    "account_changed": Words("Antecknade ett nytt konto", "Noted a new account"),
    "account_checked": Words("Kontrollerade kontot", "Checked the account"),
    "payment_stopped": Words("Stoppade utbetalningen", "Stopped the payment"),
    "payment_released": Words("Hävde stoppet av utbetalningen", "Lifted the stop of the payment"),
    "reclaim_opened": Words("Öppnade återkrav", "Opened a reclaim"),
    "reclaim_communicated": Words("Skickade underlaget för återkravet", "Sent the material of the reclaim"),
    "reclaim_reply": Words("Antecknade svar om återkravet", "Noted the reply on the reclaim"),
    "reclaim_decided": Words("Beslutade om återkrav", "Decided the reclaim"),
    "cases_screened": Words("Kontrollerade mot reglerna", "Checked against the rules"),
    "name_settled": Words("Bestämde vad ett namn är", "Settled what a name is"),
    "associations_merged": Words("Slog ihop två poster", "Merged two records"),
    "merge_undone": Words("Ångrade en sammanslagning", "Undid a merge"),
    "found_distinct": Words("Fann att två poster inte är samma förening", "Found that two records are not the same"),
    "distinction_withdrawn": Words("Tog tillbaka att två poster inte är samma", "Took back that two are not the same"),
    "reclaim_payment": Words("Antecknade inbetalning", "Noted a payment received"),
}
"""Action -> what was done. Who and when stand beside it."""
ANSWER_WORDS: Final = {
    "met": Words("uppfyllt", "met"),
    "nothing_found": Words("inget har framkommit", "nothing found"),
    "not_met": Words("ej uppfyllt", "not met"),
    "not_applicable": Words("ej tillämpligt", "not applicable"),
}


_OF_IDENTITY: Final = frozenset(
    {"name_settled", "associations_merged", "merge_undone", "found_distinct", "distinction_withdrawn"}
)


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
        more = label + same_in_both(", ") + ANSWER_WORDS.get(str(detail.get("answer")), same_in_both(""))
    elif action == "assessment_withdrawn":
        more = labels.get(detail.get("criterion", ""), same_in_both(""))
    elif action == "nothing_found":
        number = len(detail.get("criteria", ()))
        more = Words(f"{number} punkter", f"{number} points")
    elif action in {"facts_changed", "completion_requested", "reminded", "gap_noted"}:
        names = [lower_first(catalogue[fact].label) for fact in detail.get("facts", ()) if fact in catalogue]
        more = list_words(names, Words("och", "and")) if names else None
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
