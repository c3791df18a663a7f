"""What is done in a case from its page: each act is one form, one service, and back to the page."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from flask import Blueprint, request, url_for

from vetting.cases.domain.cases import CaseMarkKind
from vetting.cases.pages.cases import act_on_case, refused_page
from vetting.cases.services import assessment_drafts, assessments, cases, completions, own_columns, reused_answers
from vetting.decisions.services import after_decision, communications, decisions
from vetting.documents.services import documents
from vetting.engine.evidence import CriterionAnswer, Evidence, EvidenceKind, MilderMeasure, SpecialReason
from vetting.formats.document_types import media_type
from vetting.gates.services import closing
from vetting.group.domain.advice import ConflictGround
from vetting.group.services import meetings
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.web import visitor
from vetting.web.view_moves import (
    KEY,
    choice_of,
    file_name,
    in_transaction,
    posted_day,
    posted_text,
    posted_texts,
    posted_version,
    posted_whole_number,
    posted_yes_no,
    redirect_after_post,
    rules_in_use,
    unreadable_day,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from datetime import date

    from flask import Response


blueprint = Blueprint("case_acts", __name__)


@blueprint.post("/arenden/<number>/diarienummer")
def register(number: str) -> Response:
    """Gives the case its registry number."""
    return act_on_case(
        number,
        "register",
        lambda session: cases.register_case(
            session, number, posted_text("dnr"), by=visitor.signed_in_person(), at=visitor.now()
        ),
    )


@blueprint.post("/arenden/<number>/markera")
def mark(number: str) -> Response:
    """Papers opened, basic check done, a gap accepted."""
    kind = choice_of("kind", CaseMarkKind)
    return act_on_case(
        number,
        f"mark-{kind.value}",
        lambda session: cases.mark_case(
            session,
            number,
            kind,
            text=posted_text("text"),
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/arenden/<number>/inget")
def nothing_found(number: str) -> Response:
    """Nothing found, for all value criteria that are only to be looked at."""
    return act_on_case(
        number,
        "nothing",
        lambda session: assessments.record_nothing_found(
            session, number, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()
        ),
    )


@blueprint.post("/arenden/<number>/bedom")
def assess(number: str) -> Response:
    """One answer to one criterion, with its evidence."""
    answer = request.form.get("answer", "")
    if answer not in list(CriterionAnswer):
        missing = Problem("answer", _("Inget svar är valt."), _("Välj ett."))
        return refused_page(number, Refused(Obstacle.INVALID, missing), posted_text("criterion"))
    try:
        given = assessments.NewAssessment(
            criterion=posted_text("criterion"),
            answer=CriterionAnswer(answer),
            reasons=posted_text("reasons"),
            evidence=_evidence() if answer == CriterionAnswer.NOT_MET else None,
            cut=_source_copy() if answer == CriterionAnswer.NOT_MET else None,
        )
        in_transaction(
            lambda session: assessments.assess(
                session,
                number,
                given,
                version=posted_version(),
                rules=rules_in_use(),
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
        )
    except UnreadableError as error:
        return _kept_and_refused(number, Refused(Obstacle.INVALID, error.problem))
    except Refused as refused:
        return _kept_and_refused(number, refused)
    return redirect_after_post(url_for("cases.show", number=number) + f"#{given.criterion}")


def _evidence() -> Evidence:
    """What "not met" rests on, as it was typed.

    Raises:
        Refused: the day the source was seen is no day.
    """
    if posted_text("seen_on") and posted_day("seen_on") is None:
        raise Refused(Obstacle.INVALID, unreadable_day("seen_on"))
    return Evidence(
        deed=EvidenceKind(posted_text("deed")) if posted_text("deed") in list(EvidenceKind) else None,
        act=posted_text("act"),
        role=posted_text("role"),
        named_because=posted_text("named_because"),
        inside_activity=posted_yes_no("inside_activity"),
        happened=posted_text("happened"),
        source=posted_text("source"),
        source_address=posted_text("source_address"),
        seen_on=posted_day("seen_on"),
        document_id=posted_whole_number("document_id"),
        place=posted_text("place"),
        verified=posted_yes_no("verified"),
        may_be_shown=posted_yes_no("may_be_shown"),
        speaks_for=posted_text("speaks_for"),
        weighed=tuple(SpecialReason(name) for name in posted_texts("weighed") if name in list(SpecialReason)),
        special_reasons=posted_text("special_reasons"),
        milder=tuple(MilderMeasure(name) for name in posted_texts("milder") if name in list(MilderMeasure)),
        proportionality=posted_text("proportionality"),
        acts_not_opinions=request.form.get("acts_not_opinions") == "1",
    )


def _source_copy() -> documents.NewDocument | None:
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
        dated=posted_day("seen_on"),
        arrived_on=visitor.today(),
        state=documents.DRAWN_UP,
    )


DRAFT_FIELDS: Final = (
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


def _typed_draft() -> dict[str, list[str]]:
    return {name: given for name in DRAFT_FIELDS if (given := [one for one in posted_texts(name) if one])}


def _kept_and_refused(number: str, refused: Refused) -> Response:
    """An answer that was refused is kept as a draft too: it is there when the page is opened again."""
    if refused.obstacle in {Obstacle.INVALID, Obstacle.STALE} and _typed_draft():
        with suppress(Refused):
            in_transaction(
                lambda session: assessment_drafts.save_draft(
                    session,
                    number,
                    posted_text("criterion"),
                    _typed_draft(),
                    by=visitor.signed_in_person(),
                    at=visitor.now(),
                )
            )
    return refused_page(number, refused, posted_text("criterion"))


@blueprint.post("/arenden/<number>/utkast")
def save_draft(number: str) -> Response:
    """Keeps an answer that is being written."""
    return act_on_case(
        number,
        posted_text("criterion"),
        lambda session: assessment_drafts.save_draft(
            session, number, posted_text("criterion"), _typed_draft(), by=visitor.signed_in_person(), at=visitor.now()
        ),
        place=posted_text("criterion"),
    )


@blueprint.post("/arenden/<number>/utkast/kasta")
def discard_draft(number: str) -> Response:
    """Throws an answer that was being written away."""
    return act_on_case(
        number,
        posted_text("criterion"),
        lambda session: assessment_drafts.discard_draft(
            session, number, posted_text("criterion"), by=visitor.signed_in_person()
        ),
    )


@blueprint.post("/arenden/<number>/sett-igen")
def look_again(number: str) -> Response:
    """What follows from something new in a case that was returned to the queue."""
    return act_on_case(
        number,
        "look-again",
        lambda session: reused_answers.note_second_look(
            session, number, posted_text("text"), by=visitor.signed_in_person(), at=visitor.now()
        ),
    )


@blueprint.post("/arenden/<number>/aterta")
def withdraw_assessment(number: str) -> Response:
    """Takes an answer back."""
    return act_on_case(
        number,
        f"withdraw-{posted_text('criterion')}",
        lambda session: assessments.withdraw_answer(
            session,
            number,
            posted_text("criterion"),
            posted_text("reason"),
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/arenden/<number>/komplettering")
def request_completion(number: str) -> Response:
    """Asks the association for what is missing."""
    due = posted_day("due_on")
    if posted_text("due_on") and due is None:
        return refused_page(number, Refused(Obstacle.INVALID, unreadable_day("due_on")), "completion")
    return act_on_case(
        number,
        "completion",
        lambda session: completions.request_completion(
            session,
            number,
            tuple(request.form.getlist("fact")),
            posted_text("text"),
            due_on=due,
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/arenden/<number>/egna-kolumner")
def own_values(number: str) -> Response:
    """What stands in the board's own columns."""
    given = {
        int(name.removeprefix("own-")): posted_text(name)
        for name in request.form
        if name.startswith("own-") and KEY.fullmatch(name.removeprefix("own-"))
    }
    return act_on_case(
        number,
        "own",
        lambda session: own_columns.fill_in(
            session, number, given, by=visitor.signed_in_person(), at=visitor.now(), on=visitor.today()
        ),
    )


@blueprint.post("/arenden/<number>/anteckning")
def add_note(number: str) -> Response:
    """An official note, or a working note of one's own."""
    official = request.form.get("official", "1") == "1"
    return act_on_case(
        number,
        "note",
        lambda session: cases.add_note(
            session, number, posted_text("text"), official=official, by=visitor.signed_in_person(), at=visitor.now()
        ),
    )


@blueprint.post("/arenden/<number>/handling")
def add_document(number: str) -> Response:
    """A document into the case."""
    upload = request.files.get("file")
    content = upload.stream.read() if upload else b""
    name = file_name(upload.filename or "") if upload else ""
    arrived = posted_day("arrived_on") if posted_text("arrived_on") else visitor.today()
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
        type=posted_text("type"),
        dated=posted_day("dated"),
        arrived_on=arrived,
        state=posted_text("state") if posted_text("state") in documents.STATE_WORDS else documents.ARRIVED,
    )
    return act_on_case(
        number,
        "document",
        lambda session: documents.add_document(
            session, number, new, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()
        ),
    )


def cases_may(number: str) -> None:
    """Nothing is told of a case that is not this person's, not even that the file was wrong."""
    in_transaction(
        lambda session: cases.open_case(session, number, by=visitor.signed_in_person(), action=Action.ADD_DOCUMENT)
    )


BACK_TO: Final = {"decision": "deciding.draft", "review": "deciding.review", "rescission": "rescissions.new"}
"""Where the answer on conflict was given, and one goes on."""


@blueprint.post("/arenden/<number>/jav")
def conflict(number: str) -> Response:
    """Not in conflict, or stepping aside: then the case is gone for this person."""
    back = BACK_TO.get(request.form.get("back", ""))
    if request.form.get("answer") == "no" and back is not None:
        in_transaction(
            lambda session: decisions.declare_no_conflict(
                session, number, by=visitor.signed_in_person(), at=visitor.now()
            )
        )
        return redirect_after_post(url_for(back, number=number))
    if request.form.get("answer") == "no":
        return act_on_case(
            number,
            "conflict",
            lambda session: decisions.declare_no_conflict(
                session, number, by=visitor.signed_in_person(), at=visitor.now()
            ),
        )
    ground = choice_of("ground", ConflictGround)
    in_transaction(
        lambda session: meetings.step_aside(session, number, ground, by=visitor.signed_in_person(), at=visitor.now())
    )
    return redirect_after_post(url_for("start_pages.start"))


@blueprint.post("/arenden/<number>/klar")
def make_ready(number: str) -> Response:
    """Ready for decision."""
    return act_on_case(
        number,
        "ready",
        lambda session: decisions.make_ready(
            session, number, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()
        ),
    )


@blueprint.post("/arenden/<number>/tillbaka")
def send_back(number: str) -> Response:
    """Back to handling."""
    return act_on_case(
        number,
        "back",
        lambda session: decisions.send_back(session, number, by=visitor.signed_in_person(), at=visitor.now()),
    )


@blueprint.post("/arenden/<number>/avsluta")
def close(number: str) -> Response:
    """Nothing more is to be done in a decided case."""
    return act_on_case(
        number,
        "close",
        lambda session: closing.close_case(
            session, number, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()
        ),
    )


@blueprint.post("/arenden/<number>/omprova")
def reconsider(number: str) -> Response:
    """A decided case is opened to be decided anew."""
    return act_on_case(
        number,
        "reconsider",
        lambda session: after_decision.reconsider_case(
            session,
            number,
            posted_text("because"),
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/arenden/<number>/aterkallad")
def withdraw(number: str) -> Response:
    """The applicant takes it back."""
    return act_on_case(
        number,
        "withdraw",
        lambda session: cases.withdraw_case(session, number, by=visitor.signed_in_person(), at=visitor.now()),
    )


@blueprint.post("/arenden/<number>/referensgrupp")
def refer(number: str) -> Response:
    """To the reference group."""
    return act_on_case(
        number,
        "refer",
        lambda session: meetings.refer_to_group(
            session,
            number,
            posted_text("question"),
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


def ordinary_deadline() -> date:
    """The day to reply when nobody has said another."""
    with reading_session() as session:
        return communications.ordinary_deadline(session, visitor.signed_in_person().board_id, visitor.today())


@blueprint.post("/arenden/<number>/yttrande")
def communicate(number: str) -> Response:
    """Sends what speaks against the association, with time to answer."""
    reply_by = posted_day("reply_by") if posted_text("reply_by") else ordinary_deadline()
    if reply_by is None:
        return refused_page(number, Refused(Obstacle.INVALID, unreadable_day("reply_by")), "communicate")
    return act_on_case(
        number,
        "communicate",
        lambda session: communications.communicate(
            session,
            number,
            posted_text("what"),
            reply_by=reply_by,
            sent_to=posted_text("sent_to"),
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/arenden/<number>/svar")
def note_reply(number: str) -> Response:
    """What the association answered."""
    replied_on = posted_day("replied_on") if posted_text("replied_on") else visitor.today()
    if replied_on is None:
        return refused_page(number, Refused(Obstacle.INVALID, unreadable_day("replied_on")), "reply")
    return act_on_case(
        number,
        "reply",
        lambda session: communications.note_reply(
            session,
            number,
            posted_whole_number("communication") or 0,
            posted_text("reply"),
            posted_text("handled"),
            replied_on=replied_on,
            by=visitor.signed_in_person(),
            at=visitor.now(),
            met={name.removeprefix("met-"): posted_text(name) for name in request.form if name.startswith("met-")},
        ),
    )


@blueprint.post("/arenden/<number>/svarstid")
def extend_reply(number: str) -> Response:
    """More time to reply."""
    until = posted_day("until")
    if until is None:
        return refused_page(number, Refused(Obstacle.INVALID, unreadable_day("until")), "extend")
    return act_on_case(
        number,
        "extend",
        lambda session: communications.extend_reply_time(
            session,
            number,
            posted_whole_number("communication") or 0,
            until,
            posted_text("because"),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )


@blueprint.post("/arenden/<number>/hord")
def hear(number: str) -> Response:
    """Heard by word of mouth, when time is short."""
    return act_on_case(
        number,
        "hear",
        lambda session: communications.note_hearing(
            session,
            number,
            posted_text("what"),
            posted_text("said"),
            posted_text("met"),
            posted_text("because"),
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )
