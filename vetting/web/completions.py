"""What cases lack, asked for in one act: the list, the letters of an act, and what is noted in one case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.domain.completions import GapState, due_after
from vetting.domain.criteria import CaseKind
from vetting.domain.people import Action, Sight
from vetting.domain.problem import Obstacle, Refused
from vetting.domain.words import LANGUAGES
from vetting.files.document_types import PDF
from vetting.services import completions as service
from vetting.services import rule_versions
from vetting.services.completions import NewNote, NewRequest
from vetting.store.completions import MAIL, batches
from vetting.store.people import names_of
from vetting.store.rounds import rounds
from vetting.web import visitor
from vetting.web.cases import acted, refused_page
from vetting.web.errors import STATUS
from vetting.web.views import attachment, day, done, onward, rules, stored, text, unreadable_day, whole

if TYPE_CHECKING:
    from flask import Response

    from vetting.domain.problem import Problem

blueprint = Blueprint("completions", __name__)
ZIP = "application/zip"


@blueprint.get("/kompletteringar")
def index() -> str:
    """What the open cases lack."""
    return _shown(())


def _shown(problems: tuple[Problem, ...]) -> str:
    person = visitor.person()
    only_bookings = person.sights(Action.HANDLE) == {Sight.BOOKINGS}
    kind = CaseKind.BOOKING if request.values.get("typ") == "bokning" or only_bookings else CaseKind.GRANT
    after = request.args.get("efter", "")
    with stored() as session:
        found = service.overview(
            session, kind, rules(), by=person, on=visitor.today(), round_id=whole("omgang"),
            after=int(after) if after.isdecimal() and len(after) < 16 else 0,  # noqa: PLR2004 - no id is longer
        )  # fmt: skip
        versions = {row.case.rule_version_id for rows in (found.ask, found.remind, found.waits) for row in rows}
        catalogue = {
            name: fact
            for version in versions
            for name, fact in rule_versions.catalogue(session, version, rules()).items()
        }
        done_before = batches(session, person.board_id, kind.value)
        people = names_of(session, {batch.by_user_id for batch in done_before if batch.by_user_id})
        known_rounds = rounds(session, person) if kind is CaseKind.GRANT else ()
    return render_template(
        "completions/index.html", kind=kind, found=found, catalogue=catalogue, problems=problems, typed=request.form,
        due=due_after(visitor.today()), batches=done_before, names=people, rounds=known_rounds,
        round_id=whole("omgang"), today=visitor.today(), both=not only_bookings, languages=LANGUAGES,
    )  # fmt: skip


@blueprint.post("/kompletteringar")
def ask() -> Response:
    """Asks every chosen association for what its case lacks, or reminds it."""
    due = day("due_on")
    if text("due_on") and due is None:
        return make_response(_shown((unreadable_day("due_on"),)), STATUS[Obstacle.INVALID])
    new = NewRequest(
        due_on=due, text=text("text"), language="en" if text("language") == "en" else "sv",
        reminder=text("act") == "remind",
    )  # fmt: skip
    numbers = request.form.getlist("remind-number" if new.reminder else "number")
    try:
        batch = done(
            lambda session: service.request_of_many(
                session, numbers, new, rules=rules(), by=visitor.person(), at=visitor.now()
            )
        )
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        return make_response(_shown(refused.problems), STATUS[refused.obstacle])
    return onward(url_for("completions.show", request_id=batch.id))


@blueprint.get("/kompletteringar/<int:request_id>")
def show(request_id: int) -> str:
    """The letters of one act."""
    person = visitor.person()
    with stored() as session:
        batch = service.of_person(session, request_id, person)
        rows = service.sent(session, batch, person)
        people = names_of(session, {batch.by_user_id} if batch.by_user_id else set())
    ways = [row.letter.get("way", "") for _, row in rows]
    return render_template(
        "completions/show.html", batch=batch, rows=rows, names=people, mails=ways.count(MAIL),
        posts=len(ways) - ways.count(MAIL),
    )  # fmt: skip


@blueprint.get("/kompletteringar/<int:request_id>/utkast")
def drafts(request_id: int) -> Response:
    """The letters that go by mail, as drafts."""
    person = visitor.person()
    with stored() as session:
        content = service.drafts(session, service.of_person(session, request_id, person), person)
    return attachment(content, ZIP, f"utkast-{request_id}.zip")


@blueprint.get("/kompletteringar/<int:request_id>/brev")
def letters(request_id: int) -> Response:
    """The letters that go by post, as one PDF; with ?alla=1 all of them."""
    person = visitor.person()
    with stored() as session:
        batch = service.of_person(session, request_id, person)
        content = service.letters(session, batch, person, everything=request.args.get("alla") == "1")
    return attachment(content, PDF, f"brev-{request_id}.pdf")


@blueprint.post("/arenden/<number>/brist")
def note_gap(number: str) -> Response:
    """What is missing is promised, or is in another paper."""
    promised = day("promised_on")
    if text("promised_on") and promised is None:
        return refused_page(number, Refused(Obstacle.INVALID, unreadable_day("promised_on")), "gap")
    state = GapState.ELSEWHERE if text("state") == GapState.ELSEWHERE else GapState.PROMISED
    new = NewNote(fact=text("fact"), state=state, promised_on=promised, document_id=whole("document"))
    return acted(
        number,
        "gap",
        lambda session: service.note_gap(session, number, new, rules=rules(), by=visitor.person(), at=visitor.now()),
    )


@blueprint.post("/arenden/<number>/kontakt")
def contact(number: str) -> Response:
    """Where the board writes to the association."""
    return acted(
        number, "contact",
        lambda session: service.set_contact(
            session, number, email=text("email"), postal=request.form.get("postal", ""), by=visitor.person(),
            at=visitor.now(),
        ),
    )  # fmt: skip
