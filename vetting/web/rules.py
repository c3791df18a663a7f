"""Rules: what is in force, every version as text, its files, what differs, and open cases moved to another version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.domain.criteria import CaseKind
from vetting.domain.problem import Obstacle, Refused
from vetting.domain.rule_differences import differences
from vetting.services import rule_moves, rule_publishing, rule_versions
from vetting.store import rules as store
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.views import attachment, done, onward, rules, stored, text

if TYPE_CHECKING:
    from flask import Response

    from vetting.domain.problem import Problem
    from vetting.domain.ruleset import RuleSet
    from vetting.store.session import ReadingSession

blueprint = Blueprint("rules", __name__)
YAML: Final = "application/yaml"
FILES: Final = {"regler": ".yaml", "typfall": ".cases.yaml"}


@blueprint.get("/regler")
def index() -> str:
    """What is in force, what is being written, all versions, and what there is to start from."""
    by = visitor.person()
    with stored() as session:
        chosen = {
            kind: rule_versions.chosen(session, by.board_id, kind, rules(), on=visitor.today()) for kind in CaseKind
        }
        return render_template(
            "rules/index.html",
            chosen=chosen,
            in_force={kind: store.in_force(session, by.board_id, kind.value, visitor.today()) for kind in CaseKind},
            drafts=store.drafts(session, by.board_id),
            versions=store.publications(session, by.board_id),
            shipped=_shipped(),
            today=visitor.today(),
        )


def _shipped() -> dict[str, list[RuleSet]]:
    """The sets that come with the program: today's wording first, the plans of their time after."""
    found: dict[str, list[RuleSet]] = {"today": [], "history": []}
    for _, ruleset in sorted(rules().folder.sets.items()):
        found["history" if ruleset.adopted.body else "today"].append(ruleset)
    return found


@blueprint.get("/regler/version/<int:version_id>")
def show(version_id: int) -> str:
    """One published version as the board's written routine."""
    return _shown(version_id, ())


def _shown(version_id: int, problems: tuple[Problem, ...]) -> str:
    with stored() as session:
        found, ruleset = _version(session, version_id)
        others = [item.publication for item in store.publications(session, visitor.person().board_id)]
        return render_template(
            "rules/show.html",
            publication=found.publication,
            withdrawal=found.withdrawal,
            ruleset=ruleset,
            others=[item for item in others if item.id != version_id],
            problems=problems,
            typed=request.form,
        )


def _version(session: ReadingSession, version_id: int) -> tuple[store.Standing, RuleSet]:
    found = store.publication_of(session, visitor.person().board_id, version_id)
    ruleset = rule_versions.read(session, version_id, rules()) if found else None
    if found is None or ruleset is None:
        raise Refused(Obstacle.MISSING)
    return found, ruleset


@blueprint.get("/regler/medfoljande/<ruleset_name>")
def shipped(ruleset_name: str) -> str:
    """A set that comes with the program, as text."""
    ruleset = rules().folder.sets.get(ruleset_name)
    if ruleset is None:
        raise Refused(Obstacle.MISSING)
    return render_template("rules/shipped.html", ruleset=ruleset)


@blueprint.get("/regler/version/<int:version_id>/<any(regler, typfall):which>.yaml")
def download(version_id: int, which: str) -> Response:
    """The file of a version, byte for byte."""
    with stored() as session:
        publication = _version(session, version_id)[0].publication
    name = f"{publication.ruleset}{FILES[which]}"
    return attachment(rule_publishing.texts(publication)[name], YAML, name)


@blueprint.get("/regler/version/<int:version_id>/mot/<int:other_id>")
def compare(version_id: int, other_id: int) -> str:
    """Two versions side by side, in words: what is new here against another."""
    with stored() as session:
        old, new = _version(session, other_id), _version(session, version_id)
        return render_template(
            "rules/compare.html", old=old[0].publication, new=new[0].publication, changed=differences(old[1], new[1])
        )


@blueprint.post("/regler/version/<int:version_id>/aterkalla")
def withdraw(version_id: int) -> Response:
    """The version takes no new cases from now on."""
    try:
        done(
            lambda session: rule_publishing.withdraw(
                session, version_id, text("because"), by=visitor.person(), at=visitor.now()
            )
        )
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        return make_response(_shown(version_id, refused.problems), STATUS[refused.obstacle])
    return onward(url_for("rules.show", version_id=version_id))


@blueprint.get("/regler/version/<int:version_id>/arenden")
def moves(version_id: int) -> str:
    """The open cases under other rules, with what this version would change in each."""
    return _moves(version_id, ())


def _moves(version_id: int, problems: tuple[Problem, ...]) -> str:
    with stored() as session:
        choice = rule_moves.could_move(session, version_id, rules=rules(), by=visitor.person(), on=visitor.today())
        return render_template("rules/moves.html", choice=choice, problems=problems)


@blueprint.post("/regler/version/<int:version_id>/arenden")
def move(version_id: int) -> Response:
    """Moves the cases that were ticked."""
    numbers = request.form.getlist("number")[: rule_moves.MOST]
    try:
        done(
            lambda session: rule_moves.move(
                session, numbers, version_id, rules=rules(), by=visitor.person(), at=visitor.now()
            )
        )
    except Refused as refused:
        if refused.obstacle not in {Obstacle.INVALID, Obstacle.CLOSED}:
            raise
        return make_response(_moves(version_id, refused.problems), STATUS[refused.obstacle])
    return onward(url_for("rules.moves", version_id=version_id))
