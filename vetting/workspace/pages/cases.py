"""Cases: the list, a case's page and its facts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, render_template, request, url_for
from flask import session as flask_session

from vetting import casework, people, records, rules
from vetting.casework import facts_of_case, queue_rows, told_once
from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.domain.lead_steps import lead_step, signed_statements, steps_after
from vetting.casework.domain.next_steps import CaseHolder, acts_of, next_steps, possible_acts
from vetting.casework.models.cases import find_case
from vetting.engine.facts import Facts
from vetting.engine.proposal import Attention
from vetting.formats.document_types import XLSX
from vetting.grants.models.rounds import rounds
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action, Role, roles_with
from vetting.kernel.text import _
from vetting.people.domain.reads import ReadExtent
from vetting.people.models.people import colleagues, names_of
from vetting.rules import asked_sections, form_definitions
from vetting.web import preferences, visitor
from vetting.web.fact_forms import FactForm, fact_form, known_facts
from vetting.web.forms import PostedForm
from vetting.web.view_helpers import (
    KEY,
    act_by_form,
    address_of_place,
    attachment_response,
    has_receipt,
    in_transaction,
    page_by_form,
    place_in_address,
    posted_form,
    redirect_after_post,
)
from vetting.web.visitor import reading_session
from vetting.workspace.forms.case_acts import ChangedFactsForm, HandOverForm, TickedCasesForm
from vetting.workspace.pages.case_forms import FormsOfCase
from vetting.workspace.pages.case_stages import stages_of
from vetting.workspace.pages.case_steps import STEP_LOOKS, StepShape, drawn_step, other_steps, standing_of
from vetting.workspace.pages.case_wording import first_to_see
from vetting.workspace.services import case_workbooks, queues
from vetting.workspace.services.case_files import case_file, handed_over_on
from vetting.workspace.services.queues import case_after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flask import Response

    from vetting.casework.domain.lead_steps import LeadStep
    from vetting.casework.domain.next_steps import CaseAct, NextStep
    from vetting.casework.models.cases import Case
    from vetting.workspace.services.case_files import CaseFile

blueprint = Blueprint("cases", __name__)


def filters_of(args: Mapping[str, str], kind: CaseKind | None) -> queues.QueueFilters:
    """What the address narrows the list to; what it does not understand is left out."""
    return queues.QueueFilters(
        kind=kind,
        state=CaseState(args["lage"]) if args.get("lage") in list(CaseState) else None,
        attention=Attention(args["krav"]) if args.get("krav") in list(Attention) else None,
        mine=args.get("mina") == "1",
        unassigned=args.get("lediga") == "1",
        with_others=args.get("andra") == "1",
        without_questions=args.get("klara") == "1",
        unreported=args.get("redovisning") == "sen",
        officer_id=int(args["vem"]) if KEY.fullmatch(args.get("vem", "")) else None,
        late=args.get("sena") == "1",
        round_id=int(args["omgang"]) if re.fullmatch(r"[0-9]{1,15}", args.get("omgang", "")) else None,
        text=mask_personal_numbers(args.get("q", "").strip())[:120],
        closed=args.get("avslutade") == "1",
        after=place_in_address("efter"),
    )


@blueprint.get("/arenden")
def index() -> Response | str:
    """Applications, by the day something is due."""
    return kept_list(CaseKind.GRANT) or case_list_page(CaseKind.GRANT)


FILTERS: Final = (
    "q",
    "lage",
    "krav",
    "omgang",
    "mina",
    "sena",
    "andra",
    "lediga",
    "klara",
    "redovisning",
    "vem",
    "avslutade",
)
"""What narrows a list, in its address."""
EVERYTHING: Final = "alla"
"""In an address: the list as it is without any of them."""


def list_address(kind: CaseKind) -> str:
    """Where the list of a kind stands."""
    return url_for("cases.index") if kind is CaseKind.GRANT else url_for("bookings.index")


def kept_filters(kind: CaseKind) -> queues.QueueFilters:
    """How this person last narrowed the list."""
    return filters_of(dict(parse_qsl(flask_session.get(f"list-{kind}", ""))), kind)


def kept_list(kind: CaseKind) -> Response | None:
    """The list as this person last narrowed it, where the address says nothing, until they say otherwise."""
    given = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    place = f"list-{kind}"
    if given:
        if "q" not in given:  # a search is of its moment
            # In the cookie and not in the database: filters are no record.
            flask_session[place] = urlencode(given)
        return None
    if EVERYTHING in request.args:
        flask_session.pop(place, None)
        return None
    kept = flask_session.get(place, "")
    if not kept or request.args:
        return None
    return redirect_after_post(f"{list_address(kind)}?{kept}")


class ManyAct(StrEnum):
    """What is done with many cases of the list at once."""

    SIGN = "sign"
    PROPOSE = "propose"
    REFER = "refer"


@dataclass(frozen=True, slots=True)
class DoneWithMany:
    """What came of an act on the ticked cases of a list."""

    act: ManyAct
    done: Sequence[Case]
    left: Sequence[Problem]
    """Of those that were left: which, why and what to do."""

    @property
    def amount(self) -> int:
        """What is applied for in all of those that were not left, in öre."""
        return sum(case.amount_applied or 0 for case in self.done)


def case_list_page(kind: CaseKind, refused: PostedForm | None = None, made: DoneWithMany | None = None) -> str:
    """A list of one kind of cases. made: what was done with those that were ticked."""
    filters = filters_of(request.values, kind)
    person = visitor.signed_in_person()
    with reading_session() as session:
        known_rounds = rounds(session) if kind is CaseKind.GRANT else ()  # each row's is among them
        found = queues.case_queue(session, filters, on=visitor.today())
        rows = queue_rows(session, found.cases, on=visitor.today())
        changed = records.count_recent_changes(session, person, visitor.today())
        waiting = sum(people.waiting_for(session))
        asked_in = Counter[int]()
        for row in rows:
            if row.can_be_proposed and row.case.round_id is not None:
                asked_in[row.case.round_id] += row.case.amount_applied or 0
        touched = {case.round_id for case in made.done if case.round_id is not None} if made else set()
        money = casework.money_of_rounds(session, asked_in.keys() | touched) if asked_in or touched else {}
        load = queues.open_by_officer(session, kind) if Role.MANAGER in person.roles else ()
        handlers = (
            colleagues(session, person.board_id, *roles_with(Action.HANDLE, kind)) if person.may(Action.HANDLE) else ()
        )
        officers = {user.id: user.name for user in handlers}
        left_out = {case.officer_id for case in found.cases if case.officer_id} - officers.keys()
        officers |= names_of(session, left_out)
    kept = {name: value for name, value in request.values.items() if name in FILTERS and value}
    more = address_of_place(found.more)
    by_case = {row.case.id: row for row in rows}
    return render_template(
        "workspace/cases/index.html",
        kind=kind,
        filters=filters,
        queue=found,
        rows=by_case,
        told_once=told_once(rows),
        here=list_address(kind),
        open_states=[state.value for state in OPEN],
        groups=queues.group_by_due_day(found.cases, visitor.today()),
        officers=officers,
        handlers=handlers,
        load=load,
        rounds=known_rounds,
        report_days={item.id: item.report_on for item in known_rounds if item.report_on is not None},
        today=visitor.today(),
        narrowed=kept,
        refused=refused,
        made=made,
        signable=any(row.can_be_signed for row in rows),
        proposable=any(row.can_be_proposed for row in rows),
        referable=any(row.can_be_referred for row in rows),
        money=list(money.values()),
        asked_in=asked_in,
        changed=changed,
        waiting=waiting,
        more=f"{list_address(kind)}?{urlencode({**(kept or {EVERYTHING: '1'}), 'efter': more})}" if more else "",
    )


@blueprint.post("/arenden/signera")
def sign_many() -> Response | str:
    """Signs those of the ticked cases that nothing stands in the way of; the others are left, and named with why."""
    return _act_on_ticked(ManyAct.SIGN, partial(casework.sign_review, in_list=True))


@blueprint.post("/arenden/foresla")
def propose_many() -> Response | str:
    """Proposes all that is applied for in those of the ticked cases where one press does; the others are left."""
    return _act_on_ticked(ManyAct.PROPOSE, casework.propose_approval)


@blueprint.post("/arenden/till-gruppen")
def refer_many() -> Response | str:
    """Puts the ticked cases before the reference group without a question; those that cannot be are left."""
    return _act_on_ticked(ManyAct.REFER, casework.refer_without_question)


def _act_on_ticked(act: ManyAct, work: Callable[..., Case]) -> Response | str:
    """Each in a transaction of its own, as it was when the list was read."""
    form = posted_form(TickedCasesForm)
    if not form.number.data:
        form.tell([Problem("number", _("Inget ärende är ikryssat."), _("Kryssa i dem du har läst."))])
    done: list[Case] = []
    left: list[Problem] = []
    kind = CaseKind.BOOKING if form.kind.data == CaseKind.BOOKING else CaseKind.GRANT
    for value in form.number.data[: queues.PAGE]:
        number, _unused, seen = value.partition("/")
        version = int(seen) if KEY.fullmatch(seen) else 0
        try:
            done.append(
                in_transaction(
                    lambda s, n=number, v=version: work(  # type: ignore[misc]
                        s, n, version=v
                    )
                )
            )
        except Refused as refused:
            seen_then = _("Läs det som är nytt och kryssa igen.") if refused.obstacle is Obstacle.STALE else None
            left += [Problem(number, problem.what, seen_then or problem.remedy) for problem in refused.problems[:1]]
    return case_list_page(kind, form if form.problems else None, made=DoneWithMany(act, done, left))


@blueprint.post("/arenden/lamna-over")
def hand_over() -> Response:
    """Gives the ticked cases to a colleague."""
    form = posted_form(HandOverForm, key="hand-over")
    kind = CaseKind.BOOKING if form.kind.data == CaseKind.BOOKING else CaseKind.GRANT
    return act_by_form(
        form,
        lambda session: casework.reassign_cases(
            session, [value.partition("/")[0] for value in form.number.data[: queues.PAGE]], form.officer.data or 0
        ),
        onto=list_address(kind),
        again=lambda refused: case_list_page(kind, refused),
    )


@blueprint.post("/arenden/excel")
def download() -> Response:
    """The list as a workbook; what stood in it is kept until it comes back."""
    return download_list(CaseKind.GRANT)


def download_list(kind: CaseKind) -> Response:
    """The cases of a list, narrowed as the page was."""
    filters = filters_of(request.values, kind)
    title = case_workbooks.TITLE[kind].to(preferences.visitor_language())
    return page_by_form(
        PostedForm(),
        lambda session: case_workbooks.download_cases(session, filters, kind, language=preferences.visitor_language()),
        page=lambda book: attachment_response(book, XLSX, f"{title} {visitor.today().isoformat()}.xlsx"),
        again=lambda refused: case_list_page(kind, refused),
    )


@blueprint.get("/arenden/<number>")
def show(number: str) -> str:
    """A case's page. What is closed in it has an address with what it opens, and is fetched by itself from there."""
    return part_of_page(number) if request.args.get("del") == "1" else case_page(number)


class CasePart(StrEnum):
    """What is closed on a case's page beside its points and forms."""

    FACTS = "facts"
    EVENTS = "events"


ALL_NOTES: Final = "all_notes"


def case_page(number: str, refused: PostedForm | None = None) -> str:
    """The page; after a refusal with the form as it was typed and what is wrong with it."""
    with reading_session() as session:
        person = visitor.signed_in_person()
        opened = request.args.get("oppna", "")
        found = case_file(session, number, on=visitor.today(), all_notes=opened == ALL_NOTES)
        standing = standing_of(found, visitor.now())
        forms = FormsOfCase(found, refused)
        steps = next_steps(standing, person)
        acts = acts_of(standing, person)
        lead = lead_step(standing, possible_acts(standing), person)
        extents = found.papers.extent_by(person.id)
        points = first_to_see(found)
        others = [drawn_step(found, step, forms) for step in other_steps(steps, lead)]
        return render_template(
            "workspace/cases/case_page.html",
            file=found,
            refused=refused,
            forms=forms,
            lead=lead,
            lead_point=points[0] if points else "",
            shown=drawn_step(found, lead.step, forms) if lead.step is not None else None,
            other_steps=others,
            statements=signed_statements(
                standing,
                opened=sum(extent is ReadExtent.OPENED for extent in extents.values()),
                of_round=found.case.round_id is not None,
            ),
            after_steps=steps_after(standing, lead),
            since=handed_over_on(found),
            holder_name=_holder_name(found, lead),
            extents=extents,
            stages=stages_of(found, visitor.today()),
            after=case_after(session, found.case, kept_filters(found.case.kind), on=visitor.today())
            if found.open or has_receipt()
            else "",
            parts_shown={part: part == opened for part in (*map(str, CasePart), "notes", ALL_NOTES)}
            | {
                "others": any(
                    forms.shows_form(drawn.step.act) for drawn in others if drawn.look.shape is StepShape.FOLDED
                )
            },
            acts=acts,
            acts_here=acts,
            forms_here=forms,
            today=visitor.today(),
        )


def _holder_name(file: CaseFile, lead: LeadStep) -> str:
    """Who it is that has the case, where one person does."""
    officer = file.case.officer_id
    return file.names.get(officer, "") if lead.holder is CaseHolder.OFFICER and officer is not None else ""


def part_of_page(number: str) -> str:
    """What an address opens in the page: a control point, the form of an act, or a part of it."""
    with reading_session() as session:
        person = visitor.signed_in_person()
        found = case_file(session, number, on=visitor.today())
        acts = acts_of(standing_of(found, visitor.now()), person)
        name = request.args.get("oppna")
        if name in list(CasePart):
            return render_template("workspace/cases/part_of_page.html", file=found, part=name, number=number)
        return point(found, acts) if name is None else act_form(found, acts, name)


def point(file: CaseFile, acts: Mapping[CaseAct, NextStep]) -> str:
    forms = FormsOfCase(file, None)
    findings = file.screening.findings if file.screening is not None and file.basis is None else ()
    finding = next((item for item in findings if item.criterion.id == forms.opened), None)
    if finding is None:
        raise Refused(Obstacle.MISSING)
    return render_template("workspace/cases/point.html", item=finding, file=file, forms=forms, acts=acts)


def act_form(file: CaseFile, acts: Mapping[CaseAct, NextStep], name: str) -> str:
    """The form of one act."""
    step = next((step for act, step in acts.items() if act == name), None)
    look = STEP_LOOKS.get(step.act) if step is not None else None
    if step is None or look is None or look.shape is not StepShape.FOLDED:
        raise Refused(Obstacle.MISSING)
    form = FormsOfCase(file, None).of_act(step.act)
    return render_template("workspace/cases/act_form.html", step=step, look=look, form=form, number=file.case.number)


@blueprint.get("/arenden/<number>/uppgifter")
def facts(number: str) -> str:
    """The case's facts, to be changed."""
    return _facts_page(number)


def _facts_page(number: str, form: ChangedFactsForm | None = None) -> str:
    with reading_session() as session:
        case = find_case(session, number)
        if case is None:
            raise Refused(Obstacle.MISSING)
        ruleset = rules.read_version(session, case.rule_version_id)
        sections = asked_sections(ruleset, case.kind)
        screened = None if casework.is_open(case) else casework.as_it_stood(session, case)
        today = facts_of_case(session, case, ruleset.catalogue) if ruleset else Facts()
        given = screened.screening.facts if screened is not None else today
        definitions = form_definitions(sections)
        known = {**known_facts(definitions, given), "version": case.version}
        shown = form or fact_form(definitions, ChangedFactsForm)(known=known)
    return render_template("workspace/cases/facts.html", case=case, sections=sections, form=shown)


@blueprint.post("/arenden/<number>/uppgifter")
def change_facts(number: str) -> Response:
    """Keeps what was changed; the old values stay as rows."""
    with reading_session() as session:
        case = find_case(session, number)
        if case is None:
            raise Refused(Obstacle.MISSING)
        ruleset = rules.read_version(session, case.rule_version_id)
        definitions = form_definitions(asked_sections(ruleset, case.kind))
        catalogue = rules.catalogue_of_version(session, case.rule_version_id)
        before = known_facts(definitions, facts_of_case(session, case, catalogue))
    form = posted_form(fact_form(definitions, ChangedFactsForm))
    form.tell(_wrong_when_emptied(form, before))
    return act_by_form(
        form,
        lambda session: casework.change_facts(
            session, number, _facts_that_differ(form, before), version=form.version.data
        ),
        onto=url_for("cases.show", number=number),
        again=lambda refused: _facts_page(number, refused),
    )


def _wrong_when_emptied(form: FactForm, before: Mapping[str, str]) -> list[Problem]:
    """Fields that were emptied: what has been said stays said until something else is."""
    return [
        Problem(
            field.short_name,
            _("”{label}” är ifylld och kan inte tömmas.", label=field.definition.label),
            _("Skriv det som stämmer: ett annat värde, nej eller inga."),
        )
        for field in form.asked.values()
        if before.get(field.short_name) and not field.typed
    ]


def _facts_that_differ(form: FactForm, before: Mapping[str, str]) -> Facts:
    changed = {
        name for name, field in form.asked.items() if field.typed and field.typed != before.get(field.short_name)
    }
    said = form.facts
    return Facts({name: value for name, value in said.values.items() if name in changed}, said.absent & changed)
