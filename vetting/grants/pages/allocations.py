"""The sheet of a round: shared on one page, saved as one goes, undone, compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, jsonify, make_response, render_template, request, url_for

from vetting.boards.models.people import names_of
from vetting.formats.document_types import XLSX
from vetting.grants.domain.allocations import (
    LOCK_WORDS,
    ORDER_WORDS,
    SCENARIO_WORDS,
    AllocationField,
    AllocationOrder,
    RowLock,
    ScenarioKind,
    amounts_of_scenario,
    count_scenario,
    effect_of,
    in_order,
    running_totals,
)
from vetting.grants.forms import (
    AllocationFileForm,
    AllocationForm,
    KeptScenarioForm,
    ProposedRowsForm,
    SameReasonForm,
    ScenarioForm,
    allocation_form,
)
from vetting.grants.models.allocations import AllocationEntry, entries_of_round, scenarios_of
from vetting.grants.services import allocations as service
from vetting.grants.services.allocations import NewScenario
from vetting.grants.services.own_rounds import own_round
from vetting.grants.services.priorities import give_points, own_points
from vetting.kernel.dates import HERE
from vetting.kernel.money import in_kronor
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import OFFICIAL, Words, _, clock_in_words, same_in_both
from vetting.office.services.allocation_groups import (
    GROUPING_WORDS,
    AllocationGrouping,
    GroupedRows,
    grouped_rows,
    sums_of_groups,
)
from vetting.office.services.allocation_proposals import propose_row
from vetting.office.services.allocation_tables import allocation_table, criteria_in_use, with_details
from vetting.office.services.allocation_workbooks import (
    allocation_workbook,
    compare_workbook,
    read_allocation,
)
from vetting.web import visitor
from vetting.web.preferences import visitor_language
from vetting.web.view_moves import (
    act_by_form,
    act_in_steps,
    attachment_response,
    in_transaction,
    page_by_form,
    posted_form,
    posted_names,
    redirect_after_post,
    rules_in_use,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Response

    from vetting.grants.domain.allocations import AllocationRow, ScenarioEffect
    from vetting.grants.models.allocations import AllocationScenario
    from vetting.grants.models.rounds import Round
    from vetting.grants.services.allocations import RowName, SheetWriting
    from vetting.kernel.store.session import ReadingSession, WritingSession
    from vetting.office.services.allocation_tables import AllocationLine, AllocationTable

blueprint = Blueprint("allocations", __name__)
PAGE: Final = 100
"""Rows on a page of the sheet."""
OVER: Final = frozenset({RowLock.DECIDED, RowLock.WITHDRAWN})
"""Of a row that nothing more is said of in the sheet."""
GROUP_SAYS: Final = "gruppen"
COLUMNS: Final[Mapping[str, Words]] = {
    "andamal": _("Ändamål"),
    "ar": _("Tre år bakåt"),
    "medlemmar": _("Medlemmar"),
    GROUP_SAYS: _("Referensgruppen"),
    "andra": _("Andra bidragsgivare i år"),
}
"""Columns that are shown where somebody asks for them."""


NOTHING_COUNTED: Final = Problem(
    "kind",
    _("Det går inte att räkna någon rad så."),
    _("Det som det räknas från är inte känt: beräkning i reglerna, poäng eller budget. Välj ett annat sätt."),
)


@dataclass(frozen=True, slots=True)
class ComparedScenario:
    """A scenario beside the others: what it does, and where each association's mark lies, in per cent of the width."""

    row: AllocationScenario
    effect: ScenarioEffect
    marks: Sequence[tuple[float, int]]
    by_name: str
    uncounted: int
    """Rows that it says nothing of: they count as they stand in the sheet."""

    @property
    def name(self) -> Words:
        """What somebody called it, or what it is called where nobody did."""
        percent = self.row.settings.get("percent", 0)
        unsaid = scenario_name(ScenarioKind(self.row.kind), percent if isinstance(percent, int | float) else 0)
        return unsaid if self.row.name == unsaid.to(OFFICIAL) else same_in_both(self.row.name)


def _round(session: ReadingSession, round_id: int) -> Round:
    return own_round(session, round_id, visitor.signed_in_person())


@blueprint.get("/omgangar/<int:round_id>/fordelning")
def show(round_id: int) -> str:
    """The sheet."""
    return _render(round_id)


def _render(
    round_id: int,
    *,
    refused: AllocationForm | None = None,
    writing: SheetWriting | None = None,
    scenario: ScenarioForm | None = None,
    saving: KeptScenarioForm | None = None,
    file: AllocationFileForm | None = None,
    same: SameReasonForm | None = None,
) -> str:
    by = visitor.signed_in_person()
    with reading_session() as session:
        about = _round(session, round_id)
        table = allocation_table(session, about, rules_in_use(), by=by, on=visitor.today())
        scenarios = scenarios_of(session, round_id)
        people = names_of(session, {key for row in scenarios for key in (row.by_user_id, row.chosen_by_id) if key})
        may_undo = service.act_to_undo(session, round_id, by) is not None if by.may(Action.PROPOSE) else False
        saver = names_of(session, {table.saved.by_user_id}).get(table.saved.by_user_id, "") if table.saved else ""
        criteria = criteria_in_use(table)
        order = _order(scored=bool(criteria))
        by_case = {item.row.case_id: item for item in table.rows}
        ordered = [by_case[row.case_id] for row in in_order((item.row for item in table.rows), order)]
        grouping = _grouping(session, table)
        if grouping is not None:
            place = {one.name: number for number, one in enumerate(sums_of_groups(grouping, ()))}
            ordered.sort(key=lambda item: place[grouping.of[item.row.case_id]])
        chosen = _rows_asked_for(ordered)
        page = min(max(whole_number_in_address("sida") or 1, 1), max((len(chosen) - 1) // PAGE + 1, 1))
        shown = chosen[(page - 1) * PAGE : page * PAGE]
        shown = with_details(session, shown, rules_in_use(), by=by, on=visitor.today(), year=table.year)
        own = own_points(session, [item.row.case_id for item in shown], by)
        before = sum(item.row.counted for item in chosen[: (page - 1) * PAGE])
        compared_by = grouped_rows(session, table, list(AllocationGrouping) if scenarios else [])
    return render_template(
        "grants/allocations/show.html",
        round=about,
        table=table,
        shown=shown,
        total=len(chosen),
        page=page,
        pages=(len(chosen) - 1) // PAGE + 1 if chosen else 1,
        running=running_totals((item.row for item in shown), before),
        before=before,
        beside=table.sums.proposed - sum(item.row.counted for item in shown),
        order=order,
        orders=ORDER_WORDS,
        columns={name: words for name, words in COLUMNS.items() if name != GROUP_SAYS or by.with_group},
        on_columns=[name for name in COLUMNS if name in request.args.getlist("kolumn")],
        scoring=request.args.get("visa") == "poang",
        own_points=own,
        rows_asked=request.args.get("rader", ""),
        scheme_asked=whole_number_in_address("bidragsform"),
        locks=LOCK_WORDS,
        Field=AllocationField,
        refused=refused,
        conflicts={(item.edit.case_id, item.edit.field): item for item in writing.conflicts} if writing else {},
        locked=writing.locked if writing else (),
        criteria=criteria,
        some_decided=any(item.row.lock is RowLock.DECIDED for item in table.rows),
        over=bool(table.rows) and all(item.row.lock in OVER for item in table.rows),
        scheme_names={part.offered.scheme.id: part.offered.scheme.name for part in table.parts if part.offered}
        if len({item.row.scheme_id for item in table.rows}) > 1
        else {},
        missing=[item for item in table.rows if item.row.lacks_reason],
        to_explain=[item for item in chosen if item.row.lacks_reason],
        may_undo=may_undo,
        saver=saver,
        compared=_beside_each_other(table, scenarios, people),
        group_sums=[
            (GROUPING_WORDS[grouped.by], sums_of_groups(grouped, _sheet_and_scenarios(table, scenarios)))
            for grouped in compared_by
            if grouped.tells
        ],
        grouping=grouping.by.value if grouping else "",
        groupings=GROUPING_WORDS,
        group_of=grouping.of if grouping else {},
        groups={one.name: one for one in sums_of_groups(grouping, _sheet_and_scenarios(table, ()))} if grouping else {},
        scenario=scenario or ScenarioForm(),
        saving=saving or KeptScenarioForm(key="kept"),
        file=file or AllocationFileForm(key="file"),
        same=same or SameReasonForm(key="same"),
        scenario_words=SCENARIO_WORDS,
        here=request.query_string.decode(),
    )


def _order(*, scored: bool) -> AllocationOrder:
    asked = request.args.get("ordna", "")
    if asked in set(AllocationOrder):
        return AllocationOrder(asked)
    return AllocationOrder.POINTS if scored else AllocationOrder.NAME


def _grouping(session: ReadingSession, table: AllocationTable) -> GroupedRows | None:
    asked = request.args.get("gruppera", "")
    return grouped_rows(session, table, [AllocationGrouping(asked)])[0] if asked in set(AllocationGrouping) else None


def _sheet_and_scenarios(table: AllocationTable, scenarios: Sequence[AllocationScenario]) -> list[dict[int, int]]:
    """What the sheet gives each case as it stands, and then each scenario."""
    rows = [item.row for item in table.rows]
    return [amounts_of_scenario(rows, amounts) for amounts in ({}, *map(_amounts, scenarios))]


def _rows_asked_for(rows: Sequence[AllocationLine]) -> list[AllocationLine]:
    """The rows that are asked for: of a grant scheme, those without a reason, those that are not decided."""
    scheme = whole_number_in_address("bidragsform")
    wanted = request.args.get("rader", "")
    return [
        item
        for item in rows
        if (scheme is None or item.row.scheme_id == scheme)
        and (wanted != "skal" or item.row.lacks_reason)
        and (wanted != "utan" or (item.row.is_open and item.row.proposed is None))
    ]


def _beside_each_other(
    table: AllocationTable, scenarios: Sequence[AllocationScenario], people: Mapping[int, str]
) -> list[ComparedScenario]:
    """The scenarios beside each other on one axis, as wide as the greatest change of any of them."""
    rows = [item.row for item in table.rows]
    budget = table.sums.budget
    there = budget - table.hidden[1] if budget is not None else None
    given = [_amounts(row) for row in scenarios]
    effects = [effect_of(rows, amounts, there) for amounts in given]
    widest = max((abs(change) for effect in effects for _case, change in effect.changes), default=0) or 1
    return [
        ComparedScenario(
            row,
            effect,
            _marks([round(50 + 47 * change / widest, 1) for _case, change in effect.changes]),
            people.get(row.chosen_by_id or row.by_user_id, ""),
            sum(1 for item in rows if item.is_open and amounts.get(item.case_id) is None),
        )
        for row, amounts, effect in zip(scenarios, given, effects, strict=True)
    ]


def _amounts(row: AllocationScenario) -> dict[int, int | None]:
    return {int(case): amount for case, amount in row.amounts.items()}


def _marks(places: Sequence[float]) -> list[tuple[float, int]]:
    """Marks that would lie on each other are stacked: (place, how many lie under it)."""
    stacked: dict[float, int] = {}
    found = []
    for place in sorted(places):
        found.append((place, stacked.get(place, 0)))
        stacked[place] = stacked.get(place, 0) + 1
    return found


def _posted_form() -> AllocationForm:
    names = {field: posted_names(f"{field}-") for field in AllocationField}
    return posted_form(allocation_form(names, posted_names("points-")))


@blueprint.post("/omgangar/<int:round_id>/fordelning")
def write(round_id: int) -> Response:
    """Cells are written: one that was left, a column that was pasted, or all of the page."""
    form = _posted_form()
    by = visitor.signed_in_person()

    def work(session: WritingSession) -> SheetWriting:
        points = form.points()
        if points:
            give_points(session, round_id, points, by=by, at=visitor.now())
        return service.write_cells(session, round_id, form.edits(), by=by, at=visitor.now())

    if request.accept_mimetypes.best == "application/json":
        return _written_as_data(form, work)

    def page(done: SheetWriting) -> str | Response:
        if done.conflicts or done.locked:
            return _render(round_id, writing=done)
        return redirect_after_post(url_for("allocations.show", round_id=round_id) + _query())

    return page_by_form(form, work, page=page, again=lambda refused: _render(round_id, refused=refused))


def _query() -> str:
    asked = request.query_string.decode()
    return f"?{asked}" if asked else ""


def _written_as_data(form: AllocationForm, work: Any) -> Response:  # noqa: ANN401 - the function above
    """What came of writing, for a page that goes on: what was kept, what somebody else wrote, what is wrong."""
    language = visitor_language()
    try:
        if not form.validate():
            raise Refused(Obstacle.INVALID)
        done = in_transaction(work)
    except Refused as refused:
        form.tell(refused.problems)
        told = {
            problem.where: f"{problem.what.to(language)} {problem.remedy.to(language)}" for problem in form.problems
        }
        return make_response(jsonify({"errors": told}), 422 if told else 404)
    return jsonify(
        {
            "kept": [_cell(entry, "") for entry in done.kept],
            "conflicts": [_cell(item.theirs, item.by_name) for item in done.conflicts],
            "locked": [f"{edit.field}-{edit.case_id}" for edit in done.locked],
            "saved": _("Sparat {time}", time=clock_in_words(visitor.now().astimezone(HERE))).to(language),
        }
    )


def _cell(entry: AllocationEntry, by_name: str) -> dict[str, object]:
    """A cell as data: which, what it says, the entry that it shows, who wrote it."""
    if entry.field is AllocationField.AMOUNT:
        text = "" if entry.amount is None else str(in_kronor(entry.amount)).replace(".", ",")
    else:
        text = entry.text
    return {"cell": f"{entry.field}-{entry.case_id}", "text": text, "seen": entry.id, "by": by_name}


@blueprint.get("/omgangar/<int:round_id>/fordelning/andringar")
def changes(round_id: int) -> Response:
    """What has been written after an entry, for a page that asks now and then."""
    by = visitor.signed_in_person()
    with reading_session() as session:
        about = _round(session, round_id)
        table = entries_of_round(session, about.id, after=whole_number_in_address("efter") or 0)
        visible = service.visible_rows(session, about.id, by)
        names = names_of(session, {entry.by_user_id for entry in table})
        cells = {
            (entry.case_id, entry.field): _cell(entry, names.get(entry.by_user_id, ""))
            for entry in table
            if entry.case_id in visible
        }
        own = {(entry.case_id, entry.field) for entry in table if entry.by_user_id == by.id}
    return jsonify(
        {
            "cells": [cell | {"mine": key in own} for key, cell in cells.items()],
            "newest": max((entry.id for entry in table), default=0),
        }
    )


@blueprint.post("/omgangar/<int:round_id>/fordelning/skal")
def give_same_reason(round_id: int) -> Response:
    """One reason for all rows that lack one, as one act that can be taken back."""
    form, by = posted_form(SameReasonForm, key="same"), visitor.signed_in_person()

    def work(session: WritingSession) -> SheetWriting:
        table = allocation_table(session, own_round(session, round_id, by), rules_in_use(), by=by, on=visitor.today())
        edits = [
            service.CellEdit(
                case_id=item.row.case_id,
                field=AllocationField.REASON,
                seen=item.seen[AllocationField.REASON],
                text=" ".join(form.reason.data.split()),
            )
            for item in _rows_asked_for(table.rows)
            if item.row.lacks_reason
        ]
        return service.write_cells(session, round_id, edits, by=by, at=visitor.now())

    return act_by_form(
        form,
        work,
        onto=url_for("allocations.show", round_id=round_id) + _query(),
        again=lambda refused: _render(round_id, same=refused),
    )


@blueprint.post("/omgangar/<int:round_id>/fordelning/angra")
def undo(round_id: int) -> Response:
    """One's own newest act is taken back."""
    in_transaction(
        lambda session: service.undo_last_act(session, round_id, by=visitor.signed_in_person(), at=visitor.now())
    )
    return redirect_after_post(url_for("allocations.show", round_id=round_id) + _query())


@blueprint.post("/omgangar/<int:round_id>/fordelning/scenario")
def count(round_id: int) -> Response:
    """A scenario is counted and kept; the program chooses none."""
    form = posted_form(ScenarioForm)

    def work(session: WritingSession) -> AllocationScenario:
        by = visitor.signed_in_person()
        about = own_round(session, round_id, by)
        settings = form.command()
        formula = settings.kind is ScenarioKind.FORMULA
        table = allocation_table(session, about, rules_in_use(), by=by, on=visitor.today(), with_formula=formula)
        rows = [item.row for item in table.rows]
        amounts = count_scenario(rows, settings, _money_to_share(table))
        if all(amount is None for amount in amounts.values()):
            raise Refused(Obstacle.INVALID, NOTHING_COUNTED)
        return service.keep_scenario(
            session,
            round_id,
            NewScenario(
                name=form.name.data or scenario_name(settings.kind, settings.percent).to(OFFICIAL),
                kind=settings.kind,
                settings=form.settings(),
                amounts=amounts,
                reasons={},
            ),
            by=by,
            at=visitor.now(),
        )

    return act_by_form(
        form,
        work,
        onto=url_for("allocations.show", round_id=round_id, _anchor="scenarios"),
        again=lambda refused: _render(round_id, scenario=refused),
    )


def scenario_name(kind: ScenarioKind, percent: float) -> Words:
    """What a scenario is called where nobody has said. percent: what last year's amounts are changed by."""
    if kind is ScenarioKind.LAST_YEAR:
        written = f"{percent:+g}".replace(".", ",").replace("-", "−")
        return _("I fjol {change} %", change=written)
    return SCENARIO_WORDS[kind]


def _money_to_share(table: AllocationTable) -> int | None:
    """What there is for rows that are not decided, reserved or another's."""
    if table.sums.budget is None:
        return None
    locked: list[AllocationRow] = [item.row for item in table.rows if item.row.lock is not None]
    return table.sums.budget - sum(row.counted for row in locked) - table.hidden[1]


@blueprint.post("/omgangar/<int:round_id>/fordelning/spara")
def keep(round_id: int) -> Response:
    """The sheet as it stands, under a name."""
    form = posted_form(KeptScenarioForm, key="kept")

    def work(session: WritingSession) -> AllocationScenario:
        by = visitor.signed_in_person()
        about = own_round(session, round_id, by)
        table = allocation_table(session, about, rules_in_use(), by=by, on=visitor.today())
        return service.keep_scenario(
            session,
            round_id,
            NewScenario(
                name=form.name.data,
                kind=ScenarioKind.KEPT,
                settings={},
                amounts={item.row.case_id: item.row.proposed for item in table.rows},
                reasons={item.row.case_id: item.row.reason for item in table.rows},
            ),
            by=by,
            at=visitor.now(),
        )

    return act_by_form(
        form,
        work,
        onto=url_for("allocations.show", round_id=round_id, _anchor="scenarios"),
        again=lambda refused: _render(round_id, saving=refused),
    )


@blueprint.post("/omgangar/<int:round_id>/fordelning/scenario/<int:scenario_id>/valj")
def choose(round_id: int, scenario_id: int) -> Response:
    """The amounts of a scenario go into the sheet."""
    in_transaction(
        lambda session: service.choose_scenario(
            session, round_id, scenario_id, by=visitor.signed_in_person(), at=visitor.now()
        )
    )
    return redirect_after_post(url_for("allocations.show", round_id=round_id))


@blueprint.post("/omgangar/<int:round_id>/fordelning/scenario/<int:scenario_id>/slang")
def drop(round_id: int, scenario_id: int) -> Response:
    """A scenario is compared no more."""
    in_transaction(
        lambda session: service.drop_scenario(
            session, round_id, scenario_id, by=visitor.signed_in_person(), at=visitor.now()
        )
    )
    return redirect_after_post(url_for("allocations.show", round_id=round_id, _anchor="scenarios"))


@blueprint.get("/omgangar/<int:round_id>/fordelning/excel")
def excel(round_id: int) -> Response:
    """The sheet as a workbook, in the order that is shown."""
    by = visitor.signed_in_person()
    with reading_session() as session:
        about = _round(session, round_id)
        table = allocation_table(session, about, rules_in_use(), by=by, on=visitor.today())
        by_case = {item.row.case_id: item for item in table.rows}
        order = _order(scored=bool(criteria_in_use(table)))
        lines = [by_case[row.case_id] for row in in_order((item.row for item in table.rows), order)]
        lines = with_details(session, lines, rules_in_use(), by=by, on=visitor.today(), year=table.year)
    content = allocation_workbook(table, lines, about, by=by, at=visitor.now())
    return attachment_response(content, XLSX, f"fordelning-{about.id}.xlsx")


@blueprint.post("/omgangar/<int:round_id>/fordelning/excel")
def hand_in(round_id: int) -> Response:
    """A workbook back: what it would change is shown, and nothing is written yet."""
    form = posted_form(AllocationFileForm, key="file")

    def go() -> str:
        rows = read_allocation(form.file.content, form.file.name_of_file)
        with reading_session() as session:
            about = _round(session, round_id)
            table = allocation_table(session, about, rules_in_use(), by=visitor.signed_in_person(), on=visitor.today())
        return render_template(
            "grants/allocations/hand_in.html",
            round=about,
            found=compare_workbook(table, rows),
            Field=AllocationField,
        )

    return act_in_steps(form, go, onto=make_response, again=lambda refused: _render(round_id, file=refused))


@blueprint.post("/omgangar/<int:round_id>/fordelning/forslag")
def propose(round_id: int) -> str:
    """The rows of the page become proposals in their cases, each in a transaction of its own; the others are named."""
    by, form = visitor.signed_in_person(), posted_form(ProposedRowsForm)
    with reading_session() as session:
        about = _round(session, round_id)
        rows = service.visible_rows(session, round_id, by)
    done: list[RowName] = []
    left: list[tuple[RowName, Problem]] = []
    for key in form.row.keys[:PAGE]:
        if key not in rows:
            continue
        try:
            in_transaction(
                lambda s, case_id=key: propose_row(  # type: ignore[misc] # bound at once
                    s, round_id, case_id, rules=rules_in_use(), by=by, at=visitor.now()
                )
            )
            done.append(rows[key])
        except Refused as refused:
            left += [(rows[key], problem) for problem in refused.problems[:1]]
    return render_template("grants/allocations/propose.html", round=about, done=done, left=left)
