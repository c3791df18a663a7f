"""What templates may use: the texts of the domain in the visitor's language, and how results look."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import request
from markupsafe import Markup

from vetting.app import navigation
from vetting.bookings.domain.deviations import DEVIATION_WORDS
from vetting.bookings.domain.letting import ACCEPTANCE_CHANNEL_WORDS
from vetting.bookings.domain.room_bookings import time_obstacle_in_words
from vetting.casework.domain import trail_events
from vetting.casework.domain.advice import ADVICE_WORDS, CONFLICT_WORDS
from vetting.casework.domain.appeals import appeal_in_words
from vetting.casework.domain.cases import FALL_REASON_WORDS, NEXT, STATE_WORDS
from vetting.casework.domain.document_statuses import SENDING_WORDS, STATUS_WORDS
from vetting.casework.domain.legal_force import DECISION_EVENT_WORDS, FORCE_WORDS
from vetting.casework.domain.next_steps import HOLDER_WORDS
from vetting.casework.domain.row_tags import TagTone
from vetting.casework.models.cases import is_reply_weighed
from vetting.casework.services import name_conflicts
from vetting.casework.services.decision_sentences import outcome_in_words
from vetting.config import APP_NAME
from vetting.engine import reasons, written_rules
from vetting.engine.evidence import EVIDENCE_KIND_WORDS, MILDER_WORDS, SPECIAL_REASON_WORDS
from vetting.engine.form_facts import LEVEL_WORDS
from vetting.engine.proposal import ATTENTION_WORDS, PROPOSAL_WORDS
from vetting.engine.ruleset import adoption_in_words
from vetting.engine.screening import part_of
from vetting.kernel import organisation_numbers
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE, day_here
from vetting.kernel.decision_outcomes import RESERVATION_WORDS
from vetting.kernel.money import kronor
from vetting.kernel.roles import Action, function_in_words
from vetting.kernel.tables import column_letters
from vetting.kernel.text import Words, _, clock_in_words, day_in_words, figure, long_day, same_in_both, weekday_in_words
from vetting.lists.domain.annotations import PROPOSAL_TONES, RESULT_TONES, Tone
from vetting.lists.domain.screened_lists import ROW_WORK_WORDS
from vetting.money.domain.bank_accounts import mask_account
from vetting.money.domain.reclaims import ESTABLISHED_WORDS, RECLAIM_GROUND_WORDS, RECLAIM_STATE_WORDS
from vetting.people.domain.reads import READ_WORDS
from vetting.people.domain.ways_of_working import GATE_REASON_WORDS, HABIT_WORDS, WAY_MEANS, WAY_WORDS
from vetting.people.services.setup_steps import SETUP_WORDS
from vetting.rules.domain.language_reference import COMPARISON_NAMES, SUPPLIER_WORDS, TYPE_WORDS
from vetting.rules.services.rule_trial_workbooks import result_in_words
from vetting.web import preferences
from vetting.web.access import RouteEntry
from vetting.web.preferences import translate
from vetting.web.visitor import entry_to, own_boards, today, visitor
from vetting.workspace.pages import case_wording
from vetting.workspace.pages.case_steps import STEP_LOOKS
from vetting.workspace.services.applications import all_facts_of
from vetting.workspace.services.help_pages import help_about

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask import Flask

    from vetting.associations.models.associations import AssociationName

TAG_LOOKS: Final[Mapping[TagTone, tuple[str, str]]] = {
    TagTone.CLEAR: ("ok", "check"),
    TagTone.SEE: ("as", "eye"),
    TagTone.LACKS: ("un", "q"),
    TagTone.AGAINST: ("no", "x"),
    TagTone.PLAIN: ("un", "dash"),
}
LOOKS: Final[Mapping[Tone, tuple[str, str]]] = {
    Tone.OK: ("ok", "check"),
    Tone.NOT: ("no", "x"),
    Tone.ASSESS: ("as", "eye"),
    Tone.UNKNOWN: ("un", "q"),
    Tone.LOOKED: ("in_", "eye"),
    Tone.PLAIN: ("un", "dash"),
}
"""Tone -> (class, icon)."""


def register_template_names(app: Flask) -> None:
    """Filters and names for the templates."""
    app.add_template_filter(translate)
    app.add_template_filter(organisation_numbers.mask_personal_numbers, "masked")
    app.add_template_filter(organisation_numbers.format_number, "number")
    app.add_template_filter(column_letters, "letters")
    app.add_template_filter(mask_account, "masked_account")
    app.add_template_test(reasons.was_checked, "was_checked")
    app.add_template_test(lambda finding: reasons.fold_of(finding) is not None, "is_folded")

    app.add_template_filter(_day, "day")
    app.add_template_filter(lambda text: _day(date.fromisoformat(text)), "iso_day")
    app.add_template_filter(_moment, "moment")
    app.add_template_filter(_local_day, "local_day")
    app.add_template_filter(_weekday, "weekday")
    app.add_template_filter(_clock, "clock")
    app.add_template_filter(_money, "money")
    app.add_template_filter(_bare_money, "bare_money")
    app.add_template_filter(_kronor_only, "kronor_only")
    app.add_template_filter(_typed_kronor, "typed_kronor")
    app.add_template_filter(_short_day, "short_day")
    app.add_template_filter(_month, "month")
    app.add_template_filter(_short_moment, "short_moment")
    app.jinja_env.globals.update(
        icon=_icon,
        state_words=STATE_WORDS,
        states={kind: tuple(NEXT[kind]) for kind in CaseKind},
        level_words=LEVEL_WORDS,
        advice_words=ADVICE_WORDS,
        conflict_words=CONFLICT_WORDS,
        reservation_words=RESERVATION_WORDS,
        reclaim_ground_words=RECLAIM_GROUND_WORDS,
        established_words=ESTABLISHED_WORDS,
        reclaim_state_words=RECLAIM_STATE_WORDS,
        appeal_in_words=appeal_in_words,
        function_in_words=function_in_words,
        without=_without,
        part_of=part_of,
        point_parts=case_wording.point_parts,
        point_counts=case_wording.point_counts,
        gap_of=case_wording.gap_of,
        looked_words=case_wording.looks_in_words,
        others_drafts=case_wording.others_drafts,
        point_label=case_wording.point_label,
        is_met=is_reply_weighed,
        deed_words=EVIDENCE_KIND_WORDS,
        special_reason_words=SPECIAL_REASON_WORDS,
        milder_words=MILDER_WORDS,
        answer_words=trail_events.ANSWER_WORDS,
        fallen_words=FALL_REASON_WORDS,
        gap_in_words=time_obstacle_in_words,
        force_words=FORCE_WORDS,
        happened_words=DECISION_EVENT_WORDS,
        way_words=WAY_WORDS,
        way_means=WAY_MEANS,
        habit_words=HABIT_WORDS,
        held_words=GATE_REASON_WORDS,
        holder_words=HOLDER_WORDS,
        step_looks=STEP_LOOKS,
        tag_looks=TAG_LOOKS,
        initials=_initials,
        accepted_words=ACCEPTANCE_CHANNEL_WORDS,
        deviation_words=DEVIATION_WORDS,
        setup_words=SETUP_WORDS,
        event_words=case_wording.event_words,
        all_facts_of=all_facts_of,
        by_people=lambda events: [event for event in events if event[0].action != "cases_screened"],
        read_words=READ_WORDS,
        name_source=_name_source,
        document_states=STATUS_WORDS,
        sending_words=SENDING_WORDS,
        identity_words=lambda action, detail: trail_events.in_words(action, detail, None, {}),
        outcome_words=outcome_in_words,
        catalogue_of=case_wording.catalogue_of,
        about_criterion=written_rules.about_criterion,
        asked_by_criterion=written_rules.asked_by_criterion,
        rule_handling=written_rules.handling_in_words,
        rule_validity=written_rules.validity_in_words,
        adoption_words=adoption_in_words,
        comparison_names=COMPARISON_NAMES,
        fact_type_words=TYPE_WORDS,
        supplier_words=SUPPLIER_WORDS,
        result_words_of=lambda result: result_in_words(result, preferences.visitor_language()),
    )
    app.jinja_env.globals.update(
        proposal_words=PROPOSAL_WORDS,
        attention_words=ATTENTION_WORDS,
        row_work_words=ROW_WORK_WORDS,
        way_back=preferences.way_back,
        help_about=help_about,
        result_in_words=reasons.result_in_words,
        shown_facts=reasons.shown_facts,
        kind_words=written_rules.KIND_HEADINGS,
        proposal_look=lambda proposal: LOOKS[PROPOSAL_TONES[proposal]],
        result_look=lambda result: LOOKS[RESULT_TONES[result]],
        why=reasons.reason_for_finding,
        missing=reasons.missing_in_words,
        unreadable=reasons.unreadable_in_words,
        proposal_in_words=reasons.proposal_in_words,
        behind=reasons.findings_behind_proposal,
        folds=reasons.folded_findings,
        conflict_in_words=name_conflicts.in_words,
        conflict_remedy=name_conflicts.REMEDY,
        assessed_behind=reasons.assessed_behind,
    )

    @app.context_processor
    def _visitor() -> dict[str, object]:
        found = visitor()
        return {
            "language": preferences.visitor_language(),
            "colours": preferences.visitor_colours(),
            "keys": preferences.single_keys_allowed(),
            "visitor": found,
            "boards": own_boards,
            "menu": navigation.menu,
            "opens": lambda endpoint: entry_to(endpoint, found) is RouteEntry.OPEN,
            "kinds": lambda action: found.kinds(Action(action)) if found is not None else (),
            "may": lambda action: found is not None and found.may(Action(action)),
            "app_name": APP_NAME,
        }


@cache
def _icon(name: str, look: str = "") -> Markup:
    """One of the page's symbols; it says nothing that does not stand in words beside it."""
    # A cached function and not a macro: a case's page has some seventy symbols.
    return Markup('<svg class="ico{}" aria-hidden="true"><use href="#i-{}"/></svg>').format(look and f" {look}", name)


def _day(value: date) -> str:
    return translate(day_in_words(value))


def _moment(value: datetime) -> str:
    here = value.astimezone(HERE)
    return f"{translate(day_in_words(here.date()))} {translate(clock_in_words(here))}"


def _local_day(value: datetime) -> str:
    return translate(day_in_words(day_here(value)))


def _weekday(value: datetime) -> str:
    return translate(weekday_in_words(value.astimezone(HERE)))


def _clock(value: datetime) -> str:
    return translate(clock_in_words(value.astimezone(HERE)))


def _short_day(value: date) -> str:
    """'27 nov': the year only where it is another than this one."""
    told = translate(day_in_words(value))
    return told.removesuffix(f" {value.year}") if value.year == today().year else told


def _month(value: date) -> str:
    """'november'."""
    return translate(long_day(value)).split()[1]


def _short_moment(value: datetime) -> str:
    here = value.astimezone(HERE)
    return f"{translate(weekday_in_words(here))} {_short_day(here.date())} {translate(clock_in_words(here))}"


def _kronor_only(ore: int) -> str:
    """'54 000', for a column of kronor."""
    return translate(kronor(ore)).removesuffix("kr").removeprefix("SEK").strip().strip("\u00a0")


def _typed_kronor(ore: int) -> str:
    """'54 000', as a field reads it whatever language the page is in: a comma there parts kronor from öre."""
    return kronor(ore).sv.removesuffix("kr").strip().strip("\u00a0")


def _bare_money(ore: int) -> str:
    """An amount under a heading that says kr."""
    return translate(figure(Decimal(ore) / 100, decimals=ore % 100 != 0))


def _money(ore: int) -> str:
    return translate(kronor(ore))


def _name_source(name: AssociationName) -> Words:
    """Where a name is known from; another board is not told by its name."""
    found = visitor()
    if not name.source.startswith("board "):
        return _("från ") + same_in_both(name.source) if name.source else same_in_both("–")
    if found is not None and name.source == f"board {found.board_id}":
        return _("uppgivet här")
    return _("uppgivet hos en annan nämnd")


def _initials(name: str) -> str:
    """'KE' for 'Kim Ek': the whole name stands beside it for whoever hears the page."""
    parts = name.split()
    return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper() if parts else ""


def _without(name: str) -> str:
    """The address' filters without one of them."""
    return urlencode({key: value for key, value in request.args.items() if key not in {name, "efter"} and value})
