"""Those who book rooms: what each is, said once, so that the weeks that follow need not ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting.bookings.domain.bookers import KIND, KIND_MEANS, KIND_WORDS
from vetting.bookings.forms import BookerKindsForm, booker_kinds_form
from vetting.bookings.services import bookers
from vetting.kernel.text import _, count_in_words, same_in_both
from vetting.web.view_helpers import act_by_form, posted_form, posted_names
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.kernel.store.session import WritingSession

blueprint = Blueprint("bookers", __name__)
MOST_SHOWN: Final = 60
"""Of those nothing is said of yet; more come when these are saved."""
MOST_SAID: Final = 300


@blueprint.get("/bokningar/bokare")
def index() -> str:
    """Those with bookings ahead, those nobody has said anything of first."""
    return _page()


@blueprint.post("/bokningar/bokare")
def say() -> Response:
    form = posted_form(booker_kinds_form(posted_names(KIND)[: MOST_SHOWN + MOST_SAID]))

    def work(session: WritingSession) -> int:
        new = bookers.say_kinds(session, form.command())
        form.receipt = count_in_words(new, _("slag är sparat"), _("slag är sparade")) + same_in_both(".")
        return new

    return act_by_form(
        form,
        work,
        onto=url_for("bookers.index"),
        again=_page,
    )


def _page(refused: BookerKindsForm | None = None) -> str:
    with reading_session() as session:
        found = bookers.bookers_ahead(session)
    new, said = [one for one in found if one.said is None], [one for one in found if one.said is not None]
    shown = [*new[:MOST_SHOWN], *said[:MOST_SAID]]
    known: dict[str, object] = {f"{KIND}{one.association.id}": one.proposed.value for one in shown if one.proposed}
    form = booker_kinds_form(str(one.association.id) for one in shown)(known=known)
    if refused is not None:
        form = refused
    return render_template(
        "bookings/bookers/index.html",
        new=new,
        said=said[:MOST_SAID],
        most_shown=MOST_SHOWN,
        fields=form.kinds,
        rest=form.rest,
        refused=refused,
        booker_kind_words=KIND_WORDS,
        kind_means=KIND_MEANS,
    )
