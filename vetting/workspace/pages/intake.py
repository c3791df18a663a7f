"""A case that comes in, by form: what its rules ask; an application for several grant schemes asks once what it can."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for

from vetting import casework, rules
from vetting.engine.form_facts import FormFactSection, is_asked_once
from vetting.grants import round_options
from vetting.grants.models.rounds import round_of, rounds, schemes_of_round, schemes_of_rounds
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import NO_WORDS
from vetting.people.models.letting_kinds import letting_kind_of_room, letting_kinds, rooms_let_as
from vetting.rules import applicants_sections, current_rules, form_definitions
from vetting.web import visitor
from vetting.web.fact_forms import fact_form
from vetting.web.forms import is_key
from vetting.web.view_helpers import act_by_form, posted_form, whole_number_in_address
from vetting.web.visitor import reading_session
from vetting.workspace.forms.incoming import HandedInFilesForm
from vetting.workspace.forms.intake import NewCaseForm, SeveralSchemesForm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Response

    from vetting.engine.facts import FactDefinition
    from vetting.engine.ruleset import RuleSet
    from vetting.grants.models.rounds import Round
    from vetting.grants.models.schemes import GrantScheme
    from vetting.kernel.store.session import ReadingSession
    from vetting.kernel.text import Words

    Sections = Sequence[FormFactSection]
    """What is asked, under its headings."""

blueprint = Blueprint("intake", __name__)


@dataclass(frozen=True, slots=True)
class IntakePlace:
    """What the address says that a new case is for."""

    into: Round | None = None
    offered: Sequence[GrantScheme] = ()
    """The grant schemes of the round."""
    chosen: Sequence[GrantScheme] = ()
    own: Mapping[int, str] = field(default_factory=dict)
    """Scheme -> its own rules, of those that have some in force."""
    letting_rules: str = ""
    """The own rules of what the room of a booking is let as."""

    @property
    def must_choose(self) -> bool:
        """Whether it does not say yet which of the round's grant schemes."""
        return len(self.offered) > 1 and not self.chosen

    @property
    def own_rules(self) -> str:
        """The rule set of the one scheme or kind of letting that it is for; empty where the shared rules hold."""
        return self.own.get(self.chosen[0].id, "") if len(self.chosen) == 1 else self.letting_rules


def _place_of_intake(form_type: type[NewCaseForm]) -> IntakePlace:
    """The round of the address and the grant schemes that are ticked; of a round with one only it is that one."""
    if form_type.kind is CaseKind.BOOKING:
        return IntakePlace(letting_rules=_rules_of_room(form_type))
    asked = whole_number_in_address("omgang")
    if not asked:
        return IntakePlace()
    with reading_session() as session:
        into = round_of(session, asked)
        if into is None:
            return IntakePlace()
        offered = schemes_of_round(session, into.id)
        own = {item.id: rules.own_ruleset(session, item, on=visitor.today()) for item in offered}
    ticked = {int(key) for key in request.args.getlist("bidragsform") if is_key(key)}
    chosen = [item for item in offered if item.id in ticked] if len(offered) > 1 else offered
    return IntakePlace(into, offered, chosen, own)


def _rules_of_room(form_type: type[NewCaseForm]) -> str:
    """The own rules of what the room is let as: of the one that is typed, else of the one in the address."""
    typed = posted_form(form_type).uses if request.method == "POST" else ()
    name = next((use.room_name for use in typed), request.args.get("lokal", ""))
    with reading_session() as session:
        let_as = letting_kind_of_room(session, visitor.signed_in_person().board_id, name)
        return rules.own_ruleset(session, let_as, on=visitor.today())


def _board_rules(kind: CaseKind, own: str = "") -> RuleSet | None:
    """The rules that the visitor's board has in force for a kind. own: those of a grant scheme that has its own."""
    with reading_session() as session:
        return current_rules(session, kind, on=visitor.today(), own=own)


@blueprint.get("/arenden/ny")
def new() -> str:
    """The form for an application; of a round for several grant schemes first which of them."""
    applied = _place_of_intake(NewCaseForm)
    if applied.must_choose:
        return choose(applied)
    return several(applied) if len(applied.chosen) > 1 else form_page(NewCaseForm)


def choose(applied: IntakePlace) -> str:
    """Which of the round's grant schemes the application is for."""
    return render_template("workspace/intake/choose.html", applied=applied)


@blueprint.post("/arenden/ny")
def create() -> Response | str:
    applied = _place_of_intake(NewCaseForm)
    return _create_several(applied) if len(applied.chosen) > 1 else create_case(NewCaseForm)


def form_page(form_type: type[NewCaseForm], form: NewCaseForm | None = None) -> str:
    """The form for a new case, with what was typed and what is wrong."""
    kind = form_type.kind
    applied = _place_of_intake(form_type)
    ruleset = _board_rules(kind, applied.own_rules)
    sections = applicants_sections(ruleset, kind)
    with reading_session() as session:
        here, others = _rounds_to_choose(session, applied)
        places = round_options(here, {applied.into.id: applied.chosen} if applied.into else {})
    if applied.into is not None and len(applied.offered) > 1:  # which of its schemes was said before
        places = {f"{applied.into.id}.{applied.chosen[0].id}": places[str(applied.into.id)]}
    if form is None:
        named = {"f-name_in_application": "name", "f-organisation_number": "number"}
        known: dict[str, object] = {field: request.args.get(name, "")[:200] for field, name in named.items()}
        known["room"] = request.args.get("lokal", "")[:200]
        place = (
            next((key for key in places if str(key).partition(".")[0] == str(applied.into.id)), None)
            if (applied.into is not None)
            else None
        )
        form = fact_form(form_definitions(sections), form_type)(known=known | {"round_id": place})
    form.round_id.options = places
    return render_template(
        "workspace/intake/new.html",
        kind=kind,
        ruleset=ruleset,
        sections=sections,
        form=form,
        applied=applied,
        other_rounds=others,
        rooms=_rooms_with_own_rules(applied) if kind is CaseKind.BOOKING else {},
        hand_in=HandedInFilesForm(known={"kind": kind}),
    )


def _rooms_with_own_rules(applied: IntakePlace) -> dict[str, str]:
    """Room -> what it is let as, of the rooms whose bookings are asked about by other own rules than the form is."""
    with reading_session() as session:
        board_id = visitor.signed_in_person().board_id
        own = {
            item.id: item.name
            for item in letting_kinds(session, board_id)
            if rules.own_ruleset(session, item, on=visitor.today()) not in {"", applied.own_rules}
        }
        return {room.name: own[key] for key in own for room in rooms_let_as(session, key)}


def _rounds_to_choose(session: ReadingSession, applied: IntakePlace) -> tuple[list[Round], list[Round]]:
    """The rounds that the form is for, and those that have a form of their own."""
    person = visitor.signed_in_person()
    if len(applied.offered) > 1:
        return ([applied.into] if applied.into else []), []
    schemes = schemes_of_rounds(session, person.board_id)
    here: list[Round] = []
    others: list[Round] = []
    for item in rounds(session):
        if item.closed_at is not None or item.opens_on > visitor.today():
            continue
        of_round = schemes.get(item.id, ())
        own = rules.own_ruleset(session, of_round[0], on=visitor.today()) if of_round else ""
        is_same = len(of_round) <= 1 and applied.own_rules == own
        (here if is_same else others).append(item)
    return here, others


def create_case(form_type: type[NewCaseForm]) -> Response:
    """Takes a case in from its form; a refused form keeps everything that was typed."""
    own = _place_of_intake(form_type).own_rules
    sections = applicants_sections(_board_rules(form_type.kind, own), form_type.kind)
    form = posted_form(fact_form(form_definitions(sections), form_type))
    asked_by = form.asked_by.data if form.kind is CaseKind.BOOKING else own
    return act_by_form(
        form,
        lambda session: casework.receive_case(session, form.command(asked_by)),
        onto=lambda case: url_for("cases.show", number=case.number),
        again=lambda refused: form_page(form_type, refused),
    )


def _asked_of(applied: IntakePlace) -> tuple[Sections, Mapping[int, Sections]]:
    """What is asked once of the association, and what of each grant scheme, under the headings of its form."""
    once: dict[Words, dict[str, FactDefinition]] = {}
    each: dict[int, Sections] = {}
    placed: set[str] = set()
    for scheme in applied.chosen:
        own = []
        for section in applicants_sections(
            _board_rules(CaseKind.GRANT, applied.own.get(scheme.id, "")), CaseKind.GRANT
        ):
            facts = tuple(fact for fact in section.facts if not is_asked_once(fact))
            own += [section._replace(facts=facts)] if facts else []
            shared = {fact.id: fact for fact in section.facts if is_asked_once(fact) and fact.id not in placed}
            once.setdefault(section.heading, {}).update(shared)
            placed |= shared.keys()
        each[scheme.id] = own
    together = [FormFactSection(heading, NO_WORDS, tuple(facts.values())) for heading, facts in once.items() if facts]
    return together, each


def _several_form(once: Sections, each: Mapping[int, Sections]) -> type[SeveralSchemesForm]:
    parts = {key: [fact for section in sections for fact in section.facts] for key, sections in each.items()}
    return fact_form(form_definitions(once), SeveralSchemesForm, parts)


def several(applied: IntakePlace, form: SeveralSchemesForm | None = None) -> str:
    """The form for an application for several grant schemes."""
    once, each = _asked_of(applied)
    return render_template(
        "workspace/intake/several.html",
        applied=applied,
        sections=once,
        each=each,
        form=form or _several_form(once, each)(),
    )


def _create_several(applied: IntakePlace) -> Response:
    """A case for each grant scheme, or none where one of them is refused."""
    form = posted_form(_several_form(*_asked_of(applied)))
    into = applied.into.id if applied.into is not None else None
    return act_by_form(
        form,
        lambda session: casework.receive_application(
            session, [form.part(into, scheme, applied.own.get(scheme.id, "")) for scheme in applied.chosen]
        ),
        onto=lambda made: url_for("cases.show", number=made[0].number),
        again=lambda refused: several(applied, refused),
    )
