"""The table of a round's money: written on one page or in Excel, and proposed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request, url_for

from vetting.formats.document_types import XLSX
from vetting.grants import own_round
from vetting.grants.domain.allocations import ORDER_WORDS, AllocationOrder, RowLock, in_order
from vetting.kernel.problem import Refused
from vetting.rounds.forms import SEEN, AllocationFileForm, AllocationForm, ProposedRowsForm, allocation_form
from vetting.rounds.services import allocations as service
from vetting.rounds.services.allocation_proposals import propose_row
from vetting.rounds.services.allocation_tables import allocation_table, row_standings
from vetting.rounds.services.allocation_workbooks import allocation_workbook, edits_of, read_allocation
from vetting.web import visitor
from vetting.web.view_helpers import (
    act_by_form,
    act_in_steps,
    attachment_response,
    in_transaction,
    posted_form,
    posted_names,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from vetting.casework import QueueRow
    from vetting.grants.domain.allocations import AllocationRow
    from vetting.grants.models.allocations import WrittenRow
    from vetting.grants.models.rounds import Round
    from vetting.kernel.problem import Problem
    from vetting.kernel.store.session import ReadingSession, WritingSession
    from vetting.rounds.services.allocation_tables import AllocationTable
    from vetting.rounds.services.allocations import RowName

blueprint = Blueprint("allocations", __name__)
PAGE: Final = 100
"""Rows on a page."""
LACKING_REASON: Final = "skal"
OVER: Final = frozenset({RowLock.DECIDED, RowLock.WITHDRAWN})
"""Of a row that nothing more is written in."""


@blueprint.get("/omgangar/<int:round_id>/fordelning")
def show(round_id: int) -> str:
    """The table."""
    return _render(round_id)


def _table(session: ReadingSession, round_id: int) -> tuple[Round, AllocationTable]:
    about = own_round(session, round_id)
    return about, allocation_table(session, about)


def _render(
    round_id: int,
    *,
    refused: AllocationForm | None = None,
    pasted: AllocationForm | None = None,
    file: AllocationFileForm | None = None,
) -> str:
    with reading_session() as session:
        about, table = _table(session, round_id)
        return _page(session, about, table, refused=refused, pasted=pasted, file=file)


def _page(
    session: ReadingSession,
    about: Round,
    table: AllocationTable,
    *,
    refused: AllocationForm | None,
    pasted: AllocationForm | None,
    file: AllocationFileForm | None,
) -> str:
    order = _order(table.rows)
    lacking = [row for row in table.rows if row.lacks_reason]
    only_lacking = request.args.get("rader") == LACKING_REASON
    chosen = in_order(lacking if only_lacking else table.rows, order)
    pages = (len(chosen) - 1) // PAGE + 1 if chosen else 1
    page = min(max(whole_number_in_address("sida") or 1, 1), pages)
    shown = chosen[(page - 1) * PAGE : page * PAGE]
    standings = _standings(session, shown)
    return render_template(
        "rounds/allocations/show.html",
        round=about,
        table=table,
        shown=shown,
        standings=standings,
        ready=[row for row in shown if row.may_be_proposed and standings[row.case_id].may_be_laid],
        page=page,
        pages=pages,
        order=order,
        orders=ORDER_WORDS,
        lacking=len(lacking),
        only_lacking=only_lacking,
        over=bool(table.rows) and all(row.lock in OVER for row in table.rows),
        refused=refused,
        pasted=pasted or AllocationForm(key="pasted"),
        file=file or AllocationFileForm(key="file"),
        here=request.query_string.decode(),
    )


def _standings(session: ReadingSession, rows: Sequence[AllocationRow]) -> dict[int, QueueRow]:
    return row_standings(session, rows, on=visitor.today())


def _order(rows: Sequence[AllocationRow]) -> AllocationOrder:
    """As it is asked for, else by points where anybody has given any."""
    asked = request.args.get("ordna", "")
    if asked in set(AllocationOrder):
        return AllocationOrder(asked)
    scored = any(row.written.points is not None for row in rows)
    return AllocationOrder.POINTS if scored else AllocationOrder.NAME


@blueprint.post("/omgangar/<int:round_id>/fordelning")
def write(round_id: int) -> Response:
    """The rows of the page are written, or points that were pasted."""
    rows = posted_names(SEEN)
    form = posted_form(allocation_form(rows), key="" if rows else "pasted")

    def work(session: WritingSession) -> Sequence[WrittenRow]:
        if rows:
            return service.write_rows(session, round_id, form.edits())
        return service.write_points(session, round_id, form.pasted.data)

    asked = request.query_string.decode()
    return act_by_form(
        form,
        work,
        onto=url_for("allocations.show", round_id=round_id) + (f"?{asked}" if asked else ""),
        again=lambda told: _render(round_id, refused=told) if rows else _render(round_id, pasted=told),
    )


@blueprint.get("/omgangar/<int:round_id>/fordelning/excel")
def excel(round_id: int) -> Response:
    """The table as a workbook, in the order that is shown."""
    with reading_session() as session:
        about, table = _table(session, round_id)
        standings = _standings(session, table.rows)
    rows = in_order(table.rows, _order(table.rows))
    content = allocation_workbook(table, rows, standings, about, by=visitor.signed_in_person(), at=visitor.now())
    return attachment_response(content, XLSX, f"fordelning-{about.id}.xlsx")


@blueprint.post("/omgangar/<int:round_id>/fordelning/excel")
def hand_in(round_id: int) -> Response:
    """The workbook back: taken whole, or not at all."""
    form = posted_form(AllocationFileForm, key="file")

    def go() -> Sequence[WrittenRow]:
        rows = read_allocation(form.file.content, form.file.name_of_file)
        with reading_session() as session:
            edits = edits_of(_table(session, round_id)[1], rows)
        return in_transaction(lambda s: service.write_rows(s, round_id, edits))

    return act_in_steps(
        form,
        go,
        onto=lambda _done: url_for("allocations.show", round_id=round_id),
        again=lambda refused: _render(round_id, file=refused),
    )


@blueprint.post("/omgangar/<int:round_id>/fordelning/forslag")
def propose(round_id: int) -> str:
    """The rows of the page become proposals in their cases, each in a transaction of its own; the others are named."""
    form = posted_form(ProposedRowsForm)
    with reading_session() as session:
        about = own_round(session, round_id)
        rows = service.visible_rows(session, round_id)
    done: list[RowName] = []
    left: list[tuple[RowName, Problem]] = []
    for key in form.row.keys[:PAGE]:
        if key not in rows:
            continue
        try:
            in_transaction(
                lambda s, case_id=key: propose_row(  # type: ignore[misc] # bound at once
                    s, round_id, case_id
                )
            )
            done.append(rows[key])
        except Refused as refused:
            left += [(rows[key], problem) for problem in refused.problems[:1]]
    return render_template("rounds/allocations/propose.html", round=about, done=done, left=left)
