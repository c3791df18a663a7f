"""A week of bookings: the few to look at answered in place, the rest in one stroke, the answers taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, make_response, render_template, request, url_for

from vetting import casework
from vetting.bookings.domain.bookers import KIND_WORDS, ORGANISER
from vetting.bookings.domain.quick_checks import facts_to_ask, question_to_association, reply_by
from vetting.bookings.domain.weeks import (
    LOOK_REASON_WORDS,
    WeekReviewReason,
    WeekSection,
    monday_of,
    next_monday,
    week_of,
)
from vetting.bookings.forms import (
    MET,
    AnsweredFactsForm,
    BookingReferralForm,
    BookingSecondLookForm,
    FormsOfWeek,
    LookedAtForm,
    ManyAnswersForm,
    booking_answer_form,
)
from vetting.bookings.models.clashes import clashes_in_words
from vetting.bookings.services import answers as booking_answers
from vetting.bookings.services import handed_over, week_files, weeks
from vetting.bookings.services.answers import BookingAnswer, may_be_confirmed
from vetting.bookings.services.earlier_events import event_points, find_earlier_events
from vetting.bookings.services.week_groups import WeekQuestion, count_bookers, groups_of_week
from vetting.casework import ReferralRecipient, is_initial_review_question
from vetting.engine import reasons
from vetting.engine.facts import NUMBER
from vetting.formats.document_types import XLSX
from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import _
from vetting.people.models.people import Board
from vetting.web import preferences, visitor
from vetting.web.errors import STATUS
from vetting.web.fact_forms import fact_form
from vetting.web.forms import PostedForm
from vetting.web.translation import gettext
from vetting.web.view_helpers import (
    KEY,
    act_by_form,
    attachment_response,
    in_transaction,
    posted_form,
    posted_names,
    posted_value,
    redirect_after_post,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from flask import Response

    from vetting.bookings.services.earlier_events import EarlierEvent
    from vetting.bookings.services.weeks import Week, WeekBooking
    from vetting.engine.facts import FactDefinition
    from vetting.engine.screening import Screening
    from vetting.kernel.store.session import Session, WritingSession

blueprint = Blueprint("weeks", __name__)
RECEIPTS: Final = ("sedd", "sparad", "fragad", "lamnade")
"""What was done, told once on the page that follows."""


@blueprint.get("/bokningar/vecka")
def nearest() -> Response:
    """The next week with bookings to answer, or this one."""
    with reading_session() as session:
        monday = weeks.nearest_week(session, on=visitor.today())
    return redirect_after_post(url_for("weeks.show", week=week_of(monday)))


@blueprint.get("/bokningar/vecka/<week>")
def show(week: str) -> str:
    """The week; what is closed in it has an address with what it opens, and is fetched by itself from there."""
    if request.args.get("del") != "1":
        return _page(_monday(week))
    return (
        answered_booker(_monday(week), request.args["kort"]) if "kort" in request.args else one_booking(_monday(week))
    )


def one_booking(monday: date) -> str:
    """One of the bookings to look at, open, by itself."""
    with reading_session() as session:
        found = _week(session, monday)
        item = next((one for one in found.of(WeekSection.LOOK) if one.case.number == request.args.get("bokning")), None)
        if item is None:
            raise Refused(Obstacle.MISSING)
        earlier = find_earlier_events(session, found)
        return render_template(
            "bookings/weeks/one_booking.html",
            row=_booking_to_show(item, FormsOfWeek(None), earlier.get(item.case.id)),
            earlier=earlier,
            week=week_of(monday),
            held=casework.delegation_for(session, "booking", on=visitor.today()),
            changed_words=_changed_words(),
            why_words=LOOK_REASON_WORDS,
        )


def _changed_words() -> dict[str, str]:
    return {"time": gettext("Tid"), "room": gettext("Lokal"), "title": gettext("Rubrik")}


@blueprint.post("/bokningar/vecka/<week>/bekrafta")
def confirm_many(week: str) -> Response:
    """Those chosen of the ones without questions, each in a transaction of its own."""
    return _confirm_chosen(week, posted_form(ManyAnswersForm), lambda _number: BookingAnswer(without_questions=True))


@blueprint.post("/bokningar/vecka/<week>/inget")
def confirm_looked_at(week: str) -> Response:
    """All bookings of those that were read and ticked: nothing has been found about them."""
    return _confirm_chosen(
        week, posted_form(LookedAtForm, key="looked"), lambda _number: BookingAnswer(nothing_found=True)
    )


@blueprint.post("/bokningar/vecka/<week>/som-forut")
def confirm_as_before(week: str) -> Response:
    """All chosen bookings of events that were answered before: what was said then is said again."""
    with reading_session() as session:
        found = weeks.bookings_of_week(session, _monday(week), on=visitor.today())
        earlier = find_earlier_events(session, found)
        met = {item.case.number: earlier[item.case.id].met for item in found.bookings if item.case.id in earlier}
    return _confirm_chosen(
        week,
        posted_form(LookedAtForm, key="looked"),
        lambda number: BookingAnswer(nothing_found=True, met=met.get(number, {})),
    )


def _confirm_chosen(week: str, form: ManyAnswersForm, said: Callable[[str], BookingAnswer]) -> Response:
    """Each booking in a transaction of its own; those that changed since they were seen are left and named.

    said: number -> what is said of it.
    """
    monday, made = _monday(week), 0
    form.validate()
    form.tell(_wrong_with_how(form))
    chosen = [one.partition("/") for value in form.case.data for one in value.split()]
    seen = {number: int(version) if KEY.fullmatch(version) else 0 for number, _slash, version in chosen}
    with reading_session() as session:
        as_seen = booking_answers.compare_seen(session, seen)
    for number in () if form.problems else list(seen)[: booking_answers.MOST_AT_ONCE]:
        if number in as_seen.answered:
            continue
        if number not in as_seen.unchanged:
            form.tell([booking_answers.changed_problem(number)])
            continue
        try:
            in_transaction(
                lambda s, n=number: booking_answers.confirm_unchanged(  # type: ignore[misc]
                    s, n, said(n), since=as_seen.since, form=form.how()
                )
            )
            made += 1
        except Refused as refused:
            form.tell(refused.problems or [_gone_problem(number)])
    if form.problems:
        return make_response(_page(monday, form, made), STATUS[Obstacle.CLOSED])
    return redirect_after_post(_after_answer(week, klara=made, redan=len(as_seen.answered)))


def _after_answer(week: str, **receipt: str | int) -> str:
    """Where one goes on when something was answered: to the week, or to what is left of the card it was answered in."""
    part = {"del": 1, "kort": request.args["kort"]} if request.args.get("del") == "1" and "kort" in request.args else {}
    return url_for("weeks.show", week=week, **part, **receipt)  # type: ignore[arg-type] # none of them is one of its own


def _act_on_row(
    week: str, form: PostedForm, work: Callable[[WritingSession], object], **receipt: str | int
) -> Response:
    monday = _monday(week)
    return act_by_form(
        form,
        work,
        onto=_after_answer(week, **receipt),
        again=lambda refused: _page(monday, refused),
    )


@blueprint.post("/bokningar/vecka/<week>/svar")
def confirm(week: str) -> Response:
    form = posted_form(booking_answer_form(posted_names(MET)), key=posted_value("case"))
    return _act_on_row(
        week,
        form,
        lambda s: booking_answers.confirm_booking(
            s, form.case.data, form.command(), version=form.version.data, form=form.how()
        ),
        klara=1,
    )


@blueprint.post("/bokningar/vecka/<week>/uppgifter")
def fill_in(week: str) -> Response:
    """What the booker has answered, for one booking."""
    number = posted_value("case")
    with reading_session() as session:
        booked = weeks.booking_in_week(session, number, on=visitor.today())
    form = posted_form(
        fact_form(_asked_of_booker(booked.screening, (WeekReviewReason.ORGANISER,)), AnsweredFactsForm), key=number
    )
    return _act_on_row(
        week, form, lambda s: casework.change_facts(s, number, form.command(), version=form.version.data), sparad=number
    )


@blueprint.post("/bokningar/vecka/<week>/sett")
def look_again(week: str) -> Response:
    """Somebody has looked again at one that was answered: the answer stands."""
    form = posted_form(BookingSecondLookForm, key=posted_value("case"))
    return _act_on_row(
        week, form, lambda s: casework.note_second_look(s, form.case.data, form.text.data), sedd=form.case.data
    )


@blueprint.post("/bokningar/vecka/<week>/fraga")
def refer(week: str) -> Response:
    """Asks the coordinator or the group about one of them."""
    form = posted_form(BookingReferralForm, key=posted_value("case"))
    return _act_on_row(
        week,
        form,
        lambda s: casework.refer_booking(s, form.case.data, ReferralRecipient(form.whom.data), form.question.data),
        fragad=form.case.data,
    )


def _wrong_with_how(form: ManyAnswersForm) -> list[Problem]:
    """What is lacking of the meeting or the chair's reason, told once however many are confirmed."""
    with reading_session() as session:
        held = casework.delegation_for(session, "booking", on=visitor.today())
    return casework.wrong_with(held, form.how()) if held is not None else []


@blueprint.post("/bokningar/vecka/<week>/lamna")
def hand_over(week: str) -> Response:
    """The answers of the week are given to the booking system."""
    monday = _monday(week)
    return act_by_form(
        posted_form(PostedForm),
        lambda s: handed_over.hand_over_answers(s, monday),
        onto=lambda number: _after_answer(week, lamnade=number),
        again=lambda refused: _page(monday, refused),
    )


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


def _monday(week: str) -> date:
    found = monday_of(week)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def _gone_problem(number: str) -> Problem:
    return Problem("case", _("Det finns inget ärende {item}.", item=number[:20]), _("Ladda om veckan."))


def _week(session: Session, monday: date) -> Week:
    return weeks.bookings_of_week(session, monday, on=visitor.today())


def _page(monday: date, refused: PostedForm | None = None, made: int | None = None) -> str:
    with reading_session() as session:
        return render_template("bookings/weeks/show.html", **_what_is_shown(session, monday, refused, made))


def answered_booker(monday: date, card: str) -> str:
    """What is left of the card of one who books when something in it was answered."""
    with reading_session() as session:
        shown = _what_is_shown(session, monday)
        group = next((one for some in shown["groups"].values() for one in some if one.key == card), None)
        return render_template("bookings/weeks/answered_booker.html", group=group, **shown)


def _what_is_shown(
    session: Session, monday: date, refused: PostedForm | None = None, made: int | None = None
) -> dict[str, Any]:
    person = visitor.signed_in_person()
    if made is None:
        made = _told_number("klara")
    receipt = next((name for name in RECEIPTS if request.args.get(name)), "")
    forms = FormsOfWeek(refused)
    found = _week(session, monday)
    board = session.get_one(Board, person.board_id)
    held = casework.delegation_for(session, "booking", on=visitor.today())
    earlier = find_earlier_events(session, found)
    groups = groups_of_week(found, earlier)
    opened = _opened_bookings(found, refused)
    return {
        "found": found,
        "groups": groups,
        "earlier": earlier,
        "questions": WeekQuestion,
        "bookers": count_bookers(found),
        "to_see": sum(map(len, groups.values())),
        "opened": {item.case.number: _booking_to_show(item, forms, earlier.get(item.case.id)) for item in opened},
        "looked": forms.looked_at(),
        "most_shown": weeks.MOST_SHOWN,
        "plain": found.of(WeekSection.PLAIN),
        "at_once": booking_answers.MOST_AT_ONCE,
        "answered": found.of(WeekSection.ANSWERED),
        "to_hand_over": len(handed_over.answers_to_hand_over(session, monday)),
        "week": week_of(monday),
        "sunday": monday + timedelta(days=6),
        "before": week_of(next_monday(monday, -1)),
        "after": week_of(next_monday(monday)),
        "this": week_of(visitor.today()),
        "held": held,
        "refused": refused,
        "many": forms.many(),
        "made": made,
        "already": _told_number("redan"),
        "receipt": receipt,
        "about": request.args.get(receipt, ""),
        "changed_words": _changed_words(),
        "why_words": LOOK_REASON_WORDS,
        "clashes_in_words": clashes_in_words,
        "booker_kind_words": KIND_WORDS,
        "contact": board.coordinator,
        "today": visitor.today(),
    }


def _told_number(name: str) -> int:
    """A number that a receipt tells, in the address."""
    return min(whole_number_in_address(name) or 0, 9999)


def _opened_bookings(week: Week, refused: PostedForm | None) -> list[WeekBooking]:
    """The bookings that stand open: the one asked for, and the one whose form was refused."""
    wanted = {request.args.get("bokning", ""), refused.key if refused is not None else ""}
    return [item for item in week.of(WeekSection.LOOK) if item.case.number in wanted]


def _booking_to_show(item: WeekBooking, forms: FormsOfWeek, earlier: EarlierEvent | None) -> dict[str, Any]:
    """A booking to look at: its points, what can be done there, what to ask the booker."""
    screening, case = item.screening, item.case
    asked, first = _asked_of_booker(screening, item.why), _first(item)
    points = event_points(item)
    return {
        "item": item,
        "points": points,
        "looks": [finding for finding in item.asking if is_initial_review_question(finding)],
        "can_confirm": may_be_confirmed(case, screening, item.conflict),
        "facts": forms.facts(case, asked) if asked else None,
        "answer": forms.answer(
            case, {finding.criterion.id: finding.criterion.label for finding in points}, earlier.met if earlier else {}
        ),
        "second_look": forms.second_look(case),
        "referral": forms.referral(case),
        "question": question_to_association(screening, reply_by(visitor.today(), first))
        if screening and reasons.missing_to_ask_for(screening) and (first is None or first > visitor.today())
        else None,
    }


def _first(item: WeekBooking) -> date | None:
    starts = min((use.starts_at for use in item.uses if use.starts_at), default=None)
    return day_here(starts) if starts else None


def _asked_of_booker(screening: Screening | None, why: Sequence[WeekReviewReason]) -> list[FactDefinition]:
    catalogue = screening.ruleset.catalogue if screening else {}
    names = facts_to_ask(screening) if screening and reasons.missing_to_ask_for(screening) else ()
    if NUMBER in names:
        names = (*names, "booker_is_private")
    if WeekReviewReason.ORGANISER in why and ORGANISER not in names:
        names = (*names, ORGANISER)
    return [catalogue[name] for name in names if name in catalogue]
