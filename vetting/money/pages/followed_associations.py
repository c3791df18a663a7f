"""Associations to follow up: granted ones that nobody has followed up this year, and new ones; visits are noted."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request, url_for

from vetting.casework.domain.cases import FollowUpWay
from vetting.casework.models.cases import find_case
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _
from vetting.money.forms.follow_up import FollowUpForm
from vetting.money.services.coverage import (
    FollowedAssociation,
    NewAssociation,
    NewFollowUp,
    associations_to_follow_up,
    count_new,
    coverage,
    new_associations,
    note_contact,
)
from vetting.web import visitor
from vetting.web.forms import FormsOfPage
from vetting.web.view_helpers import act_by_form, address_of_place, place_in_address, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Response

    from vetting.web.forms import PostedForm

blueprint = Blueprint("followed_associations", __name__)
PAGE: Final = 25
COUNTED: Final = 200
AFTER: Final = "efter"


class FollowUpList(StrEnum):
    """The lists; a value stands in the address."""

    GRANTED = "beviljade"
    NEW = "nya"


LIST_WORDS: Final[Mapping[FollowUpList, Words]] = {
    FollowUpList.GRANTED: _("Med bidrag, att följa upp"),
    FollowUpList.NEW: _("Nya föreningar"),
}


@blueprint.get("/uppfoljning/foreningar")
def index() -> str:
    """A page of one of the lists."""
    return _index()


def _index(refused: PostedForm | None = None) -> str:
    by, year = visitor.signed_in_person(), visitor.today().year
    asked = request.args.get("visa", "")
    shown = FollowUpList(asked) if asked in set(FollowUpList) else FollowUpList.GRANTED
    after = place_in_address(AFTER)
    found: Sequence[FollowedAssociation | NewAssociation]
    with reading_session() as session:
        counted = coverage(session, year)
        new = count_new(session, most=COUNTED + 1)
        if shown is FollowUpList.GRANTED:
            found = associations_to_follow_up(session, year, after=after, most=PAGE + 1)
            place = [(row.decided_on, row.association_id) for row in found]
        else:
            found = new_associations(session, after=after, most=PAGE + 1)
            place = [(row.received_on, row.association_id) for row in found]
    return render_template(
        "money/followed_associations/index.html",
        rows=found[:PAGE],
        shown=shown,
        words=LIST_WORDS,
        counts={FollowUpList.GRANTED: counted.left, FollowUpList.NEW: new},
        counted=COUNTED,
        coverage=counted,
        may_see=by.may(Action.READ_FIGURES),
        year=year,
        more=address_of_place(place[PAGE - 1]) if len(found) > PAGE else "",
        page=PAGE,
        forms=FormsOfPage(refused),
        new_form=FollowUpForm,
        refused=refused,
        after=request.values.get(AFTER, ""),
    )


@blueprint.post("/uppfoljning/foreningar/<number>")
def note(number: str) -> Response:
    """Notes a visit, a talk or papers seen, in the association's newest grant."""
    form = posted_form(FollowUpForm, key=f"contact-{number}")
    with reading_session() as session:
        if find_case(session, number, Action.ASSESS) is None:
            raise Refused(Obstacle.MISSING)
    return act_by_form(
        form,
        lambda session: note_contact(
            session, number, NewFollowUp(FollowUpWay(form.way.data), form.on.data, form.text.data)
        ),
        onto=url_for("followed_associations.index", efter=request.values.get(AFTER) or None),
        again=_index,
    )
