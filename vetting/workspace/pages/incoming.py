"""Mails and files as they come: handed in, looked at, put in a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting import casework
from vetting.casework import UploadedFile, propose_filing
from vetting.casework.models.incoming import READY, parts_of_post
from vetting.grants import round_options
from vetting.grants.models.rounds import rounds, schemes_of_rounds
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Action
from vetting.kernel.text import NO_WORDS
from vetting.people.models.people import names_of
from vetting.web import visitor
from vetting.web.forms import file_name
from vetting.web.list_places import trial_place
from vetting.web.view_helpers import act_by_form, act_in_steps, posted_form, redirect_after_post
from vetting.web.visitor import reading_session
from vetting.workspace.forms.incoming import (
    NEW,
    PART,
    PART_TYPE,
    FilingForm,
    HandedInFilesForm,
    ReturnedMailForm,
    filing_form,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from vetting.casework import FilingProposal, NotedReturn
    from vetting.kernel.store.session import WritingSession

blueprint = Blueprint("incoming", __name__)


@blueprint.get("/inkommet")
def index() -> str:
    """What waits to be put in a case, and the way to hand in more."""
    return _index(HandedInFilesForm(known={"kind": CaseKind.GRANT}))


def _index(form: HandedInFilesForm) -> str:
    with reading_session() as session:
        found = casework.waiting_posts(session)
        people = names_of(session, {post.by_user_id for post in found if post.by_user_id})
    return render_template("workspace/incoming/index.html", posts=found, form=form, names=people)


@blueprint.post("/inkommet")
def hand_in() -> Response:
    """Reads mails and files. Nothing is in any case yet."""
    form = posted_form(HandedInFilesForm)
    files = [
        UploadedFile(name=file_name(upload.filename or ""), content=upload.stream.read())
        for upload in form.files.data[: casework.MOST_FILES + 1]
    ]

    def read() -> list[int]:
        with trial_place():
            return casework.hand_in(
                visitor.database(),
                files,
                kind=form.case_kind,
                case=form.case.data,
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )

    return act_in_steps(
        form,
        read,
        onto=lambda keys: url_for("incoming.show", post_id=keys[0]) if len(keys) == 1 else url_for("incoming.index"),
        again=_index,
    )


@blueprint.get("/inkommet/<int:post_id>")
def show(post_id: int) -> str:
    return _render_post(post_id)


def _render_post(post_id: int, refused: FilingForm | None = None, returned: ReturnedMailForm | None = None) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        post = casework.incoming_of_person(session, post_id)
        if post.state != READY:
            return render_template("workspace/incoming/show.html", post=post, gone=True, refused=None)
        back = casework.returned_post(session, post) if person.may(Action.HANDLE) else None
        seen = propose_filing(session, post, on=visitor.today())
        parts = parts_of_post(session, post.id)
        open_rounds = (
            [item for item in rounds(session) if item.closed_at is None and item.opens_on <= seen.received_on]
            if post.kind == CaseKind.GRANT
            else []
        )
        places = round_options(open_rounds, schemes_of_rounds(session, person.board_id))
        form = refused or _proposed_form(seen, [part.id for part in parts], next(iter(places), ""))
        form.name.hint = seen.why or NO_WORDS
        form.round_id.options = places
        for part in parts:
            form.part(part.id)[1].options = {paper.id: paper.label for paper in seen.papers}
        return render_template(
            "workspace/incoming/show.html",
            post=post,
            parts=parts,
            seen=seen,
            form=form,
            refused=refused,
            back=back,
            returned=returned or ReturnedMailForm(known={"case": back.case if back else ""}, key="returned"),
            gone=False,
        )


def _proposed_form(seen: FilingProposal, parts: Sequence[int], first_round: str | int) -> FilingForm:
    """The form with what is proposed; all files go along."""
    known: dict[str, object] = {f"{PART}{key}": True for key in parts}
    known |= {f"{PART_TYPE}{key}": seen.types.get(key, "") for key in parts}
    known |= {
        "case": seen.case or NEW,
        "name": seen.name,
        "number": seen.number,
        "received_on": seen.received_on,
        "round_id": first_round,
    }
    return filing_form(parts)(known=known)


@blueprint.post("/inkommet/<int:post_id>")
def put_in(post_id: int) -> Response:
    """The mail and its files go into the case that the person chose, or a new one."""
    with reading_session() as session:
        post = casework.incoming_of_person(session, post_id)
        ready = post.state == READY
        parts = [part.id for part in parts_of_post(session, post.id)] if ready else []
    form = posted_form(filing_form(parts))
    return act_by_form(
        form,
        lambda session: casework.put_in(session, post_id, form.command(visitor.today())),
        onto=lambda case: url_for("cases.show", number=case.number),
        again=lambda refused: _render_post(post_id, refused),
    )


@blueprint.post("/inkommet/<int:post_id>/atervant")
def note_returned(post_id: int) -> Response:
    """A mail that came back: into its case, and the address marked."""
    with reading_session() as session:
        casework.incoming_of_person(session, post_id)
    form = posted_form(ReturnedMailForm, key="returned")

    def note(session: WritingSession) -> NotedReturn:
        noted = casework.note_returned_mail(session, post_id, form.case.data)
        form.tell_marked(letter=noted.letter is not None, address=noted.contact is not None)
        return noted

    return act_by_form(
        form,
        note,
        onto=lambda noted: url_for("cases.show", number=noted.case.number),
        again=lambda refused: _render_post(post_id, returned=refused),
    )


@blueprint.post("/inkommet/<int:post_id>/kasta")
def throw_away(post_id: int) -> Response:
    """What is not to be put in any case."""
    casework.throw_away(visitor.database(), post_id, by=visitor.signed_in_person())
    return redirect_after_post(url_for("incoming.index"))
