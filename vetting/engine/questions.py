"""What a form asks an association, in words that it uses: the facts' own names are written for those who read cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping

# In code and not with the facts: names of facts are frozen with published rules, and a question that is put
# better must not wait for rules to be published.
QUESTIONS: Final[Mapping[str, Words]] = {
    "legal_form": _("Vilken form har föreningen?"),
    "seat_municipality": _("I vilken kommun har föreningen sitt säte?"),
    "parent_organisation": _("Tillhör ni en riksorganisation? Vilken?"),
    "has_open_membership": _("Får alla som delar föreningens syfte bli medlemmar?"),
    "membership_voluntary": _("Är det frivilligt att vara medlem?"),
    "one_member_one_vote": _("Har varje medlem en röst på årsmötet?"),
    "discharge_decided": _("Har årsmötet beslutat om ansvarsfrihet för styrelsen?"),
    "can_change_own_statutes": _("Kan föreningen själv ändra sina stadgar?"),
    "has_activity_for_children": _("Har ni verksamhet för barn?"),
    "separate_activity_has_objective_reason": _("Om ni delar upp deltagarna i grupper: finns det ett sakligt skäl?"),
    "is_party_or_party_youth": _("Är föreningen ett politiskt parti eller ett ungdomsförbund till ett parti?"),
    "decisions_clause": _("Står det i stadgarna hur beslut fattas?"),
    "representation_clause": _("Står det i stadgarna vem som företräder föreningen?"),
    "accountability_clause": _("Står det i stadgarna vem som ansvarar för vad?"),
    "amendment_clause": _("Står det i stadgarna hur de ändras?"),
    "dissolution_clause": _("Står det i stadgarna hur föreningen upplöses?"),
    "name_and_purpose_clause": _("Står föreningens namn och syfte i stadgarna?"),
    "signed": _("Är årsmötesprotokollet undertecknat?"),
    "auditor_appointed": _("Har årsmötet valt en revisor?"),
    "auditor_not_in_board": _("Står revisorn utanför styrelsen?"),
    "signed_by_role": _("Vem skriver under för föreningen? Ange uppdrag, till exempel ordförande."),
    "signed_on": _("Vilken dag skrevs ansökan under?"),
    "youth_activity": _("Har ni verksamhet för unga?"),
    "open_to_all": _("Är verksamheten öppen för alla?"),
    "activity_is_religious_practice": _("Är verksamheten religionsutövning?"),
    "is_worship_or_mission": _("Är det en gudstjänst eller mission?"),
    "is_party_campaign": _("Är det en kampanj för ett politiskt parti?"),
    "multi_year": _("Söker ni för flera år?"),
    "audit_signed": _("Är revisionsberättelsen undertecknad?"),
    "giro_holder_is_association": _("Står kontot på föreningen?"),
    "same_activity": _("Har ni fått eller sökt annat stöd för samma sak?"),
    "organiser_is_booker": _("Är det ni som ordnar arrangemanget?"),
    "external_speakers": _("Kommer föreläsare utifrån?"),
    "open_to_public": _("Är det öppet för allmänheten?"),
    "commercial": _("Är verksamheten kommersiell?"),
    "alcohol_served": _("Serveras alkohol?"),
    "is_party": _("Är det en fest?"),
    "adults_meet_children": _("Träffar vuxna samma barn regelbundet hos er?"),
    "register_extract_asked_for": _("Begär ni utdrag ur belastningsregistret?"),
    "leader_led": _("Leds verksamheten av en ledare?"),
    "contact_function": _("Vem svarar på frågor? Ange uppdrag."),
    "board_elected_on": _("Vilken dag valdes styrelsen?"),
    "organisation_number_since": _("Vilken dag fick föreningen sitt organisationsnummer?"),
    "event_title": _("Vad heter arrangemanget?"),
}
"""Fact -> the question; a fact that is not here is asked for by its name."""
ASKED_LAST: Final = frozenset({"separate_activity_has_objective_reason"})
"""What only some need to think about stands last under its heading."""
LEGAL_FORM: Final = "legal_form"
NO_ASSOCIATIONS: Final = frozenset({"enskild_firma", "privatperson"})
"""Legal forms that nobody who applies for a grant to an association has."""
