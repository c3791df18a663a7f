"""The stages of a case as its page draws them: what is done, what is now, what is not needed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.domain.row_tags import tag_of
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import outcome_words
from vetting.kernel.text import (
    NO_WORDS,
    Words,
    _,
    count_in_words,
    day_in_words,
    in_context,
    join_words,
    lower_first,
    same_in_both,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.workspace.services.case_files import CaseFile


class StageStatus(StrEnum):
    """How a stage stands."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"


class CaseStage(NamedTuple):
    """One stage: what it is called, what is said of it, and how it stands."""

    name: Words
    detail: Words
    status: StageStatus


RECEIVED, REVIEWED, GROUP, HEARD, DECIDED, PAID, REPORTED, HELD = range(8)
NAMES: Final[Mapping[int, Words]] = {
    RECEIVED: _("Inkommen"),
    REVIEWED: in_context("stage", "Granskas"),
    GROUP: _("Referensgrupp"),
    HEARD: _("Yttrande"),
    DECIDED: in_context("stage", "Beslut"),
    PAID: in_context("stage", "Utbetalning"),
    REPORTED: _("Redovisning"),
    HELD: in_context("stage", "Genomförs"),
}
NOW_IN: Final[Mapping[CaseState, int]] = {
    CaseState.REFERRED: GROUP,
    CaseState.COMMUNICATION: HEARD,
    CaseState.READY: DECIDED,
    CaseState.PAYMENT: PAID,
    CaseState.REPORTING: REPORTED,
    CaseState.CONFIRMED: HELD,
}
"""State -> the stage that the case is in; other open ones are being reviewed, other ended ones are over."""


def stages_of(file: CaseFile, on: date) -> Sequence[CaseStage]:
    """The stages of a case, in the order of its road."""
    road = [RECEIVED, REVIEWED]
    if file.is_grant:
        road += [GROUP] if file.shows_group else []
        road += [HEARD, DECIDED, PAID, REPORTED]
    else:
        road += [DECIDED, HELD]
    now = NOW_IN.get(file.state, REVIEWED if file.state in OPEN else None)
    if now == REVIEWED and file.standing.is_gone_through:
        now = GROUP if _group_waits(file) else now if file.standing.holding_back else DECIDED
    if now not in road:
        now = REVIEWED if file.state in OPEN else None
    over = _last_done(file) if now is None else road.index(now)
    return [
        CaseStage(NAMES[stage], _detail(stage, file, on), _status(place, over, stage, now, file))
        for place, stage in enumerate(road)
    ]


def _status(place: int, over: int, stage: int, now: int | None, file: CaseFile) -> StageStatus:
    if stage == now:
        return StageStatus.NOW
    if stage == GROUP and _group_waits(file):
        return StageStatus.AHEAD  # the group is not always heard before the association is
    return StageStatus.DONE if place < over else StageStatus.AHEAD


def _ends_untried(file: CaseFile) -> bool:
    """Whether nothing more is to come: the case is to end, or has ended, without being tried."""
    handed_over = file.state is CaseState.CLOSED and not file.decisions
    return file.standing.waits_to_end or file.state is CaseState.DISCONTINUED or handed_over


def _group_waits(file: CaseFile) -> bool:
    """Whether the group is to give an opinion that it has not given."""
    return not _ends_untried(file) and file.situation.group_required and _advice(file) is None


def _advice(file: CaseFile) -> date | None:
    """The day on which the group gave its opinion."""
    return next((day_here(row.treated_at) for row in file.reviews if row.outcome and row.treated_at), None)


def _last_done(file: CaseFile) -> int:
    """How many stages are over in a case that is in none."""
    return {
        CaseState.CLOSED: len(NAMES) if file.decisions else 1,
        CaseState.WITHDRAWN: 1,
        CaseState.CANCELLED: 1,
        CaseState.DISCONTINUED: 2,
    }.get(file.state, 5)


def _detail(stage: int, file: CaseFile, on: date) -> Words:
    tell = {
        RECEIVED: _of_receipt,
        REVIEWED: _of_review,
        GROUP: _of_group,
        HEARD: _of_hearing,
        DECIDED: _of_decision,
        PAID: _of_payment,
        REPORTED: _of_report,
        HELD: _of_use,
    }[stage]
    return tell(file, on)


def _of_receipt(file: CaseFile, _on: date) -> Words:
    return day_in_words(file.case.received_on)


def _of_review(file: CaseFile, _on: date) -> Words:
    if file.state not in OPEN:
        return NO_WORDS
    seen = file.standing
    told = []
    if seen.points_to_see:
        told.append(count_in_words(seen.points_to_see, _("att se över"), _("att se över")))
    if seen.situation.gaps:
        told.append(count_in_words(len(seen.situation.gaps), _("saknas"), _("saknas")))
    if seen.situation.not_met:
        told.append(_("ej uppfyllt"))
    if told:
        return join_words(told, ", ")
    return _("granskad") if seen.is_gone_through else lower_first(tag_of(seen).words)


def _of_group(file: CaseFile, _on: date) -> Words:
    advised = _advice(file)
    if advised is not None:
        return day_in_words(advised)
    if _ends_untried(file):
        return NO_WORDS
    if file.situation.referred:
        return _("väntar på möte")
    return _("ska yttra sig") if file.situation.group_required else _("behövs inte")


def _of_hearing(file: CaseFile, _on: date) -> Words:
    told = file.communications
    if not told:
        return _("ska få yttra sig") if file.situation.not_met and file.open else _("behövs inte")
    if told[0].replied_on is not None:
        return _("svar ") + day_in_words(told[0].replied_on)
    if file.standing.letter_unsent:
        return _("brevet är inte skickat")
    return _("svar senast ") + day_in_words(told[0].reply_by)


def _of_decision(file: CaseFile, _on: date) -> Words:
    made = next((row for row in file.decisions if row.kind == file.kind.value), None)
    if made is not None and not file.open:
        return lower_first(outcome_words(file.kind, made.outcome)) + same_in_both(" ") + day_in_words(made.decided_on)
    if file.standing.waits_to_end:
        return _("ska avskrivas")
    if file.state is CaseState.CLOSED:
        return NO_WORDS  # handed over to another board
    if file.state is CaseState.READY:
        return lower_first(tag_of(file.standing).words)
    planned = file.round.decision_on if file.round else None
    return day_in_words(planned) if planned else NO_WORDS


def _of_payment(file: CaseFile, _on: date) -> Words:
    paid = [row.paid_on for row in file.payments if row.paid_on is not None]
    if paid:
        return day_in_words(max(paid))
    planned = [row.planned_on for row in file.payments]
    return day_in_words(min(planned)) if planned else NO_WORDS


def _of_report(file: CaseFile, _on: date) -> Words:
    if _ends_untried(file):
        return NO_WORDS
    due = file.round.report_on if file.round else None
    return day_in_words(due) if due else NO_WORDS


def _of_use(file: CaseFile, _on: date) -> Words:
    times = [use.starts_at for use in file.occurrences if use.starts_at is not None]
    return day_in_words(day_here(min(times))) if times else NO_WORDS
