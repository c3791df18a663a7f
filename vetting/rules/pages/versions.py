"""Rules: what is in force, every version as text, its files, what differs, and open cases moved to another version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting.grants.models.schemes import schemes
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.people.models.letting_kinds import letting_kinds
from vetting.rules import models as store
from vetting.rules.domain.differences import rule_differences_of
from vetting.rules.forms import MoveCasesForm, WithdrawVersionForm
from vetting.rules.services import publishing, versions
from vetting.rules.services.cases_under_rules import CASES, MOST_MOVED
from vetting.rules.services.drafts import title_in
from vetting.rules.services.rulebook import rules_in_use
from vetting.web import visitor
from vetting.web.view_helpers import act_by_form, attachment_response, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.session import ReadingSession
    from vetting.rules.models import RuleDraft, RulePublication

blueprint = Blueprint("versions", __name__)
YAML: Final = "application/yaml"
FILES: Final = {"regler": ".yaml", "typfall": ".cases.yaml"}


@blueprint.app_template_filter("titled")
def _title_of_draft(draft: RuleDraft) -> str:
    return title_in(draft.text, draft.ruleset)


@blueprint.get("/regler")
def index() -> str:
    """What is in force, what is being written, all versions, and what there is to start from."""
    by = visitor.signed_in_person()
    with reading_session() as session:
        chosen = {kind: versions.rules_in_force(session, by.board_id, kind, on=visitor.today()) for kind in CaseKind}
        return render_template(
            "rules/versions/index.html",
            chosen=chosen,
            in_force={
                kind: versions.publication_in_force(session, by.board_id, kind, on=visitor.today()) for kind in CaseKind
            },
            own=_own_in_force(session),
            drafts=store.open_rule_drafts(session, by.board_id),
            versions=(listed := store.publications(session, by.board_id)),
            replaced=store.replaced_on(listed),
            shipped=_shipped_sets(),
            today=visitor.today(),
        )


def _own_in_force(session: ReadingSession) -> list[tuple[str, str, RulePublication | None, CaseKind]]:
    """Each thing with rules of its own: its address, its name, the version that holds today, the kind of its cases."""
    found: list[tuple[str, str, RulePublication | None, CaseKind]] = []
    for scheme in schemes(session, session.person.board_id):
        if scheme.ruleset:
            address = url_for("schemes.show", scheme_id=scheme.id)
            held = versions.publication_in_force(
                session, session.person.board_id, CaseKind.GRANT, on=visitor.today(), own=scheme.ruleset
            )
            found.append((address, scheme.name, held, CaseKind.GRANT))
    for kind in letting_kinds(session, session.person.board_id):
        if kind.ruleset:
            address = url_for("letting_kinds.show", kind_id=kind.id)
            held = versions.publication_in_force(
                session, session.person.board_id, CaseKind.BOOKING, on=visitor.today(), own=kind.ruleset
            )
            found.append((address, kind.name, held, CaseKind.BOOKING))
    return found


def _shipped_sets() -> dict[str, list[RuleSet]]:
    """The sets that come with the program: today's wording first, the plans of their time after."""
    found: dict[str, list[RuleSet]] = {"today": [], "history": []}
    for _, ruleset in sorted(rules_in_use().folder.sets.items()):
        found["history" if ruleset.adopted.body else "today"].append(ruleset)
    return found


@blueprint.get("/regler/version/<int:version_id>")
def show(version_id: int) -> str:
    """One published version as the board's written routine."""
    return _render_version(version_id)


def _render_version(version_id: int, refused: WithdrawVersionForm | None = None) -> str:
    with reading_session() as session:
        found, ruleset = _version(session, version_id)
        others = [item.publication for item in store.publications(session, visitor.signed_in_person().board_id)]
        return render_template(
            "rules/versions/show.html",
            publication=found.publication,
            withdrawal=found.withdrawal,
            ruleset=ruleset,
            common=versions.read_version(session, found.publication.common_id),
            others=[item for item in others if item.id != version_id],
            begun=store.open_draft_of(session, found.publication.board_id, found.publication.ruleset),
            refused=refused,
            form=refused or WithdrawVersionForm(),
        )


def _version(session: ReadingSession, version_id: int) -> tuple[store.PublicationStanding, RuleSet]:
    found = store.publication_of(session, visitor.signed_in_person().board_id, version_id)
    ruleset = versions.read_version(session, version_id) if found else None
    if found is None or ruleset is None:
        raise Refused(Obstacle.MISSING)
    return found, ruleset


@blueprint.get("/regler/medfoljande/<ruleset_name>")
def shipped_set(ruleset_name: str) -> str:
    """A set that comes with the program, as text."""
    ruleset = rules_in_use().folder.sets.get(ruleset_name)
    if ruleset is None:
        raise Refused(Obstacle.MISSING)
    return render_template("rules/versions/shipped_set.html", ruleset=ruleset)


@blueprint.get("/regler/version/<int:version_id>/<any(regler, typfall):which>.yaml")
def download(version_id: int, which: str) -> Response:
    """The file of a version, byte for byte."""
    with reading_session() as session:
        publication = _version(session, version_id)[0].publication
    name = f"{publication.ruleset}{FILES[which]}"
    return attachment_response(publishing.published_texts(publication)[name], YAML, name)


@blueprint.get("/regler/version/<int:version_id>/mot/<int:other_id>")
def compare(version_id: int, other_id: int) -> str:
    """Two versions side by side, in words: what is new here against another."""
    with reading_session() as session:
        old, new = _version(session, other_id), _version(session, version_id)
        return render_template(
            "rules/versions/compare.html",
            old=old[0].publication,
            new=new[0].publication,
            changed=rule_differences_of(old[1], new[1]),
        )


@blueprint.post("/regler/version/<int:version_id>/aterkalla")
def withdraw(version_id: int) -> Response:
    """The version takes no new cases from now on."""
    form = posted_form(WithdrawVersionForm)
    return act_by_form(
        form,
        lambda session: publishing.withdraw_rules(session, version_id, form.because.data),
        onto=url_for("versions.show", version_id=version_id),
        again=lambda refused: _render_version(version_id, refused),
    )


@blueprint.get("/regler/version/<int:version_id>/arenden")
def moves(version_id: int) -> str:
    """The open cases under other rules, with what this version would change in each."""
    return _moves(version_id)


def _moves(version_id: int, refused: MoveCasesForm | None = None) -> str:
    with reading_session() as session:
        choice = CASES.function.could_move(session, version_id, on=visitor.today())
        return render_template("rules/versions/moves.html", choice=choice, refused=refused)


@blueprint.post("/regler/version/<int:version_id>/arenden")
def move(version_id: int) -> Response:
    """Moves the cases that were ticked."""
    form = posted_form(MoveCasesForm)
    return act_by_form(
        form,
        lambda session: CASES.function.move_cases(session, form.number.data[:MOST_MOVED], version_id),
        onto=url_for("versions.moves", version_id=version_id),
        again=lambda refused: _moves(version_id, refused),
    )
