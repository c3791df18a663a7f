"""Watches: what comes up on its day, for whoever asked for it, and for whoever stands in for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request, url_for

from vetting.kernel.problem import Obstacle, Refused
from vetting.people.models.people import colleagues
from vetting.web import visitor
from vetting.web.view_helpers import (
    act_by_form,
    in_transaction,
    posted_form,
    redirect_after_post,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session
from vetting.workspace.domain.watches import WatchedThing
from vetting.workspace.forms.watches import FormsOfWatches, GivenWatchForm, MovedWatchForm, NewWatchForm
from vetting.workspace.services import watches as service
from vetting.workspace.services.watches import NewWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response

    from vetting.kernel.store.session import Session, WritingSession
    from vetting.web.forms import PostedForm
    from vetting.workspace.services.watches import WatchSubject

blueprint = Blueprint("watches", __name__)
PLACES: Final[Mapping[WatchedThing, Callable[[WatchSubject], str]]] = {
    WatchedThing.CASE: lambda thing: url_for("cases.show", number=thing.number),
    WatchedThing.ASSOCIATION: lambda thing: url_for("associations.show", association_id=thing.key),
    WatchedThing.ROUND: lambda thing: url_for("rounds.show", round_id=thing.key),
    WatchedThing.MEETING: lambda thing: url_for("meetings.show", meeting_id=thing.key),
    WatchedThing.PAYMENT: lambda thing: url_for("cases.show", number=thing.number),
}
"""What is watched -> its page."""


def place_of_thing(thing: WatchSubject) -> str:
    """Where what is watched stands."""
    return PLACES[thing.about](thing)


@blueprint.get("/bevakningar")
def index() -> str:
    return _render_index()


def _render_index(refused: PostedForm | None = None) -> str:
    person, today = visitor.signed_in_person(), visitor.today()
    with reading_session() as session:
        lines = service.watch_lines(session, on=today)
        people = colleagues(session, person.board_id, *service.WATCHERS)
    return render_template(
        "workspace/watches/index.html",
        lines=lines,
        today=today,
        place_of=place_of_thing,
        refused=refused,
        forms=FormsOfWatches({user.id: user.name for user in people if user.id != person.id}, refused),
    )


def _thing_asked_for(session: Session) -> WatchSubject | None:
    """What the address names: a case by its number, else a kind and a key; nothing where it names none.

    Raises:
        Refused: there is no such thing for the visitor.
    """
    if number := request.args.get("arende", ""):
        return service.watched_case(session, number)
    for about in WatchedThing:
        key = whole_number_in_address(about.value)
        if key is not None:
            return service.watched_thing(session, about, key)
    return None


@blueprint.get("/bevakningar/ny")
def new() -> Response | str:
    """The day and the line; what is watched is chosen on its own page."""
    with reading_session() as session:
        thing = _thing_asked_for(session)
    return _render_new(thing, NewWatchForm()) if thing is not None else redirect_after_post(url_for("watches.index"))


def _render_new(thing: WatchSubject, form: NewWatchForm) -> str:
    return render_template("workspace/watches/new.html", thing=thing, place=place_of_thing(thing), form=form)


@blueprint.post("/bevakningar/ny")
def create() -> Response:
    form = posted_form(NewWatchForm)
    with reading_session() as session:
        thing = _thing_asked_for(session)
    if thing is None:
        raise Refused(Obstacle.MISSING)
    return act_by_form(
        form,
        lambda session: service.add_watch(
            session,
            NewWatch(
                about=thing.about, key=thing.key, on=form.on.day, text=form.text.data, sleeps=bool(form.sleeps.data)
            ),
        ),
        onto=place_of_thing(thing),
        again=lambda refused: _render_new(thing, refused),
    )


@blueprint.post("/bevakningar/<int:watch_id>/flytta")
def move(watch_id: int) -> Response:
    form = posted_form(MovedWatchForm, key=f"move-{watch_id}")
    return _act_on_watch(watch_id, form, lambda session: service.move_watch(session, watch_id, form.on.day))


@blueprint.post("/bevakningar/<int:watch_id>/lamna")
def give(watch_id: int) -> Response:
    form = posted_form(GivenWatchForm, key=f"give-{watch_id}")
    return _act_on_watch(watch_id, form, lambda session: service.give_watch(session, watch_id, form.user.data or 0))


@blueprint.post("/bevakningar/<int:watch_id>/klar")
def finish(watch_id: int) -> Response:
    in_transaction(lambda session: service.finish_watch(session, watch_id))
    return redirect_after_post(url_for("watches.index"))


def _act_on_watch(watch_id: int, form: PostedForm, work: Callable[[WritingSession], object]) -> Response:
    with reading_session() as session:
        service.own_watch(session, watch_id)
    return act_by_form(form, work, onto=url_for("watches.index"), again=_render_index)
