"""Associations: found by number or name, one page for each, names settled, records made one and taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for

from vetting import casework, rules
from vetting.associations import search_associations
from vetting.associations.domain.name_differences import told_of_letters
from vetting.casework.domain.trail_events import ANSWER_WORDS
from vetting.casework.domain.validity import good_until
from vetting.engine.stored_values import from_plain
from vetting.grants.models.rounds import scheme_of_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.text import same_in_both
from vetting.people.models.people import Board
from vetting.reporting import REPORT_STATE_WORDS, association_years
from vetting.web import visitor
from vetting.web.page_actions import PageActions
from vetting.web.view_helpers import act_by_form, posted_form, posted_value
from vetting.web.visitor import reading_session
from vetting.workspace.forms.associations import MERGE_FORM, FormsOfAssociation, NameForm, NotTheSameForm, UndoMergeForm
from vetting.workspace.services import association_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.casework.models.cases import Case
    from vetting.engine.facts import Catalogue
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.session import ReadingSession, WritingSession
    from vetting.kernel.text import Words
    from vetting.web.forms import PostedForm

blueprint = Blueprint("associations", __name__)
LONGEST_QUESTION = 300


@blueprint.get("/foreningar")
def index() -> str:
    """One box; those found with what agrees and what differs; names that wait for a person."""
    wanted = mask_personal_numbers(request.args.get("q", "").strip())[:LONGEST_QUESTION]
    with reading_session() as session:
        every = search_associations(session, wanted, whole=True) if wanted else []
        waiting = association_files.names_to_confirm(session)
    return render_template(
        "workspace/associations/index.html",
        wanted=wanted,
        found=[item for item in every if item.close],
        further=[item for item in every if not item.close],
        waiting=waiting,
        letters_told=told_of_letters(wanted),
    )


@blueprint.get("/foreningar/<int:association_id>")
def show(association_id: int) -> str:
    """All that this person may see of one association."""
    return _render_association(association_id)


def _render_association(key: int, refused: PostedForm | None = None) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        file = association_files.association_file(session, key, on=visitor.today())
        catalogue, labels = rules.fact_and_criterion_names(session, person.board_id, on=visitor.today())
        shared = rules.rules_in_force(session, person.board_id, CaseKind.GRANT, on=visitor.today())
        until = {
            paper.id: good_until(_rules_of_scheme(session, case) or shared, paper.type, paper.dated)
            for paper, case in file.papers
        }
        return render_template(
            "workspace/associations/show.html",
            file=file,
            years=association_years(session, key, on=visitor.today()),
            report_states=REPORT_STATE_WORDS,
            refused=refused,
            forms=FormsOfAssociation(
                {name.id: same_in_both(name.name) for name in file.to_confirm or file.names}, refused
            ),
            kinds=casework.KINDS,
            labels=labels,
            answer_words=ANSWER_WORDS,
            until=until,
            today=visitor.today(),
            contact=session.get_one(Board, person.board_id).coordinator,
            facts=[
                (catalogue[row.fact].label, _value_in_words(catalogue, row.fact, row.value), row) for row in file.facts
            ],
        )


def _rules_of_scheme(session: ReadingSession, case: Case) -> RuleSet | None:
    """The rules in force of the grant scheme that a paper came for, where it has its own."""
    scheme = scheme_of_case(session, case.scheme_id, case.round_id) if case.kind is CaseKind.GRANT else None
    if scheme is None or not scheme.ruleset:
        return None
    on, own = visitor.today(), scheme.ruleset
    return rules.rules_in_force(session, case.board_id, CaseKind.GRANT, on=on, own=own)


def _value_in_words(catalogue: Catalogue, fact: str, value: object) -> Words:
    return catalogue[fact].in_words(from_plain(catalogue[fact], value)) if value is not None else same_in_both("–")


def _act_on_association(key: int, form: PostedForm, work: Callable[[WritingSession], object]) -> Response:
    return act_by_form(
        form,
        work,
        onto=url_for("associations.show", association_id=key),
        again=lambda refused: _render_association(key, refused),
    )


association_actions = PageActions[int](
    blueprint,
    "/foreningar/<int:association_id>",
    page=_render_association,
    onto=lambda key: url_for("associations.show", association_id=key),
)
association_actions.add(
    "settle_name",
    "/namn",
    NameForm,
    lambda session, form, association_id: casework.settle_name(
        session, association_id, form.name_id.key, form.kind.data, since=form.since.data
    ),
)


@blueprint.get("/foreningar/<int:association_id>/sla-ihop/<int:record_id>")
def compare(association_id: int, record_id: int) -> str:
    """Two records side by side, before they are made one."""
    with reading_session() as session:
        catalogue, _ = rules.fact_and_criterion_names(session, visitor.signed_in_person().board_id, on=visitor.today())
        found = casework.compare_records(session, association_id, record_id, catalogue=catalogue)
        facts = [
            (catalogue[fact].label, *(_value_in_words(catalogue, fact, value) for value in both), second_holds)
            for fact, (*both, second_holds) in found.facts.items()
        ]
        return render_template(
            "workspace/associations/compare.html", found=found, facts=facts, fields=casework.FIELDS, here=association_id
        )


@blueprint.post("/foreningar/<int:association_id>/sla-ihop/<int:record_id>")
def merge(association_id: int, record_id: int) -> Response:
    """Makes two records one."""
    form = posted_form(MERGE_FORM)
    return act_by_form(
        form,
        lambda session: casework.merge_records(session, association_id, record_id, form.chosen),
        onto=lambda row: url_for("associations.show", association_id=row.kept_id),
        again=lambda refused: _render_association(association_id, refused),
    )


association_actions.add(
    "undo_merge",
    "/dela",
    UndoMergeForm,
    lambda session, form, _association_id: casework.undo_merge(session, form.merge_id.key),
    key="undo",
)


@blueprint.post("/foreningar/<int:association_id>/inte-samma")
def not_the_same(association_id: int) -> Response:
    """Two records are two associations; or may be the same after all."""
    form = posted_form(NotTheSameForm, key=f"apart-{posted_value('other_id')}")
    if form.withdraw.data:
        return _act_on_association(
            association_id,
            form,
            lambda session: casework.may_be_same_after_all(session, association_id, form.other_id.key),
        )
    return _act_on_association(
        association_id,
        form,
        lambda session: casework.not_the_same(session, association_id, form.other_id.key, form.reason.data),
    )
