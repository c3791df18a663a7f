"""Associations: found by number or name, one page for each, names settled, records made one and taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.domain.association import masked
from vetting.domain.criteria import CaseKind
from vetting.domain.events import ANSWER_WORDS
from vetting.domain.name_differences import told_of_letters
from vetting.domain.paper_dates import good_until
from vetting.domain.problem import Obstacle, Problem, Refused
from vetting.domain.stored_values import from_plain
from vetting.domain.words import same
from vetting.services import association_files, identities, merging, rule_versions, unmerging
from vetting.services.associations import search
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.views import day, done, onward, rules, stored, text, unreadable_day, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.domain.facts import Catalogue
    from vetting.domain.words import Words
    from vetting.store.session import WritingSession

blueprint = Blueprint("associations", __name__)
LONGEST_QUESTION = 300


@blueprint.get("/foreningar")
def index() -> str:
    """One box; those found with what agrees and what differs; names that wait for a person."""
    wanted = masked(request.args.get("q", "").strip()[:LONGEST_QUESTION])
    with stored() as session:
        every = search(session, wanted, whole=True) if wanted else []
        waiting = association_files.names_to_confirm(session, by=visitor.person())
    return render_template(
        "associations/index.html",
        wanted=wanted,
        found=[item for item in every if item.close],
        further=[item for item in every if not item.close],
        waiting=waiting,
        letters_told=told_of_letters(wanted),
    )


@blueprint.get("/foreningar/<int:association_id>")
def show(association_id: int) -> str:
    """All that this person may see of one association."""
    return _shown(association_id, ())


def _shown(key: int, problems: tuple[Problem, ...]) -> str:
    person = visitor.person()
    with stored() as session:
        file = association_files.association_file(session, key, rules=rules(), by=person, on=visitor.today())
        catalogue, labels = rule_versions.words(session, person.board_id, rules(), on=visitor.today())
        ruleset = rule_versions.chosen(session, person.board_id, CaseKind.GRANT, rules(), on=visitor.today())
        until = {paper.id: good_until(ruleset, paper.type, paper.dated) for paper, _ in file.papers}
        return render_template(
            "associations/show.html",
            file=file,
            problems=problems,
            typed=request.form,
            kinds=identities.KINDS,
            settled=identities.SETTLED,
            labels=labels,
            answer_words=ANSWER_WORDS,
            until=until,
            today=visitor.today(),
            facts=[(catalogue[row.fact].label, _said(catalogue, row.fact, row.value), row) for row in file.facts],
        )


def _said(catalogue: Catalogue, fact: str, value: object) -> Words:
    return catalogue[fact].in_words(from_plain(catalogue[fact], value)) if value is not None else same("–")


def _acted(key: int, work: Callable[[WritingSession], object]) -> Response:
    """One act on the page; when it is refused, the page says why and keeps what was typed."""
    try:
        done(work)
    except Refused as refused:
        if refused.obstacle not in {Obstacle.INVALID, Obstacle.CLOSED, Obstacle.STALE}:
            raise
        return make_response(_shown(key, refused.problems), STATUS[refused.obstacle])
    return onward(url_for("associations.show", association_id=key))


@blueprint.post("/foreningar/<int:association_id>/namn")
def settle_name(association_id: int) -> Response:
    """What a name that somebody has used is to the association."""
    since = day("since")
    if text("since") and since is None:
        return make_response(_shown(association_id, (unreadable_day("since"),)), STATUS[Obstacle.INVALID])
    key, kind = whole("name_id") or 0, text("kind")
    return _acted(
        association_id,
        lambda session: identities.settle_name(
            session, association_id, key, kind, since=since, by=visitor.person(), at=visitor.now()
        ),
    )


@blueprint.get("/foreningar/<int:association_id>/sla-ihop/<int:record_id>")
def compare(association_id: int, record_id: int) -> str:
    """Two records side by side, before they are made one."""
    with stored() as session:
        catalogue, _ = rule_versions.words(session, visitor.person().board_id, rules(), on=visitor.today())
        found = merging.compare(session, association_id, record_id, catalogue=catalogue, by=visitor.person())
        facts = [
            (catalogue[fact].label, *(_said(catalogue, fact, value) for value in both), second_holds)
            for fact, (*both, second_holds) in found.facts.items()
        ]
        return render_template(
            "associations/compare.html",
            found=found,
            facts=facts,
            fields=merging.FIELDS,
            here=association_id,
        )


@blueprint.post("/foreningar/<int:association_id>/sla-ihop/<int:record_id>")
def merge(association_id: int, record_id: int) -> Response:
    """Makes two records one."""
    chosen = {name: text(f"field-{name}") for name in merging.FIELDS}
    try:
        row = done(
            lambda session: merging.merge(
                session, association_id, record_id, chosen, rules=rules(), by=visitor.person(), at=visitor.now()
            )
        )
    except Refused as refused:
        if refused.obstacle not in {Obstacle.INVALID, Obstacle.CLOSED, Obstacle.STALE}:
            raise
        return make_response(_shown(association_id, refused.problems), STATUS[refused.obstacle])
    return onward(url_for("associations.show", association_id=row.kept_id))


@blueprint.post("/foreningar/<int:association_id>/dela")
def undo_merge(association_id: int) -> Response:
    """Two records again."""
    key = whole("merge_id") or 0
    return _acted(
        association_id,
        lambda session: unmerging.undo_merge(session, key, rules=rules(), by=visitor.person(), at=visitor.now()),
    )


@blueprint.post("/foreningar/<int:association_id>/inte-samma")
def not_the_same(association_id: int) -> Response:
    """Two records are two associations; or may be the same after all."""
    other = whole("other_id") or 0
    if text("withdraw"):
        return _acted(
            association_id,
            lambda session: identities.may_be_same_after_all(
                session, association_id, other, by=visitor.person(), at=visitor.now()
            ),
        )
    reason = text("reason")
    return _acted(
        association_id,
        lambda session: identities.not_the_same(
            session, association_id, other, reason, by=visitor.person(), at=visitor.now()
        ),
    )
