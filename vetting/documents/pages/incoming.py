"""Mails and files as they come: handed in, looked at, put in a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.boards.models.people import names_of
from vetting.cases.forms.facts import PREFIX, FactForm, known_facts, read_form
from vetting.documents.models.incoming import READY, parts_of_post
from vetting.documents.services import incoming as service
from vetting.documents.services.incoming import HandedInFile, PostFiling
from vetting.documents.services.incoming_proposals import form_fields, propose_filing
from vetting.engine.cells import shorten_cell_text
from vetting.engine.facts import Facts
from vetting.grants.models import rounds
from vetting.imports.domain.layouts import NUMBER
from vetting.imports.pages.trial import trial_place
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import mask_personal_numbers, read_number
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.text import _
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import (
    KEY,
    file_name,
    in_transaction,
    posted_day,
    posted_text,
    posted_whole_number,
    redirect_after_post,
    rules_in_use,
    unreadable_day,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.documents.services.incoming_proposals import FilingProposal

blueprint = Blueprint("incoming", __name__)
NEW: Final = "ny"


@blueprint.get("/inkommet")
def index() -> str:
    """What waits to be put in a case, and the way to hand in more."""
    return _index((), CaseKind.GRANT)


def _index(problems: tuple[Problem, ...], kind: CaseKind) -> str:
    with reading_session() as session:
        found = service.waiting_posts(session, visitor.signed_in_person())
        people = names_of(session, {post.by_user_id for post in found if post.by_user_id})
    return render_template("documents/incoming/index.html", posts=found, problems=problems, names=people, kind=kind)


@blueprint.post("/inkommet")
def hand_in() -> Response:
    """Reads mails and files. Nothing is in any case yet."""
    given = request.form.get("kind", CaseKind.GRANT.value)
    kind = CaseKind(given) if given in list(CaseKind) else CaseKind.GRANT
    files = [
        HandedInFile(name=file_name(upload.filename), content=upload.stream.read())
        for upload in request.files.getlist("files")[: service.MOST_FILES + 1]
        if upload.filename
    ]
    try:
        with trial_place():
            keys = service.hand_in(
                visitor.database(),
                files,
                kind=kind,
                case=posted_text("case"),
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
    except (Refused, UnreadableError) as error:
        if isinstance(error, Refused) and error.obstacle is not Obstacle.INVALID:
            raise
        problems = error.problems if isinstance(error, Refused) else (error.problem,)
        return make_response(_index(problems, kind), STATUS[Obstacle.INVALID])
    if len(keys) == 1:
        return redirect_after_post(url_for("incoming.show", post_id=keys[0]))
    return redirect_after_post(url_for("incoming.index"))


@blueprint.get("/inkommet/<int:post_id>")
def show(post_id: int) -> str:
    """One mail or bundle, with what it seems to be."""
    return _render_post(post_id, ())


def _render_post(post_id: int, problems: tuple[Problem, ...]) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        post = service.of_person(session, post_id, person)
        if post.state != READY:
            return render_template("documents/incoming/show.html", post=post, gone=True)
        seen = propose_filing(session, post, rules_in_use(), by=person, on=visitor.today())
        open_rounds = (
            [item for item in rounds(session, person) if item.closed_at is None and item.opens_on <= seen.received_on]
            if post.kind == CaseKind.GRANT
            else []
        )
        return render_template(
            "documents/incoming/show.html",
            post=post,
            parts=parts_of_post(session, post.id),
            seen=seen,
            rounds=open_rounds,
            typed=request.form,
            problems=problems,
            gone=False,
            form=_form(seen),
            marked=_form_number_problem(seen),
            target=request.form.get("case") or seen.case or NEW,
            report=seen.is_report,
        )


def _form(seen: FilingProposal) -> FactForm:
    """The fields with what stands in the board's own form, or with what a person has made of it."""
    if seen.form is None:
        return FactForm()
    stands = {PREFIX + name: said for name, said in seen.form.typed.items()}
    form = read_form(seen.fields, request.form or stands)
    form.carry(**known_facts(seen.fields, Facts(form.facts.values)))
    return form


def _form_number_problem(seen: FilingProposal) -> tuple[Problem, ...]:
    """The number that stands in the form, where it is none."""
    said = seen.form.typed.get(NUMBER, "") if seen.form is not None and not request.form else ""
    return (_wrong_number(said),) if said and not read_number(said).digits else ()


@blueprint.post("/inkommet/<int:post_id>")
def put_in(post_id: int) -> Response:
    """The mail and its files go into the case that the person chose, or a new one."""
    received = posted_day("received_on") if posted_text("received_on") else visitor.today()
    number = read_number(posted_text("number"))
    problems = []
    if received is None:
        problems.append(unreadable_day("received_on"))
    target = posted_text("case")
    if target in {"", NEW} and posted_text("number") and not number.digits:
        problems.append(_wrong_number(posted_text("number")))
    facts = Facts()
    if request.form.get("form"):
        with reading_session() as session:
            post = service.of_person(session, post_id, visitor.signed_in_person())
            fields = form_fields(session, post, rules_in_use(), on=visitor.today()) if post.state == READY else []
        form = read_form(fields, request.form)
        problems += form.problems
        facts = form.facts
    if problems or received is None:
        return make_response(_render_post(post_id, tuple(problems)), STATUS[Obstacle.INVALID])
    types = {
        int(name.removeprefix("part-")): request.form.get(name.replace("part-", "type-"), "")[:80]
        for name in request.form
        if name.startswith("part-") and KEY.fullmatch(name.removeprefix("part-"))
    }
    choice = PostFiling(
        case="" if target == NEW else target,
        name=posted_text("name")[:200],
        number=number.digits,
        round_id=posted_whole_number("round_id"),
        received_on=received,
        types=types,
        doubled_because=posted_text("doubled_because"),
        facts=facts,
        version=posted_whole_number(f"version-{target}"),
        other_association=bool(request.form.get("other_association")),
    )
    try:
        case = in_transaction(
            lambda session: service.put_in(
                session, post_id, choice, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()
            )
        )
    except Refused as refused:
        if refused.obstacle not in {Obstacle.INVALID, Obstacle.STALE}:
            raise
        return make_response(_render_post(post_id, refused.problems), STATUS[refused.obstacle])
    return redirect_after_post(url_for("cases.show", number=case.number))


def _wrong_number(said: str) -> Problem:
    shown = shorten_cell_text(mask_personal_numbers(said))
    return Problem(
        "number",
        _("”{shown}” är inget organisationsnummer.", shown=shown),
        _("Tio siffror, till exempel 802999-0234. Eller lämna det tomt."),
    )


@blueprint.post("/inkommet/<int:post_id>/kasta")
def throw_away(post_id: int) -> Response:
    """What is not to be put in any case."""
    service.throw_away(visitor.database(), post_id, by=visitor.signed_in_person())
    return redirect_after_post(url_for("incoming.index"))
