"""The first page of everybody: what waits today, by all of their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request, url_for

from vetting.kernel.roles import Action, Role
from vetting.web import visitor
from vetting.web.visitor import reading_session
from vetting.workspace.services.since_last import since_last
from vetting.workspace.services.todays import MOST, MOST_IN_ALL, TodayLine, TodayPlace, today_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

blueprint = Blueprint("today", __name__)
ADDRESSES: Final[Mapping[TodayPlace, Callable[[str], str]]] = {
    TodayPlace.CASE: lambda key: url_for("cases.show", number=key),
    TodayPlace.REVIEW: lambda key: url_for("special_reviews.show", review_number=key),
    TodayPlace.CLEAR_CASES: lambda _key: url_for("cases.index", klara="1"),
    TodayPlace.FREE_CASES: lambda _key: url_for("cases.index", lediga="1"),
    TodayPlace.DECIDE: lambda _key: url_for("deciding.index"),
    TodayPlace.END: lambda _key: url_for("endings.index"),
    TodayPlace.LETTERS: lambda _key: url_for("letters.waiting"),
    TodayPlace.PAY: lambda _key: url_for("payments.index"),
    TodayPlace.MEETING: lambda key: url_for("meetings.show", meeting_id=int(key)),
    TodayPlace.REGISTRY: lambda _key: url_for("registry.index"),
    TodayPlace.CLEARING: lambda _key: url_for("registry.working_material"),
    TodayPlace.REPORT: lambda _key: url_for("delegation.unreported_decisions"),
    TodayPlace.LATE_REPORTS: lambda _key: url_for("cases.index", redovisning="sen"),
    TodayPlace.WEEK: lambda _key: url_for("weeks.nearest"),
    TodayPlace.INCOMING: lambda _key: url_for("incoming.index"),
    TodayPlace.PEOPLE: lambda _key: url_for("people.index"),
    TodayPlace.ORDER: lambda _key: url_for("ways_of_working.show", _anchor="changes-heading"),
    TodayPlace.DELEGATION: lambda _key: url_for("delegation.index"),
    TodayPlace.READS: lambda _key: url_for("trail.reads"),
    TodayPlace.PERSONAL_DATA: lambda _key: url_for("personal_data.show"),
    TodayPlace.GATES: lambda _key: url_for("ways_of_working.show", _anchor="waits"),
    TodayPlace.FACTOR: lambda _key: url_for("ways_of_working.show", _anchor="factor-heading"),
    TodayPlace.PAY_TO: lambda _key: url_for("ways_of_working.show", _anchor="pay-heading"),
    TodayPlace.SYSTEMS: lambda _key: url_for("systems.show"),
    TodayPlace.PAIRS: lambda _key: url_for("ways_of_working.show", _anchor="apart-heading"),
    TodayPlace.WATCH: lambda key: url_for("watches.index", _anchor=f"w-{key}"),
    TodayPlace.PERIOD: lambda key: url_for("period_reports.show", period_code=key),
    TodayPlace.ROUND: lambda key: url_for("rounds.show", round_id=int(key)),
    TodayPlace.ITEM: lambda key: url_for("board_decisions.show", item_decision_id=int(key)),
    TodayPlace.SUPPORT: lambda key: url_for("support.show", association_id=int(key)),
    TodayPlace.ACTIVITY: lambda key: url_for("activities.show", activity_id=int(key)),
    TodayPlace.GRANT_ROUTINE: lambda _key: url_for("grant_routines.show"),
    TodayPlace.CHANGE: lambda key: url_for("grant_changes.show", number=key),
    TodayPlace.APPEALS: lambda key: url_for("item_appeals.index", item_decision_id=int(key)),
    TodayPlace.ROUNDS: lambda _key: url_for("rounds.index"),
    TodayPlace.IMPORT: lambda _key: url_for("imports.index"),
    TodayPlace.REVIEW_RULES: lambda key: url_for("draft_trials.review", draft_id=int(key)),
    TodayPlace.WRITE_RULES: lambda key: url_for("drafts.show", draft_id=int(key)),
    TodayPlace.SETUP: lambda _key: url_for("setup.show"),
}
"""Place -> where it is."""


@blueprint.get("/i-dag")
def show() -> str:
    """Ten lines, late first, each with the act as a link; what others have beside them."""
    person = visitor.signed_in_person()
    with reading_session() as session:
        most = MOST_IN_ALL if request.args.get("alla") == "1" else MOST
        found = today_of(session, on=visitor.today(), most=most)
        since = since_last(session, on=visitor.today())
    return render_template(
        "workspace/today/show.html",
        found=found,
        address_of=_address_of,
        today=visitor.today(),
        since=since,
        quick=Role.PREMISES in person.roles and person.may(Action.QUICK_CHECK),
        most_with_others=max((number for _words, number in found.others), default=0),
    )


def _address_of(line: TodayLine) -> str:
    return ADDRESSES[line.place](line.key)
