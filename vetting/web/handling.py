"""What is done in a case from its page: each act is one form, one service, and back to the page."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from flask import Blueprint, request, url_for

from vetting.domain.cases import Marked
from vetting.domain.evidence import Answer, Deed, Evidence, Milder, SpecialReason
from vetting.domain.people import Action
from vetting.domain.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.domain.reviews import ConflictGround
from vetting.domain.words import Words
from vetting.files.document_types import media_type
from vetting.services import (
    aftermath,
    assessment_drafts,
    assessments,
    cases,
    closing,
    communications,
    completions,
    decisions,
    documents,
    meetings,
    own_columns,
    reuse,
)
from vetting.web import visitor
from vetting.web.cases import acted, refused_page
from vetting.web.views import (
    KEY,
    chosen,
    day,
    done,
    file_name,
    onward,
    rules,
    stored,
    text,
    texts,
    unreadable_day,
    version,
    whole,
    yes_no,
)

if TYPE_CHECKING:
    from datetime import date

    from flask import Response


blueprint = Blueprint("handling", __name__)


@blueprint.post("/arenden/<number>/diarienummer")
def register(number: str) -> Response:
    """Gives the case its registry number."""
    return acted(
        number,
        "register",
        lambda session: cases.register(session, number, text("dnr"), by=visitor.person(), at=visitor.now()),
    )


@blueprint.post("/arenden/<number>/markera")
def mark(number: str) -> Response:
    """Papers opened, basic check done, a gap accepted."""
    kind = chosen("kind", Marked)
    return acted(
        number,
        f"mark-{kind.value}",
        lambda session: cases.mark(
            session,
            number,
            kind,
            text=text("text"),
            rules=rules(),
            by=visitor.person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/arenden/<number>/inget")
def nothing_found(number: str) -> Response:
    """Nothing found, for all value criteria that are only to be looked at."""
    return acted(
        number,
        "nothing",
        lambda session: assessments.nothing_found(
            session, number, rules=rules(), by=visitor.person(), at=visitor.now()
        ),
    )


@blueprint.post("/arenden/<number>/bedom")
def assess(number: str) -> Response:
    """One answer to one criterion, with its evidence."""
    answer = request.form.get("answer", "")
    if answer not in list(Answer):
        missing = Problem(
            "answer", Words("Inget svar är valt.", "No answer is chosen."), Words("Välj ett.", "Choose one.")
        )
        return refused_page(number, Refused(Obstacle.INVALID, missing), text("criterion"))
    try:
        given = assessments.Given(
            criterion=text("criterion"),
            answer=Answer(answer),
            reasons=text("reasons"),
            evidence=_evidence() if answer == Answer.NOT_MET else None,
            cut=_cut() if answer == Answer.NOT_MET else None,
        )
        done(
            lambda session: assessments.assess(
                session, number, given, version=version(), rules=rules(), by=visitor.person(), at=visitor.now()
            )
        )
    except UnreadableError as error:
        return _kept_and_refused(number, Refused(Obstacle.INVALID, error.problem))
    except Refused as refused:
        return _kept_and_refused(number, refused)
    return onward(url_for("cases.show", number=number) + f"#{given.criterion}")


def _evidence() -> Evidence:
    """What "not met" rests on, as it was typed.

    Raises:
        Refused: the day the source was seen is no day.
    """
    if text("seen_on") and day("seen_on") is None:
        raise Refused(Obstacle.INVALID, unreadable_day("seen_on"))
    return Evidence(
        deed=Deed(text("deed")) if text("deed") in list(Deed) else None,
        act=text("act"),
        role=text("role"),
        named_because=text("named_because"),
        inside_activity=yes_no("inside_activity"),
        happened=text("happened"),
        source=text("source"),
        source_address=text("source_address"),
        seen_on=day("seen_on"),
        document_id=whole("document_id"),
        place=text("place"),
        verified=yes_no("verified"),
        may_be_shown=yes_no("may_be_shown"),
        speaks_for=text("speaks_for"),
        weighed=tuple(SpecialReason(name) for name in texts("weighed") if name in list(SpecialReason)),
        special_reasons=text("special_reasons"),
        milder=tuple(Milder(name) for name in texts("milder") if name in list(Milder)),
        proportionality=text("proportionality"),
        acts_not_opinions=request.form.get("acts_not_opinions") == "1",
    )


def _cut() -> documents.NewDocument | None:
    """The picture or page of the source that was handed in with the answer.

    Raises:
        UnreadableError: it is of a kind that is not kept.
    """
    upload = request.files.get("cut")
    if upload is None or not upload.filename:
        return None
    content = upload.stream.read()
    name = file_name(upload.filename)
    return documents.NewDocument(
        name=name,
        media_type=media_type(content, name),
        content=content,
        type="",
        dated=day("seen_on"),
        arrived_on=visitor.today(),
        state=documents.DRAWN_UP,
    )


DRAFTED: Final = (
    "answer",
    "reasons",
    "deed",
    "act",
    "role",
    "named_because",
    "inside_activity",
    "happened",
    "source",
    "source_address",
    "seen_on",
    "document_id",
    "place",
    "verified",
    "may_be_shown",
    "speaks_for",
    "weighed",
    "special_reasons",
    "milder",
    "proportionality",
    "acts_not_opinions",
)


def _typed() -> dict[str, list[str]]:
    return {name: given for name in DRAFTED if (given := [one for one in texts(name) if one])}


def _kept_and_refused(number: str, refused: Refused) -> Response:
    """An answer that was refused is kept as a draft too: it is there when the page is opened again."""
    if refused.obstacle in {Obstacle.INVALID, Obstacle.STALE} and _typed():
        with suppress(Refused):
            done(
                lambda session: assessment_drafts.save(
                    session, number, text("criterion"), _typed(), by=visitor.person(), at=visitor.now()
                )
            )
    return refused_page(number, refused, text("criterion"))


@blueprint.post("/arenden/<number>/utkast")
def save_draft(number: str) -> Response:
    """Keeps an answer that is being written."""
    return acted(
        number,
        text("criterion"),
        lambda session: assessment_drafts.save(
            session, number, text("criterion"), _typed(), by=visitor.person(), at=visitor.now()
        ),
        place=text("criterion"),
    )


@blueprint.post("/arenden/<number>/utkast/kasta")
def discard_draft(number: str) -> Response:
    """Throws an answer that was being written away."""
    return acted(
        number,
        text("criterion"),
        lambda session: assessment_drafts.discard(session, number, text("criterion"), by=visitor.person()),
    )


@blueprint.post("/arenden/<number>/sett-igen")
def look_again(number: str) -> Response:
    """What follows from something new in a case that was returned to the queue."""
    return acted(
        number,
        "look-again",
        lambda session: reuse.looked_again(session, number, text("text"), by=visitor.person(), at=visitor.now()),
    )


@blueprint.post("/arenden/<number>/aterta")
def withdraw_assessment(number: str) -> Response:
    """Takes an answer back."""
    return acted(
        number,
        f"withdraw-{text('criterion')}",
        lambda session: assessments.withdraw(
            session, number, text("criterion"), text("reason"), rules=rules(), by=visitor.person(), at=visitor.now()
        ),
    )


@blueprint.post("/arenden/<number>/komplettering")
def request_completion(number: str) -> Response:
    """Asks the association for what is missing."""
    due = day("due_on")
    if text("due_on") and due is None:
        return refused_page(number, Refused(Obstacle.INVALID, unreadable_day("due_on")), "completion")
    return acted(
        number,
        "completion",
        lambda session: completions.request(
            session,
            number,
            tuple(request.form.getlist("fact")),
            text("text"),
            due_on=due,
            rules=rules(),
            by=visitor.person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/arenden/<number>/egna-kolumner")
def own_values(number: str) -> Response:
    """What stands in the board's own columns."""
    given = {
        int(name.removeprefix("own-")): text(name)
        for name in request.form
        if name.startswith("own-") and KEY.fullmatch(name.removeprefix("own-"))
    }
    return acted(
        number,
        "own",
        lambda session: own_columns.fill_in(
            session, number, given, by=visitor.person(), at=visitor.now(), on=visitor.today()
        ),
    )


@blueprint.post("/arenden/<number>/anteckning")
def add_note(number: str) -> Response:
    """An official note, or a working note of one's own."""
    official = request.form.get("official", "1") == "1"
    return acted(
        number,
        "note",
        lambda session: cases.add_note(
            session, number, text("text"), official=official, by=visitor.person(), at=visitor.now()
        ),
    )


@blueprint.post("/arenden/<number>/handling")
def add_document(number: str) -> Response:
    """A document into the case."""
    upload = request.files.get("file")
    content = upload.stream.read() if upload else b""
    name = file_name(upload.filename or "") if upload else ""
    arrived = day("arrived_on") if text("arrived_on") else visitor.today()
    if arrived is None:
        return refused_page(number, Refused(Obstacle.INVALID, unreadable_day("arrived_on")), "document")
    try:
        kind = media_type(content, name or "?")
    except UnreadableError as error:
        cases_may(number)
        return refused_page(number, Refused(Obstacle.INVALID, error.problem), "document")
    new = documents.NewDocument(
        name=name,
        media_type=kind,
        content=content,
        type=text("type"),
        dated=day("dated"),
        arrived_on=arrived,
        state=text("state") if text("state") in documents.STATE_WORDS else documents.ARRIVED,
    )
    return acted(
        number,
        "document",
        lambda session: documents.add(session, number, new, rules=rules(), by=visitor.person(), at=visitor.now()),
    )


def cases_may(number: str) -> None:
    """Nothing is told of a case that is not this person's, not even that the file was wrong."""
    done(lambda session: cases.open_case(session, number, by=visitor.person(), action=Action.ADD_DOCUMENT))


BACK_TO: Final = {"decision": "decisions.draft", "review": "decisions.review", "rescission": "rescissions.new"}
"""Where the answer on conflict was given, and one goes on."""


@blueprint.post("/arenden/<number>/jav")
def conflict(number: str) -> Response:
    """Not in conflict, or stepping aside: then the case is gone for this person."""
    back = BACK_TO.get(request.form.get("back", ""))
    if request.form.get("answer") == "no" and back is not None:
        done(lambda session: decisions.declare_no_conflict(session, number, by=visitor.person(), at=visitor.now()))
        return onward(url_for(back, number=number))
    if request.form.get("answer") == "no":
        return acted(
            number,
            "conflict",
            lambda session: decisions.declare_no_conflict(session, number, by=visitor.person(), at=visitor.now()),
        )
    ground = chosen("ground", ConflictGround)
    done(lambda session: meetings.step_aside(session, number, ground, by=visitor.person(), at=visitor.now()))
    return onward(url_for("pages.start"))


@blueprint.post("/arenden/<number>/klar")
def make_ready(number: str) -> Response:
    """Ready for decision."""
    return acted(
        number,
        "ready",
        lambda session: decisions.make_ready(session, number, rules=rules(), by=visitor.person(), at=visitor.now()),
    )


@blueprint.post("/arenden/<number>/tillbaka")
def send_back(number: str) -> Response:
    """Back to handling."""
    return acted(
        number,
        "back",
        lambda session: decisions.send_back(session, number, by=visitor.person(), at=visitor.now()),
    )


@blueprint.post("/arenden/<number>/avsluta")
def close(number: str) -> Response:
    """Nothing more is to be done in a decided case."""
    return acted(
        number,
        "close",
        lambda session: closing.close(session, number, rules=rules(), by=visitor.person(), at=visitor.now()),
    )


@blueprint.post("/arenden/<number>/omprova")
def reconsider(number: str) -> Response:
    """A decided case is opened to be decided anew."""
    return acted(
        number,
        "reconsider",
        lambda session: aftermath.reconsider(
            session, number, text("because"), rules=rules(), by=visitor.person(), at=visitor.now()
        ),
    )


@blueprint.post("/arenden/<number>/aterkallad")
def withdraw(number: str) -> Response:
    """The applicant takes it back."""
    return acted(
        number, "withdraw", lambda session: cases.withdraw(session, number, by=visitor.person(), at=visitor.now())
    )


@blueprint.post("/arenden/<number>/referensgrupp")
def refer(number: str) -> Response:
    """To the reference group."""
    return acted(
        number,
        "refer",
        lambda session: meetings.refer(
            session, number, text("question"), rules=rules(), by=visitor.person(), at=visitor.now()
        ),
    )


def ordinary_deadline() -> date:
    """The day to reply when nobody has said another."""
    with stored() as session:
        return communications.ordinary_deadline(session, visitor.person().board_id, visitor.today())


@blueprint.post("/arenden/<number>/yttrande")
def communicate(number: str) -> Response:
    """Sends what speaks against the association, with time to answer."""
    reply_by = day("reply_by") if text("reply_by") else ordinary_deadline()
    if reply_by is None:
        return refused_page(number, Refused(Obstacle.INVALID, unreadable_day("reply_by")), "communicate")
    return acted(
        number,
        "communicate",
        lambda session: communications.communicate(
            session,
            number,
            text("what"),
            reply_by=reply_by,
            sent_to=text("sent_to"),
            rules=rules(),
            by=visitor.person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/arenden/<number>/svar")
def note_reply(number: str) -> Response:
    """What the association answered."""
    replied_on = day("replied_on") if text("replied_on") else visitor.today()
    if replied_on is None:
        return refused_page(number, Refused(Obstacle.INVALID, unreadable_day("replied_on")), "reply")
    return acted(
        number,
        "reply",
        lambda session: communications.note_reply(
            session,
            number,
            whole("communication") or 0,
            text("reply"),
            text("handled"),
            replied_on=replied_on,
            by=visitor.person(),
            at=visitor.now(),
            met={name.removeprefix("met-"): text(name) for name in request.form if name.startswith("met-")},
        ),
    )


@blueprint.post("/arenden/<number>/svarstid")
def extend_reply(number: str) -> Response:
    """More time to reply."""
    until = day("until")
    if until is None:
        return refused_page(number, Refused(Obstacle.INVALID, unreadable_day("until")), "extend")
    return acted(
        number,
        "extend",
        lambda session: communications.extend(
            session,
            number,
            whole("communication") or 0,
            until,
            text("because"),
            by=visitor.person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/arenden/<number>/hord")
def hear(number: str) -> Response:
    """Heard by word of mouth, when time is short."""
    return acted(
        number,
        "hear",
        lambda session: communications.hear(
            session,
            number,
            text("what"),
            text("said"),
            text("met"),
            text("because"),
            rules=rules(),
            by=visitor.person(),
            at=visitor.now(),
        ),
    )
