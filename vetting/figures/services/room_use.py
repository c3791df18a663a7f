"""The use of rooms in some days: by room and hour, by kind of organiser, and what the control cost and gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.boards.services.sign_in import require_permission
from vetting.bookings.domain.bookers import KIND_WORDS
from vetting.engine.screening import BookerKind
from vetting.figures.domain.plots import Plot, RoomHours, rooms_plot
from vetting.figures.models.overview_figures import rooms_by_hour
from vetting.figures.models.room_figures import ControlFigures, control_figures, kinds_of_bookers
from vetting.figures.services.period_reports import the_board
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _, day_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from vetting.figures.domain.periods import TimeWindow
    from vetting.kernel.roles import Person

MOST_DAYS: Final = 400


class RoomFigures(NamedTuple):
    """What the page shows of some days."""

    window: TimeWindow
    plot: Plot
    kinds: Sequence[tuple[Words, int]]
    control: ControlFigures


def room_figures(session: Session, by: Person, window: TimeWindow) -> RoomFigures:
    """How the board's rooms were used.

    Raises:
        Refused: this person does not see the figures, or the days are no time.
    """
    require_permission(by, Action.READ_FIGURES)
    days = (window.last - window.first).days + 1
    if not 1 <= days <= MOST_DAYS:
        what = _("Dagarna är ingen tid, eller längre än ett år.")
        raise Refused(Obstacle.INVALID, Problem("fran", what, _("Välj en första och en sista dag inom ett år.")))
    board = the_board(by)
    rooms = [RoomHours(room.name, "", room.hours) for room in rooms_by_hour(session, board, *window)]
    about = _(
        "Antal dagar av {days} som varje timme är bokad, {first} – {last}. Ljus ruta: ledig.",
        days=days,
        first=day_in_words(window.first),
        last=day_in_words(window.last),
    )
    kinds = kinds_of_bookers(session, board, window)
    named = [(KIND_WORDS[kind], kinds[kind.value]) for kind in BookerKind if kinds.get(kind.value)]
    if kinds.get(""):
        named.append((_("Inte angivet"), kinds[""]))
    return RoomFigures(window, rooms_plot(rooms, days, about), named, control_figures(session, board, window))
