"""A week of bookings: the few to look at answered in place, the rest in one stroke, the answers taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.boards.models.people import Board
from vetting.bookings.domain.weeks import LOOK_REASON_WORDS, WeekSection, monday_of, next_monday, week_of
from vetting.bookings.services import answers as booking_answers
from vetting.bookings.services import week_files, weeks
from vetting.bookings.services.answers import BookingAnswer, may_be_confirmed
from vetting.cases.forms.facts import read_form
from vetting.cases.services import cases, reused_answers
from vetting.cases.services.assessments import is_look_question
from vetting.decisions.services import decision_makers
from vetting.engine import reasons
from vetting.engine.facts import Facts
from vetting.gates.services import before_decision
from vetting.group.services import booking_referrals
from vetting.group.services.booking_referrals import ReferralRecipient
from vetting.imports.domain.layouts import NUMBER
from vetting.kernel.dates import HERE
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import NO_WORDS, _, same_in_both
from vetting.office.domain.quick_checks import facts_to_ask, question_to_association, reply_by
from vetting.web import preferences, visitor
from vetting.web.errors import STATUS
from vetting.web.translation import gettext
from vetting.web.view_moves import (
    KEY,
    XLSX,
    attachment_response,
    choice_of,
    in_transaction,
    posted_decision_form,
    posted_text,
    posted_texts,
    posted_version,
    redirect_after_post,
    rules_in_use,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from flask import Response
    from sqlalchemy.orm import Session

    from vetting.bookings.services.weeks import Week, WeekBooking
    from vetting.cases.forms.facts import FactForm
    from vetting.engine.screening import Screening

blueprint = Blueprint("weeks", __name__)
RECEIPTS: Final = ("sedd", "sparad", "fragad")
"""What was done, told once on the page that follows."""


@blueprint.get("/bokningar/vecka")
def nearest() -> Response:
    """The next week with bookings to answer, or this one."""
    with reading_session() as session:
        monday = weeks.nearest_week(session, by=visitor.signed_in_person(), on=visitor.today())
    return redirect_after_post(url_for("weeks.show", week=week_of(monday)))


@blueprint.get("/bokningar/vecka/<week>")
def show(week: str) -> str:
    """The week."""
    return _page(_monday(week), ())


@blueprint.post("/bokningar/vecka/<week>/bekrafta")
def confirm_many(week: str) -> Response:
    """Those chosen of the ones without questions, each in a transaction of its own."""
    monday = _monday(week)
    made, problems = 0, [] if request.form.get("no_conflict") else [_not_said("no_conflict")]
    problems += _wrong_with_form()
    ticked = posted_texts("case")[: booking_answers.MOST_AT_ONCE]
    if not ticked:
        problems.append(Problem("case", _("Ingen bokning är vald."), _("Kryssa i dem som ska bekräftas.")))
    for value in ticked if not problems else ():
        number, _unused, seen = value.partition("/")
        try:
            in_transaction(
                lambda s, n=number, v=seen: booking_answers.confirm_booking(  # type: ignore[misc]
                    s,
                    n,
                    BookingAnswer(without_questions=True),
                    version=int(v) if KEY.fullmatch(v) else 0,
                    rules=rules_in_use(),
                    by=visitor.signed_in_person(),
                    at=visitor.now(),
                    form=posted_decision_form(),
                )
            )
            made += 1
        except Refused as refused:
            problems += refused.problems or [_gone_problem(number)]
    if problems:
        return make_response(_page(monday, tuple(problems), made), STATUS[Obstacle.CLOSED])
    return redirect_after_post(url_for("weeks.show", week=week, klara=made))


@blueprint.post("/bokningar/vecka/<week>/svar")
def confirm(week: str) -> Response:
    """One of those to look at, by somebody who has."""
    monday = _monday(week)
    try:
        if not request.form.get("no_conflict"):
            raise Refused(Obstacle.INVALID, _not_said(f"no-conflict-{posted_text('case')}", posted_text("case")))
        met = {name.removeprefix("met-"): posted_text(name) for name in request.form if name.startswith("met-")}
        if not all(met.values()):
            raise Refused(
                Obstacle.INVALID, _unexplained_problem(posted_text("case"), next(name for name in met if not met[name]))
            )
        said = BookingAnswer(conditions=posted_text("conditions").splitlines(), nothing_found=True, met=met)
        in_transaction(
            lambda s: booking_answers.confirm_booking(
                s,
                posted_text("case"),
                said,
                version=posted_version(),
                rules=rules_in_use(),
                by=visitor.signed_in_person(),
                at=visitor.now(),
                form=posted_decision_form(),
            )
        )
    except Refused as refused:
        return _again(
            monday, Refused(refused.obstacle, *(_of_form(posted_text("case"), one) for one in refused.problems))
        )
    return redirect_after_post(url_for("weeks.show", week=week, klara=1))


@blueprint.post("/bokningar/vecka/<week>/uppgifter")
def fill_in(week: str) -> Response:
    """What the booker has answered, for one booking."""
    monday, number = _monday(week), posted_text("case")
    with reading_session() as session:
        booked = weeks.booking_in_week(
            session, number, rules_in_use(), by=visitor.signed_in_person(), on=visitor.today()
        )
    form = _form(booked.screening, request.form, number)
    problems = form.problems
    if not problems and not (form.facts.values or form.facts.absent):
        problems = (Problem(number, _("Inget är ifyllt."), _("Skriv vad bokaren har svarat.")),)
    if problems:
        return make_response(_page(monday, problems), STATUS[Obstacle.INVALID])
    given = Facts(form.facts.values, form.facts.absent)
    try:
        in_transaction(
            lambda s: cases.change_facts(
                s,
                number,
                given,
                version=posted_version(),
                rules=rules_in_use(),
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
        )
    except Refused as refused:
        return _again(monday, Refused(refused.obstacle, *(_of_fact(number, one) for one in refused.problems)))
    return redirect_after_post(url_for("weeks.show", week=week, sparad=number))


@blueprint.post("/bokningar/vecka/<week>/sett")
def look_again(week: str) -> Response:
    """Somebody has looked again at one that was answered: the answer stands."""
    monday, number = _monday(week), posted_text("case")
    try:
        in_transaction(
            lambda s: reused_answers.note_second_look(
                s, number, posted_text("seen"), by=visitor.signed_in_person(), at=visitor.now()
            )
        )
    except Refused as refused:
        found = [Problem(f"{number}-seen", one.what, one.remedy) for one in refused.problems]
        return _again(monday, Refused(refused.obstacle, *found))
    return redirect_after_post(url_for("weeks.show", week=week, sedd=number))


@blueprint.post("/bokningar/vecka/<week>/fraga")
def refer(week: str) -> Response:
    """Asks the coordinator or the group about one of them."""
    monday, number = _monday(week), posted_text("case")
    whom = choice_of("whom", ReferralRecipient)
    try:
        in_transaction(
            lambda s: booking_referrals.refer_booking(
                s,
                number,
                whom,
                posted_text("question"),
                rules=rules_in_use(),
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
        )
    except Refused as refused:
        return _again(monday, Refused(refused.obstacle, *(_of_row(number, one) for one in refused.problems)))
    return redirect_after_post(url_for("weeks.show", week=week, fragad=number))


def _wrong_with_form() -> list[Problem]:
    """What is lacking of the meeting or the chair's reason, told once however many are confirmed."""
    with reading_session() as session:
        held = before_decision.delegation_for(session, "booking", visitor.signed_in_person(), on=visitor.today())
    return decision_makers.wrong_with(held, posted_decision_form()) if held is not None else []


def _of_form(number: str, problem: Problem) -> Problem:
    """A problem with how it is decided stands at the booking's own form; the others at what they name."""
    return _of_row(number, problem) if problem.where in {"paragraph", "urgent_because"} else problem


def _of_fact(number: str, problem: Problem) -> Problem:
    """A problem with a fact stands at the booking's own field of it."""
    return _of_row(number, replace(problem, where=f"f-{problem.where}")) if problem.where == NUMBER else problem


def _of_row(number: str, problem: Problem) -> Problem:
    """A problem with a field of one booking's form."""
    return Problem(f"{number}-{problem.where}", problem.what, problem.remedy)


@blueprint.get("/bokningar/vecka/<week>/svar.xlsx")
def answers(week: str) -> Response:
    """The answers as a file for the booking system: its number and one column."""
    monday = _monday(week)
    language = preferences.visitor_language()
    with reading_session() as session:
        book = week_files.answers(_week(session, monday), language, by=visitor.signed_in_person(), at=visitor.now())
    name = _("Svar på bokningar").to(language)
    return attachment_response(book, XLSX, f"{name} {week_of(monday)}.xlsx")


@blueprint.get("/bokningar/vecka/<week>/lista")
def print_list(week: str) -> str:
    """The same as a list to print."""
    monday = _monday(week)
    with reading_session() as session:
        found = _week(session, monday)
        board = session.get_one(Board, visitor.signed_in_person().board_id)
        return render_template(
            "bookings/weeks/print_list.html",
            found=found,
            week=week_of(monday),
            board=board,
            now=visitor.now(),
            sunday=monday + timedelta(days=6),
        )


def _again(monday: date, refused: Refused) -> Response:
    if refused.obstacle in {Obstacle.MISSING, Obstacle.FORBIDDEN} or not refused.problems:
        raise refused
    return make_response(_page(monday, refused.problems), STATUS[refused.obstacle])


def _monday(week: str) -> date:
    found = monday_of(week)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def _not_said(where: str, number: str = "") -> Problem:
    about = same_in_both(f"{number}: ") if number else NO_WORDS
    return Problem(
        where,
        about + _("Du har inte intygat att du inte är jävig."),
        _("Kryssa i rutan, eller lämna bokningen till någon annan."),
    )


def _unexplained_problem(number: str, criterion: str) -> Problem:
    return Problem(
        f"{number}-{criterion}",
        _("Det står inte varför kravet är uppfyllt."),
        _("Skriv vad du har tittat på. Är det inte uppfyllt: öppna bokningen och bedöm det där."),
    )


def _gone_problem(number: str) -> Problem:
    return Problem("case", _("Det finns inget ärende {item}.", item=number[:20]), _("Ladda om veckan."))


def _week(session: Session, monday: date) -> Week:
    return weeks.bookings_of_week(session, monday, rules_in_use(), by=visitor.signed_in_person(), on=visitor.today())


def _page(monday: date, problems: Sequence[Problem], made: int | None = None) -> str:
    person = visitor.signed_in_person()
    if made is None:
        made = min(int(request.args["klara"]), 9999) if KEY.fullmatch(request.args.get("klara", "")) else 0
    receipt = next((name for name in RECEIPTS if request.args.get(name)), "")
    with reading_session() as session:
        found = _week(session, monday)
        board = session.get_one(Board, person.board_id)
        held = before_decision.delegation_for(session, "booking", person, on=visitor.today())
        return render_template(
            "bookings/weeks/show.html",
            found=found,
            looked_at=[_booking_to_show(item) for item in found.of(WeekSection.LOOK)[: weeks.MOST_SHOWN]],
            more=max(len(found.of(WeekSection.LOOK)) - weeks.MOST_SHOWN, 0),
            plain=found.of(WeekSection.PLAIN),
            at_once=booking_answers.MOST_AT_ONCE,
            answered=found.of(WeekSection.ANSWERED),
            week=week_of(monday),
            sunday=monday + timedelta(days=6),
            before=week_of(next_monday(monday, -1)),
            after=week_of(next_monday(monday)),
            this=week_of(visitor.today()),
            held=held,
            problems=problems,
            typed=request.form,
            made=made,
            receipt=receipt,
            about=request.args.get(receipt, ""),
            changed_words={"time": gettext("Tid"), "room": gettext("Lokal"), "title": gettext("Rubrik")},
            why_words=LOOK_REASON_WORDS,
            contact=board.contact,
            today=visitor.today(),
        )


def _booking_to_show(item: WeekBooking) -> dict[str, Any]:
    """A booking to look at: its points, what can be done there, what to ask the booker."""
    screening = item.screening
    number = item.case.number
    form = _form(screening, request.form if posted_text("case") == number and "case" in request.form else {}, number)
    return {
        "item": item,
        "points": [finding for finding in item.asking if not is_look_question(finding)],
        "looks": [finding for finding in item.asking if is_look_question(finding)],
        "can_confirm": may_be_confirmed(item.case, screening, item.conflict),
        "fields": form.fields,
        "question": question_to_association(screening, reply_by(visitor.today(), _first(item)))
        if screening and form.fields
        else None,
    }


def _first(item: WeekBooking) -> date | None:
    starts = min((use.starts_at for use in item.uses if use.starts_at), default=None)
    return starts.astimezone(HERE).date() if starts else None


def _form(screening: Screening | None, given: Mapping[str, str], number: str) -> FactForm:
    catalogue = screening.ruleset.catalogue if screening else {}
    names = facts_to_ask(screening) if screening and reasons.missing_to_ask_for(screening) else ()
    if NUMBER in names:
        names = (*names, "booker_is_private")
    return read_form([catalogue[name] for name in names if name in catalogue], given, key=number)
