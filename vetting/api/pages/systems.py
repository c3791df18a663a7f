"""The page where a board's administrator gives other systems their tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting.api.domain.rights import RIGHT_WORDS
from vetting.api.forms import AgreedSystemForm, EndedSystemForm, NewSystemForm, RenewedSystemForm
from vetting.api.services import systems as service
from vetting.kernel.roles import Action
from vetting.people.models.systems import systems_of, systems_waiting_for
from vetting.web import visitor
from vetting.web.page_actions import PageActions
from vetting.web.view_helpers import page_by_form, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.web.forms import PostedForm

blueprint = Blueprint("systems", __name__)
system_actions = PageActions[int](
    blueprint,
    "/system/<int:system_id>",
    page=lambda _system_id, form: _page(told=form),
    onto=lambda _system_id: url_for("systems.show"),
)
USUAL_DAYS, USUAL_RATE = timedelta(days=365), 60


@blueprint.get("/system")
def show() -> str:
    """The systems, and the form for one more."""
    return _page()


def _page(form: NewSystemForm | None = None, *, told: PostedForm | None = None, secret: str = "", of: str = "") -> str:
    """told: a form beside that of a new token, with what it was refused for."""
    with reading_session() as session:
        by = visitor.signed_in_person()
        rows = systems_of(session, by.board_id)
        known = {"per_minute": USUAL_RATE, "last_day": visitor.today() + USUAL_DAYS}
        return render_template(
            "api/systems/show.html",
            rows=rows,
            rights=RIGHT_WORDS,
            on=visitor.today(),
            may_give=by.may(Action.MANAGE_BOARD),
            agreeable={row.id for row in systems_waiting_for(session)},
            form=form or NewSystemForm(known=known),
            told=told or form,
            secret=secret,
            of=of,
        )


@blueprint.post("/system")
def add() -> Response:
    """A token, which is shown once."""
    form = posted_form(NewSystemForm)
    return page_by_form(
        form,
        lambda session: service.add_system(session, form.command()),
        page=lambda made: _page(secret=made[1], of=made[0].name),
        again=_page,
    )


@blueprint.post("/system/<int:system_id>/ny-nyckel")
def renew(system_id: int) -> Response:
    """A new token for a system that is there, shown once."""
    return page_by_form(
        posted_form(RenewedSystemForm, key=str(system_id)),
        lambda session: service.renew_system(session, system_id, visitor.today() + USUAL_DAYS),
        page=lambda made: _page(secret=made[1], of=made[0].name),
        again=lambda form: _page(told=form),
    )


system_actions.add(
    "agree", "/godkann", AgreedSystemForm, lambda session, _form, system_id: service.agree_system(session, system_id)
)
system_actions.add(
    "end", "/avsluta", EndedSystemForm, lambda session, _form, system_id: service.end_system(session, system_id)
)
